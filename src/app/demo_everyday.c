/* Day by day: seasons, weekdays, holidays and hours decide how much comes in. */
#include "app/demo_world.h"

enum { USUAL = 1240 }; /* reports on an average weekday, in hundredths */

bool demo_is_holiday(const struct demo_world *world, int32_t day)
{
	for (size_t i = 0; i < world->holidays.count; i++)
		if (world->holidays.items[i] == day)
			return true;
	return day_of_week(day) > 4;
}

/* New staff in April, the end of the fiscal year in March, December; quiet in August and around New Year. */
static int season(int month, int day)
{
	static const int months[12] = {88, 98, 118, 142, 96, 100, 97, 80, 103, 100, 98, 118};

	if ((month == 12 && day > 28) || (month == 1 && day < 4))
		return 25;
	if (month == 8 && day > 11 && day < 17)
		return 45;
	if ((month == 4 && day < 12) || (month == 3 && day > 26))
		return months[month - 1] + 40;
	return months[month - 1];
}

static int64_t reports_of(struct demo_world *world, int32_t day)
{
	static const int weekdays[7] = {118, 104, 100, 98, 104, 25, 17};
	int year, month, date;
	int64_t mean = USUAL;

	day_to_civil(day, &year, &month, &date);
	mean = mean * season(month, date) / 100;
	if (demo_is_holiday(world, day))
		mean = mean * (day_of_week(day) > 4 ? weekdays[day_of_week(day)] : 22) / 100;
	else
		mean = mean * weekdays[day_of_week(day)] * (demo_is_holiday(world, day - 1) ? 128 : 100) / 10000;
	if (date >= 29 || date == 1)
		mean = mean * 115 / 100;
	/* Three dice make a bell. */
	mean = mean *
	       (55 + chance_below(&world->chance, 31) + chance_below(&world->chance, 31) +
		chance_below(&world->chance, 31)) /
	       100;
	return mean / 100 + (chance_below(&world->chance, 100) < mean % 100);
}

static instant draw_moment(struct demo_world *world, int32_t day)
{
	static const int hours[24] = {1,  1,  1,  1,  1,  1,  2,  5, 21, 56, 53, 42,
				      15, 45, 43, 40, 36, 27, 11, 6, 4,  3,  2,  1};
	int64_t hour = (int64_t)chance_weighted(&world->chance, hours, 24);

	return zone_instant(world->zone, day, hour * HOUR + chance_below(&world->chance, HOUR / SECOND) * SECOND);
}

static void one_report(struct demo_world *world, int32_t day)
{
	bool alert = chance_percent(&world->chance, 7);
	instant at = alert ? zone_instant(world->zone, day, chance_below(&world->chance, DAY / SECOND) * SECOND)
			   : draw_moment(world, day);
	int caller = alert ? NOBODY : demo_draw_caller(world);
	struct demo_life life;

	if (caller != NOBODY)
		at += HOUR *
		      demo_number(world->customers.items[world->people.items[caller].customer].node, "hours_behind", 0);
	if (at < world->from || at > world->until)
		return;
	life = demo_draw(world, demo_draw_template(world, alert), caller, at);
	demo_live(&life);
}

void demo_everyday(struct demo_world *world)
{
	int32_t last = zone_day(world->zone, world->until);

	for (int32_t day = zone_day(world->zone, world->from); day <= last; day++) {
		int64_t reports = reports_of(world, day);

		for (int64_t i = 0; i < reports; i++)
			one_report(world, day);
	}
}
