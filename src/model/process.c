#include "model/load.h"

static const char groups[] = "govern design deliver relate resolve control";
static const char who_words[] = "everyone staff customer nobody";

static bool among(struct str word, const char *words)
{
	struct str rest = str_of(words), one;

	while (str_cut(&rest, ' ', &one))
		if (str_eq(one, word))
			return true;
	return false;
}

static struct role *declare_role(struct load *load, struct process *process, struct str name, struct place place,
				 const struct node *node)
{
	struct role *role = arena_one(load->arena, struct role);

	if (!read_mapping(load, node, "A role") || !name_is_good(load, name, place, "role"))
		return NULL;
	read_keys(load, node, "label administers");
	if (among(name, who_words))
		fault(load, place, "\"%s\" already means someone and cannot name a role", text_of(load, name));
	role->short_name = name;
	role->name = str_format(load->arena, "%.*s.%.*s", STR_ARG(process->name), STR_ARG(name));
	role->label = read_label_or_name(load, node, "label", name);
	role->process = process;
	role->administers = read_flag(load, node, "administers", false);
	role->place = place;
	role->index = load->roles.count;
	vec_push(load->arena, &load->roles, role);
	map_put(&load->model->roles_by_name, role->name, role);
	return role;
}

static void declare_roles(struct load *load, struct process *process, const struct node *mapping)
{
	VEC(struct role *) roles = {0};

	if (!mapping || !read_mapping(load, mapping, "\"roles\""))
		return;
	for (size_t i = 0; i < mapping->count; i++) {
		struct role *role =
		    declare_role(load, process, mapping->keys[i], mapping->key_places[i], mapping->items[i]);

		if (role)
			vec_push(load->arena, &roles, role);
	}
	process->roles = roles.items;
	process->role_count = roles.count;
}

static void declare_types(struct load *load, struct process *process, const struct node *mapping)
{
	size_t first = load->types.count;

	if (!mapping || !read_mapping(load, mapping, "\"records\""))
		return;
	for (size_t i = 0; i < mapping->count; i++)
		declare_type(load, process, mapping->keys[i], mapping->key_places[i], mapping->items[i]);
	process->type_count = load->types.count - first;
	process->types = arena_many(load->arena, struct type *, process->type_count);
	for (size_t i = 0; i < process->type_count; i++)
		process->types[i] = load->types.items[first + i];
}

static void declare_outsides(struct load *load, const struct node *mapping)
{
	if (!mapping || !read_mapping(load, mapping, "\"outside\""))
		return;
	for (size_t i = 0; i < mapping->count; i++) {
		struct outside *outside = arena_one(load->arena, struct outside);

		outside->name = mapping->keys[i];
		name_is_good(load, outside->name, mapping->key_places[i], "outside");
		outside->label = read_label_or_name(load, mapping, str_c(load->arena, outside->name), outside->name);
		vec_push(load->arena, &load->outsides, outside);
	}
}

/* Sentences: a list of labels. */
static struct label *read_labels(struct load *load, const struct node *document, const char *key, size_t *count)
{
	const struct node *list = node_get(document, key);
	struct label *labels;

	*count = 0;
	if (!list)
		return NULL;
	if (list->kind != NODE_SEQUENCE) {
		fault(load, list->place, "\"%s\" must be a list", key);
		return NULL;
	}
	labels = arena_many(load->arena, struct label, list->count + 1);
	for (size_t i = 0; i < list->count; i++)
		labels[(*count)++] = read_label_node(load, list->items[i], key);
	return labels;
}

/* Of the whole organisation; April, as in Japan, unless a process says otherwise. */
static void read_fiscal_year(struct load *load, const struct node *document)
{
	const struct node *given = node_get(document, "fiscal_year_begins");
	int64_t month = 0;

	if (!given)
		return;
	if (!read_integer(load, document, "fiscal_year_begins", &month) || month < 1 || month > 12)
		fault(load, given->place, "\"fiscal_year_begins\" must be a month, 1 to 12");
	else
		load->model->fiscal_month = (int)month;
}

void declare_process(struct load *load, const struct node *document)
{
	struct process *process = arena_one(load->arena, struct process);
	const struct node *group = node_get(document, "group");

	read_keys(load, document,
		  "process clause group label purpose outcomes inputs outputs roles kpis dashboards interfaces outside "
		  "records choices matrices targets listens answers conformity fiscal_year_begins mails");
	process->name = read_text(load, document, "process");
	process->place = node_get(document, "process")->place;
	name_is_good(load, process->name, process->place, "process");
	read_fiscal_year(load, document);
	process->clause = read_text(load, document, "clause");
	process->group = read_text(load, document, "group");
	if (!group)
		fault(load, process->place, "A process needs \"%s\"", "group");
	else if (!among(process->group, groups))
		fault_unknown(load, group->place, "group", process->group, str_of(groups));
	process->label = read_label_or_name(load, document, "label", process->name);
	process->purpose = read_label(load, document, "purpose");
	process->kpis = node_get(document, "kpis");
	process->dashboards = node_get(document, "dashboards");
	process->outcomes = read_labels(load, document, "outcomes", &process->outcome_count);
	process->inputs = read_labels(load, document, "inputs", &process->input_count);
	process->outputs = read_labels(load, document, "outputs", &process->output_count);
	process->answers = read_texts(load, document, "answers", &process->answer_count);
	vec_push(load->arena, &load->processes, process);
	declare_outsides(load, node_get(document, "outside"));
	declare_roles(load, process, node_get(document, "roles"));
	declare_choices(load, node_get(document, "choices"));
	declare_targets(load, node_get(document, "targets"));
	declare_types(load, process, node_get(document, "records"));
}

/* `listens: {TYPE: [behaviours]}`: what this process wants to happen when something happens to records of another. */
void check_listens(struct load *load, const struct node *document)
{
	const struct node *listens = node_get(document, "listens");
	struct str all = {0};

	if (!listens || !read_mapping(load, listens, "\"listens\""))
		return;
	for (size_t i = 0; i < load->types.count; i++)
		all = words_add(load, all, load->types.items[i]->name);
	for (size_t i = 0; i < listens->count; i++)
		if (!map_get(&load->model->types_by_name, listens->keys[i]))
			fault_unknown(load, listens->key_places[i], "record type", listens->keys[i], all);
}

static void check_measure(struct load *load, struct str name, const struct node *node)
{
	static const char *const expressions[] = {"share", "count", "among"};
	const struct node *of = node_get(node, "of"), *period = node_get(node, "in_period"),
			  *average = node_get(node, "average");
	const struct type *type;

	read_keys(load, node, "label help of share count average among in_period goal");
	read_text(load, node, "goal");
	type = of ? map_get(&load->model->types_by_name, read_text(load, node, "of")) : NULL;
	if (!type) {
		fault(load, of ? of->place : node->place,
		      "The measure \"%s\" needs the record type that it counts (of)", text_of(load, name));
		return;
	}
	if (!!node_get(node, "share") + !!node_get(node, "count") + !!average != 1)
		fault(load, node->place, "A measure has one of \"share\", \"count\" and \"average\"");
	for (size_t i = 0; i < 3; i++)
		read_expression(load, type, node, expressions[i]);
	if (average)
		field_named(load, type, read_text(load, node, "average"), average->place);
	if (period) {
		const struct query_field *field = map_get(&type->query->fields, read_text(load, node, "in_period"));

		if (!field || (field->kind != VALUE_TIME && field->kind != VALUE_DATE))
			fault(load, period->place, "\"in_period\" must be a date or time of the record");
	}
}

void check_measures(struct load *load, struct process *process)
{
	const struct node *kpis = process->kpis;

	if (!kpis || !read_mapping(load, kpis, "\"kpis\""))
		return;
	process->kpi_labels = arena_many(load->arena, struct label, kpis->count);
	process->kpi_helps = arena_many(load->arena, struct label, kpis->count);
	for (size_t i = 0; i < kpis->count; i++) {
		if (!name_is_good(load, kpis->keys[i], kpis->key_places[i], "measure") ||
		    !read_mapping(load, kpis->items[i], "A measure"))
			continue;
		process->kpi_labels[i] = read_label_or_name(load, kpis->items[i], "label", kpis->keys[i]);
		process->kpi_helps[i] = read_label(load, kpis->items[i], "help");
		check_measure(load, kpis->keys[i], kpis->items[i]);
	}
}
