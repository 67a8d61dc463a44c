/* The small parts of a mapping: texts, sources, fields and formats. */
#include "job/import_mapping.h"

#include <stdio.h>

enum status import_fault(struct import_loading *loading, struct place place, const char *message, struct str argument)
{
	const char *at = str_c(loading->arena, str_format(loading->arena, "%s:%u", place.file, place.line));

	return error_fail(loading->error, E_INVALID, at, "mapping", message, str_c(loading->arena, argument));
}

static bool is_allowed(const char *allowed, struct str key)
{
	struct str rest = str_of(allowed), word;

	while (str_cut(&rest, ' ', &word))
		if (str_eq(word, key))
			return true;
	return false;
}

enum status import_keys(struct import_loading *loading, const struct node *node, const char *allowed)
{
	if (node->kind != NODE_MAPPING)
		return import_fault(loading, node->place, N_("Names with values are expected here"), (struct str){0});
	for (size_t i = 0; i < node->count; i++)
		if (!is_allowed(allowed, node->keys[i]))
			return import_fault(loading, node->key_places[i], N_("There is no \"%s\" here"), node->keys[i]);
	return OK;
}

enum status import_text(struct import_loading *loading, const struct node *node, const char *key, bool needed,
			struct str *text)
{
	const struct node *item = node_get(node, key);

	*text = (struct str){0};
	if (!item)
		return needed ? import_fault(loading, node->place, N_("\"%s\" is missing"), str_of(key)) : OK;
	if (item->kind != NODE_SCALAR)
		return import_fault(loading, item->place, N_("\"%s\" is one text"), str_of(key));
	*text = item->text;
	return OK;
}

enum status import_list(struct import_loading *loading, const struct node *node, const char *key,
			const struct str **texts, size_t *count)
{
	const struct node *list = node_get(node, key);
	struct str *found;

	if (!list)
		return OK;
	if (list->kind == NODE_MAPPING)
		return import_fault(loading, list->place, N_("\"%s\" is a list of texts"), str_of(key));
	*count = list->kind == NODE_SCALAR ? 1 : list->count;
	*texts = found = arena_many(loading->arena, struct str, *count + 1);
	for (size_t i = 0; i < *count; i++) {
		const struct node *item = list->kind == NODE_SCALAR ? list : list->items[i];

		if (item->kind != NODE_SCALAR)
			return import_fault(loading, item->place, N_("\"%s\" is a list of texts"), str_of(key));
		found[i] = item->text;
	}
	return OK;
}

/* --- sources --- */

static enum status load_kind(struct import_loading *loading, const struct node *node, struct import_source *source)
{
	static const struct {
		const char *key;
		enum import_source_kind kind;
	} kinds[] = {{"column", IMPORT_COLUMN},
		     {"constant", IMPORT_CONSTANT},
		     {"template", IMPORT_TEMPLATE},
		     {"count", IMPORT_COUNT}};
	size_t said = 0;
	struct str text;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		enum status status = import_text(loading, node, kinds[i].key, false, &text);

		if (status)
			return status;
		if (!node_get(node, kinds[i].key))
			continue;
		said++;
		source->kind = kinds[i].kind;
		source->text = text;
	}
	if (node_get(node, "at")) {
		said++;
		source->kind = IMPORT_AT;
	}
	return said == 1 ? OK
			 : import_fault(loading, node->place, N_("One of these is expected: %s"),
					S("column, constant, template, count, at"));
}

static enum status load_texts(struct import_loading *loading, const struct node *node, const char *key,
			      const struct map **texts)
{
	const struct node *codes = node_get(node, key);
	struct map *map;

	if (!codes)
		return OK;
	if (codes->kind != NODE_MAPPING)
		return import_fault(loading, codes->place, N_("Names with values are expected here"), (struct str){0});
	map = arena_one(loading->arena, struct map);
	*map = map_new(loading->arena);
	for (size_t i = 0; i < codes->count; i++) {
		if (codes->items[i]->kind != NODE_SCALAR)
			return import_fault(loading, codes->items[i]->place, N_("\"%s\" is one text"), codes->keys[i]);
		map_put(map, codes->keys[i], (struct str *)&codes->items[i]->text);
	}
	*texts = map;
	return OK;
}

static enum status load_unit(struct import_loading *loading, const struct node *node, struct import_source *source)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = {{"seconds", SECOND}, {"minutes", MINUTE}, {"hours", HOUR}, {"days", (int64_t)24 * HOUR}};
	struct str text;
	enum status status = import_text(loading, node, "unit", false, &text);

	if (status || !text.n)
		return status;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (str_is(text, units[i].name))
			source->unit = units[i].ms;
	return source->unit ? OK : import_fault(loading, node->place, N_("There is no unit \"%s\""), text);
}

static enum status load_with(struct import_loading *loading, const struct node *node, struct import_source *source)
{
	const struct node *with = node_get(node, "with");
	enum status status;

	if (!with)
		return OK;
	if (with->kind != NODE_MAPPING)
		return import_fault(loading, with->place, N_("Names with values are expected here"), (struct str){0});
	source->with = arena_many(loading->arena, struct import_argument, with->count + 1);
	for (size_t i = 0; i < with->count; i++) {
		struct import_source *one = arena_one(loading->arena, struct import_source);

		if ((status = import_load_source(loading, with->items[i], one)))
			return status;
		source->with[source->with_count++] = (struct import_argument){with->keys[i], one};
	}
	return OK;
}

static enum status load_reference(struct import_loading *loading, const struct node *node, struct import_source *source)
{
	struct str name, create;
	enum status status;

	if ((status = import_text(loading, node, "reference", false, &name)) ||
	    (status = import_text(loading, node, "create", false, &create)) || !name.n)
		return status;
	for (size_t i = 0; i < loading->mapping->reference_count; i++)
		if (str_eq(loading->mapping->references[i].name, name))
			source->reference = &loading->mapping->references[i];
	if (!source->reference)
		return import_fault(loading, node->place, N_("There is no reference \"%s\" above"), name);
	source->existing_only = str_is(create, "false");
	if ((status = import_text(loading, node, "missing", false, &source->missing)) ||
	    (status = load_texts(loading, node, "leave_out", &source->left_out)))
		return status;
	return load_with(loading, node, source);
}

enum status import_load_source(struct import_loading *loading, const struct node *node, struct import_source *source)
{
	enum status status;

	*source = (struct import_source){.place = node->place};
	if (node->kind == NODE_SCALAR) {
		source->text = node->text;
		return OK;
	}
	if ((status = import_keys(
		 loading, node,
		 "column constant template count at map else unit reference with create missing leave_out")) ||
	    (status = load_kind(loading, node, source)) ||
	    (status = load_texts(loading, node, "map", &source->codes)) ||
	    (status = import_text(loading, node, "else", false, &source->otherwise)) ||
	    (status = load_unit(loading, node, source)) || (status = load_reference(loading, node, source)))
		return status;
	source->has_otherwise = node_get(node, "else") != NULL;
	return OK;
}

enum status import_load_source_at(struct import_loading *loading, const struct node *node, const char *key,
				  const struct import_source **source)
{
	const struct node *item = node_get(node, key);
	struct import_source *one;

	*source = NULL;
	if (!item)
		return OK;
	*source = one = arena_one(loading->arena, struct import_source);
	return import_load_source(loading, item, one);
}

/* --- fields --- */

static enum status load_field(struct import_loading *loading, const struct node *node, struct import_field *field)
{
	bool several = node->kind == NODE_SEQUENCE;
	size_t count = several ? node->count : 1;
	struct import_source *sources = arena_many(loading->arena, struct import_source, count + 1);
	enum status status = OK;

	if (several && field->field->kind != FIELD_LINKS)
		return import_fault(loading, node->place, N_("Only links may come from several places: %s"),
				    field->field->name);
	for (size_t i = 0; i < count && !status; i++)
		status = import_load_source(loading, several ? node->items[i] : node, &sources[i]);
	for (size_t i = 0; i < count && !status; i++)
		if (sources[i].reference && sources[i].reference->type != field->field->to)
			status = import_fault(loading, sources[i].place, N_("The reference is of another type than %s"),
					      field->field->name);
	field->sources = sources;
	field->source_count = count;
	return status;
}

enum status import_load_fields(struct import_loading *loading, const struct node *node, const struct type *type,
			       struct import_fields *fields)
{
	enum status status;

	if (!node)
		return OK;
	if (node->kind != NODE_MAPPING)
		return import_fault(loading, node->place, N_("Names with values are expected here"), (struct str){0});
	fields->items = arena_many(loading->arena, struct import_field, node->count + 1);
	for (size_t i = 0; i < node->count; i++) {
		struct import_field *field = &fields->items[fields->count++];

		field->field = type_field(type, node->keys[i]);
		if (!field->field || field->field->kind == FIELD_COMPUTED)
			return import_fault(loading, node->key_places[i],
					    N_("There is no field \"%s\" to set; an overlay may add one"),
					    node->keys[i]);
		if ((status = load_field(loading, node->items[i], field)))
			return status;
	}
	return OK;
}

/* --- formats --- */

static enum status load_separator(struct import_loading *loading, const struct node *node, struct import_format *format)
{
	struct str text;
	enum status status = import_text(loading, node, "separator", false, &text);

	if (status || !text.n)
		return status;
	if (str_is(text, "auto"))
		format->csv.separator = 0;
	else if (str_is(text, "tab"))
		format->csv.separator = '\t';
	else if (text.n == 1 && (text.p[0] == ',' || text.p[0] == ';' || text.p[0] == '|'))
		format->csv.separator = text.p[0];
	else
		return import_fault(loading, node->place, N_("There is no separator \"%s\""), text);
	return OK;
}

static enum status load_encoding(struct import_loading *loading, const struct node *node, struct import_format *format)
{
	struct str text;
	enum status status = import_text(loading, node, "encoding", false, &text);

	if (status || !text.n)
		return status;
	if (str_is(text, "auto"))
		format->csv.encoding = CSV_DETECT;
	else if (str_is(text, "utf-8"))
		format->csv.encoding = CSV_UTF8;
	else if (str_is(text, "shift_jis"))
		format->csv.encoding = CSV_SHIFT_JIS;
	else
		return import_fault(loading, node->place, N_("There is no encoding \"%s\""), text);
	return OK;
}

enum status import_load_format(struct import_loading *loading, const struct node *node,
			       const struct import_format *base, struct import_format *format)
{
	struct str decimal, zone;
	enum status status;

	*format = *base;
	if (!node)
		return OK;
	if ((status = import_keys(loading, node, "separator encoding decimal zone times nothing")) ||
	    (status = load_separator(loading, node, format)) || (status = load_encoding(loading, node, format)) ||
	    (status = import_text(loading, node, "decimal", false, &decimal)) ||
	    (status = import_text(loading, node, "zone", false, &zone)) ||
	    (status = import_list(loading, node, "times", &format->times, &format->time_count)) ||
	    (status = import_list(loading, node, "nothing", &format->nothing, &format->nothing_count)))
		return status;
	if (decimal.n && !str_is(decimal, "comma") && !str_is(decimal, "point"))
		return import_fault(loading, node->place, N_("One of these is expected: %s"), S("comma, point"));
	if (decimal.n)
		format->decimal_comma = str_is(decimal, "comma");
	if (zone.n && !(format->zone = zone_open(zone)))
		return import_fault(loading, node->place, N_("There is no time zone \"%s\""), zone);
	return OK;
}
