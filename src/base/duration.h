/* duration: lengths of time, as ISO 8601 ("PT1H30M", "P2D") and in short form ("90m", "2h", "1d 4h").
 *
 * Units stand once each, long before short; weeks are 7 days; the last one of h, m, s may have decimals ("PT1.5S").
 * Days are kept apart from time: in a target a day is a service day of the calendar (docs/decisions), elsewhere 24 h.
 */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include "base/time.h"

struct duration {
	int64_t days;
	int64_t ms;
};

bool duration_parse(struct str text, struct duration *out); /* both forms; units w d h m s */
int64_t duration_ms(struct duration duration);              /* days as 24 h */
enum { DURATION_TEXT = 48 };
char *duration_format(int64_t ms, char out[DURATION_TEXT]); /* ISO 8601 in hours and less: "PT26H", "PT0S"; "-PT1H" */

#endif
