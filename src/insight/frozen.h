/* frozen: figures kept in a record as they were at one moment, and read again.
 *
 * They are kept in two fields of rows, so that history, API and exports treat them as they treat everything else:
 *
 *	figures  a line for each number: figure ("incident.attainment"), row, label, label_ja, total, measure,
 *	         heading and heading_ja (where the figure makes the measure itself, as ages), unit, value as text
 *	         (empty: there was nothing to tell), records (the expression that opens what stands behind)
 *	cases    a line for each case behind a figure: figure, row, record (its number), target, elapsed, overrun
 *
 * Headlines of cases are not kept: whoever reads the report sees those of the records that they may read. */
#ifndef INSIGHT_FROZEN_H
#define INSIGHT_FROZEN_H

#include "insight/insights.h"

struct freezing {
	struct arena *arena;
	struct buf figures, cases; /* JSON in the making */
	size_t lines, case_lines;
	bool with_records; /* also what opens the records */
};
struct freezing freezing_begin(struct arena *arena, bool with_records);
/* One figure; the same result in every language, for the labels of its rows. */
void freezing_add(struct freezing *freezing, struct kernel *kernel, const struct figure *figure, struct str code,
		  const struct figure_result results[LANGUAGES]);
void freezing_end(struct freezing *freezing, struct value *figures, struct value *cases); /* as values of rows */

struct frozen {
	struct figure
	    figure; /* as the model declares it now, under its code; of one no longer declared: its code alone */
	struct figure_result result; /* without expressions of cases */
};
struct thaw {
	struct kernel *kernel;
	const struct figures *declared;
	struct value figures, cases; /* as they are kept */
	enum language language;
};
/* In the order in which they were kept. */
size_t frozen_read(struct arena *arena, const struct thaw *thaw, struct frozen **frozen);

#endif
