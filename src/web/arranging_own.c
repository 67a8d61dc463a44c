/* A tile that somebody asks: first of which records, then by which expression or saved view, and by which field they
 * are drawn. Its mistakes stand at its fields, and it is added by its own button, or by saving what is filled in. */
#include "record/access.h"
#include "web/arranging.h"
#include "web/list_saved.h"
#include "web/list_state.h"
#include "web/part_list.h"

/* --- what was posted --- */

static bool is_filled(const struct tile_own *asked)
{
	return asked->title.n || asked->filter.n || asked->view.n;
}

static void check_filter(struct arranging *a)
{
	struct visit *visit = a->visit;
	const struct query *query = NULL;
	struct error error = {0};

	if (a->asked.view.n || !a->asked.filter.n)
		return;
	if (query_parse(visit->arena, a->asked.type->query, a->asked.filter, &query, &error) ||
	    access_check_query(visit->kernel, visit->actor, query, &error)) {
		a->asked_fault = visit_words(visit, &error.items[0]);
		if (!query_error_place(visit->arena, a->asked.filter, &error, &a->asked_place))
			a->asked_place = (struct query_place){0};
	}
	error_clear(&error);
}

void arranging_read_asked(struct arranging *a)
{
	struct visit *visit = a->visit;
	const struct http_form *form = &visit->form;
	struct str deed = http_form_value(form, "do");
	const struct type *type =
	    map_get(&visit->kernel->model->types_by_collection, http_form_value(form, "asked_of"));

	if (!type || !access_reads_type(visit->kernel, visit->actor, type))
		return;
	a->asked = (struct tile_own){.type = type,
				     .title = str_trim(http_form_value(form, "asked_title")),
				     .filter = str_trim(http_form_value(form, "filter")),
				     .view = http_form_value(form, "asked_view"),
				     .by = http_form_value(form, "asked_by")};
	if (!str_is(deed, "ask") && (!str_is(deed, "save") || !is_filled(&a->asked)))
		return;
	if (!a->asked.title.n)
		a->untitled = label(&visit->h, N_("Please give it a name."));
	check_filter(a);
	if (a->untitled.n || a->asked_fault.n)
		return;
	if (a->asked.view.n)
		a->asked.filter = (struct str){0};
	if (!own_tiles_add(&a->tiles, asked_tile(visit->arena, &a->asked, false, false)))
		a->notice = label(&visit->h, N_("There is no room for this tile, or it is there already."));
	else
		a->asked = (struct tile_own){0};
}

/* --- the form --- */

static void draw_select(struct arranging *a, const char *name, struct str words, const struct field_option *options,
			size_t count, struct str help)
{
	const struct field_form_view view = {.form = FORM_CHOICE,
					     .name = str_of(name),
					     .label = words,
					     .help = help,
					     .depends = true,
					     .options = options,
					     .option_count = count};

	draw_field(&a->visit->h, &view);
}

static void draw_types(struct arranging *a)
{
	struct visit *visit = a->visit;
	const struct model *model = visit->kernel->model;
	struct field_option *options = arena_many(visit->arena, struct field_option, model->type_count + 1);
	const struct process *process = NULL;
	size_t count = 1;

	options[0] = (struct field_option){.words = label(&visit->h, N_("Please choose"))};
	for (size_t i = 0; i < model->type_count; i++)
		if (access_reads_type(visit->kernel, visit->actor, model->types[i]))
			options[count++] =
			    (struct field_option){.value = model->types[i]->collection,
						  .words = words_of(visit, &model->types[i]->plural),
						  .under = visit_heading(visit, model->types[i], &process),
						  .chosen = model->types[i] == a->asked.type};
	draw_select(a, "asked_of", label(&visit->h, N_("Of which records")), options, count, S(""));
}

static void draw_title(struct arranging *a)
{
	const struct field_form_view view = {.form = FORM_TEXT,
					     .name = S("asked_title"),
					     .label = label(&a->visit->h, N_("Name of the tile")),
					     .value = a->asked.title,
					     .error = a->untitled,
					     .depends = true};

	draw_field(&a->visit->h, &view);
}

static enum status draw_views_of(struct arranging *a, struct connection *connection)
{
	struct visit *visit = a->visit;
	struct saved_view *views;
	struct field_option *options;
	size_t count;
	enum status status = saved_views_read(visit, connection, a->asked.type, &views, &count);

	if (status || !count)
		return status;
	options = arena_many(visit->arena, struct field_option, count + 1);
	options[0] = (struct field_option){.words = label(&visit->h, N_("None: the expression counts"))};
	for (size_t i = 0; i < count; i++)
		options[i + 1] = (struct field_option){.value = views[i].view.name,
						       .words = words_of(visit, &views[i].view.label),
						       .chosen = str_eq(views[i].view.name, a->asked.view)};
	draw_select(a, "asked_view", label(&visit->h, N_("Or a saved view")), options, count + 1,
		    label(&visit->h, N_("Whoever may not see it has no number here.")));
	return OK;
}

static void draw_by(struct arranging *a)
{
	struct visit *visit = a->visit;
	const struct map *fields = &a->asked.type->query->fields;
	struct field_option *options = arena_many(visit->arena, struct field_option, fields->count + 1);
	size_t count = 1;

	options[0] = (struct field_option){.words = label(&visit->h, N_("One number"))};
	for (size_t i = 0; i < fields->count; i++) {
		const struct query_field *field = fields->entries[i].value;

		if (figure_takes(field) && (!field->owner || access_reads_field(visit->actor, field->owner)))
			options[count++] = (struct field_option){.value = field->name,
								 .words = list_field_words(visit, field),
								 .chosen = str_eq(field->name, a->asked.by)};
	}
	draw_select(a, "asked_by", label(&visit->h, N_("Shown as")), options, count,
		    label(&visit->h, N_("One number, or a chart with a bar for each value of a field.")));
}

static void draw_expression_field(struct arranging *a)
{
	struct html *h = &a->visit->h;
	const struct expression_view view = {.text = a->asked.filter,
					     .fields_url = list_complete_url(a->visit, a->asked.type),
					     .error = a->asked_fault,
					     .place = a->asked_place};

	html(h, "<div class='field'><label for='expr'>%l</label>", N_("Filter expression"));
	draw_expression(h, &view);
	draw_expression_fault(h, &view);
	html(h, "</div>");
}

enum status arranging_draw_asked(struct arranging *a, struct connection *connection)
{
	struct html *h = &a->visit->h;
	bool chosen = a->asked.type != NULL;
	enum status status = OK;

	html(h, "<details class='offers'%m><summary>%l</summary><div class='fields'>", attribute_flag("open", chosen),
	     N_("Add a tile of my own"));
	draw_types(a);
	if (chosen) {
		draw_title(a);
		draw_expression_field(a);
		status = draw_views_of(a, connection);
		draw_by(a);
	}
	html(h, "</div><p class='btns'>");
	if (chosen)
		html(h, "<button class='btn' name='do' value='ask'%m>%i%l</button>",
		     attribute_flag("autofocus", str_is(a->pressed, "ask")), ICON_PLUS, N_("Add this tile"));
	html(h, "<button class='btn%a' name='do' value='of'>%l</button></p></details>", chosen ? " quiet" : "",
	     chosen ? N_("Other records") : N_("Go on"));
	return status;
}
