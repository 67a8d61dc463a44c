/* The grammar (docs/operator/expressions.md), by recursive descent. */
#include <string.h>

#include "query/parser.h"

enum status parser_fail(struct parser *parser, uint32_t column, const char *message)
{
	(void)expression_fail(parser->error, column, message, NULL, NULL);
	return E_SYNTAX;
}

enum status parser_fail_with(struct parser *parser, uint32_t column, const char *message, struct str second)
{
	(void)expression_fail(parser->error, column, message, &second, NULL);
	return E_SYNTAX;
}

enum status parser_unexpected(struct parser *parser)
{
	if (parser->tokens->kind == TOKEN_END)
		return parser_fail(parser, parser->tokens->column, N_("Column %s: the expression ends too early"));
	return parser_fail_with(parser, parser->tokens->column, N_("Column %s: '%s' is not expected here"),
				parser->tokens->text);
}

bool token_is(const struct token *token, enum token_kind kind, const char *text)
{
	return token->kind == kind && str_is(token->text, text);
}

bool parser_take(struct parser *parser, enum token_kind kind, const char *text)
{
	if (!token_is(parser->tokens, kind, text))
		return false;
	parser->tokens++;
	return true;
}

enum status node_new(struct parser *parser, enum query_op op, uint32_t column, size_t children,
		     struct query_node **node)
{
	if (++parser->nodes > NODES_MOST)
		return parser_fail(parser, column, N_("Column %s: the expression has too many parts"));
	*node = arena_one(parser->arena, struct query_node);
	(*node)->op = op;
	(*node)->column = column;
	(*node)->count = children;
	if (children)
		(*node)->children = arena_many(parser->arena, struct query_node *, children);
	return OK;
}

enum status node_not(struct parser *parser, struct query_node *condition, struct query_node **node)
{
	if (condition->op == QUERY_NOT) { /* logic has two values: not not x is x */
		*node = condition->children[0];
		return OK;
	}
	*node = NULL;
	enum status status = check_complement(parser, condition, node);
	if (status || *node)
		return status;
	status = node_new(parser, QUERY_NOT, condition->column, 1, node);
	if (status)
		return status;
	(*node)->children[0] = condition;
	return OK;
}

static enum status deepen(struct parser *parser)
{
	if (++parser->depth > DEPTH_MOST)
		return parser_fail(parser, parser->tokens->column, N_("Column %s: the expression is nested too deep"));
	return OK;
}

static enum status any_parse(struct parser *parser, struct query_node **node);

static enum status bracket_close(struct parser *parser)
{
	if (parser_take(parser, TOKEN_SYMBOL, ")"))
		return OK;
	want_word(parser, ")");
	if (parser->tokens->kind == TOKEN_END)
		return parser_fail(parser, parser->tokens->column, N_("Column %s: a closing bracket is missing"));
	return parser_unexpected(parser);
}

static enum status changed_parse(struct parser *parser, struct query_node **node)
{
	uint32_t column = parser->tokens->column;
	parser->tokens += 2;
	const struct token *name = parser->tokens;
	struct term field;
	tell_clock(parser);
	if (wants_more(parser)) {
		want_own_field(parser);
		return parser_unexpected(parser);
	}
	enum status status = term_parse(parser, &field);
	if (status)
		return status;
	if (!field.node && field.kind == TERM_WORD)
		return term_is_no_path(parser, &field);
	if (field.kind != TERM_WORD)
		return parser_fail(parser, name->column,
				   N_("Column %s: a field of the record itself is expected here"));
	status = node_new(parser, QUERY_CHANGED, column, 0, node);
	if (status)
		return status;
	(*node)->field = field.node->steps[0];
	return bracket_close(parser);
}

static enum status link_find(struct parser *parser, const struct query_link **link)
{
	const struct token *name = parser->tokens;
	struct str meant;
	want_link(parser);
	if (name->kind != TOKEN_WORD)
		return parser_unexpected(parser);
	*link = map_get(&parser->type->links, name->text);
	parser->tokens++;
	if (*link) {
		tell_link(parser, *link);
		want_word(parser, "where");
		return OK;
	}
	if (suggest_name(&parser->type->links, name->text, &meant))
		return expression_fail(parser->error, name->column,
				       N_("Column %s: there is no link '%s' here; did you mean '%s'?"), &name->text,
				       &meant);
	return parser_fail_with(parser, name->column, N_("Column %s: there is no link '%s' here"), name->text);
}

/* The condition after where speaks of the record at the other end. */
static enum status where_parse(struct parser *parser, const struct query_type *type, struct query_node **condition)
{
	const struct query_type *outer = parser->type;
	if (parser->wheres == WHERES_MOST)
		return parser_fail(parser, parser->tokens->column, N_("Column %s: the expression is nested too deep"));
	parser->wheres++;
	parser->type = type;
	enum status status = any_parse(parser, condition);
	parser->type = outer;
	parser->wheres--;
	return status;
}

static enum status link_parse(struct parser *parser, struct query_node **node)
{
	uint32_t column = parser->tokens->column;
	const struct query_link *link;
	parser->tokens += 2;
	want_word(parser, "(");
	if (!parser_take(parser, TOKEN_SYMBOL, "("))
		return parser_fail(parser, parser->tokens->column, N_("Column %s: write: has link(name)"));
	enum status status = link_find(parser, &link);
	if (status)
		return status;
	struct query_node *condition = NULL;
	if (parser_take(parser, TOKEN_WORD, "where"))
		status = where_parse(parser, link->to, &condition);
	if (status)
		return status;
	status = node_new(parser, QUERY_LINK, column, condition ? 1 : 0, node);
	if (status)
		return status;
	(*node)->link = link;
	if (condition)
		(*node)->children[0] = condition;
	return bracket_close(parser);
}

/* After `in`: my.groups, or a list in brackets. */
static enum status set_parse(struct parser *parser, uint32_t column, struct term *left, struct query_node **node)
{
	VEC(struct term) items = {0};
	struct term item;
	enum status status;
	parser->with = left;
	want_list(parser, left);
	if (!parser_take(parser, TOKEN_SYMBOL, "(")) {
		if (!token_is(parser->tokens, TOKEN_WORD, "my"))
			return parser_fail(parser, parser->tokens->column,
					   N_("Column %s: a list in brackets, or my.groups, is expected after 'in'"));
		status = term_parse(parser, &item);
		return status ? status : check_list(parser, column, left, &item, 1, node);
	}
	do {
		if (items.count == LIST_MOST)
			return parser_fail(parser, parser->tokens->column, N_("Column %s: this list is too long"));
		status = term_parse(parser, &item);
		if (status)
			return status;
		vec_push(parser->arena, &items, item);
		struct query_node *alone;
		if (wants_more(parser) && check_list(parser, column, left, &item, 1, &alone) == OK)
			want_word(parser, ",");
	} while (parser_take(parser, TOKEN_SYMBOL, ","));
	status = check_list(parser, column, left, items.items, items.count, node);
	return status ? status : bracket_close(parser);
}

static enum status in_parse(struct parser *parser, uint32_t column, struct term *left, struct query_node **node)
{
	parser->in = true;
	enum status status = set_parse(parser, column, left, node);
	parser->in = false;
	return status;
}

static enum status clock_state_parse(struct parser *parser, uint32_t column, const struct term *clock,
				     struct query_node **node)
{
	static const enum clock_state states[] = {CLOCK_RUNNING, CLOCK_PAUSED, CLOCK_MET, CLOCK_BREACHED};
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		if (!parser_take(parser, TOKEN_WORD, clock_state_name(states[i])))
			continue;
		enum status status = node_new(parser, QUERY_CLOCK, column, 0, node);
		if (status)
			return status;
		(*node)->clock = clock->text;
		(*node)->clock_state = states[i];
		return OK;
	}
	return parser_fail(parser, parser->tokens->column,
			   N_("Column %s: a clock is running, paused, met or breached"));
}

static enum status is_parse(struct parser *parser, uint32_t column, struct term *left, struct query_node **node)
{
	bool negated = parser_take(parser, TOKEN_WORD, "not");
	enum status status;
	want_state(parser, left, negated);
	if (left->kind == TERM_CLOCK)
		status = clock_state_parse(parser, column, left, node);
	else if (parser_take(parser, TOKEN_WORD, "empty"))
		status = check_empty(parser, column, left, node);
	else
		status = parser_fail(parser, parser->tokens->column,
				     N_("Column %s: 'empty' or 'not empty' is expected after 'is'"));
	return status || !negated ? status : node_not(parser, *node, node);
}

static bool take_comparison(struct parser *parser, enum comparison *comparison)
{
	static const char *const symbols[] = {"=", "!=", "<", "<=", ">", ">="}; /* as enum comparison */
	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
		if (parser_take(parser, TOKEN_SYMBOL, symbols[i])) {
			*comparison = (enum comparison)i;
			return true;
		}
	}
	return false;
}

/* in, contains and starts, each perhaps after not. *found false when none of them stands there. */
static enum status word_comparison(struct parser *parser, uint32_t column, struct term *left, struct query_node **node,
				   bool *found)
{
	bool negated = token_is(parser->tokens, TOKEN_WORD, "not");
	const struct token *word = parser->tokens + negated;
	if (negated && word->kind == TOKEN_END)
		want_comparison(parser, left, true);
	bool in = token_is(word, TOKEN_WORD, "in"), starts = token_is(word, TOKEN_WORD, "starts");
	*found = in || starts || token_is(word, TOKEN_WORD, "contains");
	if (!*found)
		return OK;
	parser->tokens = word + 1;
	enum status status;
	if (in) {
		status = in_parse(parser, column, left, node);
	} else {
		struct term text;
		if (starts)
			parser_take(parser, TOKEN_WORD, "with");
		parser->with = left;
		status = term_parse(parser, &text);
		if (status == OK)
			status = check_text(parser, starts ? QUERY_STARTS : QUERY_CONTAINS, column, left, &text, node);
	}
	return status || !negated ? status : node_not(parser, *node, node);
}

static enum status comparison_parse(struct parser *parser, struct query_node **node)
{
	struct term left, right;
	enum comparison comparison;
	parser->with = NULL;
	enum status status = term_parse(parser, &left);
	if (status)
		return status;
	uint32_t column = parser->tokens->column;
	want_comparison(parser, &left, false);
	if (take_comparison(parser, &comparison)) {
		parser->with = &left;
		status = term_parse(parser, &right);
		return status ? status : check_comparison(parser, comparison, column, &left, &right, node);
	}
	if (parser_take(parser, TOKEN_WORD, "is"))
		return is_parse(parser, column, &left, node);
	bool found;
	status = word_comparison(parser, column, &left, node, &found);
	return status || found ? status : check_boolean(parser, &left, node);
}

static enum status one_parse(struct parser *parser, struct query_node **node)
{
	const struct token *token = parser->tokens;
	if (token_is(token, TOKEN_WORD, "changed") && token_is(token + 1, TOKEN_SYMBOL, "("))
		return changed_parse(parser, node);
	if (token_is(token, TOKEN_WORD, "has") && token_is(token + 1, TOKEN_WORD, "link"))
		return link_parse(parser, node);
	if (token_is(token, TOKEN_WORD, "has"))
		want_has(parser);
	bool negated = parser_take(parser, TOKEN_WORD, "not");
	if (!negated && !parser_take(parser, TOKEN_SYMBOL, "("))
		return comparison_parse(parser, node);
	enum status status = deepen(parser);
	if (status)
		return status;
	if (negated) {
		status = one_parse(parser, node);
		status = status ? status : node_not(parser, *node, node);
	} else {
		status = any_parse(parser, node);
		status = status ? status : bracket_close(parser);
	}
	parser->depth--;
	return status;
}

struct children {
	VEC(struct query_node *) nodes;
};

static void children_add(struct parser *parser, struct children *children, enum query_op op, struct query_node *node)
{
	if (node->op != op) {
		vec_push(parser->arena, &children->nodes, node);
		return;
	}
	for (size_t i = 0; i < node->count; i++)
		vec_push(parser->arena, &children->nodes, node->children[i]);
}

static enum status joined_parse(struct parser *parser, enum query_op op, const char *word,
				enum status (*part)(struct parser *parser, struct query_node **node),
				struct query_node **node)
{
	struct children children = {0};
	uint32_t column = parser->tokens->column;
	do {
		enum status status = part(parser, node);
		if (status)
			return status;
		children_add(parser, &children, op, *node);
		want_word(parser, word);
	} while (parser_take(parser, TOKEN_WORD, word));
	if (children.nodes.count == 1)
		return OK;
	enum status status = node_new(parser, op, column, 0, node);
	if (status)
		return status;
	(*node)->children = children.nodes.items;
	(*node)->count = children.nodes.count;
	return OK;
}

static enum status all_parse(struct parser *parser, struct query_node **node)
{
	return joined_parse(parser, QUERY_AND, "and", one_parse, node);
}

static enum status any_parse(struct parser *parser, struct query_node **node)
{
	return joined_parse(parser, QUERY_OR, "or", all_parse, node);
}

static enum status whole_parse(struct parser *parser, struct query_node **node)
{
	if (parser->tokens->kind == TOKEN_END)
		return node_new(parser, QUERY_TRUE, 1, 0, node);
	enum status status = any_parse(parser, node);
	if (status)
		return status;
	return parser->tokens->kind == TOKEN_END ? OK : parser_unexpected(parser);
}

/* As query_parse(), for whoever asks what may follow; what is wrong with it matters to nobody. */
void parse_completing(struct arena *arena, const struct query_type *type, const struct token *tokens,
		      struct completing *completing)
{
	struct error error = {0};
	struct query_node *root;
	struct parser parser = {
	    .arena = arena, .error = &error, .tokens = tokens, .type = type, .completing = completing};

	if (any_parse(&parser, &root))
		return; /* it was not at its end: that is what was to be found out */
}

enum status query_parse(struct arena *arena, const struct query_type *type, struct str text, const struct query **query,
			struct error *error)
{
	struct token *tokens;
	struct query_node *root;
	if (text.n > SOURCE_MOST)
		return expression_fail(error, SOURCE_MOST + 1, N_("Column %s: the expression is too long"), NULL, NULL);
	if (!str_is_utf8(text))
		return expression_fail(error, 1, N_("Column %s: the expression is not valid UTF-8"), NULL, NULL);
	text = str_dup(arena, text);
	enum status status = token_split(arena, text, &tokens, error);
	if (status)
		return status;
	struct parser parser = {.arena = arena, .error = error, .tokens = tokens, .type = type};
	status = whole_parse(&parser, &root);
	if (status)
		return status;
	struct query *made = arena_one(arena, struct query);
	*made = (struct query){.type = type, .root = root, .source = text};
	*query = made;
	return OK;
}

bool query_is_word(struct str word)
{
	static const char words[] =
	    "and or not in is empty contains starts has link changed clock where now today me my "
	    "true false";
	struct str rest = str_of(words), one;

	while (str_cut(&rest, ' ', &one))
		if (str_eq(one, word))
			return true;
	return false;
}

struct str query_quote(struct arena *arena, struct str text)
{
	struct buf quoted = buf_new(arena);

	buf_add_char(&quoted, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_add_char(&quoted, '"');
		buf_add_char(&quoted, text.p[i]);
	}
	buf_add_char(&quoted, '"');
	return buf_str(&quoted);
}
