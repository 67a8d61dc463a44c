/* One request: where it stands in plain words, what was said, what to answer and do. */
#include "record/access.h"
#include "web/answers.h"
#include "web/page_record.h"
#include "web/pages.h"
#include "web/portal.h"

struct reply { /* what was posted, kept until it is committed or refused */
	struct record *record;
	const struct transition *transition; /* NULL: words only */
	struct edit_batch batch;
	struct edit_request request;
	struct edit_result result;
};

/* --- what it says --- */

static void draw_text(struct visit *visit, struct record_page *page, struct str title, struct value text)
{
	struct markdown_options markdown = record_markdown(page);

	if (text.kind != VALUE_TEXT)
		return;
	html(&visit->h, "<section class='ptext'><h2>%t</h2><div class='body'>", title);
	markdown_draw(&visit->h, value_is_erased(text) ? label(&visit->h, N_("(erased)")) : text.text, &markdown);
	html(&visit->h, "</div></section>");
}

static void draw_fact(struct html *h, struct str term, struct str words)
{
	if (words.n)
		html(h, "<div><dt>%t</dt><dd>%t</dd></div>", term, words);
}

/* What a code of the organisation means to who asked; a code alone tells them nothing. */
static void draw_priority_told(struct record_page *page)
{
	const struct field *field = show_priority_field(page->record->type);
	struct visit *visit = page->visit;
	const struct choice *choice;

	if (!field || !access_reads_field(visit->actor, field))
		return;
	choice = choice_find(field->choices, record_value(page->record, field).text);
	if (choice && (choice->plain.text[ENGLISH].n || !str_eq(choice->label.text[ENGLISH], choice->code)))
		draw_fact(&visit->h, words_of(visit, &field->label), portal_choice(visit, choice));
}

static void draw_facts(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct portal *portal = page->record->type->portal;
	const struct field *service = portal->slots[SLOT_SERVICE];

	html(h, "<dl class='pfacts'>");
	draw_fact(h, label(h, N_("Number")), number_text(visit, page->record->identity));
	draw_fact(h, label(h, N_("Opened")), words_moment(h, page->record->created_at));
	if (service && record_value(page->record, service).kind == VALUE_RECORD)
		draw_fact(h, words_of(visit, &service->label),
			  show_name(&page->show, record_value(page->record, service).number));
	for (size_t i = 0; i < portal->by_count; i++)
		if (record_value(page->record, portal->by[i]).kind == VALUE_RECORD)
			draw_fact(h, words_of(visit, &portal->by[i]->label),
				  show_name(&page->show, record_value(page->record, portal->by[i]).number));
	draw_priority_told(page);
	for (size_t i = 0; i < portal->fact_count; i++)
		draw_fact(h, words_of(visit, &portal->facts[i]->label),
			  portal_fact(visit, portal->facts[i], record_value(page->record, portal->facts[i])));
	html(h, "</dl>");
}

/* What was ordered, as it was asked and answered. */
static enum status draw_answered(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct form *form = form_of_type(visit->kernel, page->record->type);
	struct asked asked;
	enum status status;

	if (!form || !access_reads_field(visit->actor, form->answers))
		return OK;
	if ((status = asked_of_record(visit, form, page->record, &asked)) || !asked.questions.count)
		return status;
	html(&visit->h, "<section class='ptext'><h2>%l</h2>", N_("What was ordered"));
	status = draw_answers(visit, page->connection, &asked);
	html(&visit->h, "</section>");
	return status;
}

static enum status draw_told(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct field *text = type_field(page->record->type, S("description"));
	enum status status = draw_answered(page);

	if (!status && text && access_reads_field(visit->actor, text))
		draw_text(visit, page, label(&visit->h, N_("What you told us")), record_value(page->record, text));
	return status;
}

/* --- who decides on it --- */

static enum status draw_decisions_of(struct record_page *page, const struct type *type)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct portal *portal = type->portal;
	struct portal_wish wish = {.type = type, .when = PORTAL_WHENS, .sort = S("created_at"), .limit = 20};
	struct show show = show_new(visit);
	struct list_result result;
	enum status status;

	wish.also = str_format(visit->arena, "%.*s = %.*s", STR_ARG(portal->slots[SLOT_OF]->name),
			       STR_ARG(number_text(visit, page->record->identity)));
	if ((status = portal_list(visit, page->connection, &wish, &result)) || !result.count)
		return status;
	for (size_t i = 0; i < result.count; i++)
		show_need(&show, record_value(result.records[i], portal->by[0]));
	if ((status = show_look_up(&show, page->connection)))
		return status;
	html(h, "<section class='ptext'><h2>%t</h2><ul class='rowsp'>", words_of(visit, &type->plural));
	for (size_t i = 0; i < result.count; i++) {
		const struct record *decision = result.records[i];
		struct state_mark mark = show_state(visit, type, decision->state);
		struct str who = show_value(&show, portal->by[0], record_value(decision, portal->by[0]));

		if (record_value(decision, portal->by[0]).number == visit->actor->person)
			html(h, "<li><b><a href='%u'>%t</a></b>", portal_url(visit, decision), who);
		else
			html(h, "<li><b>%t</b>", who);
		draw_state(h, &mark);
		html(h, "</li>");
	}
	html(h, "</ul></section>");
	return OK;
}

static enum status draw_decisions(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t count = portal_types(visit, PORTAL_DECISION, types);
	enum status status = OK;

	for (size_t i = 0; i < count && !status; i++)
		if (types[i]->portal->slots[SLOT_OF]->to == page->record->type)
			status = draw_decisions_of(page, types[i]);
	return status;
}

/* What is decided on: what the part names or, while that is empty, the first other record that is named. */
struct value portal_subject(const struct record_page *page)
{
	const struct record *record = page->record;
	struct value of = portal_value(record, SLOT_OF);

	for (size_t i = 0; i < record->type->field_count && of.kind != VALUE_RECORD; i++)
		if (record->type->fields[i]->kind == FIELD_REFERENCE &&
		    record->type->fields[i] != record->type->customer &&
		    access_reads_field(page->visit->actor, record->type->fields[i]))
			of = record_value(record, record->type->fields[i]);
	return of;
}

static bool is_told(const struct record_page *page, const struct field *field)
{
	return field->is_public && field != page->record->type->headline && field != page->record->type->headline_ja &&
	       !field->is_hidden && !is_told_in_other(page, field) &&
	       !value_is_empty(record_value(page->record, field));
}

static void draw_rows(struct record_page *page, const struct field *field)
{
	html(&page->visit->h, "<section class='ptext'><h2>%t</h2>", words_of(page->visit, &field->label));
	draw_page_rows(page, field, record_value(page->record, field));
	html(&page->visit->h, "</section>");
}

/* What is no part of the portal itself tells all that is public of it, to our own people also its other texts. */
static void draw_texts(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct type *type = page->record->type;

	html(&visit->h, "<dl class='pfacts'>");
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i]->kind != FIELD_MARKDOWN && type->fields[i]->kind != FIELD_ROWS &&
		    is_told(page, type->fields[i]))
			draw_fact(
			    &visit->h, name_of_text(page, type->fields[i]),
			    show_value(&page->show, type->fields[i], record_value(page->record, type->fields[i])));
	html(&visit->h, "</dl>");
	for (size_t i = 0; i < type->field_count; i++) {
		if (type->fields[i]->kind == FIELD_MARKDOWN && access_reads_field(visit->actor, type->fields[i]) &&
		    !is_told_in_other(page, type->fields[i]))
			draw_text(visit, page, name_of_text(page, type->fields[i]),
				  record_value(page->record, type->fields[i]));
		else if (type->fields[i]->kind == FIELD_ROWS && is_told(page, type->fields[i]))
			draw_rows(page, type->fields[i]);
	}
}

/* What is decided on, to whoever may see it. */
enum status portal_draw_subject(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct value of = portal_subject(page);
	const struct field *text = page->record->type->portal->slots[SLOT_TEXT];
	struct record_page ticket;
	enum status status;

	if (text)
		draw_text(visit, page, words_of(visit, &text->label),
			  record_value(page->record, is_told_in_other(page, text) ? text->in_japanese : text));
	if (of.kind != VALUE_RECORD)
		return OK;
	if ((status = record_page_load(&ticket, visit, page->connection, of.number))) {
		error_clear(&visit->error);
		return status == E_NOT_FOUND ? OK : status;
	}
	if (!ticket.record->type->portal) {
		draw_texts(&ticket);
		return OK;
	}
	if (ticket.record->type->portal->part == PORTAL_TICKET)
		html(&visit->h, "<p class='sub'><a href='%u'>%t %t</a></p>", portal_url(visit, ticket.record),
		     number_text(visit, of.number), show_title(visit, ticket.record));
	if ((status = draw_told(&ticket)))
		return status;
	draw_facts(&ticket);
	return OK;
}

static void draw_outcome(struct record_page *page)
{
	const struct field *outcome = page->record->type->portal->slots[SLOT_OUTCOME];
	struct record *record = page->record;

	if (outcome)
		draw_text(page->visit, page, words_of(page->visit, &outcome->label), record_value(record, outcome));
}

/* The public conversation only, also for our own staff. */
static void draw_conversation(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	struct markdown_options markdown = record_markdown(page);
	struct entry_view *entries = arena_many(visit->arena, struct entry_view, record_entries_room(page));
	struct timeline_view timeline = {.entries = entries, .markdown = &markdown};
	size_t used;

	html(h, "<section aria-labelledby='said'><h2 id='said'>%l</h2>", N_("Messages"));
	timeline.count = record_entries(page, S("messages"), 0, RECORD_EVENTS, entries, &used);
	for (size_t i = 0; i < timeline.count; i++) /* all of them stand on this page */
		if (entries[i].id.n)
			entries[i].url = str_format(visit->arena, "%.*s#%.*s", STR_ARG(portal_url(visit, page->record)),
						    STR_ARG(entries[i].id));
	if (timeline.count)
		draw_entries(h, &timeline, "said");
	else
		html(h, "<p class='sub'>%l</p>", N_("Nothing was said yet."));
	html(h, "</section>");
}

static void draw_reply(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	struct str error = visit_words_of_field(visit, "comment");

	if (!page->may_comment)
		return;
	html(h, "<form class='preply' method='post' action='%u/reply' enctype='multipart/form-data'>",
	     portal_url(visit, page->record));
	html_token(h);
	html(
	    h,
	    "<div class='field'><label for='text'>%l</label><textarea id='text' name='text' rows='4'%m%m>%t</textarea>",
	    N_("Write to us"), attribute_if("aria-invalid", error.n ? S("true") : S("")),
	    attribute_if("aria-describedby", error.n ? S("text-error") : S("")), form_word(visit, "text"));
	if (error.n)
		html(h, "<p class='err' id='text-error'>%t</p>", error);
	html(h,
	     "</div><div class='field'><label for='file'>%l</label><input id='file' type='file' name='file' "
	     "multiple></div>",
	     N_("Files"));
	html(h, "<button class='btn main'>%i%l</button></form>", ICON_SEND, N_("Send"));
}

/* --- a step that asks for something --- */

/* NULL: none, or one that is not this person's, or not now. What was sent already is told why. */
static enum status asked_step(const struct record_page *page, const struct transition **step)
{
	struct visit *visit = page->visit;
	bool posted = visit->request->method == HTTP_POST, may = true;
	struct str name = posted ? http_parameter(visit->request, "transition") : http_query(visit->request, "do");
	const struct transition *transition = name.n ? type_transition(page->record->type, name) : NULL;
	enum status status = OK;

	if (transition && !posted)
		status = edit_may_transition(visit->kernel, page->connection, visit->arena, visit->actor, page->record,
					     transition, visit->now, &may, &visit->error);
	*step = transition && transition->plain.text[ENGLISH].n && may ? transition : NULL;
	return status;
}

static enum status step_fields(struct record_page *page, const struct transition *transition,
			       const struct field ***fields, size_t *count)
{
	*fields = arena_many(page->visit->arena, const struct field *,
			     transition->requires_count + transition->asks_count + 1);
	*count = 0;
	for (size_t i = 0; i < transition->requires_count; i++)
		if (transition->requires[i].field &&
		    access_may_set(page->visit->kernel, page->visit->actor, transition->requires[i].field))
	(*fields)[(*count)++] = transition->requires[i].field;
	for (size_t i = 0; i < transition->asks_count; i++)
		if (access_may_set(page->visit->kernel, page->visit->actor, transition->asks[i]))
			(*fields)[(*count)++] = transition->asks[i];
	return OK;
}

static bool wants_comment(const struct transition *transition)
{
	for (size_t i = 0; i < transition->requires_count; i++)
		if (transition->requires[i].comment)
			return true;
	return false;
}

static enum status draw_step(struct record_page *page, const struct transition *transition)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	struct str error = visit_words_of_field(visit, "comment"), other;
	const struct field **fields;
	struct field_form_view *views;
	size_t count;
	enum status status;

	if ((status = step_fields(page, transition, &fields, &count)))
		return status;
	views = arena_many(visit->arena, struct field_form_view, count + 1);
	if ((status = record_page_form(page, fields, count, views)))
		return status;
	html(h, "<form class='pstep' id='do' method='post' action='%u/do/%p'><h2>%t</h2>",
	     portal_url(visit, page->record), transition->name, words_of(visit, &transition->plain));
	html_token(h);
	other = form_other_errors(visit, fields, count);
	if (other.n && !error.n)
		draw_notice(h, other, NOTICE_BAD);
	for (size_t i = 0; i < count; i++)
		draw_field(h, &views[i]);
	if (wants_comment(transition)) {
		struct field_form_view view = {.form = FORM_LONG_TEXT,
					       .name = S("comment"),
					       .label = label(h, N_("Why?")),
					       .value = form_word(visit, "comment"),
					       .error = error,
					       .required = true,
					       .focus = true};

		draw_field(h, &view);
	}
	html(h,
	     "<div class='btns'><button class='btn main'>%t</button><a class='btn quiet' href='%u'>%l</a></div></form>",
	     words_of(visit, &transition->plain), portal_url(visit, page->record), N_("Cancel"));
	return OK;
}

/* --- the page --- */

static enum status draw_request(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct record *record = page->record;
	const struct transition *step;
	struct ticket_view ticket;
	struct str wrong;
	enum status status = portal_ticket(visit, page->connection, record, &ticket);

	if (status || (status = asked_step(page, &step)))
		return status;
	portal_begin(visit, ticket.title);
	html(h, "<div class='phead'><h1>%t</h1><p>%t</p></div><div class='pstate'>", ticket.title, ticket.plain);
	draw_ticket_steps(h, &ticket);
	if (ticket.button_count && !step)
		draw_step_buttons(h, ticket.buttons, ticket.button_count);
	html(h, "</div>");
	wrong = visit->error.count && !step && !visit_words_of_field(visit, "comment").n
		    ? form_other_errors(visit, NULL, 0)
		    : S("");
	if (wrong.n)
		draw_notice(h, wrong, NOTICE_BAD);
	if (step && (status = draw_step(page, step)))
		return status;
	if (record->type->portal->part == PORTAL_DECISION)
		return portal_draw_subject(page);
	draw_outcome(page);
	draw_conversation(page);
	draw_reply(page);
	if ((status = draw_told(page)) || (status = draw_decisions(page)))
		return status;
	draw_facts(page);
	return OK;
}

static enum status load(struct visit *visit, struct connection *connection, struct record_page *page)
{
	struct record *record;
	enum status status = portal_record(visit, connection, PORTAL_TICKET, &record);

	return status ? status : record_page_load(page, visit, connection, record->identity);
}

static void answer(struct visit *visit, unsigned code)
{
	READER connection = NULL;
	struct record_page page;
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = load(visit, connection, &page)) ||
	    (status = draw_request(&page)))
		visit_refuse(visit, status);
	else
		visit_end(visit, code);
}

void page_portal_request(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};

	if (portal_start(&visit, request, response))
		answer(&visit, 200);
}

/* --- posted --- */

static void replied(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	const struct reply *reply = data;

	(void)batch;
	if (status)
		answer(visit, http_status_of(visit->error.status));
	else
		visit_go(visit, portal_url(visit, reply->record));
}

static void perform(struct http_request *request, struct http_response *response,
		    enum status (*read)(struct visit *visit, struct connection *connection, struct reply *reply))
{
	struct reply *reply = arena_one(request->arena, struct reply);
	VISIT visit = {0};
	enum status status;

	if (!portal_start_form(&visit, request, response))
		return;
	{
		READER connection = NULL;

		if ((status = visit_reader(&visit, &connection)) ||
		    (status = portal_record(&visit, connection, PORTAL_TICKET, &reply->record))) {
			visit_refuse(&visit, status);
			return;
		}
		reply->request = (struct edit_request){.record = reply->record->identity,
						       .type = reply->record->type,
						       .via = VIA_PORTAL,
						       .comment_is_public = true,
						       .at = INSTANT_NONE};
		status = read(&visit, connection, reply);
	}
	if (status) {
		answer(&visit, http_status_of(visit.error.status));
		return;
	}
	reply->batch = (struct edit_batch){.actor = visit.actor,
					   .requests = &reply->request,
					   .count = 1,
					   .results = &reply->result,
					   .now = INSTANT_NONE};
	visit_edit(&visit, &reply->batch, replied, reply);
}

static enum status read_reply(struct visit *visit, struct connection *connection, struct reply *reply)
{
	(void)connection;
	form_files(visit, &reply->request);
	reply->request.comment = str_trim(form_word(visit, "text"));
	if (reply->request.comment.n || reply->request.attachment_count)
		return OK;
	return error_fail(&visit->error, E_INVALID, "comment", "required", N_("Write something, or attach a file"));
}

void post_portal_reply(struct http_request *request, struct http_response *response)
{
	perform(request, response, read_reply);
}

/* Only what the portal offers: other steps are taken on the record's own page. */
static enum status read_step(struct visit *visit, struct connection *connection, struct reply *reply)
{
	struct field_input *inputs = arena_many(visit->arena, struct field_input, reply->record->type->field_count + 1);

	reply->transition = type_transition(reply->record->type, http_parameter(visit->request, "transition"));
	if (!reply->transition || !reply->transition->plain.text[ENGLISH].n)
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such step"));
	reply->request.transition = reply->transition;
	reply->request.comment = str_trim(form_word(visit, "comment"));
	reply->request.fields = inputs;
	return record_page_inputs(visit, connection, reply->record, reply->record->type, inputs,
				  &reply->request.field_count);
}

void post_portal_step(struct http_request *request, struct http_response *response)
{
	perform(request, response, read_step);
}
