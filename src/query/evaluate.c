/* An expression on one record in memory. record/filter.c says the same in SQL: change both or none. */
#include "query/query.h"

#include "base/fold.h"

struct evaluation {
	const struct query_environment *environment;
	struct arena *arena; /* for folding; made when first needed */
};

/* Asked for each value that is not empty, until *hit. */
struct visitor {
	enum status (*visit)(struct evaluation *evaluation, struct visitor *visitor, struct value value, bool *hit);
	const struct query_node *node;
	struct value value;
};

static enum status holds(struct evaluation *evaluation, const struct query_node *node, const void *record, bool *hit);

static int64_t later(int64_t at, int64_t offset)
{
	int64_t sum;
	if (__builtin_add_overflow(at, offset, &sum))
		return offset < 0 ? INT64_MIN + 1 : INT64_MAX;
	return sum;
}

static enum status visit_record(struct evaluation *evaluation, struct visitor *visitor, int64_t identity, bool *hit)
{
	return identity ? visitor->visit(evaluation, visitor, value_record(identity), hit) : OK;
}

static enum status each_of_path(struct evaluation *evaluation, const struct query_node *path, size_t step,
				const void *record, struct visitor *visitor, bool *hit);

static enum status each_behind(struct evaluation *evaluation, const struct query_node *path, size_t step,
			       struct value reference, struct visitor *visitor, bool *hit)
{
	const struct query_environment *environment = evaluation->environment;
	const void *record = NULL;
	if (reference.kind != VALUE_RECORD || reference.number == 0)
		return OK;
	if (step + 1 == path->step_count)
		return visitor->visit(evaluation, visitor, reference, hit);
	enum status status =
	    environment->follow(environment->context, path->steps[step]->to, reference.number, &record);
	if (status || !record)
		return status;
	return each_of_path(evaluation, path, step + 1, record, visitor, hit);
}

static enum status each_of_path(struct evaluation *evaluation, const struct query_node *path, size_t step,
				const void *record, struct visitor *visitor, bool *hit)
{
	struct value value = {0};
	enum status status =
	    evaluation->environment->get(evaluation->environment->context, record, path->steps[step], &value);
	if (status || value_is_empty(value))
		return status;
	if (value.kind == VALUE_RECORD)
		return each_behind(evaluation, path, step, value, visitor, hit);
	if (value.kind != VALUE_LIST)
		return step + 1 == path->step_count ? visitor->visit(evaluation, visitor, value, hit) : OK;
	for (size_t i = 0; i < value.list.count && !*hit && status == OK; i++)
		status = each_behind(evaluation, path, step, value.list.items[i], visitor, hit);
	return status;
}

static enum status each_due(struct evaluation *evaluation, const struct query_node *node, const void *record,
			    struct visitor *visitor, bool *hit)
{
	const struct query_environment *environment = evaluation->environment;
	struct clock_result clock = {0};
	bool found = false;
	enum status status = environment->clock(environment->context, record, node->clock, &clock, &found);
	if (status || !found || clock.due_at == INSTANT_NONE)
		return status;
	return visitor->visit(evaluation, visitor, value_time(clock.due_at), hit);
}

static int64_t percent_up(int64_t part, int64_t of)
{
	return part / of * 100 + (part % of * 100 + of - 1) / of;
}

static enum status each_used(struct evaluation *evaluation, const struct query_node *node, const void *record,
			     struct visitor *visitor, bool *hit)
{
	const struct query_environment *environment = evaluation->environment;
	struct clock_result clock = {0};
	bool found = false;
	enum status status = environment->clock(environment->context, record, node->clock, &clock, &found);
	int64_t target = clock.elapsed + clock.remaining;
	bool percent = node->kind == VALUE_INTEGER;
	if (status || !found || !clock.stopped || (percent && target <= 0))
		return status;
	return visitor->visit(evaluation, visitor,
			      value_number(node->kind, percent ? percent_up(clock.elapsed, target) : clock.elapsed),
			      hit);
}

static enum status each_literal(struct evaluation *evaluation, const struct query_node *node, struct visitor *visitor,
				bool *hit)
{
	const struct query_environment *environment = evaluation->environment;
	if (node->kind != VALUE_TEXT || !node->to)
		return visitor->visit(evaluation, visitor, node->literal, hit);
	int64_t identity = 0;
	enum status status = OK;
	if (!node->to->parse_number || !node->to->parse_number(node->to, node->literal.text, &identity))
		status = environment->find(environment->context, node->to, node->literal.text, &identity);
	return status ? status : visit_record(evaluation, visitor, identity, hit);
}

static struct value moment_of(const struct query_environment *environment, const struct query_node *node)
{
	return node->kind == VALUE_DATE
		   ? value_number(VALUE_DATE, query_today(environment->zone, environment->now, node->offset))
		   : value_time(later(environment->now, node->offset));
}

static enum status each_value(struct evaluation *evaluation, const struct query_node *node, const void *record,
			      struct visitor *visitor, bool *hit)
{
	const struct query_environment *environment = evaluation->environment;
	enum status status = OK;
	switch (node->op) {
	case QUERY_PATH:
		return each_of_path(evaluation, node, 0, record, visitor, hit);
	case QUERY_LITERAL:
		return each_literal(evaluation, node, visitor, hit);
	case QUERY_DUE:
		return each_due(evaluation, node, record, visitor, hit);
	case QUERY_USED:
		return each_used(evaluation, node, record, visitor, hit);
	case QUERY_ME:
		return visit_record(evaluation, visitor, environment->me, hit);
	case QUERY_MY_CUSTOMER:
		return visit_record(evaluation, visitor, environment->my_customer, hit);
	case QUERY_NOW:
		return visitor->visit(evaluation, visitor, moment_of(environment, node), hit);
	case QUERY_MY_GROUPS:
		for (size_t i = 0; i < environment->my_group_count && !*hit && status == OK; i++)
			status = visit_record(evaluation, visitor, environment->my_groups[i], hit);
		return status;
	case QUERY_LIST:
		for (size_t i = 0; i < node->count && !*hit && status == OK; i++)
			status = each_literal(evaluation, node->children[i], visitor, hit);
		return status;
	default:
		return E_INTERNAL;
	}
}

static int order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static bool compares(enum query_op op, int order_of)
{
	switch (op) {
	case QUERY_LESS:
		return order_of < 0;
	case QUERY_LESS_EQUAL:
		return order_of <= 0;
	case QUERY_GREATER:
		return order_of > 0;
	case QUERY_GREATER_EQUAL:
		return order_of >= 0;
	default:
		return order_of == 0;
	}
}

/* A date beside a time is when it begins. An amount beside money is an amount of any currency; money of another
 * currency compares in no way. */
static bool values_compare(enum query_op op, struct value a, struct value b, const struct zone *zone)
{
	if (a.kind == VALUE_TEXT || a.kind == VALUE_CHOICE)
		return (b.kind == VALUE_TEXT || b.kind == VALUE_CHOICE) && str_eq(a.text, b.text);
	if (a.kind == VALUE_BOOLEAN)
		return b.kind == VALUE_BOOLEAN && a.boolean == b.boolean;
	if (a.kind == VALUE_MONEY && b.kind == VALUE_MONEY && !str_eq(str_of(a.currency), str_of(b.currency)))
		return false;
	if (a.kind == VALUE_DATE && b.kind == VALUE_TIME)
		return compares(op, order(query_midnight(zone, a.number), b.number));
	if (a.kind == VALUE_TIME && b.kind == VALUE_DATE)
		return compares(op, order(a.number, query_midnight(zone, b.number)));
	return compares(op, order(a.number, b.number));
}

static enum status visit_right(struct evaluation *evaluation, struct visitor *visitor, struct value value, bool *hit)
{
	*hit = values_compare(visitor->node->op, visitor->value, value, evaluation->environment->zone);
	return OK;
}

struct left_visitor {
	struct visitor visitor; /* first */
	const void *record;
};

static enum status visit_left(struct evaluation *evaluation, struct visitor *visitor, struct value value, bool *hit)
{
	const struct left_visitor *left = (const struct left_visitor *)visitor;
	struct visitor right = {.visit = visit_right, .node = visitor->node, .value = value};
	return each_value(evaluation, visitor->node->children[1], left->record, &right, hit);
}

static enum status visit_text(struct evaluation *evaluation, struct visitor *visitor, struct value value, bool *hit)
{
	struct str wanted = visitor->node->children[1]->literal.text;
	if (!evaluation->arena)
		evaluation->arena = arena_new();
	struct str text = fold_text(evaluation->arena, value.text);
	size_t at;
	if (visitor->node->op == QUERY_STARTS)
		*hit = str_starts(text, wanted);
	else
		*hit = wanted.n == 0 || str_find(text, wanted, &at);
	return OK;
}

static enum status visit_any(struct evaluation *evaluation, struct visitor *visitor, struct value value, bool *hit)
{
	*hit = true;
	return OK;
}

static enum status link_holds(struct evaluation *evaluation, const struct query_node *node, const void *record,
			      bool *hit)
{
	const struct query_environment *environment = evaluation->environment;
	const int64_t *ends = NULL;
	size_t count = 0;
	enum status status = environment->links(environment->context, record, node->link, &ends, &count);
	if (status || node->count == 0) {
		*hit = count > 0;
		return status;
	}
	for (size_t i = 0; i < count && !*hit && status == OK; i++) {
		const void *end = NULL;
		status = environment->follow(environment->context, node->link->to, ends[i], &end);
		if (status == OK && end)
			status = holds(evaluation, node->children[0], end, hit);
	}
	return status;
}

static enum status clock_holds(struct evaluation *evaluation, const struct query_node *node, const void *record,
			       bool *hit)
{
	struct clock_result clock = {0};
	bool found = false;
	enum status status =
	    evaluation->environment->clock(evaluation->environment->context, record, node->clock, &clock, &found);
	*hit = status == OK && found && clock.state == node->clock_state;
	return status;
}

static enum status joined_hold(struct evaluation *evaluation, const struct query_node *node, const void *record,
			       bool *hit)
{
	bool until = node->op == QUERY_OR;
	*hit = !until;
	for (size_t i = 0; i < node->count && *hit != until; i++) {
		enum status status = holds(evaluation, node->children[i], record, hit);
		if (status)
			return status;
	}
	return OK;
}

static enum status holds(struct evaluation *evaluation, const struct query_node *node, const void *record, bool *hit)
{
	struct visitor any = {.visit = visit_any}, text = {.visit = visit_text, .node = node};
	struct left_visitor left = {.visitor = {.visit = visit_left, .node = node}, .record = record};
	enum status status;
	*hit = false;
	switch (node->op) {
	case QUERY_TRUE:
		*hit = true;
		return OK;
	case QUERY_AND:
	case QUERY_OR:
		return joined_hold(evaluation, node, record, hit);
	case QUERY_NOT:
		status = holds(evaluation, node->children[0], record, hit);
		*hit = !*hit;
		return status;
	case QUERY_EQUAL:
	case QUERY_LESS:
	case QUERY_LESS_EQUAL:
	case QUERY_GREATER:
	case QUERY_GREATER_EQUAL:
	case QUERY_IN:
		return each_value(evaluation, node->children[0], record, &left.visitor, hit);
	case QUERY_CONTAINS:
	case QUERY_STARTS:
		return each_value(evaluation, node->children[0], record, &text, hit);
	case QUERY_EMPTY:
		status = each_value(evaluation, node->children[0], record, &any, hit);
		*hit = !*hit;
		return status;
	case QUERY_CHANGED:
		return evaluation->environment->changed(evaluation->environment->context, record, node->field, hit);
	case QUERY_LINK:
		return link_holds(evaluation, node, record, hit);
	case QUERY_CLOCK:
		return clock_holds(evaluation, node, record, hit);
	default:
		return E_INTERNAL; /* an operand is no condition; the parser makes no such tree */
	}
}

enum status query_matches(const struct query *query, const void *record, const struct query_environment *environment,
			  bool *matches)
{
	struct evaluation evaluation = {.environment = environment};
	enum status status = holds(&evaluation, query->root, record, matches);
	arena_free(evaluation.arena);
	if (status)
		*matches = false;
	return status;
}
