/* anchors: a file of checkpoints (record/checkpoint.h), a line each, that is only ever added to. It is worth as much as
 * the place is out of reach of those who can alter the database: another machine, a medium that is written once. */
#ifndef BACKUP_ANCHORS_H
#define BACKUP_ANCHORS_H

#include "record/checkpoint.h"

/* Adds a checkpoint, unless it is the last one there already. On disk when it returns. */
MUST enum status anchors_add(const char *path, const struct checkpoint *checkpoint, struct error *error);
/* E_INVALID names the first line that is none. */
MUST enum status anchors_read(struct arena *arena, const char *path, struct checkpoint **anchors, size_t *count,
			      struct error *error);
/* Signs what is new, and gives the newest checkpoint. */
MUST enum status anchors_take(struct kernel *kernel, instant now, struct checkpoint *newest, struct error *error);

/* Signs what is new, and adds the newest checkpoint to a file; path NULL: to none. Without any history: nothing. */
MUST enum status anchors_keep(struct kernel *kernel, const char *path, instant now, struct error *error);

#endif
