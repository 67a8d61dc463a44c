/* Statements of the PostgreSQL driver: prepared on the server, with values as text (numbers) or bytes (the rest). A
 * result is read whole: other statements may then run between its rows. */
#include "store/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pg_statement *native(const struct statement *statement)
{
	return statement->native;
}

static struct pg_connection *session(const struct statement *statement)
{
	return pg_own(statement->connection);
}

/* --- preparing --- */

/* Copies a text in quotes; returns what is behind it. */
static size_t copy_quoted(struct str sql, size_t at, char *out, size_t *n)
{
	char quote = sql.p[at];

	do {
		out[(*n)++] = sql.p[at++];
	} while (at < sql.n && sql.p[at] != quote);
	if (at < sql.n)
		out[(*n)++] = sql.p[at++];
	return at;
}

/* "+r.title": the sign keeps SQLite from an index; PostgreSQL knows none for texts, and chooses well by itself. */
static bool is_sign(struct str sql, size_t at)
{
	char before = at ? sql.p[at - 1] : ' ', after = at + 1 < sql.n ? sql.p[at + 1] : ' ';

	return sql.p[at] == '+' && (before == ' ' || before == '(') && (after == '"' || (after >= 'a' && after <= 'z'));
}

/* "?" becomes $1, $2, ... in order, and "?1" $1. */
static char *numbered(struct str sql, int *parameters)
{
	char *out = malloc(sql.n * 6 + 1);
	size_t n = 0;

	*parameters = 0;
	for (size_t at = 0; out && at < sql.n;) {
		if (sql.p[at] == '\'' || sql.p[at] == '"') {
			at = copy_quoted(sql, at, out, &n);
		} else if (sql.p[at] == '?') {
			int number = 0;

			for (at++; at < sql.n && sql.p[at] >= '0' && sql.p[at] <= '9'; at++)
				number = number * 10 + sql.p[at] - '0';
			if (!number)
				number = *parameters + 1;
			if (number > *parameters)
				*parameters = number;
			n += (size_t)snprintf(out + n, 6, "$%d", number);
		} else if (is_sign(sql, at)) {
			at++;
		} else {
			out[n++] = sql.p[at++];
		}
	}
	if (out)
		out[n] = '\0';
	return out;
}

static bool is_change(struct str sql)
{
	size_t at;

	return (str_starts(sql, S("INSERT ")) || str_starts(sql, S("UPDATE ")) || str_starts(sql, S("DELETE "))) &&
	       !str_find(sql, S(" RETURNING "), &at);
}

static void native_free(struct pg_statement *made)
{
	if (!made)
		return;
	pg_answer_release(&made->answer);
	free(made->sql);
	free(made->values);
	free(made->lengths);
	free(made->formats);
	free(made->numbers);
	free(made);
}

static struct pg_statement *native_new(struct str sql, int *parameters)
{
	struct pg_statement *made = calloc(1, sizeof(*made));

	if (!made || !(made->sql = numbered(sql, parameters))) {
		free(made);
		return NULL;
	}
	made->room = *parameters ? *parameters : 1;
	made->values = calloc((size_t)made->room, sizeof(*made->values));
	made->lengths = calloc((size_t)made->room, sizeof(*made->lengths));
	made->formats = calloc((size_t)made->room, sizeof(*made->formats));
	made->numbers = calloc((size_t)made->room, sizeof(*made->numbers));
	made->is_change = is_change(sql);
	if (!made->values || !made->lengths || !made->formats || !made->numbers) {
		native_free(made);
		return NULL;
	}
	return made;
}

const char *pg_name(unsigned number, char name[16])
{
	snprintf(name, 16, "s%u", number);
	return name;
}

/* Waits for the answer: whoever prepares is told at once that the text is wrong. */
static enum status introduce(struct pg_connection *connection, struct pg_statement *made, struct error *error)
{
	char name[16];
	enum status status;

	made->name = ++connection->named;
	status = pg_sent(connection, PQsendPrepare(connection->db, pg_name(made->name, name), made->sql, 0, NULL),
			 PG_COMMAND, strlen(made->sql), error);
	if (status == OK)
		status = pg_finish(connection, NULL, error);
	if (status == OK)
		made->session = connection->session;
	return status;
}

enum status pg_prepare(struct statement *statement, struct error *error)
{
	struct pg_connection *connection = session(statement);
	struct pg_statement *made;

	if (!connection->db)
		return pg_fail(connection, NULL, error);
	if (!(made = native_new(statement->sql, &statement->parameters)))
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	enum status status = introduce(connection, made, error);
	if (status != OK) {
		native_free(made);
		return status;
	}
	statement->native = made;
	return OK;
}

void pg_finalize(struct statement *statement)
{
	struct pg_connection *connection = session(statement);
	struct pg_statement *made = native(statement);

	/* Those that no longer fit stay until the session ends. */
	if (connection->db && made->session == connection->session && connection->doomed_count < PG_DOOMED_MOST)
		connection->doomed[connection->doomed_count++] = made->name;
	native_free(made);
}

/* Outside of changes, where a refusal would do harm. */
void pg_give_up(struct pg_connection *connection)
{
	struct error unused;

	error_clear(&unused);
	while (connection->doomed_count && connection->db && pg_has_room(connection)) {
		char sql[32];

		snprintf(sql, sizeof(sql), "DEALLOCATE s%u", connection->doomed[--connection->doomed_count]);
		if (pg_send(connection, sql, PG_IGNORED, &unused) != OK)
			return;
	}
}

/* --- values --- */

static bool bind(struct statement *statement, int index, const char *value, size_t n, int format)
{
	struct pg_statement *made = native(statement);

	if (index > statement->parameters || n > INT32_MAX)
		return false;
	made->values[index - 1] = value;
	made->lengths[index - 1] = (int)n;
	made->formats[index - 1] = format;
	return true;
}

bool pg_bind_int(struct statement *statement, int index, int64_t number)
{
	struct pg_statement *made = native(statement);

	if (index > statement->parameters)
		return false;
	snprintf(made->numbers[index - 1], sizeof(*made->numbers), "%lld", (long long)number);
	return bind(statement, index, made->numbers[index - 1], 0, 0);
}

bool pg_bind_text(struct statement *statement, int index, struct str text)
{
	return bind(statement, index, text.n ? text.p : "", text.n, 1);
}

bool pg_bind_blob(struct statement *statement, int index, struct str bytes)
{
	return bind(statement, index, bytes.n ? bytes.p : "", bytes.n, 1);
}

bool pg_bind_null(struct statement *statement, int index)
{
	return bind(statement, index, NULL, 0, 0);
}

/* --- running --- */

static enum status set_timeout(struct pg_connection *connection, struct error *error)
{
	int64_t limit = connection->connection.limit;
	char sql[64];

	if (connection->timeout == limit)
		return OK;
	connection->timeout = limit;
	snprintf(sql, sizeof(sql), "SET statement_timeout = %lld", (long long)limit);
	return pg_send(connection, sql, PG_COMMAND, error);
}

static enum status send(struct statement *statement, struct error *error)
{
	struct pg_connection *connection = session(statement);
	struct pg_statement *made = native(statement);
	enum status status = OK;
	size_t bytes = 64;
	char name[16];

	if (!connection->db)
		return pg_fail(connection, NULL, error);
	status = pg_rows_before(connection, statement, error);
	if (status == OK && (made->session != connection->session || !pg_has_room(connection)))
		status = pg_finish(connection, NULL, error);
	if (status == OK && made->session != connection->session)
		status = introduce(connection, made, error);
	if (status == OK)
		status = pg_snapshot_sure(connection, error);
	if (status == OK)
		status = set_timeout(connection, error);
	if (status != OK)
		return status;
	if (connection->in_turn && !str_starts(statement->sql, S("SELECT ")))
		pg_memo_change(connection, statement->sql);
	for (int i = 0; i < statement->parameters; i++)
		bytes += (size_t)made->lengths[i];
	return pg_sent(connection,
		       PQsendQueryPrepared(connection->db, pg_name(made->name, name), statement->parameters,
					   made->values, made->lengths, made->formats, 0),
		       PG_COMMAND, bytes, error);
}

static enum status ask(struct statement *statement, struct error *error)
{
	struct pg_connection *connection = session(statement);
	struct pg_statement *made = native(statement);
	PGresult *result = NULL;
	enum status status;

	if ((made->answer = pg_memo_find(connection, statement)))
		return OK;
	if ((status = send(statement, error)) || (status = pg_finish(connection, &result, error)))
		return status;
	if ((made->answer = pg_memo_keep(connection, statement, result)))
		return OK;
	PQclear(result);
	return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
}

enum status pg_step(struct statement *statement, bool *row, struct error *error)
{
	struct pg_statement *made = native(statement);

	if (!made->sent) {
		enum status status = ask(statement, error);

		if (status != OK)
			return status;
		made->sent = true;
		made->row = -1;
		made->result = made->answer->result;
		made->rows = PQntuples(made->result);
	}
	*row = ++made->row < made->rows;
	return OK;
}

/* A change within a job is only sent; that it was refused is told by what comes next, at the latest by job_keep. */
enum status pg_run_change(struct statement *statement, bool *taken, struct error *error)
{
	enum status status;

	*taken = false;
	if (!native(statement)->is_change || !session(statement)->writes)
		return OK;
	if ((status = pg_rows_add(session(statement), statement, taken, error)) || *taken)
		return status;
	*taken = true;
	return send(statement, error);
}

void pg_rewind(struct statement *statement)
{
	struct pg_statement *made = native(statement);

	pg_answer_release(&made->answer);
	made->result = NULL;
	made->sent = false;
}

/* --- columns --- */

static const char *text_of(const struct pg_statement *made, int column)
{
	return made->result && made->row >= 0 && made->row < made->rows ? PQgetvalue(made->result, made->row, column)
									: "";
}

int64_t pg_column_int(struct statement *statement, int column)
{
	const char *text = text_of(native(statement), column);

	return *text == 't' ? 1 : strtoll(text, NULL, 10);
}

struct str pg_column_text(struct statement *statement, int column)
{
	const struct pg_statement *made = native(statement);
	const char *text = text_of(made, column);

	return *text ? (struct str){text, (size_t)PQgetlength(made->result, made->row, column)} : S("");
}

static unsigned digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/* The bytes come as "\x6b61" and go with the result. */
struct str pg_column_blob(struct statement *statement, int column)
{
	const struct pg_statement *made = native(statement);
	struct str text = pg_column_text(statement, column);
	size_t n = text.n / 2 - (text.n > 1);
	char *bytes;

	if (!str_starts(text, S("\\x")) || !n || !(bytes = PQresultAlloc(made->result, n)))
		return text.n && !str_starts(text, S("\\x")) ? text : S("");
	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(digit(text.p[2 + 2 * i]) << 4 | digit(text.p[3 + 2 * i]));
	return (struct str){bytes, n};
}

bool pg_column_is_null(struct statement *statement, int column)
{
	const struct pg_statement *made = native(statement);

	return !made->result || made->row < 0 || made->row >= made->rows ||
	       PQgetisnull(made->result, made->row, column);
}

/* Of what has run; a change that was only sent is waited for. Its refusal is told by the next statement. */
int64_t pg_changes(struct connection *connection)
{
	struct pg_connection *own = pg_own(connection);
	struct error error;

	if (pg_rows_told(own))
		return 1;
	if (!own->unread_count)
		return own->changes;
	error_clear(&error);
	if (pg_finish(own, NULL, &error) == OK)
		return own->changes;
	error_clear(&own->fault);
	error_append(&own->fault, &error);
	own->failed = true;
	return 0;
}

/* As with other changes nobody waits: a schema is made of more than a thousand statements. But whether values are
 * unique is asked by making the index. */
enum status pg_execute(struct connection *connection, const char *sql, struct error *error)
{
	struct pg_connection *own = pg_own(connection);
	bool waits = !own->writes || str_starts(str_of(sql), S("CREATE UNIQUE "));
	enum status status = OK;

	if (!own->db)
		return pg_fail(own, NULL, error);
	status = pg_rows_send(own, error);
	if (status == OK && !pg_has_room(own))
		status = pg_finish(own, NULL, error);
	if (status != OK)
		return status;
	pg_memo_forget_answers(own);
	own->changed = own->job_changed = own->changed_all = true;
	return waits ? pg_run(own, sql, NULL, error) : pg_send(own, sql, PG_COMMAND, error);
}
