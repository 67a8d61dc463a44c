/* SQLite's files: the log (WAL) is written in large pieces.
 *
 * SQLite writes each page of a change with two calls of the system, a head of 24 bytes and the page. One after the
 * other they are gathered here, and written with one call before the log is synced. Nobody looks for them before: other
 * connections learn of a change from the index beside the log, after the sync that ends it (synchronous=FULL).
 *
 * Of a large change pages go to the log before its end, and when it is taken back SQLite tells the log nothing. So the
 * database's file, by which the log's index is locked, knows the log of its connection: what is still gathered is
 * written before another may write there, and never over what that wrote.
 *
 * The database itself is written at once: SQLite says in the index that pages were moved before it syncs them, and
 * often without a sync; from then on everybody reads them there. */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite.h"

enum {
	GATHER_MOST = 120 << 10, /* the system below writes 128 KB less a byte at most */
	WRITE_LOCK = 0,          /* of the locks of the index: who writes to the log has it (SQLite's walformat) */
};

struct kept_file {
	sqlite3_file file; /* first: what SQLite knows */
	bool is_log;
	char *gathered;         /* room for GATHER_MOST; NULL: nothing has been written yet */
	int count;              /* bytes of it */
	sqlite3_int64 at;       /* where they belong */
	sqlite3_file *database; /* of a log */
	sqlite3_file *log;      /* of a database; NULL: none is open */
};

/* Behind it, in the same piece of memory, comes the file below. */
static struct kept_file *own(sqlite3_file *file)
{
	return (struct kept_file *)file;
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

static bool gathers(struct kept_file *file, const void *bytes, int count, sqlite3_int64 at)
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
	if (!own(file)->is_log)
		return below(file)->pMethods->xWrite(below(file), bytes, count, at);
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
	int code = flush(file);

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

	if (own(file)->database)
		own(own(file)->database)->log = NULL;
	free(own(file)->gathered);
	return code == SQLITE_OK ? closed : code;
}

static int file_lock(sqlite3_file *file, int level)
{
	return below(file)->pMethods->xLock(below(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return below(file)->pMethods->xUnlock(below(file), level);
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

/* What is gathered yet belongs to a change that was taken back: whether it can be written matters to nobody. */
static int index_lock(sqlite3_file *file, int from, int count, int flags)
{
	if (flags & SQLITE_SHM_UNLOCK && from == WRITE_LOCK && own(file)->log)
		(void)flush(own(file)->log);
	return below(file)->pMethods->xShmLock(below(file), from, count, flags);
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
	*own(file) = (struct kept_file){.is_log = flags & SQLITE_OPEN_WAL};
	int code = system_below(system)->xOpen(system_below(system), name, below(file), flags, given);
	if (code != SQLITE_OK) {
		if (below(file)->pMethods)
			below(file)->pMethods->xClose(below(file));
		return code;
	}
	file->pMethods = &methods;
	if (own(file)->is_log) {
		own(file)->database = sqlite3_database_file_object(name);
		own(own(file)->database)->log = file;
	}
	return SQLITE_OK;
}

const char sqlite_files_system[] = "kaname-files";

void sqlite_files_register(void)
{
	static sqlite3_vfs system;

	system = *sqlite3_vfs_find(NULL);
	system.pAppData = sqlite3_vfs_find(NULL);
	system.zName = sqlite_files_system;
	system.szOsFile += (int)sizeof(struct kept_file);
	system.xOpen = system_open;
	sqlite3_vfs_register(&system, 0);
}
