#include "model/load.h"

const struct type *model_type(const struct model *model, struct str name)
{
	return map_get(&model->types_by_name, name);
}

#define FIND(list, count, wanted)                                                                                      \
	do {                                                                                                           \
		for (size_t i = 0; i < (count); i++)                                                                   \
			if (str_eq((list)[i]->name, (wanted)))                                                         \
				return (list)[i];                                                                      \
		return NULL;                                                                                           \
	} while (0)

struct str type_list_url(struct arena *arena, const struct type *type, struct str expression)
{
	return str_format(arena, "/%.*s?filter=%.*s", STR_ARG(type->collection), STR_ARG(url_part(arena, expression)));
}

const struct field *type_field(const struct type *type, struct str name)
{
	FIND(type->fields, type->field_count, name);
}

const struct field *rows_column(const struct field *rows, struct str name)
{
	FIND(rows->columns, rows->column_count, name);
}

const struct state *type_state(const struct type *type, struct str name)
{
	FIND(type->states, type->state_count, name);
}

struct label type_clock_label(const struct type *type, struct str name)
{
	const struct label *label = map_get(&type->query->clocks, name);

	return label ? *label : (struct label){{name, name}};
}

struct str type_lead_clock(const struct type *type)
{
	const struct map *clocks = &type->query->clocks;

	for (size_t i = 0; i < type->view_count; i++)
		for (size_t j = 0; j < type->views[i]->sort_count; j++)
			if (type->views[i]->sort[j].clock.n)
				return type->views[i]->sort[j].clock;
	return clocks->count ? clocks->entries[clocks->count - 1].key : S("");
}

const struct transition *type_transition(const struct type *type, struct str name)
{
	FIND(type->transitions, type->transition_count, name);
}

const struct link_kind *type_link(const struct type *type, struct str name)
{
	FIND(type->links, type->link_count, name);
}

const struct link_kind *type_link_end(const struct type *type, struct str name, bool *backwards)
{
	const struct query_link *link = map_get(&type->query->links, name);

	*backwards = link && link->backwards;
	if (!*backwards)
		return type_link(type, name);
	for (size_t i = 0; i < type->back_link_count; i++)
		if (str_eq(type->back_links[i]->kind, link->kind))
			return type->back_links[i];
	return NULL;
}

const struct view *type_view(const struct type *type, struct str name)
{
	FIND(type->views, type->view_count, name);
}

const struct choice *choice_find(const struct choice_set *set, struct str code)
{
	for (size_t i = 0; i < set->count; i++)
		if (str_eq(set->choices[i].code, code))
			return &set->choices[i];
	return NULL;
}

static size_t position(const struct str *codes, size_t count, struct str code)
{
	size_t at = 0;

	while (at < count && !str_eq(codes[at], code))
		at++;
	return at;
}

struct str matrix_cell(const struct matrix *matrix, struct str row, struct str column)
{
	size_t r = position(matrix->rows, matrix->row_count, row);
	size_t c = position(matrix->columns, matrix->column_count, column);

	return r < matrix->row_count && c < matrix->column_count ? matrix->cells[r * matrix->column_count + c]
								 : (struct str){0};
}
