/* show: what the model and the kernel know, in words and signs for people.
 *
 * References are looked up together: name what is needed, look up once, then ask for words:
 *
 *	struct show show = show_new(visit);
 *	show_need(&show, record_value(record, field));
 *	if ((status = show_look_up(&show, connection)))
 *		return status;
 *	words = show_value(&show, field, record_value(record, field)); */
#ifndef WEB_SHOW_H
#define WEB_SHOW_H

#include "record/read.h"
#include "web/part_clock.h"
#include "web/part_mark.h"
#include "web/visit.h"

struct show {
	struct visit *visit;
	VEC(struct reference) references;
};

struct show show_new(struct visit *visit);
void show_need(struct show *show, struct value value);        /* a record or a list of records; others need nothing */
void show_need_identity(struct show *show, int64_t identity); /* 0: none */
void show_need_record(struct show *show, const struct record *record); /* all its fields, and who made it */
MUST enum status show_look_up(struct show *show, struct connection *connection);

/* The headline, else number or account; "" of 0. Only of what was needed and looked up. */
struct str show_name(const struct show *show, int64_t identity);
struct str show_number(const struct show *show, int64_t identity); /* number, or account of a person: what forms take */

struct str show_url(const struct show *show, int64_t identity); /* its page; empty for whoever may not open it */

/* A field's value in the reader's words; empty for no value. Markdown is told without its marks, on one line. */
struct str show_value(const struct show *show, const struct field *field, struct value value);
struct str show_money(const struct html *h, int64_t millionths, const char *currency);
struct str show_choice(const struct visit *visit, const struct choice_set *set,
		       struct str code); /* the code when unknown */

/* The sign of a state, from its place in the type's life cycle: the initial one is new; waiting and done by their
 * phase; an open one that leads only to an end, or back, is done as far as we can; the second open one is assigned. */
struct state_mark show_state(const struct visit *visit, const struct type *type,
			     const struct state *state); /* NULL: no word */

/* A service level clock, as evaluated at visit->now, of a record in that state (NULL: it has none). */
MUST enum status show_clock(struct visit *visit, struct connection *connection, const struct record_clock *clock,
			    const struct state *state, struct clock_view *view, struct error *error);
/* "Resolution" of resolution */
struct str show_clock_name(const struct visit *visit, const struct type *type, struct str name);

/* A label inside a sentence: in English without its capital ("New incident"), but for CI, SLA and the like. */
struct str show_label_inside(const struct visit *visit, const struct label *label);

/* What a record is called: its headline, else its number. */
struct str show_title(const struct visit *visit, const struct record *record);
/* The field that tells the priority: what priority_matrix derives, or else one named priority. NULL: none. */
const struct field *show_priority_field(const struct type *type);

#endif
