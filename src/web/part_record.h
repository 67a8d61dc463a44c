/* part_record: the head of a record: where one is, what it is, its clocks, what can be done next. */
#ifndef WEB_PART_RECORD_H
#define WEB_PART_RECORD_H

#include "web/part_clock.h"
#include "web/part_field.h"
#include "web/part_mark.h"

struct link_view {
	struct str words, url;
};

struct transition_view {
	struct str name, words;
	struct str url;          /* asks: a page with the dialog (GET); otherwise where to post */
	bool asks;               /* for something first: "…" follows the word */
	struct str key, key_too; /* of the keyboard; may be empty */
	bool main;               /* the one primary button of the page */
};

struct record_head_view {
	const struct link_view *crumbs;
	size_t crumb_count;
	struct str position; /* "3 of 18" in the list one came from; empty: none */
	struct str previous_url, next_url;
	struct str list; /* the address of the list that one came from; empty: none */
	struct str number, title;
	struct state_mark state; /* word empty: a type without states */
	struct str priority;
	const struct str *flags; /* "Major incident" */
	size_t flag_count;
	const struct link_view *facts; /* service, customer; those without an address as plain words */
	size_t fact_count;
	instant opened_at;
	struct str opened; /* "Opened %s by phone": %s is how long ago */
	const struct clock_view *clocks;
	size_t clock_count;
	const struct transition_view *transitions; /* the likely one first */
	size_t transition_count;
	const struct link_view *more; /* further actions */
	size_t more_count;
	struct str print_url;
	struct str here; /* "Rie Sato is reading this too"; may be empty */
};
void draw_record_head(struct html *h, const struct record_head_view *head);
/* What is to be known before all else, with the step that it calls for; step_url empty: none. */
void draw_banner(struct html *h, struct str words, struct str step_url, struct str step);

struct found_view {
	struct str number, title;
	struct state_mark state;
};
struct found_list_view {  /* records to choose from */
	struct str name;  /* posted */
	struct str words; /* that were looked for; empty: nothing was */
	bool named;       /* they were the number of the first one: nothing needs to be chosen */
	struct found_view *items;
	size_t count;
};

/* A form that asks for what an action needs. Drawn in place; the script lifts it over the page. */
struct dialog_view {
	struct str title, words, action, submit, cancel_url;
	struct str warning; /* what to know before it is sent; empty: nothing */
	struct str error;   /* of the whole, not of one field */
	const struct field_form_view *fields;
	size_t field_count;
	struct str find_url;                 /* where the script looks while one types; empty: nothing is looked for */
	const struct found_list_view *found; /* then */
	const struct str *happens;           /* what will happen, in sentences */
	size_t happens_count;
	struct str version; /* that the person saw; posted as version */
};
void draw_dialog(struct html *h, const struct dialog_view *dialog);

void draw_crumbs(struct html *h, const struct link_view *crumbs, size_t count);

#endif
