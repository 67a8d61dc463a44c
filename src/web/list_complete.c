/* What may follow in an expression while somebody types it. */
#include "web/list_filter.h"

#include "record/access.h"

struct completion {
	struct visit *visit;
	const struct type *type;
	struct str before, begun; /* the expression is both; begun is the word at the end */
	size_t most;
	VEC(struct choice_view) found;
};

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

static struct str last_word(struct str text, struct str *before)
{
	size_t at = text.n;

	while (at && is_name_byte(text.p[at - 1]))
		at--;
	*before = str_sub(text, 0, at);
	return str_sub(text, at, text.n);
}

static void offer(struct completion *c, struct str prefix, struct str word, struct str words)
{
	struct str begun = str_sub(c->begun, prefix.n, c->begun.n);

	if (c->found.count == c->most || word.n < begun.n || !str_eq_nocase(str_sub(word, 0, begun.n), begun))
		return;
	vec_push(c->visit->arena, &c->found,
		 (struct choice_view){.value = str_format(c->visit->arena, "%.*s%.*s%.*s", STR_ARG(c->before),
							  STR_ARG(prefix), STR_ARG(word)),
				      .words = words});
}

static bool may_ask(const struct completion *c, const struct query_field *field)
{
	return field->owner ? access_reads_field(c->visit->actor, field->owner)
			    : actor_is_staff(c->visit->actor) || field->kind != VALUE_RECORD;
}

/* The type that a path leads to up to its last dot. */
static const struct query_type *walk(const struct completion *c, struct str path, struct str *prefix)
{
	const struct query_type *type = c->type->query;
	size_t dot;

	*prefix = str_sub(path, 0, 0);
	while (type && str_find_char(str_sub(path, prefix->n, path.n), '.', &dot)) {
		const struct query_field *field = map_get(&type->fields, str_sub(path, prefix->n, prefix->n + dot));

		*prefix = str_sub(path, 0, prefix->n + dot + 1);
		type = field && may_ask(c, field) ? field->to : NULL;
	}
	return type;
}

static const struct query_field *field_of(const struct completion *c, struct str path)
{
	struct str prefix;
	const struct query_type *type = walk(c, path, &prefix);

	return type ? map_get(&type->fields, str_sub(path, prefix.n, path.n)) : NULL;
}

static void offer_names(struct completion *c)
{
	struct str prefix;
	const struct query_type *type = walk(c, c->begun, &prefix);

	for (size_t i = 0; type && i < type->fields.count; i++) {
		const struct query_field *field = type->fields.entries[i].value;
		const struct field *own = field->owner;

		if (may_ask(c, field))
			offer(c, prefix, field->name, own ? words_of(c->visit, &own->label) : S(""));
	}
	for (size_t i = 0; !prefix.n && i < c->type->query->clocks.count; i++)
		offer(c, S(""),
		      str_format(c->visit->arena, "clock(%.*s)", STR_ARG(c->type->query->clocks.entries[i].key)),
		      S(""));
}

static void offer_all(struct completion *c, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		offer(c, S(""), str_of(words[i]), S(""));
}

#define OFFER(c, ...)                                                                                                  \
	offer_all((c), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void offer_values(struct completion *c, struct str path)
{
	const struct query_field *field;

	if (str_ends(path, S("state.phase"))) {
		OFFER(c, "open", "waiting", "done");
		return;
	}
	if (!(field = field_of(c, path)) || !may_ask(c, field))
		return;
	for (size_t i = 0; i < field->code_count; i++)
		offer(c, S(""), field->codes[i].name, S(""));
	if (field->kind == VALUE_RECORD)
		OFFER(c, "me", "my.groups", "my.customer");
	else if (field->kind == VALUE_TIME)
		OFFER(c, "now", "today");
	else if (field->kind == VALUE_BOOLEAN)
		OFFER(c, "true", "false");
}

/* What follows a name that is complete. */
static void offer_comparisons(struct completion *c, const struct query_field *field)
{
	if (field->kind == VALUE_TEXT)
		OFFER(c, "contains", "starts", "is empty");
	else
		OFFER(c, "in", "is empty", "is not empty");
	OFFER(c, "and", "or");
}

struct choice_view *list_complete(struct visit *visit, const struct type *type, struct str expression, size_t most,
				  size_t *count)
{
	struct completion c = {.visit = visit, .type = type, .most = most};
	struct str left, sign, path;
	size_t n;

	c.begun = last_word(expression, &c.before);
	left = str_trim(c.before);
	n = left.n;
	while (n && (left.p[n - 1] == '=' || left.p[n - 1] == '<' || left.p[n - 1] == '>' || left.p[n - 1] == '!'))
		n--;
	sign = str_sub(left, n, left.n);
	path = last_word(str_trim(str_sub(left, 0, n)), &left);
	if (sign.n)
		offer_values(&c, path);
	else if (str_is(path, "is"))
		OFFER(&c, "empty", "not empty", "breached", "running", "paused", "met");
	else if (str_is(path, "in"))
		OFFER(&c, "my.groups");
	else if (path.n && field_of(&c, path))
		offer_comparisons(&c, field_of(&c, path));
	else
		offer_names(&c);
	*count = c.found.count;
	return c.found.items;
}
