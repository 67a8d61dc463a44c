/* rota_at() against a walk through the minutes of three weeks: who is on call is read off the wall, turn by turn. */
#include "base/rota.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "minute_oracle.h"

enum { MINUTES = 21 * 1440, PEOPLE = 4, OVERRIDES = 3, ROUNDS = 60 };

struct trial {
	struct rota rota;
	int64_t people[PEOPLE];
	struct rota_override overrides[OVERRIDES];
	instant origin;
	int64_t on_call[MINUTES]; /* by the oracle */
};

static void random_rota(struct trial *trial, uint64_t *seed)
{
	static const char *const zones[] = {"Asia/Tokyo",       "America/New_York",    "Europe/London",    "UTC",
					    "America/St_Johns", "Australia/Lord_Howe", "America/Sao_Paulo"};
	const struct zone *zone = zone_open(str_of(zones[chance(seed, sizeof(zones) / sizeof(*zones))]));

	*trial = (struct trial){.origin = oracle_random_origin(zone, seed)};
	trial->rota =
	    (struct rota){.zone = zone,
			  .starts_on = (int32_t)(trial->origin / DAY + chance(seed, 30) - 20),
			  .hand_over = chance(seed, 2) ? chance(seed, 4) * 30 * MINUTE : chance(seed, 1440) * MINUTE,
			  .turn_days = chance(seed, 2) ? 7 : 1 + (int32_t)chance(seed, 3),
			  .people = trial->people,
			  .count = (size_t)chance(seed, PEOPLE + 1),
			  .overrides = trial->overrides,
			  .override_count = (size_t)chance(seed, OVERRIDES + 1)};
	for (size_t i = 0; i < PEOPLE; i++)
		trial->people[i] = 1 + chance(seed, 3);
	for (size_t i = 0; i < OVERRIDES; i++) {
		instant from = trial->origin + chance(seed, MINUTES) * MINUTE;

		trial->overrides[i] =
		    (struct rota_override){from, from + (1 + chance(seed, 3000)) * MINUTE, 1 + chance(seed, 4)};
	}
}

/* The turn changes when the wall first shows the hand-over's time, or a later one, on a hand-over's day. */
static void walk(struct trial *trial)
{
	const struct rota *rota = &trial->rota;
	int64_t turns = 0, day_of_last = INT64_MIN;

	for (int64_t i = -40 * 1440; i < MINUTES; i++) {
		instant at = trial->origin + i * MINUTE;
		struct civil wall = zone_civil(rota->zone, at);
		int32_t day = day_from_civil(wall.year, wall.month, wall.day);
		int64_t time = ((int64_t)wall.hour * 60 + wall.minute) * MINUTE;
		int64_t since = day - rota->starts_on, hand_over_day = since - since % rota->turn_days;

		if (since >= 0 && hand_over_day > day_of_last && (since > hand_over_day || time >= rota->hand_over)) {
			day_of_last = hand_over_day;
			turns++;
		}
		if (i < 0)
			continue;
		trial->on_call[i] = turns && rota->count ? rota->people[(size_t)(turns - 1) % rota->count] : 0;
		for (size_t j = 0; j < rota->override_count; j++)
			if (rota->overrides[j].from <= at && at < rota->overrides[j].to)
				trial->on_call[i] = rota->overrides[j].person;
	}
}

static void turns_are_those_on_the_wall(void **state)
{
	struct trial *trial = malloc(sizeof(*trial));
	uint64_t seed = 20261102;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		random_rota(trial, &seed);
		walk(trial);
		for (int64_t i = 0; i < MINUTES; i += 1 + chance(&seed, 30)) {
			struct rota_turn turn = rota_at(&trial->rota, trial->origin + i * MINUTE);
			int64_t end = turn.until == INSTANT_NONE ? MINUTES : (turn.until - trial->origin) / MINUTE;

			if (turn.person != trial->on_call[i])
				fail_msg("round %d minute %lld: %lld, not %lld", round, (long long)i,
					 (long long)turn.person, (long long)trial->on_call[i]);
			assert_true(end > i);
			for (int64_t j = i; j < end && j < MINUTES; j++)
				assert_int_equal(trial->on_call[j], turn.person);
			if (end < MINUTES)
				assert_int_not_equal(trial->on_call[end], turn.person);
		}
	}
	free(trial);
}

static void one_person_is_never_relieved(void **state)
{
	const int64_t alone[] = {7};
	struct rota rota = {
	    .zone = zone_open(S("Asia/Tokyo")), .starts_on = 20000, .turn_days = 7, .people = alone, .count = 1};
	struct rota_turn turn = rota_at(&rota, 20100 * DAY);

	(void)state;
	assert_int_equal(turn.person, 7);
	assert_int_equal(turn.until, INSTANT_NONE);
	turn = rota_at(&rota, 19000 * DAY);
	assert_int_equal(turn.person, 0);
	assert_int_equal(turn.until, zone_instant(rota.zone, 20000, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(turns_are_those_on_the_wall),
	    cmocka_unit_test(one_person_is_never_relieved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
