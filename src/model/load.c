#include "model/load.h"

#include <string.h>

#include "base/hash.h"

static size_t document_of(const struct load *load, struct str process)
{
	size_t i = 0;

	while (i < load->documents.count && !str_eq(node_get(load->documents.items[i], "process")->text, process))
		i++;
	return i;
}

static const struct node *name_of(const struct node *document, const char *key)
{
	const struct node *name = node_get(document, key);

	return name && name->kind == NODE_SCALAR && name->text.n ? name : NULL;
}

static void read_source(struct load *load, const struct model_source *source)
{
	struct node *document;
	const struct node *name;
	size_t at;

	if (node_parse(load->arena, source->file, source->text, &document, load->error)) {
		load->faults++;
		return;
	}
	if (name_of(document, "continues") && !source->overlay) {
		vec_push(load->arena, &load->continuations, document);
		return;
	}
	name = name_of(document, "process");
	if (!name) {
		fault(load, document->place, "A file declares one process: it begins with \"process: name\"");
		return;
	}
	at = document_of(load, name->text);
	if (at == load->documents.count)
		vec_push(load->arena, &load->documents, document);
	else if (source->overlay)
		load->documents.items[at] = node_merge(load->arena, load->documents.items[at], document);
	else
		fault(load, name->place, "The process \"%s\" is declared twice", text_of(load, name->text));
}

/* What stands in both is a fault: a continuation adds, it does not change. */
static void refuse_doubles(struct load *load, const struct node *base, const struct node *more)
{
	for (size_t i = 0; i < more->count; i++) {
		struct str key = more->keys[i];

		if (node_get(base, str_c(load->arena, key)))
			fault(load, more->key_places[i], "\"%s\" is declared twice", text_of(load, key));
	}
}

/* A process that is too long for one file goes on in others: `continues: NAME`, with the sections that add to it. */
static void read_continuation(struct load *load, const struct node *more)
{
	static const char *const sections[] = {"roles",   "kpis",    "dashboards", "records",    "choices", "matrices",
					       "targets", "listens", "conformity", "interfaces", "mails"};
	const struct node *name = name_of(more, "continues");
	size_t at = document_of(load, name->text);

	read_keys(load, more,
		  "continues outcomes inputs outputs roles kpis dashboards records choices matrices targets listens "
		  "conformity interfaces mails");
	if (at == load->documents.count) {
		fault(load, name->place, "There is no process \"%s\" to continue", text_of(load, name->text));
		return;
	}
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		const struct node *base = node_get(load->documents.items[at], sections[i]),
				  *added = node_get(more, sections[i]);

		if (base && added && base->kind == NODE_MAPPING && added->kind == NODE_MAPPING)
			refuse_doubles(load, base, added);
	}
	load->documents.items[at] =
	    node_merge(load->arena, load->documents.items[at], node_without(load->arena, more, "continues"));
}

static void read_sources(struct load *load, const struct model_source *sources, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!sources[i].overlay)
			read_source(load, &sources[i]);
	for (size_t i = 0; i < load->continuations.count && !load->faults; i++)
		read_continuation(load, load->continuations.items[i]);
	for (size_t i = 0; i < count; i++)
		if (sources[i].overlay)
			read_source(load, &sources[i]);
}

/* By texts, not by file names: nodes that keep their files elsewhere have the same model. */
static struct hash_text digest_of(struct arena *arena, const struct model_source *sources, size_t count)
{
	struct str *parts = arena_many(arena, struct str, count * 2);
	struct hash_text text = {0};

	for (size_t i = 0; i < count; i++) {
		parts[2 * i] = sources[i].overlay ? S("overlay") : S("process");
		parts[2 * i + 1] = sources[i].text;
	}
	hash_hex(hash_parts(parts, count * 2), text.hex);
	return text;
}

static void start_maps(struct load *load)
{
	struct map *maps[] = {&load->model->types_by_name,   &load->model->types_by_collection,
			      &load->model->types_by_prefix, &load->model->roles_by_name,
			      &load->model->choices_by_name, &load->model->matrices_by_name,
			      &load->model->targets_by_name};

	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++)
		*maps[i] = map_new(load->arena);
}

static void declare(struct load *load)
{
	for (size_t i = 0; i < load->documents.count; i++)
		declare_process(load, load->documents.items[i]);
	declare_figure_choices(load);
	declare_type_choices(load);
}

static void resolve(struct load *load)
{
	resolve_targets(load);
	for (size_t i = 0; i < load->documents.count; i++) {
		resolve_matrices(load, node_get(load->documents.items[i], "matrices"));
		resolve_mail_texts(load, node_get(load->documents.items[i], "mails"));
		check_listens(load, load->documents.items[i]);
	}
	for (size_t i = 0; i < load->drafts.count; i++)
		resolve_type(load, &load->drafts.items[i]);
}

static void rule(struct load *load)
{
	for (size_t i = 0; i < load->drafts.count; i++)
		resolve_rules(load, &load->drafts.items[i]);
	for (size_t i = 0; i < load->drafts.count; i++)
		resolve_suggestions(load, &load->drafts.items[i]);
	for (size_t i = 0; i < load->drafts.count; i++)
		resolve_arrangement(load, &load->drafts.items[i]);
	for (size_t i = 0; i < load->drafts.count; i++)
		resolve_spread(load, &load->drafts.items[i]);
	for (size_t i = 0; i < load->drafts.count && !load->faults; i++)
		resolve_portal(load, &load->drafts.items[i]);
	for (size_t i = 0; i < load->drafts.count; i++)
		resolve_mail(load, &load->drafts.items[i]);
	for (size_t i = 0; i < load->processes.count; i++)
		check_measures(load, load->processes.items[i]);
	for (size_t i = 0; i < load->processes.count; i++)
		resolve_conformity(load, load->processes.items[i], node_get(load->documents.items[i], "conformity"));
	for (size_t i = 0; i < load->processes.count; i++)
		resolve_interfaces(load, load->processes.items[i], node_get(load->documents.items[i], "interfaces"));
}

static void publish(struct load *load)
{
	struct model *model = load->model;

	model->processes = load->processes.items;
	model->process_count = load->processes.count;
	model->types = load->types.items;
	model->type_count = load->types.count;
	model->roles = load->roles.items;
	model->role_count = load->roles.count;
	model->choice_sets = load->choice_sets.items;
	model->choice_set_count = load->choice_sets.count;
	model->matrices = load->matrices.items;
	model->matrix_count = load->matrices.count;
	model->targets = load->targets.items;
	model->target_count = load->targets.count;
	model->outsides = load->outsides.items;
	model->outside_count = load->outsides.count;
	model->mail_texts = load->mail_texts.items;
	model->mail_text_count = load->mail_texts.count;
}

enum status model_load(struct arena *arena, const struct model_source *sources, size_t count,
		       const struct model **model, struct error *error)
{
	static void (*const passes[])(struct load *) = {declare, resolve, build_schema, rule};
	struct load load = {.arena = arena, .error = error, .model = arena_one(arena, struct model)};

	*model = NULL;
	load.model->arena = arena;
	load.model->fiscal_month = 4;
	load.model->digest = digest_of(arena, sources, count);
	start_maps(&load);
	read_sources(&load, sources, count);
	for (size_t i = 0; !load.faults && i < sizeof(passes) / sizeof(*passes); i++)
		passes[i](&load);
	if (load.faults)
		return error->status ? error->status : E_INVALID;
	publish(&load);
	*model = load.model;
	return OK;
}
