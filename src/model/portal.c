/* What a type is in the portal, where customers' people come: `portal:`. */
#include "model/load.h"

/* Which fields a part of the portal needs to know, and which it can do with. Lists end with NULL. */
static const struct {
	const char *name, *needed, *known, *when;
} parts[PORTAL_PARTS] = {
    [PORTAL_TICKET] = {"ticket", "", "offer waits outcome service", ""},
    [PORTAL_OFFER] = {"offer", "", "text text_ja group", "shown"},
    [PORTAL_ARTICLE] = {"article", "text", "summary views keywords", ""},
    [PORTAL_FEEDBACK] = {"feedback", "of verdict", "remark", ""},
    [PORTAL_DECISION] = {"decision", "of", "text", ""},
    [PORTAL_NOTICE] = {"notice", "text", "text_ja service level from until next", "now planned news"},
    [PORTAL_SERVICE] = {"service", "", "text text_ja", "shown"},
    [PORTAL_CONTACT] = {"contact", "address", "note note_ja", "open closed"},
    [PORTAL_REPORT] = {"report", "", "", "shown"},
};
static const char *const slot_names[PORTAL_SLOTS] = {
    [SLOT_OFFER] = "offer",   [SLOT_WAITS] = "waits",       [SLOT_OUTCOME] = "outcome", [SLOT_SERVICE] = "service",
    [SLOT_TEXT] = "text",     [SLOT_TEXT_JA] = "text_ja",   [SLOT_GROUP] = "group",     [SLOT_SUMMARY] = "summary",
    [SLOT_VIEWS] = "views",   [SLOT_KEYWORDS] = "keywords", [SLOT_OF] = "of",           [SLOT_VERDICT] = "verdict",
    [SLOT_REMARK] = "remark", [SLOT_LEVEL] = "level",       [SLOT_FROM] = "from",       [SLOT_UNTIL] = "until",
    [SLOT_NEXT] = "next",     [SLOT_ADDRESS] = "address",   [SLOT_NOTE] = "note",       [SLOT_NOTE_JA] = "note_ja",
};
static const char *const when_names[PORTAL_WHENS] = {
    [WHEN_SHOWN] = "shown", [WHEN_NOW] = "now",   [WHEN_PLANNED] = "planned",
    [WHEN_NEWS] = "news",   [WHEN_OPEN] = "open", [WHEN_CLOSED] = "closed"};

struct reading { /* of one type's portal */
	struct load *load;
	const struct type *type;
	const struct node *node;
	struct portal *portal;
};

static bool in_words(const char *words, const char *wanted)
{
	struct str rest = str_of(words), word;

	while (str_cut(&rest, ' ', &word))
		if (str_is(word, wanted))
			return true;
	return false;
}

/* What customers' people are to see must be public: the kernel would hide it. */
static const struct field *public_field(struct reading *reading, struct str name, struct place place)
{
	const struct field *field = field_named(reading->load, reading->type, name, place);

	if (field && !field->is_public && !field->is_counted)
		fault(reading->load, place, "\"%s\" is not public, so that the portal cannot show it",
		      text_of(reading->load, name));
	return field;
}

static void read_slots(struct reading *reading)
{
	const char *needed = parts[reading->portal->part].needed;

	for (int slot = 0; slot < PORTAL_SLOTS; slot++) {
		const struct node *given = node_get(reading->node, slot_names[slot]);

		if (given)
			reading->portal->slots[slot] = public_field(reading, given->text, given->place);
		else if (in_words(needed, slot_names[slot]))
			fault(reading->load, reading->node->place, "This part of the portal needs \"%s\"",
			      slot_names[slot]);
	}
	for (int when = 0; when < PORTAL_WHENS; when++)
		if (node_get(reading->node, when_names[when]))
			reading->portal->when[when] =
			    read_expression(reading->load, reading->type, reading->node, when_names[when]);
}

static void read_people(struct reading *reading)
{
	struct portal *portal = reading->portal;
	size_t count;
	const struct node **list = read_items(reading->load, reading->node, "by", &count);

	portal->by = arena_many(reading->load->arena, const struct field *, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct field *field = public_field(reading, list[i]->text, list[i]->place);

		if (field && field->kind != FIELD_PERSON)
			fault(reading->load, list[i]->place, "\"%s\" is no person field",
			      text_of(reading->load, field->name));
		else if (field)
			portal->by[portal->by_count++] = field;
	}
	if (!portal->by_count &&
	    (portal->part == PORTAL_TICKET || portal->part == PORTAL_FEEDBACK || portal->part == PORTAL_DECISION))
		fault(reading->load, reading->node->place, "This part of the portal needs \"%s\"", "by");
}

static void read_facts(struct reading *reading)
{
	struct portal *portal = reading->portal;
	size_t count;
	const struct node **list = read_items(reading->load, reading->node, "facts", &count);

	portal->facts = arena_many(reading->load->arena, const struct field *, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct field *field = public_field(reading, list[i]->text, list[i]->place);

		if (field)
			portal->facts[portal->fact_count++] = field;
	}
}

static void read_asks(struct reading *reading)
{
	const struct node *mapping = node_get(reading->node, "asks");
	struct portal *portal = reading->portal;

	if (!mapping || !read_mapping(reading->load, mapping, "\"asks\""))
		return;
	portal->asks = arena_many(reading->load->arena, struct portal_ask, mapping->count);
	for (size_t i = 0; i < mapping->count; i++) {
		struct portal_ask *ask = &portal->asks[portal->ask_count];

		ask->field = public_field(reading, mapping->keys[i], mapping->key_places[i]);
		ask->question = read_label(reading->load, mapping, text_of(reading->load, mapping->keys[i]));
		if (ask->field)
			portal->ask_count++;
	}
}

static void read_sets(struct reading *reading, const struct node *node, struct portal_set **sets, size_t *count)
{
	const struct node *mapping = node_get(node, "sets");

	if (!mapping || !read_mapping(reading->load, mapping, "\"sets\""))
		return;
	*sets = arena_many(reading->load->arena, struct portal_set, mapping->count);
	for (size_t i = 0; i < mapping->count; i++) {
		const struct field *field = public_field(reading, mapping->keys[i], mapping->key_places[i]);

		if (!field)
			continue;
		if (!field_constant(field, mapping->items[i]->text, &(*sets)[*count].value))
			fault(reading->load, mapping->items[i]->place, "The value does not fit \"%s\"",
			      text_of(reading->load, field->name));
		(*sets)[(*count)++].field = field;
	}
}

/* "How bad is it?", in plain words: each answer sets fields that people need not know. */
static void read_severity(struct reading *reading)
{
	const struct node *severity = node_get(reading->node, "severity"), *answers = node_get(severity, "answers");
	struct portal *portal = reading->portal;

	if (!severity || !read_mapping(reading->load, severity, "\"severity\""))
		return;
	read_keys(reading->load, severity, "label answers");
	portal->severity = read_label(reading->load, severity, "label");
	if (!answers || !read_mapping(reading->load, answers, "\"answers\""))
		return;
	portal->answers = arena_many(reading->load->arena, struct portal_answer, answers->count);
	for (size_t i = 0; i < answers->count; i++) {
		struct portal_answer *answer = &portal->answers[portal->answer_count];

		if (!read_mapping(reading->load, answers->items[i], "An answer"))
			continue;
		read_keys(reading->load, answers->items[i], "label sets");
		answer->name = answers->keys[i];
		answer->label = read_label(reading->load, answers->items[i], "label");
		read_sets(reading, answers->items[i], &answer->sets, &answer->set_count);
		portal->answer_count++;
	}
}

static void read_step(struct reading *reading, const struct node *node, struct portal_step *step)
{
	size_t count;
	const struct node **names;

	if (!read_mapping(reading->load, node, "A step"))
		return;
	read_keys(reading->load, node, "label states");
	step->label = read_label(reading->load, node, "label");
	names = read_items(reading->load, node, "states", &count);
	step->states = arena_many(reading->load->arena, const struct state *, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct state *state = type_state(reading->type, names[i]->text);

		if (state)
			step->states[step->state_count++] = state;
		else
			fault(reading->load, names[i]->place, "There is no state \"%s\"",
			      text_of(reading->load, names[i]->text));
	}
}

static void read_steps(struct reading *reading)
{
	const struct node *list = node_get(reading->node, "steps");
	struct portal *portal = reading->portal;

	if (!list)
		return;
	if (list->kind != NODE_SEQUENCE) {
		fault(reading->load, list->place, "\"%s\" must be a list", "steps");
		return;
	}
	portal->steps = arena_many(reading->load->arena, struct portal_step, list->count);
	for (size_t i = 0; i < list->count; i++)
		read_step(reading, list->items[i], &portal->steps[portal->step_count++]);
}

static bool read_part(struct reading *reading)
{
	struct str word = read_text(reading->load, reading->node, "as"), all = {0};

	for (int part = 0; part < PORTAL_PARTS; part++) {
		all = words_add(reading->load, all, str_of(parts[part].name));
		if (!str_is(word, parts[part].name))
			continue;
		reading->portal->part = (enum portal_part)part;
		read_keys(reading->load, reading->node,
			  str_c(reading->load->arena,
				str_format(reading->load->arena, "as label hint by facts asks severity steps %s %s %s",
					   parts[part].needed, parts[part].known, parts[part].when)));
		return true;
	}
	fault_unknown(reading->load, reading->node->place, "part of the portal", word, all);
	return false;
}

void resolve_portal(struct load *load, struct draft *draft)
{
	struct reading reading = {.load = load, .type = draft->type, .node = node_get(draft->node, "portal")};

	if (!reading.node || !read_mapping(load, reading.node, "\"portal\""))
		return;
	reading.portal = arena_one(load->arena, struct portal);
	reading.portal->place = reading.node->place;
	if (!read_part(&reading))
		return;
	reading.portal->label =
	    node_get(reading.node, "label") ? read_label(load, reading.node, "label") : draft->type->label;
	reading.portal->hint = read_label(load, reading.node, "hint");
	read_people(&reading);
	read_slots(&reading);
	read_facts(&reading);
	read_asks(&reading);
	read_severity(&reading);
	read_steps(&reading);
	draft->type->portal = reading.portal;
}
