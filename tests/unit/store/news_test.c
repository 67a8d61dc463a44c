/* What is committed is told, once and in order, here and on other nodes; what was undone is not. */
#include <pthread.h>

#include "store/postgres.h"
#include "support.h"

enum { HEARD_MOST = 4000, PATIENCE = 20 /* s */ };

struct listener {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct news news[HEARD_MOST];
	size_t count;
};

static void hear(void *context, const struct news *news, size_t count)
{
	struct listener *listener = context;

	pthread_mutex_lock(&listener->lock);
	for (size_t i = 0; i < count && listener->count < HEARD_MOST; i++)
		listener->news[listener->count++] = news[i];
	pthread_cond_signal(&listener->changed);
	pthread_mutex_unlock(&listener->lock);
}

static struct listener *listener_new(void)
{
	struct listener *listener = calloc(1, sizeof(*listener));

	pthread_mutex_init(&listener->lock, NULL);
	pthread_cond_init(&listener->changed, NULL);
	return listener;
}

/* Waits for that many since it was last emptied, and empties it. */
static const struct news *wait_for(struct listener *listener, size_t count)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += PATIENCE;
	pthread_mutex_lock(&listener->lock);
	while (listener->count < count)
		if (pthread_cond_timedwait(&listener->changed, &listener->lock, &end))
			fail_msg("%zu news of %zu were told", listener->count, count);
	assert_int_equal(listener->count, count);
	listener->count = 0;
	pthread_mutex_unlock(&listener->lock);
	return listener->news;
}

struct telling {
	int64_t first, count;
	bool fails;
};

static enum status tell(void *context, struct connection *connection, struct error *error)
{
	const struct telling *telling = context;
	/* Without a change nothing is committed that others could see. */
	enum status status = store_execute(connection, S("INSERT INTO told (n) VALUES (1)"), error);

	for (int64_t i = 0; i < telling->count; i++)
		store_tell(connection, NEWS_RECORD, telling->first + i, 7);
	if (!status && telling->fails)
		return error_fail(error, E_CONFLICT, "", "test", N_("Only tried"));
	return status;
}

static void say(struct bench *bench, int64_t first, int64_t count)
{
	struct telling telling = {.first = first, .count = count};

	error_clear(&bench->error);
	must(bench, store_write_wait(bench->store, tell, &telling, &bench->error));
}

static void assert_records(const struct news *news, int64_t first, int64_t count, bool foreign)
{
	for (int64_t i = 0; i < count; i++) {
		assert_int_equal(news[i].kind, NEWS_RECORD);
		assert_int_equal(news[i].subject, first + i);
		assert_int_equal(news[i].detail, 7);
		assert_int_equal(news[i].foreign, foreign);
	}
}

static void test_what_is_committed_is_told(void **state)
{
	struct bench *bench = *state;
	struct telling undone = {.first = 900, .count = 2, .fails = true};
	struct listener *listener = listener_new();
	struct ear *ear;

	sql(bench, "CREATE TABLE told (n INTEGER)");
	must(bench, store_listen(bench->store, hear, listener, &ear, &bench->error));
	if (on_postgres())
		wait_for(listener, 1); /* what was before is missed */
	say(bench, 1, 3);
	assert_records(wait_for(listener, 3), 1, 3, false);
	assert_int_equal(store_write_wait(bench->store, tell, &undone, &bench->error), E_CONFLICT);
	say(bench, 10, 1);
	assert_records(wait_for(listener, 1), 10, 1, false);
	say(bench, 1, 1001);
	assert_int_equal(wait_for(listener, 1)->kind, NEWS_MISSED);
	store_unlisten(bench->store, &ear);
	say(bench, 20, 1);
	assert_int_equal(listener->count, 0);
	free(listener);
}

static void test_other_nodes_hear_of_it(void **state)
{
	struct bench *bench = *state;
	struct store_options options = {.url = bench->url, .readers = 1};
	struct listener *here = listener_new(), *there = listener_new();
	struct store *other = NULL;
	struct ear *ears[2];

	sql(bench, "CREATE TABLE told (n INTEGER)");
	must(bench, store_open(&options, &other, &bench->error));
	must(bench, store_listen(bench->store, hear, here, &ears[0], &bench->error));
	must(bench, store_listen(other, hear, there, &ears[1], &bench->error));
	wait_for(here, 1);
	assert_int_equal(wait_for(there, 1)->kind, NEWS_MISSED);
	for (int64_t round = 1; round < 20; round++) {
		say(bench, INT64_C(1) << 40 | round, round);
		assert_records(wait_for(there, (size_t)round), INT64_C(1) << 40 | round, round, true);
		assert_records(wait_for(here, (size_t)round), INT64_C(1) << 40 | round, round, false);
	}
	/* More than a message holds. */
	say(bench, INT64_C(1) << 40, 800);
	assert_int_equal(wait_for(there, 1)->kind, NEWS_MISSED);
	wait_for(here, 800);
	/* A line that breaks. */
	ask(bench, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' "
		   "AND datname = current_database()");
	assert_int_equal(wait_for(there, 1)->kind, NEWS_MISSED);
	wait_for(here, 1);
	say(bench, 1, 1);
	assert_records(wait_for(there, 1), 1, 1, true);
	store_unlisten(bench->store, &ears[0]);
	store_unlisten(other, &ears[1]);
	store_close(other);
	free(here);
	free(there);
}

static void test_messages_of_others(void **state)
{
	static const char *const strange[] = {"", "1", "1;", "1;r1", "1;q1 1", "1;r1 1;r2 2", "1;r1 1,"};
	struct news news[3];

	assert_int_equal(pg_read_news("ff;r1 1", 0xff, news, 3), 0);
	assert_int_equal(pg_read_news("ff;r-1 2,t3 -4,s0 0", 0xfe, news, 3), 3);
	assert_int_equal(news[0].subject, -1);
	assert_int_equal(news[1].kind, NEWS_TIMER);
	assert_int_equal(news[1].detail, -4);
	assert_int_equal(news[2].kind, NEWS_SCHEMA);
	assert_int_equal(pg_read_news("ff;r1 1,r2 2,r3 3,r4 4", 0xfe, news, 3), 1);
	assert_int_equal(news[0].kind, NEWS_MISSED);
	for (size_t i = 0; i < sizeof(strange) / sizeof(*strange); i++) {
		assert_int_equal(pg_read_news(strange[i], 0xfe, news, 3), 1);
		assert_int_equal(news[0].kind, NEWS_MISSED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_what_is_committed_is_told, bench_setup, bench_teardown),
	    cmocka_unit_test(test_messages_of_others),
	};
	const struct CMUnitTest of_nodes[] = {
	    cmocka_unit_test_setup_teardown(test_other_nodes_hear_of_it, bench_setup, bench_teardown)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	return failed + (on_postgres() ? cmocka_run_group_tests(of_nodes, NULL, NULL) : 0);
}
