/* What happens to records, as it happens (text/event-stream): GET /api/v1/stream.
 *
 * A stream is a place in the order of all events. Whenever it may say something it takes what came after that place,
 * looks with the rights of this moment what its reader may know of it, and moves on. It holds no more than the text of
 * one page, and that only until its reader has taken it. */
#include "api/changes.h"
#include "api/operations.h"

#include <string.h>

#include "record/census.h"

enum {
	WANTED_MOST = 50,    /* collections, and records */
	PAGE = 128,          /* changes that are looked at together */
	BEHIND_MOST = 10000, /* events; whoever missed more reads anew */
	BEAT = 15 * SECOND,
	PRESENT_MOST = 20, /* people at one record who are told */
};

struct stream {
	struct listener listener; /* first: it stays where it is */
	struct http_request *request;
	struct surface *surface;
	const struct type *types[WANTED_MOST]; /* nothing wanted: everything is */
	int64_t records[WANTED_MOST];
	size_t type_count, record_count;
	int64_t place; /* all up to this event was said or is of no concern */
	instant said_at;
	struct arena *arena; /* of the text that its reader has not taken yet; NULL: none */
	struct str text;
	bool began, ended;
};

/* --- what is wanted --- */

static enum status want_type(struct call *call, struct stream *stream, struct str collection)
{
	const struct type *type = map_get(&call->kernel->model->types_by_collection, collection);

	if (!type || !access_reads_type(call->kernel, call->actor, type))
		return error_fail(&call->error, E_NOT_FOUND, "collection", "not_found",
				  N_("There is no such collection"));
	if (stream->type_count == WANTED_MOST)
		return error_fail(&call->error, E_SYNTAX, "collection", "too_many", N_("At most 50 are possible"));
	stream->types[stream->type_count++] = type;
	return OK;
}

/* Whether it may be seen is not asked here: of what may not, nothing is ever said. */
static enum status want_record(struct call *call, struct stream *stream, struct str number)
{
	int64_t identity;

	if (!kernel_parse_number(call->kernel, number, &identity))
		return error_fail(&call->error, E_SYNTAX, "record", "number", N_("A number such as INC-1 is expected"));
	if (stream->record_count == WANTED_MOST)
		return error_fail(&call->error, E_SYNTAX, "record", "too_many", N_("At most 50 are possible"));
	stream->records[stream->record_count++] = identity;
	return OK;
}

static enum status read_wanted(struct call *call, struct stream *stream)
{
	const struct http_pairs *query = &call->request->query;
	enum status status = OK;

	for (size_t i = 0; i < query->count && !status; i++)
		if (str_is(query->items[i].name, "record"))
			status = want_record(call, stream, query->items[i].value);
		else if (str_is(query->items[i].name, "collection"))
			status = want_type(call, stream, query->items[i].value);
	return status;
}

/* Among people of the provider's side only, and only at what one may read. */
static enum status may_be_present(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  const struct actor *actor, int64_t identity, struct error *error)
{
	struct record *record;

	return actor_is_staff(actor)
		   ? read_record(kernel, connection, arena, actor, identity, &record, error)
		   : error_fail(error, E_DENIED, "present", "denied", N_("Only staff are told who is at a record"));
}

/* Before it has heard anything, a reader may say up to which event it has read. */
static enum status read_after(struct call *call)
{
	struct str after = http_query(call->request, "after");
	int64_t place;

	return !after.p || str_int64(after, &place)
		   ? OK
		   : error_fail(&call->error, E_SYNTAX, "after", "number", N_("A whole number is expected"));
}

static enum status read_present(struct call *call, struct stream *stream)
{
	struct str present = http_query(call->request, "present");
	READER connection = NULL;
	enum status status;

	if (!present.p)
		return OK;
	if (stream->record_count != 1 || (!str_is(present, "reading") && !str_is(present, "editing")))
		return error_fail(&call->error, E_SYNTAX, "present", "choice",
				  N_("reading or editing is expected, together with one record"));
	if ((status = call_reader(call, &connection)) ||
	    (status =
		 may_be_present(call->kernel, connection, call->arena, call->actor, stream->records[0], &call->error)))
		return status;
	stream->listener.present = stream->records[0];
	stream->listener.edits = str_is(present, "editing");
	return OK;
}

static bool is_wanted(const struct stream *stream, int64_t record)
{
	const struct type *type = kernel_type_of(stream->surface->kernel, record);
	bool wanted = !stream->type_count && !stream->record_count;

	for (size_t i = 0; i < stream->type_count && !wanted; i++)
		wanted = stream->types[i] == type;
	for (size_t i = 0; i < stream->record_count && !wanted; i++)
		wanted = stream->records[i] == record;
	return wanted;
}

/* --- what is said --- */

static void say(struct buf *text, const char *event, int64_t place)
{
	buf_format(text, "id: %lld\nevent: %s\ndata: ", (long long)place, event);
}

static void say_change(struct buf *text, const struct shown *shown, const struct record_change *change)
{
	const struct type *type = kernel_type_of(shown->kernel, change->record);
	char number[NUMBER_TEXT];

	say(text, "change", change->event);
	buf_format(text,
		   "{\"collection\":\"%.*s\",\"number\":\"%s\",\"version\":%lld,\"at\":", STR_ARG(type->collection),
		   kernel_number(shown->kernel, change->record, number), (long long)change->version);
	json_time(text, change->at);
	buf_add(text, S(",\"by\":"));
	json_number(text, shown, change->by);
	buf_add(text, S("}\n\n"));
}

static enum status say_changes(struct stream *stream, struct connection *connection, const struct actor *actor,
			       struct record_change *changes, size_t count, struct buf *text, struct error *error)
{
	struct kernel *kernel = stream->surface->kernel;
	struct shown shown = shown_new(kernel, stream->arena);
	enum status status = changes_keep_visible(kernel, connection, actor, changes, &count, error);

	for (size_t i = 0; i < count && !status; i++)
		shown_need(&shown, changes[i].by);
	if (status || (status = shown_look_up(&shown, connection, actor, error)))
		return status;
	for (size_t i = 0; i < count; i++)
		say_change(text, &shown, &changes[i]);
	return OK;
}

/* Who else is at the record. Whoever may not read it any more is told nothing. */
static enum status say_present(struct stream *stream, struct connection *connection, const struct actor *actor,
			       struct buf *text)
{
	struct surface *surface = stream->surface;
	struct shown shown = shown_new(surface->kernel, stream->arena);
	struct present people[PRESENT_MOST];
	struct error error = {0};
	char number[NUMBER_TEXT];
	size_t count;
	enum status status;

	if (may_be_present(surface->kernel, connection, stream->arena, actor, stream->listener.present, &error))
		return OK;
	count = changes_present(surface->changes, stream->listener.present, actor->person, people, PRESENT_MOST);
	for (size_t i = 0; i < count; i++)
		shown_need(&shown, people[i].person);
	if ((status = shown_look_up(&shown, connection, actor, &error)))
		return status;
	say(text, "present", stream->place);
	buf_format(text, "{\"number\":\"%s\",\"people\":[",
		   kernel_number(surface->kernel, stream->listener.present, number));
	for (size_t i = 0; i < count; i++) {
		buf_add_c(text, i ? ",{\"person\":" : "{\"person\":");
		json_number(text, &shown, people[i].person);
		buf_format(text, ",\"editing\":%s}", people[i].edits ? "true" : "false");
	}
	buf_add(text, S("]}\n\n"));
	return OK;
}

/* The next changes of the stream's place, which moves behind them; only those that are wanted. */
static enum status take_changes(struct stream *stream, struct connection **connection, struct record_change *changes,
				size_t *count, struct error *error)
{
	struct surface *surface = stream->surface;
	size_t found, wanted = 0;
	enum status status;

	if (!changes_kept(surface->changes, stream->place, changes, PAGE, &found) &&
	    ((status = kernel_reader(surface->kernel, connection, error)) ||
	     (status = changes_after(*connection, stream->place, changes, PAGE, &found, error))))
		return status;
	for (size_t i = 0; i < found; i++) {
		stream->place = changes[i].event;
		if (is_wanted(stream, changes[i].record))
			changes[wanted++] = changes[i];
	}
	*count = wanted;
	return OK;
}

/* Says what is due; who may not know anything any more is told so by the end. */
static enum status say_what_is_due(struct stream *stream, instant now, struct buf *text, struct error *error)
{
	struct record_change changes[PAGE];
	const struct actor *actor;
	READER connection = NULL;
	bool beats = now - stream->said_at >= BEAT,
	     moved = stream->listener.present && changes_moved(stream->surface->changes, &stream->listener);
	size_t count = 0;
	enum status status = OK;

	while (!count && stream->place < changes_last(stream->surface->changes) && !status)
		status = take_changes(stream, &connection, changes, &count, error);
	if (status || (!count && !beats && !moved))
		return status;
	if ((!connection && (status = kernel_reader(stream->surface->kernel, &connection, error))) ||
	    (status = request_actor_still(stream->request, stream->arena, stream->surface->kernel, connection, now,
					  &actor, error)))
		return status;
	if (beats)
		buf_add(text, S(":\n\n"));
	if (moved && (status = say_present(stream, connection, actor, text)))
		return status;
	return say_changes(stream, connection, actor, changes, count, text, error);
}

/* Another node may have told of an event that is not known here yet. */
static bool exists(const struct stream *stream, int64_t event, int64_t last)
{
	struct error error = {0};
	READER connection = NULL;
	struct history_end newest;

	if (event <= last)
		return true;
	return !kernel_reader(stream->surface->kernel, &connection, &error) &&
	       !census_end(connection, &newest, &error) && event <= newest.event;
}

/* Where it begins: after the event that its reader has heard last, or up to which it has read, when there is one and
 * not too long ago. */
static void begin(struct stream *stream, struct buf *text)
{
	int64_t last = changes_last(stream->surface->changes);
	struct str heard = http_header(stream->request, "Last-Event-ID");

	if (!heard.n)
		heard = http_query(stream->request, "after");
	bool resumes = heard.n && str_int64(heard, &stream->place) && stream->place >= last - BEHIND_MOST &&
		       exists(stream, stream->place, last);

	if (!resumes)
		stream->place = last;
	say(text, heard.n && !resumes ? "missed" : "open", stream->place);
	buf_add(text, S("{}\n\n"));
	stream->began = true;
}

/* A database that does not answer ends the stream: the client comes again, and says where it was. */
static void prepare_text(struct stream *stream)
{
	instant now = time_now();
	struct error error = {0};

	stream->arena = arena_new();
	struct buf text = buf_new(stream->arena);
	if (!stream->began)
		begin(stream, &text);
	else if (say_what_is_due(stream, now, &text, &error))
		stream->ended = true;
	stream->text = buf_str(&text);
	if (stream->text.n)
		stream->said_at = now;
}

/* Before the arena that it lies in goes, so that nothing is left of what was said. */
static void forget_text(struct stream *stream)
{
	arena_freep(&stream->arena);
	stream->text = (struct str){0};
}

static ssize_t read_stream(void *state, char *out, size_t n)
{
	struct stream *stream = state;
	size_t taken;

	if (!stream->text.n && !stream->ended)
		prepare_text(stream);
	taken = stream->text.n < n ? stream->text.n : n;
	memcpy(out, stream->text.p ? stream->text.p : "", taken);
	stream->text = str_sub(stream->text, taken, stream->text.n);
	if (!stream->text.n)
		forget_text(stream);
	if (taken)
		return (ssize_t)taken;
	return stream->ended ? HTTP_STREAM_END : HTTP_STREAM_WAIT;
}

static void end_stream(void *state)
{
	struct stream *stream = state;

	changes_leave(stream->surface->changes, &stream->listener);
	forget_text(stream);
}

void api_stream(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"collection", "record", "present", "after", NULL};
	struct stream *stream = arena_one(request->arena, struct stream);
	CALL call = {0};
	enum status status;

	if (!call_start(&call, request, response, CALL_ACTOR) || !call_allows(&call, allowed))
		return;
	*stream = (struct stream){.listener = {.person = call.actor->person},
				  .request = request,
				  .surface = call.surface,
				  .said_at = call.now};
	if ((status = read_wanted(&call, stream)) || (status = read_after(&call)) ||
	    (status = read_present(&call, stream)) ||
	    (status = changes_join(call.surface->changes, &stream->listener, &call.error))) {
		call_refuse(&call, status);
		return;
	}
	http_add_header(response, "X-Accel-Buffering", S("no")); /* a proxy must not gather what is said */
	changes_wake(call.surface->changes, &stream->listener,
		     http_stream(response, "text/event-stream", read_stream, stream, end_stream));
}
