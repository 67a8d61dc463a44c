#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define GUARDED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GUARDED 1
#endif
#endif

static void allocations_are_zeroed_aligned_and_apart(void **state)
{
	ARENA arena = arena_new();
	struct {
		unsigned char *p;
		size_t n;
	} held[600];
	unsigned seed = 1;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 600; i++) {
			size_t n = (size_t)rand_r(&seed) % (i % 50 == 0 ? 100000 : 700);
			held[i].p = arena_alloc(arena, n);
			held[i].n = n;
			assert_non_null(held[i].p);
			assert_int_equal((uintptr_t)held[i].p % _Alignof(max_align_t), 0);
			for (size_t b = 0; b < n; b++)
				assert_int_equal(held[i].p[b], 0);
			memset(held[i].p, (int)i % 251 + 1, n);
		}
		for (size_t i = 0; i < 600; i++)
			for (size_t b = 0; b < held[i].n; b++)
				assert_int_equal(held[i].p[b], i % 251 + 1);
		arena_reset(arena);
		assert_int_equal(arena_used(arena), 0);
	}
}

static void nothing_still_has_an_address_of_its_own(void **state)
{
	ARENA arena = arena_new();
	assert_ptr_not_equal(arena_alloc(arena, 0), arena_alloc(arena, 0));
}

static void used_counts_bytes(void **state)
{
	ARENA arena = arena_new();
	arena_alloc(arena, 10);
	char *p = arena_alloc(arena, 100000);
	assert_int_equal(arena_used(arena), 100010);
	assert_ptr_equal(arena_grow(arena, p, 100000, 50), p);
	assert_int_equal(arena_used(arena), 100010);
}

static void the_last_allocation_grows_in_place(void **state)
{
	ARENA arena = arena_new();
	char *p = arena_alloc(arena, 10);
	memcpy(p, "0123456789", 10);
	assert_ptr_equal(arena_grow(arena, p, 10, 1000), p);
	assert_memory_equal(p, "0123456789\0\0\0", 13);
	arena_alloc(arena, 1);
	char *moved = arena_grow(arena, p, 1000, 2000);
	assert_ptr_not_equal(moved, p);
	assert_memory_equal(moved, p, 1000);
	assert_int_equal(moved[1999], 0);
	char *large = arena_grow(arena, moved, 2000, 5000000);
	assert_memory_equal(large, "0123456789", 10);
	assert_int_equal(large[4999999], 0);
	assert_non_null(arena_grow(arena, NULL, 0, 8));
}

static void vectors_grow(void **state)
{
	ARENA arena = arena_new();
	VEC(int) numbers = {0};
	for (int i = 0; i < 100000; i++)
		vec_push(arena, &numbers, i);
	assert_int_equal(numbers.count, 100000);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(numbers.items[i], i);
}

static char released[8];

static void release(void *thing)
{
	strncat(released, thing, 1);
}

static void deferred_releases_run_once_and_last_first(void **state)
{
	char a[] = "a", b[] = "b", c[] = "c";
	released[0] = 0;
	struct arena *arena = arena_new();
	arena_defer(arena, release, a);
	arena_defer(arena, release, b);
	assert_string_equal(released, "");
	arena_reset(arena);
	assert_string_equal(released, "ba");
	arena_defer(arena, release, c);
	arena_free(arena);
	assert_string_equal(released, "bac");
	arena_free(NULL);
}

/* True when what it does ends the process. */
static bool dies(void (*act)(struct arena *))
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		if (!freopen("/dev/null", "w", stderr))
			_exit(0);
		act(arena_new());
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void ask_for_too_much(struct arena *arena)
{
	arena_array(arena, SIZE_MAX / 2, 3);
}

static void ask_for_half_of_all(struct arena *arena)
{
	arena_alloc(arena, SIZE_MAX / 2);
}

static void impossible_sizes_end_the_process(void **state)
{
	assert_true(dies(ask_for_too_much));
	assert_true(dies(ask_for_half_of_all));
}

#ifdef GUARDED
static void write_past_the_end(struct arena *arena)
{
	volatile char *p = arena_alloc(arena, 13);
	arena_alloc(arena, 13);
	p[13] = 1;
}

static void write_into_the_next(struct arena *arena)
{
	volatile char *p = arena_alloc(arena, 16);
	arena_alloc(arena, 16);
	p[16] = 1;
}

static void write_after_reset(struct arena *arena)
{
	volatile char *p = arena_alloc(arena, 13);
	arena_reset(arena);
	p[0] = 1;
}

static void misuse_is_seen(void **state)
{
	assert_true(dies(write_past_the_end));
	assert_true(dies(write_into_the_next));
	assert_true(dies(write_after_reset));
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(allocations_are_zeroed_aligned_and_apart),
	    cmocka_unit_test(nothing_still_has_an_address_of_its_own),
	    cmocka_unit_test(used_counts_bytes),
	    cmocka_unit_test(the_last_allocation_grows_in_place),
	    cmocka_unit_test(vectors_grow),
	    cmocka_unit_test(deferred_releases_run_once_and_last_first),
	    cmocka_unit_test(impossible_sizes_end_the_process),
#ifdef GUARDED
	    cmocka_unit_test(misuse_is_seen),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
