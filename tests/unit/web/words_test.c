/* Times, dates and numbers as people of each language say them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "web/figure_chart.h"
#include "web/figure_finding.h"
#include "web/part_clock.h"
#include "web/words.h"

static struct html page(struct arena *arena, struct buf *out, enum language language)
{
	struct html h = {.out = out, .language = language, .zone = zone_open(S("Asia/Tokyo"))};

	*out = buf_new(arena);
	assert_true(time_parse(S("2026-11-24T10:42:00+09:00"), &h.now)); /* a Tuesday */
	return h;
}

static void assert_words(struct str got, const char *expected)
{
	if (!str_is(got, expected))
		fail_msg("got %.*s, want %s", STR_ARG(got), expected);
}

static void test_lengths(void **state)
{
	static const struct {
		int64_t ms;
		const char *en, *ja, *left_en, *left_ja;
	} cases[] = {
	    {0, "under 1 min", "1分未満", "under 1 min left", "残り1分未満"},
	    {59 * SECOND, "under 1 min", "1分未満", "under 1 min left", "残り1分未満"},
	    {38 * MINUTE, "38 min", "38分", "38 min left", "残り38分"},
	    {60 * MINUTE, "1 h", "1時間", "1 h left", "残り1時間"},
	    {80 * MINUTE, "1 h 20 min", "1時間20分", "1 h 20 min left", "残り1時間20分"},
	    {185 * MINUTE, "3 h 05 min", "3時間5分", "3 h 05 min left", "残り3時間5分"},
	    {26 * (int64_t)HOUR, "26 h", "26時間", "26 h left", "残り26時間"},
	    {120 * (int64_t)HOUR + 5 * MINUTE, "120 h", "120時間", "120 h left", "残り120時間"},
	    {-72 * MINUTE, "1 h 12 min", "1時間12分", "1 h 12 min over", "1時間12分超過"},
	    {-26 * MINUTE, "26 min", "26分", "26 min over", "26分超過"},
	};
	ARENA arena = arena_new();
	struct buf out;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct html en = page(arena, &out, ENGLISH), ja = page(arena, &out, JAPANESE);

		assert_words(words_length(&en, cases[i].ms), cases[i].en);
		assert_words(words_length(&ja, cases[i].ms), cases[i].ja);
		assert_words(words_left(&en, cases[i].ms), cases[i].left_en);
		assert_words(words_left(&ja, cases[i].ms), cases[i].left_ja);
	}
}

static void test_shares(void **state)
{
	static const struct {
		int64_t millionths;
		const char *tenths, *whole;
	} cases[] = {
	    {0, "0.0 %", "0 %"},
	    {1, "0.1 %", "1 %"},
	    {66666667, "66.7 %", "67 %"},
	    {33349999, "33.3 %", "33 %"},
	    {33350000, "33.4 %", "33 %"},
	    {99949999, "99.9 %", "99 %"},
	    {99960000, "99.9 %", "99 %"},
	    {100 * (int64_t)1000000, "100.0 %", "100 %"},
	    {112 * (int64_t)1000000, "112.0 %", "112 %"},
	};
	ARENA arena = arena_new();
	struct buf out;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct html en = page(arena, &out, ENGLISH);

		assert_words(words_share(&en, cases[i].millionths, 1), cases[i].tenths);
		assert_words(words_share(&en, cases[i].millionths, 0), cases[i].whole);
	}
}

enum { SOME, OF, PART };
static const struct figure_column share_columns[] = {
    {"some", "", UNIT_COUNT}, {"of", "", UNIT_COUNT}, {"part", "", UNIT_PERCENT}};

static struct figure_row share_row(const char *name, int64_t some, int64_t of)
{
	struct figure_row row = {.label = str_of(name), .stage = str_of(name)};

	cell_count(&row.cells[SOME], some, S(""));
	cell_count(&row.cells[OF], of, S(""));
	cell_share(&row.cells[PART], some, of, S(""));
	return row;
}

/* What figures say of shares: rows that stand alike stand together, and of nothing there is nothing to say. */
static void test_findings(void **state)
{
	static const struct query_field by = {0};
	struct figure_row rows[] = {share_row("A", 2, 4), share_row("B", 0, 3), share_row("C", 0, 5),
				    share_row("D", 0, 1)};
	struct figure_result result = {.shape = SHAPE_BARS,
				       .columns = share_columns,
				       .column_count = 3,
				       .main = PART,
				       .rows = rows,
				       .row_count = 2,
				       .total = share_row("", 2, 7),
				       .by = &by};
	const struct figure wants = {.goal = {.op = QUERY_GREATER_EQUAL, .value = 95 * (int64_t)1000000}};
	ARENA arena = arena_new();
	struct buf out;
	struct html en = page(arena, &out, ENGLISH), ja = page(arena, &out, JAPANESE);

	assert_words(figure_finding(&en, &wants, &result, false), "28.6 % over all; lowest: B with 0.0 %.");
	assert_words(figure_finding(&ja, &wants, &result, false), "全体では28.6％。最も低いのは「B」の0.0％です。");
	result.row_count = 3;
	assert_words(figure_finding(&en, &wants, &result, false), "28.6 % over all; lowest: B and C with 0.0 % each.");
	result.row_count = 4;
	assert_words(figure_finding(&en, &wants, &result, false),
		     "28.6 % over all; lowest: 3 of the 4 with 0.0 % each.");
	assert_words(figure_finding(&ja, &wants, &result, false),
		     "全体では28.6％。最も低いのは4件中3件の各0.0％です。");
	assert_true(figure_is_judged(&wants, &result));
	result.total = share_row("", 94960, 100000); /* what misses is not rounded to what would reach */
	assert_words(figure_total_words(&en, &wants, &result), "94.96 %");
	result.shape = SHAPE_STAGES;
	assert_words(figure_finding(&en, &wants, &result, false), "1 of 4 stages turn; nothing was done at: B, C, D.");
	result = (struct figure_result){
	    .shape = SHAPE_BARS, .columns = share_columns, .column_count = 3, .main = PART, .by = &by};
	assert_words(figure_finding(&en, &wants, &result, false), "There is nothing to measure yet.");
	result.total = share_row("", 0, 14);
	assert_words(figure_finding(&ja, &wants, &result, false), "測定の対象がまだありません。");
	assert_false(figure_is_judged(&wants, &result));
	result.main = SOME;
	assert_words(figure_finding(&en, &wants, &result, false), "There are none now.");
	assert_true(figure_is_judged(&wants, &result)); /* none of what is not to be is as it should be */
}

static void test_ago(void **state)
{
	static const struct {
		const char *at, *en, *brief, *ja;
	} cases[] = {
	    {"2026-11-24T10:41:30+09:00", "just now", "just now", "たった今"},
	    {"2026-11-24T10:37:00+09:00", "5 min ago", "5 min", "5分前"},
	    {"2026-11-24T09:20:00+09:00", "1 h 22 min ago", "1 h", "1時間22分前"},
	    {"2026-11-24T06:20:00+09:00", "4 h ago", "4 h", "4時間前"},
	    {"2026-11-23T23:50:00+09:00", "10 h ago", "10 h", "10時間前"},
	    {"2026-11-23T09:00:00+09:00", "Yesterday", "Yesterday", "昨日"},
	    {"2026-11-20T09:00:00+09:00", "20 Nov", "20 Nov", "11月20日"},
	    {"2025-11-20T09:00:00+09:00", "20 Nov 2025", "20 Nov 2025", "2025年11月20日"},
	    {"2026-11-24T10:47:00+09:00", "in 5 min", "in 5 min", "5分後"},
	};
	ARENA arena = arena_new();
	struct buf out;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct html en = page(arena, &out, ENGLISH), ja = page(arena, &out, JAPANESE);
		instant at;

		assert_true(time_parse(str_of(cases[i].at), &at));
		assert_words(words_ago(&en, at, false), cases[i].en);
		assert_words(words_ago(&en, at, true), cases[i].brief);
		assert_words(words_ago(&ja, at, false), cases[i].ja);
	}
}

static void test_days(void **state)
{
	static const struct {
		const char *day;
		enum day_style style;
		const char *en, *ja;
	} cases[] = {
	    {"2026-11-24", DAY_SHORT, "24 Nov", "11月24日"},
	    {"2026-11-27", DAY_WEEK, "Fri 27 Nov", "11月27日（金）"},
	    {"2026-11-24", DAY_FULL, "24 Nov 2026", "2026年11月24日"},
	    {"2026-11-24", DAY_LONG, "Tuesday 24 November 2026", "2026年11月24日（火）"},
	    {"2027-01-03", DAY_SHORT, "3 Jan 2027", "2027年1月3日"},
	    {"2027-01-03", DAY_WEEK, "Sun 3 Jan 2027", "2027年1月3日（日）"},
	};
	static const struct {
		const char *day, *ja;
	} eras[] = {{"2026-11-23", "令和8年11月23日"},
		    {"2019-05-01", "令和元年5月1日"},
		    {"2019-04-30", "平成31年4月30日"},
		    {"1989-01-07", "昭和64年1月7日"},
		    {"1926-12-24", "1926年12月24日"}};
	static const struct {
		const char *day, *en, *ja;
	} dues[] = {
	    {"2026-11-22", "2 days late", "2日遅れ"},
	    {"2026-11-23", "1 day late", "1日遅れ"},
	    {"2026-11-24", "Today", "今日"},
	    {"2026-11-25", "Tomorrow", "明日"},
	    {"2026-11-27", "Fri 27 Nov", "11月27日（金）"},
	    {"2026-12-01", "1 Dec", "12月1日"},
	};
	ARENA arena = arena_new();
	struct buf out;
	struct html en = page(arena, &out, ENGLISH), ja = page(arena, &out, JAPANESE);
	int32_t day;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_true(day_parse(str_of(cases[i].day), &day));
		assert_words(words_day(&en, day, cases[i].style), cases[i].en);
		assert_words(words_day(&ja, day, cases[i].style), cases[i].ja);
	}
	ja.eras = en.eras = true;
	for (size_t i = 0; i < sizeof(eras) / sizeof(*eras); i++) {
		assert_true(day_parse(str_of(eras[i].day), &day));
		assert_words(words_day(&ja, day, DAY_FULL), eras[i].ja);
	}
	for (size_t i = 0; i < sizeof(dues) / sizeof(*dues); i++) {
		assert_true(day_parse(str_of(dues[i].day), &day));
		assert_words(words_due(&en, day), dues[i].en);
		assert_words(words_due(&ja, day), dues[i].ja);
	}
}

static void test_spans(void **state)
{
	static const struct {
		const char *from, *until, *en, *ja;
	} cases[] = {
	    {"2026-12-02T05:00:00Z", NULL, "Wed 2 Dec, from 14:00", "12月2日（水） 14:00から"},
	    {"2026-12-02T05:00:00Z", "2026-12-02T06:30:00Z", "Wed 2 Dec, 14:00 to 15:30", "12月2日（水） 14:00〜15:30"},
	    {"2026-12-02T13:00:00Z", "2026-12-02T17:00:00Z", "Wed 2 Dec, 22:00 to Thu 3 Dec, 02:00",
	     "12月2日（水） 22:00〜12月3日（木） 02:00"},
	    {"2026-12-31T13:00:00Z", "2026-12-31T17:00:00Z", "Thu 31 Dec 2026, 22:00 to Fri 1 Jan 2027, 02:00",
	     "2026年12月31日（木） 22:00〜2027年1月1日（金） 02:00"},
	    {"2025-12-31T13:00:00Z", "2025-12-31T17:00:00Z", "Wed 31 Dec 2025, 22:00 to Thu 1 Jan 2026, 02:00",
	     "2025年12月31日（水） 22:00〜2026年1月1日（木） 02:00"},
	};
	static const struct {
		const char *first, *last;
		enum day_style style;
		const char *en, *ja;
	} days[] = {
	    {"2026-11-30", "2026-12-06", DAY_SHORT, "30 Nov to 6 Dec", "11月30日〜12月6日"},
	    {"2026-12-28", "2027-01-03", DAY_SHORT, "28 Dec 2026 to 3 Jan 2027", "2026年12月28日〜2027年1月3日"},
	    {"2025-12-29", "2026-01-04", DAY_WEEK, "Mon 29 Dec 2025 to Sun 4 Jan 2026",
	     "2025年12月29日（月）〜2026年1月4日（日）"},
	};
	ARENA arena = arena_new();
	struct buf out;
	struct html en = page(arena, &out, ENGLISH), ja = page(arena, &out, JAPANESE);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		instant from, until = INSTANT_NONE;

		assert_true(time_parse(str_of(cases[i].from), &from));
		if (cases[i].until)
			assert_true(time_parse(str_of(cases[i].until), &until));
		assert_words(words_span(&en, from, until), cases[i].en);
		assert_words(words_span(&ja, from, until), cases[i].ja);
	}
	for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++) {
		int32_t first, last;

		assert_true(day_parse(str_of(days[i].first), &first));
		assert_true(day_parse(str_of(days[i].last), &last));
		assert_words(words_days(&en, first, last, days[i].style), days[i].en);
		assert_words(words_days(&ja, first, last, days[i].style), days[i].ja);
	}
}

static void test_moments(void **state)
{
	ARENA arena = arena_new();
	struct buf out;
	struct html en = page(arena, &out, ENGLISH), ja = page(arena, &out, JAPANESE);
	instant at;

	assert_true(time_parse(S("2026-11-24T05:05:00Z"), &at));
	assert_words(words_moment(&en, at), "Tue 24 Nov 2026, 14:05");
	assert_words(words_moment(&ja, at), "2026年11月24日（火） 14:05");
	assert_words(words_near(&en, at), "14:05");
	assert_words(words_near(&ja, at - DAY), "11月23日 14:05");
	html_ago(&en, en.now - 5 * MINUTE, false);
	assert_words(buf_str(&out), "<time datetime='2026-11-24T01:37:00Z' title='Tue 24 Nov 2026, 10:37' "
				    "data-ago=\"300000\">5 min ago</time>");
}

static void test_numbers(void **state)
{
	ARENA arena = arena_new();
	struct buf out;
	struct html h = page(arena, &out, ENGLISH);

	assert_words(words_number(&h, 0), "0");
	assert_words(words_number(&h, 999), "999");
	assert_words(words_number(&h, 1204), "1,204");
	assert_words(words_number(&h, -1234567), "-1,234,567");
	assert_words(words_bytes(&h, 512), "512 B");
	assert_words(words_bytes(&h, 84000), "84 KB");
	assert_words(words_bytes(&h, 2450000), "2.5 MB");
	assert_words(phrase(&h, "%2$s before %1$s, 100 %", S("b"), S("a")), "a before b, 100 %");
	assert_words(phrase(&h, "%s and %s and %s", S("a"), S("b")), "a and b and ");
	assert_words(phrase_count(&h, 1, "%s entry", "%s entries"), "1 entry");
	assert_words(phrase_count(&h, 1204, "%s entry", "%s entries"), "1,204 entries");
	h.language = JAPANESE; /* of what was counted no further */
	assert_words(phrase(&h, "%s records", words_count(&h, 1001)), "1,000件以上");
	assert_words(phrase(&h, "Showing %1$s to %2$s of %3$s", S("1"), S("50"), words_count(&h, 1001)),
		     "1,000件以上のうち1〜50件目を表示");
	assert_words(phrase(&h, "%s records", words_count(&h, 1000)), "1,000件");
	assert_words(words_count(&h, 1001), "1,000+");
	assert_words(phrase(&h, "%1$s: %2$s", S("5+件の記録"), S("C++")), "5+件の記録：C++"); /* a text is no number */
}

/* The sign of a clock never stands alone: words and class say the same. */
static void test_clock(void **state)
{
	static const struct {
		struct clock_view clock;
		const char *holds;
	} cases[] = {
	    {{.tone = CLOCK_TONE_RUNNING, .target = 2 * HOUR, .left = 80 * MINUTE, .open_for = DAY},
	     "<span class='ck' data-left='4800000' data-open='86400000' data-target='7200000' data-soon='2400000'>"
	     "<span class='w' data-words=''>1 h 20 min left</span>"},
	    {{.tone = CLOCK_TONE_RUNNING, .target = 2 * HOUR, .left = 38 * MINUTE, .open_for = DAY},
	     "<span class='ck soon' "},
	    {{.tone = CLOCK_TONE_OVER, .target = 2 * HOUR, .left = -26 * MINUTE}, "<span class='ck over'><svg"},
	    {{.tone = CLOCK_TONE_HOLD, .target = 2 * HOUR, .left = 26 * MINUTE}, "<span class='ck hold'><svg"},
	    {{.tone = CLOCK_TONE_OVER, .target = 2 * HOUR, .left = -26 * MINUTE}, "width='100.0%'"},
	    {{.tone = CLOCK_TONE_ENDED, .target = 2 * HOUR, .left = -26 * MINUTE},
	     "<span class='ck ended'><span class='w' data-words=''>Ended</span></span>"},
	    {{.tone = CLOCK_TONE_LATE, .target = 2 * HOUR, .left = -26 * MINUTE}, ">26 min over</span></span>"},
	    {{.tone = CLOCK_TONE_LATE, .target = 2 * HOUR, .left = -26 * MINUTE}, "<span class='ck late'><svg"},
	    {{.tone = CLOCK_TONE_MET, .target = 2 * HOUR, .left = 26 * MINUTE}, ">Met</span></span>"},
	};
	ARENA arena = arena_new();
	struct buf out;
	size_t at;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct html h = page(arena, &out, ENGLISH);

		draw_clock(&h, &cases[i].clock);
		assert_false(out.failed);
		if (!str_find(buf_str(&out), str_of(cases[i].holds), &at))
			fail_msg("%.*s\nlacks %s", STR_ARG(buf_str(&out)), cases[i].holds);
	}
}

/* lang= of what people wrote: only where it is plain, and never the language of the page. */
static void test_other_language(void **state)
{
	static const struct {
		const char *text, *on_english, *on_japanese;
	} cases[] = {
	    {"メールが届かない", "ja", ""},
	    {"サーバ", "ja", ""},
	    {"VPN接続後に遅い", "ja", ""},
	    {"ｻｰﾊﾞ", "ja", ""},
	    {"Mail is not sent", "", "en"},
	    {"VPN", "", ""},
	    {"Kaname", "", ""},
	    {"Café à la carte, très bien", "", ""},
	    {"", "", ""},
	    {"PC-01, PC-02 and so on", "", "en"},
	    {"Überall – „nichts“", "", ""},
	};
	ARENA arena = arena_new();
	struct buf out;
	struct html english = page(arena, &out, ENGLISH), japanese = page(arena, &out, JAPANESE);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_words(words_other_language(&english, str_of(cases[i].text)), cases[i].on_english);
		assert_words(words_other_language(&japanese, str_of(cases[i].text)), cases[i].on_japanese);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lengths),  cmocka_unit_test(test_shares),
	    cmocka_unit_test(test_findings), cmocka_unit_test(test_ago),
	    cmocka_unit_test(test_days),     cmocka_unit_test(test_spans),
	    cmocka_unit_test(test_moments),  cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_clock),    cmocka_unit_test(test_other_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
