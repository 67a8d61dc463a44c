/* conformity: how demands stand, as JSON; for the API and for the command line. */
#ifndef API_CONFORMITY_H
#define API_CONFORMITY_H

#include "insight/conformity.h"

struct conformity_wish {           /* which of them */
	struct str clause, state;  /* empty: all */
	const struct stood *known; /* by subject: since when they stand so */
	size_t known_count;
	enum language language;
};

/* {"as_of": ..., "counts": {...}, "items": [...]} of those that were surveyed and are wished for. */
void conformity_json(struct buf *json, const struct conformity *plan, const struct conformity_survey *survey,
		     const struct conformity_wish *wish);
/* The members of one demand, without the braces round it. */
void conformity_item_json(struct buf *json, const struct conformity_item *item, const struct conformity *plan,
			  const struct conformity_wish *wish);
/* Which demands lie below a clause, for a survey of them alone. */
const bool *conformity_wanted(struct arena *arena, const struct register_of_demands *demands, struct str clause);

#endif
