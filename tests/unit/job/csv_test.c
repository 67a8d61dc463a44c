/* Tables as text: what is read, what is refused by its line, and what is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/csv.h"

struct csv_case {
	const char *name;
	struct str bytes;
	struct csv_format format;
	const char *expected; /* rows as line:[cell|cell]; a refusal as line!  */
};

static const struct csv_case cases[] = {
    {"empty", {"", 0}, {0}, ""},
    {"commas", S("a,b\r\n1,2\r\n"), {0}, "1:[a|b] 2:[1|2] "},
    {"no line end at the end", S("a,b\n1,2"), {0}, "1:[a|b] 2:[1|2] "},
    {"semicolons are found", S("a;b;c\n1,5;2;3\n"), {0}, "1:[a|b|c] 2:[1,5|2|3] "},
    {"tabs are found", S("a\tb\n1,2\t3\n"), {0}, "1:[a|b] 2:[1,2|3] "},
    {"declared separator wins", S("a,b;c\n"), {.separator = ';'}, "1:[a,b|c] "},
    {"separators in quotes do not count", S("\"a;b;c;d\",e\n"), {0}, "1:[a;b;c;d|e] "},
    {"quotes inside", S("\"say \"\"yes\"\"\",2\n"), {0}, "1:[say \"yes\"|2] "},
    {"quote in the middle is a quote", S("5\" disk,2\n"), {0}, "1:[5\" disk|2] "},
    {"line break in quotes", S("a,\"b\r\nc\",d\n1,2,3\n"), {0}, "1:[a|b\r\nc|d] 3:[1|2|3] "},
    {"empty cells at the end", S("a;b;;;\n1;;;;\n"), {0}, "1:[a|b|||] 2:[1||||] "},
    {"nothing but an empty line", S("\n"), {0}, "1:[] "},
    {"empty line", S("a,b\n\n1,2\n"), {0}, "1:[a|b] 2:[] 3:[1|2] "},
    {"byte order mark",
     S("\xef\xbb\xbf"
       "a,b\n"),
     {0},
     "1:[a|b] "},
    {"names with signs", S("# Reassignments;CI Name (aff)\n1;x\n"), {0}, "1:[# Reassignments|CI Name (aff)] 2:[1|x] "},
    {"UTF-8", S("サーバ,障害\n"), {0}, "1:[サーバ|障害] "},
    {"Shift_JIS is found",
     S("\x83\x54\x81\x5b\x83\x6f,\x8f\xe1\x8a\x51\r\n1,\x87\x40\n"),
     {0},
     "1:[サーバ|障害] 2:[1|①] "},
    {"Shift_JIS is declared", S("\x94\x5c,\x95\x5c\n"), {.encoding = CSV_SHIFT_JIS}, "1:[能|表] "},
    {"text after quotes", S("a,b\n\"1\"x,2\n3,4\n"), {0}, "1:[a|b] 2! 3:[3|4] "},
    {"quotes are not closed", S("a,b\n1,\"2\n3,4\n"), {0}, "1:[a|b] 2! "},
    {"a character is not cut by a separator",
     S("a;b\n%\xe0;\xbb\xbf\nc;d\n"),
     {.encoding = CSV_UTF8},
     "1:[a|b] 2! 3:[c|d] "},
    {"no UTF-8", S("a\n\xff\nb\n"), {.encoding = CSV_UTF8}, "1:[a] 2! 3:[b] "},
    {"a NUL is no text", {"a\nb\0c\nd\n", 8}, {.separator = ','}, "1:[a] 2! 3:[d] "},
    {"broken Shift_JIS ends it", S("a\n\x83"), {.encoding = CSV_SHIFT_JIS}, "1:[a] 2! "},
};

static struct str read_all(struct arena *arena, const struct csv_case *one)
{
	struct buf seen = buf_new(arena);
	struct error error = {0};
	CSV reader = NULL;
	struct csv_row row;
	bool more = true;

	assert_int_equal(csv_open_bytes(arena, "t.csv", one->bytes, &one->format, &reader, &error), OK);
	for (int i = 0; more && i < 100; i++) {
		char place[32];

		error_clear(&error);
		if (csv_next(reader, &row, &more, &error)) {
			snprintf(place, sizeof(place), "t.csv:%u", row.line);
			assert_int_equal(error.status, E_INVALID);
			assert_string_equal(error.items[0].field, place);
			buf_format(&seen, "%u! ", row.line);
			continue;
		}
		if (!more)
			break;
		buf_format(&seen, "%u:[", row.line);
		for (size_t j = 0; j < row.count; j++)
			buf_format(&seen, "%s%.*s", j ? "|" : "", STR_ARG(row.cells[j]));
		buf_add_c(&seen, "] ");
	}
	return buf_str(&seen);
}

static void reads(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ARENA arena = arena_new();
		const char *seen = str_c(arena, read_all(arena, &cases[i]));

		if (strcmp(seen, cases[i].expected) != 0)
			fail_msg("%s: %s instead of %s", cases[i].name, seen, cases[i].expected);
	}
}

static void refuses_what_is_too_long(void **state)
{
	ARENA arena = arena_new();
	size_t n = CSV_ROW_MOST + 100;
	char *bytes = arena_alloc(arena, n + 8);
	struct csv_case one = {.bytes = {bytes, n + 8}, .format = {.separator = ','}};

	memset(bytes, 'x', n);
	memcpy(bytes, "a\n", 2);
	memcpy(bytes + n, "\nb,c\nd\n", 7);
	one.bytes.n = n + 7;
	assert_string_equal(str_c(arena, read_all(arena, &one)), "1:[a] 2! 3:[b|c] 4:[d] ");
	memset(bytes, ',', CSV_CELLS_MOST + 1);
	memcpy(bytes + CSV_CELLS_MOST + 1, "\nb\n", 3);
	one.bytes.n = CSV_CELLS_MOST + 4;
	assert_string_equal(str_c(arena, read_all(arena, &one)), "1! 2:[b] ");
}

/* Characters and quotes across the borders of what is read at once. */
static void reads_across_chunks(void **state)
{
	ARENA arena = arena_new();
	struct buf bytes = buf_new(arena);
	const struct csv_format format = {0};
	struct error error = {0};
	CSV reader = NULL;
	struct csv_row row;
	bool more;

	for (int i = 0; i < 20000; i++)
		buf_format(&bytes, "%d;\"サーバ\"\"%d\";障害\r\n", i, i);
	assert_int_equal(csv_open_bytes(arena, "t", buf_str(&bytes), &format, &reader, &error), OK);
	for (int i = 0; i < 20000; i++) {
		char expected[64];

		assert_int_equal(csv_next(reader, &row, &more, &error), OK);
		snprintf(expected, sizeof(expected), "サーバ\"%d", i);
		assert_true(more && row.count == 3 && row.line == (unsigned)i + 1);
		assert_true(str_is(csv_cell(&row, 1), expected) && str_is(csv_cell(&row, 2), "障害"));
		assert_int_equal(csv_cell(&row, 9).n, 0);
	}
	assert_int_equal(csv_next(reader, &row, &more, &error), OK);
	assert_false(more);
}

static void knows_names(void **state)
{
	ARENA arena = arena_new();
	const struct csv_format format = {0};
	struct error error = {0};
	struct csv_reader *reader;
	struct csv_row header;

	assert_int_equal(csv_open_bytes(arena, "t", S(" a ;b;;\n"), &format, &reader, &error), OK);
	assert_int_equal(csv_header(reader, &header, &error), OK);
	assert_int_equal(header.count, 2);
	assert_true(str_is(header.cells[0], "a"));
	csv_close(reader);
	assert_int_equal(csv_open_bytes(arena, "t", S(" \n"), &format, &reader, &error), OK);
	assert_int_equal(csv_header(reader, &header, &error), E_INVALID);
	csv_close(reader);
	assert_int_equal(csv_open_file(arena, "/nowhere.csv", &format, &reader, &error), E_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads),
	    cmocka_unit_test(refuses_what_is_too_long),
	    cmocka_unit_test(reads_across_chunks),
	    cmocka_unit_test(knows_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
