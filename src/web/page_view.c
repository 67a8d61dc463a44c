/* A list saved as a view: its name, with whom it is shared, whose lists open with it. What it shows is what the address
 * of the list says; a view that is there already is changed, copied or removed in the same form. */
#include "record/access.h"
#include "web/list_export.h"
#include "web/pages.h"
#include "web/part_record.h"
#include "web/share.h"

enum { INPUTS_MOST = 6 + SHARING_INPUTS };

static const struct type *views_of(const struct visit *visit)
{
	return visit->kernel->model->acting[ACTS_VIEW];
}

/* --- the way here --- */

static bool changes(const struct list_state *state)
{
	return state->saved_base && state->saved_base->shared.may_change;
}

void list_offer_saving(const struct list_state *state, struct list_head_view *head)
{
	struct visit *visit = state->visit;
	const struct type *views = views_of(visit);

	if (!views || state->error.n || !access_may(visit->kernel, visit->actor, views, ACCESS_CREATE, NULL))
		return;
	head->save_url = list_state_url(state, "/view");
	head->save_words = label(&visit->h, changes(state) ? N_("Change this view") : N_("Save this view"));
}

/* --- the form --- */

struct saving {
	struct list_state state;
	struct sharing sharing;
	struct str deed; /* "change", "new" or "remove" */
	struct field_input inputs[INPUTS_MOST];
	size_t count;
};

static void take_presets(struct saving *saving)
{
	const struct list_state *state = &saving->state;
	const struct saved_view *base = state->saved_base;

	saving->sharing =
	    (struct sharing){.first_words = N_("My list opens with it"),
			     .first_for_all_words = N_("The lists of all with whom it is shared open with it")};
	saving->deed = changes(state) ? S("change") : S("new");
	if (base)
		sharing_begin(state->visit, &base->shared, changes(state) ? base->view.label.text[ENGLISH] : S(""),
			      &saving->sharing);
}

static struct field_form_view deed_field(const struct saving *saving)
{
	static const struct {
		const char *value, *words;
	} deeds[] = {
	    {"change", N_("Change this view")}, {"new", N_("Save as a new view")}, {"remove", N_("Remove this view")}};
	struct visit *visit = saving->state.visit;
	struct field_option *options = arena_many(visit->arena, struct field_option, 3);

	for (size_t i = 0; i < 3; i++)
		options[i] = (struct field_option){str_of(deeds[i].value), label(&visit->h, deeds[i].words),
						   str_is(saving->deed, deeds[i].value)};
	return (struct field_form_view){.form = FORM_CHOICE,
					.name = S("deed"),
					.label = label(&visit->h, N_("What to do")),
					.required = true,
					.options = options,
					.option_count = 3};
}

static void draw_form(struct saving *saving, const struct field_form_view *fields, size_t count)
{
	static const char *const shown[] = {"name"};
	const struct list_state *state = &saving->state;
	struct visit *visit = state->visit;
	struct dialog_view dialog = {
	    .title = label(&visit->h, changes(state) ? N_("Change this view") : N_("Save this view")),
	    .words =
		phrase(&visit->h, N_("It keeps the filter, the order, the columns and the look of this list (%s)."),
		       words_of(visit, &state->type->plural)),
	    .action = list_state_url(state, "/view"),
	    .submit = label(&visit->h, N_("Save")),
	    .cancel_url = list_state_url(state, ""),
	    .error = sharing_other_fault(visit, shown, 1),
	    .fields = fields,
	    .field_count = count};

	visit_begin(visit, dialog.title, "page", str_format(visit->arena, "/%.*s", STR_ARG(state->type->collection)));
	draw_dialog(&visit->h, &dialog);
	visit_end(visit, visit->error.status ? http_status_of(visit->error.status) : 200);
}

static enum status show_form(struct saving *saving, struct connection *connection)
{
	struct visit *visit = saving->state.visit;
	const struct saved_view *base = saving->state.saved_base;
	struct field_form_view fields[1 + SHARING_FIELDS];
	size_t count = 0, name;
	enum status status;

	if (changes(&saving->state))
		fields[count++] = deed_field(saving);
	name = count;
	if ((status = sharing_fields(visit, connection, views_of(visit), &saving->sharing, base ? base->shared.with : 0,
				     fields, &count)))
		return status;
	fields[name].focus = true;
	draw_form(saving, fields, count);
	return OK;
}

static enum status begin(struct visit *visit, struct connection *connection, struct saving *saving)
{
	const struct type *type =
	    map_get(&visit->kernel->model->types_by_collection, http_parameter(visit->request, "collection"));
	const struct type *views = views_of(visit);
	enum status status;

	if (!type || !views || !access_reads_type(visit->kernel, visit->actor, type))
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	if (!access_may(visit->kernel, visit->actor, views, ACCESS_CREATE, NULL))
		return error_fail(&visit->error, E_DENIED, "", "access", N_("You may not do this"));
	if ((status = list_state_begin(visit, connection, type, &saving->state)) ||
	    (status = list_state_read(&saving->state)))
		return status;
	if (saving->state.error.n)
		return error_fail(&visit->error, E_SYNTAX, "filter", "filter", N_("The filter cannot be read"));
	take_presets(saving);
	return OK;
}

static enum status ask(struct visit *visit)
{
	struct saving *saving = arena_one(visit->arena, struct saving);
	READER connection = NULL;
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = begin(visit, connection, saving)))
		return status;
	return show_form(saving, connection);
}

void page_view(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = ask(&visit)))
		visit_refuse(&visit, status);
}

/* --- what was posted --- */

static void set_text(struct saving *saving, const char *name, struct str text)
{
	const struct field *field = type_field(views_of(saving->state.visit), str_of(name));

	if (field)
		saving->inputs[saving->count++] =
		    (struct field_input){field, text.n ? value_text(text) : (struct value){0}};
}

static void set_choice(struct saving *saving, const char *name, struct str code)
{
	const struct field *field = type_field(views_of(saving->state.visit), str_of(name));

	if (field)
		saving->inputs[saving->count++] = (struct field_input){field, value_choice(code)};
}

static void read_form(struct saving *saving)
{
	const struct list_state *state = &saving->state;
	const struct http_form *form = &state->visit->form;
	struct str deed = http_form_value(form, "deed");

	sharing_posted(form, &saving->sharing);
	saving->deed = changes(state) && (str_is(deed, "change") || str_is(deed, "remove")) ? deed : S("new");
	set_text(saving, "collection", state->type->collection);
	set_text(saving, "filter", str_trim(state->expression));
	set_text(saving, "sort", state->sort_text);
	set_text(saving, "columns", list_export_columns(state));
	set_text(saving, "grouping", state->by ? state->by->name : S(""));
	set_choice(saving, "shown_as", list_as_name(state->as));
	sharing_inputs(state->visit, views_of(state->visit), &saving->sharing, saving->inputs, &saving->count);
}

static void refuse_or_ask_again(struct visit *visit, struct saving *saving, enum status status)
{
	READER connection = NULL;
	struct error error = {0};

	saving->state.visit = visit;
	visit_release(visit);
	if (status != E_INVALID || kernel_reader(visit->kernel, &connection, &error) || show_form(saving, connection))
		visit_refuse(visit, status);
}

static void saved(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	struct saving *saving = data;
	struct str list;

	if (status) {
		refuse_or_ask_again(visit, saving, status);
		return;
	}
	list = str_format(visit->arena, "/%.*s", STR_ARG(saving->state.type->collection));
	if (!str_is(saving->deed, "remove"))
		list = str_format(visit->arena, "%.*s?view=%.*s", STR_ARG(list),
				  STR_ARG(number_text(visit, batch->results[0].record)));
	visit_go(visit, list);
}

static struct edit_batch *batch_of(struct saving *saving)
{
	struct visit *visit = saving->state.visit;
	const struct type *views = views_of(visit);
	struct edit_batch *batch = arena_one(visit->arena, struct edit_batch);
	struct edit_request *request = arena_one(visit->arena, struct edit_request);
	bool removes = str_is(saving->deed, "remove");

	*request =
	    (struct edit_request){.type = views,
				  .record = str_is(saving->deed, "new") ? 0 : saving->state.saved_base->shared.identity,
				  .transition = removes ? type_transition(views, S("remove")) : NULL,
				  .fields = saving->inputs,
				  .field_count = removes ? 0 : saving->count,
				  .via = VIA_WEB,
				  .at = INSTANT_NONE};
	*batch = (struct edit_batch){.actor = visit->actor,
				     .requests = request,
				     .count = 1,
				     .results = arena_one(visit->arena, struct edit_result)};
	return batch;
}

static enum status save(struct visit *visit)
{
	struct saving *saving = arena_one(visit->arena, struct saving);
	READER connection = NULL;
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = begin(visit, connection, saving)))
		return status;
	read_form(saving);
	visit_edit(visit, batch_of(saving), saved, saving);
	return OK;
}

void post_view(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	if ((status = save(&visit)))
		visit_refuse(&visit, status);
}
