#include "web/edit_each.h"

#include <stdatomic.h>

struct parked;

struct one {
	struct parked *parked;
	struct edit_batch batch;
	struct edit_ticket ticket;
	struct edit_outcome *outcome;
};

struct parked {
	struct visit visit;
	struct edit_outcome *outcomes;
	_Atomic size_t left; /* of them, and one for us who start them */
	void (*answer)(struct visit *visit, const struct edit_outcome *outcomes, void *data);
	void *data;
};

/* Who ends last wakes the request. */
static void end(struct parked *parked)
{
	if (atomic_fetch_sub(&parked->left, 1) == 1)
		http_resume(parked->visit.request);
}

static void committed(void *context, enum status status, const struct error *error)
{
	struct one *one = context;

	one->outcome->status = status;
	if (status)
		error_append(&one->outcome->error, error);
	end(one->parked);
}

static void go_on(struct http_request *request, struct http_response *response)
{
	struct parked *parked = request->data;

	parked->visit.response = response;
	parked->visit.h.out = &parked->visit.out; /* what pointed into the visit on the stack */
	parked->visit.h.token = str_of(parked->visit.session.csrf);
	parked->answer(&parked->visit, parked->outcomes, parked->data);
}

static void start(struct one *one)
{
	struct error error = {0};

	if (kernel_edit_start(&one->ticket, &error)) /* not taken: done will not be called */
		committed(one, error.status, &error);
}

void edit_each(struct visit *visit, const struct edit_request *requests, size_t count,
	       void (*answer)(struct visit *visit, const struct edit_outcome *outcomes, void *data), void *data)
{
	struct arena *arena = visit->arena;
	struct parked *parked = arena_one(arena, struct parked);
	struct one *ones = arena_many(arena, struct one, count + 1);

	visit_release(visit);
	parked->visit = *visit;
	parked->outcomes = arena_many(arena, struct edit_outcome, count + 1);
	parked->answer = answer;
	parked->data = data;
	atomic_store(&parked->left, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct one *one = &ones[i];

		one->parked = parked;
		one->outcome = &parked->outcomes[i];
		one->batch = (struct edit_batch){
		    .actor = visit->actor, .requests = &requests[i], .count = 1, .results = &one->outcome->result};
		one->ticket = (struct edit_ticket){
		    .kernel = visit->kernel, .batch = &one->batch, .done = committed, .context = one};
	}
	visit->request->data = parked;
	http_suspend(visit->request, go_on);
	for (size_t i = 0; i < count; i++)
		start(&ones[i]);
	end(parked);
}
