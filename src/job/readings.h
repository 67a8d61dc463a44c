/* readings: writes down who has opened what (record/readings.h), each in a record of its own. */
#ifndef JOB_READINGS_H
#define JOB_READINGS_H

#include "record/kernel.h"

/* What cannot be written now waits on; what the model refuses is told in the log. */
MUST enum status readings_write(struct kernel *kernel, instant now, struct error *error);

#endif
