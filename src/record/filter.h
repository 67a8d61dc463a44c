/* filter: an expression as an SQL condition.
 *
 * The condition speaks of one row of the query's type under the alias "r": SELECT ... FROM "incident" r WHERE <sql>.
 * It selects exactly the records for which query_matches() holds (query/query.h; tests/unit/record/filter_test.c
 * compares both). Values are bound, never written into the text: expressions that differ only in values give the same
 * text, so that its statement is found again. Comparisons on the type's own columns stand alone, for indexes.
 *
 *	struct filter_sql where;
 *	status = filter_compile(arena, store, query, &actor, &where, error);
 *	text = "SELECT r.\"id\" FROM \"incident\" r WHERE " + where.sql
 *	status = store_prepare(connection, text, &statement, error);
 *	filter_bind_all(statement, &where);
 *
 * Text is compared through the SQL function kaname_fold(text), which the store gives each connection. */
#ifndef RECORD_FILTER_H
#define RECORD_FILTER_H

#include "query/query.h"
#include "store/store.h"

enum filter_bind_kind { FILTER_NULL, FILTER_INTEGER, FILTER_TEXT };

struct filter_bind { /* of a placeholder, in order */
	enum filter_bind_kind kind;
	union {
		int64_t number;
		struct str text; /* lives as long as the query */
	};
};

struct filter_sql {
	struct str sql;
	struct filter_bind *binds;
	size_t bind_count;
};

struct kernel;
struct actor;

/* Where the database shall begin (record/steer.c decides), of the conditions that must all hold: those that find rows
 * by an index are kept from doing so, but for one. */
struct filter_steering {
	const struct query_node *const *leads; /* conditions that would find rows by an index */
	size_t lead_count;
	const struct query_node *begin; /* the one that shall; NULL: none, the order shall */
	struct str open;       /* the condition of an index over open rows, when only such rows can match; else empty */
	bool open_is_no_index; /* it shall not be used all the same */
	bool has_narrower;     /* an index is over just what the filter fixes: that over all open rows is not wanted */
};

struct filter_actor { /* who asks, and when: as in struct query_environment */
	/* Paths and links lead only to records that the actor may read (record/access.h). NULL: to all. */
	const struct kernel *kernel;
	const struct actor *actor;
	instant now;
	const struct zone *zone; /* whose days; NULL: UTC's */
	int64_t me, my_customer; /* 0: none */
	const int64_t *my_groups;
	size_t my_group_count;
	const struct filter_steering *steering; /* NULL: the database chooses */
};

/* E_TOO_LARGE when the expression needs more placeholders than a statement may have. */
MUST enum status filter_compile(struct arena *arena, struct store *store, const struct query *query,
				const struct filter_actor *actor, struct filter_sql *filter, struct error *error);

/* One of its conditions alone, as the database would begin with it. */
MUST enum status filter_compile_lead(struct arena *arena, const struct query *query, const struct query_node *lead,
				     const struct filter_actor *actor, struct filter_sql *filter, struct error *error);

/* The same over another alias than "r". An expression of one record
 * (query_is_of_record) fails only for too many placeholders. */
MUST enum status filter_compile_over(struct arena *arena, const char *alias, const struct query *query,
				     const struct filter_actor *actor, struct filter_sql *filter, struct error *error);

/* Binds the condition's placeholders, from the statement's next one on. */
void filter_bind_all(struct statement *statement, const struct filter_sql *filter);

/* What the clock of a row `k` of kaname_clock used of its target in whole percent; it has a target above 0. */
struct str filter_used_percent(struct arena *arena, const char *k);

#endif
