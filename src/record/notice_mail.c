/* What is to be told by mail goes to the outbox when its time has come: what is gathered for a person in one entry,
 * what is told at once in one for each record, so that mail programs can tell what belongs together. */
#include "record/notices.h"

#include <stdio.h>

#include "record/decision_link.h"

enum { MAILED_AT_ONCE = 500 };

struct mailing {
	struct kernel *kernel;
	struct arena *arena;
	instant now;
	size_t put;
};

struct told {
	int64_t record, notice; /* the first about it */
};

struct entry {
	int64_t person, record;    /* of the first */
	bool at_once, of_several;  /* of several records */
	struct buf notices, links; /* links: how to decide at once, by notice */
	size_t count;
	VEC(struct told) told; /* each record once */
};

/* Of the entry that was just written, of the person's the newest. One about a single record says so itself. */
static enum status put_told(const struct mailing *mailing, struct connection *connection, int64_t person,
			    const struct told *told, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection,
					   S("INSERT INTO kaname_outbox_told (entry, record, at, notice) SELECT "
					     "max(id), ?, ?, ? FROM kaname_outbox WHERE person = ?"),
					   &statement, error);

	if (status)
		return status;
	bind_int(statement, told->record);
	bind_int(statement, mailing->now);
	bind_int(statement, told->notice);
	bind_int(statement, person);
	return store_run(statement, error);
}

static void tell_of(const struct mailing *mailing, struct entry *entry, int64_t record, int64_t notice)
{
	for (size_t i = 0; i < entry->told.count; i++)
		if (entry->told.items[i].record == record)
			return;
	vec_push(mailing->arena, &entry->told, ((struct told){record, notice}));
}

static enum status put(struct mailing *mailing, struct connection *connection, const struct entry *entry,
		       struct error *error)
{
	STATEMENT statement = NULL;
	struct str payload =
	    str_format(mailing->arena, "{\"to\":%lld,\"notices\":[%.*s]%s%.*s%s}", (long long)entry->person,
		       STR_ARG(buf_str(&entry->notices)), entry->links.n ? OUTBOX_LINKS "{" : "",
		       STR_ARG(buf_str(&entry->links)), entry->links.n ? "}" : "");
	enum status status = store_prepare(connection,
					   S("INSERT INTO kaname_outbox (at, kind, record, payload, due_at, person) "
					     "VALUES (?1, ?2, ?3, ?4, ?1, ?5)"),
					   &statement, error);

	if (status)
		return status;
	mailing->put++;
	bind_int(statement, mailing->now);
	bind_text(statement, entry->at_once ? S("notice") : S("digest"));
	if (entry->of_several)
		bind_null(statement);
	else
		bind_int(statement, entry->record);
	bind_text(statement, payload);
	bind_int(statement, entry->person);
	if ((status = store_run(statement, error)) || !entry->of_several)
		return status;
	for (size_t i = 0; i < entry->told.count && !status; i++)
		status = put_told(mailing, connection, entry->person, &entry->told.items[i], error);
	return status;
}

static enum status clear(struct connection *connection, int64_t notice, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(connection, S("DELETE FROM kaname_notice_mail WHERE notice = ?"), &statement, error);

	if (status)
		return status;
	bind_int(statement, notice);
	return store_run(statement, error);
}

struct due_notice {
	int64_t id, person, record;
	bool at_once;
};

static enum status read_due(struct mailing *mailing, struct connection *connection, struct due_notice *due,
			    size_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection,
			  S("SELECT m.notice, m.person, m.record, CASE WHEN m.due_at > n.at THEN 0 ELSE 1 "
			    "END FROM kaname_notice_mail m JOIN kaname_notice n ON n.id = m.notice WHERE "
			    "m.due_at <= ? ORDER BY m.due_at, m.person, m.record, m.notice LIMIT ?"),
			  &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, mailing->now);
	bind_int(statement, MAILED_AT_ONCE);
	while (!(status = store_step(statement, &row, error)) && row)
		due[(*count)++] = (struct due_notice){column_int(statement, 0), column_int(statement, 1),
						      column_int(statement, 2), column_int(statement, 3) != 0};
	return status;
}

/* Of what waits for the person's decision. */
static void add_link(const struct mailing *mailing, struct entry *entry, const struct due_notice *due)
{
	struct decision_link link = {
	    .record = due->record, .person = due->person, .until = decision_link_until(mailing->now)};
	struct str address = decision_link_sign(mailing->kernel, mailing->arena, &link);

	if (address.n)
		buf_format(&entry->links, "%s\"%lld\":\"%.*s\"", entry->links.n ? "," : "", (long long)due->id,
			   STR_ARG(address));
}

static bool belongs(const struct entry *entry, const struct due_notice *due)
{
	return due->person == entry->person && due->at_once == entry->at_once &&
	       (!entry->at_once || due->record == entry->record);
}

static enum status mail_due(void *context, struct connection *connection, struct error *error)
{
	struct mailing *mailing = context;
	struct due_notice *due = arena_many(mailing->arena, struct due_notice, MAILED_AT_ONCE);
	size_t count;
	enum status status = read_due(mailing, connection, due, &count, error);

	mailing->put = 0;
	for (size_t i = 0; i < count && !status;) {
		struct entry entry = {.person = due[i].person,
				      .record = due[i].record,
				      .at_once = due[i].at_once,
				      .notices = buf_new(mailing->arena),
				      .links = buf_new(mailing->arena)};

		for (; i < count && !status && belongs(&entry, &due[i]); i++) {
			buf_format(&entry.notices, entry.count++ ? ",%lld" : "%lld", (long long)due[i].id);
			tell_of(mailing, &entry, due[i].record, due[i].id);
			entry.of_several = entry.of_several || due[i].record != entry.record;
			add_link(mailing, &entry, &due[i]);
			status = clear(connection, due[i].id, error);
		}
		if (!status)
			status = put(mailing, connection, &entry, error);
	}
	return status;
}

enum status notices_next_mail(struct connection *connection, instant *next, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection, S("SELECT min(due_at) FROM kaname_notice_mail"), &statement, error);

	*next = INSTANT_NONE;
	if (!status && !(status = store_step(statement, &row, error)) && row && !column_is_null(statement, 0))
		*next = column_int(statement, 0);
	return status;
}

static enum status is_due(struct kernel *kernel, instant now, bool *due, struct error *error)
{
	READER connection = NULL;
	instant next;
	enum status status;

	if ((status = store_reader(kernel->store, &connection, error)) ||
	    (status = notices_next_mail(connection, &next, error)))
		return status;
	*due = next != INSTANT_NONE && next <= now;
	return OK;
}

enum status notices_mail(struct kernel *kernel, instant now, size_t *put_out, struct error *error)
{
	bool due = false;
	enum status status = is_due(kernel, now, &due, error);

	*put_out = 0;
	while (!status && due) {
		ARENA arena = arena_new();
		struct mailing mailing = {.kernel = kernel, .arena = arena, .now = now};

		if ((status = store_write_wait(kernel->store, mail_due, &mailing, error)))
			return status;
		*put_out += mailing.put;
		status = is_due(kernel, now, &due, error);
	}
	return status;
}
