/* Taking what is due, and writing down what became of it when it was sent; outbox_bounce.c: what comes back later. */
#include "record/outbox.h"

#include <jansson.h>

#include "base/hash.h"
#include "record/outbox_row.h"

/* --- taking --- */

struct outbox_taking {
	struct arena *arena;
	struct str domain;
	instant now;
	int64_t lease;
	struct outbox_entry *found;
};

static enum status next_due(struct outbox_taking *taking, struct connection *connection, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    S("SELECT " OUTBOX_COLUMNS("") " FROM kaname_outbox WHERE due_at <= ? ORDER BY due_at, id LIMIT 1"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, taking->now);
	return outbox_row_one(statement, taking->arena, taking->found, error);
}

/* Nobody can guess it: whoever knows it may say that the mail came back. */
static struct str new_message_id(const struct outbox_taking *taking)
{
	uint64_t secret;

	secret_fill((char *)&secret, sizeof(secret));
	return str_format(taking->arena, "kaname.%lld.%016llx@%.*s", (long long)taking->found->id,
			  (unsigned long long)secret, STR_ARG(taking->domain));
}

static enum status take(void *context, struct connection *connection, struct error *error)
{
	struct outbox_taking *taking = context;
	struct outbox_entry *found = taking->found;
	STATEMENT statement = NULL;
	enum status status = next_due(taking, connection, error);

	if (status || !found->id)
		return status;
	if (!found->message_id.n)
		found->message_id = new_message_id(taking);
	found->attempts++;
	if ((status = store_prepare(connection,
				    S("UPDATE kaname_outbox SET due_at = ?, attempts = ?, message_id = ? WHERE id = ?"),
				    &statement, error)))
		return status;
	bind_int(statement, taking->now + taking->lease);
	bind_int(statement, found->attempts);
	bind_text(statement, found->message_id);
	bind_int(statement, found->id);
	return store_run(statement, error);
}

/* Asked of a reader first: a writer's turn costs a commit. */
static enum status is_due(struct kernel *kernel, instant now, bool *due, struct error *error)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	enum status status;

	if ((status = store_reader(kernel->store, &connection, error)) ||
	    (status = store_prepare(connection, S("SELECT 1 FROM kaname_outbox WHERE due_at <= ? LIMIT 1"), &statement,
				    error)))
		return status;
	bind_int(statement, now);
	return store_step(statement, due, error);
}

enum status outbox_take(struct kernel *kernel, struct arena *arena, struct str domain, instant now, int64_t lease,
			struct outbox_entry *found, struct error *error)
{
	struct outbox_taking taking = {.arena = arena, .domain = domain, .now = now, .lease = lease, .found = found};
	bool due;
	enum status status = is_due(kernel, now, &due, error);

	*found = (struct outbox_entry){0};
	return status || !due ? status : store_write_wait(kernel->store, take, &taking, error);
}

/* --- settling --- */

static void bind_if(struct statement *statement, struct str text)
{
	if (text.n)
		bind_text(statement, text);
	else
		bind_null(statement);
}

static enum status settle(void *context, struct connection *connection, struct error *error)
{
	const struct outbox_outcome *outcome = context;
	bool waits = outcome->fate == OUTBOX_WAITS;
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    S("UPDATE kaname_outbox SET due_at = ?, fate = ?, settled_at = ?, reason = ?, person = coalesce(?, "
	      "person), "
	      "address = coalesce(?, address), raw = coalesce(?, raw) WHERE id = ? AND due_at IS NOT NULL"),
	    &statement, error);

	if (status)
		return status;
	if (waits)
		bind_int(statement, outcome->due_at);
	else
		bind_null(statement);
	bind_if(statement, outbox_fate_name(outcome->fate));
	if (waits)
		bind_null(statement);
	else
		bind_int(statement, outcome->now);
	bind_if(statement, outcome->reason);
	if (outcome->person)
		bind_int(statement, outcome->person);
	else
		bind_null(statement);
	bind_if(statement, outcome->address);
	if (outcome->raw.n)
		bind_blob(statement, outcome->raw);
	else
		bind_null(statement);
	bind_int(statement, outcome->id);
	return store_run(statement, error);
}

enum status outbox_settle(struct kernel *kernel, const struct outbox_outcome *outcome, struct error *error)
{
	struct outbox_outcome copy = *outcome;

	return store_write_wait(kernel->store, settle, &copy, error);
}

/* --- what a mail tells --- */

static enum status read_notice(struct connection *connection, struct arena *arena, struct outbox_notice *notice,
			       bool *found, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection, S("SELECT record, coalesce(event, 0), at, kind, en, ja FROM kaname_notice WHERE id = ?"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, notice->id);
	if ((status = store_step(statement, found, error)) || !*found)
		return status;
	notice->record = column_int(statement, 0);
	notice->event = column_int(statement, 1);
	notice->at = column_int(statement, 2);
	notice->kind = str_dup(arena, column_text(statement, 3));
	notice->says =
	    (struct label){{str_dup(arena, column_text(statement, 4)), str_dup(arena, column_text(statement, 5))}};
	return OK;
}

static struct str link_of(struct arena *arena, const json_t *payload, int64_t notice)
{
	struct str key = str_format(arena, "%lld", (long long)notice);

	return str_dup(
	    arena, str_of(json_string_value(json_object_get(json_object_get(payload, "links"), str_c(arena, key)))));
}

static enum status take_notices(struct connection *connection, struct arena *arena, const json_t *payload,
				struct outbox_notice *notices, size_t *count, struct error *error)
{
	const json_t *list = json_object_get(payload, "notices");
	enum status status = OK;

	for (size_t i = 0; i < json_array_size(list) && !status; i++) {
		struct outbox_notice *notice = &notices[*count];
		bool found = false;

		*notice = (struct outbox_notice){.id = json_integer_value(json_array_get(list, i))};
		notice->link = link_of(arena, payload, notice->id);
		status = read_notice(connection, arena, notice, &found, error);
		*count += found;
	}
	return status;
}

enum status outbox_notices(struct connection *connection, struct arena *arena, const struct outbox_entry *entry,
			   struct outbox_notice **notices, size_t *count, struct error *error)
{
	json_t *payload = json_loadb(entry->payload.p, entry->payload.n, 0, NULL);
	enum status status;

	*count = 0;
	*notices = arena_many(arena, struct outbox_notice, json_array_size(json_object_get(payload, "notices")) + 1);
	status = take_notices(connection, arena, payload, *notices, count, error);
	json_decref(payload);
	return status;
}

/* --- deciding --- */

struct deciding {
	int64_t id;
	instant now;
	enum outbox_fate fate;
	struct str reason;
	bool done;
};

static enum status decide(void *context, struct connection *connection, struct error *error)
{
	struct deciding *deciding = context;
	bool again = deciding->fate == OUTBOX_WAITS;
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    S("UPDATE kaname_outbox SET due_at = ?, fate = ?, settled_at = ?, reason = ?, attempts = -1 WHERE id = ? "
	      "AND (fate IS NULL OR fate IN ('dead', 'paused', 'bounced', 'needless'))"),
	    &statement, error);

	if (status)
		return status;
	if (again)
		bind_int(statement, deciding->now);
	else
		bind_null(statement);
	bind_if(statement, outbox_fate_name(deciding->fate));
	if (again)
		bind_null(statement);
	else
		bind_int(statement, deciding->now);
	bind_if(statement, deciding->reason);
	bind_int(statement, deciding->id);
	status = store_run(statement, error);
	deciding->done = store_changes(connection) > 0;
	return status;
}

static enum status decided(struct kernel *kernel, struct deciding *deciding, struct error *error)
{
	enum status status = store_write_wait(kernel->store, decide, deciding, error);

	if (status || deciding->done)
		return status;
	return error_fail(error, E_CONFLICT, "", "outbox",
			  N_("This mail was sent meanwhile, or is not there any more"));
}

enum status outbox_retry(struct kernel *kernel, int64_t id, instant now, struct error *error)
{
	struct deciding deciding = {.id = id, .now = now};

	return decided(kernel, &deciding, error);
}

enum status outbox_discard(struct kernel *kernel, int64_t id, struct str reason, instant now, struct error *error)
{
	struct deciding deciding = {.id = id, .now = now, .fate = OUTBOX_DISCARDED, .reason = reason};

	return decided(kernel, &deciding, error);
}
