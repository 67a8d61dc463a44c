/* What waits to be sent, and what was. */
#include "record/notices.h"
#include "record/outbox_row.h"
#include "record/read.h"

static const char *const fates[] = {
    [OUTBOX_SENT] = "sent",     [OUTBOX_DEAD] = "dead",       [OUTBOX_NEEDLESS] = "needless",
    [OUTBOX_PAUSED] = "paused", [OUTBOX_BOUNCED] = "bounced", [OUTBOX_DISCARDED] = "discarded"};

struct str outbox_fate_name(enum outbox_fate fate)
{
	return str_of(fate < OUTBOX_FATES ? fates[fate] : NULL);
}

enum outbox_fate outbox_fate_of(struct str name)
{
	for (int fate = OUTBOX_WAITS + 1; fate < OUTBOX_FATES; fate++)
		if (str_is(name, fates[fate]))
			return fate;
	return OUTBOX_WAITS;
}

static instant moment(struct statement *statement, int column)
{
	return column_is_null(statement, column) ? INSTANT_NONE : column_int(statement, column);
}

void outbox_row(struct statement *statement, struct arena *arena, struct outbox_entry *entry)
{
	*entry = (struct outbox_entry){.id = column_int(statement, 0),
				       .record = column_int(statement, 1),
				       .person = column_int(statement, 2),
				       .at = column_int(statement, 3),
				       .due_at = moment(statement, 4),
				       .settled_at = moment(statement, 5),
				       .attempts = column_int(statement, 6),
				       .fate = outbox_fate_of(column_text(statement, 7)),
				       .kind = str_dup(arena, column_text(statement, 8)),
				       .payload = str_dup(arena, column_text(statement, 9)),
				       .message_id = str_dup(arena, column_text(statement, 10)),
				       .address = str_dup(arena, column_text(statement, 11)),
				       .reason = str_dup(arena, column_text(statement, 12)),
				       .has_raw = column_int(statement, 13) != 0};
}

enum status outbox_row_one(struct statement *statement, struct arena *arena, struct outbox_entry *entry,
			   struct error *error)
{
	bool row;
	enum status status = store_step(statement, &row, error);

	if (!status && row)
		outbox_row(statement, arena, entry);
	return status;
}

static void hide_links(struct arena *arena, struct outbox_entry *entry)
{
	size_t at;

	if (str_find(entry->payload, S(OUTBOX_LINKS), &at))
		entry->payload = str_format(arena, "%.*s}", STR_ARG(str_sub(entry->payload, 0, at)));
}

static enum status rows(struct statement *statement, struct arena *arena, struct outbox_entry **entries, size_t *count,
			struct error *error)
{
	VEC(struct outbox_entry) found = {0};
	enum status status;
	bool row;

	while (!(status = store_step(statement, &row, error)) && row) {
		struct outbox_entry entry;

		outbox_row(statement, arena, &entry);
		hide_links(arena, &entry);
		vec_push(arena, &found, entry);
	}
	*entries = found.items;
	*count = found.count;
	return status;
}

enum status outbox_list(struct connection *connection, struct arena *arena, enum outbox_fate fate, int64_t before,
			size_t limit, struct outbox_entry **entries, size_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    fate == OUTBOX_FATES
		? S("SELECT " OUTBOX_COLUMNS("") " FROM kaname_outbox WHERE id < ? ORDER BY id DESC LIMIT ?")
	    : fate == OUTBOX_WAITS
		? S("SELECT " OUTBOX_COLUMNS("") " FROM kaname_outbox WHERE due_at IS NOT NULL AND id < ? "
						 "ORDER BY due_at, id LIMIT ?")
		: S("SELECT " OUTBOX_COLUMNS("") " FROM kaname_outbox WHERE id < ?1 AND fate = ?3 ORDER BY "
						 "id DESC LIMIT ?2"),
	    &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, before ? before : INT64_MAX);
	bind_int(statement, (int64_t)limit);
	if (fate != OUTBOX_FATES && fate != OUTBOX_WAITS)
		bind_text(statement, outbox_fate_name(fate));
	return rows(statement, arena, entries, count, error);
}

enum status outbox_find(struct connection *connection, struct arena *arena, int64_t id, struct outbox_entry *entry,
			struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection, S("SELECT " OUTBOX_COLUMNS("") " FROM kaname_outbox WHERE id = ?"), &statement, error);

	*entry = (struct outbox_entry){0};
	if (status)
		return status;
	bind_int(statement, id);
	status = outbox_row_one(statement, arena, entry, error);
	hide_links(arena, entry);
	return status;
}

enum status outbox_find_message(struct connection *connection, struct arena *arena, struct str message_id,
				struct outbox_entry *entry, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection, S("SELECT " OUTBOX_COLUMNS("") " FROM kaname_outbox WHERE message_id = ?"), &statement, error);

	*entry = (struct outbox_entry){0};
	if (status)
		return status;
	bind_text(statement, message_id);
	status = outbox_row_one(statement, arena, entry, error);
	hide_links(arena, entry);
	return status;
}

enum status outbox_raw(struct connection *connection, struct arena *arena, int64_t id, struct str *raw,
		       struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection, S("SELECT raw FROM kaname_outbox WHERE id = ?"), &statement, error);

	*raw = (struct str){0};
	if (status)
		return status;
	bind_int(statement, id);
	if (!(status = store_step(statement, &row, error)) && row)
		*raw = str_dup(arena, column_blob(statement, 0));
	return status;
}

/* --- figures --- */

static enum status one_number(struct connection *connection, struct str sql, int64_t *number, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(connection, sql, &statement, error);

	if (!status && !(status = store_step(statement, &row, error)) && row && !column_is_null(statement, 0))
		*number = column_int(statement, 0);
	return status;
}

enum status outbox_figures(struct connection *connection, struct outbox_figures *figures, struct error *error)
{
	enum status status;

	_Static_assert(COUNT_SHOWN == 1000, "the statements below count one further");
	*figures = (struct outbox_figures){.oldest = INSTANT_NONE};
	if ((status = one_number(connection,
				 S("SELECT count(*) FROM (SELECT 1 FROM kaname_outbox WHERE due_at IS NOT NULL LIMIT "
				   "1001) n"),
				 &figures->waiting, error)) ||
	    (status = one_number(
		 connection, S("SELECT count(*) FROM (SELECT 1 FROM kaname_outbox WHERE fate = 'dead' LIMIT 1001) n"),
		 &figures->dead, error)))
		return status;
	return one_number(
	    connection,
	    S("SELECT min(at) FROM (SELECT at FROM kaname_outbox WHERE due_at IS NOT NULL ORDER BY due_at, "
	      "id LIMIT 1000) n"),
	    &figures->oldest, error);
}
