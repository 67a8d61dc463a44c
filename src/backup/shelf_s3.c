/* A shelf in an object store.
 *
 * What is larger than a part goes there in parts, so that memory does not depend on how much it is; an object has its
 * name only when all of them are there. Then it is read again and compared, as in a folder. Reading goes in ranges, so
 * that a line that breaks costs one of them. */
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "backup/files.h"
#include "backup/s3.h"
#include "backup/shelf_drivers.h"

enum {
	PART = 16 << 20,   /* bytes, and of all but the last at least 5 MB */
	PARTS_MOST = 9000, /* 10,000 are possible; larger parts come before more */
	RANGE = 8 << 20,
	ANSWER_MOST = 1 << 16,
	LIST_MOST = 4 << 20,
	PARTS_TEXT = 1 << 21,
};

struct s3_shelf {
	struct shelf shelf;
	struct s3 *s3;
};

static struct s3 *s3_of(struct shelf *shelf)
{
	return ((struct s3_shelf *)shelf)->s3;
}

/* --- listing --- */

static enum status ask_list(struct s3 *s3, struct arena *arena, struct str next, struct str *body, struct error *error)
{
	struct str prefix = s3_escape(s3, arena, str_format(arena, "%skaname-", s3_prefix(s3)));
	struct str query = str_format(arena, "%s%.*s%slist-type=2&prefix=%.*s", next.n ? "continuation-token=" : "",
				      STR_ARG(next), next.n ? "&" : "", STR_ARG(prefix));
	struct s3_request request = {.method = "GET", .query = str_c(arena, query), .answer_most = LIST_MOST};
	struct s3_answer answer;
	enum status status = s3_ask(s3, arena, &request, &answer, error);

	*body = answer.body;
	return status;
}

static struct shelf_item item_of(struct str contents, size_t prefix)
{
	struct str key = {0}, size;
	struct shelf_item item = {.size = -1};
	size_t at = 0;
	int64_t bytes;

	if (s3_element(contents, "Key", &at, &key))
		item.name = str_sub(key, prefix, key.n);
	at = 0;
	if (s3_element(contents, "Size", &at, &size) && str_int64(size, &bytes))
		item.size = bytes;
	return item;
}

static enum status s3_list(struct shelf *shelf, struct arena *arena, struct shelf_item **items, size_t *count,
			   struct error *error)
{
	struct s3 *s3 = s3_of(shelf);
	struct str next = {0}, body, contents, more;
	size_t room = 1024, prefix = strlen(s3_prefix(s3));

	*items = arena_many(arena, struct shelf_item, room);
	*count = 0;
	do {
		enum status status = ask_list(s3, arena, next, &body, error);

		if (status)
			return status;
		for (size_t at = 0; s3_element(body, "Contents", &at, &contents); (*count)++) {
			if (*count == room) {
				struct shelf_item *larger = arena_many(arena, struct shelf_item, room * 2);

				memcpy(larger, *items, room * sizeof(**items));
				*items = larger;
				room *= 2;
			}
			(*items)[*count] = item_of(contents, prefix);
		}
		size_t at = 0;
		next = (struct str){0};
		if (s3_element(body, "NextContinuationToken", &at, &more))
			next = s3_escape(s3, arena, more);
	} while (next.n);
	return OK;
}

/* --- reading --- */

struct reading {
	struct s3 *s3;
	struct arena *arena;
	char name[NAME_TEXT];
	int64_t size, at; /* of the object; what has been fetched */
	struct str ready;
	struct error *error; /* of shelf_get(), while it runs */
};

static enum status fetch(struct reading *reading, struct error *error)
{
	struct s3_request request = {.method = "GET",
				     .name = reading->name,
				     .from = reading->at,
				     .to = reading->at + RANGE,
				     .answer_most = RANGE};
	struct s3_answer answer;

	arena_freep(&reading->arena);
	reading->arena = arena_new();
	enum status status = s3_ask(reading->s3, reading->arena, &request, &answer, error);
	if (status)
		return status;
	reading->size = answer.size;
	reading->at += (int64_t)answer.body.n;
	reading->ready = answer.body;
	return OK;
}

static ssize_t read_some(void *context, char *out, size_t n)
{
	struct reading *reading = context;
	struct error error = {0};

	if (!reading->ready.n && reading->at < reading->size && fetch(reading, &error)) {
		errno = EIO;
		return -1;
	}
	if (n > reading->ready.n)
		n = reading->ready.n;
	memcpy(out, reading->ready.p, n);
	reading->ready = str_sub(reading->ready, n, reading->ready.n);
	return (ssize_t)n;
}

static int end_reading(void *context)
{
	struct reading *reading = context;

	arena_freep(&reading->arena);
	free(reading);
	return 0;
}

static enum status s3_get(struct shelf *shelf, const char *name, FILE **file, struct error *error)
{
	struct reading *reading = calloc(1, sizeof(*reading));
	cookie_io_functions_t functions = {.read = read_some, .close = end_reading};

	if (!reading)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	reading->s3 = s3_of(shelf);
	snprintf(reading->name, sizeof(reading->name), "%s", name);
	enum status status = fetch(reading, error);
	*file = status ? NULL : fopencookie(reading, "r", functions);
	if (!*file)
		end_reading(reading);
	return status || *file ? status : error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
}

static enum status compare(struct shelf *shelf, const char *name, struct hash digest, struct error *error)
{
	FILE *file;
	struct hash found;
	enum status status = s3_get(shelf, name, &file, error);

	if (status)
		return status;
	if (files_digest_of(file, &found) && hash_eq(found, digest))
		return OK;
	return error_fail(error, E_UNAVAILABLE, "", "copy", N_("%s does not hold what was written to it"),
			  shelf->place);
}

static enum status s3_remove(struct shelf *shelf, const char *name, struct error *error)
{
	ARENA arena = arena_new();
	struct s3_request request = {.method = "DELETE", .name = name, .answer_most = ANSWER_MOST};
	struct s3_answer answer;

	return s3_ask(s3_of(shelf), arena, &request, &answer, error);
}

/* --- writing --- */

struct writing {
	struct s3 *s3;
	const char *from, *name;
	FILE *file;
	char *part;
	size_t part_size;
	struct str upload; /* the name of an upload in parts, escaped */
};

static enum status read_part(struct writing *writing, struct str *part, struct error *error)
{
	size_t n = fread(writing->part, 1, writing->part_size, writing->file);

	*part = (struct str){writing->part, n};
	return ferror(writing->file) ? files_fail(writing->from, errno, error) : OK;
}

static enum status put_whole(struct writing *writing, struct error *error)
{
	ARENA arena = arena_new();
	struct s3_request request = {.method = "PUT", .name = writing->name, .answer_most = ANSWER_MOST};
	struct s3_answer answer;
	enum status status = read_part(writing, &request.body, error);

	return status ? status : s3_ask(writing->s3, arena, &request, &answer, error);
}

static enum status no_answer(const struct writing *writing, struct error *error)
{
	return error_fail(error, E_UNAVAILABLE, "", "s3", N_("The object store does not take %s in parts"),
			  writing->name);
}

static enum status begin_parts(struct writing *writing, struct arena *arena, struct error *error)
{
	struct s3_request request = {
	    .method = "POST", .name = writing->name, .query = "uploads=", .answer_most = ANSWER_MOST};
	struct s3_answer answer;
	struct str name;
	size_t at = 0;
	enum status status = s3_ask(writing->s3, arena, &request, &answer, error);

	if (status)
		return status;
	if (!s3_element(answer.body, "UploadId", &at, &name))
		return no_answer(writing, error);
	writing->upload = s3_escape(writing->s3, arena, name);
	return OK;
}

static enum status put_part(struct writing *writing, int number, struct str part, struct buf *list, struct error *error)
{
	ARENA arena = arena_new();
	struct str query = str_format(arena, "partNumber=%d&uploadId=%.*s", number, STR_ARG(writing->upload));
	struct s3_request request = {.method = "PUT",
				     .name = writing->name,
				     .query = str_c(arena, query),
				     .body = part,
				     .answer_most = ANSWER_MOST};
	struct s3_answer answer;
	enum status status = s3_ask(writing->s3, arena, &request, &answer, error);

	if (!status && !answer.etag[0])
		status = no_answer(writing, error);
	if (!status)
		buf_format(list, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", number, answer.etag);
	return status;
}

/* A store may say 200 and then that it failed. */
static enum status end_parts(struct writing *writing, struct arena *arena, struct str list, struct error *error)
{
	struct str query = str_format(arena, "uploadId=%.*s", STR_ARG(writing->upload));
	struct s3_request request = {.method = "POST",
				     .name = writing->name,
				     .query = str_c(arena, query),
				     .body = list,
				     .answer_most = ANSWER_MOST};
	struct s3_answer answer;
	struct str text;
	size_t at = 0;
	enum status status = s3_ask(writing->s3, arena, &request, &answer, error);

	if (status == E_NOT_FOUND) /* perhaps it was ended, and only the answer got lost: comparing will tell */
		return OK;
	return status || !s3_element(answer.body, "Code", &at, &text) ? status : no_answer(writing, error);
}

static void drop_parts(struct s3 *s3, const char *name, struct str upload)
{
	ARENA arena = arena_new();
	struct str query = str_format(arena, "uploadId=%.*s", STR_ARG(upload));
	struct s3_request request = {
	    .method = "DELETE", .name = name, .query = str_c(arena, query), .answer_most = ANSWER_MOST};
	struct s3_answer answer;
	struct error error = {0};

	if (s3_ask(s3, arena, &request, &answer, &error))
		return; /* it is tried again with the next tidying */
}

static enum status put_parts(struct writing *writing, struct error *error)
{
	ARENA arena = arena_new();
	struct buf list = buf_new_max(arena, PARTS_TEXT);
	struct str part;
	enum status status = begin_parts(writing, arena, error);

	if (status)
		return status;
	buf_add_c(&list, "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
	for (int number = 1; !status && !(status = read_part(writing, &part, error)) && part.n; number++)
		status = put_part(writing, number, part, &list, error);
	buf_add_c(&list, "</CompleteMultipartUpload>");
	if (!status)
		status = end_parts(writing, arena, buf_str(&list), error);
	if (status)
		drop_parts(writing->s3, writing->name, writing->upload);
	return status;
}

static size_t part_size_for(int64_t size)
{
	int64_t least = size / PARTS_MOST + 1;

	return (size_t)(least > PART ? least : PART);
}

static enum status put_file(struct writing *writing, struct error *error)
{
	enum status status;

	if (fseeko(writing->file, 0, SEEK_END))
		return files_fail(writing->from, errno, error);
	int64_t size = ftello(writing->file);
	rewind(writing->file);
	writing->part_size = size > PART ? part_size_for(size) : (size_t)size + 1;
	writing->part = malloc(writing->part_size);
	if (!writing->part)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	status = size > PART ? put_parts(writing, error) : put_whole(writing, error);
	free(writing->part);
	return status;
}

static enum status s3_put(struct shelf *shelf, const char *from, const char *name, struct hash digest,
			  struct error *error)
{
	struct writing writing = {.s3 = s3_of(shelf), .from = from, .name = name, .file = fopen(from, "re")};
	struct error removing = {0};

	if (!writing.file)
		return files_fail(from, errno, error);
	enum status status = put_file(&writing, error);
	fclose(writing.file);
	if (status)
		return status;
	status = compare(shelf, name, digest, error);
	if (status && s3_remove(shelf, name, &removing))
		return status;
	return status;
}

/* --- what was broken off --- */

/* Not every store lists them; then its own rules have to (see docs/operator/backup.md). */
static enum status s3_tidy(struct shelf *shelf, enum shelf_part part, struct error *error)
{
	ARENA arena = arena_new();
	struct s3 *s3 = s3_of(shelf);
	struct s3_request request = {.method = "GET", .query = "uploads=", .answer_most = LIST_MOST};
	struct s3_answer answer;
	struct error unable = {0};
	struct str upload, key, name;
	size_t prefix = strlen(s3_prefix(s3));
	instant moment;

	if (part != SHELF_BACKUPS || s3_ask(s3, arena, &request, &answer, &unable))
		return OK;
	for (size_t at = 0; s3_element(answer.body, "Upload", &at, &upload);) {
		size_t in = 0, also = 0;

		if (s3_element(upload, "Key", &in, &key) && s3_element(upload, "UploadId", &also, &name) &&
		    str_starts(key, str_of(s3_prefix(s3))) && backup_named(str_sub(key, prefix, key.n), &moment))
			drop_parts(s3, str_c(arena, str_sub(key, prefix, key.n)), s3_escape(s3, arena, name));
	}
	return OK;
}

static void s3_shut(struct shelf *shelf)
{
	s3_close(s3_of(shelf));
}

const struct shelf_driver s3_driver = {
    .size = sizeof(struct s3_shelf),
    .list = s3_list,
    .put = s3_put,
    .get = s3_get,
    .remove = s3_remove,
    .tidy = s3_tidy,
    .close = s3_shut,
};

enum status s3_shelf_open(struct shelf *shelf, const struct shelf_access *access, struct error *error)
{
	return s3_open(shelf->place, access, &((struct s3_shelf *)shelf)->s3, error);
}
