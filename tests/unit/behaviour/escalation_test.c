/* Escalation through edits and timers at stated times. Office hours are 09:00-17:00 in Tokyo; it is Monday 09:00. An
 * incident of an overlaid incident type: 8 service hours for P4 (50% 13:00, 80% 15:24, 100% 17:00), 1 for P1. */
#include "edit_world.h"

#include <jansson.h>

#include "behaviour/behaviours.h"

static const char overlay[] = "process: incident_and_service_request\n"
			      "targets:\n"
			      "  resolution: {P1: 1h, P2: 2h, P3: 4h, P4: 8h, P5: 16h, P6: 24h}\n"
			      "  agree_priority: {P1: 1000h, P2: 1000h, P3: 1000h, P4: 1000h, P5: 1000h, P6: 1000h}\n"
			      "  response: {P1: 1000h, P2: 1000h, P3: 1000h, P4: 1000h, P5: 1000h, P6: 1000h}\n";

static int open_short(void **state)
{
	struct world *world;

	world_open_with(state, overlay);
	world = *state;
	assert_int_equal(edit_by(world, actor_system(), world->other_group, "level", "2", "manager", "resolver", NULL),
			 OK);
	assert_int_equal(edit_by(world, actor_system(), world->group, "escalates_to", "network", NULL), OK);
	return 0;
}

static int64_t boss(struct world *world)
{
	return made(world, "person", "account", "boss", "name", "Boss", "language", "en", "roles",
		    "incident_and_service_request.manager", NULL);
}

static int64_t reported(struct world *world)
{
	return made(world, "incident", "title", "Mail is down", "caller", "user", "category", "mail", "group", "desk",
		    "assignee", "desk", NULL);
}

static void started(struct world *world, int64_t incident)
{
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "start", "security", "false",
				 "ci_unknown_reason", "none", NULL),
			 OK);
}

static int64_t escalations(struct world *world, int64_t record)
{
	return count_rows(world, "SELECT count(*) FROM kaname_event WHERE record = ? AND kind = 'escalation'", record);
}

static int64_t timers(struct world *world, int64_t record)
{
	return count_rows(world,
			  "SELECT count(*) FROM kaname_timer WHERE record = ? AND behaviour = 'escalation' "
			  "AND name = 'resolution'",
			  record);
}

static size_t told(struct world *world, int64_t person)
{
	return told_of(world, person, "escalation", 0);
}

/* The last escalation of a record, as its event says it. */
static const struct event *last_event(struct world *world, int64_t record)
{
	READER connection = NULL;
	struct record *whose;
	struct event *events;
	size_t count;

	assert_int_equal(store_reader(world->store, &connection, &world->error), OK);
	assert_int_equal(
	    read_record(world->kernel, connection, world->arena, actor_system(), record, &whose, &world->error), OK);
	assert_int_equal(read_history(world->kernel, connection, world->arena, actor_system(), whose, 0, 20, &events,
				      &count, &world->error),
			 OK);
	for (size_t i = 0; i < count; i++)
		if (str_is(events[i].kind, "escalation"))
			return &events[i];
	fail_msg("nothing was escalated");
	return NULL;
}

static bool says(const struct event *event, const char *name, const char *value)
{
	json_t *data = json_loadb(event->note->data.p, event->note->data.n, 0, NULL);
	const char *found = json_string_value(json_object_get(data, name));
	bool same = found && !strcmp(found, value);

	if (!same)
		print_error("%s: %s, not %s\n", name, found ? found : "nothing", value);
	json_decref(data);
	return same;
}

/* --- by the clock (8.1.2-e, 8.1.6-c) --- */

static void each_step_comes_at_its_moment(void **state)
{
	struct world *world = *state;
	int64_t chief = boss(world), incident = reported(world);
	const struct event *event;

	run_until(world, "2026-11-02T12:59:59+09:00");
	assert_int_equal(escalations(world, incident), 0);
	run_until(world, "2026-11-02T13:00:00+09:00");
	assert_int_equal(escalations(world, incident), 1);
	event = last_event(world, incident);
	assert_int_equal(event->at, at("2026-11-02T13:00:00+09:00"));
	assert_true(says(event, "clock", "resolution") && says(event, "step", "50%") &&
		    says(event, "kind", "functional") && says(event, "planned", "2026-11-02T04:00:00Z"));
	assert_true(str_is(event->note->says.text[ENGLISH], "Resolution: 50 % of the target time is used"));
	assert_true(str_is(event->note->says.text[JAPANESE], "解決：目標時間の50％を経過"));
	assert_int_equal(told(world, world->desk), 1);
	assert_int_equal(told(world, chief), 0);
	assert_int_equal(run_until(world, "2026-11-02T15:23:59.999+09:00"), 0);
	run_until(world, "2026-11-02T15:24:00+09:00");
	assert_int_equal(told(world, chief), 1);
	run_until(world, "2026-11-02T17:00:00+09:00");
	assert_int_equal(escalations(world, incident), 3);
	assert_int_equal(told(world, chief), 2);
	assert_string_equal(shown(world, incident, "escalation_count"), "3");
	run_until(world, "2026-11-20T17:00:00+09:00");
	assert_int_equal(escalations(world, incident), 3);
	assert_int_equal(timers(world, incident), 0);
}

static void the_next_line_takes_over(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);
	const struct event *event;

	run_until(world, "2026-11-02T15:24:00+09:00");
	assert_int_equal(look(world, incident)->values[type_field(world->incident, S("group"))->index].number,
			 world->other_group);
	assert_string_equal(shown(world, incident, "assignee"), "");
	assert_string_equal(shown(world, incident, "state"), "assigned");
	event = last_event(world, incident);
	assert_true(says(event, "from", "GRP-1") && says(event, "to", "GRP-2"));
	assert_true(str_is(event->note->says.text[ENGLISH],
			   "Resolution: 80 % of the target time is used; handed to Network (line 2)"));
	assert_int_equal(told(world, world->resolver), 1); /* a member of the new group, and its manager: told once */
	run_until(world, "2026-11-02T16:00:00+09:00");
	assert_string_equal(shown(world, incident, "reassignment_count"), "1");
}

static void a_request_is_escalated_before_its_time_is_over(void **state)
{
	struct world *world = *state;
	int64_t chief = boss(world), request = made(world, "service_request", "title", "A telephone", "caller", "user",
						    "group", "desk", "assignee", "desk", "impact", "critical",
						    "urgency", "high", NULL); /* P2: one service day */

	run_until(world, "2026-11-02T12:59:59+09:00");
	assert_int_equal(escalations(world, request), 0);
	run_until(world, "2026-11-02T13:00:00+09:00");
	assert_int_equal(escalations(world, request), 1);
	assert_int_equal(told(world, world->desk), 1);
	run_until(world, "2026-11-02T15:24:00+09:00");
	assert_string_equal(shown(world, request, "group"), "GRP-2");
	assert_true(says(last_event(world, request), "step", "80%") && says(last_event(world, request), "to", "GRP-2"));
	assert_int_equal(told(world, world->resolver), 1);
	assert_int_equal(told(world, chief), 1);
	run_until(world, "2026-11-02T17:00:00+09:00");
	assert_string_equal(shown(world, request, "escalation_count"), "3");
	assert_int_equal(told(world, chief), 2);
}

static void the_last_line_keeps_what_it_has(void **state)
{
	struct world *world = *state;
	int64_t incident = made(world, "incident", "title", "Slow", "group", "network", "assignee", "resolver", NULL);

	run_until(world, "2026-11-02T15:24:00+09:00");
	assert_int_equal(escalations(world, incident), 2);
	assert_string_equal(shown(world, incident, "assignee"), shown(world, incident, "assignee"));
	assert_string_equal(shown(world, incident, "state"), "new");
}

/* --- withdrawn when the clock stops or moves --- */

static void what_is_solved_is_not_escalated(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	run_until(world, "2026-11-02T12:30:00+09:00");
	started(world, incident);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "resolve", "resolution", "Done",
				 "closing_code", "solved", NULL),
			 OK);
	assert_int_equal(timers(world, incident), 0);
	run_until(world, "2026-11-04T12:30:00+09:00");
	assert_int_equal(escalations(world, incident), 0);
}

static void a_pause_puts_steps_off(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	run_until(world, "2026-11-02T12:00:00+09:00");
	started(world, incident);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "wait", "waiting_for", "customer",
				 "comment", "Asked", NULL),
			 OK);
	assert_int_equal(timers(world, incident), 0);
	run_until(world, "2026-11-03T10:00:00+09:00");
	assert_int_equal(escalations(world, incident), 0);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "resume", NULL), OK);
	assert_int_equal(run_until(world, "2026-11-03T10:59:59+09:00"), 0);
	run_until(world, "2026-11-03T11:00:00+09:00");
	assert_int_equal(escalations(world, incident), 1);
	assert_int_equal(last_event(world, incident)->at, world->now);
}

static void another_priority_moves_the_steps(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	run_until(world, "2026-11-02T10:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "impact", "high", "urgency", "medium", NULL),
			 OK);
	assert_string_equal(shown(world, incident, "priority"), "P3"); /* 4 hours */
	run_until(world, "2026-11-02T11:00:00+09:00");
	assert_int_equal(escalations(world, incident), 1);
	assert_int_equal(
	    edit_by(world, as(world, world->desk), incident, "impact", "critical", "urgency", "high", NULL),
	    OK); /* P1, 1 hour: long over. What is done is not done again; the rest is due now */
	run_until(world, "2026-11-02T11:00:00+09:00");
	assert_int_equal(escalations(world, incident), 3);
	assert_true(says(last_event(world, incident), "step", "100%") &&
		    says(last_event(world, incident), "planned", "2026-11-02T02:00:00Z"));
}

static void a_longer_target_waits_for_the_mark_again(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	run_until(world, "2026-11-02T13:00:00+09:00");
	assert_int_equal(escalations(world, incident), 1);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "impact", "low", NULL), OK); /* P5: 16 h */
	assert_int_equal(run_until(world, "2026-11-02T16:59:59+09:00"), 0);
	run_until(world, "2026-11-02T17:00:00+09:00");
	assert_int_equal(escalations(world, incident), 2);
	assert_true(says(last_event(world, incident), "step", "50%"));
}

static void reopening_repeats_nothing(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	run_until(world, "2026-11-02T14:00:00+09:00");
	started(world, incident);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "resolve", "resolution", "Done",
				 "closing_code", "solved", NULL),
			 OK);
	run_until(world, "2026-11-04T09:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "reopen", "comment", "No", NULL),
			 OK);
	run_until(world, "2026-11-04T10:23:59+09:00"); /* 5 h used, 80% are 6 h 24 min */
	assert_int_equal(escalations(world, incident), 1);
	run_until(world, "2026-11-04T10:24:00+09:00");
	assert_int_equal(escalations(world, incident), 2);
}

static void other_hours_move_the_steps(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	assert_int_equal(edit_by(world, actor_system(), world->calendar, "exceptions",
				 "[{\"date\":\"2026-11-02\",\"hours\":\"09:00-12:00\"}]", NULL),
			 OK);
	run_until(world, "2026-11-03T09:59:59+09:00");
	assert_int_equal(escalations(world, incident), 0);
	run_until(world, "2026-11-03T10:00:00+09:00");
	assert_int_equal(escalations(world, incident), 1);
}

/* --- whom it tells --- */

static void a_restricted_record_tells_only_those_cleared(void **state)
{
	struct world *world = *state;
	int64_t chief = boss(world), incident = reported(world);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "security", "true", NULL), OK);
	run_until(world, "2026-11-02T17:00:00+09:00");
	assert_int_equal(escalations(world, incident), 3);
	assert_int_equal(told(world, chief), 0);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_notice WHERE person = ?", chief), 0);
	assert_int_equal(told(world, world->resolver), 2); /* its group has it now */
	for (size_t i = 0; i < last_event(world, incident)->note->people_count; i++)
		assert_int_not_equal(last_event(world, incident)->note->people[i], chief);
}

/* --- outside service hours (8.1.3.1-c) --- */

static int64_t rota_of(struct world *world, const char *group)
{
	return made(world, "oncall_rota", "name", "Nights", "group", group, "starts_on", "2026-10-26", "people",
		    "[{\"person\":\"resolver\"},{\"person\":\"security\"}]", NULL);
}

static int64_t urgent(struct world *world)
{
	return made(world, "incident", "title", "All is down", "caller", "user", "impact", "critical", "urgency",
		    "high", NULL);
}

static void the_person_on_call_is_told_at_three_in_the_morning(void **state)
{
	struct world *world = *state;
	int64_t incident;

	rota_of(world, "");
	world->now = at("2026-11-03T03:00:00+09:00");
	incident = urgent(world);
	run_until(world, "2026-11-03T03:00:00+09:00");
	assert_int_equal(escalations(world, incident), 1);
	assert_int_equal(last_event(world, incident)->at, world->now);
	assert_true(says(last_event(world, incident), "on_call", "PER-3"));
	assert_int_equal(told(world, world->secured), 1); /* the second week of the rota */
	assert_int_equal(told(world, world->resolver), 0);
}

static void within_hours_nobody_is_called(void **state)
{
	struct world *world = *state;
	int64_t incident;

	rota_of(world, "");
	incident = urgent(world);
	assert_int_equal(count_rows(world,
				    "SELECT count(*) FROM kaname_timer t WHERE t.record = ? AND t.due_at <= "
				    "(SELECT created_at FROM incident WHERE id = t.record)",
				    incident),
			 0); /* nor is anything woken for that */
	run_until(world, "2026-11-02T09:00:00+09:00");
	assert_int_equal(escalations(world, incident), 0);
	assert_int_equal(told(world, world->secured) + told(world, world->resolver), 0);
}

static void the_rota_of_the_group_goes_first(void **state)
{
	struct world *world = *state;

	rota_of(world, "");
	made(world, "oncall_rota", "name", "Network", "group", "network", "starts_on", "2026-10-26", "people",
	     "[{\"person\":\"admin\"}]", NULL);
	world->now = at("2026-11-03T03:00:00+09:00");
	made(world, "incident", "title", "All is down", "group", "network", "impact", "critical", "urgency", "high",
	     NULL);
	run_until(world, "2026-11-03T03:00:00+09:00");
	assert_int_equal(told(world, world->admin), 1);
	assert_int_equal(told(world, world->secured), 0);
}

static void what_becomes_urgent_at_night_calls_too(void **state)
{
	struct world *world = *state;
	int64_t incident;

	rota_of(world, "");
	world->now = at("2026-11-03T03:00:00+09:00");
	incident = made(world, "incident", "title", "Slow", NULL);
	run_until(world, "2026-11-03T03:10:00+09:00");
	assert_int_equal(told(world, world->secured), 0);
	assert_int_equal(
	    edit_by(world, as(world, world->desk), incident, "impact", "critical", "urgency", "high", NULL), OK);
	run_until(world, "2026-11-03T03:10:00+09:00");
	assert_int_equal(told(world, world->secured), 1);
}

/* --- by hand (8.1.3.2-e) --- */

static void only_those_with_the_role_invoke_it(void **state)
{
	struct world *world = *state;
	int64_t chief = boss(world), incident = reported(world);
	int64_t other = made(world, "person", "account", "other", "name", "Other", "language", "en", NULL);

	run_until(world, "2026-11-02T10:00:00+09:00");
	assert_int_equal(
	    edit_by(world, as(world, world->user), incident, "state", "escalate", "comment", "Hurry", NULL), E_DENIED);
	assert_int_equal(
	    edit_by(world, as(world, world->user), incident, "state", "escalate_to_manager", "comment", "Hurry", NULL),
	    E_DENIED);
	assert_int_equal(edit_by(world, as(world, other), incident, "state", "escalate", "comment", "Hurry", NULL),
			 E_DENIED);
	assert_string_equal(shown(world, incident, "escalation_count"), "0");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "escalate", "comment", "Beyond us",
				 "symptoms", "No mail comes in", NULL),
			 OK);
	assert_string_equal(shown(world, incident, "group"), "GRP-2");
	assert_string_equal(shown(world, incident, "assignee"), "");
	assert_string_equal(shown(world, incident, "escalation_count"), "1");
	assert_int_equal(told(world, world->resolver), 1);
	assert_int_equal(told(world, chief), 1);
	run_until(world, "2026-11-02T14:00:00+09:00"); /* the clock's own steps come all the same */
	assert_int_equal(escalations(world, incident), 1);
	assert_int_equal(edit_by(world, as(world, world->resolver), incident, "state", "escalate_to_manager", "comment",
				 "Help", NULL),
			 OK);
	assert_int_equal(told(world, chief), 2);
	assert_int_equal(
	    edit_by(world, as(world, world->resolver), incident, "state", "escalate", "comment", "Higher", NULL),
	    E_CONFLICT);
}

/* --- what is overdue (8.1.3.1-s5, 8.1.6-b) --- */

static void a_priority_is_agreed_or_overdue(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world), late = reported(world); /* P4: one service day */

	run_until(world, "2026-11-02T10:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "agree_priority", NULL), E_DENIED);
	assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "agree_priority", NULL), OK);
	assert_string_equal(shown(world, incident, "priority_agreed_by"), "PER-5");
	assert_int_equal(clock_named(world, incident, "agree_priority", world->now).result.state, CLOCK_MET);
	assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "agree_priority", NULL), E_CONFLICT);
	run_until(world, "2026-11-02T17:00:00+09:00");
	assert_int_equal(clock_named(world, late, "agree_priority", world->now).result.state, CLOCK_BREACHED);
	assert_int_equal(count_rows(world,
				    "SELECT count(*) FROM kaname_event WHERE record = ? AND kind = 'escalation' AND "
				    "details LIKE '%\"agree_priority\"%'",
				    late),
			 1);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "impact", "high", NULL), OK);
	assert_string_equal(shown(world, incident, "priority_agreed_by"), ""); /* another one wants agreement anew */
	assert_int_equal(clock_named(world, incident, "agree_priority", world->now).result.state, CLOCK_RUNNING);
}

static void a_user_without_word_is_thought_of(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world);

	run_until(world, "2026-11-02T16:59:59+09:00");
	assert_int_equal(told_of(world, world->desk, "reminder", 0), 0);
	run_until(world, "2026-11-02T17:00:00+09:00");
	assert_int_equal(told_of(world, world->desk, "reminder", 0), 1);
	run_until(world, "2026-11-03T12:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "comment", "For us", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "public comment", "We look at it", NULL), OK);
	run_until(world, "2026-11-04T11:59:59+09:00"); /* not at 17:00, for the user has been told */
	assert_int_equal(told_of(world, world->desk, "reminder", 0), 1);
	run_until(world, "2026-11-04T12:00:00+09:00");
	run_until(world, "2026-11-05T12:00:00+09:00");
	assert_int_equal(told_of(world, world->desk, "reminder", 0), 3);
	assert_int_equal(
	    edit_by(world, as(world, world->desk), incident, "state", "cancel", "comment", "No matter", NULL), OK);
	run_until(world, "2026-11-20T12:00:00+09:00");
	assert_int_equal(told_of(world, world->desk, "reminder", 0), 3);
}

/* --- hand-over of a rota --- */

static void a_turn_is_handed_over(void **state)
{
	struct world *world = *state;
	int64_t rota = rota_of(world, "desk"), incident = reported(world);

	(void)incident;
	assert_string_equal(shown(world, rota, "on_call_now"), "PER-3");
	run_until(world, "2026-11-09T08:59:59+09:00");
	assert_int_equal(told_of(world, world->secured, "hand_over", 0), 0);
	run_until(world, "2026-11-09T09:00:00+09:00");
	assert_string_equal(shown(world, rota, "on_call_now"), "PER-2");
	assert_int_equal(told_of(world, world->secured, "hand_over", 0), 1);
	assert_int_equal(told_of(world, world->resolver, "hand_over", 0), 1);
	assert_int_equal(
	    count_rows(world,
		       "SELECT count(*) FROM kaname_notice WHERE kind = 'hand_over' AND record = ? AND en = "
		       "'On call from now: resolver; open in the group: 1 (INC-1)'",
		       rota),
	    2);
	run_until(world, "2026-11-16T09:00:00+09:00");
	assert_string_equal(shown(world, rota, "on_call_now"), "PER-3");
}

/* --- the model --- */

static void must_not_load(const char *step, const char *what)
{
	char text[1000];
	void *state = NULL;
	struct error error;
	struct arena *arena = arena_new();
	struct model_source *sources = NULL, *all;
	const struct model *model;
	size_t count = 0;

	snprintf(text, sizeof(text),
		 "process: incident_and_service_request\nrecords:\n  incident:\n    behaviours:\n"
		 "      - priority_matrix: {rows: urgency, columns: impact, table: incident_priority}\n"
		 "      - clock: {name: resolution, target: resolution, stop: \"state = closed\"}\n"
		 "      - escalation: {clock: %s, steps: [%s]}\n",
		 strcmp(what, "above") ? "resolution" : "response", step);
	(void)state;
	error_clear(&error);
	assert_int_equal(model_read_directory(arena, PROCESSES, false, &sources, &count, &error), OK);
	all = arena_many(arena, struct model_source, count + 1);
	memcpy(all, sources, count * sizeof(*all));
	all[count++] = (struct model_source){.file = "o.yaml", .text = str_of(text), .overlay = true};
	assert_int_equal(model_load(arena, all, count, &model, &error), OK);
	assert_int_equal(kernel_check_behaviours(arena, model, behaviours, &error), E_INVALID);
	error_text(&error, text, sizeof(text));
	if (!strstr(text, "o.yaml:7: ") || !strstr(text, what))
		fail_msg("%s: %s", step, text);
	arena_free(arena);
}

static void a_rule_without_trigger_or_invoker_is_a_fault(void **state)
{
	(void)state;
	must_not_load("{kind: functional, by_hand: nobody, notify: [assignee]}", "\"at\"");
	must_not_load("{at: 50%, kind: functional, notify: [assignee]}", "\"by_hand\"");
	must_not_load("{at: 50%, by_hand: nobody, notify: [assignee]}", "\"kind\"");
	must_not_load("{at: 50, kind: functional, by_hand: nobody, notify: [assignee]}", "no point of a clock");
	must_not_load("{at: 50%, kind: sideways, by_hand: nobody, notify: [assignee]}", "functional or hierarchical");
	must_not_load("{at: 50%, kind: functional, by_hand: fly, notify: [assignee]}", "no transition");
	must_not_load("{at: 50%, kind: functional, by_hand: nobody, notify: [martians]}", "no role, person or group");
	must_not_load("{at: 50%, kind: functional, by_hand: nobody, notify: [group.nobody]}",
		      "no role, person or group");
	must_not_load("{at: 50%, kind: functional, by_hand: nobody, raise: title}", "Only groups and choices");
	must_not_load("{at: 50%, kind: functional, by_hand: nobody}", "\"notify\"");
	must_not_load("{at: 50%, kind: functional, by_hand: nobody, notify: [group]}, "
		      "{at: 50%, kind: functional, by_hand: nobody, notify: [assignee]}",
		      "Two steps");
	must_not_load("{at: 50%, kind: functional, by_hand: nobody, notify: [assignee]}", "above");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_short, world_close)
	    TEST(each_step_comes_at_its_moment),
	    TEST(the_next_line_takes_over),
	    TEST(a_request_is_escalated_before_its_time_is_over),
	    TEST(the_last_line_keeps_what_it_has),
	    TEST(what_is_solved_is_not_escalated),
	    TEST(a_pause_puts_steps_off),
	    TEST(another_priority_moves_the_steps),
	    TEST(a_longer_target_waits_for_the_mark_again),
	    TEST(reopening_repeats_nothing),
	    TEST(other_hours_move_the_steps),
	    TEST(a_restricted_record_tells_only_those_cleared),
	    TEST(the_person_on_call_is_told_at_three_in_the_morning),
	    TEST(within_hours_nobody_is_called),
	    TEST(the_rota_of_the_group_goes_first),
	    TEST(what_becomes_urgent_at_night_calls_too),
	    TEST(only_those_with_the_role_invoke_it),
	    cmocka_unit_test_setup_teardown(a_priority_is_agreed_or_overdue, world_open, world_close),
	    cmocka_unit_test_setup_teardown(a_user_without_word_is_thought_of, world_open, world_close),
	    cmocka_unit_test_setup_teardown(a_turn_is_handed_over, world_open, world_close),
	    cmocka_unit_test(a_rule_without_trigger_or_invoker_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
