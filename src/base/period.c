#include "base/period.h"

bool period_parse(struct str word, enum period_unit *unit)
{
	static const char *const words[PERIOD_UNITS] = {"day", "week", "month", "quarter", "year"};

	for (int i = 0; i < PERIOD_UNITS; i++)
		if (str_is(word, words[i])) {
			*unit = (enum period_unit)i;
			return true;
		}
	return false;
}

/* Quarters and years are whole months from January on. */
static int32_t months_start(int32_t day, int months, int shift)
{
	int year, month, of_month, count;

	day_to_civil(day, &year, &month, &of_month);
	count = year * 12 + (month - 1) / months * months + shift * months;
	return day_from_civil(count / 12, count % 12 + 1, 1);
}

int32_t period_start(enum period_unit unit, int32_t day, int shift)
{
	switch (unit) {
	case PERIOD_WEEK:
		return day - day_of_week(day) + 7 * shift;
	case PERIOD_MONTH:
		return months_start(day, 1, shift);
	case PERIOD_QUARTER:
		return months_start(day, 3, shift);
	case PERIOD_YEAR:
		return months_start(day, 12, shift);
	default:
		return day + shift;
	}
}

int32_t period_fiscal_start(int month, int32_t day, int shift)
{
	int year, of_year, unused;

	day_to_civil(day, &year, &of_year, &unused);
	return day_from_civil(year - (of_year < month) + shift, month, 1);
}

bool period_length_parse(struct str text, struct period_length *length)
{
	enum { MOST = 36500 };
	int64_t number;
	char unit = text.n ? text.p[text.n - 1] : 0;

	*length = (struct period_length){0};
	if (text.n < 2 || !str_int64(str_sub(text, 0, text.n - 1), &number) || number < 1 || number > MOST)
		return false;
	if (unit == 'd' || unit == 'w')
		length->days = (int32_t)number * (unit == 'w' ? 7 : 1);
	else if (unit == 'm' || unit == 'y')
		length->months = (int32_t)number * (unit == 'y' ? 12 : 1);
	else
		return false;
	return true;
}

int32_t period_after(int32_t day, struct period_length length)
{
	int year, month, of_month, months;

	if (length.months) {
		day_to_civil(day, &year, &month, &of_month);
		months = year * 12 + month - 1 + length.months;
		while (!day_is_valid(months / 12, months % 12 + 1, of_month))
			of_month--;
		day = day_from_civil(months / 12, months % 12 + 1, of_month);
	}
	return day + length.days;
}
