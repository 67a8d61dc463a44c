/* conformity_interfaces: what passes between processes, as far as records show it.
 *
 * What an interface carries is counted by the check of the same demand (model/interface.c), so that a survey of
 * conformity knows of each how much there is, and since when. */
#ifndef INSIGHT_CONFORMITY_INTERFACES_H
#define INSIGHT_CONFORMITY_INTERFACES_H

#include "insight/conformity.h"

/* What the register calls it; empty labels where it is none of the standard's. */
struct label interface_words(const struct conformity *plan, const struct interface *interface);
/* NULL: no record carries it, or the survey has not looked at its demand. */
const struct check_result *interface_flow(const struct conformity *plan, const struct conformity_survey *survey,
					  const struct interface *interface);

#endif
