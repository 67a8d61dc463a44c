#include "record/access.h"

#include <stdio.h>

#include "record/environment.h"

/* --- who --- */

static bool who_matches(const struct who *who, const struct actor *actor, const struct record *record)
{
	struct value value;

	switch (who->kind) {
	case WHO_ROLE:
		return actor_has_role(actor, who->role);
	case WHO_ROLE_FIELD:
		value = record ? record_value(record, who->field) : (struct value){0};
		return value.kind == VALUE_RECORD && actor_holds(actor, value.number);
	case WHO_EVERYONE:
		return !actor->partner;
	case WHO_STAFF:
		return actor_is_staff(actor);
	case WHO_CUSTOMER:
		return actor_is_customer(actor);
	case WHO_FIELD:
		value = record ? record_value(record, who->field) : (struct value){0};
		return value.kind == VALUE_RECORD && actor->person && value.number == actor->person;
	case WHO_GROUP_FIELD:
		value = record ? record_value(record, who->field) : (struct value){0};
		return value.kind == VALUE_RECORD && actor_in_group(actor, value.number);
	case WHO_NOBODY:
		return false;
	}
	return false;
}

bool access_who(const struct who *list, size_t count, const struct actor *actor, const struct record *record)
{
	if (actor->is_system)
		return true;
	for (size_t i = 0; i < count; i++)
		if (who_matches(&list[i], actor, record))
			return true;
	return false;
}

/* --- reading --- */

/* Whether some record of the type could be read: fields of records may name the actor, so they count as a chance. */
bool access_reads_type(const struct kernel *kernel, const struct actor *actor, const struct type *type)
{
	if (actor->is_system || actor->administers)
		return true;
	if (actor->partner)
		return type->partners_see;
	if (!actor_is_staff(actor))
		return type->scoped || type->open_to_customers;
	for (size_t i = 0; i < type->access_count[ACCESS_READ]; i++) {
		const struct who *who = &type->access[ACCESS_READ][i];

		if (who->field || who_matches(who, actor, NULL))
			return true;
	}
	return false;
}

/* A type that no longer declares a restriction has none, whatever its rows say. */
static bool reads_restricted(const struct kernel *kernel, const struct actor *actor, const struct record *record)
{
	const struct restriction *restriction = &kernel->restrictions[record->type->index];

	return !restriction->count || access_who(restriction->to, restriction->count, actor, record);
}

static bool sees(const struct actor *actor, const struct query *sight, const struct record *record)
{
	struct query_environment around = environment_of_row(actor);
	bool matches = false;

	return !query_matches(sight, record, &around, &matches) && matches;
}

/* What a customer's person sees of a type: their own customer's rows or all, and of those what the type lets them. */
static bool customer_reads(const struct actor *actor, const struct record *record)
{
	const struct type *type = record->type;

	if (type->scoped && (record_value(record, type->customer).kind != VALUE_RECORD ||
			     record_value(record, type->customer).number != actor->customer))
		return false;
	if (!type->scoped && !type->open_to_customers)
		return false;
	return !type->customers_see || sees(actor, type->customers_see, record);
}

bool access_reads_record(const struct kernel *kernel, const struct actor *actor, const struct record *record)
{
	const struct type *type = record->type;

	if (actor->is_system)
		return true;
	if (record->restricted && !reads_restricted(kernel, actor, record))
		return false;
	if (actor->partner)
		return type->partners_see && sees(actor, type->partners_see, record);
	if (!actor_is_staff(actor))
		return customer_reads(actor, record);
	return actor->administers ||
	       access_who(type->access[ACCESS_READ], type->access_count[ACCESS_READ], actor, record);
}

bool access_reads_field(const struct actor *actor, const struct field *field)
{
	return actor->is_system || actor_is_staff(actor) || field->is_public;
}

/* --- changing --- */

/* What is for nobody is left to the program, whatever somebody administers. */
static bool is_for_nobody(const struct who *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].kind != WHO_NOBODY)
			return false;
	return count > 0;
}

bool access_for_nobody(const struct type *type, enum access_verb verb)
{
	return is_for_nobody(type->access[verb], type->access_count[verb]);
}

bool access_may(const struct kernel *kernel, const struct actor *actor, const struct type *type, enum access_verb verb,
		const struct record *record)
{
	if (actor->is_system)
		return true;
	if (record && !access_reads_record(kernel, actor, record))
		return false;
	if (verb == ACCESS_READ)
		return record ? true : access_reads_type(kernel, actor, type);
	if (actor->read_only || is_for_nobody(type->access[verb], type->access_count[verb]))
		return false;
	if (actor->administers)
		return true;
	return access_who(type->access[verb], type->access_count[verb], actor, record);
}

bool access_may_take(const struct kernel *kernel, const struct actor *actor, const struct record *record,
		     const struct transition *transition)
{
	if (actor->is_system)
		return true;
	if (actor->read_only || is_for_nobody(transition->by, transition->by_count) ||
	    !access_reads_record(kernel, actor, record))
		return false;
	return (actor->administers && !transition->personal) ||
	       access_who(transition->by, transition->by_count, actor, record);
}

bool access_may_set(const struct kernel *kernel, const struct actor *actor, const struct field *field)
{
	if (actor->is_system)
		return true;
	if (field->set_by_count && !actor->administers && !access_who(field->set_by, field->set_by_count, actor, NULL))
		return false;
	return !actor->read_only && !field->internal && field->kind != FIELD_COMPUTED &&
	       access_reads_field(actor, field);
}

bool access_owns(const struct actor *actor, const struct record *record, const struct field *field)
{
	return field->is_own && record && actor->person && record->identity == actor->person && !actor->read_only;
}

/* --- reading, as SQL --- */

struct scope_builder {
	struct arena *arena;
	struct buf sql;
	const char *alias;
	VEC(struct filter_bind) binds;
};

static void add_bind(struct scope_builder *builder, int64_t number)
{
	vec_push(builder->arena, &builder->binds, (struct filter_bind){.kind = FILTER_INTEGER, .number = number});
}

static void add_among(struct scope_builder *builder, const struct field *field, const int64_t *identities, size_t count)
{
	if (!count)
		return;
	buf_format(&builder->sql, " OR %s.\"%.*s\" IN (", builder->alias, STR_ARG(field->name));
	for (size_t i = 0; i < count; i++) {
		buf_add_c(&builder->sql, i ? ",?" : "?");
		add_bind(builder, identities[i]);
	}
	buf_add_char(&builder->sql, ')');
}

static void add_who(struct scope_builder *builder, const struct who *who, const struct actor *actor)
{
	struct buf *sql = &builder->sql;

	if (who->kind == WHO_FIELD && actor->person) {
		buf_format(sql, " OR %s.\"%.*s\" = ?", builder->alias, STR_ARG(who->field->name));
		add_bind(builder, actor->person);
	} else if (who->kind == WHO_GROUP_FIELD) {
		add_among(builder, who->field, actor->groups, actor->group_count);
	} else if (who->kind == WHO_ROLE_FIELD) {
		add_among(builder, who->field, actor->held, actor->held_count);
	}
}

/* "(otherwise OR r.x = ? ...)" for those of the list that look at the record. */
static void add_list(struct scope_builder *builder, const struct who *list, size_t count, const struct actor *actor,
		     const char *otherwise)
{
	buf_format(&builder->sql, "(%s", otherwise);
	for (size_t i = 0; i < count; i++)
		add_who(builder, &list[i], actor);
	buf_add_char(&builder->sql, ')');
}

static bool sees_all_restricted(const struct kernel *kernel, const struct actor *actor, const struct type *type)
{
	const struct restriction *restriction = &kernel->restrictions[type->index];

	return actor->is_system || !restriction->count || access_who(restriction->to, restriction->count, actor, NULL);
}

static void add_and(struct scope_builder *builder)
{
	if (builder->sql.n)
		buf_add(&builder->sql, S(" AND "));
}

static void add_sight(struct scope_builder *builder, const struct actor *actor, const struct query *sight)
{
	struct filter_actor around = {.zone = organisation_zone(),
				      .me = actor->person,
				      .my_customer = actor->customer,
				      .my_groups = actor->groups,
				      .my_group_count = actor->group_count};
	struct filter_sql rule;
	struct error error = {0};

	if (filter_compile_over(builder->arena, builder->alias, sight, &around, &rule, &error)) {
		buf_add(&builder->sql, S("0=1"));
		return;
	}
	buf_format(&builder->sql, "(%.*s)", STR_ARG(rule.sql));
	for (size_t i = 0; i < rule.bind_count; i++)
		vec_push(builder->arena, &builder->binds, rule.binds[i]);
}

/* customer_reads() as SQL. */
static void add_customer(struct scope_builder *builder, const struct actor *actor, const struct type *type)
{
	if (type->scoped) {
		buf_format(&builder->sql, "%s.\"%.*s\" = ?", builder->alias, STR_ARG(type->customer->name));
		add_bind(builder, actor->customer);
	}
	if (!type->customers_see)
		return;
	add_and(builder);
	add_sight(builder, actor, type->customers_see);
}

/* All that is left out is whether the row is restricted. */
static void add_type(struct scope_builder *builder, const struct kernel *kernel, const struct actor *actor,
		     const struct type *type)
{
	if (!access_reads_type(kernel, actor, type)) {
		buf_add(&builder->sql, S("0=1"));
	} else if (actor->partner) {
		add_sight(builder, actor, type->partners_see);
	} else if (!actor_is_staff(actor)) {
		add_customer(builder, actor, type);
	} else if (!actor->administers &&
		   !access_who(type->access[ACCESS_READ], type->access_count[ACCESS_READ], actor, NULL)) {
		add_list(builder, type->access[ACCESS_READ], type->access_count[ACCESS_READ], actor, "0=1");
	}
}

static struct filter_sql built(struct scope_builder *builder)
{
	return (struct filter_sql){buf_str(&builder->sql), builder->binds.items, builder->binds.count};
}

void access_scope(struct arena *arena, const struct kernel *kernel, const struct actor *actor, const struct type *type,
		  const char *alias, struct filter_sql *scope)
{
	struct scope_builder builder = {.arena = arena, .sql = buf_new(arena), .alias = alias};
	const struct restriction *restriction = &kernel->restrictions[type->index];
	char visible[96];

	*scope = (struct filter_sql){0};
	if (actor->is_system)
		return;
	add_type(&builder, kernel, actor, type);
	if (!sees_all_restricted(kernel, actor, type)) {
		add_and(&builder);
		snprintf(visible, sizeof(visible), "%s.\"restricted\" = 0", alias);
		add_list(&builder, restriction->to, restriction->count, actor, visible);
	}
	*scope = built(&builder);
}

/* Whether this one of the restriction's list looks at the record and may fit the actor. */
static bool who_looks(const struct who *who, const struct actor *actor)
{
	return (who->kind == WHO_FIELD && actor->person) || (who->kind == WHO_GROUP_FIELD && actor->group_count) ||
	       (who->kind == WHO_ROLE_FIELD && actor->held_count);
}

/* "r.x = ?": add_who() begins with " OR ". */
static void add_alone(struct scope_builder *builder, const struct who *who, const struct actor *actor)
{
	struct buf whole = builder->sql;

	builder->sql = buf_new(builder->arena);
	add_who(builder, who, actor);
	buf_add(&whole, str_sub(buf_str(&builder->sql), sizeof(" OR ") - 1, builder->sql.n));
	builder->sql = whole;
}

bool access_scope_part(struct arena *arena, const struct kernel *kernel, const struct actor *actor,
		       const struct type *type, const char *alias, size_t part, struct filter_sql *scope)
{
	struct scope_builder builder = {.arena = arena, .sql = buf_new(arena), .alias = alias};
	const struct restriction *restriction = &kernel->restrictions[type->index];
	bool all = sees_all_restricted(kernel, actor, type);
	size_t seen = 0;

	*scope = (struct filter_sql){0};
	if (!actor->is_system)
		add_type(&builder, kernel, actor, type);
	if (!all) {
		add_and(&builder);
		buf_format(&builder.sql, "%s.\"restricted\" = %d", alias, part > 0);
	}
	for (size_t i = 0; !all && i < restriction->count && seen < part; i++) {
		if (!who_looks(&restriction->to[i], actor))
			continue;
		seen++;
		buf_add_c(&builder.sql, seen < part ? " AND (" : " AND ");
		add_alone(&builder, &restriction->to[i], actor);
		if (seen < part)
			buf_add(&builder.sql, S(") IS NOT TRUE"));
	}
	*scope = built(&builder);
	return seen == part;
}

/* --- expressions --- */

static bool may_name(const struct actor *actor, const struct query_field *field)
{
	const struct field *owner = field->owner;

	if (owner)
		return access_reads_field(actor, owner);
	/* Of what every record has, customers see number, state and times, not who of the staff did it. */
	return actor->is_system || actor_is_staff(actor) || field->kind != VALUE_RECORD;
}

static enum status check_node(const struct kernel *kernel, const struct actor *actor, const struct query_node *node,
			      struct error *error)
{
	bool allowed = !node->field || may_name(actor, node->field);

	for (size_t i = 0; i < node->step_count; i++) {
		const struct query_field *step = node->steps[i];

		allowed = allowed && may_name(actor, step);
		if (i + 1 < node->step_count && step->to && step->to->owner)
			allowed = allowed && access_reads_type(kernel, actor, step->to->owner);
	}
	if (node->link)
		allowed = allowed && actor_is_staff(actor) && access_reads_type(kernel, actor, node->link->to->owner);
	if ((node->op == QUERY_CLOCK || node->op == QUERY_DUE || node->op == QUERY_USED || node->op == QUERY_CHANGED) &&
	    !actor_is_staff(actor))
		allowed = actor->is_system;
	if (!allowed) {
		char column[16];

		snprintf(column, sizeof(column), "%u", node->column);
		return error_fail(error, E_SYNTAX, "filter", "unknown",
				  N_("Column %s: there is nothing of that name here"), column);
	}
	for (size_t i = 0; i < node->count; i++) {
		enum status status = check_node(kernel, actor, node->children[i], error);

		if (status)
			return status;
	}
	return OK;
}

enum status access_check_sort(const struct actor *actor, const struct sort *sort, size_t count, struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		const struct query_field *field = sort[i].field;
		char name[64];

		if (sort[i].clock.n ? actor->is_system || actor_is_staff(actor)
				    : may_name(actor, field) || field->is_number)
			continue;
		snprintf(name, sizeof(name), "%.*s", STR_ARG(sort[i].clock.n ? sort[i].clock : field->name));
		return error_fail(error, E_SYNTAX, "sort", "unknown", N_("Nothing here can be sorted by '%s'"), name);
	}
	return OK;
}

enum status access_check_query(const struct kernel *kernel, const struct actor *actor, const struct query *query,
			       struct error *error)
{
	if (!query || actor->is_system)
		return OK;
	return check_node(kernel, actor, query->root, error);
}
