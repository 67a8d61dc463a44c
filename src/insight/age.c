/* age: for how long those that are open have been so.
 *
 *	backlog_age: {insight: age, since: created_at, among: "state.phase != done", bounds: [1d, 3d, 7d, 14d, 30d]}
 *
 * With a field, ages are its columns: a row for each value (at most four bounds).
 *
 *	open_by_age: {insight: age, by: priority, among: "state.phase != done", bounds: [4h, 1d, 7d]} */
#include "insight/insights.h"

enum { BOUNDS_MOST = 12, BOUNDS_ACROSS = 4 };

struct age {
	const struct query_field *since;
	int64_t bounds[BOUNDS_MOST]; /* ms, rising */
	size_t count;
};

static enum status read_bounds(struct figure_loading *loading, struct age *age, struct error *error)
{
	const struct node *list = node_get(loading->parameters, "bounds");

	if (!list || list->kind != NODE_SEQUENCE || !list->count || list->count > BOUNDS_MOST)
		return figure_fail(loading, list, N_("\"bounds\" is a list of at most 12 durations"), NULL, error);
	for (size_t i = 0; i < list->count; i++) {
		struct duration duration;

		if (!duration_parse(list->items[i]->text, &duration) ||
		    (i && duration_ms(duration) <= age->bounds[i - 1]))
			return figure_fail(loading, list, N_("\"bounds\" are durations, the shortest first"), NULL,
					   error);
		age->bounds[age->count++] = duration_ms(duration);
	}
	return OK;
}

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	struct age *age = arena_one(loading->arena, struct age);
	enum status status = figure_field(loading, "since", &age->since, error);

	*own = age;
	if (status)
		return status;
	if (!age->since)
		age->since = map_get(&loading->figure->type->query->fields, S("created_at"));
	if (age->since->kind != VALUE_TIME || loading->figure->each)
		return figure_fail(loading, NULL, N_("An age is counted from a time of the record, by itself"), NULL,
				   error);
	if ((status = read_bounds(loading, age, error)))
		return status;
	if (loading->figure->by && age->count > BOUNDS_ACROSS)
		return figure_fail(loading, node_get(loading->parameters, "bounds"),
				   N_("Ages by another field have at most four bounds"), NULL, error);
	return OK;
}

static const struct figure_column columns[] = {{"count", N_("Count"), UNIT_COUNT},
					       {"share", N_("Share"), UNIT_PERCENT}};

static struct str worded(struct computing *c, const char *msgid, struct str with)
{
	return str_fill(c->arena, str_of(tr(c->request->language, msgid)), with);
}

/* "3 d"; bounds are whole hours or days. */
static struct str length(struct computing *c, int64_t ms)
{
	bool days = ms % DAY == 0;
	struct str number = str_format(c->arena, "%lld", (long long)(ms / (days ? DAY : HOUR)));

	return worded(c, days ? N_("%s d") : N_("%s h"), number);
}

static struct str label_of(struct computing *c, const struct age *age, size_t i)
{
	if (i == 0)
		return str_format(c->arena, "< %.*s", STR_ARG(length(c, age->bounds[0])));
	if (i == age->count)
		return str_format(c->arena, "≥ %.*s", STR_ARG(length(c, age->bounds[i - 1])));
	return str_format(c->arena, "%.*s – %.*s", STR_ARG(length(c, age->bounds[i - 1])),
			  STR_ARG(length(c, age->bounds[i])));
}

/* Moments, not ages: the list that a number opens later must still be the same. */
static struct str condition(struct computing *c, const struct age *age, size_t i)
{
	struct str name = age->since->name, oldest = {0}, newest = {0};
	char text[TIME_TEXT];

	if (i > 0)
		newest = str_format(c->arena, "%.*s <= %s", STR_ARG(name),
				    time_format(c->request->now - age->bounds[i - 1], text));
	if (i < age->count)
		oldest = str_format(c->arena, "%.*s > %s", STR_ARG(name),
				    time_format(c->request->now - age->bounds[i], text));
	return condition_and(c, oldest, newest);
}

/* --- ages by another field --- */

static const struct figure_column *columns_of(struct computing *c, const struct age *age)
{
	struct figure_column *made = arena_many(c->arena, struct figure_column, age->count + 2);

	for (size_t i = 0; i <= age->count; i++) {
		struct str bound = length(c, age->bounds[i < age->count ? i : age->count - 1]);

		made[i].unit = UNIT_COUNT;
		made[i].name = str_c(c->arena, str_format(c->arena, "age_%zu", i));
		made[i].words = str_c(c->arena, worded(c, i < age->count ? N_("under %s") : N_("over %s"), bound));
	}
	made[age->count + 1] = (struct figure_column){"count", N_("Total"), UNIT_COUNT};
	return made;
}

static void begin_row(struct computing *c, const struct age *age, struct figure_row *row)
{
	for (size_t i = 0; i <= age->count; i++)
		cell_count(&row->cells[i], 0, condition_and(c, row->filter, condition(c, age, i)));
	cell_count(&row->cells[age->count + 1], 0, row->filter);
}

static void add(struct figure_row *row, size_t column, size_t all, int64_t count)
{
	row->cells[column].value += count;
	row->cells[all].value += count;
}

static enum status compute_across(struct computing *c, const struct age *age)
{
	struct figure_result *result = c->result;
	struct figure_groups groups;
	enum status status;

	result->shape = SHAPE_PARTS;
	result->columns = columns_of(c, age);
	result->column_count = age->count + 2;
	result->drawn = age->count + 1;
	if ((status = figure_groups(c, S(""), NULL, &groups)) || (status = figure_rows(c, &groups)))
		return status;
	begin_row(c, age, &result->total);
	for (size_t i = 0; i < result->row_count; i++)
		begin_row(c, age, &result->rows[i]);
	for (size_t i = 0; i <= age->count; i++) {
		if ((status = figure_groups(c, condition(c, age, i), NULL, &groups)))
			return status;
		for (size_t g = 0; g < groups.count; g++) {
			struct figure_row *row = figure_row_of(c, &groups.groups[g]);

			if (row)
				add(row, i, age->count + 1, groups.groups[g].count);
			add(&result->total, i, age->count + 1, groups.groups[g].count);
		}
	}
	return OK;
}

static enum status compute(struct computing *c)
{
	const struct age *age = c->figure->own;
	struct figure_result *result = c->result;
	struct str dated = str_format(c->arena, "%.*s is not empty", STR_ARG(age->since->name));
	int64_t total = 0;
	enum status status = OK;

	if (result->each || (result->by && age->count > BOUNDS_ACROSS))
		return figure_has_own_rows(c);
	if (age->since->owner)
		c->base = condition_and(c, c->base, dated);
	if (result->by)
		return compute_across(c, age);
	result->shape = SHAPE_BARS;
	result->columns = columns;
	result->column_count = 2;
	result->rows = arena_many(c->arena, struct figure_row, age->count + 1);
	for (size_t i = 0; !status && i <= age->count; i++) {
		struct figure_row *row = &result->rows[result->row_count++];

		*row = (struct figure_row){.key = str_format(c->arena, "%zu", i), .label = label_of(c, age, i)};
		row->filter = condition_and(c, c->base, condition(c, age, i));
		cell_count(&row->cells[0], 0, row->filter);
		status = condition_count(c, row->filter, &row->cells[0].value);
		total += row->cells[0].value;
	}
	for (size_t i = 0; i < result->row_count; i++)
		cell_share(&result->rows[i].cells[1], result->rows[i].cells[0].value, total, result->rows[i].filter);
	result->total.filter = c->base;
	cell_count(&result->total.cells[0], total, c->base);
	cell_share(&result->total.cells[1], total, total, c->base);
	return status;
}

const struct insight insight_age = {"age", "since bounds", load, compute, columns, 2, 0, SHAPE_BARS};
