/* demo_world: what the parts of the demonstration share (private to app/demo*.c). */
#ifndef APP_DEMO_WORLD_H
#define APP_DEMO_WORLD_H

#include "app/demo.h"
#include "base/calendar.h"
#include "base/language.h"
#include "record/edit.h"

/* --- chance: small, seeded, in whole numbers only, so that every machine draws the same --- */
struct chance {
	uint64_t state;
};
uint64_t chance_next(struct chance *chance);
int64_t chance_below(struct chance *chance, int64_t bound);                 /* 0 .. bound - 1 */
int64_t chance_between(struct chance *chance, int64_t least, int64_t most); /* both included */
bool chance_percent(struct chance *chance, int percent);
/* Draws an index by weights. */
size_t chance_weighted(struct chance *chance, const int *weights, size_t count);

/* --- who and what there is --- */
enum { DEMO_GROUPS_MOST = 16, DEMO_PRIORITIES = 6, NOBODY = -1 };

struct demo_group {
	struct str key;
	int64_t identity;
	int members[64]; /* positions in people */
	size_t member_count;
};
struct demo_customer {
	struct str key, name, domain, zone;
	int64_t identity;
	const struct node *node;
	int first_person, people;
	const struct node *sites[LANGUAGES];
};
struct demo_person {
	struct str account, name, called; /* called: as colleagues write it */
	int64_t identity;
	int customer; /* NOBODY: staff */
	int group;    /* the first; NOBODY */
	int site;
	enum language language;
};
struct demo_calendar {
	struct str key;
	int64_t identity;
	const struct calendar *calendar;
};
struct demo_service {
	struct str key;
	int64_t identity;
};
struct demo_item {
	struct str kind, name;
	int64_t identity;
	int group;
};
enum demo_clock { DEMO_RESPONSE, DEMO_RESOLUTION, DEMO_CLOCKS };
struct demo_agreement {
	int customer, service; /* service NOBODY: all of the customer */
	const struct demo_calendar *calendar;
	int64_t targets[DEMO_CLOCKS][DEMO_PRIORITIES]; /* 0: the general one */
	int64_t identity;
	instant from, to; /* in force */
};

struct demo_scenes; /* demo_scenes.c: what is told line by line */
struct demo_play;   /* demo_play.c: what is to happen */

struct demo_world {
	const struct figures *figures; /* of reports; NULL: none are issued */
	struct kernel *kernel;
	const struct model *model;
	struct arena *arena;
	struct chance chance;
	const struct node *organisation, *texts, *scene_texts;
	struct demo_scenes *scenes;
	const struct zone *zone;            /* Asia/Tokyo */
	instant from, half, until, founded; /* founded: when the organisation was entered */
	VEC(struct demo_group) groups;
	VEC(struct demo_person) people;
	VEC(struct demo_customer) customers;
	VEC(struct demo_calendar) calendars;
	VEC(struct demo_service) services;
	VEC(struct demo_item) items;
	VEC(struct demo_agreement) agreements;
	VEC(int32_t) holidays;
	const struct type *incident;
	struct demo_play *play;
	int64_t *serials;       /* by type->index: records made so far */
	instant answered_until; /* who was asked before has answered, or will not */
	int64_t mails;          /* sent so far */
};

/* --- data (demo_texts.c) --- */
MUST enum status demo_load_texts(struct demo_world *world, struct error *error);
struct str demo_text(const struct node *mapping, const char *key); /* empty when absent */
int demo_number(const struct node *mapping, const char *key, int otherwise);
const struct node *demo_list(const struct node *mapping, const char *key); /* never NULL */
struct demo_slots {
	struct str item, site, person, time, date;
	int n, m;
};
/* Fills {ci}, {site}, {person}, {time}, {date}, {n}, {m} and chooses one of [a|b|c]. */
struct str demo_expand(struct demo_world *world, struct str text, const struct demo_slots *slots);

/* --- forms: requests in the making. Fields that the model lacks (an overlay took them away) are left out --- */
struct demo_form {
	struct demo_world *world;
	struct edit_request request;
	const struct link_kind *through; /* not the incident, but what such a link ties to it: is changed, or, with
					    creates, is what links without a target point to */
	bool creates;
	VEC(struct field_input) fields;
	VEC(struct link_input) links;
	VEC(struct attachment_input) attachments;
};
struct demo_form demo_form(struct demo_world *world, const struct type *type, instant at, int64_t on_behalf);
void demo_put(struct demo_form *form, const char *field, struct value value);
void demo_put_text(struct demo_form *form, const char *field, struct str text);
void demo_put_choice(struct demo_form *form, const char *field, struct str code);
void demo_put_record(struct demo_form *form, const char *field, int64_t identity); /* 0: nothing */
void demo_put_key(struct demo_form *form, const char *field, struct str key);      /* of the record that is named */
void demo_put_list(struct demo_form *form, const char *field, int64_t *identities, size_t count); /* sorts them */
void demo_take(struct demo_form *form, const char *transition);
void demo_say(struct demo_form *form, struct str comment, bool is_public);
void demo_link(struct demo_form *form, const char *link, int64_t other);

/* --- scenes (demo_scenes.c) --- */
void demo_scenes_begin(struct demo_world *world);
/* Plays the scenes up to a moment, each at its own; what waits before them must be written. */
enum status demo_scenes_until(struct demo_world *world, instant until, struct error *error);

/* --- what comes in and goes out (demo_channels.c, demo_told.c): nothing of it ever leaves the program --- */
MUST enum status demo_mail_comes(struct demo_world *world, const struct node *scene, instant at, struct error *error);
MUST enum status demo_take_mail(struct demo_world *world, struct str mailbox, struct str raw, instant at,
				struct error *error);
struct str demo_mail_date(struct demo_world *world, instant at);
MUST enum status demo_subscribe(struct demo_world *world, const struct node *scene, instant at, struct error *error);
/* What was to be told by mail up to a moment, as if a mail server had taken it. */
MUST enum status demo_mails_go(struct demo_world *world, instant until, struct error *error);
/* What went to webhooks in the last days, as if somebody had answered. */
MUST enum status demo_hooks_told(struct demo_world *world, struct error *error);

/* --- the play (demo_play.c): all that happens, in order of time --- */
enum { NO_INCIDENT = -1 };
void demo_play_begin(struct demo_world *world);
/* Makes a record of the organisation; they are made in this order, before anything else happens. Returns its
 * identity-to-be. */
int64_t demo_found(struct demo_form *form);
void demo_found_edit(struct demo_form *form); /* a later step of one of them, in the same order */
/* Something that happens later; dropped after `until`. incident: that it happens to, NO_INCIDENT when the request names
 * its record. parent: the incident that links without a target point to. Returns false when it was dropped. */
bool demo_happen(struct demo_form *form, int incident, int parent);
int demo_new_incident(struct demo_world *world);
MUST enum status demo_found_all(struct demo_world *world, struct error *error); /* commits what was founded */
MUST enum status demo_play_all(struct demo_world *world, int64_t *edits, struct error *error);

/* --- what users say afterwards (demo_answers.c): of a day, once all of the day before is written --- */
MUST enum status demo_answer(struct demo_world *world, instant day, int64_t *edits, struct error *error);

/* --- parts of the organisation --- */
MUST enum status demo_found_people(struct demo_world *world, struct error *error);
void demo_found_customers(struct demo_world *world);
void demo_found_calendars(struct demo_world *world, struct error *error);
void demo_found_agreements(struct demo_world *world);
void demo_found_services(struct demo_world *world);
void demo_found_knowledge(struct demo_world *world);
int demo_person_by_account(const struct demo_world *world, const char *account);
int demo_group_by_key(const struct demo_world *world, struct str key);
int demo_service_by_key(const struct demo_world *world, struct str key);
int demo_customer_by_key(const struct demo_world *world, struct str key);
int demo_item_of_kind(struct demo_world *world, struct str kind); /* by chance */
struct demo_terms {
	const struct calendar *calendar;
	bool always;                  /* the calendar never closes */
	int64_t targets[DEMO_CLOCKS]; /* ms of service time */
};
struct demo_terms demo_terms_of(const struct demo_world *world, int customer, int service, int priority, instant at);

/* --- incidents --- */
enum demo_stage { STAGE_NEW, STAGE_ASSIGNED, STAGE_IN_PROGRESS, STAGE_WAITING, STAGE_RESOLVED, STAGE_DONE };
struct demo_life {
	struct demo_world *world;
	const struct node *template; /* summary, description and resolution in ja and en */
	struct str texts[3];
	int incident, parent; /* parent NO_INCIDENT */
	int caller, customer, service, item, group, agent, resolver;
	bool first_line, alert, major, security, unassigned, in_group_only;
	bool storm; /* solved with its parent: nothing else happens to it */
	enum language language;
	struct demo_slots slots;
	struct str impact, urgency;
	int priority; /* 0 is P1 */
	struct demo_terms terms;
	instant reported, now;        /* now: of the last step */
	instant base_at;              /* from here service time is counted on */
	int64_t base;                 /* service time used up to base_at */
	int64_t response, resolution; /* service time at which it is taken up and solved */
	enum demo_stage last;         /* where it stays */
	bool over;                    /* dropped: after the present */
};
/* Draws the template's texts, people and terms for a report at that moment. caller NOBODY: whoever fits. */
struct demo_life demo_draw(struct demo_world *world, const struct node *template, int caller, instant reported);
int demo_draw_caller(struct demo_world *world);
void demo_report_at(struct demo_life *life, instant reported); /* the same at another time */
void demo_set_priority(struct demo_life *life, const char *impact, const char *urgency);
void demo_live(struct demo_life *life);
void demo_look_back(struct demo_life *life); /* demo_major.c: the review of a major incident */
const struct node *demo_draw_template(struct demo_world *world, bool alerts);
struct str demo_phrase(struct demo_life *life, const char *list);
void demo_attach(struct demo_form *form, struct demo_life *life); /* demo_files.c */

bool demo_is_holiday(const struct demo_world *world, int32_t day); /* weekends too */
void demo_everyday(struct demo_world *world);                      /* demo_everyday.c: day by day */
void demo_storms(struct demo_world *world);                        /* demo_storms.c: outages that hit many */
void demo_present(struct demo_world *world);                       /* demo_present.c: what stands open now */

#endif
