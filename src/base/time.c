#include "base/time.h"

#include <stdio.h>
#include <time.h>

enum {
	LAST_YEAR = 9999,
	DAYS_OF_4_YEARS = 4 * 365 + 1,
	DAYS_OF_100_YEARS = 25 * DAYS_OF_4_YEARS - 1,
	DAYS_OF_400_YEARS = 4 * DAYS_OF_100_YEARS + 1,
	/* From 0000-03-01, where the count below begins, to 1970-01-01. */
	EPOCH = 719468,
	FIRST_DAY = -719162, /* 0001-01-01 */
	LAST_DAY = 2932896,  /* 9999-12-31 */
};

instant time_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (instant)now.tv_sec * SECOND + now.tv_nsec / 1000000;
}

/* Days before a month in a year that begins with March; the leap day is then its last. */
static int days_before_month(int months_since_march)
{
	static const short before[] = {0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337};
	return before[months_since_march];
}

static int floor_div(int a, int b)
{
	return a / b - (a % b < 0);
}

int32_t day_from_civil(int year, int month, int day)
{
	int from_march = (month + 9) % 12;
	if (month <= 2)
		year--;
	int leap_days = floor_div(year, 4) - floor_div(year, 100) + floor_div(year, 400);
	return year * 365 + leap_days + days_before_month(from_march) + day - 1 - EPOCH;
}

void day_to_civil(int32_t day, int *year, int *month, int *day_of_month)
{
	int64_t since = (int64_t)day + EPOCH;
	int64_t eras = since / DAYS_OF_400_YEARS - (since % DAYS_OF_400_YEARS < 0);
	int rest = (int)(since - eras * DAYS_OF_400_YEARS);
	/* The last century of four and the last year of four are a day longer, so the quotient may be 4. */
	int centuries = rest / DAYS_OF_100_YEARS;
	if (centuries == 4)
		centuries = 3;
	rest -= centuries * DAYS_OF_100_YEARS;
	int fours = rest / DAYS_OF_4_YEARS;
	rest -= fours * DAYS_OF_4_YEARS;
	int ones = rest / 365;
	if (ones == 4)
		ones = 3;
	rest -= ones * 365;
	int from_march = rest / 31;
	if (from_march < 11 && days_before_month(from_march + 1) <= rest)
		from_march++;
	*month = from_march < 10 ? from_march + 3 : from_march - 9;
	*year = (int)(eras * 400) + centuries * 100 + fours * 4 + ones + (*month <= 2);
	*day_of_month = rest - days_before_month(from_march) + 1;
}

int day_of_week(int32_t day)
{
	int since_monday = (int)(((int64_t)day + 3) % 7); /* 1970-01-01 was a Thursday */
	return since_monday < 0 ? since_monday + 7 : since_monday;
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool day_is_valid(int year, int month, int day_of_month)
{
	static const signed char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (year < 1 || year > LAST_YEAR || month < 1 || month > 12 || day_of_month < 1)
		return false;
	return day_of_month <= lengths[month - 1] + (month == 2 && is_leap(year));
}

/* Takes exactly count digits off the front. */
static bool take_number(struct str *rest, size_t count, int *out)
{
	if (rest->n < count)
		return false;
	*out = 0;
	for (size_t i = 0; i < count; i++) {
		if (rest->p[i] < '0' || rest->p[i] > '9')
			return false;
		*out = *out * 10 + (rest->p[i] - '0');
	}
	*rest = str_sub(*rest, count, rest->n);
	return true;
}

static bool take_char(struct str *rest, char c)
{
	if (rest->n == 0 || rest->p[0] != c)
		return false;
	*rest = str_sub(*rest, 1, rest->n);
	return true;
}

static bool take_day(struct str *rest, int32_t *out)
{
	int year, month, day;
	if (!take_number(rest, 4, &year) || !take_char(rest, '-') || !take_number(rest, 2, &month) ||
	    !take_char(rest, '-') || !take_number(rest, 2, &day) || !day_is_valid(year, month, day))
		return false;
	*out = day_from_civil(year, month, day);
	return true;
}

bool day_parse(struct str text, int32_t *out)
{
	int32_t day;
	if (!take_day(&text, &day) || text.n)
		return false;
	*out = day;
	return true;
}

static bool take_time_of_day(struct str *rest, int64_t *ms)
{
	int hour, minute, second, digit, scale = 100, milliseconds = 0;
	if (!take_number(rest, 2, &hour) || !take_char(rest, ':') || !take_number(rest, 2, &minute) ||
	    !take_char(rest, ':') || !take_number(rest, 2, &second) || hour > 23 || minute > 59 || second > 59)
		return false;
	if (take_char(rest, '.')) {
		if (!take_number(rest, 1, &digit))
			return false;
		do {
			milliseconds += digit * scale;
			scale /= 10;
		} while (take_number(rest, 1, &digit));
	}
	*ms = (int64_t)hour * HOUR + minute * MINUTE + second * SECOND + milliseconds;
	return true;
}

static bool take_offset(struct str *rest, int64_t *ms)
{
	int hours, minutes;
	*ms = 0;
	if (take_char(rest, 'Z') || take_char(rest, 'z'))
		return true;
	bool west = take_char(rest, '-');
	if (!west && !take_char(rest, '+'))
		return false;
	if (!take_number(rest, 2, &hours) || !take_char(rest, ':') || !take_number(rest, 2, &minutes) || hours > 23 ||
	    minutes > 59)
		return false;
	*ms = (int64_t)hours * HOUR + minutes * MINUTE;
	if (west)
		*ms = -*ms;
	return true;
}

bool time_parse(struct str text, instant *out)
{
	int32_t day;
	int64_t time_of_day, offset;
	if (!take_day(&text, &day) || !(take_char(&text, 'T') || take_char(&text, 't')) ||
	    !take_time_of_day(&text, &time_of_day) || !take_offset(&text, &offset) || text.n)
		return false;
	instant at = day * DAY + time_of_day - offset;
	/* The offset may lead out of the years that can be written. */
	if (at < FIRST_DAY * DAY || at >= (LAST_DAY + 1) * DAY)
		return false;
	*out = at;
	return true;
}

char *time_format(instant at, char out[TIME_TEXT])
{
	if (at < FIRST_DAY * DAY)
		at = FIRST_DAY * DAY;
	if (at >= (LAST_DAY + 1) * DAY)
		at = (LAST_DAY + 1) * DAY - 1;
	int64_t days = at / DAY - (at % DAY < 0);
	unsigned rest = (unsigned)(at - days * DAY), thousandths = rest % SECOND;
	char *end = day_format((int32_t)days, out) + 10;

	*end++ = 'T';
	end = digits_put(end, rest / HOUR, 2);
	*end++ = ':';
	end = digits_put(end, rest % HOUR / MINUTE, 2);
	*end++ = ':';
	end = digits_put(end, rest % MINUTE / SECOND, 2);
	if (thousandths) {
		*end++ = '.';
		end = digits_put(end, thousandths, 3);
	}
	*end++ = 'Z';
	*end = '\0';
	return out;
}

char *day_format(int32_t day, char out[TIME_TEXT])
{
	int year, month, day_of_month;
	if (day < FIRST_DAY)
		day = FIRST_DAY;
	if (day > LAST_DAY)
		day = LAST_DAY;
	day_to_civil(day, &year, &month, &day_of_month);
	char *end = digits_put(out, (unsigned)year, 4);

	*end++ = '-';
	end = digits_put(end, (unsigned)month, 2);
	*end++ = '-';
	*digits_put(end, (unsigned)day_of_month, 2) = '\0';
	return out;
}

static bool parse_time_of_day(struct str text, int64_t *time)
{
	struct str hour = text, minute;
	size_t colon;
	int64_t hours, minutes;

	if (!str_find_char(text, ':', &colon))
		return false;
	hour = str_sub(text, 0, colon);
	minute = str_sub(text, colon + 1, text.n);
	if (minute.n != 2 || hour.n > 2 || !str_int64(hour, &hours) || !str_int64(minute, &minutes) || hours < 0 ||
	    hours > 23 || minutes < 0 || minutes > 59)
		return false;
	*time = hours * HOUR + minutes * MINUTE;
	return true;
}

bool times_of_day_parse(struct str text, int64_t times[TIMES_MOST], size_t *count)
{
	int64_t found[TIMES_MOST];
	struct str part;
	size_t n = 0;

	while (str_cut(&text, ',', &part))
		if (n == TIMES_MOST || !parse_time_of_day(str_trim(part), &found[n++]))
			return false;
	for (size_t i = 0; i < n; i++)
		times[i] = found[i];
	*count = n;
	return n > 0;
}
