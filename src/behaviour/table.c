#include "behaviour/behaviours.h"

const struct behaviour *const behaviours[] = {
    &behaviour_agreement,
    &behaviour_assignment,
    &behaviour_clock,
    &behaviour_closure_confirmation,
    &behaviour_count,
    &behaviour_escalation,
    &behaviour_follow_up,
    &behaviour_expression,
    &behaviour_inherit,
    &behaviour_priority_matrix,
    &behaviour_refresh,
    &behaviour_requires,
    &behaviour_restricted_visibility,
    &behaviour_rota,
    &behaviour_stamp,
    &behaviour_step_when,
    &behaviour_timed,
    &behaviour_tree,
    NULL,
};
