/* Writing what was planned: each record with all that follows from it, so that nobody acts on a record that is half
 * there. */
#include "job/import_run.h"

#include <string.h>

struct job { /* one edit */
	struct import_unit *unit;
	struct import_follow *follow; /* NULL: the unit's first or last */
	const struct edit_request *request;
	bool creates, refused;
};

struct jobs { /* those of a unit stand together */
	struct import_batch *batch;
	struct job *items;
	size_t count;
	/* of the attempt at hand */
	struct edit_request *requests;
	struct edit_result *results;
	struct job **tried;
};

/* --- refusing --- */

static void refuse(struct import_batch *batch, struct job *job, const struct error *error)
{
	bool activity = job->follow && job->follow->is_activity;

	import_refuse(batch->run, activity ? &batch->passed->activities : &batch->passed->records,
		      activity ? batch->activities_file : batch->file,
		      job->follow ? job->follow->line : job->unit->line, error);
	job->refused = true;
	if (!activity)
		job->unit->refused = true;
}

static void refuse_without_record(struct import_batch *batch, struct import_unit *unit)
{
	for (size_t i = 0; i < unit->follow_count; i++)
		if (unit->follows[i].is_activity)
			import_refuse_text(batch->run, &batch->passed->activities, batch->activities_file,
					   unit->follows[i].line, str_of(N_("Its record was refused")));
}

/* --- writing --- */

static void take(struct jobs *jobs, const struct job *job, const struct edit_result *result)
{
	struct import_batch *batch = jobs->batch;
	struct import_unit *unit = job->unit;

	unit->version = result->version;
	if (job->creates) {
		unit->identity = batch->run->request->dry_run ? 0 : result->record;
		return;
	}
	batch->passed->activities.taken += job->follow && job->follow->is_activity;
	unit->changed = unit->changed || result->event;
	if (unit->entry && result->event && !unit->last.type)
		unit->entry->changed_at = job->request->at;
}

/* "3.title" of a batch is the title of the line that is told. */
static void name_fields_alone(struct error *error)
{
	for (size_t i = 0; i < error->count; i++) {
		const char *dot = strchr(error->items[i].field, '.');

		error->items[i].field = dot ? dot + 1 : "";
	}
}

/* All of these jobs that are not refused, or none; *blamed is the one for which it was none. */
static enum status attempt(struct jobs *jobs, size_t from, size_t to, struct job **blamed, struct error *error)
{
	struct edit_batch edit = {.actor = actor_system(),
				  .requests = jobs->requests,
				  .results = jobs->results,
				  .now = INSTANT_NONE,
				  .dry_run = jobs->batch->run->request->dry_run};
	size_t created = 0;
	enum status status;

	for (size_t i = from; i < to; i++) {
		struct job *job = &jobs->items[i];
		struct edit_request *request = &jobs->requests[edit.count];

		if (i == from || job->unit != jobs->items[i - 1].unit)
			created = 0;
		if (job->refused)
			continue;
		*request = *job->request;
		request->record = job->unit->identity;
		request->of_request = created;
		jobs->tried[edit.count++] = job;
		if (job->creates)
			created = edit.count;
	}
	if (!edit.count)
		return OK;
	if ((status = kernel_edit(jobs->batch->run->kernel, &edit, error))) {
		*blamed = jobs->tried[edit.refused];
		if (edit.count > 1)
			name_fields_alone(error);
		return status;
	}
	for (size_t i = 0; i < edit.count; i++)
		take(jobs, jobs->tried[i], &jobs->results[i]);
	return OK;
}

/* Where the units part nearest to the middle; `to` when there is but one. */
static size_t parting(const struct jobs *jobs, size_t from, size_t to)
{
	size_t middle = from + (to - from) / 2;

	for (size_t i = 0; i < to - from; i++) {
		if (middle + i < to && jobs->items[middle + i].unit != jobs->items[middle + i - 1].unit)
			return middle + i;
		if (middle > from + i && jobs->items[middle - i].unit != jobs->items[middle - i - 1].unit)
			return middle - i;
	}
	return to;
}

/* One unit: without those of its edits that are refused. */
static enum status execute_unit(struct jobs *jobs, size_t from, size_t to, struct error *error)
{
	struct job *blamed;
	struct error own;
	enum status status;

	for (;;) {
		error_clear(&own);
		if (!(status = attempt(jobs, from, to, &blamed, &own)))
			return OK;
		if (status >= E_UNAVAILABLE) {
			*error = own;
			return status;
		}
		refuse(jobs->batch, blamed, &own);
		if (blamed->creates) {
			refuse_without_record(jobs->batch, blamed->unit);
			return OK;
		}
	}
}

/* By halves, until those units stand alone of which something is refused. */
static enum status execute(struct jobs *jobs, size_t from, size_t to, struct error *error)
{
	size_t middle = to > from + 1 ? parting(jobs, from, to) : to;
	struct job *blamed;
	struct error own;
	enum status status;

	if (middle == to)
		return execute_unit(jobs, from, to, error);
	error_clear(&own);
	if (!(status = attempt(jobs, from, to, &blamed, &own)))
		return OK;
	if (status >= E_UNAVAILABLE) {
		*error = own;
		return status;
	}
	status = execute(jobs, from, middle, error);
	return status ? status : execute(jobs, middle, to, error);
}

enum { EDITS_MOST = 5000 };

static enum status execute_all(struct jobs *jobs, struct error *error)
{
	enum status status = OK;

	jobs->requests = arena_many(jobs->batch->arena, struct edit_request, jobs->count + 1);
	jobs->results = arena_many(jobs->batch->arena, struct edit_result, jobs->count + 1);
	jobs->tried = arena_many(jobs->batch->arena, struct job *, jobs->count + 1);
	for (size_t from = 0, to = 0; to < jobs->count && !status; from = to) {
		while (to < jobs->count &&
		       (to < from + EDITS_MOST ||
			(to < from + 2 * EDITS_MOST && jobs->items[to].unit == jobs->items[to - 1].unit)))
			to++;
		status = execute(jobs, from, to, error);
	}
	return status;
}

static void add_job(struct jobs *jobs, struct import_unit *unit, struct import_follow *follow,
		    const struct edit_request *request, bool creates)
{
	jobs->items[jobs->count++] = (struct job){unit, follow, request, creates, false};
}

static enum status write_units(struct import_batch *batch, struct error *error)
{
	struct jobs jobs = {.batch = batch,
			    .items = arena_many(batch->arena, struct job, batch->edits + batch->units.count + 1)};

	for (size_t i = 0; i < batch->units.count; i++) {
		struct import_unit *unit = &batch->units.items[i];

		unit->created = unit->first.type != NULL;
		unit->identity = unit->entry ? unit->entry->identity : 0;
		if (unit->lacking || (!unit->created && !unit->identity)) {
			for (size_t j = 0; j < unit->follow_count; j++)
				batch->passed->activities.taken += unit->follows[j].is_activity;
			continue;
		}
		if (unit->created)
			add_job(&jobs, unit, NULL, &unit->first, true);
		for (size_t j = 0; j < unit->follow_count; j++)
			add_job(&jobs, unit, &unit->follows[j], &unit->follows[j].request, false);
		if (unit->last.type)
			add_job(&jobs, unit, NULL, &unit->last, false);
	}
	return execute_all(&jobs, error);
}

static void settle(struct import_batch *batch, struct import_unit *unit)
{
	struct import_figures *figures = &batch->passed->records;
	struct import_entry *entry = unit->entry;

	for (size_t i = 0; !unit->refused && i < batch->pass->check_count; i++) {
		if (batch->pass->checks[i].where)
			continue;
		batch->passed->checks[i].of++;
		batch->passed->checks[i].equal += unit->checks[i];
	}
	if (!unit->refused && unit->created)
		figures->taken++;
	else if (!unit->refused && unit->changed)
		figures->updated++;
	else if (!unit->refused)
		figures->unchanged++;
	if (!entry)
		return;
	entry->identity = unit->identity;
	if (unit->version)
		entry->version = unit->version;
	if (unit->last.type && unit->changed)
		entry->changed_at = time_now();
	if (entry->version == -1)
		entry->version = 0;
}

enum status import_flush(struct import_batch *batch, struct error *error)
{
	struct import_run *run = batch->run;
	enum status status;

	import_reader_done(run);
	if ((status = write_units(batch, error)))
		return status;
	for (size_t i = 0; i < batch->units.count; i++)
		settle(batch, &batch->units.items[i]);
	batch->units.items = NULL;
	batch->units.count = batch->units.capacity = 0;
	batch->edits = 0;
	arena_reset(batch->arena);
	if (run->request->progress && run->request->told)
		fprintf(run->request->told, "\r%s: %lld", batch->file, (long long)batch->passed->records.lines);
	return OK;
}
