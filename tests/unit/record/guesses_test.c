/* Guessing secrets, at moments that the test states. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h> /* needs those above */

#include "record/guesses.h"

enum { FREE = 30 };
static const instant start = 1000000000000;

static int set_up(void **state)
{
	assert_true(hash_start());
	*state = guesses_new();
	return 0;
}

static int tear_down(void **state)
{
	guesses_free(*state);
	return 0;
}

static instant wait_of(struct guesses *guesses, const char *network, const char *secret, instant now)
{
	struct hash hash = hash_bytes(str_of(secret));
	instant until = guesses_wait(guesses, str_of(network), &hash, now);

	return until > now ? until - now : 0;
}

static void wrong(struct guesses *guesses, const char *network, int times, instant now)
{
	for (int i = 0; i < times; i++)
		guesses_wrong(guesses, str_of(network), now);
}

static void each_wrong_one_makes_it_wait_longer(void **state)
{
	static const instant waits[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
	instant now = start;

	wrong(*state, "a", FREE - 1, now);
	assert_int_equal(wait_of(*state, "a", "x", now), 0);
	for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++) {
		wrong(*state, "a", 1, now);
		assert_int_equal(wait_of(*state, "a", "x", now), waits[i] * SECOND);
		assert_int_equal(wait_of(*state, "b", "x", now), 0);
		now += waits[i] * SECOND;
		assert_int_equal(wait_of(*state, "a", "x", now), 0);
	}
	assert_int_equal(guesses_seconds(now + 1, now), 1);
	assert_int_equal(guesses_seconds(now + 1001, now), 2);
	assert_int_equal(guesses_seconds(now, now), 0);
}

static void what_was_right_before_is_let_through(void **state)
{
	struct hash good = hash_bytes(S("good"));

	guesses_right(*state, S("a"), &good);
	wrong(*state, "a", FREE, start);
	wrong(*state, "b", FREE, start);
	assert_int_equal(wait_of(*state, "a", "good", start), 0);
	assert_int_equal(wait_of(*state, "a", "other", start), SECOND);
	assert_int_equal(wait_of(*state, "b", "good", start), SECOND); /* proved by another */
	guesses_right(*state, S("a"), &good);
	assert_int_equal(wait_of(*state, "a", "other", start), SECOND); /* forgives nothing */
}

static void time_forgets(void **state)
{
	instant later = start + 15 * (instant)MINUTE;

	wrong(*state, "a", FREE + 20, start);
	assert_int_equal(wait_of(*state, "a", "x", later), 0);
	wrong(*state, "a", FREE - 1, later);
	assert_int_equal(wait_of(*state, "a", "x", later), 0);
	wrong(*state, "a", 1, later);
	assert_int_equal(wait_of(*state, "a", "x", later), SECOND);
}

/* However many there are: the memory is what it was, and whoever fails now is known. */
static void many_networks(void **state)
{
	char name[16];

	for (int i = 0; i < 100000; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		wrong(*state, name, 1, start + i);
	}
	wrong(*state, "a", FREE, start + 100000);
	assert_int_equal(wait_of(*state, "a", "x", start + 100000), SECOND);
}

static void networks(void **state)
{
	char one[NETWORK_TEXT], other[NETWORK_TEXT];

	assert_true(str_is(network_of(S("192.0.2.1"), one), "192.0.2.1"));
	assert_true(str_is(network_of(S("2001:db8:0:1::7"), one), "2001:db8:0:1::/64"));
	assert_true(str_eq(network_of(S("2001:db8:0:1:ffff::"), one), network_of(S("2001:db8:0:1::1"), other)));
	assert_true(str_is(network_of(S(""), one), ""));
	assert_true(str_is(network_of(S("a"), one), "a"));
	assert_true(network_of(S("a name that is much longer than any address can be, and is cut"), one).n <
		    NETWORK_TEXT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(each_wrong_one_makes_it_wait_longer),
	    TEST(what_was_right_before_is_let_through),
	    TEST(time_forgets),
	    TEST(many_networks),
	    TEST(networks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
