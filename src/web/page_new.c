/* New: short first, the rest on demand; made from the model. */
#include "web/answers.h"
#include "web/foreseen.h"
#include "web/form.h"
#include "web/known.h"
#include "web/page_record.h"
#include "web/pages.h"

#include "web/part_new.h"

enum { SHORT_LEAST = 4, SHORT_MOST = 9, SUGGESTED = 4 };

struct newcomer { /* the form of a record that is not there yet */
	struct visit *visit;
	const struct type *type;
	const struct field **first, **rest;
	size_t first_count, rest_count;
	struct edit_batch batch;
	struct edit_request request;
	struct edit_result result;
	const struct form *form; /* what the record answers; NULL: nothing */
	struct asked asked;
	bool looks; /* only what is known was asked for: nothing is made, and nothing is wrong yet */
	struct known known;
	struct foreseen foreseen; /* record NULL: nothing can be told yet */
	struct record *model;     /* whose values it begins with (?copy=NUMBER); NULL: none */
};

/* --- which fields, and which of them first --- */

/* What the record cannot be without, what it is recognised by, and what whoever reports it knows. */
static bool comes_first(const struct type *type, const struct field *field)
{
	if (field->required || field == type->headline)
		return true;
	if (field == type->headline_ja)
		return false;
	return field->is_public && !field->derived.n && !field->derived_by.n && !form_is_of_a_step(type, field);
}

/* What follows from other fields, or belongs to a later step: not for the customer's people to think about. */
static bool is_for_us(const struct visit *visit, const struct type *type, const struct field *field)
{
	return !actor_is_staff(visit->actor) && !field->required &&
	       (field->derived.n || field->derived_by.n || form_is_of_a_step(type, field));
}

static bool *choose_first(struct newcomer *new)
{
	struct visit *visit = new->visit;
	const struct type *type = new->type;
	bool *first = arena_many(visit->arena, bool, type->field_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < type->field_count; i++)
		count += first[i] =
		    comes_first(type, type->fields[i]) && (count < SHORT_MOST || type->fields[i]->required);
	for (size_t i = 0; i < type->field_count && count < SHORT_LEAST; i++)
		if (!first[i] && form_is_column(type, type->fields[i]))
			count += first[i] = true;
	return first;
}

/* What the model says comes first, in its order; what is required besides must not hide. */
static bool *declared_first(struct newcomer *new)
{
	const struct type *type = new->type;
	bool *first = arena_many(new->visit->arena, bool, type->field_count + 1);

	for (size_t i = 0; i < type->field_count; i++) /* what follows by itself can wait until somebody looks for it */
		first[i] = type->fields[i]->required && value_is_empty(type->fields[i]->preset);
	for (size_t i = 0; i < type->form_count; i++)
		first[type->form[i]->index] = true;
	if (type->headline_ja) /* the same again in the other language: not before it is wanted */
		first[type->headline_ja->index] = type->headline_ja->required;
	return first;
}

static bool is_in(const struct field *const *fields, size_t count, const struct field *field)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i] == field)
			return true;
	return false;
}

static void choose_fields(struct newcomer *new)
{
	struct visit *visit = new->visit;
	const struct type *type = new->type;
	const bool *first = type->form_count ? declared_first(new) : choose_first(new);
	size_t all = type->form_count + type->field_count;

	new->first = arena_many(visit->arena, const struct field *, type->field_count + 1);
	new->rest = arena_many(visit->arena, const struct field *, type->field_count + 1);
	for (size_t i = 0; i < all; i++) {
		const struct field *field = i < type->form_count ? type->form[i] : type->fields[i - type->form_count];

		if (!access_may_set(visit->kernel, visit->actor, field) || is_for_us(visit, type, field) ||
		    is_in(new->first, new->first_count, field) || is_in(new->rest, new->rest_count, field) ||
		    (new->form &&field == new->form->answers))
			continue;
		if (first[field->index])
			new->first[new->first_count++] = field;
		else
			new->rest[new->rest_count++] = field;
	}
}

/* --- what stands in them --- */

/* Whoever of a customer reports something, reports it for themselves. */
static bool is_oneself(const struct newcomer *new, const struct field *field)
{
	return !actor_is_staff(new->visit->actor) && field->kind == FIELD_PERSON && field->is_public;
}

/* "impact=critical": what is proposed is taken over instead of what was posted. */
static bool is_taken_over(const struct newcomer *new, const struct field *field, struct form_text *text)
{
	struct str look = form_word(new->visit, "look"), name;

	if (!str_cut(&look, '=', &name) || !look.n || !str_eq(name, field->name))
		return false;
	*text = (struct form_text){.text = look};
	return true;
}

/* What describes a record is the same for its copy; what came of it later (what steps ask for, unless the form begins
 * with it) and what no two may share is not. */
static bool is_copied(const struct newcomer *new, const struct field *field)
{
	return new->model && !field->unique && !field->derived_by.n &&
	       !field->preset_now &&access_reads_field(new->visit->actor, field) &&
	       (is_in(new->first, new->first_count, field) || !form_is_of_a_step(new->type, field));
}

static struct form_text text_of(struct newcomer *new, const struct show *show, const struct field *field)
{
	struct visit *visit = new->visit;
	struct str preset = http_query(visit->request, str_c(visit->arena, field->name));
	struct form_text text;

	if (is_taken_over(new, field, &text) || form_posted(visit, field, &text))
		return text;
	if (preset.p && field->kind != FIELD_ROWS)
		return (struct form_text){.text = preset};
	if (is_copied(new, field) && !value_is_empty(record_value(new->model, field)))
		return form_text(show, field, record_value(new->model, field));
	if (is_oneself(new, field))
		return (struct form_text){.text = visit->actor->account};
	return form_text(show, field, field->preset_now ? value_time(visit->now) : field->preset);
}

/* --- what is known about it --- */

static bool is_suggested(const struct type *type)
{
	const struct field *items, *service;

	return type->suggestion_count || impact_of_type(type, &items, &service);
}

/* As far as it can be understood: what cannot is for the time when it is created. */
static enum status load_known(struct newcomer *new, struct connection *connection, const struct show *show)
{
	struct visit *visit = new->visit;
	const struct type *type = new->type;
	struct value *values = arena_many(visit->arena, struct value, type->field_count + 1);
	struct error before = visit->error;
	enum status status = OK;

	for (size_t i = 0; i < type->field_count; i++) {
		struct form_text text = text_of(new, show, type->fields[i]);

		if (!text.text.n || !access_reads_field(visit->actor, type->fields[i]) ||
		    type->fields[i]->kind == FIELD_ROWS)
			continue;
		if (form_value(visit, connection, type->fields[i], &text, &values[i])) {
			values[i] = (struct value){0};
			visit->error = before;
		}
	}
	if (is_foreseen(new->visit, new->type))
		foresee(visit, connection, type, values, &new->foreseen);
	if (is_suggested(type))
		status = known_load(&new->known, visit, connection, type, values, 0, SUGGESTED);
	return status;
}

/* --- the page --- */

static bool goes_half(const struct field_form_view *view)
{
	return view->form != FORM_LONG_TEXT && view->form != FORM_ROWS && view->form != FORM_TEXT &&
	       view->form != FORM_BOOLEAN;
}

/* Short controls stand in pairs; one without a neighbour is as wide as in a pair. */
static void draw_pairs(struct html *h, const struct field_form_view *views, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!goes_half(&views[i])) {
			draw_field(h, &views[i]);
			continue;
		}
		html(h, "<div class='two'>");
		draw_field(h, &views[i]);
		if (i + 1 < count && goes_half(&views[i + 1]))
			draw_field(h, &views[++i]);
		html(h, "</div>");
	}
}

/* What is taken from elsewhere while it is empty need not be typed, though the record cannot be without it. */
static void tell_source(const struct newcomer *new, const struct field *field, struct field_form_view *view)
{
	struct str path = field->derived, first;
	const struct field *source = str_cut(&path, '.', &first) ? type_field(new->type, first) : NULL;

	if (!source || !view->required || !value_is_empty(field->preset))
		return;
	view->required = false;
	view->depends = true;
	view->help = phrase(&new->visit->h, N_("If it is left empty, it is taken from “%s”."),
			    words_of(new->visit, &source->label));
}

static enum status make_views(struct newcomer *new, struct connection *connection, const struct show *show,
			      const struct field *const *fields, size_t count, struct field_form_view **views)
{
	*views = arena_many(new->visit->arena, struct field_form_view, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct form_text text = text_of(new, show, fields[i]);
		enum status status = form_view(new->visit, connection, fields[i], NULL, &text, &(*views)[i]);

		if (status)
			return status;
		tell_source(new, fields[i], &(*views)[i]);
	}
	return OK;
}

/* The record that declares the questions, as far as it is named already. */
static enum status load_asked(struct newcomer *new, struct connection *connection)
{
	struct visit *visit = new->visit;
	struct show show = show_new(visit);
	struct form_text text = text_of(new, &show, new->form->of);
	struct error before = visit->error;
	struct value value = {0};
	struct record *offer = NULL;
	enum status status;

	if (form_value(visit, connection, new->form->of, &text, &value)) {
		value = (struct value){0};
		visit->error = before; /* told when it is created */
	}
	if (value.kind == VALUE_RECORD &&
	    (status = record_load(visit->kernel, connection, visit->arena, value.number, false, &offer, &visit->error)))
		return status;
	return asked_of_offer(visit, new->form, offer, &new->asked);
}

/* The questions stand below the field that brings them. */
static enum status draw_first(const struct newcomer *new, struct connection *connection,
			      const struct field_form_view *first)
{
	struct html *h = &new->visit->h;
	size_t at = 0;
	enum status status;

	if (!new->form) {
		draw_pairs(h, first, new->first_count);
		return OK;
	}
	while (at < new->first_count &&new->first[at] != new->form->of)
		at++;
	at += at < new->first_count;
	draw_pairs(h, first, at);
	html(h, "<noscript><button class='btn' name='look' value='yes' formnovalidate>%t</button></noscript>",
	     phrase(h, N_("Ask the questions of: %s"), words_of(new->visit, &new->form->of->label)));
	if ((status = draw_asked(new->visit, connection, &new->asked)))
		return status;
	draw_pairs(h, first + at, new->first_count - at);
	return OK;
}

/* What is wrong or was filled in must be seen. */
static bool stays_open(const struct newcomer *new, const struct field_form_view *rest)
{
	bool posted = new->visit->request->method == HTTP_POST;

	for (size_t i = 0; i < new->rest_count; i++) {
		bool preset = !value_is_empty(new->rest[i]->preset) || new->rest[i]->preset_now;
		bool copied = is_copied(new, new->rest[i]) && !value_is_empty(record_value(new->model, new->rest[i]));
		bool filled = rest[i].value.n && !str_is(rest[i].value, "false") && !str_is(rest[i].value, "[]");

		if (rest[i].error.n || (filled && !preset && (posted || copied)))
			return true;
	}
	return false;
}

static struct str names_of_rest(const struct newcomer *new)
{
	struct visit *visit = new->visit;
	struct buf names = buf_new(visit->arena);

	for (size_t i = 0; i < new->rest_count &&i < 5; i++) {
		if (i)
			buf_add_c(&names, visit->h.language == JAPANESE ? "、" : ", ");
		buf_add(&names, show_label_inside(visit, &new->rest[i]->label));
	}
	if (new->rest_count > 5)
		buf_add_c(&names, visit->h.language == JAPANESE ? "など" : "…");
	return buf_str(&names);
}

/* What the server is asked for again while one writes. */
static struct str asked_again(const struct newcomer *new)
{
	bool known = is_suggested(new->type);

	return is_foreseen(new->visit, new->type) ? known ? S("hints result") : S("result")
	       : known ? S("hints")
						  : S("");
}

static enum status draw_form(struct newcomer *new, struct connection *connection, const struct field_form_view *first,
			     const struct field_form_view *rest)
{
	struct visit *visit = new->visit;
	struct html *h = &visit->h;
	const struct field **all =
	    arena_many(visit->arena, const struct field *, new->first_count + new->rest_count + 1);
	struct str other;
	enum status status;

	for (size_t i = 0; i < new->first_count + new->rest_count; i++)
		all[i] = i < new->first_count ? new->first[i] : new->rest[i - new->first_count];
	other = asked_other_errors(visit, &new->asked, all, new->first_count + new->rest_count);
	html(h, "<form method='post' id='new' action='/%p/new'%m%m>", new->type->collection,
	     attribute_if("data-known", asked_again(new)), attribute_if("data-asks", new->form ? S("asked") : S("")));
	html_token(h);
	if (other.n)
		draw_notice(h, other, NOTICE_BAD);
	if ((status = draw_first(new, connection, first)) ||
	    (is_foreseen(new->visit, new->type) && (status = draw_foreseen(visit, connection, &new->foreseen))))
		return status;
	if (new->rest_count) {
		html(h, "<details class='more'%m><summary>%i%t</summary><div class='stack'>",
		     attribute_flag("open", stays_open(new, rest)), ICON_RIGHT,
		     phrase(h, N_("More fields: %s"), names_of_rest(new)));
		draw_pairs(h, rest, new->rest_count);
		html(h, "</div></details>");
	}
	html(h, "<div class='btns'><button class='btn main'>%t</button>",
	     phrase(h, N_("Create %s"), show_label_inside(visit, &new->type->label)));
	html(h, "<button class='btn' name='then' value='another'>%l</button>", N_("Create and add another"));
	if (asked_again(new).n) /* with the script it is looked for while one types */
		html(h, "<noscript><button class='btn' name='look' value='yes' formnovalidate>%l</button></noscript>",
		     is_foreseen(new->visit, new->type) ? N_("See what will apply and what is known")
							: N_("Look for what is known"));
	html(h, "<a class='btn quiet' href='/%p'>%l</a></div></form>", new->type->collection, N_("Cancel"));
	return OK;
}

/* What may not be read is copied as little as what is not there. */
static void load_model(struct newcomer *new, struct connection *connection)
{
	struct visit *visit = new->visit;
	struct error ignored;
	struct record *record;
	int64_t identity;

	error_clear(&ignored);
	if (kernel_parse_number(visit->kernel, http_query(visit->request, "copy"), &identity) &&
	    kernel_type_of(visit->kernel, identity) == new->type &&
	    !read_record(visit->kernel, connection, visit->arena, visit->actor, identity, &record, &ignored))
		new->model = record;
}

/* The one before, after which this one was to follow. */
static void tell_made(const struct newcomer *new)
{
	struct html *h = &new->visit->h;
	struct str made = http_query(new->visit->request, "made");
	int64_t identity;

	if (kernel_parse_number(new->visit->kernel, made, &identity))
		html(h, "<p class='notice good' role='status'>%i<span>%t <a href='/%p'>%l</a></span></p>", ICON_CHECK,
		     phrase(h, N_("%s was created."), made), made, N_("Open"));
}

static enum status draw_new(struct newcomer *new, struct connection *connection)
{
	struct visit *visit = new->visit;
	struct html *h = &visit->h;
	struct show show = show_new(visit);
	struct str list = str_format(visit->arena, "/%.*s", STR_ARG(new->type->collection));
	struct link_view crumb = {words_of(visit, &new->type->plural), list};
	struct field_form_view *first, *rest;
	enum status status;

	load_model(new, connection);
	for (size_t i = 0; i < new->type->field_count; i++)
		show_need(&show, new->type->fields[i]->preset);
	if (new->model)
		show_need_record(&show, new->model);
	if ((status = show_look_up(&show, connection)) ||
	    (status = make_views(new, connection, &show, new->first, new->first_count, &first)) ||
	    (status = make_views(new, connection, &show, new->rest, new->rest_count, &rest)) ||
	    (asked_again(new).n && (status = load_known(new, connection, &show))) ||
	    (new->form && (status = load_asked(new, connection))))
		return status;
	visit_begin(visit, phrase(h, N_("New %s"), show_label_inside(visit, &new->type->label)), "page", list);
	html(h, "<div class='newp'><div>");
	draw_crumbs(h, &crumb, 1);
	tell_made(new);
	html(h, "<div class='head'><h1>%t</h1><p>%t</p></div>", visit->page.title, words_of(visit, &new->type->help));
	if ((status = draw_form(new, connection, first, rest)))
		return status;
	html(h, "</div>");
	if (is_suggested(new->type))
		draw_known_beside(&new->known, "new");
	html(h, "</div>");
	return OK;
}

static void answer_form(struct newcomer *new, unsigned code)
{
	READER connection = NULL;
	enum status status;

	if ((status = visit_reader(new->visit, &connection)) || (status = draw_new(new, connection)))
		visit_refuse(new->visit, status);
	else
		visit_end(new->visit, code);
}

static enum status start(struct newcomer *new, struct visit *visit)
{
	struct str collection = http_parameter(visit->request, "collection");

	*new =
	    (struct newcomer){.visit = visit, .type = map_get(&visit->kernel->model->types_by_collection, collection)};
	if (!new->type || !access_reads_type(visit->kernel, visit->actor, new->type))
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	if (!access_may(visit->kernel, visit->actor, new->type, ACCESS_CREATE, NULL))
		return error_fail(&visit->error, E_DENIED, "", "denied", N_("You may not create such records"));
	new->form = form_of_type(visit->kernel, new->type);
	choose_fields(new);
	return OK;
}

void page_new(struct http_request *request, struct http_response *response)
{
	struct newcomer new;
	VISIT visit = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = start(&new, &visit)))
		visit_refuse(&visit, status);
	else
		answer_form(&new, 200);
}

/* --- posted --- */

static void created(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	struct newcomer *new = data;

	new->visit = visit;
	if (!status && str_is(form_word(visit, "then"), "another"))
		visit_go(visit, str_format(visit->arena, "/%.*s/new?made=%.*s", STR_ARG(new->type->collection),
					   STR_ARG(number_text(visit, batch->results[0].record))));
	else if (!status)
		visit_go(visit, record_url(visit, batch->results[0].record));
	else
		answer_form(new, http_status_of(visit->error.status));
}

static enum status read_form(struct newcomer *new)
{
	struct visit *visit = new->visit;
	struct field_input *inputs = arena_many(visit->arena, struct field_input, new->type->field_count + 1);
	struct field_input answers;
	READER connection = NULL;
	bool answered = false;
	enum status status, failed;

	new->request = (struct edit_request){.type = new->type, .fields = inputs, .via = VIA_WEB, .at = INSTANT_NONE};
	if ((status = visit_reader(visit, &connection)))
		return status;
	if ((status =
		 known_links(visit, new->type, (struct link_input **)&new->request.links, &new->request.link_count)))
		return status;
	status = record_page_inputs(visit, connection, NULL, new->type, inputs, &new->request.field_count);
	if (!new->form)
		return status;
	failed = load_asked(new, connection);
	failed = failed ? failed : asked_input(visit, connection, &new->asked, &answers, &answered);
	if (answered)
		inputs[new->request.field_count++] = answers;
	return status ? status : failed;
}

void post_new(struct http_request *request, struct http_response *response)
{
	struct newcomer *new = arena_one(request->arena, struct newcomer);
	VISIT visit = {0};
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	if ((status = start(new, &visit))) {
		visit_refuse(&visit, status);
		return;
	}
	new->looks = form_word(&visit, "look").n > 0;
	if (new->looks) {
		answer_form(new, 200);
		return;
	}
	if (read_form(new)) {
		answer_form(new, http_status_of(visit.error.status));
		return;
	}
	new->batch = (struct edit_batch){
	    .actor = visit.actor, .requests = &new->request, .count = 1, .results = &new->result, .now = INSTANT_NONE};
	visit_edit(&visit, &new->batch, created, new);
}
