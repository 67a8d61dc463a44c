/* retention: how long records are kept, and what then becomes of them (4.3.3). A rule is a record; what is due under it
 * is a record too (its disposal), and what must stay for a dispute stays (holds). This is what both ends share. */
#ifndef BEHAVIOUR_RETENTION_H
#define BEHAVIOUR_RETENTION_H

#include "record/behaviour.h"

struct retention_start { /* from when the time of keeping runs, by a code of the rule's choice */
	struct str code, where;
	struct str *fields; /* names: the first that a type has */
	size_t field_count;
};

struct retention { /* parameters of the behaviour, at the type of the rules */
	const struct field *type, *only, *starts, *period, *disposal;
	const struct query *when;
	struct retention_start *from;
	size_t from_count;
	struct str keeps, archives; /* codes of `disposal` */
	const struct field *conflict, *conflicts_with;
	const struct type *make;
	const struct field *as, *records, *count, *held, *held_by, *due;
	const struct type *holds;
	const struct field *hold_type, *hold_only, *hold_records;
};

const struct retention *retention_of(const struct kernel *kernel, const struct type *type); /* NULL: none */

/* Whether anything is held at all, of whatever rules. */
MUST enum status retention_anything_held(struct kernel *kernel, struct connection *connection, struct arena *arena,
					 bool *held, struct error *error);

/* --- one rule, ready to judge --- */
struct retention_rule {
	const struct retention *retention;
	const struct record *record;
	const struct type *type;     /* of the records that it is about */
	const struct query *scope;   /* which of them; NULL: all */
	const struct query *expired; /* those whose time has come */
	bool is_narrow;
	bool is_unclear; /* it is not understood: it was let pass, or the model has changed since */
};
/* E_INVALID names the field of the rule that is at fault. */
MUST enum status retention_rule_make(const struct retention *retention, struct edit *edit, const struct record *record,
				     struct retention_rule *rule, struct error *error);
/* The same of a rule in force, which is unclear rather than refused: nothing is due under it, and while it stands its
 * kind of records is kept. */
MUST enum status retention_rule_read(const struct retention *retention, struct edit *edit, const struct record *record,
				     struct retention_rule *rule, struct error *error);

/* All rules in force and all holds. */
struct retention_law {
	struct retention_rule *rules;
	size_t rule_count;
	struct hold {
		const struct record *record;
		const struct type *type;  /* NULL: of any */
		const struct query *only; /* NULL: all of the type */
		const int64_t *records;
		size_t record_count;
	} * holds;
	size_t hold_count;
};
MUST enum status retention_law_load(const struct retention *retention, struct edit *edit, struct retention_law *law,
				    struct error *error);

enum retention_answer { DISPOSE_NOW, DISPOSE_NOT_YET, DISPOSE_OTHER_RULE, DISPOSE_HELD };
/* What may become of a record under a rule. by: the hold that stops it. */
MUST enum status retention_judge(const struct retention_law *law, const struct retention_rule *rule, struct edit *edit,
				 const struct record *record, enum retention_answer *answer, const struct record **by,
				 struct error *error);

#endif
