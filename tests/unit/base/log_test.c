#include "base/log.h"

#include "base/str.h"
#include "base/time.h"

#include <setjmp.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What the act writes to stderr, as a string. */
static void capture(void (*act)(void), char *out, size_t n)
{
	int ends[2], kept = dup(STDERR_FILENO);
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	dup2(ends[1], STDERR_FILENO);
	act();
	dup2(kept, STDERR_FILENO);
	ssize_t got = read(ends[0], out, n - 1);
	out[got > 0 ? got : 0] = 0;
	close(kept);
	close(ends[0]);
	close(ends[1]);
}

static void say(void)
{
	log_warning("cannot read key=%s", "a\nb\x1b[31m");
	log_line(LOG_DEBUG, "not seen");
}

static void say_much(void)
{
	log_info("%05000d", 7);
}

static void an_event_is_one_line(void **state)
{
	char out[1000];
	capture(say, out, sizeof(out));
	struct str rest = str_of(out), at;
	instant when = 0;
	assert_true(str_cut(&rest, ' ', &at) && time_parse(at, &when));
	assert_true(time_now() - when < MINUTE);
	assert_true(str_is(rest, "warning cannot read key=a b [31m\n"));
}

static void long_lines_are_cut(void **state)
{
	char out[6000];
	capture(say_much, out, sizeof(out));
	assert_int_equal(strlen(out), 4095);
	assert_int_equal(out[4094], '\n');
}

static void the_level_decides(void **state)
{
	char out[1000];
	log_set_level(LOG_ERROR);
	capture(say, out, sizeof(out));
	assert_string_equal(out, "");
	log_set_level(LOG_DEBUG);
	capture(say, out, sizeof(out));
	assert_non_null(strstr(out, " debug not seen\n"));
	log_set_level(LOG_INFO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_event_is_one_line),
	    cmocka_unit_test(long_lines_are_cut),
	    cmocka_unit_test(the_level_decides),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
