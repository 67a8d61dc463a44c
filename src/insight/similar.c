#include "insight/similar.h"

static bool is_of_a_step(const struct type *type, const struct field *field)
{
	for (size_t t = 0; t < type->transition_count; t++) {
		const struct transition *transition = type->transitions[t];

		for (size_t i = 0; i < transition->requires_count; i++)
			if (transition->requires[i].field == field)
				return true;
	}
	return false;
}

/* What it is called and how it is described; what a later step writes (a resolution) tells nothing of how it looked. */
static bool is_described_by(const struct type *type, const struct field *field)
{
	return field == type->headline ||
	       (field->kind == FIELD_MARKDOWN && field->searched && !is_of_a_step(type, field));
}

bool similar_looks_at(const struct type *type, const struct field *field)
{
	if (is_described_by(type, field))
		return true;
	for (size_t i = 0; i < type->suggestion_count; i++)
		for (size_t k = 0; k < type->suggestions[i].same_count; k++)
			if (type->suggestions[i].mine[k] == field)
				return true;
	return false;
}

/* The headline first: when there are too many words, its words count. */
static struct str *texts_of(struct arena *arena, const struct similar_to *to, size_t *count)
{
	const struct type *type = to->type;
	struct str *texts = arena_many(arena, struct str, type->field_count + 1);

	*count = 0;
	for (int headline = 1; headline >= 0; headline--)
		for (size_t i = 0; i < type->field_count; i++) {
			const struct field *field = type->fields[i];

			if (is_described_by(type, field) && (field == type->headline) == headline &&
			    to->values[i].kind == VALUE_TEXT)
				texts[(*count)++] = to->values[i].text;
		}
	return texts;
}

static struct similar_item item_of(const struct suggestion *what, const struct similar_hit *hit, enum language language)
{
	struct value shows = what->shows ? record_value(hit->record, what->shows) : (struct value){0};
	struct value ja =
	    language == JAPANESE && what->shows_ja ? record_value(hit->record, what->shows_ja) : (struct value){0};

	if (!value_is_empty(ja))
		shows = ja;
	return (struct similar_item){.what = what,
				     .hit = *hit,
				     .headline = read_headline(hit->record, language),
				     .shows = shows.kind == VALUE_TEXT ? shows.text : (struct str){0}};
}

/* What a record that stands names already need not be proposed for the same place. */
static bool is_entered(const struct similar_to *to, const struct suggestion *what)
{
	return to->identity && what->sets && !value_is_empty(to->values[what->sets->index]);
}

enum status similar_of(struct kernel *kernel, struct connection *connection, struct arena *arena,
		       const struct actor *actor, const struct similar_to *to, struct similar_item **items,
		       size_t *count, struct error *error)
{
	const struct type *type = to->type;
	VEC(struct similar_item) found = {0};
	struct similar_request request = {.except = to->identity, .limit = to->limit, .now = to->now};

	*count = 0;
	request.texts = texts_of(arena, to, &request.text_count);
	for (size_t i = 0; i < type->suggestion_count; i++) {
		const struct suggestion *what = &type->suggestions[i];
		struct value *values = arena_many(arena, struct value, what->same_count + 1);
		struct similar_hit *hits = NULL;
		size_t hit_count;
		enum status status;

		if (is_entered(to, what))
			continue;
		for (size_t k = 0; k < what->same_count; k++)
			values[k] = to->values[what->mine[k]->index];
		request.what = what;
		request.values = values;
		if ((status = read_similar(kernel, connection, arena, actor, &request, &hits, &hit_count, error)))
			return status;
		for (size_t k = 0; k < hit_count; k++)
			vec_push(arena, &found, item_of(what, &hits[k], actor->language));
	}
	*items = found.items;
	*count = found.count;
	return OK;
}
