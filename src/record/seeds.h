/* seeds: records that the model brings along, made once in a database that has none of their type.
 *
 * What people change or end later stays as they left it. */
#ifndef RECORD_SEEDS_H
#define RECORD_SEEDS_H

#include "record/kernel.h"

/* Called by kernel_open() when everything else stands. Faults are at "file:line" of the seed. */
MUST enum status seeds_make(struct kernel *kernel, struct error *error);

#endif
