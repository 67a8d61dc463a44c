#include "api/call.h"

#include <stdio.h>
#include <string.h>

#include "record/claim.h"

static enum status actor_of_token(struct arena *arena, struct kernel *kernel, struct connection *connection,
				  struct str secret, struct str address, instant now, const struct actor **actor,
				  struct error *error)
{
	enum token_scope scope;
	int64_t person;
	enum status status = token_check(kernel, connection, secret, address, now, &person, &scope, error);

	if (status)
		return status;
	status = actor_of_person_on(kernel, connection, arena, person, actor, error);
	if (status == E_NOT_FOUND) {
		error_clear(error);
		return error_fail(error, E_SIGN_IN, "", "token", N_("This token is unknown, revoked or has expired"));
	}
	if (status)
		return status;
	claim_remember(kernel, secret, person, scope);
	if (scope == TOKEN_READ)
		*actor = actor_reading(arena, *actor);
	return OK;
}

static bool changes_something(const struct http_request *request)
{
	return request->method != HTTP_GET && request->method != HTTP_HEAD;
}

static enum status actor_of_session(struct http_request *request, struct kernel *kernel, struct connection *connection,
				    struct str secret, instant now, const struct actor **actor, struct error *error)
{
	struct str csrf = http_header(request, "X-CSRF-Token");
	struct session session;
	enum status status = session_check(kernel, connection, secret, now, &session, error);

	if (status)
		return status;
	if (changes_something(request) && !str_eq(csrf, str_of(session.csrf)))
		return error_fail(error, E_DENIED, "", "csrf",
				  N_("The request does not carry this session's token; reload the page"));
	return actor_of_person_on(kernel, connection, request->arena, session.person, actor, error);
}

static struct str bearer_of(struct str authorization)
{
	if (authorization.n > 7 && str_eq_nocase(str_sub(authorization, 0, 7), S("Bearer ")))
		return str_trim(str_sub(authorization, 7, authorization.n));
	return (struct str){0};
}

enum status request_actor_still(struct http_request *request, struct arena *arena, struct kernel *kernel,
				struct connection *connection, instant now, const struct actor **actor,
				struct error *error)
{
	struct str bearer = bearer_of(http_header(request, "Authorization"));
	int64_t person;
	enum status status;

	if (bearer.p)
		return actor_of_token(arena, kernel, connection, bearer, (struct str){0}, now, actor, error);
	status = session_person(connection, http_cookie(request, "kaname"), now, &person, error);
	return status ? status : actor_of_person_on(kernel, connection, arena, person, actor, error);
}

enum status request_actor(struct http_request *request, struct kernel *kernel, struct connection *connection,
			  instant now, const struct actor **actor, struct error *error)
{
	struct str authorization = http_header(request, "Authorization"), cookie = http_cookie(request, "kaname");
	struct str bearer = bearer_of(authorization);

	if (bearer.p)
		return actor_of_token(request->arena, kernel, connection, bearer, request->remote, now, actor, error);
	if (authorization.n)
		return error_fail(error, E_SIGN_IN, "", "scheme", N_("Authorization must be a bearer token"));
	if (cookie.n)
		return actor_of_session(request, kernel, connection, cookie, now, actor, error);
	return error_fail(error, E_SIGN_IN, "", "sign_in", N_("Please sign in"));
}

void call_prefix_faults(struct call *call, size_t first, size_t row)
{
	for (size_t i = first; i < call->error.count; i++)
		call->error.items[i].field =
		    str_c(call->arena, str_format(call->arena, "%zu.%s", row, call->error.items[i].field));
}

void call_refuse(struct call *call, enum status status)
{
	enum language language = call->actor && !call->actor->is_system ? call->actor->language : ENGLISH;

	if (!call->error.status)
		call->error.status = status;
	if (call->relieved && kernel_asks_again(&call->error) && http_again(call->request))
		return;
	if (call->claim && http_again(call->request)) /* nobody is refused for what is only remembered */
		return;
	if (call->error.status == E_UNAVAILABLE && !call->error.wait_seconds)
		call->error.wait_seconds = 2;
	http_problem(call->response, &call->error, language);
}

void call_answer(struct call *call, unsigned status, const struct buf *json)
{
	if (json->failed) {
		call_refuse(call, error_fail(&call->error, E_TOO_LARGE, "", "too_large",
					     N_("The answer is too large; ask for less")));
		return;
	}
	http_status(call->response, status);
	http_body(call->response, "application/json", buf_str(json));
}

/* Where everything may be seen, nothing is loaded. */
static enum status is_visible(struct call *call, struct connection *connection, const struct type *type,
			      int64_t identity, bool *visible)
{
	struct filter_sql scope;
	struct record *record;
	enum status status;

	access_scope(call->arena, call->kernel, call->actor, type, "r", &scope);
	*visible = !scope.sql.n;
	if (*visible)
		return OK;
	if (!(status = record_load(call->kernel, connection, call->arena, identity, false, &record, &call->error)))
		*visible = record && access_reads_record(call->kernel, call->actor, record);
	return status;
}

enum status call_find(struct call *call, struct connection *connection, const struct type *type, struct str text,
		      int64_t *identity)
{
	bool visible;
	enum status status = record_find(call->kernel, connection, type, text, identity, &call->error);

	if (status || !*identity)
		return status;
	if (!(status = is_visible(call, connection, type, *identity, &visible)) && !visible)
		*identity = 0;
	return status;
}

static enum status find_subject(struct call *call, enum call_needs needs)
{
	struct str collection = http_parameter(call->request, "collection"),
		   number = http_parameter(call->request, "number");

	if (needs == CALL_ACTOR)
		return OK;
	call->type = map_get(&call->kernel->model->types_by_collection, collection);
	if (!call->type || !access_reads_type(call->kernel, call->actor, call->type))
		return error_fail(&call->error, E_NOT_FOUND, "", "not_found", N_("There is no such collection"));
	if (needs == CALL_RECORD && (!kernel_parse_number(call->kernel, number, &call->identity) ||
				     kernel_type_of(call->kernel, call->identity) != call->type)) {
		enum status status = call->early ? OK : kernel_reader(call->kernel, &call->early, &call->error);

		if (status || (status = call_find(call, call->early, call->type, number, &call->identity)))
			return status;
		if (!call->identity)
			return error_fail(&call->error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
	}
	return OK;
}

static enum status check_key(struct call *call)
{
	enum { KEY_MOST = 255 };

	if (http_header(call->request, "Idempotency-Key").n <= KEY_MOST)
		return OK;
	return error_fail(&call->error, E_SYNTAX, "Idempotency-Key", "too_long",
			  N_("An idempotency key has at most 255 characters"));
}

enum status call_reader(struct call *call, struct connection **connection)
{
	*connection = call->early;
	call->early = NULL;
	return *connection ? OK : kernel_reader(call->kernel, connection, &call->error);
}

enum status call_record(struct call *call, struct connection *connection, struct record **record)
{
	return read_record(call->kernel, connection, call->arena, call->actor, call->identity, record, &call->error);
}

void call_release(struct call *call)
{
	store_reader_done(&call->early);
}

/* A single record costs a replica as much as the database itself. What a replica failed to read, it is not asked again.
 */
static bool reads_widely(const struct http_request *request, enum call_needs needs)
{
	return needs != CALL_RECORD && !changes_something(request) && !request->again;
}

static enum status recognise(struct call *call)
{
	struct http_request *request = call->request;
	enum status status = changes_something(request) ? kernel_glance(call->kernel, &call->early, &call->error)
							: kernel_reader(call->kernel, &call->early, &call->error);

	if (status)
		return status;
	return request_actor(request, call->kernel, call->early, call->now, &call->actor, &call->error);
}

/* Who is not remembered, or was remembered wrongly, is looked up. */
static void recall(struct call *call)
{
	struct http_request *request = call->request;
	struct str bearer = bearer_of(http_header(request, "Authorization"));
	struct claim *claim;

	if (request->again || !bearer.p)
		return;
	claim = arena_one(call->arena, struct claim);
	if (claim_recall(call->kernel, call->arena, bearer, request->remote, call->now, claim, &call->actor))
		call->claim = claim;
}

static bool start(struct call *call, enum call_needs needs)
{
	struct http_request *request = call->request;
	enum status status = call->claim ? OK : recognise(call);

	if (!status)
		status = check_key(call);
	if (!status)
		status = find_subject(call, needs);
	if (status)
		call_refuse(call, status);
	else if (reads_widely(request, needs))
		call->relieved = kernel_relieve(&call->early);
	return !status;
}

static void begin(struct call *call, struct http_request *request, struct http_response *response)
{
	struct surface *surface = request->context;

	*call = (struct call){.request = request,
			      .response = response,
			      .surface = surface,
			      .kernel = surface->kernel,
			      .arena = request->arena,
			      .now = time_now()};
}

bool call_start(struct call *call, struct http_request *request, struct http_response *response, enum call_needs needs)
{
	begin(call, request, response);
	return start(call, needs);
}

bool call_start_edit(struct call *call, struct http_request *request, struct http_response *response,
		     enum call_needs needs)
{
	begin(call, request, response);
	recall(call);
	return start(call, needs);
}

bool call_allows(struct call *call, const char *const *names)
{
	for (size_t i = 0; i < call->request->query.count; i++) {
		struct str name = call->request->query.items[i].name;
		bool known = false;

		for (size_t j = 0; names[j]; j++)
			known = known || str_is(name, names[j]);
		if (!known) {
			call_refuse(call, error_fail_at(&call->error, E_SYNTAX, name, "unknown",
							N_("There is no such parameter here")));
			return false;
		}
	}
	return true;
}

bool call_limit(struct call *call, int64_t otherwise, int64_t most, size_t *limit)
{
	struct str text = http_query(call->request, "limit");
	int64_t number = otherwise;
	char words[24];

	if (text.p && (!str_int64(text, &number) || number < 1 || number > most)) {
		snprintf(words, sizeof(words), "%lld", (long long)most);
		call_refuse(call, error_fail(&call->error, E_SYNTAX, "limit", "range",
					     N_("A limit from 1 to %s is expected"), words));
		return false;
	}
	*limit = (size_t)number;
	return true;
}

/* --- edits: parked until they are committed --- */

struct parked {
	struct call call;
	struct edit_batch *batch;
	struct edit_ticket ticket;
	enum status status;
	struct error error;
	void (*answer)(struct call *call, struct edit_batch *batch);
};

static void committed(void *context, enum status status, const struct error *error)
{
	struct parked *parked = context;

	parked->status = status;
	if (status)
		error_append(&parked->error, error);
	http_resume(parked->call.request);
}

static void answer_parked(struct http_request *request, struct http_response *response)
{
	struct parked *parked = request->data;

	parked->call.response = response;
	if (parked->ticket.disproved && http_again(request))
		return;
	parked->call.claim = NULL; /* it has been proved */
	if (parked->status) {
		error_append(&parked->call.error, &parked->error);
		if (parked->call.is_bulk && parked->batch->count == 1)
			call_prefix_faults(&parked->call, 0, 0);
		call_refuse(&parked->call, parked->status);
		return;
	}
	parked->answer(&parked->call, parked->batch);
}

void call_edit(struct call *call, struct edit_batch *batch, void (*answer)(struct call *call, struct edit_batch *batch))
{
	struct parked *parked = arena_one(call->arena, struct parked);
	enum status status;

	call_release(call);
	batch->claim = call->claim;
	*parked = (struct parked){.call = *call, .batch = batch, .answer = answer};
	parked->ticket =
	    (struct edit_ticket){.kernel = call->kernel, .batch = batch, .done = committed, .context = parked};
	call->request->data = parked;
	http_suspend(call->request, answer_parked);
	status = kernel_edit_start(&parked->ticket, &parked->error);
	if (status) { /* not taken: done will not be called */
		parked->status = status;
		http_resume(call->request);
	}
}
