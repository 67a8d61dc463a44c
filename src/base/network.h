/* network: addresses, IPv4 in its mapped form (::ffff:a.b.c.d), and networks of them. */
#ifndef BASE_NETWORK_H
#define BASE_NETWORK_H

#include <netinet/in.h>

#include "base/arena.h"
#include "base/error.h"

struct network {
	struct in6_addr address;
	unsigned bits;
};

struct networks {
	const struct network *items;
	size_t count;
};

bool address_parse(struct str text, struct in6_addr *address);
struct in6_addr address_of(const struct sockaddr *address); /* of whatever is no IP: :: */

/* "10.0.0.0/8, ::1"; NULL: none. setting: what the text is called in an error. */
MUST enum status networks_parse(struct arena *arena, const char *text, const char *setting, struct networks *networks,
				struct error *error);
bool networks_hold(const struct networks *networks, const struct in6_addr *address);
/* Reached by nobody but those of the same host or site, or by many at once: this host, private, link-local and
 * multicast addresses, and those that only carry such a one in them. */
bool address_is_inner(const struct in6_addr *address);

#endif
