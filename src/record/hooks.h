/* hooks: what is told to other systems as it happens: how each webhook stands, and what is on its way there.
 *
 * Nothing is written for it when something happens: events are numbered in the order of their commits (changes.h), and
 * a webhook has a place in that order. Whoever tells looks what came after the place, writes down what of it is to be
 * told, and moves the place on, in one transaction; so nothing is left out and nothing told twice that was confirmed.
 * A delivery waits until it is done or given up; of one record they go out in the order of its events. */
#ifndef RECORD_HOOKS_H
#define RECORD_HOOKS_H

#include "record/actor.h"

enum {
	HOOK_SECRET_TEXT = 64, /* "whsec_" and base64 of 32 bytes, with its end */
	HOOK_QUEUE_MOST = 500, /* deliveries that wait for one webhook; the rest waits as events */
};

struct hook {
	int64_t record;
	bool active;      /* as whoever tells knows it */
	int64_t place;    /* event */
	int64_t failures; /* in a row */
	instant failing_since, pause_until;
	struct str secret, former; /* empty: none; former: signs, too, until then */
	instant former_until;
};
/* *found false: nothing was told there yet. */
MUST enum status hook_read(struct connection *connection, struct arena *arena, int64_t record, struct hook *hook,
			   bool *found, struct error *error);
/* Makes a secret, which is shown this once. The one before signs for another day. History tells of it. */
MUST enum status hook_make_secret(struct kernel *kernel, const struct actor *actor, int64_t record, instant now,
				  char secret[HOOK_SECRET_TEXT], struct error *error);

/* From this event on it is told; and: no more, what waits is given up. */
MUST enum status hook_begin(struct kernel *kernel, int64_t record, int64_t place, struct error *error);
MUST enum status hook_end(struct kernel *kernel, int64_t record, struct error *error);
/* The newest event of a record. */
MUST enum status hook_newest_event(struct connection *connection, int64_t record, int64_t *event, struct error *error);

struct hook_event {
	int64_t event, record;
};
/* Puts these among the deliveries and moves the place from one event to another; nothing when another node was quicker.
 */
MUST enum status hook_put(struct kernel *kernel, int64_t hook, int64_t from, int64_t to,
			  const struct hook_event *events, size_t count, instant now, struct error *error);
/* Tells everything anew since a moment, at most a week. */
MUST enum status hook_go_back(struct kernel *kernel, int64_t hook, instant since, instant now, struct error *error);

enum delivery_state { DELIVERY_WAITING, DELIVERY_DONE, DELIVERY_SKIPPED, DELIVERY_FAILED, DELIVERY_STATES };
struct delivery {
	int64_t id, hook, event, record, attempts;
	enum delivery_state state;
	instant queued_at, due_at, sent_at; /* INSTANT_NONE: not yet */
	int64_t took, code;                 /* of the last attempt: ms; HTTP, 0: no answer */
	struct str says;                    /* why it failed, or what was answered */
};
MUST enum status deliveries_waiting(struct connection *connection, int64_t hook, int64_t *count, struct error *error);
/* The next that is due. */
MUST enum status delivery_next(struct connection *connection, struct arena *arena, int64_t hook, instant now,
			       struct delivery *delivery, bool *found, struct error *error);
/* When the next one of any active webhook is due; INSTANT_NONE: none waits. */
MUST enum status deliveries_due(struct connection *connection, instant *due, struct error *error);
/* Of the newest events first; before: an event, 0: from the newest. */
MUST enum status deliveries_list(struct connection *connection, struct arena *arena, int64_t hook, int64_t before,
				 size_t limit, struct delivery **deliveries, size_t *count, struct error *error);
/* Once more, now. E_NOT_FOUND: none of this webhook. */
MUST enum status delivery_again(struct kernel *kernel, int64_t hook, int64_t delivery, instant now,
				struct error *error);

/* One node tells a webhook at a time: until it lets go, or is not heard of for a minute. */
MUST enum status hook_hold(struct kernel *kernel, int64_t hook, int64_t holder, instant now, bool *holds,
			   struct error *error);
MUST enum status hook_let_go(struct kernel *kernel, int64_t hook, int64_t holder, struct error *error);
/* How an attempt ended; the webhook is held on. delivery->state, due_at, code, took, says: as they are now. */
MUST enum status delivery_attempted(struct kernel *kernel, const struct hook *hook, const struct delivery *delivery,
				    instant now, struct error *error);
/* Removes what was queued before and waits no more; at most so many. */
MUST enum status deliveries_tidy(struct kernel *kernel, instant before, size_t most, struct error *error);

#endif
