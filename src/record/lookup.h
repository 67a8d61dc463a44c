/* lookup: what behaviours look up in other records, so that they need no SQL. No access checks: rules judge facts. */
#ifndef RECORD_LOOKUP_H
#define RECORD_LOOKUP_H

#include "record/rows.h"

struct agreement_wanted {
	const struct field *party_field; /* of the type of agreement: whom it is with */
	int64_t party, service;          /* 0: none */
	const struct state *state;       /* NULL: any */
	instant at;                      /* must be valid on that day */
};
/* The agreement for the service, else the one for all services of the party; of equals the lowest number. 0: none.
 */
MUST enum status lookup_agreement(struct connection *connection, struct arena *arena,
				  const struct agreement_wanted *wanted, int64_t *identity, struct error *error);

/* When a day begins on which agreements begin or have ended. */
instant lookup_agreement_day(int32_t day);
/* And the day, there, on which a moment is. */
int32_t lookup_day_of(instant at);
/* A moment as a field of dates, or of dates and times, holds it. */
struct value lookup_dated(const struct field *field, instant at);

struct clock_terms {
	int64_t calendar;       /* stays as it was when the agreement names none */
	struct duration target; /* whole days are service days (docs/decisions/0010, 0011) */
	bool has_target;
};
/* What an agreement says about a clock and a choice. targets: rows {clock, priority, target}; may be NULL, calendar
 * too. */
MUST enum status lookup_terms(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      int64_t agreement, const struct field *targets, const struct field *calendar,
			      struct str clock, struct str choice, struct clock_terms *terms, struct error *error);

/* What a table kept as rows says: in the first row whose cells `keys` hold `codes` (count of both), the text of the
 * cell `wanted`. Empty when there is no such row. */
MUST enum status lookup_cell(struct kernel *kernel, struct connection *connection, struct arena *arena, int64_t record,
			     const struct field *rows, const struct str *keys, const struct str *codes, size_t count,
			     struct str wanted, struct str *text, struct error *error);

/* The calendar with the lowest number: the one that counts where nothing else is said. 0: there is none. */
MUST enum status lookup_first_calendar(struct kernel *kernel, struct connection *connection, int64_t *identity,
				       struct error *error);

/* Whether a condition selects a record as a person sees it: me, my.groups and my.customer are theirs. A person who is
 * not active selects nothing. NULL: every record is selected. */
MUST enum status lookup_selected(struct kernel *kernel, struct connection *connection, struct arena *arena,
				 const struct query *query, int64_t record, int64_t person, instant now, bool *selected,
				 struct error *error);

/* Records whose reference `field` is this identity, oldest first; those in a done phase only when also_done. */
MUST enum status lookup_referring(struct connection *connection, struct arena *arena, const struct field *field,
				  int64_t identity, bool also_done, int64_t **records, size_t *count,
				  struct error *error);
/* The same in whatever state, where a yes or no field of theirs says yes. */
MUST enum status lookup_flagged(struct connection *connection, struct arena *arena, const struct field *field,
				int64_t identity, const struct field *flag, int64_t **records, size_t *count,
				struct error *error);
/* Those that are not in a done phase. */
MUST enum status lookup_dependants(struct kernel *kernel, struct connection *connection, struct arena *arena,
				   const struct field *field, int64_t identity, int64_t **records, size_t *count,
				   struct error *error);
/* The record whose text field is exactly this, the lowest number first, of those that are not in a done phase; 0: there
 * is none. */
MUST enum status lookup_named(struct connection *connection, struct arena *arena, const struct field *field,
			      struct str text, int64_t *identity, struct error *error);
/* Records whose text field is this, whatever the case of its letters, lowest number first, at most `most`; in whatever
 * state (layout_any_case()). */
MUST enum status lookup_written(struct connection *connection, struct arena *arena, const struct field *field,
				struct str text, size_t most, int64_t **records, size_t *count, struct error *error);
/* Whether the reference `field` of some record, in whatever state, is this identity. */
MUST enum status lookup_refers(struct connection *connection, struct arena *arena, const struct field *field,
			       int64_t identity, bool *refers, struct error *error);
/* Records at the other ends of a kind of link that stand now, in order; backwards: the record is the link's target. */
MUST enum status lookup_ends(struct connection *connection, struct arena *arena, struct str kind, int64_t identity,
			     bool backwards, int64_t **records, size_t *count, struct error *error);

/* The value of a field of a record or, while it is empty, of the nearest record above; parent: the reference by which
 * the type forms a tree; NULL: none. */
MUST enum status lookup_inherited(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  int64_t identity, const struct field *parent, const struct field *field,
				  struct value *value, struct error *error);

/* Records of a type that rules are read from, lowest number first: all that are not in a done phase, at most `most`.
 */
MUST enum status lookup_all(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct type *type, size_t most, struct record ***records, size_t *count,
			    struct error *error);

/* The newest of them for which a condition holds (NULL: any); NULL: there is none. */
MUST enum status lookup_newest(struct kernel *kernel, struct connection *connection, struct arena *arena,
			       const struct type *type, const struct query *query, instant now, struct record **found,
			       struct error *error);

/* How many records that are not in a done phase name this person in a field. */
MUST enum status lookup_load(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct field *field, int64_t person, int64_t *count, struct error *error);

/* How many records that were made after a moment have this person in a field; `most` when there are that many or more.
 */
MUST enum status lookup_count_since(struct connection *connection, struct arena *arena, const struct field *field,
				    int64_t person, instant after, int64_t most, int64_t *count, struct error *error);

MUST enum status lookup_watchers(struct connection *connection, struct arena *arena, int64_t record, int64_t **people,
				 size_t *count, struct error *error);

/* Whether a field of a record has had this value before, in an event earlier than the present edit. */
MUST enum status lookup_had_value(struct connection *connection, struct arena *arena, int64_t record,
				  const struct field *field, struct value value, bool *had, struct error *error);

#endif
