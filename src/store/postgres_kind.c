/* Which statements write rows that may be written together, read from their texts. */
#include <stdlib.h>
#include <string.h>

#include "store/postgres_rows.h"

/* Behind the quoted text that begins here. */
static size_t skip_quoted(struct str sql, size_t at)
{
	char quote = sql.p[at];

	do {
		at++;
	} while (at < sql.n && sql.p[at] != quote);
	return at < sql.n ? at + 1 : at;
}

/* Behind the bracket that closes the one at the beginning of sql; 0: none does. */
static size_t skip_brackets(struct str sql)
{
	int depth = 0;

	for (size_t at = 0; at < sql.n;) {
		char c = sql.p[at];

		if (c == '\'' || c == '"') {
			at = skip_quoted(sql, at);
			continue;
		}
		depth += (c == '(') - (c == ')');
		at++;
		if (!depth)
			return at;
	}
	return 0;
}

/* The next of what commas separate outside of brackets; *list is cut behind it. */
static struct str next_item(struct str *list)
{
	size_t at = 0;
	int depth = 0;
	struct str item;

	while (at < list->n && (depth || list->p[at] != ',')) {
		if (list->p[at] == '\'' || list->p[at] == '"') {
			at = skip_quoted(*list, at);
			continue;
		}
		depth += (list->p[at] == '(') - (list->p[at] == ')');
		at++;
	}
	item = str_trim(str_sub(*list, 0, at));
	*list = str_sub(*list, at < list->n ? at + 1 : at, list->n);
	return item;
}

static struct str within_brackets(struct str text)
{
	return str_sub(text, 1, text.n - 1);
}

static int count_placeholders(struct str sql)
{
	int count = 0;

	for (size_t at = 0; at < sql.n;)
		if (sql.p[at] == '\'' || sql.p[at] == '"')
			at = skip_quoted(sql, at);
		else
			count += sql.p[at++] == '?';
	return count;
}

/* Which parameter is the value of the column; -1: it is no plain parameter. */
static int parameter_of(struct str columns, struct str values, struct str column)
{
	int parameter = 0;

	while (columns.n && values.n) {
		struct str name = next_item(&columns), value = next_item(&values);

		if (str_eq(name, column))
			return str_is(value, "?") ? parameter : -1;
		parameter += count_placeholders(value);
	}
	return -1;
}

static bool find_keys(struct pg_kind *kind, struct str columns, struct str conflict)
{
	while (conflict.n) {
		struct str column = next_item(&conflict);
		int parameter = parameter_of(columns, within_brackets(kind->row), column);

		if (parameter < 0 || kind->key_count == KIND_KEYS_MOST)
			return false;
		kind->keys[kind->key_count++] = parameter;
	}
	return true;
}

/* Nothing behind the values, or what changes every row that is there already. */
static bool read_tail(struct pg_kind *kind, struct str columns)
{
	static const struct str begin = S(" ON CONFLICT "), rest = S(" DO UPDATE SET ");
	struct str conflict;
	size_t end, at;

	if (!kind->tail.n)
		return true;
	if (!str_starts(kind->tail, begin) || str_find(kind->tail, S(" WHERE "), &at) || count_placeholders(kind->tail))
		return false;
	conflict = str_sub(kind->tail, begin.n, kind->tail.n);
	end = skip_brackets(conflict);
	return conflict.n && conflict.p[0] == '(' && end && str_starts(str_sub(conflict, end, conflict.n), rest) &&
	       find_keys(kind, columns, str_sub(conflict, 1, end - 1));
}

static bool read_kind(struct pg_kind *kind, int parameters)
{
	static const struct str begin = S("INSERT INTO "), values = S(" VALUES ");
	struct str sql = kind->text, rest, columns;
	size_t at, end;

	if (!str_starts(sql, begin) || !str_find(sql, S(" ("), &at))
		return false;
	kind->table = str_sub(sql, begin.n, at);
	rest = str_sub(sql, at + 1, sql.n);
	if (!(end = skip_brackets(rest)))
		return false;
	columns = str_sub(rest, 1, end - 1);
	rest = str_sub(rest, end, rest.n);
	if (!str_starts(rest, values) || rest.n == values.n || rest.p[values.n] != '(')
		return false;
	rest = str_sub(rest, values.n, rest.n);
	if (!(end = skip_brackets(rest)))
		return false;
	kind->head = str_sub(sql, 0, (size_t)(rest.p - sql.p));
	kind->row = str_sub(rest, 0, end);
	kind->tail = str_sub(rest, end, rest.n);
	kind->parameters = parameters;
	return parameters && parameters <= KIND_PARAMETERS_MOST && count_placeholders(kind->row) == parameters &&
	       read_tail(kind, columns);
}

void pg_kind_free(struct pg_kind *kind)
{
	if (!kind)
		return;
	free((char *)kind->text.p);
	free(kind->values);
	free(kind->bytes);
	free(kind);
}

struct pg_kind *pg_kind_new(const struct statement *statement)
{
	struct pg_kind *kind = calloc(1, sizeof(*kind));

	if (!kind || !(kind->text.p = strndup(statement->sql.p, statement->sql.n))) {
		free(kind);
		return NULL;
	}
	kind->text.n = statement->sql.n;
	kind->hash = statement->hash;
	if (!read_kind(kind, statement->parameters) ||
	    !(kind->values = calloc((size_t)kind->parameters * ROWS_MOST, sizeof(*kind->values)))) {
		pg_kind_free(kind);
		return NULL;
	}
	return kind;
}

/* "?" becomes the next number. */
static void add_row_text(struct buf *sql, struct str row, int *number)
{
	for (size_t at = 0; at < row.n;) {
		if (row.p[at] == '\'' || row.p[at] == '"') {
			size_t end = skip_quoted(row, at);

			buf_add(sql, str_sub(row, at, end));
			at = end;
		} else if (row.p[at] == '?') {
			buf_format(sql, "$%d", ++*number);
			at++;
		} else {
			buf_add_char(sql, row.p[at++]);
		}
	}
}

void pg_kind_text(const struct pg_kind *kind, int rows, struct buf *sql)
{
	int number = 0;

	buf_add(sql, kind->head);
	for (int row = 0; row < rows; row++) {
		if (row)
			buf_add(sql, S(", "));
		add_row_text(sql, kind->row, &number);
	}
	buf_add(sql, kind->tail);
}
