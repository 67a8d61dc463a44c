/* SQLite's files, written in large pieces.
 *
 * The log: SQLite writes each page of a change with two calls of the system, a head of 24 bytes and the page. The
 * database: when the log is moved into it, each page with one, in the order in which they stand there. What follows
 * upon each other is gathered here, and written with one call before the file is synced, read or let go of. Nobody
 * looks for it before: other connections learn of a change from the index beside the log, after the sync that ends it
 * (synchronous=FULL), and look for it in the log until what was moved is synced, too. */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite.h"

enum { GATHER_MOST = 120 << 10 /* the system below writes 128 KB less a byte at most */ };

struct gathering_file {
	sqlite3_file file; /* first: what SQLite knows */
	char *gathered;    /* room for GATHER_MOST; NULL: nothing has been written yet */
	int count;         /* bytes of it */
	sqlite3_int64 at;  /* where they belong */
	int failed;        /* told where nobody heeds it, and so once more with the next sync; SQLITE_OK: nothing */
};

/* Behind it, in the same piece of memory, comes the file below. */
static struct gathering_file *own(sqlite3_file *file)
{
	return (struct gathering_file *)file;
}

static sqlite3_file *below(sqlite3_file *file)
{
	return (sqlite3_file *)(own(file) + 1);
}

/* What cannot be written is forgotten: what it belongs to fails. */
static int flush(sqlite3_file *file)
{
	int count = own(file)->count;

	own(file)->count = 0;
	return count ? below(file)->pMethods->xWrite(below(file), own(file)->gathered, count, own(file)->at)
		     : SQLITE_OK;
}

static int flush_unheeded(sqlite3_file *file)
{
	int code = flush(file);

	if (code != SQLITE_OK)
		own(file)->failed = code;
	return code;
}

static bool gathers(struct gathering_file *file, const void *bytes, int count, sqlite3_int64 at)
{
	if (!file->gathered && !(file->gathered = malloc(GATHER_MOST)))
		return false;
	if (count > GATHER_MOST - file->count || (file->count && at != file->at + file->count))
		return false;
	if (!file->count)
		file->at = at;
	memcpy(file->gathered + file->count, bytes, (size_t)count);
	file->count += count;
	return true;
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
	if (gathers(own(file), bytes, count, at))
		return SQLITE_OK;
	int code = flush(file);
	if (code != SQLITE_OK || gathers(own(file), bytes, count, at))
		return code;
	return below(file)->pMethods->xWrite(below(file), bytes, count, at);
}

static int file_read(sqlite3_file *file, void *into, int count, sqlite3_int64 at)
{
	int code = flush(file);

	return code == SQLITE_OK ? below(file)->pMethods->xRead(below(file), into, count, at) : code;
}

static int file_cut(sqlite3_file *file, sqlite3_int64 size)
{
	int code = flush(file);

	return code == SQLITE_OK ? below(file)->pMethods->xTruncate(below(file), size) : code;
}

static int file_sync(sqlite3_file *file, int flags)
{
	int failed = own(file)->failed, code = flush(file);

	own(file)->failed = SQLITE_OK;
	if (code == SQLITE_OK)
		code = failed;
	return code == SQLITE_OK ? below(file)->pMethods->xSync(below(file), flags) : code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	int code = flush(file);

	return code == SQLITE_OK ? below(file)->pMethods->xFileSize(below(file), size) : code;
}

static int file_close(sqlite3_file *file)
{
	int code = flush(file), closed = below(file)->pMethods->xClose(below(file));

	free(own(file)->gathered);
	return code == SQLITE_OK ? closed : code;
}

static int file_lock(sqlite3_file *file, int level)
{
	return below(file)->pMethods->xLock(below(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	int code = flush_unheeded(file), unlocked = below(file)->pMethods->xUnlock(below(file), level);

	return code == SQLITE_OK ? unlocked : code;
}

static int file_look(sqlite3_file *file, int *locked)
{
	return below(file)->pMethods->xCheckReservedLock(below(file), locked);
}

static int file_control(sqlite3_file *file, int what, void *argument)
{
	return below(file)->pMethods->xFileControl(below(file), what, argument);
}

static int file_sector(sqlite3_file *file)
{
	return below(file)->pMethods->xSectorSize(below(file));
}

static int file_features(sqlite3_file *file)
{
	return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

/* --- the index beside the log, which the database's file stands for --- */

static int index_map(sqlite3_file *file, int region, int size, int extend, void volatile **at)
{
	return below(file)->pMethods->xShmMap(below(file), region, size, extend, at);
}

/* Who has moved the log, or has given up doing so, lets others go on. */
static int index_lock(sqlite3_file *file, int from, int count, int flags)
{
	int code = flags & SQLITE_SHM_UNLOCK ? flush_unheeded(file) : SQLITE_OK;
	int locked = below(file)->pMethods->xShmLock(below(file), from, count, flags);

	return code == SQLITE_OK ? locked : code;
}

static void index_barrier(sqlite3_file *file)
{
	below(file)->pMethods->xShmBarrier(below(file));
}

static int index_unmap(sqlite3_file *file, int remove)
{
	return below(file)->pMethods->xShmUnmap(below(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_cut,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_look,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_features,
    .xShmMap = index_map,
    .xShmLock = index_lock,
    .xShmBarrier = index_barrier,
    .xShmUnmap = index_unmap,
};

/* --- the file system --- */

static sqlite3_vfs *system_below(sqlite3_vfs *system)
{
	return system->pAppData;
}

static int system_open(sqlite3_vfs *system, const char *name, sqlite3_file *file, int flags, int *given)
{
	if (!(flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_DB)))
		return system_below(system)->xOpen(system_below(system), name, file, flags, given);
	*own(file) = (struct gathering_file){0};
	int code = system_below(system)->xOpen(system_below(system), name, below(file), flags, given);
	if (code == SQLITE_OK)
		file->pMethods = &methods;
	else if (below(file)->pMethods)
		below(file)->pMethods->xClose(below(file));
	return code;
}

const char sqlite_files_system[] = "kaname-files";

void sqlite_files_register(void)
{
	static sqlite3_vfs system;

	system = *sqlite3_vfs_find(NULL);
	system.pAppData = sqlite3_vfs_find(NULL);
	system.zName = sqlite_files_system;
	system.szOsFile += (int)sizeof(struct gathering_file);
	system.xOpen = system_open;
	sqlite3_vfs_register(&system, 0);
}
