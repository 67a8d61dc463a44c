/* assignment: finds the group, and the person, that a new record is for, by rules that people keep as records.
 *
 * Parameters: group: the group field; person: a person field (optional); rules: the record type of the rules; rule: a
 * reference field that keeps which rule it was (optional); otherwise: paths to a group, tried in order when no rule
 * fits ("configuration_items.owner_group"); first_line: integer field of groups: without any of these the group with 1
 * there takes it; parent: the reference by which records on these paths form trees.
 *
 * A rule has some of these fields, and fits when each that is filled fits: for (text: the type's name), service,
 * customer, category (that or one below it), language (of the caller), calendar with hours (within or outside),
 * condition (an expression). It gives group, skill and choose (least_loaded). Of several the lowest rank counts. It is
 * looked at while the group is empty: what people decided stays. */
#include "behaviour/behaviours.h"

#include "record/clocks.h"
#include "record/lookup.h"
#include "record/people.h"

enum { RULES_MOST = 1000, OTHERWISE_MOST = 8 };

struct path {
	const struct field *base, *group; /* group: of the base's type */
};

struct rule_fields { /* of the type that holds the rules; NULL: it has none such */
	const struct field *active, *rank, *of, *service, *customer, *category, *language, *calendar, *hours,
	    *condition, *group, *skill, *choose;
};

struct assignment {
	const struct field *group, *person, *rule;
	const struct field *service, *customer, *category, *caller, *caller_language,
	    *skills; /* of the record, its people */
	const struct type *rules;
	const struct field *first_line; /* of groups; NULL: none */
	struct rule_fields fields;
	struct path otherwise[OTHERWISE_MOST];
	size_t otherwise_count;
	struct str parent;
};

/* --- parameters --- */

static const struct field *same_kind(const struct type *type, const char *name, enum value_kind value)
{
	const struct field *field = type_field(type, str_of(name));

	return field && field->value == value ? field : NULL;
}

static void find_rule_fields(const struct type *type, struct rule_fields *fields)
{
	*fields = (struct rule_fields){
	    .active = same_kind(type, "active", VALUE_BOOLEAN),
	    .rank = same_kind(type, "rank", VALUE_INTEGER),
	    .of = same_kind(type, "for", VALUE_CHOICE),
	    .service = same_kind(type, "service", VALUE_RECORD),
	    .customer = same_kind(type, "customer", VALUE_RECORD),
	    .category = same_kind(type, "category", VALUE_RECORD),
	    .language = same_kind(type, "language", VALUE_CHOICE),
	    .calendar = same_kind(type, "calendar", VALUE_RECORD),
	    .hours = same_kind(type, "hours", VALUE_CHOICE),
	    .condition = same_kind(type, "condition", VALUE_TEXT),
	    .group = same_kind(type, "group", VALUE_RECORD),
	    .skill = same_kind(type, "skill", VALUE_RECORD),
	    .choose = same_kind(type, "choose", VALUE_CHOICE),
	};
}

static void find_record_fields(const struct behaviour_loading *loading, struct assignment *p)
{
	const struct type *type = loading->type, *person = loading->model->acting[ACTS_PERSON];

	p->service = same_kind(type, "service", VALUE_RECORD);
	p->customer = same_kind(type, "customer", VALUE_RECORD);
	p->category = same_kind(type, "category", VALUE_RECORD);
	p->caller = same_kind(type, "caller", VALUE_RECORD);
	p->caller_language = person ? same_kind(person, "language", VALUE_CHOICE) : NULL;
	p->skills = person ? same_kind(person, "skills", VALUE_LIST) : NULL;
}

static enum status load_path(struct behaviour_loading *loading, struct assignment *p, struct str text,
			     struct error *error)
{
	struct path *path = &p->otherwise[p->otherwise_count];
	struct str rest = text, base;

	if (p->otherwise_count == OTHERWISE_MOST || !str_cut(&rest, '.', &base))
		return load_fail(loading, "otherwise", N_("\"%s\" is no path to a group"), str_c(loading->arena, text),
				 error);
	path->base = type_field(loading->type, base);
	path->group = path->base && path->base->to ? type_field(path->base->to, rest) : NULL;
	if (!path->group || path->group->kind != FIELD_GROUP)
		return load_fail(loading, "otherwise", N_("\"%s\" is no path to a group"), str_c(loading->arena, text),
				 error);
	p->otherwise_count++;
	return OK;
}

static enum status load_paths(struct behaviour_loading *loading, struct assignment *p, struct error *error)
{
	const struct node *list = loading->use->parameters ? node_get(loading->use->parameters, "otherwise") : NULL;
	enum status status = OK;

	for (size_t i = 0; list && list->kind == NODE_SEQUENCE && i < list->count && !status; i++)
		status = load_path(loading, p, list->items[i]->text, error);
	return status;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"group",     "person",     "rules",  "rule",
					   "otherwise", "first_line", "parent", NULL};
	struct assignment *p = arena_one(loading->arena, struct assignment);
	struct str first_line;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "group", true, &p->group, error)) ||
	    (status = load_field(loading, "person", false, &p->person, error)) ||
	    (status = load_field(loading, "rule", false, &p->rule, error)) ||
	    (status = load_type(loading, "rules", true, &p->rules, error)) ||
	    (status = load_text(loading, "first_line", false, &first_line, error)) ||
	    (status = load_text(loading, "parent", false, &p->parent, error)))
		return status;
	if (first_line.n && loading->model->acting[ACTS_GROUP])
		p->first_line =
		    same_kind(loading->model->acting[ACTS_GROUP], str_c(loading->arena, first_line), VALUE_INTEGER);
	if (first_line.n && !p->first_line)
		return load_fail(loading, "first_line", N_("There is no field \"%s\""),
				 str_c(loading->arena, first_line), error);
	find_rule_fields(p->rules, &p->fields);
	find_record_fields(loading, p);
	if (p->group->kind != FIELD_GROUP || !p->fields.group)
		return load_fail(loading, "group", N_("The field must be a group"), NULL, error);
	return load_paths(loading, p, error);
}

/* --- whether a rule fits --- */

struct asking {
	const struct assignment *p;
	struct edit *edit;
	struct error *error;
};

static struct value said(const struct record *rule, const struct field *field)
{
	return field ? record_value(rule, field) : (struct value){0};
}

static bool same_record(struct value wanted, struct edit *edit, const struct field *field)
{
	return value_is_empty(wanted) || (field && value_eq(wanted, edit_value(edit, field)));
}

static enum status load_other(struct asking *asking, struct value reference, struct record **record)
{
	*record = NULL;
	if (reference.kind != VALUE_RECORD)
		return OK;
	return record_load(edit_kernel(asking->edit), edit_connection(asking->edit), edit_arena(asking->edit),
			   reference.number, true, record, asking->error);
}

static enum status below(struct asking *asking, struct value wanted, bool *fits)
{
	struct value at = asking->p->category ? edit_value(asking->edit, asking->p->category) : (struct value){0};
	enum status status = OK;

	*fits = value_is_empty(wanted);
	for (int depth = 0; depth < 16 && !*fits && at.kind == VALUE_RECORD && !status; depth++) {
		struct record *record;
		const struct field *parent;

		*fits = value_eq(wanted, at);
		status = load_other(asking, at, &record);
		parent = record && asking->p->parent.n ? type_field(record->type, asking->p->parent) : NULL;
		at = parent ? record_value(record, parent) : (struct value){0};
	}
	return status;
}

static enum status speaks(struct asking *asking, struct value wanted, bool *fits)
{
	const struct assignment *p = asking->p;
	struct record *caller = NULL;
	enum status status;

	*fits = value_is_empty(wanted);
	if (*fits || !p->caller || !p->caller_language)
		return OK;
	status = load_other(asking, edit_value(asking->edit, p->caller), &caller);
	*fits = caller && value_eq(wanted, record_value(caller, p->caller_language));
	return status;
}

/* hours: within or outside the calendar's; without a calendar always. */
static enum status in_hours(struct asking *asking, const struct record *rule, bool *fits)
{
	struct value hours = said(rule, asking->p->fields.hours), of = said(rule, asking->p->fields.calendar);
	const struct calendar *calendar;
	enum status status;

	*fits = true;
	if (hours.kind != VALUE_CHOICE || of.kind != VALUE_RECORD)
		return OK;
	status = calendar_of_record(edit_kernel(asking->edit), edit_connection(asking->edit), of.number, &calendar,
				    asking->error);
	if (!status)
		*fits = str_is(hours.text, "within") == calendar_is_open(calendar, edit_now(asking->edit));
	return status;
}

/* A condition that can no longer be understood (the model has changed) fits nothing. */
static enum status condition_holds(struct asking *asking, const struct record *rule, bool *fits)
{
	struct value text = said(rule, asking->p->fields.condition);
	const struct query *query;
	struct error fault;

	*fits = true;
	if (value_is_empty(text))
		return OK;
	error_clear(&fault);
	*fits = false;
	if (query_parse(edit_arena(asking->edit), edit_after(asking->edit)->type->query, text.text, &query, &fault))
		return OK;
	return edit_holds(asking->edit, query, fits, asking->error);
}

static enum status fits(struct asking *asking, const struct record *rule, bool *does)
{
	const struct rule_fields *f = &asking->p->fields;
	const struct type *type = edit_after(asking->edit)->type;
	struct value active = said(rule, f->active), of = said(rule, f->of);
	enum status status;

	*does = (active.kind != VALUE_BOOLEAN || active.boolean) &&
		(value_is_empty(of) || str_eq(of.text, type->name)) &&
		same_record(said(rule, f->service), asking->edit, asking->p->service) &&
		same_record(said(rule, f->customer), asking->edit, asking->p->customer);
	if (*does && (status = below(asking, said(rule, f->category), does)))
		return status;
	if (*does && (status = speaks(asking, said(rule, f->language), does)))
		return status;
	if (*does && (status = in_hours(asking, rule, does)))
		return status;
	return *does ? condition_holds(asking, rule, does) : OK;
}

static int64_t rank_of(const struct assignment *p, const struct record *rule)
{
	struct value rank = said(rule, p->fields.rank);

	return rank.kind == VALUE_INTEGER ? rank.number : INT64_MAX;
}

static enum status find_rule(struct asking *asking, struct record **found)
{
	struct edit *edit = asking->edit;
	struct record **rules = NULL;
	size_t count = 0;
	enum status status = lookup_all(edit_kernel(edit), edit_connection(edit), edit_arena(edit), asking->p->rules,
					RULES_MOST, &rules, &count, asking->error);

	*found = NULL;
	for (size_t i = 0; i < count && !status; i++) {
		bool does;

		if (*found && rank_of(asking->p, rules[i]) >= rank_of(asking->p, *found))
			continue;
		status = fits(asking, rules[i], &does);
		if (!status && does)
			*found = rules[i];
	}
	return status;
}

/* --- who gets it --- */

static enum status has_skill(struct asking *asking, int64_t person, struct value skill, bool *has)
{
	struct record *record;
	struct value skills;
	enum status status = load_other(asking, value_record(person), &record);

	*has = value_is_empty(skill);
	if (status || *has || !record || !asking->p->skills)
		return status;
	skills = record_value(record, asking->p->skills);
	for (size_t i = 0; skills.kind == VALUE_LIST && i < skills.list.count; i++)
		*has = *has || value_eq(skills.list.items[i], skill);
	return OK;
}

/* Of the group's people with the skill the one who has the least open work. */
static enum status least_loaded(struct asking *asking, int64_t group, struct value skill, int64_t *chosen)
{
	struct edit *edit = asking->edit;
	int64_t *people = NULL, least = INT64_MAX;
	size_t count = 0;
	enum status status = people_of_group(edit_kernel(edit), edit_connection(edit), edit_arena(edit), group, &people,
					     &count, asking->error);

	*chosen = 0;
	for (size_t i = 0; i < count && !status; i++) {
		int64_t load = 0;
		bool has;

		if ((status = has_skill(asking, people[i], skill, &has)) || !has)
			continue;
		status = lookup_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), asking->p->person,
				     people[i], &load, asking->error);
		if (!status && load < least) {
			least = load;
			*chosen = people[i];
		}
	}
	return status;
}

static enum status follow_rule(struct asking *asking, const struct record *rule)
{
	const struct assignment *p = asking->p;
	struct value group = said(rule, p->fields.group), choose = said(rule, p->fields.choose);
	int64_t person = 0;
	enum status status = OK;

	if (group.kind != VALUE_RECORD)
		return OK;
	if ((status = edit_set(asking->edit, p->group, group, asking->error)) ||
	    (p->rule && (status = edit_set(asking->edit, p->rule, value_record(rule->identity), asking->error))))
		return status;
	if (!p->person || choose.kind != VALUE_CHOICE || !str_is(choose.text, "least_loaded") ||
	    !value_is_empty(edit_value(asking->edit, p->person)))
		return OK;
	status = least_loaded(asking, group.number, said(rule, p->fields.skill), &person);
	return status || !person ? status : edit_set(asking->edit, p->person, value_record(person), asking->error);
}

static enum status follow_path(struct asking *asking, const struct path *path)
{
	struct edit *edit = asking->edit;
	struct value base = edit_value(edit, path->base), group = {0};
	const struct field *parent = asking->p->parent.n ? type_field(path->base->to, asking->p->parent) : NULL;
	enum status status = OK;

	if (base.kind == VALUE_LIST && base.list.count)
		base = base.list.items[0];
	if (base.kind == VALUE_RECORD)
		status = lookup_inherited(edit_kernel(edit), edit_connection(edit), edit_arena(edit), base.number,
					  parent && parent->to == path->base->to ? parent : NULL, path->group, &group,
					  asking->error);
	return status || value_is_empty(group) ? status : edit_set(edit, asking->p->group, group, asking->error);
}

/* Whoever receives what nobody else is known for: the first group of the first line. */
static enum status follow_line(struct asking *asking)
{
	const struct field *line = asking->p->first_line;
	struct edit *edit = asking->edit;
	struct record **groups = NULL;
	size_t count = 0;
	enum status status = lookup_all(edit_kernel(edit), edit_connection(edit), edit_arena(edit), line->type,
					RULES_MOST, &groups, &count, asking->error);

	for (size_t i = 0; i < count && !status; i++)
		if (value_eq(record_value(groups[i], line), value_integer(1)))
			return edit_set(edit, asking->p->group, value_record(groups[i]->identity), asking->error);
	return status;
}

static bool looks_again(const struct assignment *p, const struct edit *edit)
{
	if (edit_is_new(edit) || (p->service && edit_changes(edit, p->service)) ||
	    (p->category && edit_changes(edit, p->category)) || (p->customer && edit_changes(edit, p->customer)))
		return true;
	for (size_t i = 0; i < p->otherwise_count; i++)
		if (edit_changes(edit, p->otherwise[i].base))
			return true;
	return false;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct assignment *p = call->parameters;
	struct asking asking = {.p = p, .edit = edit, .error = error};
	struct record *rule;
	enum status status;

	if (!value_is_empty(edit_value(edit, p->group)) || edit_overrides(edit, p->group) || !looks_again(p, edit))
		return OK;
	if ((status = find_rule(&asking, &rule)))
		return status;
	if (rule)
		return follow_rule(&asking, rule);
	for (size_t i = 0; i < p->otherwise_count && !status && value_is_empty(edit_value(edit, p->group)); i++)
		status = follow_path(&asking, &p->otherwise[i]);
	if (!status && p->first_line && value_is_empty(edit_value(edit, p->group)))
		status = follow_line(&asking);
	return status;
}

const struct behaviour behaviour_assignment = {.name = "assignment", .load = load, .derive = derive};
