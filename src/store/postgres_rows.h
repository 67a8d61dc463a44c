/* postgres_rows: rows of one kind that wait to be written together, and which statements write such rows.
 *
 * A kind is a text, "INSERT INTO t (...) VALUES (...)" with or without "ON CONFLICT (...) DO UPDATE SET ...", whose
 * placeholders are all among the values. */
#ifndef STORE_POSTGRES_ROWS_H
#define STORE_POSTGRES_ROWS_H

#include "store/postgres.h"

enum { ROWS_MOST = 32, KIND_KEYS_MOST = 4, KIND_PARAMETERS_MOST = 200 };

struct waiting_value {
	size_t at; /* in bytes; of NULL: SIZE_MAX */
	int length, format;
};

struct pg_kind {
	struct str text; /* of the statement, with ?; its own */
	uint64_t hash;
	struct str table;           /* these are parts of it */
	struct str head, row, tail; /* before the values of a row, they in their brackets, and behind */
	int parameters;             /* of a row */
	int keys[KIND_KEYS_MOST];   /* which of them decide on a conflict, from 0 */
	int key_count;

	uint64_t used;                 /* grows with each use of any kind */
	unsigned session;              /* in which the names are known */
	unsigned names[ROWS_MOST + 1]; /* of the statement for so many rows; 0: not prepared */
	uint64_t fresh;                /* those that were prepared in this group, by bit */
	int rows;                      /* that wait */
	struct waiting_value *values;
	char *bytes;
	size_t byte_count, room;
};

/* NULL: the statement is of no kind, or there is no memory. */
struct pg_kind *pg_kind_new(const struct statement *statement);
void pg_kind_free(struct pg_kind *kind);
/* The statement that writes so many rows, with $1, $2, ... */
void pg_kind_text(const struct pg_kind *kind, int rows, struct buf *sql);

#endif
