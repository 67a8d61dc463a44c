#include "web/list_calendar.h"

#include "record/access.h"
#include "record/clocks.h"
#include "record/lookup.h"
#include "web/part_calendar.h"

/* What began more than a year before is not looked for: so a month costs what its records and those of a year do. */
enum { WEEK = 7, WEEKS_MOST = 6, READ_MOST = 400, DAY_MOST = 4, WEEK_DAY_MOST = 40, LOOK_BACK = 366 };

struct drawing {
	const struct list_state *state;
	struct connection *connection;
	bool by_week;
	int32_t first, last;        /* shown: whole weeks, last excluded */
	int32_t month, month_after; /* the days of the month; by week: as first and last */
	int32_t today;
	struct list_result found;
	struct day_view days[WEEKS_MOST * WEEK];
	struct calendar_view view;
};

bool list_has_calendar(const struct visit *visit, const struct type *type)
{
	return type->agenda && access_reads_field(visit->actor, type->agenda->from) &&
	       (!type->agenda->to || access_reads_field(visit->actor, type->agenda->to));
}

/* --- which days --- */

static int32_t monday_of(int32_t day)
{
	return day - day_of_week(day);
}

static int32_t month_of(int32_t day, int months)
{
	int year, month, date;

	day_to_civil(day, &year, &month, &date);
	month += months - 1;
	return day_from_civil(year + (month + 12) / 12 - 1, (month + 12) % 12 + 1, 1);
}

static bool is_within_reason(int32_t day)
{
	return day > day_from_civil(1970, 1, 31) && day < day_from_civil(2100, 1, 1);
}

static void choose_days(struct drawing *drawing)
{
	struct visit *visit = drawing->state->visit;
	struct str month = http_query(visit->request, "month"), week = http_query(visit->request, "week");
	int32_t day;

	drawing->today = zone_day(visit->h.zone, visit->now);
	drawing->by_week = day_parse(week, &day) && is_within_reason(day);
	if (drawing->by_week) {
		drawing->first = drawing->month = monday_of(day);
		drawing->last = drawing->month_after = drawing->first + WEEK;
		return;
	}
	if (!day_parse(str_format(visit->arena, "%.*s-01", STR_ARG(month)), &day) || !is_within_reason(day))
		day = drawing->today;
	drawing->month = month_of(day, 0);
	drawing->month_after = month_of(day, 1);
	drawing->first = monday_of(drawing->month);
	drawing->last = monday_of(drawing->month_after - 1) + WEEK;
}

static struct str turned(const struct drawing *drawing, bool by_week, int32_t day)
{
	struct visit *visit = drawing->state->visit;
	struct str name = by_week ? S("week") : S("month");
	struct list_state state = {.visit = visit, .type = drawing->state->type};
	struct http_pairs query = visit->request->query;
	char text[TIME_TEXT];
	struct str url;

	list_state_forget(visit, "month");
	list_state_forget(visit, "week");
	url = list_state_url(&state, "");
	visit->request->query = query;
	return str_format(visit->arena, "%.*s&%.*s=%.*s", STR_ARG(url), STR_ARG(name), by_week ? 10 : 7,
			  day_format(day, text));
}

/* --- which of them are off --- */

static void mark_holidays(struct drawing *drawing, const struct record *calendar)
{
	size_t count = (size_t)(drawing->last - drawing->first);
	struct str names[WEEKS_MOST * WEEK] = {0};

	calendar_name_holidays(drawing->state->visit->arena, calendar, drawing->state->visit->h.language,
			       drawing->first, count, names);
	for (size_t i = 0; i < count; i++)
		drawing->days[i].holiday = names[i];
}

static enum status mark_days_off(struct drawing *drawing)
{
	struct visit *visit = drawing->state->visit;
	const struct zone *zone = visit->h.zone;
	const struct calendar *calendar;
	struct record *record;
	struct error ignored = {0};
	int64_t identity;
	enum status status = lookup_first_calendar(visit->kernel, drawing->connection, &identity, &visit->error);

	if (status ||
	    (status = calendar_of_record(visit->kernel, drawing->connection, identity, &calendar, &visit->error)))
		return status;
	for (int32_t day = drawing->first; day < drawing->last; day++)
		drawing->days[day - drawing->first].off =
		    day_of_week(day) >= 5 ||
		    !calendar_between(calendar, zone_instant(zone, day, 0), zone_instant(zone, day + 1, 0));
	if (identity &&
	    !read_record(visit->kernel, drawing->connection, visit->arena, visit->actor, identity, &record, &ignored))
		mark_holidays(drawing, record);
	return OK;
}

/* --- what stands on them --- */

/* A day as the field knows it: a date, or the moment at which it begins for the reader. */
static struct str day_text(const struct drawing *drawing, int32_t day)
{
	struct visit *visit = drawing->state->visit;
	char text[TIME_TEXT];

	if (drawing->state->type->agenda->from->kind == FIELD_DATE)
		return str_dup(visit->arena, str_of(day_format(day, text)));
	return str_dup(visit->arena, str_of(time_format(zone_instant(visit->h.zone, day, 0), text)));
}

/* What begins within some days, or goes on into them. */
static struct str within(const struct drawing *drawing, int32_t first, int32_t last)
{
	const struct list_state *state = drawing->state;
	const struct agenda *agenda = state->type->agenda;
	struct visit *visit = state->visit;
	struct str expression = str_trim(state->expression), from = agenda->from->name;
	struct str begin = day_text(drawing, first), end = day_text(drawing, last);
	struct buf text = buf_new(visit->arena);

	if (expression.n)
		buf_format(&text, "(%.*s) and ", STR_ARG(expression));
	if (!agenda->to) {
		buf_format(&text, "%.*s >= %.*s and %.*s < %.*s", STR_ARG(from), STR_ARG(begin), STR_ARG(from),
			   STR_ARG(end));
		return buf_str(&text);
	}
	buf_format(&text, "%.*s >= %.*s and %.*s < %.*s and (%.*s >= %.*s or %.*s %s %.*s)", STR_ARG(from),
		   STR_ARG(day_text(drawing, first - LOOK_BACK)), STR_ARG(from), STR_ARG(end), STR_ARG(from),
		   STR_ARG(begin), STR_ARG(agenda->to->name), agenda->to->kind == FIELD_DATE ? ">=" : ">",
		   STR_ARG(begin));
	return buf_str(&text);
}

static enum status read_records(struct drawing *drawing)
{
	const struct list_state *state = drawing->state;
	struct visit *visit = state->visit;
	struct list_request request = {
	    .type = state->type, .limit = READ_MOST, .as_of = INSTANT_NONE, .now = visit->now};
	struct sort *sort;
	enum status status =
	    query_parse(visit->arena, state->type->query, within(drawing, drawing->first, drawing->last),
			&request.filter, &visit->error);

	if (status || (status = sort_parse(visit->arena, state->type, state->type->agenda->from->name, &sort,
					   &request.sort_count, &visit->error)))
		return status;
	request.sort = sort;
	return read_list(visit->kernel, drawing->connection, visit->arena, visit->actor, &request, &drawing->found,
			 &visit->error);
}

struct span_of_days {
	int32_t first, last; /* included */
	instant from, to;    /* INSTANT_NONE: dates, or none */
};

static int32_t day_of_value(const struct drawing *drawing, struct value value)
{
	return value.kind == VALUE_DATE ? (int32_t)value.number : zone_day(drawing->state->visit->h.zone, value.number);
}

static struct span_of_days span_of_record(const struct drawing *drawing, const struct record *record)
{
	const struct agenda *agenda = drawing->state->type->agenda;
	struct value from = record_value(record, agenda->from);
	struct value to = agenda->to ? record_value(record, agenda->to) : (struct value){0};
	struct span_of_days span = {.first = day_of_value(drawing, from), .from = INSTANT_NONE, .to = INSTANT_NONE};

	span.last = span.first;
	if (from.kind == VALUE_TIME)
		span.from = from.number;
	if (to.kind == VALUE_TIME && to.number > from.number) { /* what ends at midnight does not have that day */
		span.to = to.number;
		span.last = zone_day(drawing->state->visit->h.zone, to.number - 1);
	} else if (to.kind == VALUE_DATE && to.number > from.number) {
		span.last = (int32_t)to.number;
	}
	return span;
}

static struct str when_words(const struct drawing *drawing, const struct span_of_days *span, int32_t day)
{
	const struct html *h = &drawing->state->visit->h;

	if (day > span->first && day == span->last && span->to != INSTANT_NONE)
		return phrase(h, N_("until %s"), words_time(h, span->to));
	if (day > span->first)
		return label(h, N_("goes on"));
	if (span->first == span->last || span->from == INSTANT_NONE)
		return span->from == INSTANT_NONE ? S("") : words_time(h, span->from);
	return phrase(h, N_("from %s"), words_time(h, span->from));
}

static int kind_of(const struct drawing *drawing, const struct record *record)
{
	const struct field *by = drawing->state->type->agenda->by;
	struct value value = by ? record_value(record, by) : (struct value){0};

	for (size_t i = 0; value.kind == VALUE_CHOICE && i < by->choices->count; i++)
		if (str_eq(by->choices->choices[i].code, value.text))
			return (int)i + 1;
	return 0;
}

static void add_entry(struct drawing *drawing, const struct record *record, const struct span_of_days *span, int32_t at)
{
	struct visit *visit = drawing->state->visit;
	struct day_view *day = &drawing->days[at - drawing->first];
	size_t most = drawing->by_week ? WEEK_DAY_MOST : DAY_MOST;
	bool done = record->state && record->state->phase == PHASE_DONE;
	struct entry_on_day *entries = (struct entry_on_day *)day->entries;

	if (!entries)
		day->entries = entries = arena_many(visit->arena, struct entry_on_day, most);
	if (day->count == most) {
		day->more++;
		return;
	}
	entries[day->count++] = (struct entry_on_day){.number = number_text(visit, record->identity),
						      .url = record_url(visit, record->identity),
						      .title = show_title(visit, record),
						      .when = when_words(drawing, span, at),
						      .state = done ? words_of(visit, &record->state->label) : S(""),
						      .kind = kind_of(drawing, record),
						      .goes_on = at<span->last, .begun = at> span->first,
						      .current = record->identity == drawing->state->preview};
}

static void arrange(struct drawing *drawing)
{
	for (size_t i = 0; i < drawing->found.count; i++) {
		const struct record *record = drawing->found.records[i];
		struct span_of_days span = span_of_record(drawing, record);
		int32_t day = span.first > drawing->first ? span.first : drawing->first;

		for (; day <= span.last && day < drawing->last; day++)
			add_entry(drawing, record, &span, day);
	}
}

/* --- the page --- */

/* A day with more than fits leads to its week; one of a week, to the list of that day. */
static struct str more_url(const struct drawing *drawing, int32_t day)
{
	struct visit *visit = drawing->state->visit;

	if (!drawing->by_week)
		return turned(drawing, true, monday_of(day));
	return type_list_url(visit->arena, drawing->state->type, within(drawing, day, day + 1));
}

static void prepare_days(struct drawing *drawing)
{
	for (int32_t day = drawing->first; day < drawing->last; day++) {
		struct day_view *view = &drawing->days[day - drawing->first];

		view->day = day;
		view->today = day == drawing->today;
		view->beside = day < drawing->month || day >= drawing->month_after;
		view->more_url = view->more ? more_url(drawing, day) : S("");
	}
}

static struct str title(const struct drawing *drawing)
{
	const struct html *h = &drawing->state->visit->h;

	if (!drawing->by_week)
		return words_day(h, drawing->month, DAY_MONTH);
	return words_days(h, drawing->first, drawing->last - 1, DAY_FULL);
}

static void name_kinds(struct drawing *drawing)
{
	struct visit *visit = drawing->state->visit;
	const struct field *by = drawing->state->type->agenda->by;
	size_t count = by && access_reads_field(visit->actor, by) ? by->choices->count : 0;
	struct str *kinds = arena_many(visit->arena, struct str, count + 1);

	for (size_t i = 0; i < count; i++)
		kinds[i] = words_of(visit, &by->choices->choices[i].label);
	drawing->view.kinds = kinds;
	drawing->view.kind_count = count;
}

static void draw(struct drawing *drawing)
{
	struct visit *visit = drawing->state->visit;
	struct calendar_view *view = &drawing->view;
	int32_t length = drawing->month_after - drawing->month;
	bool holds_today = drawing->today >= drawing->month && drawing->today < drawing->month_after;
	int32_t shown = holds_today ? drawing->today : drawing->month;

	prepare_days(drawing);
	name_kinds(drawing);
	view->caption = words_of(visit, &drawing->state->type->plural);
	view->title = title(drawing);
	view->sum = phrase_count(&visit->h, (int64_t)drawing->found.count, N_("%s record"), N_("%s records"));
	view->by_week = drawing->by_week;
	view->before_url = turned(drawing, drawing->by_week, drawing->month - (drawing->by_week ? length : 1));
	view->after_url = turned(drawing, drawing->by_week, drawing->month_after);
	view->today_url = turned(drawing, drawing->by_week, drawing->today);
	view->month_url = turned(drawing, false, shown);
	view->week_url = turned(drawing, true, monday_of(shown));
	view->days = drawing->days;
	view->week_count = (size_t)(drawing->last - drawing->first) / WEEK;
	if (drawing->found.next.n)
		view->note = phrase(&visit->h, N_("Only the first %s are shown: narrow the list."),
				    words_number(&visit->h, READ_MOST));
	draw_calendar(&visit->h, view);
}

enum status list_draw_calendar(const struct list_state *state, struct connection *connection)
{
	struct drawing *drawing = arena_one(state->visit->arena, struct drawing);
	enum status status;

	drawing->state = state;
	drawing->connection = connection;
	choose_days(drawing);
	if ((status = mark_days_off(drawing)) || (status = read_records(drawing)))
		return status;
	arrange(drawing);
	draw(drawing);
	return OK;
}
