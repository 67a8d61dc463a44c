/* subject: what a rule looks at: a record as it stands, or as an edit will leave it; and the people that it leads to.
 */
#ifndef RECORD_SUBJECT_H
#define RECORD_SUBJECT_H

#include "record/behaviour.h"
#include "record/path.h"

struct subject {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct record *record;
	struct edit *edit; /* NULL: as it stands */
	instant now;
};

struct people { /* each once */
	int64_t *items;
	size_t count;
};

struct subject subject_of_edit(struct edit *edit);
struct value subject_value(const struct subject *subject, const struct field *field);
/* A condition; NULL holds always. */
MUST enum status subject_holds(const struct subject *subject, const struct query *query, bool *holds,
			       struct error *error);
/* Whether it is a person's own: who made it, or whom one of the paths leads to. */
MUST enum status subject_is_own(const struct subject *subject, const struct path *never, size_t count, int64_t person,
				bool *own, struct error *error);
/* Whom the record at the end of a path stands for, and whom words mean. */
MUST enum status subject_people_at(const struct subject *subject, const struct path *path, struct people *people,
				   struct error *error);
MUST enum status subject_people_meant(const struct subject *subject, const struct who *who, size_t count,
				      struct people *people, struct error *error);

bool people_have(const struct people *people, int64_t person);
void people_join(struct arena *arena, struct people *people, const struct people *more);

#endif
