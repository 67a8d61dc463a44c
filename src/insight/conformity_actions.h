/* What is being done about demands: records of the type that acts as `action` whose `demand` field (format: demand)
 * names one. Read through the asker's eyes. */
#ifndef INSIGHT_CONFORMITY_ACTIONS_H
#define INSIGHT_CONFORMITY_ACTIONS_H

#include "record/read.h"

struct demand_action {
	const struct record *record;
	struct str demand;
	int64_t owner; /* 0: nobody yet */
	int32_t due;   /* 0: no day yet */
	bool is_done;
};

/* The field that names a demand; NULL: the model has no such actions. */
const struct field *conformity_action_field(const struct model *model);
/* Of one demand, or (empty) those of all that are not done; what is due first comes first, at most ACTIONS_MOST. */
enum { ACTIONS_MOST = 1000 };
MUST enum status conformity_actions(struct kernel *kernel, struct connection *connection, struct arena *arena,
				    const struct actor *actor, struct str demand, instant now,
				    struct demand_action **actions, size_t *count, struct error *error);
/* The one of them that says who acts on a demand by when: the first that is not done. NULL: nobody does. */
const struct demand_action *conformity_action_of(const struct demand_action *actions, size_t count, struct str demand);

#endif
