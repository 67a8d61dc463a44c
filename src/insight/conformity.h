/* conformity: every demand of the standard, and what there is to show for it.
 *
 * The register (standard/register.tsv) holds the demands in our own words: id, clause, kind, English, Japanese. The
 * model says which of its parts answer which demand. A demand that nothing answers is not built; one that something
 * answers is for judgement: its records are there to be looked at. Where the model declares checks (`conformity:`),
 * they decide: all hold (met), only slight ones fail (attention), or others do (gap). What is soft (kind "human") is
 * never met by itself. */
#ifndef INSIGHT_CONFORMITY_H
#define INSIGHT_CONFORMITY_H

#include "record/read.h"

struct demand {
	struct str id, clause, kind; /* "8.1.2-a", "8.1.2", "rule" */
	struct label words;
};

struct register_of_demands {
	struct demand *demands; /* in the order of the standard */
	size_t count;
	struct map by_id;
};

/* Reads the register; texts stay where they are. E_INVALID at "line N". */
MUST enum status register_read(struct arena *arena, struct str text, struct register_of_demands *demands,
			       struct error *error);
/* Adds "file:line: ..." for every demand that the model answers and the register does not know; returns how many. */
size_t register_check_model(struct arena *arena, const struct register_of_demands *demands, const struct model *model,
			    struct str **findings, size_t count);

enum conformity_state {
	CONFORMITY_NOT_BUILT,
	CONFORMITY_JUDGEMENT,
	CONFORMITY_MET,
	CONFORMITY_ATTENTION,
	CONFORMITY_GAP,
	CONFORMITY_STATES
};
const char *conformity_state_name(enum conformity_state state); /* "not_built", "judgement", "met"... */

struct evidence {
	const struct type *type;
	int64_t count; /* records that the actor may see */
};

struct check_result {
	const struct conformity_check *check;
	int64_t count; /* of records, or of people who hold the role */
	bool holds;
};

struct conformity_item {
	const struct demand *demand;
	const struct check_result *checks;
	size_t check_count;
	enum conformity_state state;
	const struct evidence *evidence;
	size_t evidence_count;
};

/* One item per demand, in order. */
MUST enum status conformity_of(struct kernel *kernel, struct connection *connection, struct arena *arena,
			       const struct actor *actor, const struct register_of_demands *demands, instant now,
			       struct conformity_item **items, struct error *error);

#endif
