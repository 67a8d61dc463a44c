/* The play: what happens is collected first, sorted by time and then played day by day, the timers of each day with it.
 *
 * Identities are known beforehand, because the database is empty and nobody else writes: the nth record of a type has
 * the nth number. So many edits, creations among them, go into one transaction. Every result is compared with that. */
#include <stdlib.h>

#include "app/demo_world.h"
#include "job/measures.h"
#include "job/reports.h"
#include "record/lookup.h"

enum { BATCH = 1000, TIMERS_AT_ONCE = 100, REPORTS_AT_ONCE = 1000, NO_RECORD_YET = 0 };

struct step {
	instant at;
	size_t order;
	int incident, parent;
	const struct link_kind *through;
	bool creates;
	struct edit_request request;
};

struct demo_play {
	VEC(struct step) founding, steps;
	VEC(int64_t) identities; /* of incidents; NO_RECORD_YET before creation */
	struct edit_request *requests;
	struct edit_result *results;
	int64_t *expected;
	size_t count; /* requests that wait */
	int64_t edits;
};

void demo_play_begin(struct demo_world *world)
{
	world->play = arena_one(world->arena, struct demo_play);
	world->play->requests = arena_many(world->arena, struct edit_request, BATCH);
	world->play->results = arena_many(world->arena, struct edit_result, BATCH);
	world->play->expected = arena_many(world->arena, int64_t, BATCH);
}

static struct step step_of(const struct demo_form *form, int incident, int parent)
{
	struct step step = {.at = form->request.at,
			    .incident = incident,
			    .parent = parent,
			    .through = form->through,
			    .creates = form->creates,
			    .request = form->request};

	step.request.fields = form->fields.items;
	step.request.field_count = form->fields.count;
	step.request.links = form->links.items;
	step.request.link_count = form->links.count;
	step.request.attachments = form->attachments.items;
	step.request.attachment_count = form->attachments.count;
	return step;
}

static int64_t next_identity(struct demo_world *world, const struct type *type)
{
	int64_t first = type->number_start ? type->number_start : 1;

	return kernel_identity(world->kernel, type, first + world->serials[type->index]++);
}

int64_t demo_found(struct demo_form *form)
{
	vec_push(form->world->arena, &form->world->play->founding, step_of(form, NO_INCIDENT, NO_INCIDENT));
	return next_identity(form->world, form->request.type);
}

void demo_found_edit(struct demo_form *form)
{
	vec_push(form->world->arena, &form->world->play->founding, step_of(form, NO_INCIDENT, NO_INCIDENT));
}

int demo_new_incident(struct demo_world *world)
{
	vec_push(world->arena, &world->play->identities, NO_RECORD_YET);
	return (int)world->play->identities.count - 1;
}

bool demo_happen(struct demo_form *form, int incident, int parent)
{
	struct demo_play *play = form->world->play;
	struct step step = step_of(form, incident, parent);

	if (form->request.at > form->world->until)
		return false;
	step.order = play->steps.count;
	vec_push(form->world->arena, &play->steps, step);
	return true;
}

/* --- playing --- */

static enum status flush(struct demo_world *world, struct error *error)
{
	struct demo_play *play = world->play;
	struct edit_batch batch = {.actor = actor_system(),
				   .requests = play->requests,
				   .count = play->count,
				   .results = play->results,
				   .now = world->until};
	enum status status;

	if (!play->count)
		return OK;
	if ((status = kernel_edit(world->kernel, &batch, error)))
		return status;
	for (size_t i = 0; i < play->count; i++)
		if (play->expected[i] && play->results[i].record != play->expected[i])
			return error_fail(error, E_CONFLICT, "", "demo", N_("Somebody else writes to this database"));
	play->edits += (int64_t)play->count;
	play->count = 0;
	return OK;
}

/* What a rule has made of the incident: its identity is known only when all before has happened. */
static enum status find_tied(struct demo_world *world, const struct step *step, int64_t *identity, struct error *error)
{
	int64_t incident = world->play->identities.items[step->incident], *ends;
	READER connection = NULL;
	size_t count;
	enum status status;

	if ((status = flush(world, error)) || (status = store_reader(world->kernel->store, &connection, error)) ||
	    (status = lookup_ends(connection, world->arena, step->through->kind, incident, true, &ends, &count, error)))
		return status;
	if (!count)
		return error_fail(error, E_CONFLICT, "", "demo", N_("Somebody else writes to this database"));
	*identity = ends[0];
	return OK;
}

static void fill_links(struct demo_world *world, int64_t target, struct edit_request *request)
{
	struct link_input *links = arena_many(world->arena, struct link_input, request->link_count + 1);

	for (size_t i = 0; i < request->link_count; i++) {
		links[i] = request->links[i];
		if (!links[i].other && target)
			links[i].other = target;
	}
	request->links = links;
}

static enum status play_through(struct demo_world *world, const struct step *step, struct error *error)
{
	struct demo_play *play = world->play;
	struct edit_request *request;
	int64_t tied;
	enum status status = find_tied(world, step, &tied, error);

	if (status)
		return status;
	request = &play->requests[play->count];
	*request = step->request;
	request->record = step->creates ? 0 : tied;
	play->expected[play->count] = 0;
	fill_links(world, tied, request);
	return ++play->count == BATCH ? flush(world, error) : OK;
}

static enum status play_step(struct demo_world *world, const struct step *step, int64_t expected, struct error *error)
{
	struct demo_play *play = world->play;
	struct edit_request *request = &play->requests[play->count];

	if (step->through)
		return play_through(world, step, error);
	*request = step->request;
	play->expected[play->count] = expected;
	if (step->incident != NO_INCIDENT) {
		int64_t *identity = &play->identities.items[step->incident];

		request->record = *identity;
		if (*identity == NO_RECORD_YET)
			*identity = play->expected[play->count] = next_identity(world, request->type);
		fill_links(world, step->parent == NO_INCIDENT ? 0 : play->identities.items[step->parent], request);
	}
	return ++play->count == BATCH ? flush(world, error) : OK;
}

enum status demo_found_all(struct demo_world *world, struct error *error)
{
	struct demo_play *play = world->play;
	enum status status = OK;

	for (size_t i = 0; i < play->founding.count && !status; i++)
		status = play_step(world, &play->founding.items[i], 0, error);
	return status ? status : flush(world, error);
}

/* Each timer at the very moment for which it was set. The first call wakes nobody: it tells when the next one is due.
 */
static enum status run_timers(struct demo_world *world, instant after, instant until, struct error *error)
{
	instant now = after, next;
	enum status status;
	size_t ran;

	do {
		if ((status = kernel_run_timers(world->kernel, now, TIMERS_AT_ONCE, &ran, &next, error)))
			return status;
		world->play->edits += (int64_t)ran;
		now = next;
	} while (next != INSTANT_NONE && next <= until);
	return OK;
}

/* Of the periods that have ended by the end of a day: what is measured, and what is reported. */
static enum status issue_reports(struct demo_world *world, instant until, struct error *error)
{
	struct measures_run measures = {
	    .kernel = world->kernel, .figures = world->figures, .now = until, .most = REPORTS_AT_ONCE};
	struct reports_run run = {
	    .kernel = world->kernel, .figures = world->figures, .now = until, .most = REPORTS_AT_ONCE};
	enum status status = world->figures ? measures_take(&measures, error) : OK;

	if (!status && world->figures)
		status = reports_issue(&run, error);
	world->play->edits += (int64_t)(2 * (run.issued + measures.made));
	return status;
}

/* Mails and alerts open incidents, too: the next number is the one after the last that is there. */
static enum status count_anew(struct demo_world *world, struct error *error)
{
	const struct type *type = world->incident;
	int64_t *serial = &world->serials[type->index], first = type->number_start ? type->number_start : 1;
	READER connection = NULL;
	ARENA arena = arena_new();
	struct record *found = NULL;
	enum status status = kernel_reader(world->kernel, &connection, error);

	while (!status &&
	       !(status = record_load(world->kernel, connection, arena,
				      kernel_identity(world->kernel, type, first + *serial), false, &found, error)) &&
	       found)
		++*serial;
	return status;
}

static int by_time(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

enum status demo_play_all(struct demo_world *world, int64_t *edits, struct error *error)
{
	struct demo_play *play = world->play;
	instant before, day = world->from;
	size_t i = 0;
	enum status status = OK;

	if (play->steps.count)
		qsort(play->steps.items, play->steps.count, sizeof(*play->steps.items), by_time);
	while (!status && day < world->until) {
		before = day;
		day = day + DAY < world->until ? day + DAY : world->until;
		for (; i < play->steps.count && play->steps.items[i].at <= day && !status; i++)
			status = play_step(world, &play->steps.items[i], 0, error);
		if (!status && !(status = flush(world, error)) && !(status = demo_scenes_until(world, day, error)) &&
		    !(status = run_timers(world, before, day, error)) &&
		    !(status = demo_answer(world, day, &play->edits, error)) && !(status = count_anew(world, error)) &&
		    !(status = demo_mails_go(world, day, error)))
			status = issue_reports(world, day, error);
	}
	*edits = play->edits;
	return status;
}
