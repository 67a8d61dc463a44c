#include "app/demo.h"

#include "app/demo_world.h"
#include "record/account.h"
#include "record/read.h"
#include "record/verify.h"

enum { SEED = 20000, FOUNDED_BEFORE = 14 /* days */ };

const char demo_password[] = "demo";
const char *const demo_accounts[] = {"admin",     "desk",     "resolver",   "slm",      "change",   "config",
				     "problem",   "release",  "continuity", "capacity", "security", "finance",
				     "relations", "supplier", "auditor",    "top",      "harada",   "user",
				     "user2",     "customer", "partner",    NULL};

static enum status check_empty(struct kernel *kernel, struct arena *arena, instant now, struct error *error)
{
	READER connection = NULL;
	enum status status = store_reader(kernel->store, &connection, error);

	for (size_t i = 0; i < kernel->model->type_count && !status; i++) {
		const struct type *type = kernel->model->types[i];
		int64_t count = 0;

		if (type->acts_as == ACTS_ROLE || type->seeds) /* which are made by themselves */
			continue;
		status = read_count(kernel, connection, arena, actor_system(), type, NULL, now, &count, error);
		if (!status && count)
			status = error_fail(
			    error, E_CONFLICT, "database", "not_empty",
			    N_("The demonstration needs an empty database, and there are records in this one"));
	}
	return status;
}

/* The same day so many months ago, at midnight. */
static instant months_before(const struct demo_world *world, instant until, int months)
{
	struct civil now = zone_civil(world->zone, until);
	int month = now.year * 12 + now.month - 1 - months;
	int32_t day = day_from_civil(month / 12, month % 12 + 1, now.day > 28 ? 28 : now.day);

	return zone_instant(world->zone, day, 0);
}

static enum status found(struct demo_world *world, struct error *error)
{
	enum status status;

	if (!world->incident || !world->model->acting[ACTS_CUSTOMER] || !world->zone)
		return error_fail(error, E_CONFLICT, "", "model",
				  N_("The model lacks types that the demonstration needs"));
	if ((status = demo_found_people(world, error)))
		return status;
	demo_found_customers(world);
	demo_found_calendars(world, error);
	if (error->count || !world->calendars.count)
		return error_fail(error, E_INTERNAL, "", "file", N_("A data file of the demonstration is missing"));
	demo_found_services(world);
	demo_found_knowledge(world);
	demo_found_agreements(world);
	return demo_found_all(world, error);
}

static enum status give_password(struct demo_world *world, const char *account, struct error *error)
{
	int64_t person = 0;
	enum status status;

	{
		READER connection = NULL;

		if ((status = kernel_reader(world->kernel, &connection, error)) ||
		    (status = record_find(world->kernel, connection, world->model->acting[ACTS_PERSON], str_of(account),
					  &person, error)))
			return status;
	}
	return person ? account_set_password(world->kernel, person, str_of(demo_password), world->until, error) : OK;
}

static enum status give_passwords(struct demo_world *world, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; demo_accounts[i] && !status; i++)
		status = give_password(world, demo_accounts[i], error);
	return status;
}

/* --- what came of it --- */

static enum status count(struct demo_world *world, struct connection *connection, const char *filter, int64_t *into,
			 struct error *error)
{
	const struct query *query = NULL;
	enum status status;

	if ((status = query_parse(world->arena, world->incident->query, str_of(filter), &query, error)))
		return status;
	return read_count(world->kernel, connection, world->arena, actor_system(), world->incident, query, world->until,
			  into, error);
}

static enum status summarise(struct demo_world *world, struct demo_summary *summary, struct error *error)
{
	const struct {
		const char *filter;
		int64_t *into;
	} figures[] = {{"state.phase != done", &summary->open},  {"state = waiting", &summary->waiting},
		       {"unconfirmed", &summary->unconfirmed},   {"state = cancelled", &summary->cancelled},
		       {"reopen_count > 0", &summary->reopened}, {"clock(resolution) is breached", &summary->breached},
		       {"security", &summary->security}};
	READER connection = NULL;
	enum status status = store_reader(world->kernel->store, &connection, error);

	summary->customers = (int64_t)world->customers.count;
	summary->people = (int64_t)world->people.count;
	summary->groups = (int64_t)world->groups.count;
	summary->services = (int64_t)world->services.count;
	summary->items = (int64_t)world->items.count;
	summary->agreements = (int64_t)world->agreements.count;
	if (!status)
		status = read_count(world->kernel, connection, world->arena, actor_system(), world->incident, NULL,
				    world->until, &summary->incidents, error);
	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures) && !status; i++)
		status = count(world, connection, figures[i].filter, figures[i].into, error);
	return status;
}

instant demo_founding(const struct demo_options *options)
{
	return options->until - (options->months + 1) * 31 * DAY;
}

enum status demo_fill(struct kernel *kernel, const struct demo_options *options, struct demo_summary *summary,
		      struct error *error)
{
	ARENA arena = arena_new();
	struct demo_world world = {.kernel = kernel,
				   .model = kernel->model,
				   .arena = arena,
				   .chance = {SEED},
				   .until = options->until,
				   .figures = options->figures,
				   .zone = zone_open(S("Asia/Tokyo")),
				   .incident = model_type(kernel->model, S("incident"))};
	enum status status;
	bool written;

	*summary = (struct demo_summary){0};
	world.from = months_before(&world, world.until, options->months);
	world.founded = world.from - FOUNDED_BEFORE * DAY + 10 * HOUR;
	world.half = zone_instant(world.zone, zone_day(world.zone, world.from + (world.until - world.from) / 2), 0);
	world.serials = arena_many(arena, int64_t, kernel->model->type_count + 1);
	demo_play_begin(&world);
	if ((status = check_empty(kernel, arena, world.until, error)) || (status = demo_load_texts(&world, error)) ||
	    (status = found(&world, error)))
		return status;
	demo_scenes_begin(&world);
	demo_storms(&world);
	demo_present(&world);
	demo_everyday(&world);
	if ((status = demo_play_all(&world, &summary->edits, error)) || (status = demo_hooks_told(&world, error)) ||
	    (status = give_passwords(&world, error)) ||
	    (status = checkpoint_write(kernel, world.until, &written, error)))
		return status;
	return summarise(&world, summary, error);
}
