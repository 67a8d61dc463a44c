#include "query/query.h"

static bool is_of_row(const struct query_node *node, bool lists)
{
	switch (node->op) {
	case QUERY_CHANGED:
	case QUERY_LINK:
	case QUERY_CLOCK:
	case QUERY_DUE:
	case QUERY_USED:
	case QUERY_NOW:
		return false;
	case QUERY_PATH:
		return node->step_count == 1 && (lists || node->steps[0]->kind != VALUE_LIST) &&
		       !node->steps[0]->is_number;
	case QUERY_LITERAL:
		return !(node->kind == VALUE_TEXT && node->to); /* a number or key, which others must look up */
	default:
		break;
	}
	for (size_t i = 0; i < node->count; i++)
		if (!is_of_row(node->children[i], lists))
			return false;
	return true;
}

bool query_is_of_row(const struct query *query)
{
	return is_of_row(query->root, false);
}

bool query_is_of_record(const struct query *query)
{
	return is_of_row(query->root, true);
}

static bool names(const struct query_node *node, const struct query_field *field)
{
	for (size_t i = 0; i < node->step_count; i++)
		if (node->steps[i] == field)
			return true;
	for (size_t i = 0; i < node->count; i++)
		if (names(node->children[i], field))
			return true;
	return false;
}

bool query_names(const struct query *query, const struct query_field *field)
{
	return names(query->root, field);
}
