#include "record/edit_plan.h"

#include <stdio.h>

#include "record/behaviour.h"
#include "record/clocks.h"

static void field_add(struct arena *arena, struct field_list *list, size_t most, const struct field *field)
{
	if (!list->items)
		list->items = arena_many(arena, const struct field *, most);
	list->items[list->count++] = field;
}

static enum status fault(struct error *error, const struct field *field, const char *message)
{
	char at[300], name[80];

	snprintf(at, sizeof(at), "%s:%u", field->place.file ? field->place.file : "model", field->place.line);
	snprintf(name, sizeof(name), "%.*s", STR_ARG(field->name));
	return error_fail(error, E_INVALID, at, "path", message, name);
}

/* Over one reference at least: a field's own name is no path to derive from. */
static bool read_path(struct kernel *kernel, const struct type *type, struct str text, struct derivation *derivation)
{
	return path_read(kernel->arena, type, text, &derivation->path) && derivation->path.hop_count;
}

static enum status plan_derivation(struct kernel *kernel, struct edit_plan *plan, const struct type *type,
				   const struct field *field, struct error *error)
{
	struct derivation *derivation;

	if (!plan->derivations)
		plan->derivations = arena_many(kernel->arena, struct derivation, type->field_count);
	derivation = &plan->derivations[plan->derivation_count];
	derivation->into = field;
	if (!read_path(kernel, type, field->derived, derivation))
		return fault(error, field, N_("\"derived\" of %s is no path of references"));
	plan->derivation_count++;
	if (!field->in_japanese && !field->in_english && path_end(&derivation->path)->in_japanese)
		derivation->japanese =
		    path_to_other(kernel->arena, &derivation->path, path_end(&derivation->path)->in_japanese);
	if (derivation->path.base->kind == FIELD_PERSON && field == type->customer)
		field_add(kernel->arena, &plan->callers, type->field_count, derivation->path.base);
	return OK;
}

static enum status plan_computation(struct kernel *kernel, struct edit_plan *plan, const struct type *type,
				    const struct field *field, struct error *error)
{
	struct computation *computation;
	struct error ignored;

	if (!plan->computations)
		plan->computations = arena_many(kernel->arena, struct computation, type->field_count);
	computation = &plan->computations[plan->computation_count++];
	computation->field = computation->path.into = field;
	if (read_path(kernel, type, field->computed, &computation->path))
		return OK;
	error_clear(&ignored);
	if (query_parse(kernel->arena, type->query, field->computed, &computation->query, &ignored))
		return fault(error, field, N_("\"computed\" of %s is neither a path nor an expression"));
	return OK;
}

static enum status plan_field(struct kernel *kernel, struct edit_plan *plan, const struct type *type,
			      const struct field *field, struct error *error)
{
	struct arena *arena = kernel->arena;
	size_t most = type->field_count;

	if (field->kind == FIELD_LINKS)
		field_add(arena, &plan->links, most, field);
	if (!value_is_empty(field->preset) || field->preset_now)
		field_add(arena, &plan->presets, most, field);
	if (field->required)
		field_add(arena, &plan->required, most, field);
	if (field->to && field->kind != FIELD_LINKS)
		field_add(arena, &plan->references, most, field);
	if (field->from)
		field_add(arena, &plan->from_group, most, field);
	if (field->value == VALUE_TEXT && (field->searched || field == type->headline))
		field_add(arena, &plan->searched, most, field);
	if (field->unique || field == type->key) {
		if (!plan->uniques)
			plan->uniques = arena_many(arena, struct unique_field, most);
		plan->uniques[plan->unique_count++] = (struct unique_field){
		    .field = field,
		    .sql = str_format(arena, "SELECT \"id\" FROM \"%.*s\" WHERE \"%.*s\" = ? AND \"id\" <> ?",
				      STR_ARG(type->name), STR_ARG(field->name)),
		};
	}
	if (field->kind == FIELD_COMPUTED)
		return plan_computation(kernel, plan, type, field, error);
	return field->derived.n ? plan_derivation(kernel, plan, type, field, error) : OK;
}

static void plan_statements(struct kernel *kernel, struct edit_plan *plan, const struct type *type)
{
	struct str table = layout_table(kernel->arena, type);
	struct buf names = buf_new(kernel->arena);
	size_t columns = 7;

	buf_add(&names, S("\"id\", \"version\", \"created_at\", \"updated_at\", \"created_by\", \"updated_by\", "
			  "\"restricted\""));
	if (type->state_count) {
		buf_add(&names, S(", \"state\""));
		columns++;
	}
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];

		if (!layout_has_column(field))
			continue;
		buf_format(&names, ", \"%.*s\"", STR_ARG(field->name));
		columns++;
		if (field->value == VALUE_MONEY) {
			buf_format(&names, ", \"%.*s_currency\"", STR_ARG(field->name));
			columns++;
		}
	}
	for (size_t i = 0; i < type->query->clocks.count; i++) {
		buf_format(&names, ", %.*s",
			   STR_ARG(row_clock_columns(kernel->arena, type->query->clocks.entries[i].key, "")));
		columns += 2;
	}
	struct buf sql = buf_new(kernel->arena);
	buf_format(&sql, "INSERT INTO %.*s (%.*s) VALUES (", STR_ARG(table), STR_ARG(buf_str(&names)));
	for (size_t i = 0; i < columns; i++)
		buf_add_c(&sql, i ? ",?" : "?");
	buf_add_char(&sql, ')');
	plan->insert = buf_str(&sql);
	plan->update_head = str_format(kernel->arena,
				       "UPDATE %.*s SET \"version\" = ?, \"updated_at\" = ?, \"updated_by\" = ?, "
				       "\"restricted\" = ?",
				       STR_ARG(table));
}

enum status edit_plans_make(struct kernel *kernel, struct error *error)
{
	const struct model *model = kernel->model;
	enum status status = OK;

	kernel->plans = arena_many(kernel->arena, struct edit_plan, model->type_count);
	for (size_t i = 0; i < model->type_count; i++) {
		const struct type *type = model->types[i];
		struct edit_plan *plan = &kernel->plans[i];

		plan->makes_actors =
		    type->acts_as == ACTS_PERSON || type->acts_as == ACTS_GROUP || type->acts_as == ACTS_ROLE;
		plan_statements(kernel, plan, type);
		for (size_t j = 0; j < type->field_count; j++) {
			enum status failed = plan_field(kernel, plan, type, type->fields[j], error);

			status = status ? status : failed;
		}
	}
	return status;
}
