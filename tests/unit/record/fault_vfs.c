#include "fault_vfs.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512, PATH = 512 };

/* What was written to a file and not synced, oldest first; undone from the newest. */
struct change {
	struct change *older;
	sqlite3_int64 at, size_before; /* of the file */
	int n;                         /* 0: the file was cut at `at` */
	int old_n;                     /* bytes that were there before */
	char *bytes, *old;
};

struct disk {
	struct disk *next;
	char path[PATH];
	struct change *newest;
};

static struct {
	sqlite3_vfs vfs, *real;
	pthread_mutex_t lock; /* guards the rest */
	enum fault fault;
	unsigned call, calls;
	bool struck;
	struct disk *disks;
} shim = {.lock = PTHREAD_MUTEX_INITIALIZER};

struct file {
	sqlite3_file base;
	struct disk *disk;
	sqlite3_file *real;
};

enum kind { READS, WRITES };

/* Whether this call fails; counts it. */
static bool strikes(enum kind kind)
{
	bool counts, fails;

	pthread_mutex_lock(&shim.lock);
	counts = shim.fault == FAULT_ONCE || shim.fault == FAULT_FROM ||
		 ((shim.fault == FAULT_FULL || shim.fault == FAULT_POWER) && kind == WRITES);
	if (counts)
		shim.calls++;
	fails = counts && (shim.fault == FAULT_ONCE ? shim.calls == shim.call : shim.calls >= shim.call);
	fails = fails || (shim.fault == FAULT_POWER && shim.struck);
	shim.struck = shim.struck || fails;
	pthread_mutex_unlock(&shim.lock);
	return fails;
}

static int failure(int code)
{
	return shim.fault == FAULT_FULL ? SQLITE_FULL : code;
}

static bool is_recorded(void)
{
	return shim.fault == FAULT_POWER;
}

static struct file *own(sqlite3_file *file)
{
	return (struct file *)file;
}

static sqlite3_file *real(sqlite3_file *file)
{
	return own(file)->real;
}

/* --- what is not synced --- */

static void forget(struct disk *disk)
{
	while (disk->newest) {
		struct change *change = disk->newest;

		disk->newest = change->older;
		free(change->bytes);
		free(change->old);
		free(change);
	}
}

static void *copy_of(const void *bytes, int n)
{
	void *copy = malloc((size_t)n + 1);

	return n ? memcpy(copy, bytes, (size_t)n) : copy;
}

static void record(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
	struct change *change = calloc(1, sizeof(*change));
	sqlite3_int64 size = 0;

	real(file)->pMethods->xFileSize(real(file), &size);
	*change = (struct change){.at = at, .size_before = size, .n = n, .bytes = copy_of(bytes, n)};
	if (size > at)
		change->old_n = n && size - at > n ? n : (int)(size - at);
	change->old = malloc((size_t)change->old_n + 1);
	if (change->old_n)
		real(file)->pMethods->xRead(real(file), change->old, change->old_n, at);
	pthread_mutex_lock(&shim.lock);
	change->older = own(file)->disk->newest;
	own(file)->disk->newest = change;
	pthread_mutex_unlock(&shim.lock);
}

static uint64_t drawn(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

static void put(int file, const void *bytes, int n, sqlite3_int64 at)
{
	if (n && pwrite(file, bytes, (size_t)n, at) != n)
		abort();
}

static void undo(int file, const struct disk *disk)
{
	for (const struct change *change = disk->newest; change; change = change->older) {
		put(file, change->old, change->old_n, change->at);
		if (ftruncate(file, change->size_before))
			abort();
	}
}

/* Some of it reached the disk after all. */
static void redo(int file, const struct change *change, unsigned way, uint64_t *seed)
{
	if (!change)
		return;
	redo(file, change->older, way, seed);
	if (!change->n && drawn(seed) % 2 && ftruncate(file, change->at))
		abort();
	for (int from = 0, n; from < change->n; from += n) {
		n = way == 1 ? change->n : change->n - from < SECTOR ? change->n - from : SECTOR;
		if (drawn(seed) % 2)
			put(file, change->bytes + from, n, change->at + from);
	}
}

void fault_power_back(uint64_t seed)
{
	unsigned way = (unsigned)(seed % 3); /* nothing, whole writes, sectors */

	for (struct disk *disk = shim.disks; disk; disk = disk->next) {
		int file = open(disk->path, O_RDWR | O_CLOEXEC);
		char shared[PATH + 8];

		if (file >= 0) {
			undo(file, disk);
			if (way)
				redo(file, disk->newest, way, &seed);
			close(file);
		}
		forget(disk);
		snprintf(shared, sizeof(shared), "%s-shm", disk->path);
		unlink(shared);
	}
}

/* --- files --- */

static int file_close(sqlite3_file *file)
{
	return real(file)->pMethods ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *into, int n, sqlite3_int64 at)
{
	return strikes(READS) ? SQLITE_IOERR_READ : real(file)->pMethods->xRead(real(file), into, n, at);
}

static int file_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
	if (strikes(WRITES)) {
		/* Half of it may have gone out. */
		if (shim.fault != FAULT_POWER)
			real(file)->pMethods->xWrite(real(file), from, n / 2, at);
		return failure(SQLITE_IOERR_WRITE);
	}
	if (is_recorded())
		record(file, from, n, at);
	return real(file)->pMethods->xWrite(real(file), from, n, at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	if (strikes(WRITES))
		return failure(SQLITE_IOERR_TRUNCATE);
	if (is_recorded())
		record(file, NULL, 0, size);
	return real(file)->pMethods->xTruncate(real(file), size);
}

/* The real one takes its time, and proves nothing here. */
static int file_sync(sqlite3_file *file, int flags)
{
	(void)flags;
	if (strikes(WRITES))
		return failure(SQLITE_IOERR_FSYNC);
	pthread_mutex_lock(&shim.lock);
	forget(own(file)->disk);
	pthread_mutex_unlock(&shim.lock);
	return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return strikes(READS) ? SQLITE_IOERR_FSTAT : real(file)->pMethods->xFileSize(real(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
	return real(file)->pMethods->xLock(real(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return real(file)->pMethods->xUnlock(real(file), level);
}

static int file_reserved(sqlite3_file *file, int *result)
{
	return real(file)->pMethods->xCheckReservedLock(real(file), result);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
	return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

static int file_sector(sqlite3_file *file)
{
	return real(file)->pMethods->xSectorSize(real(file));
}

static int file_traits(sqlite3_file *file)
{
	return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **into)
{
	return strikes(READS) ? SQLITE_IOERR_SHMMAP
			      : real(file)->pMethods->xShmMap(real(file), page, size, extend, into);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return real(file)->pMethods->xShmLock(real(file), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
	real(file)->pMethods->xShmBarrier(real(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
	return real(file)->pMethods->xShmUnmap(real(file), remove);
}

/* Version 2: without the calls for mapped reading, which Kaname does not use. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static struct disk *disk_of(const char *path)
{
	struct disk *disk;

	pthread_mutex_lock(&shim.lock);
	for (disk = shim.disks; disk && strcmp(disk->path, path) != 0; disk = disk->next)
		;
	if (!disk) {
		disk = calloc(1, sizeof(*disk));
		snprintf(disk->path, sizeof(disk->path), "%s", path);
		disk->next = shim.disks;
		shim.disks = disk;
	}
	pthread_mutex_unlock(&shim.lock);
	return disk;
}

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
	struct file *made = own(file);
	int code;

	(void)vfs;
	made->base.pMethods = NULL;
	if (strikes(READS))
		return SQLITE_CANTOPEN;
	if (shim.fault == FAULT_READ_ONLY) {
		if (!(flags & SQLITE_OPEN_MAIN_DB))
			return SQLITE_CANTOPEN;
		flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
		shim.struck = true;
	}
	made->real = (sqlite3_file *)(made + 1);
	code = shim.real->xOpen(shim.real, path, made->real, flags, out);
	if (code != SQLITE_OK)
		return code;
	made->disk = disk_of(path ? path : "");
	made->base.pMethods = &methods;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	int code;

	(void)vfs;
	if (strikes(WRITES))
		return failure(SQLITE_IOERR_DELETE);
	code = shim.real->xDelete(shim.real, path, sync);
	pthread_mutex_lock(&shim.lock);
	for (struct disk *disk = shim.disks; disk; disk = disk->next)
		if (!strcmp(disk->path, path))
			forget(disk);
	pthread_mutex_unlock(&shim.lock);
	return code;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *result)
{
	(void)vfs;
	return strikes(READS) ? SQLITE_IOERR_ACCESS : shim.real->xAccess(shim.real, path, flags, result);
}

void fault_register(void)
{
	if (shim.real)
		return;
	shim.real = sqlite3_vfs_find(NULL);
	shim.vfs = *shim.real; /* what does not touch files is the real one's */
	shim.vfs.pNext = NULL;
	shim.vfs.zName = "fault";
	shim.vfs.szOsFile = (int)sizeof(struct file) + shim.real->szOsFile;
	shim.vfs.xOpen = vfs_open;
	shim.vfs.xDelete = vfs_delete;
	shim.vfs.xAccess = vfs_access;
	sqlite3_vfs_register(&shim.vfs, 1);
}

void fault_plan(enum fault fault, unsigned call)
{
	pthread_mutex_lock(&shim.lock);
	shim.fault = fault;
	shim.call = call;
	shim.calls = 0;
	shim.struck = false;
	pthread_mutex_unlock(&shim.lock);
}

bool fault_struck(void)
{
	return shim.struck;
}
