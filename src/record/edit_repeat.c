/* The same request sent again: answered from what the first one did, for 24 hours. */
#include "record/edit_run.h"

#include <string.h>

/* A batch keeps a row for each result; of those behind the first the key goes on after a line feed, which no client's
 * key holds. */
static struct str key_of(struct edit_run *run, const struct edit_batch *batch, size_t index)
{
	return index ? str_format(run->arena, "%.*s\n%zu", STR_ARG(batch->idempotency_key), index)
		     : batch->idempotency_key;
}

static enum status find_row(struct edit_run *run, const struct edit_batch *batch, size_t index, bool *found,
			    struct error *error)
{
	STATEMENT statement = NULL;
	struct str request;
	enum status status =
	    store_prepare(run->connection,
			  S("SELECT i.request, i.record, coalesce(i.event, 0), coalesce(e.seq, 0) FROM "
			    "kaname_idempotency i LEFT JOIN kaname_event e ON e.id = i.event "
			    "WHERE i.person = ? AND i.key = ? AND i.created_at > ?"),
			  &statement, error);

	*found = false;
	if (status)
		return status;
	bind_int(statement, batch->actor->person);
	bind_text(statement, key_of(run, batch, index));
	bind_int(statement, run->now - DAY);
	if ((status = store_step(statement, found, error)) || !*found)
		return status;
	request = column_blob(statement, 0);
	if (request.n != HASH_BYTES || memcmp(request.p, batch->idempotency_content.bytes, HASH_BYTES) != 0)
		return error_fail(error, E_CONFLICT, "", "idempotency",
				  N_("This idempotency key was used for another request"));
	batch->results[index] = (struct edit_result){.record = column_int(statement, 1),
						     .event = column_int(statement, 2),
						     .version = column_int(statement, 3),
						     .created = column_int(statement, 3) == 1,
						     .replayed = true};
	return OK;
}

enum status repeat_find(struct edit_run *run, const struct edit_batch *batch, bool *found, struct error *error)
{
	enum status status = OK;
	bool more = true;

	*found = false;
	if (!batch->idempotency_key.n || !batch->count)
		return OK;
	if ((status = find_row(run, batch, 0, found, error)) || !*found)
		return status;
	for (size_t i = 1; i < batch->count && !status && more; i++)
		status = find_row(run, batch, i, &more, error);
	return status;
}

enum status repeat_keep(struct edit_run *run, const struct edit_batch *batch, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; batch->idempotency_key.n && i < batch->count && !status; i++) {
		STATEMENT statement = NULL;

		status =
		    store_prepare(run->connection,
				  S("INSERT INTO kaname_idempotency (person, key, request, record, event, created_at) "
				    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (person, key) DO UPDATE SET "
				    "request = excluded.request, record = excluded.record, event = excluded.event, "
				    "created_at = excluded.created_at"),
				  &statement, error);
		if (status)
			return status;
		bind_int(statement, batch->actor->person);
		bind_text(statement, key_of(run, batch, i));
		bind_blob(statement, (struct str){(const char *)batch->idempotency_content.bytes, HASH_BYTES});
		bind_int(statement, batch->results[i].record);
		bind_int(statement, batch->results[i].event);
		bind_int(statement, run->now);
		status = store_run(statement, error);
	}
	return status;
}
