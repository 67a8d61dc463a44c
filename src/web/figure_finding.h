/* figure_finding: what a figure says, in one sentence that is computed from its numbers. */
#ifndef WEB_FIGURE_FINDING_H
#define WEB_FIGURE_FINDING_H

#include "insight/insights.h"
#include "web/words.h"

/* "751 arrived, 718 closed: the backlog grew by 33." pareto: of rows in any order, as a Pareto chart shows them. */
struct str figure_finding(const struct html *h, const struct figure *figure, const struct figure_result *result,
			  bool pareto);

#endif
