/* outbox: what is to be sent by mail, and what became of what was.
 *
 * An entry is written in a transaction (notice_mail.c) and sent afterwards. Whoever sends takes it for a while, which
 * is committed before the first byte goes out, together with its Message-ID: when they come to nothing, somebody takes
 * it again under the same Message-ID once that while is over. So each mail goes out at least once, and whoever gets it
 * twice can tell (docs/decisions/0057).
 *
 * payload: {"to":PERSON,"notices":[NOTICE...],"links":{"NOTICE":"/decide/..."}}; links (OUTBOX_LINKS) are for the
 * reader alone. */
#ifndef RECORD_OUTBOX_H
#define RECORD_OUTBOX_H

#include "record/actor.h"

enum outbox_fate { /* NULL in the table: it waits */
		   OUTBOX_WAITS,
		   OUTBOX_SENT,
		   OUTBOX_DEAD,      /* refused for good, or tried for too long */
		   OUTBOX_NEEDLESS,  /* there was nothing that its reader may see, or nobody to read it */
		   OUTBOX_PAUSED,    /* mail to that address came back too often */
		   OUTBOX_BOUNCED,   /* it came back */
		   OUTBOX_DISCARDED, /* an administrator gave it up */
		   OUTBOX_FATES
};

struct outbox_entry {
	int64_t id, record, person; /* 0: none */
	instant at, due_at, settled_at;
	int64_t attempts; /* of one that was taken, with this one; 0: somebody told it to be sent */
	enum outbox_fate fate;
	struct str kind, payload; /* as stored; of those that are shown: without the links */
	struct str message_id, address, reason;
	bool has_raw;
};

/* --- sending --- */

/* The next whose time has come, for `lease` ms; found->id 0: there is none. domain: of its Message-ID, if it has none
 * yet. */
MUST enum status outbox_take(struct kernel *kernel, struct arena *arena, struct str domain, instant now, int64_t lease,
			     struct outbox_entry *found, struct error *error);
struct outbox_outcome {
	int64_t id;
	enum outbox_fate fate; /* OUTBOX_WAITS: it is tried again at `due_at` */
	instant due_at, now;
	int64_t person;
	struct str address, reason, raw; /* empty: unknown; raw empty: as it was */
};
MUST enum status outbox_settle(struct kernel *kernel, const struct outbox_outcome *outcome, struct error *error);
/* Whether what was sent to an address last came back each time. */
MUST enum status outbox_is_paused(struct connection *connection, struct str address, bool *paused, struct error *error);

struct outbox_notice { /* of what a mail tells */
	int64_t id, record, event;
	instant at;
	struct str kind;
	struct label says;
	struct str link; /* by which its reader decides; empty: none */
};
MUST enum status outbox_notices(struct connection *connection, struct arena *arena, const struct outbox_entry *entry,
				struct outbox_notice **notices, size_t *count, struct error *error);

/* A mail came back for good: says so of its entry; administrators are told once mail to that address is paused. */
MUST enum status outbox_bounced(struct kernel *kernel, int64_t id, struct str reason, instant now, struct error *error);

/* --- looking --- */

struct outbox_figures { /* counted to COUNT_SHOWN (read.h) */
	int64_t waiting, dead;
	instant oldest; /* since when the first of those that wait does; INSTANT_NONE: none does */
};
MUST enum status outbox_figures(struct connection *connection, struct outbox_figures *figures, struct error *error);
/* Newest first, of one fate, before an id (0: all); or, of OUTBOX_FATES, of any. */
MUST enum status outbox_list(struct connection *connection, struct arena *arena, enum outbox_fate fate, int64_t before,
			     size_t limit, struct outbox_entry **entries, size_t *count, struct error *error);
/* entry->id 0: there is none. */
MUST enum status outbox_find(struct connection *connection, struct arena *arena, int64_t id, struct outbox_entry *entry,
			     struct error *error);
MUST enum status outbox_find_message(struct connection *connection, struct arena *arena, struct str message_id,
				     struct outbox_entry *entry, struct error *error);
MUST enum status outbox_raw(struct connection *connection, struct arena *arena, int64_t id, struct str *raw,
			    struct error *error);

/* --- keeping --- */

struct outbox_place {
	int64_t looked;  /* up to this entry in this round */
	int64_t thinned; /* all up to this one were: later rounds begin after it */
};
/* Of what was settled before a moment only that it went stays: to whom, when, about what, under which Message-ID, and
 * what became of it (docs/decisions/0069). Looks at the next entries; *more: the round goes on after these. It ends
 * where entries are younger, so it costs what has grown old since the round before. */
MUST enum status outbox_thin(struct kernel *kernel, instant before, struct outbox_place *place, bool *more,
			     struct error *error);

/* --- deciding --- */

/* Sent again at once, or given up; only what waits, is dead, paused or came back. E_NOT_FOUND, E_CONFLICT. */
MUST enum status outbox_retry(struct kernel *kernel, int64_t id, instant now, struct error *error);
MUST enum status outbox_discard(struct kernel *kernel, int64_t id, struct str reason, instant now, struct error *error);

#endif
