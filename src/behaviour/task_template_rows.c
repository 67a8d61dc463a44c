/* Templates: rows that people wrote, and lists of the model, as tasks. */
#include "behaviour/task_template.h"

#include <jansson.h>
#include <stdio.h>

static struct str cell(struct arena *arena, const json_t *row, const char *name)
{
	const json_t *found = json_object_get(row, name);

	if (!json_is_string(found))
		return (struct str){0};
	return str_trim(str_dup(arena, (struct str){json_string_value(found), json_string_length(found)}));
}

static bool stands_above(const struct template_task *tasks, size_t count, struct str key)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(tasks[i].key, key))
			return true;
	return false;
}

/* Empty when all is well; else the key that is wrong. */
static struct str unknown_before(const struct template_task *tasks, size_t count)
{
	struct str rest = tasks[count].after, part;

	while (str_cut(&rest, ',', &part))
		if (str_trim(part).n && !stands_above(tasks, count, str_trim(part)))
			return str_trim(part);
	return (struct str){0};
}

static struct template_task read_row(struct arena *arena, const json_t *row)
{
	const json_t *target = json_object_get(row, "target");

	return (struct template_task){
	    .key = cell(arena, row, "key"),
	    .after = cell(arena, row, "after"),
	    .title = {.text = {cell(arena, row, "title"), cell(arena, row, "title_ja")}},
	    .group = json_integer_value(json_object_get(row, "group")),
	    .role = json_integer_value(json_object_get(row, "role")),
	    .supplier = json_integer_value(json_object_get(row, "supplier")),
	    .target =
		json_is_integer(target) ? value_number(VALUE_DURATION, json_integer_value(target)) : (struct value){0},
	    .note = json_is_true(json_object_get(row, "note")),
	    .condition = cell(arena, row, "when"),
	};
}

static enum status check_row(struct arena *arena, struct str at, const struct template_task *tasks, size_t index,
			     struct error *error)
{
	struct str unknown = unknown_before(tasks, index);
	char row[24];

	snprintf(row, sizeof(row), "%zu", index + 1);
	if (stands_above(tasks, index, tasks[index].key))
		return error_fail_at(error, E_INVALID, at, "row", N_("Row %s: the short name '%s' stands there twice"),
				     row, str_c(arena, tasks[index].key));
	if (unknown.n)
		return error_fail_at(error, E_INVALID, at, "row", N_("Row %s: there is no task '%s' above it"), row,
				     str_c(arena, unknown));
	return OK;
}

enum status template_rows_read(struct arena *arena, struct value rows, struct str at, struct template_task **tasks,
			       size_t *count, struct error *error)
{
	json_t *list = rows.kind == VALUE_ROWS ? json_loadb(rows.text.p, rows.text.n, 0, NULL) : NULL;
	enum status status = OK;

	*count = json_array_size(list);
	*tasks = arena_many(arena, struct template_task, *count + 1);
	for (size_t i = 0; i < *count && !status; i++) {
		(*tasks)[i] = read_row(arena, json_array_get(list, i));
		status = check_row(arena, at, *tasks, i, error);
	}
	json_decref(list);
	return status;
}

/* --- of the model --- */

static struct str text_of(const struct node *node, const char *key)
{
	const struct node *found = node_get(node, key);

	return found && found->kind == NODE_SCALAR ? found->text : (struct str){0};
}

static struct label label_of(const struct node *node)
{
	if (!node || node->kind == NODE_SCALAR)
		return (struct label){.text = {node ? node->text : (struct str){0}}};
	return (struct label){.text = {text_of(node, "en"), text_of(node, "ja")}};
}

/* A name, or a list of names, as names with commas. */
static struct str names_of(struct arena *arena, const struct node *node)
{
	struct buf names = buf_new(arena);

	if (!node || node->kind == NODE_SCALAR)
		return node ? node->text : (struct str){0};
	for (size_t i = 0; i < node->count; i++) {
		if (i)
			buf_add_char(&names, ',');
		buf_add(&names, node->items[i]->text);
	}
	return buf_str(&names);
}

static enum status load_condition(struct behaviour_loading *loading, struct template_task *task, struct error *error)
{
	struct error fault;
	char why[400];

	error_clear(&fault);
	if (!task->condition.n ||
	    !query_parse(loading->arena, loading->type->query, task->condition, &task->when, &fault))
		return OK;
	error_text(&fault, why, sizeof(why));
	return load_fail(loading, "tasks", N_("The expression cannot be understood: %s"), why, error);
}

static enum status load_task(struct behaviour_loading *loading, const struct node *node, struct template_task *tasks,
			     size_t index, struct error *error)
{
	struct template_task *task = &tasks[index];
	struct str target = text_of(node, "target"), unknown;
	struct duration duration = {0};

	*task = (struct template_task){
	    .key = text_of(node, "key"),
	    .after = names_of(loading->arena, node_get(node, "after")),
	    .title = label_of(node_get(node, "title")),
	    .group_key = text_of(node, "group"),
	    .note = str_is(text_of(node, "note"), "true"),
	    .condition = text_of(node, "when"),
	};
	unknown = unknown_before(tasks, index);
	if (!task->key.n || !task->title.text[ENGLISH].n)
		return load_fail(loading, "tasks", N_("A task needs \"key\" and \"title\""), NULL, error);
	if (stands_above(tasks, index, task->key) || unknown.n)
		return load_fail(loading, "tasks", N_("\"after\" names tasks above, and each key stands once: %s"),
				 str_c(loading->arena, unknown.n ? unknown : task->key), error);
	if (target.n && !duration_parse(target, &duration))
		return load_fail(loading, "tasks", N_("\"%s\" is no duration"), str_c(loading->arena, target), error);
	if (target.n)
		task->target = value_number(VALUE_DURATION, duration_ms(duration));
	return load_condition(loading, task, error);
}

enum status template_list_load(struct behaviour_loading *loading, struct template_task **tasks, size_t *count,
			       struct error *error)
{
	const struct node *list = load_node(loading, "tasks");
	enum status status = OK;

	*count = 0;
	if (!list)
		return OK;
	if (list->kind != NODE_SEQUENCE)
		return load_fail(loading, "tasks", N_("\"%s\" must be a list of names"), "tasks", error);
	*tasks = arena_many(loading->arena, struct template_task, list->count + 1);
	for (size_t i = 0; i < list->count && !status; i++)
		status = load_task(loading, list->items[i], *tasks, i, error);
	*count = list->count;
	return status;
}
