/* parameter: one parameter of a header such as Content-Disposition, as people read it.
 *
 * In pieces and with a label (RFC 2231), as encoded words, as mailers send those here against the standard, or bytes
 * without any label. Pieces are joined before they are converted: a character may be cut between two of them. */
#ifndef MAIL_PARAMETER_H
#define MAIL_PARAMETER_H

#include "base/arena.h"
#include "base/str.h"

/* header: the value as it came. One line of UTF-8, trimmed; empty when it has no such parameter. */
struct str parameter_of(struct arena *arena, struct str header, struct str name);

#endif
