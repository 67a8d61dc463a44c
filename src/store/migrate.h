/* migrate: what layout.c and migrate.c share while a schema is prepared, on the writer's thread, in one transaction. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/schema.h"

struct migration {
	struct arena *arena;
	const struct model *model;
	const struct store_driver *driver;
	struct connection *connection;
	int32_t *code_of; /* by type->index */
	int32_t highest;
	bool breaks; /* something was renamed: programs with the model before cannot go on */
};

/* Runs one statement with up to four values; a value with NULL text is the number. */
struct migration_value {
	struct str text;
	int64_t number;
};
#define TEXT_VALUE(s) ((struct migration_value){.text = (s)})
#define NUMBER_VALUE(n) ((struct migration_value){.number = (n)})
MUST enum status migration_run(struct migration *migration, struct str sql, const struct migration_value *values,
			       size_t count, struct error *error);
#define MIGRATION_RUN(migration, sql, error, ...)                                                                      \
	migration_run((migration), (sql), (struct migration_value[]){__VA_ARGS__},                                     \
		      sizeof((struct migration_value[]){__VA_ARGS__}) / sizeof(struct migration_value), (error))

/* stands.c: which program and model the tables that stand are of, and whether others may work with them. */
struct standing {
	int64_t version, oldest; /* of the schema; 0: there are no tables */
	struct str layout;       /* the version and the digest of the model, as of layout_prepare() */
	struct str was;          /* those before, a line each: "+5 ab..." for what would still do */
};
MUST enum status standing_read(struct connection *connection, struct arena *arena, struct standing *standing,
			       struct error *error);
/* Whether a program with that layout works with the tables as they are, or has to change them. joins: it does not
 * change back what others may have brought forward. E_CONFLICT: neither. */
MUST enum status standing_judge(const struct standing *standing, struct str ours, bool joins, bool *serves,
				struct error *error);
MUST enum status standing_write(struct migration *migration, const struct standing *before, struct str ours,
				struct error *error);

/* The kernel's tables, and what the driver has of its own. */
MUST enum status migrate_own_tables(struct migration *migration, struct error *error);
/* Makes or changes the table of one type: columns, number, states. */
MUST enum status migrate_type(struct migration *migration, const struct type *type, struct error *error);
/* A type has taken over from another name: its table and its links follow. */
MUST enum status migrate_type_name(struct migration *migration, const struct type *type, struct error *error);
MUST enum status migrate_indexes(struct migration *migration, struct error *error);
const char *migration_place(struct migration *migration, struct place place); /* "file:line" */

#endif
