/* Webhooks by program: what went there and what became of it, sending it again, and its secret, which is made and told
 * once. For whoever may edit the webhook; for others there is nothing here. Switching one off or on is an edit of it.
 *
 * GET {webhook}/deliveries, POST {webhook}/deliveries/{delivery}/replay, POST {webhook}/replay?since=, POST
 * {webhook}/secret. */
#include "api/operations.h"
#include "record/access.h"
#include "record/hooks.h"

static enum status find_webhook(struct call *call, struct connection *connection)
{
	struct record *webhook;
	enum status status = call_record(call, connection, &webhook);

	if (status || (call->type->acts_as == ACTS_WEBHOOK &&
		       access_may(call->kernel, call->actor, call->type, ACCESS_EDIT, webhook)))
		return status;
	return error_fail(&call->error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
}

static void finish(struct call *call, enum status status, unsigned code, const struct buf *json)
{
	if (status)
		call_refuse(call, status);
	else
		call_answer(call, code, json);
}

/* --- what went there --- */

static void delivery_json(const struct shown *shown, const struct delivery *delivery, struct buf *json)
{
	static const char *const states[DELIVERY_STATES] = {[DELIVERY_WAITING] = "waiting",
							    [DELIVERY_DONE] = "done",
							    [DELIVERY_SKIPPED] = "skipped",
							    [DELIVERY_FAILED] = "failed"};

	buf_format(json, "{\"id\":%lld,\"event\":%lld,\"record\":", (long long)delivery->id,
		   (long long)delivery->event);
	json_number(json, shown, delivery->record);
	buf_format(json, ",\"state\":\"%s\",\"attempts\":%lld,\"queued_at\":", states[delivery->state],
		   (long long)delivery->attempts);
	json_time(json, delivery->queued_at);
	buf_add(json, S(",\"due_at\":"));
	json_time(json, delivery->state == DELIVERY_WAITING ? delivery->due_at : INSTANT_NONE);
	buf_add(json, S(",\"sent_at\":"));
	json_time(json, delivery->sent_at);
	buf_format(json, ",\"code\":%lld,\"took_ms\":%lld,\"answer\":", (long long)delivery->code,
		   (long long)delivery->took);
	buf_add_json_string(json, delivery->says);
	buf_add_char(json, '}');
}

static enum status deliveries_json(struct call *call, size_t limit, int64_t before, struct buf *json)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	struct delivery *deliveries;
	READER connection = NULL;
	size_t count;
	enum status status;

	if ((status = call_reader(call, &connection)) || (status = find_webhook(call, connection)) ||
	    (status = deliveries_list(connection, call->arena, call->identity, before, limit + 1, &deliveries, &count,
				      &call->error)))
		return status;
	for (size_t i = 0; i < count; i++)
		shown_need(&shown, deliveries[i].record);
	if ((status = shown_look_up(&shown, connection, call->actor, &call->error)))
		return status;
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < count && i < limit; i++) {
		if (i)
			buf_add_char(json, ',');
		delivery_json(&shown, &deliveries[i], json);
	}
	if (count > limit)
		buf_format(json, "],\"next\":\"%lld\"}", (long long)deliveries[limit - 1].event);
	else
		buf_add(json, S("],\"next\":null}"));
	return OK;
}

void api_deliveries(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"limit", "after", NULL};
	struct str after = http_query(request, "after");
	struct buf json = buf_new(request->arena);
	int64_t before = 0;
	CALL call = {0};
	size_t limit;
	enum status status = OK;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, allowed) ||
	    !call_limit(&call, 50, 100, &limit))
		return;
	if (after.p && (!str_int64(after, &before) || before < 1))
		status = error_fail(&call.error, E_SYNTAX, "after", "cursor",
				    N_("This cursor does not belong to this list"));
	finish(&call, status ? status : deliveries_json(&call, limit, before, &json), 200, &json);
}

/* --- deciding --- */

/* Whoever may decide; what the call has read is given back, so that somebody can write. */
static enum status may_decide(struct call *call)
{
	READER connection = NULL;
	enum status status = call_reader(call, &connection);

	if (!status)
		status = find_webhook(call, connection);
	store_reader_done(&connection);
	if (!status && call->actor->read_only)
		status = error_fail(&call->error, E_DENIED, "", "scope", N_("This token may only read"));
	call_release(call);
	return status;
}

void api_replay_delivery(struct http_request *request, struct http_response *response)
{
	static const char *const none[] = {NULL};
	struct buf json = buf_new(request->arena);
	int64_t delivery = 0;
	CALL call = {0};
	enum status status;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, none))
		return;
	if (!(status = may_decide(&call)))
		status = delivery_again(call.kernel, call.identity,
					str_int64(http_parameter(request, "delivery"), &delivery) ? delivery : 0,
					call.now, &call.error);
	buf_format(&json, "{\"id\":%lld}", (long long)delivery);
	finish(&call, status, 200, &json);
}

void api_replay(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"since", NULL};
	struct buf json = buf_new(request->arena);
	instant since = INSTANT_NONE;
	CALL call = {0};
	enum status status;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, allowed))
		return;
	status = may_decide(&call);
	if (!status && !time_parse(http_query(request, "since"), &since))
		status = error_fail(&call.error, E_SYNTAX, "since", "time",
				    N_("A date and time is expected, as 2026-11-23T14:05:00Z"));
	if (!status)
		status = hook_go_back(call.kernel, call.identity, since, call.now, &call.error);
	buf_add(&json, S("{\"since\":"));
	json_time(&json, since);
	buf_add_char(&json, '}');
	finish(&call, status, 200, &json);
}

/* --- the secret --- */

static enum status secret_json(struct call *call, const char *secret, struct buf *json)
{
	READER connection = NULL;
	struct hook hook;
	bool found;
	enum status status;

	if ((status = call_reader(call, &connection)) ||
	    (status = hook_read(connection, call->arena, call->identity, &hook, &found, &call->error)))
		return status;
	buf_format(json, "{\"secret\":\"%s\",\"former_until\":", secret);
	json_time(json, hook.former.n ? hook.former_until : INSTANT_NONE);
	buf_add_char(json, '}');
	return OK;
}

void api_make_secret(struct http_request *request, struct http_response *response)
{
	static const char *const none[] = {NULL};
	struct buf json = buf_new(request->arena);
	char secret[HOOK_SECRET_TEXT] = "";
	CALL call = {0};
	enum status status;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, none))
		return;
	if (!(status = may_decide(&call)) &&
	    !(status = hook_make_secret(call.kernel, call.actor, call.identity, call.now, secret, &call.error)))
		status = secret_json(&call, secret, &json);
	finish(&call, status, 201, &json);
}
