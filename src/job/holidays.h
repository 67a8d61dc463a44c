/* holidays: the days on which a calendar is closed, from files of others.
 *
 * CSV: a line of names, then a date in the first column and a name in the second (as the Cabinet Office of Japan
 * publishes them, in Shift_JIS). iCalendar: all-day events, each day of those that last longer, repeated ones as far
 * as the years asked for. */
#ifndef JOB_HOLIDAYS_H
#define JOB_HOLIDAYS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/time.h"

struct holiday {
	int32_t day;
	struct str name;
};

/* Those from the first to the last year, sorted, one a day (the first name of a day that the file gives stays).
 * The kind of the file is seen from its beginning. Errors at "name:line" or at name. */
MUST enum status holidays_read(struct arena *arena, const char *path, int first_year, int last_year,
			       struct holiday **holidays, size_t *count, struct error *error);
MUST enum status holidays_parse(struct arena *arena, const char *name, struct str bytes, int first_year, int last_year,
				struct holiday **holidays, size_t *count, struct error *error);
/* As the rows of a calendar's holidays: [{"date":"2026-11-23","name":"..."}], for field_parse(). */
struct str holidays_json(struct arena *arena, const struct holiday *holidays, size_t count);

#endif
