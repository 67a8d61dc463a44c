#include "base/duration.h"

#include <inttypes.h>
#include <stdio.h>

/* Units from long to short; each may stand once, in this order. */
static const struct unit {
	char iso, brief;
	bool time; /* after the T of the ISO form */
	int64_t days, ms;
} units[] = {
    {'W', 'w', false, 7, 0},     {'D', 'd', false, 1, 0},     {'H', 'h', true, 0, HOUR},
    {'M', 'm', true, 0, MINUTE}, {'S', 's', true, 0, SECOND},
};
enum { UNITS = sizeof(units) / sizeof(units[0]), FRACTION_DIGITS = 9 };

static bool is_digit(struct str s, size_t at)
{
	return at < s.n && s.p[at] >= '0' && s.p[at] <= '9';
}

/* A number as whole part and billionths. */
struct amount {
	int64_t whole, billionths;
	bool fraction;
};

static bool take_amount(struct str s, size_t *at, struct amount *amount)
{
	size_t start = *at;
	while (is_digit(s, *at))
		++*at;
	*amount = (struct amount){0};
	if (!str_int64(str_sub(s, start, *at), &amount->whole))
		return false;
	if (*at == s.n || s.p[*at] != '.')
		return true;
	amount->fraction = true;
	size_t digits = 0;
	for (++*at; is_digit(s, *at); ++*at, digits++)
		if (digits < FRACTION_DIGITS)
			amount->billionths = amount->billionths * 10 + (s.p[*at] - '0');
	if (digits == 0)
		return false;
	for (; digits < FRACTION_DIGITS; digits++)
		amount->billionths *= 10;
	return true;
}

static bool add(struct duration *sum, const struct unit *unit, struct amount amount)
{
	int64_t days, ms, part = (int64_t)((__int128)amount.billionths * unit->ms / 1000000000);
	return !__builtin_mul_overflow(amount.whole, unit->days, &days) &&
	       !__builtin_mul_overflow(amount.whole, unit->ms, &ms) && !__builtin_add_overflow(ms, part, &ms) &&
	       !__builtin_add_overflow(sum->days, days, &sum->days) && !__builtin_add_overflow(sum->ms, ms, &sum->ms);
}

static bool parse(struct str text, bool iso, struct duration *out)
{
	struct duration sum = {0};
	size_t at = 0, next = 0;
	bool time = false;
	while (at < text.n) {
		if (iso && !time && text.p[at] == 'T') {
			time = true;
			at++;
		}
		while (!iso && next && at < text.n && text.p[at] == ' ')
			at++;
		struct amount amount;
		if (!take_amount(text, &at, &amount) || at == text.n)
			return false;
		while (next < UNITS && text.p[at] != (iso ? units[next].iso : units[next].brief))
			next++;
		if (next == UNITS || (iso && units[next].time != time))
			return false;
		/* Only the last and only a unit of time may have decimals: half a service day says nothing. */
		if (amount.fraction && (!units[next].time || at + 1 < text.n))
			return false;
		if (!add(&sum, &units[next], amount))
			return false;
		next++;
		at++;
	}
	/* What is too long for a sum in milliseconds is no duration. */
	int64_t total;
	if (next == 0 || __builtin_mul_overflow(sum.days, DAY, &total) || __builtin_add_overflow(total, sum.ms, &total))
		return false;
	*out = sum;
	return true;
}

bool duration_parse(struct str text, struct duration *out)
{
	if (text.n && text.p[0] == 'P')
		return parse(str_sub(text, 1, text.n), true, out);
	return parse(text, false, out);
}

int64_t duration_ms(struct duration duration)
{
	return duration.days * DAY + duration.ms;
}

char *duration_format(int64_t ms, char out[DURATION_TEXT])
{
	uint64_t size = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;
	uint64_t hours = size / HOUR;
	unsigned minutes = (unsigned)(size % HOUR / MINUTE), seconds = (unsigned)(size % MINUTE / SECOND),
		 thousandths = (unsigned)(size % SECOND);
	int n = snprintf(out, DURATION_TEXT, "%sPT", ms < 0 ? "-" : "");
	if (hours)
		n += snprintf(out + n, (size_t)(DURATION_TEXT - n), "%" PRIu64 "H", hours);
	if (minutes)
		n += snprintf(out + n, (size_t)(DURATION_TEXT - n), "%uM", minutes);
	if (thousandths) {
		n += snprintf(out + n, (size_t)(DURATION_TEXT - n), "%u.%03u", seconds, thousandths);
		while (out[n - 1] == '0')
			n--;
		snprintf(out + n, (size_t)(DURATION_TEXT - n), "S");
	} else if (seconds || size == 0) {
		snprintf(out + n, (size_t)(DURATION_TEXT - n), "%uS", seconds);
	}
	return out;
}
