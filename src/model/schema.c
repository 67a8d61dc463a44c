/* What expressions may speak of: one query_type for each record type, with everything that its records can be asked. */
#include "model/load.h"

struct busy { /* computed fields that wait for the one at hand */
	const struct field *field;
	const struct busy *up;
};

static struct query_field *add(struct load *load, struct draft *draft, struct query_field field)
{
	struct query_field *kept = arena_one(load->arena, struct query_field);

	*kept = field;
	map_put(&draft->query->fields, kept->name, kept);
	return kept;
}

static void add_state(struct load *load, struct draft *draft)
{
	static const char *const phases[] = {"open", "waiting", "done"};
	const struct type *type = draft->type;
	struct query_code *codes = arena_many(load->arena, struct query_code, type->state_count);

	if (!type->state_count)
		return;
	for (size_t i = 0; i < type->state_count; i++)
		codes[i] = (struct query_code){type->states[i]->name, str_of(phases[type->states[i]->phase])};
	add(load, draft,
	    (struct query_field){.name = S("state"),
				 .kind = VALUE_CHOICE,
				 .codes = codes,
				 .code_count = type->state_count,
				 .is_state = true});
}

static void add_builtin(struct load *load, struct draft *draft)
{
	const struct type *person = load->model->acting[ACTS_PERSON];

	add(load, draft, (struct query_field){.name = S("number"), .kind = VALUE_TEXT, .is_number = true});
	add(load, draft, (struct query_field){.name = S("version"), .kind = VALUE_INTEGER});
	add(load, draft, (struct query_field){.name = S("created_at"), .kind = VALUE_TIME});
	add(load, draft, (struct query_field){.name = S("updated_at"), .kind = VALUE_TIME});
	add_state(load, draft);
	if (!person)
		return;
	add(load, draft, (struct query_field){.name = S("created_by"), .kind = VALUE_RECORD, .to = person->query});
	add(load, draft, (struct query_field){.name = S("updated_by"), .kind = VALUE_RECORD, .to = person->query});
}

static void add_field(struct load *load, struct draft *draft, struct field *field)
{
	struct query_field query = {.name = field->name, .kind = field->value, .owner = field};

	if (field->kind == FIELD_ROWS || field->kind == FIELD_COMPUTED)
		return;
	if (field->choices) {
		struct query_code *codes = arena_many(load->arena, struct query_code, field->choices->count);

		for (size_t i = 0; i < field->choices->count; i++)
			codes[i].name = field->choices->choices[i].code;
		query.codes = codes;
		query.code_count = field->choices->count;
	}
	if (field->to)
		query.to = field->to->query;
	field->query = add(load, draft, query);
}

/* "caller.customer": names with dots between. Anything else is a condition. */
static bool is_path(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'))
			return false;
	}
	return text.n > 0;
}

static const struct query_field *compute(struct load *load, struct field *field, const struct busy *up);

static struct field *field_of(struct load *load, const struct query_type *type, struct str name)
{
	const struct type *owner = type->owner;
	const struct field *field = type_field(owner, name);

	return field ? load->types.items[owner->index]->fields[field->index] : NULL;
}

static const struct query_field *step(struct load *load, const struct query_type *type, struct str name,
				      const struct busy *up)
{
	struct field *field = field_of(load, type, name);

	if (field && field->kind == FIELD_COMPUTED && !field->query)
		return compute(load, field, up);
	return map_get(&type->fields, name);
}

/* The field at the end of a path that goes through single records only. */
static const struct query_field *walk(struct load *load, const struct field *field, struct str path,
				      const struct busy *up)
{
	const struct query_type *type = field->type->query;
	const struct query_field *at = NULL;
	struct str rest = path, name;

	while (str_cut(&rest, '.', &name)) {
		at = type ? step(load, type, name, up) : NULL;
		if (!at) {
			fault(load, field->place, "The path \"%s\" of \"%s\" leads nowhere at \"%s\"",
			      text_of(load, path), text_of(load, field->name), text_of(load, name));
			return NULL;
		}
		type = at->kind == VALUE_RECORD ? at->to : NULL;
	}
	return at;
}

static const struct query_field *compute(struct load *load, struct field *field, const struct busy *up)
{
	struct busy busy = {field, up};
	struct query_field query = {.kind = VALUE_BOOLEAN};
	const struct query_field *end;

	for (const struct busy *b = up; b; b = b->up)
		if (b->field == field) {
			fault(load, field->place, "The computed field \"%s\" depends on itself",
			      text_of(load, field->name));
			return NULL;
		}
	if (field->query)
		return field->query;
	if (is_path(field->computed)) {
		end = walk(load, field, field->computed, &busy);
		if (!end)
			return NULL;
		query = *end;
	}
	query.name = field->name;
	query.owner = field;
	query.is_number = false;
	field->value = query.kind;
	field->query = add(load, &load->drafts.items[field->type->index], query);
	return field->query;
}

static void check_derived(struct load *load, const struct field *field)
{
	const struct query_field *end;

	if (!field->derived.n)
		return;
	if (!is_path(field->derived)) {
		fault(load, field->place, "\"derived\" must be a path, as caller.customer");
		return;
	}
	end = walk(load, field, field->derived, NULL);
	if (end && (end->kind != field->value || (field->to && end->to != field->to->query)))
		fault(load, field->place, "The path \"%s\" does not lead to what \"%s\" holds",
		      text_of(load, field->derived), text_of(load, field->name));
}

static void check_computed(struct load *load, const struct draft *draft, const struct field *field)
{
	const struct node *node = node_get(node_get(draft->node, "fields"), str_c(load->arena, field->name));

	if (field->kind == FIELD_COMPUTED && !is_path(field->computed))
		read_expression(load, draft->type, node, "computed");
}

void build_schema(struct load *load)
{
	for (size_t i = 0; i < load->drafts.count; i++) {
		struct draft *draft = &load->drafts.items[i];

		add_builtin(load, draft);
		for (size_t j = 0; j < draft->type->field_count; j++)
			add_field(load, draft, draft->type->fields[j]);
	}
	for (size_t i = 0; i < load->drafts.count; i++)
		for (size_t j = 0; j < load->drafts.items[i].type->field_count; j++)
			if (load->drafts.items[i].type->fields[j]->kind == FIELD_COMPUTED)
				compute(load, load->drafts.items[i].type->fields[j], NULL);
	for (size_t i = 0; i < load->drafts.count; i++)
		for (size_t j = 0; j < load->drafts.items[i].type->field_count; j++) {
			check_derived(load, load->drafts.items[i].type->fields[j]);
			check_computed(load, &load->drafts.items[i], load->drafts.items[i].type->fields[j]);
		}
}

const struct query *read_expression(struct load *load, const struct type *type, const struct node *mapping,
				    const char *key)
{
	const struct node *node = node_get(mapping, key);
	const struct query *query = NULL;
	struct error error = {0};
	struct str text = read_text(load, mapping, key);
	char message[256];

	if (!node)
		return NULL;
	if (!text.n) {
		if (node->kind == NODE_SCALAR && node->quoted)
			fault(load, node->place, "The expression \"%s\" is empty", key);
		return NULL;
	}
	if (query_parse(load->arena, type->query, text, &query, &error) == OK)
		return query;
	for (size_t i = 0; i < error.count; i++) {
		error_item_text(&error.items[i], error.items[i].message, message, sizeof(message));
		fault(load, node->place, "In the expression of \"%s\": %s", key, message);
	}
	if (!error.count)
		fault(load, node->place, "The expression of \"%s\" cannot be understood", key);
	return NULL;
}
