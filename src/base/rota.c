#include "base/rota.h"

static instant turn_begins(const struct rota *rota, int64_t turn)
{
	return zone_instant(rota->zone, (int32_t)(rota->starts_on + turn * rota->turn_days), rota->hand_over);
}

/* Which turn an instant belongs to: negative before the first. The local date is right within a day or two, whatever
 * the zone does on it. */
static int64_t turn_at(const struct rota *rota, instant at)
{
	int64_t days = zone_day(rota->zone, at) - rota->starts_on;
	int64_t turn = days / rota->turn_days - (days % rota->turn_days < 0);

	while (turn_begins(rota, turn) > at)
		turn--;
	while (turn_begins(rota, turn + 1) <= at)
		turn++;
	return turn;
}

static bool overridden(const struct rota *rota, instant at, int64_t *person)
{
	for (size_t i = rota->override_count; i-- > 0;)
		if (rota->overrides[i].from <= at && at < rota->overrides[i].to) {
			*person = rota->overrides[i].person;
			return true;
		}
	return false;
}

static int64_t person_at(const struct rota *rota, instant at)
{
	int64_t person = 0, turn;

	if (overridden(rota, at, &person) || !rota->count)
		return person;
	turn = turn_at(rota, at);
	return turn < 0 ? 0 : rota->people[(size_t)(turn % (int64_t)rota->count)];
}

/* The next moment at which anything could change. */
static instant next_edge(const struct rota *rota, instant at)
{
	int64_t turn = turn_at(rota, at);
	instant edge = turn_begins(rota, turn < 0 ? 0 : turn + 1);

	for (size_t i = 0; i < rota->override_count; i++) {
		const struct rota_override *override = &rota->overrides[i];

		if (override->from > at && override->from < edge)
			edge = override->from;
		if (override->to > at && override->to < edge)
			edge = override->to;
	}
	return edge;
}

/* Edges that change nobody (one person alone, an override by who is on call anyway) are passed over: after every person
 * and every override have had theirs, nothing new can come. */
struct rota_turn rota_at(const struct rota *rota, instant at)
{
	struct rota_turn turn = {.person = person_at(rota, at), .until = INSTANT_NONE};
	instant edge = at, last = at;
	size_t quiet = 0;

	for (size_t i = 0; i < rota->override_count; i++)
		if (rota->overrides[i].to > last)
			last = rota->overrides[i].to;
	while (quiet <= rota->count + 1) {
		edge = next_edge(rota, edge);
		if (person_at(rota, edge) != turn.person) {
			turn.until = edge;
			break;
		}
		quiet += edge > last;
	}
	return turn;
}
