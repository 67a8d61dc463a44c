/* message: what a webhook is told of one event, in its own form. */
#ifndef HOOK_MESSAGE_H
#define HOOK_MESSAGE_H

#include "record/hooks.h"
#include "record/read.h"

struct hook_wish { /* a webhook as its record says it */
	const struct record *record;
	struct str url, format, occasion, template;
	const struct type *type;    /* of which it is told; NULL: of all */
	const struct query *filter; /* NULL: none */
	int64_t owner;
	bool active;
};
/* E_INVALID or E_SYNTAX: what its record says is no longer understood. */
MUST enum status hook_wish_read(struct kernel *kernel, struct arena *arena, const struct record *record,
				struct hook_wish *wish, struct error *error);

struct hook_subject { /* one event, through the owner's eyes; owner and record stay for the next one on the same reader
		       */
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct actor *owner;
	struct record *record;
	struct event *event;
	const char *address;
};
/* *seen false: the owner may not see it, or no longer. */
MUST enum status hook_subject_read(struct hook_subject *subject, const struct hook_wish *wish, int64_t record,
				   int64_t event, bool *seen, struct error *error);
/* Whether that is what the webhook is to be told of. */
MUST enum status hook_wants(const struct hook_subject *subject, const struct hook_wish *wish, instant now, bool *wants,
			    struct error *error);
MUST enum status hook_message(const struct hook_subject *subject, const struct hook_wish *wish, struct str *body,
			      struct error *error);

#endif
