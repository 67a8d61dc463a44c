#include <string.h>

#include "web/embedded.h"
#include "web/html.h"

#define ICON_NAME(name, lucide) lucide,
static const char *const icon_names[] = {"", ICONS(ICON_NAME)};
#undef ICON_NAME

struct html_attribute attribute_if(const char *name, struct str value)
{
	return (struct html_attribute){value.n ? name : NULL, value, false};
}

struct html_attribute attribute_flag(const char *name, bool on)
{
	return (struct html_attribute){on ? name : NULL, {NULL, 0}, true};
}

struct html_value html_of_str(struct str text)
{
	return (struct html_value){.kind = HTML_TEXT, .text = text};
}

struct html_value html_of_c(const char *text)
{
	return (struct html_value){.kind = HTML_LITERAL, .text = str_of(text)};
}

struct html_value html_of_number(int64_t number)
{
	return (struct html_value){.kind = HTML_NUMBER, .number = number};
}

struct html_value html_of_real(double real)
{
	return (struct html_value){.kind = HTML_REAL, .real = real};
}

struct html_value html_of_attribute(struct html_attribute attribute)
{
	return (struct html_value){.kind = HTML_ATTRIBUTE, .attribute = attribute};
}

struct html_value html_of_attributes(struct html_attributes attributes)
{
	return (struct html_value){.kind = HTML_ATTRIBUTES, .attributes = attributes};
}

static const char *entity(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default: /* other control characters may not stand in HTML */
		return c < 0x20 && c != '\t' && c != '\n' && c != '\r' ? "\xef\xbf\xbd" : NULL;
	}
}

/* Bytes that entity() has something to say about; most text has none of them. */
static bool is_special(unsigned char c)
{
	return c < 0x20 || c == '&' || c == '<' || c == '>' || c == '"' || c == '\'';
}

static void add_escaped(struct buf *out, struct str text)
{
	size_t plain = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		const char *other = is_special(c) ? entity(c) : NULL;

		if (!other)
			continue;
		buf_add(out, (struct str){text.p + plain, i - plain});
		buf_add_c(out, other);
		plain = i + 1;
	}
	if (plain < text.n)
		buf_add(out, (struct str){text.p + plain, text.n - plain});
}

static void add_percent_encoded(struct buf *out, struct str text)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    (c && strchr("-._~", c))) {
			buf_add_char(out, (char)c);
			continue;
		}
		buf_add_char(out, '%');
		buf_add_char(out, hex[c >> 4]);
		buf_add_char(out, hex[c & 15]);
	}
}

/* An own path, a fragment or query, or an absolute web or mail address. Blank and control characters have no place in
 * one, and "//" or "/\" would leave for another host. */
static bool url_is_safe(struct str url)
{
	static const char *const schemes[] = {"http://", "https://", "mailto:"};

	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= ' ' || url.p[i] == '\\')
			return false;
	if (url.n == 0)
		return false;
	if (url.p[0] == '/')
		return url.n == 1 || url.p[1] != '/';
	if (url.p[0] == '#' || url.p[0] == '?')
		return true;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (str_eq_nocase(str_sub(url, 0, strlen(schemes[i])), str_of(schemes[i])))
			return true;
	return false;
}

static void add_attribute(struct buf *out, struct html_attribute attribute)
{
	if (!attribute.name)
		return;
	buf_add_char(out, ' ');
	buf_add_c(out, attribute.name);
	if (attribute.flag)
		return;
	buf_add_c(out, "=\"");
	add_escaped(out, attribute.value);
	buf_add_char(out, '"');
}

static bool add_icon(struct buf *out, const struct html_value *value)
{
	if (value->kind != HTML_NUMBER || value->number < ICON_NONE || value->number >= ICON_COUNT)
		return false;
	if (value->number == ICON_NONE)
		return true;
	buf_add(out, S("<svg class=\"i\" aria-hidden=\"true\"><use href=\""));
	buf_add_c(out, asset_url("icons.svg"));
	buf_add_char(out, '#');
	buf_add_c(out, icon_names[value->number]);
	buf_add(out, S("\"/></svg>"));
	return true;
}

enum place { BETWEEN_TAGS, IN_TAG, IN_SINGLE, IN_DOUBLE };

/* Where one stands behind a piece of the template. */
static enum place place_after(enum place place, const char *at, const char *end)
{
	while (at < end) {
		if (place == IN_TAG) {
			char c = *at++;

			place = c == '>' ? BETWEEN_TAGS : c == '\'' ? IN_SINGLE : c == '"' ? IN_DOUBLE : place;
			continue;
		}
		at = memchr(at, place == BETWEEN_TAGS ? '<' : place == IN_SINGLE ? '\'' : '"', (size_t)(end - at));
		if (!at)
			return place;
		at++;
		place = IN_TAG;
	}
	return place;
}

static bool is_text(const struct html_value *value)
{
	return value->kind == HTML_TEXT || value->kind == HTML_LITERAL;
}

static bool fill_quoted(struct html *h, char hole, const struct html_value *value)
{
	if (!is_text(value))
		return false;
	switch (hole) {
	case 'a':
		add_escaped(h->out, value->text);
		return true;
	case 'u':
		add_escaped(h->out, url_is_safe(value->text) ? value->text : S("#"));
		return true;
	case 'p':
		add_percent_encoded(h->out, value->text);
		return true;
	default:
		return false;
	}
}

static bool fill_label(struct html *h, const struct html_value *value)
{
	if (value->kind != HTML_LITERAL)
		return false;
	if (value->text.n)
		add_escaped(h->out, str_of(translate(h->language, value->text.p)));
	return true;
}

static bool fill_attributes(struct html *h, const struct html_value *value)
{
	if (value->kind == HTML_ATTRIBUTE) {
		add_attribute(h->out, value->attribute);
		return true;
	}
	for (size_t i = 0; value->kind == HTML_ATTRIBUTES && i < value->attributes.count; i++)
		add_attribute(h->out, value->attributes.items[i]);
	return value->kind == HTML_ATTRIBUTES;
}

static bool fill(struct html *h, char hole, enum place place, const struct html_value *value)
{
	bool quoted = place == IN_SINGLE || place == IN_DOUBLE;

	switch (hole) {
	case 'd':
		if (value->kind != HTML_NUMBER || place == IN_TAG)
			return false;
		buf_add_int(h->out, value->number);
		return true;
	case 'f':
		if (value->kind != HTML_REAL || place == IN_TAG)
			return false;
		buf_format(h->out, "%.1f", value->real);
		return true;
	case 'l':
		return place != IN_TAG && fill_label(h, value);
	case 't':
		if (!is_text(value) || place != BETWEEN_TAGS)
			return false;
		add_escaped(h->out, value->text);
		return true;
	case 'm':
		return place == IN_TAG && fill_attributes(h, value);
	case 'i':
		return place == BETWEEN_TAGS && add_icon(h->out, value);
	default:
		return quoted && fill_quoted(h, hole, value);
	}
}

void html_write(struct html *h, const char *template, const struct html_value *values, size_t count)
{
	enum place place = BETWEEN_TAGS;
	const char *plain = template, *at;
	size_t used = 0, start = h->out->n;

	for (at = strchrnul(plain, '%'); *at; at = strchrnul(plain, '%')) {
		place = place_after(place, plain, at);
		buf_add(h->out, (struct str){plain, (size_t)(at - plain)});
		at++;
		plain = at + 1;
		if (*at == '%')
			buf_add_char(h->out, '%');
		else if (*at == 0 || used == count || !fill(h, *at, place, &values[used++]))
			goto wrong;
	}
	place = place_after(place, plain, at);
	buf_add(h->out, (struct str){plain, (size_t)(at - plain)});
	if (used == count && place == BETWEEN_TAGS)
		return;
wrong:
	h->out->n = start < h->out->n ? start : h->out->n;
	h->out->failed = true;
}

void html_raw(struct html *h, struct str markup)
{
	buf_add(h->out, markup);
}

void html_sentence(struct html *h, struct str sentence, struct str bold)
{
	size_t at;

	if (!str_find(sentence, S("%s"), &at)) {
		add_escaped(h->out, sentence);
		return;
	}
	add_escaped(h->out, str_sub(sentence, 0, at));
	html(h, "<b>%t</b>", bold);
	add_escaped(h->out, str_sub(sentence, at + 2, sentence.n));
}

void html_token(struct html *h)
{
	if (h->token.n)
		html(h, "<input type='hidden' name='csrf' value='%a'>", h->token);
}
