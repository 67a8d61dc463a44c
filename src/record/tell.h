/* tell: what an administrator does to a record that is no edit of it, as an event in its history. */
#ifndef RECORD_TELL_H
#define RECORD_TELL_H

#include "record/actor.h"

/* kind: of the event. Waits for the commit. */
MUST enum status tell_act(struct kernel *kernel, const struct actor *actor, int64_t record, const char *kind,
			  struct label says, instant now, struct error *error);
/* A sentence of the catalogue with a name in it, in both languages. */
struct label tell_words(struct arena *arena, const char *msgid, struct str name);

#endif
