#include "record/names.h"

const struct field *field_once(const struct type *type, struct str name)
{
	const struct field *field = type_field(type, name);

	for (size_t i = 0; !field && i < type->field_count; i++)
		if (type->fields[i]->was.n && str_eq(type->fields[i]->was, name))
			field = type->fields[i];
	return field;
}

const struct state *state_once(const struct type *type, struct str name)
{
	const struct state *state = type_state(type, name);

	for (size_t i = 0; !state && i < type->state_count; i++)
		if (type->states[i]->was.n && str_eq(type->states[i]->was, name))
			state = type->states[i];
	return state;
}

static const struct type *type_once(const struct model *model, struct str name)
{
	const struct type *type = model_type(model, name);

	for (size_t i = 0; !type && i < model->type_count; i++)
		if (model->types[i]->was.n && str_eq(model->types[i]->was, name))
			type = model->types[i];
	return type;
}

/* A links field keeps its rows under "type.field". */
static bool stands_for(const struct link_kind *link, const struct field *field)
{
	return link->field && link->field == field;
}

const struct link_kind *link_once(const struct model *model, struct str kind)
{
	size_t dot;
	const struct type *type = str_find_char(kind, '.', &dot) ? type_once(model, str_sub(kind, 0, dot)) : NULL;
	struct str name = type ? str_sub(kind, dot + 1, kind.n) : S("");
	const struct field *field;

	for (size_t i = 0; type && i < type->link_count; i++) {
		struct str stored = type->links[i]->kind;

		if (str_ends(stored, name) && stored.n == type->name.n + 1 + name.n)
			return type->links[i];
	}
	field = type ? field_once(type, name) : NULL;
	for (size_t i = 0; field && i < type->link_count; i++)
		if (stands_for(type->links[i], field))
			return type->links[i];
	return NULL;
}
