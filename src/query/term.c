/* Single operands: paths, literals, now, me. */
#include <string.h>

#include "query/parser.h"

#include "base/duration.h"

bool bare_duration(struct str text, int64_t *ms)
{
	struct duration duration;
	if (text.n > 1 && text.p[0] == 'P') {
		if (!duration_parse(text, &duration))
			return false;
		*ms = duration_ms(duration);
		return true;
	}
	static const struct {
		char letter;
		int64_t ms;
	} units[] = {{'w', 7 * DAY}, {'d', DAY}, {'h', HOUR}, {'m', MINUTE}, {'s', SECOND}};
	int64_t total = 0, number = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] >= '0' && text.p[i] <= '9') {
			if (__builtin_mul_overflow(number, 10, &number) ||
			    __builtin_add_overflow(number, text.p[i] - '0', &number))
				return false;
			continue;
		}
		size_t unit = 0;
		while (unit < sizeof(units) / sizeof(*units) && units[unit].letter != text.p[i])
			unit++;
		if (unit == sizeof(units) / sizeof(*units) || __builtin_mul_overflow(number, units[unit].ms, &number) ||
		    __builtin_add_overflow(total, number, &total))
			return false;
		number = 0;
	}
	*ms = total;
	return text.n > 0;
}

static enum status no_such_field(struct parser *parser, const struct query_type *type, const struct token *token)
{
	struct str meant;
	if (suggest_name(&type->fields, token->text, &meant))
		return expression_fail(parser->error, token->column,
				       N_("Column %s: there is no field '%s' here; did you mean '%s'?"), &token->text,
				       &meant);
	return parser_fail_with(parser, token->column, N_("Column %s: there is no field '%s' here"), token->text);
}

static bool token_is_name(const struct token *token)
{
	return token->kind == TOKEN_WORD;
}

/* The part of a path after its first name: .b.c or .phase. */
static enum status path_continue(struct parser *parser, struct term *term, const struct query_field **steps,
				 size_t *count)
{
	while (token_is(parser->tokens, TOKEN_SYMBOL, ".")) {
		const struct query_field *last = steps[*count - 1];
		const struct token *name = ++parser->tokens;
		want_into(parser, last);
		if (!token_is_name(name))
			return parser_fail(parser, name->column, N_("Column %s: a name is expected after the dot"));
		if (last->is_state && str_is(name->text, "phase")) {
			parser->tokens++;
			term->phase = true;
			return OK;
		}
		if ((last->kind != VALUE_RECORD && last->kind != VALUE_LIST) || last->is_number || !last->to)
			return parser_fail_with(parser, name->column,
						N_("Column %s: '%s' refers to nothing, so no name can follow it"),
						last->name);
		if (*count == STEPS_MOST)
			return parser_fail(parser, name->column, N_("Column %s: this path is too long"));
		const struct query_field *field = map_get(&last->to->fields, name->text);
		if (!field)
			return no_such_field(parser, last->to, name);
		tell_field(parser, field);
		steps[(*count)++] = field;
		parser->tokens++;
	}
	return OK;
}

static enum status path_parse(struct parser *parser, const struct query_field *first, struct term *term)
{
	const struct query_field *steps[STEPS_MOST] = {first};
	const struct query_type *holder = parser->type;
	size_t count = 1;
	tell_field(parser, first);
	enum status status = path_continue(parser, term, steps, &count);
	if (status)
		return status;
	if (count > 1)
		holder = steps[count - 2]->to;
	const struct query_field *last = steps[count - 1];
	struct query_node *node;
	status = node_new(parser, QUERY_PATH, term->column, 0, &node);
	if (status)
		return status;
	node->steps = arena_many(parser->arena, const struct query_field *, count);
	memcpy(node->steps, steps, count * sizeof(*steps));
	node->step_count = count;
	node->kind = last->kind == VALUE_LIST || last->is_number ? VALUE_RECORD : last->kind;
	node->to = last->is_number ? holder : last->to;
	term->node = node;
	if (count > 1 || term->phase)
		term->kind = TERM_PATH;
	return OK;
}

static enum status word_parse(struct parser *parser, struct term *term)
{
	static const char *const reserved[] = {"and", "or", "not", "in", "is", "contains", "starts"};
	const struct token *token = parser->tokens;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++) {
		if (str_is(token->text, reserved[i]))
			return parser_unexpected(parser);
	}
	const struct query_field *first = map_get(&parser->type->fields, token->text);
	term->kind = TERM_WORD;
	if (!first && token_is(token + 1, TOKEN_SYMBOL, "."))
		return no_such_field(parser, parser->type, token);
	parser->tokens++;
	return first ? path_parse(parser, first, term) : OK;
}

/* now - 7d, now + 2h30m, today + 1w */
static enum status offset_parse(struct parser *parser, struct term *term)
{
	static const int64_t most = 1000 * 366 * DAY;
	for (;;) {
		bool minus = token_is(parser->tokens, TOKEN_SYMBOL, "-");
		want_duration(parser, term->kind == TERM_TODAY, true);
		if (!minus && !token_is(parser->tokens, TOKEN_SYMBOL, "+"))
			return OK;
		const struct token *token = ++parser->tokens;
		int64_t ms;
		want_duration(parser, term->kind == TERM_TODAY, false);
		if ((token->kind != TOKEN_DURATION && token->kind != TOKEN_WORD) || !bare_duration(token->text, &ms))
			return parser_fail(parser, token->column,
					   N_("Column %s: a duration such as 7d or 2h30m is expected here"));
		if (term->kind == TERM_TODAY && ms % DAY != 0)
			return parser_fail(parser, token->column,
					   N_("Column %s: only whole days can be added to today; use now instead"));
		if (__builtin_add_overflow(term->number, minus ? -ms : ms, &term->number) || term->number > most ||
		    term->number < -most)
			return parser_fail(parser, token->column, N_("Column %s: this duration is too long"));
		parser->tokens++;
	}
}

static enum status my_parse(struct parser *parser, struct term *term)
{
	parser->tokens++;
	if (parser_take(parser, TOKEN_SYMBOL, ".")) {
		if (parser->in)
			want_word(parser, "groups");
		want_word(parser, "customer");
		term->kind = token_is(parser->tokens, TOKEN_WORD, "groups") ? TERM_MY_GROUPS : TERM_MY_CUSTOMER;
		if (parser_take(parser, TOKEN_WORD, "groups") || parser_take(parser, TOKEN_WORD, "customer"))
			return OK;
	}
	return parser_fail(parser, parser->tokens->column, N_("Column %s: 'my' is followed by .groups or .customer"));
}

enum status clock_name_parse(struct parser *parser, struct str *name)
{
	parser->tokens++; /* the bracket */
	const struct token *token = parser->tokens;
	tell_clock(parser);
	want_clock(parser);
	if (!token_is_name(token))
		return parser_unexpected(parser);
	if (!map_get(&parser->type->clocks, token->text)) {
		struct str meant;
		if (suggest_name(&parser->type->clocks, token->text, &meant))
			return expression_fail(parser->error, token->column,
					       N_("Column %s: there is no clock '%s' here; did you mean '%s'?"),
					       &token->text, &meant);
		return parser_fail_with(parser, token->column, N_("Column %s: there is no clock '%s' here"),
					token->text);
	}
	*name = token->text;
	parser->tokens++;
	want_word(parser, ")");
	if (!parser_take(parser, TOKEN_SYMBOL, ")"))
		return parser_fail(parser, parser->tokens->column, N_("Column %s: a closing bracket is missing"));
	return OK;
}

static const struct clock_part {
	const char *word;
	enum query_op op;
	enum value_kind kind;
} clock_parts[] = {{"due_at", QUERY_DUE, VALUE_TIME},
		   {"used", QUERY_USED, VALUE_DURATION},
		   {"used_percent", QUERY_USED, VALUE_INTEGER}};

struct str clock_part(const struct query_node *node)
{
	for (size_t i = 0; i < sizeof(clock_parts) / sizeof(*clock_parts); i++)
		if (clock_parts[i].op == node->op && clock_parts[i].kind == node->kind)
			return str_of(clock_parts[i].word);
	return S("due_at");
}

static enum status clock_part_parse(struct parser *parser, struct term *term)
{
	for (size_t i = 0; i < sizeof(clock_parts) / sizeof(*clock_parts); i++)
		want_word(parser, clock_parts[i].word);
	for (size_t i = 0; i < sizeof(clock_parts) / sizeof(*clock_parts); i++) {
		if (!parser_take(parser, TOKEN_WORD, clock_parts[i].word))
			continue;
		enum status status = node_new(parser, clock_parts[i].op, term->column, 0, &term->node);
		if (status)
			return status;
		term->kind = TERM_DUE;
		term->node->kind = clock_parts[i].kind;
		term->node->clock = term->text;
		return OK;
	}
	return parser_fail(parser, parser->tokens->column,
			   N_("Column %s: of a clock, .due_at, .used and .used_percent can be compared"));
}

static enum status clock_parse(struct parser *parser, struct term *term)
{
	parser->tokens++;
	struct str name;
	enum status status = clock_name_parse(parser, &name);
	if (status)
		return status;
	term->kind = TERM_CLOCK;
	term->text = name;
	return parser_take(parser, TOKEN_SYMBOL, ".") ? clock_part_parse(parser, term) : OK;
}

static bool is_currency(const struct token *token)
{
	if (token->kind != TOKEN_WORD || token->text.n != 3)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (token->text.p[i] < 'A' || token->text.p[i] > 'Z')
			return false;
	}
	return true;
}

static enum status number_parse(struct parser *parser, struct term *term)
{
	term->kind = TERM_NUMBER;
	if (token_is(parser->tokens, TOKEN_SYMBOL, "-")) {
		parser->tokens++;
		if (parser->tokens->kind != TOKEN_NUMBER)
			return parser_unexpected(parser);
		term->text = str_format(parser->arena, "-%.*s", STR_ARG(parser->tokens->text));
	}
	parser->tokens++;
	if (is_currency(parser->tokens))
		term->currency = parser->tokens++;
	return OK;
}

static enum status keyword_parse(struct parser *parser, struct term *term)
{
	const struct token *token = parser->tokens;
	if (str_is(token->text, "my"))
		return my_parse(parser, term);
	if (str_is(token->text, "clock") && token_is(token + 1, TOKEN_SYMBOL, "("))
		return clock_parse(parser, term);
	if (str_is(token->text, "now") || str_is(token->text, "today")) {
		term->kind = str_is(token->text, "now") ? TERM_NOW : TERM_TODAY;
		parser->tokens++;
		return offset_parse(parser, term);
	}
	if (str_is(token->text, "me") || str_is(token->text, "true") || str_is(token->text, "false")) {
		term->kind = str_is(token->text, "me") ? TERM_ME : TERM_BOOLEAN;
		parser->tokens++;
		return OK;
	}
	return word_parse(parser, term);
}

enum status term_parse(struct parser *parser, struct term *term)
{
	const struct token *token = parser->tokens;
	want_term(parser);
	*term = (struct term){.column = token->column, .text = token->text};
	switch (token->kind) {
	case TOKEN_WORD:
		return keyword_parse(parser, term);
	case TOKEN_NUMBER:
		return number_parse(parser, term);
	case TOKEN_SYMBOL:
		return str_is(token->text, "-") ? number_parse(parser, term) : parser_unexpected(parser);
	case TOKEN_DURATION:
		term->kind = TERM_DURATION;
		break;
	case TOKEN_TEXT:
		term->kind = TERM_TEXT;
		break;
	case TOKEN_RECORD:
		term->kind = TERM_RECORD;
		break;
	case TOKEN_DATE:
		term->kind = TERM_DATE;
		break;
	case TOKEN_TIME:
		term->kind = TERM_TIME;
		break;
	case TOKEN_END:
		return parser_unexpected(parser);
	}
	parser->tokens++;
	return OK;
}
