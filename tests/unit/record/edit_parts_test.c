/* What comes with an edit: links, files, watchers, search terms, repeated and bundled requests. */
#include "edit_world.h"

static int64_t incident_of(struct world *world, const char *title)
{
	return made(world, "incident", "title", title, "caller", "user", NULL);
}

static enum status edit_request(struct world *world, const struct actor *actor, struct edit_request request)
{
	struct edit_batch batch = {
	    .actor = actor, .requests = &request, .count = 1, .results = &world->result, .now = world->now};

	error_clear(&world->error);
	return kernel_edit(world->kernel, &batch, &world->error);
}

static void links_begin_and_end(void **state)
{
	struct world *world = *state;
	int64_t one = incident_of(world, "One"), two = incident_of(world, "Two");

	assert_int_equal(edit_by(world, as(world, world->desk), one, "link related_to", "INC-2", NULL), OK);
	assert_int_equal(world->result.version, 2);
	assert_int_equal(count_rows(world, "SELECT source FROM kaname_link WHERE until IS NULL AND target = ?", two),
			 one);
	assert_int_equal(edit_by(world, as(world, world->desk), one, "link related_to", "INC-2", NULL), OK);
	assert_int_equal(world->result.event, 0);
	world->now += HOUR;
	assert_int_equal(edit_by(world, as(world, world->desk), one, "unlink related_to", "INC-2", NULL), OK);
	assert_int_equal(count_rows(world, "SELECT until - since FROM kaname_link WHERE target = ?", two), HOUR);
	assert_int_equal(edit_by(world, as(world, world->desk), one, "link related_to", "INC-1", NULL), E_INVALID);
	assert_true(has_fault(world, "related_to", "self"));
	assert_int_equal(edit_by(world, as(world, world->desk), one, "link related_to", "INC-99", NULL), E_INVALID);
	assert_true(has_fault(world, "related_to", "reference"));
	assert_int_equal(edit_by(world, as(world, world->desk), one, "link related_to", "CUS-1", NULL), E_INVALID);
}

static void a_link_of_one_takes_the_place_of_the_old(void **state)
{
	struct world *world = *state;
	int64_t child = incident_of(world, "Child"), first = incident_of(world, "First"), second;

	second = incident_of(world, "Second");
	assert_int_equal(edit_by(world, as(world, world->desk), child, "link part_of", "INC-2", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), child, "link part_of", "INC-3", NULL), OK);
	assert_int_equal(
	    count_rows(world, "SELECT count(*) FROM kaname_link WHERE until IS NULL AND target = ?", first), 0);
	assert_int_equal(
	    count_rows(world, "SELECT count(*) FROM kaname_link WHERE until IS NULL AND target = ?", second), 1);
}

static void links_from_the_other_end(void **state)
{
	struct world *world = *state;
	int64_t parent = incident_of(world, "Parent"), child = incident_of(world, "Child");
	struct link_input link = {.link = type_link(world->incident, S("part_of")), .backwards = true, .other = child};
	struct edit_request request = {
	    .type = world->incident, .record = parent, .links = &link, .link_count = 1, .via = VIA_WEB};

	assert_int_equal(edit_request(world, as(world, world->desk), request), OK);
	assert_int_equal(count_rows(world, "SELECT target FROM kaname_link WHERE until IS NULL AND source = ?", child),
			 parent);
}

static void a_links_field_is_a_value(void **state)
{
	struct world *world = *state;
	int64_t incident, item = made(world, "configuration_item", "name", "mail-01", NULL);

	made(world, "configuration_item", "name", "mail-02", NULL);
	assert_int_equal(create_by(world, as(world, world->desk), "incident", "title", "Down", "configuration_items",
				   "CI-2, CI-1", NULL),
			 OK);
	incident = world->result.record;
	assert_int_equal(
	    look(world, incident)->values[type_field(world->incident, S("configuration_items"))->index].list.count, 2);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "configuration_items", "CI-2", NULL), OK);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_link WHERE until IS NULL AND target = ?", item),
			 0);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "link affects", "CI-1", NULL), OK);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_link WHERE until IS NULL AND target = ?", item),
			 1);
	assert_int_equal(count_rows(world,
				    "SELECT count(*) FROM kaname_event WHERE fields = ',configuration_items,' AND "
				    "record = ?",
				    incident),
			 2);
	assert_int_equal(edit_by(world, as(world, world->desk), incident, "configuration_items", "CI-7", NULL),
			 E_INVALID);
	assert_true(has_fault(world, "configuration_items", "reference"));
}

static void a_content_is_stored_once(void **state)
{
	struct world *world = *state;
	int64_t incident = incident_of(world, "Screenshots");
	struct attachment_input files[2] = {{S("a.txt"), S("text/plain"), S("the same")},
					    {S("b.txt"), S("text/plain"), S("the same")}};
	struct edit_request request = {
	    .type = world->incident, .record = incident, .attachments = files, .attachment_count = 2, .via = VIA_WEB};
	struct attachment *found;
	READER connection = NULL;
	struct str bytes;
	size_t count;

	assert_int_equal(edit_request(world, as(world, world->user), request), OK);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_blob WHERE size > ?", 0), 1);
	assert_int_equal(store_reader(world->store, &connection, &world->error), OK);
	struct record *whose;
	assert_int_equal(read_record(world->kernel, connection, world->arena, as(world, world->user), incident, &whose,
				     &world->error),
			 OK);
	assert_int_equal(read_attachments(world->kernel, connection, world->arena, as(world, world->user), whose,
					  &found, &count, &world->error),
			 OK);
	assert_int_equal(count, 2);
	assert_true(found[0].is_public);
	assert_int_equal(read_attachment_bytes(world->kernel, connection, world->arena, as(world, world->user),
					       found[0].identity, &found, &bytes, &world->error),
			 OK);
	assert_true(str_is(bytes, "the same"));
}

static void a_file_over_25_mb_is_refused(void **state)
{
	struct world *world = *state;
	size_t size = (25u << 20) + 1;
	struct attachment_input file = {
	    S("big.bin"), S("application/octet-stream"), {arena_alloc(world->arena, size), size}};
	struct edit_request request = {
	    .type = world->incident, .attachments = &file, .attachment_count = 1, .via = VIA_WEB};
	struct field_input title = {type_field(world->incident, S("title")), value_text(S("Big"))};

	request.fields = &title;
	request.field_count = 1;
	assert_int_equal(edit_request(world, as(world, world->desk), request), E_TOO_LARGE);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM incident WHERE id > ?", 0), 0);
}

static void watching_begins_and_ends(void **state)
{
	struct world *world = *state;
	int64_t incident = incident_of(world, "Watched");
	struct edit_request request = {.type = world->incident, .record = incident, .watch = true, .via = VIA_WEB};

	assert_int_equal(edit_request(world, as(world, world->resolver), request), OK);
	assert_int_equal(count_rows(world, "SELECT person FROM kaname_watcher WHERE record = ?", incident),
			 world->resolver);
	assert_int_equal(edit_request(world, as(world, world->resolver), request), OK);
	assert_int_equal(world->result.event, 0);
	request.watch = false;
	request.unwatch = true;
	assert_int_equal(edit_request(world, as(world, world->resolver), request), OK);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_watcher WHERE record = ?", incident), 0);
}

static size_t hits(struct world *world, int64_t person, const char *text)
{
	READER connection = NULL;
	struct search_hit *found;
	size_t count = 0;

	assert_int_equal(store_reader(world->store, &connection, &world->error), OK);
	assert_int_equal(read_search(world->kernel, connection, world->arena, as(world, person), str_of(text), 10,
				     &found, &count, &world->error),
			 OK);
	return count;
}

static void words_are_found_until_they_go(void **state)
{
	struct world *world = *state;
	int64_t incident = incident_of(world, "サーバ障害発生");

	assert_int_equal(hits(world, world->desk, "障害"), 1);
	assert_int_equal(hits(world, world->user, "障害"), 1);
	assert_int_equal(hits(world, world->user2, "障害"), 0);
	assert_int_equal(
	    edit_by(world, as(world, world->desk), incident, "title", "停電", "comment", "発電機を手配", NULL), OK);
	assert_int_equal(hits(world, world->desk, "障害"), 0);
	assert_int_equal(hits(world, world->desk, "停電"), 1);
	assert_int_equal(hits(world, world->desk, "発電機"), 1);
	assert_int_equal(hits(world, world->user, "発電機"), 0);
}

static enum status repeated(struct world *world, const char *title, const char *content)
{
	struct field_input input = {type_field(world->incident, S("title")), value_text(str_of(title))};
	struct edit_request request = {.type = world->incident, .fields = &input, .field_count = 1, .via = VIA_API};
	struct edit_batch batch = {.actor = as(world, world->desk),
				   .requests = &request,
				   .count = 1,
				   .results = &world->result,
				   .idempotency_key = S("abc"),
				   .idempotency_content = hash_bytes(str_of(content)),
				   .now = world->now};

	error_clear(&world->error);
	return kernel_edit(world->kernel, &batch, &world->error);
}

static void the_same_request_is_done_once(void **state)
{
	struct world *world = *state;
	struct edit_result first;

	assert_int_equal(repeated(world, "Once", "a"), OK);
	first = world->result;
	assert_false(first.replayed);
	assert_int_equal(repeated(world, "Once", "a"), OK);
	assert_true(world->result.replayed && world->result.created);
	assert_int_equal(world->result.record, first.record);
	assert_int_equal(world->result.version, 1);
	assert_int_equal(repeated(world, "Twice", "b"), E_CONFLICT);
	assert_true(has_fault(world, "", "idempotency"));
	world->now += 25 * HOUR;
	assert_int_equal(repeated(world, "Twice", "b"), OK);
	assert_int_not_equal(world->result.record, first.record);
}

static void a_bundle_is_done_whole_or_not_at_all(void **state)
{
	struct world *world = *state;
	struct field_input good = {type_field(world->incident, S("title")), value_text(S("Good"))};
	struct field_input bad = {type_field(world->incident, S("impact")), value_choice(S("enormous"))};
	struct edit_request requests[2] = {{.type = world->incident, .fields = &good, .field_count = 1},
					   {.type = world->incident, .fields = &bad, .field_count = 1}};
	struct edit_result results[2];
	struct edit_batch batch = {
	    .actor = as(world, world->desk), .requests = requests, .count = 2, .results = results, .now = world->now};

	error_clear(&world->error);
	assert_int_equal(kernel_edit(world->kernel, &batch, &world->error), E_INVALID);
	assert_true(has_fault(world, "1.impact", "choice"));
	assert_int_equal(count_rows(world, "SELECT count(*) FROM incident WHERE id > ?", 0), 0);
	requests[1].fields = &good;
	error_clear(&world->error);
	assert_int_equal(kernel_edit(world->kernel, &batch, &world->error), OK);
	assert_int_equal(IDENTITY_SERIAL(results[0].record), 1);
	assert_int_equal(IDENTITY_SERIAL(results[1].record), 2);
	batch.dry_run = true;
	error_clear(&world->error);
	assert_int_equal(kernel_edit(world->kernel, &batch, &world->error), OK);
	assert_int_equal(world->error.count, 0);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM incident WHERE id > ?", 0), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
	    TEST(links_begin_and_end),           TEST(a_link_of_one_takes_the_place_of_the_old),
	    TEST(links_from_the_other_end),      TEST(a_links_field_is_a_value),
	    TEST(a_content_is_stored_once),      TEST(a_file_over_25_mb_is_refused),
	    TEST(watching_begins_and_ends),      TEST(words_are_found_until_they_go),
	    TEST(the_same_request_is_done_once), TEST(a_bundle_is_done_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
