/* Whom an approval asks: by role, group, person, or who a path leads to; nobody about what is their own. */
#include "behaviour/approval.h"

#include "behaviour/behaviours.h"
#include "record/people.h"
#include "record/read.h"

struct subject subject_of_edit(struct edit *edit)
{
	return (struct subject){.kernel = edit_kernel(edit),
				.connection = edit_connection(edit),
				.arena = edit_arena(edit),
				.record = edit_after(edit),
				.edit = edit,
				.now = edit_now(edit)};
}

enum status subject_holds(const struct subject *subject, const struct query *query, bool *holds, struct error *error)
{
	*holds = true;
	if (!query)
		return OK;
	return subject->edit ? edit_holds(subject->edit, query, holds, error)
			     : read_holds(subject->kernel, subject->connection, subject->arena, actor_system(),
					  subject->record, query, subject->now, holds, error);
}

enum status subject_is_own(const struct subject *subject, const struct path *never, size_t count, int64_t person,
			   bool *own, struct error *error)
{
	enum status status = OK;

	*own = subject->record->created_by == person;
	for (size_t i = 0; i < count && !*own && !status; i++) {
		struct value value;

		status = path_value(subject->kernel, subject->connection, subject->arena, subject->record, &never[i],
				    &value, error);
		*own = !status && value.kind == VALUE_RECORD && value.number == person;
	}
	return status;
}

static bool is_among(const struct people *people, int64_t person)
{
	for (size_t i = 0; i < people->count; i++)
		if (people->items[i] == person)
			return true;
	return false;
}

static void join(struct arena *arena, struct people *people, const struct people *more)
{
	int64_t *all = arena_many(arena, int64_t, people->count + more->count + 1);
	size_t count = people->count;

	for (size_t i = 0; i < count; i++)
		all[i] = people->items[i];
	for (size_t i = 0; i < more->count; i++)
		if (!is_among(people, more->items[i]))
			all[count++] = more->items[i];
	*people = (struct people){all, count};
}

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

static enum status asked_of(const struct subject *subject, const struct asking *asking, struct people *people,
			    struct error *error)
{
	struct value whom;
	enum status status = path_value(subject->kernel, subject->connection, subject->arena, subject->record,
					&asking->whom, &whom, error);

	*people = (struct people){0};
	return status || whom.kind != VALUE_RECORD
		   ? status
		   : people_of_record(subject->kernel, subject->connection, subject->arena, whom.number, &people->items,
				      &people->count, error);
}

static enum status meant(const struct subject *subject, const struct who *who, size_t count, struct people *people,
			 struct error *error)
{
	*people = (struct people){0};
	return people_meant(subject->kernel, subject->connection, subject->arena, who, count, subject->record,
			    &people->items, &people->count, error);
}

static enum status named(const struct subject *subject, const struct stage *stage, struct people *people,
			 struct error *error)
{
	struct people more;
	bool holds = false;
	enum status status = meant(subject, stage->named, stage->named_count, people, error);

	for (size_t i = 0; i < stage->ask_count && !status && (!holds || stage->every); i++) {
		if ((status = subject_holds(subject, stage->ask[i].when, &holds, error)) || !holds)
			continue;
		if (!(status = asked_of(subject, &stage->ask[i], &more, error)))
			join(subject->arena, people, &more);
	}
	return status;
}

enum status approval_whom(const struct approval *p, const struct subject *subject, const struct stage *stage,
			  struct people *people, struct error *error)
{
	enum status status = named(subject, stage, people, error);

	if (status || (status = leave_out_own(p, subject, people, error)))
		return status;
	if (people->count || (status = meant(subject, stage->otherwise, stage->otherwise_count, people, error)))
		return status;
	return leave_out_own(p, subject, people, error);
}

enum status approval_whom_then(const struct approval *p, const struct subject *subject, const struct stage *stage,
			       struct people *people, struct error *error)
{
	enum status status = meant(subject, stage->escalate, stage->escalate_count, people, error);

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
	*may = is_among(&people, person);
	if (*may || !decision || !p->escalated || !record_value(decision, p->escalated).boolean)
		return OK;
	status = approval_whom_then(p, subject, &p->stages[at], &people, error);
	*may = is_among(&people, person);
	return status;
}

const struct approval *approval_by(const struct kernel *kernel, const struct type *type, const struct field *as,
				   const struct state *state)
{
	const struct attached_behaviour *at = type ? kernel->behaviours[type->index] : NULL;
	const struct approval *found = NULL;

	for (; at && at->behaviour; at++) {
		const struct approval *p = at->parameters;

		if (at->behaviour == &behaviour_approval && p->as == as && (!found || p->state == state))
			found = p;
	}
	return found;
}
