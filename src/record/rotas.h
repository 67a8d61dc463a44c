/* rotas: the on-call rotas that people keep (the type that acts_as rota), read for rules.
 *
 * Its fields, by name: group, role (may be missing), zone, starts_on, hand_over ("09:00"), turn (choice day or week),
 * people (rows {person}), overrides (rows {from, to, person}), hours (a calendar), active. */
#ifndef RECORD_ROTAS_H
#define RECORD_ROTAS_H

#include "base/rota.h"
#include "record/record.h"

/* A record of that type as a rota; false when it names no valid zone, time or start. */
bool rota_of_record(struct arena *arena, const struct record *record, struct rota *rota);

/* Who is on call for a group now, when it is outside the hours in which the group is at work: those of its rota, else
 * of the given calendar. A group without a rota, and 0, are served by the rota that names no group. 0: nobody. */
MUST enum status rota_person_outside_hours(struct kernel *kernel, struct connection *connection, struct arena *arena,
					   int64_t group, int64_t calendar, instant now, int64_t *person,
					   struct error *error);

/* Who is on call now, at whatever hour, by a rota of just this group or this role (a record of either type). 0: nobody.
 */
MUST enum status rota_person_now(struct kernel *kernel, struct connection *connection, struct arena *arena,
				 int64_t group_or_role, instant now, int64_t *person, struct error *error);

/* "09:00" -> ms since midnight, before 24:00. */
bool rota_parse_time(struct str text, int64_t *time_of_day);

#endif
