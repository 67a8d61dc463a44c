/* Whom an approval asks: by role, group, person, or who a path leads to; nobody about what is their own. */
#include "behaviour/approval.h"

static enum status leave_out_own(const struct approval *p, const struct subject *subject, struct people *people,
				 struct error *error)
{
	size_t kept = 0;
	enum status status = OK;

	for (size_t i = 0; i < people->count && !status; i++) {
		bool own;

		status = subject_is_own(subject, p->never, p->never_count, people->items[i], &own, error);
		if (!status && !own)
			people->items[kept++] = people->items[i];
	}
	people->count = kept;
	return status;
}

static enum status named(const struct subject *subject, const struct stage *stage, struct people *people,
			 struct error *error)
{
	struct people more;
	bool holds = false;
	enum status status = subject_people_meant(subject, stage->named, stage->named_count, people, error);

	for (size_t i = 0; i < stage->ask_count && !status && (!holds || stage->every); i++) {
		if ((status = subject_holds(subject, stage->ask[i].when, &holds, error)) || !holds)
			continue;
		if (!(status = subject_people_at(subject, &stage->ask[i].whom, &more, error)))
			people_join(subject->arena, people, &more);
	}
	return status;
}

enum status approval_whom(const struct approval *p, const struct subject *subject, const struct stage *stage,
			  struct people *people, struct error *error)
{
	enum status status = named(subject, stage, people, error);

	if (status || (status = leave_out_own(p, subject, people, error)))
		return status;
	if (people->count ||
	    (status = subject_people_meant(subject, stage->otherwise, stage->otherwise_count, people, error)))
		return status;
	return leave_out_own(p, subject, people, error);
}

enum status approval_whom_then(const struct approval *p, const struct subject *subject, const struct stage *stage,
			       struct people *people, struct error *error)
{
	enum status status = subject_people_meant(subject, stage->escalate, stage->escalate_count, people, error);

	return status ? status : leave_out_own(p, subject, people, error);
}

/* Whoever was asked by hand was meant by name. */
enum status approval_may_decide(const struct approval *p, const struct subject *subject, const struct record *decision,
				int64_t person, bool *may, struct error *error)
{
	struct value stage = decision && p->stage ? record_value(decision, p->stage) : (struct value){0};
	size_t at = stage.kind == VALUE_INTEGER && stage.number > 0 ? (size_t)stage.number - 1 : 0;
	struct people people;
	enum status status;

	*may = decision && decision->created_by != 0;
	if (*may || at >= p->stage_count)
		return OK;
	if ((status = approval_whom(p, subject, &p->stages[at], &people, error)))
		return status;
	*may = people_have(&people, person);
	if (*may || !decision || !p->escalated || !record_value(decision, p->escalated).boolean)
		return OK;
	status = approval_whom_then(p, subject, &p->stages[at], &people, error);
	*may = people_have(&people, person);
	return status;
}

enum status approval_judge(const struct behaviour_call *call, const struct subject *subject, struct judging *judging,
			   struct error *error)
{
	const struct approval *p = call->parameters;
	enum status status;

	if (p->as != judging->as || subject->record->state != p->state)
		return OK;
	if ((status = subject_is_own(subject, p->never, p->never_count, judging->who, &judging->own, error)))
		return status;
	return approval_may_decide(p, subject, judging->decision, judging->asked, &judging->may, error);
}
