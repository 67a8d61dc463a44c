/* impact: what fails when these records fail (`spreads:` in the model): what depends on them, the services that all of
 * it supports, the customers to whom these are agreed, and how grave that is at most. */
#ifndef INSIGHT_IMPACT_H
#define INSIGHT_IMPACT_H

#include "record/read.h"

enum { IMPACT_DEPTH = 16, IMPACT_MOST = 1000 }; /* what lies farther, or is more, is left out and told as such */

struct impact_item { /* what depends on the first */
	int64_t identity;
	int depth; /* of those asked about: 0 */
	struct str headline;
};

struct impact_service {
	int64_t identity;
	int64_t because_of; /* the nearest item that supports it; 0: it was asked about itself */
	struct str rank;    /* its code of spread->by; empty when it says none */
	struct str headline;
};

struct impact_customer {
	int64_t identity, agreement;
	int64_t people; /* how many of its people may use the program */
	struct str headline;
};

struct impact {
	const struct spread *spread;
	struct impact_item *items; /* those asked about first, then by distance */
	size_t item_count;
	struct impact_service *services; /* the gravest first */
	size_t service_count;
	struct impact_customer *customers;
	size_t customer_count;
	struct str proposed; /* code of spread->of; empty: nothing speaks for any */
	bool cut;
};

/* How failures of what a record of this type is about spread; *items is its field that names what fails (NULL: the
 * record itself), *service its reference to what is reached (NULL: none). NULL: they do not. */
const struct spread *impact_of_type(const struct type *type, const struct field **items, const struct field **service);

/* What is asked about must be visible to the actor. service 0: none besides. */
MUST enum status impact_of(struct kernel *kernel, struct connection *connection, struct arena *arena,
			   const struct actor *actor, const struct spread *spread, const int64_t *items,
			   size_t item_count, int64_t service, instant now, struct impact *impact, struct error *error);

/* As a record says. */
MUST enum status impact_of_values(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  const struct actor *actor, const struct type *type, const struct value *values,
				  int64_t identity, instant now, struct impact *impact, struct error *error);

#endif
