/* Tables as CSV: quotes, guards, and each kind of cell. (tests/api/export_test.mjs reads workbooks.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "report/table.h"

static void writes(void **state)
{
	static const struct {
		struct str cell;
		bool guarded;
		const char *expected;
	} cells[] = {
	    {S("plain"), true, "plain"},
	    {S("a,b"), true, "\"a,b\""},
	    {S("say \"x\""), true, "\"say \"\"x\"\"\""},
	    {S("a\nb"), true, "\"a\nb\""},
	    {S("=1+1"), true, "'=1+1"},
	    {S("=1+1"), false, "=1+1"},
	    {S("+81"), true, "'+81"},
	    {S("-5"), true, "'-5"},
	    {S("-5"), false, "-5"},
	    {S("@x"), true, "'@x"},
	    {S("\tx"), true, "\"'\tx\""},
	    {S("\rx"), true, "\"'\rx\""},
	    {S(""), true, ""},
	    {S("a=b"), true, "a=b"},
	    {S("=a,\"b\""), true, "\"'=a,\"\"b\"\"\""},
	};

	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		ARENA arena = arena_new();
		struct buf buf = buf_new(arena);

		csv_put(&buf, cells[i].cell, true, cells[i].guarded);
		assert_string_equal(str_c(arena, buf_str(&buf)), cells[i].expected);
	}
	ARENA arena = arena_new();
	struct buf buf = buf_new(arena);
	csv_put(&buf, S("a"), true, true);
	csv_put(&buf, S(""), false, true);
	csv_put(&buf, S("b"), false, true);
	csv_end_row(&buf);
	assert_string_equal(str_c(arena, buf_str(&buf)), "a,,b\r\n");
}

static void written(const struct table_cell *cells, size_t count, const char *expected)
{
	struct table_column columns[8] = {{.title = S("a")}, {.title = S("b")}, {.title = S("=c")}};
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	struct table_options options = {.format = TABLE_CSV,
					.out = out,
					.zone = zone_open(S("Asia/Tokyo")),
					.columns = columns,
					.column_count = count};
	struct error error = {0};
	TABLE table = NULL;

	assert_int_equal(table_open(&options, &table, &error), OK);
	assert_int_equal(table_row(table, cells, &error), OK);
	assert_int_equal(table_finish(&table, &error), OK);
	fclose(out);
	assert_string_equal(strchr(text, '\n') + 1, expected);
	free(text);
}

static void what_people_wrote_is_guarded(void **state)
{
	struct table_cell cells[] = {{.kind = TABLE_TEXT, .text = S("=1+1")},
				     {.kind = TABLE_LINK, .text = S("@x, \"y\"")},
				     {.kind = TABLE_PLAIN, .text = S("-5")}};

	written(cells, 3, "'=1+1,\"'@x, \"\"y\"\"\",-5\r\n");
}

static void numbers_and_moments(void **state)
{
	struct table_cell cells[] = {{.kind = TABLE_NUMBER, .number = -12500000},
				     {.kind = TABLE_MONEY, .number = 1000000, .currency = "JPY"},
				     {.kind = TABLE_EMPTY}},
			  times[] = {{.kind = TABLE_TIME, .number = INT64_C(1764086645000)},
				     {.kind = TABLE_DATE, .number = -1},
				     {.kind = TABLE_LENGTH, .number = 90 * (int64_t)MINUTE + 25 * (int64_t)HOUR}};

	written(cells, 3, "-12.5,1 JPY,\r\n");
	written(times, 3, "2025-11-26 01:04:05,1969-12-31,26:30\r\n");
}

static void what_cannot_be_written_is_told(void **state)
{
	struct table_column column = {.title = S("a")};
	struct table_options options = {.path = "/nowhere/at/all.csv", .columns = &column, .column_count = 1};
	struct error error = {0};
	struct table *table = NULL;

	assert_int_equal(table_open(&options, &table, &error), E_UNAVAILABLE);
	assert_null(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes),
	    cmocka_unit_test(what_people_wrote_is_guarded),
	    cmocka_unit_test(numbers_and_moments),
	    cmocka_unit_test(what_cannot_be_written_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
