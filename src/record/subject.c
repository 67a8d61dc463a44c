#include "record/subject.h"

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

struct value subject_value(const struct subject *subject, const struct field *field)
{
	return subject->edit ? edit_value(subject->edit, field) : record_value(subject->record, field);
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

enum status subject_people_at(const struct subject *subject, const struct path *path, struct people *people,
			      struct error *error)
{
	struct value whom;
	enum status status =
	    path_value(subject->kernel, subject->connection, subject->arena, subject->record, path, &whom, error);

	*people = (struct people){0};
	return status || whom.kind != VALUE_RECORD
		   ? status
		   : people_of_record(subject->kernel, subject->connection, subject->arena, whom.number, &people->items,
				      &people->count, error);
}

enum status subject_people_meant(const struct subject *subject, const struct who *who, size_t count,
				 struct people *people, struct error *error)
{
	*people = (struct people){0};
	return people_meant(subject->kernel, subject->connection, subject->arena, who, count, subject->record,
			    &people->items, &people->count, error);
}

bool people_have(const struct people *people, int64_t person)
{
	for (size_t i = 0; i < people->count; i++)
		if (people->items[i] == person)
			return true;
	return false;
}

void people_join(struct arena *arena, struct people *people, const struct people *more)
{
	int64_t *all = arena_many(arena, int64_t, people->count + more->count + 1);
	size_t count = people->count;

	for (size_t i = 0; i < count; i++)
		all[i] = people->items[i];
	for (size_t i = 0; i < more->count; i++)
		if (!people_have(people, more->items[i]))
			all[count++] = more->items[i];
	*people = (struct people){all, count};
}
