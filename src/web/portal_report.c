/* Report something: a few questions in plain words, from which the record is made. */
#include "record/access.h"
#include "web/page_record.h"
#include "web/pages.h"
#include "web/portal.h"

enum { SERVICES = 200 };

struct report {
	const struct type *type;
	struct edit_batch batch;
	struct edit_request request;
	struct edit_result result;
};

static enum status find_type(struct visit *visit, const struct type **type)
{
	*type = map_get(&visit->kernel->model->types_by_collection, http_parameter(visit->request, "collection"));
	if (!*type || !(*type)->portal || (*type)->portal->part != PORTAL_TICKET || !(*type)->portal->ask_count ||
	    !access_reads_type(visit->kernel, visit->actor, *type))
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	if (!access_may(visit->kernel, visit->actor, *type, ACCESS_CREATE, NULL))
		return error_fail(&visit->error, E_DENIED, "", "denied", N_("You may not create such records"));
	return OK;
}

/* --- the questions --- */

/* Services are few and people do not know their numbers: all of them stand in a list. */
static enum status offer_services(struct visit *visit, struct connection *connection, const struct type *services,
				  struct str chosen_one, struct field_form_view *view)
{
	struct portal_wish wish = {.type = services, .when = WHEN_SHOWN, .limit = SERVICES};
	struct list_result result;
	struct field_option *options;
	enum status status = portal_list(visit, connection, &wish, &result);

	if (status)
		return status;
	options = arena_many(visit->arena, struct field_option, result.count + 1);
	for (size_t i = 0; i < result.count; i++) {
		struct str number = number_text(visit, result.records[i]->identity);

		options[i] = (struct field_option){.value = number,
						   .words = show_title(visit, result.records[i]),
						   .chosen = str_eq(number, chosen_one)};
	}
	view->form = FORM_CHOICE;
	view->options = options;
	view->option_count = result.count;
	return OK;
}

enum status portal_ask_view(struct visit *visit, struct connection *connection, const struct portal_ask *ask,
			    struct field_form_view *view)
{
	struct form_text text = {.text = http_query(visit->request, str_c(visit->arena, ask->field->name))};
	enum status status;

	form_posted(visit, ask->field, &text);
	if ((status = form_view(visit, connection, ask->field, NULL, &text, view)))
		return status;
	view->label = words_of(visit, &ask->question);
	view->help = S("");
	if (ask->field->to && ask->field->to->portal && ask->field->to->portal->part == PORTAL_SERVICE)
		return offer_services(visit, connection, ask->field->to, text.text, view);
	return OK;
}

static const struct portal_answer *chosen(const struct visit *visit, const struct portal *portal)
{
	for (size_t i = 0; i < portal->answer_count; i++)
		if (str_eq(form_word(visit, "severity"), portal->answers[i].name))
			return &portal->answers[i];
	return NULL;
}

static void draw_severity(struct visit *visit, const struct portal *portal)
{
	struct html *h = &visit->h;
	struct str error = visit_words_of_field(visit, "severity");

	if (!portal->answer_count)
		return;
	html(h, "<fieldset class='field severity'%m><legend>%t</legend>",
	     attribute_if("aria-describedby", error.n ? S("severity-error") : S("")),
	     words_of(visit, &portal->severity));
	for (size_t i = 0; i < portal->answer_count; i++) {
		const struct portal_answer *answer = &portal->answers[i];

		html(h, "<label class='check'><input type='radio' name='severity' value='%a' required%m> %t</label>",
		     answer->name, attribute_flag("checked", chosen(visit, portal) == answer),
		     words_of(visit, &answer->label));
	}
	if (error.n)
		html(h, "<p class='err' id='severity-error'>%t</p>", error);
	html(h, "</fieldset>");
}

static enum status draw_questions(struct visit *visit, struct connection *connection, const struct type *type)
{
	struct html *h = &visit->h;
	const struct portal *portal = type->portal;
	const struct field **fields = arena_many(visit->arena, const struct field *, portal->ask_count + 1);
	struct field_form_view *views = arena_many(visit->arena, struct field_form_view, portal->ask_count + 1);
	struct str other;
	enum status status;

	for (size_t i = 0; i < portal->ask_count; i++) {
		fields[i] = portal->asks[i].field;
		if ((status = portal_ask_view(visit, connection, &portal->asks[i], &views[i])))
			return status;
	}
	other = visit_words_of_field(visit, "severity").n ? S("") : form_other_errors(visit, fields, portal->ask_count);
	if (other.n)
		draw_notice(h, other, NOTICE_BAD);
	for (size_t i = 0; i < portal->ask_count; i++) {
		draw_field(h, &views[i]);
		if (fields[i] == type->headline) /* what fits, while one types */
			html(h,
			     "<div class='fits' aria-live='polite' hx-get='/portal/suggest/%p' hx-trigger='input "
			     "changed delay:300ms from:closest form' hx-include='closest form' hx-swap='innerHTML' "
			     "hx-boost='false'></div>",
			     type->collection);
	}
	draw_severity(visit, portal);
	return OK;
}

static enum status draw_report(struct visit *visit, struct connection *connection, const struct type *type)
{
	struct html *h = &visit->h;
	enum status status;

	portal_begin(visit, words_of(visit, &type->portal->label));
	html(h, "<div class='phead'><h1>%t</h1><p>%t</p></div>", visit->page.title,
	     words_of(visit, &type->portal->hint));
	if ((status = draw_portal_notices(visit, connection)))
		return status;
	html(h, "<form class='pform' method='post' action='/portal/report/%p' enctype='multipart/form-data'>",
	     type->collection);
	html_token(h);
	if ((status = draw_questions(visit, connection, type)))
		return status;
	html(h,
	     "<div class='field'><label for='file'>%l</label><input id='file' type='file' name='file' multiple></div>",
	     N_("Files (a picture of the screen, for instance)"));
	html(h,
	     "<div class='btns'><button class='btn main big'>%l</button><a class='btn quiet' "
	     "href='/portal'>%l</a></div></form>",
	     N_("Send"), N_("Cancel"));
	return OK;
}

static void answer(struct visit *visit, const struct type *type, unsigned code)
{
	READER connection = NULL;
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = draw_report(visit, connection, type)))
		visit_refuse(visit, status);
	else
		visit_end(visit, code);
}

void page_portal_report(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	const struct type *type;
	enum status status;

	if (!portal_start(&visit, request, response))
		return;
	if ((status = find_type(&visit, &type)))
		visit_refuse(&visit, status);
	else
		answer(&visit, type, 200);
}

/* Where there is only one thing to report, one need not choose. */
void page_portal_report_any(struct http_request *request, struct http_response *response)
{
	const struct type **types;
	VISIT visit = {0};
	size_t count;

	if (!portal_start(&visit, request, response))
		return;
	types = arena_many(visit.arena, const struct type *, visit.kernel->model->type_count);
	count = portal_types(&visit, PORTAL_TICKET, types);
	for (size_t i = 0; i < count; i++)
		if (types[i]->portal->ask_count) {
			visit_go(&visit, str_format(visit.arena, "/portal/report/%.*s", STR_ARG(types[i]->collection)));
			return;
		}
	visit_go(&visit, S("/portal"));
}

/* --- posted --- */

enum status portal_read_ask(struct visit *visit, struct connection *connection, const struct portal_ask *ask,
			    struct edit_request *request, struct field_input *inputs)
{
	struct form_text text;
	struct value value;
	enum status status;

	if (!form_posted(visit, ask->field, &text))
		return OK;
	if ((status = form_value(visit, connection, ask->field, &text, &value)))
		return status;
	if (!value_is_empty(value))
		inputs[request->field_count++] = (struct field_input){ask->field, value};
	return OK;
}

void portal_add_maker(const struct visit *visit, const struct type *type, struct edit_request *request,
		      struct field_input *inputs)
{
	const struct portal *portal = type->portal;

	if (actor_is_staff(visit->actor) && portal->by_count)
		inputs[request->field_count++] =
		    (struct field_input){portal->by[0], value_record(visit->actor->person)};
}

static void add_inputs(struct report *report, struct field_input *inputs, const struct portal_set *sets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		inputs[report->request.field_count++] = (struct field_input){sets[i].field, sets[i].value};
}

static enum status read_report(struct visit *visit, struct connection *connection, struct report *report)
{
	const struct portal *portal = report->type->portal;
	const struct portal_answer *severity = chosen(visit, portal);
	struct field_input *inputs = arena_many(visit->arena, struct field_input, report->type->field_count * 3 + 1);
	enum status status = OK;

	report->request.fields = inputs;
	for (size_t i = 0; i < portal->ask_count; i++) {
		enum status failed = portal_read_ask(visit, connection, &portal->asks[i], &report->request, inputs);

		status = status ? status : failed;
	}
	if (portal->answer_count && !severity)
		status = error_fail(&visit->error, E_INVALID, "severity", "required", N_("Choose one"));
	if (severity)
		add_inputs(report, inputs, severity->sets, severity->set_count);
	portal_add_maker(visit, report->type, &report->request, inputs);
	form_files(visit, &report->request);
	return status;
}

static void reported(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	const struct report *report = data;

	if (status)
		answer(visit, report->type, http_status_of(visit->error.status));
	else
		visit_go(visit, str_format(visit->arena, "/portal/requests/%.*s",
					   STR_ARG(number_text(visit, batch->results[0].record))));
}

void post_portal_report(struct http_request *request, struct http_response *response)
{
	struct report *report = arena_one(request->arena, struct report);
	VISIT visit = {0};
	enum status status;

	if (!portal_start_form(&visit, request, response))
		return;
	if ((status = find_type(&visit, &report->type))) {
		visit_refuse(&visit, status);
		return;
	}
	report->request = (struct edit_request){
	    .type = report->type, .via = VIA_PORTAL, .comment_is_public = true, .at = INSTANT_NONE};
	{
		READER connection = NULL;

		if (!(status = visit_reader(&visit, &connection)))
			status = read_report(&visit, connection, report);
	}
	if (status) {
		answer(&visit, report->type, http_status_of(visit.error.status));
		return;
	}
	report->batch = (struct edit_batch){.actor = visit.actor,
					    .requests = &report->request,
					    .count = 1,
					    .results = &report->result,
					    .now = INSTANT_NONE};
	visit_edit(&visit, &report->batch, reported, report);
}
