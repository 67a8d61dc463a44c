/* The present: work that stands open in every state, some of it about to be late, enough of it with the named accounts.
 */
#include "app/demo_world.h"

struct wanted {
	enum demo_stage stage;
	int count;
	int least,
	    most; /* how much of the target is used up, in hundredths; of the response target before work starts */
	const char *person; /* NULL: whoever it falls to */
	bool first_line;
};

static const struct wanted wanted[] = {
    {STAGE_NEW, 12, 5, 90, NULL, true},
    {STAGE_NEW, 3, 105, 160, NULL, true},
    {STAGE_ASSIGNED, 14, 15, 95, NULL, false},
    {STAGE_ASSIGNED, 3, 15, 80, "resolver", false},
    {STAGE_ASSIGNED, 3, 15, 80, "desk", true},
    {STAGE_IN_PROGRESS, 12, 15, 80, NULL, false},
    {STAGE_IN_PROGRESS, 8, 86, 98, NULL, false},
    {STAGE_IN_PROGRESS, 6, 104, 150, NULL, false},
    {STAGE_IN_PROGRESS, 5, 30, 97, "resolver", false},
    {STAGE_IN_PROGRESS, 2, 103, 125, "resolver", false},
    {STAGE_IN_PROGRESS, 5, 10, 96, "desk", true},
    {STAGE_IN_PROGRESS, 1, 104, 118, "desk", true},
    {STAGE_WAITING, 10, 20, 80, NULL, false},
    {STAGE_WAITING, 3, 20, 80, "resolver", false},
    {STAGE_WAITING, 3, 20, 70, "desk", true},
    {STAGE_RESOLVED, 6, 20, 90, NULL, false},
    {STAGE_RESOLVED, 2, 20, 90, "resolver", false},
    {STAGE_RESOLVED, 2, 10, 60, "desk", true},
};

/* The last moment from which so much service time has passed until now. */
static instant reach_back(const struct calendar *calendar, instant until, int64_t elapsed)
{
	instant low = until - 60 * DAY, high = until - 2 * MINUTE;

	while (high - low > SECOND) {
		instant middle = low + (high - low) / 2;

		if (calendar_between(calendar, middle, until) >= elapsed)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static bool is_member(const struct demo_world *world, int person, int group)
{
	const struct demo_group *members = &world->groups.items[group];

	for (size_t i = 0; i < members->member_count; i++)
		if (members->members[i] == person)
			return true;
	return false;
}

/* Something that falls to this person; NOBODY: to anybody. */
static struct demo_life draw_for(struct demo_world *world, int person, bool first_line)
{
	struct demo_life life;
	int tries = 0;

	do
		life = demo_draw(world, demo_draw_template(world, false), demo_draw_caller(world), world->until - HOUR);
	while ((life.security || (person != NOBODY && !first_line && !is_member(world, person, life.group))) &&
	       ++tries < 200);
	life.first_line = first_line;
	if (person != NOBODY && first_line)
		life.agent = person;
	else if (person != NOBODY && is_member(world, person, life.group))
		life.resolver = person;
	return life;
}

static void stand_open(struct demo_world *world, const struct wanted *want)
{
	int person = want->person ? demo_person_by_account(world, want->person) : NOBODY;
	struct demo_life life = draw_for(world, person, want->first_line);
	bool early = want->stage == STAGE_NEW || want->stage == STAGE_ASSIGNED;
	int64_t target = life.terms.targets[early ? DEMO_RESPONSE : DEMO_RESOLUTION];
	int64_t elapsed = target / 100 * chance_between(&world->chance, want->least, want->most);

	demo_report_at(&life, reach_back(life.terms.calendar, world->until, elapsed));
	life.last = want->stage;
	life.in_group_only = want->stage == STAGE_ASSIGNED && !want->person;
	life.response =
	    early ? elapsed : life.terms.targets[DEMO_RESPONSE] / 100 * chance_between(&world->chance, 20, 85);
	if (life.response > elapsed / 3)
		life.response = elapsed / 3;
	life.resolution = want->stage == STAGE_RESOLVED ? elapsed * 9 / 10 : elapsed;
	demo_live(&life);
}

void demo_present(struct demo_world *world)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		for (int n = 0; n < wanted[i].count; n++)
			stand_open(world, &wanted[i]);
}
