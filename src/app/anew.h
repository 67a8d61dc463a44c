/* anew: a service that starts itself anew in its place. The process stays, and with it its id, what its manager knows
 * of it and the socket at which it listens; the program, the settings and the processes become those on disk. */
#ifndef APP_ANEW_H
#define APP_ANEW_H

#include <limits.h>
#include <sys/stat.h>

#include "base/error.h"

struct program_file { /* what runs here, as it was when it was started */
	char path[PATH_MAX];
	struct stat was;
};

void anew_remember(struct program_file *file);
bool anew_differs(const struct program_file *file); /* another program lies there now */

/* Lets the program on disk say whether it could serve with these words (kaname serve --check). Waits for a minute at
 * most. */
MUST enum status anew_try(const struct program_file *file, char *const *argv, struct error *error);

/* Becomes that program. It finds the listener as one from its manager finds it; -1: it opens its own; own: it
 * was no manager who opened it. What else is open is closed. Returns only when that cannot be. */
enum status anew_begin(const struct program_file *file, char *const *argv, int listener, bool own, struct error *error);

#endif
