/* forecast: how the backlog came to be what it is, week by week, and what is likely to become of it.
 *
 *	forecast: {insight: forecast, open: "state.phase != done", closed: closed_at, weeks: 12, ahead: 6, goal: "<=
 *180"}
 *
 * The net flow of each of the last weeks (arrived less closed) gives a mean and a spread. In h weeks the backlog has
 * gained h times the mean, and strays from that by the spread times the root of h; the band holds 80 % of what may
 * happen when weeks do not depend on each other. Weeks are of seven days up to now, so that none is half counted. */
#include <math.h>

#include "insight/insights.h"

enum { WEEKS_MOST = 52, AHEAD_MOST = 26 };
enum { COUNTED, FORECAST, LOW, HIGH, COLUMNS };
static const double deviations = 1.2815515655446004; /* of the normal distribution: 80 % lie nearer to the middle */

static const struct figure_column columns[] = {{"counted", N_("Counted"), UNIT_COUNT},
					       {"forecast", N_("Forecast"), UNIT_COUNT},
					       {"low", N_("Likely range, from"), UNIT_COUNT},
					       {"high", N_("Likely range, to"), UNIT_COUNT}};

struct forecast {
	const struct query *open;
	const struct query_field *since, *closed;
	int64_t weeks, ahead;
};

static enum status read_number(struct figure_loading *loading, const char *key, int64_t most, int64_t *number,
			       struct error *error)
{
	const struct node *node = node_get(loading->parameters, key);

	if (node && (!str_int64(node->text, number) || *number < 2 || *number > most))
		return figure_fail(loading, node, N_("\"%s\" is a number of weeks, 2 or more"), key, error);
	return OK;
}

static bool is_moment(const struct query_field *field)
{
	return field && (field->kind == VALUE_TIME || field->kind == VALUE_DATE);
}

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	struct forecast *forecast = arena_one(loading->arena, struct forecast);
	const struct figure *figure = loading->figure;
	enum status status;

	*own = forecast;
	*forecast = (struct forecast){.weeks = 12, .ahead = 6};
	if ((status = figure_expression(loading, loading->parameters, "open", true, &forecast->open, error)) ||
	    (status = figure_field(loading, "since", &forecast->since, error)) ||
	    (status = figure_field(loading, "closed", &forecast->closed, error)) ||
	    (status = read_number(loading, "weeks", WEEKS_MOST, &forecast->weeks, error)) ||
	    (status = read_number(loading, "ahead", AHEAD_MOST, &forecast->ahead, error)))
		return status;
	if (!forecast->since)
		forecast->since = map_get(&figure->type->query->fields, S("created_at"));
	if (!is_moment(forecast->since) || !is_moment(forecast->closed) || figure->period || figure->by || figure->each)
		return figure_fail(loading, NULL,
				   N_("A forecast needs \"closed\", a moment of the record, and stands for no period"),
				   NULL, error);
	return OK;
}

static enum status count_between(struct computing *c, const struct query_field *field, instant from, instant to,
				 int64_t *count)
{
	return condition_count(c, condition_within(c, field, from, to), count);
}

/* nets[0] is the week that ends now. */
static enum status count_nets(struct computing *c, int64_t *nets)
{
	const struct forecast *own = c->figure->own;
	enum status status = OK;

	for (int64_t i = 0; !status && i < own->weeks; i++) {
		instant to = c->request->now - i * 7 * DAY, from = to - 7 * DAY;
		int64_t arrived = 0, closed = 0;

		if (!(status = count_between(c, own->since, from, to, &arrived)))
			status = count_between(c, own->closed, from, to, &closed);
		nets[i] = arrived - closed;
	}
	return status;
}

static struct figure_row *add_row(struct computing *c, int64_t week)
{
	struct figure_row *row = &c->result->rows[c->result->row_count++];
	char text[TIME_TEXT];

	row->is_day = true;
	row->day = zone_day(c->request->zone, c->request->now + week * 7 * DAY);
	row->key = str_dup(c->arena, str_of(day_format(row->day, text)));
	row->label = row->key;
	return row;
}

static void add_history(struct computing *c, const int64_t *nets, int64_t now)
{
	const struct forecast *own = c->figure->own;
	int64_t backlog = now;

	for (int64_t i = 0; i < own->weeks; i++)
		backlog -= nets[i];
	for (int64_t i = own->weeks; i >= 0; i--) {
		cell_count(&add_row(c, -i)->cells[COUNTED], backlog, i ? S("") : c->result->total.filter);
		backlog += i ? nets[i - 1] : 0;
	}
}

static int64_t at_least_none(double number)
{
	return number > 0 ? llround(number) : 0;
}

static void add_future(struct computing *c, const int64_t *nets, int64_t now)
{
	const struct forecast *own = c->figure->own;
	double mean = 0, square = 0, spread;

	for (int64_t i = 0; i < own->weeks; i++)
		mean += (double)nets[i] / (double)own->weeks;
	for (int64_t i = 0; i < own->weeks; i++)
		square += ((double)nets[i] - mean) * ((double)nets[i] - mean);
	spread = deviations * sqrt(square / (double)(own->weeks - 1));
	for (int64_t i = 0; i <= own->ahead; i++) {
		struct figure_row *row = i ? add_row(c, i) : &c->result->rows[c->result->row_count - 1];
		double middle = (double)now + mean * (double)i, stray = spread * sqrt((double)i);

		cell_count(&row->cells[FORECAST], at_least_none(middle), S(""));
		cell_count(&row->cells[LOW], at_least_none(middle - stray), S(""));
		cell_count(&row->cells[HIGH], at_least_none(middle + stray), S(""));
	}
}

static enum status compute(struct computing *c)
{
	const struct forecast *own = c->figure->own;
	struct figure_result *result = c->result;
	int64_t nets[WEEKS_MOST], now = 0;
	enum status status = figure_has_own_rows(c);

	if (status)
		return status;
	if (result->dated)
		return error_fail(c->error, E_SYNTAX, "in_period", "period",
				  N_("This figure tells how things stand, not a period"));
	result->shape = SHAPE_FORECAST;
	result->columns = columns;
	result->column_count = COLUMNS;
	result->drawn = COLUMNS;
	result->each = EACH_WEEK;
	result->total.filter = condition_and(c, c->base, condition_of(c, own->open));
	if ((status = condition_count(c, result->total.filter, &now)) || (status = count_nets(c, nets)))
		return status;
	result->rows = arena_many(c->arena, struct figure_row, (size_t)(own->weeks + own->ahead) + 1);
	add_history(c, nets, now);
	add_future(c, nets, now);
	result->total = (struct figure_row){.label = str_of(tr(c->request->language, N_("At the end"))),
					    .filter = result->total.filter};
	for (size_t i = FORECAST; i <= HIGH; i++)
		result->total.cells[i] = result->rows[result->row_count - 1].cells[i];
	cell_count(&result->total.cells[COUNTED], now, result->total.filter);
	return OK;
}

const struct insight insight_forecast = {
    "forecast", "open since closed weeks ahead", load, compute, columns, COLUMNS, COUNTED, SHAPE_FORECAST};
