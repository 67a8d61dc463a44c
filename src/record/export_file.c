#include "record/export_file.h"

#include <errno.h>
#include <unistd.h>

struct keeping {
	int64_t record, part;
	struct str bytes;
};

static enum status put_part(void *context, struct connection *connection, struct error *error)
{
	const struct keeping *keeping = context;
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection, S("INSERT INTO kaname_export_part (record, part, bytes) VALUES (?, ?, ?)"), &statement, error);

	if (status)
		return status;
	bind_int(statement, keeping->record);
	bind_int(statement, keeping->part);
	bind_blob(statement, keeping->bytes);
	return store_run(statement, error);
}

static enum status remove_parts(void *context, struct connection *connection, struct error *error)
{
	const int64_t *record = context;
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(connection, S("DELETE FROM kaname_export_part WHERE record = ?"), &statement, error);

	if (status)
		return status;
	bind_int(statement, *record);
	return store_run(statement, error);
}

enum status export_file_remove(struct kernel *kernel, int64_t record, struct error *error)
{
	return store_write_wait(kernel->store, remove_parts, &record, error);
}

/* A whole part, unless the file ends. -1: it cannot be read. */
static ssize_t read_part(int file, char *bytes)
{
	size_t n = 0;

	while (n < EXPORT_PART) {
		ssize_t more = read(file, bytes + n, EXPORT_PART - n);

		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			return -1;
		if (more == 0)
			break;
		n += (size_t)more;
	}
	return (ssize_t)n;
}

enum status export_file_keep(struct kernel *kernel, int64_t record, int file, int64_t *bytes, struct error *error)
{
	ARENA arena = arena_new();
	char *room = arena_alloc(arena, EXPORT_PART);
	struct keeping keeping = {.record = record};
	enum status status = export_file_remove(kernel, record, error);
	ssize_t n = 0;

	*bytes = 0;
	while (!status && (n = read_part(file, room)) > 0) {
		keeping.bytes = (struct str){room, (size_t)n};
		status = store_write_wait(kernel->store, put_part, &keeping, error);
		keeping.part++;
		*bytes += n;
	}
	if (!status && n < 0)
		return error_fail(error, E_UNAVAILABLE, "", "output", N_("There is no room for temporary files"));
	return status;
}

enum status export_file_holders(struct connection *connection, struct arena *arena, int64_t **records, size_t *count,
				struct error *error)
{
	VEC(int64_t) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection, S("SELECT record FROM kaname_export_part WHERE part = 0 ORDER BY record"), &statement, error);

	while (!status && !(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, column_int(statement, 0));
	*records = found.items;
	*count = found.count;
	return status;
}

enum status export_file_part(struct connection *connection, struct arena *arena, int64_t record, int64_t part,
			     struct str *bytes, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection, S("SELECT bytes FROM kaname_export_part WHERE record = ? AND part = ?"), &statement, error);

	*bytes = (struct str){0};
	if (status)
		return status;
	bind_int(statement, record);
	bind_int(statement, part);
	if (!(status = store_step(statement, &row, error)) && row)
		*bytes = str_dup(arena, column_blob(statement, 0));
	return status;
}
