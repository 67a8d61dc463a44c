/* scan: every row of a table in the order of its primary key, a page at a time; from any database.
 *
 * What has been read is hashed, row after row, so that two tables can be compared without being side by side. Columns
 * that the database makes itself (the number of a record) are left out. Private to store/. */
#ifndef STORE_SCAN_H
#define STORE_SCAN_H

#include "base/hash.h"
#include "store/driver.h"

struct table {
	struct str name, quoted;
	struct column *columns; /* in the order of their names: it is the same in every database */
	size_t count;
	size_t *keys; /* places in columns */
	size_t key_count;
};
/* E_INTERNAL for a table without a primary key. */
MUST enum status table_describe(struct connection *connection, struct arena *arena, struct str name,
				struct table *table, struct error *error);
/* Names of the tables that hold what is not made from others (so: none of the search), in order. */
MUST enum status table_names(struct connection *connection, struct arena *arena, struct str **names, size_t *count,
			     struct error *error);

struct cell {
	bool is_null;
	int64_t number;   /* of COLUMN_INTEGER */
	struct str bytes; /* of the others */
};

struct scan {
	struct connection *connection;
	const struct table *table;
	struct arena *pages[2]; /* the last row of the page before tells where the next one begins */
	unsigned turn;
	struct cell *last;
	struct str first_sql, next_sql;

	int64_t rows; /* read so far */
	struct hash hash;
	size_t bytes; /* of the page */
	bool over;
};
/* The table and the connection must outlive the scan; where: a condition, or empty. */
void scan_open(struct scan *scan, struct arena *arena, struct connection *connection, const struct table *table,
	       struct str where);
void scan_close(struct scan *scan);
/* The next rows, `table->count` cells each, until the next call. None, and over, at the end. */
MUST enum status scan_next(struct scan *scan, struct cell **cells, size_t *rows, struct error *error);

#endif
