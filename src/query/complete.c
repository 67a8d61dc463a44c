#include "query/complete.h"

#include "query/parser.h"

struct completing {
	struct arena *arena;
	struct str prefix; /* before each of them: what it is glued to, and a blank where one is needed */
	size_t end;        /* of the text */
	VEC(struct query_candidate) found;
	VEC(const struct query_field *) fields;
	VEC(const struct query_link *) links;
	const struct query_type *records;
	bool clocks;
};

bool wants_more(const struct parser *parser)
{
	return parser->completing && parser->tokens->kind == TOKEN_END;
}

static void want(struct parser *parser, struct query_candidate candidate)
{
	struct completing *completing = parser->completing;
	bool glued = !completing->prefix.n || str_is(candidate.text, ")") || str_is(candidate.text, ",") ||
		     candidate.text.p[0] == '.';

	candidate.text = str_format(completing->arena, "%.*s%s%.*s", STR_ARG(completing->prefix), glued ? "" : " ",
				    STR_ARG(candidate.text));
	vec_push(completing->arena, &completing->found, candidate);
}

void want_word(struct parser *parser, const char *word)
{
	if (wants_more(parser))
		want(parser, (struct query_candidate){.text = str_of(word)});
}

static void want_words(struct parser *parser, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		want_word(parser, words[i]);
}

#define WANT_WORDS(parser, ...)                                                                                        \
	want_words((parser), (const char *const[]){__VA_ARGS__},                                                       \
		   sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void want_fields(struct parser *parser, const struct query_type *type)
{
	for (size_t i = 0; i < type->fields.count; i++) {
		const struct query_field *field = type->fields.entries[i].value;

		want(parser, (struct query_candidate){
				 .what = OFFER_FIELD, .text = field->name, .field = field, .holder = type});
	}
}

static void want_condition(struct parser *parser)
{
	want_fields(parser, parser->type);
	if (parser->type->clocks.count)
		want(parser, (struct query_candidate){.what = OFFER_CLOCK, .text = S("clock(")});
	want(parser, (struct query_candidate){.what = OFFER_CLOCK, .text = S("changed(")});
	if (parser->type->links.count)
		want(parser, (struct query_candidate){.what = OFFER_LINK, .text = S("has link(")});
	WANT_WORDS(parser, "not", "(");
}

/* --- values --- */

/* A code that would be read as something else without quotes. */
static struct str code_text(struct completing *completing, struct str code)
{
	struct token *tokens;
	struct error error = {0};

	if (query_is_word(code) || token_split(completing->arena, code, &tokens, &error) ||
	    (tokens->kind != TOKEN_WORD && tokens->kind != TOKEN_NUMBER) || tokens[1].kind != TOKEN_END)
		return query_quote(completing->arena, code);
	return code;
}

static void want_record(struct parser *parser, const struct query_node *path)
{
	static const struct {
		enum query_offer what;
		struct str text;
	} words[] = {{OFFER_ME, S("me")}, {OFFER_MY_CUSTOMER, S("my.customer")}};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		want(parser,
		     (struct query_candidate){.what = words[i].what, .text = words[i].text, .holder = path->to});
	if (!parser->completing->prefix.n)
		parser->completing->records = path->to;
}

static void want_codes(struct parser *parser, const struct query_node *path)
{
	const struct query_field *field = path->steps[path->step_count - 1];
	const struct query_type *holder = path->step_count > 1 ? path->steps[path->step_count - 2]->to : parser->type;

	for (size_t i = 0; i < field->code_count; i++)
		want(parser, (struct query_candidate){.what = OFFER_CODE,
						      .text = code_text(parser->completing, field->codes[i].name),
						      .field = field,
						      .holder = holder,
						      .code = field->codes[i].name});
}

static void want_phase(struct parser *parser)
{
	static const struct str phases[] = {S("open"), S("waiting"), S("done")};

	for (size_t i = 0; i < sizeof(phases) / sizeof(*phases); i++)
		want(parser, (struct query_candidate){.what = OFFER_PHASE, .text = phases[i], .code = phases[i]});
}

/* Examples, where anything may be written. */
static void want_value(struct parser *parser, const struct query_node *path)
{
	switch (path->kind) {
	case VALUE_CHOICE:
		want_codes(parser, path);
		break;
	case VALUE_RECORD:
		want_record(parser, path);
		break;
	case VALUE_BOOLEAN:
		WANT_WORDS(parser, "true", "false");
		break;
	case VALUE_TIME:
		WANT_WORDS(parser, "now", "today", "now - 1d", "now - 7d", "now + 2h");
		break;
	case VALUE_DATE:
		WANT_WORDS(parser, "today", "today - 7d", "today + 30d");
		break;
	case VALUE_DURATION:
		WANT_WORDS(parser, "1h", "4h", "1d", "7d");
		break;
	case VALUE_INTEGER:
	case VALUE_DECIMAL:
		WANT_WORDS(parser, "0", "1", "10");
		break;
	case VALUE_MONEY:
		WANT_WORDS(parser, "10000 JPY");
		break;
	case VALUE_TEXT:
		want(parser, (struct query_candidate){.what = OFFER_TEXT, .text = S("\"\"")});
		break;
	default:
		break;
	}
}

void want_term(struct parser *parser)
{
	if (!wants_more(parser))
		return;
	if (!parser->with)
		want_condition(parser);
	else if (parser->with->phase)
		want_phase(parser);
	else if (parser->with->node)
		want_value(parser, parser->with->node);
	else if (parser->with->kind != TERM_CLOCK)
		want_fields(parser, parser->type);
}

void want_has(struct parser *parser)
{
	const struct token *here = parser->tokens++;

	want_word(parser, "link(");
	parser->tokens = here;
}

void want_own_field(struct parser *parser)
{
	if (wants_more(parser))
		want_fields(parser, parser->type);
}

void want_into(struct parser *parser, const struct query_field *field)
{
	if (!wants_more(parser))
		return;
	if (field->is_state)
		want_word(parser, "phase");
	if (field->to && !field->is_number)
		want_fields(parser, field->to);
}

/* --- what follows an operand --- */

static bool has_order(enum value_kind kind)
{
	return kind == VALUE_INTEGER || kind == VALUE_DECIMAL || kind == VALUE_MONEY || kind == VALUE_DATE ||
	       kind == VALUE_TIME || kind == VALUE_DURATION || kind == VALUE_CHOICE;
}

static bool has_equals(enum value_kind kind)
{
	return has_order(kind) || kind == VALUE_TEXT || kind == VALUE_RECORD || kind == VALUE_BOOLEAN;
}

static void want_deeper(struct parser *parser, const struct term *left)
{
	const struct query_node *path = left->node;
	const struct query_field *last = path->op == QUERY_PATH ? path->steps[path->step_count - 1] : NULL;

	if (!last || left->phase)
		return;
	if (last->is_state)
		want_word(parser, ".phase");
	else if (last->to && !last->is_number)
		want(parser,
		     (struct query_candidate){.what = OFFER_INTO, .text = S("."), .field = last, .holder = last->to});
}

void want_comparison(struct parser *parser, const struct term *left, bool negated)
{
	const struct token *here = parser->tokens;
	enum value_kind kind = left->node ? left->node->kind : VALUE_NONE;

	if (!parser->completing || here[negated].kind != TOKEN_END)
		return;
	parser->tokens += negated;
	if (left->kind == TERM_CLOCK && !negated)
		WANT_WORDS(parser, ".due_at", ".used", ".used_percent", "is");
	if (left->node && !negated) {
		want_deeper(parser, left);
		if (has_equals(kind))
			WANT_WORDS(parser, "=", "!=");
		if (has_order(kind) && !left->phase)
			WANT_WORDS(parser, "<", "<=", ">", ">=");
	}
	if (kind == VALUE_TEXT)
		WANT_WORDS(parser, "contains", "starts");
	if (has_equals(kind) && kind != VALUE_BOOLEAN)
		want_words(parser, negated ? (const char *const[]){"in"} : (const char *const[]){"in", "not in"},
			   negated ? 1 : 2);
	if (left->node && !negated && !left->phase)
		WANT_WORDS(parser, "is empty", "is not empty");
	parser->tokens = here;
}

void want_list(struct parser *parser, const struct term *left)
{
	if (!wants_more(parser))
		return;
	want_word(parser, "(");
	if (left->node && left->node->kind == VALUE_RECORD)
		want(parser, (struct query_candidate){
				 .what = OFFER_MY_GROUPS, .text = S("my.groups"), .holder = left->node->to});
}

void want_state(struct parser *parser, const struct term *left, bool negated)
{
	if (!wants_more(parser))
		return;
	if (left->kind == TERM_CLOCK)
		WANT_WORDS(parser, "breached", "running", "paused", "met");
	else
		want_word(parser, "empty");
	if (!negated)
		want_word(parser, "not");
}

void want_clock(struct parser *parser)
{
	const struct map *clocks = &parser->type->clocks;

	for (size_t i = 0; wants_more(parser) && i < clocks->count; i++)
		want(parser, (struct query_candidate){
				 .what = OFFER_CLOCK,
				 .text = str_format(parser->arena, "%.*s)", STR_ARG(clocks->entries[i].key)),
				 .holder = parser->type,
				 .code = clocks->entries[i].key});
}

void want_link(struct parser *parser)
{
	const struct map *links = &parser->type->links;

	for (size_t i = 0; wants_more(parser) && i < links->count; i++)
		want(parser, (struct query_candidate){.what = OFFER_LINK,
						      .text = links->entries[i].key,
						      .link = links->entries[i].value,
						      .holder = parser->type});
}

void want_duration(struct parser *parser, bool days, bool sign)
{
	if (!wants_more(parser))
		return;
	if (sign)
		WANT_WORDS(parser, "- 7d", "- 1d", "+ 1d", "+ 7d");
	else
		WANT_WORDS(parser, "1d", "7d", "30d");
	if (!days && !sign)
		WANT_WORDS(parser, "1h", "4h");
}

/* --- what stands there already --- */

void tell_field(struct parser *parser, const struct query_field *field)
{
	if (parser->completing)
		vec_push(parser->arena, &parser->completing->fields, field);
}

void tell_link(struct parser *parser, const struct query_link *link)
{
	if (parser->completing)
		vec_push(parser->arena, &parser->completing->links, link);
}

void tell_clock(struct parser *parser)
{
	if (parser->completing)
		parser->completing->clocks = true;
}

/* --- the whole --- */

/* A quote that is not closed begins the last word as much as a letter does. */
static bool split(struct completing *completing, struct str text, struct token **tokens, size_t *begun)
{
	struct error error = {0};
	char closed[] = "\"'";

	*begun = text.n;
	if (text.n > SOURCE_MOST || !str_is_utf8(text))
		return false;
	if (!token_split(completing->arena, text, tokens, &error)) {
		const struct token *last = NULL;

		for (const struct token *token = *tokens; token->kind != TOKEN_END; token++)
			last = token;
		if (last && last->end == text.n && last->kind != TOKEN_SYMBOL)
			*begun = last->begin;
		return true;
	}
	for (size_t i = 0; closed[i]; i++) {
		struct str whole = str_format(completing->arena, "%.*s%c", STR_ARG(text), closed[i]);
		const struct token *token;

		if (token_split(completing->arena, whole, tokens, &error))
			continue;
		for (token = *tokens; token->end < whole.n;)
			token++;
		*begun = token->begin;
		return true;
	}
	return false;
}

static void complete(struct completing *completing, const struct query_type *type, struct str text, struct str prefix)
{
	struct error error = {0};
	struct token *tokens;

	completing->prefix = prefix;
	if (!token_split(completing->arena, text, &tokens, &error))
		parse_completing(completing->arena, type, tokens, completing);
}

void query_complete(struct arena *arena, const struct query_type *type, struct str text,
		    struct query_completion *completion)
{
	struct completing completing = {.arena = arena};
	struct token *tokens;
	size_t begun;

	*completion = (struct query_completion){.before = text};
	text = str_dup(arena, text);
	if (!split(&completing, text, &tokens, &begun))
		return;
	completion->before = str_sub(text, 0, begun);
	completion->begun = completion->word = str_sub(text, begun, text.n);
	if (completion->word.n && (completion->word.p[0] == '"' || completion->word.p[0] == '\''))
		completion->word = str_sub(completion->word, 1, completion->word.n);
	complete(&completing, type, completion->before, S(""));
	if (completion->begun.n)
		complete(&completing, type, text, completion->begun);
	completion->candidates = completing.found.items;
	completion->count = completing.found.count;
	completion->records = completing.records;
	completion->fields = completing.fields.items;
	completion->field_count = completing.fields.count;
	completion->links = completing.links.items;
	completion->link_count = completing.links.count;
	completion->clocks = completing.clocks;
}
