/* A survey: what the checks and the evidence say at a moment. */
#include "insight/conformity.h"

#include "record/people.h"

/* --- states --- */

static const char *const state_names[CONFORMITY_STATES] = {"not_built", "met", "judgement", "stale", "gap"};

const char *conformity_state_name(enum conformity_state state)
{
	return state_names[state];
}

bool conformity_state_parse(struct str word, enum conformity_state *state)
{
	for (int i = 0; i < CONFORMITY_STATES; i++)
		if (str_is(word, state_names[i])) {
			*state = (enum conformity_state)i;
			return true;
		}
	return false;
}

void conformity_count(struct conformity_counts *counts, enum conformity_state state)
{
	counts->all++;
	counts->by[state]++;
}

enum conformity_state check_state(const struct conformity_item *item, const struct check_result *result)
{
	static const enum conformity_state states[] = {
	    [CHECK_HOLDS] = CONFORMITY_MET, [CHECK_STALE] = CONFORMITY_STALE, [CHECK_FAILS] = CONFORMITY_GAP};

	if (result->outcome != CHECK_HOLDS && result->planned->check->is_slight && !item->is_bare)
		return CONFORMITY_JUDGEMENT;
	return states[result->outcome];
}

/* --- what is measured --- */

struct measure { /* what several checks may share */
	bool is_known;
	int64_t count;
	instant newest;
	int64_t overdue; /* past `until` */
	int32_t first;   /* the earliest day of `until`; 0: none */
	struct str value;
	bool tells; /* a figure, of something */
	bool reaches;
};

struct surveying {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct conformity *plan;
	struct measure *measures;
	struct evidence **evidence; /* by type->index, once it is known */
	instant now;
	int32_t today;
	struct error *error;
};

/* Days are those where the provider is, as everywhere when nobody asks (record/lookup.h). */
static const struct zone *our_zone(void)
{
	return organisation_zone();
}

static struct str both(struct arena *arena, const struct query *where, struct str more)
{
	if (!where || !where->source.n)
		return more;
	return str_format(arena, "(%.*s) and %.*s", STR_ARG(where->source), STR_ARG(more));
}

static struct value value_of(const struct record *record, const struct query_field *field)
{
	if (field->owner)
		return record_value(record, field->owner);
	if (str_is(field->name, "updated_at"))
		return value_time(record->updated_at);
	return value_time(record->created_at);
}

/* No further than anything asks: whether there are a thousand or a million, it costs the same. */
static enum status count_some(struct surveying *s, const struct type *type, const struct query *where, int64_t *count)
{
	return read_count_to(s->kernel, s->connection, s->arena, actor_system(), type, where, s->now, s->plan->most + 1,
			     count, s->error);
}

/* The first of those that have the field, in its order. */
static enum status read_first(struct surveying *s, const struct conformity_check *check,
			      const struct query_field *field, bool descending, struct value *value)
{
	struct sort sort = {.field = field, .descending = descending};
	struct list_request request = {
	    .type = check->type, .sort = &sort, .sort_count = 1, .limit = 1, .as_of = INSTANT_NONE, .now = s->now};
	struct list_result result;
	enum status status;

	*value = (struct value){0};
	if ((status = query_parse(
		 s->arena, check->type->query,
		 both(s->arena, check->where, str_format(s->arena, "%.*s is not empty", STR_ARG(field->name))),
		 &request.filter, s->error)) ||
	    (status = read_list(s->kernel, s->connection, s->arena, actor_system(), &request, &result, s->error)))
		return status;
	if (result.count)
		*value = value_of(result.records[0], field);
	return OK;
}

/* When the last of a type's records came to be, of those that an expression selects. */
static enum status read_newest(struct surveying *s, const struct type *type, const struct query *where, instant *newest)
{
	struct list_request request = {.type = type, .filter = where, .limit = 1, .as_of = INSTANT_NONE, .now = s->now};
	struct list_result result;
	enum status status = read_list(s->kernel, s->connection, s->arena, actor_system(), &request, &result, s->error);

	if (!status && result.count)
		*newest = result.records[0]->created_at;
	return status;
}

static instant moment_of(struct value value)
{
	return value.kind == VALUE_TIME   ? value.number
	       : value.kind == VALUE_DATE ? zone_instant(our_zone(), (int32_t)value.number, 0)
					  : INSTANT_NONE;
}

static int32_t day_of(struct value value)
{
	return value.kind == VALUE_TIME ? zone_day(our_zone(), value.number) : (int32_t)value.number;
}

static struct str past(struct arena *arena, const struct conformity_check *check)
{
	return both(arena, check->where,
		    str_format(arena, "%.*s < %s", STR_ARG(check->until->name),
			       check->until->kind == VALUE_DATE ? "today" : "now"));
}

static enum status measure_until(struct surveying *s, const struct conformity_check *check, struct measure *measure)
{
	const struct query *query;
	struct value value;
	enum status status = read_first(s, check, check->until, false, &value);

	if (status || value.kind == VALUE_NONE)
		return status;
	measure->first = day_of(value);
	if (moment_of(value) >= s->now)
		return OK;
	if ((status = query_parse(s->arena, check->type->query, past(s->arena, check), &query, s->error)))
		return status;
	return count_some(s, check->type, query, &measure->overdue);
}

static enum status measure_records(struct surveying *s, const struct conformity_check *check, struct measure *measure)
{
	struct value value = {0};
	enum status status = count_some(s, check->type, check->where, &measure->count);

	if (status || !measure->count)
		return status;
	if (check->by)
		status = read_first(s, check, check->by, true, &value);
	else
		status = read_newest(s, check->type, check->where, &measure->newest);
	if (check->by)
		measure->newest = moment_of(value);
	return !status && check->until ? measure_until(s, check, measure) : status;
}

static enum status measure_figure(struct surveying *s, const struct planned_check *planned, struct measure *measure)
{
	const struct figure_span_words words = {.period = planned->check->period,
						.fiscal_month = s->kernel->model->fiscal_month};
	struct figure_request request = {.figure = planned->figure, .zone = our_zone(), .now = s->now, .cases = 1};
	struct figure_result result;
	struct figure_span span;
	enum status status;

	if ((status = figure_span_read(&words, request.zone, s->now, &span, s->error)))
		return status;
	request.from = span.from;
	request.to = span.to;
	if ((status = figure_compute(s->kernel, s->connection, s->arena, actor_system(), &request, &result, s->error)))
		return status;
	if (result.column_count)
		measure->value =
		    figure_cell_text(s->arena, result.columns[result.main].unit, &result.total.cells[result.main]);
	measure->tells =
	    result.column_count && result.total.cells[result.main].has && result.total.cells[result.main].value != 0;
	measure->reaches = result.reaches_goal;
	return OK;
}

static enum status measure_role(struct surveying *s, const struct role *role, struct measure *measure)
{
	int64_t *people;
	size_t count = 0;
	enum status status = people_of_role(s->kernel, s->connection, s->arena, role, &people, &count, s->error);

	measure->count = (int64_t)count;
	return status;
}

static enum status measured(struct surveying *s, const struct planned_check *planned, const struct measure **found)
{
	struct measure *measure = &s->measures[planned->measure];
	enum status status = OK;

	*found = measure;
	if (measure->is_known)
		return OK;
	*measure = (struct measure){.is_known = true, .newest = INSTANT_NONE};
	if (planned->check->role)
		status = measure_role(s, planned->check->role, measure);
	else if (planned->figure)
		status = measure_figure(s, planned, measure);
	else
		status = measure_records(s, planned->check, measure);
	return status;
}

/* --- what follows of it --- */

static void judge_age(const struct surveying *s, const struct measure *measure, struct check_result *result)
{
	const struct conformity_check *check = result->planned->check;

	if (measure->overdue) {
		result->outcome = CHECK_STALE;
		result->overdue = measure->overdue;
		result->since = measure->first;
		return;
	}
	result->since = measure->first;
	if (!check->by)
		return;
	if (measure->newest == INSTANT_NONE) { /* there are records, but none has the day that counts */
		result->outcome = CHECK_FAILS;
		return;
	}
	int32_t until = period_after(zone_day(our_zone(), measure->newest), check->within);

	if (until < s->today) {
		result->outcome = CHECK_STALE;
		result->since = until;
	} else if (!result->since || until < result->since) {
		result->since = until;
	}
}

static enum status judge(struct surveying *s, const struct planned_check *planned, struct check_result *result)
{
	const struct conformity_check *check = planned->check;
	const struct measure *measure;
	enum status status = measured(s, planned, &measure);

	if (status)
		return status;
	*result = (struct check_result){
	    .planned = planned, .count = measure->count, .newest = measure->newest, .value = measure->value};
	result->is_something = measure->count || measure->tells;
	if (check->role)
		result->outcome = measure->count > 0 ? CHECK_HOLDS : CHECK_FAILS;
	else if (planned->figure)
		result->outcome = measure->reaches ? CHECK_HOLDS : CHECK_FAILS;
	else if (measure->count < check->at_least || (check->has_most && measure->count > check->at_most))
		result->outcome = CHECK_FAILS;
	else if (measure->count)
		judge_age(s, measure, result);
	return OK;
}

static enum conformity_state state_of(const struct conformity_item *item, int32_t *since)
{
	const struct planned_demand *planned = item->planned;
	enum conformity_state state = CONFORMITY_MET;

	if (!planned->is_answered)
		return CONFORMITY_NOT_BUILT;
	if (!planned->check_count || !planned->demand->is_proven || str_is(planned->demand->kind, "human"))
		state = CONFORMITY_JUDGEMENT;
	for (size_t i = 0; i < planned->check_count; i++) {
		const struct check_result *result = &item->checks[i];
		enum conformity_state so = check_state(item, result);

		if (so > state)
			state = so;
		if (so == CONFORMITY_STALE && (!*since || result->since < *since))
			*since = result->since;
	}
	if (state != CONFORMITY_STALE)
		*since = 0;
	return state;
}

/* Whether there is anything that somebody could look at to judge: records or people that a check found, a figure that
 * is not nothing, or records of the types that are evidence. */
static bool has_something(const struct conformity_item *item)
{
	for (size_t i = 0; i < item->planned->check_count; i++)
		if (item->checks[i].is_something)
			return true;
	for (size_t i = 0; i < item->planned->type_count; i++)
		if (item->evidence[i].is_ours)
			return true;
	return false;
}

/* Examples that the model brings along are nobody's work until somebody has touched one. */
static enum status read_is_ours(struct surveying *s, struct evidence *evidence)
{
	const struct type *type = evidence->type;
	const struct query *touched;
	int64_t count = 0;
	enum status status;

	evidence->is_ours = evidence->count > (int64_t)(type->seeds ? type->seeds->count : 0);
	if (evidence->is_ours || !evidence->count)
		return OK;
	if ((status = query_parse(s->arena, type->query, S("updated_by is not empty"), &touched, s->error)) ||
	    (status = count_some(s, type, touched, &count)))
		return status;
	evidence->is_ours = count > 0;
	return OK;
}

static enum status read_evidence(struct surveying *s, const struct type *type, struct evidence *evidence)
{
	struct evidence *known = s->evidence[type->index];
	enum status status;

	if (!known) {
		known = arena_one(s->arena, struct evidence);
		*known = (struct evidence){.type = type, .newest = INSTANT_NONE};
		if ((status = count_some(s, type, NULL, &known->count)) ||
		    (known->count && (status = read_newest(s, type, NULL, &known->newest))) ||
		    (status = read_is_ours(s, known)))
			return status;
		s->evidence[type->index] = known;
	}
	*evidence = *known;
	return OK;
}

static enum status survey_one(struct surveying *s, const struct planned_demand *planned, struct conformity_item *item)
{
	struct check_result *checks = arena_many(s->arena, struct check_result, planned->check_count + 1);
	struct evidence *evidence = arena_many(s->arena, struct evidence, planned->type_count + 1);
	enum status status = OK;

	*item = (struct conformity_item){.planned = planned, .checks = checks, .evidence = evidence};
	for (size_t i = 0; !status && i < planned->check_count; i++)
		status = judge(s, &planned->checks[i], &checks[i]);
	for (size_t i = 0; !status && i < planned->type_count; i++)
		status = read_evidence(s, planned->types[i], &evidence[i]);
	if (!status)
		item->state = state_of(item, &item->stale_since);
	if (!status && item->state == CONFORMITY_JUDGEMENT && !has_something(item)) {
		item->state = CONFORMITY_GAP;
		item->is_bare = true;
	}
	return status;
}

enum status conformity_survey(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      const struct conformity *plan, const bool *wanted, instant now,
			      struct conformity_survey *survey, struct error *error)
{
	struct surveying s = {.kernel = kernel,
			      .connection = connection,
			      .arena = arena,
			      .plan = plan,
			      .measures = arena_many(arena, struct measure, plan->measure_count + 1),
			      .evidence = arena_many(arena, struct evidence *, plan->model->type_count + 1),
			      .now = now,
			      .today = zone_day(our_zone(), now),
			      .error = error};
	enum status status = OK;

	*survey = (struct conformity_survey){
	    .at = now, .items = arena_many(arena, struct conformity_item, plan->demands->count + 1)};
	for (size_t i = 0; !status && i < plan->demands->count; i++)
		if (!wanted || wanted[i])
			status = survey_one(&s, &plan->items[i], &survey->items[i]);
	return status;
}

struct str conformity_filter(struct arena *arena, const struct check_result *result)
{
	const struct conformity_check *check = result->planned->check;

	if (!check->type || result->planned->figure)
		return S("");
	if (result->overdue)
		return past(arena, check);
	return check->where ? check->where->source : S("");
}
