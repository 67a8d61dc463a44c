/* Comparisons get their types here: what is left has nothing to guess. */
#include "query/parser.h"

#include "base/fold.h"

enum status term_is_no_path(struct parser *parser, const struct term *term)
{
	struct str meant;
	if (term->kind == TERM_CLOCK)
		return parser_fail(
		    parser, term->column,
		    N_("Column %s: a clock is followed by 'is' and a state, or by .due_at, .used or .used_percent"));
	if (term->kind != TERM_WORD)
		return parser_fail(parser, term->column, N_("Column %s: a field is expected on one side"));
	if (suggest_name(&parser->type->fields, term->text, &meant))
		return expression_fail(parser->error, term->column,
				       N_("Column %s: there is no field '%s' here; did you mean '%s'?"), &term->text,
				       &meant);
	return parser_fail_with(parser, term->column, N_("Column %s: there is no field '%s' here"), term->text);
}

static const struct query_field *last_step(const struct query_node *path)
{
	return path->steps[path->step_count - 1];
}

static struct str shown_name(const struct query_node *node)
{
	return node->op == QUERY_PATH ? last_step(node)->name : clock_part(node);
}

static enum status pair_make(struct parser *parser, enum query_op op, uint32_t column, struct query_node *left,
			     struct query_node *right, struct query_node **node)
{
	enum status status = node_new(parser, op, column, 2, node);
	if (status)
		return status;
	(*node)->children[0] = left;
	(*node)->children[1] = right;
	return OK;
}

/* A set of codes, as `path in (...)`. */
static enum status codes_make(struct parser *parser, uint32_t column, struct query_node *path, const bool *chosen,
			      struct query_node **node)
{
	const struct query_field *field = last_step(path);
	size_t count = 0;
	for (size_t i = 0; i < field->code_count; i++)
		count += chosen[i];
	struct query_node *list;
	enum status status = node_new(parser, QUERY_LIST, column, count, &list);
	if (status)
		return status;
	list->kind = VALUE_CHOICE;
	count = 0;
	for (size_t i = 0; i < field->code_count; i++) {
		if (!chosen[i])
			continue;
		struct query_node **item = &list->children[count++];
		status = node_new(parser, QUERY_LITERAL, column, 0, item);
		if (status)
			return status;
		(*item)->kind = VALUE_CHOICE;
		(*item)->literal = value_choice(field->codes[i].name);
	}
	return pair_make(parser, QUERY_IN, column, path, list, node);
}

static bool code_find(const struct query_field *field, struct str text, size_t *rank)
{
	for (*rank = 0; *rank < field->code_count; (*rank)++) {
		if (str_eq(field->codes[*rank].name, text))
			return true;
	}
	return false;
}

static enum status code_mark(struct parser *parser, const struct query_field *field, const struct term *term,
			     enum comparison comparison, bool *chosen)
{
	size_t rank;
	struct str meant;
	if (!code_find(field, term->text, &rank)) {
		if (suggest_code(field->codes, field->code_count, term->text, &meant))
			return expression_fail(parser->error, term->column,
					       N_("Column %s: there is no value '%s' here; did you mean '%s'?"),
					       &term->text, &meant);
		return expression_fail(parser->error, term->column, N_("Column %s: '%s' is no value of '%s'"),
				       &term->text, &field->name);
	}
	for (size_t i = 0; i < field->code_count; i++) {
		chosen[i] |= comparison == IS_LESS            ? i < rank
			     : comparison == IS_LESS_EQUAL    ? i <= rank
			     : comparison == IS_GREATER       ? i > rank
			     : comparison == IS_GREATER_EQUAL ? i >= rank
							      : i == rank;
	}
	return OK;
}

static enum status phase_mark(struct parser *parser, const struct query_field *field, const struct term *term,
			      bool *chosen)
{
	bool known = str_is(term->text, "open") || str_is(term->text, "waiting") || str_is(term->text, "done");
	for (size_t i = 0; i < field->code_count; i++) {
		chosen[i] |= str_eq(field->codes[i].phase, term->text);
		known = known || str_eq(field->codes[i].phase, term->text);
	}
	if (!known)
		return parser_fail(parser, term->column, N_("Column %s: a phase is open, waiting or done"));
	return OK;
}

/* The record's own state is never empty, so that "not these" is "those others", which an index can find. */
enum status check_complement(struct parser *parser, const struct query_node *condition, struct query_node **node)
{
	const struct query_node *path = condition->op == QUERY_IN ? condition->children[0] : NULL;
	if (!path || path->op != QUERY_PATH || path->step_count != 1 || !path->steps[0]->is_state)
		return OK;
	const struct query_field *field = path->steps[0];
	const struct query_node *list = condition->children[1];
	bool *chosen = arena_many(parser->arena, bool, field->code_count + 1);
	for (size_t i = 0; i < field->code_count; i++) {
		chosen[i] = true;
		for (size_t j = 0; j < list->count; j++)
			chosen[i] = chosen[i] && !str_eq(field->codes[i].name, list->children[j]->literal.text);
	}
	return codes_make(parser, condition->column, condition->children[0], chosen, node);
}

static enum status choice_check(struct parser *parser, enum comparison comparison, uint32_t column,
				const struct term *left, const struct term *items, size_t count,
				struct query_node **node)
{
	const struct query_field *field = last_step(left->node);
	bool *chosen = arena_many(parser->arena, bool, field->code_count + 1);
	if (left->phase && comparison > IS_NOT_EQUAL)
		return parser_fail_with(parser, column, N_("Column %s: '%s' has no order; use = or !="), S("phase"));
	for (size_t i = 0; i < count; i++) {
		enum status status = left->phase ? phase_mark(parser, field, &items[i], chosen)
						 : code_mark(parser, field, &items[i], comparison, chosen);
		if (status)
			return status;
	}
	enum status status = codes_make(parser, column, left->node, chosen, node);
	return status || comparison != IS_NOT_EQUAL ? status : node_not(parser, *node, node);
}

static bool kind_has_order(enum value_kind kind)
{
	return kind == VALUE_INTEGER || kind == VALUE_DECIMAL || kind == VALUE_MONEY || kind == VALUE_DATE ||
	       kind == VALUE_TIME || kind == VALUE_DURATION;
}

static bool kind_is_moment(enum value_kind kind)
{
	return kind == VALUE_DATE || kind == VALUE_TIME;
}

static bool paths_compare(const struct term *left, const struct term *right)
{
	const struct query_node *a = left->node, *b = right->node;
	if (left->phase || right->phase || a->kind == VALUE_ROWS || a->kind == VALUE_NONE)
		return false;
	if (kind_is_moment(a->kind) && kind_is_moment(b->kind))
		return true;
	return a->kind == b->kind && (a->kind != VALUE_RECORD || a->to == b->to);
}

static enum status typed_comparison(struct parser *parser, enum comparison comparison, uint32_t column,
				    struct query_node *left, struct query_node *right, struct query_node **node)
{
	static const enum query_op ops[] = {QUERY_EQUAL,      QUERY_EQUAL,   QUERY_LESS,
					    QUERY_LESS_EQUAL, QUERY_GREATER, QUERY_GREATER_EQUAL};
	if (comparison > IS_NOT_EQUAL && !kind_has_order(left->kind))
		return parser_fail_with(parser, column, N_("Column %s: '%s' has no order; use = or !="),
					shown_name(left));
	if (right->op == QUERY_MY_GROUPS)
		return parser_fail(parser, right->column, N_("Column %s: write: in my.groups"));
	enum status status = pair_make(parser, ops[comparison], column, left, right, node);
	return status || comparison != IS_NOT_EQUAL ? status : node_not(parser, *node, node);
}

static bool is_code(const struct term *left, const struct term *term)
{
	size_t rank;
	return left->phase ||
	       (left->node->kind == VALUE_CHOICE &&
		(!term->node || (term->kind == TERM_WORD && code_find(last_step(left->node), term->text, &rank))));
}

enum status check_comparison(struct parser *parser, enum comparison comparison, uint32_t column, struct term *left,
			     struct term *right, struct query_node **node)
{
	static const enum comparison mirrored[] = {IS_EQUAL,         IS_NOT_EQUAL, IS_GREATER,
						   IS_GREATER_EQUAL, IS_LESS,      IS_LESS_EQUAL};
	if (!left->node && right->node) {
		struct term *swapped = left;
		left = right;
		right = swapped;
		comparison = mirrored[comparison];
	}
	if (!left->node)
		return term_is_no_path(parser, left);
	if (right->kind == TERM_CLOCK)
		return term_is_no_path(parser, right);
	if (is_code(left, right))
		return choice_check(parser, comparison, column, left, right, 1, node);
	if (right->node) {
		struct str names[2] = {shown_name(left->node), shown_name(right->node)};
		if (!paths_compare(left, right))
			return expression_fail(parser->error, column, N_("Column %s: '%s' and '%s' cannot be compared"),
					       &names[0], &names[1]);
		return typed_comparison(parser, comparison, column, left->node, right->node, node);
	}
	struct query_node *literal;
	enum status status = literal_make(parser, left->node, right, &literal);
	return status ? status : typed_comparison(parser, comparison, column, left->node, literal, node);
}

/* Literals of one kind stay together in a list; what is known only later stands beside it. */
static bool stays_in_list(const struct query_node *path, const struct query_node *item)
{
	return item->op == QUERY_LITERAL && path->kind != VALUE_MONEY &&
	       (item->kind == path->kind || path->kind == VALUE_RECORD);
}

enum status check_list(struct parser *parser, uint32_t column, struct term *left, struct term *items, size_t count,
		       struct query_node **node)
{
	if (!left->node)
		return term_is_no_path(parser, left);
	if (left->phase || left->node->kind == VALUE_CHOICE)
		return choice_check(parser, IS_EQUAL, column, left, items, count, node);
	struct query_node *any, *list, *in;
	enum status status = node_new(parser, QUERY_LIST, column, count, &list);
	status = status ? status : node_new(parser, QUERY_OR, column, count + 1, &any);
	status = status ? status : pair_make(parser, QUERY_IN, column, left->node, list, &in);
	if (status)
		return status;
	list->kind = left->node->kind;
	list->count = any->count = 0;
	for (size_t i = 0; i < count; i++) {
		struct query_node *item = NULL;
		if (!items[i].node && items[i].kind != TERM_CLOCK) {
			status = literal_make(parser, left->node, &items[i], &item);
			if (status)
				return status;
		}
		if (item && stays_in_list(left->node, item)) {
			list->children[list->count++] = item;
			continue;
		}
		struct query_node **alone = &any->children[any->count++];
		if (item)
			status = pair_make(parser, item->op == QUERY_MY_GROUPS ? QUERY_IN : QUERY_EQUAL, column,
					   left->node, item, alone);
		else
			status = check_comparison(parser, IS_EQUAL, column, left, &items[i], alone);
		if (status)
			return status;
	}
	if (list->count)
		any->children[any->count++] = in;
	*node = any->count == 1 ? any->children[0] : any;
	return OK;
}

enum status check_boolean(struct parser *parser, struct term *term, struct query_node **node)
{
	if (!term->node)
		return term_is_no_path(parser, term);
	if (term->node->kind != VALUE_BOOLEAN)
		return parser_fail_with(parser, term->column,
					N_("Column %s: '%s' is no condition by itself; compare it with something"),
					shown_name(term->node));
	struct query_node *yes;
	enum status status = node_new(parser, QUERY_LITERAL, term->column, 0, &yes);
	if (status)
		return status;
	yes->kind = VALUE_BOOLEAN;
	yes->literal = value_boolean(true);
	return pair_make(parser, QUERY_EQUAL, term->column, term->node, yes, node);
}

enum status check_text(struct parser *parser, enum query_op op, uint32_t column, struct term *left, struct term *right,
		       struct query_node **node)
{
	if (!left->node)
		return term_is_no_path(parser, left);
	if (left->node->kind != VALUE_TEXT)
		return parser_fail_with(parser, column, N_("Column %s: '%s' is no text"), shown_name(left->node));
	if (right->kind != TERM_TEXT)
		return parser_fail(parser, right->column, N_("Column %s: text in quotes is expected here"));
	struct query_node *text;
	enum status status = node_new(parser, QUERY_LITERAL, right->column, 0, &text);
	if (status)
		return status;
	text->kind = VALUE_TEXT;
	text->literal = value_text(fold_text(parser->arena, right->text)); /* folded once, for both evaluators */
	return pair_make(parser, op, column, left->node, text, node);
}

enum status check_empty(struct parser *parser, uint32_t column, struct term *term, struct query_node **node)
{
	if (!term->node)
		return term_is_no_path(parser, term);
	enum status status = node_new(parser, QUERY_EMPTY, column, 1, node);
	if (status)
		return status;
	(*node)->children[0] = term->node;
	return OK;
}
