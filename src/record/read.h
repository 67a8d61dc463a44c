/* read: what surfaces and insights see, always through an actor's eyes.
 *
 * Lists page by a cursor over the sort keys and the identity, so that a page costs the same wherever it is. */
#ifndef RECORD_READ_H
#define RECORD_READ_H

#include "record/access.h"
#include "record/clocks.h"
#include "record/edit.h"

/* One record by number. E_NOT_FOUND also when it may not be seen. Fields that the actor may not read are VALUE_NONE:
 * ask access_reads_field. */
MUST enum status read_record(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct actor *actor, int64_t identity, struct record **record, struct error *error);
/* The same of one that has been loaded, with its links. */
MUST enum status read_loaded(struct kernel *kernel, const struct actor *actor, struct record *record,
			     struct error *error);
/* As it stood at a past moment, from history. E_NOT_FOUND before its creation. */
MUST enum status read_record_as_of(struct kernel *kernel, struct connection *connection, struct arena *arena,
				   const struct actor *actor, int64_t identity, instant as_of, struct record **record,
				   struct error *error);

struct list_request {
	const struct type *type;
	const struct query *filter; /* NULL: all */
	struct str search;          /* full text; empty: none */
	const struct sort *sort;    /* none: newest first */
	size_t sort_count;
	size_t limit;     /* 1..1000 */
	struct str after; /* cursor of the page before; empty: the first */
	bool count;       /* also the total */
	instant as_of;    /* INSTANT_NONE: now */
	instant now;
	bool with_links; /* fill links fields */
	/* Of a search: when many records have the words, those among the newest may stand for all. */
	bool newest_will_do;
	bool japanese; /* references and this type sort by their reading */
	int64_t least; /* only identities from this on, found by it and then sorted; 0: all */
};
struct list_result {
	struct record **records;
	size_t count;
	struct str next; /* cursor; empty: last page */
	int64_t total;   /* -1 unless asked for */
};
MUST enum status read_list(struct kernel *kernel, struct connection *connection, struct arena *arena,
			   const struct actor *actor, const struct list_request *request, struct list_result *result,
			   struct error *error);
/* "-updated_at,priority,clock(resolution).due_at" -> sort. E_SYNTAX naming "sort". */
MUST enum status sort_parse(struct arena *arena, const struct type *type, struct str text, struct sort **sort,
			    size_t *count, struct error *error);
/* Whether an expression holds of a record as it stands, by the days of the actor: for what a person is told. */
MUST enum status read_holds(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, const struct record *record, const struct query *query,
			    instant now, bool *holds, struct error *error);
/* The same by the organisation's days, whoever acts: for rules. */
MUST enum status read_rule_holds(struct kernel *kernel, struct connection *connection, struct arena *arena,
				 const struct actor *actor, const struct record *record, const struct query *query,
				 instant now, bool *holds, struct error *error);
/* Counts what a filter selects. */
MUST enum status read_count(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, const struct type *type, const struct query *filter, instant now,
			    int64_t *count, struct error *error);
/* The same, but counts no further than `most`. */
MUST enum status read_count_to(struct kernel *kernel, struct connection *connection, struct arena *arena,
			       const struct actor *actor, const struct type *type, const struct query *filter,
			       instant now, int64_t most, int64_t *count, struct error *error);
/* The same for people to see: COUNT_SHOWN + 1 stands for all that are more, so that it costs little whatever there is.
 */
enum { COUNT_SHOWN = 1000 };
MUST enum status read_count_shown(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  const struct actor *actor, const struct type *type, const struct query *filter,
				  instant now, int64_t *count, struct error *error);
/* How many rows its best condition leaves, at least of what it selects and up to LEAVES_MOST, as remembered for up to a
 * minute: for deciding what to look at, never for showing. */
enum { LEAVES_MOST = 4000 };
MUST enum status read_leaves(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct actor *actor, const struct type *type, const struct query *filter,
			     instant now, int64_t *count, struct error *error);

/* What is grouped or stands on a board is looked at whole: no more than this many, the newest. */
enum { GROUPED_MOST = 20000 };
/* The identity from which on there are the newest `most` records of what a filter selects; 0: there are no more. */
MUST enum status read_reach(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, const struct type *type, const struct query *filter, instant now,
			    size_t most, int64_t *least, struct error *error);

/* The same by a time or date of the records, where an index has that order: *beyond is the latest value that is older
 * than the newest `most`. *more: there is such a one. */
MUST enum status read_reach_by(struct kernel *kernel, struct connection *connection, struct arena *arena,
			       const struct actor *actor, const struct type *type, const struct query *filter,
			       const struct query_field *field, instant now, size_t most, bool *more, int64_t *beyond,
			       struct error *error);

/* For insights: rows counted by up to two keys, with the sum or a percentile of one amount. */
struct group_key {                       /* nothing set: not grouped */
	const struct query_field *field; /* a column of the type's own: a field, state, created_by, created_at... */
	const struct zone *zone;         /* with a time: by its day in this zone, as VALUE_DATE */
	bool quarters;                   /* with a time: by its quarter of an hour, as VALUE_TIME */
	struct str clock;                /* instead of a field: the state of this clock at `now`, as VALUE_CHOICE */
};
struct group_request {
	const struct type *type;
	const struct query *filter;
	int64_t least; /* only identities from this on; 0: all */
	struct group_key by[2];
	const struct query_field *of; /* integer, decimal, duration; NULL: counts only */
	struct str of_clock;          /* instead: the service time that this clock used until it stopped */
	bool of_percent;              /* of it: in percent of the clock's target, as used_percent in expressions */
	const int64_t *bounds; /* rising: the second key is the class of the amount, as VALUE_INTEGER: how many */
	size_t bound_count;    /* of these it is over; none without an amount */
	int percentile;        /* 0: sum; else 1..99 */
	instant from, to;      /* of grouping by day: between them days are right also where the zone changes */
	instant now;
};
struct group_row {
	struct value by[2];
	int64_t count; /* of records */
	int64_t with;  /* of those that have the amount */
	int64_t figure;
};
/* Ordered by the keys, what is empty first. With a percentile only records that have the amount are counted; it is the
 * value at rank ceil(p/100 * n) among those of its group. E_SYNTAX: cannot be grouped, or not by this actor. */
MUST enum status read_groups(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct actor *actor, const struct group_request *request, struct group_row **rows,
			     size_t *count, struct error *error);
/* Whether read_groups() can group by a field: it has a column, and few enough values to be told apart. */
bool group_takes(const struct query_field *field);

/* For insights: one clock of each record that a filter selects, evaluated at `now`; the longest over its target first.
 */
struct clock_request {
	const struct type *type;
	const struct query *filter;
	struct str clock;
	size_t limit;
	instant now;
};
struct clock_row {
	int64_t record;
	int64_t target, elapsed; /* ms of service time */
	bool stopped;
};
MUST enum status read_clock_rows(struct kernel *kernel, struct connection *connection, struct arena *arena,
				 const struct actor *actor, const struct clock_request *request,
				 struct clock_row **rows, size_t *count, struct error *error);

/* Full text over all types that the actor may read; newest activity first. */
struct search_hit {
	int64_t identity;
	const struct type *type;
	struct str headline;
	instant updated_at;
	const struct record *record; /* of what was searched for; else NULL */
};
MUST enum status read_search(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct actor *actor, struct str text, size_t limit, struct search_hit **hits,
			     size_t *count, struct error *error);
/* The same, but the limit is that of each type by itself. */
MUST enum status read_search_each(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  const struct actor *actor, struct str text, size_t limit, struct search_hit **hits,
				  size_t *count, struct error *error);

/* What belongs to a record, for an actor to whom read_record() has given that record. */

/* History, newest first, as this actor may see it (customers: public comments and public fields only). */
struct change {
	const struct field *field;  /* NULL: the state */
	struct value before, after; /* state: choice of its name */
};
struct linked {
	const struct link_kind *link; /* NULL for kinds no longer declared */
	bool backwards, removed;
	int64_t other;
};
struct event_note { /* what the system told by itself; see struct edit_note */
	struct label says;
	int64_t *people;
	size_t people_count;
	struct str data; /* a JSON object, or empty */
};
struct event {
	int64_t identity, record, sequence;
	instant at;
	instant recorded_at; /* differs from at when a past time was stated; else the same */
	int64_t actor;       /* person; 0: the system */
	enum via via;
	struct str kind; /* create, edit, or what a behaviour notes */
	const struct transition *transition;
	struct change *changes;
	size_t change_count;
	struct linked *links;
	size_t link_count;
	struct str comment;
	bool is_public, comment_is_erased, files_are_erased;
	struct attachment *attachments;
	size_t attachment_count;
	struct event_note *note; /* NULL: none, or of no concern to this actor */
	struct hash hash;
};
struct attachment {
	int64_t identity, record, event;
	struct str name, media_type;
	int64_t size;
	struct hash hash;
	bool is_public;
	instant created_at;
	int64_t created_by;
};
MUST enum status read_history(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      const struct actor *actor, const struct record *record,
			      int64_t before_sequence /* 0: newest */, size_t limit, struct event **events,
			      size_t *count, struct error *error);
/* One of them, by its own number; NULL when there is none, or none that says something to the actor. */
MUST enum status read_event(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, const struct record *record, int64_t identity,
			    struct event **event, struct error *error);

struct link_end {
	const struct link_kind *link;
	bool backwards;
	int64_t identity;
	struct str headline;
	const struct state *state;
	instant since;
};
/* Links of a record both ways whose other end the actor may see. as_of INSTANT_NONE: now. */
MUST enum status read_links(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, const struct record *record, instant as_of,
			    struct link_end **ends, size_t *count, struct error *error);
/* Only the other ends, of one kind of link, that the actor may see: at most `most`, the first linked first. */
MUST enum status read_link_ends(struct kernel *kernel, struct connection *connection, struct arena *arena,
				const struct actor *actor, const struct link_kind *link, bool backwards,
				int64_t identity, size_t most, int64_t **ends, size_t *count, struct error *error);
MUST enum status read_attachments(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  const struct actor *actor, const struct record *record,
				  struct attachment **attachments, size_t *count, struct error *error);
MUST enum status read_attachment_bytes(struct kernel *kernel, struct connection *connection, struct arena *arena,
				       const struct actor *actor, int64_t attachment, struct attachment **found,
				       struct str *bytes, struct error *error);
MUST enum status read_watchers(struct kernel *kernel, struct connection *connection, struct arena *arena,
			       const struct actor *actor, const struct record *record, int64_t **people, size_t *count,
			       struct error *error);

/* What the actor watches and may read, what changed last first; at most `limit` of *total. */
MUST enum status read_watched(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      const struct actor *actor, size_t limit, struct search_hit **hits, size_t *count,
			      int64_t *total, struct error *error);

/* What people recognise a record by, in a reader's language; empty when it has no such text. */
struct str read_headline(const struct record *record, enum language language);

/* What a reference is shown as: number or key, and headline. Unknown or invisible records give their number only. Many
 * at once, one query per type. */
struct reference {
	int64_t identity;
	struct str shown; /* "SVC-4", or the account of a person */
	struct str headline;
	bool readable; /* its own page may be opened, not only its name be seen */
};
MUST enum status read_references(struct kernel *kernel, struct connection *connection, struct arena *arena,
				 const struct actor *actor, struct reference *references, size_t count,
				 struct error *error);

#endif
