/* What passes between processes, and between them and what lies outside. */
#include "model/load.h"

/* The process or the outside of that name; without one, the process that declares it. */
static struct interface_end read_end(struct load *load, const struct process *own, const struct node *node,
				     const char *key)
{
	const struct node *named = node_get(node, key);
	struct str name = read_text(load, node, key), all = {0};

	if (!named)
		return (struct interface_end){.process = own};
	for (size_t i = 0; i < load->processes.count; i++) {
		if (str_eq(load->processes.items[i]->name, name))
			return (struct interface_end){.process = load->processes.items[i]};
		all = words_add(load, all, load->processes.items[i]->name);
	}
	for (size_t i = 0; i < load->outsides.count; i++) {
		if (str_eq(load->outsides.items[i]->name, name))
			return (struct interface_end){.outside = load->outsides.items[i]};
		all = words_add(load, all, load->outsides.items[i]->name);
	}
	fault_unknown(load, named->place, "process, or outside of all processes,", name, all);
	return (struct interface_end){0};
}

static struct interface read_interface(struct load *load, const struct process *own, struct str id,
				       const struct node *node, struct conformity_check *check)
{
	static const char keys[] = "from to what by of where fresh";
	struct interface read = {.id = id,
				 .what = read_label(load, node, "what"),
				 .from = read_end(load, own, node, "from"),
				 .to = read_end(load, own, node, "to"),
				 .by = read_text(load, node, "by"),
				 .place = node->place};

	if (read.from.process == read.to.process && !read.from.outside && !read.to.outside && read.from.process)
		fault(load, node->place, "An interface needs another end: \"from\" or \"to\"");
	if (!node_get(node, "of"))
		read_keys(load, node, keys);
	else if (read_record_check(load, node, keys, check))
		read.carries = check->type;
	return read;
}

/* What an interface carries is the evidence of its demand. */
void resolve_interfaces(struct load *load, struct process *process, const struct node *mapping)
{
	VEC(struct conformity_check) checks = {0};
	VEC(struct interface) interfaces = {0};

	if (!mapping || !read_mapping(load, mapping, "\"interfaces\""))
		return;
	for (size_t i = 0; i < process->check_count; i++)
		vec_push(load->arena, &checks, process->checks[i]);
	for (size_t i = 0; i < mapping->count; i++) {
		struct conformity_check check = {.demand = mapping->keys[i], .place = mapping->items[i]->place};
		struct interface read;

		if (!read_mapping(load, mapping->items[i], "An interface"))
			continue;
		read = read_interface(load, process, mapping->keys[i], mapping->items[i], &check);
		check.says = read.what;
		vec_push(load->arena, &interfaces, read);
		if (read.carries)
			vec_push(load->arena, &checks, check);
	}
	process->interfaces = interfaces.items;
	process->interface_count = interfaces.count;
	process->checks = checks.items;
	process->check_count = checks.count;
}
