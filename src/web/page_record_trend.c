/* How what a record measures has come to stand where it is: its last measurements as a line, with what is to be
 * reached, and as a table, each with the period and what was counted. */
#include "behaviour/kpi.h"
#include "web/figure_chart.h"
#include "web/page_record.h"

enum { TREND_MOST = 24 };

struct trend {
	struct record_page *page;
	const struct kpi *kpi;
	struct record **records; /* the newest first */
	size_t count;
	struct str unit;
};

static enum status load(struct trend *trend)
{
	struct record_page *page = trend->page;
	struct visit *visit = page->visit;
	const struct type *type = trend->kpi->make;
	struct sort newest = {.field = map_get(&type->query->fields, trend->kpi->at->name), .descending = true};
	struct list_request request = {.type = type,
				       .limit = TREND_MOST,
				       .sort = &newest,
				       .sort_count = 1,
				       .as_of = INSTANT_NONE,
				       .now = visit->now};
	struct list_result result;
	struct str filter =
	    str_format(visit->arena, "%.*s = %.*s and %.*s is not empty", STR_ARG(trend->kpi->as->name),
		       STR_ARG(number_text(visit, page->record->identity)), STR_ARG(trend->kpi->at->name));
	enum status status = query_parse(visit->arena, type->query, filter, &request.filter, &visit->error);

	if (!status)
		status = read_list(visit->kernel, page->connection, visit->arena, visit->actor, &request, &result,
				   &visit->error);
	if (status)
		return status;
	trend->records = result.records;
	trend->count = result.count;
	return OK;
}

static struct str number_words(const struct trend *trend, struct value value)
{
	struct html *h = &trend->page->visit->h;
	char text[DECIMAL_TEXT];

	if (value.kind != VALUE_DECIMAL)
		return S("");
	return str_format(h->out->arena, trend->unit.n ? "%s %.*s" : "%s", decimal_format(value.number, 0, text),
			  STR_ARG(trend->unit));
}

/* The period that was counted, else the day. */
static struct str when_words(const struct trend *trend, const struct record *record, enum day_style style)
{
	struct html *h = &trend->page->visit->h;
	struct value first = record_named(record, "first_day"), last = record_named(record, "last_day");

	if (first.kind == VALUE_DATE && last.kind == VALUE_DATE && style == DAY_FULL)
		return words_days(h, (int32_t)first.number, (int32_t)last.number, DAY_SHORT);
	return words_day(h, (int32_t)record_value(record, trend->kpi->at).number, style);
}

static struct str say(const void *reader, double value)
{
	const struct trend *trend = reader;

	return str_format(trend->page->visit->arena, "%.4g", value);
}

static void draw_lines(const struct trend *trend)
{
	struct visit *visit = trend->page->visit;
	struct html *h = &visit->h;
	const struct kpi *kpi = trend->kpi;
	struct chart_mark *marks = arena_many(visit->arena, struct chart_mark, trend->count);
	struct str *labels = arena_many(visit->arena, struct str, trend->count);
	struct value target = kpi->target ? record_value(trend->page->record, kpi->target) : (struct value){0},
		     baseline = kpi->baseline ? record_value(trend->page->record, kpi->baseline) : (struct value){0};
	struct chart_series series = {words_of(visit, &kpi->value->label), marks};
	struct chart chart = {.kind = CHART_LINES,
			      .titled_by = S("trend"),
			      .labels = labels,
			      .count = trend->count,
			      .series = &series,
			      .series_count = 1,
			      .say = say,
			      .reader = trend};

	for (size_t i = 0; i < trend->count; i++) {
		const struct record *record = trend->records[trend->count - 1 - i];
		struct value value = record_value(record, kpi->value);

		labels[i] = when_words(trend, record, DAY_SHORT);
		marks[i] = (struct chart_mark){.has = value.kind == VALUE_DECIMAL,
					       .value = (double)value.number / 1e6,
					       .title = str_format(visit->arena, "%.*s: %.*s", STR_ARG(labels[i]),
								   STR_ARG(number_words(trend, value))),
					       .url = record_url(visit, record->identity)};
	}
	if (target.kind == VALUE_DECIMAL) {
		chart.goal =
		    (struct chart_goal){.has = true,
					.at_most = baseline.kind == VALUE_DECIMAL && baseline.number > target.number,
					.value = (double)target.number / 1e6,
					.line = phrase(h, N_("Target %s"), number_words(trend, target)),
					.kept = label(h, N_("on target")),
					.label = label(h, N_("target"))};
		chart.goal.missed = label(h, chart.goal.at_most ? N_("above target") : N_("below target"));
	}
	figure_draw_lines(h, &chart);
}

static void draw_row(const struct trend *trend, const struct record *record)
{
	struct visit *visit = trend->page->visit;
	struct html *h = &visit->h;
	struct value reached = record_named(record, "reached"), target = record_named(record, "target"),
		     counted = record_named(record, "counted"), left_out = record_named(record, "left_out");
	struct str when = when_words(trend, record, DAY_FULL);

	if (left_out.kind == VALUE_INTEGER && left_out.number > 0)
		when = phrase(h, N_("%1$s, %2$s"), when,
			      phrase_count(h, left_out.number, N_("%s period before it not measured"),
					   N_("%s periods before it not measured")));
	html(h, "<tr><th scope='row'><a href='%u'>%t</a></th><td class='num'>%t</td><td class='num'>%t</td><td>",
	     record_url(visit, record->identity), when, number_words(trend, record_value(record, trend->kpi->value)),
	     number_words(trend, target));
	if (target.kind == VALUE_DECIMAL && reached.kind == VALUE_BOOLEAN)
		html(h, "%l", reached.boolean ? N_("reached") : N_("missed"));
	html(h, "</td><td>");
	if (counted.kind == VALUE_TEXT && str_starts(counted.text, S("/")))
		html(h, "<a href='%u'>%t</a>", counted.text,
		     show_value(&trend->page->show, type_field(record->type, S("counted")), counted));
	html(h, "</td></tr>");
}

static void draw_table(const struct trend *trend)
{
	struct visit *visit = trend->page->visit;
	struct html *h = &visit->h;

	html(h,
	     "<details><summary>%l</summary><div class='scroll' tabindex='0' role='group' aria-labelledby='trend'>"
	     "<table class='data'><thead><tr><th scope='col'>%l</th><th scope='col' class='num'>%l</th>"
	     "<th scope='col' class='num'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th></tr></thead><tbody>",
	     N_("As a table"), N_("Period"), N_("Value"), N_("Target"), N_("Outcome"), N_("Counted from"));
	for (size_t i = 0; i < trend->count; i++)
		draw_row(trend, trend->records[i]);
	html(h, "</tbody></table></div></details><p><a href='%u'>%l</a></p>",
	     type_list_url(visit->arena, trend->kpi->make,
			   str_format(visit->arena, "%.*s = %.*s", STR_ARG(trend->kpi->as->name),
				      STR_ARG(number_text(visit, trend->page->record->identity)))),
	     N_("Show all"));
}

enum status draw_page_trend(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct kpi *kpi = kpi_of(visit->kernel, page->record->type);
	struct trend trend = {.page = page, .kpi = kpi, .unit = record_text_of(page->record, "unit")};
	struct value next;
	enum status status;

	if (!kpi || !access_reads_type(visit->kernel, visit->actor, kpi->make))
		return OK;
	if ((status = load(&trend)) || !trend.count)
		return status;
	next = record_value(page->record, kpi->into);
	html(&visit->h,
	     "<section class='figures issued' aria-labelledby='trend'><figure class='chart trend'><figcaption>"
	     "<h2 id='trend'>%l</h2>",
	     N_("Measured so far"));
	if (next.kind == VALUE_TIME)
		html(&visit->h, "<p class='unit'>%t</p>",
		     phrase(&visit->h, N_("Measured next by itself after %s."),
			    words_day(&visit->h, zone_day(visit->h.zone, next.number - 1), DAY_FULL)));
	html(&visit->h, "</figcaption>");
	if (trend.count > 1)
		draw_lines(&trend);
	draw_table(&trend);
	html(&visit->h, "</figure></section>");
	return OK;
}
