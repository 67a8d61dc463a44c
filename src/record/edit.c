/* Batches: several requests in one transaction of the writer. */
#include "record/edit_run.h"

#include <stdio.h>

#include "record/cache.h"
#include "record/claim.h"

enum { BATCH_MOST = 10000 };

/* "3.title": which request of a batch is meant. */
static void add_prefixed(struct error *error, const struct error *from, size_t index)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct error_item *item = &from->items[i];
		char field[160];

		snprintf(field, sizeof(field), *item->field ? "%zu.%s" : "%zu", index, item->field);
		error_add(error, from->status, field, item->rule, item->message, item->arguments[0], item->arguments[1],
			  item->arguments[2], NULL);
	}
}

/* What a request says of records that earlier requests of its batch have made. */
static void refer(struct edit_run *run, const struct edit_batch *batch, struct edit_request *request)
{
	struct link_input *links;

	if (request->of_request)
		request->record = batch->results[request->of_request - 1].record;
	if (!request->link_count)
		return;
	links = arena_many(run->arena, struct link_input, request->link_count);
	for (size_t i = 0; i < request->link_count; i++) {
		links[i] = request->links[i];
		if (links[i].of_request)
			links[i].other = batch->results[links[i].of_request - 1].record;
	}
	request->links = links;
}

static enum status run_requests(struct edit_run *run, struct edit_batch *batch, const struct edit_prepared *prepared,
				struct error *error)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct edit_request request = batch->requests[i];
		struct error own;
		enum status status;

		refer(run, batch, &request);
		run->prepared = prepared[i].is_ready ? &prepared[i] : NULL;
		batch->refused = i;
		if (batch->count == 1)
			return edit_one(run, batch->actor, &request, NULL, &batch->results[i], error);
		error_clear(&own);
		status = edit_one(run, batch->actor, &request, NULL, &batch->results[i], &own);
		if (status) {
			add_prefixed(error, &own, i);
			return status;
		}
	}
	return OK;
}

static enum status run_whole(struct edit_run *run, struct edit_ticket *ticket, struct error *error)
{
	struct edit_batch *batch = ticket->batch;
	enum status status;
	bool repeated;

	if ((status = repeat_find(run, batch, &repeated, error)) || repeated ||
	    (status = run_requests(run, batch, ticket->prepared, error)) || (status = repeat_keep(run, batch, error)) ||
	    !batch->dry_run)
		return status;
	ticket->rolled_back = true;
	return error_fail(error, E_CONFLICT, "", "dry_run", N_("Only tried"));
}

static enum status prove(const struct edit_run *run, struct edit_ticket *ticket, struct error *error)
{
	const struct claim *claim = ticket->batch->claim;
	enum status status = claim ? claim_prove(run->connection, claim, run->now, error) : OK;

	ticket->disproved = status == E_STALE || status == E_SIGN_IN;
	return status;
}

static enum status run_batch(void *context, struct connection *connection, struct error *error)
{
	struct edit_ticket *ticket = context;
	instant now = ticket->batch->now;
	struct edit_run run = {.kernel = ticket->kernel,
			       .connection = connection,
			       .arena = ticket->kernel->cache->writing,
			       .now = now && now != INSTANT_NONE ? now : time_now()};
	enum status status;

	arena_reset(run.arena);
	ticket->rolled_back = false;
	if (ticket->batch->count == 1)
		run.keep = ticket->batch->keep;
	status = prove(&run, ticket, error);
	if (!status)
		status = run_whole(&run, ticket, error);
	ticket->forget_actors = run.forget_actors;
	ticket->touched_calendars = ticket->touched_calendars || run.touched_calendars; /* also in vain */
	return status;
}

/* A version of a calendar that was never committed will come again with other hours. */
static enum status settle(struct edit_ticket *ticket, enum status status, struct error *error)
{
	if (status && ticket->touched_calendars)
		calendar_cache_forget(ticket->kernel->cache->calendars);
	if (ticket->rolled_back) {
		error_clear(error);
		return OK;
	}
	if (!status && ticket->forget_actors)
		actor_cache_forget(ticket->kernel->cache->actors);
	return status;
}

static enum status check_batch(const struct edit_batch *batch, struct error *error)
{
	if (batch->count > BATCH_MOST)
		return error_fail(error, E_TOO_LARGE, "", "too_many", N_("At most 10000 changes at once"));
	return OK;
}

enum status kernel_edit(struct kernel *kernel, struct edit_batch *batch, struct error *error)
{
	ARENA arena = arena_new();
	struct edit_ticket ticket = {.kernel = kernel, .batch = batch};
	enum status status = check_batch(batch, error);

	if (status)
		return status;
	ticket.prepared = edit_prepare(kernel, arena, batch);
	/* What is only tried is always undone: better by itself than with all that were written with it. */
	status = batch->dry_run ? store_write_wait(kernel->store, run_batch, &ticket, error)
				: store_write_repeatable(kernel->store, run_batch, &ticket, error);
	return settle(&ticket, status, error);
}

static void ticket_done(void *context, enum status status, const struct error *error)
{
	struct edit_ticket *ticket = context;
	struct error none;

	error_clear(&none);
	arena_freep(&ticket->arena);
	status = settle(ticket, status, &none);
	ticket->done(ticket->context, status, status ? error : &none);
}

enum status kernel_edit_start(struct edit_ticket *ticket, struct error *error)
{
	enum status status = check_batch(ticket->batch, error);

	if (status)
		return status;
	ticket->disproved = ticket->rolled_back = ticket->forget_actors = ticket->touched_calendars = false;
	ticket->arena = arena_new();
	ticket->prepared = edit_prepare(ticket->kernel, ticket->arena, ticket->batch);
	ticket->job = (struct write_job){
	    .run = run_batch, .done = ticket_done, .context = ticket, .repeatable = !ticket->batch->dry_run};
	status = store_write(ticket->kernel->store, &ticket->job, error);
	if (status)
		arena_freep(&ticket->arena);
	return status;
}
