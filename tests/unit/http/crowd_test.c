#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h> /* needs those above */

#include "http/crowd.h"

enum { ADDRESSES = 300, MOST = 2000, STEPS = 200000 };

static struct in6_addr v4(unsigned number)
{
	struct in6_addr out = {};
	out.s6_addr[10] = out.s6_addr[11] = 0xFF;
	out.s6_addr[14] = (uint8_t)(number >> 8);
	out.s6_addr[15] = (uint8_t)number;
	return out;
}

static struct in6_addr v6(unsigned network, unsigned host)
{
	struct in6_addr out = {.s6_addr = {0x20, 0x01, 0x0d, 0xb8}};
	out.s6_addr[6] = (uint8_t)(network >> 8);
	out.s6_addr[7] = (uint8_t)network;
	out.s6_addr[15] = (uint8_t)host;
	return out;
}

static void a_network_of_ipv6_is_one(void **state)
{
	struct crowd *crowd = crowd_new(10);
	assert_int_equal(crowd_enter(crowd, v6(1, 1)), 1);
	assert_int_equal(crowd_enter(crowd, v6(1, 2)), 2);
	assert_int_equal(crowd_enter(crowd, v6(2, 1)), 1);
	assert_int_equal(crowd_enter(crowd, v4(1)), 1);
	assert_int_equal(crowd_enter(crowd, v4(2)), 1);
	crowd_leave(crowd, v6(1, 1));
	assert_int_equal(crowd_count(crowd, v6(1, 9)), 1);
	assert_int_equal(crowd_count(crowd, v4(3)), 0);
	crowd_free(crowd);
}

/* Against plain counters, near its limit, so that places move a lot. */
static void counts_what_comes_and_goes(void **state)
{
	struct crowd *crowd = crowd_new(MOST);
	unsigned expected[ADDRESSES] = {0}, all = 0, random = 1;
	for (int step = 0; step < STEPS; step++) {
		random = random * 1664525 + 1013904223;
		unsigned one = (random >> 8) % ADDRESSES;
		struct in6_addr address = one % 2 ? v4(one) : v6(one, random >> 24);
		if (all < MOST && (random >> 30 || !expected[one])) {
			assert_int_equal(crowd_enter(crowd, address), ++expected[one]);
			all++;
		} else if (expected[one]) {
			crowd_leave(crowd, address);
			expected[one]--;
			all--;
		}
		assert_int_equal(crowd_count(crowd, address), expected[one]);
	}
	for (unsigned one = 0; one < ADDRESSES; one++) {
		struct in6_addr address = one % 2 ? v4(one) : v6(one, 0);
		assert_int_equal(crowd_count(crowd, address), expected[one]);
		while (expected[one]) {
			crowd_leave(crowd, address);
			assert_int_equal(crowd_count(crowd, address), --expected[one]);
		}
	}
	crowd_free(crowd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_network_of_ipv6_is_one),
	    cmocka_unit_test(counts_what_comes_and_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
