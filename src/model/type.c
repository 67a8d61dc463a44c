#include "model/load.h"

#include <string.h>

static const char type_keys[] =
    "customers_see partners_see paper portal mail figures board calendar "
    "prefix collection label plural help clause about acts_as headline headline_ja key key_shown "
    "reading scope fields states initial "
    "transitions links behaviours banners timeline views columns form suggests spreads access answers was number "
    "seeds successor jump strict menu urgent";
static const char *const acting_words[ACTS_AS] = {
    "",       "person",       "group",     "customer",      "partner",
    "role",   "calendar",     "agreement", "rota",          "report_definition",
    "report", "alert_source", "alert",     "mailbox",       "mail",
    "backup", "restore_test", "erasure",   "text_template", "export",
    "view",   "dashboard",    "action",    "webhook"};

/* Letters that lead to pages of the program itself: home, figures, notices, administration. */
static const char taken_jumps[] = "hfna";

static void take_jump(struct load *load, struct type *type, const struct node *node)
{
	const struct node *given = node_get(node, "jump");

	if (!given)
		return;
	type->jump = read_text(load, node, "jump");
	if (type->jump.n != 1 || *type->jump.p < 'a' || *type->jump.p > 'z' || strchr(taken_jumps, *type->jump.p)) {
		fault(load, given->place, "\"jump\" must be one small letter, and none of: h f n a");
		type->jump = (struct str){0};
	}
	for (size_t i = 0; i < load->types.count; i++)
		if (type->jump.n && str_eq(load->types.items[i]->jump, type->jump))
			fault(load, given->place, "The key \"%s\" leads to another record type",
			      text_of(load, type->jump));
}

static bool prefix_is_good(struct str prefix)
{
	bool good = prefix.n >= 2 && prefix.n <= 6;

	for (size_t i = 0; good && i < prefix.n; i++)
		good = prefix.p[i] >= 'A' && prefix.p[i] <= 'Z';
	return good;
}

static bool collection_is_good(struct str name)
{
	bool good = name.n >= 2 && name.n <= 60;

	for (size_t i = 0; good && i < name.n; i++)
		good = (name.p[i] >= 'a' && name.p[i] <= 'z') ||
		       (i && i + 1 < name.n && (name.p[i] == '-' || (name.p[i] >= '0' && name.p[i] <= '9')));
	return good;
}

static void take_names(struct load *load, struct type *type, const struct node *node)
{
	struct model *model = load->model;

	type->prefix = read_text(load, node, "prefix");
	type->collection = read_text(load, node, "collection");
	if (!prefix_is_good(type->prefix))
		fault(load, type->place, "\"prefix\" must be 2 to 6 capital letters, as INC");
	else if (map_get(&model->types_by_prefix, type->prefix))
		fault(load, type->place, "The prefix \"%s\" belongs to another record type",
		      text_of(load, type->prefix));
	if (!collection_is_good(type->collection))
		fault(load, type->place, "\"collection\" must be lower case words with hyphens, as service-requests");
	else if (map_get(&model->types_by_collection, type->collection))
		fault(load, type->place, "The collection \"%s\" belongs to another record type",
		      text_of(load, type->collection));
	map_put(&model->types_by_name, type->name, type);
	map_put(&model->types_by_prefix, type->prefix, type);
	map_put(&model->types_by_collection, type->collection, type);
}

static void take_acting(struct load *load, struct type *type, const struct node *node)
{
	struct str word = read_text(load, node, "acts_as"), all = {0};

	if (!word.n)
		return;
	for (enum acts_as as = ACTS_PERSON; as < ACTS_AS; as++) {
		all = words_add(load, all, str_of(acting_words[as]));
		if (str_is(word, acting_words[as]))
			type->acts_as = as;
	}
	if (!type->acts_as)
		fault_unknown(load, node_get(node, "acts_as")->place, "part", word, all);
	else if (load->model->acting[type->acts_as])
		fault(load, node_get(node, "acts_as")->place, "\"%s\" already acts as %s",
		      text_of(load, load->model->acting[type->acts_as]->name), text_of(load, word));
	else
		load->model->acting[type->acts_as] = type;
}

static void take_numbering(struct load *load, struct type *type, const struct node *node)
{
	const struct node *number = node_get(node, "number");
	int64_t width = 0, start = 1;

	if (number && read_mapping(load, number, "\"number\"")) {
		read_keys(load, number, "width start");
		read_integer(load, number, "width", &width);
		read_integer(load, number, "start", &start);
		if (width < 0 || width > 12 || start < 1 || start > INT32_MAX)
			fault(load, number->place, "\"width\" must be 0 to 12 and \"start\" at least 1");
	}
	type->number_width = (uint32_t)width;
	type->number_start = (uint32_t)start;
}

static void declare_state(struct load *load, struct type *type, struct str name, struct place place,
			  const struct node *node)
{
	static const char *const phases[] = {"open", "waiting", "done"};
	struct state *state = arena_one(load->arena, struct state);
	const struct node *phase = node_get(node, "phase");
	int found = -1;

	if (!code_is_good(load, name, place) || !read_mapping(load, node, "A state"))
		return;
	read_keys(load, node, "phase label plain void was");
	for (int i = 0; i < 3; i++)
		if (phase && str_is(phase->text, phases[i]))
			found = i;
	if (found < 0)
		fault(load, phase ? phase->place : place, "A state needs \"phase\": open, waiting or done");
	*state = (struct state){.name = name, .place = place, .phase = found < 0 ? PHASE_OPEN : (enum phase)found};
	state->is_void = read_flag(load, node, "void", false);
	if (state->is_void && state->phase != PHASE_DONE)
		fault(load, node_get(node, "void")->place, "Only a state of the phase done can be \"void\"");
	state->was = read_was(load, node);
	state->label = read_label_or_name(load, node, "label", name);
	state->plain = read_label(load, node, "plain");
	type->states[type->state_count++] = state;
}

static void declare_states(struct load *load, struct type *type, const struct node *node)
{
	const struct node *mapping = node_get(node, "states"), *initial = node_get(node, "initial");

	if (!mapping || !read_mapping(load, mapping, "\"states\"")) {
		if (node_get(node, "transitions"))
			fault(load, node_get(node, "transitions")->place, "Transitions need \"states\"");
		return;
	}
	type->states = arena_many(load->arena, struct state *, mapping->count);
	for (size_t i = 0; i < mapping->count; i++)
		declare_state(load, type, mapping->keys[i], mapping->key_places[i], mapping->items[i]);
	type->initial = type->state_count ? type->states[0] : NULL;
	if (initial)
		type->initial = type_state(type, read_text(load, node, "initial"));
	if (!type->initial)
		fault(load, initial ? initial->place : mapping->place, "\"initial\" must be one of the states");
}

/* Their values are judged when they are made: they may name other records. */
static void take_seeds(struct load *load, struct type *type, const struct node *node)
{
	const struct node *seeds = node_get(node, "seeds");

	if (!seeds)
		return;
	if (seeds->kind != NODE_SEQUENCE) {
		fault(load, seeds->place, "\"%s\" must be a list", "seeds");
		return;
	}
	for (size_t i = 0; i < seeds->count; i++)
		if (read_mapping(load, seeds->items[i], "A seed"))
			for (size_t k = 0; k < seeds->items[i]->count; k++)
				if (!str_is(seeds->items[i]->keys[k], "state"))
					field_named(load, type, seeds->items[i]->keys[k],
						    seeds->items[i]->key_places[k]);
	type->seeds = seeds->count ? seeds : NULL;
}

static struct query_type *new_query_type(struct load *load, struct type *type)
{
	struct query_type *query = arena_one(load->arena, struct query_type);

	/* Numbers in expressions are looked up when they are evaluated: their codes belong to the database. */
	query->name = type->name;
	query->owner = type;
	query->fields = map_new(load->arena);
	query->links = map_new(load->arena);
	query->clocks = map_new(load->arena);
	return query;
}

void declare_type(struct load *load, struct process *process, struct str name, struct place place,
		  const struct node *node)
{
	struct type *type = arena_one(load->arena, struct type);
	struct draft draft = {.type = type};

	draft.node = node = type_node(load, node);
	if (!name_is_good(load, name, place, "record type") || !read_mapping(load, node, "A record type"))
		return;
	if (str_starts(name, S("kaname_")) || map_get(&load->model->types_by_name, name)) {
		fault(load, place, "The record type \"%s\" is declared twice, or its name is taken",
		      text_of(load, name));
		return;
	}
	read_keys(load, node, type_keys);
	type->name = name;
	type->place = place;
	type->process = process;
	type->was = read_was(load, node);
	type->label = read_label_or_name(load, node, "label", name);
	type->plural = node_get(node, "plural") ? read_label(load, node, "plural") : type->label;
	type->help = read_label(load, node, "help");
	type->clause = node_get(node, "clause") ? read_text(load, node, "clause") : process->clause;
	type->answers = read_texts(load, node, "answers", &type->answer_count);
	take_jump(load, type, node);
	type->index = (uint32_t)load->types.count;
	take_names(load, type, node);
	take_acting(load, type, node);
	take_numbering(load, type, node);
	declare_fields(load, type, node_get(node, "fields"));
	declare_states(load, type, node);
	take_seeds(load, type, node);
	draft.query = new_query_type(load, type);
	type->query = draft.query;
	vec_push(load->arena, &load->types, type);
	vec_push(load->arena, &load->drafts, draft);
}

static const struct field *text_field(struct load *load, const struct type *type, const struct node *node,
				      const char *key)
{
	const struct node *given = node_get(node, key);
	const struct field *field;

	if (!given)
		return NULL;
	field = field_named(load, type, read_text(load, node, key), given->place);
	if (field && field->kind != FIELD_TEXT && (field->kind != FIELD_COMPUTED || !str_is(str_of(key), "headline"))) {
		fault(load, given->place, "\"%s\" must be a field of type text", key);
		return NULL;
	}
	return field;
}

static void resolve_recognition(struct load *load, struct type *type, const struct node *node)
{
	type->headline = text_field(load, type, node, "headline");
	type->headline_ja = text_field(load, type, node, "headline_ja");
	type->reading = text_field(load, type, node, "reading");
	type->key = text_field(load, type, node, "key");
	type->key_is_shown = read_flag(load, node, "key_shown", false);
	type->successor = NULL;
	if (node_get(node, "successor")) {
		type->successor =
		    field_named(load, type, read_text(load, node, "successor"), node_get(node, "successor")->place);
		if (type->successor && (type->successor->kind != FIELD_REFERENCE || type->successor->to != type))
			fault(load, node_get(node, "successor")->place,
			      "\"successor\" must be a reference to the same type");
	}
	if (!node_get(node, "headline"))
		fault(load, type->place, "A record type needs \"headline\": the field that people recognise it by");
	if (type->key_is_shown && !type->key)
		fault(load, type->place, "\"key_shown\" needs a \"key\"");
	if (type->key)
		type->fields[type->key->index]->unique = true;
}

static void resolve_about(struct load *load, struct type *type, const struct node *node)
{
	struct str *names = read_texts(load, node, "about", &type->about_count);

	type->about = arena_many(load->arena, const struct field *, type->about_count + 1);
	for (size_t i = 0; i < type->about_count; i++) {
		type->about[i] = field_named(load, type, names[i], node_get(node, "about")->place);
		if (type->about[i] && type->about[i]->kind != FIELD_PERSON)
			fault(load, node_get(node, "about")->place, "\"about\" names \"%s\", which is no person",
			      text_of(load, names[i]));
	}
}

static void resolve_scope(struct load *load, struct type *type, const struct node *node)
{
	const struct node *given = node_get(node, "scope");
	struct str scope = read_text(load, node, "scope");
	const struct type *customer = load->model->acting[ACTS_CUSTOMER];

	if (!given)
		return;
	type->open_to_customers = str_is(scope, "open");
	type->scoped = str_is(scope, "customer");
	if (!type->scoped && !type->open_to_customers)
		fault_unknown(load, given->place, "scope", scope, S("customer open"));
	if (!type->scoped)
		return;
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];

		if (field->kind == FIELD_REFERENCE && customer && field->to == customer &&
		    (!type->customer || str_is(field->name, "customer")))
			type->customer = field;
	}
	if (!type->customer)
		fault(load, given->place, "\"scope: customer\" needs a field that refers to the customer");
}

static void declare_clock(struct load *load, struct draft *draft, const struct behaviour_use *use)
{
	struct str name = use->parameters ? read_text(load, use->parameters, "name") : (struct str){0};
	struct label *words;

	if (!name.n) {
		fault(load, use->place, "A clock needs \"name\"");
		return;
	}
	if (!name_is_good(load, name, use->place, "clock"))
		return;
	if (map_get(&draft->query->clocks, name))
		fault(load, use->place, "The clock \"%s\" is declared twice", text_of(load, name));
	words = arena_one(load->arena, struct label);
	*words = read_label_or_name(load, use->parameters, "label", name);
	map_put(&draft->query->clocks, name, words);
}

static void add_behaviour(struct load *load, struct draft *draft, const struct node *node)
{
	struct type *type = draft->type;
	struct behaviour_use *use = &type->behaviours[type->behaviour_count];

	use->place = node->place;
	if (node->kind == NODE_SCALAR && node->text.n) {
		use->name = node->text;
	} else if (node->kind == NODE_MAPPING && node->count == 1 && node->items[0]->kind == NODE_MAPPING) {
		use->name = node->keys[0];
		use->parameters = node->items[0];
	} else {
		fault(load, node->place, "A behaviour is a name, or a name with its parameters: {...}");
		return;
	}
	type->behaviour_count++;
	if (str_is(use->name, "clock"))
		declare_clock(load, draft, use);
}

static void add_behaviours(struct load *load, struct draft *draft, const struct node *list, const char *key)
{
	struct type *type = draft->type;

	if (!list)
		return;
	if (list->kind != NODE_SEQUENCE) {
		fault(load, list->place, "\"%s\" must be a list", key);
		return;
	}
	type->behaviours = arena_grow(load->arena, type->behaviours, type->behaviour_count * sizeof(*type->behaviours),
				      (type->behaviour_count + list->count) * sizeof(*type->behaviours));
	for (size_t i = 0; i < list->count; i++)
		add_behaviour(load, draft, list->items[i]);
}

/* Its own first, then what other processes want to happen when something happens to such records. */
static void resolve_behaviours(struct load *load, struct draft *draft)
{
	add_behaviours(load, draft, node_get(draft->node, "behaviours"), "behaviours");
	for (size_t i = 0; i < load->documents.count; i++) {
		const struct node *listens = node_get(load->documents.items[i], "listens");

		if (listens && listens->kind == NODE_MAPPING)
			add_behaviours(load, draft, node_get(listens, text_of(load, draft->type->name)), "listens");
	}
}

static void resolve_strictness(struct load *load, struct type *type, const struct node *node)
{
	struct str all = {0};

	type->off_menu = node_get(node, "menu") && !read_flag(load, node, "menu", true);
	type->strict = node_get(node, "strict");
	if (!type->strict)
		return;
	if (!read_mapping(load, type->strict, "\"strict\"")) {
		type->strict = NULL;
		return;
	}
	for (size_t i = 0; i < type->behaviour_count; i++)
		all = words_add(load, all, type->behaviours[i].name);
	for (size_t i = 0; i < type->strict->count; i++) {
		bool found = false;

		for (size_t k = 0; k < type->behaviour_count; k++)
			found = found || str_eq(type->behaviours[k].name, type->strict->keys[i]);
		if (!found)
			fault_unknown(load, type->strict->key_places[i], "behaviour", type->strict->keys[i], all);
	}
}

/* A field that waits for a behaviour which nobody uses would stay empty for ever. */
static void check_derivers(struct load *load, const struct type *type)
{
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];
		bool found = !field->derived_by.n;

		for (size_t j = 0; !found && j < type->behaviour_count; j++)
			found = str_eq(type->behaviours[j].name, field->derived_by);
		if (!found)
			fault(load, field->place, "\"derived_by\" names \"%s\", which is none of the type's behaviours",
			      text_of(load, field->derived_by));
	}
}

void resolve_type(struct load *load, struct draft *draft)
{
	struct type *type = draft->type;

	resolve_fields(load, type, node_get(draft->node, "fields"));
	resolve_recognition(load, type, draft->node);
	resolve_about(load, type, draft->node);
	resolve_scope(load, type, draft->node);
	resolve_links(load, draft);
	resolve_behaviours(load, draft);
	resolve_strictness(load, type, draft->node);
	draft->query->shows_keys = type->key_is_shown;
	check_derivers(load, type);
	for (size_t i = 0; type->was.n && i < load->types.count; i++)
		if (str_eq(load->types.items[i]->name, type->was))
			fault(load, type->place, "The former name \"%s\" is that of another record type",
			      text_of(load, type->was));
}
