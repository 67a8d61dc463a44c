/* Comparisons. What is not known is NULL, which is as good as false: only NOT has to tell them apart (filter.c). */
#include "record/filter_part.h"

#include "model/model.h"

static bool is_column(const struct query_node *node)
{
	return node->op == QUERY_PATH || node->op == QUERY_DUE || node->op == QUERY_USED;
}

static int64_t moment(const struct filter_writer *writer, const struct query_node *node)
{
	int64_t at;
	if (node->kind == VALUE_DATE)
		return query_today(writer->actor->zone, writer->actor->now, node->offset);
	if (__builtin_add_overflow(writer->actor->now, node->offset, &at))
		at = node->offset < 0 ? INT64_MIN + 1 : INT64_MAX - 1; /* before LAYOUT_NEVER */
	return at;
}

/* The record whose natural key this is; or whose number, when the expression was read before numbers were known. */
static struct str key_expression(struct filter_writer *writer, const struct query_node *node)
{
	const struct type *type = node->to->owner;
	int64_t identity;
	if (node->to->parse_number && node->to->parse_number(node->to, node->literal.text, &identity)) {
		filter_identity(writer, identity);
		return S("?");
	}
	if (!type || !type->key)
		return S("NULL");
	struct str alias = filter_alias(writer, 'k');
	struct buf buf = buf_new(writer->arena);
	buf_format(&buf, "(SELECT %.*s.\"id\" FROM ", STR_ARG(alias));
	filter_name(&buf, node->to->name);
	buf_format(&buf, " %.*s WHERE %.*s.", STR_ARG(alias), STR_ARG(alias));
	filter_name(&buf, type->key->name);
	buf_add_c(&buf, " = ?)");
	filter_text(writer, node->literal.text);
	return buf_str(&buf);
}

static struct str literal_expression(struct filter_writer *writer, const struct query_node *node)
{
	switch (node->literal.kind) {
	case VALUE_TEXT:
	case VALUE_CHOICE:
		if (node->to)
			return key_expression(writer, node);
		filter_text(writer, node->literal.text);
		break;
	case VALUE_BOOLEAN: /* literally, for indexes over rows of which it is true */
		return node->literal.boolean ? S("1") : S("0");
	case VALUE_RECORD:
		filter_identity(writer, node->literal.number);
		break;
	default:
		filter_integer(writer, node->literal.number);
		break;
	}
	return S("?");
}

/* A value, bound as what it is compared with. */
static struct filter_operand constant(struct filter_writer *writer, const struct query_node *node, enum value_kind with)
{
	struct filter_operand operand = {.expression = S("?")};
	bool begins = with == VALUE_TIME && node->kind == VALUE_DATE;
	int64_t at;
	switch (node->op) {
	case QUERY_ME:
		filter_identity(writer, writer->actor->me);
		break;
	case QUERY_MY_CUSTOMER:
		filter_identity(writer, writer->actor->my_customer);
		break;
	case QUERY_NOW:
		at = moment(writer, node);
		filter_integer(writer, begins ? query_midnight(writer->actor->zone, at) : at);
		break;
	default:
		if (begins)
			filter_integer(writer, query_midnight(writer->actor->zone, node->literal.number));
		else
			operand.expression = literal_expression(writer, node);
		break;
	}
	if (node->literal.kind == VALUE_MONEY)
		operand.currency = S("?"); /* bound after the amount */
	return operand;
}

/* When the days of a column begin: one line for each stretch in which the zone's offset stays, and one for each day
 * whose midnight the clocks skip. */
static struct str midnights(struct filter_writer *writer, struct str days)
{
	const struct zone *zone = writer->actor->zone ? writer->actor->zone : zone_open(S("UTC"));
	bool changes = zone_next_change(zone, INT64_MIN) != INT64_MAX;
	int64_t offset = zone_offset(zone, INT64_MIN);
	struct buf sql = buf_new(writer->arena);

	buf_add_c(&sql, changes ? "(CASE" : "(");
	for (instant at = zone_next_change(zone, INT64_MIN); at != INT64_MAX; at = zone_next_change(zone, at)) {
		int64_t after = zone_offset(zone, at), day = at / DAY - 3;

		while (query_midnight(zone, day) == day * DAY - offset && day < at / DAY + 3)
			day++;
		buf_format(&sql, " WHEN %.*s < %lld THEN %.*s * %lld - %lld", STR_ARG(days), (long long)day,
			   STR_ARG(days), (long long)DAY, (long long)offset);
		for (; query_midnight(zone, day) != day * DAY - after && day < at / DAY + 4; day++)
			buf_format(&sql, " WHEN %.*s = %lld THEN %lld", STR_ARG(days), (long long)day,
				   (long long)query_midnight(zone, day));
		offset = after;
	}
	buf_format(&sql, changes ? " ELSE %.*s * %lld - %lld END)" : "%.*s * %lld - %lld)", STR_ARG(days),
		   (long long)DAY, (long long)offset);
	return buf_str(&sql);
}

/* A column as the other side needs it: a date beside a time is when it begins. */
static struct str column_expression(struct filter_writer *writer, const struct filter_operand *operand,
				    enum value_kind kind, const struct query_node *with)
{
	struct str expression = operand->expression;
	if (kind == VALUE_DATE && with->kind == VALUE_TIME)
		return midnights(writer, expression);
	if (operand->zero_is_empty && is_column(with))
		return str_format(writer->arena, "NULLIF(%.*s, 0)", STR_ARG(expression));
	return expression;
}

static const char *sign(enum query_op op)
{
	switch (op) {
	case QUERY_LESS:
		return "<";
	case QUERY_LESS_EQUAL:
		return "<=";
	case QUERY_GREATER:
		return ">";
	case QUERY_GREATER_EQUAL:
		return ">=";
	default:
		return "=";
	}
}

/* An identity or a text is in few records: there the database may begin. */
static enum filter_tie tie_of(const struct query_node *node)
{
	const struct query_node *left = node->children[0], *right = node->children[1];
	bool few = left->kind == VALUE_RECORD || left->kind == VALUE_TEXT;
	return few && !is_column(right) && (node->op == QUERY_EQUAL || node->op == QUERY_IN) ? TIE_SET : TIE_EXISTS;
}

/* A column of dates beside a moment: by the first day that begins at it or later, and the last that begins by then. */
static void write_days(struct filter_writer *writer, const struct query_node *node, struct str days)
{
	const struct query_node *right = node->children[1];
	int64_t at = right->op == QUERY_NOW ? moment(writer, right) : right->literal.number, first, last;

	first = query_today(writer->actor->zone, at, -3 * DAY);
	while (query_midnight(writer->actor->zone, first) < at)
		first++;
	for (last = first; query_midnight(writer->actor->zone, last) <= at; last++)
		;
	last--;
	buf_format(&writer->sql, node->op == QUERY_EQUAL ? "%.*s BETWEEN ? AND ?" : "%.*s %s ?", STR_ARG(days),
		   sign(node->op));
	if (node->op != QUERY_LESS_EQUAL && node->op != QUERY_GREATER)
		filter_integer(writer, first);
	if (node->op != QUERY_LESS && node->op != QUERY_GREATER_EQUAL)
		filter_integer(writer, last);
}

void filter_comparison(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	const struct query_node *left = node->children[0], *right = node->children[1];
	struct filter_operand a = filter_open(writer, left, alias, tie_of(node)), b;
	if (!is_column(right) && left->kind == VALUE_DATE && right->kind == VALUE_TIME) {
		write_days(writer, node, a.expression);
		filter_close(writer, &a);
		return;
	}
	if (is_column(right))
		b = filter_open(writer, right, alias, TIE_EXISTS);
	else
		b = constant(writer, right, left->kind);
	struct str a_text = column_expression(writer, &a, left->kind, right);
	if (a.never_is.n > 0 && !is_column(right) && (node->op == QUERY_LESS || node->op == QUERY_LESS_EQUAL))
		a_text = a.never_is; /* bare, for an index: what never comes is before nothing */
	struct str b_text = is_column(right) ? column_expression(writer, &b, right->kind, left) : b.expression;
	buf_format(&writer->sql, "%.*s %s %.*s", STR_ARG(a_text), sign(node->op), STR_ARG(b_text));
	if (a.currency.n > 0 && b.currency.n > 0) {
		buf_format(&writer->sql, " AND %.*s = %.*s", STR_ARG(a.currency), STR_ARG(b.currency));
		if (!is_column(right))
			filter_text(writer, str_of(right->literal.currency));
	}
	if (is_column(right))
		filter_close(writer, &b);
	filter_close(writer, &a);
}

static size_t list_count(const struct filter_writer *writer, const struct query_node *list)
{
	return list->op == QUERY_MY_GROUPS ? writer->actor->my_group_count : list->count;
}

/* The record's own state, literally: so an index over some states is found. */
static void states_in(struct filter_writer *writer, const struct query_node *list, struct str alias)
{
	const struct filter_steering *steering = writer->actor->steering;
	bool hides = steering && steering->open_is_no_index;
	struct str column =
	    str_format(writer->arena, hides ? "COALESCE(%.*s.\"state\", '')" : "%.*s.\"state\"", STR_ARG(alias));
	struct str *states = arena_many(writer->arena, struct str, list->count);
	for (size_t i = 0; i < list->count; i++)
		states[i] = list->children[i]->literal.text;
	buf_add(&writer->sql, layout_states(writer->arena, str_c(writer->arena, column), states, list->count));
}

/* A count begins with a choice by an index that has the order of its codes (steer.c). */
static bool begins_ranked(const struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	const struct query_node *left = node->children[0];

	return writer->actor->steering && writer->actor->steering->begin == node && str_is(alias, "r") &&
	       left->op == QUERY_PATH && left->step_count == 1 && left->kind == VALUE_CHOICE;
}

static void ranked_in(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	const struct query_field *field = node->children[0]->steps[0];
	const struct query_node *list = node->children[1];
	struct str column = str_format(writer->arena, "%.*s.\"%.*s\"", STR_ARG(alias), STR_ARG(field->name));
	const char *before = " IN (";

	buf_add(&writer->sql, layout_rank(writer->arena, column, field));
	for (size_t i = 0; i < list->count; i++)
		for (size_t rank = 0; rank < field->code_count; rank++)
			if (str_eq(field->codes[rank].name, list->children[i]->literal.text)) {
				buf_format(&writer->sql, "%s%zu", before, rank);
				before = ", ";
			}
	buf_add_char(&writer->sql, ')');
}

void filter_in(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	const struct query_node *left = node->children[0], *list = node->children[1];
	size_t count = list_count(writer, list);
	if (count && left->op == QUERY_PATH && left->step_count == 1 && left->steps[0]->is_state) {
		states_in(writer, list, alias);
		return;
	}
	if (count == 0) {
		buf_add_c(&writer->sql, "1 = 0");
		return;
	}
	if (begins_ranked(writer, node, alias)) {
		ranked_in(writer, node, alias);
		return;
	}
	struct filter_operand operand = filter_open(writer, left, alias, tie_of(node));
	buf_format(&writer->sql, "%.*s IN (", STR_ARG(operand.expression));
	for (size_t i = 0; i < count; i++) {
		buf_add_c(&writer->sql, i ? ", " : "");
		if (list->op == QUERY_MY_GROUPS) {
			filter_identity(writer, writer->actor->my_groups[i]);
			buf_add_char(&writer->sql, '?');
		} else {
			buf_add(&writer->sql, literal_expression(writer, list->children[i]));
		}
	}
	buf_add_char(&writer->sql, ')');
	filter_close(writer, &operand);
}

/* Where folded text occurs in a column. The one place that knows what a database calls it. */
static void occurs(struct filter_writer *writer, struct str expression, const char *where)
{
	buf_format(&writer->sql, "instr(kaname_fold(%.*s), ?) %s", STR_ARG(expression), where);
}

void filter_folded(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	struct filter_operand operand = filter_open(writer, node->children[0], alias, TIE_EXISTS);
	occurs(writer, operand.expression, node->op == QUERY_STARTS ? "= 1" : "> 0");
	filter_text(writer, node->children[1]->literal.text);
	filter_close(writer, &operand);
}

void filter_empty(struct filter_writer *writer, const struct query_node *node, struct str alias, bool negated)
{
	const struct query_node *left = node->children[0];
	bool opens = filter_path_opens(left);
	if (opens && !negated)
		buf_add_c(&writer->sql, "NOT ");
	struct filter_operand operand = filter_open(writer, left, alias, TIE_EXISTS);
	buf_format(&writer->sql, operand.zero_is_empty ? "NULLIF(%.*s, 0)" : "%.*s", STR_ARG(operand.expression));
	buf_add_c(&writer->sql, opens || negated ? " IS NOT NULL" : " IS NULL");
	filter_close(writer, &operand);
}
