#include "backup/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backup/files.h"
#include "base/arena.h"

char *shelf_name(instant moment, char out[SHELF_NAME])
{
	struct civil civil = zone_civil(zone_open(S("UTC")), moment);

	snprintf(out, SHELF_NAME, "kaname-%04u%02u%02uT%02u%02u%02uZ.backup", (unsigned)civil.year % 10000,
		 (unsigned)civil.month % 100, (unsigned)civil.day % 100, (unsigned)civil.hour % 100,
		 (unsigned)civil.minute % 100, (unsigned)civil.second % 100);
	return out;
}

/* False when nothing that we write is called so. */
static bool moment_of(const char *name, instant *moment)
{
	char text[TIME_TEXT], again[SHELF_NAME];
	struct str given = str_of(name);

	if (!str_starts(given, S("kaname-")) || given.n < 23)
		return false;
	snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", name + 7, name + 11, name + 13, name + 16,
		 name + 18, name + 20);
	return time_parse(str_of(text), moment) && !strcmp(shelf_name(*moment, again), name);
}

/* --- what is there --- */

static int is_backup(const struct dirent *entry)
{
	instant moment;

	return moment_of(entry->d_name, &moment);
}

static int is_draft(const struct dirent *entry)
{
	char name[SHELF_NAME];
	struct str given = str_of(entry->d_name);
	instant moment;

	return str_ends(given, S(".part")) && given.n < SHELF_NAME + 4 &&
	       snprintf(name, sizeof(name), "%.*s", (int)given.n - 5, given.p) > 0 && moment_of(name, &moment);
}

enum status shelf_read(struct arena *arena, const char *folder, struct shelf *shelf, struct error *error)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_backup, alphasort);

	*shelf = (struct shelf){0};
	if (count < 0)
		return files_fail(folder, errno, error);
	shelf->names = arena_many(arena, struct str, (size_t)count + 1);
	shelf->moments = arena_many(arena, instant, (size_t)count + 1);
	for (int i = 0; i < count; i++) {
		if (moment_of(entries[i]->d_name, &shelf->moments[shelf->count]))
			shelf->names[shelf->count++] = str_dup(arena, str_of(entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	return OK;
}

/* --- retention --- */

static enum status remove_all_but(const char *folder, int (*wanted)(const struct dirent *), size_t keep,
				  struct error *error)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, wanted, alphasort);
	enum status status = OK;

	if (count < 0)
		return files_fail(folder, errno, error);
	for (int i = 0; i < count; i++) {
		char path[PATH_MAX];

		if (!status && (size_t)(count - i) > keep &&
		    (snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name) >= (int)sizeof(path) ||
		     unlink(path)))
			status = files_fail(path, errno, error);
		free(entries[i]);
	}
	free(entries);
	return status;
}

enum status shelf_keep(const char *folder, size_t keep, struct error *error)
{
	enum status status = remove_all_but(folder, is_draft, 0, error);

	return status ? status : remove_all_but(folder, is_backup, keep, error);
}

/* --- a second place --- */

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
	crypto_generichash_state state;
	unsigned char bytes[PIECE];
	struct hash found;
	FILE *file = fopen(path, "re");
	size_t n;

	if (!file)
		return files_fail(path, errno, error);
	crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
	while ((n = fread(bytes, 1, sizeof(bytes), file)))
		crypto_generichash_update(&state, bytes, n);
	crypto_generichash_final(&state, found.bytes, HASH_BYTES);
	fclose(file);
	return hash_eq(found, digest)
		   ? OK
		   : error_fail(error, E_UNAVAILABLE, "", "copy", N_("%s does not hold what was written to it"), path);
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

enum status shelf_copy(const char *from, const char *folder, const char *name, struct hash digest, struct error *error)
{
	char path[PATH_MAX], draft[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path) ||
	    snprintf(draft, sizeof(draft), "%s/%s.part", folder, name) >= (int)sizeof(draft))
		return files_fail(folder, ENAMETOOLONG, error);
	return copy_to(from, draft, path, digest, error);
}
