/* edit: the only way in which anything changes.
 *
 *	authorise -> load and lock -> behaviours derive and check -> validate ->
 *	write row, event, links, search terms, clocks, timers in ONE transaction -> commit -> notify
 *
 * A request names fields by the model; their values were parsed by field_parse() (or are made by the caller). It works
 * the same from a browser, the API, a mail, an import or a job. Nothing is written when anything is refused, and every
 * refusal names its field. */
#ifndef RECORD_EDIT_H
#define RECORD_EDIT_H

#include "record/actor.h"
#include "record/record.h"

struct claim;
struct edit_prepared;

enum via { VIA_WEB, VIA_PORTAL, VIA_API, VIA_MAIL, VIA_CLI, VIA_IMPORT, VIA_JOB, VIA_DEMO, VIA_LINK, VIAS };
const char *via_name(enum via via);

struct field_input {
	const struct field *field;
	struct value value;
};

struct link_input {
	const struct link_kind *link;
	bool backwards; /* the record is the link's target */
	bool remove;
	int64_t other;     /* identity */
	size_t of_request; /* n: the record of request n - 1 of this batch, in place of `other`; 0: none */
};

struct attachment_input {
	struct str name, media_type, bytes;
};

/* What the system tells in an event of its own: an escalation, a reminder. Internal; never shown to customers. */
struct edit_note {
	struct str kind;       /* of the event, in place of "edit": "escalation" */
	struct label says;     /* one line, in both languages */
	const int64_t *people; /* whom it was told */
	size_t people_count;
	struct str data; /* for programs: a JSON object, or empty */
	bool each;       /* somebody said it: it is told again, however soon */
};

struct tally_input { /* of a counted field (record/tally.h) */
	const struct field *field;
	int64_t by; /* more; of a time: when it happened */
};

struct edit_request {
	const struct type *type;
	int64_t record;     /* 0: create */
	struct str key;     /* in place of `record`: the one that has this key, or a new one; empty: none */
	size_t of_request;  /* n: the record that request n - 1 of this batch makes, in place of `record`; 0: none */
	int64_t if_version; /* refuse with E_STALE unless the record has this version; 0: whatever it has */
	const struct transition *transition; /* NULL: none. Of a new record, by the system: a step from its first state,
						with which it begins */
	const struct field_input *fields;
	size_t field_count;
	struct str comment; /* Markdown; empty: none */
	bool comment_is_public;
	const struct link_input *links;
	size_t link_count;
	const struct attachment_input *attachments;
	size_t attachment_count;
	const struct tally_input
	    *tallies; /* counted at the record, which they do not change: no event, no new version */
	size_t tally_count;
	bool watch, unwatch; /* the actor starts or stops watching */
	enum via via;
	instant at; /* INSTANT_NONE or 0: now. A past time is allowed only for VIA_IMPORT and VIA_DEMO by the system;
		       the event says so */
	int64_t on_behalf;            /* import and demonstration: who did it, as the system knows; 0: the actor */
	const struct state *state;    /* import only: the state to set without a transition */
	const struct edit_note *note; /* by the system; NULL: none */
	bool reconsider; /* by the system: behaviours look everything up again; an event only when a value changes */
};

struct edit_result {
	int64_t record, version, event; /* event 0: nothing changed, nothing written */
	bool created, replayed;         /* replayed: answered from an earlier request with the same idempotency key */
	struct record *written; /* as the edit has left it, where the batch keeps that and nothing has changed it again
				   since; NULL: it must be read */
	char warned[80];        /* codes of the rules that were broken and only warn: "names, required"; empty: none */
};

struct edit_batch {
	const struct actor *actor;
	const struct claim *claim; /* which the actor rests upon; NULL: it was looked up */
	struct arena *keep;        /* where results keep what was written; NULL: nowhere */
	const struct edit_request *requests;
	size_t count;
	struct edit_result *results; /* count of them, filled */
	size_t refused;              /* after a refusal: which request was to blame */
	struct str
	    idempotency_key; /* empty: none; kept for 24 h per person. The same key with other content: E_CONFLICT */
	struct hash idempotency_content;
	instant now;  /* the moment of the edit; INSTANT_NONE or 0: read the clock when it runs */
	bool dry_run; /* do everything, then roll back */
};

/* All requests or none, in order, in one transaction. Errors of request i in a batch of several carry the field
 * "i.field". Waits for the commit. */
MUST enum status kernel_edit(struct kernel *kernel, struct edit_batch *batch, struct error *error);
/* The same without waiting: done is called after the commit on a thread of the store; batch and all that it points to
 * must live until then. */
struct edit_ticket {
	struct kernel *kernel;
	struct edit_batch *batch;
	struct write_job job;
	void (*done)(void *context, enum status status, const struct error *error);
	void *context;
	bool disproved; /* the batch was refused for its claim: nothing else was looked at */
	/* The kernel's own. */
	struct arena *arena;
	struct edit_prepared *prepared; /* of each request of the batch */
	bool rolled_back, forget_actors, touched_calendars;
};
MUST enum status kernel_edit_start(struct edit_ticket *ticket, struct error *error);

/* What a new record would come to if it were made now, by the rules that make it: what behaviours derive, and how its
 * clocks would stand. Nothing is written, so that any connection serves. What is missing yet is nobody's fault; what
 * cannot be understood is an error. *foreseen->record has no identity. */
struct record_clock;
struct foreseen {
	struct record *record;
	struct record_clock *clocks; /* those with a target, with their results */
	size_t clock_count;
};
MUST enum status edit_foresee(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      const struct actor *actor, const struct edit_request *request, instant now,
			      struct foreseen *foreseen, struct error *error);

/* Whether a transition could be taken now, for showing buttons: state, by, guard, and what behaviours allow. */
MUST enum status edit_may_transition(struct kernel *kernel, struct connection *connection, struct arena *arena,
				     const struct actor *actor, const struct record *record,
				     const struct transition *transition, instant now, bool *may, struct error *error);

/* Whether a form offers a field now: shown_when of the model. */
MUST enum status edit_shows_field(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  const struct actor *actor, const struct record *record, const struct field *field,
				  instant now, bool *shows, struct error *error);

/* Which fields of the record stay as they are for now, whoever asks: it is done, or a rule keeps them. By their index.
 */
MUST enum status edit_kept_fields(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  const struct record *record, instant now, bool *kept, struct error *error);

/* Wakes behaviours whose timers are due, at most `most` of them, each in its own savepoint; *next is when the next one
 * is due (INSTANT_NONE: none). Run by the scheduler, and by tests and the demonstration with a time of their own. */
MUST enum status kernel_run_timers(struct kernel *kernel, instant now, size_t most, size_t *ran, instant *next,
				   struct error *error);

#endif
