#include "record/said.h"

#include <jansson.h>

enum { ARGUMENT_MOST = 300, TEXT_MOST = 1200 };

/* Adds the item unless it would become too long. */
static void add(struct buf *kept, const struct buf *item)
{
	if (kept->n + item->n + 3 > SAID_MOST)
		return;
	if (kept->n)
		buf_add_char(kept, ',');
	buf_add(kept, buf_str(item));
}

static struct str whole(struct arena *arena, const struct buf *kept)
{
	return kept->n ? str_format(arena, "[%.*s]", STR_ARG(buf_str(kept))) : (struct str){0};
}

static struct buf begin_item(struct arena *arena, const char *message)
{
	struct buf item = buf_new(arena);

	buf_add(&item, S("{\"text\":"));
	buf_add_json_string(&item, str_of(message));
	return item;
}

static void add_with(struct buf *item, struct str with, bool first)
{
	buf_add_c(item, first ? ",\"with\":[" : ",");
	buf_add_json_string(item, str_head(with, ARGUMENT_MOST));
}

/* "of":{"en":"...","ja":"..."}; japanese may be empty */
static void add_both(struct buf *item, const char *key, struct str english, struct str japanese)
{
	buf_format(item, "\"%s\":{\"%s\":", key, language_code(ENGLISH));
	buf_add_json_string(item, english);
	if (japanese.n) {
		buf_format(item, ",\"%s\":", language_code(JAPANESE));
		buf_add_json_string(item, japanese);
	}
	buf_add_char(item, '}');
}

struct str said_keep(struct arena *arena, const char *message, struct str with)
{
	struct buf kept = buf_new(arena), item = begin_item(arena, message);

	if (with.n) {
		add_with(&item, with, true);
		buf_add_char(&item, ']');
	}
	buf_add_char(&item, '}');
	add(&kept, &item);
	return whole(arena, &kept);
}

struct str said_keep_both(struct arena *arena, struct str english, struct str japanese)
{
	struct buf kept = buf_new(arena), item = buf_new(arena);

	buf_add_char(&item, '{');
	add_both(&item, "in", english, japanese);
	buf_add_char(&item, '}');
	add(&kept, &item);
	return whole(arena, &kept);
}

struct str said_and(struct arena *arena, struct str kept, struct str further)
{
	if (!kept.n || !further.n || kept.n + further.n > SAID_MOST)
		return further.n ? further : kept;
	return str_format(arena, "%.*s,%.*s", STR_ARG(str_sub(kept, 0, kept.n - 1)),
			  STR_ARG(str_sub(further, 1, further.n)));
}

/* "0.title" of a batch is title. */
static struct str field_name(const struct error_item *item)
{
	struct str name = str_of(item->field);
	size_t dot;

	return str_find_char(name, '.', &dot) ? str_sub(name, dot + 1, name.n) : name;
}

static struct buf item_of(struct arena *arena, const struct error_item *error, const struct type *type,
			  struct str about)
{
	const struct field *field = type ? type_field(type, field_name(error)) : NULL;
	struct buf item = begin_item(arena, error->message);

	for (int i = 0; i < ERROR_ARGUMENTS && error->arguments[i]; i++)
		add_with(&item, str_of(error->arguments[i]), i == 0);
	if (error->arguments[0])
		buf_add_char(&item, ']');
	if (field || about.n) {
		buf_add_char(&item, ',');
		add_both(&item, "of", field ? field->label.text[ENGLISH] : about,
			 field ? label_in(&field->label, JAPANESE) : (struct str){0});
	}
	buf_add_char(&item, '}');
	return item;
}

struct str said_keep_error(struct arena *arena, const struct error *error, const struct type *type, struct str about)
{
	struct buf kept = buf_new(arena);

	for (size_t i = 0; i < error->count; i++) {
		struct buf item = item_of(arena, &error->items[i], type, about);

		add(&kept, &item);
	}
	return whole(arena, &kept);
}

static struct str in_words(const json_t *item, const char *key, enum language language)
{
	const json_t *of = json_object_get(item, key), *words = json_object_get(of, language_code(language));

	return str_of(json_string_value(words ? words : json_object_get(of, language_code(ENGLISH))));
}

static void add_words(struct buf *words, const json_t *item, enum language language)
{
	const json_t *with = json_object_get(item, "with");
	const char *text = json_string_value(json_object_get(item, "text"));
	struct error_item said = {.message = text};
	struct str of = in_words(item, "of", language);
	char room[TEXT_MOST];

	if (!text) {
		buf_add(words, in_words(item, "in", language));
		return;
	}
	for (size_t i = 0; i < ERROR_ARGUMENTS && i < json_array_size(with); i++)
		said.arguments[i] = json_string_value(json_array_get(with, i));
	error_item_text(&said, translate(language, text), room, sizeof(room));
	if (words->n)
		buf_add(words, language == JAPANESE ? S("；") : S("; "));
	if (of.n)
		buf_format(words, "%.*s%s", STR_ARG(of), language == JAPANESE ? "：" : ": ");
	buf_add_c(words, room);
}

struct str said_in(struct arena *arena, enum language language, struct str kept)
{
	struct buf words = buf_new(arena);
	json_t *list;

	if (!kept.n)
		return kept;
	list = str_starts(kept, S("[{")) ? json_loadb(kept.p, kept.n, 0, NULL) : NULL;
	if (!list)
		return str_of(translate(language, str_c(arena, kept)));
	for (size_t i = 0; i < json_array_size(list); i++)
		add_words(&words, json_array_get(list, i), language);
	json_decref(list);
	return buf_str(&words);
}
