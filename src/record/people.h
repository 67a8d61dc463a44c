/* people: who is meant by the words of a rule, as persons (a role's holders, a group's members, a person field).
 *
 * access.h asks whether one actor is meant; this lists all who are. Only active people; each once, in order of
 * identity.
 */
#ifndef RECORD_PEOPLE_H
#define RECORD_PEOPLE_H

#include "record/record.h"

/* Whom a rule tells: who is meant on the record, or on the record that one of its references leads to
 * ("group.manager"). Written in the model as a list of names. */
struct addressee {
	const struct field *via; /* NULL: the record itself */
	struct who who;
};
MUST enum status people_addressed(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  const struct addressee *addressees, size_t count, const struct record *record,
				  int64_t **people, size_t *people_count, struct error *error);

/* Of a list of who, for a record (NULL: what needs one means nobody). The words everyone, staff and customer mean
 * nobody here: nobody can be told by name through them. */
MUST enum status people_meant(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      const struct who *who, size_t count, const struct record *record, int64_t **people,
			      size_t *people_count, struct error *error);
MUST enum status people_of_role(struct kernel *kernel, struct connection *connection, struct arena *arena,
				const struct role *role, int64_t **people, size_t *count, struct error *error);
MUST enum status people_of_group(struct kernel *kernel, struct connection *connection, struct arena *arena,
				 int64_t group, int64_t **people, size_t *count, struct error *error);
/* Whose turn it is by a rota of the role or group that is meant (record/rotas.h). 0: nobody's, or there is no rota. */
MUST enum status people_on_call_for(struct kernel *kernel, struct connection *connection, struct arena *arena,
				    const struct who *who, const struct record *record, instant now, int64_t *person,
				    struct error *error);
/* Whom a record stands for: a person, a group's members, a role's holders. Of any other type: nobody. */
MUST enum status people_of_record(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  int64_t record, int64_t **people, size_t *count, struct error *error);

#endif
