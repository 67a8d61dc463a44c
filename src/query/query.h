/* query: the one expression language (DESIGN 2.6).
 *
 *	priority <= P2 and state.phase != done and service = "SVC-4"
 *	created_at > now - 7d and (group in my.groups or assignee = me)
 *	service.owner = me and not (title contains "test" or title starts "[x]")
 *	configuration_items is not empty and changed(priority) and has link(caused_by where risk = high)
 *	clock(resolution) is breached or clock(resolution).due_at < now + 2h
 *
 * query_parse() checks names and types against a query_type and leaves an immutable tree in which nothing is left to
 * guess: `priority <= P2` has become a set of codes, `state.phase != done` a set of states. The tree is evaluated in
 * memory by query_matches(), and compiled to SQL by record/filter.c. Both must agree, always:
 * - Logic has two values. A comparison with an empty value is false, except `!=` and `not in`, which are true.
 * - Text compares by bytes with =, and folded (case, width, kana; base/fold.h) with contains and starts.
 * - Choices order by their rank in the model: P1 < P2, critical < high.
 * - A path through an empty reference is empty. A path through a list (links) holds when any element makes it hold.
 * - A clock that a record does not have is no state and has no due time.
 * - What a clock has used is known once it has stopped; percent of its target are rounded up, so that up to 100 are
 *kept.
 * - A day is that of who asks (zone); a date beside a time is when it begins there.
 * - changed(f) is true when f has been changed by any edit after the one that created the record, this one included.
 * Errors are E_SYNTAX with field "filter" (or what the caller names) and the column in the first argument. */
#ifndef QUERY_QUERY_H
#define QUERY_QUERY_H

#include "base/clock.h"
#include "base/error.h"
#include "query/schema.h"

enum query_op {
	/* conditions */
	QUERY_TRUE,
	QUERY_AND,
	QUERY_OR, /* any number of children */
	QUERY_NOT,
	QUERY_EQUAL,
	QUERY_LESS,
	QUERY_LESS_EQUAL,
	QUERY_GREATER,
	QUERY_GREATER_EQUAL, /* left, right; != is NOT EQUAL */
	QUERY_IN,            /* left, and right: a list of literals or my.groups */
	QUERY_CONTAINS,
	QUERY_STARTS,  /* left, right: text */
	QUERY_EMPTY,   /* left */
	QUERY_CHANGED, /* field */
	QUERY_LINK,    /* link, and optionally where: a condition on link->to */
	QUERY_CLOCK,   /* clock, clock_state */
	/* operands */
	QUERY_LITERAL, /* literal; text that names a record through a key has kind VALUE_TEXT and `to` set */
	QUERY_PATH,    /* steps: fields; all but the last are records or lists */
	QUERY_ME,
	QUERY_MY_GROUPS,
	QUERY_MY_CUSTOMER,
	QUERY_NOW,  /* now + offset ms */
	QUERY_DUE,  /* clock(name).due_at */
	QUERY_USED, /* clock(name).used, a VALUE_DURATION, or .used_percent, a VALUE_INTEGER */
	QUERY_LIST, /* children: literals */
};

struct query_node {
	enum query_op op;
	uint32_t column;              /* of the source text, from 1 */
	enum value_kind kind;         /* of an operand */
	struct query_node **children; /* AND OR LIST: all; NOT EQUAL IN...: left then right */
	size_t count;
	struct value literal;
	const struct query_field **steps;
	size_t step_count;
	const struct query_field *field; /* CHANGED */
	const struct query_link *link;   /* LINK; its condition, if any, is children[0] */
	const struct query_type *to;     /* of a reference operand */
	struct str clock;                /* CLOCK, DUE, USED */
	enum clock_state clock_state;    /* CLOCK */
	int64_t offset;                  /* NOW, in ms */
};

struct query {
	const struct query_type *type;
	const struct query_node *root;
	struct str source;
};

/* The empty text is the expression that holds for everything. */
MUST enum status query_parse(struct arena *arena, const struct query_type *type, struct str text,
			     const struct query **query, struct error *error);

/* Where in the text an error of it is. False when it is at no column. `wrong` is empty when something is missing at the
 * end. */
struct query_place {
	int64_t column; /* in characters, from 1 */
	struct str before, wrong, after;
};
bool query_error_place(struct arena *arena, struct str text, const struct error *error, struct query_place *place);

/* A text as it stands in an expression: in quotes, whatever it holds. */
struct str query_quote(struct arena *arena, struct str text);
/* A word of the language, which stands for itself only in quotes, and is no good name. */
bool query_is_word(struct str word);

/* Whether the record's own columns, and who asks, decide it alone: no other record, link, clock, number or time is
 * looked at. Such an expression can be judged anywhere, without a database. */
bool query_is_of_row(const struct query *query);
/* The same, but that it may look at the record's own lists as well: whoever judges it must have loaded them. */
bool query_is_of_record(const struct query *query);
/* Whether the expression speaks of this field. */
bool query_names(const struct query *query, const struct query_field *field);

/* Days of expressions, in memory and in SQL alike. zone NULL: UTC. */
int32_t query_today(const struct zone *zone, instant now, int64_t offset); /* today + whole days, in ms */
instant query_midnight(const struct zone *zone, int64_t day);              /* when a date begins */

/* The record that is looked at, and what is around it. `record` is an opaque handle that the environment gives out
 * (the root is whatever the caller passes). A get that fails makes query_matches fail with the same status. */
struct query_environment {
	void *context;
	instant now;
	const struct zone *zone; /* whose days; NULL: UTC's */
	int64_t me, my_customer; /* 0: none */
	const int64_t *my_groups;
	size_t my_group_count;
	enum status (*get)(void *context, const void *record, const struct query_field *field, struct value *value);
	/* The record behind an identity; *record NULL when there is none. */
	enum status (*follow)(void *context, const struct query_type *type, int64_t identity, const void **record);
	/* Identities at the other end of a link, of records that may be seen. */
	enum status (*links)(void *context, const void *record, const struct query_link *link, const int64_t **ends,
			     size_t *count);
	enum status (*changed)(void *context, const void *record, const struct query_field *field, bool *changed);
	/* *found false when the record has no such clock. */
	enum status (*clock)(void *context, const void *record, struct str name, struct clock_result *clock,
			     bool *found);
	/* The record of a type whose natural key is this text; *identity 0 when none. */
	enum status (*find)(void *context, const struct query_type *type, struct str key, int64_t *identity);
};

MUST enum status query_matches(const struct query *query, const void *record,
			       const struct query_environment *environment, bool *matches);

#endif
