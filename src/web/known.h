/* known: what is already known about a record, as pages show it: similar ones, answers, and what fails with it. */
#ifndef WEB_KNOWN_H
#define WEB_KNOWN_H

#include "insight/impact.h"
#include "insight/similar.h"
#include "web/visit.h"

struct known {
	struct visit *visit;
	const struct type *type;
	int64_t identity; /* 0: it is being written */
	struct similar_item *items;
	size_t count;
	struct impact impact;
	bool has_impact; /* something is named that may fail */
};

/* values by field->index; at most `limit` of each type. Customers' people are told of no impact. */
MUST enum status known_load(struct known *known, struct visit *visit, struct connection *connection,
			    const struct type *type, const struct value *values, int64_t identity, size_t limit);

/* Beside the form of a new record: what may be linked is ticked there, and becomes part of the form of this id. */
void draw_known_beside(const struct known *known, const char *form);
/* Beside a record that stands, as panels. */
void draw_known_panels(const struct known *known, bool may_link);

/* What was ticked in the form, as links of the new record. */
MUST enum status known_links(struct visit *visit, const struct type *type, struct link_input **links, size_t *count);

#endif
