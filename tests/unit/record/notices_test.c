/* What people are told of, by which way and when: as they say themselves, with time passed in. */
#include "edit_world.h"

#include <unistd.h>

#include "record/notices.h"
#include "record/outbox.h"

static void choose(struct world *world, int64_t person, const char *rules, const char *times)
{
	must(world, edit_by(world, as(world, person), person, "notice_rules", rules, "digest_times", times, NULL));
}

/* Whoever has to know of security incidents is told of it, and that it waits: two notices. */
enum { TOLD = 2 };

static void report_one(struct world *world, const char *title)
{
	made(world, "incident", "title", title, "security", "true", NULL);
}

static int64_t unread_at(struct world *world, const char *time)
{
	READER connection = NULL;
	int64_t count;

	must(world, store_reader(world->store, &connection, &world->error));
	must(world, notices_unread(connection, world->secured, at(time), &count, &world->error));
	return count;
}

static size_t mailed_at(struct world *world, const char *time)
{
	size_t put;

	must(world, notices_mail(world->kernel, at(time), &put, &world->error));
	return put;
}

static void who_says_nothing_is_told_at_once_and_not_by_mail(void **state)
{
	struct world *world = *state;

	report_one(world, "One");
	assert_int_equal(unread_at(world, "2026-11-02T00:00:00Z"), TOLD);
	assert_int_equal(mailed_at(world, "2027-01-01T00:00:00Z"), 0);
}

static void what_is_gathered_is_shown_at_the_next_of_ones_own_times(void **state)
{
	struct world *world = *state;

	choose(world, world->secured, "[{\"event\":\"notice\",\"in_app\":\"digest\",\"mail\":\"at_once\"}]",
	       "08:00, 17:30");
	report_one(world, "One"); /* at 9:00 in Tokyo */
	assert_int_equal(unread_at(world, "2026-11-02T08:29:59Z"), 0);
	assert_int_equal(told_of(world, world->secured, "notice", 0), TOLD);
	assert_int_equal(unread_at(world, "2026-11-02T08:30:00Z"), TOLD);
	assert_int_equal(mailed_at(world, "2026-11-02T00:00:00Z"), TOLD); /* of two records */
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_outbox WHERE kind = 'notice' AND at >= ?", 0),
			 TOLD);
	assert_int_equal(mailed_at(world, "2026-11-03T00:00:00Z"), 0); /* once */
}

static void a_digest_is_one_mail(void **state)
{
	struct world *world = *state;

	choose(world, world->secured, "[{\"event\":\"notice\",\"in_app\":\"never\",\"mail\":\"digest\"}]", "17:30");
	report_one(world, "One");
	world->now += HOUR;
	report_one(world, "Another");
	assert_int_equal(unread_at(world, "2027-01-01T00:00:00Z"), 0);
	assert_int_equal(mailed_at(world, "2026-11-02T08:29:59Z"), 0);
	assert_int_equal(mailed_at(world, "2026-11-02T08:30:00Z"), 1);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_outbox WHERE kind = 'digest' AND at >= ?", 0),
			 1);
}

static void hush(struct world *world, const char *hours, const char *in_app, const char *mail)
{
	must(world, edit_by(world, as(world, world->secured), world->secured, "quiet_hours", hours, "quiet_in_app",
			    in_app, "quiet_mail", mail, "notice_rules",
			    "[{\"event\":\"notice\",\"in_app\":\"at_once\",\"mail\":\"at_once\"}]", NULL));
}

static void what_falls_into_quiet_hours_is_told_together_at_their_end(void **state)
{
	struct world *world = *state; /* it is Monday, 9:00 in Tokyo */

	hush(world, "[{\"day\":\"monday\",\"begins\":\"08:30\",\"ends\":\"10:00\"}]", "told", "held");
	report_one(world, "One");
	world->now += 10 * MINUTE;
	report_one(world, "Another");
	assert_int_equal(unread_at(world, "2026-11-02T00:10:00Z"), 2 * TOLD);
	assert_int_equal(mailed_at(world, "2026-11-02T00:59:59Z"), 0);
	assert_int_equal(mailed_at(world, "2026-11-02T01:00:00Z"), 1);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_outbox WHERE kind = 'digest' AND at >= ?", 0),
			 1);
	world->now = at("2026-11-02T01:00:00Z"); /* they are over */
	report_one(world, "Later");
	assert_int_equal(mailed_at(world, "2026-11-02T01:00:00Z"), TOLD);
}

static void quiet_hours_go_on_over_midnight_and_into_the_next_ones(void **state)
{
	struct world *world = *state;

	hush(world,
	     "[{\"day\":\"sunday\",\"begins\":\"22:00\",\"ends\":\"09:30\"},"
	     "{\"day\":\"monday\",\"begins\":\"09:30\",\"ends\":\"12:00\"}]",
	     "held", "told");
	report_one(world, "One");
	assert_int_equal(unread_at(world, "2026-11-02T02:59:59Z"), 0);
	assert_int_equal(unread_at(world, "2026-11-02T03:00:00Z"), TOLD);
	assert_int_equal(mailed_at(world, "2026-11-02T00:00:00Z"), TOLD); /* a way that is not held */
	must(world, edit_by(world, as(world, world->secured), world->secured, "zone", "Europe/Berlin", NULL));
	world->now += 20 * MINUTE; /* 1:20 on Monday there */
	report_one(world, "Another");
	assert_int_equal(unread_at(world, "2026-11-02T10:59:59Z"), TOLD);
	assert_int_equal(unread_at(world, "2026-11-02T11:00:00Z"), 2 * TOLD);
}

static void what_is_urgent_is_not_held(void **state)
{
	struct world *world = *state;

	hush(world, "[{\"day\":\"monday\",\"begins\":\"08:00\",\"ends\":\"10:00\"}]", "held", "held");
	made(world, "incident", "title", "Everything", "security", "true", "impact", "critical", "urgency", "high",
	     NULL);
	assert_true(unread_at(world, "2026-11-02T00:00:00Z") > 0);
	assert_true(mailed_at(world, "2026-11-02T00:00:00Z") > 0);
}

static void the_same_again_within_a_while_is_told_once(void **state)
{
	struct world *world = *state;
	int64_t incident = made(world, "incident", "title", "Flaps", NULL);

	for (int i = 0; i < 4; i++) { /* at 0, 5, 10 and 15 minutes */
		must(world, edit_by(world, actor_system(), incident, "security", "true", NULL));
		must(world, edit_by(world, actor_system(), incident, "security", "false", NULL));
		world->now += 5 * MINUTE;
	}
	assert_int_equal(told_of(world, world->secured, "notice", incident), 2);
	must(world, edit_by(world, as(world, world->secured), world->secured, "repeat_after", "1h", NULL));
	must(world, edit_by(world, actor_system(), incident, "security", "true", NULL));
	assert_int_equal(told_of(world, world->secured, "notice", incident), 2);
}

/* Of what waits for a decision, the mail has an address that decides; whoever looks at the outbox does not see it. */
static void a_mail_about_a_decision_has_its_link(void **state)
{
	struct world *world = *state;
	struct outbox_entry *entries;
	READER connection = NULL;
	char path[TEST_DIRECTORY + 8];
	size_t count;

	snprintf(path, sizeof(path), "%s/key", world->directory);
	must(world, signing_key_open(path, &world->kernel->key, &world->error));
	world->kernel->has_key = true;
	choose(world, world->desk, "[{\"event\":\"approval\",\"mail\":\"at_once\"}]", "08:00");
	made(world, "approval", "title", "A laptop", "approver", "desk", NULL);
	assert_int_equal(mailed_at(world, "2026-11-02T00:00:00Z"), 1);
	assert_int_equal(
	    count_rows(world,
		       "SELECT count(*) FROM kaname_outbox WHERE payload LIKE '%\"/decide/APR-1.PER-%' AND at >= ?", 0),
	    1);
	must(world, store_reader(world->store, &connection, &world->error));
	must(world, outbox_list(connection, world->arena, OUTBOX_WAITS, 0, 10, &entries, &count, &world->error));
	assert_int_equal(count, 1);
	assert_false(str_find(entries[0].payload, S("decide"), &count));
	assert_true(str_find(entries[0].payload, S("]}"), &count));
	unlink(path);
}

static enum status run_text(void *context, struct connection *connection, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, str_of(context), &statement, error);

	return status ? status : store_run(statement, error);
}

static void write_text(struct world *world, const char *sql)
{
	must(world, store_write_wait(world->store, run_text, (void *)(uintptr_t)sql, &world->error));
}

/* settled_at NULL: it still waits. */
static void put(struct world *world, const char *sent_at, const char *settled_at)
{
	char sql[400], settled[40] = "NULL, NULL";

	if (settled_at)
		snprintf(settled, sizeof(settled), "'sent', %lld", (long long)at(settled_at));
	snprintf(sql, sizeof(sql),
		 "INSERT INTO kaname_outbox (at, kind, due_at, fate, settled_at, address, raw) "
		 "VALUES (%lld, 'test', NULL, %s, 'a@b.example', 'Subject: One')",
		 (long long)at(sent_at), settled);
	write_text(world, sql);
}

static int64_t thick(struct world *world)
{
	return count_rows(world, "SELECT count(*) FROM kaname_outbox WHERE raw IS NOT NULL AND at > ?", 0);
}

static void what_was_sent_long_ago_is_thinned_and_not_looked_at_again(void **state)
{
	struct world *world = *state;
	struct outbox_place place = {0};
	int64_t before, looked;
	bool more;

	put(world, "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z");
	put(world, "2026-01-02T00:00:00Z", NULL);
	put(world, "2026-01-03T00:00:00Z", "2026-01-03T00:00:01Z");
	put(world, "2026-03-01T00:00:00Z", "2026-03-01T00:00:01Z");
	before = count_rows(world, "SELECT min(id) FROM kaname_outbox WHERE at > ?", 0) - 1;
	must(world, outbox_thin(world->kernel, at("2026-02-01T00:00:00Z"), &place, &more, &world->error));
	assert_int_equal(thick(world), 2); /* what waits, and what is young */
	assert_false(more);
	assert_int_equal(place.thinned - before, 1); /* what waits is looked at again */
	must(world, outbox_thin(world->kernel, at("2026-02-02T00:00:00Z"), &place, &more, &world->error));
	assert_int_equal(place.thinned - before, 1);
	write_text(world, "UPDATE kaname_outbox SET fate = 'sent', settled_at = at WHERE fate IS NULL");
	must(world, outbox_thin(world->kernel, at("2026-02-03T00:00:00Z"), &place, &more, &world->error));
	assert_int_equal(thick(world), 1);
	assert_int_equal(place.thinned - before, 3);
	looked = place.looked;
	must(world, outbox_thin(world->kernel, at("2026-04-01T00:00:00Z"), &place, &more, &world->error));
	assert_int_equal(looked - before, 3);
	assert_int_equal(thick(world), 0);
	assert_true(more); /* there may be others behind: another look finds none */
	must(world, outbox_thin(world->kernel, at("2026-04-01T00:00:00Z"), &place, &more, &world->error));
	assert_false(more);
	assert_int_equal(place.thinned - before, 4);
}

static void what_nobody_wants_is_not_written(void **state)
{
	struct world *world = *state;

	choose(world, world->secured, "[{\"event\":\"notice\",\"in_app\":\"never\",\"mail\":\"never\"}]", "17:30");
	report_one(world, "One");
	assert_int_equal(told_of(world, world->secured, "notice", 0), 0);
	choose(world, world->secured, "[{\"event\":\"escalation\",\"in_app\":\"never\"}]", "17:30");
	report_one(world, "Another"); /* of this kind nothing is said now */
	assert_int_equal(told_of(world, world->secured, "notice", 0), TOLD);
}

static void people_set_their_own_fields_in_their_own_record_only(void **state)
{
	struct world *world = *state;
	const struct actor *user = as(world, world->user);

	must(world, edit_by(world, user, world->user, "theme", "dark", "zone", "Europe/Berlin", NULL));
	assert_string_equal(shown(world, world->user, "theme"), "dark");
	assert_int_equal(edit_by(world, user, world->user, "name", "Another", NULL), E_DENIED);
	assert_true(edit_by(world, user, world->user2, "theme", "dark", NULL) != OK);
	assert_int_equal(edit_by(world, user, world->user, "zone", "Mars/Phobos", NULL), E_INVALID);
	assert_true(has_fault(world, "zone", "zone"));
	assert_int_equal(edit_by(world, user, world->user, "digest_times", "25:00", NULL), E_INVALID);
	assert_true(has_fault(world, "digest_times", "times"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(who_says_nothing_is_told_at_once_and_not_by_mail, world_open, world_close),
	    cmocka_unit_test_setup_teardown(what_is_gathered_is_shown_at_the_next_of_ones_own_times, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(a_digest_is_one_mail, world_open, world_close),
	    cmocka_unit_test_setup_teardown(what_falls_into_quiet_hours_is_told_together_at_their_end, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(quiet_hours_go_on_over_midnight_and_into_the_next_ones, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(what_is_urgent_is_not_held, world_open, world_close),
	    cmocka_unit_test_setup_teardown(the_same_again_within_a_while_is_told_once, world_open, world_close),
	    cmocka_unit_test_setup_teardown(a_mail_about_a_decision_has_its_link, world_open, world_close),
	    cmocka_unit_test_setup_teardown(what_was_sent_long_ago_is_thinned_and_not_looked_at_again, world_open,
					    world_close),
	    cmocka_unit_test_setup_teardown(what_nobody_wants_is_not_written, world_open, world_close),
	    cmocka_unit_test_setup_teardown(people_set_their_own_fields_in_their_own_record_only, world_open,
					    world_close),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
