/* What the program told the person who asks. */
#include "record/notices.h"

#include "api/operations.h"

enum { NOTICES_MOST = 200 };

static bool read_page(struct call *call, bool *unread, int64_t *before, size_t *limit)
{
	struct str word = http_query(call->request, "unread"), after = http_query(call->request, "after");

	*before = 0;
	*unread = str_is(word, "true");
	if (word.p && !*unread && !str_is(word, "false")) {
		call_refuse(call,
			    error_fail(&call->error, E_SYNTAX, "unread", "boolean", N_("true or false is expected")));
		return false;
	}
	if (after.p && (!str_int64(after, before) || *before < 1)) {
		call_refuse(call, error_fail(&call->error, E_SYNTAX, "after", "cursor",
					     N_("This cursor does not belong to this list")));
		return false;
	}
	return call_limit(call, 50, NOTICES_MOST, limit);
}

static void notice_json(struct call *call, const struct notice *notice, struct buf *json)
{
	char number[NUMBER_TEXT];

	buf_format(json, "{\"id\":%lld,\"at\":", (long long)notice->identity);
	json_time(json, notice->at);
	buf_add(json, S(",\"kind\":"));
	buf_add_json_string(json, notice->kind);
	buf_format(json, ",\"record\":\"%s\",\"text\":", kernel_number(call->kernel, notice->record, number));
	buf_add_json_string(json, label_in(&notice->says, call->actor->language));
	buf_add(json, S(",\"read_at\":"));
	json_time(json, notice->read_at);
	buf_add_char(json, '}');
}

static enum status notices_json(struct call *call, bool unread, int64_t before, size_t limit, struct buf *json)
{
	READER connection = NULL;
	struct notice *notices;
	size_t count;
	enum status status;

	if ((status = call_reader(call, &connection)) ||
	    (status = notices_of(call->kernel, connection, call->arena, call->actor, unread, before, limit + 1,
				 call->now, &notices, &count, &call->error)))
		return status;
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < count && i < limit; i++) {
		if (i)
			buf_add_char(json, ',');
		notice_json(call, &notices[i], json);
	}
	if (count > limit)
		buf_format(json, "],\"next\":\"%lld\"}", (long long)notices[limit - 1].identity);
	else
		buf_add(json, S("],\"next\":null}"));
	return OK;
}

void api_notices(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"unread", "limit", "after", NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	bool unread;
	int64_t before;
	size_t limit;
	enum status status;

	if (!call_start(&call, request, response, CALL_ACTOR) || !call_allows(&call, allowed) ||
	    !read_page(&call, &unread, &before, &limit))
		return;
	if ((status = notices_json(&call, unread, before, limit, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}

/* How many are left unread, after what was marked. */
static enum status left_json(struct call *call, int64_t notice, bool all_before, struct buf *json)
{
	READER connection = NULL;
	int64_t unread;
	enum status status;

	if (call->actor->read_only)
		return error_fail(&call->error, E_DENIED, "", "scope", N_("This token may only read"));
	call_release(call);
	if ((status = notice_mark_read(call->kernel, call->actor, notice, all_before, call->now, &call->error)) ||
	    (status = call_reader(call, &connection)) ||
	    (status = notices_unread(connection, call->actor->person, call->now, &unread, &call->error)))
		return status;
	buf_format(json, "{\"unread\":%lld}", (long long)unread);
	return OK;
}

static void mark(struct http_request *request, struct http_response *response, const char *const *allowed,
		 struct str text, bool all_before)
{
	struct buf json = buf_new(request->arena);
	int64_t notice = INT64_MAX;
	CALL call = {0};
	enum status status = OK;

	if (!call_start(&call, request, response, CALL_ACTOR) || !call_allows(&call, allowed))
		return;
	if (text.p && (!str_int64(text, &notice) || notice < 1))
		status = error_fail(&call.error, all_before ? E_SYNTAX : E_NOT_FOUND, all_before ? "up_to" : "",
				    "not_found", N_("There is no such notice"));
	if (!status)
		status = left_json(&call, notice, all_before, &json);
	if (status)
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}

void api_read_notice(struct http_request *request, struct http_response *response)
{
	static const char *const none[] = {NULL};

	mark(request, response, none, http_parameter(request, "notice"), false);
}

void api_read_notices(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"up_to", NULL};

	mark(request, response, allowed, http_query(request, "up_to"), true);
}
