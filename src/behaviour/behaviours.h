/* behaviours: the table of all behaviours, for kernel_options. One file each; a new one is a line here and in table.c.
 */
#ifndef BEHAVIOUR_BEHAVIOURS_H
#define BEHAVIOUR_BEHAVIOURS_H

#include "record/behaviour.h"

extern const struct behaviour behaviour_acknowledgement;
extern const struct behaviour behaviour_agreement;
extern const struct behaviour behaviour_approval;
extern const struct behaviour behaviour_assignment;
extern const struct behaviour behaviour_auditor_independence;
extern const struct behaviour behaviour_author;
extern const struct behaviour behaviour_bring_forward;
extern const struct behaviour behaviour_cascade;
extern const struct behaviour behaviour_change_control;
extern const struct behaviour behaviour_channel;
extern const struct behaviour behaviour_clock;
extern const struct behaviour behaviour_checklist;
extern const struct behaviour behaviour_closure_confirmation;
extern const struct behaviour behaviour_compose;
extern const struct behaviour behaviour_count;
extern const struct behaviour behaviour_criteria_rule;
extern const struct behaviour behaviour_decision;
extern const struct behaviour behaviour_difference;
extern const struct behaviour behaviour_dispose;
extern const struct behaviour behaviour_eligibility;
extern const struct behaviour behaviour_erase;
extern const struct behaviour behaviour_escalation;
extern const struct behaviour behaviour_event_trigger;
extern const struct behaviour behaviour_every_code;
extern const struct behaviour behaviour_expression;
extern const struct behaviour behaviour_follow_up;
extern const struct behaviour behaviour_form;
extern const struct behaviour behaviour_form_design;
extern const struct behaviour behaviour_gaps;
extern const struct behaviour behaviour_gather;
extern const struct behaviour behaviour_hand_over;
extern const struct behaviour behaviour_inherit;
extern const struct behaviour behaviour_inputs;
extern const struct behaviour behaviour_joint_signature;
extern const struct behaviour behaviour_json_pointers;
extern const struct behaviour behaviour_kpi;
extern const struct behaviour behaviour_linked_while;
extern const struct behaviour behaviour_locked;
extern const struct behaviour behaviour_log_reading;
extern const struct behaviour behaviour_matrix_rows;
extern const struct behaviour behaviour_merge;
extern const struct behaviour behaviour_must;
extern const struct behaviour behaviour_name_exclusion;
extern const struct behaviour behaviour_naming_scheme;
extern const struct behaviour behaviour_outline;
extern const struct behaviour behaviour_overlap;
extern const struct behaviour behaviour_pass_on;
extern const struct behaviour behaviour_priority_matrix;
extern const struct behaviour behaviour_progress;
extern const struct behaviour behaviour_reconsider;
extern const struct behaviour behaviour_recurrence;
extern const struct behaviour behaviour_refresh;
extern const struct behaviour behaviour_refresh_linked;
extern const struct behaviour behaviour_reminder;
extern const struct behaviour behaviour_report_schedule;
extern const struct behaviour behaviour_requires;
extern const struct behaviour behaviour_restricted_visibility;
extern const struct behaviour behaviour_retention;
extern const struct behaviour behaviour_revalidate;
extern const struct behaviour behaviour_review_cycle;
extern const struct behaviour behaviour_risk_score;
extern const struct behaviour behaviour_rota;
extern const struct behaviour behaviour_separation_of_duties;
extern const struct behaviour behaviour_set;
extern const struct behaviour behaviour_stamp;
extern const struct behaviour behaviour_step_when;
extern const struct behaviour behaviour_tally;
extern const struct behaviour behaviour_task_design;
extern const struct behaviour behaviour_task_template;
extern const struct behaviour behaviour_tell;
extern const struct behaviour behaviour_timed;
extern const struct behaviour behaviour_total;
extern const struct behaviour behaviour_traceability;
extern const struct behaviour behaviour_tree;
extern const struct behaviour behaviour_unique_together;
extern const struct behaviour behaviour_version_control;
extern const struct behaviour behaviour_versioned;
extern const struct behaviour behaviour_web_address;
extern const struct behaviour behaviour_weighted_score;

extern const struct behaviour *const behaviours[]; /* ended by NULL */

#endif
