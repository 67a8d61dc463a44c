/* A small organisation for the tests of filters: its types, and random records both in memory and in a database. */
#ifndef FILTER_WORLD_H
#define FILTER_WORLD_H

#include "model/model.h"
#include "query/query.h"
#include "record/filter.h"
#include "store/store.h"

enum world_type { PERSON, TEAM, CUSTOMER, ITEM, SERVICE, CHANGE, INCIDENT, WORLD_TYPES };
enum { RECORDS_MOST = 60, FIELDS_MOST = 32, LINKS_MOST = 400, CLOCKS = 2 };
#define WORLD_NOW INT64_C(1795420800123)       /* 2026-11-23T08:00:00.123Z */
#define WORLD_EVALUATED (WORLD_NOW - 3 * HOUR) /* when the stored clocks were last evaluated */

struct world_record {
	enum world_type type;
	int64_t identity;
	struct value values[FIELDS_MOST]; /* by position in the type's fields; lists are in links */
	struct str changed;               /* ",priority,state,": fields of its events after the first */
	bool has_clock[CLOCKS];
	struct clock_event timeline[CLOCKS][4];
	size_t timeline_count[CLOCKS];
	int64_t target[CLOCKS];
};

struct world_link {
	struct str kind;
	int64_t source, target;
	bool ended;
};

struct world {
	struct arena *arena;
	uint64_t seed;
	struct query_type types[WORLD_TYPES];
	struct type owners[WORLD_TYPES];
	struct world_record records[WORLD_TYPES][RECORDS_MOST];
	size_t counts[WORLD_TYPES];
	struct world_link links[LINKS_MOST];
	size_t link_count;
	bool hides; /* every fifth record cannot be read by whoever asks */
	struct query_environment environment;
	struct filter_actor actor;
	char directory[64];
	struct store *store;
};

uint64_t world_random(struct world *world, uint64_t below);
bool world_chance(struct world *world, unsigned percent);
struct world *world_make(struct arena *arena, uint64_t seed);
void world_store(struct world *world);   /* writes everything to a database of its own */
void world_unstore(struct world *world); /* and removes it */
bool world_hidden(int64_t identity);
int64_t world_identity(enum world_type type, size_t serial);
const char *world_prefix(enum world_type type);

#endif
