/* Choice sets, matrices of choices, and tables of target times. */
#include "model/load.h"

static void declare_choice_set(struct load *load, struct str name, struct place place, const struct node *node)
{
	const struct node *values = node_get(node, "values");
	struct choice_set *set = arena_one(load->arena, struct choice_set);

	read_keys(load, node, "label languages values");
	if (map_get(&load->model->choices_by_name, name)) {
		fault(load, place, "The choices \"%s\" are declared twice", text_of(load, name));
		return;
	}
	set->name = name;
	set->place = place;
	set->label = read_label_or_name(load, node, "label", name);
	set->languages = read_flag(load, node, "languages", false);
	map_put(&load->model->choices_by_name, name, set);
	vec_push(load->arena, &load->choice_sets, set);
	if (!values || values->kind != NODE_MAPPING || !values->count) {
		fault(load, place, "The choices \"%s\" need \"values\": code: {en: ..., ja: ...}", text_of(load, name));
		return;
	}
	set->choices = arena_many(load->arena, struct choice, values->count);
	for (size_t i = 0; i < values->count; i++) {
		code_is_good(load, values->keys[i], values->key_places[i]);
		set->choices[i].code = values->keys[i];
		/* The mapping itself is the label: critical: {en: Critical, ja: 重大}. */
		set->choices[i].label =
		    read_label_and_plain(load, values, text_of(load, values->keys[i]), &set->choices[i].plain);
	}
	set->count = values->count;
}

void declare_choices(struct load *load, const struct node *mapping)
{
	if (!mapping || !read_mapping(load, mapping, "\"choices\""))
		return;
	for (size_t i = 0; i < mapping->count; i++)
		if (name_is_good(load, mapping->keys[i], mapping->key_places[i], "set of choices") &&
		    read_mapping(load, mapping->items[i], "A set of choices"))
			declare_choice_set(load, mapping->keys[i], mapping->key_places[i], mapping->items[i]);
}

static void declare_target(struct load *load, struct str name, struct place place, const struct node *node)
{
	struct target_table *table = arena_one(load->arena, struct target_table);

	if (map_get(&load->model->targets_by_name, name)) {
		fault(load, place, "The targets \"%s\" are declared twice", text_of(load, name));
		return;
	}
	table->name = name;
	table->place = place;
	table->label = read_label_or_name(load, node_get(node, "label") ? node : NULL, "label", name);
	table->codes = arena_many(load->arena, struct str, node->count);
	table->durations = arena_many(load->arena, struct duration, node->count);
	for (size_t i = 0; i < node->count; i++) {
		if (str_is(node->keys[i], "label"))
			continue;
		table->codes[table->count] = node->keys[i];
		if (node->items[i]->kind != NODE_SCALAR ||
		    !duration_parse(node->items[i]->text, &table->durations[table->count++]))
			fault(load, node->items[i]->place, "A target must be a length of time, as 30m, 4h or 2d");
	}
	map_put(&load->model->targets_by_name, name, table);
	vec_push(load->arena, &load->targets, table);
}

void declare_targets(struct load *load, const struct node *mapping)
{
	if (!mapping || !read_mapping(load, mapping, "\"targets\""))
		return;
	for (size_t i = 0; i < mapping->count; i++)
		if (name_is_good(load, mapping->keys[i], mapping->key_places[i], "table of targets") &&
		    read_mapping(load, mapping->items[i], "A table of targets"))
			declare_target(load, mapping->keys[i], mapping->key_places[i], mapping->items[i]);
}

static bool set_has_all(const struct choice_set *set, const struct target_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		if (!choice_find(set, table->codes[i]))
			return false;
	return true;
}

/* A table does not say of which choices it speaks, so a slip shows as codes that stand together in no set. */
void resolve_targets(struct load *load)
{
	for (size_t t = 0; t < load->targets.count; t++) {
		struct target_table *table = load->targets.items[t];

		for (size_t i = 0; !table->of && i < load->choice_sets.count; i++)
			if (set_has_all(load->choice_sets.items[i], table))
				table->of = load->choice_sets.items[i];
		if (!table->of)
			fault(load, table->place, "The codes of the targets \"%s\" stand together in no set of choices",
			      text_of(load, table->name));
	}
}

static const struct choice_set *choices_of(struct load *load, const struct node *node, const char *key)
{
	const struct node *named = node_get(node, key);
	const struct choice_set *set = NULL;
	struct str all = {0};

	if (!named) {
		fault(load, node->place, "A matrix needs \"%s\"", key);
		return NULL;
	}
	set = map_get(&load->model->choices_by_name, read_text(load, node, key));
	if (set)
		return set;
	for (size_t i = 0; i < load->choice_sets.count; i++)
		all = words_add(load, all, load->choice_sets.items[i]->name);
	fault_unknown(load, named->place, "set of choices", named->text, all);
	return NULL;
}

static struct str codes_of(struct load *load, const struct choice_set *set)
{
	struct str all = {0};

	for (size_t i = 0; i < set->count; i++)
		all = words_add(load, all, set->choices[i].code);
	return all;
}

static void resolve_row(struct load *load, struct matrix *matrix, size_t row, const struct choice_set *values,
			const struct node *cells)
{
	const struct node *line = node_get(cells, text_of(load, matrix->rows[row]));

	if (!line) {
		fault(load, cells->place, "The matrix has no row for \"%s\"", text_of(load, matrix->rows[row]));
		return;
	}
	if (line->kind != NODE_SEQUENCE || line->count != matrix->column_count) {
		fault(load, line->place, "The row \"%s\" must have one cell for each column, in their order",
		      text_of(load, matrix->rows[row]));
		return;
	}
	for (size_t i = 0; i < line->count; i++) {
		if (line->items[i]->kind != NODE_SCALAR || !choice_find(values, line->items[i]->text))
			fault_unknown(load, line->items[i]->place, "value", line->items[i]->text,
				      codes_of(load, values));
		matrix->cells[row * matrix->column_count + i] = line->items[i]->text;
	}
}

static struct str *all_codes(struct load *load, const struct choice_set *set)
{
	struct str *codes = arena_many(load->arena, struct str, set->count);

	for (size_t i = 0; i < set->count; i++)
		codes[i] = set->choices[i].code;
	return codes;
}

static void resolve_matrix(struct load *load, struct str name, struct place place, const struct node *node)
{
	struct matrix *matrix = arena_one(load->arena, struct matrix);
	const struct choice_set *rows = choices_of(load, node, "rows"), *columns = choices_of(load, node, "columns"),
				*values = choices_of(load, node, "values");
	const struct node *cells = node_get(node, "cells");

	read_keys(load, node, "label rows columns values cells");
	if (map_get(&load->model->matrices_by_name, name))
		fault(load, place, "The matrix \"%s\" is declared twice", text_of(load, name));
	if (!cells || cells->kind != NODE_MAPPING) {
		fault(load, place, "A matrix needs \"%s\"", "cells");
		return;
	}
	if (!rows || !columns || !values)
		return;
	matrix->name = name;
	matrix->label = read_label_or_name(load, node_get(node, "label") ? node : NULL, "label", name);
	matrix->of_rows = rows;
	matrix->of_columns = columns;
	matrix->of_values = values;
	matrix->place = place;
	matrix->rows = all_codes(load, rows);
	matrix->row_count = rows->count;
	matrix->columns = all_codes(load, columns);
	matrix->column_count = columns->count;
	matrix->cells = arena_many(load->arena, struct str, rows->count * columns->count);
	read_keys(load, cells, str_c(load->arena, codes_of(load, rows)));
	for (size_t i = 0; i < rows->count; i++)
		resolve_row(load, matrix, i, values, cells);
	map_put(&load->model->matrices_by_name, name, matrix);
	vec_push(load->arena, &load->matrices, matrix);
}

void resolve_matrices(struct load *load, const struct node *mapping)
{
	if (!mapping || !read_mapping(load, mapping, "\"matrices\""))
		return;
	for (size_t i = 0; i < mapping->count; i++)
		if (name_is_good(load, mapping->keys[i], mapping->key_places[i], "matrix") &&
		    read_mapping(load, mapping->items[i], "A matrix"))
			resolve_matrix(load, mapping->keys[i], mapping->key_places[i], mapping->items[i]);
}
