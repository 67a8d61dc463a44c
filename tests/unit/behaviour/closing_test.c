/* How records end: confirmed, by silence as the policy says, merged, with their parent; and what users are asked then.
 */
#include "edit_world.h"

#include "behaviour/behaviours.h"
#include "record/lookup.h"
#include "record/meters.h"

static const char *number(struct world *world, int64_t record)
{
	return str_c(world->arena,
		     str_format(world->arena, "%s", kernel_number(world->kernel, record, (char[NUMBER_TEXT]){0})));
}

static int64_t reported(struct world *world, const char *title)
{
	return made(world, "incident", "title", title, "caller", "user", "category", "mail", "security", "false",
		    "ci_unknown_reason", "none", "group", number(world, world->group), NULL);
}

static void assign(struct world *world, int64_t incident)
{
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "assign", "assignee", "desk", NULL),
			 OK);
}

static void resolve(struct world *world, int64_t incident)
{
	assign(world, incident);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "resolve", "resolution", "Restarted",
				 "closing_code", "solved", NULL),
			 OK);
}

static void run_timers(struct world *world, const char *until)
{
	instant next;
	size_t ran;

	world->now = at(until);
	assert_int_equal(kernel_run_timers(world->kernel, world->now, 100, &ran, &next, &world->error), OK);
}

static size_t comments(struct world *world, int64_t record, const char *part)
{
	READER connection = NULL;
	struct event *events;
	size_t count, found = 0;

	assert_int_equal(kernel_reader(world->kernel, &connection, &world->error), OK);
	assert_int_equal(read_history(world->kernel, connection, world->arena, as(world, world->user),
				      look(world, record), 0, 100, &events, &count, &world->error),
			 OK);
	for (size_t i = 0; i < count; i++)
		found += events[i].comment.n && strstr(str_c(world->arena, events[i].comment), part) != NULL;
	return found;
}

/* --- the policy --- */

static void the_published_policy_counts(void **state)
{
	struct world *world = *state;
	int64_t policy = made(world, "closing_policy", "title", "Short", "for", "incident", "silence", "P1D",
			      "remind_after", "PT6H", "reopen_within", "P3D", "approved_by", "admin", NULL);
	int64_t before = reported(world, "Before"), after = reported(world, "After");

	resolve(world, before);
	assert_string_not_equal(shown(world, before, "closing_policy"), number(world, policy));
	assert_int_equal(edit_by(world, actor_system(), policy, "state", "publish", NULL), OK);
	resolve(world, after);
	assert_string_equal(shown(world, after, "closing_policy"), number(world, policy));

	run_timers(world, "2026-11-02T14:00:00+09:00");
	assert_int_equal(comments(world, after, "confirm"), 0);
	run_timers(world, "2026-11-02T16:00:00+09:00");
	assert_int_equal(comments(world, after, "confirm"), 1);
	run_timers(world, "2026-11-03T10:00:00+09:00");
	assert_string_equal(shown(world, after, "state"), "closed");
	assert_string_equal(shown(world, after, "unconfirmed"), "true");
	assert_string_equal(shown(world, before, "state"), "resolved");

	world->now = at("2026-11-05T08:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), after, "state", "reopen", "comment", "Again", NULL),
			 OK);
	run_timers(world, "2026-11-07T10:00:00+09:00");
	assert_string_equal(shown(world, before, "state"), "closed");
}

static void reopening_has_its_time(void **state)
{
	struct world *world = *state;
	int64_t incident = reported(world, "x");

	resolve(world, incident);
	world->now = at("2026-11-16T08:59:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "reopen", "comment", "Again", NULL),
			 OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "resolve", "resolution", "y",
				 "closing_code", "solved", NULL),
			 OK);
	world->now = at("2026-11-30T09:00:00+09:00");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "reopen", "comment", "Again", NULL),
			 E_CONFLICT);
}

/* A timer that comes late is late by as much as the meters say. */
static void lateness_is_measured(void **state)
{
	struct world *world = *state;
	const struct meters *meters = kernel_meters(world->kernel);
	int64_t incident = reported(world, "x"), overdue;
	instant oldest, later = at("2026-12-24T09:00:00+09:00");

	resolve(world, incident);
	assert_int_equal(kernel_timers_overdue(world->kernel, world->now - HOUR, &overdue, &oldest, &world->error), OK);
	assert_int_equal(overdue, 0);
	assert_int_equal(oldest, INSTANT_NONE);
	assert_int_equal(kernel_timers_overdue(world->kernel, later, &overdue, &oldest, &world->error), OK);
	assert_true(overdue > 0 && oldest > world->now && oldest < later - 24 * (instant)HOUR);
	assert_int_equal(atomic_load(&meters->lateness.sum), 0);
	run_timers(world, "2026-12-24T09:00:00+09:00");
	assert_true(atomic_load(&meters->lateness.counts[HISTOGRAM_RANGES - 1]) > 0);
	assert_true(atomic_load(&meters->lateness.sum) >= (uint64_t)(later - oldest));
	assert_int_equal(atomic_load(&meters->timers_failed), 0);
	assert_int_equal(kernel_timers_overdue(world->kernel, later, &overdue, &oldest, &world->error), OK);
	assert_int_equal(overdue, 0);
}

/* --- merging --- */

static void a_duplicate_goes_over(void **state)
{
	struct world *world = *state;
	int64_t item = made(world, "configuration_item", "name", "a", NULL),
		other = made(world, "configuration_item", "name", "b", NULL);
	int64_t stays = reported(world, "Mail is down"), duplicate = reported(world, "No mail");
	READER connection = NULL;
	int64_t *watchers;
	size_t count;

	assert_int_equal(edit_by(world, actor_system(), stays, "configuration_items", number(world, item), NULL), OK);
	assert_int_equal(edit_by(world, actor_system(), duplicate, "configuration_items", number(world, other), NULL),
			 OK);
	assert_int_equal(edit_by(world, as(world, world->desk), duplicate, "state", "merge", NULL), E_INVALID);
	assert_true(has_fault(world, "merged_into", "required"));
	assert_int_equal(edit_by(world, as(world, world->desk), duplicate, "state", "merge", "merged_into",
				 number(world, stays), NULL),
			 OK);
	assert_string_equal(shown(world, duplicate, "state"), "merged");
	struct value items = look(world, stays)->values[type_field(world->incident, S("configuration_items"))->index];
	assert_int_equal(items.list.count, 2);
	assert_int_equal(kernel_reader(world->kernel, &connection, &world->error), OK);
	assert_int_equal(lookup_watchers(connection, world->arena, stays, &watchers, &count, &world->error), OK);
	assert_int_equal(count, 1);
	assert_int_equal(watchers[0], world->user);
	assert_int_equal(clock_named(world, duplicate, "resolution", world->now).result.stopped, true);
}

/* The only end of a link, 0: it has none. */
static int64_t end_of(struct world *world, const char *kind, int64_t record, bool backwards)
{
	READER connection = NULL;
	int64_t *ends;
	size_t count;

	assert_int_equal(kernel_reader(world->kernel, &connection, &world->error), OK);
	assert_int_equal(
	    lookup_ends(connection, world->arena, str_of(kind), record, backwards, &ends, &count, &world->error), OK);
	assert_in_range(count, 0, 1);
	return count ? ends[0] : 0;
}

static void a_duplicates_links_go_over(void **state)
{
	static const char part[] = "incident.part_of", related[] = "incident.related_to";
	struct world *world = *state;
	int64_t stays = reported(world, "Mail is down"), duplicate = reported(world, "No mail"),
		parent = reported(world, "No network"), child = reported(world, "No calendar");
	const struct actor *desk = as(world, world->desk);

	assert_int_equal(edit_by(world, desk, child, "link part_of", number(world, duplicate), NULL), OK);
	assert_int_equal(edit_by(world, desk, duplicate, "link part_of", number(world, parent), "link related_to",
				 number(world, child), NULL),
			 OK);
	assert_int_equal(edit_by(world, desk, stays, "link related_to", number(world, child), NULL), OK);
	assert_int_equal(edit_by(world, desk, duplicate, "link duplicate_of", number(world, stays), NULL), OK);
	assert_int_equal(edit_by(world, desk, duplicate, "state", "merge", "merged_into", number(world, stays), NULL),
			 OK);
	assert_true(end_of(world, part, stays, true) == child && !end_of(world, part, duplicate, true));
	assert_true(end_of(world, part, stays, false) == parent && !end_of(world, part, duplicate, false));
	assert_true(end_of(world, related, stays, false) == child && end_of(world, related, child, true) == stays);
	assert_true(end_of(world, "incident.duplicate_of", duplicate, false) == stays);

	/* Where there may be one only, the one that is there stays, and so does the other. */
	int64_t third = reported(world, "Mails are lost"), other = reported(world, "No power");

	assert_int_equal(edit_by(world, desk, third, "link part_of", number(world, other), NULL), OK);
	assert_int_equal(edit_by(world, desk, third, "state", "merge", "merged_into", number(world, stays), NULL), OK);
	assert_true(end_of(world, part, stays, false) == parent && end_of(world, part, third, false) == other);
}

static void what_may_not_be_merged(void **state)
{
	struct world *world = *state;
	int64_t stays = reported(world, "a"), duplicate = reported(world, "b"), third = reported(world, "c");
	int64_t foreign = made(world, "incident", "title", "d", "caller", "user2", NULL);
	const struct actor *desk = as(world, world->desk);

	assert_int_equal(edit_by(world, desk, stays, "state", "merge", "merged_into", number(world, stays), NULL),
			 E_INVALID);
	assert_true(has_fault(world, "merged_into", "merge"));
	assert_int_equal(edit_by(world, desk, foreign, "state", "merge", "merged_into", number(world, stays), NULL),
			 E_INVALID);
	assert_true(has_fault(world, "merged_into", "customer"));
	assert_int_equal(edit_by(world, desk, duplicate, "state", "merge", "merged_into", number(world, stays), NULL),
			 OK);
	assert_int_equal(edit_by(world, desk, third, "state", "merge", "merged_into", number(world, duplicate), NULL),
			 E_INVALID);
	assert_true(has_fault(world, "merged_into", "merge"));
	assert_string_equal(shown(world, third, "state"), "new");
}

/* --- parent and children --- */

static void children_are_resolved_when_asked(void **state)
{
	struct world *world = *state;
	int64_t parent = reported(world, "Storage"), first = reported(world, "Files"), second = reported(world, "Mail"),
		fresh = reported(world, "New");

	assign(world, first);
	assign(world, second);
	for (int i = 0; i < 3; i++)
		assert_int_equal(edit_by(world, as(world, world->desk), (int64_t[]){first, second, fresh}[i],
					 "link part_of", number(world, parent), NULL),
				 OK);
	assign(world, parent);
	assert_int_equal(edit_by(world, as(world, world->desk), parent, "state", "resolve", "resolution",
				 "Disk replaced", "closing_code", "solved", "with_children", "true", NULL),
			 OK);
	assert_string_equal(shown(world, first, "state"), "resolved");
	assert_string_equal(shown(world, second, "resolution"), "Disk replaced");
	assert_string_equal(shown(world, fresh, "state"),
			    "new"); /* nobody has taken it up: it cannot be resolved yet */
	assert_int_equal(comments(world, first, number(world, parent)), 1);
}

static void children_are_left_alone_otherwise(void **state)
{
	struct world *world = *state;
	int64_t parent = reported(world, "Storage"), child = reported(world, "Files");

	assign(world, child);
	assert_int_equal(edit_by(world, as(world, world->desk), child, "link part_of", number(world, parent), NULL),
			 OK);
	resolve(world, parent);
	assert_string_equal(shown(world, child, "state"), "assigned");
	assert_int_equal(edit_by(world, as(world, world->desk), parent, "with_children", "true", NULL), OK);
	assert_string_equal(shown(world, parent, "with_children"), "");
}

/* --- asking --- */

static void a_share_of_the_users_is_asked(void **state)
{
	struct world *world = *state;
	enum { MANY = 120 };
	int64_t asked;

	for (int i = 0; i < MANY; i++) {
		int64_t incident = reported(world, "x");

		resolve(world, incident);
		assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "confirm", NULL), OK);
	}
	asked = count_rows(world, "SELECT count(*) FROM survey_response WHERE id > ?", 0);
	assert_in_range(asked, MANY * 12 / 100, MANY * 40 / 100);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM survey_response WHERE person = ?", world->user),
			 asked);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_published_policy_counts),
	    TEST(reopening_has_its_time),
	    TEST(lateness_is_measured),
	    TEST(a_duplicate_goes_over),
	    TEST(a_duplicates_links_go_over),
	    TEST(what_may_not_be_merged),
	    TEST(children_are_resolved_when_asked),
	    TEST(children_are_left_alone_otherwise),
	    TEST(a_share_of_the_users_is_asked),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
