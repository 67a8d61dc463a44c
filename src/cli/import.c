/* import: records from CSV by a mapping, and holidays of a calendar. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/opened.h"
#include "job/holidays.h"
#include "job/import.h"
#include "record/edit.h"
#include "record/read.h"

enum { MAPPING_MOST = 1 << 20 };

static enum status read_mapping(struct opened *opened, const char *path, struct str *text)
{
	FILE *file = fopen(path, "re");
	char *bytes;
	size_t n;

	if (!file)
		return error_fail(&opened->error, E_NOT_FOUND, path, "file", N_("The file cannot be read: %s"),
				  strerror(errno));
	bytes = arena_alloc(opened->arena, MAPPING_MOST);
	n = fread(bytes, 1, MAPPING_MOST, file);
	fclose(file);
	if (n == MAPPING_MOST)
		return error_fail(&opened->error, E_TOO_LARGE, path, "file", N_("The file is too large"));
	*text = (struct str){bytes, n};
	return OK;
}

static int import_records(struct opened *opened, bool dry_run)
{
	struct import_request request = {.kernel = opened->program.kernel,
					 .files = opened->words + 1,
					 .file_count = opened->word_count - 1,
					 .dry_run = dry_run,
					 .progress = isatty(STDERR_FILENO),
					 .told = stderr};
	struct import_report report;
	struct str text;
	enum status status;

	if (read_mapping(opened, opened->words[0], &text) ||
	    import_mapping_load(opened->arena, opened->program.model, opened->words[0], text, &request.mapping,
				&opened->error))
		return fail(&opened->error);
	status = import_run(opened->arena, &request, &report, &opened->error);
	if (report.pass_count)
		import_print(request.mapping, &report, stdout);
	if (dry_run)
		puts("This was a dry run: nothing has been changed.");
	return status ? fail(&opened->error) : EXIT_OK;
}

/* --- holidays --- */

/* By number or, as people know it, by name. */
static enum status find_calendar(struct opened *opened, struct connection *connection, struct str named,
				 int64_t *identity)
{
	const struct type *type = opened->program.model->acting[ACTS_CALENDAR];
	struct list_request request = {.type = type, .limit = 1000, .as_of = INSTANT_NONE, .now = time_now()};
	struct list_result result;
	enum status status;

	if (!type || !type->headline)
		return error_fail(&opened->error, E_CONFLICT, "", "model",
				  N_("The model declares no type that acts as %s"), "calendar");
	if ((status = record_find(opened->program.kernel, connection, type, named, identity, &opened->error)) ||
	    *identity)
		return status;
	if ((status = read_list(opened->program.kernel, connection, opened->arena, actor_system(), &request, &result,
				&opened->error)))
		return status;
	for (size_t i = 0; i < result.count; i++)
		if (str_eq(record_value(result.records[i], type->headline).text, named))
			*identity = result.records[i]->identity;
	return *identity ? OK
			 : error_fail(&opened->error, E_NOT_FOUND, str_c(opened->arena, named), "calendar",
				      N_("There is no such calendar"));
}

static bool read_years(const char *text, int *first, int *last)
{
	struct civil now = zone_civil(zone_open(S("UTC")), time_now());
	int used = 0;

	*first = now.year - 1;
	*last = now.year + 5;
	if (!text)
		return true;
	if (sscanf(text, "%4d-%4d%n", first, last, &used) != 2 || text[used])
		return false;
	return *first >= 1900 && *first <= *last && *last <= 2200;
}

static enum status set_holidays(struct opened *opened, struct str named, int first, int last, bool dry_run,
				size_t *days)
{
	struct edit_result result;
	struct field_input input;
	struct edit_request request = {.fields = &input, .field_count = 1, .via = VIA_IMPORT, .at = INSTANT_NONE};
	struct edit_batch batch = {.actor = actor_system(),
				   .requests = &request,
				   .count = 1,
				   .results = &result,
				   .now = INSTANT_NONE,
				   .dry_run = dry_run};
	READER connection = NULL;
	struct holiday *holidays;
	enum status status;

	if ((status = kernel_reader(opened->program.kernel, &connection, &opened->error)) ||
	    (status = find_calendar(opened, connection, named, &request.record)))
		return status;
	request.type = opened->program.model->acting[ACTS_CALENDAR];
	input.field = type_field(request.type, S("holidays"));
	if (!input.field || input.field->kind != FIELD_ROWS)
		return error_fail(&opened->error, E_CONFLICT, "holidays", "model", N_("The model has no such field"));
	if ((status = holidays_read(opened->arena, opened->words[0], first, last, &holidays, days, &opened->error)) ||
	    (status = field_parse(opened->program.kernel, connection, opened->arena, input.field,
				  holidays_json(opened->arena, holidays, *days), NULL, &input.value, &opened->error)))
		return status;
	store_reader_done(&connection);
	return kernel_edit(opened->program.kernel, &batch, &opened->error);
}

static int import_holidays(struct opened *opened, const char *calendar, const char *years, bool dry_run)
{
	int first, last;
	size_t days;

	if (opened->word_count != 1)
		return fail_usage("import", "say --holidays CALENDAR and one file");
	if (!read_years(years, &first, &last))
		return fail_usage("import", "--years are two years, as 2024-2030");
	if (set_holidays(opened, str_of(calendar), first, last, dry_run, &days))
		return fail(&opened->error);
	printf("%s has %zu holidays from %d to %d.\n", calendar, days, first, last);
	return EXIT_OK;
}

int command_import(int argc, char **argv)
{
	const char *calendar = NULL, *years = NULL;
	bool dry_run = false;
	const struct option options[] = {{.name = "dry-run", .flag = &dry_run},
					 {.name = "holidays", .value = &calendar},
					 {.name = "years", .value = &years}};
	OPENED opened = {0};
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code)
		return code;
	if (!calendar && opened.word_count < 2)
		return fail_usage("import", "say MAPPING.yaml and the files, or --holidays CALENDAR and a file");
	if ((code = opened_program(&opened, false)))
		return code;
	return calendar ? import_holidays(&opened, calendar, years, dry_run) : import_records(&opened, dry_run);
}
