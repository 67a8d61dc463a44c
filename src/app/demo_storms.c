/* Outages that hit many at once: one major incident that monitoring reports, and many reports that belong to it. */
#include "app/demo_world.h"
#include "model/node.h"

struct storm {
	const struct node *node;
	instant at;
	int64_t length; /* 0: still going on */
	int children;
};

/* Solved at that moment: nobody goes home during an outage. */
static void solve_at(struct demo_life *life, instant at)
{
	life->terms.calendar = calendar_always();
	life->resolution = at - life->reported;
	if (life->resolution < 5 * MINUTE)
		life->resolution = 5 * MINUTE;
	life->response = life->resolution / 8 < 10 * MINUTE ? life->resolution / 8 : 10 * MINUTE;
}

static int break_out(struct demo_world *world, const struct storm *storm)
{
	struct demo_life life = demo_draw(world, node_get(storm->node, "parent"), NOBODY, storm->at);
	int manager = demo_person_by_account(world, "problem");

	life.first_line = false;
	life.major = life.storm = true;
	demo_set_priority(&life, "critical", "high");
	solve_at(&life, storm->at + (storm->length ? storm->length : 4 * HOUR));
	if (!storm->length)
		life.last = STAGE_IN_PROGRESS;
	if (manager != NOBODY && storm->length)
		life.agent = manager;
	demo_live(&life);
	return life.incident;
}

static void report_child(struct demo_world *world, const struct storm *storm, int parent)
{
	const struct node *children = demo_list(storm->node, "children");
	const struct node *template = children->items[chance_below(&world->chance, (int64_t)children->count)];
	int64_t window = storm->length ? storm->length * 8 / 10 : world->until - storm->at - 4 * MINUTE;
	int64_t squeeze = chance_below(&world->chance, 1000);
	/* Most report soon. */
	instant at = storm->at + 3 * MINUTE + window / 1000 * (squeeze * squeeze / 1000);
	struct demo_life life = demo_draw(world, template, demo_draw_caller(world), at);

	life.parent = parent;
	life.storm = life.first_line = true;
	if (storm->length)
		solve_at(&life, storm->at + storm->length + chance_between(&world->chance, 4, 90) * MINUTE);
	else
		life.last = STAGE_NEW;
	demo_live(&life);
}

static void rage(struct demo_world *world, const struct storm *storm)
{
	int parent = break_out(world, storm);

	for (int i = 0; i < storm->children; i++)
		report_child(world, storm, parent);
}

/* A Tuesday about there, or the working day before it. */
static instant tuesday(const struct demo_world *world, int64_t percent, int64_t time_of_day)
{
	int32_t day = zone_day(world->zone, world->from + (world->until - world->from) / 100 * percent);

	day -= (day_of_week(day) + 6) % 7;
	while (demo_is_holiday(world, day))
		day--;
	return zone_instant(world->zone, day, time_of_day);
}

void demo_storms(struct demo_world *world)
{
	const struct node *list = demo_list(world->texts, "storms");
	struct storm storms[] = {
	    {.at = tuesday(world, 64, 9 * HOUR + 38 * MINUTE), .length = 3 * HOUR + 10 * MINUTE, .children = 46},
	    {.at = tuesday(world, 35, 13 * HOUR + 52 * MINUTE), .length = 100 * MINUTE, .children = 19},
	    {.at = world->until - 57 * MINUTE, .length = 0, .children = 7},
	};

	for (size_t i = 0; i < sizeof(storms) / sizeof(*storms) && i < list->count; i++) {
		storms[i].node = list->items[i];
		rage(world, &storms[i]);
	}
}
