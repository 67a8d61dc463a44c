/* measures: what records measure by a figure (behaviour/kpi.h) is measured each period, by itself.
 *
 * A record is due when its period has ended. In one transaction it moves on to the next period, and the measurement is
 * made: the number of the figure, and where to see what was counted. So a period is measured once, whatever stops in
 * between and on however many nodes this runs.
 *
 * What a stopped server missed is made up for where that can be done honestly: a figure over a period counts by the
 * times that the records bear, then as later. A figure that tells how things stand can only tell how they stand now, so
 * that periods gone by are left out, as are those of which there was nothing to tell; the next measurement says how
 * many.
 *
 * Further fields of a measurement are known by their names: figure, first_day, last_day, counted_at, counted (a text of
 * format page), left_out (integer), occurrence (unique text: record, figure and period). What a type lacks is left out.
 * Of a duration the number is in the unit that the record's text `unit` names, else in hours. */
#ifndef JOB_MEASURES_H
#define JOB_MEASURES_H

#include "insight/insights.h"

struct measures_run {
	struct kernel *kernel;
	const struct figures *figures; /* that the model declares */
	instant now;
	bool adopts;         /* also looks for what is measured since the model says so */
	size_t most;         /* periods at once */
	size_t made, passed; /* results: measurements, and periods that records moved on by */
};
/* A record that fails does not keep the others from being measured; the last failure is returned. */
MUST enum status measures_take(struct measures_run *run, struct error *error);

#endif
