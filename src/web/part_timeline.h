/* part_timeline: what happened to a record, newest first, and the place to write. */
#ifndef WEB_PART_TIMELINE_H
#define WEB_PART_TIMELINE_H

#include "web/markdown.h"
#include "web/part_list.h"
#include "web/part_mark.h"
#include "web/part_record.h"

enum entry_kind {
	ENTRY_REPLY,  /* public, from us */
	ENTRY_MAIL,   /* public, from outside */
	ENTRY_NOTE,   /* internal */
	ENTRY_CHANGE, /* of fields, of state */
	ENTRY_LINK,
	ENTRY_ALARM, /* an escalation */
	ENTRY_SYSTEM,
	ENTRY_LETTER, /* a mail that came in or went out */
};

struct change_view {
	struct str field, before, after; /* in words; before empty: it was empty */
};

struct fact_view { /* of a mail */
	struct str name, words;
	bool bad;
};

struct entry_view {
	enum entry_kind kind;
	enum icon icon;     /* ICON_NONE: the kind's own */
	struct str id, url; /* for links to it: its anchor, and the address that shows it wherever it stands */
	bool meant;         /* a link led to it */
	instant at;
	struct str actor;
	struct str sentence; /* "%s changed 3 fields": %s is the actor; of messages: what follows the name, "by mail" */
	struct str body;     /* Markdown of messages and notes; plain words of others */
	const struct change_view *changes;
	size_t change_count;
	bool counts;           /* nothing but how often something happened, which another entry tells already */
	struct link_view link; /* ENTRY_LINK: the other record */
	struct str link_title;
	struct state_mark link_state;
	const struct fact_view *facts;
	size_t fact_count;
	const struct link_view *files; /* words with the size */
	size_t file_count;
};

struct timeline_view {
	const struct entry_view *entries;
	size_t count;
	struct str order_url; /* the other order */
	bool oldest_first;
	struct str earlier_url, earlier_words; /* "12 earlier entries" */
	struct str newest_url;                 /* it begins further down; empty: at the newest */
	const struct markdown_options *markdown;
};
/* The entries alone; heading: the id of what stands over them. */
void draw_entries(struct html *h, const struct timeline_view *timeline, const char *heading);
void draw_timeline(struct html *h, const struct timeline_view *timeline);
/* The last few, small, for a preview. */
void draw_entries_small(struct html *h, const struct entry_view *entries, size_t count);

struct template_view {
	struct str name, url; /* url: the same page with the text written */
	struct str language;  /* its code where it is not the reader's; else empty */
	bool internal;
};

struct composer_view {
	struct str action;
	struct str readers; /* of a reply: "Aya Nishimura, 3 subscribers" */
	bool to_customer;
	bool can_reply, can_note, internal; /* internal: chosen to begin with */
	struct str text, error;
	bool preview;      /* the text as it will stand, above the place to write */
	struct str draft;  /* names what is being written in this browser: record and person */
	struct str people; /* where accounts are completed after an @; empty: nobody is mentioned */
	const struct template_view *templates;
	size_t template_count;
	const struct markdown_options *markdown;
};
void draw_composer(struct html *h, const struct composer_view *composer);

#endif
