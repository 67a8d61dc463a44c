/* What people write, some of it hostile: nothing of it may become markup of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "web/markdown.h"

static bool is_prefix(const void *context, struct str prefix)
{
	return str_is(prefix, "INC") || str_is(prefix, "CHG");
}

static struct str drawn(struct arena *arena, struct str source)
{
	static const struct markdown_options options = {.is_prefix = is_prefix};
	struct buf out = buf_new(arena);
	struct html h = {.out = &out, .language = ENGLISH};

	markdown_draw(&h, source, &options);
	assert_false(out.failed);
	return buf_str(&out);
}

static const struct {
	const char *source, *html;
} cases[] = {
    {"", ""},
    {"One\ntwo", "<p>One<br>two</p>"},
    {"*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"},
    /* records */
    {"see INC-123, not UTF-8 or XINC-1", "<p>see <a href='/INC-123'>INC-123</a>, not UTF-8 or XINC-1</p>"},
    {"INC-1INC-2 INC-3a inc-4 `INC-5`", "<p>INC-1INC-2 INC-3a inc-4 <code>INC-5</code></p>"},
    {"障害INC-7です。", "<p>障害<a href='/INC-7'>INC-7</a>です。</p>"},
    {"[the change](CHG-5)", "<p><a href='/CHG-5'>the change</a></p>"},
    {"[INC-9](https://example.com/)", "<p><a href='https://example.com/' rel='noopener nofollow'>INC-9</a></p>"},
    /* addresses */
    {"https://example.com/?a=1&b=2",
     "<p><a href='https://example.com/?a=1&amp;b=2' rel='noopener nofollow'>https://example.com/?a=1&amp;b=2</a></p>"},
    {"a@example.com", "<p><a href='mailto:a@example.com'>a@example.com</a></p>"},
    {"[x](javascript:alert(1))", "<p>x</p>"},
    {"[x](JaVaScRiPt:alert(1))", "<p>x</p>"},
    {"[x](&#106;avascript:alert(1))", "<p>x</p>"},
    {"[x](java&#10;script:alert(1))", "<p>x</p>"},
    {"[x](&#x6A;&#x61;vascript&colon;alert(1))", "<p>x</p>"},
    {"[x](data:text/html;base64,PHNjcmlwdD4=)", "<p>x</p>"},
    {"[x](//evil.example/)", "<p>x</p>"},
    {"[x](/settings)", "<p>x</p>"},
    {"<javascript:alert(1)>", "<p>javascript:alert(1)</p>"},
    {"[x](https://example.com/\"onmouseover='alert(1)')", NULL},
    {"[x](<https://example.com/' onclick='a>)",
     "<p><a href='#' rel='noopener nofollow'>x</a></p>"}, /* blanks have no place in an address */
    {"[a [b](https://b.example) c](https://a.example)", NULL},
    /* raw HTML, pictures */
    {"<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"},
    {"a <img src=x onerror=alert(1)> b", "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>"},
    {"![words](https://example.com/track.png)", "<p>words</p>"},
    {"&lt;script&gt; &amp; &#60;b&#62; &#0; &bogus;", "<p>&lt;script&gt; &amp; &lt;b&gt; \xef\xbf\xbd &amp;bogus;</p>"},
    {"```\n<b>INC-1</b>\n```", "<pre><code>&lt;b&gt;INC-1&lt;/b&gt;\n</code></pre>"},
    /* outline: lowered, and no level is skipped */
    {"# a\n### b", "<h3>a</h3><h4>b</h4>"},
    {"### a", "<h3>a</h3>"},
    /* what the parser leaves open ends with its block */
    {"_5@A_.A\n\nb", "<p><em>5@A_.A</em></p><p>b</p>"},
    {"- **5@A**.A\n- b", NULL},
    /* structure */
    {"- a\n- [x] b", NULL},
    {"3. a", "<ol start='3'><li>a</li></ol>"},
    {"> a", "<blockquote><p>a</p></blockquote>"},
    {"|a|b|\n|---|---:|\n|1|2|", "<div class='scroll' tabindex='0' role='group' aria-label='Table'><table "
				 "class='data'><thead><tr><th scope='col'>a</th><th "
				 "scope='col' class=\"num\">b</th></tr>"
				 "</thead><tbody><tr><td>1</td><td class=\"num\">2</td></tr></tbody></table></div>"},
};

/* Whatever the text: only these elements, and no attribute but ours. */
static void assert_harmless(struct str html)
{
	static const char *const allowed[] = {"<p>",
					      "</p>",
					      "<br>",
					      "<em>",
					      "</em>",
					      "<strong>",
					      "</strong>",
					      "<del>",
					      "</del>",
					      "<code>",
					      "</code>",
					      "<pre>",
					      "</pre>",
					      "<ul>",
					      "</ul>",
					      "<ol start='",
					      "</ol>",
					      "<li>",
					      "</li>",
					      "<blockquote>",
					      "</blockquote>",
					      "<hr>",
					      "<h3>",
					      "</h3>",
					      "<h4>",
					      "</h4>",
					      "<h5>",
					      "</h5>",
					      "<h6>",
					      "</h6>",
					      "<a href='/",
					      "<a href='#'",
					      "<a href='http://",
					      "<a href='https://",
					      "<a href='HTTP",
					      "<a href='mailto:",
					      "</a>",
					      "<div class='scroll' tabindex='0' role='group' aria-label='Table'>",
					      "</div>",
					      "<table class='data'>",
					      "</table>",
					      "<thead>",
					      "</thead>",
					      "<tbody>",
					      "</tbody>",
					      "<tr>",
					      "</tr>",
					      "<th scope='col'>",
					      "<th scope='col' class=\"num\">",
					      "</th>",
					      "<td>",
					      "<td class=\"num\">",
					      "</td>"};

	for (size_t i = 0; i < html.n; i++) {
		bool known = html.p[i] != '<';

		for (size_t k = 0; !known && k < sizeof(allowed) / sizeof(*allowed); k++)
			known = str_starts(str_sub(html, i, html.n), str_of(allowed[k]));
		if (!known)
			fail_msg("markup got through: %.*s", STR_ARG(str_sub(html, i, html.n)));
	}
}

/* Each element is closed, and within the one that it was opened in. */
static void assert_whole(struct arena *arena, struct str html)
{
	VEC(struct str) open = {0};

	for (size_t i = 0; i < html.n; i++) {
		bool closes = i + 1 < html.n && html.p[i + 1] == '/';
		size_t begin = i + 1 + closes, end = begin;
		struct str name;

		if (html.p[i] != '<')
			continue;
		while (end < html.n && html.p[end] != '>' && html.p[end] != ' ')
			end++;
		name = str_sub(html, begin, end);
		if (closes && (!open.count || !str_eq(open.items[--open.count], name)))
			fail_msg("'%.*s' closes what is not open: %.*s", STR_ARG(name), STR_ARG(html));
		if (!closes && !str_is(name, "br") && !str_is(name, "hr"))
			vec_push(arena, &open, name);
	}
	if (open.count)
		fail_msg("'%.*s' stays open: %.*s", STR_ARG(open.items[0]), STR_ARG(html));
}

static void test_cases(void **state)
{
	ARENA arena = arena_new();

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct str got = drawn(arena, str_of(cases[i].source));

		assert_harmless(got);
		assert_whole(arena, got);
		if (cases[i].html && !str_is(got, cases[i].html))
			fail_msg("%s\ngot  %.*s\nwant %s", cases[i].source, STR_ARG(got), cases[i].html);
	}
}

/* Scraps of markup in every order: a small fuzzer with a fixed seed. */
static void test_scraps(void **state)
{
	static const char *const scraps[] = {
	    "<script>", "](",  "[",        ")",   "javascript:", "&#106;", "'",       "\"",    "`",
	    "**",       "\n",  "\n\n",     "> ",  "- ",          "| ",     "|---|\n", "INC-1", "https://a.example",
	    "!",        "<",   ">",        "\\",  "&amp;",       "\xff",   "# ",      "~~",    "<a@b.c>",
	    "a",        " ",   "onclick=", "```", "1. ",         "[x] ",   "mailto:", "&lt;",  "5@A_.A",
	    "_",        "@b.c"};
	uint64_t random = 20261123;
	ARENA arena = arena_new();

	for (int round = 0; round < 4000; round++) {
		struct buf source = buf_new(arena);

		for (int i = 0; i < 24; i++) {
			random = random * 6364136223846793005u + 1442695040888963407u;
			buf_add_c(&source, scraps[(random >> 33) % (sizeof(scraps) / sizeof(*scraps))]);
		}
		struct str got = drawn(arena, buf_str(&source));
		assert_harmless(got);
		assert_whole(arena, got);
		arena_reset(arena);
	}
}

static void test_deep_nesting_ends(void **state)
{
	ARENA arena = arena_new();
	struct buf source = buf_new(arena);

	for (int i = 0; i < 20000; i++)
		buf_add_c(&source, i % 2 ? "[" : "*");
	assert_harmless(drawn(arena, buf_str(&source)));
	source.n = 0;
	for (int i = 0; i < 2000; i++)
		buf_add_c(&source, "> ");
	assert_harmless(drawn(arena, buf_str(&source)));
}

static void test_words(void **state)
{
	ARENA arena = arena_new();

	assert_true(str_is(markdown_words(arena, S("# A\n\n*b* [c](https://d.example)\n- e"), 100), "A b c e"));
	assert_true(str_is(markdown_words(arena, S("障害が発生"), 8), "障害…"));
	assert_true(str_is(markdown_words(arena, S(""), 8), ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_scraps),
	    cmocka_unit_test(test_deep_nesting_ends),
	    cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
