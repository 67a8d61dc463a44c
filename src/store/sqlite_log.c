/* The log's file (WAL), written in large pieces.
 *
 * SQLite writes each page of a change with two calls of the system, a head of 24 bytes and the page. One after the
 * other they are gathered here, and written with one call before the log is synced. Nobody looks for them before: other
 * connections learn of a change from the index beside the log, after the sync that ends it (synchronous=FULL). */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite.h"

enum { GATHER_MOST = 120 << 10 /* the system below writes 128 KB less a byte at most */ };

struct log_file {
	sqlite3_file file; /* first: what SQLite knows */
	char *gathered;    /* room for GATHER_MOST; NULL: nothing has been written yet */
	int count;         /* bytes of it */
	sqlite3_int64 at;  /* where they belong */
};

/* Behind it, in the same piece of memory, comes the file below. */
static struct log_file *own(sqlite3_file *file)
{
	return (struct log_file *)file;
}

static sqlite3_file *below(sqlite3_file *file)
{
	return (sqlite3_file *)(own(file) + 1);
}

/* What cannot be written is forgotten: the change that it belongs to fails. */
static int flush(sqlite3_file *file)
{
	int count = own(file)->count;

	own(file)->count = 0;
	return count ? below(file)->pMethods->xWrite(below(file), own(file)->gathered, count, own(file)->at)
		     : SQLITE_OK;
}

static bool gathers(struct log_file *log, const void *bytes, int count, sqlite3_int64 at)
{
	if (!log->gathered && !(log->gathered = malloc(GATHER_MOST)))
		return false;
	if (count > GATHER_MOST - log->count || (log->count && at != log->at + log->count))
		return false;
	if (!log->count)
		log->at = at;
	memcpy(log->gathered + log->count, bytes, (size_t)count);
	log->count += count;
	return true;
}

static int log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
	if (gathers(own(file), bytes, count, at))
		return SQLITE_OK;
	int code = flush(file);
	if (code != SQLITE_OK || gathers(own(file), bytes, count, at))
		return code;
	return below(file)->pMethods->xWrite(below(file), bytes, count, at);
}

static int log_read(sqlite3_file *file, void *into, int count, sqlite3_int64 at)
{
	int code = flush(file);

	return code == SQLITE_OK ? below(file)->pMethods->xRead(below(file), into, count, at) : code;
}

static int log_cut(sqlite3_file *file, sqlite3_int64 size)
{
	int code = flush(file);

	return code == SQLITE_OK ? below(file)->pMethods->xTruncate(below(file), size) : code;
}

static int log_sync(sqlite3_file *file, int flags)
{
	int code = flush(file);

	return code == SQLITE_OK ? below(file)->pMethods->xSync(below(file), flags) : code;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size)
{
	int code = flush(file);

	return code == SQLITE_OK ? below(file)->pMethods->xFileSize(below(file), size) : code;
}

static int log_close(sqlite3_file *file)
{
	int code = flush(file), closed = below(file)->pMethods->xClose(below(file));

	free(own(file)->gathered);
	return code == SQLITE_OK ? closed : code;
}

static int log_lock(sqlite3_file *file, int level)
{
	return below(file)->pMethods->xLock(below(file), level);
}

static int log_unlock(sqlite3_file *file, int level)
{
	return below(file)->pMethods->xUnlock(below(file), level);
}

static int log_look(sqlite3_file *file, int *locked)
{
	return below(file)->pMethods->xCheckReservedLock(below(file), locked);
}

static int log_control(sqlite3_file *file, int what, void *argument)
{
	return below(file)->pMethods->xFileControl(below(file), what, argument);
}

static int log_sector(sqlite3_file *file)
{
	return below(file)->pMethods->xSectorSize(below(file));
}

static int log_features(sqlite3_file *file)
{
	return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_cut,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_look,
    .xFileControl = log_control,
    .xSectorSize = log_sector,
    .xDeviceCharacteristics = log_features,
};

/* --- the file system --- */

static sqlite3_vfs *system_below(sqlite3_vfs *system)
{
	return system->pAppData;
}

static int system_open(sqlite3_vfs *system, const char *name, sqlite3_file *file, int flags, int *given)
{
	if (!(flags & SQLITE_OPEN_WAL))
		return system_below(system)->xOpen(system_below(system), name, file, flags, given);
	*own(file) = (struct log_file){0};
	int code = system_below(system)->xOpen(system_below(system), name, below(file), flags, given);
	if (code == SQLITE_OK)
		file->pMethods = &log_methods;
	else if (below(file)->pMethods)
		below(file)->pMethods->xClose(below(file));
	return code;
}

const char sqlite_log_system[] = "kaname-log";

void sqlite_log_register(void)
{
	static sqlite3_vfs system;

	system = *sqlite3_vfs_find(NULL);
	system.pAppData = sqlite3_vfs_find(NULL);
	system.zName = sqlite_log_system;
	system.szOsFile += (int)sizeof(struct log_file);
	system.xOpen = system_open;
	sqlite3_vfs_register(&system, 0);
}
