/* leavings: how many rows a condition was found to leave, remembered for a minute.
 *
 * It only tells where the database shall begin (steer.h), never what a page or a count shows: a wrong number makes a
 * statement slower until it is forgotten. Few rows are counted anew each time, which takes microseconds. In memory of a
 * fixed size; what was learned longest ago goes first. */
#ifndef RECORD_LEAVINGS_H
#define RECORD_LEAVINGS_H

#include "base/time.h"
#include "record/filter.h"

enum { LEAVINGS_LEAST = 400 }; /* fewer are not remembered */

struct leavings;
struct leavings *leavings_new(void);
void leavings_free(struct leavings *leavings);

/* Of a condition over the rows of a table, with its values. */
uint64_t leavings_name(struct str table, struct str condition, const struct filter_sql *filter);
/* What counting to `most` would give, as far as it is known. */
bool leavings_know(struct leavings *leavings, uint64_t name, instant now, int64_t most, int64_t *count);
/* Counting to `most` gave so many. */
void leavings_learn(struct leavings *leavings, uint64_t name, instant now, int64_t most, int64_t count);

#endif
