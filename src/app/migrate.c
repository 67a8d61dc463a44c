#include "app/migrate.h"

#include "behaviour/behaviours.h"
#include "record/search_terms.h"

/* With the rows in place: indexes, search, and proof. */
static enum status prove(struct copy *copy, const struct migrate_options *options, struct migrate_report *report,
			 struct error *error)
{
	const struct kernel_options settings = {.key_path = options->key, .behaviours = behaviours, .unfinished = true};
	struct kernel *kernel = NULL;
	enum status status = kernel_open(copy->model, copy->target, &settings, &kernel, error);

	if (status)
		return status;
	if (!(status = search_rebuild(kernel, options->progress, options->context, error)) &&
	    !(status = copy_compare(copy, error)))
		status = verify_history(kernel, copy->arena, &report->history, NULL, NULL, error);
	kernel_close(kernel);
	return status;
}

static enum status refuse_later(const struct migrate_report *report, struct error *error)
{
	ARENA arena = arena_new();

	return error_fail(error, E_CONFLICT, "", "later",
			  N_("%s changes were made in the source meanwhile; the copy was left unfinished"),
			  str_c(arena, str_format(arena, "%lld", (long long)report->later)));
}

static enum status migrate(struct copy *copy, const struct migrate_options *options, struct migrate_report *report,
			   struct error *error)
{
	enum status status;

	if ((status = copy_begin(copy, error)) || (status = copy_tables(copy, error)))
		return status;
	/* A log of changes that waits for a reader grows: the source is let go as soon as it has been read. */
	report->tables = copy->tables;
	report->table_count = copy->table_count;
	report->rows = copy->rows;
	store_snapshot_end(copy->source);
	if ((status = prove(copy, options, report, error)) || (status = copy_count_later(copy, &report->later, error)))
		return status;
	return options->at_rest && report->later ? refuse_later(report, error) : copy_finish(copy, error);
}

enum status program_migrate(struct arena *arena, struct program *source, const struct migrate_options *options,
			    struct migrate_report *report, struct error *error)
{
	const struct store_options target = {.url = options->to, .create = true};
	struct copy copy = {
	    .arena = arena, .model = source->model, .progress = options->progress, .context = options->context};
	READER reader = NULL;
	enum status status;

	*report = (struct migrate_report){0};
	if ((status = program_make_directory(arena, options->to, error)) ||
	    (status = kernel_reader(source->kernel, &reader, error)) ||
	    (status = store_open(&target, &copy.target, error)))
		return status;
	copy.source = reader;
	status = migrate(&copy, options, report, error);
	store_close(copy.target);
	return status;
}
