/* shelf: a folder with backups, each named by its moment: kaname-20261126T030000Z.backup. Other files in it are left
 * alone. */
#ifndef BACKUP_SHELF_H
#define BACKUP_SHELF_H

#include "base/hash.h"
#include "base/time.h"

enum { SHELF_NAME = 40 };
char *shelf_name(instant moment, char out[SHELF_NAME]); /* to the second */

struct shelf {
	struct str *names; /* the oldest first */
	instant *moments;
	size_t count;
};
MUST enum status shelf_read(struct arena *arena, const char *folder, struct shelf *shelf, struct error *error);
/* Removes the oldest until so many are left, and what broken off ones have left behind. */
MUST enum status shelf_keep(const char *folder, size_t keep, struct error *error);
/* Copies a file to another folder: whole, on disk and with that digest before it has its name. */
MUST enum status shelf_copy(const char *from, const char *folder, const char *name, struct hash digest,
			    struct error *error);

#endif
