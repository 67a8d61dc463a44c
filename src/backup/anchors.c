#include "backup/anchors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/files.h"

enum { LINE_MOST = 512 };

/* Whether the file ends with this line. */
static bool ends_with(int file, struct str line)
{
	char tail[LINE_MOST];
	struct stat about;

	return line.n <= sizeof(tail) && !fstat(file, &about) && about.st_size >= (off_t)line.n &&
	       pread(file, tail, line.n, about.st_size - (off_t)line.n) == (ssize_t)line.n &&
	       !memcmp(tail, line.p, line.n);
}

enum status anchors_add(const char *path, const struct checkpoint *checkpoint, struct error *error)
{
	ARENA arena = arena_new();
	struct str line = str_format(arena, "%.*s\n", STR_ARG(checkpoint_line(arena, checkpoint)));
	int file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	enum status status = OK;

	if (file < 0)
		return files_fail(path, errno, error);
	if (!ends_with(file, line) &&
	    (!files_write(file, line.p, line.n) || fsync(file) || !files_sync_folder_of(path)))
		status = files_fail(path, errno, error);
	close(file);
	return status;
}

enum status anchors_read(struct arena *arena, const char *path, struct checkpoint **anchors, size_t *count,
			 struct error *error)
{
	VEC(struct checkpoint) found = {0};
	char text[LINE_MOST + 2], number[24];
	FILE *file = fopen(path, "re");
	bool good = true;

	if (!file)
		return files_fail(path, errno, error);
	for (size_t at = 1; good && fgets(text, sizeof(text), file); at++) {
		struct checkpoint anchor;
		struct str line = str_trim(str_of(text));

		snprintf(number, sizeof(number), "%zu", at);
		good = !line.n || checkpoint_parse(line, &anchor);
		if (good && line.n)
			vec_push(arena, &found, anchor);
	}
	fclose(file);
	*anchors = found.items;
	*count = found.count;
	return good ? OK
		    : error_fail(error, E_INVALID, "", "anchor", N_("Line %2$s of %1$s is no anchor"), path, number);
}

static enum status sign_newest(struct kernel *kernel, instant now, struct checkpoint *newest, struct error *error)
{
	READER connection = NULL;
	bool written;
	enum status status;

	if ((status = checkpoint_write(kernel, now, &written, error)) ||
	    (status = kernel_reader(kernel, &connection, error)))
		return status;
	return checkpoint_newest(connection, newest, error);
}

enum status anchors_take(struct kernel *kernel, instant now, struct checkpoint *newest, struct error *error)
{
	enum status status = sign_newest(kernel, now, newest, error);

	if (status || newest->is_complete)
		return status;
	return error_fail(error, E_CONFLICT, "", "empty", N_("There is no history to anchor yet"));
}

enum status anchors_keep(struct kernel *kernel, const char *path, instant now, struct error *error)
{
	struct checkpoint newest;
	enum status status = sign_newest(kernel, now, &newest, error);

	return status || !path || !newest.is_complete ? status : anchors_add(path, &newest, error);
}
