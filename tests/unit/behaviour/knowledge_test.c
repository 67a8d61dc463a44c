/* The behaviours that articles and their feedback are composed of, as shipped. */
#include "edit_world.h"

#include "behaviour/behaviours.h"

static int64_t drafted(struct world *world, int64_t person)
{
	assert_int_equal(create_by(world, as(world, person), "article", "title", "Forgotten password", "body",
				   "Press *Forgot*.", "audience", "customers", NULL),
			 OK);
	return world->result.record;
}

static int64_t published(struct world *world)
{
	int64_t article = drafted(world, world->desk);

	assert_int_equal(edit_by(world, as(world, world->desk), article, "state", "submit", NULL), OK);
	assert_int_equal(
	    edit_by(world, as(world, world->admin), article, "state", "publish", "review_by", "2027-05-01", NULL), OK);
	return article;
}

/* --- author --- */

static void whoever_writes_is_the_author(void **state)
{
	struct world *world = *state;
	int64_t article = drafted(world, world->desk);
	int64_t author = look(world, article)->created_by;
	const struct field *field = type_field(type_of(world, "article"), S("author"));

	assert_int_equal(author, world->desk);
	assert_int_equal(record_value(look(world, article), field).number, world->desk);
	assert_int_equal(edit_by(world, as(world, world->admin), article, "keywords", "login", NULL), OK);
	assert_int_equal(record_value(look(world, article), field).number, world->desk);
	assert_int_equal(edit_by(world, as(world, world->admin), article, "body", "Press *Reset*.", NULL), OK);
	assert_int_equal(record_value(look(world, article), field).number, world->admin);
	assert_int_equal(edit_by(world, as(world, world->desk), article, "author", "desk", NULL), E_INVALID);
	assert_true(has_fault(world, "author", "read_only"));
}

static void nobody_publishes_what_they_wrote(void **state)
{
	struct world *world = *state;
	int64_t article = drafted(world, world->admin);

	assert_int_equal(edit_by(world, as(world, world->admin), article, "state", "submit", NULL), OK);
	assert_int_equal(
	    edit_by(world, as(world, world->admin), article, "state", "publish", "review_by", "2027-05-01", NULL),
	    E_CONFLICT);
	assert_true(has_fault(world, "state", "guard"));
	assert_string_equal(shown(world, article, "state"), "in_review");
}

/* --- locked --- */

static void what_is_read_was_reviewed(void **state)
{
	struct world *world = *state;
	int64_t article = published(world);

	assert_string_equal(shown(world, article, "edition"), "1");
	assert_int_equal(edit_by(world, as(world, world->admin), article, "body", "Anything", NULL), E_CONFLICT);
	assert_true(has_fault(world, "body", "locked"));
	assert_int_equal(edit_by(world, as(world, world->admin), article, "audience", "staff", NULL), E_CONFLICT);
	assert_int_equal(edit_by(world, as(world, world->admin), article, "keywords", "login", NULL), OK);
	assert_int_equal(
	    edit_by(world, as(world, world->desk), article, "state", "revise", "comment", "New button", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), article, "body", "Press *Reset*.", NULL), OK);
}

/* --- unique_together, tally --- */

static void a_reader_has_one_vote(void **state)
{
	struct world *world = *state;
	int64_t article = published(world), vote, version = look(world, article)->version;
	const char *number = number_of(world, article);

	assert_int_equal(
	    create_by(world, as(world, world->user), "article_feedback", "article", number, "verdict", "true", NULL),
	    OK);
	vote = world->result.record;
	assert_int_equal(
	    create_by(world, as(world, world->user2), "article_feedback", "article", number, "verdict", "true", NULL),
	    OK);
	assert_string_equal(shown(world, article, "helpful_count"), "2");
	assert_int_equal(
	    create_by(world, as(world, world->user), "article_feedback", "article", number, "verdict", "true", NULL),
	    E_CONFLICT);
	assert_true(has_fault(world, "article", "unique"));
	assert_int_equal(edit_by(world, as(world, world->user), vote, "verdict", "false", "remark", "No button", NULL),
			 OK);
	assert_string_equal(shown(world, article, "helpful_count"), "1");
	assert_string_equal(shown(world, article, "unhelpful_count"), "1");
	assert_int_equal(edit_by(world, as(world, world->user2), vote, "verdict", "true", NULL), E_NOT_FOUND);
	assert_int_equal(look(world, article)->version, version); /* whoever edits the article is not disturbed */
}

static void solving_with_an_article_counts(void **state)
{
	struct world *world = *state;
	int64_t article = published(world);
	int64_t incident = made(world, "incident", "title", "Cannot log in", "caller", "user", NULL);

	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "start", "group", "desk", "assignee",
				 "desk", "category", "access", "security", "false", "ci_unknown_reason", "none", NULL),
			 OK);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "solved_by", number_of(world, article), NULL),
			 OK);
	assert_string_equal(shown(world, article, "solved_count"), "0");
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "state", "resolve", "resolution", "Reset",
				 "closing_code", "solved", NULL),
			 OK);
	assert_string_equal(shown(world, article, "solved_count"), "1");
	assert_int_equal(edit_by(world, as(world, world->user), incident, "state", "reopen", "comment", "No", NULL),
			 OK);
	assert_string_equal(shown(world, article, "solved_count"), "0");
}

#define KNOWLEDGE_TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    KNOWLEDGE_TEST(whoever_writes_is_the_author),   KNOWLEDGE_TEST(nobody_publishes_what_they_wrote),
	    KNOWLEDGE_TEST(what_is_read_was_reviewed),      KNOWLEDGE_TEST(a_reader_has_one_vote),
	    KNOWLEDGE_TEST(solving_with_an_article_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
