/* Holidays as offices publish them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "job/holidays.h"

static const char *read(struct arena *arena, struct str bytes, int first, int last)
{
	struct error error = {0};
	struct holiday *holidays = NULL;
	size_t count = 0;

	if (holidays_parse(arena, "h", bytes, first, last, &holidays, &count, &error))
		return str_c(arena, str_of(error.items[0].field)); /* it stands in the error */
	return str_c(arena, holidays_json(arena, holidays, count));
}

static void reads_csv(void **state)
{
	ARENA arena = arena_new();

	/* As the Cabinet Office writes it: Shift_JIS, dates without leading zeros. */
	assert_string_equal(
	    read(arena,
		 S("\x8d\x91\x96\xaf\x82\xcc\x8f\x6a\x93\xfa,\x96\xbc\x8f\xcc\r\n"
		   "2025/1/1,\x8c\xb3\x93\xfa\r\n2026/11/23,\x8b\xce\x98\x4a\x8a\xb4\x8e\xd3\x82\xcc\x93\xfa\r\n"
		   "2026/1/1,\x8c\xb3\x93\xfa\r\n"),
		 2026, 2026),
	    "[{\"date\":\"2026-01-01\",\"name\":\"元日\"},{\"date\":\"2026-11-23\",\"name\":\"勤労感謝の日\"}]");
	assert_string_equal(read(arena, S("date,name\n2026-01-01,a\n\n2026-01-01,b\n"), 2020, 2030),
			    "[{\"date\":\"2026-01-01\",\"name\":\"a\"}]");
	assert_string_equal(read(arena, S("date,name\n2026-01-01,a\n2026/2/30,b\n"), 2020, 2030), "h:3");
	assert_string_equal(read(arena, S(""), 2020, 2030), "h:1");
}

static void reads_icalendar(void **state)
{
	static const char file[] =
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"
	    "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:New Year\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20270101\r\n"
	    "DTSTART;VALUE=DATE:20070101\r\nDTEND;VALUE=DATE:20070102\r\nEND:VEVENT\r\n"
	    "BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:成人の日\r\nRRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=2MO\r\n"
	    "DTSTART;VALUE=DATE:20070108\r\nEND:VEVENT\r\n"
	    "BEGIN:VEVENT\r\nUID:3\r\nSUMMARY:Bridge\r\nDTSTART;VALUE=DATE:20261230\r\nDTEND;VALUE=DATE:"
	    "20270102\r\nEND:VEVENT\r\n"
	    "BEGIN:VEVENT\r\nUID:4\r\nSUMMARY:A "
	    "meeting\r\nDTSTART:20260501T100000Z\r\nDTEND:20260501T110000Z\r\nEND:VEVENT\r\n"
	    "END:VCALENDAR\r\n";
	ARENA arena = arena_new();

	assert_string_equal(
	    read(arena, str_of(file), 2026, 2027),
	    "[{\"date\":\"2026-01-01\",\"name\":\"New Year\"},{\"date\":\"2026-01-12\",\"name\":\"成人の日\"},"
	    "{\"date\":\"2026-12-30\",\"name\":\"Bridge\"},{\"date\":\"2026-12-31\",\"name\":\"Bridge\"},"
	    "{\"date\":\"2027-01-01\",\"name\":\"Bridge\"},{\"date\":\"2027-01-11\",\"name\":\"成人の日\"}]");
	assert_string_equal(read(arena, S("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), 2026, 2027), "[]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reads_csv), cmocka_unit_test(reads_icalendar)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
