/* gather: what the model says of it. */
#include "behaviour/gather.h"

struct named {
	const char *name;
	enum value_kind value;
};

static const struct named owns[OWNS] = {
    [OWN_SOURCE] = {"source", VALUE_RECORD},           [OWN_STATUS] = {"status", VALUE_CHOICE},
    [OWN_SEVERITY] = {"severity", VALUE_TEXT},         [OWN_LABELS] = {"labels", VALUE_ROWS},
    [OWN_SENDER_GROUP] = {"sender_group", VALUE_TEXT}, [OWN_FINGERPRINT] = {"fingerprint", VALUE_TEXT},
    [OWN_STARTED_AT] = {"started_at", VALUE_TIME},     [OWN_ENDED_AT] = {"ended_at", VALUE_TIME},
    [OWN_ITEM] = {"configuration_item", VALUE_RECORD}, [OWN_UNKNOWN] = {"ci_unknown_reason", VALUE_TEXT},
    [OWN_IMPACT] = {"impact", VALUE_CHOICE},           [OWN_URGENCY] = {"urgency", VALUE_CHOICE},
    [OWN_RECOVERED_AT] = {"recovered_at", VALUE_TIME}, [OWN_SUPPRESSED_BY] = {"suppressed_by", VALUE_RECORD},
};
static const struct named sources[SOURCES] = {
    [SOURCE_NAME] = {"name", VALUE_TEXT},
    [SOURCE_SERVICE] = {"service", VALUE_RECORD},
    [SOURCE_PRIORITIES] = {"priorities", VALUE_ROWS},
    [SOURCE_CI_LABELS] = {"ci_labels", VALUE_TEXT},
    [SOURCE_GROUP_BY] = {"group_by", VALUE_TEXT},
    [SOURCE_RESOLVES] = {"resolve_on_recovery", VALUE_BOOLEAN},
    [SOURCE_DELAY] = {"recovery_delay", VALUE_DURATION},
    [SOURCE_FLAP_WINDOW] = {"flap_window", VALUE_DURATION},
    [SOURCE_STORM_GROUPS] = {"storm_groups", VALUE_INTEGER},
    [SOURCE_STORM_WITHIN] = {"storm_within", VALUE_DURATION},
    [SOURCE_STORM] = {"storm_incident", VALUE_RECORD},
    [SOURCE_RECEIVED] = {"received", VALUE_INTEGER},
    [SOURCE_HEARD] = {"last_heard_at", VALUE_TIME},
};
static const struct named groups[GROUPS] = {
    [GROUP_KEY] = {"key", VALUE_TEXT},
    [GROUP_NAME] = {"name", VALUE_TEXT},
    [GROUP_SOURCE] = {"source", VALUE_RECORD},
    [GROUP_INTO] = {"incident", VALUE_RECORD},
    [GROUP_OPENED_AT] = {"opened_at", VALUE_TIME},
    [GROUP_GATHERED] = {"gathered", VALUE_BOOLEAN},
};
static const char *const step_names[GATHER_STEPS] = {
    [AT_OPENS] = "opens", [AT_STORM] = "storm", [AT_REOPENS] = "reopens", [AT_RECOVERS] = "recovers"};

static enum status find_fields(struct behaviour_loading *loading, const struct type *type, const struct named *wanted,
			       size_t count, const struct field **fields, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < count; i++) {
		fields[i] = type_field(type, str_of(wanted[i].name));
		if (!fields[i] || fields[i]->value != wanted[i].value)
			status = load_fail(loading, NULL, N_("There is no field \"%s\""), wanted[i].name, error);
	}
	return status;
}

static const struct field *field_to(const struct type *type, enum field_kind kind, const struct type *to)
{
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i]->kind == kind && type->fields[i]->to == to)
			return type->fields[i];
	return NULL;
}

/* The record that is opened, and how it is tied to the group and to what the sign is about. */
static enum status load_into(struct behaviour_loading *loading, struct gather *p, struct error *error)
{
	struct str ended_at, children;
	enum status status;

	if ((status = load_field(loading, "into", true, &p->into, error)) ||
	    (status = load_text(loading, "ended_at", true, &ended_at, error)) ||
	    (status = load_text(loading, "children", true, &children, error)))
		return status;
	p->into_type = p->into->to;
	p->in_group = field_to(loading->type, FIELD_REFERENCE, p->group_type);
	if (!p->into_type || !p->in_group)
		return load_fail(loading, "into", N_("There is no reference \"%s\""), "into", error);
	p->ended_at = type_field(p->into_type, ended_at);
	if (!p->ended_at || p->ended_at->value != VALUE_TIME)
		return load_fail(loading, "ended_at", N_("There is no field \"%s\""), str_c(loading->arena, ended_at),
				 error);
	p->children = type_link(p->into_type, children);
	if (!p->children || p->children->to != p->into_type)
		return load_fail(loading, "children", N_("There is no link \"%s\" between such records"),
				 str_c(loading->arena, children), error);
	return OK;
}

static enum status load_quiet(struct behaviour_loading *loading, const struct gather *p, struct gather_quiet *quiet,
			      struct error *error)
{
	static const char *const keys[] = {"type", "when", "until", "items", "service", NULL};
	struct str until, items, service;
	enum status status;

	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_type(loading, "type", true, &quiet->type, error)) ||
	    (status = load_expression_of(loading, "when", quiet->type, &quiet->when, error)) ||
	    (status = load_text(loading, "until", true, &until, error)) ||
	    (status = load_text(loading, "items", false, &items, error)) ||
	    (status = load_text(loading, "service", false, &service, error)))
		return status;
	quiet->until = type_field(quiet->type, until);
	quiet->items = items.n ? type_field(quiet->type, items) : NULL;
	quiet->service = service.n ? type_field(quiet->type, service) : NULL;
	if (quiet->type != p->own[OWN_SUPPRESSED_BY]->to || !quiet->when)
		return load_fail(loading, "type", N_("What suppresses must be what \"%s\" refers to"), "suppressed_by",
				 error);
	if (!quiet->until || quiet->until->value != VALUE_TIME || (items.n && !quiet->items) ||
	    (service.n && !quiet->service))
		return load_fail(loading, "until", N_("There is no field \"%s\""), str_c(loading->arena, until), error);
	return OK;
}

static enum status load_quiets(struct behaviour_loading *loading, struct gather *p, struct error *error)
{
	struct behaviour_loading *parts;
	enum status status;

	if (!load_node(loading, "quiet"))
		return OK;
	if ((status = load_parts(loading, "quiet", &parts, &p->quiet_count, error)))
		return status;
	p->quiets = arena_many(loading->arena, struct gather_quiet, p->quiet_count);
	for (size_t i = 0; i < p->quiet_count && !status; i++)
		status = load_quiet(&parts[i], p, &p->quiets[i], error);
	return status;
}

static enum status load_step(struct behaviour_loading *loading, struct gather *p, struct error *error)
{
	static const char *const keys[] = {"at", "take", "set", "copy", "says", NULL};
	struct str name;
	enum status status;

	if ((status = load_keys(loading, keys, error)) || (status = load_text(loading, "at", true, &name, error)))
		return status;
	for (int at = 0; at < GATHER_STEPS; at++) {
		struct gather_step *step = &p->steps[at];

		if (!str_is(name, step_names[at]))
			continue;
		if ((status = load_transition(loading, "take", at >= AT_REOPENS, p->into_type, &step->take, error)) ||
		    (status = load_label(loading, "says", at >= AT_REOPENS, &step->says, error)))
			return status;
		return load_assignments(loading, p->into_type, &step->assignments, error);
	}
	return load_fail(loading, "at", N_("There is no step \"%s\""), str_c(loading->arena, name), error);
}

static enum status load_steps(struct behaviour_loading *loading, struct gather *p, struct error *error)
{
	struct behaviour_loading *parts;
	size_t count;
	enum status status = load_parts(loading, "steps", &parts, &count, error);

	for (size_t i = 0; i < count && !status; i++)
		status = load_step(&parts[i], p, error);
	for (int at = 0; at < GATHER_STEPS && !status; at++)
		if (!p->steps[at].take && !p->steps[at].assignments.count)
			status = load_fail(loading, "steps", N_("The behaviour needs \"%s\""), step_names[at], error);
	return status;
}

enum status gather_load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"type", "into", "children", "ended_at", "unknown", "quiet", "steps", NULL};
	struct gather *p = arena_one(loading->arena, struct gather);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_type(loading, "type", true, &p->group_type, error)) ||
	    (status = find_fields(loading, loading->type, owns, OWNS, p->own, error)) ||
	    (status = find_fields(loading, p->own[OWN_SOURCE]->to, sources, SOURCES, p->source, error)) ||
	    (status = find_fields(loading, p->group_type, groups, GROUPS, p->group, error)) ||
	    (status = load_label(loading, "unknown", true, &p->unknown, error)) ||
	    (status = load_into(loading, p, error)) || (status = load_quiets(loading, p, error)))
		return status;
	p->items = field_to(p->into_type, FIELD_LINKS, p->own[OWN_ITEM]->to);
	if (p->group_type->key != p->group[GROUP_KEY])
		return load_fail(loading, "type", N_("Groups need a key"), NULL, error);
	return load_steps(loading, p, error);
}
