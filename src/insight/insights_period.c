/* Periods of the calendar, as people and programs ask for them. */
#include "insight/insights.h"

int32_t figure_unit_start(enum figure_each unit, int32_t day, int shift)
{
	static const enum period_unit units[] = {
	    [EACH_WEEK] = PERIOD_WEEK, [EACH_MONTH] = PERIOD_MONTH, [EACH_YEAR] = PERIOD_YEAR};

	return period_start(unit == EACH_NONE || unit == EACH_FITTING ? PERIOD_DAY : units[unit], day, shift);
}

void figure_period(const struct zone *zone, enum figure_each unit, instant at, int shift, instant *from, instant *to)
{
	int32_t day = zone_day(zone, at);

	*from = zone_instant(zone, figure_unit_start(unit, day, shift), 0);
	*to = zone_instant(zone, figure_unit_start(unit, day, shift + 1), 0);
}

static const struct {
	const char *word;
	enum period_unit unit;
	int shift;
} named[] = {{"this_week", PERIOD_WEEK, 0},       {"last_week", PERIOD_WEEK, -1},
	     {"this_month", PERIOD_MONTH, 0},     {"last_month", PERIOD_MONTH, -1},
	     {"this_quarter", PERIOD_QUARTER, 0}, {"last_quarter", PERIOD_QUARTER, -1},
	     {"this_year", PERIOD_YEAR, 0},       {"last_year", PERIOD_YEAR, -1}};

/* Whole weeks up to the end of today. */
static const struct {
	const char *word;
	int32_t days;
} recent[] = {{"last_2_weeks", 14}, {"last_4_weeks", 28}, {"last_12_weeks", 84}};

static bool named_period(struct str word, int fiscal_month, const struct zone *zone, instant now,
			 struct figure_span *span)
{
	int32_t today = zone_day(zone, now);

	for (int shift = -1; shift <= 0; shift++)
		if (str_is(word, shift ? "last_fiscal_year" : "this_fiscal_year")) {
			span->from = zone_instant(zone, period_fiscal_start(fiscal_month, today, shift), 0);
			span->to = zone_instant(zone, period_fiscal_start(fiscal_month, today, shift + 1), 0);
			return true;
		}
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		if (str_is(word, named[i].word)) {
			span->from = zone_instant(zone, period_start(named[i].unit, today, named[i].shift), 0);
			span->to = zone_instant(zone, period_start(named[i].unit, today, named[i].shift + 1), 0);
			return true;
		}
	for (size_t i = 0; i < sizeof(recent) / sizeof(*recent); i++)
		if (str_is(word, recent[i].word)) {
			span->from = zone_instant(zone, today + 1 - recent[i].days, 0);
			span->to = zone_instant(zone, today + 1, 0);
			return true;
		}
	return false;
}

static bool moment(struct str text, const struct zone *zone, instant *at)
{
	int32_t day;

	if (time_parse(text, at))
		return true;
	if (!day_parse(text, &day))
		return false;
	*at = zone_instant(zone, day, 0);
	return true;
}

enum status figure_span_read(const struct figure_span_words *words, const struct zone *zone, instant now,
			     struct figure_span *span, struct error *error)
{
	struct str period = words->period.n ? words->period : S("this_month");
	instant ignored;

	if (!words->from.n && !words->to.n)
		return named_period(period, words->fiscal_month, zone, now, span)
			   ? OK
			   : error_fail(error, E_SYNTAX, "period", "choice", N_("One of these is expected: %s"),
					"this_week, last_week, this_month, last_month, this_quarter, last_quarter, "
					"this_year, last_year, this_fiscal_year, last_fiscal_year, last_2_weeks, "
					"last_4_weeks, last_12_weeks");
	if (words->period.n)
		return error_fail(error, E_SYNTAX, "period", "conflict", N_("Give either a period, or from and to"));
	if (!words->from.n || !moment(words->from, zone, &span->from))
		return error_fail(error, E_SYNTAX, "from", "time",
				  N_("A date or a time is expected, as 2026-11-23 or 2026-11-23T14:05:00Z"));
	figure_period(zone, EACH_DAY, now, 0, &ignored, &span->to);
	if (words->to.n && !moment(words->to, zone, &span->to))
		return error_fail(error, E_SYNTAX, "to", "time",
				  N_("A date or a time is expected, as 2026-11-23 or 2026-11-23T14:05:00Z"));
	if (span->to <= span->from)
		return error_fail(error, E_SYNTAX, "to", "range", N_("The period ends before it begins"));
	return OK;
}
