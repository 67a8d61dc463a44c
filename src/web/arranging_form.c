#include "web/arranging.h"

#include "record/access.h"
#include "web/form.h"

/* --- the tiles in the form --- */

static const struct field *column_of(const struct arranging *a, const char *name)
{
	const struct field *tiles = arranging_field(a, "tiles");

	return tiles ? rows_column(tiles, str_of(name)) : NULL;
}

static struct str tile_name(const struct arranging *a, size_t i)
{
	return words_of(a->visit, &a->tiles.items[i].figure->label);
}

/* Which of the choices that the model has for a column; the empty one says what is so without. */
static void draw_choice(struct arranging *a, size_t i, const char *column, struct str chosen, struct str otherwise)
{
	struct html *h = &a->visit->h;
	const struct field *field = column_of(a, column);

	if (!field || !field->choices)
		return;
	html(h, "<label><span class='vh'>%t: %t</span><select name='t.%d.%a'><option value=''>%t</option>",
	     words_of(a->visit, &field->label), tile_name(a, i), i, column, otherwise);
	for (size_t c = 0; c < field->choices->count; c++) {
		const struct choice *choice = &field->choices->choices[c];

		html(h, "<option value='%a'%m>%t</option>", choice->code,
		     attribute_flag("selected", str_eq(choice->code, chosen)), words_of(a->visit, &choice->label));
	}
	html(h, "</select></label>");
}

static void draw_box(struct arranging *a, size_t i, const char *column, bool on)
{
	struct html *h = &a->visit->h;
	const struct field *field = column_of(a, column);

	if (field)
		html(h,
		     "<label class='check'><input type='checkbox' name='t.%d.%a' value='true'%m> %t<span class='vh'>: "
		     "%t</span></label>",
		     i, column, attribute_flag("checked", on), words_of(a->visit, &field->label), tile_name(a, i));
}

static void draw_button(struct arranging *a, size_t i, const char *deed, enum icon icon, const char *words, bool off)
{
	struct str value = str_format(a->visit->arena, "%s.%zu", deed, i);

	html(&a->visit->h, "<button class='btn icon s' name='do' value='%a'%m%m>%i<span class='vh'>%t</span></button>",
	     value, attribute_flag("disabled", off), attribute_flag("autofocus", str_eq(value, a->pressed)), icon,
	     phrase(&a->visit->h, words, tile_name(a, i)));
}

/* What its rows are of, unless one wishes rows of time. */
static struct str rows_words(struct arranging *a, const struct figure *figure)
{
	struct html *h = &a->visit->h;
	const struct field *by = figure->by ? figure->by->owner : NULL;

	if (by)
		return phrase(h, N_("Rows: %s"), words_of(a->visit, &by->label));
	return label(h, figure->by                                             ? N_("Rows as declared")
			: figure->each || figure->insight->shape == SHAPE_FLOW ? N_("Rows that fit the period")
									       : N_("One number for the period"));
}

static void draw_asked_cells(struct arranging *a, size_t i)
{
	const struct tile_own *own = a->tiles.items[i].own;
	const struct {
		const char *name;
		struct str value;
	} cells[] = {{"collection", own->type->collection},
		     {"title", own->title},
		     {"filter", own->filter},
		     {"view", own->view},
		     {"by", own->by}};

	for (size_t c = 0; c < sizeof(cells) / sizeof(*cells); c++)
		if (cells[c].value.n)
			html(&a->visit->h, "<input type='hidden' name='t.%d.%a' value='%a'>", i, str_of(cells[c].name),
			     cells[c].value);
	if (own->filter.n || own->view.n)
		html(&a->visit->h, " <code>%t</code>", own->view.n ? own->view : own->filter);
}

static void draw_tile_form(struct arranging *a, size_t i)
{
	struct html *h = &a->visit->h;
	const struct tile *tile = &a->tiles.items[i];

	html(h, "<li><div class='what'><b>%t</b> <span class='unit'>%t</span>", tile_name(a, i),
	     words_of(a->visit, &tile->figure->type->plural));
	if (!arranging_may_see(a, tile->figure))
		html(h, " <span class='unit'>%l</span>", N_("You may not read its records."));
	if (tile->own)
		draw_asked_cells(a, i);
	else
		html(h, "<input type='hidden' name='t.%d.figure' value='%a'>", i,
		     own_tile_code(a->visit->arena, tile->figure));
	html(h, "</div><div class='how'>");
	if (tile->figure->period)
		draw_choice(a, i, "period", tile->period, label(h, N_("The dashboard's period")));
	if (tile_takes_each(tile->figure))
		draw_choice(a, i, "each", figure_each_word(tile->each), rows_words(a, tile->figure));
	if (tile_takes_pareto(tile->figure))
		draw_box(a, i, "pareto", tile->pareto);
	draw_box(a, i, "wide", tile->wide);
	html(h, "</div><div class='btns'>");
	draw_button(a, i, "up", ICON_UP, N_("Move up: %s"), i == 0);
	draw_button(a, i, "down", ICON_DOWN, N_("Move down: %s"), i + 1 == a->tiles.count);
	draw_button(a, i, "out", ICON_REMOVE, N_("Take out: %s"), false);
	html(h, "</div></li>");
}

static void draw_offers_of(struct arranging *a, const struct type *type, const struct process **process)
{
	struct html *h = &a->visit->h;
	bool begun = false;

	for (size_t i = 0; i < a->figures->count; i++) {
		const struct figure *figure = &a->figures->items[i];

		if (figure->type != type || arranging_has(a, figure))
			continue;
		if (!begun) {
			struct str under = visit_heading(a->visit, type, process);

			if (under.n)
				html(h, "<h3>%t</h3>", under);
			html(h, "<fieldset><legend>%t</legend>", words_of(a->visit, &type->plural));
		}
		begun = true;
		html(h, "<label class='check'><input type='checkbox' name='add' value='%a'> %t</label>",
		     own_tile_code(a->visit->arena, figure), words_of(a->visit, &figure->label));
	}
	if (begun)
		html(h, "</fieldset>");
}

static void draw_offers(struct arranging *a)
{
	struct html *h = &a->visit->h;
	const struct model *model = a->visit->kernel->model;
	const struct process *process = NULL;

	if (a->tiles.count == TILES_MOST) {
		html(h, "<p class='unit'>%t</p>",
		     phrase(h, N_("A dashboard has at most %s figures."), words_number(h, TILES_MOST)));
		return;
	}
	html(h, "<details class='offers'%m><summary>%l</summary>",
	     attribute_flag("open", (!a->tiles.count && !a->asked.type) || str_is(a->pressed, "add")),
	     N_("Add figures"));
	for (size_t i = 0; i < model->type_count; i++)
		if (access_reads_type(a->visit->kernel, a->visit->actor, model->types[i]))
			draw_offers_of(a, model->types[i], &process);
	html(h, "<p><button class='btn' name='do' value='add'%m>%i%l</button></p></details>",
	     attribute_flag("autofocus", str_is(a->pressed, "add")), ICON_PLUS, N_("Add the ticked ones"));
}

static enum status draw_tiles_form(struct arranging *a, struct connection *connection)
{
	struct html *h = &a->visit->h;
	struct str error = visit_words_of_field(a->visit, "tiles");
	enum status status;

	html(h, "<section aria-labelledby='tiles'><h2 id='tiles'>%l</h2>", N_("Figures, in their order"));
	if (error.n)
		html(h, "<p class='err' role='alert'>%i%t</p>", ICON_ALERT, error);
	for (size_t i = 0; i < a->tiles.gone_count; i++)
		html(h, "<p class='unit'>%t</p>", phrase(h, N_("The figure %s no longer exists."), a->tiles.gone[i]));
	if (!a->tiles.count)
		html(h, "<p class='nothing'>%l</p>", N_("Nothing yet: tick what it is to show."));
	html(h, "<ol class='arranged'>");
	for (size_t i = 0; i < a->tiles.count; i++)
		draw_tile_form(a, i);
	html(h, "</ol>");
	draw_offers(a);
	status = a->tiles.count < TILES_MOST ? arranging_draw_asked(a, connection) : OK;
	html(h, "</section>");
	return status;
}

/* --- the rest of the form --- */

/* By what the declared dashboards can be narrowed, and this one already. */
static bool narrow_field(struct arranging *a, struct field_form_view *view)
{
	struct visit *visit = a->visit;
	const struct surface *surface = visit->request->context;
	struct field_option *options = arena_many(visit->arena, struct field_option, surface->dashboards->count + 1);
	size_t count = 1;

	options[0] = (struct field_option){.words = label(&visit->h, N_("Nothing")), .chosen = !a->narrow.n};
	for (size_t i = 0; i < surface->dashboards->count; i++) {
		const struct dashboard *declared = &surface->dashboards->items[i];
		const struct field *field =
		    declared->narrow.n ? type_field(declared->tiles[0].figure->type, declared->narrow) : NULL;
		bool known = !field;

		for (size_t o = 1; !known && o < count; o++)
			known = str_eq(options[o].value, declared->narrow);
		if (!known)
			options[count++] = (struct field_option){declared->narrow, words_of(visit, &field->label),
								 str_eq(a->narrow, declared->narrow)};
	}
	*view = (struct field_form_view){.form = FORM_CHOICE,
					 .name = S("narrow"),
					 .label = label(&visit->h, N_("Can be narrowed by")),
					 .depends = true, /* the empty answer is one */
					 .options = options,
					 .option_count = count};
	return count > 1;
}

static enum status draw_fields(struct arranging *a, struct connection *connection)
{
	struct visit *visit = a->visit;
	struct field_form_view fields[1 + SHARING_FIELDS];
	size_t count = 0;
	enum status status = sharing_fields(visit, connection, own_dashboards_type(visit), &a->sharing,
					    a->base ? a->base->shared.with : 0, fields, &count);

	if (status)
		return status;
	count += narrow_field(a, &fields[count]);
	html(&visit->h, "<div class='fields'>");
	for (size_t i = 0; i < count; i++)
		draw_field(&visit->h, &fields[i]);
	html(&visit->h, "</div>");
	return OK;
}

/* The first button of a form is the one that Enter means. */
static void draw_top(struct arranging *a, struct str title)
{
	static const char *const shown[] = {"name", "tiles"};
	struct html *h = &a->visit->h;
	struct str fault = sharing_other_fault(a->visit, shown, 2),
		   back = a->base ? a->base->dashboard.name : http_query(a->visit->request, "from");

	html(h, "<div class='head'><div><h1>%t</h1></div><div class='btns push'>", title);
	html(h, "<button class='btn main' name='do' value='save'>%l</button>", N_("Save"));
	html(h, "<a class='btn quiet' href='/dashboard%a'>%l</a>",
	     back.n ? str_format(a->visit->arena, "?name=%.*s", STR_ARG(url_part(a->visit->arena, back))) : S(""),
	     N_("Cancel"));
	if (a->base)
		html(h, "<button class='btn quiet' name='do' value='remove' formnovalidate>%i%l</button>", ICON_TRASH,
		     N_("Remove this dashboard"));
	html(h, "</div></div>");
	fault = fault.n ? fault : a->notice;
	if (fault.n)
		html(h, "<p class='err' role='alert'>%i%t</p>", ICON_ALERT, fault);
}

enum status arranging_show(struct arranging *a, struct connection *connection)
{
	struct visit *visit = a->visit;
	struct html *h = &visit->h;
	struct str title = label(h, a->base ? N_("Change this dashboard") : N_("New dashboard"));
	enum status status;

	visit_begin(visit, title, "page figures dashboard arranging", S("/dashboard"));
	html(h, "<form method='post' action='%u' novalidate>", visit_url_with(visit, "bare", (struct str){0}));
	html_token(h);
	html(h, "<input type='hidden' name='version' value='%d'>", a->version);
	draw_top(a, title);
	if ((status = draw_fields(a, connection)) || (status = draw_tiles_form(a, connection)))
		return status;
	html(h, "</form>");
	visit_end(visit, visit->error.status ? http_status_of(visit->error.status) : 200);
	return OK;
}
