/* /dashboard/edit: a dashboard of one's own. ?name= one that is there, ?from= another as a start; neither: an empty
 * one.
 *
 * What one arranges stands in the form alone: each button of it gives the form back as it then is, until it is kept. */
#include <string.h>

#include "record/access.h"
#include "record/record.h"
#include "web/dashboard_own.h"
#include "web/pages.h"
#include "web/share.h"

enum { INPUTS_MOST = 8, FIELDS_MOST = 6 };

struct arranging {
	struct visit *visit;
	const struct figures *figures;
	struct own_dashboards all;
	const struct own_dashboard *base; /* that is changed; NULL: a new one */
	struct own_tiles tiles;
	struct str name, share, narrow; /* as typed */
	bool first, first_for_all;
	int64_t version;
	struct str notice, pressed; /* pressed: which button has the focus afterwards */
	struct field_input inputs[INPUTS_MOST];
	size_t count;
};

/* --- what it begins with --- */

static const struct field *field_of(const struct arranging *a, const char *name)
{
	return type_field(own_dashboards_type(a->visit), str_of(name));
}

static bool may_see(const struct arranging *a, const struct figure *figure)
{
	return access_reads_type(a->visit->kernel, a->visit->actor, figure->type);
}

/* A copy has what its maker may see; a dashboard that is changed keeps all. */
static void take_start(struct arranging *a, const struct dashboard *start)
{
	a->narrow = start->narrow;
	for (size_t i = 0; i < start->tile_count; i++)
		if (may_see(a, start->tiles[i].figure))
			own_tiles_add(&a->tiles, start->tiles[i]);
	a->name = phrase(&a->visit->h, N_("%s, my version"), words_of(a->visit, &start->label));
}

static void take_base(struct arranging *a)
{
	const struct own_dashboard *base = a->base;

	a->tiles = base->tiles;
	a->name = base->dashboard.label.text[ENGLISH];
	a->share = base->shared_with ? number_text(a->visit, base->shared_with) : S("");
	a->narrow = base->dashboard.narrow;
	a->first = base->first;
	a->first_for_all = base->first_for_all;
	a->version = base->version;
}

static enum status no_such(struct visit *visit)
{
	return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
}

static enum status begin(struct arranging *a, struct connection *connection)
{
	struct visit *visit = a->visit;
	const struct surface *surface = visit->request->context;
	struct str name = http_query(visit->request, "name"), from = http_query(visit->request, "from");
	const struct own_dashboard *other;
	const struct dashboard *start;
	enum status status;

	a->figures = surface->figures;
	if (!own_dashboards_may_make(visit))
		return no_such(visit);
	if ((status = own_dashboards_read(visit, connection, &a->all)))
		return status;
	a->base = name.n ? own_dashboards_named(&a->all, name) : NULL;
	if (name.n && (!a->base || !a->base->may_change))
		return no_such(visit);
	other = from.n ? own_dashboards_named(&a->all, from) : NULL;
	start = other ? &other->dashboard : from.n ? dashboards_find(surface->dashboards, from) : NULL;
	if (from.n && !start)
		return no_such(visit);
	if (a->base)
		take_base(a);
	else if (start)
		take_start(a, start);
	return OK;
}

/* --- the tiles in the form --- */

static const struct field *column_of(const struct arranging *a, const char *name)
{
	const struct field *tiles = field_of(a, "tiles");

	for (size_t i = 0; tiles && i < tiles->column_count; i++)
		if (str_is(tiles->columns[i]->name, name))
			return tiles->columns[i];
	return NULL;
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
	return label(h, figure->by                                         ? N_("Rows as declared")
			: figure->each || figure->insight == &insight_flow ? N_("Rows that fit the period")
									   : N_("One number for the period"));
}

static void draw_tile_form(struct arranging *a, size_t i)
{
	struct html *h = &a->visit->h;
	const struct tile *tile = &a->tiles.items[i];

	html(h, "<li><div class='what'><b>%t</b> <span class='unit'>%t</span>", tile_name(a, i),
	     words_of(a->visit, &tile->figure->type->plural));
	if (!may_see(a, tile->figure))
		html(h, " <span class='unit'>%l</span>", N_("You may not read its records."));
	html(h, "<input type='hidden' name='t.%d.figure' value='%a'></div><div class='how'>", i,
	     own_tile_code(a->visit->arena, tile->figure));
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

static bool is_taken(const struct arranging *a, const struct figure *figure)
{
	for (size_t i = 0; i < a->tiles.count; i++)
		if (a->tiles.items[i].figure == figure)
			return true;
	return false;
}

static void draw_offers_of(struct arranging *a, const struct type *type)
{
	struct html *h = &a->visit->h;
	bool begun = false;

	for (size_t i = 0; i < a->figures->count; i++) {
		const struct figure *figure = &a->figures->items[i];

		if (figure->type != type || is_taken(a, figure))
			continue;
		if (!begun)
			html(h, "<fieldset><legend>%t</legend>", words_of(a->visit, &type->plural));
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

	if (a->tiles.count == TILES_MOST) {
		html(h, "<p class='unit'>%t</p>",
		     phrase(h, N_("A dashboard has at most %s figures."), words_number(h, TILES_MOST)));
		return;
	}
	html(h, "<details class='offers'%m><summary>%l</summary>",
	     attribute_flag("open", !a->tiles.count || str_is(a->pressed, "add")), N_("Add figures"));
	for (size_t i = 0; i < model->type_count; i++)
		if (access_reads_type(a->visit->kernel, a->visit->actor, model->types[i]))
			draw_offers_of(a, model->types[i]);
	html(h, "<p><button class='btn' name='do' value='add'%m>%i%l</button></p></details>",
	     attribute_flag("autofocus", str_is(a->pressed, "add")), ICON_PLUS, N_("Add the ticked ones"));
}

static void draw_tiles_form(struct arranging *a)
{
	struct html *h = &a->visit->h;
	struct str error = visit_words_of_field(a->visit, "tiles");

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
	html(h, "</section>");
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

static bool may_open_for_all(const struct arranging *a)
{
	const struct field *field = field_of(a, "first_for_all");

	return field && access_may_set(a->visit->kernel, a->visit->actor, field);
}

static enum status draw_fields(struct arranging *a, struct connection *connection)
{
	struct visit *visit = a->visit;
	struct field_form_view fields[FIELDS_MOST];
	size_t count = 0;
	enum status status;

	fields[count++] = (struct field_form_view){.form = FORM_TEXT,
						   .name = S("name"),
						   .label = label(&visit->h, N_("Name")),
						   .value = a->name,
						   .error = visit_words_of_field(visit, "name"),
						   .required = true};
	if ((status = share_field(visit, connection, a->base ? a->base->shared_with : 0, a->share, &fields[count++])))
		return status;
	count += narrow_field(a, &fields[count]);
	fields[count++] = share_tick(visit, "first", N_("My dashboard opens with it"), a->first);
	if (may_open_for_all(a))
		fields[count++] =
		    share_tick(visit, "first_for_all", N_("The dashboard of all with whom it is shared opens with it"),
			       a->first_for_all);
	html(&visit->h, "<div class='fields'>");
	for (size_t i = 0; i < count; i++)
		draw_field(&visit->h, &fields[i]);
	html(&visit->h, "</div>");
	return OK;
}

static struct str other_fault(struct visit *visit)
{
	for (size_t i = 0; i < visit->error.count; i++)
		if (strcmp(visit->error.items[i].field, "name") != 0 &&
		    strcmp(visit->error.items[i].field, "tiles") != 0)
			return visit_words(visit, &visit->error.items[i]);
	return (struct str){0};
}

/* The first button of a form is the one that Enter means. */
static void draw_top(struct arranging *a, struct str title)
{
	struct html *h = &a->visit->h;
	struct str fault = other_fault(a->visit),
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

static enum status show_form(struct arranging *a, struct connection *connection)
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
	if ((status = draw_fields(a, connection)))
		return status;
	draw_tiles_form(a);
	html(h, "</form>");
	visit_end(visit, visit->error.status ? http_status_of(visit->error.status) : 200);
	return OK;
}

static enum status ask(struct visit *visit)
{
	struct arranging *a = arena_one(visit->arena, struct arranging);
	READER connection = NULL;
	enum status status;

	a->visit = visit;
	if ((status = visit_reader(visit, &connection)) || (status = begin(a, connection)))
		return status;
	return show_form(a, connection);
}

void page_dashboard_edit(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = ask(&visit)))
		visit_refuse(&visit, status);
}

/* --- what was posted --- */

static struct str cell(const struct arranging *a, size_t i, const char *column)
{
	return http_form_value(&a->visit->form,
			       str_c(a->visit->arena, str_format(a->visit->arena, "t.%zu.%s", i, column)));
}

/* A figure that somebody may not read can stay, and be taken out; to be added, it must be seen. */
static const struct figure *figure_of(const struct arranging *a, struct str code)
{
	const struct figure *figure = figures_by_code(a->figures, a->visit->kernel->model, code);
	bool stays = false;

	for (size_t i = 0; figure && a->base && i < a->base->tiles.count; i++)
		stays = stays || a->base->tiles.items[i].figure == figure;
	return figure && (stays || may_see(a, figure)) ? figure : NULL;
}

static void read_tiles(struct arranging *a)
{
	struct own_tiles posted = {.gone = a->tiles.gone, .gone_count = a->tiles.gone_count};

	for (size_t i = 0; i < TILES_MOST && cell(a, i, "figure").n; i++) {
		const struct figure *figure = figure_of(a, cell(a, i, "figure"));

		if (figure)
			own_tiles_add(&posted, own_tile(figure, cell(a, i, "period"), cell(a, i, "each"),
							str_is(cell(a, i, "pareto"), "true"),
							str_is(cell(a, i, "wide"), "true")));
	}
	a->tiles = posted;
}

/* What is ticked belongs to the dashboard, whichever button was pressed. */
static void add_ticked(struct arranging *a)
{
	const struct http_form *form = &a->visit->form;

	for (size_t i = 0; i < form->count; i++) {
		const struct figure *figure =
		    str_is(form->fields[i].name, "add") ? figure_of(a, form->fields[i].value) : NULL;

		if (figure && !is_taken(a, figure) &&
		    !own_tiles_add(&a->tiles, own_tile(figure, S(""), S(""), false, false)))
			a->notice = phrase(&a->visit->h, N_("A dashboard has at most %s figures."),
					   words_number(&a->visit->h, TILES_MOST));
	}
}

static void read_form(struct arranging *a)
{
	const struct http_form *form = &a->visit->form;

	a->name = str_trim(http_form_value(form, "name"));
	a->share = http_form_value(form, "share");
	a->narrow = http_form_value(form, "narrow");
	a->first = share_ticked(form, "first");
	a->first_for_all = share_ticked(form, "first_for_all");
	if (!str_int64(http_form_value(form, "version"), &a->version) || a->version < 0)
		a->version = 0;
	read_tiles(a);
	add_ticked(a);
}

static void swap(struct own_tiles *tiles, size_t i, size_t with)
{
	struct tile moved = tiles->items[i];

	tiles->items[i] = tiles->items[with];
	tiles->items[with] = moved;
}

static void press(struct arranging *a, const char *deed, size_t i)
{
	a->pressed = str_format(a->visit->arena, "%s.%zu", deed, i);
}

/* "up.3": the focus goes with the tile; where it cannot go on, to the other button. */
static void arrange(struct arranging *a, struct str deed)
{
	struct own_tiles *tiles = &a->tiles;
	struct str word;
	int64_t at;

	a->pressed = S("add");
	if (!str_cut(&deed, '.', &word) || !str_int64(deed, &at) || at < 0 || at >= (int64_t)tiles->count)
		return;
	if (str_is(word, "up") && at > 0) {
		swap(tiles, (size_t)at, (size_t)at - 1);
		press(a, at == 1 ? "down" : "up", (size_t)at - 1);
	} else if (str_is(word, "down") && at + 1 < (int64_t)tiles->count) {
		swap(tiles, (size_t)at, (size_t)at + 1);
		press(a, at + 2 == (int64_t)tiles->count ? "up" : "down", (size_t)at + 1);
	} else if (str_is(word, "out")) {
		memmove(&tiles->items[at], &tiles->items[at + 1],
			(--tiles->count - (size_t)at) * sizeof(*tiles->items));
		if (tiles->count)
			press(a, "out", (size_t)at < tiles->count ? (size_t)at : tiles->count - 1);
	}
}

static void set(struct arranging *a, const char *name, struct value value)
{
	const struct field *field = field_of(a, name);

	if (field)
		a->inputs[a->count++] = (struct field_input){field, value};
}

static enum status set_all(struct arranging *a, struct connection *connection)
{
	struct visit *visit = a->visit;
	const struct field *tiles = field_of(a, "tiles");
	struct value rows, role, group;
	enum status status;

	if (!tiles)
		return no_such(visit);
	if ((status = field_parse(visit->kernel, connection, visit->arena, tiles,
				  own_tiles_write(visit->arena, &a->tiles), visit->h.zone, &rows, &visit->error)))
		return status;
	share_read(visit, a->share, &role, &group);
	set(a, "name", a->name.n ? value_text(a->name) : (struct value){0});
	set(a, "tiles", rows);
	set(a, "narrow", a->narrow.n ? value_text(a->narrow) : (struct value){0});
	set(a, "role", role);
	set(a, "group", group);
	set(a, "first", value_boolean(a->first));
	if (may_open_for_all(a))
		set(a, "first_for_all", value_boolean(a->first_for_all));
	return OK;
}

static void saved(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	struct arranging *a = data;
	READER connection = NULL;
	struct error error = {0};

	a->visit = visit;
	for (size_t i = 0; i < visit->error.count; i++) /* of several edits the first is this one */
		if (!strncmp(visit->error.items[i].field, "0.", 2))
			visit->error.items[i].field += 2;
	if (!status) {
		visit_go(visit, batch->requests[0].transition
				    ? S("/dashboard")
				    : str_format(visit->arena, "/dashboard?name=%.*s",
						 STR_ARG(number_text(visit, batch->results[0].record))));
		return;
	}
	visit_release(visit);
	if ((status != E_INVALID && status != E_STALE) || kernel_reader(visit->kernel, &connection, &error) ||
	    show_form(a, connection))
		visit_refuse(visit, status);
}

/* There is one first one: another that was is so no longer. */
static size_t add_former_first(struct arranging *a, struct edit_request *requests)
{
	struct field_input *no = arena_one(a->visit->arena, struct field_input);
	size_t count = 0;

	*no = (struct field_input){field_of(a, "first"), value_boolean(false)};
	for (size_t i = 0; a->first && no->field && i < a->all.count; i++)
		if (a->all.items[i].first && &a->all.items[i] != a->base)
			requests[count++] = (struct edit_request){.type = own_dashboards_type(a->visit),
								  .record = a->all.items[i].identity,
								  .fields = no,
								  .field_count = 1,
								  .via = VIA_WEB,
								  .at = INSTANT_NONE};
	return count;
}

static struct edit_batch *batch_of(struct arranging *a, bool removes)
{
	struct visit *visit = a->visit;
	const struct type *type = own_dashboards_type(visit);
	struct edit_batch *batch = arena_one(visit->arena, struct edit_batch);
	struct edit_request *requests = arena_many(visit->arena, struct edit_request, a->all.count + 1);

	requests[0] = (struct edit_request){.type = type,
					    .record = a->base ? a->base->identity : 0,
					    .if_version = a->base ? a->version : 0,
					    .transition = removes ? type_transition(type, S("remove")) : NULL,
					    .fields = a->inputs,
					    .field_count = removes ? 0 : a->count,
					    .via = VIA_WEB,
					    .at = INSTANT_NONE};
	*batch = (struct edit_batch){.actor = visit->actor,
				     .requests = requests,
				     .count = 1 + (removes ? 0 : add_former_first(a, requests + 1)),
				     .results = arena_many(visit->arena, struct edit_result, a->all.count + 1)};
	return batch;
}

static enum status take_up(struct visit *visit)
{
	struct arranging *a = arena_one(visit->arena, struct arranging);
	struct str deed = http_form_value(&visit->form, "do");
	bool removes = str_is(deed, "remove");
	READER connection = NULL;
	enum status status;

	a->visit = visit;
	if ((status = visit_reader(visit, &connection)) || (status = begin(a, connection)))
		return status;
	read_form(a);
	if (removes && !a->base)
		return no_such(visit);
	if (deed.n && !removes && !str_is(deed, "save")) {
		arrange(a, deed);
		return show_form(a, connection);
	}
	if (a->notice.n && !removes)
		return show_form(a, connection);
	if (!removes && (status = set_all(a, connection)))
		return status;
	visit_edit(visit, batch_of(a, removes), saved, a);
	return OK;
}

void post_dashboard_edit(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	if ((status = take_up(&visit)))
		visit_refuse(&visit, status);
}
