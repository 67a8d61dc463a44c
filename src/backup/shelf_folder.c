/* A shelf that is a folder. */
#include "backup/shelf_drivers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/files.h"

/* --- what is there --- */

static int is_ours(const struct dirent *entry)
{
	return !strncmp(entry->d_name, "kaname-", 7);
}

static int64_t size_of(const char *folder, const char *name)
{
	char path[PATH_MAX];
	struct stat stat;

	return snprintf(path, sizeof(path), "%s/%s", folder, name) < PATH_MAX && !lstat(path, &stat)
		   ? (int64_t)stat.st_size
		   : -1;
}

static enum status folder_list(struct shelf *shelf, struct arena *arena, struct shelf_item **items, size_t *count,
			       struct error *error)
{
	struct dirent **entries;
	int found = scandir(shelf->place, &entries, is_ours, NULL);

	if (found < 0)
		return files_fail(shelf->place, errno, error);
	*items = arena_many(arena, struct shelf_item, (size_t)found + 1);
	*count = (size_t)found;
	for (int i = 0; i < found; i++) {
		(*items)[i] = (struct shelf_item){.name = str_dup(arena, str_of(entries[i]->d_name)),
						  .size = size_of(shelf->place, entries[i]->d_name)};
		free(entries[i]);
	}
	free(entries);
	return OK;
}

static enum status path_in(const struct shelf *shelf, const char *name, char path[PATH_MAX], struct error *error)
{
	return snprintf(path, PATH_MAX, "%s/%s", shelf->place, name) < PATH_MAX
		   ? OK
		   : files_fail(shelf->place, ENAMETOOLONG, error);
}

static enum status folder_remove(struct shelf *shelf, const char *name, struct error *error)
{
	char path[PATH_MAX];
	enum status status = path_in(shelf, name, path, error);

	return status || !unlink(path) ? status : files_fail(path, errno, error);
}

static enum status folder_get(struct shelf *shelf, const char *name, FILE **file, struct error *error)
{
	char path[PATH_MAX];
	enum status status = path_in(shelf, name, path, error);

	if (status)
		return status;
	*file = fopen(path, "re");
	return *file ? OK : files_fail(path, errno, error);
}

/* Drafts: of our names only. */
static enum status folder_tidy(struct shelf *shelf, enum shelf_part part, struct error *error)
{
	ARENA arena = arena_new();
	struct shelf_item *items;
	size_t count;
	enum status status = folder_list(shelf, arena, &items, &count, error);

	for (size_t i = 0; i < count && !status; i++) {
		struct str name = items[i].name, whole = str_sub(name, 0, name.n > 5 ? name.n - 5 : 0);
		uint64_t number;
		instant moment;

		if (str_ends(name, S(".part")) &&
		    (part == SHELF_BACKUPS ? backup_named(whole, &moment) : journal_named(whole, &number, &moment)))
			status = folder_remove(shelf, str_c(arena, name), error);
	}
	return status;
}

/* --- copying --- */

enum { PIECE = 1 << 16 };

static enum status copy_bytes(const char *from, int source, const char *to, int target, struct error *error)
{
	char bytes[PIECE];

	for (;;) {
		ssize_t n = read(source, bytes, sizeof(bytes));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return files_fail(from, errno, error);
		if (n == 0)
			return fsync(target) ? files_fail(to, errno, error) : OK;
		if (!files_write(target, bytes, (size_t)n))
			return files_fail(to, errno, error);
	}
}

/* What was written is read again: a place that loses bytes is found out now. */
static enum status check_digest(const char *path, struct hash digest, struct error *error)
{
	struct hash found;
	enum status status = files_digest(path, &found, error);

	if (status || hash_eq(found, digest))
		return status;
	return error_fail(error, E_UNAVAILABLE, "", "copy", N_("%s does not hold what was written to it"), path);
}

static enum status copy_to(const char *from, const char *draft, const char *path, struct hash digest,
			   struct error *error)
{
	int source = open(from, O_RDONLY | O_CLOEXEC);
	int target = source < 0 ? -1 : open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	enum status status = source < 0   ? files_fail(from, errno, error)
			     : target < 0 ? files_fail(draft, errno, error)
					  : copy_bytes(from, source, draft, target, error);

	if (source >= 0)
		close(source);
	if (target >= 0 && close(target) && !status)
		status = files_fail(draft, errno, error);
	if (!status)
		status = check_digest(draft, digest, error);
	if (!status && (rename(draft, path) || !files_sync_folder_of(path)))
		status = files_fail(path, errno, error);
	if (status)
		unlink(draft);
	return status;
}

static enum status folder_put(struct shelf *shelf, const char *from, const char *name, struct hash digest,
			      struct error *error)
{
	char path[PATH_MAX], draft[PATH_MAX], draft_name[NAME_MAX];
	enum status status = path_in(shelf, name, path, error);

	snprintf(draft_name, sizeof(draft_name), "%s.part", name);
	if (status || (status = path_in(shelf, draft_name, draft, error)))
		return status;
	return copy_to(from, draft, path, digest, error);
}

const struct shelf_driver folder_driver = {
    .size = sizeof(struct shelf),
    .list = folder_list,
    .put = folder_put,
    .get = folder_get,
    .remove = folder_remove,
    .tidy = folder_tidy,
};

/* That a folder is missing is said now and not at three in the morning. */
enum status folder_open(struct shelf *shelf, struct error *error)
{
	if (access(shelf->place, R_OK | X_OK) == 0)
		return OK;
	return error_fail(error, E_INVALID, "", "folder", N_("%s is no folder that can be read"), shelf->place);
}
