/* shelf: a place where backups and the journal are kept, each under a name (names.h): a folder, or objects in a store
 * that speaks the protocol of S3. Other things there are left alone.
 *
 * What is put on a shelf has its name only when it is whole, and when it was found to be what was put there. */
#ifndef BACKUP_SHELF_H
#define BACKUP_SHELF_H

#include <stdio.h>

#include "backup/names.h"
#include "base/arena.h"
#include "base/hash.h"

enum shelf_part { SHELF_BACKUPS, SHELF_JOURNAL };

/* To an object store; see s3.h. */
struct shelf_access {
	const char *endpoint, *region;
	const char *key_id, *secret, *session; /* session: NULL: none */
	const _Atomic(bool) *stop;             /* gives up what is under way; NULL: never */
};
/* The key from a file with the lines "aws_access_key_id = ..." and "aws_secret_access_key = ...", which nobody but its
 * owner may read, else from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; else there is none. NULL
 * for what is preset: Amazon's own. */
MUST enum status shelf_access_read(struct arena *arena, const char *endpoint, const char *region, const char *key_file,
				   struct shelf_access *access, struct error *error);

struct shelf_item {
	struct str name;
	int64_t size; /* bytes; -1: the place does not say */
};

struct shelf;
/* What is behind a shelf. */
struct shelf_driver {
	size_t size; /* of the driver's own struct, which begins with struct shelf */
	/* All that there is, or at least all whose names begin with "kaname-"; unordered. */
	enum status (*list)(struct shelf *shelf, struct arena *arena, struct shelf_item **items, size_t *count,
			    struct error *error);
	enum status (*put)(struct shelf *shelf, const char *from, const char *name, struct hash digest,
			   struct error *error);
	enum status (*get)(struct shelf *shelf, const char *name, FILE **file, struct error *error);
	enum status (*remove)(struct shelf *shelf, const char *name, struct error *error);
	enum status (*tidy)(struct shelf *shelf, enum shelf_part part, struct error *error); /* see shelf_tidy() */
	void (*close)(struct shelf *shelf);
};
struct shelf {
	const struct shelf_driver *driver;
	char *place; /* as it was named */
};

bool shelf_is_remote(const char *place); /* s3://... */
/* place: a folder, or s3://BUCKET/PREFIX, which needs the access. E_INVALID: it cannot be used, and why. */
MUST enum status shelf_open(const char *place, const struct shelf_access *access, struct shelf **shelf,
			    struct error *error);
void shelf_close(struct shelf **shelf);
#define SHELF __attribute__((cleanup(shelf_close))) struct shelf *

struct shelf_list { /* the oldest first */
	struct shelf_item *backups;
	instant *moments;
	size_t backup_count;
	struct shelf_item *journal;
	uint64_t *numbers;
	instant *untils;
	size_t journal_count;
};
MUST enum status shelf_read(struct shelf *shelf, struct arena *arena, struct shelf_list *list, struct error *error);
/* The same name and size: a copy that was cut off before it could be compared is none. */
bool shelf_item_is_copy(const struct shelf_item *copy, const struct shelf_item *of);
/* Copies a file of that digest to the shelf. */
MUST enum status shelf_put(struct shelf *shelf, const char *from, const char *name, struct hash digest,
			   struct error *error);
/* To be read once from its beginning to its end. */
MUST enum status shelf_get(struct shelf *shelf, const char *name, FILE **file, struct error *error);
/* Takes away what was begun and broken off; only while nobody puts anything of that kind there. */
MUST enum status shelf_tidy(struct shelf *shelf, enum shelf_part part, struct error *error);
/* Removes the oldest backups until so many are left, and the journal that none of them needs; tidies backups first. */
MUST enum status shelf_keep(struct shelf *shelf, size_t keep, struct error *error);

#endif
