/* Parameters of behaviours out of the model's YAML. */
#include "record/behaviour.h"

#include <stdio.h>

#include "base/period.h"

const struct node *load_node(const struct behaviour_loading *loading, const char *key)
{
	const struct node *parameters = loading->use->parameters;

	return parameters && parameters->kind == NODE_MAPPING ? node_get(parameters, key) : NULL;
}

enum status load_fail(struct behaviour_loading *loading, const char *key, const char *message, const char *argument,
		      struct error *error)
{
	const struct node *node = key ? load_node(loading, key) : NULL;
	struct place place = node ? node->place : loading->use->place;
	char at[300];

	snprintf(at, sizeof(at), "%s:%u", place.file ? place.file : "model", place.line);
	return error_fail(error, E_INVALID, at, "behaviour", message, argument);
}

static enum status missing(struct behaviour_loading *loading, const char *key, bool required, struct error *error)
{
	return required ? load_fail(loading, NULL, N_("The behaviour needs \"%s\""), key, error) : OK;
}

enum status load_keys(struct behaviour_loading *loading, const char *const *allowed, struct error *error)
{
	const struct node *parameters = loading->use->parameters;
	enum status status = OK;

	if (!parameters)
		return OK;
	if (parameters->kind != NODE_MAPPING)
		return load_fail(loading, NULL, N_("The parameters of a behaviour are written as name: value"), NULL,
				 error);
	for (size_t i = 0; i < parameters->count; i++) {
		bool known = false;

		for (const char *const *key = allowed; *key; key++)
			known = known || str_is(parameters->keys[i], *key);
		if (!known)
			status = load_fail(loading, NULL, N_("The behaviour has no parameter \"%s\""),
					   str_c(loading->arena, parameters->keys[i]), error);
	}
	return status;
}

enum status load_text(struct behaviour_loading *loading, const char *key, bool required, struct str *text,
		      struct error *error)
{
	const struct node *node = load_node(loading, key);

	*text = (struct str){0};
	if (!node)
		return missing(loading, key, required, error);
	if (node->kind != NODE_SCALAR || !node->text.n)
		return load_fail(loading, key, N_("\"%s\" must be a text"), key, error);
	*text = node->text;
	return OK;
}

enum status load_flag(struct behaviour_loading *loading, const char *key, bool *flag, struct error *error)
{
	struct str text;
	enum status status = load_text(loading, key, false, &text, error);

	*flag = str_is(text, "true");
	if (status || !text.n || *flag || str_is(text, "false"))
		return status;
	return load_fail(loading, key, N_("\"%s\" is true or false"), key, error);
}

static enum status named_field(struct behaviour_loading *loading, const char *key, struct str name,
			       const struct field **field, struct error *error)
{
	*field = type_field(loading->type, name);
	return *field ? OK
		      : load_fail(loading, key, N_("There is no field \"%s\""), str_c(loading->arena, name), error);
}

enum status load_field(struct behaviour_loading *loading, const char *key, bool required, const struct field **field,
		       struct error *error)
{
	struct str name;
	enum status status = load_text(loading, key, required, &name, error);

	*field = NULL;
	return status || !name.n ? status : named_field(loading, key, name, field, error);
}

static enum status parse_condition(struct behaviour_loading *loading, const char *key, const struct type *type,
				   struct str text, const struct query **query, struct error *error)
{
	struct error fault;

	error_clear(&fault);
	if (!query_parse(loading->arena, type->query, text, query, &fault))
		return OK;
	char why[400];
	error_text(&fault, why, sizeof(why));
	return load_fail(loading, key, N_("The expression cannot be understood: %s"), why, error);
}

enum status load_expression(struct behaviour_loading *loading, const char *key, bool required,
			    const struct query **query, struct error *error)
{
	struct str text;
	enum status status = load_text(loading, key, required, &text, error);

	*query = NULL;
	return status || !text.n ? status : parse_condition(loading, key, loading->type, text, query, error);
}

enum status load_expression_of(struct behaviour_loading *loading, const char *key, const struct type *type,
			       const struct query **query, struct error *error)
{
	struct str text;
	enum status status = load_text(loading, key, false, &text, error);

	*query = NULL;
	return status || !text.n ? status : parse_condition(loading, key, type, text, query, error);
}

enum status load_link(struct behaviour_loading *loading, const char *key, const struct query_link **link,
		      struct error *error)
{
	struct str name;
	enum status status = load_text(loading, key, true, &name, error);

	if (status)
		return status;
	*link = map_get(&loading->type->query->links, name);
	return *link ? OK : load_fail(loading, key, N_("There is no link \"%s\""), str_c(loading->arena, name), error);
}

enum status load_type(struct behaviour_loading *loading, const char *key, bool required, const struct type **type,
		      struct error *error)
{
	struct str name;
	enum status status = load_text(loading, key, required, &name, error);

	*type = NULL;
	if (status || !name.n)
		return status;
	*type = model_type(loading->model, name);
	return *type
		   ? OK
		   : load_fail(loading, key, N_("There is no record type \"%s\""), str_c(loading->arena, name), error);
}

enum status load_field_of(struct behaviour_loading *loading, const char *key, const struct type *type,
			  const struct field **field, struct error *error)
{
	struct str name;
	enum status status = load_text(loading, key, true, &name, error);

	if (status)
		return status;
	*field = type_field(type, name);
	return *field ? OK
		      : load_fail(loading, key, N_("There is no field \"%s\""), str_c(loading->arena, name), error);
}

enum status load_column(struct behaviour_loading *loading, const char *key, const struct field *rows,
			enum value_kind kind, const struct field **column, struct error *error)
{
	struct str name;
	enum status status = load_text(loading, key, true, &name, error);

	if (status)
		return status;
	*column = rows_column(rows, name);
	return *column && (*column)->value == kind
		   ? OK
		   : load_fail(loading, key, N_("There is no field \"%s\""), str_c(loading->arena, name), error);
}

enum status load_state(struct behaviour_loading *loading, const char *key, const struct type *type,
		       const struct state **state, struct error *error)
{
	struct str name;
	enum status status = load_text(loading, key, true, &name, error);

	if (status)
		return status;
	*state = type_state(type, name);
	return *state ? OK
		      : load_fail(loading, key, N_("There is no state \"%s\""), str_c(loading->arena, name), error);
}

enum status load_reference(struct behaviour_loading *loading, const char *key, const struct type *type,
			   const struct type *to, const struct field **field, struct error *error)
{
	struct str name;
	enum status status = load_text(loading, key, true, &name, error);

	if (status)
		return status;
	*field = type_field(type, name);
	return *field && (*field)->to == to && (*field)->value == VALUE_RECORD
		   ? OK
		   : load_fail(loading, key, N_("There is no reference \"%s\""), str_c(loading->arena, name), error);
}

enum status load_transition(struct behaviour_loading *loading, const char *key, bool required, const struct type *type,
			    const struct transition **transition, struct error *error)
{
	struct str name;
	enum status status = load_text(loading, key, required, &name, error);

	*transition = NULL;
	if (status || !name.n)
		return status;
	*transition = type_transition(type, name);
	return *transition
		   ? OK
		   : load_fail(loading, key, N_("There is no transition \"%s\""), str_c(loading->arena, name), error);
}

enum status load_duration(struct behaviour_loading *loading, const char *key, bool required, struct duration *duration,
			  struct error *error)
{
	struct str text;
	enum status status = load_text(loading, key, required, &text, error);

	*duration = (struct duration){0};
	if (status || !text.n || duration_parse(text, duration))
		return status;
	return load_fail(loading, key, N_("\"%s\" is no duration"), str_c(loading->arena, text), error);
}

enum status load_periods(struct behaviour_loading *loading, const char *key, const struct field **field,
			 struct error *error)
{
	enum status status = load_field(loading, key, true, field, error);
	enum period_unit unit;

	if (status)
		return status;
	if ((*field)->kind != FIELD_CHOICE)
		return load_fail(loading, key, N_("The field must be a choice"), NULL, error);
	for (size_t i = 0; i < (*field)->choices->count; i++) {
		struct str code = (*field)->choices->choices[i].code;

		if (!period_parse(code, &unit))
			return load_fail(loading, key, N_("\"%s\" is no day, week, month, quarter or year"),
					 str_c(loading->arena, code), error);
	}
	return OK;
}

/* A scalar or a sequence of scalars. */
static enum status list_of(struct behaviour_loading *loading, const char *key, const struct node *const **items,
			   size_t *count, struct error *error)
{
	const struct node *node = load_node(loading, key);

	*count = 0;
	if (!node)
		return OK;
	if (node->kind == NODE_SEQUENCE) {
		*items = (const struct node *const *)node->items;
		*count = node->count;
	} else {
		const struct node **one = arena_many(loading->arena, const struct node *, 1);

		one[0] = node;
		*items = one;
		*count = 1;
	}
	for (size_t i = 0; i < *count; i++)
		if ((*items)[i]->kind != NODE_SCALAR)
			return load_fail(loading, key, N_("\"%s\" must be a list of names"), key, error);
	return OK;
}

/* --- who --- */

static const struct role *role_named(const struct behaviour_loading *loading, struct str name)
{
	const struct process *process = loading->type->process;
	const struct role *role = map_get(&loading->model->roles_by_name, name);

	for (size_t i = 0; !role && process && i < process->role_count; i++)
		if (str_eq(process->roles[i]->short_name, name))
			role = process->roles[i];
	return role;
}

bool load_who_named(const struct behaviour_loading *loading, struct str name, struct who *who)
{
	static const struct {
		const char *word;
		enum who_kind kind;
	} words[] = {
	    {"everyone", WHO_EVERYONE}, {"staff", WHO_STAFF}, {"customer", WHO_CUSTOMER}, {"nobody", WHO_NOBODY}};
	struct str prefix = S("record.");
	bool as_field = str_starts(name, prefix);
	const struct role *role = as_field ? NULL : role_named(loading, name);
	const struct field *field = type_field(loading->type, as_field ? str_sub(name, prefix.n, name.n) : name);

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(name, words[i].word)) {
			*who = (struct who){.kind = words[i].kind};
			return true;
		}
	if (field && !who_of_field(field, who))
		field = NULL;
	if (role && !field)
		*who = (struct who){.kind = WHO_ROLE, .role = role};
	return !role != !field;
}

enum status load_who(struct behaviour_loading *loading, const char *key, bool required, struct who **who, size_t *count,
		     struct error *error)
{
	const struct node *const *items;
	enum status status = list_of(loading, key, &items, count, error);

	if (status || !*count)
		return status ? status : missing(loading, key, required, error);
	*who = arena_many(loading->arena, struct who, *count);
	for (size_t i = 0; i < *count; i++)
		if (!load_who_named(loading, items[i]->text, &(*who)[i]))
			status = load_fail(loading, key, N_("\"%s\" is no role, person or group here, or both at once"),
					   str_c(loading->arena, items[i]->text), error);
	return status;
}

static const struct type *target_of(const struct behaviour_loading *loading, struct str name, const struct field **via)
{
	*via = type_field(loading->type, name);
	return *via && (*via)->kind != FIELD_LINKS ? (*via)->to : NULL;
}

/* A links field to people, groups or roles: many may be told. */
static bool links_named(const struct behaviour_loading *loading, struct str name, struct who *who)
{
	const struct field *field = type_field(loading->type, name);

	if (!field || field->kind != FIELD_LINKS ||
	    (field->to->acts_as != ACTS_PERSON && field->to->acts_as != ACTS_GROUP && field->to->acts_as != ACTS_ROLE))
		return false;
	*who = (struct who){.kind = WHO_FIELD, .field = field};
	return true;
}

static bool addressee_named(const struct behaviour_loading *loading, struct str name, struct addressee *addressee)
{
	struct behaviour_loading reached = *loading;
	const struct field *via;
	size_t dot;

	if (load_who_named(loading, name, &addressee->who) || links_named(loading, name, &addressee->who))
		return true;
	if (!str_find_char(name, '.', &dot))
		return false;
	reached.type = target_of(loading, str_sub(name, 0, dot), &via);
	addressee->via = via;
	if (!reached.type)
		return false;
	name = str_sub(name, dot + 1, name.n);
	return load_who_named(&reached, str_format(loading->arena, "record.%.*s", STR_ARG(name)), &addressee->who) ||
	       links_named(&reached, name, &addressee->who);
}

enum status load_addressees(struct behaviour_loading *loading, const char *key, struct addressee **addressees,
			    size_t *count, struct error *error)
{
	const struct node *const *items;
	enum status status = list_of(loading, key, &items, count, error);

	if (status)
		return status;
	*addressees = arena_many(loading->arena, struct addressee, *count + 1);
	for (size_t i = 0; i < *count; i++)
		if (!addressee_named(loading, items[i]->text, &(*addressees)[i]))
			status = load_fail(loading, key, N_("\"%s\" is no role, person or group here, or both at once"),
					   str_c(loading->arena, items[i]->text), error);
	return status;
}

enum status load_transitions(struct behaviour_loading *loading, const char *key, const struct transition ***transitions,
			     size_t *count, struct error *error)
{
	const struct node *const *items;
	enum status status = list_of(loading, key, &items, count, error);

	if (status)
		return status;
	*transitions = arena_many(loading->arena, const struct transition *, *count + 1);
	for (size_t i = 0; i < *count; i++) {
		(*transitions)[i] = type_transition(loading->type, items[i]->text);
		if (!(*transitions)[i])
			status = load_fail(loading, key, N_("There is no transition \"%s\""),
					   str_c(loading->arena, items[i]->text), error);
	}
	return status;
}

enum status load_fields(struct behaviour_loading *loading, const char *key, const struct field ***fields, size_t *count,
			struct error *error)
{
	const struct node *const *items;
	enum status status = list_of(loading, key, &items, count, error);

	if (status)
		return status;
	*fields = arena_many(loading->arena, const struct field *, *count + 1);
	for (size_t i = 0; i < *count; i++) {
		enum status failed = named_field(loading, key, items[i]->text, &(*fields)[i], error);

		status = status ? status : failed;
	}
	return status;
}

/* --- parts --- */

enum status load_label(struct behaviour_loading *loading, const char *key, bool required, struct label *label,
		       struct error *error)
{
	const struct node *node = load_node(loading, key), *en, *ja;

	*label = (struct label){0};
	if (!node)
		return missing(loading, key, required, error);
	en = node->kind == NODE_MAPPING ? node_get(node, "en") : NULL;
	ja = node->kind == NODE_MAPPING ? node_get(node, "ja") : NULL;
	if (!en || !ja || en->kind != NODE_SCALAR || ja->kind != NODE_SCALAR)
		return load_fail(loading, key, N_("\"%s\" must be {en: ..., ja: ...}"), key, error);
	*label = (struct label){{en->text, ja->text}};
	return OK;
}

enum status load_parts(struct behaviour_loading *loading, const char *key, struct behaviour_loading **parts,
		       size_t *count, struct error *error)
{
	const struct node *node = load_node(loading, key);

	*count = 0;
	if (!node)
		return missing(loading, key, true, error);
	if (node->kind != NODE_SEQUENCE || !node->count)
		return load_fail(loading, key, N_("\"%s\" must be a list"), key, error);
	*parts = arena_many(loading->arena, struct behaviour_loading, node->count);
	for (size_t i = 0; i < node->count; i++) {
		struct behaviour_use *use = arena_one(loading->arena, struct behaviour_use);

		*use = (struct behaviour_use){
		    .name = loading->use->name, .parameters = node->items[i], .place = node->items[i]->place};
		(*parts)[i] = *loading;
		(*parts)[i].use = use;
		if (node->items[i]->kind != NODE_MAPPING)
			return load_fail(&(*parts)[i], NULL,
					 N_("The parameters of a behaviour are written as name: value"), NULL, error);
	}
	*count = node->count;
	return OK;
}
