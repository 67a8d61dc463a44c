/* kpi: what the job that measures must know of a type whose records name a figure (job/measures.h). */
#ifndef BEHAVIOUR_KPI_H
#define BEHAVIOUR_KPI_H

#include "base/period.h"
#include "record/behaviour.h"

struct kpi {
	const struct field *figure, *every, *from, *into;
	const struct query *when;
	const struct type *make;
	const struct field *as, *at, *value;   /* of a measurement */
	const struct field *baseline, *target; /* of the record; NULL: it says none */
};

const struct kpi *kpi_of(const struct kernel *kernel, const struct type *type); /* NULL: none */
/* How long a period of a record is: a month unless it says otherwise. */
enum period_unit kpi_unit(struct value every);

#endif
