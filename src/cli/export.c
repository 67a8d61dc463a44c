/* export: all records of a type that a filter selects, as CSV on standard output. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/opened.h"
#include "report/export.h"

static enum status take_request(struct opened *opened, const char *filter, const char *as_of, struct export *export)
{
	const struct model *model = opened->program.model;
	struct str name = str_of(opened->words[0]);

	*export = (struct export){.kernel = opened->program.kernel,
				  .actor = actor_system(),
				  .now = time_now(),
				  .format = TABLE_CSV,
				  .natural = true};
	export->type = map_get(&model->types_by_collection, name);
	if (!export->type)
		export->type = model_type(model, name);
	if (!export->type)
		return error_fail(&opened->error, E_NOT_FOUND, opened->words[0], "collection",
				  N_("There is no such collection"));
	if (as_of && !time_parse(str_of(as_of), &export->as_of))
		return error_fail(&opened->error, E_INVALID, "as-of", "time",
				  N_("'%s' is no time; write 2026-11-23T05:00:00Z"), as_of);
	return filter ? query_parse(opened->arena, export->type->query, str_of(filter), &export->filter, &opened->error)
		      : OK;
}

static enum status write_all(struct opened *opened, struct export *export)
{
	READER connection = NULL;
	struct export_column *columns;
	enum status status = kernel_reader(opened->program.kernel, &connection, &opened->error);

	if (status)
		return status;
	export_columns_all(opened->arena, export->type, &columns, &export->column_count);
	export->columns = columns;
	export->connection = connection;
	return export_write(export, NULL, stdout, &opened->error);
}

int command_export(int argc, char **argv)
{
	const char *filter = NULL, *as_of = NULL;
	bool mark = false;
	const struct option options[] = {
	    {.name = "filter", .value = &filter}, {.name = "as-of", .value = &as_of}, {.name = "bom", .flag = &mark}};
	OPENED opened = {0};
	struct export export;
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code)
		return code;
	if (opened.word_count != 1)
		return fail_usage("export", "say one COLLECTION");
	if ((code = opened_program(&opened, false)))
		return code;
	if (take_request(&opened, filter, as_of, &export))
		return fail(&opened.error);
	export.mark = mark;
	return write_all(&opened, &export) ? fail(&opened.error) : EXIT_OK;
}
