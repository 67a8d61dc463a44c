/* fetch: takes mail out of mailboxes that stand on an IMAP server, while the service runs.
 *
 * One thread for all of them. Where the server can say that something has come (IDLE) it waits for that, else it looks
 * again and again. A mail is marked after what it leads to is on disk; when something comes in between, it is read
 * again, known by its Message-ID, and marked then. What fails is tried again, later and later, up to a quarter of an
 * hour. Where several nodes fetch from the same mailbox, each mail is still taken once.
 *
 * Fields of a mailbox: fetch_from (imap.h says what an address looks like), fetch_as, fetch_secret (the name of a file
 * in the folder of secrets, so that no secret is in the database, and no other file can be named), fetch_bearer,
 * fetch_moves_to. While nothing can be fetched, the counted ones say so: fetch_fault, fetch_failing_since,
 * fetch_tried_at, fetch_next_at. */
#ifndef MAIL_FETCH_H
#define MAIL_FETCH_H

#include "record/kernel.h"

struct fetch_options {
	struct kernel *kernel;
	const char *secrets; /* a folder */
	const char *ca_file; /* NULL: the authorities of the system */
	int64_t every;       /* ms */
};

struct fetcher;
MUST enum status fetch_start(const struct fetch_options *options, struct fetcher **fetcher, struct error *error);
/* Ends what is under way after the mail that is being written. NULL is fine. */
void fetch_stop(struct fetcher *fetcher);

#endif
