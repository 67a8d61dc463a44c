/* distribution: how many took how long, or have how much, in classes; with a target, how many stay within it.
 *
 *	used: {insight: distribution, clock: resolution, in_period: resolved_at, bounds: [50%, 100%], target: 100%}
 *
 *	time: {insight: distribution, clock: resolution, bounds: [1h, 4h, 8h], target: 4h, goal: ">= 90%"}
 *
 *	cost: {insight: distribution, of: effort, bounds: [1, 5, 10]}
 *
 * Of a clock it is the service time until it stopped, in hours or in percent of each record's own target. A class
 * holds its upper bound, as a target does. */
#include "insight/insights.h"

enum { BOUNDS_MOST = 12 };

struct distribution {
	struct str clock;
	const struct query_field *of;
	bool percent;                /* of the clock's target */
	int64_t bounds[BOUNDS_MOST]; /* rising: ms, percent, or as the field keeps its numbers */
	size_t count;
	size_t within; /* so many classes are within the target; 0: there is none */
};

static bool read_bound(const struct distribution *own, struct str text, int64_t *bound)
{
	struct duration duration;

	if (own->percent)
		return str_ends(text, S("%")) && str_int64(str_trim(str_sub(text, 0, text.n - 1)), bound);
	if (own->of && own->of->kind == VALUE_INTEGER)
		return str_int64(text, bound);
	if (own->of && own->of->kind == VALUE_DECIMAL)
		return decimal_parse(text, bound);
	if (!duration_parse(text, &duration))
		return false;
	*bound = duration_ms(duration);
	return true;
}

static enum status read_bounds(struct figure_loading *loading, struct distribution *own, struct error *error)
{
	const struct node *list = node_get(loading->parameters, "bounds");

	if (!list || list->kind != NODE_SEQUENCE || !list->count || list->count > BOUNDS_MOST)
		return figure_fail(loading, list, N_("\"bounds\" is a list of at most 12 values"), NULL, error);
	own->percent = own->clock.n && str_ends(list->items[0]->text, S("%"));
	for (size_t i = 0; i < list->count; i++) {
		if (!read_bound(own, list->items[i]->text, &own->bounds[i]) ||
		    (i && own->bounds[i] <= own->bounds[i - 1]))
			return figure_fail(loading, list, N_("\"bounds\" are values of one kind, the least first"),
					   NULL, error);
		own->count++;
	}
	return OK;
}

static enum status read_target(struct figure_loading *loading, struct distribution *own, struct error *error)
{
	const struct node *node = node_get(loading->parameters, "target");
	int64_t target = 0;

	if (!node && loading->figure->goal.op != QUERY_TRUE)
		return figure_fail(loading, NULL, N_("A goal of a distribution needs a target"), NULL, error);
	for (size_t i = 0; node && read_bound(own, node->text, &target) && i < own->count; i++)
		if (own->bounds[i] == target)
			own->within = i + 1;
	return !node || own->within
		   ? OK
		   : figure_fail(loading, node, N_("\"target\" must be one of the bounds"), NULL, error);
}

static enum status load(struct figure_loading *loading, const void **made, struct error *error)
{
	struct distribution *own = arena_one(loading->arena, struct distribution);
	enum status status;

	*made = own;
	if ((status = figure_field(loading, "of", &own->of, error)) ||
	    (status = figure_clock(loading, false, &own->clock, error)))
		return status;
	if (!own->of == !own->clock.n)
		return figure_fail(loading, NULL, N_("A distribution is of a number (of) or of a clock"), NULL, error);
	if (own->of && own->of->kind != VALUE_INTEGER && own->of->kind != VALUE_DECIMAL &&
	    own->of->kind != VALUE_DURATION)
		return figure_fail(loading, node_get(loading->parameters, "of"),
				   N_("Only numbers and durations have a distribution"), NULL, error);
	if (loading->figure->by || loading->figure->each)
		return figure_fail(loading, NULL, N_("A distribution has rows of its own"), NULL, error);
	if ((status = read_bounds(loading, own, error)))
		return status;
	return read_target(loading, own, error);
}

enum { COUNT, SHARE, WITHIN, COLUMNS };
static const struct figure_column columns[COLUMNS] = {[COUNT] = {"count", N_("Count"), UNIT_COUNT},
						      [SHARE] = {"share", N_("Share"), UNIT_PERCENT},
						      [WITHIN] = {"within", N_("Within target"), UNIT_PERCENT}};

/* As an expression says it. */
static struct str amount(struct computing *c, const struct distribution *own)
{
	return own->of ? own->of->name
		       : str_format(c->arena, "clock(%.*s).%s", STR_ARG(own->clock),
				    own->percent ? "used_percent" : "used");
}

static struct str bound(struct computing *c, const struct distribution *own, size_t i)
{
	char text[DURATION_TEXT + DECIMAL_TEXT];
	int64_t value = own->bounds[i];

	if (own->percent || (own->of && own->of->kind == VALUE_INTEGER))
		return str_format(c->arena, "%lld", (long long)value);
	return str_dup(c->arena, str_of(own->of && own->of->kind == VALUE_DECIMAL ? decimal_format(value, 0, text)
										  : duration_format(value, text)));
}

static struct str condition(struct computing *c, const struct distribution *own, size_t i)
{
	struct str name = amount(c, own), over = {0}, up_to = {0};

	if (i > 0)
		over = str_format(c->arena, "%.*s > %.*s", STR_ARG(name), STR_ARG(bound(c, own, i - 1)));
	if (i < own->count)
		up_to = str_format(c->arena, "%.*s <= %.*s", STR_ARG(name), STR_ARG(bound(c, own, i)));
	return condition_and(c, over, up_to);
}

/* As people read it. */
static struct str bound_words(struct computing *c, const struct distribution *own, size_t i)
{
	int64_t value = own->bounds[i];
	bool hours = value % HOUR == 0;

	if (own->percent)
		return str_format(c->arena, "%lld %%", (long long)value);
	if (own->of && own->of->kind != VALUE_DURATION)
		return bound(c, own, i);
	return str_fill(c->arena, str_of(tr(c->request->language, hours ? N_("%s h") : N_("%s min"))),
			str_format(c->arena, "%lld", (long long)(value / (hours ? HOUR : MINUTE))));
}

static struct str class_words(struct computing *c, const struct distribution *own, size_t i)
{
	if (i == 0)
		return str_format(c->arena, "≤ %.*s", STR_ARG(bound_words(c, own, 0)));
	if (i == own->count)
		return str_format(c->arena, "> %.*s", STR_ARG(bound_words(c, own, i - 1)));
	return str_format(c->arena, "%.*s – %.*s", STR_ARG(bound_words(c, own, i - 1)),
			  STR_ARG(bound_words(c, own, i)));
}

/* Its key is its upper bound. */
static struct figure_row row_of(struct computing *c, const struct distribution *own, size_t i)
{
	struct figure_row row = {.key = i < own->count ? bound(c, own, i) : S("more"), .label = class_words(c, own, i)};

	if (own->percent && i < own->count)
		row.key = str_format(c->arena, "%.*s%%", STR_ARG(row.key));
	row.filter = condition_and(c, c->base, condition(c, own, i));
	cell_count(&row.cells[COUNT], 0, row.filter);
	return row;
}

static void take_shares(const struct distribution *own, struct figure_result *result)
{
	int64_t total = result->total.cells[COUNT].value, within = 0;

	for (size_t i = 0; i < result->row_count; i++) {
		struct figure_row *row = &result->rows[i];

		cell_share(&row->cells[SHARE], row->cells[COUNT].value, total, row->filter);
		if (i < own->within) {
			row->cells[WITHIN] = row->cells[SHARE];
			within += row->cells[COUNT].value;
		}
	}
	cell_share(&result->total.cells[SHARE], total, total, result->total.filter);
	cell_share(&result->total.cells[WITHIN], within, total, result->total.filter);
}

static enum status compute(struct computing *c)
{
	const struct distribution *own = c->figure->own;
	struct figure_result *result = c->result;
	struct group_request classes = {.of = own->of,
					.of_clock = own->clock,
					.of_percent = own->percent,
					.bounds = own->bounds,
					.bound_count = own->count};
	struct figure_groups groups;
	enum status status;

	if (result->by || result->each)
		return figure_has_own_rows(c);
	result->shape = SHAPE_CLASSES;
	result->columns = columns;
	result->column_count = own->within ? COLUMNS : WITHIN;
	result->main = own->within ? WITHIN : COUNT;
	if ((status = figure_groups(c, S(""), &classes, &groups)))
		return status;
	result->total.filter =
	    condition_and(c, c->base, str_format(c->arena, "%.*s is not empty", STR_ARG(amount(c, own))));
	cell_count(&result->total.cells[COUNT], 0, result->total.filter);
	result->rows = arena_many(c->arena, struct figure_row, own->count + 1);
	while (result->row_count <= own->count) {
		result->rows[result->row_count] = row_of(c, own, result->row_count);
		result->row_count++;
	}
	for (size_t i = 0; i < groups.count; i++) {
		const struct group_row *group = &groups.groups[i];

		if (group->by[1].kind == VALUE_NONE)
			continue;
		result->rows[group->by[1].number].cells[COUNT].value += group->count;
		result->total.cells[COUNT].value += group->count;
	}
	take_shares(own, result);
	return OK;
}

const struct insight insight_distribution = {
    "distribution", "of clock bounds target", load, compute, columns, COLUMNS, WITHIN, SHAPE_CLASSES};
