/* task_template: the tasks that a template asks for, whether people wrote them in rows or the model lists them. */
#ifndef BEHAVIOUR_TASK_TEMPLATE_H
#define BEHAVIOUR_TASK_TEMPLATE_H

#include "record/behaviour.h"

struct template_task {
	struct str key, after; /* after: keys of tasks above it, with commas; empty: it starts at once */
	struct label title;
	int64_t group, role, supplier; /* 0: none */
	struct str group_key;          /* of the model: the group by its natural key */
	struct value target;           /* a duration, or empty */
	bool note;
	struct str condition;     /* of rows: on the answers */
	const struct query *when; /* of the model: on the record; NULL: always */
};

/* Rows with the columns key, title, title_ja, group, role, after, when, target, note, supplier: keys are there once,
 * and after names tasks above. Faults are items at the field, with the row's number. */
MUST enum status template_rows_read(struct arena *arena, struct value rows, struct str at, struct template_task **tasks,
				    size_t *count, struct error *error);
/* The list `tasks` of a behaviour: {key, title, group, after, when, target, note}. */
MUST enum status template_list_load(struct behaviour_loading *loading, struct template_task **tasks, size_t *count,
				    struct error *error);

#endif
