/* edit_plan: what edits of a type need again and again, found out once at kernel_open() (private to record/).
 *
 * Nothing here looks at a record; an edit walks these lists instead of the model and its names. */
#ifndef RECORD_EDIT_PLAN_H
#define RECORD_EDIT_PLAN_H

#include "record/kernel.h"
#include "record/path.h"

struct field_list {
	const struct field **items;
	size_t count;
};

struct derivation {
	const struct field *into;
	struct path path; /* "caller.customer": over a reference at least */
	struct path
	    japanese; /* what it leads to in Japanese, for whoever acts in it; base is NULL where there is none */
};

struct computation { /* one of both */
	const struct field *field;
	const struct query *query;
	struct derivation path;
};

struct unique_field {
	const struct field *field;
	struct str sql; /* SELECT id of another record with the value */
};

struct edit_plan {
	struct str insert;       /* id, version, times and people, restricted, state, the fields, the clocks */
	struct str update_head;  /* UPDATE table SET version... ; what changed follows */
	struct field_list links; /* links fields */
	struct field_list presets, required, references, from_group, searched;
	struct field_list
	    callers; /* person fields from which the customer is derived: customers' people fill them by being there */
	struct derivation *derivations;
	size_t derivation_count;
	struct computation *computations;
	size_t computation_count;
	struct unique_field *uniques;
	size_t unique_count;
	bool makes_actors; /* person, group, role: an edit forgets cached actors */
};

/* Fills kernel->plans. Paths that lead nowhere are faults at their field's file:line. */
MUST enum status edit_plans_make(struct kernel *kernel, struct error *error);

#endif
