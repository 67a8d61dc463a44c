/* migrate: a database is copied into an empty one, perhaps of another kind, and the copy is proven. */
#ifndef APP_MIGRATE_H
#define APP_MIGRATE_H

#include "app/program.h"
#include "record/verify.h"
#include "store/copy.h"

struct migrate_options {
	const char *to;  /* address of the target */
	const char *key; /* signing key of the source */
	bool at_rest;    /* refuse to finish when the source was changed meanwhile */
	void (*progress)(void *context, struct str table, int64_t rows); /* may be NULL */
	void *context;
};

struct migrate_report { /* texts live in the arena */
	const struct copied_table *tables;
	size_t table_count;
	int64_t rows;
	int64_t later; /* events in the source that came after the moment that was copied */
	struct verify_report history;
};

/* E_CONFLICT when the target is not empty. After any error the target, if it was begun, is marked as unfinished. A
 * history that is broken in the source is copied as it is, and report->history says so. */
MUST enum status program_migrate(struct arena *arena, struct program *source, const struct migrate_options *options,
				 struct migrate_report *report, struct error *error);

#endif
