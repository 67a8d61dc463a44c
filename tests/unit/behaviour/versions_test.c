/* What time brings to controlled records: versions that wait for their day, acknowledgements, reviews; and rules that
 * an organisation keeps less strictly. What people do with them is proven in tests/api/governance_documents_test.mjs.
 */
#include "edit_world.h"

#include "base/difference.h"
#include "behaviour/behaviours.h"
#include "record/kernel.h"

static int64_t document(struct world *world)
{
	return made(world, "document", "title", "Rules", "owner", "admin", "body", "One.", NULL);
}

static void put_in_force(struct world *world, int64_t version)
{
	take_step(world, version, "submit");
	take_step(world, version, "approve");
}

/* 4.3.2-a, 4.3.2-h */
static void a_version_waits_for_its_day(void **state)
{
	struct world *world = *state;
	int64_t rules = document(world), first = newest_made(world, "document_version"), second;

	put_in_force(world, first);
	assert_string_equal(shown(world, first, "state"), "effective");
	take_step(world, rules, "revise");
	second = newest_made(world, "document_version");
	assert_string_equal(shown(world, second, "reason"), "Because");
	must(world, edit_by(world, actor_system(), second, "body", "Two.", "effective_from", "2026-11-10", NULL));
	put_in_force(world, second);
	run_until(world, "2026-11-09T23:59:59+09:00");
	assert_string_equal(shown(world, second, "state"), "approved");
	assert_string_equal(shown(world, rules, "body"), "One.");
	run_until(world, "2026-11-10T00:00:00+09:00");
	assert_string_equal(shown(world, second, "state"), "effective");
	assert_string_equal(shown(world, first, "state"), "superseded");
	assert_string_equal(shown(world, rules, "body"), "Two.");
	assert_string_equal(shown(world, rules, "document_version"), "2.0");
	take_step(world, rules, "withdraw");
	assert_string_equal(shown(world, second, "state"), "superseded");
}

static void what_ends_ends_its_draft(void **state)
{
	struct world *world = *state;
	int64_t rules = document(world), draft = newest_made(world, "document_version");

	take_step(world, rules, "withdraw");
	assert_string_equal(shown(world, draft, "state"), "discarded");
}

/* 4.3.2-s1, 4.3.2-s2, 4.1.2.1-s14 */
static void a_review_opens_by_itself_and_is_told_when_it_is_late(void **state)
{
	struct world *world = *state;
	int64_t rules = document(world), review;
	const char *reviews = "SELECT count(*) FROM review WHERE document = ? AND state <> 'closed'";

	must(world, edit_by(world, actor_system(), rules, "review_every", "P100D", NULL));
	put_in_force(world, newest_made(world, "document_version"));
	assert_string_equal(shown(world, rules, "next_review"), "20859"); /* 2027-02-10 */
	run_until(world, "2027-01-10T23:00:00+09:00");
	assert_int_equal(count_rows(world, reviews, rules), 0);
	run_until(world, "2027-01-11T00:00:00+09:00");
	assert_int_equal(count_rows(world, reviews, rules), 1);
	review = newest_made(world, "review");
	assert_int_equal(told_of(world, world->admin, "reminder", review), 0);
	run_until(world, "2027-02-18T00:00:00+09:00");
	assert_int_equal(told_of(world, world->admin, "reminder", review), 1);
	must(world, edit_by(world, actor_system(), review, "state", "hold", "minutes", "Fine", "held_at",
			    "2027-02-17T10:00:00+09:00", NULL));
	must(world, edit_by(world, actor_system(), review, "state", "close", "outcome", "unchanged", NULL));
	assert_string_equal(shown(world, rules, "next_review"), "20967"); /* 2027-05-29 */
	assert_int_equal(count_rows(world, reviews, rules), 0);
}

/* 4.3.2-s1: many changes bring the next review nearer */
static void what_changes_often_is_reviewed_sooner(void **state)
{
	struct world *world = *state;
	int64_t rules = document(world);

	must(world, edit_by(world, actor_system(), rules, "review_every", "P200D", NULL));
	put_in_force(world, newest_made(world, "document_version"));
	for (int i = 0; i < 4; i++) {
		world->now += DAY;
		take_step(world, rules, "revise");
		take_step(world, newest_made(world, "document_version"), "discard");
	}
	world->now += DAY;
	take_step(world, rules, "revise");
	put_in_force(world, newest_made(world, "document_version"));
	assert_string_equal(shown(world, rules, "next_review"), "20864"); /* 100 days from 2026-11-07 */
}

/* 4.1.2.1-s11 */
static void the_audience_is_followed(void **state)
{
	struct world *world = *state;
	int64_t rules = made(world, "document", "title", "Rules", "owner", "admin", "acknowledged", "true",
			     "for_groups", "network", NULL);
	const char *open = "SELECT count(*) FROM acknowledgement WHERE document = ? AND state = 'open'";

	put_in_force(world, newest_made(world, "document_version"));
	assert_int_equal(count_rows(world, open, rules), 1);
	must(world, edit_by(world, actor_system(), world->desk, "groups", "network", NULL));
	run_until(world, "2026-11-03T10:00:00+09:00");
	assert_int_equal(count_rows(world, open, rules), 2);
	assert_int_equal(told_of(world, world->desk, "notice", newest_made(world, "acknowledgement")), 1);
	run_until(world, "2026-11-18T10:00:00+09:00");
	assert_int_equal(told_of(world, world->desk, "reminder", newest_made(world, "acknowledgement")), 1);
	must(world, edit_by(world, actor_system(), world->desk, "groups", "", NULL));
	run_until(world, "2026-11-19T10:00:00+09:00");
	assert_int_equal(count_rows(world, open, rules), 1);
	assert_string_equal(shown(world, rules, "asked_count"), "1");
}

/* --- less strictly --- */

static const char lenient[] = "process: establish_and_improve_sms\n"
			      "records:\n"
			      "  scope:\n"
			      "    strict: {name_exclusion: warn}\n"
			      "  scope_version:\n"
			      "    strict: {name_exclusion: record}\n"
			      "  initiative:\n"
			      "    strict: {must: record, requires: refuse}\n";

static int open_lenient(void **state)
{
	return world_open_with(state, lenient);
}

/* 4.5.1-s6 */
static void a_rule_can_warn_or_only_record(void **state)
{
	struct world *world = *state;
	const struct actor *admin = as(world, world->admin);
	int64_t scope, plan, initiative;

	must(world, create_by(world, admin, "scope", "title", "Scope", "statement", "Mail for ACME", NULL));
	scope = world->result.record;
	assert_string_equal(world->result.warned, "name_exclusion");
	assert_int_equal(events_noted(world, scope, "warning"), 1);
	must(world, edit_by(world, admin, scope, "review_every", "P10D", NULL));
	assert_string_equal(world->result.warned, "");
	assert_int_equal(events_noted(world, scope, "warning"), 1);

	plan = made(world, "plan", "title", "Site", "kind", "project", NULL);
	initiative = made(world, "initiative", "title", "Move", "plan",
			  str_c(world->arena, str_format(world->arena, "%s",
							 kernel_number(world->kernel, plan, (char[NUMBER_TEXT]){0}))),
			  NULL);
	assert_int_equal(edit_by(world, admin, initiative, "state", "approve", NULL), E_INVALID);
	assert_true(has_fault(world, "owner", "required"));
	must(world, edit_by(world, admin, initiative, "state", "approve", "work", "x", "owner", "desk", "start",
			    "2026-11-02", "due", "2026-12-02", "importance", "normal", "expected_benefit", "x", NULL));
	assert_string_equal(world->result.warned, "");
	assert_int_equal(events_noted(world, initiative, "lapse"), 1);
}

static void a_rule_refuses_unless_it_is_said(void **state)
{
	struct world *world = *state;

	assert_int_equal(
	    create_by(world, as(world, world->admin), "scope", "title", "Scope", "statement", "Mail for ACME", NULL),
	    E_INVALID);
	assert_true(has_fault(world, "statement", "name_exclusion"));
	must(world,
	     create_by(world, as(world, world->admin), "scope", "title", "Scope", "statement", "No acmeist", NULL));
}

/* --- words --- */

static const char *difference_in(struct arena *arena, const char *before, const char *after)
{
	struct buf text = buf_new(arena);
	size_t count;
	struct difference *parts = difference_of(arena, str_of(before), str_of(after), &count);

	for (size_t i = 0; i < count; i++)
		buf_format(&text, "%c%.*s|", "=-+"[parts[i].kind], STR_ARG(parts[i].text));
	return str_c(arena, buf_str(&text));
}

static void what_differs_is_told_by_words(void **state)
{
	ARENA arena = arena_new();

	(void)state;
	assert_string_equal(difference_in(arena, "", ""), "");
	assert_string_equal(difference_in(arena, "same", "same"), "=same|");
	assert_string_equal(difference_in(arena, "", "new"), "+new|");
	assert_string_equal(difference_in(arena, "old", ""), "-old|");
	assert_string_equal(difference_in(arena, "a cat sat", "a dog sat"), "=a |-cat|+dog|= sat|");
	assert_string_equal(difference_in(arena, "障害を記録する", "障害を報告する"), "=障害を|-記録|+報告|=する|");
	assert_string_equal(difference_in(arena, "one\ntwo\n", "one\nand\ntwo\n"), "=one\n|+and\n|=two\n|");
	assert_string_equal(difference_in(arena, "aa", "a"), "-aa|+a|");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_version_waits_for_its_day),
	    TEST(what_ends_ends_its_draft),
	    TEST(a_review_opens_by_itself_and_is_told_when_it_is_late),
	    TEST(what_changes_often_is_reviewed_sooner),
	    TEST(the_audience_is_followed),
	    TEST(a_rule_refuses_unless_it_is_said),
	    cmocka_unit_test_setup_teardown(a_rule_can_warn_or_only_record, open_lenient, world_close),
	    cmocka_unit_test(what_differs_is_told_by_words),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
