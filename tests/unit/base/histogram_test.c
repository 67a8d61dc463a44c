#include "base/histogram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_figure_counts_in_its_range(void **state)
{
	struct histogram histogram = {.bounds = histogram_numbers};
	histogram_add(&histogram, 1);
	histogram_add(&histogram, 2);
	histogram_add(&histogram, 3);
	histogram_add(&histogram, 1000000);
	histogram_add(&histogram, -5);
	assert_int_equal(histogram.counts[0], 2); /* 1, and what is below 0 */
	assert_int_equal(histogram.counts[1], 1);
	assert_int_equal(histogram.counts[2], 1);
	assert_int_equal(histogram.counts[HISTOGRAM_RANGES - 1], 1);
	assert_int_equal(histogram.sum, 1000006);
}

static void bounds_rise_to_the_end(void **state)
{
	const int64_t *all[] = {histogram_microseconds, histogram_milliseconds, histogram_numbers};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		for (int at = 1; at < HISTOGRAM_RANGES; at++)
			assert_true(all[i][at - 1] < all[i][at]);
		assert_true(all[i][HISTOGRAM_RANGES - 1] == INT64_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_figure_counts_in_its_range),
	    cmocka_unit_test(bounds_rise_to_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
