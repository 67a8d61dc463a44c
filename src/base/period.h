/* period: the days, weeks, months, quarters and years of the calendar. */
#ifndef BASE_PERIOD_H
#define BASE_PERIOD_H

#include "base/time.h"

enum period_unit { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_QUARTER, PERIOD_YEAR, PERIOD_UNITS };

bool period_parse(struct str word, enum period_unit *unit); /* day, week, month, quarter, year */
/* The first day of the unit in which a day lies, or of the one so many units later. Weeks begin on Monday. */
int32_t period_start(enum period_unit unit, int32_t day, int shift);
/* The same of years that begin with a month of their own, 1 to 12. */
int32_t period_fiscal_start(int month, int32_t day, int shift);

struct period_length { /* of the calendar */
	int32_t days, months;
};
bool period_length_parse(struct str text, struct period_length *length); /* 30d, 5w, 6m (months), 1y */
/* The day that lies so long after another; of a month that is too short its last one. */
int32_t period_after(int32_t day, struct period_length length);

#endif
