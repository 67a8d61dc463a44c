/* edit_run: one edit while it is being made (private to record/).
 *
 * A run is one transaction on the writer's connection; an edit is one request in it. Follow-ups of behaviours are
 * further edits of the same run. */
#ifndef RECORD_EDIT_RUN_H
#define RECORD_EDIT_RUN_H

#include "base/map.h"
#include "record/behaviour.h"
#include "record/clocks.h"
#include "record/edit_plan.h"
#include "record/environment.h"
#include "record/search_terms.h"

struct known_clock;

/* What was worked out of a request before its turn. */
struct prepared_value {
	struct value value;
	bool holds; /* field_check() has passed, and left it so */
};
struct edit_prepared {
	bool is_ready;
	struct prepared_value *values; /* of the request's fields */
	struct hash *file_hashes;      /* of its attachments */
	struct str comment;            /* as it will be stored; empty: none, or not known to be right */
	struct known_texts known;
};

struct edit_run {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	instant now;        /* of the edits that state none */
	bool forget_actors; /* after the commit */
	bool touched_calendars;
	const struct edit_prepared *prepared; /* of the request that runs; NULL: nothing */
	struct arena *keep;                   /* for what was written; NULL: nobody asks for it */
	unsigned written;                     /* records, by this run */
	bool foresees;                        /* nothing is written: see edit_foresee() */
	struct map clocks;                    /* edit_clocks.c */
	VEC(struct known_clock *) behind;     /* those that are not written yet */
};

struct link_change { /* that really changes something */
	const struct link_kind *kind;
	const struct field *field; /* of a links field, whose change is told among the values; else NULL */
	struct str stored;         /* "incident.part_of" */
	int64_t other;
	bool backwards, remove;
};

struct edit_lapse { /* a rule that this edit breaks and that does not refuse it */
	enum strictness strict;
	struct str rule;
	struct label says;
};

struct edit {
	struct edit_run *run;
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct edit_plan *plan;
	const struct actor *actor;
	const struct edit_request *request; /* &own */
	struct edit_request own;            /* as asked, with the comment as it will be stored */
	const struct type *type;
	instant at, recorded_at;
	int64_t who;    /* person of the event; 0: the system */
	bool by_system; /* request of the system: no access checks */
	bool comment_is_public;
	unsigned depth;
	struct record *before, *after; /* before NULL: new */
	const struct transition *transition;
	bool *given; /* by field->index: the request sets it */
	struct {
		struct link_change *items;
		size_t count, capacity;
	} links;
	bool reconsiders;
	const struct edit_prepared *prepared; /* NULL: nothing */
	struct hash *file_hashes;             /* of the request's attachments */
	int watch;                            /* 1, -1, 0: no change */
	VEC(struct str) timers;               /* that this edit has set, by timer_key() */
	VEC(struct edit_lapse) lapses;
	struct query_environment around;
	bool around_ready;
	struct edit_result *result;
};

enum { EDIT_DEPTH = 8 };

/* edit_apply.c: a whole edit. parent: the edit that this one follows; NULL: none. */
MUST enum status edit_one(struct edit_run *run, const struct actor *actor, const struct edit_request *request,
			  const struct edit *parent, struct edit_result *result, struct error *error);
/* An edit of a record as it stands that asks for nothing: for what a timer wakes. */
MUST enum status edit_begin(struct edit_run *run, const struct actor *actor, const struct edit_request *request,
			    const struct edit *parent, struct edit *edit, struct error *error);
struct str edit_clean_comment(struct str comment); /* without blanks around it; empty: it is none, or may not be one */
/* edit_prepare.c: of each request, on the thread that asks. */
struct edit_prepared *edit_prepare(const struct kernel *kernel, struct arena *arena, const struct edit_batch *batch);
/* edit_may.c: who may do what a request asks for. */
MUST enum status edit_authorise(struct edit *edit, struct error *error);
/* edit_inputs.c: from the request to the record as it will be. */
MUST enum status edit_take_inputs(struct edit *edit, struct error *error);
MUST enum status edit_compute(struct edit *edit, struct error *error); /* the computed fields */
/* edit_links.c */
MUST enum status edit_take_links(struct edit *edit, struct error *error);
void edit_compare_list(struct edit *edit, const struct field *field); /* a links field has got its value */
MUST enum status edit_write_links(struct edit *edit, int64_t event, struct error *error);
MUST enum status edit_write_watch(struct edit *edit, struct error *error);
MUST enum status edit_find_watch(struct edit *edit, struct error *error);
/* edit_mention.c: after the event is written. */
MUST enum status edit_tell_mentioned(struct edit *edit, struct error *error);
/* edit_check.c */
MUST enum status edit_check_guard(struct edit *edit, struct error *error);
MUST enum status edit_validate(struct edit *edit, struct error *error);
/* edit_write.c */
bool edit_differs(const struct edit *edit);
bool edit_field_differs(const struct edit *edit, const struct field *field);
MUST enum status edit_begin_row(struct edit *edit, struct error *error); /* identity and version */
MUST enum status edit_write(struct edit *edit, struct error *error);
/* edit_parts.c: what is stored beside the row */
MUST enum status edit_take_files(struct edit *edit, struct error *error);
MUST enum status edit_write_attachments(struct edit *edit, int64_t event, struct error *error);
MUST enum status edit_write_search(struct edit *edit, int64_t event, struct error *error);
/* edit_calls.c */
MUST enum status edit_run_derive(struct edit *edit, struct error *error);
MUST enum status edit_run_check(struct edit *edit, struct error *error);
MUST enum status edit_run_measure(struct edit *edit, struct error *error);
MUST enum status edit_call_measure(struct edit *edit, struct error *error); /* the same, writing nothing */
MUST enum status edit_run_after(struct edit *edit, struct error *error);
/* edit_lapse.c: what a check says, as strictly as it is kept; and telling what was let pass. */
MUST enum status edit_let_pass(struct edit *edit, enum strictness strict, enum status status, struct error *own,
			       struct error *error);
MUST enum status edit_tell_lapses(struct edit *edit, struct error *error);
/* edit_clocks.c: what is due and how clocks stand, into the records' rows. The row that an edit writes takes with it
 * what has been saved of its clocks; what stands for other rows, or comes later, is written by itself. */
bool edit_take_row_clock(struct edit *edit, struct str name,
			 struct row_clock *clock); /* false: nothing is to be told */
MUST enum status edit_write_row_clocks(struct edit *edit, struct error *error);
MUST enum status edit_write_clocks(struct edit_run *run, struct error *error); /* without their rows */
/* What the edit's record has of them, with a target, evaluated. */
void edit_known_clocks(const struct edit *edit, struct record_clock **clocks, size_t *count);
/* edit_repeat.c: idempotency */
MUST enum status repeat_find(struct edit_run *run, const struct edit_batch *batch, bool *found, struct error *error);
MUST enum status repeat_keep(struct edit_run *run, const struct edit_batch *batch, struct error *error);

#endif
