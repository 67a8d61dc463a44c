/* Periods of the calendar, as people and programs ask for them. */
#include "insight/insights.h"

static int32_t month_start(int32_t day, int shift)
{
	int year, month, of_month;

	day_to_civil(day, &year, &month, &of_month);
	month += shift;
	year += month > 0 ? (month - 1) / 12 : (month - 12) / 12;
	month = (month - 1) % 12 + 1;
	return day_from_civil(year, month < 1 ? month + 12 : month, 1);
}

int32_t figure_unit_start(enum figure_each unit, int32_t day, int shift)
{
	if (unit == EACH_MONTH)
		return month_start(day, shift);
	if (unit == EACH_YEAR) {
		int year, month, of_month;

		day_to_civil(day, &year, &month, &of_month);
		return day_from_civil(year + shift, 1, 1);
	}
	if (unit == EACH_WEEK)
		return day - day_of_week(day) + 7 * shift;
	return day + shift;
}

void figure_period(const struct zone *zone, enum figure_each unit, instant at, int shift, instant *from, instant *to)
{
	int32_t day = zone_day(zone, at);

	*from = zone_instant(zone, figure_unit_start(unit, day, shift), 0);
	*to = zone_instant(zone, figure_unit_start(unit, day, shift + 1), 0);
}

static const struct {
	const char *word;
	enum figure_each unit;
	int units, shift; /* quarters and years are whole months from January on */
} named[] = {{"this_week", EACH_WEEK, 1, 0},    {"last_week", EACH_WEEK, 1, -1},    {"this_month", EACH_MONTH, 1, 0},
	     {"last_month", EACH_MONTH, 1, -1}, {"this_quarter", EACH_MONTH, 3, 0}, {"last_quarter", EACH_MONTH, 3, -1},
	     {"this_year", EACH_MONTH, 12, 0},  {"last_year", EACH_MONTH, 12, -1}};

static bool named_period(struct str word, const struct zone *zone, instant now, struct figure_span *span)
{
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
		int back = 0;
		instant ignored;

		if (!str_is(word, named[i].word))
			continue;
		if (named[i].units > 1)
			back = (zone_civil(zone, now).month - 1) % named[i].units;
		figure_period(zone, named[i].unit, now, named[i].shift * named[i].units - back, &span->from, &ignored);
		figure_period(zone, named[i].unit, now, (named[i].shift + 1) * named[i].units - back, &span->to,
			      &ignored);
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
		return named_period(period, zone, now, span)
			   ? OK
			   : error_fail(error, E_SYNTAX, "period", "choice", N_("One of these is expected: %s"),
					"this_week, last_week, this_month, last_month, this_quarter, last_quarter, "
					"this_year, last_year");
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
