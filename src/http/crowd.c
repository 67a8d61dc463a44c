/* A table of open addressing that never grows: it has twice the places that there can be connections. */
#include "http/crowd.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct crowd_place {
	struct in6_addr address;
	unsigned connections; /* 0: free */
};

struct crowd {
	struct crowd_place *places;
	size_t mask;
	uint64_t seed[2]; /* so that nobody can choose addresses that collide */
};

static struct in6_addr network_of(struct in6_addr address)
{
	if (!IN6_IS_ADDR_V4MAPPED(&address))
		memset(&address.s6_addr[8], 0, 8);
	return address;
}

static size_t place_of(const struct crowd *crowd, const struct in6_addr *address)
{
	uint64_t half[2];
	memcpy(half, address, sizeof(half));
	uint64_t mixed = (half[0] ^ crowd->seed[0]) * (crowd->seed[1] | 1);
	mixed = (mixed ^ mixed >> 32 ^ half[1]) * 0x9E3779B97F4A7C15u;
	return (mixed >> 32) & crowd->mask;
}

static struct crowd_place *find(const struct crowd *crowd, const struct in6_addr *address)
{
	size_t at = place_of(crowd, address);
	while (crowd->places[at].connections && memcmp(&crowd->places[at].address, address, sizeof(*address)) != 0)
		at = (at + 1) & crowd->mask;
	return &crowd->places[at];
}

struct crowd *crowd_new(size_t most)
{
	struct crowd *crowd = calloc(1, sizeof(*crowd));
	size_t places = 16;
	while (places < most * 2)
		places *= 2;
	if (crowd)
		crowd->places = calloc(places, sizeof(*crowd->places));
	if (!crowd || !crowd->places || getrandom(crowd->seed, sizeof(crowd->seed), 0) != sizeof(crowd->seed))
		abort(); /* as everywhere when memory runs out */
	crowd->mask = places - 1;
	return crowd;
}

void crowd_free(struct crowd *crowd)
{
	if (crowd)
		free(crowd->places);
	free(crowd);
}

unsigned crowd_count(const struct crowd *crowd, struct in6_addr address)
{
	address = network_of(address);
	return find(crowd, &address)->connections;
}

unsigned crowd_enter(struct crowd *crowd, struct in6_addr address)
{
	address = network_of(address);
	struct crowd_place *place = find(crowd, &address);
	place->address = address;
	return ++place->connections;
}

/* What stands behind a place that becomes free moves up, unless it is already where it belongs. */
void crowd_leave(struct crowd *crowd, struct in6_addr address)
{
	address = network_of(address);
	size_t hole = (size_t)(find(crowd, &address) - crowd->places);
	if (--crowd->places[hole].connections)
		return;
	for (size_t at = (hole + 1) & crowd->mask; crowd->places[at].connections; at = (at + 1) & crowd->mask) {
		size_t wanted = place_of(crowd, &crowd->places[at].address);
		if (((at - wanted) & crowd->mask) < ((at - hole) & crowd->mask))
			continue;
		crowd->places[hole] = crowd->places[at];
		crowd->places[at].connections = 0;
		hole = at;
	}
}
