/* What is done on a record's page: edits, steps, comments, links, watching; and its files. */
#include <ctype.h>

#include "api/api.h"
#include "behaviour/log_reading.h"
#include "record/access.h"
#include "web/page_record.h"
#include "web/pages.h"

enum deed { DEED_EDIT, DEED_STEP, DEED_COMMENT, DEED_LINK, DEED_WATCH };

enum { TRIES = 3 }; /* when somebody else saves between our looking and our saving */

struct act;
typedef enum status act_reader(struct visit *visit, struct connection *connection, struct act *act);

struct act { /* what was asked for, kept until it is committed or refused */
	enum deed deed;
	act_reader *read; /* what the form asks for */
	int tries;
	struct meanwhile meanwhile;
	struct record *record;
	const struct transition *transition;
	struct edit_batch batch;
	struct edit_request request;
	struct edit_result result;
};

static enum status no_such_record(struct visit *visit)
{
	return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
}

/* --- refused: the same page, with what was typed and what is wrong --- */

static enum status reopen(struct record_page *page, const struct act *act)
{
	struct visit *visit = page->visit;

	if (act->meanwhile.conflict_count)
		return record_page_open_conflict(page, &act->meanwhile, act->transition, &act->request);
	switch (act->deed) {
	case DEED_EDIT:
		return record_page_open(page);
	case DEED_STEP:
		if (access_may_take(visit->kernel, visit->actor, page->record, act->transition))
			return record_page_open_transition(page, act->transition);
		break; /* what others would be asked for is not shown */
	case DEED_LINK:
		if (!str_is(http_query(visit->request, "remove"), "yes"))
			return record_page_open_link(page);
		break;
	case DEED_COMMENT:
		page->comment = form_word(visit, "text");
		page->comment_is_internal = str_is(form_word(visit, "audience"), "internal");
		page->comment_error = form_other_errors(visit, NULL, 0);
		if (!page->comment_error.n)
			page->comment_error = visit_words_of_field(visit, "comment");
		return OK;
	case DEED_WATCH:
		break;
	}
	page->notice = form_other_errors(visit, NULL, 0);
	return OK;
}

static void refuse(struct visit *visit, const struct act *act)
{
	READER connection = NULL;
	struct record_page page;
	unsigned code = http_status_of(visit->error.status);
	enum status status;

	if ((status = visit_reader(visit, &connection)) ||
	    (status = record_page_load(&page, visit, connection, act->record->identity)) ||
	    (status = reopen(&page, act))) {
		visit_refuse(visit, status);
		return;
	}
	if (act->deed == DEED_EDIT && !page.dialog && !page.editing && !page.conflict)
		page.notice = form_other_errors(visit, NULL, 0);
	record_page_answer(&page, code);
}

/* --- begin and end of every deed --- */

static enum status load(struct visit *visit, struct connection *connection, struct act *act)
{
	int64_t identity;
	enum status status;

	if (!kernel_parse_number(visit->kernel, http_parameter(visit->request, "number"), &identity))
		return no_such_record(visit);
	if ((status = read_record(visit->kernel, connection, visit->arena, visit->actor, identity, &act->record,
				  &visit->error)))
		return status;
	act->request =
	    (struct edit_request){.type = act->record->type, .record = identity, .via = VIA_WEB, .at = INSTANT_NONE};
	return meanwhile_read(visit, connection, act->record, form_version(visit), &act->meanwhile);
}

static void attempt(struct visit *visit, struct act *act);

/* What others changed beside it is told on the page to which it leads. */
static struct str place_after(struct visit *visit, const struct act *act)
{
	struct str list = http_query(visit->request, "list");
	struct buf url = buf_new(visit->arena);

	buf_add(&url, record_url(visit, act->record->identity));
	if (act->meanwhile.count)
		buf_format(&url, "?beside=%lld", (long long)act->meanwhile.since);
	if (list.n)
		buf_format(&url, "%clist=%.*s", act->meanwhile.count ? '&' : '?',
			   STR_ARG(url_part(visit->arena, list)));
	return buf_str(&url);
}

static void done(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	struct act *act = data;

	(void)batch;
	if (status == E_STALE && ++act->tries < TRIES) {
		error_clear(&visit->error);
		attempt(visit, act);
	} else if (status) {
		refuse(visit, act);
	} else {
		visit_go(visit, place_after(visit, act));
	}
}

static void go(struct visit *visit, struct act *act)
{
	act->batch = (struct edit_batch){
	    .actor = visit->actor, .requests = &act->request, .count = 1, .results = &act->result, .now = INSTANT_NONE};
	visit_edit(visit, &act->batch, done, act);
}

/* What was posted, on the record as it stands now. What cannot be understood is told at once. */
static void attempt(struct visit *visit, struct act *act)
{
	enum status status;

	{
		READER connection = NULL;

		if ((status = visit_reader(visit, &connection)) || (status = load(visit, connection, act))) {
			visit_refuse(visit, status);
			return;
		}
		status = act->read(visit, connection, act);
	}
	if (status && status != E_NOT_FOUND)
		refuse(visit, act);
	else if (status)
		visit_refuse(visit, status);
	else
		go(visit, act);
}

static void perform(struct http_request *request, struct http_response *response, enum deed deed, act_reader *read)
{
	struct act *act = arena_one(request->arena, struct act);
	VISIT visit = {0};

	act->deed = deed;
	act->read = read;
	if (visit_start_form(&visit, request, response))
		attempt(&visit, act);
}

/* The fields of the form, as far as they go together with what others did meanwhile. */
static enum status read_fields(struct visit *visit, struct connection *connection, struct act *act)
{
	struct field_input *inputs = arena_many(visit->arena, struct field_input, act->record->type->field_count + 1);
	enum status status =
	    record_page_inputs(visit, connection, act->record, act->record->type, inputs, &act->request.field_count);

	act->request.fields = inputs;
	if (status)
		return status;
	meanwhile_reconcile(visit, act->record, &act->meanwhile, &act->request, inputs);
	return !act->meanwhile.conflict_count
		   ? OK
		   : error_fail(&visit->error, E_STALE, "version", "stale",
				N_("Somebody else changed this record meanwhile: look at it again"));
}

/* --- fields --- */

void post_edit(struct http_request *request, struct http_response *response)
{
	perform(request, response, DEED_EDIT, read_fields);
}

/* --- steps --- */

static enum status read_step(struct visit *visit, struct connection *connection, struct act *act)
{
	act->transition = type_transition(act->record->type, http_parameter(visit->request, "transition"));
	if (!act->transition)
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such step"));
	act->request.transition = act->transition;
	act->request.comment = str_trim(form_word(visit, "comment"));
	act->request.comment_is_public =
	    !actor_is_staff(visit->actor) || str_is(form_word(visit, "comment_public"), "true");
	return read_fields(visit, connection, act);
}

void post_transition(struct http_request *request, struct http_response *response)
{
	perform(request, response, DEED_STEP, read_step);
}

static enum status ask(struct visit *visit, struct connection *connection, struct record_page *page)
{
	const struct transition *transition;
	int64_t identity;
	bool may;
	enum status status;

	if (!kernel_parse_number(visit->kernel, http_parameter(visit->request, "number"), &identity))
		return no_such_record(visit);
	if ((status = record_page_load(page, visit, connection, identity)))
		return status;
	transition = type_transition(page->record->type, http_parameter(visit->request, "transition"));
	if (!transition)
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such step"));
	if ((status = edit_may_transition(visit->kernel, connection, visit->arena, visit->actor, page->record,
					  transition, visit->now, &may, &visit->error)))
		return status;
	if (may)
		return record_page_open_transition(page, transition);
	page->notice = label(&visit->h, N_("This step cannot be taken now. What can be done stands above."));
	return OK;
}

void page_transition(struct http_request *request, struct http_response *response)
{
	READER connection = NULL;
	struct record_page page = {0};
	VISIT visit = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = visit_reader(&visit, &connection)) || (status = ask(&visit, connection, &page)))
		visit_refuse(&visit, status);
	else
		record_page_answer(&page, page.dialog ? 200 : 409);
}

/* --- comments and files --- */

static enum status read_comment(struct visit *visit, struct connection *connection, struct act *act)
{
	(void)connection;
	form_files(visit, &act->request);
	act->request.comment = str_trim(form_word(visit, "text"));
	act->request.comment_is_public =
	    !actor_is_staff(visit->actor) || str_is(form_word(visit, "audience"), "public");
	if (!act->request.comment.n && !act->request.attachment_count)
		return error_fail(&visit->error, E_INVALID, "comment", "required",
				  N_("Write something, or attach a file"));
	return OK;
}

/* Only to be shown as it will stand: nothing is kept. */
static enum status preview(struct visit *visit, struct connection *connection, struct record_page *page)
{
	int64_t identity;
	enum status status;

	if (!kernel_parse_number(visit->kernel, http_parameter(visit->request, "number"), &identity))
		return no_such_record(visit);
	if ((status = record_page_load(page, visit, connection, identity)))
		return status;
	page->comment = form_word(visit, "text");
	page->comment_is_internal = str_is(form_word(visit, "audience"), "internal");
	page->comment_preview = true;
	return OK;
}

static void answer_preview(struct visit *visit)
{
	READER connection = NULL;
	struct record_page page = {0};
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = preview(visit, connection, &page)))
		visit_refuse(visit, status);
	else
		record_page_answer(&page, 200);
}

void post_comment(struct http_request *request, struct http_response *response)
{
	struct act *act = arena_one(request->arena, struct act);
	VISIT visit = {0};

	*act = (struct act){.deed = DEED_COMMENT, .read = read_comment};
	if (!visit_start_form(&visit, request, response))
		return;
	if (form_word(&visit, "look").n)
		answer_preview(&visit);
	else
		attempt(&visit, act);
}

static enum status find_file(struct visit *visit, struct attachment **file, struct str *bytes)
{
	READER connection = NULL;
	int64_t identity, record;
	enum status status;

	if (!str_int64(http_parameter(visit->request, "file"), &identity) ||
	    !kernel_parse_number(visit->kernel, http_parameter(visit->request, "number"), &record))
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such file"));
	if ((status = visit_reader(visit, &connection)) ||
	    (status = read_attachment_bytes(visit->kernel, connection, visit->arena, visit->actor, identity, file,
					    bytes, &visit->error)))
		return status;
	if ((*file)->record != record)
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such file"));
	log_reading_by(visit->kernel, connection, visit->arena, visit->actor, record, READ_FILE, visit->now);
	return OK;
}

void send_file(struct http_request *request, struct http_response *response)
{
	struct attachment *file = NULL;
	VISIT visit = {0};
	struct str bytes;
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	status = find_file(&visit, &file, &bytes);
	if (status || !file) {
		visit_refuse(&visit, status ? status : E_NOT_FOUND);
		return;
	}
	http_attachment(response, file->name, "application/octet-stream", bytes);
}

/* --- links --- */

static struct str said(struct visit *visit, const char *name)
{
	struct str query = http_query(visit->request, name);

	return query.p ? query : str_trim(form_word(visit, name));
}

static const struct link_kind *kind_of(const struct type *type, struct str text, bool *backwards)
{
	struct link_kind **kinds = type->links;
	size_t count = type->link_count;

	*backwards = str_starts(text, S("from."));
	if (*backwards) {
		kinds = type->back_links;
		count = type->back_link_count;
	} else if (!str_starts(text, S("to."))) {
		return NULL;
	}
	text = str_sub(text, *backwards ? 5 : 3, text.n);
	for (size_t i = 0; i < count; i++)
		if (str_eq(kinds[i]->kind, text))
			return kinds[i];
	return NULL;
}

/* "inc-12" is meant as INC-12. */
static struct str upper(struct visit *visit, struct str text)
{
	char *copy = str_c(visit->arena, text);

	for (char *c = copy; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return str_of(copy);
}

static enum status read_link(struct visit *visit, struct connection *connection, struct act *act)
{
	struct link_input *link = arena_one(visit->arena, struct link_input);
	struct str other = said(visit, "other");
	enum status status;

	link->link = kind_of(act->record->type, said(visit, "kind"), &link->backwards);
	link->remove = str_is(http_query(visit->request, "remove"), "yes");
	if (!link->link)
		return error_fail(&visit->error, E_INVALID, "kind", "required", N_("Choose a kind of link"));
	if (!kernel_parse_number(visit->kernel, upper(visit, other), &link->other) && other.n &&
	    (status = record_find(visit->kernel, connection, link->backwards ? link->link->from : link->link->to, other,
				  &link->other, &visit->error)))
		return status;
	if (!link->other)
		return error_fail(&visit->error, E_INVALID, "other", "reference", N_("There is no such record"));
	act->request.links = link;
	act->request.link_count = 1;
	return OK;
}

void post_link(struct http_request *request, struct http_response *response)
{
	perform(request, response, DEED_LINK, read_link);
}

/* --- watching --- */

static enum status read_watch(struct visit *visit, struct connection *connection, struct act *act)
{
	(void)connection;
	act->request.watch = !str_is(form_word(visit, "watch"), "no");
	act->request.unwatch = !act->request.watch;
	return OK;
}

void post_watch(struct http_request *request, struct http_response *response)
{
	perform(request, response, DEED_WATCH, read_watch);
}
