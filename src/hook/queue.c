/* From what happened to what is to be told. */
#include "hook/inside.h"

#include <string.h>

#include "record/changes.h"

enum { PAGE = 200, ASIDE = 1000, TIDY_MOST = 1000, SUBJECTS = 64 };
static const int64_t read_every = MINUTE, tidy_every = HOUR, kept_for = 7 * DAY;

/* --- which webhooks there are --- */

static struct told *told_of(struct hooks *hooks, int64_t record)
{
	for (size_t i = 0; i < hooks->told_count; i++)
		if (hooks->told[i].record == record)
			return &hooks->told[i];
	return NULL;
}

/* One that becomes active begins with what happens after its last edit, which made it so. */
static enum status begin(struct hooks *hooks, struct connection *connection, struct arena *arena, int64_t record,
			 struct error *error)
{
	struct hook hook;
	int64_t event;
	bool found;
	enum status status = hook_read(connection, arena, record, &hook, &found, error);

	if (status || (found && hook.active))
		return status;
	status = hook_newest_event(connection, record, &event, error);
	return status ? status : hook_begin(hooks->kernel, record, event, error);
}

static enum status list_all(struct hooks *hooks, struct connection *connection, struct arena *arena, instant now,
			    struct list_result *found, struct error *error)
{
	struct list_request request = {.type = hooks->type, .limit = HOOKS_MOST, .as_of = INSTANT_NONE, .now = now};
	enum status status = query_parse(arena, hooks->type->query, S("active"), &request.filter, error);

	return status ? status : read_list(hooks->kernel, connection, arena, actor_system(), &request, found, error);
}

/* Those that are no longer active, of which we knew. */
static enum status end_others(struct hooks *hooks, const struct list_result *active, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < hooks->told_count && !status; i++) {
		bool stays = false;

		for (size_t j = 0; j < active->count && !stays; j++)
			stays = active->records[j]->identity == hooks->told[i].record;
		if (!stays)
			status = hook_end(hooks->kernel, hooks->told[i].record, error);
	}
	return status;
}

static enum status read_all(struct hooks *hooks, instant now, struct error *error)
{
	ARENA arena = arena_new();
	READER connection = NULL;
	struct list_result found;
	struct told told[HOOKS_MOST];
	enum status status;

	atomic_store(&hooks->stale, false);
	if ((status = kernel_reader(hooks->kernel, &connection, error)) ||
	    (status = list_all(hooks, connection, arena, now, &found, error)) ||
	    (status = end_others(hooks, &found, error)))
		return status;
	for (size_t i = 0; i < found.count; i++) {
		int64_t record = found.records[i]->identity;
		const struct told *before = told_of(hooks, record);

		if ((status = begin(hooks, connection, arena, record, error)))
			return status;
		told[i] = before ? *before : (struct told){.record = record};
		atomic_store(&hooks->records[i], record);
	}
	memcpy(hooks->told, told, found.count * sizeof(*told));
	hooks->told_count = found.count;
	hooks->read_at = now;
	atomic_store(&hooks->active, found.count);
	return OK;
}

/* --- what happened --- */

struct looking { /* for one webhook */
	struct hooks *hooks;
	struct connection *connection;
	struct arena *arena;
	struct hook_wish wish;
	struct hook_event *wanted;
	size_t count;
	struct hook_subject subjects[SUBJECTS]; /* read once, however often they changed */
	const struct actor *owner;
	instant now;
};

/* Webhooks are not told of themselves: their addresses are nobody else's. */
static bool is_of_concern(const struct looking *looking, int64_t record)
{
	const struct type *type = kernel_type_of(looking->hooks->kernel, record);

	return type && type != looking->hooks->type && (!looking->wish.type || looking->wish.type == type);
}

/* Where that record is, or will be: one whose place another one has is read again. */
static struct hook_subject *subject_of(struct looking *looking, int64_t record)
{
	struct hook_subject *subject = &looking->subjects[(uint64_t)record % SUBJECTS];

	subject->kernel = looking->hooks->kernel;
	subject->connection = looking->connection;
	subject->arena = looking->arena;
	subject->owner = looking->owner;
	return subject;
}

static enum status look_at(struct looking *looking, const struct record_change *change, struct error *error)
{
	struct hook_subject *subject;
	bool seen, wants;
	enum status status;

	if (!is_of_concern(looking, change->record))
		return OK;
	subject = subject_of(looking, change->record);
	status = hook_subject_read(subject, &looking->wish, change->record, change->event, &seen, error);
	looking->owner = subject->owner;
	if (status || !seen)
		return status;
	status = hook_wants(subject, &looking->wish, looking->now, &wants, error);
	if (status == E_SYNTAX) { /* its owner may no longer ask so */
		error_clear(error);
		return OK;
	}
	if (!status && wants)
		looking->wanted[looking->count++] = (struct hook_event){change->event, change->record};
	return status;
}

/* The next page of events; *more: there may be others. */
static enum status look_through(struct looking *looking, struct told *told, bool *more, struct error *error)
{
	struct record_change changes[PAGE];
	size_t count;
	enum status status = changes_after(looking->connection, told->seen, changes, PAGE, &count, error);

	looking->count = 0;
	for (size_t i = 0; i < count && !status; i++)
		status = look_at(looking, &changes[i], error);
	*more = !status && count == PAGE;
	if (!status && count)
		told->seen = changes[count - 1].event;
	return status;
}

static enum status read_wish(struct looking *looking, int64_t record, bool *fine, struct error *error)
{
	struct record *found;
	struct error fault = {0};
	enum status status =
	    record_load(looking->hooks->kernel, looking->connection, looking->arena, record, false, &found, error);

	*fine =
	    !status && found && !hook_wish_read(looking->hooks->kernel, looking->arena, found, &looking->wish, &fault);
	return status;
}

static enum status look_for(struct hooks *hooks, struct told *told, instant now, bool *stirs, bool *more,
			    struct error *error)
{
	ARENA arena = arena_new();
	READER connection = NULL;
	struct hook_event wanted[PAGE];
	struct looking looking = {.hooks = hooks, .arena = arena, .wanted = wanted, .now = now};
	struct hook hook;
	int64_t waiting = 0;
	bool found, fine;
	enum status status;

	*more = false;
	if ((status = kernel_reader(hooks->kernel, &connection, error)) ||
	    (status = hook_read(connection, arena, told->record, &hook, &found, error)) || !found || !hook.active ||
	    (status = deliveries_waiting(connection, told->record, &waiting, error)) ||
	    waiting + PAGE > HOOK_QUEUE_MOST)
		return status;
	looking.connection = connection;
	if (hook.place != told->place) /* another node was here, or somebody wants to hear it again */
		told->place = told->seen = hook.place;
	if ((status = read_wish(&looking, told->record, &fine, error)) || !fine ||
	    (status = look_through(&looking, told, more, error)))
		return status;
	store_reader_done(&connection);
	if (!looking.count && told->seen - told->place < ASIDE)
		return OK;
	status = hook_put(hooks->kernel, told->record, told->place, told->seen, wanted, looking.count, now, error);
	if (!status)
		told->place = told->seen;
	*stirs = *stirs || looking.count;
	return status;
}

static enum status tidy(struct hooks *hooks, instant now, struct error *error)
{
	if (now - hooks->tidied_at < tidy_every)
		return OK;
	hooks->tidied_at = now;
	return deliveries_tidy(hooks->kernel, now - kept_for, TIDY_MOST, error);
}

enum status hooks_look(struct hooks *hooks, instant now, bool *stirs, struct error *error)
{
	enum status status = OK;

	*stirs = false;
	if (atomic_load(&hooks->stale) || now - hooks->read_at > read_every)
		status = read_all(hooks, now, error);
	if (status)
		atomic_store(&hooks->stale, true); /* to be read again at the next look */
	if (!status && hooks->told_count)
		status = tidy(hooks, now, error);
	for (size_t i = 0; i < hooks->told_count && !status; i++) {
		bool more = true;

		while (more && !status && !atomic_load(&hooks->stops))
			status = look_for(hooks, &hooks->told[i], now, stirs, &more, error);
	}
	return status;
}
