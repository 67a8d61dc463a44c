/* A copy of the whole database as of a reader's snapshot, while the writer goes on.
 *
 * SQLite copies from one database into another. The other one here is no file: what SQLite writes to it is handed on at
 * once, so that neither memory nor another disk ever holds the copy. Only the first page is kept, because SQLite reads
 * it again. */
#include "store/sqlite.h"

#include <string.h>

enum {
	PAGES_AT_ONCE = 256,
	PAGE_MOST = 1 << 16, /* the largest page that SQLite knows */
};

struct copy {
	sqlite3_vfs vfs;
	char name[48];
	store_copy_put *put;
	void *context;
	struct error *error;
	bool failed;
	sqlite3_int64 size;
	char first[PAGE_MOST]; /* page */
	int first_size;
};

struct copy_file {
	sqlite3_file file;
	struct copy *copy;
};

static struct copy *copy_of(sqlite3_file *file)
{
	return ((struct copy_file *)file)->copy;
}

/* --- the file that is none --- */

static int close_nothing(sqlite3_file *file)
{
	return SQLITE_OK;
}

static int read_first(sqlite3_file *file, void *out, int n, sqlite3_int64 offset)
{
	const struct copy *copy = copy_of(file);

	memset(out, 0, (size_t)n);
	if (offset >= copy->size)
		return SQLITE_IOERR_SHORT_READ;
	if (offset + n > copy->first_size)
		return SQLITE_IOERR_READ; /* it has been handed on */
	memcpy(out, copy->first + offset, (size_t)n);
	return SQLITE_OK;
}

static int hand_on(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 offset)
{
	struct copy *copy = copy_of(file);

	if (offset == 0 && n <= PAGE_MOST) {
		memcpy(copy->first, bytes, (size_t)n);
		copy->first_size = n;
	}
	if (offset + n > copy->size)
		copy->size = offset + n;
	copy->failed = copy->failed ||
		       copy->put(copy->context, (uint64_t)offset, (struct str){bytes, (size_t)n}, copy->error) != OK;
	return copy->failed ? SQLITE_IOERR_WRITE : SQLITE_OK;
}

static int truncate_nothing(sqlite3_file *file, sqlite3_int64 size)
{
	return size >= copy_of(file)->size ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

static int tell_size(sqlite3_file *file, sqlite3_int64 *size)
{
	*size = copy_of(file)->size;
	return SQLITE_OK;
}

static int with_flags(sqlite3_file *file, int flags)
{
	return SQLITE_OK;
}

static int nobody_reserved(sqlite3_file *file, int *reserved)
{
	*reserved = 0;
	return SQLITE_OK;
}

static int control_nothing(sqlite3_file *file, int operation, void *argument)
{
	return SQLITE_NOTFOUND;
}

static int no_property(sqlite3_file *file)
{
	return 0;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = close_nothing,
    .xRead = read_first,
    .xWrite = hand_on,
    .xTruncate = truncate_nothing,
    .xSync = with_flags,
    .xFileSize = tell_size,
    .xLock = with_flags,
    .xUnlock = with_flags,
    .xCheckReservedLock = nobody_reserved,
    .xFileControl = control_nothing,
    .xSectorSize = no_property,
    .xDeviceCharacteristics = no_property,
};

/* --- where it is opened --- */

static int open_copy(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *flags_given)
{
	struct copy_file *made = (struct copy_file *)file;

	*made = (struct copy_file){0};
	if (!(flags & SQLITE_OPEN_MAIN_DB))
		return SQLITE_CANTOPEN;
	made->file.pMethods = &methods;
	made->copy = vfs->pAppData;
	if (flags_given)
		*flags_given = flags;
	return SQLITE_OK;
}

static int delete_nothing(sqlite3_vfs *vfs, const char *name, int sync)
{
	return SQLITE_OK;
}

static int find_nothing(sqlite3_vfs *vfs, const char *name, int flags, int *found)
{
	*found = 0;
	return SQLITE_OK;
}

static int full_name(sqlite3_vfs *vfs, const char *name, int room, char *out)
{
	sqlite3_snprintf(room, out, "%s", name);
	return SQLITE_OK;
}

static int copy_register(struct copy *copy)
{
	copy->vfs = *sqlite3_vfs_find(NULL);
	sqlite3_snprintf(sizeof(copy->name), copy->name, "kaname-copy-%p", (void *)copy);
	copy->vfs.iVersion = 2;
	copy->vfs.pNext = NULL;
	copy->vfs.zName = copy->name;
	copy->vfs.szOsFile = sizeof(struct copy_file);
	copy->vfs.pAppData = copy;
	copy->vfs.xOpen = open_copy;
	copy->vfs.xDelete = delete_nothing;
	copy->vfs.xAccess = find_nothing;
	copy->vfs.xFullPathname = full_name;
	return sqlite3_vfs_register(&copy->vfs, 0);
}

/* The page cache is small, so that pages leave it as soon as others come. */
static int copy_pages(sqlite3 *from, sqlite3 *to)
{
	int code =
	    sqlite3_exec(to, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=64", NULL, NULL, NULL);
	sqlite3_backup *backup = code == SQLITE_OK ? sqlite3_backup_init(to, "main", from, "main") : NULL;

	if (!backup)
		return code == SQLITE_OK ? sqlite3_extended_errcode(to) : code;
	do
		code = sqlite3_backup_step(backup, PAGES_AT_ONCE);
	while (code == SQLITE_OK);
	sqlite3_backup_finish(backup);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

enum status sqlite_copy(struct connection *connection, store_copy_put *put, void *context, struct error *error)
{
	ARENA arena = arena_new();
	struct copy *copy = arena_one(arena, struct copy);
	sqlite3 *to = NULL;
	int code;

	copy->put = put;
	copy->context = context;
	copy->error = error;
	if ((code = copy_register(copy)) == SQLITE_OK) {
		code = sqlite3_open_v2("copy", &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
				       copy->name);
		if (code == SQLITE_OK)
			code = copy_pages(((struct sqlite_connection *)connection)->db, to);
		sqlite3_close_v2(to);
		sqlite3_vfs_unregister(&copy->vfs);
	}
	if (copy->failed)
		return error->status;
	return code == SQLITE_OK ? OK : sqlite_fail(NULL, code, error);
}
