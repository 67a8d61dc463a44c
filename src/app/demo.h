/* demo: the demonstration organisation: a provider of IT services, its customers, and what happened to them.
 *
 * Everything goes through the kernel with simulated time, so that history, clocks and search are as if it had happened.
 * The same options always give the same organisation (only hashes differ: events also tell when they were recorded).
 * Names and texts are data: processes/data/demo-*.yaml. */
#ifndef APP_DEMO_H
#define APP_DEMO_H

#include "record/kernel.h"

struct figures;

struct demo_options {
	const struct figures *figures; /* of reports; NULL: none are issued */
	int months;                    /* of history, 1 to 60 */
	instant until;                 /* the present of the organisation */
};

struct demo_summary {
	int64_t customers, people, groups, services, items, agreements; /* records made */
	int64_t incidents, open, waiting, unconfirmed, cancelled, reopened, breached, security, edits;
};

/* Before all that happens: what the model asks for is made then (settings.founded). */
instant demo_founding(const struct demo_options *options);
/* Fills an empty database. E_CONFLICT when there are records in it already. */
MUST enum status demo_fill(struct kernel *kernel, const struct demo_options *options, struct demo_summary *summary,
			   struct error *error);

/* The accounts that have a password ("demo"), in the order in which they should be told; ended by NULL. */
extern const char *const demo_accounts[];
extern const char demo_password[];

#endif
