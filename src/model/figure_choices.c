/* The sets of choices "figure" and "record_type": every figure and measure that is declared, and every kind of record,
 * so that records can name them (`type: choice, of: figure`). The code of a figure is "type.name". */
#include "model/load.h"

struct gathering {
	struct load *load;
	struct choice_set *set;
};

static struct label label_of(struct load *load, const struct type *type, const struct node *figure, struct str name)
{
	struct label own = read_label_or_name(load, figure, "label", name), label;

	for (enum language language = ENGLISH; language < LANGUAGES; language++) {
		struct str plural = label_in(&type->plural, language), words = label_in(&own, language);

		label.text[language] = str_format(load->arena, language == JAPANESE ? "%.*s：%.*s" : "%.*s: %.*s",
						  STR_ARG(plural), STR_ARG(words));
	}
	return label;
}

static void add(struct gathering *gathering, const struct type *type, const struct node *figure, struct str name)
{
	struct load *load = gathering->load;
	struct choice *choice = &gathering->set->choices[gathering->set->count++];

	choice->code = str_format(load->arena, "%.*s.%.*s", STR_ARG(type->name), STR_ARG(name));
	choice->label = label_of(load, type, figure, name);
}

static void add_measures(struct gathering *gathering, const struct type *type, const struct node *measures)
{
	for (size_t i = 0; measures && measures->kind == NODE_MAPPING && i < measures->count; i++)
		if (measures->items[i]->kind == NODE_MAPPING &&
		    str_eq(read_text(gathering->load, measures->items[i], "of"), type->name))
			add(gathering, type, measures->items[i], measures->keys[i]);
}

static size_t most_of(const struct load *load)
{
	size_t most = 0;

	for (size_t i = 0; i < load->drafts.count; i++) {
		const struct node *figures = node_get(load->drafts.items[i].node, "figures");

		most += figures ? figures->count : 0;
	}
	for (size_t i = 0; i < load->documents.count; i++) {
		const struct node *measures = node_get(load->documents.items[i], "kpis");

		most += measures ? measures->count : 0;
	}
	return most;
}

static struct choice_set *begin_set(struct load *load, struct str name, struct label label, size_t most)
{
	struct choice_set *set = map_get(&load->model->choices_by_name, name);

	if (set) {
		fault(load, set->place, "The choices \"%s\" are declared twice", str_c(load->arena, name));
		return NULL;
	}
	set = arena_one(load->arena, struct choice_set);
	*set = (struct choice_set){.name = name, .label = label};
	set->choices = arena_many(load->arena, struct choice, most + 1);
	map_put(&load->model->choices_by_name, name, set);
	vec_push(load->arena, &load->choice_sets, set);
	return set;
}

void declare_figure_choices(struct load *load)
{
	struct gathering gathering = {
	    load, begin_set(load, S("figure"), (struct label){{S("Figure"), S("指標")}}, most_of(load))};

	for (size_t i = 0; gathering.set && i < load->drafts.count; i++) {
		const struct type *type = load->drafts.items[i].type;
		const struct node *figures = node_get(load->drafts.items[i].node, "figures");

		for (size_t f = 0; figures && figures->kind == NODE_MAPPING && f < figures->count; f++)
			if (figures->items[f]->kind == NODE_MAPPING)
				add(&gathering, type, figures->items[f], figures->keys[f]);
		for (size_t d = 0; d < load->documents.count; d++)
			add_measures(&gathering, type, node_get(load->documents.items[d], "kpis"));
	}
}

void declare_type_choices(struct load *load)
{
	struct choice_set *set = begin_set(load, S("record_type"),
					   (struct label){{S("Kind of record"), S("記録の種類")}}, load->drafts.count);

	for (size_t i = 0; set && i < load->drafts.count; i++) {
		const struct type *type = load->drafts.items[i].type;

		set->choices[set->count++] = (struct choice){.code = type->name, .label = type->plural};
	}
}
