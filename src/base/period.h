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

#endif
