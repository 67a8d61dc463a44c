/* part_calendar: records on the days that they have: a table of weeks, of a month or of one week. */
#ifndef WEB_PART_CALENDAR_H
#define WEB_PART_CALENDAR_H

#include "web/words.h"

struct entry_on_day {
	struct str number, url, title, when; /* when: its time of day, or what goes on; may be empty */
	struct str state;                    /* of what is done: that word; empty: it is not */
	int kind;                            /* 0: not told apart; 1 to KINDS_TOLD */
	bool goes_on, begun;                 /* to the next day; before this one */
	bool current;
};
enum { KINDS_TOLD = 4 }; /* by their line: dotted, whole, heavy, double; further ones look like the last */

struct day_view {
	int32_t day;
	struct str holiday;      /* its name; empty: none */
	bool off, today, beside; /* off: a weekend, or closed; beside: of another month */
	const struct entry_on_day *entries;
	size_t count;
	int64_t more; /* that are not told here */
	struct str more_url;
};

struct calendar_view {
	struct str caption, title, sum; /* "November 2026", "13 records" */
	struct str before_url, today_url, after_url, month_url, week_url;
	bool by_week;
	const struct day_view *days; /* whole weeks, Monday first */
	size_t week_count;
	const struct str *kinds; /* by kind - 1 */
	size_t kind_count;
	struct str note; /* that not everything is shown */
};
void draw_calendar(struct html *h, const struct calendar_view *calendar);

#endif
