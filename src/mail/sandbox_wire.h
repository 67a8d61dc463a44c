/* What is still to be sent over the socket of a child: a length, and that many bytes, with one call if they go at once
 * (private to mail/sandbox*.c). */
#ifndef MAIL_SANDBOX_WIRE_H
#define MAIL_SANDBOX_WIRE_H

#include <sys/uio.h>

#include "base/str.h"

struct wire {
	struct str head, rest; /* both empty: nothing */
};

static inline bool wire_is_sent(const struct wire *wire)
{
	return !wire->head.n && !wire->rest.n;
}

static inline void wire_pieces(const struct wire *wire, struct iovec pieces[static 2])
{
	pieces[0] = (struct iovec){(void *)(uintptr_t)wire->head.p, wire->head.n};
	pieces[1] = (struct iovec){(void *)(uintptr_t)wire->rest.p, wire->rest.n};
}

static inline void wire_sent(struct wire *wire, size_t bytes)
{
	size_t of_head = bytes < wire->head.n ? bytes : wire->head.n;

	wire->head = str_sub(wire->head, of_head, wire->head.n);
	wire->rest = str_sub(wire->rest, bytes - of_head, wire->rest.n);
}

#endif
