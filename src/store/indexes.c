/* Which columns of a type's table are indexed. Every index makes every edit dearer, so few are:
 * - updated_at, by which lists are sorted, and state;
 * - the customer, for types that customers see their own rows of;
 * - the key and unique fields (unique, and only over rows that have a value);
 * - what the declared views compare with =, in or an order, or sort by first: references, choices, dates and numbers.
 * Not indexed: other references (the other end finds its rows through a view or a link), sorting by a choice (its rank
 * is no column) and by text. */
#include "store/schema.h"

struct collector {
	struct arena *arena;
	const struct type *type;
	VEC(struct schema_index) found;
};

static void add(struct collector *collector, struct str column, bool unique, const struct field *field)
{
	for (size_t i = 0; i < collector->found.count; i++) {
		struct schema_index *index = &collector->found.items[i];

		if (str_eq(index->column, column))
			return;
	}
	struct schema_index index = {
	    .name = str_format(collector->arena, SCHEMA_INDEX "%s%.*s_%.*s", unique ? "unique_" : "",
			       STR_ARG(collector->type->name), STR_ARG(column)),
	    .column = column,
	    .unique = unique,
	};
	if (field)
		index.place = field->place;
	vec_push(collector->arena, &collector->found, index);
}

static bool is_ordered(enum value_kind kind)
{
	return kind == VALUE_DATE || kind == VALUE_TIME || kind == VALUE_INTEGER || kind == VALUE_DECIMAL ||
	       kind == VALUE_DURATION;
}

static bool has_column(const struct query_field *field)
{
	static const struct str own[] = {S("state"), S("created_at"), S("updated_at"), S("created_by"),
					 S("updated_by")};

	if (field->owner)
		return layout_has_column(field->owner);
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		if (str_eq(field->name, own[i]))
			return true;
	}
	return false;
}

static void add_compared(struct collector *collector, const struct query_node *node)
{
	const struct query_node *left = node->count ? node->children[0] : NULL;
	bool ranged = node->op != QUERY_EQUAL && node->op != QUERY_IN;

	if (!left || left->op != QUERY_PATH || left->step_count != 1 || !has_column(left->steps[0]))
		return;
	enum value_kind kind = left->steps[0]->kind;
	if (is_ordered(kind) || (!ranged && (kind == VALUE_RECORD || kind == VALUE_CHOICE)))
		add(collector, left->steps[0]->name, false, NULL);
}

static void walk(struct collector *collector, const struct query_node *node)
{
	switch (node->op) {
	case QUERY_AND:
	case QUERY_OR:
		for (size_t i = 0; i < node->count; i++)
			walk(collector, node->children[i]);
		break;
	case QUERY_EQUAL:
	case QUERY_IN:
	case QUERY_LESS:
	case QUERY_LESS_EQUAL:
	case QUERY_GREATER:
	case QUERY_GREATER_EQUAL:
		add_compared(collector, node);
		break;
	default: /* a negation is rarely few rows */
		break;
	}
}

void schema_indexes(struct arena *arena, const struct type *type, struct schema_index **indexes, size_t *count)
{
	struct collector collector = {.arena = arena, .type = type};

	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];

		if ((field->unique || field == type->key) && layout_has_column(field))
			add(&collector, field->name, true, field);
	}
	add(&collector, S("updated_at"), false, NULL);
	if (type->state_count)
		add(&collector, S("state"), false, NULL);
	if (type->scoped && type->customer && layout_has_column(type->customer))
		add(&collector, type->customer->name, false, NULL);
	for (size_t i = 0; i < type->view_count; i++) {
		const struct view *view = type->views[i];

		if (view->filter)
			walk(&collector, view->filter->root);
		if (view->sort_count && view->sort[0].field && is_ordered(view->sort[0].field->kind) &&
		    has_column(view->sort[0].field))
			add(&collector, view->sort[0].field->name, false, NULL);
	}
	*indexes = collector.found.items;
	*count = collector.found.count;
}
