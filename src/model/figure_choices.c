/* The set of choices "figure": every figure and measure that is declared, so that records can name them
 * (`type: choice, of: figure`). The code of one is "type.name". */
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

void declare_figure_choices(struct load *load)
{
	struct choice_set *set = arena_one(load->arena, struct choice_set);
	struct gathering gathering = {load, set};

	if (map_get(&load->model->choices_by_name, S("figure"))) {
		fault(load, ((struct choice_set *)map_get(&load->model->choices_by_name, S("figure")))->place,
		      "The choices \"%s\" are declared twice", "figure");
		return;
	}
	*set = (struct choice_set){.name = S("figure"), .label = {{S("Figure"), S("指標")}}};
	set->choices = arena_many(load->arena, struct choice, most_of(load) + 1);
	for (size_t i = 0; i < load->drafts.count; i++) {
		const struct type *type = load->drafts.items[i].type;
		const struct node *figures = node_get(load->drafts.items[i].node, "figures");

		for (size_t f = 0; figures && figures->kind == NODE_MAPPING && f < figures->count; f++)
			if (figures->items[f]->kind == NODE_MAPPING)
				add(&gathering, type, figures->items[f], figures->keys[f]);
		for (size_t d = 0; d < load->documents.count; d++)
			add_measures(&gathering, type, node_get(load->documents.items[d], "kpis"));
	}
	map_put(&load->model->choices_by_name, set->name, set);
	vec_push(load->arena, &load->choice_sets, set);
}
