/* Escaping: each hole writes for its place, and a template that puts one in the wrong place writes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/arena.h"
#include "web/embedded.h"
#include "web/part_table.h"
#include "web/words.h"

struct page {
	struct arena *arena;
	struct buf out;
	struct html h;
};

static int set_up(void **state)
{
	struct page *page = calloc(1, sizeof(*page));

	page->arena = arena_new();
	page->out = buf_new(page->arena);
	page->h = (struct html){.out = &page->out, .language = ENGLISH, .zone = zone_open(S("Asia/Tokyo"))};
	*state = page;
	return 0;
}

static int tear_down(void **state)
{
	struct page *page = *state;

	arena_free(page->arena);
	free(page);
	return 0;
}

static void assert_html(struct page *page, const char *expected)
{
	struct str got = buf_str(&page->out);

	assert_false(page->out.failed);
	if (!str_is(got, expected))
		fail_msg("got  %.*s\nwant %s", STR_ARG(got), expected);
	page->out.n = 0;
}

static void test_holes(void **state)
{
	struct page *page = *state;
	struct html *h = &page->h;

	html(h, "<b>%t</b>", S("<script>alert('x') & \"y\"</script>"));
	assert_html(page, "<b>&lt;script&gt;alert(&#39;x&#39;) &amp; &quot;y&quot;&lt;/script&gt;</b>");
	html(h, "<a class='%a' title=\"%a\">x</a>", "a' onclick='b", S("\"><script>"));
	assert_html(page, "<a class='a&#39; onclick=&#39;b' title=\"&quot;&gt;&lt;script&gt;\">x</a>");
	html(h, "<a href='/incidents?view=%p&amp;q=%p'>%d %% %f</a>", S("a b/c&d=é"), "x", 42, 2.25);
	assert_html(page, "<a href='/incidents?view=a%20b%2Fc%26d%3D%C3%A9&amp;q=x'>42 % 2.2</a>");
	html(h, "<i%m%m%m></i>", attribute_flag("hidden", true), attribute_flag("open", false),
	     attribute_if("title", S("a\"b")));
	assert_html(page, "<i hidden title=\"a&quot;b\"></i>");
	html(h, "<i%m></i>", attribute_if("title", S("")));
	assert_html(page, "<i></i>");
	html(h, "%t", S("a\0b\1"));
	assert_html(page, "a\xef\xbf\xbd"
			  "b\xef\xbf\xbd");
}

static void test_addresses(void **state)
{
	static const struct {
		const char *url, *written;
	} cases[] = {
	    {"/INC-1?a=b&c=d", "/INC-1?a=b&amp;c=d"},
	    {"#main", "#main"},
	    {"?edit=title", "?edit=title"},
	    {"https://example.com/", "https://example.com/"},
	    {"HTTP://example.com/", "HTTP://example.com/"},
	    {"mailto:a@example.com", "mailto:a@example.com"},
	    {"javascript:alert(1)", "#"},
	    {"JavaScript:alert(1)", "#"},
	    {" javascript:alert(1)", "#"},
	    {"java\nscript:alert(1)", "#"},
	    {"data:text/html,x", "#"},
	    {"vbscript:x", "#"},
	    {"//evil.example", "#"},
	    {"/\\evil.example", "#"},
	    {"/\t/evil.example", "#"},
	    {"", "#"},
	    {"/", "/"},
	};
	struct page *page = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		html(&page->h, "<a href='%u'></a>", cases[i].url);
		assert_html(page, str_c(page->arena, str_format(page->arena, "<a href='%s'></a>", cases[i].written)));
	}
}

static void assert_refused(struct page *page)
{
	assert_true(page->out.failed);
	assert_int_equal(page->out.n, 4); /* what stood there before stays */
	page->out.failed = false;
}

static void test_mistakes_in_a_template_write_nothing(void **state)
{
	struct page *page = *state;
	struct html *h = &page->h;

	html(h, "<hr>");
	html(h, "<a title='%t'></a>", S("x")); /* text in an attribute */
	assert_refused(page);
	html(h, "<p>%a</p>", S("x")); /* attribute between tags */
	assert_refused(page);
	html(h, "<p %a>", S("onclick")); /* a name of an attribute */
	assert_refused(page);
	html(h, "<p class=%a>", S("x")); /* without quotes */
	assert_refused(page);
	html(h, "<%t>", S("p"));
	assert_refused(page);
	html(h, "<p>%m</p>", attribute_flag("hidden", true));
	assert_refused(page);
	html(h, "<p>%t</p>", 5);
	assert_refused(page);
	html(h, "<p>%d</p>", S("5"));
	assert_refused(page);
	html(h, "<p>%l</p>", S("not a literal"));
	assert_refused(page);
	html(h, "<p>%t %t</p>", S("one")); /* a value too few */
	assert_refused(page);
	html(h, "<p>%t</p>", S("one"), S("two")); /* too many */
	assert_refused(page);
	html(h, "<a href='"); /* ends within an attribute */
	assert_refused(page);
	html(h, "<p>%q</p>", S("x"));
	assert_refused(page);
}

static void test_sentence(void **state)
{
	struct page *page = *state;

	html_sentence(&page->h, S("%s changed <3> fields"), S("A & B"));
	assert_html(page, "<b>A &amp; B</b> changed &lt;3&gt; fields");
	html_sentence(&page->h, S("nobody"), S("A"));
	assert_html(page, "nobody");
}

static void test_icons_stand_in_the_sprite(void **state)
{
	struct page *page = *state;
	const struct embedded_file *sprite = asset_by_name("icons.svg");

	assert_non_null(sprite);
	for (int icon = ICON_NONE + 1; icon < ICON_COUNT; icon++) {
		struct str drawn, id;
		size_t from, to, at;

		page->out.n = 0;
		html(&page->h, "%i", (enum icon)icon);
		drawn = buf_str(&page->out);
		assert_true(str_find_char(drawn, '#', &from));
		assert_true(str_find(drawn, S("\"/>"), &to));
		id = str_format(page->arena, "id=\"%.*s\"", STR_ARG(str_sub(drawn, from + 1, to)));
		if (!str_find(sprite->plain, id, &at))
			fail_msg("no icon %.*s", STR_ARG(id));
	}
}

static void test_assets(void **state)
{
	const struct embedded_file *css = asset_by_name("kaname.css");

	assert_non_null(css);
	assert_ptr_equal(asset_by_url(str_of(css->url)), css);
	assert_null(asset_by_url(S("/assets/kaname.css")));
	assert_true(css->brotli.n > 0 && css->brotli.n < css->gzip.n && css->gzip.n < css->plain.n);
	assert_true(embedded_sources_count > 0);
	assert_true(str_ends(str_of(embedded_sources[0].name), S(".yaml")));
}

/* A list of 50 rows is written in well under a millisecond; the limit leaves room for sanitizers and a busy machine. */
static void test_a_list_is_fast(void **state)
{
	struct page *page = *state;
	struct column_view columns[] = {{CELL_NUMBER, S("Number")},   {CELL_TITLE, S("Title")},
					{CELL_STATE, S("State")},     {CELL_PRIORITY, S("Prio")},
					{CELL_CLOCK, S("Time left")}, {CELL_TIME, S("Updated")}};
	struct cell_view *cells = arena_many(page->arena, struct cell_view, 6);
	struct row_view rows[50];
	struct table_view table = {S("Incidents"), columns, 6, rows, 50, true};
	struct timespec from, to;
	double ms;

	page->h.now = INT64_C(1795484520000);
	cells[1].text = S("Mail service down <in> Osaka");
	cells[2].state = (struct state_mark){SHAPE_PROGRESS, S("In progress")};
	cells[3].text = S("P1");
	cells[4].clock =
	    (struct clock_view){.tone = CLOCK_TONE_RUNNING, .target = 2 * HOUR, .left = HOUR, .open_for = DAY};
	cells[5].at = page->h.now - 5 * MINUTE;
	for (size_t i = 0; i < 50; i++)
		rows[i] = (struct row_view){.number = S("INC-1042"), .url = S("/INC-1042"), .cells = cells};
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	for (int round = 0; round < 20; round++) {
		page->out.n = 0;
		draw_table(&page->h, &table);
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	ms = (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6;
	print_message("a list of 50 rows: %.3f ms, %zu bytes\n", ms / 20, page->out.n);
	assert_false(page->out.failed);
	assert_true(ms / 20 < 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_holes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_addresses, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_mistakes_in_a_template_write_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_sentence, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_icons_stand_in_the_sprite, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_assets, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_list_is_fast, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
