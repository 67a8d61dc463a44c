/* History, clocks, links and watchers of a record. */
#include "api/operations.h"

static const char *const no_parameters[] = {NULL};

static void finish(struct call *call, enum status status, const struct buf *json)
{
	if (status)
		call_refuse(call, status);
	else
		call_answer(call, 200, json);
}

/* --- history --- */

void need_event(struct shown *shown, const struct event *event)
{
	shown_need(shown, event->actor);
	for (size_t i = 0; event->note && i < event->note->people_count; i++)
		shown_need(shown, event->note->people[i]);
	for (size_t i = 0; i < event->change_count; i++) {
		const struct value *sides[] = {&event->changes[i].before, &event->changes[i].after};

		for (size_t s = 0; s < 2; s++) {
			if (sides[s]->kind == VALUE_RECORD)
				shown_need(shown, sides[s]->number);
			for (size_t j = 0; sides[s]->kind == VALUE_LIST && j < sides[s]->list.count; j++)
				shown_need(shown, sides[s]->list.items[j].number);
		}
	}
}

static void change_json(struct buf *json, const struct shown *shown, const struct change *change)
{
	static const struct field state = {.kind = FIELD_CHOICE, .value = VALUE_CHOICE};
	const struct field *field = change->field ? change->field : &state;

	buf_add(json, S("{\"field\":"));
	buf_add_json_string(json, change->field ? field->name : S("state"));
	buf_add(json, S(",\"old\":"));
	json_value(json, shown, field, change->before);
	buf_add(json, S(",\"new\":"));
	json_value(json, shown, field, change->after);
	if (value_is_erased(change->before) || value_is_erased(change->after))
		buf_format(json, ",\"erased\":[%s%s%s]", value_is_erased(change->before) ? "\"old\"" : "",
			   value_is_erased(change->before) && value_is_erased(change->after) ? "," : "",
			   value_is_erased(change->after) ? "\"new\"" : "");
	buf_add_char(json, '}');
}

static void linked_json(struct buf *json, const struct shown *shown, const struct linked *linked)
{
	buf_add(json, S("{\"link\":"));
	buf_add_json_string(json, linked->link ? linked->link->name : S(""));
	buf_format(json, ",\"backwards\":%s,\"removed\":%s,\"to\":", linked->backwards ? "true" : "false",
		   linked->removed ? "true" : "false");
	json_number(json, shown, linked->other);
	buf_add_char(json, '}');
}

static void file_json(struct buf *json, const struct attachment *file, bool follows)
{
	buf_add_c(json, follows ? ",{\"name\":" : "{\"name\":");
	buf_add_json_string(json, file->name);
	buf_add(json, S(",\"media_type\":"));
	buf_add_json_string(json, file->media_type);
	buf_format(json, ",\"size\":%lld,\"public\":%s}", (long long)file->size, file->is_public ? "true" : "false");
}

static void note_json(struct buf *json, const struct shown *shown, const struct event_note *note,
		      enum language language)
{
	buf_add(json, S("{\"text\":"));
	buf_add_json_string(json, label_in(&note->says, language));
	buf_add(json, S(",\"people\":["));
	for (size_t i = 0; i < note->people_count; i++) {
		if (i)
			buf_add_char(json, ',');
		json_number(json, shown, note->people[i]);
	}
	buf_add(json, S("],\"data\":"));
	buf_add(json, note->data.n ? note->data : S("null"));
	buf_add_char(json, '}');
}

void event_json(struct buf *json, const struct shown *shown, const struct event *event, enum language language)
{
	char hash[HASH_BYTES * 2 + 1];

	buf_format(json, "{\"id\":%lld,\"sequence\":%lld,\"at\":", (long long)event->identity,
		   (long long)event->sequence);
	json_time(json, event->at);
	buf_add(json, S(",\"recorded_at\":"));
	json_time(json, event->recorded_at);
	buf_add(json, S(",\"by\":"));
	json_number(json, shown, event->actor);
	buf_format(json, ",\"via\":\"%s\",\"kind\":", via_name(event->via));
	buf_add_json_string(json, event->kind);
	buf_add(json, S(",\"transition\":"));
	if (event->transition)
		buf_add_json_string(json, event->transition->name);
	else
		buf_add(json, S("null"));
	buf_add(json, S(",\"changes\":["));
	for (size_t i = 0; i < event->change_count; i++) {
		if (i)
			buf_add_char(json, ',');
		change_json(json, shown, &event->changes[i]);
	}
	buf_add(json, S("],\"links\":["));
	for (size_t i = 0; i < event->link_count; i++) {
		if (i)
			buf_add_char(json, ',');
		linked_json(json, shown, &event->links[i]);
	}
	buf_add(json, S("],\"comment\":"));
	if (event->comment.n)
		buf_add_json_string(json, event->comment);
	else
		buf_add(json, S("null"));
	buf_add(json, S(",\"attachments\":["));
	for (size_t i = 0; i < event->attachment_count; i++)
		file_json(json, &event->attachments[i], i > 0);
	buf_add(json, S("],\"note\":"));
	if (event->note)
		note_json(json, shown, event->note, language);
	else
		buf_add(json, S("null"));
	if (event->comment_is_erased || event->files_are_erased)
		buf_format(json, ",\"erased\":[%s%s%s]", event->comment_is_erased ? "\"comment\"" : "",
			   event->comment_is_erased && event->files_are_erased ? "," : "",
			   event->files_are_erased ? "\"attachments\"" : "");
	hash_hex(event->hash, hash);
	buf_format(json, ",\"public\":%s,\"hash\":\"%s\"}", event->is_public ? "true" : "false", hash);
}

static enum status history_json(struct call *call, int64_t before, size_t limit, struct buf *json)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	READER connection = NULL;
	struct record *record;
	struct event *events;
	size_t count;
	enum status status;

	if ((status = call_reader(call, &connection)) || (status = call_record(call, connection, &record)) ||
	    (status = read_history(call->kernel, connection, call->arena, call->actor, record, before, limit + 1,
				   &events, &count, &call->error)))
		return status;
	for (size_t i = 0; i < count; i++)
		need_event(&shown, &events[i]);
	if ((status = shown_look_up(&shown, connection, call->actor, &call->error)))
		return status;
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < count && i < limit; i++) {
		if (i)
			buf_add_char(json, ',');
		event_json(json, &shown, &events[i], call->actor->language);
	}
	if (count > limit)
		buf_format(json, "],\"next\":\"%lld\"}", (long long)events[limit - 1].sequence);
	else
		buf_add(json, S("],\"next\":null}"));
	return OK;
}

void api_history(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"limit", "after", NULL};
	struct str after = http_query(request, "after");
	struct buf json = buf_new(request->arena);
	int64_t before = 0;
	CALL call = {0};
	size_t limit;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, allowed) ||
	    !call_limit(&call, 100, 1000, &limit))
		return;
	if (after.p && (!str_int64(after, &before) || before < 1))
		call_refuse(&call, error_fail(&call.error, E_SYNTAX, "after", "cursor",
					      N_("This cursor does not belong to this list")));
	else
		finish(&call, history_json(&call, before, limit, &json), &json);
}

/* --- clocks --- */

static void clock_json(struct buf *json, const struct shown *shown, const struct record_clock *clock)
{
	static const char *const kinds[] = {"start", "pause", "resume", "stop"};
	char elapsed[DURATION_TEXT], remaining[DURATION_TEXT], target[DURATION_TEXT];
	int64_t part =
	    clock->result.elapsed % SECOND; /* "duration" in OpenAPI has no fractions (RFC 3339, appendix A) */

	buf_add(json, S("{\"name\":"));
	buf_add_json_string(json, clock->name);
	buf_format(
	    json,
	    ",\"state\":\"%s\",\"running\":%s,\"target\":\"%s\",\"elapsed\":\"%s\",\"remaining\":\"%s\",\"due_at\":",
	    clock_state_name(clock->result.state), clock->result.running ? "true" : "false",
	    duration_format(clock->target, target), duration_format(clock->result.elapsed - part, elapsed),
	    duration_format(clock->result.remaining + part, remaining));
	json_time(json, clock->result.due_at);
	buf_add(json, S(",\"calendar\":"));
	json_number(json, shown, clock->calendar);
	buf_add(json, S(",\"agreement\":"));
	json_number(json, shown, clock->agreement);
	buf_add(json, S(",\"timeline\":["));
	for (size_t i = 0; i < clock->timeline_count; i++) {
		buf_format(json, "%s{\"at\":", i ? "," : "");
		json_time(json, clock->timeline[i].at);
		buf_format(json, ",\"event\":\"%s\"}", kinds[clock->timeline[i].kind]);
	}
	buf_add(json, S("]}"));
}

static enum status clocks_json(struct call *call, struct buf *json)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	READER connection = NULL;
	struct record_clock *clocks;
	struct record *record;
	size_t count = 0;
	enum status status;

	if ((status = call_reader(call, &connection)) ||
	    (status = read_record(call->kernel, connection, call->arena, call->actor, call->identity, &record,
				  &call->error)))
		return status;
	/* Clocks speak of agreements: the provider's side only. */
	if (actor_is_staff(call->actor) && (status = clocks_of(call->kernel, connection, call->arena, call->identity,
							       call->now, &clocks, &count, &call->error)))
		return status;
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(json, ',');
		clock_json(json, &shown, &clocks[i]);
	}
	buf_add(json, S("]}"));
	return OK;
}

void api_clocks(struct http_request *request, struct http_response *response)
{
	struct buf json = buf_new(request->arena);
	CALL call = {0};

	if (call_start(&call, request, response, CALL_RECORD) && call_allows(&call, no_parameters))
		finish(&call, clocks_json(&call, &json), &json);
}

/* --- links --- */

static enum status links_json(struct call *call, instant as_of, struct buf *json)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	READER connection = NULL;
	struct record *record;
	struct link_end *ends;
	size_t count;
	enum status status;

	if ((status = call_reader(call, &connection)) || (status = call_record(call, connection, &record)) ||
	    (status = read_links(call->kernel, connection, call->arena, call->actor, record, as_of, &ends, &count,
				 &call->error)))
		return status;
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < count; i++) {
		buf_format(json, "%s{\"link\":", i ? "," : "");
		buf_add_json_string(json, ends[i].link->name);
		buf_format(json, ",\"backwards\":%s,\"to\":", ends[i].backwards ? "true" : "false");
		json_number(json, &shown, ends[i].identity);
		buf_add(json, S(",\"headline\":"));
		buf_add_json_string(json, ends[i].headline);
		buf_add(json, S(",\"state\":"));
		if (ends[i].state)
			buf_add_json_string(json, ends[i].state->name);
		else
			buf_add(json, S("null"));
		buf_add(json, S(",\"since\":"));
		json_time(json, ends[i].since);
		buf_add_char(json, '}');
	}
	buf_add(json, S("]}"));
	return OK;
}

void api_get_links(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"as_of", NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	instant as_of;

	if (call_start(&call, request, response, CALL_RECORD) && call_allows(&call, allowed) &&
	    read_as_of(&call, &as_of))
		finish(&call, links_json(&call, as_of, &json), &json);
}

static void answer_links(struct call *call, struct edit_batch *batch)
{
	struct buf json = buf_new(call->arena);

	finish(call, links_json(call, INSTANT_NONE, &json), &json);
}

static enum status name_link(struct call *call, struct str name, struct str number, struct link_input *link)
{
	READER connection = NULL;
	enum status status;

	link->link = type_link_end(call->type, name, &link->backwards);
	if (!link->link || (link->link->field && !link->backwards)) /* those are set as a field */
		return error_fail(&call->error, E_SYNTAX, "link", "unknown", N_("There is no such link here"));
	if ((status = call_reader(call, &connection)) ||
	    (status = call_find(call, connection, link->backwards ? link->link->from : link->link->to, number,
				&link->other)))
		return status;
	return link->other ? OK
			   : error_fail(&call->error, E_INVALID, "to", "reference", N_("There is no '%s' to refer to"),
					str_c(call->arena, number));
}

static void edit_link(struct call *call, struct link_input *link)
{
	struct edit_batch *batch = batch_new(call, 1);

	*batch_request(batch, 0) = (struct edit_request){.type = call->type,
							 .record = call->identity,
							 .via = VIA_API,
							 .at = INSTANT_NONE,
							 .links = link,
							 .link_count = 1};
	call_edit(call, batch, answer_links);
}

void api_add_link(struct http_request *request, struct http_response *response)
{
	struct link_input *link = arena_one(request->arena, struct link_input);
	struct str name, number;
	CALL call = {0};
	json_t *object;
	enum status status;

	if (!call_start_edit(&call, request, response, CALL_RECORD) || !call_allows(&call, no_parameters))
		return;
	if (!(status = http_json_body(request, &object, &call.error))) {
		name = json_text(json_object_get(object, "link"));
		number = json_text(json_object_get(object, "to"));
		if (!name.n || !number.n || json_object_size(object) != 2)
			status = error_fail(&call.error, E_SYNTAX, "link", "kind",
					    N_("An object with link and to is expected"));
		else
			status = name_link(&call, name, number, link);
	}
	if (status)
		call_refuse(&call, status);
	else
		edit_link(&call, link);
}

void api_remove_link(struct http_request *request, struct http_response *response)
{
	struct link_input *link = arena_one(request->arena, struct link_input);
	CALL call = {0};
	enum status status;

	if (!call_start_edit(&call, request, response, CALL_RECORD) || !call_allows(&call, no_parameters))
		return;
	link->remove = true;
	if ((status = name_link(&call, http_parameter(request, "name"), http_parameter(request, "other"), link)))
		call_refuse(&call, status);
	else
		edit_link(&call, link);
}

/* --- watchers --- */

static enum status watchers_json(struct call *call, struct buf *json)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	READER connection = NULL;
	struct record *record;
	int64_t *people;
	size_t count;
	enum status status;

	if ((status = call_reader(call, &connection)) || (status = call_record(call, connection, &record)) ||
	    (status = read_watchers(call->kernel, connection, call->arena, call->actor, record, &people, &count,
				    &call->error)))
		return status;
	for (size_t i = 0; i < count; i++)
		shown_need(&shown, people[i]);
	if ((status = shown_look_up(&shown, connection, call->actor, &call->error)))
		return status;
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(json, ',');
		json_number(json, &shown, people[i]);
	}
	buf_add(json, S("]}"));
	return OK;
}

static void answer_watchers(struct call *call, struct edit_batch *batch)
{
	struct buf json = buf_new(call->arena);

	finish(call, watchers_json(call, &json), &json);
}

static void edit_watch(struct http_request *request, struct http_response *response, bool watch)
{
	struct edit_batch *batch;
	CALL call = {0};

	if (!call_start_edit(&call, request, response, CALL_RECORD) || !call_allows(&call, no_parameters))
		return;
	batch = batch_new(&call, 1);
	*batch_request(batch, 0) = (struct edit_request){.type = call.type,
							 .record = call.identity,
							 .via = VIA_API,
							 .at = INSTANT_NONE,
							 .watch = watch,
							 .unwatch = !watch};
	call_edit(&call, batch, answer_watchers);
}

void api_get_watchers(struct http_request *request, struct http_response *response)
{
	struct buf json = buf_new(request->arena);
	CALL call = {0};

	if (call_start(&call, request, response, CALL_RECORD) && call_allows(&call, no_parameters))
		finish(&call, watchers_json(&call, &json), &json);
}

void api_watch(struct http_request *request, struct http_response *response)
{
	edit_watch(request, response, true);
}

void api_unwatch(struct http_request *request, struct http_response *response)
{
	edit_watch(request, response, false);
}
