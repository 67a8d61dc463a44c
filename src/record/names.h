/* names: what the history calls by the name that it had then (private to record/).
 *
 * History is never rewritten, so a field, a state or a type that has been renamed (`was:`) stands in older events under
 * its former name. A name that is declared now always means what it means now. */
#ifndef RECORD_NAMES_H
#define RECORD_NAMES_H

#include "model/model.h"

/* Each NULL when nothing is called so, nor was. */
const struct field *field_once(const struct type *type, struct str name);
const struct state *state_once(const struct type *type, struct str name);
const struct link_kind *link_once(const struct model *model, struct str kind); /* "incident.part_of" */

#endif
