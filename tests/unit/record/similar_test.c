/* Words and fields that records share, how rare words are judged, and that the cost is bounded. What it finds among few
 * records is compared with a look at all of them in tests/api/intake_test.mjs. */
#include "edit_world.h"

#include "record/similar.h"

enum { MANY = 1200 };

/* In batches: `MANY` incidents of which the first is told apart, and every tenth has a word of its own. */
static void fill(struct world *world)
{
	const struct field *title = type_field(world->incident, S("title"));

	for (int from = 0; from < MANY; from += 200) {
		struct field_input inputs[200];
		struct edit_request requests[200];
		struct edit_result results[200];
		struct edit_batch batch = {
		    .actor = actor_system(), .requests = requests, .count = 200, .results = results, .now = world->now};

		for (int i = 0; i < 200; i++) {
			int at = from + i;

			inputs[i] = (struct field_input){
			    title, value_text(str_format(world->arena, "common trouble%s%s", at ? "" : " first",
							 at % 10 ? "" : " tenth"))};
			requests[i] = (struct edit_request){
			    .type = world->incident, .fields = &inputs[i], .field_count = 1, .via = VIA_IMPORT};
		}
		assert_int_equal(kernel_edit(world->kernel, &batch, &world->error), OK);
	}
}

static size_t search(struct world *world, const struct actor *actor, const char *text, const struct value *values,
		     struct similar_hit **hits)
{
	struct str texts[] = {str_of(text)};
	struct similar_request request = {.what = &world->incident->suggestions[0],
					  .texts = texts,
					  .text_count = 1,
					  .values = values,
					  .limit = SIMILAR_MOST,
					  .now = world->now};
	struct value *none = arena_many(world->arena, struct value, request.what->same_count + 1);
	READER connection = NULL;
	size_t count;

	if (!values)
		request.values = none;
	assert_int_equal(store_reader(world->store, &connection, &world->error), OK);
	assert_int_equal(
	    read_similar(world->kernel, connection, world->arena, actor, &request, hits, &count, &world->error), OK);
	return count;
}

static void rare_words_weigh_more(void **state)
{
	struct world *world = *state;
	struct similar_hit *hits;
	size_t count;

	fill(world);
	count = search(world, as(world, world->desk), "the first trouble of many", NULL, &hits);
	assert_true(count > 0);
	assert_int_equal(IDENTITY_SERIAL(hits[0].record->identity), 1); /* the oldest of 1200 */
	assert_true(str_is(hits[0].words, "first trouble"));
	/* 1 of 1200, and 1200 of 1200 as their newest 500 tell */
	assert_true(hits[0].score > 11.2 && hits[0].score < 11.3);
	count = search(world, as(world, world->desk), "tenth", NULL, &hits);
	assert_int_equal(count, SIMILAR_MOST);
	assert_int_equal(IDENTITY_SERIAL(hits[0].record->identity), MANY - 9); /* of equals the newest first */
	assert_true(hits[0].score > 3.4 && hits[0].score < 3.5);               /* 120 of 1200 */
}

/* What all have is chance. */
static void common_words_alone_find_nothing(void **state)
{
	struct world *world = *state;
	struct similar_hit *hits;

	fill(world);
	assert_int_equal(search(world, as(world, world->desk), "common trouble a 害", NULL, &hits), 50);
	assert_int_equal(search(world, as(world, world->desk), "common", NULL, &hits), 0);
	assert_int_equal(search(world, as(world, world->desk), "", NULL, &hits), 0);
	assert_int_equal(search(world, as(world, world->desk), "x y z 1 2", NULL, &hits), 0);
}

static void runs_of_characters_are_told_as_they_were_written(void **state)
{
	struct world *world = *state;
	struct similar_hit *hits;

	made(world, "incident", "title", "メールサーバの障害", NULL);
	assert_int_equal(search(world, as(world, world->desk), "ﾒｰﾙｻｰﾊﾞが止まった、障害か", NULL, &hits), 1);
	assert_true(str_is(hits[0].words, "メールサーバ 障害"));
}

static void restricted_ones_are_for_those_who_handle_them(void **state)
{
	struct world *world = *state;
	struct similar_hit *hits;

	made(world, "incident", "title", "Zebra leaked", "security", "true", NULL);
	assert_int_equal(search(world, as(world, world->desk), "zebra", NULL, &hits), 0);
	assert_int_equal(search(world, as(world, world->secured), "zebra", NULL, &hits), 1);
	assert_int_equal(search(world, as(world, world->user), "zebra", NULL, &hits), 0);
}

static void a_shared_service_leads_among_the_newest(void **state)
{
	struct world *world = *state;
	struct value *values = arena_many(world->arena, struct value, 8);
	const struct suggestion *what = &world->incident->suggestions[0];
	struct similar_hit *hits;
	int64_t incident;

	for (size_t i = 0; i < what->same_count; i++)
		if (str_is(what->mine[i]->name, "service"))
			values[i] = value_record(world->service);
	incident = made(world, "incident", "title", "Nothing alike", "service", "SVC-1", NULL);
	assert_int_equal(search(world, as(world, world->desk), "", values, &hits), 1);
	assert_int_equal(hits[0].record->identity, incident);
	fill(world); /* it is none of the newest any more */
	assert_int_equal(search(world, as(world, world->desk), "", values, &hits), 0);
	assert_int_equal(search(world, as(world, world->desk), "alike", values, &hits), 1);
	assert_true(hits[0].same[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
	    TEST(rare_words_weigh_more),
	    TEST(common_words_alone_find_nothing),
	    TEST(runs_of_characters_are_told_as_they_were_written),
	    TEST(restricted_ones_are_for_those_who_handle_them),
	    TEST(a_shared_service_leads_among_the_newest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
