#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/model.h"

enum { MOST_BYTES = 1 << 20, MOST_FILES = 1000 };

static void close_directory(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

static void close_file(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
}

#define DIRECTORY __attribute__((cleanup(close_directory))) DIR *
#define DESCRIPTOR __attribute__((cleanup(close_file))) int

static enum status read_file(struct arena *arena, const char *path, struct str *text, struct error *error)
{
	DESCRIPTOR file = open(path, O_RDONLY | O_CLOEXEC);
	struct buf buf = buf_new_max(arena, MOST_BYTES);
	char part[16384];
	ssize_t n;

	if (file < 0)
		return error_fail(error, E_NOT_FOUND, path, "model", "%s cannot be read: %s", path, strerror(errno));
	while ((n = read(file, part, sizeof(part))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_fail(error, E_NOT_FOUND, path, "model", "%s cannot be read: %s", path,
					  strerror(errno));
		buf_add(&buf, (struct str){part, (size_t)n});
		if (buf.failed)
			return error_fail(error, E_TOO_LARGE, path, "model", "%s is larger than 1 MB", path);
	}
	*text = buf_str(&buf);
	return OK;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum status list_files(struct arena *arena, const char *path, char ***names, size_t *count, struct error *error)
{
	DIRECTORY directory = opendir(path);
	VEC(char *) list = {0};
	struct dirent *entry;

	if (!directory)
		return error_fail(error, E_NOT_FOUND, path, "model", "%s cannot be read: %s", path, strerror(errno));
	while ((entry = readdir(directory))) {
		struct str name = str_of(entry->d_name);

		if (name.p[0] == '.' || !str_ends(name, S(".yaml")))
			continue;
		if (list.count == MOST_FILES)
			return error_fail(error, E_TOO_LARGE, path, "model", "%s has too many files", path);
		vec_push(arena, &list, str_c(arena, name));
	}
	if (list.count)
		qsort(list.items, list.count, sizeof(*list.items), by_name);
	*names = list.items;
	*count = list.count;
	return OK;
}

enum status model_read_directory(struct arena *arena, const char *path, bool overlay, struct model_source **sources,
				 size_t *count, struct error *error)
{
	char **names = NULL;
	size_t name_count = 0;
	enum status status = list_files(arena, path, &names, &name_count, error);
	struct model_source *all;

	if (status)
		return status;
	all = arena_many(arena, struct model_source, *count + name_count);
	for (size_t i = 0; i < *count; i++)
		all[i] = (*sources)[i];
	for (size_t i = 0; i < name_count; i++) {
		char *file = str_c(arena, str_format(arena, "%s/%s", path, names[i]));
		struct model_source *source = &all[*count + i];

		*source = (struct model_source){.file = file, .overlay = overlay};
		status = read_file(arena, file, &source->text, error);
		if (status)
			return status;
	}
	*sources = all;
	*count += name_count;
	return OK;
}
