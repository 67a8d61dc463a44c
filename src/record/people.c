#include "record/people.h"

#include <stdlib.h>

#include "record/actor.h"
#include "record/rotas.h"

struct gathering {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	VEC(int64_t) people;
};

static enum status add(struct gathering *gathering, int64_t person, struct error *error)
{
	struct error none;
	const struct actor *actor;
	enum status status;

	error_clear(&none);
	status = actor_of_person_on(gathering->kernel, gathering->connection, gathering->arena, person, &actor, &none);
	if (status == E_NOT_FOUND) /* not active */
		return OK;
	if (status) {
		*error = none;
		return status;
	}
	for (size_t i = 0; i < gathering->people.count; i++)
		if (gathering->people.items[i] == person)
			return OK;
	vec_push(gathering->arena, &gathering->people, person);
	return OK;
}

/* The persons whose links field `name` holds this record. */
static enum status add_linked(struct gathering *gathering, struct str name, int64_t target, struct error *error)
{
	const struct type *person = gathering->kernel->model->acting[ACTS_PERSON];
	const struct field *field = person ? type_field(person, name) : NULL;
	STATEMENT statement = NULL;
	VEC(int64_t) found = {0};
	bool row;
	enum status status;

	if (!field || field->kind != FIELD_LINKS)
		return OK;
	status = store_prepare(gathering->connection,
			       S("SELECT source FROM kaname_link WHERE target = ? AND kind = ? AND until IS NULL"),
			       &statement, error);
	if (status)
		return status;
	bind_int(statement, target);
	bind_text(statement, field->link);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(gathering->arena, &found, column_int(statement, 0));
	for (size_t i = 0; i < found.count && !status; i++)
		status = add(gathering, found.items[i], error);
	return status;
}

static enum status find_role(struct kernel *kernel, struct connection *connection, const struct role *role,
			     int64_t *identity, struct error *error)
{
	const struct type *type = kernel->model->acting[ACTS_ROLE];

	*identity = 0;
	return type ? record_find(kernel, connection, type, role->name, identity, error) : OK;
}

static enum status add_role(struct gathering *gathering, const struct role *role, struct error *error)
{
	int64_t identity;
	enum status status = find_role(gathering->kernel, gathering->connection, role, &identity, error);

	return status || !identity ? status : add_linked(gathering, S("roles"), identity, error);
}

/* Whom a record stands for. */
static enum status add_record(struct gathering *gathering, int64_t record, struct error *error)
{
	const struct type *type = kernel_type_of(gathering->kernel, record);

	if (type && type->acts_as == ACTS_PERSON)
		return add(gathering, record, error);
	if (type && type->acts_as == ACTS_GROUP)
		return add_linked(gathering, S("groups"), record, error);
	return type && type->acts_as == ACTS_ROLE ? add_linked(gathering, S("roles"), record, error) : OK;
}

/* Everybody whom the other ends of a links field stand for. */
static enum status add_ends(struct gathering *gathering, const struct field *field, const struct record *record,
			    struct error *error)
{
	struct record one = *record;
	struct value value;
	enum status status;

	one.values = arena_many(gathering->arena, struct value, record->type->field_count);
	if ((status = record_load_links(gathering->connection, gathering->arena, &one, field, error)))
		return status;
	value = record_value(&one, field);
	for (size_t i = 0; value.kind == VALUE_LIST && i < value.list.count && !status; i++)
		status = add_record(gathering, value.list.items[i].number, error);
	return status;
}

static enum status add_meant(struct gathering *gathering, const struct who *who, const struct record *record,
			     struct error *error)
{
	struct value value = who->field && record ? record_value(record, who->field) : (struct value){0};

	switch (who->kind) {
	case WHO_ROLE:
		return add_role(gathering, who->role, error);
	case WHO_FIELD:
		if (who->field->kind == FIELD_LINKS)
			return record ? add_ends(gathering, who->field, record, error) : OK;
		return value.kind == VALUE_RECORD ? add(gathering, value.number, error) : OK;
	case WHO_GROUP_FIELD:
		return value.kind == VALUE_RECORD ? add_linked(gathering, S("groups"), value.number, error) : OK;
	case WHO_ROLE_FIELD:
		return value.kind == VALUE_RECORD ? add_linked(gathering, S("roles"), value.number, error) : OK;
	case WHO_EVERYONE:
	case WHO_STAFF:
	case WHO_CUSTOMER:
	case WHO_NOBODY:
		break;
	}
	return OK;
}

static int by_identity(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void hand_over(struct gathering *gathering, int64_t **people, size_t *count)
{
	if (gathering->people.count)
		qsort(gathering->people.items, gathering->people.count, sizeof(int64_t), by_identity);
	*people = gathering->people.items;
	*count = gathering->people.count;
}

enum status people_meant(struct kernel *kernel, struct connection *connection, struct arena *arena,
			 const struct who *who, size_t count, const struct record *record, int64_t **people,
			 size_t *people_count, struct error *error)
{
	struct gathering gathering = {.kernel = kernel, .connection = connection, .arena = arena};
	enum status status = OK;

	for (size_t i = 0; i < count && !status; i++)
		status = add_meant(&gathering, &who[i], record, error);
	hand_over(&gathering, people, people_count);
	return status;
}

static enum status add_addressed(struct gathering *gathering, const struct addressee *addressee,
				 const struct record *record, struct error *error)
{
	struct record *reached = NULL;
	struct value value;
	enum status status;

	if (!addressee->via)
		return add_meant(gathering, &addressee->who, record, error);
	value = record_value(record, addressee->via);
	if (value.kind != VALUE_RECORD)
		return OK;
	status = record_load(gathering->kernel, gathering->connection, gathering->arena, value.number, false, &reached,
			     error);
	return status || !reached ? status : add_meant(gathering, &addressee->who, reached, error);
}

enum status people_addressed(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct addressee *addressees, size_t count, const struct record *record,
			     int64_t **people, size_t *people_count, struct error *error)
{
	struct gathering gathering = {.kernel = kernel, .connection = connection, .arena = arena};
	enum status status = OK;

	for (size_t i = 0; i < count && !status; i++)
		status = add_addressed(&gathering, &addressees[i], record, error);
	hand_over(&gathering, people, people_count);
	return status;
}

enum status people_of_role(struct kernel *kernel, struct connection *connection, struct arena *arena,
			   const struct role *role, int64_t **people, size_t *count, struct error *error)
{
	struct gathering gathering = {.kernel = kernel, .connection = connection, .arena = arena};
	enum status status = add_role(&gathering, role, error);

	hand_over(&gathering, people, count);
	return status;
}

enum status people_of_group(struct kernel *kernel, struct connection *connection, struct arena *arena, int64_t group,
			    int64_t **people, size_t *count, struct error *error)
{
	struct gathering gathering = {.kernel = kernel, .connection = connection, .arena = arena};
	enum status status = add_linked(&gathering, S("groups"), group, error);

	hand_over(&gathering, people, count);
	return status;
}

enum status people_of_record(struct kernel *kernel, struct connection *connection, struct arena *arena, int64_t record,
			     int64_t **people, size_t *count, struct error *error)
{
	struct gathering gathering = {.kernel = kernel, .connection = connection, .arena = arena};
	enum status status = add_record(&gathering, record, error);

	hand_over(&gathering, people, count);
	return status;
}

enum status people_on_call_for(struct kernel *kernel, struct connection *connection, struct arena *arena,
			       const struct who *who, const struct record *record, instant now, int64_t *person,
			       struct error *error)
{
	struct value group =
	    who->kind == WHO_GROUP_FIELD && record ? record_value(record, who->field) : (struct value){0};
	int64_t identity = group.kind == VALUE_RECORD ? group.number : 0;
	enum status status = who->kind == WHO_ROLE ? find_role(kernel, connection, who->role, &identity, error) : OK;

	*person = 0;
	return status || !identity ? status : rota_person_now(kernel, connection, arena, identity, now, person, error);
}
