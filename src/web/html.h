/* html: a page being written, and for whom.
 *
 * A template is constant markup with named holes; the emitter escapes each value for the place where its hole stands:
 *
 *	html(h, "<a class='%a' href='%u'>%t</a>", tone, url, title);
 *
 *	%t  text between tags                 struct str or C string
 *	%l  a source text, in the reader's language; between tags or in an attribute    C string
 *	%a  value of an attribute, in quotes  struct str or C string
 *	%u  a whole address, in quotes        struct str or C string; what is no web, mail or own address becomes "#"
 *	%p  one part of a path or a query, percent-encoded, in quotes                   struct str or C string
 *	%d  a whole number, anywhere          any integer
 *	%f  a number with at most one decimal, anywhere                                 double
 *	%m  an attribute that may be left out, or several, between attributes           attribute_if(), attribute_flag()
 *	%i  an icon                           enum icon, between tags
 *	%%  a percent sign
 *
 * Single quotes in the template are written as they are: they are HTML's too. A template must begin and end between
 * tags, and each hole must stand where its letter belongs: a template that does not, or a value of the wrong kind,
 * marks the page as failed and writes nothing, so that a mistake in a page is a failed test and never a hole in it.
 * Escaping covers all of & < > " '. Ceiling: the buf's own. */
#ifndef WEB_HTML_H
#define WEB_HTML_H

#include "base/language.h"
#include "base/time.h"
#include "web/icon.h"

struct html {
	struct buf *out;
	enum language language;  /* of the reader */
	const struct zone *zone; /* of the reader */
	instant now;
	bool eras;        /* years of Japanese dates are told in eras: 令和8年 */
	struct str token; /* against forged forms; drawn into every form that posts */
};

struct html_attribute {
	const char *name; /* a literal; NULL: nothing is written */
	struct str value;
	bool flag; /* without a value */
};

struct html_attributes {
	const struct html_attribute *items;
	size_t count;
};

struct html_value {
	enum html_value_kind {
		HTML_TEXT,    /* a slice */
		HTML_LITERAL, /* a C string; text.p ends with NUL */
		HTML_NUMBER,
		HTML_REAL,
		HTML_ATTRIBUTE,
		HTML_ATTRIBUTES,
	} kind;
	union {
		struct str text;
		int64_t number;
		double real;
		struct html_attribute attribute;
		struct html_attributes attributes;
	};
};

/* One attribute, left out when the value is empty; or when `on` is false. */
struct html_attribute attribute_if(const char *name, struct str value);
struct html_attribute attribute_flag(const char *name, bool on);

void html_write(struct html *h, const char *template, const struct html_value *values, size_t count);

struct html_value html_of_str(struct str text);
struct html_value html_of_c(const char *text);
struct html_value html_of_number(int64_t number);
struct html_value html_of_real(double real);
struct html_value html_of_attribute(struct html_attribute attribute);
struct html_value html_of_attributes(struct html_attributes attributes);

#define HTML_VALUE(x)                                                                                                  \
	_Generic((x),                                                                                                  \
		struct str: html_of_str,                                                                               \
		char *: html_of_c,                                                                                     \
		const char *: html_of_c,                                                                               \
		struct html_attribute: html_of_attribute,                                                              \
		struct html_attributes: html_of_attributes,                                                            \
		unsigned int: html_of_number,                                                                          \
		double: html_of_real,                                                                                  \
		bool: html_of_number,                                                                                  \
		int: html_of_number,                                                                                   \
		long: html_of_number,                                                                                  \
		long long: html_of_number,                                                                             \
		unsigned long: html_of_number)(x)

#define HTML_COUNT_(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, n, ...) n
#define HTML_COUNT(...) HTML_COUNT_(__VA_ARGS__, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define HTML_PASTE_(a, b) a##b
#define HTML_PASTE(a, b) HTML_PASTE_(a, b)
#define HTML_EACH_0(t)                                                                                                 \
	{                                                                                                              \
		0                                                                                                      \
	}
#define HTML_EACH_1(t, a) HTML_VALUE(a)
#define HTML_EACH_2(t, a, ...) HTML_VALUE(a), HTML_EACH_1(t, __VA_ARGS__)
#define HTML_EACH_3(t, a, ...) HTML_VALUE(a), HTML_EACH_2(t, __VA_ARGS__)
#define HTML_EACH_4(t, a, ...) HTML_VALUE(a), HTML_EACH_3(t, __VA_ARGS__)
#define HTML_EACH_5(t, a, ...) HTML_VALUE(a), HTML_EACH_4(t, __VA_ARGS__)
#define HTML_EACH_6(t, a, ...) HTML_VALUE(a), HTML_EACH_5(t, __VA_ARGS__)
#define HTML_EACH_7(t, a, ...) HTML_VALUE(a), HTML_EACH_6(t, __VA_ARGS__)
#define HTML_EACH_8(t, a, ...) HTML_VALUE(a), HTML_EACH_7(t, __VA_ARGS__)
#define HTML_EACH_9(t, a, ...) HTML_VALUE(a), HTML_EACH_8(t, __VA_ARGS__)
#define HTML_EACH_10(t, a, ...) HTML_VALUE(a), HTML_EACH_9(t, __VA_ARGS__)

/* html(h, TEMPLATE, VALUE...): the template is a literal, with at most ten values. */
#define html(h, ...)                                                                                                   \
	html_write((h), HTML_FIRST(__VA_ARGS__, 0),                                                                    \
		   (const struct html_value[]){HTML_PASTE(HTML_EACH_, HTML_COUNT(__VA_ARGS__))(__VA_ARGS__)},          \
		   HTML_COUNT(__VA_ARGS__))
#define HTML_FIRST(first, ...) "" first

/* Markup that was made safe elsewhere (the Markdown renderer). The odd one: tools/check lists its uses. */
void html_raw(struct html *h, struct str markup);

/* Between tags: a translated sentence with one %s, in whose place the value stands in bold. */
void html_sentence(struct html *h, struct str sentence, struct str bold);

/* The hidden field that every posted form carries. */
void html_token(struct html *h);

#endif
