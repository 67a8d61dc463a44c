/* A pack as one file: written into a folder for a while, and from there into the file. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pack/pack.h"
#include "pack/zip.h"

enum { DEPTH_MOST = 2 };

/* What is in a folder goes into the zip, unless it is NULL, and is gone from the disk afterwards, whatever comes of it.
 */
static enum status move_in(struct zip *zip, struct arena *arena, const char *folder, struct str within, int depth,
			   struct error *error)
{
	DIR *open_folder = opendir(folder);
	const struct dirent *entry;
	enum status status = OK;

	while (open_folder && (entry = readdir(open_folder))) {
		struct str name = str_of(entry->d_name);
		const char *path = str_c(arena, str_format(arena, "%s/%s", folder, entry->d_name));
		struct str inside = str_format(arena, "%.*s/%.*s", STR_ARG(within), STR_ARG(name));
		struct stat found;
		int file;

		if (str_is(name, ".") || str_is(name, "..") || lstat(path, &found))
			continue;
		if (S_ISDIR(found.st_mode) && depth < DEPTH_MOST) {
			enum status moved = move_in(status ? NULL : zip, arena, path, inside, depth + 1, error);

			status = status ? status : moved;
			continue;
		}
		if (zip && !status) {
			file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
			status = file < 0 ? error_fail(error, E_UNAVAILABLE, "", "output",
						       N_("There is no room for temporary files"))
					  : zip_add(zip, inside, file, error);
			if (file >= 0)
				close(file);
		}
		unlink(path);
	}
	if (open_folder)
		closedir(open_folder);
	rmdir(folder);
	return status;
}

static const char *temporary(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && *folder ? folder : "/tmp";
}

static int open_nameless(struct arena *arena)
{
	char *path = str_c(arena, str_format(arena, "%s/kaname-pack-XXXXXX", temporary()));
	int file = mkostemp(path, O_CLOEXEC);

	if (file >= 0)
		unlink(path);
	return file;
}

enum status pack_write_zip(const struct pack_wish *wish, int *file, struct error *error)
{
	ARENA arena = arena_new();
	char *folder = str_c(arena, str_format(arena, "%s/kaname-pack-XXXXXX", temporary()));
	struct pack_outcome outcome;
	struct zip *zip;
	enum status status;

	*file = open_nameless(arena);
	if (*file < 0 || !mkdtemp(folder)) {
		status = error_fail(error, E_UNAVAILABLE, "", "output", N_("There is no room for temporary files"));
	} else {
		struct error unheard = {0};
		enum status moved;

		zip = zip_new(arena, *file);
		status = pack_write(wish, folder, &outcome, error);
		moved = move_in(status ? NULL : zip, arena, folder, S("evidence-pack"), 0, status ? &unheard : error);
		status = status ? status : moved;
		if (!status)
			status = zip_end(zip, error);
	}
	if (status && *file >= 0)
		close(*file);
	return status;
}
