/* Operands: columns, and the subqueries that paths over references and links need. */
#include "record/filter_part.h"

#include "record/access.h"

void filter_name(struct buf *buf, struct str name)
{
	buf_add_char(buf, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"')
			buf_add_char(buf, '"');
		buf_add_char(buf, name.p[i]);
	}
	buf_add_char(buf, '"');
}

struct str filter_alias(struct filter_writer *writer, char letter)
{
	return str_format(writer->arena, "%c%u", letter, ++writer->aliases);
}

static struct str column(struct filter_writer *writer, struct str alias, struct str name, const char *suffix)
{
	struct buf buf = buf_new(writer->arena);
	buf_add(&buf, alias);
	buf_add_char(&buf, '.');
	filter_name(&buf, suffix[0] ? str_format(writer->arena, "%.*s%s", STR_ARG(name), suffix) : name);
	return buf_str(&buf);
}

static struct str field_column(struct filter_writer *writer, struct str alias, const struct query_field *field)
{
	return column(writer, alias, field->is_number ? S("id") : field->name, "");
}

static struct str identity_column(struct filter_writer *writer, struct str alias)
{
	return column(writer, alias, S("id"), "");
}

/* The kind under which a links field keeps its rows. */
static struct str field_link_kind(struct filter_writer *writer, const struct query_type *type,
				  const struct query_field *field)
{
	const struct field *owner = field->owner;
	if (owner && owner->link.n > 0)
		return owner->link;
	return str_format(writer->arena, "%.*s.%.*s", STR_ARG(type->name), STR_ARG(field->name));
}

void filter_link_rows(struct filter_writer *writer, struct str link, struct str kind)
{
	buf_format(&writer->sql, "%.*s.kind = ? AND %.*s.until IS NULL", STR_ARG(link), STR_ARG(link));
	filter_text(writer, kind);
}

void filter_scope(struct filter_writer *writer, const struct query_type *type, struct str alias)
{
	struct filter_sql scope;
	if (!writer->actor->actor || !type->owner)
		return;
	access_scope(writer->arena, writer->actor->kernel, writer->actor->actor, type->owner,
		     str_c(writer->arena, alias), &scope);
	if (scope.sql.n == 0)
		return;
	buf_format(&writer->sql, "(%.*s) AND ", STR_ARG(scope.sql));
	for (size_t i = 0; i < scope.bind_count; i++)
		vec_push(writer->arena, &writer->binds, scope.binds[i]);
}

bool filter_path_opens(const struct query_node *node)
{
	return node->op == QUERY_PATH && (node->step_count > 1 || node->steps[0]->kind == VALUE_LIST);
}

/* One table of a subquery: the record that a reference names, or the rows of a link with or without the record behind.
 */
struct hop {
	const struct query_field *field;
	struct str kind;   /* of the links; empty for a reference */
	struct str link;   /* alias of the links; empty for a reference */
	struct str record; /* alias of the record behind; empty when a path ends with its links */
};

static size_t hops_of(struct filter_writer *writer, const struct query_node *node, struct hop *hops)
{
	const struct query_type *type = writer->type;
	size_t count = 0;
	for (size_t i = 0; i < node->step_count; i++) {
		const struct query_field *field = node->steps[i];
		bool is_last = i + 1 == node->step_count;
		if (is_last && field->kind != VALUE_LIST)
			break;
		struct hop *hop = &hops[count++];
		*hop = (struct hop){.field = field};
		if (field->kind == VALUE_LIST) {
			hop->kind = field_link_kind(writer, type, field);
			hop->link = filter_alias(writer, 'l');
		}
		if (!is_last)
			hop->record = filter_alias(writer, 't');
		type = field->to;
	}
	return count;
}

static void hop_tables(struct filter_writer *writer, const struct hop *hop)
{
	if (hop->link.n > 0)
		buf_format(&writer->sql, "kaname_link %.*s", STR_ARG(hop->link));
	if (hop->link.n > 0 && hop->record.n > 0)
		buf_add_c(&writer->sql, ", ");
	if (hop->record.n > 0) {
		filter_name(&writer->sql, hop->field->to->name);
		buf_format(&writer->sql, " %.*s", STR_ARG(hop->record));
	}
}

/* What a hop's rows have of their own, each ended by AND. */
static void hop_conditions(struct filter_writer *writer, const struct hop *hop)
{
	if (hop->link.n > 0) {
		filter_link_rows(writer, hop->link, hop->kind);
		buf_add_c(&writer->sql, " AND ");
	}
	if (hop->link.n > 0 && hop->record.n > 0)
		buf_format(&writer->sql, "%.*s.\"id\" = %.*s.target AND ", STR_ARG(hop->record), STR_ARG(hop->link));
	if (hop->record.n > 0)
		filter_scope(writer, hop->field->to, hop->record);
}

/* The two columns that tie a hop to the row it starts from. */
static void hop_ends(struct filter_writer *writer, const struct hop *hop, struct str alias, struct str *outer,
		     struct str *inner)
{
	bool is_list = hop->link.n > 0;
	*outer = is_list ? identity_column(writer, alias) : field_column(writer, alias, hop->field);
	*inner = is_list ? str_format(writer->arena, "%.*s.source", STR_ARG(hop->link))
			 : identity_column(writer, hop->record);
}

static struct filter_operand open_hops(struct filter_writer *writer, const struct query_node *node,
				       const struct hop *hops, size_t count, struct str alias, enum filter_tie tie)
{
	struct str outer, inner;
	hop_ends(writer, &hops[0], alias, &outer, &inner);
	if (tie == TIE_SET)
		buf_format(&writer->sql, "%.*s IN (SELECT %.*s FROM ", STR_ARG(outer), STR_ARG(inner));
	else
		buf_add_c(&writer->sql, "EXISTS (SELECT 1 FROM ");
	for (size_t i = 0; i < count; i++) {
		buf_add_c(&writer->sql, i ? ", " : "");
		hop_tables(writer, &hops[i]);
	}
	buf_add_c(&writer->sql, " WHERE ");
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			hop_ends(writer, &hops[i], hops[i - 1].record, &outer, &inner);
		if (i > 0 || tie == TIE_EXISTS)
			buf_format(&writer->sql, "%.*s = %.*s AND ", STR_ARG(inner), STR_ARG(outer));
		hop_conditions(writer, &hops[i]);
	}
	const struct hop *last = &hops[count - 1];
	if (last->record.n == 0)
		return (struct filter_operand){
		    .expression = str_format(writer->arena, "%.*s.target", STR_ARG(last->link)), .opened = true};
	struct filter_operand operand = filter_column(writer, node, last->record);
	operand.opened = true;
	return operand;
}

struct str filter_clock_column(struct filter_writer *writer, struct str alias, struct str clock,
			       enum clock_column column)
{
	return str_format(writer->arena, "%.*s.%.*s", STR_ARG(alias),
			  STR_ARG(layout_clock_column(writer->arena, clock, column)));
}

static struct filter_operand due_operand(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	struct str due = filter_clock_column(writer, alias, node->clock, CLOCK_DUE_AT);
	return (struct filter_operand){
	    .expression = str_format(writer->arena, "NULLIF(%.*s, " LAYOUT_NEVER ")", STR_ARG(due)), .never_is = due};
}

/* As percent_up() of query/evaluate.c. */
struct str filter_used_percent(struct arena *arena, const char *k)
{
	return str_format(arena,
			  "%s.elapsed / %s.target * 100 + (%s.elapsed %% %s.target * 100 + %s.target - 1) / %s.target",
			  k, k, k, k, k, k);
}

static struct filter_operand used_operand(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	const char *k = str_c(writer->arena, filter_alias(writer, 'u'));
	struct str amount = node->kind == VALUE_INTEGER ? filter_used_percent(writer->arena, k)
							: str_format(writer->arena, "%s.elapsed", k);
	filter_text(writer, node->clock);
	return (struct filter_operand){
	    .expression = str_format(writer->arena,
				     "(SELECT %.*s FROM kaname_clock %s WHERE %s.record = %.*s AND %s.name = ? AND "
				     "%s.stopped_at IS NOT NULL AND %s.target %s)",
				     STR_ARG(amount), k, k, STR_ARG(identity_column(writer, alias)), k, k, k,
				     node->kind == VALUE_INTEGER ? "> 0" : "IS NOT NULL")};
}

struct filter_operand filter_column(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	const struct query_field *field = node->steps[node->step_count - 1];
	struct filter_operand operand = {.expression = field_column(writer, alias, field)};
	if (field->kind == VALUE_MONEY)
		operand.currency = column(writer, alias, field->name, "_currency");
	/* created_by and updated_by hold 0 for the system, which is nobody. */
	operand.zero_is_empty = field->kind == VALUE_RECORD && !field->owner && !field->is_number;
	return operand;
}

struct filter_operand filter_open(struct filter_writer *writer, const struct query_node *node, struct str alias,
				  enum filter_tie tie)
{
	struct hop hops[FILTER_HOPS_MOST];
	if (node->op == QUERY_DUE)
		return due_operand(writer, node, alias);
	if (node->op == QUERY_USED)
		return used_operand(writer, node, alias);
	size_t count = hops_of(writer, node, hops);
	if (count == 0)
		return filter_column(writer, node, alias);
	return open_hops(writer, node, hops, count, alias, tie);
}

void filter_close(struct filter_writer *writer, const struct filter_operand *operand)
{
	if (operand->opened)
		buf_add_char(&writer->sql, ')');
}
