/* page_record: what the files of the record's page share. */
#ifndef WEB_PAGE_RECORD_H
#define WEB_PAGE_RECORD_H

#include "api/changes.h"
#include "insight/timeline.h"
#include "record/mails.h"
#include "web/form.h"
#include "web/known.h"
#include "web/meanwhile.h"
#include "web/part_panel.h"
#include "web/part_record.h"
#include "web/part_timeline.h"

struct record_parts { /* records of one type that refer to this one */
	const struct field *reference;
	struct record **records;
	size_t count;
	bool more;
};

struct queued_record { /* one of the list that one came from */
	int64_t identity;
	struct str number, title, url;
	const struct state *state;
	struct clock_view clock;
};

struct record_page {
	struct visit *visit;
	struct connection *connection;
	struct record *record;
	struct show show;
	bool staff, may_edit, may_comment; /* may_edit: fields of it as it stands */
	bool *kept;                        /* by field: nobody may change it as the record stands */
	bool may_link, has_readers;        /* has_readers: customers' people take part */
	struct link_end *links;
	size_t link_count;
	VEC(struct record_parts) parts;
	struct attachment *files;
	size_t file_count;
	int64_t *watchers;
	size_t watcher_count;
	struct event *events; /* newest first, at most RECORD_EVENTS */
	size_t event_count;
	const struct event *newest; /* NULL: none may be seen */
	struct clock_view *clocks;
	size_t clock_count;
	struct timeline_entry *story; /* newest first, with tells_story */
	size_t story_count;
	struct mail_told *mails; /* newest first, at most RECORD_MAILS */
	size_t mail_count;
	struct mail_place mails_next; /* at 0: all are there */
	bool tells_story;             /* in place of the record's own history */
	struct known known;           /* of what is not done yet, for staff */

	const struct dialog_view *dialog;          /* asked for, in the place of the composer */
	const struct conflict_form_view *conflict; /* there too: what two people changed at once */
	const struct field_form_view *editing;     /* the property that is open */
	struct str comment, comment_error;         /* as typed */
	bool comment_is_internal, comment_preview; /* preview: shown as it will stand */
	VEC(struct template_view) templates;
	struct str notice;    /* what went wrong, at no field */
	struct present *here; /* who else is at it now */
	size_t here_count;
	struct str list;                      /* the address of the list that one came from; empty: none */
	struct str list_words, position;      /* its view's name; "3 of 18", empty when it is not in it */
	struct queued_record previous, *next; /* previous.url empty: none */
	size_t next_count;
	struct str origin; /* number of the merged record that led here; or empty */
	bool print;
};

enum {
	RECORD_EVENTS = 500,
	RECORD_ENTRIES = 50,
	RECORD_SUGGESTIONS = 3,
	RECORD_HERE = 8,
	RECORD_ABOVE = 5,
	RECORD_MAILS = 100
};

/* All but what is asked for. E_NOT_FOUND when it may not be seen. */
MUST enum status record_page_load(struct record_page *page, struct visit *visit, struct connection *connection,
				  int64_t identity);
/* The whole page, with what is asked for. */
void record_page_answer(struct record_page *page, unsigned status);

/* "/INC-1", and with what follows */
struct str record_page_url(const struct record_page *page, const char *rest);
const struct field *settable_field(const struct record_page *page,
				   struct str name); /* NULL: none, or not by this reader */

struct markdown_options record_markdown(const struct record_page *page);
struct str record_version(const struct record_page *page); /* that the form shows: what was posted, after a refusal */

/* page_record_head.c */
MUST enum status draw_page_head(struct record_page *page);
/* page_record_find.c */
/* Records of a type by a number, a key, or words; at most a few. */
MUST enum status record_find_others(struct record_page *page, const struct type *type, struct str words,
				    struct found_list_view *found);
/* Of a step that merges: the other record is looked for, and what will happen is told. */
MUST enum status record_open_merge(struct record_page *page, const struct transition *step, struct dialog_view *dialog,
				   struct field_form_view *views, size_t count);
/* page_compare.c */
MUST enum status draw_page_compare(struct record_page *page);
/* page_record_here.c */
void record_here_load(struct record_page *page);              /* before names are looked up */
struct str record_here_words(const struct record_page *page); /* "Rie Sato is reading this too"; empty: nobody */
struct str record_live_url(const struct record_page *page);   /* the stream that the page listens to */
/* page_record_queue.c */
void record_queue_find(struct record_page *page);                            /* which list, before addresses are made */
MUST enum status record_queue_load(struct record_page *page);                /* what stands in it */
struct str record_queue_url(const struct record_page *page, struct str url); /* with the list that one came from */
void draw_page_queue(struct record_page *page);
/* page_record_template.c */
MUST enum status record_templates_load(struct record_page *page); /* after names are looked up */
/* page_record_parts.c */
MUST enum status record_parts_load(struct record_page *page); /* before names are looked up */
void draw_page_parts(struct record_page *page);
MUST enum status draw_page_subject(struct record_page *page); /* of a decision: what is decided on */
/* page_record_story.c */
bool record_has_story(const struct record_page *page);
MUST enum status record_story_load(struct record_page *page); /* when it is asked for */
MUST enum status draw_page_story(struct record_page *page);
/* page_record_mail.c */
MUST enum status record_mails_load(struct record_page *page); /* before names are looked up */
struct entry_view record_mail_entry(struct record_page *page, const struct mail_told *told);
/* Of those that are told between two events: from newer to older, exclusive above. */
size_t record_mails_between(struct record_page *page, instant above, instant down_to, struct entry_view *entries);
bool record_tells_mail(const struct record_page *page, const struct linked *linked); /* instead of the link to it */
void draw_page_earlier_mails(struct record_page *page);
/* page_record_timeline.c */
/* What an event tells, the message first: at most three entries and one a link. */
size_t record_entries_of(struct record_page *page, const struct event *event, struct entry_view *entries);
void draw_page_which(struct record_page *page);
void draw_page_timeline(struct record_page *page);
/* Entries of events[0..count), those of the kind only; at most `most` events' worth. */
size_t record_entries(struct record_page *page, struct str kind, size_t from, size_t most, struct entry_view *entries,
		      size_t *used);
int64_t record_entry_meant(const struct record_page *page); /* the entry that a link leads to; 0: none */
size_t record_entries_room(const struct record_page *page);
/* page_record_report.c */
/* Of a record that acts as report: its figures as they were issued. */
MUST enum status draw_page_report(struct record_page *page);
bool record_report_draws(const struct record_page *page, const struct field *field); /* this field */
/* page_record_trend.c: of a record that measures something, what was measured so far. */
MUST enum status draw_page_trend(struct record_page *page);
/* page_record_about.c */
/* Of a text in two languages people are told the one that they read, as long as it is there, by the name of both. */
bool is_told_in_other(const struct record_page *page, const struct field *field);
struct str name_of_text(const struct record_page *page, const struct field *field);
void draw_page_rows(struct record_page *page, const struct field *field, struct value value);
void draw_page_about(struct record_page *page);
/* Without links, files and history: for a preview. */
void draw_page_facts(struct record_page *page);
/* Texts and tables: what is too long for the column of properties. */
void draw_page_texts(struct record_page *page);

/* page_edit.c: opens what the query asks for. */
MUST enum status record_page_open(struct record_page *page);
MUST enum status record_page_open_link(struct record_page *page);
MUST enum status record_page_open_transition(struct record_page *page, const struct transition *transition);
/* The comment that was posted with a step, to be sent again; none: no views. */
void record_page_comment(struct record_page *page, const struct field_form_view **views, size_t *count);
/* Fields as controls: as they were posted, else as they stand. */
MUST enum status record_page_form(struct record_page *page, const struct field *const *fields, size_t count,
				  struct field_form_view *views);
/* What was posted, and not as it stands already, as inputs (room for all fields). record NULL: a new one. */
MUST enum status record_page_inputs(struct visit *visit, struct connection *connection, const struct record *record,
				    const struct type *type, struct field_input *inputs, size_t *count);

/* page_record_conflict.c */
/* What two people changed at once, to choose from. The request holds what needs no choice. */
MUST enum status record_page_open_conflict(struct record_page *page, const struct meanwhile *meanwhile,
					   const struct transition *step, const struct edit_request *request);
/* After both went in: what the other one changed since ?beside=VERSION. */
void draw_page_beside(struct record_page *page);

/* portal_request.c: what a decision is about, to whoever may see it. */
struct value portal_subject(const struct record_page *page); /* of a type whose part of the portal is a decision */
MUST enum status portal_draw_subject(struct record_page *page);

#endif
