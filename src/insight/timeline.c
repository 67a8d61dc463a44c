#include "insight/timeline.h"

#include <stdlib.h>

#include "record/lookup.h"

struct gathering {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct actor *actor;
	struct timeline_place before;
	VEC(int64_t) seen;
	VEC(struct timeline_entry) entries;
};

static bool is_new(struct gathering *gathering, int64_t identity)
{
	for (size_t i = 0; i < gathering->seen.count; i++)
		if (gathering->seen.items[i] == identity)
			return false;
	if (gathering->seen.count >= TIMELINE_RECORDS)
		return false;
	vec_push(gathering->arena, &gathering->seen, identity);
	return true;
}

static bool is_older(const struct event *event, struct timeline_place before)
{
	if (!before.at)
		return true;
	return event->at < before.at || (event->at == before.at && event->identity < before.event);
}

static enum status add_events(struct gathering *gathering, const struct record *record, struct error *error)
{
	struct event *events;
	size_t count;
	enum status status = read_history(gathering->kernel, gathering->connection, gathering->arena, gathering->actor,
					  record, 0, TIMELINE_EVENTS, &events, &count, error);

	for (size_t i = 0; !status && i < count; i++)
		if (is_older(&events[i], gathering->before))
			vec_push(gathering->arena, &gathering->entries,
				 ((struct timeline_entry){record->identity, events[i]}));
	return status;
}

static bool goes_along(const struct type *type, const struct link_end *end)
{
	for (size_t i = 0; i < type->timeline_count; i++)
		if (type->timeline[i].link && type->timeline[i].link == end->link &&
		    type->timeline[i].backwards == end->backwards)
			return true;
	return false;
}

static enum status add_record(struct gathering *gathering, const struct record *record, int depth, struct error *error);

static enum status add_linked(struct gathering *gathering, const struct record *record, int depth, struct error *error)
{
	struct link_end *ends;
	size_t count;
	enum status status = read_links(gathering->kernel, gathering->connection, gathering->arena, gathering->actor,
					record, INSTANT_NONE, &ends, &count, error);

	for (size_t i = 0; !status && i < count; i++) {
		struct record *other;

		if (!goes_along(record->type, &ends[i]) || !is_new(gathering, ends[i].identity))
			continue;
		status = read_record(gathering->kernel, gathering->connection, gathering->arena, gathering->actor,
				     ends[i].identity, &other, error);
		if (!status)
			status = add_record(gathering, other, depth + 1, error);
	}
	return status;
}

/* Records that refer to this one; those that the actor may not read are passed over. */
static enum status add_referring(struct gathering *gathering, const struct record *record,
				 const struct field *reference, int depth, struct error *error)
{
	int64_t *records;
	size_t count;
	enum status status = lookup_referring(gathering->connection, gathering->arena, reference, record->identity,
					      true, &records, &count, error);

	for (size_t i = 0; !status && i < count; i++) {
		struct record *other;
		struct error unseen;

		error_clear(&unseen);
		if (!is_new(gathering, records[i]) ||
		    read_record(gathering->kernel, gathering->connection, gathering->arena, gathering->actor,
				records[i], &other, &unseen))
			continue;
		status = add_record(gathering, other, depth + 1, error);
	}
	return status;
}

static enum status add_record(struct gathering *gathering, const struct record *record, int depth, struct error *error)
{
	const struct type *type = record->type;
	enum status status = add_events(gathering, record, error);

	if (status || depth >= TIMELINE_DEPTH || !type->timeline_count)
		return status;
	status = add_linked(gathering, record, depth, error);
	for (size_t i = 0; !status && i < type->timeline_count; i++)
		if (type->timeline[i].reference)
			status = add_referring(gathering, record, type->timeline[i].reference, depth, error);
	return status;
}

static int newest_first(const void *a, const void *b)
{
	const struct timeline_entry *x = a, *y = b;

	if (x->event.at != y->event.at)
		return x->event.at < y->event.at ? 1 : -1;
	return (x->event.identity < y->event.identity) - (x->event.identity > y->event.identity);
}

enum status timeline_read(struct kernel *kernel, struct connection *connection, struct arena *arena,
			  const struct actor *actor, const struct record *record, struct timeline_place before,
			  size_t limit, struct timeline_entry **entries, size_t *count, struct error *error)
{
	struct gathering gathering = {
	    .kernel = kernel, .connection = connection, .arena = arena, .actor = actor, .before = before};
	enum status status;

	is_new(&gathering, record->identity);
	if ((status = add_record(&gathering, record, 0, error)))
		return status;
	if (gathering.entries.count)
		qsort(gathering.entries.items, gathering.entries.count, sizeof(*gathering.entries.items), newest_first);
	*entries = gathering.entries.items;
	*count = gathering.entries.count < limit ? gathering.entries.count : limit;
	return OK;
}
