/* erasures: a file, beside the anchors, of the erasures that were carried out, a line each:
 *
 *	kaname erasure ERA-3 2026-11-26T10:15:00.000Z PER-12 written INC-5 INC-7
 *
 * the request and when it was carried out, the person ("-": none), whether what the person wrote elsewhere went too
 * ("written" or "-"), and the records that were named. It tells nothing of anybody. A database that is restored from
 * before an erasure holds what was erased: the file is what it is erased by again. */
#ifndef BACKUP_ERASURES_H
#define BACKUP_ERASURES_H

#include "record/kernel.h"

/* The file that belongs to one of anchors. */
char *erasures_path(struct arena *arena, const char *anchors);
/* Adds those that the file lacks. On disk when it returns. path NULL: no file is kept. */
MUST enum status erasures_keep(struct kernel *kernel, const char *path, struct error *error);
/* When something was erased since the last time: keeps the file, then takes what is left of it out of the database's
 * own files (store_scrub). */
MUST enum status erasures_settle(struct kernel *kernel, const char *path, struct error *error);
/* Does all that a file names, once more. Records that the database does not have are passed over. E_INVALID names the
 * first line that is none. */
MUST enum status erasures_repeat(struct kernel *kernel, const char *path, instant now, int64_t *records,
				 struct error *error);

#endif
