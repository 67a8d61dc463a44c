/* crowd: how many connections each address has. An IPv6 host commands its whole /64, which therefore counts as one;
 * IPv4 comes in its mapped form. */
#ifndef HTTP_CROWD_H
#define HTTP_CROWD_H

#include <netinet/in.h>
#include <stddef.h>

struct crowd;

struct crowd *crowd_new(size_t most); /* connections that there can be, of all addresses */
void crowd_free(struct crowd *crowd);
unsigned crowd_count(const struct crowd *crowd, struct in6_addr address);
unsigned crowd_enter(struct crowd *crowd, struct in6_addr address); /* returns how many it has then */
void crowd_leave(struct crowd *crowd, struct in6_addr address);     /* what has entered */

#endif
