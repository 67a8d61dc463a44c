/* bulk: what can be done to many records of a list at once: transitions that need at most a comment, and taking them.
 */
#ifndef WEB_BULK_H
#define WEB_BULK_H

#include "web/part_list.h"
#include "web/visit.h"

/* Those that this person could take on at least one of the records shown. */
struct bulk_action *bulk_actions(struct visit *visit, const struct type *type, struct record *const *records,
				 size_t count, size_t *action_count);

#endif
