/* files: making what was written to a folder durable. */
#ifndef BACKUP_FILES_H
#define BACKUP_FILES_H

#include <stdio.h>

#include "base/hash.h"

MUST bool files_write(int file, const void *bytes, size_t n); /* all of it, or errno tells why not */
/* What a folder lists as of now stays, even when the power fails. */
MUST bool files_sync_folder_of(const char *path);

/* BLAKE2b of a whole file. */
MUST bool files_digest_of(FILE *file, struct hash *digest); /* likewise; closes it */
MUST enum status files_digest(const char *path, struct hash *digest, struct error *error);

/* "PATH: REASON" of errno. */
enum status files_fail(const char *path, int reason, struct error *error);

#endif
