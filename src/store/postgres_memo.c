/* What the writer has read and nobody has changed since: rules, groups, calendars and agreements that every edit looks
 * at are asked of the server once, not by every edit.
 *
 * Only within a node's turn (postgres_group.c), where nobody else writes. An answer is forgotten when a table that its
 * statement mentions is changed, by this node or in the turn of another, which leaves a note of that (kaname_turn);
 * everything is when a job is undone, and after a second, so that what somebody changes by hand is seen as well. */
#include "store/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWERS = 512, KEY_MOST = 256, TABLES_MOST = PG_MENTIONS * 64 };
enum { ANSWER_BYTES_MOST = 256 << 10, BYTES_MOST = 4 << 20 };
enum { AGE_MOST = 1000 }; /* ms */

#define ANY_TABLE "*"

struct remembered {
	unsigned name; /* of the statement; 0: free */
	size_t n;
	char key[KEY_MOST]; /* the values it was given */
	uint64_t stamp;
	struct pg_answer *answer;
};

struct changed_table {
	struct str name;
	uint64_t changes, told; /* told: as many as other nodes can know of */
};

struct pg_memo {
	struct remembered answers[ANSWERS];
	struct changed_table tables[TABLES_MOST]; /* that were ever changed */
	size_t table_count;
	size_t bytes;  /* of all answers */
	int64_t since; /* monotonic ms of the oldest */
};

/* --- answers, which a statement may still read when they are forgotten --- */

void pg_answer_release(struct pg_answer **answer)
{
	if (*answer && --(*answer)->users == 0) {
		PQclear((*answer)->result);
		free(*answer);
	}
	*answer = NULL;
}

static void forget_one(struct pg_memo *memo, struct remembered *slot)
{
	if (slot->answer)
		memo->bytes -= PQresultMemorySize(slot->answer->result);
	pg_answer_release(&slot->answer);
	slot->name = 0;
}

void pg_memo_forget_answers(struct pg_connection *connection)
{
	struct pg_memo *memo = connection->memo;

	for (size_t i = 0; memo && i < ANSWERS; i++)
		forget_one(memo, &memo->answers[i]);
	if (memo)
		memo->since = 0;
}

void pg_memo_forget(struct pg_connection *connection)
{
	pg_memo_forget_answers(connection);
	connection->counters.count = 0;
}

void pg_memo_undo(struct pg_connection *connection)
{
	pg_memo_forget_answers(connection);
	counters_undo(&connection->counters);
}

size_t pg_memo_bytes(const struct pg_connection *connection)
{
	return connection->memo ? connection->memo->bytes : 0;
}

void pg_memo_free(struct pg_connection *connection)
{
	struct pg_memo *memo = connection->memo;

	pg_memo_forget(connection);
	for (size_t i = 0; memo && i < memo->table_count; i++)
		free((char *)memo->tables[i].name.p);
	free(memo);
	connection->memo = NULL;
}

/* --- which tables a statement mentions --- */

static bool in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool pg_mentions(struct str sql, struct str table)
{
	size_t at;

	while (str_find(sql, table, &at)) {
		char before = at ? sql.p[at - 1] : ' ';
		char after = at + table.n < sql.n ? sql.p[at + table.n] : ' ';

		if (!in_name(before) && !in_name(after))
			return true;
		sql = str_sub(sql, at + 1, sql.n);
	}
	return false;
}

/* Grows with every change of a table that the statement mentions. */
static uint64_t stamp(const struct pg_memo *memo, const struct statement *statement)
{
	struct pg_statement *made = statement->native;
	uint64_t sum = 0;

	for (; made->tables_looked_at < memo->table_count; made->tables_looked_at++) {
		size_t i = made->tables_looked_at;

		if (pg_mentions(statement->sql, memo->tables[i].name))
			made->mentions[i / 64] |= UINT64_C(1) << i % 64;
	}
	for (size_t word = 0; word < PG_MENTIONS; word++)
		for (uint64_t bits = made->mentions[word]; bits; bits &= bits - 1)
			sum += memo->tables[word * 64 + (size_t)__builtin_ctzll(bits)].changes;
	return sum;
}

/* "INSERT INTO x (", "UPDATE x SET", "DELETE FROM x WHERE"; empty for anything else. */
static struct str changed_table(struct str sql)
{
	static const struct str heads[] = {S("INSERT INTO "), S("UPDATE "), S("DELETE FROM ")};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		if (str_starts(sql, heads[i])) {
			sql = str_sub(sql, heads[i].n, sql.n);
			if (sql.n && sql.p[0] == '"')
				sql = str_sub(sql, 1, sql.n);
			while (n < sql.n && in_name(sql.p[n]))
				n++;
			return str_sub(sql, 0, n);
		}
	return (struct str){0};
}

static struct changed_table *find_table(struct pg_memo *memo, struct str name)
{
	char *copy;

	for (size_t i = 0; i < memo->table_count; i++)
		if (str_eq(memo->tables[i].name, name))
			return &memo->tables[i];
	if (!name.n || memo->table_count == TABLES_MOST || !(copy = strndup(name.p, name.n)))
		return NULL;
	memo->tables[memo->table_count] = (struct changed_table){.name = {copy, name.n}};
	return &memo->tables[memo->table_count++];
}

void pg_memo_change(struct pg_connection *connection, struct str sql)
{
	struct pg_memo *memo = connection->memo;
	struct changed_table *table = memo ? find_table(memo, changed_table(sql)) : NULL;

	connection->changed = connection->job_changed = true;
	if (table) {
		table->changes++;
		return;
	}
	connection->changed_all = true;
	pg_memo_forget_answers(connection);
}

/* --- other nodes --- */

/* A table was changed in the turn of another. */
static void hear_of(struct pg_connection *connection, struct str name)
{
	struct changed_table *table = str_is(name, ANY_TABLE) ? NULL : find_table(connection->memo, name);

	if (!table)
		pg_memo_forget_answers(connection);
	else if (table->changes == table->told)
		table->told = ++table->changes;
	else
		table->changes++; /* we had changed it, too, in a turn that did not last */
}

void pg_memo_hear(struct pg_connection *connection, int64_t turns, struct str tables)
{
	size_t at;

	connection->heard = connection->memo != NULL;
	if (turns != connection->connection.moment.turn - connection->turn) /* more than are kept */
		pg_memo_forget_answers(connection);
	for (; connection->memo && str_find(tables, S(" "), &at); tables = str_sub(tables, at + 1, tables.n))
		hear_of(connection, str_sub(tables, 0, at));
	if (connection->memo && tables.n)
		hear_of(connection, tables);
}

enum status pg_memo_turn(struct pg_connection *connection, int64_t turn, struct error *error)
{
	struct pg_memo *memo = connection->memo;
	bool alone = turn >= 0 && turn == connection->turn;
	enum status status = OK;

	if (!memo)
		memo = connection->memo = calloc(1, sizeof(*memo)); /* without one, everything is asked */
	if (!alone && !connection->heard)
		connection->counters.count = 0;
	if (!alone)
		connection->connection.company = pg_milliseconds();
	if (turn < 0 || connection->turn < 0 || (memo && memo->since && pg_milliseconds() - memo->since > AGE_MOST))
		pg_memo_forget(connection);
	else if (!alone && !connection->heard && memo && memo->since && !(status = pg_turn_begin(connection, error)))
		status = pg_finish(connection, NULL, error);
	connection->turn = turn;
	return status;
}

void pg_memo_tell(struct pg_connection *connection, char note[PG_NOTE_MOST])
{
	struct pg_memo *memo = connection->memo;
	bool all = !memo || connection->changed_all;
	size_t n = 0;

	*note = '\0';
	for (size_t i = 0; memo && i < memo->table_count && !all; i++) {
		struct changed_table *table = &memo->tables[i];

		if (table->told == table->changes)
			continue;
		table->told = table->changes;
		n += (size_t)snprintf(note + n, PG_NOTE_MOST - n, "%s%.*s", n ? " " : "", STR_ARG(table->name));
		all = n >= PG_NOTE_MOST;
	}
	if (all)
		snprintf(note, PG_NOTE_MOST, "%s", ANY_TABLE);
}

/* --- what it was asked with --- */

static bool write_key(const struct statement *statement, char key[KEY_MOST], size_t *n)
{
	const struct pg_statement *made = statement->native;

	*n = 0;
	for (int i = 0; i < statement->parameters; i++) {
		const char *value = made->values[i];
		size_t bytes = !value ? 0 : made->formats[i] ? (size_t)made->lengths[i] : strlen(value);

		if (*n + bytes + 3 > KEY_MOST || bytes > UINT8_MAX)
			return false;
		key[(*n)++] = value ? (char)(made->formats[i] + 1) : 0;
		key[(*n)++] = (char)bytes;
		if (bytes)
			memcpy(key + *n, value, bytes);
		*n += bytes;
	}
	return true;
}

static struct remembered *slot_of(struct pg_memo *memo, unsigned name, const char *key, size_t n)
{
	uint64_t hash = str_hash(name, key, n);

	return &memo->answers[(hash ^ hash >> 32) % ANSWERS];
}

static bool may_remember(const struct pg_connection *connection, const struct statement *statement)
{
	const struct pg_statement *made = statement->native;

	return connection->memo && connection->in_turn && made->session == connection->session &&
	       str_starts(statement->sql, S("SELECT "));
}

struct pg_answer *pg_memo_find(struct pg_connection *connection, const struct statement *statement)
{
	const struct pg_statement *made = statement->native;
	struct remembered *slot;
	char key[KEY_MOST];
	size_t n;

	if (!may_remember(connection, statement) || !write_key(statement, key, &n))
		return NULL;
	slot = slot_of(connection->memo, made->name, key, n);
	if (slot->name != made->name || slot->n != n || memcmp(slot->key, key, n) != 0 ||
	    slot->stamp != stamp(connection->memo, statement))
		return NULL;
	slot->answer->users++;
	return slot->answer;
}

struct pg_answer *pg_memo_keep(struct pg_connection *connection, const struct statement *statement, PGresult *result)
{
	const struct pg_statement *made = statement->native;
	struct pg_memo *memo = connection->memo;
	struct pg_answer *answer = calloc(1, sizeof(*answer));
	struct remembered *slot;
	char key[KEY_MOST];
	size_t n;

	if (!answer)
		return NULL;
	*answer = (struct pg_answer){result, 1};
	if (!may_remember(connection, statement) || PQresultMemorySize(result) > ANSWER_BYTES_MOST ||
	    !write_key(statement, key, &n))
		return answer;
	if (memo->bytes + PQresultMemorySize(result) > BYTES_MOST)
		pg_memo_forget_answers(connection);
	slot = slot_of(memo, made->name, key, n);
	forget_one(memo, slot);
	memo->bytes += PQresultMemorySize(result);
	memcpy(slot->key, key, n);
	slot->name = made->name;
	slot->n = n;
	slot->stamp = stamp(memo, statement);
	slot->answer = answer;
	answer->users++;
	if (!memo->since)
		memo->since = pg_milliseconds();
	return answer;
}
