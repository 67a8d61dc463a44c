#include "mail/html_text.h"

#include <libxml/HTMLparser.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MOST = 200, HTML_MOST = 4 << 20 };

struct rendering {
	struct buf out;
	size_t quotes; /* blockquotes around */
	size_t quoted; /* those around the line that was written last */
	size_t breaks; /* line ends that are due before the next word */
	bool blank;    /* a blank is due */
	bool literal;  /* within <pre> */
	bool begun;
};

static bool named(const xmlNode *node, const char *const *names)
{
	for (; *names; names++)
		if (!strcmp((const char *)node->name, *names))
			return true;
	return false;
}

static void begin_line(struct rendering *r, size_t quotes)
{
	for (size_t i = 0; i < quotes; i++)
		buf_add(&r->out, S("> "));
}

static void settle(struct rendering *r)
{
	size_t around = r->quotes < r->quoted ? r->quotes : r->quoted;

	if (!r->begun)
		begin_line(r, r->quotes);
	for (; r->begun && r->breaks; r->breaks--) {
		buf_add_char(&r->out, '\n');
		begin_line(r, r->breaks > 1 ? around : r->quotes); /* an empty line between is of both */
		r->blank = false;
	}
	if (r->blank)
		buf_add_char(&r->out, ' ');
	r->quoted = r->quotes;
	r->begun = true;
	r->breaks = 0;
	r->blank = false;
}

static void end_line(struct rendering *r, size_t breaks)
{
	if (!breaks)
		return;
	r->breaks = r->breaks > breaks ? r->breaks : breaks;
	r->blank = false;
}

static void add_text(struct rendering *r, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '\n' && r->literal) {
			r->breaks++;
		} else if (!r->literal && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
			r->blank = r->begun && !r->breaks;
		} else {
			settle(r);
			buf_add_char(&r->out, c);
		}
	}
}

static struct str attribute(struct arena *arena, xmlNode *node, const char *name)
{
	xmlChar *value = xmlGetProp(node, (const xmlChar *)name);
	struct str text = {0};

	if (value)
		text = str_dup(arena, str_trim(str_of((const char *)value)));
	else if (xmlHasProp(node, (const xmlChar *)name))
		abort(); /* no memory: it is there, and cannot be had */
	xmlFree(value);
	return text;
}

static bool is_hidden(struct arena *arena, xmlNode *node)
{
	struct str style = attribute(arena, node, "style");
	size_t at;

	return str_find(style, S("display:none"), &at) || str_find(style, S("display: none"), &at);
}

static void walk(struct rendering *r, xmlNode *node, unsigned depth);

static void walk_children(struct rendering *r, xmlNode *node, unsigned depth)
{
	for (xmlNode *child = node->children; child; child = child->next)
		walk(r, child, depth + 1);
}

/* [words](address), or the words alone where they are the address, or it leads nowhere. */
static void add_link(struct rendering *r, xmlNode *node, unsigned depth)
{
	struct str to = attribute(r->out.arena, node, "href");
	bool leads = str_starts(to, S("https://")) || str_starts(to, S("http://")) || str_starts(to, S("mailto:"));
	struct str words;
	size_t before, at;

	if (leads)
		settle(r);
	before = r->out.n;
	if (leads)
		buf_add_char(&r->out, '[');
	walk_children(r, node, depth);
	if (!leads)
		return;
	words = str_sub(buf_str(&r->out), before + 1, r->out.n);
	if (!words.n || str_find(to, str_trim(words), &at) || str_find_char(words, '\n', &at) ||
	    str_find_char(to, ')', &at) || str_find_char(to, ' ', &at)) {
		memmove(r->out.p + before, r->out.p + before + 1, words.n);
		r->out.n--;
		return;
	}
	buf_format(&r->out, "](%.*s)", STR_ARG(to));
}

static void add_item(struct rendering *r, xmlNode *node, unsigned depth)
{
	end_line(r, 1);
	settle(r);
	buf_add(&r->out, S("- "));
	walk_children(r, node, depth);
	end_line(r, 1);
}

static void add_quote(struct rendering *r, xmlNode *node, unsigned depth)
{
	end_line(r, 1);
	r->quotes++;
	walk_children(r, node, depth);
	r->quotes--;
	end_line(r, 1);
}

static void add_element(struct rendering *r, xmlNode *node, unsigned depth)
{
	static const char *const unseen[] = {"head",     "script",   "style",  "title",
					     "template", "noscript", "object", NULL};
	static const char *const paragraphs[] = {"p",  "h1", "h2", "h3",    "h4",  "h5",
						 "h6", "ul", "ol", "table", "pre", NULL};
	static const char *const blocks[] = {"div", "tr", "section", "article", "header", "footer", "dt",
					     "dd",  "dl", "hr",      "address", "center", "form",   NULL};
	static const char *const cells[] = {"td", "th", NULL};
	const char *name = (const char *)node->name;
	size_t breaks = named(node, paragraphs) ? 2 : named(node, blocks) ? 1 : 0;
	bool literal = r->literal;

	if (named(node, unseen) || is_hidden(r->out.arena, node))
		return;
	if (!strcmp(name, "br"))
		r->breaks++;
	else if (!strcmp(name, "a"))
		add_link(r, node, depth);
	else if (!strcmp(name, "li"))
		add_item(r, node, depth);
	else if (!strcmp(name, "blockquote"))
		add_quote(r, node, depth);
	else {
		end_line(r, breaks);
		r->literal = literal || !strcmp(name, "pre");
		if (!strcmp(name, "img"))
			add_text(r, attribute(r->out.arena, node, "alt"));
		walk_children(r, node, depth);
		r->literal = literal;
		end_line(r, breaks);
		r->blank = r->blank || (named(node, cells) && !r->breaks);
	}
}

static void walk(struct rendering *r, xmlNode *node, unsigned depth)
{
	if (depth > DEPTH_MOST)
		return;
	if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
		add_text(r, str_of((const char *)node->content));
	else if (node->type == XML_ELEMENT_NODE)
		add_element(r, node, depth);
}

/* Half a document is no document: as everywhere (base/arena.h). */
static void end_without_memory(void)
{
	const xmlError *last = xmlGetLastError();

	if (last && last->code == XML_ERR_NO_MEMORY)
		abort();
}

struct str html_text(struct arena *arena, struct str html)
{
	struct rendering r = {.out = buf_new(arena)};
	htmlDocPtr document;

	html = str_sub(html, 0, HTML_MOST);
	document = htmlReadMemory(html.p ? html.p : "", (int)html.n, NULL, "UTF-8",
				  HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
	end_without_memory();
	if (!document)
		return (struct str){0};
	if (xmlDocGetRootElement(document))
		walk(&r, xmlDocGetRootElement(document), 0);
	xmlFreeDoc(document);
	return str_trim(buf_str(&r.out));
}
