/* Full text. A document is one row: its terms in order, for phrases, and each term once, as a tsvector under a GIN
 * index. Terms are made by base/fold.h and taken as they are; no dictionary, stop word or position of PostgreSQL is
 * asked, so that what SQLite finds is found here, however long the text.
 *
 * An expression is two texts divided by the character 1: the query for the index, which finds what has all terms, and
 * the patterns (an array for LIKE ALL) which it must fit: " sab bad %", for public terms " sab bad %\n%". */
#include "store/postgres.h"

#include "base/fold.h"

enum { WORDS_MOST = 900 << 10 }; /* bytes: a tsvector holds a megabyte; terms behind are only found with others */

static const struct str sql_put[] = {
    [SEARCH_RECORDS] = S("INSERT INTO kaname_search_records (document, terms, words) VALUES (?, ?, "
			 "array_to_tsvector(array_remove(string_to_array(?, ' '), ''))) ON CONFLICT (document) "
			 "DO UPDATE SET terms = excluded.terms, words = excluded.words"),
    [SEARCH_EVENTS] = S("INSERT INTO kaname_search_events (document, terms, words) VALUES (?, ?, "
			"array_to_tsvector(array_remove(string_to_array(?, ' '), ''))) ON CONFLICT (document) "
			"DO UPDATE SET terms = excluded.terms, words = excluded.words"),
};
static const struct str sql_remove[] = {
    [SEARCH_RECORDS] = S("DELETE FROM kaname_search_records WHERE document = ?"),
    [SEARCH_EVENTS] = S("DELETE FROM kaname_search_events WHERE document = ?"),
};
static const char *const tables[] = {
    [SEARCH_RECORDS] = "kaname_search_records",
    [SEARCH_EVENTS] = "kaname_search_events",
};

static struct str cut_words(struct str words)
{
	size_t n = WORDS_MOST;

	if (words.n <= n)
		return words;
	while (n && words.p[n] != ' ')
		n--;
	return str_sub(words, 0, n);
}

static enum status put(struct connection *connection, enum search_index index, int64_t document,
		       const struct search_terms *now, struct error *error)
{
	ARENA arena = arena_new();
	STATEMENT statement = NULL;
	bool none = !now->public_terms.n && !now->internal_terms.n;
	enum status status = store_prepare(connection, none ? sql_remove[index] : sql_put[index], &statement, error);

	if (status != OK)
		return status;
	bind_int(statement, document);
	if (!none) {
		bind_text(statement, str_format(arena, " %.*s \n %.*s ", STR_ARG(now->public_terms),
						STR_ARG(now->internal_terms)));
		bind_text(statement, cut_words(str_format(arena, "%.*s %.*s", STR_ARG(now->public_terms),
							  STR_ARG(now->internal_terms))));
	}
	return store_run(statement, error);
}

enum status pg_search_put(struct connection *connection, enum search_index index, int64_t document,
			  const struct search_terms *old, const struct search_terms *now, struct error *error)
{
	if (!pg_own(connection)->writes)
		return error_fail(error, E_INTERNAL, "", "database", N_("Only the writer may change the search index"));
	if (old ? str_eq(old->public_terms, now->public_terms) && str_eq(old->internal_terms, now->internal_terms)
		: !now->public_terms.n && !now->internal_terms.n)
		return OK;
	return put(connection, index, document, now, error);
}

/* --- asking --- */

#define FITS "s.terms LIKE ALL (split_part(q.q, E'\\x01', 2)::text[])"
#define MATCHES "s.words @@ split_part(q.q, E'\\x01', 1)::tsquery AND " FITS

struct str pg_search_condition(struct arena *arena, enum search_index index, const char *document, bool public_only)
{
	return str_format(arena,
			  "%s IN (SELECT s.document FROM (SELECT CAST(? AS text) AS q) q, %s s WHERE " MATCHES ")",
			  document, tables[index]);
}

struct str pg_search_row(struct arena *arena, enum search_index index, const char *document)
{
	return str_format(
	    arena, "EXISTS (SELECT 1 FROM (SELECT CAST(? AS text) AS q) q, %s s WHERE s.document = %s AND " FITS ")",
	    tables[index], document);
}

/* GIN gives no order, so all that match would have to be read. What many documents have is found sooner among the
 *newest; what few have, by the index. Which of them it is nobody knows beforehand, and statistics may be old or
 *missing, so: CHUNK_ROWS of the newest are looked at; when they do not hold enough, the index is asked for FEW_MOST at
 *most; when there are more, so that enough of them cannot be far, one goes on walking.
 *
 *	q	what is asked
 *	hit	what matches by the index, read as far as it is asked for
 *	few	all of it, if it is few
 *	chunk	the walk: found so far, what this chunk has, and where the next one begins (NULL: there is none)
 *	walked	whether that was enough; else few is everything
 *
 * ts_match_vq(), unlike @@, has no index. CASE, unlike AND, keeps its order, so that few is counted only when it must
 *be. */
#define CHUNK_ROWS "2000"
#define FEW_MOST "2000"
#define NEWEST(table)                                                                                                  \
	S("SELECT document FROM (WITH RECURSIVE q AS MATERIALIZED (SELECT split_part(a.q, E'\\x01', 1)::tsquery AS "   \
	  "words, "                                                                                                    \
	  "split_part(a.q, E'\\x01', 2)::text[] AS terms, a.low, a.high, a.most FROM (SELECT CAST(? AS text) AS q, "   \
	  "CAST(? AS bigint) AS low, CAST(? AS bigint) AS high, CAST(? AS bigint) AS most) a), "                       \
	  "hit AS MATERIALIZED (SELECT s.document, s.terms LIKE ALL (q.terms) AS fits FROM q, " table " s "            \
	  "WHERE s.words @@ q.words), "                                                                                \
	  "few AS MATERIALIZED (SELECT document, fits FROM hit LIMIT " FEW_MOST " + 1), "                              \
	  "chunk AS (SELECT q.high AS upto, CAST(0 AS bigint) AS found, CAST(NULL AS bigint[]) AS documents, "         \
	  "true AS first FROM q UNION ALL "                                                                            \
	  "SELECT c.upto, chunk.found + c.found, c.documents, false FROM chunk, q, LATERAL (SELECT "                   \
	  "CASE WHEN count(*) = " CHUNK_ROWS " THEN min(x.document) - 1 END AS upto, "                                 \
	  "count(*) FILTER (WHERE x.fits) AS found, array_agg(x.document) FILTER (WHERE x.fits) AS documents "         \
	  "FROM (SELECT s.document, ts_match_vq(s.words, q.words) AND s.terms LIKE ALL (q.terms) AS fits FROM " table  \
	  " s "                                                                                                        \
	  "WHERE s.document BETWEEN q.low AND chunk.upto ORDER BY s.document DESC LIMIT " CHUNK_ROWS ") x) c "         \
	  "WHERE CASE WHEN chunk.found >= q.most OR chunk.upto IS NULL THEN false WHEN chunk.first THEN true "         \
	  "ELSE (SELECT count(*) FROM few) > " FEW_MOST " END), "                                                      \
	  "walked AS MATERIALIZED (SELECT bool_or(chunk.found >= q.most OR chunk.upto IS NULL) AS enough FROM chunk, " \
	  "q) "                                                                                                        \
	  "SELECT document FROM (SELECT unnest(documents) AS document FROM chunk WHERE (SELECT enough FROM walked) "   \
	  "UNION ALL SELECT few.document FROM few, q WHERE NOT (SELECT enough FROM walked) AND few.fits "              \
	  "AND few.document BETWEEN q.low AND q.high) d ORDER BY document DESC LIMIT (SELECT most FROM q)) newest")

struct str pg_search_newest(enum search_index index)
{
	static const struct str newest[] = {
	    [SEARCH_RECORDS] = NEWEST("kaname_search_records"),
	    [SEARCH_EVENTS] = NEWEST("kaname_search_events"),
	};

	return newest[index];
}

static void add_word(struct buf *query, struct str word, bool prefix)
{
	buf_add_c(query, query->n ? " & '" : "'");
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == '\'' || word.p[i] == '\\')
			buf_add_char(query, word.p[i]);
		buf_add_char(query, word.p[i]);
	}
	buf_add_c(query, prefix ? "':*" : "'");
}

/* In an array and in a pattern, a backslash takes the meaning from what follows it: hence four, and three. */
static void add_pattern(struct buf *patterns, struct str terms, bool prefix, bool public_only)
{
	buf_add_c(patterns, patterns->n ? ",\"% " : "\"% ");
	for (size_t i = 0; i < terms.n; i++) {
		char c = terms.p[i];

		if (c == '\\')
			buf_add_c(patterns, "\\\\\\\\");
		else if (c == '%' || c == '_')
			buf_format(patterns, "\\\\%c", c);
		else if (c == '"')
			buf_add_c(patterns, "\\\"");
		else
			buf_add_char(patterns, c);
	}
	buf_add_c(patterns, prefix ? "%" : " %");
	buf_add_c(patterns, public_only ? "\n%\"" : "\"");
}

struct str pg_search_expression(struct arena *arena, const struct fold_phrase *phrases, size_t count, bool public_only)
{
	struct buf query = buf_new(arena), patterns = buf_new(arena);

	for (size_t i = 0; i < count; i++) {
		struct str rest = phrases[i].terms, word;

		if (!rest.n)
			continue;
		add_pattern(&patterns, rest, phrases[i].prefix, public_only);
		while (str_cut(&rest, ' ', &word))
			add_word(&query, word, phrases[i].prefix && !rest.p);
	}
	if (!query.n) /* what holds no term finds nothing: no document is empty */
		buf_add_c(&patterns, "\"\"");
	return str_format(arena, "%.*s\x01{%.*s}", STR_ARG(buf_str(&query)), STR_ARG(buf_str(&patterns)));
}
