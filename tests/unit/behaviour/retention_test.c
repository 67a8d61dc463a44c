/* How long records are kept, what becomes of them then, what stops that, and that history proves itself whole after
 * it; and what changes only under an approved change. */
#include "edit_world.h"

#include "behaviour/behaviours.h"
#include "record/verify.h"

static void history_is_whole(struct world *world)
{
	struct verify_report report;

	must(world, verify_history(world->kernel, world->arena, &report, NULL, NULL, &world->error));
	assert_int_equal(report.broken.n, 0);
}

/* --- retention --- */

static int64_t withdrawn(struct world *world, const char *title)
{
	int64_t document = made(world, "document", "title", title, "owner", "admin", "body", "The secret", NULL);

	take_step(world, document, "withdraw");
	return document;
}

static int64_t rule_of(struct world *world, const char *only, const char *period, const char *disposal)
{
	int64_t rule = made(world, "retention_rule", "title", "Documents", "record_type", "document", "kept_from",
			    "superseded", "period", period, "owner", "admin", "basis", "law", "basis_text", "An act",
			    "only", only, "disposal", disposal, NULL);

	take_step(world, rule, "put_in_force");
	return rule;
}

static int64_t disposals_of(struct world *world, int64_t rule)
{
	return count_rows(world, "SELECT count(*) FROM disposal WHERE rule = ?", rule);
}

static void what_was_kept_long_enough_is_disposed_of(void **state)
{
	struct world *world = *state;
	int64_t old = withdrawn(world, "Old"), rule = rule_of(world, "", "P30D", "erase"), disposal;

	run_until(world, "2026-12-02T08:00:00+09:00");
	assert_int_equal(disposals_of(world, rule), 0);
	run_until(world, "2026-12-04T12:00:00+09:00");
	assert_int_equal(disposals_of(world, rule), 1);
	disposal = newest_made(world, "disposal");
	assert_string_equal(shown(world, disposal, "records"), number_of(world, old));
	assert_int_equal(edit_by(world, actor_system(), disposal, "state", "carry_out", NULL),
			 E_CONFLICT); /* unapproved */
	take_step(world, disposal, "approve");
	take_step(world, disposal, "carry_out");
	assert_int_equal(count_rows(world,
				    "SELECT count(*) FROM kaname_event WHERE record = ? AND "
				    "(personal LIKE '%secret%' OR changes LIKE '%secret%')",
				    old),
			 0);
	assert_int_equal(
	    count_rows(world, "SELECT count(*) FROM kaname_event WHERE record = ? AND kind = 'disposal'", old), 1);
	assert_string_equal(shown(world, old, "title"), "Old");
	assert_string_not_equal(shown(world, disposal, "erased_values"), "0");
	history_is_whole(world);
	run_until(world, "2026-12-10T12:00:00+09:00"); /* once */
	assert_int_equal(disposals_of(world, rule), 1);
}

static void what_is_archived_keeps_its_words(void **state)
{
	struct world *world = *state;
	int64_t old = withdrawn(world, "Old"), rule = rule_of(world, "", "P30D", "archive"), disposal;

	run_until(world, "2026-12-04T12:00:00+09:00");
	disposal = newest_made(world, "disposal");
	take_step(world, disposal, "approve");
	assert_int_equal(edit_by(world, actor_system(), disposal, "state", "carry_out", NULL), E_INVALID);
	must(world, edit_by(world, actor_system(), disposal, "state", "carry_out", "where_to", "Room 3", NULL));
	assert_string_equal(shown(world, old, "body"), "The secret");
	history_is_whole(world);
	run_until(world, "2026-12-10T12:00:00+09:00");
	assert_int_equal(disposals_of(world, rule), 1);
}

static void what_is_held_stays(void **state)
{
	struct world *world = *state;
	int64_t one = withdrawn(world, "One"), two = withdrawn(world, "Two"),
		rule = rule_of(world, "", "P30D", "erase"), disposal, hold, all;

	hold = made(world, "legal_hold", "title", "A case", "ordered_by", "Court", "owner", "admin", "records",
		    number_of(world, one), NULL);
	run_until(world, "2026-12-04T12:00:00+09:00");
	disposal = newest_made(world, "disposal");
	assert_string_equal(shown(world, disposal, "records"), number_of(world, two));
	assert_string_equal(shown(world, disposal, "held"), "1");
	assert_string_equal(shown(world, disposal, "held_by"), number_of(world, hold));
	take_step(world, disposal, "approve");
	all = made(world, "legal_hold", "title", "All of a kind", "ordered_by", "Court", "owner", "admin",
		   "record_type", "document", "only", "title = \"Two\"", NULL);
	assert_int_equal(edit_by(world, actor_system(), disposal, "state", "carry_out", NULL), E_CONFLICT);
	assert_true(has_fault(world, "records", "held"));
	take_step(world, all, "release");
	take_step(world, disposal, "carry_out");
	take_step(world, hold, "release");
	run_until(world, "2026-12-06T12:00:00+09:00");
	assert_int_equal(disposals_of(world, rule), 2);
	assert_string_equal(shown(world, newest_made(world, "disposal"), "records"), number_of(world, one));
}

/* However many stand before it that may not go. */
static void what_is_held_holds_up_no_other(void **state)
{
	enum { HELD = 200 };
	struct world *world = *state;
	int64_t rule, free;

	for (int i = 0; i < HELD; i++)
		(void)withdrawn(world, "Held");
	free = withdrawn(world, "Free");
	rule = rule_of(world, "", "P30D", "erase");
	(void)made(world, "legal_hold", "title", "All of a kind", "ordered_by", "Court", "owner", "admin",
		   "record_type", "document", "only", "title = \"Held\"", NULL);
	run_until(world, "2026-12-04T12:00:00+09:00");
	assert_int_equal(disposals_of(world, rule), 1);
	assert_string_equal(shown(world, newest_made(world, "disposal"), "records"), number_of(world, free));
}

static void a_rule_for_some_goes_before_one_for_all(void **state)
{
	struct world *world = *state;
	int64_t plain = withdrawn(world, "Plain"), long_kept = withdrawn(world, "Long"),
		general = rule_of(world, "", "P30D", "erase"),
		narrow = rule_of(world, "title = \"Long\"", "P60D", "erase");

	run_until(world, "2026-12-04T12:00:00+09:00");
	assert_int_equal(disposals_of(world, narrow), 0);
	assert_int_equal(disposals_of(world, general), 1);
	assert_string_equal(shown(world, newest_made(world, "disposal"), "records"), number_of(world, plain));
	run_until(world, "2027-01-05T12:00:00+09:00");
	assert_int_equal(disposals_of(world, narrow), 1);
	assert_string_equal(shown(world, newest_made(world, "disposal"), "records"), number_of(world, long_kept));
}

static void rules_that_contradict_each_other_stop(void **state)
{
	struct world *world = *state;
	int64_t one, other;

	withdrawn(world, "Old");
	one = rule_of(world, "", "P30D", "erase");
	must(world, edit_by(world, actor_system(), world->admin, "roles",
			    "document_management.records_manager,document_management.owner", NULL));
	other = made(world, "retention_rule", "title", "Other", "record_type", "document", "kept_from", "superseded",
		     "period", "P90D", "owner", "admin", "basis", "contract", "basis_text", "Section 2", NULL);
	must(world, edit_by(world, as(world, world->admin), other, "state", "put_in_force", NULL));
	assert_string_equal(shown(world, one, "conflicts_with"), number_of(world, other));
	assert_string_equal(shown(world, other, "conflicts_with"), number_of(world, one));
	run_until(world, "2026-12-04T12:00:00+09:00");
	assert_int_equal(disposals_of(world, one), 0);
	must(world, edit_by(world, as(world, world->admin), other, "state", "end", "comment", "The law", NULL));
	assert_string_equal(shown(world, one, "conflicts_with"), "");
	run_until(world, "2026-12-06T12:00:00+09:00");
	assert_int_equal(disposals_of(world, one), 1);
}

static void what_is_kept_for_ever_is_never_due(void **state)
{
	struct world *world = *state;
	int64_t rule;

	withdrawn(world, "Old");
	rule = rule_of(world, "", "P1D", "keep");
	run_until(world, "2026-12-04T12:00:00+09:00");
	assert_int_equal(disposals_of(world, rule), 0);
}

static void a_rule_must_make_sense(void **state)
{
	struct world *world = *state;
	const struct actor *admin;

	must(world, edit_by(world, actor_system(), world->admin, "roles", "document_management.records_manager", NULL));
	admin = as(world, world->admin);
	assert_int_equal(create_by(world, admin, "retention_rule", "title", "A", "record_type", "document", "only",
				   "colour = 1", "period", "P1D", NULL),
			 E_INVALID);
	assert_true(has_fault(world, "only", "expression"));
	assert_int_equal(edit_by(world, admin,
				 made(world, "retention_rule", "title", "A", "record_type", "skill", "kept_from",
				      "contract", "period", "P1D", "owner", "admin", NULL),
				 "state", "put_in_force", "basis", "own", "basis_text", "A", NULL),
			 E_INVALID);
	assert_true(has_fault(world, "kept_from", "expression"));
	assert_int_equal(
	    create_by(world, admin, "retention_rule", "title", "A", "record_type", "nothing", "period", "P1D", NULL),
	    E_INVALID);
}

/* --- change_control --- */

static int64_t controlled(struct world *world)
{
	int64_t process = made(world, "document", "title", "Incidents", "kind", "process", "owner", "desk", "body",
			       "One", "change_controlled", "true", NULL),
		version = newest_made(world, "document_version");

	take_step(world, version, "submit");
	take_step(world, version, "approve");
	must(world, edit_by(world, actor_system(), world->admin, "roles",
			    "document_management.approver,document_management.document_manager", NULL));
	return process;
}

static int64_t approved_change(struct world *world, int64_t process)
{
	int64_t change = made(world, "change", "title", "Better", "reason", "So", "risk", "low", "documents",
			      number_of(world, process), "impact_statement", "None", "impact_accepted", "true",
			      "effects", "[{\"process\":\"problem\",\"effect\":\"None\"}]", NULL);

	take_step(world, change, "request");
	take_step(world, change, "approve");
	return change;
}

static void what_is_under_control_needs_a_change(void **state)
{
	struct world *world = *state;
	int64_t process = controlled(world), second, change, other;
	const struct actor *admin = as(world, world->admin);

	assert_int_equal(edit_by(world, admin, process, "kind", "procedure", NULL), E_CONFLICT);
	assert_true(has_fault(world, "kind", "change_control"));
	assert_int_equal(edit_by(world, admin, process, "change_controlled", "false", NULL), E_CONFLICT);
	must(world, edit_by(world, admin, process, "owner", "resolver", NULL)); /* not of what is declared */
	take_step(world, process, "revise");
	second = newest_made(world, "document_version");
	take_step(world, second, "submit");
	assert_int_equal(edit_by(world, admin, second, "state", "approve", NULL), E_CONFLICT);
	other = approved_change(world, made(world, "document", "title", "Another", NULL));
	assert_int_equal(edit_by(world, admin, second, "state", "approve", "change", number_of(world, other), NULL),
			 E_CONFLICT); /* it names something else */
	change = approved_change(world, process);
	must(world, edit_by(world, admin, second, "state", "approve", NULL));
	assert_int_equal(
	    record_value(look(world, second), type_field(type_of(world, "document_version"), S("change"))).number,
	    change);
	take_step(world, change, "implement"); /* and is used up */
	assert_int_equal(edit_by(world, admin, process, "kind", "procedure", NULL), E_CONFLICT);
}

static int open_lenient(void **state)
{
	return world_open_with(
	    state, "process: document_management\nrecords:\n  document:\n    strict: {change_control: warn}\n");
}

static void an_organisation_can_begin_less_strictly(void **state)
{
	struct world *world = *state;
	int64_t process = controlled(world);

	must(world, edit_by(world, as(world, world->admin), process, "kind", "procedure", NULL));
	assert_int_equal(
	    count_rows(world, "SELECT count(*) FROM kaname_event WHERE record = ? AND kind = 'warning'", process), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_was_kept_long_enough_is_disposed_of),
	    TEST(what_is_archived_keeps_its_words),
	    TEST(what_is_held_stays),
	    TEST(what_is_held_holds_up_no_other),
	    TEST(a_rule_for_some_goes_before_one_for_all),
	    TEST(rules_that_contradict_each_other_stop),
	    TEST(what_is_kept_for_ever_is_never_due),
	    TEST(a_rule_must_make_sense),
	    TEST(what_is_under_control_needs_a_change),
	    cmocka_unit_test_setup_teardown(an_organisation_can_begin_less_strictly, open_lenient, world_close),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
