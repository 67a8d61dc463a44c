/* behaviour: rules that a type composes by name (DESIGN 2.3), and what the kernel lets them do.
 *
 * One file each in src/behaviour/, one table that registers them. A behaviour knows fields by the names that the model
 * gives it, never by type. derive may set fields and refuse; measure saves clocks when all values stand and before the
 * row is written, so that the row tells at once how they stand; after runs in the transaction when the row, event and
 * links are written, and may set timers and make edits of other records; due is called when a timer it set has come. */
#ifndef RECORD_BEHAVIOUR_H
#define RECORD_BEHAVIOUR_H

#include "base/clock.h"
#include "record/edit.h"
#include "record/people.h"

struct edit;

struct behaviour_call {
	const void *parameters;
	const struct attached_behaviour *attached;
};

struct behaviour_loading {
	struct arena *arena; /* parameters live here */
	const struct model *model;
	const struct type *type;
	struct restriction *restriction; /* of the type */
	const struct behaviour_use *use;
};

struct subject; /* record/subject.h */

/* Of somebody who is about to decide on a record in a record of their own, which refers to it by `as`. */
struct judging {
	const struct field *as;
	const struct record *decision;
	int64_t asked, who; /* who acts, perhaps for who was asked */
	bool may, own;      /* may: true unless a behaviour knows better; own: it is what they asked for themselves */
};

struct behaviour {
	const char *name;
	/* YAML -> parameters. Every fault is an error item at "file:line"; use the load_* helpers. */
	enum status (*load)(struct behaviour_loading *loading, const void **parameters, struct error *error);
	enum status (*derive)(const struct behaviour_call *call, struct edit *edit, struct error *error);
	enum status (*check)(const struct behaviour_call *call, struct edit *edit,
			     struct error *error); /* after all derives: refuse only */
	/* Of the record as it stands: *may false when `check` would refuse the step to this person whatever they fill
	 * in, so that it is not offered. By the same rule as `check`. */
	enum status (*allows)(const struct behaviour_call *call, const struct subject *subject,
			      const struct actor *actor, const struct transition *transition, bool *may,
			      struct error *error);
	enum status (*measure)(const struct behaviour_call *call, struct edit *edit, struct error *error);
	enum status (*after)(const struct behaviour_call *call, struct edit *edit, struct error *error);
	/* Of the record that is decided on: whether it still asks for this decision. */
	enum status (*judge)(const struct behaviour_call *call, const struct subject *subject, struct judging *judging,
			     struct error *error);
	/* Marks, by their index, the fields of the record as it stands that `check` would let nobody change, so that
	 * none is offered. */
	enum status (*keeps)(const struct behaviour_call *call, const struct subject *subject, bool *kept,
			     struct error *error);
	/* The record as it stands; makes its change through edit_follow_up(). */
	enum status (*due)(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
			   struct error *error);
};

/* How strictly an organisation keeps the rules that `check` judges: whether what breaks one is refused (as declared),
 * let pass with a warning to whoever did it, or only written into the history (`strict:` of the model). */
enum strictness { STRICT_REFUSE, STRICT_WARN, STRICT_RECORD };

struct attached_behaviour {
	const struct behaviour *behaviour;
	enum strictness strict;
	const void *parameters;
	const struct behaviour_use *use;
};

/* Of a type's first use of it; NULL: it has none. */
const void *behaviour_parameters(const struct kernel *kernel, const struct type *type,
				 const struct behaviour *behaviour);

/* --- loading parameters --- */
MUST enum status load_keys(struct behaviour_loading *loading, const char *const *allowed,
			   struct error *error); /* ended by NULL: refuses others */
MUST enum status load_field(struct behaviour_loading *loading, const char *key, bool required,
			    const struct field **field, struct error *error);
MUST enum status load_expression(struct behaviour_loading *loading, const char *key, bool required,
				 const struct query **query, struct error *error);
/* On records of another type. */
MUST enum status load_expression_of(struct behaviour_loading *loading, const char *key, const struct type *type,
				    const struct query **query, struct error *error);
/* A link by its name at this type's end, as in has link(name). */
MUST enum status load_link(struct behaviour_loading *loading, const char *key, const struct query_link **link,
			   struct error *error);
MUST enum status load_text(struct behaviour_loading *loading, const char *key, bool required, struct str *text,
			   struct error *error);
/* Of another type, by name. load_field_of: any of its fields; load_reference: its reference to `to`. */
MUST enum status load_type(struct behaviour_loading *loading, const char *key, bool required, const struct type **type,
			   struct error *error);
MUST enum status load_field_of(struct behaviour_loading *loading, const char *key, const struct type *type,
			       const struct field **field, struct error *error);
/* A column, of that kind, of a field that holds rows. */
MUST enum status load_column(struct behaviour_loading *loading, const char *key, const struct field *rows,
			     enum value_kind kind, const struct field **column, struct error *error);
MUST enum status load_state(struct behaviour_loading *loading, const char *key, const struct type *type,
			    const struct state **state, struct error *error);
MUST enum status load_reference(struct behaviour_loading *loading, const char *key, const struct type *type,
				const struct type *to, const struct field **field, struct error *error);
MUST enum status load_transition(struct behaviour_loading *loading, const char *key, bool required,
				 const struct type *type, const struct transition **transition, struct error *error);
MUST enum status load_duration(struct behaviour_loading *loading, const char *key, bool required,
			       struct duration *duration, struct error *error);
/* A choice of nothing but day, week, month, quarter and year (base/period.h). */
MUST enum status load_periods(struct behaviour_loading *loading, const char *key, const struct field **field,
			      struct error *error);
MUST enum status load_who(struct behaviour_loading *loading, const char *key, bool required, struct who **who,
			  size_t *count, struct error *error);
/* The same with "group.manager" too, the manager of the group that the record refers to; and with links fields to
 * people, groups and roles. */
MUST enum status load_addressees(struct behaviour_loading *loading, const char *key, struct addressee **addressees,
				 size_t *count, struct error *error);
MUST enum status load_label(struct behaviour_loading *loading, const char *key, bool required, struct label *label,
			    struct error *error); /* {en: ..., ja: ...} */
/* A list of mappings: each is loaded with these same helpers, as if it were a behaviour of its own. */
MUST enum status load_parts(struct behaviour_loading *loading, const char *key, struct behaviour_loading **parts,
			    size_t *count, struct error *error);
bool load_who_named(const struct behaviour_loading *loading, struct str name, struct who *who);
MUST enum status load_transitions(struct behaviour_loading *loading, const char *key,
				  const struct transition ***transitions, size_t *count, struct error *error);
MUST enum status load_fields(struct behaviour_loading *loading, const char *key, const struct field ***fields,
			     size_t *count, struct error *error);
MUST enum status load_flag(struct behaviour_loading *loading, const char *key, bool *flag,
			   struct error *error);                                        /* false when it is not given */
const struct node *load_node(const struct behaviour_loading *loading, const char *key); /* NULL: not given */
enum status load_fail(struct behaviour_loading *loading, const char *key, const char *message, const char *argument,
		      struct error *error);

/* --- what an edit shows and allows --- */
struct kernel *edit_kernel(const struct edit *edit);
struct connection *edit_connection(const struct edit *edit);
struct arena *edit_arena(const struct edit *edit);
const struct actor *edit_actor(const struct edit *edit);
int64_t edit_who(const struct edit *edit); /* the person whose doing it is; 0: the program's */
instant edit_now(const struct edit *edit); /* the moment that the edit is said to happen */
bool edit_is_new(const struct edit *edit);
const struct record *edit_before(const struct edit *edit); /* NULL when new */
const struct record *edit_after(const struct edit *edit);
const struct transition *edit_transition(const struct edit *edit); /* NULL: none */
/* Whether its transition is one of these. */
bool edit_takes(const struct edit *edit, const struct transition *const *transitions, size_t count);
const struct edit_request *edit_request_of(const struct edit *edit);
struct value edit_value(const struct edit *edit, const struct field *field); /* as it will be */
bool edit_changes(const struct edit *edit,
		  const struct field *field); /* differs from before; of a new record: has a value */
bool edit_overrides(const struct edit *edit, const struct field *field); /* the request itself sets it */
MUST enum status edit_set(struct edit *edit, const struct field *field, struct value value, struct error *error);
/* In derive: makes or ends a link as if the request had named it. */
MUST enum status edit_link(struct edit *edit, const struct link_input *input, struct error *error);
void edit_restrict(struct edit *edit, bool restricted);
/* Refuses what the actor may not see, as if it did not exist. name: what the error names. */
MUST enum status edit_check_reference(struct edit *edit, struct str name, const struct type *to, int64_t identity,
				      struct error *error);
MUST enum status edit_holds(struct edit *edit, const struct query *query, bool *holds,
			    struct error *error); /* on the record as it will be */
MUST enum status edit_held(struct edit *edit, const struct query *query, bool *held,
			   struct error *error); /* on the record as it was; false when new. Clocks are as they are */

/* Records at the other ends of links of a kind, as they will be. */
MUST enum status edit_ends(struct edit *edit, const struct query_link *link, const int64_t **records, size_t *count,
			   struct error *error);
/* Those of them that this edit makes or ends. */
void edit_changed_ends(const struct edit *edit, const struct query_link *link, int64_t **records, size_t *count);
/* The other ends of those of one kind that it ends. */
void edit_ended_links(const struct edit *edit, const struct link_kind *link, bool backwards, int64_t **records,
		      size_t *count);
/* Whether another record stands where the system can take the transition now (NULL: none is taken), and meets a
 * condition (NULL: any). */
MUST enum status edit_could_take(struct edit *edit, int64_t record, const struct transition *transition,
				 const struct query *condition, bool *could, struct error *error);

/* --- after --- */
/* Adds to a counted field of any record (record/tally.h). */
MUST enum status edit_tally(struct edit *edit, const struct field *field, int64_t identity, int64_t by,
			    struct error *error);
/* One timer per record, behaviour and name: setting it again moves it. */
MUST enum status edit_timer(struct edit *edit, const struct behaviour_call *call, struct str name, instant due_at,
			    struct str payload, struct error *error);
MUST enum status edit_timer_due(struct edit *edit, const struct behaviour_call *call, struct str name, instant *due_at,
				struct error *error); /* INSTANT_NONE: none is set */
MUST enum status edit_timer_clear(struct edit *edit, const struct behaviour_call *call, struct str name,
				  struct error *error);
/* A further edit by the system in the same transaction (another record, or in due: this one). Depth is bounded. Another
 * record may be made in derive too, where this one is to name it: what is refused later takes it back. */
MUST enum status edit_follow_up(struct edit *edit, const struct edit_request *request, struct edit_result *result,
				struct error *error);
/* Tells people of the record as it stands, each in a notice of their own (record/notices.h); whoever may not read the
 * record is left out, in the note too. Tell first, then put the note into the event of an edit_follow_up(). */
MUST enum status edit_notify(struct edit *edit, struct edit_note *note, struct error *error);

#endif
