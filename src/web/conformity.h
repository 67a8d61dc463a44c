/* conformity: what the pages of conformity share (page_conformity.c, page_conformity_list.c, page_demand.c). */
#ifndef WEB_CONFORMITY_H
#define WEB_CONFORMITY_H

#include "api/api.h"
#include "insight/conformity_actions.h"
#include "job/surveyor.h"
#include "record/stood.h"
#include "web/part_fan.h"
#include "web/show.h"

struct answering { /* who answers for a process */
	const struct role *role;
	int64_t *people;
	size_t count;
};

struct conformity_page {
	struct visit *visit;
	const struct conformity *plan;
	struct conformity_survey survey; /* items without planned were not looked at */
	struct stood *known;             /* since when they stand so, by subject */
	size_t known_count;
	struct demand_action *actions; /* that are not done */
	size_t action_count;
	struct answering *answering; /* by the process's place in the model */
	struct show show;            /* of all people that are named */
	struct str clause;           /* whose demands are listed; empty: of all */
	struct str path;             /* that its links lead to, "/conformity" */
};

/* Only staff; E_NOT_FOUND for everybody else. */
MUST enum status conformity_begin(struct conformity_page *page, struct visit *visit);
/* Once the survey is there: since when, who answers, what is being done. */
MUST enum status conformity_look_up(struct conformity_page *page, struct connection *connection);

/* conformity_words.c */
struct str process_title(const struct conformity_page *page, struct str clause); /* "8.2 Problem" */
struct str answering_words(const struct conformity_page *page,
			   const struct process *process); /* names, or that nobody */
/* Who acts on it, and by when, as far as somebody said: one line. */
void draw_act(struct conformity_page *page, const struct conformity_item *item);
const struct stood *known_of(const struct conformity_page *page, struct str id); /* NULL: nothing is known */
/* Since which day it stands as it does, as far as that is known. */
void draw_since(struct html *h, const struct conformity_item *item, const struct stood *since);
struct str check_says(const struct conformity_page *page, const struct conformity_check *check);
/* The first check that decides how the demand stands; NULL: none does. */
const struct check_result *deciding_check(const struct conformity_item *item);
/* How many, with a link to them where the reader may see such records, and how old they are. */
void draw_evidence(struct conformity_page *page, const struct conformity_item *item);
void draw_check_count(struct conformity_page *page, const struct check_result *result);
void draw_check_age(struct conformity_page *page, const struct check_result *result);
const char *demand_kind_words(struct str kind); /* source text */
struct str counts_words(const struct conformity_page *page, const struct conformity_counts *counts);

/* page_conformity_list.c: the demands below page->clause, with filters, 30 at a time. */
MUST enum status draw_demands(struct conformity_page *page);
void draw_edition(struct conformity_page *page);                  /* in the order of the edition of 2018 */
void draw_later(struct conformity_page *page, struct str clause); /* where that edition speaks of a clause */
bool is_open_point(enum conformity_state state);

#endif
