/* foreseen: what will apply to a record that is being written: its priority, time limits, and who is to do it. */
#ifndef WEB_FORESEEN_H
#define WEB_FORESEEN_H

#include "record/edit.h"
#include "web/visit.h"

bool is_foreseen(const struct visit *visit, const struct type *type);
/* values by field->index, as far as they are understood. foreseen->record stays NULL when nothing can be told yet. */
void foresee(struct visit *visit, struct connection *connection, const struct type *type, const struct value *values,
	     struct foreseen *foreseen);
/* The line of the form, with its place for later answers. */
MUST enum status draw_foreseen(struct visit *visit, struct connection *connection, const struct foreseen *foreseen);

#endif
