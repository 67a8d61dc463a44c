#include "base/log.h"

#include "base/str.h"
#include "base/time.h"

#include <setjmp.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static void say_fields(void)
{
	const struct log_field fields[] = {{.name = "method", .text = "GET"},
					   {.name = "fault", .text = "it said \"no\"\n\xff日"},
					   {.name = "took_us", .number = -7}};

	log_fields(LOG_ERROR, "a request failed", fields, 3);
}

static void fields_stand_behind_the_message(void **state)
{
	char out[1000];
	capture(say_fields, out, sizeof(out));
	assert_string_equal(strchr(out, ' '),
			    " error a request failed method=GET fault=\"it said \\\"no\\\" ?日\" took_us=-7\n");
}

static void json_is_an_object(void **state)
{
	char out[1000];
	log_set_format(LOG_JSON);
	capture(say_fields, out, sizeof(out));
	assert_memory_equal(out, "{\"time\":\"2", 10);
	assert_string_equal(strstr(out, ",\"level\""),
			    ",\"level\":\"error\",\"message\":\"a request failed\",\"method\":\"GET\","
			    "\"fault\":\"it said \\\"no\\\" ?日\",\"took_us\":-7}\n");
	log_set_format(LOG_TEXT);
}

static void say_much_beside(void)
{
	char much[5000];
	memset(much, '"', sizeof(much) - 1);
	much[sizeof(much) - 1] = 0;
	const struct log_field fields[] = {{.name = "fault", .text = much}, {.name = "took_us", .number = INT64_MIN}};
	log_fields(LOG_ERROR, much, fields, 2);
}

static void json_is_closed_where_it_is_cut(void **state)
{
	char out[6000];
	log_set_format(LOG_JSON);
	capture(say_much_beside, out, sizeof(out));
	assert_true(strlen(out) < 4096);
	assert_non_null(strstr(out, "\\\"\",\"fault\":\"\\\""));
	assert_non_null(strstr(out, "\\\"\",\"took_us\":-9223372036854775808}\n"));
	log_set_format(LOG_TEXT);
}

static void the_journal_is_told_the_level(void **state)
{
	char out[1000];
	log_set_format(LOG_JOURNAL);
	capture(say, out, sizeof(out));
	assert_string_equal(out, "<4>cannot read key=a b [31m\n");
	log_set_format(LOG_TEXT);
}

static void the_journal_is_known_by_its_stream(void **state)
{
	struct stat status;
	char stream[64];
	assert_int_equal(fstat(STDERR_FILENO, &status), 0);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	assert_int_equal(log_format_of_stderr(), LOG_JOURNAL);
	setenv("JOURNAL_STREAM", "1:1", 1);
	assert_int_equal(log_format_of_stderr(), LOG_TEXT);
	unsetenv("JOURNAL_STREAM");
	assert_int_equal(log_format_of_stderr(), LOG_TEXT);
}

static void names_are_known(void **state)
{
	enum log_level level;
	enum log_format format;
	assert_true(log_level_of("debug", &level) && level == LOG_DEBUG);
	assert_true(log_format_of("json", &format) && format == LOG_JSON);
	assert_false(log_level_of("loud", &level) || log_format_of("", &format));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_event_is_one_line),
	    cmocka_unit_test(long_lines_are_cut),
	    cmocka_unit_test(the_level_decides),
	    cmocka_unit_test(fields_stand_behind_the_message),
	    cmocka_unit_test(json_is_an_object),
	    cmocka_unit_test(json_is_closed_where_it_is_cut),
	    cmocka_unit_test(the_journal_is_told_the_level),
	    cmocka_unit_test(the_journal_is_known_by_its_stream),
	    cmocka_unit_test(names_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
