/* elsewhere: who is at which record on other nodes, as they call it (NEWS_PRESENT). A node calls when somebody comes or
 * leaves, and all of them again now and then; whoever is not called for a while has left, or his node has gone. */
#ifndef API_ELSEWHERE_H
#define API_ELSEWHERE_H

#include "base/time.h"
#include "record/kernel.h"

enum {
	ELSEWHERE_MOST = 2048, /* people at records that are known; more are not shown */
	ELSEWHERE_AGAIN_MS = 30000,
	ELSEWHERE_GONE_MS = 2 * ELSEWHERE_AGAIN_MS + 10000,
};

struct elsewhere {
	struct elsewhere_person {
		uint64_t node;
		int64_t record, person;
		instant heard_at;
		bool edits;
	} people[ELSEWHERE_MOST];
	size_t count;
};

/* What is called of a person at a record. */
int64_t elsewhere_detail(int64_t person, bool here, bool edits);
int64_t elsewhere_person_of(int64_t detail);

/* Whether it changes who is at that record. */
bool elsewhere_hear(struct elsewhere *elsewhere, const struct news *news, instant now);
/* Forgets one who has not been called for long; false: there is none. */
bool elsewhere_forget(struct elsewhere *elsewhere, instant now, struct elsewhere_person *gone);

#endif
