/* What comes back, and that nothing more is sent to where everything comes back from. */
#include "record/outbox_row.h"
#include "record/people.h"
#include "record/tell.h"

enum { TIMES = 3 }; /* in a row; the statement below looks at as many */

struct bouncing {
	struct kernel *kernel;
	struct arena *arena;
	int64_t id;
	struct str reason;
	instant now;
	bool done;
};

enum status outbox_is_paused(struct connection *connection, struct str address, bool *paused, struct error *error)
{
	STATEMENT statement = NULL;
	int back = 0;
	bool row;
	enum status status = store_prepare(connection,
					   S("SELECT fate FROM kaname_outbox WHERE address = ? AND fate IN ('sent', "
					     "'bounced') ORDER BY id DESC LIMIT 3"),
					   &statement, error);

	*paused = false;
	if (status)
		return status;
	bind_text(statement, address);
	while (!(status = store_step(statement, &row, error)) && row)
		back += outbox_fate_of(column_text(statement, 0)) == OUTBOX_BOUNCED;
	*paused = back == TIMES;
	return status;
}

static enum status mark(struct bouncing *bouncing, struct connection *connection, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    S("UPDATE kaname_outbox SET fate = 'bounced', due_at = NULL, reason = ?, settled_at = ? WHERE id = "
	      "? AND (fate IS NULL OR fate <> 'bounced')"),
	    &statement, error);

	if (status)
		return status;
	bind_text(statement, bouncing->reason);
	bind_int(statement, bouncing->now);
	bind_int(statement, bouncing->id);
	status = store_run(statement, error);
	bouncing->done = store_changes(connection) > 0;
	return status;
}

static enum status tell_one(struct bouncing *bouncing, struct connection *connection, int64_t person,
			    const struct outbox_entry *entry, const struct label *says, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    S("INSERT INTO kaname_notice (person, at, record, kind, en, ja) VALUES (?, ?, ?, 'notice', ?, ?)"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, person);
	bind_int(statement, bouncing->now);
	bind_int(statement, entry->person);
	bind_text(statement, says->text[ENGLISH]);
	bind_text(statement, says->text[JAPANESE]);
	return store_run(statement, error);
}

/* Who has two such roles is told once. */
static enum status tell_once(struct bouncing *bouncing, struct connection *connection, int64_t person,
			     const struct outbox_entry *entry, const struct label *says, struct error *error)
{
	STATEMENT statement = NULL;
	bool told;
	enum status status = store_prepare(
	    connection, S("SELECT 1 FROM kaname_notice WHERE person = ? AND at = ? AND record = ? LIMIT 1"), &statement,
	    error);

	if (status)
		return status;
	bind_int(statement, person);
	bind_int(statement, bouncing->now);
	bind_int(statement, entry->person);
	status = store_step(statement, &told, error);
	return status || told ? status : tell_one(bouncing, connection, person, entry, says, error);
}

/* About whom nothing reaches any more. */
static enum status tell_administrators(struct bouncing *bouncing, struct connection *connection,
				       const struct outbox_entry *entry, struct error *error)
{
	const struct model *model = bouncing->kernel->model;
	struct label says = tell_words(
	    bouncing->arena, N_("Mail to %s comes back each time; nothing more is sent there"), entry->address);
	enum status status = OK;

	for (size_t i = 0; i < model->role_count && !status; i++) {
		int64_t *people;
		size_t count = 0;

		if (!model->roles[i]->administers)
			continue;
		status = people_of_role(bouncing->kernel, connection, bouncing->arena, model->roles[i], &people, &count,
					error);
		for (size_t p = 0; p < count && !status; p++)
			status = tell_once(bouncing, connection, people[p], entry, &says, error);
	}
	return status;
}

static enum status bounce(void *context, struct connection *connection, struct error *error)
{
	struct bouncing *bouncing = context;
	struct outbox_entry entry;
	bool paused;
	enum status status = outbox_find(connection, bouncing->arena, bouncing->id, &entry, error);

	if (status || !entry.id || (status = mark(bouncing, connection, error)) || !bouncing->done || !entry.person ||
	    !entry.address.n || (status = outbox_is_paused(connection, entry.address, &paused, error)) || !paused)
		return status;
	return tell_administrators(bouncing, connection, &entry, error);
}

enum status outbox_bounced(struct kernel *kernel, int64_t id, struct str reason, instant now, struct error *error)
{
	ARENA arena = arena_new();
	struct bouncing bouncing = {.kernel = kernel, .arena = arena, .id = id, .reason = reason, .now = now};

	return store_write_wait(kernel->store, bounce, &bouncing, error);
}
