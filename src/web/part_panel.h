/* part_panel: the right column: titled parts with hairlines between, no boxes. */
#ifndef WEB_PART_PANEL_H
#define WEB_PART_PANEL_H

#include "web/part_clock.h"
#include "web/part_field.h"
#include "web/part_mark.h"
#include "web/part_record.h"

/* Looks like text, acts like a field: its value leads to the same page with that one field as a form. */
struct property_view {
	struct str label, words;
	struct str lang;                       /* that the words are in; empty: the page's */
	struct str url;                        /* of a reference: where it leads; then editing is by the pen */
	struct str edit_url;                   /* empty: may not be changed here */
	struct str note;                       /* small, after the value: "from impact and urgency" */
	struct state_mark state;               /* instead of words */
	struct str priority;                   /* instead of words */
	const struct field_form_view *editing; /* the one that is open */
};
struct properties_view {
	const struct property_view *items;
	size_t count;
	struct str edit_url;             /* all at once */
	struct str save_url, cancel_url; /* of the open one */
	struct str version;
};
void draw_properties(struct html *h, const struct properties_view *properties);
/* Without editing, for a preview. */
void draw_facts_list(struct html *h, const struct property_view *items, size_t count);

/* Opens <section class=panel> with its head; `end` is drawn at the right. Close it with panel_end(). */
struct panel_head {
	struct str id, title, note;
	struct str url, words; /* a link or button at the right; words empty: none */
	enum icon icon;        /* of that; with it the words are spoken only */
	bool dialog;           /* it asks for something: lifted over the page */
};
void panel_begin(struct html *h, const struct panel_head *head);
void panel_end(struct html *h);

struct item_view { /* a line: number, title, state, second line */
	struct str number, url, title, second;
	struct state_mark state;
	struct str remove_url; /* posts */
};
struct item_group {
	struct str kind; /* "Problem" */
	const struct item_view *items;
	size_t count;
	bool deep; /* long titles, the state below */
};
void draw_items(struct html *h, const struct item_group *groups, size_t count);

struct task_view {
	struct str words, person, url; /* url: posts the change */
	bool done;
};
void draw_tasks(struct html *h, const struct task_view *tasks, size_t count);

struct file_view {
	struct str name, url;
	int64_t bytes;
};
void draw_file_list(struct html *h, const struct file_view *files, size_t count);
void draw_people(struct html *h, const struct person *people, size_t count);

struct history_view {
	int64_t entries;
	bool checked, intact; /* checked: the chain was verified for this page */
	instant checkpoint;   /* INSTANT_NONE: none signed yet */
	struct str digest;    /* short form of the head's hash */
	struct str broken_at; /* which entry fails */
};
void draw_history_proof(struct html *h, const struct history_view *history);

#endif
