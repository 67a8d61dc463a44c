/* said: why something became what it did, as the program keeps it: messages with what they speak of, and no language.
 * Whoever reads it gets it in their own. What others said (a mail server) stays as they said it, inside such a message.
 *
 * Kept as JSON, at most SAID_MOST bytes: [{"text":"Mail of %s ...","with":["..."],"of":{"en":"...","ja":"..."}}],
 * or [{"in":{"en":"...","ja":"..."}}]. */
#ifndef RECORD_SAID_H
#define RECORD_SAID_H

#include "model/model.h"

enum { SAID_MOST = 900 };

/* message: a literal in N_(); with: what its %s stands for, empty where it has none. */
struct str said_keep(struct arena *arena, const char *message, struct str with);
/* The items of a refusal, and what they are about: the labels of a type's fields; about: before all of it, or empty. */
struct str said_keep_error(struct arena *arena, const struct error *error, const struct type *type, struct str about);
/* A text that is there in both languages; empty when it is too long to be kept. */
struct str said_keep_both(struct arena *arena, struct str english, struct str japanese);
struct str said_and(struct arena *arena, struct str kept, struct str further); /* either may be empty */
/* In words. What is kept in another form is a source text, or what somebody wrote. */
struct str said_in(struct arena *arena, enum language language, struct str kept);

#endif
