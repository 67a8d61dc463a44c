/* kernel: everything that people keep, changed in one way only.
 *
 * A kernel ties a model, a store and the behaviours together. Whoever wants to read or change a record says who they
 * are (struct actor) and the kernel decides, once, what they may see and do; no surface decides access by itself.
 * The kernel is immutable after kernel_open() but for caches behind locks; any thread may use it. */
#ifndef RECORD_KERNEL_H
#define RECORD_KERNEL_H

#include "base/hash.h"
#include "model/model.h"
#include "store/layout.h"
#include "store/store.h"

struct behaviour;
struct attached_behaviour;
struct cache; /* actors, calendars: private to record/ */

/* What a type's restricted records ask for (set by the restricted_visibility behaviour when it loads). */
struct restriction {
	struct who *to;
	size_t count;
};

/* Statement texts of a type, made once; see record.c. */
struct type_sql {
	struct str columns;                     /* as record_columns */
	struct str by_id, by_key;               /* SELECT columns ... ; SELECT id ... (empty without a key) */
	struct str by_ids;                      /* the same of RECORD_AT_ONCE */
	struct str links_of_one, links_of_many; /* SELECT source, kind, target ... ; empty without links fields */
	struct str exists;                      /* SELECT 1 ... by id */
	struct str version;                     /* SELECT version ... by id */
	struct str first;                       /* SELECT min(id) */
};

struct type_indexes { /* of a type's table, as the layout made them */
	struct layout_index *items;
	size_t count;
};

struct kernel {
	struct arena *arena;
	const struct model *model;
	struct store *store;
	struct type_codes codes;
	struct attached_behaviour *
	    *behaviours; /* by type->index: the type's, in the order of the model, ended by .behaviour NULL */
	struct restriction *restrictions; /* by type->index */
	struct type_indexes *indexes;     /* by type->index */
	struct type_sql *sql;             /* by type->index; kernel_open() calls record_prepare() */
	struct edit_plan *plans;          /* by type->index; see edit_plan.h */
	struct signing_key key;
	bool has_key;
	struct cache *cache;
};

struct kernel_options {
	const char *key_path; /* Ed25519 key for checkpoints; NULL: none, checkpoints are not signed */
	const struct behaviour *const *behaviours; /* ended by NULL */
	bool joins;                                /* other nodes may serve this database: see layout_prepare() */
	bool unfinished; /* the database is a copy that is being made (store/copy.h): by whoever makes it only */
	instant founded; /* of a demonstration: when the records that the model asks for were made; 0: now */
};

/* Prepares the schema, attaches behaviours (their parameter errors carry file:line), makes the records that the model
 * asks for (one role record per declared role). The model and the store must outlive the kernel. The model is told the
 * codes that its types have in this database: while others use a kernel, no second one may be opened upon its model. */
MUST enum status kernel_open(const struct model *model, struct store *store, const struct kernel_options *options,
			     struct kernel **kernel, struct error *error);
void kernel_close(struct kernel *kernel);
/* Attaches behaviours only, without a database: for `kaname model check`. Every fault is an item at its file:line. */
MUST enum status kernel_check_behaviours(struct arena *arena, const struct model *model,
					 const struct behaviour *const *behaviours, struct error *error);

/* A connection that reads as of one moment, given back by store_reader_done() or at the end of a READER's block.
 * Surfaces ask here and never touch the store. */
MUST enum status kernel_reader(struct kernel *kernel, struct connection **connection, struct error *error);
/* One for those who will hardly ask more than who asks: store_glance_begin(). */
MUST enum status kernel_glance(struct kernel *kernel, struct connection **connection, struct error *error);

/* For those who will read much: lets a replica do it, when there is one that shows as much (store_relieve()). */
bool kernel_relieve(struct connection **connection);
/* Whether what failed there is worth asking of the database itself. */
bool kernel_asks_again(const struct error *error);

const struct type *kernel_type_of(const struct kernel *kernel, int64_t identity); /* NULL when unknown */
int64_t kernel_identity(const struct kernel *kernel, const struct type *type, int64_t serial);
/* "INC-123" of an identity; "?" when its type is no longer declared. */
enum { NUMBER_TEXT = 48 };
char *kernel_number(const struct kernel *kernel, int64_t identity, char out[NUMBER_TEXT]);
/* Any type's number -> identity, without looking whether it exists. */
bool kernel_parse_number(const struct kernel *kernel, struct str number, int64_t *identity);

#endif
