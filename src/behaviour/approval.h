/* approval: what the files of the behaviour share. */
#ifndef BEHAVIOUR_APPROVAL_H
#define BEHAVIOUR_APPROVAL_H

#include "record/subject.h"

struct asking {
	const struct query *when;
	struct path whom;
};

enum quorum { QUORUM_NONE, QUORUM_NUMBER, QUORUM_MAJORITY, QUORUM_ALL }; /* NONE: the first decision counts */

struct stage {
	const struct query *when; /* NULL: always */
	struct asking *ask;
	size_t ask_count;
	bool every;            /* whoever `ask` names by any condition that holds, not by the first alone */
	struct who *named;     /* `ask` as a list of names */
	struct who *otherwise; /* asked when nobody of those may be */
	struct who *escalate;  /* asked when those have not answered in time */
	size_t named_count, otherwise_count, escalate_count;
	const struct query *all_when; /* while it holds, all must agree */
	enum quorum quorum;
	int64_t quorum_number;
	struct duration within;
	bool has_within;
};

struct approval {
	const struct state *state, *yes, *no;
	const struct type *make;
	const struct field *as, *approver;
	const struct field *stage, *round, *due, *escalated; /* of a decision; NULL: it has none */
	struct stage *stages;
	size_t stage_count;
	const struct path *never; /* to persons */
	const struct field **content;
	const struct field **shows, *shown; /* to whom outside is asked; shown: of a decision, holds their words */
	size_t never_count, content_count, show_count;
	const struct transition *approved, *rejected, *expired, *reopen; /* of this record */
	const struct transition *withdraw, *late;                        /* of a decision */
	bool vacant; /* where nobody can be asked, it waits for whoever may take `approved` */
};

MUST enum status approval_load(struct behaviour_loading *loading, const void **parameters, struct error *error);

/* approval_shown.c: what whoever is asked sees of the record; nothing to our own people, who read the record itself. */
MUST enum status approval_load_shown(struct behaviour_loading *loading, struct approval *p, struct error *error);
MUST enum status approval_shown(const struct approval *p, struct edit *edit, int64_t person,
				struct value shown[LANGUAGES], struct error *error);

/* approval_people.c */
MUST enum status approval_whom(const struct approval *p, const struct subject *subject, const struct stage *stage,
			       struct people *people, struct error *error);
MUST enum status approval_whom_then(const struct approval *p, const struct subject *subject, const struct stage *stage,
				    struct people *people, struct error *error); /* escalate */

/* Whether a decision may be a person's now: still among those whom the record asks, by role, group or name. */
MUST enum status approval_may_decide(const struct approval *p, const struct subject *subject,
				     const struct record *decision, int64_t person, bool *may, struct error *error);
MUST enum status approval_judge(const struct behaviour_call *call, const struct subject *subject,
				struct judging *judging, struct error *error);

#endif
