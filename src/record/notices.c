#include "record/notices.h"

#include "record/access.h"
#include "record/edit_run.h"

/* --- telling --- */

static enum status insert(struct edit *edit, int64_t person, const struct edit_note *note, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    edit->connection,
	    S("INSERT INTO kaname_notice (person, at, record, event, kind, en, ja) VALUES (?, ?, ?, ?, ?, ?, ?)"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, person);
	bind_int(statement, edit->at);
	bind_int(statement, edit->after->identity);
	if (edit->result && edit->result->event)
		bind_int(statement, edit->result->event);
	else
		bind_null(statement);
	bind_text(statement, note->kind);
	bind_text(statement, note->says.text[ENGLISH]);
	bind_text(statement, label_in(&note->says, JAPANESE));
	return store_run(statement, error);
}

/* The same said of the same record a moment ago: by two rules at once, or once for each of two reasons. */
static enum status said_just_now(struct edit *edit, int64_t person, const struct edit_note *note, bool *said,
				 struct error *error)
{
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(edit->connection,
			  S("SELECT 1 FROM (SELECT record, kind, en, at FROM kaname_notice WHERE person = ? "
			    "ORDER BY id DESC LIMIT 20) n WHERE record = ? AND kind = ? AND en = ? AND at > ? LIMIT 1"),
			  &statement, error);

	if (status)
		return status;
	bind_int(statement, person);
	bind_int(statement, edit->after->identity);
	bind_text(statement, note->kind);
	bind_text(statement, note->says.text[ENGLISH]);
	bind_int(statement, edit->at - MINUTE);
	return store_step(statement, said, error);
}

/* Who may not see the record is not told of it. */
static enum status may_know(struct edit *edit, int64_t person, bool *may, struct error *error)
{
	const struct actor *actor;
	enum status status = actor_of_person_on(edit->kernel, edit->connection, edit->arena, person, &actor, error);

	*may = !status && access_reads_record(edit->kernel, actor, edit->after);
	if (status == E_NOT_FOUND) {
		error_clear(error);
		return OK;
	}
	return status;
}

enum status edit_notify(struct edit *edit, struct edit_note *note, struct error *error)
{
	int64_t *told = arena_many(edit->arena, int64_t, note->people_count + 1);
	size_t count = 0;
	enum status status = OK;

	for (size_t i = 0; i < note->people_count && !status; i++) {
		bool may, said = false;

		status = may_know(edit, note->people[i], &may, error);
		if (status || !may || (status = said_just_now(edit, note->people[i], note, &said, error)))
			continue;
		if (!said)
			status = insert(edit, note->people[i], note, error);
		told[count++] = note->people[i];
	}
	note->people = told;
	note->people_count = count;
	return status;
}

/* --- reading --- */

static enum status may_read(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, int64_t identity, bool *may, struct error *error)
{
	struct record *record = NULL;
	enum status status = record_load(kernel, connection, arena, identity, false, &record, error);

	*may = record && access_reads_record(kernel, actor, record);
	return status;
}

enum status notices_of(struct kernel *kernel, struct connection *connection, struct arena *arena,
		       const struct actor *actor, bool unread_only, int64_t before, size_t limit,
		       struct notice **notices, size_t *count, struct error *error)
{
	VEC(struct notice) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection,
	    unread_only ? S("SELECT id, record, coalesce(event, 0), at, read_at, kind, en, ja FROM kaname_notice WHERE "
			    "person = ? AND id < ? AND read_at IS NULL ORDER BY id DESC")
			: S("SELECT id, record, coalesce(event, 0), at, read_at, kind, en, ja FROM kaname_notice WHERE "
			    "person = ? AND id < ? ORDER BY id DESC"),
	    &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, actor->person);
	bind_int(statement, before ? before : INT64_MAX);
	while (found.count < limit && !(status = store_step(statement, &row, error)) && row) {
		struct notice notice = {
		    .identity = column_int(statement, 0),
		    .record = column_int(statement, 1),
		    .event = column_int(statement, 2),
		    .at = column_int(statement, 3),
		    .read_at = column_is_null(statement, 4) ? INSTANT_NONE : column_int(statement, 4),
		    .kind = str_dup(arena, column_text(statement, 5)),
		    .says = {{str_dup(arena, column_text(statement, 6)), str_dup(arena, column_text(statement, 7))}},
		};
		bool may;

		if ((status = may_read(kernel, connection, arena, actor, notice.record, &may, error)))
			return status;
		if (may)
			vec_push(arena, &found, notice);
	}
	*notices = found.items;
	*count = found.count;
	return status;
}

enum status notices_unread(struct connection *connection, int64_t person, int64_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection,
			  S("SELECT count(*) FROM (SELECT 1 FROM kaname_notice WHERE person = ? AND read_at IS NULL "
			    "LIMIT 1000) n"),
			  &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, person);
	if (!(status = store_step(statement, &row, error)) && row)
		*count = column_int(statement, 0);
	return status;
}

/* --- reading them off --- */

struct marking {
	int64_t person, notice;
	bool all_before;
	instant now;
	bool found;
};

static enum status mark(void *context, struct connection *connection, struct error *error)
{
	struct marking *marking = context;
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    marking->all_before
		? S("UPDATE kaname_notice SET read_at = coalesce(read_at, ?) WHERE person = ? AND id <= ?")
		: S("UPDATE kaname_notice SET read_at = coalesce(read_at, ?) WHERE person = ? AND id = ?"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, marking->now);
	bind_int(statement, marking->person);
	bind_int(statement, marking->notice);
	status = store_run(statement, error);
	marking->found = store_changes(connection) > 0;
	return status;
}

enum status notice_mark_read(struct kernel *kernel, const struct actor *actor, int64_t notice, bool all_before,
			     instant now, struct error *error)
{
	struct marking marking = {.person = actor->person, .notice = notice, .all_before = all_before, .now = now};
	enum status status = store_write_wait(kernel->store, mark, &marking, error);

	if (status || marking.found || all_before)
		return status;
	return error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is no such notice"));
}
