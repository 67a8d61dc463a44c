/* A small fixed schema for tests of the expression language alone. */
#ifndef QUERY_TEST_SCHEMA_H
#define QUERY_TEST_SCHEMA_H

#include "query/query.h"

struct schema_types {
	struct query_type incident, service, person, change;
};

static inline bool schema_number(const struct query_type *type, struct str text, int64_t *identity)
{
	struct str prefix = str_is(type->name, "service")    ? S("SVC-")
			    : str_is(type->name, "incident") ? S("INC-")
							     : S("X-");
	return str_starts(text, prefix) && str_int64(str_sub(text, prefix.n, text.n), identity) && *identity > 0;
}

static inline struct query_field *schema_field(struct arena *arena, struct query_type *type, const char *name,
					       enum value_kind kind, const struct query_type *to)
{
	struct query_field *field = arena_one(arena, struct query_field);
	*field = (struct query_field){.name = str_of(name), .kind = kind, .to = to};
	map_put(&type->fields, field->name, field);
	return field;
}

static inline void schema_link(struct arena *arena, struct query_type *type, const char *name, const char *kind,
			       const struct query_type *to)
{
	struct query_link *link = arena_one(arena, struct query_link);
	*link = (struct query_link){.name = str_of(name), .kind = str_of(kind), .to = to};
	map_put(&type->links, link->name, link);
}

static inline struct query_type schema_type(struct arena *arena, const char *name)
{
	return (struct query_type){
	    .name = str_of(name),
	    .fields = map_new(arena),
	    .links = map_new(arena),
	    .clocks = map_new(arena),
	    .parse_number = schema_number,
	};
}

static inline void schema_incident(struct arena *arena, struct schema_types *types)
{
	static const struct query_code states[] = {
	    {S("new"), S("open")}, {S("waiting"), S("waiting")}, {S("closed"), S("done")}};
	static const struct query_code priorities[] = {{S("P1"), {0}}, {S("P2"), {0}}, {S("P3"), {0}}};
	struct query_type *incident = &types->incident;
	schema_field(arena, incident, "number", VALUE_TEXT, NULL)->is_number = true;
	struct query_field *state = schema_field(arena, incident, "state", VALUE_CHOICE, NULL);
	state->codes = states;
	state->code_count = sizeof(states) / sizeof(*states);
	state->is_state = true;
	struct query_field *priority = schema_field(arena, incident, "priority", VALUE_CHOICE, NULL);
	priority->codes = priorities;
	priority->code_count = sizeof(priorities) / sizeof(*priorities);
	schema_field(arena, incident, "created_at", VALUE_TIME, NULL);
	schema_field(arena, incident, "created_by", VALUE_RECORD, &types->person);
	schema_field(arena, incident, "title", VALUE_TEXT, NULL);
	schema_field(arena, incident, "count", VALUE_INTEGER, NULL);
	schema_field(arena, incident, "weight", VALUE_DECIMAL, NULL);
	schema_field(arena, incident, "cost", VALUE_MONEY, NULL);
	schema_field(arena, incident, "security", VALUE_BOOLEAN, NULL);
	schema_field(arena, incident, "major", VALUE_BOOLEAN, NULL);
	schema_field(arena, incident, "x", VALUE_BOOLEAN, NULL);
	schema_field(arena, incident, "due_on", VALUE_DATE, NULL);
	schema_field(arena, incident, "effort", VALUE_DURATION, NULL);
	schema_field(arena, incident, "service", VALUE_RECORD, &types->service);
	schema_field(arena, incident, "assignee", VALUE_RECORD, &types->person);
	schema_field(arena, incident, "group", VALUE_RECORD, &types->person);
	schema_field(arena, incident, "parent", VALUE_RECORD, incident);
	schema_field(arena, incident, "related", VALUE_LIST, incident);
	schema_link(arena, incident, "caused_by", "incident.caused_by", &types->change);
	schema_link(arena, incident, "part_of", "incident.part_of", incident);
	map_put(&incident->clocks, S("response"), incident);
	map_put(&incident->clocks, S("resolution"), incident);
}

static inline const struct query_type *query_schema(struct arena *arena)
{
	struct schema_types *types = arena_one(arena, struct schema_types);
	types->incident = schema_type(arena, "incident");
	types->service = schema_type(arena, "service");
	types->person = schema_type(arena, "person");
	types->change = schema_type(arena, "change");
	schema_incident(arena, types);
	schema_field(arena, &types->service, "name", VALUE_TEXT, NULL);
	schema_field(arena, &types->service, "owner", VALUE_RECORD, &types->person);
	schema_field(arena, &types->person, "name", VALUE_TEXT, NULL);
	schema_field(arena, &types->change, "title", VALUE_TEXT, NULL);
	return &types->incident;
}

#endif
