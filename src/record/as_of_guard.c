/* A filter may not ask, through dots and links, for what the actor could not read: other records are followed only
 * where both as they stand and as they stood they may be seen. Everything else is what the plain environment says. */
#include "record/as_of.h"
#include "record/environment.h"

struct guarded {
	struct query_environment plain;
	const struct past_list *past;
};

static enum status guarded_get(void *context, const void *record, const struct query_field *field, struct value *value)
{
	const struct guarded *guarded = context;

	return guarded->plain.get(guarded->plain.context, record, field, value);
}

static enum status guarded_follow(void *context, const struct query_type *type, int64_t identity, const void **record)
{
	const struct guarded *guarded = context;
	const struct past_list *past = guarded->past;
	struct error error = {0};
	struct record *now;
	enum status status = record_load(past->kernel, past->connection, past->arena, identity, false, &now, &error);

	*record = NULL;
	if (status || !now || !access_reads_record(past->kernel, past->actor, now))
		return status;
	if ((status = guarded->plain.follow(guarded->plain.context, type, identity, record)))
		return status;
	if (*record && !access_reads_record(past->kernel, past->actor, *record))
		*record = NULL;
	return OK;
}

static enum status guarded_links(void *context, const void *record, const struct query_link *link, const int64_t **ends,
				 size_t *count)
{
	const struct guarded *guarded = context;
	const int64_t *all;
	int64_t *kept;
	size_t found;
	enum status status = guarded->plain.links(guarded->plain.context, record, link, &all, &found);

	*count = 0;
	if (status)
		return status;
	kept = arena_many(guarded->past->arena, int64_t, found + 1);
	for (size_t i = 0; i < found && !status; i++) {
		const void *end;

		if (!(status = guarded_follow(context, link->to, all[i], &end)) && end)
			kept[(*count)++] = all[i];
	}
	*ends = kept;
	return status;
}

static enum status guarded_changed(void *context, const void *record, const struct query_field *field, bool *changed)
{
	const struct guarded *guarded = context;

	return guarded->plain.changed(guarded->plain.context, record, field, changed);
}

static enum status guarded_clock(void *context, const void *record, struct str name, struct clock_result *clock,
				 bool *found)
{
	const struct guarded *guarded = context;

	return guarded->plain.clock(guarded->plain.context, record, name, clock, found);
}

static enum status guarded_find(void *context, const struct query_type *type, struct str key, int64_t *identity)
{
	const struct guarded *guarded = context;

	return guarded->plain.find(guarded->plain.context, type, key, identity);
}

struct query_environment past_environment(const struct past_list *past)
{
	instant as_of = past->request->as_of;
	struct guarded *guarded = arena_one(past->arena, struct guarded);
	struct query_environment around =
	    environment_of_records(past->kernel, past->connection, past->arena, past->actor, as_of, as_of);

	*guarded = (struct guarded){.plain = around, .past = past};
	around.context = guarded;
	around.get = guarded_get;
	around.follow = guarded_follow;
	around.links = guarded_links;
	around.changed = guarded_changed;
	around.clock = guarded_clock;
	around.find = guarded_find;
	return around;
}
