/* layout: the frame of every page: skip link, top bar with the fan as navigation, main, foot with the keys. */
#ifndef WEB_LAYOUT_H
#define WEB_LAYOUT_H

#include "web/html.h"
#include "web/part_mark.h"

enum theme { THEME_SYSTEM, THEME_LIGHT, THEME_DARK };

struct nav_link {
	struct str words, url;
	struct str key; /* "g i"; may be empty */
	bool current;
	struct str under; /* the heading that begins with it; may be empty */
};

struct nav_group { /* a group of the fan; a group without a title is a plain link */
	struct str title;
	const struct nav_link *links;
	size_t count;
};

enum notice_tone { NOTICE_GOOD, NOTICE_PLAIN, NOTICE_BAD };

struct page_view {
	struct str title; /* of the window, without the program's name */
	enum theme theme;
	const struct nav_group *groups;
	size_t group_count;
	struct person person; /* who is signed in; url: own settings */
	int64_t unread;       /* notices */
	struct str notices_url;
	struct str here;       /* this page, to come back to from a choice of language or theme */
	struct str query;      /* what was searched for */
	bool portal;           /* in the frame of the portal, for those who come once a year */
	struct str main_class; /* "page", "lists"; may be empty */
	struct str live;       /* stream of changes of what is shown; may be empty */
	int again;             /* seconds after which it is asked for again where there is no script; 0: never */
	struct str notice;     /* said once, at the top of main */
	enum notice_tone notice_tone;
};

/* Everything up to <main>, then everything after it. */
void page_begin(struct html *h, const struct page_view *page);
void page_end(struct html *h, const struct page_view *page);

/* Pages without the top bar: signing in, and errors before anybody is known. */
void bare_page_begin(struct html *h, struct str title, enum theme theme, struct str body_class);
void bare_page_end(struct html *h);

struct key_hint {
	const char *first, *second; /* second: NULL for a single key */
	struct str words;
};
void draw_keys(struct html *h, const struct key_hint *keys, size_t count);

void draw_fan_mark(struct html *h);
void draw_notice(struct html *h, struct str words, enum notice_tone tone);

#endif
