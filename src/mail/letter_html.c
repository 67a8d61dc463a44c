/* The same as HTML that needs no style: nothing is fetched, and every mail program may give it its own face. */
#include "mail/letter.h"

static void escaped(struct buf *html, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		switch (text.p[i]) {
		case '<':
			buf_add_c(html, "&lt;");
			break;
		case '>':
			buf_add_c(html, "&gt;");
			break;
		case '&':
			buf_add_c(html, "&amp;");
			break;
		case '"':
			buf_add_c(html, "&quot;");
			break;
		case '\n':
			buf_add_c(html, "<br>\n");
			break;
		default:
			buf_add_char(html, text.p[i]);
		}
	}
}

/* <tag>text</tag> */
static void element(struct buf *html, const char *tag, struct str text)
{
	buf_format(html, "<%s>", tag);
	escaped(html, text);
	buf_format(html, "</%s>\n", tag);
}

static void anchor(struct buf *html, struct str url, struct str words)
{
	buf_add_c(html, "<p><a href=\"");
	escaped(html, url);
	buf_add_c(html, "\">");
	escaped(html, words);
	buf_add_c(html, "</a></p>\n");
}

static void add_changes(const struct letter *letter, struct buf *html, const struct letter_item *item)
{
	if (!item->change_count)
		return;
	buf_add_c(html, "<table cellpadding=\"4\">\n");
	for (size_t i = 0; i < item->change_count; i++) {
		buf_add_c(html, "<tr>");
		element(html, "th", item->changes[i].name);
		element(html, "td", item->changes[i].before);
		element(html, "td", S("→"));
		element(html, "td", item->changes[i].after);
		buf_add_c(html, "</tr>\n");
	}
	buf_add_c(html, "</table>\n");
}

static void add_item(const struct letter *letter, struct buf *html, const struct letter_item *item)
{
	element(html, "h2", str_format(letter->arena, "%.*s %.*s", STR_ARG(item->number), STR_ARG(item->title)));
	element(html, "p", item->says);
	element(html, "p", item->at);
	add_changes(letter, html, item);
	if (item->comment.n)
		element(html, "blockquote", item->comment);
	for (size_t i = 0; i < item->file_count; i++)
		if (item->files[i].bytes.n)
			element(html, "p", item->files[i].name);
		else
			anchor(html, item->files[i].url, item->files[i].name);
	anchor(html, item->url, item->url);
	if (item->decide.n)
		anchor(html, item->decide, str_of(letter_words(letter, N_("Decide at once, without signing in"))));
}

void letter_write_html(struct letter *letter)
{
	struct buf html = buf_new(letter->arena);

	buf_format(&html, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>",
		   language_code(letter->actor->language));
	escaped(&html, letter->subject);
	buf_add_c(&html, "</title></head><body>\n");
	if (letter->opening.n)
		element(&html, "p", letter->opening);
	for (size_t i = 0; i < letter->count; i++)
		add_item(letter, &html, &letter->items[i]);
	buf_add_c(&html, "<hr>\n");
	if (letter->reply_to.n)
		element(&html, "p",
			str_of(letter_words(letter, N_("An answer to this mail becomes a comment of the record."))));
	anchor(&html, str_format(letter->arena, "%.*s/settings", STR_ARG(letter->settings->origin)),
	       str_of(letter_words(letter, N_("What you are told of, and when"))));
	if (letter->unsubscribe.n)
		anchor(&html, letter->unsubscribe, str_of(letter_words(letter, N_("No digest any more"))));
	buf_add_c(&html, "</body></html>\n");
	letter->html = buf_str(&html);
}
