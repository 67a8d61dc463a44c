/* behaviours: the table of all behaviours, for kernel_options. One file each; a new one is a line here and in table.c.
 */
#ifndef BEHAVIOUR_BEHAVIOURS_H
#define BEHAVIOUR_BEHAVIOURS_H

#include "record/behaviour.h"

extern const struct behaviour behaviour_agreement, behaviour_clock, behaviour_closure_confirmation, behaviour_count,
    behaviour_priority_matrix, behaviour_refresh, behaviour_requires, behaviour_restricted_visibility, behaviour_stamp;

extern const struct behaviour *const behaviours[]; /* ended by NULL */

#endif
