#include "record/said.h"

#include <jansson.h>
#include <stdlib.h>

enum { ARGUMENT_MOST = 300, TEXT_MOST = 1200 };

static json_t *text_json(struct str text)
{
	json_t *json = json_stringn(text.p ? text.p : "", text.n);

	return json ? json : json_string("?"); /* of a mail server that does not speak UTF-8 */
}

/* Adds the item unless it would become too long. */
static void add(struct buf *kept, json_t *item)
{
	char *text = json_dumps(item, JSON_COMPACT);
	struct str one = str_of(text);

	if (one.n && kept->n + one.n + 3 <= SAID_MOST)
		buf_format(kept, "%s%.*s", kept->n ? "," : "", STR_ARG(one));
	free(text);
	json_decref(item);
}

static struct str whole(struct arena *arena, const struct buf *kept)
{
	return kept->n ? str_format(arena, "[%.*s]", STR_ARG(buf_str(kept))) : (struct str){0};
}

struct str said_keep(struct arena *arena, const char *message, struct str with)
{
	struct buf kept = buf_new(arena);

	add(&kept, with.n ? json_pack("{s:s,s:[o]}", "text", message, "with", text_json(str_head(with, ARGUMENT_MOST)))
			  : json_pack("{s:s}", "text", message));
	return whole(arena, &kept);
}

struct str said_keep_both(struct arena *arena, struct str english, struct str japanese)
{
	struct buf kept = buf_new(arena);

	add(&kept, json_pack("{s:{s:o,s:o}}", "in", language_code(ENGLISH), text_json(english), language_code(JAPANESE),
			     text_json(japanese)));
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

static json_t *item_json(const struct error_item *item, const struct type *type, struct str about)
{
	const struct field *field = type ? type_field(type, field_name(item)) : NULL;
	json_t *json = json_pack("{s:s}", "text", item->message), *with = json_array();

	for (int i = 0; i < ERROR_ARGUMENTS && item->arguments[i]; i++)
		json_array_append_new(with, text_json(str_head(str_of(item->arguments[i]), ARGUMENT_MOST)));
	json_object_set_new(json, "with", with);
	if (field)
		json_object_set_new(json, "of",
				    json_pack("{s:o,s:o}", "en", text_json(field->label.text[ENGLISH]), "ja",
					      text_json(label_in(&field->label, JAPANESE))));
	else if (about.n)
		json_object_set_new(json, "of", json_pack("{s:o}", "en", text_json(about)));
	return json;
}

struct str said_keep_error(struct arena *arena, const struct error *error, const struct type *type, struct str about)
{
	struct buf kept = buf_new(arena);

	for (size_t i = 0; i < error->count; i++)
		add(&kept, item_json(&error->items[i], type, about));
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
