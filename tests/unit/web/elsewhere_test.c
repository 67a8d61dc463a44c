/* Who is at a record on other nodes: as they call it, each node for itself, and not for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "api/elsewhere.h"

enum { RECORD = 7, PERSON = 300 };

static bool call(struct elsewhere *elsewhere, uint64_t node, bool here, bool edits, instant now)
{
	const struct news news = {.kind = NEWS_PRESENT,
				  .subject = RECORD,
				  .detail = elsewhere_detail(PERSON, here, edits),
				  .foreign = true,
				  .node = node};

	return elsewhere_hear(elsewhere, &news, now);
}

static void each_node_speaks_for_itself(void **state)
{
	struct elsewhere *elsewhere = calloc(1, sizeof(*elsewhere));

	assert_non_null(elsewhere);
	assert_true(call(elsewhere, 1, true, false, 0));
	assert_false(call(elsewhere, 1, true, false, 1));
	assert_true(call(elsewhere, 1, true, true, 2));
	assert_true(call(elsewhere, 2, true, false, 3));
	assert_int_equal(elsewhere->count, 2);
	assert_true(call(elsewhere, 1, false, false, 4));
	assert_false(call(elsewhere, 1, false, false, 5));
	assert_int_equal(elsewhere->count, 1);
	assert_true(elsewhere->people[0].node == 2 && elsewhere->people[0].record == RECORD &&
		    elsewhere->people[0].person == PERSON && !elsewhere->people[0].edits);
	free(elsewhere);
}

static void whoever_is_not_called_again_has_gone(void **state)
{
	struct elsewhere *elsewhere = calloc(1, sizeof(*elsewhere));
	struct elsewhere_person gone;

	assert_non_null(elsewhere);
	(void)call(elsewhere, 1, true, false, 0);
	(void)call(elsewhere, 2, true, false, 0);
	(void)call(elsewhere, 2, true, false, ELSEWHERE_AGAIN_MS);
	assert_false(elsewhere_forget(elsewhere, ELSEWHERE_GONE_MS - 1, &gone));
	assert_true(elsewhere_forget(elsewhere, ELSEWHERE_GONE_MS, &gone));
	assert_true(gone.node == 1 && gone.person == PERSON);
	assert_false(elsewhere_forget(elsewhere, ELSEWHERE_GONE_MS, &gone));
	for (uint64_t node = 10; node < 10 + ELSEWHERE_MOST; node++)
		(void)call(elsewhere, node, true, false, 0);
	assert_int_equal(elsewhere->count, ELSEWHERE_MOST);
	free(elsewhere);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_node_speaks_for_itself),
	    cmocka_unit_test(whoever_is_not_called_again_has_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
