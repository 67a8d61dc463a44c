/* occasion: when a rule acts, as behaviours declare it.
 *
 *	on: [resolve]                     at these transitions
 *	when: "major"                     at the edit from which this holds
 *	only_if: "service is not empty"   and only where this holds, too */
#ifndef RECORD_OCCASION_H
#define RECORD_OCCASION_H

#include "record/behaviour.h"

struct occasion {
	const struct transition **on;
	size_t on_count;
	const struct query *when, *only_if;
};

/* Reads "on", "when" and "only_if"; one of the first two is needed. */
MUST enum status load_occasion(struct behaviour_loading *loading, struct occasion *occasion, struct error *error);
bool occasion_is_step(const struct occasion *occasion, const struct edit *edit); /* one of the transitions is taken */
MUST enum status occasion_comes(struct edit *edit, const struct occasion *occasion, bool *comes, struct error *error);

#endif
