/* Writing what was planned: first the records, then what follows from them. */
#include "job/import_run.h"

struct job { /* one edit */
	struct import_unit *unit;
	struct import_follow *follow; /* NULL: the unit's first or last */
	struct edit_request request;
	struct edit_result result;
	bool done;
};

struct jobs {
	struct import_batch *batch;
	struct job *items;
	size_t count;
	struct edit_request *requests;
	struct edit_result *results;
};

static void refuse(struct import_batch *batch, const struct job *job, const struct error *error)
{
	bool activity = job->follow && job->follow->is_activity;

	import_refuse(batch->run, activity ? &batch->passed->activities : &batch->passed->records,
		      activity ? batch->activities_file : batch->file,
		      job->follow ? job->follow->line : job->unit->line, error);
	if (!activity)
		job->unit->refused = true;
}

/* All or none; when they are refused, by halves, until those that are to blame stand alone. */
static enum status execute(struct jobs *jobs, size_t from, size_t to, struct error *error)
{
	struct edit_batch edit = {.actor = actor_system(),
				  .requests = jobs->requests + from,
				  .count = to - from,
				  .results = jobs->results + from,
				  .now = INSTANT_NONE,
				  .dry_run = jobs->batch->run->request->dry_run};
	size_t middle = from + (to - from) / 2;
	struct error own;
	enum status status;

	if (from == to)
		return OK;
	error_clear(&own);
	status = kernel_edit(jobs->batch->run->kernel, &edit, &own);
	if (!status) {
		for (size_t i = from; i < to; i++) {
			jobs->items[i].result = jobs->results[i];
			jobs->items[i].done = true;
		}
		return OK;
	}
	if (status >= E_UNAVAILABLE) {
		*error = own;
		return status;
	}
	if (to - from == 1) {
		refuse(jobs->batch, &jobs->items[from], &own);
		return OK;
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
	for (size_t i = 0; i < jobs->count; i++)
		jobs->requests[i] = jobs->items[i].request;
	for (size_t from = 0; from < jobs->count && !status; from += EDITS_MOST)
		status = execute(jobs, from, from + EDITS_MOST < jobs->count ? from + EDITS_MOST : jobs->count, error);
	return status;
}

static enum status write_firsts(struct import_batch *batch, struct error *error)
{
	struct jobs jobs = {.batch = batch, .items = arena_many(batch->arena, struct job, batch->units.count + 1)};
	enum status status;

	for (size_t i = 0; i < batch->units.count; i++) {
		struct import_unit *unit = &batch->units.items[i];

		if (unit->first.type && !unit->lacking)
			jobs.items[jobs.count++] = (struct job){.unit = unit, .request = unit->first};
		unit->created = unit->first.type != NULL;
		unit->identity = unit->entry ? unit->entry->identity : 0;
	}
	if ((status = execute_all(&jobs, error)))
		return status;
	for (size_t i = 0; i < jobs.count; i++)
		if (jobs.items[i].done) {
			jobs.items[i].unit->identity = batch->run->request->dry_run ? 0 : jobs.items[i].result.record;
			jobs.items[i].unit->version = jobs.items[i].result.version;
		}
	return OK;
}

/* Without the record that a dry run did not make, what follows has been read and counts as taken. */
static void pass_over(struct import_batch *batch, struct import_unit *unit)
{
	for (size_t i = 0; i < unit->follow_count; i++) {
		if (!unit->follows[i].is_activity)
			continue;
		if (unit->refused)
			import_refuse_text(batch->run, &batch->passed->activities, batch->activities_file,
					   unit->follows[i].line, str_of(N_("Its record was refused")));
		else
			batch->passed->activities.taken++;
	}
}

static void add_job(struct jobs *jobs, struct import_unit *unit, struct import_follow *follow,
		    const struct edit_request *request)
{
	struct job *job = &jobs->items[jobs->count++];

	*job = (struct job){.unit = unit, .follow = follow, .request = *request};
	job->request.record = unit->identity;
}

static enum status write_follows(struct import_batch *batch, struct error *error)
{
	struct jobs jobs = {.batch = batch,
			    .items = arena_many(batch->arena, struct job, batch->edits + batch->units.count + 1)};
	enum status status;

	for (size_t i = 0; i < batch->units.count; i++) {
		struct import_unit *unit = &batch->units.items[i];

		if (unit->refused || !unit->identity || unit->lacking) {
			pass_over(batch, unit);
			continue;
		}
		for (size_t j = 0; j < unit->follow_count; j++)
			add_job(&jobs, unit, &unit->follows[j], &unit->follows[j].request);
		if (unit->last.type)
			add_job(&jobs, unit, NULL, &unit->last);
	}
	if ((status = execute_all(&jobs, error)))
		return status;
	for (size_t i = 0; i < jobs.count; i++) {
		struct job *job = &jobs.items[i];

		if (!job->done)
			continue;
		batch->passed->activities.taken += job->follow && job->follow->is_activity;
		job->unit->changed = job->unit->changed || job->result.event;
		job->unit->version = job->result.version;
		if (job->unit->entry && job->result.event && !job->unit->last.type)
			job->unit->entry->changed_at = job->request.at;
	}
	return OK;
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
	if ((status = write_firsts(batch, error)) || (status = write_follows(batch, error)))
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
