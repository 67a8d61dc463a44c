/* home_work: what of all types is somebody's work. General over the model: a type counts when it has a person of a
 * group (an assignee) and states; its clocks tell what is urgent. */
#ifndef WEB_HOME_WORK_H
#define WEB_HOME_WORK_H

#include "web/list_table.h"
#include "web/part_home.h"

struct work_type {
	const struct type *type;
	const struct field *assignee, *group;
	struct str clock; /* that leads; empty: none */
};

struct home {
	struct visit *visit;
	struct connection *connection;
	struct work_type *types;
	size_t type_count;
};

void home_find_types(struct home *home);

/* Expressions of one type; "" where the type lacks what is asked for. */
enum work_kind { WORK_OVER, WORK_MINE, WORK_GROUPS, WORK_NOBODY, WORK_KINDS };
struct str work_expression(const struct home *home, const struct work_type *work, enum work_kind kind);
/* Of any type with a closure that somebody confirms: what waits for the reader. */
struct str confirm_expression(const struct visit *visit, const struct type *type);
/* Of a type of decisions: those that the reader has to make. */
struct str decide_expression(const struct visit *visit, const struct type *type);

MUST enum status home_count(const struct home *home, const struct type *type, struct str expression, int64_t *count);
MUST enum status home_list(const struct home *home, const struct type *type, struct str expression, struct str sort,
			   size_t limit, struct list_result *result);
struct str home_list_url(const struct home *home, const struct type *type, struct str expression);

/* Reviews, actions and whatever else is the reader's by a day within two weeks, the earliest first; total: also of
 * those that are not shown (home_due.c). */
MUST enum status home_dues(const struct home *home, struct worklist_item_view **items, size_t *count, int64_t *total);

/* Of the reader and the reader's groups, by when it falls due. */
MUST enum status draw_next_to_breach(const struct home *home);
MUST enum status draw_next_hours(const struct home *home);

#endif
