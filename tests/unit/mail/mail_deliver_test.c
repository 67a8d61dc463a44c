/* What becomes of a mail when the clock decides, and whom it is taken to be from. The rest is tried with the whole
 * program (tests/api/mail_test.mjs). */
#include "edit_world.h"

#include "base/hash.h"
#include "mail/deliver.h"
#include "record/lookup.h"
#include "store/layout.h"

static const char *const sent_first = "first@people.example";

/* A mail of the user's, as the reader gives it. */
static struct mail_delivery arrive(struct world *world, const char *id, const char *answers, const char *text)
{
	struct mail_reading reading = {.message = {.id = str_of(id),
						   .in_reply_to = str_of(answers),
						   .from = {.address = S("user@acme.example")},
						   .subject = S("Printer"),
						   .text = str_of(text)}};
	struct mail_delivery delivery = {.kernel = world->kernel,
					 .mailbox = S("desk@kaname.example"),
					 .raw = str_of(text),
					 .reading = &reading,
					 .now = world->now};

	must(world, mail_deliver(&delivery, &world->error));
	return delivery;
}

/* An incident that came by mail and was resolved at once. */
static int64_t resolved(struct world *world)
{
	int64_t incident;

	made(world, "mailbox", "address", "desk@kaname.example", NULL);
	must(world, edit_by(world, actor_system(), world->user, "mail", "user@acme.example", NULL));
	incident = arrive(world, sent_first, "", "It does not print.").record;
	must(world, edit_by(world, actor_system(), incident, "category", "mail", "security", "false",
			    "ci_unknown_reason", "none", "group", number_of(world, world->group), NULL));
	must(world, edit_by(world, as(world, world->desk), incident, "state", "start", "assignee", "desk", NULL));
	must(world, edit_by(world, as(world, world->desk), incident, "state", "resolve", "resolution", "Restarted",
			    "closing_code", "solved", NULL));
	return incident;
}

static bool is_related(struct world *world, int64_t from, int64_t to)
{
	READER connection = NULL;
	int64_t *ends;
	size_t count;

	assert_int_equal(kernel_reader(world->kernel, &connection, &world->error), OK);
	assert_int_equal(lookup_ends(connection, world->arena, world->incident->mail->related->kind, from, false, &ends,
				     &count, &world->error),
			 OK);
	return count == 1 && ends[0] == to;
}

/* The seeded policy gives fourteen days. */
static void an_answer_reopens_within_its_time(void **state)
{
	struct world *world = *state;
	int64_t incident = resolved(world);
	struct mail_delivery answer;

	world->now = at("2026-11-16T08:59:59+09:00");
	answer = arrive(world, "second@people.example", sent_first, "Again.");
	assert_string_equal(str_c(world->arena, answer.outcome), "reopened");
	assert_int_equal(answer.record, incident);
	assert_string_equal(shown(world, incident, "state"), "in_progress");
}

static void a_late_answer_opens_another_beside_it(void **state)
{
	struct world *world = *state;
	int64_t incident = resolved(world);
	struct mail_delivery answer;

	run_until(world, "2026-11-16T09:00:01+09:00");
	assert_string_equal(shown(world, incident, "state"), "closed");
	answer = arrive(world, "second@people.example", sent_first, "Again.");
	assert_string_equal(str_c(world->arena, answer.outcome), "opened");
	assert_int_not_equal(answer.record, incident);
	assert_true(is_related(world, answer.record, incident));
	assert_string_equal(shown(world, incident, "state"), "closed");
	/* What comes after it belongs to the new one. */
	assert_int_equal(arrive(world, "third@people.example", "second@people.example", "Hello?").record,
			 answer.record);
}

static int64_t sent_by(struct world *world, const char *id)
{
	struct record *incident = look(world, arrive(world, id, "", "It does not print.").record);

	return record_named(incident, "caller").number;
}

/* By address or by account, in whatever case; of several with one address the active one, known longest. */
static void whoever_writes_is_known_by_address(void **state)
{
	struct world *world = *state;
	int64_t by_account, by_address;

	made(world, "mailbox", "address", "desk@kaname.example", NULL);
	made(world, "person", "account", "gone", "name", "Gone", "mail", "user@acme.example", "active", "false", NULL);
	by_account = made(world, "person", "account", "User@Acme.example", "name", "Account", NULL);
	assert_int_equal(sent_by(world, "1@x"), by_account);
	by_address = made(world, "person", "account", "new", "name", "New", "mail", "USER@ACME.EXAMPLE", NULL);
	assert_int_equal(sent_by(world, "2@x"), by_account);
	must(world, edit_by(world, actor_system(), by_account, "active", "false", NULL));
	assert_int_equal(sent_by(world, "3@x"), by_address);
	must(world, edit_by(world, actor_system(), world->user, "mail", "user@acme.example", NULL));
	assert_int_equal(sent_by(world, "4@x"), world->user);
}

/* Among many people, and however many mails speak of an address: an index answers. */
static void addresses_are_looked_up(void **state)
{
	static const struct str names[] = {S("mail"), S("account")};
	struct world *world = *state;
	READER connection = NULL;

	must(world, kernel_reader(world->kernel, &connection, &world->error));
	for (int i = 0; i < 2; i++) {
		STATEMENT plan = NULL;
		size_t at;
		bool row;

		must(world,
		     store_prepare(connection,
				   str_format(world->arena,
					      "EXPLAIN QUERY PLAN SELECT \"id\" FROM \"person\" WHERE "
					      "%.*s = lower(?) ORDER BY \"id\" LIMIT ?",
					      STR_ARG(layout_any_case(world->arena,
								      type_field(type_of(world, "person"), names[i])))),
				   &plan, &world->error));
		bind_text(plan, S("a@b.example"));
		bind_int(plan, 9);
		must(world, store_step(plan, &row, &world->error));
		assert_true(row && str_find(column_text(plan, 3), S("USING INDEX kaname_i_person_"), &at));
		must(world, store_step(plan, &row, &world->error));
		assert_false(row); /* nor is anything sorted */
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_answer_reopens_within_its_time),
	    TEST(a_late_answer_opens_another_beside_it),
	    TEST(whoever_writes_is_known_by_address),
	    TEST(addresses_are_looked_up),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
