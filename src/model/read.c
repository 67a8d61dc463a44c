#include <stdarg.h>
#include <string.h>

#include "base/fold.h"
#include "model/load.h"

void fault_at(struct load *load, struct place place, const char *message, ...)
{
	const char *arguments[ERROR_ARGUMENTS] = {0};
	struct str field = str_format(load->arena, "%s:%u", place.file, place.line);
	va_list list;

	va_start(list, message);
	for (int i = 0; i < ERROR_ARGUMENTS; i++) {
		arguments[i] = va_arg(list, const char *);
		if (!arguments[i])
			break;
	}
	va_end(list);
	error_fail_at(load->error, E_INVALID, field, "model", message, arguments[0], arguments[1], arguments[2]);
	load->faults++;
}

const char *text_of(struct load *load, struct str s)
{
	return str_c(load->arena, str_sub(s, 0, 100));
}

struct str words_add(struct load *load, struct str words, struct str word)
{
	if (!words.n)
		return word;
	return str_format(load->arena, "%.*s %.*s", STR_ARG(words), STR_ARG(word));
}

/* How many letters must be put in, taken out or changed. */
static size_t distance(struct str a, struct str b)
{
	enum { MOST = 48 };
	size_t row[MOST + 1];

	if (a.n > MOST || b.n > MOST)
		return MOST;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t best = diagonal + (a.p[i - 1] != b.p[j - 1]);

			diagonal = row[j];
			best = row[j] + 1 < best ? row[j] + 1 : best;
			row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
		}
	}
	return row[b.n];
}

static struct str nearest(struct str name, struct str candidates)
{
	struct str word, best = {0};
	size_t least = name.n / 3 + 1;

	while (str_cut(&candidates, ' ', &word)) {
		size_t far = distance(name, word);

		if (far <= least && far < word.n) {
			best = word;
			least = far ? far - 1 : 0;
		}
	}
	return best;
}

void fault_unknown(struct load *load, struct place place, const char *what, struct str name, struct str candidates)
{
	struct str near = nearest(name, candidates);
	struct buf list = buf_new(load->arena);
	struct str word;

	if (near.n) {
		fault(load, place, "Unknown %s \"%s\"; did you mean \"%s\"?", what, text_of(load, name),
		      text_of(load, near));
		return;
	}
	while (str_cut(&candidates, ' ', &word)) {
		if (list.n + word.n > 240) {
			buf_add_c(&list, ", ...");
			break;
		}
		buf_add_c(&list, list.n ? ", " : "");
		buf_add(&list, word);
	}
	fault(load, place, "Unknown %s \"%s\"; expected one of: %s", what, text_of(load, name),
	      list.n ? str_c(load->arena, buf_str(&list)) : "(none)");
}

bool read_mapping(struct load *load, const struct node *node, const char *what)
{
	if (node->kind == NODE_MAPPING)
		return true;
	fault(load, node->place, "%s must be a mapping (name: value)", what);
	return false;
}

void read_keys(struct load *load, const struct node *mapping, const char *allowed)
{
	for (size_t i = 0; i < mapping->count; i++) {
		struct str rest = str_of(allowed), word;
		bool known = false;

		while (!known && str_cut(&rest, ' ', &word))
			known = str_eq(word, mapping->keys[i]);
		if (!known)
			fault_unknown(load, mapping->key_places[i], "key", mapping->keys[i], str_of(allowed));
	}
}

static bool is_plain(struct load *load, const struct node *node, const char *key)
{
	if (node->kind != NODE_SCALAR || (!node->quoted && (!node->text.n || str_is(node->text, "~")))) {
		fault(load, node->place, "\"%s\" must be one plain value", key);
		return false;
	}
	return true;
}

static const struct node *scalar(struct load *load, const struct node *mapping, const char *key)
{
	const struct node *node = node_get(mapping, key);

	return node && is_plain(load, node, key) ? node : NULL;
}

struct str read_text(struct load *load, const struct node *mapping, const char *key)
{
	const struct node *node = scalar(load, mapping, key);

	return node ? node->text : (struct str){0};
}

bool read_flag(struct load *load, const struct node *mapping, const char *key, bool preset)
{
	const struct node *node = scalar(load, mapping, key);

	if (!node)
		return preset;
	if (!node->quoted && str_is(node->text, "true"))
		return true;
	if (node->quoted || !str_is(node->text, "false"))
		fault(load, node->place, "\"%s\" must be true or false", key);
	return false;
}

bool read_integer(struct load *load, const struct node *mapping, const char *key, int64_t *out)
{
	const struct node *node = scalar(load, mapping, key);

	if (!node)
		return false;
	if (str_int64(node->text, out))
		return true;
	fault(load, node->place, "\"%s\" must be a whole number", key);
	return false;
}

/* keys: that stand there, the texts themselves among them. */
static struct label label_among(struct load *load, const struct node *node, const char *key, const char *keys)
{
	struct label label = {0};

	if (node->kind == NODE_SCALAR) {
		label.text[ENGLISH] = is_plain(load, node, key) ? fold_nfc(load->arena, node->text) : S("");
		return label;
	}
	if (!read_mapping(load, node, "A text"))
		return label;
	read_keys(load, node, keys);
	label.text[ENGLISH] = fold_nfc(load->arena, read_text(load, node, "en"));
	label.text[JAPANESE] = fold_nfc(load->arena, read_text(load, node, "ja"));
	if (!label.text[ENGLISH].n)
		fault(load, node->place, "\"%s\" needs an English text (en)", key);
	return label;
}

struct label read_label_node(struct load *load, const struct node *node, const char *key)
{
	return label_among(load, node, key, "en ja");
}

struct label read_label_and_plain(struct load *load, const struct node *mapping, const char *key, struct label *plain)
{
	const struct node *node = node_get(mapping, key), *words = node_get(node, "plain");

	*plain = words ? read_label_node(load, words, "plain") : (struct label){0};
	return label_among(load, node, key, "en ja plain");
}

struct label read_label(struct load *load, const struct node *mapping, const char *key)
{
	const struct node *node = node_get(mapping, key);

	return node ? read_label_node(load, node, key) : (struct label){0};
}

struct label read_label_or_name(struct load *load, const struct node *mapping, const char *key, struct str name)
{
	struct label label = mapping ? read_label(load, mapping, key) : (struct label){0};

	if (!label.text[ENGLISH].n) {
		char *made = str_c(load->arena, name);

		for (char *c = made; *c; c++)
			*c = *c == '_' ? ' ' : *c;
		if (*made >= 'a' && *made <= 'z')
			*made = (char)(*made - 'a' + 'A');
		label.text[ENGLISH] = str_of(made);
	}
	return label;
}

const struct node **read_items(struct load *load, const struct node *mapping, const char *key, size_t *count)
{
	const struct node *node = node_get(mapping, key);
	const struct node **list;

	*count = 0;
	if (!node)
		return NULL;
	if (node->kind == NODE_SCALAR) {
		if (!scalar(load, mapping, key))
			return NULL;
		list = arena_many(load->arena, const struct node *, 1);
		list[(*count)++] = node;
		return list;
	}
	if (node->kind != NODE_SEQUENCE) {
		fault(load, node->place, "\"%s\" must be a list", key);
		return NULL;
	}
	list = arena_many(load->arena, const struct node *, node->count);
	for (size_t i = 0; i < node->count; i++) {
		if (node->items[i]->kind == NODE_SCALAR)
			list[(*count)++] = node->items[i];
		else
			fault(load, node->items[i]->place, "\"%s\" must be a list of plain values", key);
	}
	return list;
}

struct str *read_texts(struct load *load, const struct node *mapping, const char *key, size_t *count)
{
	const struct node **list = read_items(load, mapping, key, count);
	struct str *texts = arena_many(load->arena, struct str, *count);

	for (size_t i = 0; i < *count; i++)
		texts[i] = list[i]->text;
	return texts;
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool name_is_spelled(struct load *load, struct str name, struct place place, const char *what)
{
	bool good = name.n > 0 && name.n <= 48 && is_lower(name.p[0]);

	for (size_t i = 1; good && i < name.n; i++)
		good = is_lower(name.p[i]) || is_digit(name.p[i]) || name.p[i] == '_';
	if (!good)
		fault(load, place, "The name of a %s must be lower case letters, digits and _, 48 at most: \"%s\"",
		      what, text_of(load, name));
	return good;
}

bool name_is_good(struct load *load, struct str name, struct place place, const char *what)
{
	if (!name_is_spelled(load, name, place, what))
		return false;
	if (query_is_word(name))
		fault(load, place, "\"%s\" is a word of the expression language and cannot name a %s",
		      text_of(load, name), what);
	return !query_is_word(name);
}

bool code_is_good(struct load *load, struct str code, struct place place)
{
	bool good = code.n > 0 && code.n <= 48;

	for (size_t i = 0; good && i < code.n; i++) {
		char c = code.p[i];

		good = is_lower(c) || (c >= 'A' && c <= 'Z') || (i && (is_digit(c) || c == '_'));
	}
	if (good && !query_is_word(code))
		return true;
	fault(load, place, "A code must be letters, digits and _, and no word of the expression language: \"%s\"",
	      text_of(load, code));
	return false;
}

struct str read_was(struct load *load, const struct node *mapping)
{
	struct str was = read_text(load, mapping, "was");

	if (was.n && !name_is_good(load, was, node_get(mapping, "was")->place, "former name"))
		return (struct str){0};
	return was;
}
