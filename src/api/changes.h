/* changes: streams of what happens to records (GET /api/v1/stream). One thread of its own hears the news of the store,
 * reads what is new once, keeps the last of it, and wakes the streams; each of them then looks what of it its reader
 * may know. A stream that waits costs no thread. */
#ifndef API_CHANGES_H
#define API_CHANGES_H

#include "http/http.h"
#include "record/changes.h"

struct changes;
MUST enum status changes_new(struct kernel *kernel, size_t streams_most, struct changes **changes, struct error *error);
/* No stream wakes up after this. */
void changes_stop(struct changes *changes);
void changes_free(struct changes *changes); /* when the server has stopped; NULL is fine */
size_t changes_streams(struct changes *changes);

/* A stream among the others; it belongs to whoever serves it (stream.c). */
struct listener {
	int64_t person;
	int64_t present; /* the record whose page it stands for, so that others at it know of the person; 0: none */
	bool edits;      /* and is writing there */
	struct http_stream *stream; /* held */
	struct listener *next, *previous;
	bool moved; /* others came to that record, or left it */
};
/* E_TOO_MANY: this person has as many as one may have; E_UNAVAILABLE: all together are too many. */
MUST enum status changes_join(struct changes *changes, struct listener *listener, struct error *error);
/* From now on it is woken; the stream is held. */
void changes_wake(struct changes *changes, struct listener *listener, struct http_stream *stream);
void changes_leave(struct changes *changes, struct listener *listener);

/* Who else is at a record now: each once, those of this node first, and of them the one that came last; at most `most`.
 */
struct present {
	int64_t person;
	bool edits;
};
size_t changes_present(struct changes *changes, int64_t record, int64_t but, struct present *found, size_t most);
/* Whether somebody came or left since this was asked last. */
bool changes_moved(struct changes *changes, struct listener *listener);

int64_t changes_last(struct changes *changes); /* the newest event that is known here */
/* What is kept after an event, at most `most`; false: that is too long ago, it has to be read. */
bool changes_kept(struct changes *changes, int64_t after, struct record_change *found, size_t most, size_t *count);

#endif
