/* Rows that wait to be written together. An INSERT of one row costs the server more for the statement than for the row:
 * each index of the table is opened, and the condition of each partial one made ready, anew for every statement. So
 * within trusted jobs (driver.h) rows are kept here until there are ROWS_MOST of a kind, or something is sent that
 * could tell the difference: any other change, a question that mentions the table, the end of the group. */
#include "store/postgres_rows.h"

#include <stdlib.h>
#include <string.h>

enum { KINDS_MOST = 48 };
enum { BYTES_MOST = 256 << 10 };

static const size_t no_value = SIZE_MAX;

struct pg_rows {
	struct pg_kind *kinds[KINDS_MOST];
	size_t kind_count;
	struct pg_kind *waiting[KINDS_MOST]; /* in the order of their first rows */
	size_t waiting_count;
	uint64_t uses;
	bool told; /* the change before was a row that waits */
};

/* --- kinds --- */

static struct pg_kind *find_kind(struct pg_rows *rows, const struct statement *statement)
{
	for (size_t i = 0; i < rows->kind_count; i++)
		if (rows->kinds[i]->hash == statement->hash && str_eq(rows->kinds[i]->text, statement->sql))
			return rows->kinds[i];
	return NULL;
}

/* --- sending --- */

static void drop(struct pg_kind *kind)
{
	kind->rows = 0;
	kind->byte_count = 0;
}

static enum status introduce(struct pg_connection *connection, struct pg_kind *kind, struct error *error)
{
	ARENA arena = arena_new();
	struct buf sql = buf_new(arena);
	char name[16];

	pg_kind_text(kind, kind->rows, &sql);
	kind->names[kind->rows] = ++connection->named;
	kind->fresh |= (uint64_t)1 << kind->rows;
	return pg_sent(
	    connection,
	    PQsendPrepare(connection->db, pg_name(connection->named, name), str_c(arena, buf_str(&sql)), 0, NULL),
	    PG_COMMAND, sql.n, error);
}

static enum status send_rows(struct pg_connection *connection, struct pg_kind *kind, struct error *error)
{
	const char *values[ROWS_MOST * KIND_PARAMETERS_MOST];
	int lengths[ROWS_MOST * KIND_PARAMETERS_MOST], formats[ROWS_MOST * KIND_PARAMETERS_MOST];
	int count = kind->rows * kind->parameters;
	char name[16];

	for (int i = 0; i < count; i++) {
		const struct waiting_value *value = &kind->values[i];

		values[i] = value->at == no_value ? NULL : kind->bytes + value->at;
		lengths[i] = value->length;
		formats[i] = value->format;
	}
	return pg_sent(connection,
		       PQsendQueryPrepared(connection->db, pg_name(kind->names[kind->rows], name), count, values,
					   lengths, formats, 0),
		       PG_COMMAND, kind->byte_count + 64, error);
}

static enum status send_kind(struct pg_connection *connection, struct pg_kind *kind, struct error *error)
{
	enum status status = OK;

	if (!connection->db)
		return pg_fail(connection, NULL, error);
	if (!pg_has_room(connection))
		status = pg_finish(connection, NULL, error);
	if (kind->session != connection->session)
		memset(kind->names, 0, sizeof(kind->names));
	kind->session = connection->session;
	if (status == OK && !kind->names[kind->rows])
		status = introduce(connection, kind, error);
	if (status == OK)
		status = send_rows(connection, kind, error);
	drop(kind);
	return status;
}

enum status pg_rows_send(struct pg_connection *connection, struct error *error)
{
	struct pg_rows *rows = connection->rows;
	enum status status = OK;

	if (!rows)
		return OK;
	rows->told = false;
	for (size_t i = 0; i < rows->waiting_count; i++) {
		if (status == OK)
			status = send_kind(connection, rows->waiting[i], error);
		drop(rows->waiting[i]);
	}
	rows->waiting_count = 0;
	return status;
}

bool pg_rows_told(const struct pg_connection *connection)
{
	return connection->rows && connection->rows->told;
}

enum status pg_rows_before(struct pg_connection *connection, const struct statement *statement, struct error *error)
{
	struct pg_rows *rows = connection->rows;
	bool differs = !str_starts(statement->sql, S("SELECT "));

	for (size_t i = 0; rows && i < rows->waiting_count && !differs; i++)
		differs = pg_mentions(statement->sql, rows->waiting[i]->table);
	return differs ? pg_rows_send(connection, error) : OK;
}

/* --- adding --- */

static bool same_value(const struct pg_kind *kind, const struct waiting_value *waiting, const struct pg_statement *made,
		       int parameter)
{
	const char *value = made->values[parameter];
	size_t n = !value ? 0 : made->formats[parameter] ? (size_t)made->lengths[parameter] : strlen(value);

	if (!value || waiting->at == no_value)
		return !value && waiting->at == no_value;
	return (size_t)waiting->length == n && !memcmp(kind->bytes + waiting->at, value, n);
}

static bool meets(const struct pg_kind *kind, const struct pg_statement *made)
{
	for (int row = 0; row < kind->rows && kind->key_count; row++) {
		bool same = true;

		for (int i = 0; i < kind->key_count && same; i++)
			same = same_value(kind, &kind->values[row * kind->parameters + kind->keys[i]], made,
					  kind->keys[i]);
		if (same)
			return true;
	}
	return false;
}

static bool keep_value(struct pg_kind *kind, struct waiting_value *waiting, const char *value, size_t n, int format)
{
	if (kind->byte_count + n + 1 > kind->room) {
		size_t room = (kind->byte_count + n + 1) * 2;
		char *bytes = realloc(kind->bytes, room);

		if (!bytes)
			return false;
		kind->bytes = bytes;
		kind->room = room;
	}
	*waiting = (struct waiting_value){kind->byte_count, (int)n, format};
	memcpy(kind->bytes + kind->byte_count, value, n);
	kind->bytes[kind->byte_count + n] = '\0';
	kind->byte_count += n + 1;
	return true;
}

static bool keep_row(struct pg_kind *kind, const struct pg_statement *made)
{
	struct waiting_value *values = &kind->values[kind->rows * kind->parameters];

	for (int i = 0; i < kind->parameters; i++) {
		const char *value = made->values[i];
		size_t n = !value ? 0 : made->formats[i] ? (size_t)made->lengths[i] : strlen(value);

		if (!value)
			values[i] = (struct waiting_value){.at = no_value};
		else if (!keep_value(kind, &values[i], value, n, made->formats[i]))
			return false;
	}
	kind->rows++;
	return true;
}

/* The one that was used least recently makes room; none of its rows wait. */
static struct pg_kind **make_room(struct pg_connection *connection)
{
	struct pg_rows *rows = connection->rows;
	struct pg_kind **oldest = &rows->kinds[0];

	if (rows->kind_count < KINDS_MOST)
		return &rows->kinds[rows->kind_count++];
	for (size_t i = 1; i < KINDS_MOST; i++)
		if (rows->kinds[i]->used < (*oldest)->used)
			oldest = &rows->kinds[i];
	for (size_t i = 1; i <= ROWS_MOST && (*oldest)->session == connection->session; i++)
		if ((*oldest)->names[i] && connection->doomed_count < PG_DOOMED_MOST)
			connection->doomed[connection->doomed_count++] = (*oldest)->names[i];
	pg_kind_free(*oldest);
	return oldest;
}

/* *kind is NULL when the statement is of none. */
static enum status find_or_make(struct pg_connection *connection, const struct statement *statement,
				struct pg_kind **kind, struct error *error)
{
	struct pg_statement *made = statement->native;
	enum status status = OK;

	*kind = NULL;
	if (made->is_no_row || (!connection->rows && !(connection->rows = calloc(1, sizeof(*connection->rows)))) ||
	    (*kind = find_kind(connection->rows, statement)))
		return OK;
	if (!(*kind = pg_kind_new(statement))) {
		made->is_no_row = true;
		return OK;
	}
	if (connection->rows->kind_count == KINDS_MOST)
		status = pg_rows_send(connection, error);
	*make_room(connection) = *kind;
	return status;
}

/* Another kind of the same table waits, and would be written before or after. */
static bool has_rival(const struct pg_rows *rows, const struct pg_kind *kind)
{
	for (size_t i = 0; i < rows->waiting_count; i++)
		if (rows->waiting[i] != kind && str_eq(rows->waiting[i]->table, kind->table))
			return true;
	return false;
}

/* What a statement may last is told to the session before others are sent. */
static bool may_wait(const struct pg_connection *connection)
{
	return connection->in_turn && connection->trusted && connection->connection.limit == connection->timeout;
}

enum status pg_rows_add(struct pg_connection *connection, const struct statement *statement, bool *taken,
			struct error *error)
{
	struct pg_statement *made = statement->native;
	struct pg_kind *kind;
	enum status status;

	*taken = false;
	if (!may_wait(connection))
		return OK;
	if ((status = find_or_make(connection, statement, &kind, error)) || !kind)
		return status;
	if (kind->rows == ROWS_MOST || kind->byte_count > BYTES_MOST || meets(kind, made) ||
	    has_rival(connection->rows, kind))
		status = pg_rows_send(connection, error);
	if (status != OK)
		return status;
	if (!keep_row(kind, made))
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	kind->used = ++connection->rows->uses;
	if (kind->rows == 1)
		connection->rows->waiting[connection->rows->waiting_count++] = kind;
	pg_memo_change(connection, statement->sql);
	connection->rows->told = *taken = true;
	return OK;
}

/* --- the end of a group --- */

/* What was prepared behind a refusal was not. */
void pg_rows_end(struct pg_connection *connection, bool kept)
{
	struct pg_rows *rows = connection->rows;

	for (size_t i = 0; rows && i < rows->kind_count; i++) {
		struct pg_kind *kind = rows->kinds[i];

		for (unsigned n = 1; n <= ROWS_MOST && !kept; n++)
			if (kind->fresh >> n & 1)
				kind->names[n] = 0;
		kind->fresh = 0;
		drop(kind);
	}
	if (rows)
		rows->waiting_count = 0;
}

void pg_rows_free(struct pg_connection *connection)
{
	for (size_t i = 0; connection->rows && i < connection->rows->kind_count; i++)
		pg_kind_free(connection->rows->kinds[i]);
	free(connection->rows);
	connection->rows = NULL;
}
