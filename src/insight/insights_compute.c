/* Rows and cells, and the run of one figure. */
#include "insight/insights.h"

#include <stdlib.h>

/* --- cells --- */

void cell_count(struct figure_cell *cell, int64_t count, struct str filter)
{
	*cell = (struct figure_cell){.has = true, .value = count, .filter = filter};
}

void cell_share(struct figure_cell *cell, int64_t part, int64_t of, struct str filter)
{
	enum { PERCENT = 100 * 1000000 };

	*cell = (struct figure_cell){.has = of > 0, .filter = filter};
	if (of > 0)
		cell->value = (int64_t)(((__int128)part * PERCENT * 2 + of) / ((__int128)of * 2)); /* half up */
}

static const char *const unit_names[UNITS] = {"count", "percent", "duration", "amount"};

const char *figure_unit_name(enum figure_unit unit)
{
	return unit_names[unit];
}

bool figure_unit_parse(struct str word, enum figure_unit *unit)
{
	for (int i = 0; i < UNITS; i++)
		if (str_is(word, unit_names[i])) {
			*unit = (enum figure_unit)i;
			return true;
		}
	return false;
}

struct str figure_cell_text(struct arena *arena, enum figure_unit unit, const struct figure_cell *cell)
{
	char text[DURATION_TEXT + DECIMAL_TEXT];

	if (!cell->has)
		return (struct str){0};
	if (unit == UNIT_COUNT)
		return str_format(arena, "%lld", (long long)cell->value);
	return str_dup(arena, str_of(unit == UNIT_DURATION ? duration_format(cell->value, text)
							   : decimal_format(cell->value, 0, text)));
}

bool figure_cell_parse(enum figure_unit unit, struct str text, struct figure_cell *cell)
{
	struct duration duration = {0};

	*cell = (struct figure_cell){0};
	if (unit == UNIT_COUNT)
		cell->has = str_int64(text, &cell->value);
	else if (unit != UNIT_DURATION)
		cell->has = decimal_parse(text, &cell->value);
	else if ((cell->has = duration_parse(text, &duration)))
		cell->value = duration_ms(duration);
	return cell->has;
}

/* --- rows --- */

static const struct query_field *grouping_of(const struct computing *c)
{
	return c->result->each ? c->result->dated : c->result->by;
}

enum status figure_groups(struct computing *c, struct str condition, const struct group_request *more,
			  struct figure_groups *groups)
{
	struct group_request request = more ? *more : (struct group_request){0};
	enum status status = condition_parse(c, condition_and(c, c->base, condition), &request.filter);

	*groups = (struct figure_groups){0};
	if (status)
		return status;
	request.type = c->figure->type;
	request.by[0] = (struct group_key){.field = grouping_of(c)};
	if (c->result->each && request.by[0].field->kind == VALUE_TIME)
		request.by[0].zone = c->request->zone;
	request.from = c->request->from;
	request.to = c->request->to;
	request.now = c->request->now;
	return read_groups(c->kernel, c->connection, c->arena, c->actor, &request, &groups->groups, &groups->count,
			   c->error);
}

/* Rows are found again by what their groups have in common. */
static struct str row_name(struct computing *c, struct value value)
{
	if (c->result->each)
		value.number = figure_unit_start(c->result->each, (int32_t)value.number, 0);
	switch (value.kind) {
	case VALUE_NONE:
		return S("");
	case VALUE_BOOLEAN:
		return value.boolean ? S("true") : S("");
	case VALUE_TEXT:
	case VALUE_CHOICE:
		return value.text;
	default:
		return str_format(c->arena, "%lld", (long long)value.number);
	}
}

struct figure_row *figure_row_of(struct computing *c, const struct group_row *group)
{
	return grouping_of(c) ? map_get(&c->rows, row_name(c, group->by[0])) : NULL;
}

static struct str choice_label(struct computing *c, const struct query_field *field, struct str code)
{
	const struct field *owner = field->owner;
	const struct state *state = field->is_state ? type_state(c->figure->type, code) : NULL;
	const struct choice *choice = owner && owner->choices ? choice_find(owner->choices, code) : NULL;

	if (state)
		return label_in(&state->label, c->request->language);
	return choice ? label_in(&choice->label, c->request->language) : code;
}

static enum status name_record(struct computing *c, struct figure_row *row, int64_t identity)
{
	struct reference reference = {.identity = identity};
	enum status status = read_references(c->kernel, c->connection, c->arena, c->actor, &reference, 1, c->error);

	row->key = reference.shown;
	row->label = reference.headline.n ? reference.headline : reference.shown;
	return status;
}

static enum status name_row(struct computing *c, struct figure_row *row, const struct query_field *field,
			    struct value value)
{
	char text[TIME_TEXT];
	bool none = value.kind == VALUE_NONE;

	if (field->kind == VALUE_BOOLEAN) {
		bool yes = !none && value.boolean;

		row->key = yes ? S("true") : S("false");
		row->label = str_of(yes ? tr(c->request->language, N_("Yes")) : tr(c->request->language, N_("No")));
		return OK;
	}
	if (none) {
		row->label = str_of(tr(c->request->language, N_("Without a value")));
		return OK;
	}
	switch (value.kind) {
	case VALUE_RECORD:
		return name_record(c, row, value.number);
	case VALUE_CHOICE:
		row->key = value.text;
		row->label = choice_label(c, field, value.text);
		return OK;
	case VALUE_TEXT:
		row->key = value.text;
		break;
	case VALUE_DATE:
		row->key = str_dup(c->arena, str_of(day_format((int32_t)value.number, text)));
		break;
	case VALUE_TIME:
		row->key = str_dup(c->arena, str_of(time_format(value.number, text)));
		break;
	default:
		row->key = str_format(c->arena, "%lld", (long long)value.number);
		break;
	}
	row->label = row->key;
	return OK;
}

/* --- rows of values --- */

struct draft { /* a row in the making */
	struct value value;
	struct str name;
	int64_t count, rank;
};

static int64_t rank_of(const struct query_field *field, struct value value)
{
	for (size_t i = 0; value.kind == VALUE_CHOICE && i < field->code_count; i++)
		if (str_eq(field->codes[i].name, value.text))
			return (int64_t)i;
	if (value.kind == VALUE_BOOLEAN)
		return !value.boolean;
	return value.kind == VALUE_INTEGER || value.kind == VALUE_DATE || value.kind == VALUE_TIME ? value.number : 0;
}

/* What has an order keeps it; of the rest the greatest comes first; what has no value comes last. */
static int by_order(const void *a, const void *b)
{
	const struct draft *x = a, *y = b;
	bool last_x = !x->value.kind, last_y = !y->value.kind;

	if (last_x != last_y)
		return last_x - last_y;
	if (x->rank != y->rank)
		return (x->rank > y->rank) - (x->rank < y->rank);
	if (x->count != y->count)
		return (x->count < y->count) - (x->count > y->count);
	return str_cmp(x->name, y->name);
}

static enum status value_rows(struct computing *c, const struct query_field *field, const struct figure_groups *groups)
{
	struct figure_result *result = c->result;
	VEC(struct draft *) drafts = {0};
	struct map by_name = map_new(c->arena);
	struct draft *sorted;
	enum status status = OK;

	for (size_t i = 0; i < groups->count; i++) {
		struct value value = groups->groups[i].by[0];
		struct str name = row_name(c, value);
		struct draft *draft = map_get(&by_name, name);

		if (!draft) {
			draft = arena_one(c->arena, struct draft);
			*draft = (struct draft){.value = value, .name = name, .rank = rank_of(field, value)};
			vec_push(c->arena, &drafts, draft);
			map_put(&by_name, name, draft);
		}
		draft->count += groups->groups[i].count;
	}
	sorted = arena_many(c->arena, struct draft, drafts.count + 1);
	for (size_t i = 0; i < drafts.count; i++)
		sorted[i] = *drafts.items[i];
	if (drafts.count)
		qsort(sorted, drafts.count, sizeof(*sorted), by_order);
	result->rows = arena_many(c->arena, struct figure_row, drafts.count + 1);
	for (size_t i = 0; !status && i < drafts.count; i++) {
		struct figure_row *row = &result->rows[result->row_count++];

		row->filter = condition_and(c, c->base, condition_equal(c, field, sorted[i].value));
		status = name_row(c, row, field, sorted[i].value);
		map_put(&c->rows, sorted[i].name, row);
	}
	return status;
}

/* --- rows of time --- */

enum { ROWS_MOST = 1000 };

static struct str time_label(struct computing *c, int32_t day)
{
	enum figure_each each = c->result->each;
	char text[TIME_TEXT];

	day_format(day, text);
	return str_dup(c->arena, str_sub(str_of(text), 0, each == EACH_YEAR ? 4 : each == EACH_MONTH ? 7 : 10));
}

struct figure_span figure_row_span(const struct computing *c, const struct figure_row *row)
{
	const struct figure_request *request = c->request;
	struct figure_span span = {.from = zone_instant(request->zone, row->day, 0),
				   .to =
				       zone_instant(request->zone, figure_unit_start(c->result->each, row->day, 1), 0)};

	span.from = span.from < request->from ? request->from : span.from;
	span.to = span.to < request->to ? span.to : request->to;
	return span;
}

static void add_time_row(struct computing *c, int32_t day)
{
	struct figure_row *row = &c->result->rows[c->result->row_count++];
	struct figure_span span;

	*row = (struct figure_row){.is_day = true, .day = day, .key = time_label(c, day)};
	row->label = row->key;
	span = figure_row_span(c, row);
	row->filter = condition_within(c, c->result->dated, span.from, span.to);
	map_put(&c->rows, str_format(c->arena, "%lld", (long long)day), row);
}

/* Every unit of the period has its row, also one in which nothing happened. */
static enum status time_rows(struct computing *c)
{
	static const int32_t least_days[] = {[EACH_DAY] = 1, [EACH_WEEK] = 7, [EACH_MONTH] = 28, [EACH_YEAR] = 365};
	const struct figure_request *request = c->request;
	enum figure_each each = c->result->each;
	int32_t day = figure_unit_start(each, zone_day(request->zone, request->from), 0),
		last = zone_day(request->zone, request->to - 1);

	if (last - day > (int32_t)ROWS_MOST * least_days[each])
		return error_fail(c->error, E_SYNTAX, "each", "range", N_("The period is too long for this"));
	c->result->rows = arena_many(c->arena, struct figure_row, (size_t)((last - day) / least_days[each]) + 2);
	while (day <= last) {
		add_time_row(c, day);
		day = figure_unit_start(each, day, 1);
	}
	return OK;
}

enum status figure_rows(struct computing *c, const struct figure_groups *groups)
{
	const struct query_field *field = grouping_of(c);

	c->rows = map_new(c->arena);
	c->result->total.filter = c->base;
	if (!field)
		return OK;
	return c->result->each ? time_rows(c) : value_rows(c, field, groups);
}

enum status figure_has_own_rows(struct computing *c)
{
	bool by = c->result->by != NULL;

	return by || c->result->each
		   ? error_fail(c->error, E_SYNTAX, by ? "by" : "each", "kind", N_("This figure has rows of its own"))
		   : OK;
}

/* --- the run --- */

bool figure_takes(const struct query_field *field)
{
	return group_takes(field) && field->kind != VALUE_TEXT && field->kind != VALUE_TIME;
}

static enum status take_grouping(struct computing *c)
{
	const struct figure_request *request = c->request;
	struct figure_result *result = c->result;
	int64_t days = (request->to - request->from) / DAY;

	result->dated = request->period ? request->period : c->figure->period;
	result->by = request->by ? request->by : request->each ? NULL : c->figure->by;
	result->each = request->each ? request->each : request->by ? EACH_NONE : c->figure->each;
	if (request->period && request->period->kind != VALUE_TIME && request->period->kind != VALUE_DATE)
		return error_fail(c->error, E_SYNTAX, "in_period", "kind",
				  N_("\"in_period\" must be a date or time of the record"));
	if (result->by && !figure_takes(result->by))
		return error_fail(c->error, E_SYNTAX, "by", "kind", N_("This cannot be grouped"));
	if (request->by && request->each)
		return error_fail(c->error, E_SYNTAX, "each", "conflict", N_("Give either by or each"));
	if (result->each && !result->dated)
		return error_fail(c->error, E_SYNTAX, "each", "period",
				  N_("This figure tells how things stand, not a period"));
	if (result->each == EACH_FITTING)
		result->each = days <= 45 ? EACH_DAY : days <= 200 ? EACH_WEEK : days <= 2000 ? EACH_MONTH : EACH_YEAR;
	return OK;
}

static bool meets(const struct figure_goal *goal, int64_t value)
{
	switch (goal->op) {
	case QUERY_GREATER_EQUAL:
		return value >= goal->value;
	case QUERY_LESS_EQUAL:
		return value <= goal->value;
	case QUERY_GREATER:
		return value > goal->value;
	case QUERY_LESS:
		return value < goal->value;
	default:
		return false;
	}
}

bool figure_reaches(const struct figure *figure, const struct figure_result *result)
{
	const struct figure_cell *cell = &result->total.cells[result->main];

	bool counts = result->columns && result->columns[result->main].unit == UNIT_COUNT;

	return cell->has && meets(&figure->goal, counts ? cell->value * 1000000 : cell->value);
}

static void begin(struct computing *c)
{
	const struct figure_request *request = c->request;

	c->base = condition_of(c, c->figure->among);
	if (c->result->dated)
		c->base = condition_and(c, c->base, condition_between(c, c->result->dated, request->from, request->to));
	c->base = condition_and(c, c->base, condition_of(c, request->filter));
}

/* Only what comes after the first one beyond is taken, so that many of one moment are left out together. */
enum status figure_narrow(struct computing *c, const struct query_field *moment)
{
	const struct figure_request *request = c->request;
	bool dated = c->result->dated != NULL, more;
	struct str among = condition_of(c, c->figure->among);
	char text[TIME_TEXT];
	const struct query *query;
	int64_t beyond = 0;
	enum status status;

	if (dated)
		among = condition_and(c, among, condition_between(c, moment, request->from, request->to));
	if (!request->most || (status = condition_parse(c, among, &query)) ||
	    (status = read_reach_by(c->kernel, c->connection, c->arena, c->actor, c->figure->type, query, moment,
				    request->now, request->most, &more, &beyond, c->error)) ||
	    !more)
		return request->most ? status : OK;
	c->result->since =
	    moment->kind == VALUE_DATE ? zone_instant(request->zone, (int32_t)beyond + 1, 0) : beyond + 1;
	if (dated) {
		c->narrowed->from = c->result->since;
		begin(c);
	} else {
		c->base = condition_and(c, c->base,
					str_format(c->arena, "created_at >= %s", time_format(c->result->since, text)));
	}
	return OK;
}

enum status figure_compute(struct kernel *kernel, struct connection *connection, struct arena *arena,
			   const struct actor *actor, const struct figure_request *request,
			   struct figure_result *result, struct error *error)
{
	struct figure_request narrowed = *request;
	struct actor reader = *actor;
	struct computing c = {.kernel = kernel,
			      .connection = connection,
			      .arena = arena,
			      .actor = &reader,
			      .request = &narrowed,
			      .narrowed = &narrowed,
			      .figure = request->figure,
			      .result = result,
			      .error = error};
	enum status status;

	reader.zone = request->zone; /* its days are those that were asked for */
	*result = (struct figure_result){.since = INSTANT_NONE};
	if ((status = take_grouping(&c)))
		return status;
	begin(&c);
	if ((status = figure_narrow(&c, result->dated ? result->dated
						      : map_get(&c.figure->type->query->fields, S("created_at")))))
		return status;
	result->total.filter = c.base;
	result->total.label = str_of(tr(request->language, N_("Total")));
	if ((status = c.figure->insight->compute(&c)))
		return status;
	result->reaches_goal = figure_reaches(c.figure, result);
	return OK;
}
