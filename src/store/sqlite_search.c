/* Full text with FTS5. The tables are contentless: they hold the index alone, and an old document is taken out by
 * telling its old terms again. Terms come folded and separated by blanks; the ASCII tokenizer takes every byte beyond
 * ASCII as it is, so that what base/fold.h made is what is found.
 *
 * Puts are queued and written at the end of the group, in the order of documents: FTS5 keeps ascending documents in
 * memory and writes them as one segment. */
#include "store/sqlite.h"

#include <stdlib.h>

#include "base/fold.h"

struct put {
	int64_t document;
	enum search_index index;
	size_t order;
	bool replaces;
	struct search_terms old, now;
};

struct search_queue {
	struct arena *arena; /* given back after every group */
	VEC(struct put) puts;
};

static const char *const tables[] = {
    [SEARCH_RECORDS] = "kaname_search_records",
    [SEARCH_EVENTS] = "kaname_search_events",
};

struct search_queue *search_queue_new(void)
{
	struct search_queue *queue = calloc(1, sizeof(*queue));

	if (!queue)
		abort();
	queue->arena = arena_new();
	return queue;
}

void search_queue_free(struct search_queue *queue)
{
	if (!queue)
		return;
	arena_free(queue->arena);
	free(queue);
}

size_t search_queue_mark(const struct search_queue *queue)
{
	return queue->puts.count;
}

void search_queue_cut(struct search_queue *queue, size_t mark)
{
	queue->puts.count = mark;
	if (mark)
		return;
	arena_reset(queue->arena);
	queue->puts.items = NULL;
	queue->puts.capacity = 0;
}

static bool same_terms(const struct search_terms *a, const struct search_terms *b)
{
	return str_eq(a->public_terms, b->public_terms) && str_eq(a->internal_terms, b->internal_terms);
}

static bool no_terms(const struct search_terms *terms)
{
	return !terms->public_terms.n && !terms->internal_terms.n;
}

enum status sqlite_search_put(struct connection *connection, enum search_index index, int64_t document,
			      const struct search_terms *old, const struct search_terms *now, struct error *error)
{
	struct search_queue *queue = ((struct sqlite_connection *)connection)->queue;

	if (!queue)
		return error_fail(error, E_INTERNAL, "", "database", N_("Only the writer may change the search index"));
	if (old && same_terms(old, now))
		return OK;
	struct put put = {
	    .document = document,
	    .index = index,
	    .order = queue->puts.count,
	    .now = {str_dup(queue->arena, now->public_terms), str_dup(queue->arena, now->internal_terms)},
	};
	if (old) {
		put.replaces = true;
		put.old.public_terms = str_dup(queue->arena, old->public_terms);
		put.old.internal_terms = str_dup(queue->arena, old->internal_terms);
	}
	vec_push(queue->arena, &queue->puts, put);
	return OK;
}

static int by_document(const void *left, const void *right)
{
	const struct put *a = left, *b = right;

	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	if (a->document != b->document)
		return a->document < b->document ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static const struct str sql_delete[] = {
    [SEARCH_RECORDS] =
	S("INSERT INTO kaname_search_records (kaname_search_records, rowid, public_terms, internal_terms) "
	  "VALUES ('delete', ?, ?, ?)"),
    [SEARCH_EVENTS] = S("INSERT INTO kaname_search_events (kaname_search_events, rowid, public_terms, internal_terms) "
			"VALUES ('delete', ?, ?, ?)"),
};
static const struct str sql_insert[] = {
    [SEARCH_RECORDS] = S("INSERT INTO kaname_search_records (rowid, public_terms, internal_terms) VALUES (?, ?, ?)"),
    [SEARCH_EVENTS] = S("INSERT INTO kaname_search_events (rowid, public_terms, internal_terms) VALUES (?, ?, ?)"),
};

static enum status terms_write(struct connection *connection, struct str sql, int64_t document,
			       const struct search_terms *terms, struct error *error)
{
	STATEMENT statement = NULL;

	if (no_terms(terms))
		return OK;
	enum status status = store_prepare(connection, sql, &statement, error);
	if (status != OK)
		return status;
	bind_int(statement, document);
	bind_text(statement, terms->public_terms);
	bind_text(statement, terms->internal_terms);
	return store_run(statement, error);
}

/* Several puts of one document are one: from the first one's old terms to the last one's new ones. */
enum status search_queue_write(struct search_queue *queue, struct connection *connection, struct error *error)
{
	struct put *puts = queue->puts.items;
	size_t count = queue->puts.count;
	enum status status = OK;

	if (!count)
		return OK;
	qsort(puts, count, sizeof(*puts), by_document);
	for (size_t first = 0, next; first < count && status == OK; first = next) {
		const struct put *from = &puts[first], *to;

		for (next = first + 1;
		     next < count && puts[next].document == from->document && puts[next].index == from->index; next++)
			;
		to = &puts[next - 1];
		if (from->replaces && same_terms(&from->old, &to->now))
			continue;
		if (from->replaces)
			status = terms_write(connection, sql_delete[from->index], from->document, &from->old, error);
		if (status == OK)
			status = terms_write(connection, sql_insert[from->index], from->document, &to->now, error);
	}
	if (status == OK)
		search_queue_cut(queue, 0);
	return status;
}

/* --- scrubbing --- */

enum { PAGES_AT_ONCE = 200 };

/* Terms that were taken out stand in the index until the segments that hold them have become one. */
enum status sqlite_scrub(struct connection *connection, bool begins, bool *over, struct error *error)
{
	static const struct str merge[] = {
	    [SEARCH_RECORDS] = S("INSERT INTO kaname_search_records (kaname_search_records, rank) VALUES ('merge', ?)"),
	    [SEARCH_EVENTS] = S("INSERT INTO kaname_search_events (kaname_search_events, rank) VALUES ('merge', ?)"),
	};
	sqlite3 *db = ((struct sqlite_connection *)connection)->db;

	*over = true;
	for (size_t i = 0; i < sizeof(merge) / sizeof(*merge); i++) {
		int64_t before = sqlite3_total_changes64(db);
		STATEMENT statement = NULL;
		enum status status = store_prepare(connection, merge[i], &statement, error);

		if (status)
			return status;
		bind_int(statement, begins ? -PAGES_AT_ONCE : PAGES_AT_ONCE);
		if ((status = store_run(statement, error)))
			return status;
		if (sqlite3_total_changes64(db) - before > 1) /* the command itself counts as one */
			*over = false;
	}
	return OK;
}

/* Which column is looked at is part of the expression, so the condition is the same for both. */
struct str sqlite_search_condition(struct arena *arena, enum search_index index, const char *document, bool public_only)
{
	return str_format(arena, "%s IN (SELECT rowid FROM %s WHERE %s MATCH ?)", document, tables[index],
			  tables[index]);
}

struct str sqlite_search_row(struct arena *arena, enum search_index index, const char *document)
{
	return str_format(arena, "EXISTS (SELECT 1 FROM %s WHERE %s MATCH ? AND rowid = %s)", tables[index],
			  tables[index], document);
}

#define IN_ORDER(table, order)                                                                                         \
	S("SELECT rowid AS document FROM " table " WHERE " table " MATCH ? AND rowid BETWEEN ? AND ? "                 \
	  "ORDER BY rowid" order " LIMIT ?")

struct str sqlite_search_newest(enum search_index index)
{
	static const struct str newest[] = {[SEARCH_RECORDS] = IN_ORDER("kaname_search_records", " DESC"),
					    [SEARCH_EVENTS] = IN_ORDER("kaname_search_events", " DESC")};

	return newest[index];
}

/* An index of words is read on from a document, but not back from one: it is walked there from its end. */
struct str sqlite_search_oldest(enum search_index index)
{
	static const struct str oldest[] = {[SEARCH_RECORDS] = IN_ORDER("kaname_search_records", ""),
					    [SEARCH_EVENTS] = IN_ORDER("kaname_search_events", "")};

	return oldest[index];
}

struct str sqlite_search_expression(struct arena *arena, const struct fold_phrase *phrases, size_t count,
				    bool public_only)
{
	struct buf buf = buf_new(arena);
	size_t used = 0;

	if (public_only)
		buf_add_c(&buf, "{public_terms} : (");
	for (size_t i = 0; i < count; i++) {
		struct str terms = phrases[i].terms;

		if (!terms.n)
			continue;
		buf_add_c(&buf, used++ ? " AND \"" : "\"");
		for (size_t at = 0; at < terms.n; at++) {
			if (terms.p[at] == '"')
				buf_add_char(&buf, '"');
			buf_add_char(&buf, terms.p[at]);
		}
		buf_add_char(&buf, '"');
		if (phrases[i].prefix)
			buf_add_c(&buf, " *");
	}
	if (!used)
		buf_add_c(&buf, "\"\""); /* what holds no term finds nothing */
	if (public_only)
		buf_add_char(&buf, ')');
	return buf_str(&buf);
}
