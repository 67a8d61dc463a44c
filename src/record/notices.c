#include "record/notices.h"

#include "record/access.h"
#include "record/edit_run.h"
#include "record/notice_rules.h"

enum { USUAL_REPEAT = 10 * MINUTE };

/* --- telling --- */

static void bind_moment(struct statement *statement, instant at)
{
	if (at == INSTANT_NONE)
		bind_null(statement);
	else
		bind_int(statement, at);
}

/* The notice that was just written, of the person's the newest, is told by mail when that moment comes. */
static enum status mail_later(struct edit *edit, int64_t person, instant at, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(edit->connection,
			  S("INSERT INTO kaname_notice_mail (notice, person, record, due_at) SELECT max(id), ?, ?, ? "
			    "FROM kaname_notice WHERE person = ?"),
			  &statement, error);

	if (status)
		return status;
	store_tell(edit->connection, NEWS_TIMER, edit->after->identity, at);
	bind_int(statement, person);
	bind_int(statement, edit->after->identity);
	bind_int(statement, at);
	bind_int(statement, person);
	return store_run(statement, error);
}

/* shown_at is empty for what is shown at once, and for ever away for what is only told by mail. */
static enum status insert(struct edit *edit, int64_t person, const struct edit_note *note,
			  const struct notice_plan *plan, struct error *error)
{
	instant shown = plan->at[NOTICE_IN_APP], mail = plan->at[NOTICE_BY_MAIL];
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(edit->connection,
			  S("INSERT INTO kaname_notice (person, at, record, event, kind, en, ja, shown_at) "
			    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
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
	bind_moment(statement, shown == INSTANT_NONE ? INT64_MAX : shown > edit->at ? shown : INSTANT_NONE);
	if ((status = store_run(statement, error)) || mail == INSTANT_NONE)
		return status;
	return mail_later(edit, person, mail, error);
}

/* The same said of the same record a while ago: by two rules at once, once for each of two reasons, or because it goes
 * back and forth. */
static enum status said_just_now(struct edit *edit, const struct actor *actor, const struct edit_note *note, bool *said,
				 struct error *error)
{
	int64_t within = note->each ? MINUTE : actor->repeat_after ? actor->repeat_after : USUAL_REPEAT;
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(edit->connection,
			  S("SELECT 1 FROM (SELECT record, kind, en, at FROM kaname_notice WHERE person = ? "
			    "ORDER BY id DESC LIMIT 50) n WHERE record = ? AND kind = ? AND en = ? AND at > ? LIMIT 1"),
			  &statement, error);

	if (status)
		return status;
	bind_int(statement, actor->person);
	bind_int(statement, edit->after->identity);
	bind_text(statement, note->kind);
	bind_text(statement, note->says.text[ENGLISH]);
	bind_int(statement, edit->at - within);
	return store_step(statement, said, error);
}

/* Who may not see the record is not told of it. */
static enum status may_know(struct edit *edit, int64_t person, const struct actor **actor, bool *may,
			    struct error *error)
{
	enum status status = actor_of_person_on(edit->kernel, edit->connection, edit->arena, person, actor, error);

	*may = !status && access_reads_record(edit->kernel, *actor, edit->after);
	if (status == E_NOT_FOUND) {
		error_clear(error);
		return OK;
	}
	return status;
}

enum status edit_notify(struct edit *edit, struct edit_note *note, struct error *error)
{
	int64_t *told = arena_many(edit->arena, int64_t, note->people_count + 1);
	const struct query *urgent = edit->after->type->urgent;
	size_t count = 0;
	bool is_urgent = false;
	enum status status = urgent && note->people_count ? edit_holds(edit, urgent, &is_urgent, error) : OK;

	for (size_t i = 0; i < note->people_count && !status; i++) {
		const struct actor *actor;
		struct notice_plan plan;
		bool may, said = false;

		status = may_know(edit, note->people[i], &actor, &may, error);
		if (status || !may || (status = said_just_now(edit, actor, note, &said, error)))
			continue;
		plan = notice_plan_of(edit->kernel, edit->arena, actor, note->kind, is_urgent, edit->at);
		if (!said && (plan.at[NOTICE_IN_APP] != INSTANT_NONE || plan.at[NOTICE_BY_MAIL] != INSTANT_NONE))
			status = insert(edit, note->people[i], note, &plan, error);
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
		       const struct actor *actor, bool unread_only, int64_t before, size_t limit, instant now,
		       struct notice **notices, size_t *count, struct error *error)
{
	VEC(struct notice) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection,
	    unread_only ? S("SELECT id, record, coalesce(event, 0), at, read_at, kind, en, ja FROM kaname_notice WHERE "
			    "person = ? AND id < ? AND read_at IS NULL AND (shown_at IS NULL OR shown_at <= ?) "
			    "ORDER BY id DESC")
			: S("SELECT id, record, coalesce(event, 0), at, read_at, kind, en, ja FROM kaname_notice WHERE "
			    "person = ? AND id < ? AND (shown_at IS NULL OR shown_at <= ?) ORDER BY id DESC"),
	    &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, actor->person);
	bind_int(statement, before ? before : INT64_MAX);
	bind_int(statement, now);
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

enum status notices_unread(struct connection *connection, int64_t person, instant now, int64_t *count,
			   struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection,
			  S("SELECT count(*) FROM (SELECT 1 FROM kaname_notice WHERE person = ? AND read_at IS NULL "
			    "AND (shown_at IS NULL OR shown_at <= ?) LIMIT ?) n"),
			  &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, person);
	bind_int(statement, now);
	bind_int(statement, NOTICES_COUNTED);
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
