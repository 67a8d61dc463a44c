/* gather: what its files share: the rule as loaded (gather_load.c), what a sign means (gather_facts.c), the record that
 * it belongs to (gather_open.c), and its coming and going (gather.c). */
#ifndef BEHAVIOUR_GATHER_H
#define BEHAVIOUR_GATHER_H

#include "behaviour/behaviours.h"
#include "record/assign.h"

/* Fields are known by their names: those of the sign itself, of its source, and of the group. */
enum gather_own {
	OWN_SOURCE,
	OWN_STATUS,
	OWN_SEVERITY,
	OWN_LABELS,
	OWN_SENDER_GROUP,
	OWN_FINGERPRINT,
	OWN_STARTED_AT,
	OWN_ENDED_AT,
	OWN_ITEM,
	OWN_UNKNOWN,
	OWN_IMPACT,
	OWN_URGENCY,
	OWN_RECOVERED_AT,
	OWN_SUPPRESSED_BY,
	OWNS,
};
enum gather_source {
	SOURCE_NAME,
	SOURCE_SERVICE,
	SOURCE_PRIORITIES,
	SOURCE_CI_LABELS,
	SOURCE_GROUP_BY,
	SOURCE_RESOLVES,
	SOURCE_DELAY,
	SOURCE_FLAP_WINDOW,
	SOURCE_STORM_GROUPS,
	SOURCE_STORM_WITHIN,
	SOURCE_STORM,
	SOURCE_RECEIVED,
	SOURCE_HEARD,
	SOURCES,
};
enum gather_group { GROUP_KEY, GROUP_NAME, GROUP_SOURCE, GROUP_INTO, GROUP_OPENED_AT, GROUP_GATHERED, GROUPS };
enum gather_at { AT_OPENS, AT_STORM, AT_REOPENS, AT_RECOVERS, GATHER_STEPS };

struct gather_step {
	const struct transition *take; /* NULL: none */
	struct assignments assignments;
	struct label says;
};

struct gather_quiet { /* planned work during which signs are expected */
	const struct type *type;
	const struct query *when;
	const struct field *until, *items, *service; /* the last two may be NULL */
};

struct gather {
	const struct type *group_type, *into_type;
	const struct field *own[OWNS], *source[SOURCES], *group[GROUPS];
	const struct field *into, *in_group; /* of the sign: the record that is opened, and its group */
	const struct field *items;           /* links of the opened record to what the sign's item is */
	const struct field *ended_at;        /* of the opened record: since when it is over */
	const struct link_kind *children;    /* by which what a storm gathers hangs below */
	struct label unknown;
	struct gather_quiet *quiets;
	size_t quiet_count;
	struct gather_step steps[GATHER_STEPS];
};

struct gathering { /* one sign in one edit */
	const struct gather *rule;
	struct edit *edit;
	struct record *source;
};

MUST enum status gather_load(struct behaviour_loading *loading, const void **parameters, struct error *error);

struct value gather_own(const struct gathering *gathering, enum gather_own which);
struct value gather_source(const struct gathering *gathering, enum gather_source which);
MUST enum status gather_set(const struct gathering *gathering, enum gather_own which, struct value value,
			    struct error *error);

/* gather_facts.c: item, impact, urgency; and whether planned work explains it: *quiet. */
MUST enum status gather_facts(const struct gathering *gathering, bool *quiet, struct error *error);
/* When the work that explains it ends; INSTANT_NONE: nobody says. */
MUST enum status gather_quiet_until(const struct gathering *gathering, instant *until, struct error *error);

/* gather_open.c: sees to it that the sign's group has an open record, and the sign names both. */
MUST enum status gather_open(const struct gathering *gathering, struct error *error);
/* When all signs of the record have passed: takes its step, or notes it. */
MUST enum status gather_recover(const struct gathering *gathering, int64_t on_behalf, struct error *error);
bool gather_is_open(const struct gather *rule, const struct record *record);

#endif
