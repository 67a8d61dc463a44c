/* edit_each: many edits that do not hang on each other: each is done or refused by itself. */
#ifndef WEB_EDIT_EACH_H
#define WEB_EDIT_EACH_H

#include "web/visit.h"

struct edit_outcome {
	enum status status;
	struct error error;
	struct edit_result result;
};

/* Hands the requests to the kernel one by one and parks the visit until all are committed or refused; outcomes stand in
 * their order. */
void edit_each(struct visit *visit, const struct edit_request *requests, size_t count,
	       void (*answer)(struct visit *visit, const struct edit_outcome *outcomes, void *data), void *data);

#endif
