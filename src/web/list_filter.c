#include "web/list_filter.h"

#include "record/access.h"
#include "web/show.h"

/* --- conditions side by side --- */

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
	       (unsigned char)c >= 0x80;
}

/* Steps over one word, quoted text or sign. */
static size_t step_over(struct str text, size_t at)
{
	char c = text.p[at];

	if (c == '"' || c == '\'') {
		for (at++; at < text.n && text.p[at] != c;)
			at++;
		return at < text.n ? at + 1 : at;
	}
	if (!is_word_byte(c))
		return at + 1;
	while (at < text.n && is_word_byte(text.p[at]))
		at++;
	return at;
}

struct list_conditions list_conditions(struct arena *arena, struct str expression)
{
	VEC(struct str) found = {0};
	struct list_conditions whole = {.items = arena_one(arena, struct str), .count = 1};
	size_t begin = 0, depth = 0;

	whole.items[0] = str_trim(expression);
	if (!whole.items[0].n)
		return (struct list_conditions){0};
	for (size_t at = 0, next; at < expression.n; at = next) {
		struct str word;

		next = step_over(expression, at);
		word = str_sub(expression, at, next);
		depth += str_is(word, "(");
		depth -= str_is(word, ")") && depth;
		if (!depth && str_is(word, "or")) {
			whole.alternatives = true;
			return whole;
		}
		if (!depth && str_is(word, "and")) {
			vec_push(arena, &found, str_trim(str_sub(expression, begin, at)));
			begin = next;
		}
	}
	vec_push(arena, &found, str_trim(str_sub(expression, begin, expression.n)));
	return (struct list_conditions){.items = found.items, .count = found.count};
}

/* --- a condition in words --- */

static const struct choice *choice_of(const struct field *field, struct str code)
{
	return field && field->choices ? choice_find(field->choices, code) : NULL;
}

struct str list_code_words(const struct visit *visit, const struct type *type, const struct query_field *field,
			   struct str code)
{
	const struct state *state = field->is_state && type ? type_state(type, code) : NULL;
	const struct choice *choice = choice_of(field->owner, code);

	return state ? words_of(visit, &state->label) : choice ? words_of(visit, &choice->label) : code;
}

static bool code_is_in(const struct query_node *list, struct str code)
{
	for (size_t i = 0; i < list->count; i++)
		if (str_eq(list->children[i]->literal.text, code))
			return true;
	return false;
}

/* A set of codes: those in it, or, when these are fewer, "not" and those out of it. */
static struct str set_words(const struct visit *visit, const struct type *type, const struct query_field *field,
			    const struct query_node *list, bool negated)
{
	bool few = list->count * 2 <= field->code_count;
	struct buf words = buf_new(visit->arena);

	for (size_t i = 0; i < field->code_count; i++)
		if (code_is_in(list, field->codes[i].name) == few)
			words_list(&visit->h, &words, list_code_words(visit, type, field, field->codes[i].name));
	return few != negated ? buf_str(&words) : phrase(&visit->h, N_("not %s"), buf_str(&words));
}

struct str list_field_words(const struct visit *visit, const struct query_field *field)
{
	const struct field *own = field->owner;

	if (own)
		return words_of(visit, &own->label);
	if (field->is_state)
		return label(&visit->h, N_("State"));
	if (field->is_number)
		return label(&visit->h, N_("Number"));
	if (str_is(field->name, "created_at"))
		return label(&visit->h, N_("Created"));
	if (str_is(field->name, "updated_at"))
		return label(&visit->h, N_("Updated"));
	if (str_is(field->name, "created_by"))
		return label(&visit->h, N_("Created by"));
	return str_is(field->name, "updated_by") ? label(&visit->h, N_("Updated by")) : field->name;
}

/* What stands behind the field's name, as it was written; empty when it is nothing simple. */
static struct str rest_of(struct str condition, const struct query_node *path)
{
	size_t at = 0;

	for (size_t i = 0; i < path->step_count; i++) {
		if (!str_starts(str_sub(condition, at, condition.n), path->steps[i]->name))
			return S("");
		at += path->steps[i]->name.n + 1;
	}
	return str_trim(str_sub(condition, at - 1, condition.n));
}

/* What a text is compared with, in words. */
static struct str text_words(const struct visit *visit, enum query_op op, struct str text, bool negated)
{
	if (op == QUERY_STARTS)
		return phrase(&visit->h, negated ? N_("does not begin with “%s”") : N_("begins with “%s”"), text);
	return phrase(&visit->h, negated ? N_("does not contain “%s”") : N_("contains “%s”"), text);
}

/* --- what is measured --- */

/* Whole days as days, as they are written in a condition. */
static struct str span_words(const struct visit *visit, int64_t ms)
{
	return ms >= DAY && ms % DAY == 0 ? phrase(&visit->h, N_("%s d"), words_number(&visit->h, ms / DAY))
					  : words_length(&visit->h, ms);
}

/* "2 h from now", "14 d ago": of a moment that moves with the day. */
static struct str moment_words(const struct visit *visit, int64_t offset)
{
	const struct html *h = &visit->h;

	return !offset      ? label(h, N_("this moment"))
	       : offset < 0 ? phrase(h, N_("%s before now"), span_words(visit, -offset))
			    : phrase(h, N_("%s from now"), span_words(visit, offset));
}

/* Empty: it is not of this sort. */
static struct str measured_words(const struct visit *visit, enum query_op op, const struct query_node *right,
				 bool percent, bool negated)
{
	static const char *const sizes[2][4] = {{N_("below %s"), N_("at most %s"), N_("above %s"), N_("at least %s")},
						{N_("before %s"), N_("until %s"), N_("after %s"), N_("not before %s")}};
	static const enum query_op opposites[] = {QUERY_GREATER_EQUAL, QUERY_GREATER, QUERY_LESS_EQUAL, QUERY_LESS};
	const struct html *h = &visit->h;
	bool moment = right->op == QUERY_NOW;
	struct str what;

	if (op < QUERY_LESS || op > QUERY_GREATER_EQUAL)
		return S("");
	if (moment)
		what = moment_words(visit, right->offset);
	else if (right->op == QUERY_LITERAL && right->literal.kind == VALUE_DURATION)
		what = span_words(visit, right->literal.number);
	else if (right->op == QUERY_LITERAL && right->literal.kind == VALUE_INTEGER)
		what = str_format(visit->arena, percent ? "%.*s%%" : "%.*s",
				  STR_ARG(words_number(h, right->literal.number)));
	else
		return S("");
	return phrase(h, sizes[moment][(negated ? opposites[op - QUERY_LESS] : op) - QUERY_LESS], what);
}

/* When a clock is due, how much time it took, in all or of its target. */
static bool clock_part_words(const struct visit *visit, const struct type *type, const struct query_node *node,
			     bool negated, struct chip_view *chip)
{
	const struct query_node *left = node->children[0], *right = node->count > 1 ? node->children[1] : NULL;
	bool percent = left->op == QUERY_USED && left->kind == VALUE_INTEGER;
	const char *part = left->op == QUERY_DUE ? N_("%s, due")
			   : percent             ? N_("%s, of the target")
						 : N_("%s, time taken");

	chip->field = phrase(&visit->h, part, show_clock_name(visit, type, left->clock));
	chip->words = right ? measured_words(visit, node->op, right, percent, negated)
			    : label(&visit->h, negated ? N_("not empty") : N_("empty"));
	return chip->words.n > 0;
}

static bool comparison_words(const struct visit *visit, const struct type *type, const struct query_node *node,
			     bool negated, struct chip_view *chip, struct str condition)
{
	const struct query_node *left = node->children[0], *right = node->count > 1 ? node->children[1] : NULL;
	const struct query_field *field;
	const struct type *holder;

	if (left->op == QUERY_DUE || left->op == QUERY_USED)
		return clock_part_words(visit, type, node, negated, chip);
	if (left->op != QUERY_PATH)
		return false;
	field = left->steps[left->step_count - 1];
	holder = left->step_count > 1 && left->steps[left->step_count - 2]->to
		     ? left->steps[left->step_count - 2]->to->owner
		     : type;
	chip->field = list_field_words(visit, left->steps[0]);
	for (size_t i = 1; i < left->step_count; i++)
		chip->field = str_format(visit->arena, "%.*s, %.*s", STR_ARG(chip->field),
					 STR_ARG(list_field_words(visit, left->steps[i])));
	if (!right) /* is empty */
		chip->words = label(&visit->h, negated ? N_("not empty") : N_("empty"));
	else if (right->op == QUERY_ME)
		chip->words = label(&visit->h, negated ? N_("not me") : N_("me"));
	else if (right->op == QUERY_MY_GROUPS)
		chip->words = label(&visit->h, negated ? N_("not mine") : N_("mine"));
	else if (right->op == QUERY_LIST && field->codes)
		chip->words = set_words(visit, holder, field, right, negated);
	else if (right->op == QUERY_LITERAL && right->kind == VALUE_CHOICE)
		chip->words = list_code_words(visit, holder, field, right->literal.text);
	else if (right->op == QUERY_LITERAL && right->kind == VALUE_BOOLEAN)
		chip->words = label(&visit->h, right->literal.boolean != negated ? N_("Yes") : N_("No"));
	else if (right->op == QUERY_LITERAL && (node->op == QUERY_CONTAINS || node->op == QUERY_STARTS))
		chip->words = text_words(visit, node->op, right->literal.text, negated);
	else
		chip->words = measured_words(visit, node->op, right, false, negated);
	if (!chip->words.n)
		chip->words = rest_of(condition, left);
	return chip->words.n > 0;
}

static bool clock_words(const struct visit *visit, const struct type *type, const struct query_node *node, bool negated,
			struct chip_view *chip)
{
	static const char *const states[] = {[CLOCK_RUNNING] = N_("running"),
					     [CLOCK_PAUSED] = N_("paused"),
					     [CLOCK_MET] = N_("met"),
					     [CLOCK_BREACHED] = N_("over time")};

	chip->field = show_clock_name(visit, type, node->clock);
	chip->words = label(&visit->h, states[node->clock_state]);
	if (negated)
		chip->words = phrase(&visit->h, N_("not %s"), chip->words);
	return true;
}

static void condition_words(struct visit *visit, const struct type *type, struct str condition, struct chip_view *chip)
{
	const struct query *query;
	const struct query_node *node;
	struct error error = {0};
	bool negated = false, told = false;

	if (!query_parse(visit->arena, type->query, condition, &query, &error)) {
		node = query->root;
		if ((negated = node->op == QUERY_NOT))
			node = node->children[0];
		if (node->op == QUERY_CLOCK)
			told = clock_words(visit, type, node, negated, chip);
		else if ((node->op >= QUERY_EQUAL && node->op <= QUERY_STARTS) || node->op == QUERY_EMPTY)
			told = comparison_words(visit, type, node, negated, chip, condition);
	}
	if (!told) {
		chip->field = condition;
		chip->words = S("");
	}
}

struct chip_view *list_chips(struct visit *visit, const struct type *type, struct str expression, size_t *count)
{
	struct list_conditions conditions = list_conditions(visit->arena, expression);
	struct chip_view *chips = arena_many(visit->arena, struct chip_view, conditions.count + 1);

	*count = conditions.count;
	for (size_t i = 0; i < conditions.count; i++) {
		struct buf rest = buf_new(visit->arena);

		for (size_t j = 0; j < conditions.count; j++)
			if (j != i)
				buf_format(&rest, "%s%.*s", rest.n ? " and " : "", STR_ARG(conditions.items[j]));
		condition_words(visit, type, conditions.items[i], &chips[i]);
		chips[i].remove_url = visit_url_with(visit, "filter", rest.n ? buf_str(&rest) : S(""));
	}
	return chips;
}

/* --- adding one without knowing the language --- */

/* The code that was meant by itself or by its label in either language. */
static struct str meant_code(const struct type *type, const struct query_field *field, struct str words)
{
	for (size_t i = 0; i < field->code_count; i++) {
		struct str code = field->codes[i].name;
		const struct state *state = field->is_state ? type_state(type, code) : NULL;
		const struct choice *choice = choice_of(field->owner, code);
		const struct label *names = state ? &state->label : choice ? &choice->label : NULL;

		if (str_eq_nocase(code, words))
			return code;
		for (int l = 0; names && l < LANGUAGES; l++)
			if (str_eq_nocase(label_in(names, (enum language)l), words))
				return code;
	}
	return words;
}

static bool is_truth(struct str words)
{
	static const char *const yes[] = {"true", "yes", "1", "はい"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		if (str_eq_nocase(words, str_of(yes[i])))
			return true;
	return false;
}

/* A record by its number, "me", or else by what people recognise it by. */
static struct str reference_condition(struct visit *visit, const struct query_field *field, struct str comparison,
				      struct str words)
{
	const struct type *to = field->to ? field->to->owner : NULL;
	const char *not = str_is(comparison, "!=") ? "not " : "";
	int64_t identity;

	if (str_is(words, "me") || str_is(words, "my.customer") || kernel_parse_number(visit->kernel, words, &identity))
		return str_format(visit->arena, "%.*s %s %.*s", STR_ARG(field->name), *not ? "!=" : "=",
				  STR_ARG(words));
	if (str_is(words, "my.groups"))
		return str_format(visit->arena, "%s%.*s in my.groups", not, STR_ARG(field->name));
	if (to && to->headline)
		return str_format(visit->arena, "%s%.*s.%.*s contains %.*s", not, STR_ARG(field->name),
				  STR_ARG(to->headline->name), STR_ARG(query_quote(visit->arena, words)));
	return str_format(visit->arena, "%.*s = %.*s", STR_ARG(field->name), STR_ARG(query_quote(visit->arena, words)));
}

static struct str written(struct visit *visit, const struct type *type, const struct query_field *field,
			  struct str comparison, struct str words)
{
	struct arena *arena = visit->arena;
	struct str value = words;
	bool contains = str_is(comparison, "~");

	if (!words.n)
		return str_format(arena, "%.*s is %sempty", STR_ARG(field->name),
				  str_is(comparison, "!=") ? "not " : "");
	if (field->kind == VALUE_RECORD || field->kind == VALUE_LIST)
		return reference_condition(visit, field, comparison, words);
	if (field->kind == VALUE_BOOLEAN)
		return str_format(arena, "%s%.*s", is_truth(words) != str_is(comparison, "!=") ? "" : "not ",
				  STR_ARG(field->name));
	if (field->codes)
		value = meant_code(type, field, words);
	else if (field->kind == VALUE_TEXT && !field->is_number)
		value = query_quote(arena, words);
	if (contains && field->kind == VALUE_TEXT && !field->is_number)
		comparison = S("contains");
	else if (contains)
		comparison = S("=");
	return str_format(arena, "%.*s %.*s %.*s", STR_ARG(field->name), STR_ARG(comparison), STR_ARG(value));
}

struct str list_add_condition(struct visit *visit, const struct type *type, struct str expression, struct str name,
			      struct str comparison, struct str words)
{
	static const char *const comparisons[] = {"=", "!=", "<", "<=", ">", ">=", "~"};
	const struct query_field *field = map_get(&type->query->fields, name);
	struct str condition;
	bool known = false;

	for (size_t i = 0; i < sizeof(comparisons) / sizeof(*comparisons); i++)
		known = known || str_is(comparison, comparisons[i]);
	if (!field || !known)
		return expression;
	condition = written(visit, type, field, comparison, str_trim(words));
	expression = str_trim(expression);
	if (!expression.n)
		return condition;
	return str_format(visit->arena,
			  list_conditions(visit->arena, expression).alternatives ? "(%.*s) and %.*s" : "%.*s and %.*s",
			  STR_ARG(expression), STR_ARG(condition));
}

static bool may_be_asked(const struct visit *visit, const struct query_field *field)
{
	const struct field *own = field->owner;

	return own ? access_reads_field(visit->actor, own)
		   : actor_is_staff(visit->actor) || field->kind != VALUE_RECORD;
}

struct menu_view list_condition_fields(struct visit *visit, const struct type *type)
{
	const struct map *fields = &type->query->fields;
	struct choice_view *choices = arena_many(visit->arena, struct choice_view, fields->count + 1);
	size_t count = 0;

	for (size_t i = 0; i < fields->count; i++) {
		const struct query_field *field = fields->entries[i].value;

		if (may_be_asked(visit, field) && !str_is(field->name, "version"))
			choices[count++] =
			    (struct choice_view){.value = field->name, .words = list_field_words(visit, field)};
	}
	return (struct menu_view){choices, count};
}

struct menu_view list_condition_values(struct visit *visit, const struct type *type)
{
	const struct map *fields = &type->query->fields;
	VEC(struct choice_view) choices = {0};

	vec_push(visit->arena, &choices, (struct choice_view){.value = S("me"), .words = label(&visit->h, N_("me"))});
	if (actor_is_staff(visit->actor))
		vec_push(visit->arena, &choices,
			 (struct choice_view){.value = S("my.groups"), .words = label(&visit->h, N_("my groups"))});
	for (size_t i = 0; i < fields->count; i++) {
		const struct query_field *field = fields->entries[i].value;

		for (size_t c = 0; c < field->code_count && may_be_asked(visit, field); c++) {
			struct str words = list_code_words(visit, type, field, field->codes[c].name);

			vec_push(visit->arena, &choices,
				 (struct choice_view){.value = words, .words = list_field_words(visit, field)});
		}
	}
	return (struct menu_view){choices.items, choices.count};
}
