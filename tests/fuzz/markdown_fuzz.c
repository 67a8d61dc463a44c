/* Any text as what somebody writes in a comment: it becomes tags of a short list, each closed in its order, and every
 * link leads to the web, to mail or to a record. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "web/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const known[] = {"a",  "b",   "blockquote", "br",     "code",  "del", "div",   "em",    "h1",
				    "h2", "h3",  "h4",         "h5",     "h6",    "hr",  "i",     "li",    "ol",
				    "p",  "pre", "span",       "strong", "s",     "ul",  "table", "tbody", "td",
				    "th", "tr",  "thead",      "input",  "label", "u"};
static const char *const single[] = {"br", "hr", "input"};

static void must(bool true_)
{
	if (!true_)
		abort();
}

static bool among(struct str name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

static bool begins(struct str text, struct str scheme)
{
	return str_eq_nocase(str_sub(text, 0, scheme.n), scheme);
}

static bool leads_well(struct str address)
{
	return str_is(address, "#") || begins(address, S("https://")) || begins(address, S("http://")) ||
	       begins(address, S("mailto:")) || (begins(address, S("/")) && !begins(address, S("//")));
}

/* The tag that begins at html.p[at]; returns where it ends. Attributes are quoted, so that none can begin another. */
static size_t take_tag(struct str html, size_t at, struct str *open, size_t *depth)
{
	bool closes = at + 1 < html.n && html.p[at + 1] == '/';
	size_t begin = at + 1 + closes, end = begin, i;
	struct str name;

	while (end < html.n && strchr("abcdefghijklmnopqrstuvwxyz123456", html.p[end]) && html.p[end])
		end++;
	name = str_sub(html, begin, end);
	must(among(name, known, sizeof(known) / sizeof(*known)));
	for (i = end; i < html.n && html.p[i] != '>'; i++) {
		if (html.p[i] != '\'')
			continue;
		size_t value = i + 1;
		for (i = value; i < html.n && html.p[i] != '\''; i++)
			must(html.p[i] != '<' && html.p[i] != '>');
		if (value > 6 && str_is(str_sub(html, value - 6, value), "href='"))
			must(leads_well(str_sub(html, value, i)));
	}
	must(i < html.n);
	if (closes)
		must(*depth && str_eq(open[--*depth], name));
	else if (!among(name, single, sizeof(single) / sizeof(*single)))
		open[(*depth)++] = name;
	return i + 1;
}

static void must_be_whole(struct arena *arena, struct str html)
{
	struct str *open = arena_many(arena, struct str, html.n + 1);
	size_t depth = 0;

	for (size_t at = 0; at < html.n;)
		if (html.p[at] == '<')
			at = take_tag(html, at, open, &depth);
		else
			must(html.p[at++] != '>');
	must(!depth);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	ARENA arena = arena_new();
	struct buf out = buf_new(arena);
	struct html h = {.out = &out, .language = ENGLISH};

	if (!str_is_utf8(text) || (size && memchr(data, 0, size)))
		return 0; /* the kernel keeps such texts out */
	markdown_draw(&h, text, NULL);
	if (!out.failed)
		must_be_whole(arena, buf_str(&out));
	must(str_is_utf8(markdown_words(arena, text, 80)));
	return 0;
}
