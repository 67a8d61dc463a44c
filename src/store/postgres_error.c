/* What PostgreSQL says (SQLSTATE), in the words of the program. */
#include "store/postgres.h"

#include <string.h>

/* "Key (account)=(desk) already exists." in any language: the field, when it is one alone. */
static struct str column_of(const PGresult *result)
{
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	struct str text = str_of(detail), column;
	size_t from, to;

	if (!str_find_char(text, '(', &from) || !str_find(text, S(")=("), &to) || to < from)
		return (struct str){0};
	column = str_sub(text, from + 1, to);
	return str_find_char(column, ',', &from) || str_find_char(column, '(', &from) ? (struct str){0} : column;
}

static const char *message_of(const PGresult *result)
{
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	return text ? text : PQresultErrorMessage(result);
}

static enum status lost(struct error *error)
{
	error->wait_seconds = 1;
	return error_fail(error, E_UNAVAILABLE, "", "connection",
			  N_("The connection to the database was lost; try again"));
}

static bool is_any(const char *state, const char *const *states)
{
	for (; *states; states++)
		if (strcmp(state, *states) == 0)
			return true;
	return false;
}

static enum status fail_by_class(const char *state, const char *text, struct error *error)
{
	static const char *const damaged[] = {"XX001", "XX002", NULL};

	if (strncmp(state, "53", 2) == 0)
		return error_fail(error, E_UNAVAILABLE, "", "resources",
				  N_("The database has no room for more work: %s"), text);
	if (strncmp(state, "08", 2) == 0 || strncmp(state, "57P", 3) == 0 || strcmp(state, "25P03") == 0)
		return lost(error);
	if (strncmp(state, "58", 2) == 0)
		return error_fail(error, E_UNAVAILABLE, "", "disk",
				  N_("The disk of the database cannot be read or written: %s"), text);
	if (strncmp(state, "28", 2) == 0 || strcmp(state, "42501") == 0 || strcmp(state, "25006") == 0)
		return error_fail(error, E_UNAVAILABLE, "", "disk", N_("The database cannot be opened or written: %s"),
				  text);
	if (strncmp(state, "54", 2) == 0)
		return error_fail(error, E_TOO_LARGE, "", "too_large", N_("Too large for the database"));
	if (is_any(state, damaged))
		return error_fail(error, E_INTERNAL, "", "corrupt", N_("The database is damaged: %s"), text);
	return error_fail(error, E_INTERNAL, "", "database", N_("Database error: %s"), text);
}

enum status pg_fail(const struct pg_connection *connection, const PGresult *result, struct error *error)
{
	static const char *const busy[] = {"40001", "40P01", "55P03", NULL};
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;

	if (!state) {
		if (!connection->db || PQstatus(connection->db) == CONNECTION_BAD)
			return lost(error);
		return error_fail(error, E_INTERNAL, "", "database", N_("Database error: %s"),
				  result ? PQresultErrorMessage(result) : PQerrorMessage(connection->db));
	}
	if (strcmp(state, "23505") == 0)
		return error_fail_at(error, E_CONFLICT, column_of(result), "unique",
				     N_("This value is in use already"));
	if (strncmp(state, "23", 2) == 0)
		return error_fail(error, E_CONFLICT, "", "constraint", N_("The database refuses this: %s"),
				  message_of(result));
	if (is_any(state, busy))
		return error_fail(error, E_UNAVAILABLE, "", "busy", N_("The database is busy; try again"));
	if (strcmp(state, "57014") == 0)
		return error_fail(error, E_UNAVAILABLE, "", "too_long", N_("The query took too long and was stopped"));
	if (strcmp(state, "53100") == 0)
		return error_fail(error, E_UNAVAILABLE, "", "disk_full",
				  N_("The disk of the database is full; nothing was changed"));
	return fail_by_class(state, message_of(result), error);
}

/* libpq has no SQLSTATE for a refused connection; its text has the server's. */
bool pg_is_absent(PGconn *db)
{
	return strstr(PQerrorMessage(db), "does not exist") && strstr(PQerrorMessage(db), "database \"");
}

/* What libpq says names host, port, role and database, never the password. */
enum status pg_fail_connect(PGconn *db, struct error *error)
{
	struct str text = str_trim(str_of(PQerrorMessage(db)));
	char line[400];
	size_t n = text.n < sizeof(line) - 1 ? text.n : sizeof(line) - 1;

	for (size_t i = 0; i < n; i++)
		line[i] = text.p[i] == '\n' || text.p[i] == '\t' ? ' ' : text.p[i];
	line[n] = '\0';
	return error_fail(error, E_UNAVAILABLE, "database", pg_is_absent(db) ? "absent" : "connection",
			  N_("The database cannot be reached: %s"), line);
}
