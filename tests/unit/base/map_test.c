#include "base/map.h"

#include <setjmp.h>

#include <cmocka.h>

#include <stdlib.h>

static void it_answers_as_a_linear_search_does(void **state)
{
	enum { ROUNDS = 20000, KEYS = 1500 };
	ARENA arena = arena_new();
	struct map map = map_new(arena);
	struct map_entry *expected = arena_many(arena, struct map_entry, KEYS);
	size_t count = 0;
	unsigned seed = 3;
	assert_null(map_get(&map, S("none")));
	for (int round = 0; round < ROUNDS; round++) {
		/* Keys that share prefixes of many lengths, the empty key among them. */
		unsigned number = (unsigned)rand_r(&seed) % KEYS;
		struct str key = number
				     ? str_format(arena, "%.*s%u", (int)(number % 20), "kkkkkkkkkkkkkkkkkkkk", number)
				     : (struct str){NULL, 0};
		size_t i = 0;
		while (i < count && !str_eq(expected[i].key, key))
			i++;
		assert_ptr_equal(map_get(&map, key), i < count ? expected[i].value : NULL);
		if (rand_r(&seed) % 2) {
			void *value = arena_alloc(arena, 1);
			map_put(&map, key, value);
			if (i == count)
				expected[count++].key = key;
			expected[i].value = value;
		}
	}
	assert_int_equal(map.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_true(str_eq(map.entries[i].key, expected[i].key));
		assert_ptr_equal(map.entries[i].value, expected[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(it_answers_as_a_linear_search_does)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
