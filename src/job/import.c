#include "job/import.h"

#include "job/import_run.h"
#include "record/read.h"

enum { IMPORT_MEMORY = 64 << 20 }; /* of what waits to be written */

/* --- which file is for what --- */

static enum status check_files(const struct import_request *request, struct error *error)
{
	for (size_t i = 0; i < request->file_count; i++) {
		bool fits = false;

		for (size_t j = 0; j < request->mapping->pass_count; j++) {
			const struct import_pass *pass = &request->mapping->passes[j];

			fits = fits || import_name_fits(pass->file, request->files[i]) ||
			       (pass->activities && import_name_fits(pass->activities->file, request->files[i]));
		}
		if (!fits)
			return error_fail(error, E_INVALID, request->files[i], "file",
					  N_("The mapping names no such file"));
	}
	return OK;
}

static const char *file_for(const struct import_request *request, struct str pattern, size_t *from)
{
	for (; *from < request->file_count; (*from)++)
		if (import_name_fits(pattern, request->files[*from]))
			return request->files[(*from)++];
	return NULL;
}

/* --- a pass over a file --- */

static enum status check_columns(const struct import_pass *pass, const struct map *names, struct error *error)
{
	enum status status = OK;

	if (pass->key)
		status = import_check_name(pass->place, pass->key_column, names, error);
	if (!status && pass->at.n)
		status = import_check_name(pass->place, pass->at, names, error);
	if (!status && pass->on_behalf)
		status = import_check_source(pass->on_behalf, names, error);
	if (!status && pass->state)
		status = import_check_source(pass->state, names, error);
	for (size_t i = 0; i < pass->skip_count && !status; i++)
		status = import_check_name(pass->place, pass->skips[i].column, names, error);
	for (size_t i = 0; i < pass->ensure_count && !status; i++)
		status = import_check_source(&pass->ensures[i], names, error);
	for (size_t i = 0; i < pass->check_count && !status; i++)
		status = import_check_name(pass->checks[i].place,
					   pass->checks[i].where ? pass->checks[i].column : pass->checks[i].equals,
					   names, error);
	if (!status && pass->ends && pass->ends->at.n)
		status = import_check_name(pass->place, pass->ends->at, names, error);
	if (!status && pass->ends && pass->ends->state)
		status = import_check_source(pass->ends->state, names, error);
	if (!status && pass->ends)
		status = import_check_fields(&pass->ends->fields, names, error);
	return status ? status : import_check_fields(&pass->fields, names, error);
}

static enum status read_rows(struct import_batch *batch, struct csv_reader *reader, struct import_stage *stage,
			     const struct map *names, struct error *error)
{
	struct import_figures *figures = &batch->passed->records;
	struct csv_row row;
	bool more = true;
	enum status status;

	while (more) {
		struct error own;

		error_clear(&own);
		status = csv_next(reader, &row, &more, &own);
		if (status && status != E_INVALID) {
			*error = own;
			return status;
		}
		if (!more)
			break;
		figures->lines++;
		if (status)
			import_refuse(batch->run, figures, batch->file, row.line, &own);
		else if ((status = import_plan_row(batch, stage, names, &row, error)))
			return status;
		if ((batch->edits >= IMPORT_BATCH || arena_used(batch->arena) > IMPORT_MEMORY) &&
		    (status = import_flush(batch, error)))
			return status;
		if (!batch->units.count && !batch->pass->type)
			arena_reset(batch->arena);
	}
	return import_flush(batch, error);
}

static enum status run_file(struct import_batch *batch, struct import_stage *stage, struct error *error)
{
	ARENA arena = arena_new();
	CSV reader = NULL;
	struct csv_row header;
	struct map names;
	enum status status;

	if ((status = csv_open_file(arena, batch->file, &batch->pass->format.csv, &reader, error)) ||
	    (status = csv_header(reader, &header, error)))
		return status;
	names = import_names(arena, header.cells, header.count);
	if ((status = check_columns(batch->pass, &names, error)))
		return status;
	return read_rows(batch, reader, stage, &names, error);
}

static enum status read_activities(struct import_batch *batch, struct import_stage **stage, struct error *error)
{
	const struct import_request *request = batch->run->request;
	size_t from = 0;

	if (!batch->pass->activities ||
	    !(batch->activities_file = file_for(request, batch->pass->activities->file, &from)))
		return OK;
	return import_stage_read(batch->run, batch->pass, batch->activities_file, &batch->passed->activities, stage,
				 error);
}

static void prepare_checks(struct import_run *run, struct import_passed *passed)
{
	passed->checks = arena_many(run->arena, struct import_checked, passed->pass->check_count + 1);
	for (size_t i = 0; i < passed->pass->check_count; i++)
		passed->checks[i].label = passed->pass->checks[i].label;
}

/* The records that stand in the end, those of earlier imports included. */
static enum status count_records(struct import_run *run, const struct import_passed *passed, struct error *error)
{
	ARENA arena = arena_new();
	enum status status = OK;

	for (size_t i = 0; i < passed->pass->check_count && !status; i++) {
		const struct import_check *check = &passed->pass->checks[i];

		if (!check->where)
			continue;
		passed->checks[i].equal = -1;
		if (run->request->dry_run)
			continue;
		if (!(status = import_reader(run, error)))
			status = read_count(run->kernel, run->connection, arena, actor_system(), passed->pass->type,
					    check->where, time_now(), &passed->checks[i].equal, error);
	}
	import_reader_done(run);
	return status;
}

static enum status run_pass(struct import_run *run, struct import_passed *passed, struct error *error)
{
	ARENA arena = arena_new();
	struct import_batch batch = {
	    .run = run, .pass = passed->pass, .passed = passed, .file = passed->file, .arena = arena};
	struct import_stage *stage = NULL;
	enum status status;

	run->passed = passed;
	prepare_checks(run, passed);
	if (!passed->file)
		return OK;
	status = read_activities(&batch, &stage, error);
	if (!status)
		status = run_file(&batch, stage, error);
	if (!status && stage)
		import_stage_leftover(run, stage, &passed->activities);
	import_stage_close(stage);
	import_reader_done(run);
	if (!status)
		status = count_records(run, passed, error);
	if (run->request->progress && run->request->told)
		fputc('\n', run->request->told);
	return status;
}

enum status import_run(struct arena *arena, const struct import_request *request, struct import_report *report,
		       struct error *error)
{
	const struct import_mapping *mapping = request->mapping;
	struct import_run run = {.arena = arena, .request = request, .kernel = request->kernel, .report = report};
	enum status status = check_files(request, error);

	*report = (struct import_report){.references = arena_many(arena, int64_t, mapping->reference_count + 1)};
	report->passes = arena_many(arena, struct import_passed, mapping->pass_count * (request->file_count + 1));
	for (size_t i = 0; i < mapping->pass_count && !status; i++) {
		const struct import_pass *pass = &mapping->passes[i];
		size_t from = 0;
		const char *file = file_for(request, pass->file, &from);

		do {
			struct import_passed *passed = &report->passes[report->pass_count++];

			passed->pass = pass;
			passed->file = file;
			status = run_pass(&run, passed, error);
			file = file ? file_for(request, pass->file, &from) : NULL;
		} while (file && !status);
	}
	import_reader_done(&run);
	return status;
}
