/* parse: what the two halves of the parser share (private to mail/). */
#ifndef MAIL_PARSE_H
#define MAIL_PARSE_H

#include <gmime/gmime.h>

#include "mail/message.h"

/* parse_body.c: the text and the files. */
void parse_body(struct arena *arena, GMimeObject *body, struct mail_message *message);

#endif
