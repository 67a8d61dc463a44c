/* Conditions. query/evaluate.c says the same in memory: change both or none. */
#include "record/filter_part.h"

#include "record/access.h"

enum { BINDS_MOST = 30000 /* SQLite allows 32,766 */, FLAT_MOST = 32 };

static void write_condition(struct filter_writer *writer, const struct query_node *node, struct str alias);
static bool is_lead(const struct filter_writer *writer, const struct query_node *node);
static void write_lead(struct filter_writer *writer, const struct query_node *node);

void filter_integer(struct filter_writer *writer, int64_t number)
{
	vec_push(writer->arena, &writer->binds, (struct filter_bind){.kind = FILTER_INTEGER, .number = number});
}

void filter_text(struct filter_writer *writer, struct str text)
{
	vec_push(writer->arena, &writer->binds, (struct filter_bind){.kind = FILTER_TEXT, .text = text});
}

void filter_identity(struct filter_writer *writer, int64_t identity)
{
	if (identity)
		filter_integer(writer, identity);
	else
		vec_push(writer->arena, &writer->binds, (struct filter_bind){.kind = FILTER_NULL});
}

/* How much of the database's parser stack a condition takes: SQLite 3.40 has 100 places for all. */
static unsigned stack_need(const struct query_node *node)
{
	unsigned most = 0;
	bool nests = node->op == QUERY_AND || node->op == QUERY_OR || node->op == QUERY_LINK ||
		     (node->op == QUERY_NOT && node->children[0]->op != QUERY_EMPTY);
	if (!nests)
		return 1;
	for (size_t i = 0; i < node->count; i++) {
		unsigned need = stack_need(node->children[i]) + (i > 0);
		most = need > most ? need : most;
	}
	return most + 1;
}

/* A sign before a number's column changes nothing but that no index finds it. */
static void write_part(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	bool brackets = node->op == QUERY_OR;
	if (brackets)
		buf_add_char(&writer->sql, '(');
	if (!is_lead(writer, node))
		write_condition(writer, node, alias);
	else if (node == writer->actor->steering->begin)
		write_lead(writer, node);
	else
		write_condition(writer, node, S("+r"));
	if (brackets)
		buf_add_char(&writer->sql, ')');
}

/* Long rows are halved: databases limit how deep a chain of AND or OR may go. */
static void write_row(struct filter_writer *writer, const char *word, const struct query_node *const *nodes,
		      size_t count, struct str alias)
{
	if (count > FLAT_MOST) {
		buf_add_char(&writer->sql, '(');
		write_row(writer, word, nodes, count / 2, alias);
		buf_format(&writer->sql, ") %s (", word);
		write_row(writer, word, nodes + count / 2, count - count / 2, alias);
		buf_add_char(&writer->sql, ')');
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_format(&writer->sql, " %s ", word);
		write_part(writer, nodes[i], alias);
	}
}

/* The deepest part goes first, where the database's parser has read nothing yet that it must keep. */
static void write_joined(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	const struct query_node **nodes = arena_many(writer->arena, const struct query_node *, node->count);
	size_t deepest = 0;
	for (size_t i = 0; i < node->count; i++) {
		nodes[i] = node->children[i];
		if (stack_need(nodes[i]) > stack_need(nodes[deepest]))
			deepest = i;
	}
	nodes[deepest] = node->children[0];
	nodes[0] = node->children[deepest];
	write_row(writer, node->op == QUERY_AND ? "AND" : "OR", nodes, node->count, alias);
}

/* NULL is no truth: NOT must make truth of it. */
static void write_not(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	if (node->children[0]->op == QUERY_EMPTY) {
		filter_empty(writer, node->children[0], alias, true);
		return;
	}
	buf_add_char(&writer->sql, '(');
	write_condition(writer, node->children[0], alias);
	buf_add_c(&writer->sql, ") IS NOT TRUE");
}

static void write_changed(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	struct str event = filter_alias(writer, 'e');
	buf_format(&writer->sql,
		   "EXISTS (SELECT 1 FROM kaname_event %.*s WHERE %.*s.record = %.*s.\"id\" AND %.*s.seq > 1 "
		   "AND instr(%.*s.fields, ?) > 0)",
		   STR_ARG(event), STR_ARG(event), STR_ARG(alias), STR_ARG(event), STR_ARG(event));
	filter_text(writer, str_format(writer->arena, ",%.*s,", STR_ARG(node->field->name)));
}

/* Whether there may be records at the far end that the actor does not see: then a link to one of them is no link. */
static bool hides_some(struct filter_writer *writer, const struct query_type *type)
{
	struct filter_sql scope;
	if (!writer->actor->actor || !type->owner)
		return false;
	access_scope(writer->arena, writer->actor->kernel, writer->actor->actor, type->owner, "t", &scope);
	return scope.sql.n > 0;
}

static void write_link(struct filter_writer *writer, const struct query_node *node, struct str alias,
		       enum filter_tie tie)
{
	const struct query_link *link = node->link;
	bool looks = node->count || hides_some(writer, link->to);
	const char *near_end = link->backwards ? "target" : "source", *far_end = link->backwards ? "source" : "target";
	struct str links = filter_alias(writer, 'l'), end = {0};
	if (tie == TIE_SET)
		buf_format(&writer->sql, "%.*s.\"id\" IN (SELECT %.*s.%s FROM kaname_link %.*s", STR_ARG(alias),
			   STR_ARG(links), near_end, STR_ARG(links));
	else
		buf_format(&writer->sql, "EXISTS (SELECT 1 FROM kaname_link %.*s", STR_ARG(links));
	if (looks) {
		end = filter_alias(writer, 't');
		buf_add_c(&writer->sql, ", ");
		filter_name(&writer->sql, link->to->name);
		buf_format(&writer->sql, " %.*s", STR_ARG(end));
	}
	buf_add_c(&writer->sql, " WHERE ");
	if (tie == TIE_EXISTS)
		buf_format(&writer->sql, "%.*s.%s = %.*s.\"id\" AND ", STR_ARG(links), near_end, STR_ARG(alias));
	filter_link_rows(writer, links, link->kind);
	if (looks) {
		const struct query_type *outer = writer->type;
		buf_format(&writer->sql, " AND %.*s.\"id\" = %.*s.%s AND ", STR_ARG(end), STR_ARG(links), far_end);
		filter_scope(writer, link->to, end);
		writer->type = link->to;
		if (node->count)
			write_part(writer, node->children[0], end);
		else
			buf_add_c(&writer->sql, "1 = 1");
		writer->type = outer;
	}
	buf_add_char(&writer->sql, ')');
}

/* The stored state is that of the last evaluation; a running clock has been breached since when its due time has come.
 * A due time is there for running and breached clocks only, so that one comparison tells them apart. */
static void write_clock(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	struct str due = filter_clock_column(writer, alias, node->clock, CLOCK_DUE_AT),
		   state = filter_clock_column(writer, alias, node->clock, CLOCK_STATE);
	struct buf *sql = &writer->sql;

	switch (node->clock_state) {
	case CLOCK_RUNNING:
		buf_format(sql, "%.*s > ? AND %.*s IN ('running', 'breached')", STR_ARG(due), STR_ARG(state));
		filter_integer(writer, writer->actor->now);
		break;
	case CLOCK_BREACHED:
		buf_format(sql, "%.*s <= ?", STR_ARG(due));
		filter_integer(writer, writer->actor->now);
		break;
	case CLOCK_PAUSED:
		buf_format(sql, "%.*s = 'paused'", STR_ARG(state));
		break;
	case CLOCK_MET:
		buf_format(sql, "%.*s = 'met'", STR_ARG(state));
		break;
	}
}

/* --- steering --- */

static bool is_lead(const struct filter_writer *writer, const struct query_node *node)
{
	const struct filter_steering *steering = writer->actor->steering;

	for (size_t i = 0; steering && i < steering->lead_count; i++)
		if (steering->leads[i] == node)
			return true;
	return false;
}

/* An index over open rows is only found by an alternative that says itself that it wants such. */
static void write_lead(struct filter_writer *writer, const struct query_node *node)
{
	const struct filter_steering *steering = writer->actor->steering;

	if (node->op == QUERY_LINK) {
		write_link(writer, node, S("r"), TIE_SET);
		return;
	}
	if (node->op != QUERY_OR || !steering->open.n) {
		write_condition(writer, node, S("r"));
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		buf_add_c(&writer->sql, i ? " OR (" : "(");
		write_condition(writer, node->children[i], S("r"));
		buf_format(&writer->sql, " AND %.*s)", STR_ARG(steering->open));
	}
}

static void write_condition(struct filter_writer *writer, const struct query_node *node, struct str alias)
{
	switch (node->op) {
	case QUERY_AND:
	case QUERY_OR:
		write_joined(writer, node, alias);
		break;
	case QUERY_NOT:
		write_not(writer, node, alias);
		break;
	case QUERY_EQUAL:
	case QUERY_LESS:
	case QUERY_LESS_EQUAL:
	case QUERY_GREATER:
	case QUERY_GREATER_EQUAL:
		filter_comparison(writer, node, alias);
		break;
	case QUERY_IN:
		filter_in(writer, node, alias);
		break;
	case QUERY_CONTAINS:
	case QUERY_STARTS:
		filter_folded(writer, node, alias);
		break;
	case QUERY_EMPTY:
		filter_empty(writer, node, alias, false);
		break;
	case QUERY_CHANGED:
		write_changed(writer, node, alias);
		break;
	case QUERY_LINK:
		write_link(writer, node, alias, TIE_EXISTS);
		break;
	case QUERY_CLOCK:
		write_clock(writer, node, alias);
		break;
	default: /* QUERY_TRUE; operands stand in no condition's place */
		buf_add_c(&writer->sql, "1 = 1");
		break;
	}
}

static enum status finish(struct filter_writer *writer, struct filter_sql *filter, struct error *error)
{
	if (writer->sql.failed || writer->binds.count > BINDS_MOST)
		return error_fail(error, E_TOO_LARGE, "filter", "too_large",
				  N_("The expression is too large for the database"));
	*filter = (struct filter_sql){
	    .sql = buf_str(&writer->sql), .binds = writer->binds.items, .bind_count = writer->binds.count};
	return OK;
}

enum status filter_compile(struct arena *arena, struct store *store, const struct query *query,
			   const struct filter_actor *actor, struct filter_sql *filter, struct error *error)
{
	struct filter_writer writer = {.arena = arena, .actor = actor, .sql = buf_new(arena), .type = query->type};
	const struct filter_steering *steering = actor->steering;
	size_t at;

	write_part(&writer, query->root, S("r"));
	if (steering && steering->open.n && !steering->open_is_no_index && !steering->has_narrower &&
	    !str_find(buf_str(&writer.sql), steering->open, &at))
		buf_format(&writer.sql, " AND %.*s", STR_ARG(steering->open));
	return finish(&writer, filter, error);
}

enum status filter_compile_over(struct arena *arena, const char *alias, const struct query *query,
				const struct filter_actor *actor, struct filter_sql *filter, struct error *error)
{
	struct filter_writer writer = {.arena = arena, .actor = actor, .sql = buf_new(arena), .type = query->type};

	write_condition(&writer, query->root, str_of(alias));
	return finish(&writer, filter, error);
}

enum status filter_compile_lead(struct arena *arena, const struct query *query, const struct query_node *lead,
				const struct filter_actor *actor, struct filter_sql *filter, struct error *error)
{
	struct filter_writer writer = {.arena = arena, .actor = actor, .sql = buf_new(arena), .type = query->type};
	const struct filter_steering *steering = actor->steering;

	if (lead->op == QUERY_OR)
		buf_add_char(&writer.sql, '(');
	write_lead(&writer, lead);
	if (lead->op == QUERY_OR)
		buf_add_char(&writer.sql, ')');
	if (steering->open.n)
		buf_format(&writer.sql, " AND %.*s", STR_ARG(steering->open));
	return finish(&writer, filter, error);
}

void filter_bind_all(struct statement *statement, const struct filter_sql *filter)
{
	for (size_t i = 0; i < filter->bind_count; i++) {
		const struct filter_bind *bind = &filter->binds[i];
		switch (bind->kind) {
		case FILTER_NULL:
			bind_null(statement);
			break;
		case FILTER_INTEGER:
			bind_int(statement, bind->number);
			break;
		case FILTER_TEXT:
			bind_text(statement, bind->text);
			break;
		}
	}
}
