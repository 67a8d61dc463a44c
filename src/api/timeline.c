/* What happened to a record and to what came of it, as one: GET /{collection}/{number}/timeline. */
#include "api/operations.h"

#include "insight/timeline.h"

static enum status read_cursor(struct call *call, struct timeline_place *before)
{
	struct str after = http_query(call->request, "after"), at;

	if (!after.p)
		return OK;
	if (str_cut(&after, '-', &at) && str_int64(at, &before->at) && str_int64(after, &before->event) && before->at)
		return OK;
	return error_fail(&call->error, E_SYNTAX, "after", "cursor", N_("This cursor does not belong to this list"));
}

static enum status timeline_json(struct call *call, size_t limit, struct buf *json)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	struct timeline_place before = {0};
	READER connection = NULL;
	struct timeline_entry *entries;
	struct record *record;
	size_t count;
	enum status status;

	if ((status = read_cursor(call, &before)) || (status = call_reader(call, &connection)) ||
	    (status = call_record(call, connection, &record)) ||
	    (status = timeline_read(call->kernel, connection, call->arena, call->actor, record, before, limit + 1,
				    &entries, &count, &call->error)))
		return status;
	for (size_t i = 0; i < count; i++)
		need_event(&shown, &entries[i].event);
	if ((status = shown_look_up(&shown, connection, call->actor, &call->error)))
		return status;
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < count && i < limit; i++) {
		buf_add_c(json, i ? ",{\"record\":" : "{\"record\":");
		json_number(json, &shown, entries[i].record);
		buf_add(json, S(",\"event\":"));
		event_json(json, &shown, &entries[i].event, call->actor->language);
		buf_add_char(json, '}');
	}
	if (count > limit)
		buf_format(json, "],\"next\":\"%lld-%lld\"}", (long long)entries[limit - 1].event.at,
			   (long long)entries[limit - 1].event.identity);
	else
		buf_add(json, S("],\"next\":null}"));
	return OK;
}

void api_timeline(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"limit", "after", NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	size_t limit;
	enum status status;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, allowed) ||
	    !call_limit(&call, 100, 1000, &limit))
		return;
	if ((status = timeline_json(&call, limit, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}
