/* A simulated year: agents work tickets while agreements, hours and priorities change under them. At every change the
 * clocks must equal those of the oracle (year_oracle.h), and every escalation must come once, at its very moment, and
 * none after its clock has stopped.
 *
 * 400 tickets, on PostgreSQL 100; KANAME_LONG=1: 100,000. TMPDIR says where the database is. */
#include "year.h"

#include <jansson.h>

const char *const clock_names[CLOCKS] = {"response", "resolution"};
/* The steps of the shipped model: which of year_shares. */
static const size_t marks[CLOCKS][STEPS] = {[RESPONSE] = {0, 2, 3}, [RESOLUTION] = {1, 2, 3}};
static const char *const step_names[CLOCKS][STEPS] = {
    [RESPONSE] = {"0%", "80%", "100%"}, [RESOLUTION] = {"50%", "80%", "100%"}};

static struct year *the_year(struct world *world)
{
	const char *is_long = getenv("KANAME_LONG");
	struct year *year = arena_one(world->arena, struct year);

	year->world = world;
	year->scratch = arena_new();
	year->seed = 8131;
	year->origin = at("2026-10-20T00:00:00Z");
	year->ticket_count = is_long && *is_long ? 100000 : on_postgres() ? 100 : 400;
	year->tickets = arena_many(world->arena, struct ticket, year->ticket_count);
	return year;
}

static void year_end(struct year *year)
{
	for (size_t i = 0; i < CALENDARS; i++)
		free(year->calendars[i].open);
	free(year->actions.items);
	free(year->steps.items);
	arena_free(year->scratch);
}

/* --- edits --- */

struct wish {
	struct edit_request request;
	struct field_input fields[FIELDS];
};

static struct wish wish_for(struct year *year, int64_t record, const char *transition)
{
	struct wish wish = {.request = {.type = year->world->incident, .record = record, .via = VIA_API}};

	if (transition)
		wish.request.transition = type_transition(wish.request.type, str_of(transition));
	return wish;
}

static void with(struct wish *wish, const char *field, struct value value)
{
	const struct field *found = type_field(wish->request.type, str_of(field));

	assert_non_null(found);
	assert_true(wish->request.field_count < FIELDS);
	wish->fields[wish->request.field_count++] = (struct field_input){found, value};
}

static int64_t wished(struct year *year, struct wish *wish, const struct actor *actor)
{
	struct edit_result result;
	struct edit_batch batch = {
	    .actor = actor, .requests = &wish->request, .count = 1, .results = &result, .now = year->world->now};
	char text[1024];

	wish->request.fields = wish->fields;
	error_clear(&year->world->error);
	if (kernel_edit(year->world->kernel, &batch, &year->world->error)) {
		error_text(&year->world->error, text, sizeof(text));
		fail_msg("%s", text);
	}
	year->edits++;
	return result.record;
}

/* --- terms --- */

static const int64_t general_ms[CLOCKS][6] = {[RESPONSE] = {15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 0},
					      [RESOLUTION] = {2 * HOUR, 4 * HOUR, 0, 0, 0, 0}};
static const int general_days[CLOCKS][6] = {[RESPONSE] = {0, 0, 0, 0, 0, 1}, [RESOLUTION] = {0, 0, 1, 2, 3, 5}};

/* True when they differ from those that stood. */
static bool set_terms(const struct year *year, struct ticket *ticket, size_t clock)
{
	struct year_clock before = ticket->clocks[clock];
	int64_t agreement = ticket->source[clock];
	const struct agreed *agreed = agreement_of(year, ticket->agreement);
	const struct year_calendar *calendar = &year->calendars[agreed ? agreed->calendar : 0];
	int64_t own = agreed ? agreed->targets[clock][ticket->priority] : 0;

	ticket->clocks[clock].calendar = calendar;
	ticket->clocks[clock].target = own ? own
					   : general_ms[clock][ticket->priority] +
						 general_days[clock][ticket->priority] * year_service_day(calendar);
	ticket->source[clock] = own ? agreed->identity : 0;
	return before.target != ticket->clocks[clock].target || before.calendar != calendar ||
	       agreement != ticket->source[clock];
}

/* --- the oracle of one ticket --- */

static bool step_applies(const struct ticket *ticket, size_t clock, size_t step)
{
	return clock != RESPONSE || step != 0 || ticket->priority <= 1; /* "priority <= P2" */
}

/* The first step of the response is for the person on call alone: within hours it leaves no trace. */
static bool is_silent(const struct year *year, const struct ticket *ticket, size_t clock, size_t step, instant when)
{
	return clock == RESPONSE && step == 0 && ticket->clocks[clock].calendar->open[(when - year->origin) / MINUTE];
}

static void expect_steps(struct year *year, struct ticket *ticket, size_t clock)
{
	struct year_clock *c = &ticket->clocks[clock];

	for (size_t step = 0; step < STEPS; step++) {
		instant reached = c->reached[marks[clock][step]], now = year->world->now;

		ticket->expected[clock][step] = INSTANT_NONE;
		if (c->stopped)
			continue;
		if (reached == INSTANT_NONE || reached > now)
			ticket->passed[clock][step] = false;
		if (!c->running || reached == INSTANT_NONE || ticket->passed[clock][step] ||
		    !step_applies(ticket, clock, step))
			continue;
		ticket->expected[clock][step] = reached > now ? reached : now;
		heap_push(&year->steps, ticket->expected[clock][step], (size_t)(ticket - year->tickets));
	}
}

/* terms: somebody gave the record other ones, which counts for stopped clocks too. */
static void oracle_looks(struct year *year, struct ticket *ticket, bool terms)
{
	for (size_t clock = 0; clock < CLOCKS; clock++) {
		struct year_clock *c = &ticket->clocks[clock];

		if (!c->stopped || !ticket->measured[clock]) {
			set_terms(year, ticket, clock);
			year_walk(c, year->origin, year->world->now);
		} else if (terms && set_terms(year, ticket, clock)) {
			year_walk(c, year->origin, year->world->now);
		}
		ticket->measured[clock] = c->stopped;
		expect_steps(year, ticket, clock);
	}
}

static void compare(struct year *year, const struct ticket *ticket)
{
	READER connection = NULL;
	struct record_clock *stored;
	size_t count;

	arena_reset(year->scratch);
	assert_int_equal(store_reader(year->world->store, &connection, &year->world->error), OK);
	assert_int_equal(clocks_of(year->world->kernel, connection, year->scratch, ticket->identity, year->world->now,
				   &stored, &count, &year->world->error),
			 OK);
	assert_true(count >= CLOCKS);
	for (size_t clock = 0; clock < CLOCKS; clock++) {
		const struct year_clock *c = &ticket->clocks[clock];
		size_t i = 0;
		char now[TIME_TEXT], due[2][TIME_TEXT];

		while (i < count && !str_is(stored[i].name, clock_names[clock]))
			i++;
		assert_true(i < count);
		if (stored[i].result.state != c->state || stored[i].target != c->target ||
		    stored[i].result.elapsed != c->elapsed || stored[i].result.due_at != c->due_at ||
		    stored[i].result.running != c->running)
			fail_msg("%s of ticket %zu at %s: %s %lld of %lld due %s, not %s %lld of %lld due %s",
				 clock_names[clock], (size_t)(ticket - year->tickets),
				 time_format(year->world->now, now), clock_state_name(stored[i].result.state),
				 (long long)stored[i].result.elapsed, (long long)stored[i].target,
				 time_format(stored[i].result.due_at, due[0]), clock_state_name(c->state),
				 (long long)c->elapsed, (long long)c->target, time_format(c->due_at, due[1]));
		year->compared++;
	}
}

/* --- escalations --- */

static size_t index_of(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (name && !strcmp(names[i], name))
			return i;
	fail_msg("nothing is called %s", name ? name : "(nothing)");
	return 0;
}

static struct ticket *ticket_of(struct year *year, int64_t identity)
{
	size_t low = 0, high = year->created; /* made in the order of their numbers */

	while (low + 1 < high) {
		size_t middle = (low + high) / 2;

		if (year->tickets[middle].identity <= identity)
			low = middle;
		else
			high = middle;
	}
	assert_int_equal(year->tickets[low].identity, identity);
	return &year->tickets[low];
}

static void take_escalation(struct year *year, int64_t record, instant when, struct str details)
{
	struct ticket *ticket = ticket_of(year, record);
	json_t *stored = json_loadb(details.p, details.n, 0, NULL);
	const json_t *data = json_object_get(json_object_get(stored, "note"), "data");
	size_t clock = index_of(clock_names, CLOCKS, json_string_value(json_object_get(data, "clock")));
	size_t step = index_of(step_names[clock], STEPS, json_string_value(json_object_get(data, "step")));
	instant planned;

	assert_true(time_parse(str_of(json_string_value(json_object_get(data, "planned"))), &planned));
	if (ticket->passed[clock][step] || ticket->expected[clock][step] != when || planned != when)
		fail_msg("ticket %zu: %s of %s came at %lld, planned %lld, expected %lld%s",
			 (size_t)(ticket - year->tickets), step_names[clock][step], clock_names[clock], (long long)when,
			 (long long)planned, (long long)ticket->expected[clock][step],
			 ticket->passed[clock][step] ? ", and has been before" : "");
	ticket->passed[clock][step] = true;
	ticket->expected[clock][step] = INSTANT_NONE;
	year->escalated++;
	json_decref(stored);
}

static void take_escalations(struct year *year)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	struct error *error = &year->world->error;
	bool row;

	assert_int_equal(store_reader(year->world->store, &connection, error), OK);
	assert_int_equal(
	    store_prepare(connection,
			  S("SELECT id, kind, record, at, details FROM kaname_event WHERE id > ? ORDER BY id"),
			  &statement, error),
	    OK);
	bind_int(statement, year->last_event);
	while (!store_step(statement, &row, error) && row) {
		year->last_event = column_int(statement, 0);
		if (str_is(column_text(statement, 1), "escalation"))
			take_escalation(year, column_int(statement, 2), column_int(statement, 3),
					column_text(statement, 4));
	}
}

/* When the next timer is due; is_agreement: it is for the dates of one. */
static instant next_timer(struct year *year, bool *is_agreement)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	bool row;

	assert_int_equal(store_reader(year->world->store, &connection, &year->world->error), OK);
	assert_int_equal(store_prepare(connection,
				       S("SELECT due_at, behaviour FROM kaname_timer ORDER BY due_at, id LIMIT 1"),
				       &statement, &year->world->error),
			 OK);
	assert_int_equal(store_step(statement, &row, &year->world->error), OK);
	*is_agreement = row && str_is(column_text(statement, 1), "refresh");
	return row ? column_int(statement, 0) : INT64_MAX;
}

static void agreements_move(struct year *year);

/* Every timer at its own moment, up to and with `until`. */
static void run_timers(struct year *year, instant until)
{
	instant due, next;
	bool dated, another;
	size_t ran;

	while ((due = next_timer(year, &dated)) <= until) {
		year->world->now = due > year->world->now ? due : year->world->now;
		assert_int_equal(
		    kernel_run_timers(year->world->kernel, year->world->now, 1, &ran, &next, &year->world->error), OK);
		assert_int_equal(ran, 1);
		take_escalations(year);
		/* of agreements that change at the same midnight all go before what follows from it */
		if (dated && !(next_timer(year, &another) <= year->world->now && another))
			agreements_move(year);
	}
	year->world->now = until > year->world->now ? until : year->world->now;
}

/* What the oracle waited for until now has come. */
static void check_steps(struct year *year)
{
	while (heap_next(&year->steps) <= year->world->now) {
		struct moment moment = heap_pop(&year->steps);
		struct ticket *ticket = &year->tickets[moment.ticket];

		for (size_t clock = 0; clock < CLOCKS; clock++)
			for (size_t step = 0; step < STEPS; step++) {
				if (ticket->expected[clock][step] == INSTANT_NONE ||
				    ticket->expected[clock][step] > year->world->now)
					continue;
				if (!is_silent(year, ticket, clock, step, ticket->expected[clock][step]))
					fail_msg("ticket %zu: %s of %s did not come at %lld", moment.ticket,
						 step_names[clock][step], clock_names[clock],
						 (long long)ticket->expected[clock][step]);
				ticket->passed[clock][step] = true;
				ticket->expected[clock][step] = INSTANT_NONE;
			}
	}
}

/* --- the life of a ticket --- */

static int64_t identity_now(const struct year *year, const struct ticket *ticket)
{
	const struct agreed *agreed = agreed_now(year, ticket->customer);

	return agreed ? agreed->identity : 0;
}

static instant later(struct year *year)
{
	static const int64_t ranges[] = {20 * MINUTE, 3 * HOUR, 12 * HOUR, 3 * DAY};

	return year->world->now + 1 + chance(&year->seed, ranges[chance(&year->seed, 4)]);
}

static const char *const impacts[] = {"critical", "high", "medium", "low"};
static const char *const urgencies[] = {"high", "medium", "low"};

static void classify(struct year *year, struct wish *wish, struct ticket *ticket)
{
	size_t impact = (size_t)chance(&year->seed, 4), urgency = (size_t)chance(&year->seed, 3);

	with(wish, "impact", value_choice(str_of(impacts[impact])));
	with(wish, "urgency", value_choice(str_of(urgencies[urgency])));
	ticket->priority = impact + urgency; /* 8.1.3.1, table 1 */
}

static void create_ticket(struct year *year)
{
	struct ticket *ticket = &year->tickets[year->created++];
	struct wish wish = wish_for(year, 0, NULL);

	ticket->customer = (size_t)chance(&year->seed, CUSTOMERS);
	with(&wish, "title", value_text(S("Something is wrong")));
	with(&wish, "customer", value_record(year->customers[ticket->customer]));
	with(&wish, "group", value_record(year->groups[chance(&year->seed, 8) ? 0 : 1]));
	classify(year, &wish, ticket);
	ticket->identity = wished(year, &wish, year->actors[chance(&year->seed, AGENTS)]);
	for (size_t clock = 0; clock < CLOCKS; clock++)
		year_note(&ticket->clocks[clock], CLOCK_START, year->world->now);
	ticket->agreement = identity_now(year, ticket);
	oracle_looks(year, ticket, true);
	compare(year, ticket);
	heap_push(&year->actions, later(year), year->created - 1);
}

static void stop(struct year *year, struct ticket *ticket, size_t clock)
{
	if (!ticket->clocks[clock].stopped)
		year_note(&ticket->clocks[clock], CLOCK_STOP, year->world->now);
}

static const char *choose(struct year *year, struct str state)
{
	int64_t dice = chance(&year->seed, 100);

	if (str_is(state, "new") || str_is(state, "assigned"))
		return dice < 60 ? "start" : dice < 65 ? "cancel" : dice < 80 ? "" : dice < 90 ? "customer" : "assign";
	if (str_is(state, "in_progress"))
		return dice < 35 ? "wait" : dice < 75 ? "resolve" : dice < 90 ? "" : "assign";
	if (str_is(state, "waiting"))
		return dice < 75 ? "resume" : "";
	if (str_is(state, "resolved"))
		return dice < 45 ? "confirm" : dice < 65 ? "reopen" : NULL;
	return str_is(state, "closed") && dice < 15 ? "reopen" : NULL;
}

/* Fills what the step needs, and tells the oracle what it means; true: another priority. */
static bool prepare(struct year *year, struct ticket *ticket, const char *step, struct wish *wish)
{
	bool from_customer = chance(&year->seed, 5) < 3;
	struct year_clock *resolution = &ticket->clocks[RESOLUTION];

	if (!*step) {
		size_t before = ticket->priority;

		classify(year, wish, ticket);
		return ticket->priority != before;
	}
	if (!strcmp(step, "customer")) {
		ticket->customer = (size_t)chance(&year->seed, CUSTOMERS);
		with(wish, "customer", value_record(year->customers[ticket->customer]));
		return false;
	}
	if (!strcmp(step, "start") || !strcmp(step, "assign"))
		with(wish, "assignee", value_record(year->agents[chance(&year->seed, AGENTS)]));
	if (!strcmp(step, "start")) {
		with(wish, "category", year->category);
		with(wish, "security", value_boolean(false));
		with(wish, "ci_unknown_reason", year->no_ci);
	}
	if (!strcmp(step, "assign"))
		with(wish, "group", value_record(year->groups[chance(&year->seed, GROUPS)]));
	if (!strcmp(step, "wait")) {
		with(wish, "waiting_for", value_choice(from_customer ? S("customer") : S("supplier")));
		if (from_customer)
			year_note(resolution, CLOCK_PAUSE, year->world->now);
	}
	if (!strcmp(step, "resume") && !resolution->running)
		year_note(resolution, CLOCK_RESUME, year->world->now);
	if (!strcmp(step, "resolve")) {
		with(wish, "resolution", value_text(S("Repaired")));
		with(wish, "closing_code", value_choice(S("solved")));
	}
	if (!strcmp(step, "resolve") || !strcmp(step, "cancel"))
		stop(year, ticket, RESOLUTION);
	if (strcmp(step, "assign") != 0 && strcmp(step, "resume") != 0 && strcmp(step, "reopen") != 0)
		stop(year, ticket, RESPONSE); /* taken up */
	if (!strcmp(step, "reopen"))
		year_note(resolution, CLOCK_START, year->world->now);
	return false;
}

static struct record *record_of(struct year *year, const struct ticket *ticket)
{
	READER connection = NULL;
	struct record *record;

	arena_reset(year->scratch);
	assert_int_equal(store_reader(year->world->store, &connection, &year->world->error), OK);
	assert_int_equal(record_load(year->world->kernel, connection, year->scratch, ticket->identity, false, &record,
				     &year->world->error),
			 OK);
	return record;
}

/* What the record says before a step: the agreement of now, unless it is closed and was not told. */
static int64_t agreement_before(const struct year *year, const struct ticket *ticket, const struct record *record)
{
	struct value value = record_value(record, type_field(record->type, S("agreement")));
	int64_t stored = value.kind == VALUE_RECORD ? value.number : 0;

	if (record->state->phase != PHASE_DONE)
		assert_int_equal(stored, identity_now(year, ticket));
	return stored;
}

static void work(struct year *year, size_t index)
{
	struct ticket *ticket = &year->tickets[index];
	const struct record *record = record_of(year, ticket);
	const char *step = choose(year, record->state->name);
	int64_t before = agreement_before(year, ticket, record);
	struct wish wish;
	bool terms;

	if (!step || ticket->clocks[RESOLUTION].count > YEAR_EVENTS - 4)
		return;
	wish = wish_for(year, ticket->identity, *step && strcmp(step, "customer") != 0 ? step : NULL);
	terms = prepare(year, ticket, step, &wish);
	if (!strcmp(step, "wait") || !strcmp(step, "reopen") || !strcmp(step, "cancel"))
		wish.request.comment = S("Because");
	wished(year, &wish, year->actors[chance(&year->seed, AGENTS)]);
	ticket->agreement = identity_now(year, ticket);
	terms = terms || ((!strcmp(step, "customer") || !strcmp(step, "reopen")) && ticket->agreement != before);
	oracle_looks(year, ticket, terms);
	compare(year, ticket);
	if (++ticket->steps < STEPS_OF_LIFE)
		heap_push(&year->actions, later(year), index);
}

/* --- what changes around the tickets --- */

static bool is_over(const struct ticket *ticket)
{
	return ticket->clocks[RESPONSE].stopped && ticket->clocks[RESOLUTION].stopped;
}

/* The open tickets of a customer look their agreement up again. */
static void agreements_move(struct year *year)
{
	for (size_t i = 0; i < year->created; i++) {
		struct ticket *ticket = &year->tickets[i];

		if (is_over(ticket) || identity_now(year, ticket) == ticket->agreement)
			continue;
		ticket->agreement = identity_now(year, ticket);
		oracle_looks(year, ticket, false);
		compare(year, ticket);
	}
}

static void everything_moves(struct year *year)
{
	for (size_t i = 0; i < year->created; i++) {
		if (is_over(&year->tickets[i]))
			continue;
		year->tickets[i].agreement = identity_now(year, &year->tickets[i]);
		oracle_looks(year, &year->tickets[i], false);
		compare(year, &year->tickets[i]);
	}
}

static void every_clock_and_every_escalation_of_a_year(void **state)
{
	struct year *year = the_year(*state);
	int64_t between, changes = 30 + (int64_t)year->ticket_count / 2000;
	instant create, change;

	open_year(year);
	between = 2 * 355 * DAY / (int64_t)year->ticket_count;
	create = year->world->now + 1 + chance(&year->seed, between);
	change = year->world->now + DAY;
	while (create != INT64_MAX || year->actions.count) {
		instant next = year_least(year_least(create, change), heap_next(&year->actions));

		run_timers(year, year_least(next, heap_next(&year->steps)));
		check_steps(year);
		if (year->world->now < next)
			continue;
		if (next == create) {
			create_ticket(year);
			create = year->created < year->ticket_count
				     ? year->world->now + 1 + chance(&year->seed, between)
				     : INT64_MAX;
		} else if (next == change) {
			if (chance(&year->seed, 2))
				change_calendar(year);
			else
				change_agreement(year);
			everything_moves(year);
			change = create == INT64_MAX
				     ? INT64_MAX
				     : year->world->now + 1 + chance(&year->seed, 2 * 355 * DAY / changes);
		} else {
			work(year, heap_pop(&year->actions).ticket);
		}
	}
	run_timers(year, year->world->now + 60 * DAY);
	check_steps(year);
	print_message("%zu tickets, %zu edits, %zu clocks compared, %zu escalations\n", year->created, year->edits,
		      year->compared, year->escalated);
	assert_true(year->escalated > year->created / 2);
	year_end(year);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(every_clock_and_every_escalation_of_a_year, world_open, world_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
