/* conformity: every demand of the standard, how it stands, and by what evidence.
 *
 * The register (standard/register.tsv) holds the demands in our own words: id, clause, kind, English, Japanese. The
 * model says which of its parts answer which demand, and what must be so for it to be met (`conformity:`). From both a
 * plan is made once; a survey computes it from the records as they are. A demand is
 *
 *	not_built	nothing answers it yet
 *	gap		one of its checks fails: there is no evidence, or it says no; or people are to judge, and there
 *			is nothing yet that they could look at
 *	stale		there was evidence, and it is too old or past its day, since a day that is told
 *	judgement	there are records to look at, but no check decides; or only slight checks fail; or it is soft
 *			(kind "human"); or no test of ours proves it (register_read_proven)
 *	met		all its checks hold, upon fresh evidence
 *
 * the first of these that is so. Counts are those of the whole organisation, whoever asks: nothing but numbers and days
 * comes of them; lists and records that they lead to show what their reader may see. */
#ifndef INSIGHT_CONFORMITY_H
#define INSIGHT_CONFORMITY_H

#include "insight/insights.h"

/* --- the register --- */

struct demand {
	struct str id, clause, kind; /* "8.1.2-a", "8.1.2", "rule" */
	struct label words;
	bool is_proven; /* by a test of ours that passes before a version is given out */
};

struct clause { /* of the standard, or of the 2018 edition of its part 1 */
	struct str number;
	struct label label; /* our own short words */
	struct str others;  /* of ours: where the edition of 2018 speaks of it, blank separated; or empty */
};

struct register_of_demands {
	struct demand *demands; /* in the order of the standard */
	size_t count;
	struct map by_id;
	struct clause *clauses, *later; /* ours; those of 2018, in their order */
	size_t clause_count, later_count;
	struct map clauses_by_number, later_by_number;
};

/* Reads the register; texts stay where they are. E_INVALID at "line N". */
MUST enum status register_read(struct arena *arena, struct str text, struct register_of_demands *demands,
			       struct error *error);
/* Ids, one a line: what tests prove. Others are passed over. */
void register_read_proven(struct register_of_demands *demands, struct str text);
/* Lines "NUMBER, English, Japanese, clauses of 2018". */
MUST enum status register_read_clauses(struct arena *arena, struct str text, struct clause **clauses, size_t *count,
				       struct map *by_number, struct error *error);
/* Of a clause, or of the nearest above it that is known; NULL: none. */
const struct clause *register_clause(const struct map *clauses, struct str number);
/* "8.1" takes 8.1 and all below it; empty takes all. */
bool clause_is_below(struct str clause, struct str asked);
int clause_compare(struct str a, struct str b); /* 4.2 before 4.10 before A.1 */
/* Adds "file:line: ..." for every demand that the model answers and the register does not know; returns how many. */
size_t register_check_model(struct arena *arena, const struct register_of_demands *demands, const struct model *model,
			    struct str **findings, size_t count);

/* --- what is to be computed --- */

struct planned_check {
	const struct conformity_check *check;
	const struct figure *figure; /* with the check's own goal; NULL: no figure */
	const struct process *process;
	size_t measure; /* checks of the same records share one */
};

struct planned_demand {
	const struct demand *demand;
	const struct process *process; /* that answers it, or stands for its clause; NULL: none */
	struct planned_check *checks;
	size_t check_count;
	const struct type **types; /* whose records are evidence */
	size_t type_count;
	bool is_answered;
};

struct conformity {
	const struct model *model;
	const struct register_of_demands *demands;
	struct planned_demand *items; /* one a demand, in order */
	size_t measure_count;
	int64_t most; /* records are counted to this: COUNT_SHOWN, or more where a check asks for more; one more
		       * stands for all that are more */
};

/* E_INVALID at "file:line" for figures that are not there and goals that cannot be read. Demands that the register does
 * not know are left out. */
MUST enum status conformity_plan(struct arena *arena, const struct model *model, const struct figures *figures,
				 const struct register_of_demands *demands, struct conformity *plan,
				 struct error *error);
/* The role that answers for a process: the one called owner, else its first. NULL: it has none. */
const struct role *conformity_owner(const struct process *process);

/* --- how it stands --- */

enum conformity_state {
	CONFORMITY_NOT_BUILT,
	CONFORMITY_MET,
	CONFORMITY_JUDGEMENT,
	CONFORMITY_STALE,
	CONFORMITY_GAP,
	CONFORMITY_STATES
};
const char *conformity_state_name(enum conformity_state state); /* "not_built", "met", "judgement"... */
bool conformity_state_parse(struct str word, enum conformity_state *state);

struct evidence {
	const struct type *type;
	int64_t count;
	instant newest; /* when the last of them came to be; INSTANT_NONE: there is none */
	bool is_ours;   /* there are some that the model did not bring along, or that somebody has changed since */
};

enum check_outcome { CHECK_HOLDS, CHECK_STALE, CHECK_FAILS };

struct check_result {
	const struct planned_check *planned;
	enum check_outcome outcome;
	int64_t count;     /* of records, or of people who hold the role */
	instant newest;    /* of the records: by the date that counts, or when they came to be; INSTANT_NONE: none */
	int32_t since;     /* CHECK_STALE: from this day on; CHECK_HOLDS: good until then; 0: no day */
	int64_t overdue;   /* CHECK_STALE by `until`: so many of them */
	struct str value;  /* of a figure, as programs read it; empty: nothing to tell */
	bool is_something; /* records, people, or a figure of them: something to look at, whether it is as it should be
			      or not */
};

struct conformity_item {
	const struct planned_demand *planned;
	enum conformity_state state;
	bool is_bare;                      /* a gap because there is nothing to judge yet */
	int32_t stale_since;               /* 0: it is not stale */
	const struct check_result *checks; /* as planned */
	const struct evidence *evidence;   /* by planned->types */
};

/* What one check of it says by itself of how it stands. */
enum conformity_state check_state(const struct conformity_item *item, const struct check_result *result);

struct conformity_survey {
	instant at;
	struct conformity_item *items; /* as planned; those that were not asked for have no planned */
};

/* Of all demands, or of those for which `wanted` says so (by their place). */
MUST enum status conformity_survey(struct kernel *kernel, struct connection *connection, struct arena *arena,
				   const struct conformity *plan, const bool *wanted, instant now,
				   struct conformity_survey *survey, struct error *error);
/* The records that a check counts, or that make it stale, as an expression; empty: all of the type. */
struct str conformity_filter(struct arena *arena, const struct check_result *result);

struct conformity_counts {
	int64_t all, by[CONFORMITY_STATES];
};
void conformity_count(struct conformity_counts *counts, enum conformity_state state);

#endif
