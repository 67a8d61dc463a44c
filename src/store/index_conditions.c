/* Conditions of indexes, which statements must repeat literally to be given the index. */
#include "store/index_conditions.h"

#include "store/layout.h"

const struct query_field *index_own_column(const struct query_node *node)
{
	if (!node || node->op != QUERY_PATH || node->step_count != 1 || node->steps[0]->is_number)
		return NULL;
	return node->steps[0]->owner && !layout_has_column(node->steps[0]->owner) ? NULL : node->steps[0];
}

static bool is_true(const struct query_node *node)
{
	const struct query_field *field = node->op == QUERY_EQUAL ? index_own_column(node->children[0]) : NULL;

	return field && field->kind == VALUE_BOOLEAN && node->children[1]->op == QUERY_LITERAL &&
	       node->children[1]->literal.boolean;
}

const struct query_field *index_fixed_column(const struct query_node *node)
{
	const struct query_field *field = node->op == QUERY_IN ? index_own_column(node->children[0]) : NULL;

	if (field && field->is_state)
		return field;
	if (node->op == QUERY_NOT)
		node = node->children[0];
	return is_true(node) ? index_own_column(node->children[0]) : NULL;
}

struct str index_fixed_condition(struct arena *arena, const struct query_node *node)
{
	const struct query_field *field = index_fixed_column(node);

	if (field && field->is_state) {
		const struct query_node *list = node->children[1];
		struct str *states = arena_many(arena, struct str, list->count + 1);

		for (size_t i = 0; i < list->count; i++)
			states[i] = list->children[i]->literal.text;
		return layout_states(arena, "\"state\"", states, list->count);
	}
	if (!field)
		return (struct str){0};
	return str_format(arena, node->op == QUERY_NOT ? "(\"%.*s\" = 1) IS NOT TRUE" : "\"%.*s\" = 1",
			  STR_ARG(field->name));
}

struct str layout_fixed(struct arena *arena, const struct query_node *node)
{
	struct buf sql = buf_new(arena);
	size_t count = node->op == QUERY_AND ? node->count : 1;

	for (size_t i = 0; i < count; i++) {
		struct str one = index_fixed_condition(arena, node->op == QUERY_AND ? node->children[i] : node);

		if (one.n)
			buf_format(&sql, "%s%.*s", sql.n ? " AND " : "", STR_ARG(one));
	}
	return buf_str(&sql);
}

/* Some ways to be done, but not all: what is open has its own indexes, and of what is done there is the most. */
static bool is_rare_state(const struct type *type, const struct query_node *list)
{
	size_t done = 0, all = 0;

	for (size_t i = 0; i < type->state_count; i++)
		all += type->states[i]->phase == PHASE_DONE;
	for (size_t i = 0; i < list->count; i++) {
		const struct state *state = type_state(type, list->children[i]->literal.text);

		done += state && state->phase == PHASE_DONE;
	}
	return done && done < all;
}

struct str index_rare_condition(struct arena *arena, const struct type *type, const struct query_node *node)
{
	const struct query_node *inner = node->op == QUERY_NOT ? node->children[0] : NULL;
	const struct query_field *field = index_fixed_column(node);

	if (inner && inner->op == QUERY_EMPTY) {
		field = index_own_column(inner->children[0]);
		return field && field->owner && field->kind != VALUE_LIST
			   ? str_format(arena, "\"%.*s\" IS NOT NULL", STR_ARG(field->name))
			   : (struct str){0};
	}
	if (inner || !field || (field->is_state && !is_rare_state(type, node->children[1])))
		return (struct str){0};
	return index_fixed_condition(arena, node);
}
