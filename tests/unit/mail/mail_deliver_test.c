/* What becomes of a mail when the clock decides. The rest is tried with the whole program (tests/api/mail_test.mjs). */
#include "edit_world.h"

#include "base/hash.h"
#include "mail/deliver.h"
#include "record/lookup.h"

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_answer_reopens_within_its_time),
	    TEST(a_late_answer_opens_another_beside_it),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
