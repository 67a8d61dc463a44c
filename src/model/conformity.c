/* What proves that a demand of the standard is met: records that must be there, roles that must be held. */
#include "model/load.h"

static bool read_role(struct load *load, const struct process *process, const struct node *node,
		      struct conformity_check *check)
{
	struct str name = read_text(load, node, "role"), all = {0};

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

static bool read_records(struct load *load, const struct node *node, struct conformity_check *check)
{
	const struct node *of = node_get(node, "of");

	check->type = of ? map_get(&load->model->types_by_name, read_text(load, node, "of")) : NULL;
	if (!check->type) {
		fault(load, of ? of->place : node->place, "A check names records (of) or a role that is held (role)");
		return false;
	}
	check->at_least = 1;
	check->has_most = node_get(node, "at_most") != NULL;
	if (check->has_most)
		check->at_least = 0;
	read_integer(load, node, "at_least", &check->at_least);
	read_integer(load, node, "at_most", &check->at_most);
	if (node_get(node, "where"))
		check->where = read_expression(load, check->type, node, "where");
	return true;
}

static bool read_check(struct load *load, const struct process *process, struct str demand, const struct node *node,
		       struct conformity_check *check)
{
	struct str weight;

	if (!read_mapping(load, node, "A check"))
		return false;
	read_keys(load, node, "of where at_least at_most role weight says");
	*check =
	    (struct conformity_check){.demand = demand, .place = node->place, .says = read_label(load, node, "says")};
	weight = read_text(load, node, "weight");
	check->is_slight = node_get(node, "role") ? !str_is(weight, "gap") : str_is(weight, "attention");
	if (weight.n && !str_is(weight, "gap") && !str_is(weight, "attention"))
		fault_unknown(load, node_get(node, "weight")->place, "weight", weight, S("gap attention"));
	return node_get(node, "role") ? read_role(load, process, node, check) : read_records(load, node, check);
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
