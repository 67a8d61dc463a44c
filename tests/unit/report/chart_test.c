/* Charts: scales, shades, sums, and markup that stays well-formed whatever it is given. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "report/chart.h"

static struct str say(const void *reader, double value)
{
	return str_format((struct arena *)reader, "%.0f", value);
}

static void scale_is(double least, double most, bool whole, double from, double to, double step)
{
	struct chart_scale scale = chart_scale_of(least, most, 4, whole);

	assert_true(fabs(scale.from - from) < 1e-9 && fabs(scale.to - to) < 1e-9 && fabs(scale.step - step) < 1e-9);
	assert_int_equal(scale.steps, (int)lround((to - from) / step));
}

static void scales(void **state)
{
	scale_is(0, 75, true, 0, 80, 20);
	scale_is(0, 1, true, 0, 1, 1);
	scale_is(0, 3, true, 0, 3, 1);
	scale_is(0, 5, true, 0, 6, 2);
	scale_is(0, 0, true, 0, 1, 1);
	scale_is(92.8, 97.2, false, 92, 98, 2);
	scale_is(-3, 9, true, -5, 10, 5);
	scale_is(0, 1000000, true, 0, 1000000, 500000);
	scale_is(0, 0.4, false, 0, 0.4, 0.1);
	for (int i = 1; i < 3000; i++) {
		double least = (i % 7) * 13, most = least + i;
		struct chart_scale scale = chart_scale_of(least, most, 4, true);

		assert_true(scale.from <= least && scale.to >= most && scale.steps >= 1 && scale.steps <= 4);
	}
}

static void shades(void **state)
{
	assert_int_equal(chart_shade(0, 11), 0);
	assert_int_equal(chart_shade(1, 11), 1);
	assert_int_equal(chart_shade(3, 11), 1);
	assert_int_equal(chart_shade(4, 11), 2);
	assert_int_equal(chart_shade(11, 11), 4);
	assert_int_equal(chart_shade(10, 10), 5);
	assert_int_equal(chart_shade(1, 1), 1);
}

/* --- a small reader of XML --- */

static const char *read_entity(const char *at)
{
	static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&#34;", "&#39;"};

	for (size_t i = 0; i < 5; i++)
		if (!strncmp(at, known[i], strlen(known[i])))
			return at + strlen(known[i]);
	fail_msg("no entity: %.20s", at);
	return NULL;
}

static const char *read_value(const char *at)
{
	assert_int_equal(*at, '\'');
	for (at++; *at != '\'';) {
		assert_true(*at && *at != '<' && *at != '>');
		at = *at == '&' ? read_entity(at) : at + 1;
	}
	return at + 1;
}

/* From behind the name of a tag to behind its end; closed: it holds nothing. */
static const char *read_attributes(const char *at, bool *closed)
{
	while (*at == ' ') {
		size_t n = strspn(++at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789");

		assert_true(n > 0 && at[n] == '=');
		at = read_value(at + n + 1);
	}
	*closed = *at == '/';
	at += *closed;
	assert_int_equal(*at, '>');
	return at + 1;
}

static void check_markup(struct str markup)
{
	struct {
		const char *name;
		size_t n;
	} open[20];
	size_t depth = 0;
	ARENA arena = arena_new();
	const char *at = str_c(arena, markup);

	assert_int_equal(strlen(at), markup.n);
	assert_true(str_is_utf8(markup));
	while (*at) {
		assert_true((unsigned char)*at >= 0x20 || *at == '\n' || *at == '\t');
		if (*at == '&') {
			at = read_entity(at);
		} else if (*at == '<' && at[1] == '/') {
			assert_true(depth > 0);
			depth--;
			assert_memory_equal(at + 2, open[depth].name, open[depth].n);
			at += 2 + open[depth].n;
			assert_int_equal(*at++, '>');
		} else if (*at == '<') {
			bool closed;
			size_t n = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz");

			assert_true(n > 0 && depth < 20);
			open[depth].name = at + 1;
			open[depth].n = n;
			at = read_attributes(at + 1 + n, &closed);
			depth += !closed;
		} else {
			assert_true(*at != '>');
			at++;
		}
	}
	assert_int_equal(depth, 0);
	assert_null(strstr(str_c(arena, markup), "style="));
	assert_null(strstr(str_c(arena, markup), "nan"));
	assert_null(strstr(str_c(arena, markup), "inf"));
}

/* --- charts --- */

static struct str drawn(struct arena *arena, const struct chart *chart)
{
	struct buf out = buf_new(arena);

	chart_draw(&out, chart);
	chart_draw_legend(&out, chart);
	check_markup(buf_str(&out));
	return buf_str(&out);
}

static size_t times(struct arena *arena, struct str markup, const char *part)
{
	size_t count = 0;

	for (const char *at = str_c(arena, markup); (at = strstr(at, part)); at++)
		count++;
	return count;
}

static const struct chart_mark ages[4][3] = {
    {{true, 12, S("P3, under 4 h: 12"), S("/incidents?filter=a")},
     {true, 1, S("one"), S("")},
     {false, 0, S(""), S("")}},
    {{true, 18, S("18"), S("")}, {true, 0, S("none"), S("")}, {true, 0, S(""), S("")}},
    {{true, 9, S("9"), S("")}, {true, 2, S("2"), S("")}, {true, 0, S(""), S("")}},
    {{true, 2, S("2"), S("")}, {true, 3, S("3"), S("")}, {true, 0, S(""), S("")}}};
static const struct str priorities[] = {S("P3"), S("P4"), S("P5")};
static const struct chart_series by_age[] = {
    {S("under 4 h"), ages[0]}, {S("under 1 day"), ages[1]}, {S("under 1 week"), ages[2]}, {S("older"), ages[3]}};

static void stacks(void **state)
{
	ARENA arena = arena_new();
	const struct chart chart = {.kind = CHART_STACKED,
				    .titled_by = S("f"),
				    .labels = priorities,
				    .count = 3,
				    .series = by_age,
				    .series_count = 4,
				    .say = say,
				    .reader = arena,
				    .whole = true};
	struct str markup = drawn(arena, &chart);

	assert_int_equal(times(arena, markup, ">41</text>"), 1); /* 12 + 18 + 9 + 2 */
	assert_int_equal(times(arena, markup, ">6</text>"), 1);  /* 1 + 0 + 2 + 3 */
	assert_int_equal(times(arena, markup, "<title>"), 7);    /* what is nothing is not drawn */
	assert_int_equal(times(arena, markup, "<a href='/incidents?filter=a'><title>P3, under 4 h: 12</title>"), 1);
	assert_int_equal(times(arena, markup, "role='group'"), 1);
	assert_int_equal(times(arena, markup, "<li>"), 4);
}

static void goals(void **state)
{
	static const struct chart_mark weeks[] = {
	    {true, 96.2, S("W1"), S("")}, {true, 94.2, S("W2"), S("")}, {true, 95, S("W3"), S("")}};
	static const struct chart_series one = {S("kept"), weeks};
	ARENA arena = arena_new();
	const struct chart chart = {.kind = CHART_LINES,
				    .labels = priorities,
				    .count = 3,
				    .series = &one,
				    .series_count = 1,
				    .goal = {.has = true,
					     .value = 95,
					     .line = S("Target 95 %"),
					     .kept = S("on target"),
					     .missed = S("below"),
					     .label = S("target")},
				    .say = say,
				    .reader = arena};
	struct str markup = drawn(arena, &chart);

	assert_int_equal(times(arena, markup, "class='ptb'"), 2); /* one that misses, and the legend */
	assert_int_equal(times(arena, markup, "class='pt'"), 3);  /* two that keep it, and the legend */
	assert_int_equal(times(arena, markup, "Target 95 %"), 1);
	assert_int_equal(times(arena, markup, "role='img'"), 1);
}

/* The line is walked in small steps; none of them lies where the words of the goal stand. */
static void the_words_of_a_goal_stand_clear_of_the_line(void **state)
{
	static const double values[] = {100, 97, 96.3, 89.6, 93.8, 87.8, 96.2, 95.8, 95.2, 97.1, 95.2, 90.2, 93.8};
	static const struct str labels[13] = {S("31 Aug"), S(""), S(""), S(""), S(""), S(""),           S(""),
					      S(""),       S(""), S(""), S(""), S(""), S("23 November")};
	struct chart_mark weeks[13] = {0};
	const struct chart_series one = {S("kept"), weeks};
	ARENA arena = arena_new();
	const struct chart chart = {.kind = CHART_LINES,
				    .labels = labels,
				    .count = 13,
				    .series = &one,
				    .series_count = 1,
				    .goal = {.has = true, .value = 95, .line = S("Target 95 %"), .label = S("target")},
				    .say = say,
				    .reader = arena};
	double x, y, from_x, from_y, to_x, to_y;
	int n;

	for (size_t i = 0; i < 13; i++)
		weeks[i] = (struct chart_mark){true, values[i], S("week"), S("")};
	const char *markup = str_c(arena, drawn(arena, &chart)), *words = strstr(markup, "<text class='tw'");
	assert_non_null(words);
	assert_int_equal(sscanf(words, "<text class='tw' x='%lf' y='%lf'", &x, &y), 2);
	const char *at = strstr(markup, "points='") + strlen("points='");
	assert_int_equal(sscanf(at, "%lf,%lf%n", &from_x, &from_y, &n), 2);
	for (at += n; sscanf(at, "%lf,%lf%n", &to_x, &to_y, &n) == 2; at += n, from_x = to_x, from_y = to_y)
		for (int step = 0; step <= 100; step++) {
			double line_x = from_x + (to_x - from_x) * step / 100,
			       line_y = from_y + (to_y - from_y) * step / 100;

			assert_false(line_x > x && line_x < x + 66 && line_y > y - 11 && line_y < y + 3);
		}
	assert_true(x + 66 < 440);
	assert_non_null(strstr(markup, "x='440.0'")); /* the last label ends with the plane */
}

static void classes(void **state)
{
	static const struct chart_mark hours[] = {{true, 7, S("≤ 4 h: 7"), S("/incidents?filter=a")},
						  {true, 2, S("4 h – 8 h: 2"), S("")},
						  {true, 0, S("> 8 h: 0"), S("")}};
	static const struct str edges[] = {S("4 h"), S("8 h")};
	static const struct chart_series one = {S("count"), hours};
	ARENA arena = arena_new();
	struct chart chart = {
	    .kind = CHART_CLASSES,
	    .labels = priorities,
	    .count = 3,
	    .series = &one,
	    .series_count = 1,
	    .edges = edges,
	    .within = 1,
	    .goal = {.line = S("Target 4 h"), .kept = S("within"), .missed = S("beyond"), .label = S("target")},
	    .say = say,
	    .reader = arena,
	    .whole = true};
	struct str markup = drawn(arena, &chart);

	assert_int_equal(times(arena, markup, "class='kb'"), 2);
	assert_int_equal(times(arena, markup, "class='ptb'"), 2); /* one that is beyond and not empty, and the legend */
	assert_int_equal(times(arena, markup, ">4 h</text>"), 1);
	assert_int_equal(times(arena, markup, ">P3</text>"), 0);
	assert_int_equal(times(arena, markup, "Target 4 h"), 1);
	assert_int_equal(times(arena, markup, "<a href='/incidents?filter=a'><title>≤ 4 h: 7</title>"), 1);
	chart.within = 0;
	chart.edges = NULL;
	markup = drawn(arena, &chart);
	assert_int_equal(times(arena, markup, "class='k4'"), 3);
	assert_int_equal(times(arena, markup, "class='ptb'") + times(arena, markup, "<li>"), 0);
	assert_int_equal(times(arena, markup, ">P3</text>"), 1);
}

static void hostile(void **state)
{
	static const struct str evil[] = {S("<script>alert('x')</script>"), S("\"'&<>]]>\x01\x7f\xef\xbf\xbf"),
					  S("長い長い長い長い長い長い長い長い長い長い長い名前")};
	static const struct chart_mark marks[] = {{true, 3, S("</title><a>"), S("javascript:alert(1)")},
						  {false, 0, S(""), S("")},
						  {true, 1e12, S("\xff\xfe"), S("//evil.example/'><x>")}};
	static const struct chart_series series[] = {
	    {S("</svg>"), marks}, {S("&nbsp;"), marks}, {S("'"), marks}, {S(""), marks}};
	ARENA arena = arena_new();

	for (int kind = CHART_LINES; kind <= CHART_FORECAST; kind++)
		for (size_t count = 0; count <= 3; count++)
			for (size_t all = 0; all <= 4; all++) {
				const struct chart chart = {.kind = (enum chart_kind)kind,
							    .titled_by = S("'><b"),
							    .labels = evil,
							    .count = count,
							    .series = series,
							    .series_count = all,
							    .goal = {.has = count % 2,
								     .value = 2,
								     .line = evil[0],
								     .kept = evil[1],
								     .missed = evil[0],
								     .label = evil[1]},
							    .edges = count % 2 ? evil : NULL,
							    .within = count / 2,
							    .now = evil[0],
							    .running = evil[0],
							    .most = evil[1],
							    .say = say,
							    .reader = arena};
				struct str markup = drawn(arena, &chart);

				assert_int_equal(times(arena, markup, "<a "), 0);
				assert_int_equal(times(arena, markup, "<script"), 0);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(scales),
					   cmocka_unit_test(shades),
					   cmocka_unit_test(stacks),
					   cmocka_unit_test(goals),
					   cmocka_unit_test(the_words_of_a_goal_stand_clear_of_the_line),
					   cmocka_unit_test(classes),
					   cmocka_unit_test(hostile)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
