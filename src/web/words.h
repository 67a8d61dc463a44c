/* words: times, lengths of time, numbers and sentences as the reader says them.
 *
 * All results live in the page's arena. Times are in the reader's zone. The words of time are grammar, not texts, and
 * stand in words.c for each language; web/js/words.js ticks with the same. */
#ifndef WEB_WORDS_H
#define WEB_WORDS_H

#include "web/html.h"

/* The source text in the reader's language with its %s (or %1$s, %2$s...) replaced in order:
 * phrase(h, N_("due %s"), words_near(h, at)). */
struct str phrase_of(const struct html *h, const char *msgid, const struct str *values, size_t count);
#define phrase(h, msgid, ...)                                                                                          \
	phrase_of((h), (msgid), (const struct str[]){__VA_ARGS__},                                                     \
		  sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))
/* The same for a count: one says it of 1, many of everything else; both have a %s. */
struct str phrase_count(const struct html *h, int64_t count, const char *one, const char *many);
struct str label(const struct html *h, const char *msgid); /* as a slice */

struct str words_percent(const struct html *h, struct str number); /* "92.8 %", 92.8％ */
/* A share in millionths of a percent, rounded half up to so many decimals (0 or 1). What is not all is never said to be
 * 100, and what is not none never 0. */
struct str words_share(const struct html *h, int64_t millionths, int decimals);
struct str words_number(const struct html *h, int64_t number); /* 1,204 */
struct str words_count(const struct html *h, int64_t count);   /* 999; 1,000+ of what was counted no further */
/* For lang=: "ja" or "en" where a text is plainly in the language that the page is not in; else empty. */
struct str words_other_language(const struct html *h, struct str text);
void words_list(const struct html *h, struct buf *list, struct str item); /* with a comma before all but the first */
struct str words_between(const struct html *h);                           /* facts of one line, which may hold commas */
struct str words_gap(const struct html *h); /* what stands between two sentences: a blank; in Japanese nothing */
struct str words_bytes(const struct html *h, int64_t bytes); /* 84 KB */
struct str words_length(const struct html *h, int64_t ms);   /* 1 h 05 min; 1時間5分 */
struct str words_left(const struct html *h, int64_t ms);     /* 38 min left; 1 h 12 min over; 残り38分 */
/* 5 min ago; in 5 min; Yesterday; 24 Nov. brief leaves "ago" out where a column's head says it (English only). */
struct str words_ago(const struct html *h, instant at, bool brief);

enum day_style {
	DAY_SHORT,     /* 24 Nov, with its year when it is another; 11月24日 */
	DAY_WEEK,      /* Tue 24 Nov, with its year when it is another; 11月24日（火） */
	DAY_FULL,      /* 24 Nov 2026; 2026年11月24日 */
	DAY_WEEK_FULL, /* Tue 24 Nov 2026; 2026年11月24日（火） */
	DAY_LONG,      /* Tuesday 24 November 2026; 2026年11月24日（火） */
	DAY_MONTH,     /* November 2026; 2026年11月 */
};
struct str words_day(const struct html *h, int32_t day, enum day_style style);
/* From one day to another: both halves with their year, or neither. */
enum day_style words_style_of(const struct html *h, int32_t first, int32_t last, enum day_style style);
struct str words_days(const struct html *h, int32_t first, int32_t last, enum day_style style);
/* Tue 24 Nov, 14:05 to 16:00; Tue 24 Nov, 22:00 to Wed 25 Nov, 02:00; of no known end (INSTANT_NONE): Tue 24 Nov, from
 * 14:05. */
struct str words_span(const struct html *h, instant from, instant until);
struct str words_weekday(const struct html *h, int32_t day); /* Tue; 火 */
struct str words_time(const struct html *h, instant at);     /* 14:05 */
struct str words_moment(const struct html *h, instant at); /* Tue 24 Nov 2026, 14:05; 2026年11月24日（火） 14:05 */
struct str words_near(const struct html *h, instant at);   /* 14:05 of today, otherwise 24 Nov 14:05 */
struct str words_due(const struct html *h, int32_t day);   /* 2 days late; Today; Tomorrow; Fri 27 Nov; 30 Nov */

/* <time> with the relative words, the exact time on hover, and ticking. */
void html_ago(struct html *h, instant at, bool brief);
/* <time> with words_near and the exact time on hover. */
void html_near(struct html *h, instant at);

/* How wide a line is at 12 px, estimated: 6.5 a Latin letter, 12.6 a kana or kanji. */
double words_width(struct str words);

#endif
