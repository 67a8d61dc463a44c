#include "backup/erasures.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/files.h"
#include "record/erase.h"
#include "record/read.h"

enum { PAGE = 200, FILE_MOST = 64 << 20 };

char *erasures_path(struct arena *arena, const char *anchors)
{
	return anchors ? str_c(arena, str_format(arena, "%s.erasures", anchors)) : NULL;
}

/* --- the file --- */

static enum status read_file(struct arena *arena, const char *path, bool must_exist, struct str *text,
			     struct error *error)
{
	struct stat about;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	*text = (struct str){0};
	if (file < 0)
		return errno == ENOENT && !must_exist ? OK : files_fail(path, errno, error);
	if (!fstat(file, &about) && about.st_size <= FILE_MOST) {
		char *bytes = arena_alloc(arena, (size_t)about.st_size + 1);

		n = read(file, bytes, (size_t)about.st_size);
		*text = (struct str){bytes, n > 0 ? (size_t)n : 0};
	}
	close(file);
	return n < 0 ? files_fail(path, errno ? errno : EFBIG, error) : OK;
}

static enum status append(const char *path, struct str text, struct error *error)
{
	int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	enum status status = OK;

	if (file < 0)
		return files_fail(path, errno, error);
	if (!files_write(file, text.p, text.n) || fsync(file) || !files_sync_folder_of(path))
		status = files_fail(path, errno, error);
	close(file);
	return status;
}

/* --- what was carried out --- */

static enum status add_line(struct kernel *kernel, struct arena *arena, const struct record *request, struct buf *line,
			    struct error *error)
{
	struct value person = record_named(request, "person"), at = record_named(request, "erased_at"),
		     written = record_named(request, "written"), also = record_named(request, "also");
	char number[NUMBER_TEXT], time[TIME_TEXT];
	int64_t *records = NULL;
	size_t count = 0;
	enum status status = OK;

	if (also.kind == VALUE_TEXT && !value_is_erased(also))
		status = erase_numbers(kernel, arena, also.text, S("also"), &records, &count, error);
	buf_format(line, "kaname erasure %s ", kernel_number(kernel, request->identity, number));
	buf_format(line, "%s ", time_format(at.number, time));
	buf_format(line, "%s %s", person.kind == VALUE_RECORD ? kernel_number(kernel, person.number, number) : "-",
		   written.kind == VALUE_BOOLEAN && written.boolean ? "written" : "-");
	for (size_t i = 0; i < count; i++)
		buf_format(line, " %s", kernel_number(kernel, records[i], number));
	buf_add_char(line, '\n');
	return status;
}

static enum status missing_lines(struct kernel *kernel, struct arena *arena, struct str there, struct buf *missing,
				 struct error *error)
{
	struct list_request request = {
	    .type = kernel->model->acting[ACTS_ERASURE], .limit = PAGE, .as_of = INSTANT_NONE, .now = time_now()};
	struct list_result page = {0};
	READER connection = NULL;
	enum status status;

	if (!request.type || !type_field(request.type, S("erased_at")))
		return OK;
	if ((status = query_parse(arena, request.type->query, S("erased_at is not empty"), &request.filter, error)) ||
	    (status = kernel_reader(kernel, &connection, error)))
		return status;
	do {
		status = read_list(kernel, connection, arena, actor_system(), &request, &page, error);
		for (size_t i = 0; i < page.count && !status; i++) {
			struct buf line = buf_new(arena);
			size_t at;

			status = add_line(kernel, arena, page.records[i], &line, error);
			if (!status && !str_find(there, buf_str(&line), &at))
				buf_add(missing, buf_str(&line));
		}
		request.after = page.next;
	} while (!status && page.next.n);
	return status;
}

enum status erasures_keep(struct kernel *kernel, const char *path, struct error *error)
{
	ARENA arena = arena_new();
	struct buf missing = buf_new(arena);
	struct str there;
	enum status status;

	if (!path)
		return OK;
	if ((status = read_file(arena, path, false, &there, error)) ||
	    (status = missing_lines(kernel, arena, there, &missing, error)) || !missing.n)
		return status;
	return append(path, buf_str(&missing), error);
}

enum status erasures_settle(struct kernel *kernel, const char *path, struct error *error)
{
	bool wanted = false;
	enum status status = store_scrub_wanted(kernel->store, &wanted, error);

	if (status || !wanted)
		return status;
	status = erasures_keep(kernel, path, error);
	return status ? status : store_scrub(kernel->store, error);
}

/* --- once more --- */

static bool parse_line(struct kernel *kernel, struct arena *arena, struct str line, struct erasure *erasure)
{
	struct str rest = line, word, number, person;
	int64_t *records = arena_many(arena, int64_t, line.n + 1);
	instant at;
	bool good = str_cut(&rest, ' ', &word) && str_is(word, "kaname") && str_cut(&rest, ' ', &word) &&
		    str_is(word, "erasure") && str_cut(&rest, ' ', &number) && str_cut(&rest, ' ', &word) &&
		    time_parse(word, &at) && str_cut(&rest, ' ', &person) && str_cut(&rest, ' ', &word);

	*erasure = (struct erasure){.written = good && str_is(word, "written"), .records = records};
	if (good && !str_is(person, "-"))
		good = kernel_parse_number(kernel, person, &erasure->person);
	while (good && rest.n && str_cut(&rest, ' ', &word))
		good = kernel_parse_number(kernel, word, &records[erasure->record_count++]);
	for (int language = 0; language < LANGUAGES && good; language++)
		erasure->says.text[language] = str_format(
		    arena, tr((enum language)language, N_("Personal data was erased again after a restore: %s")),
		    str_c(arena, number));
	return good;
}

enum status erasures_repeat(struct kernel *kernel, const char *path, instant now, int64_t *records, struct error *error)
{
	ARENA arena = arena_new();
	struct str rest, line;
	enum status status = read_file(arena, path, true, &rest, error);
	char number[24];

	*records = 0;
	for (size_t at = 1; !status && rest.n && str_cut(&rest, '\n', &line); at++) {
		struct erasure_counts counts;
		struct erasure erasure;

		if (!str_trim(line).n)
			continue;
		snprintf(number, sizeof(number), "%zu", at);
		if (!parse_line(kernel, arena, str_trim(line), &erasure))
			return error_fail(error, E_INVALID, "", "erasure", N_("Line %2$s of %1$s is no erasure"), path,
					  number);
		status = kernel_erase(kernel, &erasure, now, &counts, error);
		*records += counts.records;
	}
	return status ? status : store_scrub(kernel->store, error);
}
