/* list_table: records as a table: which columns a type has, and what stands in them.
 *
 *	struct list_columns columns = list_default_columns(visit, type, view);
 *	status = list_rows(visit, connection, &columns, records, count, &rows);
 *	views = list_column_views(visit, &columns); */
#ifndef WEB_LIST_TABLE_H
#define WEB_LIST_TABLE_H

#include "web/part_table.h"
#include "web/show.h"

enum list_column_kind { LIST_NUMBER, LIST_STATE, LIST_FIELD, LIST_CLOCK, LIST_CREATED, LIST_UPDATED };

struct list_column {
	enum list_column_kind what;
	const struct field *field; /* LIST_FIELD */
	struct str clock;          /* LIST_CLOCK: its name */
	struct str name;           /* as in ?columns= */
	struct str sort;           /* as in ?sort=; empty: cannot be sorted by */
	bool always;               /* cannot be left out */
};

struct list_columns {
	struct list_column *items;
	size_t count;
};

/* All that the reader may see of a type, in the order of the model. */
struct list_columns list_all_columns(const struct visit *visit, const struct type *type);
/* What its list begins with. view NULL: the type's own. */
struct list_columns list_default_columns(const struct visit *visit, const struct type *type, const struct view *view);
const struct list_column *list_find_column(const struct list_columns *columns, struct str name);

struct str list_column_title(const struct visit *visit, const struct list_column *column, const struct type *type);
/* Kind and title of each; not yet how it is sorted. */
struct column_view *list_column_views(const struct visit *visit, const struct list_columns *columns,
				      const struct type *type);

/* Rows with number, address and cells; the records are of one type. */
MUST enum status list_rows(struct visit *visit, struct connection *connection, const struct list_columns *columns,
			   struct record *const *records, size_t count, struct row_view **rows);

/* The person of a group who has it in hand, and that group. NULL: the type has none. */
const struct field *list_assignee_field(const struct type *type);

/* "New incident"; インシデントを登録 */
struct str list_new_words(const struct visit *visit, const struct type *type);

#endif
