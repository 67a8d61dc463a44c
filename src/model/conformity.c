/* What proves that a demand of the standard is met: records that must be there and not be too old, roles that must be
 * held, figures that must reach a goal. */
#include "model/load.h"

static bool read_role(struct load *load, const struct process *process, const struct node *node,
		      struct conformity_check *check)
{
	struct str name = read_text(load, node, "role"), all = {0};

	read_keys(load, node, "role weight says");
	check->role = map_get(&load->model->roles_by_name, name);
	for (size_t i = 0; !check->role && i < process->role_count; i++) {
		all = words_add(load, all, process->roles[i]->short_name);
		if (str_eq(process->roles[i]->short_name, name))
			check->role = process->roles[i];
	}
	if (!check->role)
		fault_unknown(load, node_get(node, "role")->place, "role", name, all);
	return check->role != NULL;
}

/* "incident.attainment"; whether there is such a figure is seen when figures are read. */
static bool read_figure(struct load *load, const struct node *node, struct conformity_check *check)
{
	const struct node *named = node_get(node, "figure");
	struct str name = read_text(load, node, "figure"), type;

	read_keys(load, node, "figure goal period weight says");
	check->type = str_cut(&name, '.', &type) ? map_get(&load->model->types_by_name, type) : NULL;
	if (!check->type || !name.n) {
		fault(load, named->place, "A figure is named as TYPE.NAME, as incident.attainment");
		return false;
	}
	check->figure = name;
	check->goal = read_text(load, node, "goal");
	check->period = read_text(load, node, "period");
	return true;
}

static const struct query_field *read_dated(struct load *load, const struct type *type, const struct node *mapping,
					    const char *key)
{
	const struct node *node = node_get(mapping, key);
	struct str name = read_text(load, mapping, key), all = {0};
	const struct query_field *field = map_get(&type->query->fields, name);

	if (!node || (field && (field->kind == VALUE_DATE || field->kind == VALUE_TIME)))
		return field;
	for (size_t i = 0; i < type->query->fields.count; i++) {
		const struct query_field *other = type->query->fields.entries[i].value;

		if (other && (other->kind == VALUE_DATE || other->kind == VALUE_TIME))
			all = words_add(load, all, other->name);
	}
	fault_unknown(load, node->place, "date or time", name, all);
	return NULL;
}

static void read_fresh(struct load *load, const struct node *node, struct conformity_check *check)
{
	const struct node *fresh = node_get(node, "fresh"), *within;

	if (!fresh || !read_mapping(load, fresh, "\"fresh\""))
		return;
	read_keys(load, fresh, "by within until");
	check->by = read_dated(load, check->type, fresh, "by");
	check->until = read_dated(load, check->type, fresh, "until");
	within = node_get(fresh, "within");
	if (!node_get(fresh, "by") != !within || (!within && !node_get(fresh, "until")))
		fault(load, fresh->place,
		      "\"fresh\" says a date or time (by) and how old it may be (within), or until when "
		      "it is good (until)");
	else if (within && !period_length_parse(read_text(load, fresh, "within"), &check->within))
		fault(load, within->place, "\"within\" must be a length of the calendar: 30d, 5w, 6m or 1y");
}

bool read_record_check(struct load *load, const struct node *node, const char *allowed, struct conformity_check *check)
{
	const struct node *of = node_get(node, "of");

	read_keys(load, node, allowed);
	check->type = of ? map_get(&load->model->types_by_name, read_text(load, node, "of")) : NULL;
	if (!check->type) {
		fault(load, of ? of->place : node->place,
		      "A check names records (of), a role that is held (role) or a figure (figure)");
		return false;
	}
	check->at_least = 1;
	check->has_most = node_get(node, "at_most") != NULL;
	if (check->has_most)
		check->at_least = 0;
	read_integer(load, node, "at_least", &check->at_least);
	read_integer(load, node, "at_most", &check->at_most);
	if (check->has_most && check->at_most < check->at_least)
		fault(load, node_get(node, "at_most")->place, "\"at_most\" is less than \"at_least\"");
	if (node_get(node, "where"))
		check->where = read_expression(load, check->type, node, "where");
	read_fresh(load, node, check);
	return true;
}

static bool read_check(struct load *load, const struct process *process, struct str demand, const struct node *node,
		       struct conformity_check *check)
{
	struct str weight;

	if (!read_mapping(load, node, "A check"))
		return false;
	*check =
	    (struct conformity_check){.demand = demand, .place = node->place, .says = read_label(load, node, "says")};
	weight = read_text(load, node, "weight");
	check->is_slight = str_is(weight, "attention");
	if (weight.n && !str_is(weight, "gap") && !check->is_slight)
		fault_unknown(load, node_get(node, "weight")->place, "weight", weight, S("gap attention"));
	if (node_get(node, "role"))
		return read_role(load, process, node, check);
	if (node_get(node, "figure"))
		return read_figure(load, node, check);
	return read_record_check(load, node, "of where at_least at_most fresh weight says", check);
}

void resolve_conformity(struct load *load, struct process *process, const struct node *mapping)
{
	VEC(struct conformity_check) checks = {0};

	if (!mapping || !read_mapping(load, mapping, "\"conformity\""))
		return;
	for (size_t i = 0; i < mapping->count; i++) {
		const struct node *list = mapping->items[i];
		bool many = list->kind == NODE_SEQUENCE;

		for (size_t k = 0; k < (many ? list->count : 1); k++) {
			struct conformity_check check;

			if (read_check(load, process, mapping->keys[i], many ? list->items[k] : list, &check))
				vec_push(load->arena, &checks, check);
		}
	}
	process->checks = checks.items;
	process->check_count = checks.count;
}
