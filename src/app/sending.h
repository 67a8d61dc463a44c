/* sending: the settings of mail that goes out. */
#ifndef APP_SENDING_H
#define APP_SENDING_H

#include "app/program.h"
#include "job/sender.h"

/* How long what was sent is kept whole; 0: for ever. */
MUST enum status sending_keep(const struct settings *settings, int64_t *keep, struct error *error);
/* Whether they make sense; nobody is connected to. */
MUST enum status sending_check(struct arena *arena, const struct settings *settings, struct error *error);
/* *sender NULL: no mail server was named. */
MUST enum status sending_new(struct program *program, const struct settings *settings, struct sender **sender,
			     struct error *error);

#endif
