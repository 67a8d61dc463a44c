#include "model/load.h"

enum { TEXT_MOST = 1000, MARKDOWN_MOST = 100000 };

/* What each kind of field may say about itself, besides what every field may. */
static const struct shape {
	const char *name, *keys;
	enum field_kind kind;
	enum value_kind value;
	bool in_rows; /* may be a column of rows */
} shapes[] = {
    {"text", "max unique searched default format", FIELD_TEXT, VALUE_TEXT, true},
    {"markdown", "max searched default", FIELD_MARKDOWN, VALUE_TEXT, true},
    {"integer", "min max default", FIELD_INTEGER, VALUE_INTEGER, true},
    {"decimal", "min max default", FIELD_DECIMAL, VALUE_DECIMAL, true},
    {"money", "", FIELD_MONEY, VALUE_MONEY, true},
    {"boolean", "default", FIELD_BOOLEAN, VALUE_BOOLEAN, true},
    {"date", "default", FIELD_DATE, VALUE_DATE, true},
    {"datetime", "default", FIELD_DATETIME, VALUE_TIME, true},
    {"duration", "default", FIELD_DURATION, VALUE_DURATION, true},
    {"choice", "of default", FIELD_CHOICE, VALUE_CHOICE, true},
    {"reference", "to back", FIELD_REFERENCE, VALUE_RECORD, true},
    {"links", "to name back back_name", FIELD_LINKS, VALUE_LIST, false},
    {"person", "from", FIELD_PERSON, VALUE_RECORD, true},
    {"group", "", FIELD_GROUP, VALUE_RECORD, true},
    {"computed", "computed", FIELD_COMPUTED, VALUE_NONE, false},
    {"rows", "columns", FIELD_ROWS, VALUE_ROWS, false},
};

enum { SHAPES = sizeof(shapes) / sizeof(*shapes) };

static const char common_keys[] =
    "type was label help required public personal internal counted own set_by derived derived_by "
    "shown_when hidden";
static const char column_keys[] = "type label help required hidden";
/* What every record has, and what edits and filters call their own parts. */
static const char reserved[] =
    "id number state version created_at updated_at created_by updated_by restricted comment type erased";

static const struct shape *shape_of(struct load *load, const struct node *node)
{
	struct str wanted = read_text(load, node, "type"), all = {0};

	if (!wanted.n && node_get(node, "computed"))
		wanted = S("computed");
	if (!wanted.n) {
		fault(load, node->place, "A field needs \"%s\"", "type");
		return NULL;
	}
	for (size_t i = 0; i < SHAPES; i++)
		if (str_is(wanted, shapes[i].name))
			return &shapes[i];
	for (size_t i = 0; i < SHAPES; i++)
		all = words_add(load, all, str_of(shapes[i].name));
	fault_unknown(load, node_get(node, "type")->place, "type of field", wanted, all);
	return NULL;
}

static void read_limit(struct load *load, const struct field *field, const struct node *node, const char *key,
		       bool *has, int64_t *limit)
{
	const struct node *given = node_get(node, key);

	if (!given)
		return;
	if (field->kind != FIELD_DECIMAL) {
		*has = read_integer(load, node, key, limit) || *has;
		return;
	}
	*has = decimal_parse(read_text(load, node, key), limit);
	if (!*has)
		fault(load, given->place, "\"%s\" must be a number", key);
}

static void read_limits(struct load *load, struct field *field, const struct node *node)
{
	if (field->kind == FIELD_TEXT || field->kind == FIELD_MARKDOWN) {
		field->has_most = true;
		field->most = field->kind == FIELD_TEXT ? TEXT_MOST : MARKDOWN_MOST;
	}
	read_limit(load, field, node, "min", &field->has_least, &field->least);
	read_limit(load, field, node, "max", &field->has_most, &field->most);
	if (field->value == VALUE_TEXT && (field->most < 1 || field->most > MARKDOWN_MOST))
		fault(load, node->place, "\"%s\" of a text must be between 1 and 100000", "max");
	if (field->has_least && field->has_most && field->least > field->most)
		fault(load, node->place, "\"min\" is greater than \"max\"");
}

static void read_own(struct load *load, struct field *field, const struct node *node)
{
	field->is_own = read_flag(load, node, "own", false);
	if (field->is_own && (field->type->acts_as != ACTS_PERSON || field->internal))
		fault(load, field->place, "Only what people may set of a type that acts as person can be their own");
}

static void read_format(struct load *load, struct field *field, const struct node *node)
{
	struct str format = read_text(load, node, "format");

	field->is_zone = str_is(format, "zone");
	field->is_times = str_is(format, "times");
	field->is_demand = str_is(format, "demand");
	field->is_message = str_is(format, "message");
	field->is_page = str_is(format, "page");
	field->is_kind = str_is(format, "kind");
	if (format.n && !field->is_zone && !field->is_times && !field->is_demand && !field->is_message &&
	    !field->is_page && !field->is_kind)
		fault_unknown(load, node_get(node, "format")->place, "format", format,
			      S("zone times demand message page kind"));
}

static struct field *declare_field(struct load *load, const struct type *type, struct str name, struct place place,
				   const struct node *node, bool column)
{
	const struct shape *shape;
	struct field *field = arena_one(load->arena, struct field);
	struct str rest = str_of(reserved), word;

	if (!(column ? name_is_spelled : name_is_good)(load, name, place, "field") ||
	    !read_mapping(load, node, "A field"))
		return NULL;
	shape = shape_of(load, node);
	if (!shape)
		return NULL;
	while (!column && str_cut(&rest, ' ', &word))
		if (str_eq(word, name))
			fault(load, place, "Every record has \"%s\" already: choose another name", text_of(load, name));
	if (column && !shape->in_rows)
		fault(load, node->place, "A column of rows cannot be of type \"%s\"", shape->name);
	read_keys(
	    load, node,
	    str_c(load->arena, str_format(load->arena, "%s %s", column ? column_keys : common_keys, shape->keys)));
	field->name = name;
	field->was = read_was(load, node);
	field->kind = shape->kind;
	field->value = shape->value;
	field->type = type;
	field->place = place;
	field->label = read_label_or_name(load, node, "label", name);
	field->help = read_label(load, node, "help");
	field->required = read_flag(load, node, "required", false);
	field->is_public = read_flag(load, node, "public", false);
	field->is_personal = read_flag(load, node, "personal", false);
	field->internal = read_flag(load, node, "internal", false);
	field->is_counted = read_flag(load, node, "counted", false);
	field->unique = read_flag(load, node, "unique", false);
	field->is_hidden = read_flag(load, node, "hidden", false);
	field->searched = read_flag(load, node, "searched", shape->value == VALUE_TEXT && !column);
	read_own(load, field, node);
	read_format(load, field, node);
	field->derived = read_text(load, node, "derived");
	field->derived_by = read_text(load, node, "derived_by");
	field->computed = read_text(load, node, "computed");
	if (field->is_personal && field->value != VALUE_TEXT && field->value != VALUE_ROWS)
		fault(load, place, "Only texts and rows can be personal");
	if (field->is_counted && field->kind != FIELD_INTEGER && field->kind != FIELD_DATETIME && !field->is_message)
		fault(load, place, "Only an integer, a datetime or a text of format \"message\" can be counted");
	if (field->is_counted) { /* from nothing, and by nobody's hand */
		field->internal = true;
		field->searched = false;
		if (field->kind == FIELD_INTEGER)
			field->preset = value_integer(0);
	}
	if (field->kind == FIELD_REFERENCE)
		field->back = read_label(load, node, "back");
	read_limits(load, field, node);
	if (field->kind == FIELD_COMPUTED && (field->required || field->internal || field->derived.n))
		fault(load, place, "A computed field cannot be required, internal or derived");
	if (field->kind == FIELD_COMPUTED && !field->computed.n)
		fault(load, place, "A field needs \"%s\"", "computed");
	return field;
}

/* A text whose name with _ja is another such text stands for it where readers know that language better. */
static void pair_languages(struct load *load, struct field *const *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (fields[i]->kind == fields[k]->kind && fields[i]->value == VALUE_TEXT &&
			    str_eq(fields[k]->name, str_format(load->arena, "%.*s_ja", STR_ARG(fields[i]->name)))) {
				fields[i]->in_japanese = fields[k];
				fields[k]->in_english = fields[i];
			}
}

static void declare_columns(struct load *load, const struct type *type, struct field *field, const struct node *node)
{
	const struct node *mapping = node_get(node, "columns");
	VEC(struct field *) columns = {0};

	if (!mapping || mapping->kind != NODE_MAPPING || !mapping->count) {
		fault(load, node->place, "Rows need \"columns\": name: {type: ...}");
		return;
	}
	for (size_t i = 0; i < mapping->count; i++) {
		struct field *column =
		    declare_field(load, type, mapping->keys[i], mapping->key_places[i], mapping->items[i], true);

		if (!column)
			continue;
		column->index = columns.count;
		vec_push(load->arena, &columns, column);
	}
	pair_languages(load, columns.items, columns.count);
	field->columns = columns.items;
	field->column_count = columns.count;
}

void declare_fields(struct load *load, struct type *type, const struct node *mapping)
{
	VEC(struct field *) fields = {0};

	if (!mapping || mapping->kind != NODE_MAPPING || !mapping->count) {
		fault(load, mapping ? mapping->place : type->place,
		      "A record type needs \"fields\": name: {type: ...}");
		return;
	}
	for (size_t i = 0; i < mapping->count; i++) {
		struct field *field =
		    declare_field(load, type, mapping->keys[i], mapping->key_places[i], mapping->items[i], false);

		if (!field)
			continue;
		if (field->kind == FIELD_ROWS)
			declare_columns(load, type, field, mapping->items[i]);
		field->index = fields.count;
		vec_push(load->arena, &fields, field);
	}
	pair_languages(load, fields.items, fields.count);
	type->fields = fields.items;
	type->field_count = fields.count;
}

static struct str type_names(struct load *load)
{
	struct str all = {0};

	for (size_t i = 0; i < load->types.count; i++)
		all = words_add(load, all, load->types.items[i]->name);
	return all;
}

static void resolve_to(struct load *load, struct field *field, const struct node *node)
{
	struct str name = read_text(load, node, "to");

	field->to = map_get(&load->model->types_by_name, name);
	if (!name.n)
		fault(load, field->place, "A field needs \"%s\"", "to");
	else if (!field->to)
		fault_unknown(load, node_get(node, "to")->place, "record type", name, type_names(load));
}

static void resolve_acting(struct load *load, struct field *field, enum acts_as as, const char *word)
{
	field->to = load->model->acting[as];
	if (!field->to)
		fault(load, field->place, "No record type acts as %s, so that nothing can be chosen here", word);
}

static void resolve_choices(struct load *load, struct field *field, const struct node *node)
{
	struct str name = read_text(load, node, "of"), all = {0};

	field->choices = map_get(&load->model->choices_by_name, name);
	if (!name.n) {
		fault(load, field->place, "A field needs \"%s\"", "of");
		return;
	}
	if (field->choices)
		return;
	for (size_t i = 0; i < load->choice_sets.count; i++)
		all = words_add(load, all, load->choice_sets.items[i]->name);
	fault_unknown(load, node_get(node, "of")->place, "set of choices", name, all);
}

bool field_constant(const struct field *field, struct str text, struct value *preset)
{
	struct duration duration;
	int32_t day;
	int64_t number = 0;
	bool good = true;

	if (field->kind == FIELD_BOOLEAN) {
		good = str_is(text, "true") || str_is(text, "false");
		*preset = value_boolean(str_is(text, "true"));
	} else if (field->kind == FIELD_INTEGER) {
		good = str_int64(text, &number);
		*preset = value_integer(number);
	} else if (field->kind == FIELD_DECIMAL) {
		good = decimal_parse(text, &number);
		*preset = value_number(VALUE_DECIMAL, number);
	} else if (field->kind == FIELD_DATE) {
		good = day_parse(text, &day);
		*preset = good ? value_number(VALUE_DATE, day) : (struct value){0};
	} else if (field->kind == FIELD_DURATION) {
		good = duration_parse(text, &duration);
		*preset = good ? value_number(VALUE_DURATION, duration_ms(duration)) : (struct value){0};
	} else if (field->kind == FIELD_DATETIME) {
		good = str_is(text, "now"); /* no other moment can be meant by all records to come */
	} else if (field->kind == FIELD_CHOICE) {
		good = !field->choices || choice_find(field->choices, text);
		*preset = value_choice(text);
	} else {
		*preset = value_text(text);
	}
	return good;
}

/* A default in both languages, as record/said.h keeps what is. */
static struct value message_of(struct load *load, const struct node *node)
{
	struct label both = read_label(load, node, "default");
	struct buf text = buf_new(load->arena);

	buf_add_c(&text, "[{\"in\":{\"en\":");
	buf_add_json_string(&text, both.text[ENGLISH]);
	buf_add_c(&text, ",\"ja\":");
	buf_add_json_string(&text, label_in(&both, JAPANESE));
	buf_add_c(&text, "}}]");
	return value_text(buf_str(&text));
}

static void resolve_field(struct load *load, struct field *field, const struct node *node)
{
	const struct node *preset = node_get(node, "default"), *from = node_get(node, "from");

	if (field->kind == FIELD_REFERENCE || field->kind == FIELD_LINKS)
		resolve_to(load, field, node);
	else if (field->kind == FIELD_PERSON)
		resolve_acting(load, field, ACTS_PERSON, "person");
	else if (field->kind == FIELD_GROUP)
		resolve_acting(load, field, ACTS_GROUP, "group");
	else if (field->kind == FIELD_CHOICE)
		resolve_choices(load, field, node);
	if (from) {
		field->from = field_named(load, field->type, read_text(load, node, "from"), from->place);
		if (field->from && field->from->kind != FIELD_GROUP)
			fault(load, from->place, "\"%s\" is no group field", text_of(load, field->from->name));
	}
	if (preset && field->is_message && preset->kind == NODE_MAPPING)
		field->preset = message_of(load, node);
	else if (preset && !field_constant(field, read_text(load, node, "default"), &field->preset))
		fault(load, preset->place, "The default does not fit the field");
	field->preset_now = preset && field->kind == FIELD_DATETIME;
	for (size_t i = 0; i < field->column_count; i++) {
		const struct node *column = node_get(node_get(node, "columns"), text_of(load, field->columns[i]->name));

		resolve_field(load, field->columns[i], column);
	}
}

void resolve_fields(struct load *load, struct type *type, const struct node *mapping)
{
	for (size_t i = 0; i < type->field_count; i++) {
		struct field *field = type->fields[i];

		resolve_field(load, field, node_get(mapping, text_of(load, field->name)));
		for (size_t j = 0; field->was.n && j < type->field_count; j++)
			if (str_eq(type->fields[j]->name, field->was) ||
			    (j < i && str_eq(type->fields[j]->was, field->was)))
				fault(load, field->place, "The former name \"%s\" is that of another field, too",
				      text_of(load, field->was));
	}
}

const struct field *field_named(struct load *load, const struct type *type, struct str name, struct place place)
{
	const struct field *field = type_field(type, name);
	struct str all = {0};

	if (field)
		return field;
	for (size_t i = 0; i < type->field_count; i++)
		all = words_add(load, all, type->fields[i]->name);
	fault_unknown(load, place, "field", name, all);
	return NULL;
}
