#include <stdio.h>
#include <stdlib.h>

#include "web/words.h"

#include "record/read.h"

/* How each language says it; %s stands for the length or the date. */
struct grammar {
	const char *under_a_minute, *minutes, *hours, *hours_minutes;
	const char *left, *over, *ago, *ahead, *just_now, *yesterday, *today, *tomorrow, *day_late, *days_late;
	const char *weekdays[7], *weekdays_long[7];
};

static const struct grammar grammars[LANGUAGES] = {
    [ENGLISH] = {"under 1 min",
		 "%d min",
		 "%d h",
		 "%d h %02d min",
		 "%s left",
		 "%s over",
		 "%s ago",
		 "in %s",
		 "just now",
		 "Yesterday",
		 "Today",
		 "Tomorrow",
		 "1 day late",
		 "%s days late",
		 {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
		 {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}},
    [JAPANESE] = {"1分未満",
		  "%d分",
		  "%d時間",
		  "%d時間%d分",
		  "残り%s",
		  "%s超過",
		  "%s前",
		  "%s後",
		  "たった今",
		  "昨日",
		  "今日",
		  "明日",
		  "1日遅れ",
		  "%s日遅れ",
		  {"月", "火", "水", "木", "金", "土", "日"},
		  {"月", "火", "水", "木", "金", "土", "日"}},
};

static const char *const months[12] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const months_long[12] = {"January", "February", "March",     "April",   "May",      "June",
					    "July",    "August",   "September", "October", "November", "December"};

static struct arena *arena_of(const struct html *h)
{
	return h->out->arena;
}

static const struct grammar *grammar_of(const struct html *h)
{
	return &grammars[h->language];
}

/* Of "1,000+" records a Japanese sentence says 1,000件以上, and 1,000件以上のうち of a part of them. How many bytes of
 * `after`, what stands behind the number, are said so; 0: it is no such number. */
static size_t add_open_count(struct buf *out, struct str number, struct str after)
{
	const struct str of = S("件中"), counter = S("件");

	if (number.n < 2 || number.p[number.n - 1] != '+' || number.p[number.n - 2] < '0' ||
	    number.p[number.n - 2] > '9' || !str_starts(after, counter))
		return 0;
	buf_add(out, str_sub(number, 0, number.n - 1));
	buf_add_c(out, str_starts(after, of) ? "件以上のうち" : "件以上");
	return str_starts(after, of) ? of.n : counter.n;
}

/* Fills in %s and %1$s. Anything else after a percent sign stays as it is. */
static struct str filled(struct arena *arena, const char *format, const struct str *values, size_t count)
{
	struct buf out = buf_new(arena);
	size_t next = 0;

	for (const char *at = format; *at; at++) {
		size_t index = count;

		if (at[0] == '%' && at[1] == 's') {
			index = next++;
			at++;
		} else if (at[0] == '%' && at[1] >= '1' && at[1] <= '9' && at[2] == '$' && at[3] == 's') {
			index = (size_t)(at[1] - '1');
			at += 3;
		} else {
			buf_add_char(&out, *at);
			continue;
		}
		if (index >= count)
			continue;
		size_t said = add_open_count(&out, values[index], str_of(at + 1));
		if (!said)
			buf_add(&out, values[index]);
		at += said;
	}
	return buf_str(&out);
}

struct str phrase_of(const struct html *h, const char *msgid, const struct str *values, size_t count)
{
	return filled(arena_of(h), translate(h->language, msgid), values, count);
}

struct str phrase_count(const struct html *h, int64_t count, const char *one, const char *many)
{
	return phrase(h, count == 1 ? one : many, words_number(h, count));
}

struct str label(const struct html *h, const char *msgid)
{
	return str_of(translate(h->language, msgid));
}

struct str words_count(const struct html *h, int64_t count)
{
	return count > COUNT_SHOWN ? phrase(h, N_("%s+"), words_number(h, COUNT_SHOWN)) : words_number(h, count);
}

struct str words_number(const struct html *h, int64_t number)
{
	char digits[24], text[32];
	int n = snprintf(digits, sizeof(digits), "%lld", llabs((long long)number));
	char *out = text;

	if (number < 0)
		*out++ = '-';
	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			*out++ = ',';
		*out++ = digits[i];
	}
	return str_dup(arena_of(h), (struct str){text, (size_t)(out - text)});
}

struct str words_percent(const struct html *h, struct str number)
{
	return str_format(arena_of(h), h->language == JAPANESE ? "%.*s％" : "%.*s %%", STR_ARG(number));
}

struct str words_share(const struct html *h, int64_t millionths, int decimals)
{
	int64_t unit = decimals ? 100000 : 1000000, all = 100 * (int64_t)1000000,
		units = (millionths + unit / 2) / unit;

	if (millionths > 0 && units == 0)
		units = 1;
	if (millionths < all && units == all / unit)
		units--;
	return words_percent(
	    h, decimals ? str_format(arena_of(h), "%lld.%lld", (long long)(units / 10), (long long)(units % 10))
			: str_format(arena_of(h), "%lld", (long long)units));
}

struct str words_between(const struct html *h)
{
	return h->language == JAPANESE ? S("、") : S("; ");
}

struct str words_gap(const struct html *h)
{
	return h->language == JAPANESE ? S("") : S(" ");
}

void words_list(const struct html *h, struct buf *list, struct str item)
{
	if (list->n)
		buf_add_c(list, h->language == JAPANESE ? "、" : ", ");
	buf_add(list, item);
}

struct str words_bytes(const struct html *h, int64_t bytes)
{
	if (bytes < 1000)
		return str_format(arena_of(h), "%lld B", (long long)bytes);
	if (bytes < 1000 * 1000)
		return str_format(arena_of(h), "%lld KB", (long long)(bytes + 500) / 1000);
	return str_format(arena_of(h), "%.1f MB", (double)bytes / 1e6);
}

struct str words_length(const struct html *h, int64_t ms)
{
	const struct grammar *g = grammar_of(h);
	struct arena *arena = arena_of(h);
	long long minutes = llabs((long long)ms) / MINUTE;
	int hours = (int)(minutes / 60), rest = (int)(minutes % 60);

	if (minutes == 0)
		return str_of(g->under_a_minute);
	if (hours == 0)
		return str_format(arena, g->minutes, rest);
	if (rest == 0 || hours >= 100)
		return str_format(arena, g->hours, hours);
	return str_format(arena, g->hours_minutes, hours, rest);
}

struct str words_left(const struct html *h, int64_t ms)
{
	struct str length = words_length(h, ms);

	return filled(arena_of(h), ms >= 0 ? grammar_of(h)->left : grammar_of(h)->over, &length, 1);
}

struct str words_ago(const struct html *h, instant at, bool brief)
{
	const struct grammar *g = grammar_of(h);
	int64_t age = h->now - at, size = llabs((long long)age);
	int32_t day = zone_day(h->zone, at);
	struct str length;

	if (size < MINUTE)
		return str_of(g->just_now);
	if (size >= DAY)
		return day == zone_day(h->zone, h->now) - 1 ? str_of(g->yesterday) : words_day(h, day, DAY_SHORT);
	/* From three hours on, minutes say nothing. */
	length = words_length(h, size >= 3 * HOUR || (brief && size >= HOUR) ? size - size % HOUR : size);
	if (age < 0)
		return filled(arena_of(h), g->ahead, &length, 1);
	if (brief && h->language == ENGLISH)
		return length;
	return filled(arena_of(h), g->ago, &length, 1);
}

/* 2026年, or 令和8年; the first year of an era is its 元年. */
static struct str japanese_year(const struct html *h, int32_t day, int year)
{
	static const struct {
		int year, month, day;
		const char *name;
	} eras[] = {{2019, 5, 1, "令和"}, {1989, 1, 8, "平成"}, {1926, 12, 25, "昭和"}};

	for (size_t i = 0; h->eras && i < sizeof(eras) / sizeof(*eras); i++)
		if (day >= day_from_civil(eras[i].year, eras[i].month, eras[i].day))
			return year == eras[i].year
				   ? str_format(arena_of(h), "%s元年", eras[i].name)
				   : str_format(arena_of(h), "%s%d年", eras[i].name, year - eras[i].year + 1);
	return str_format(arena_of(h), "%d年", year);
}

static int year_of(int32_t day)
{
	int year, unused;

	day_to_civil(day, &year, &unused, &unused);
	return year;
}

/* What is not of this year is said with its year. */
static enum day_style style_of(const struct html *h, int32_t day, enum day_style style)
{
	if (style > DAY_WEEK || year_of(day) == year_of(zone_day(h->zone, h->now)))
		return style;
	return style == DAY_WEEK ? DAY_WEEK_FULL : DAY_FULL;
}

struct str words_day(const struct html *h, int32_t day, enum day_style style)
{
	struct arena *arena = arena_of(h);
	const struct grammar *g = grammar_of(h);
	const char *week = g->weekdays[day_of_week(day)];
	int year, month, date;

	day_to_civil(day, &year, &month, &date);
	style = style_of(h, day, style);
	if (h->language == JAPANESE) {
		switch (style) {
		case DAY_SHORT:
			return str_format(arena, "%d月%d日", month, date);
		case DAY_WEEK:
			return str_format(arena, "%d月%d日（%s）", month, date, week);
		case DAY_FULL:
			return str_format(arena, "%.*s%d月%d日", STR_ARG(japanese_year(h, day, year)), month, date);
		case DAY_MONTH:
			return str_format(arena, "%.*s%d月", STR_ARG(japanese_year(h, day, year)), month);
		default:
			return str_format(arena, "%.*s%d月%d日（%s）", STR_ARG(japanese_year(h, day, year)), month,
					  date, week);
		}
	}
	switch (style) {
	case DAY_SHORT:
		return str_format(arena, "%d %s", date, months[month - 1]);
	case DAY_WEEK:
		return str_format(arena, "%s %d %s", week, date, months[month - 1]);
	case DAY_FULL:
		return str_format(arena, "%d %s %d", date, months[month - 1], year);
	case DAY_WEEK_FULL:
		return str_format(arena, "%s %d %s %d", week, date, months[month - 1], year);
	case DAY_MONTH:
		return str_format(arena, "%s %d", months_long[month - 1], year);
	default:
		return str_format(arena, "%s %d %s %d", g->weekdays_long[day_of_week(day)], date,
				  months_long[month - 1], year);
	}
}

struct str words_weekday(const struct html *h, int32_t day)
{
	return str_of(grammar_of(h)->weekdays[day_of_week(day)]);
}

struct str words_time(const struct html *h, instant at)
{
	struct civil civil = zone_civil(h->zone, at);

	return str_format(arena_of(h), "%02d:%02d", civil.hour, civil.minute);
}

static struct str day_and_time(const struct html *h, instant at, enum day_style style)
{
	return str_format(arena_of(h), h->language == JAPANESE ? "%.*s %.*s" : "%.*s, %.*s",
			  STR_ARG(words_day(h, zone_day(h->zone, at), style)), STR_ARG(words_time(h, at)));
}

struct str words_moment(const struct html *h, instant at)
{
	return day_and_time(h, at, DAY_WEEK_FULL);
}

enum day_style words_style_of(const struct html *h, int32_t first, int32_t last, enum day_style style)
{
	enum day_style one = style_of(h, first, style), other = style_of(h, last, style);

	return one == style ? other : one;
}

struct str words_days(const struct html *h, int32_t first, int32_t last, enum day_style style)
{
	style = words_style_of(h, first, last, style);
	return phrase(h, N_("%1$s to %2$s"), words_day(h, first, style), words_day(h, last, style));
}

struct str words_span(const struct html *h, instant from, instant until)
{
	int32_t first = zone_day(h->zone, from), last = until == INSTANT_NONE ? first : zone_day(h->zone, until);
	enum day_style style = words_style_of(h, first, last, DAY_WEEK);

	if (until == INSTANT_NONE)
		return phrase(h, N_("%1$s, from %2$s"), words_day(h, first, style), words_time(h, from));
	if (first == last)
		return phrase(h, N_("%1$s, %2$s to %3$s"), words_day(h, first, style), words_time(h, from),
			      words_time(h, until));
	return phrase(h, N_("%1$s to %2$s"), day_and_time(h, from, style), day_and_time(h, until, style));
}

struct str words_near(const struct html *h, instant at)
{
	int32_t day = zone_day(h->zone, at);

	if (day == zone_day(h->zone, h->now))
		return words_time(h, at);
	return str_format(arena_of(h), "%.*s %.*s", STR_ARG(words_day(h, day, DAY_SHORT)), STR_ARG(words_time(h, at)));
}

struct str words_due(const struct html *h, int32_t day)
{
	const struct grammar *g = grammar_of(h);
	int32_t days = day - zone_day(h->zone, h->now);
	struct str number;

	if (days < -1) {
		number = words_number(h, -days);
		return filled(arena_of(h), g->days_late, &number, 1);
	}
	if (days == -1)
		return str_of(g->day_late);
	if (days == 0)
		return str_of(g->today);
	if (days == 1)
		return str_of(g->tomorrow);
	return words_day(h, day, days < 7 ? DAY_WEEK : DAY_SHORT);
}

void html_ago(struct html *h, instant at, bool brief)
{
	char machine[TIME_TEXT];
	int64_t age = h->now - at;
	bool ticks = !brief && age >= 0 && age < DAY;
	struct str ms = ticks ? str_format(arena_of(h), "%lld", (long long)age) : (struct str){NULL, 0};

	html(h, "<time datetime='%a' title='%a'%m>%t</time>", time_format(at, machine), words_moment(h, at),
	     attribute_if("data-ago", ms), words_ago(h, at, brief));
}

void html_near(struct html *h, instant at)
{
	char machine[TIME_TEXT];

	html(h, "<time datetime='%a' title='%a'>%t</time>", time_format(at, machine), words_moment(h, at),
	     words_near(h, at));
}

/* --- whose language a text is in --- */

/* Kana, ideographs, and kana of half width, by their first bytes in UTF-8. */
static bool has_japanese(struct str text)
{
	for (size_t i = 0; i + 2 < text.n; i++) {
		unsigned char a = (unsigned char)text.p[i], b = (unsigned char)text.p[i + 1];

		if ((a == 0xe3 && (b >= 0x81 && b != 0x88 && b != 0x89)) || (a >= 0xe4 && a <= 0xe9) ||
		    (a == 0xef && (b == 0xbd || b == 0xbe)))
			return true;
	}
	return false;
}

static bool is_small_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

/* Two words of small letters at least: names of things stand alone, or in capitals. */
static bool is_english(struct str text)
{
	size_t words = 0;

	for (size_t i = 1; i < text.n; i++) {
		if ((unsigned char)text.p[i] >= 0x80)
			return false;
		words += is_small_letter(text.p[i]) && is_small_letter(text.p[i - 1]) &&
			 (i + 1 == text.n || text.p[i + 1] == ' ');
	}
	return words > 1;
}

struct str words_other_language(const struct html *h, struct str text)
{
	if (h->language == JAPANESE)
		return is_english(text) ? S("en") : S("");
	return has_japanese(text) ? S("ja") : S("");
}

double words_width(struct str words)
{
	double width = 0;

	for (size_t at = 0; at < words.n;)
		width += str_next_char(words, &at) < 0x2000 ? 6.5 : 12.6;
	return width;
}
