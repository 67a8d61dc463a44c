/* Drawing an incident: what is wrong, who reports it, who works on it, and by when. */
#include "app/demo_world.h"
#include "model/node.h"

/* --- what --- */

const struct node *demo_draw_template(struct demo_world *world, bool alerts)
{
	const struct node *list = demo_list(world->texts, "templates");
	int *weights = arena_many(world->arena, int, list->count + 1);

	for (size_t i = 0; i < list->count; i++)
		if ((demo_text(list->items[i], "alert").n > 0) == alerts)
			weights[i] = demo_number(list->items[i], "weight", 10);
	return list->items[chance_weighted(&world->chance, weights, list->count)];
}

static void take_texts(struct demo_life *life)
{
	const struct node *texts = demo_list(life->template, language_code(life->language));

	for (size_t i = 0; i < 3 && i < texts->count; i++)
		life->texts[i] = demo_expand(life->world, texts->items[i]->text, &life->slots);
}

struct str demo_phrase(struct demo_life *life, const char *name)
{
	const struct node *list = demo_list(life->world->texts, name), *pair;

	if (!list->count)
		return (struct str){0};
	pair = list->items[chance_below(&life->world->chance, (int64_t)list->count)];
	if (pair->count < 2)
		return (struct str){0};
	return demo_expand(life->world, pair->items[life->language == ENGLISH ? 1 : 0]->text, &life->slots);
}

static void take_slots(struct demo_life *life)
{
	static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
					     "July",    "August",   "September", "October", "November", "December"};
	struct demo_world *world = life->world;
	const struct demo_person *caller = life->caller == NOBODY ? NULL : &world->people.items[life->caller];
	const struct node *sites =
	    life->customer == NOBODY ? NULL : world->customers.items[life->customer].sites[life->language];
	instant seen = life->reported - chance_between(&world->chance, 5, 45) * MINUTE;
	struct civil at = zone_civil(world->zone, seen), before;
	int day;

	day = zone_day(world->zone, seen) - (int)chance_between(&world->chance, 1, 4);
	day_to_civil(day, &before.year, &before.month, &before.day);
	life->slots.n = (int)chance_between(&world->chance, 2, 8);
	life->slots.m = (int)chance_between(&world->chance, 2, 9);
	life->slots.item = life->item == NOBODY ? S("") : world->items.items[life->item].name;
	life->slots.person = caller ? caller->called : S("");
	life->slots.site = sites && caller && sites->count ? sites->items[(size_t)caller->site % sites->count]->text
			   : life->language == ENGLISH     ? S("the data centre")
							   : S("東京DC");
	life->slots.time = str_format(world->arena, "%d:%02d", at.hour, at.minute / 5 * 5);
	life->slots.date = life->language == ENGLISH
			       ? str_format(world->arena, "%d %s", before.day, months[before.month - 1])
			       : str_format(world->arena, "%d月%d日", before.month, before.day);
}

/* --- how bad --- */

static int position(const struct str *codes, size_t count, struct str code)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(codes[i], code))
			return (int)i;
	return 0;
}

void demo_set_priority(struct demo_life *life, const char *impact, const char *urgency)
{
	const struct demo_world *world = life->world;
	const struct matrix *matrix = map_get(&world->model->matrices_by_name, S("incident_priority"));
	size_t row, column;

	life->impact = str_of(impact);
	life->urgency = str_of(urgency);
	life->priority = 3;
	if (matrix) {
		row = (size_t)position(matrix->rows, matrix->row_count, life->urgency);
		column = (size_t)position(matrix->columns, matrix->column_count, life->impact);
		struct str cell = matrix->cells[row * matrix->column_count + column];

		if (cell.n == 2 && cell.p[1] >= '1' && cell.p[1] <= '6')
			life->priority = cell.p[1] - '1';
	}
	life->terms = demo_terms_of(world, life->customer, life->service, life->priority, life->reported);
}

static void draw_priority(struct demo_life *life)
{
	static const char *const impacts[] = {"critical", "high", "medium", "low"}, *const urgencies[] = {
											"high", "medium", "low"};
	static const int urgency_weights[] = {18, 55, 27};
	struct chance *chance = &life->world->chance;
	struct str usual = demo_text(life->template, "impact");
	int at = 3;

	for (int i = 0; i < 4; i++)
		if (str_is(usual, impacts[i]))
			at = i;
	if (at == 3 && chance_percent(chance, 18))
		at = 2;
	else if (at == 2 && chance_percent(chance, 30))
		at = chance_percent(chance, 30) ? 1 : 3;
	demo_set_priority(life, impacts[at], urgencies[chance_weighted(chance, urgency_weights, 3)]);
}

/* --- who --- */

int demo_draw_caller(struct demo_world *world)
{
	int *weights = arena_many(world->arena, int, world->customers.count + 1);
	const struct demo_customer *customer;

	for (size_t i = 0; i < world->customers.count; i++)
		weights[i] = demo_number(world->customers.items[i].node, "weight", 10);
	customer = &world->customers.items[chance_weighted(&world->chance, weights, world->customers.count)];
	return customer->first_person + (int)chance_below(&world->chance, customer->people);
}

static int member(struct demo_world *world, int group)
{
	const struct demo_group *members = &world->groups.items[group];

	return members->member_count ? members->members[chance_below(&world->chance, (int64_t)members->member_count)]
				     : NOBODY;
}

/* At night the operators take the calls. */
static int draw_agent(struct demo_world *world, instant at)
{
	int desk = demo_group_by_key(world, S("service-desk")), operators = demo_group_by_key(world, S("operations"));
	int hour = zone_civil(world->zone, at).hour;

	return member(world, hour < 8 || hour >= 20 ? operators : desk);
}

static void draw_people(struct demo_life *life)
{
	struct demo_world *world = life->world;

	life->agent = draw_agent(world, life->reported);
	if (life->security)
		life->group = demo_group_by_key(world, S("security"));
	else if (life->item != NOBODY)
		life->group = world->items.items[life->item].group;
	if (life->group == NOBODY)
		life->group = demo_group_by_key(world, S("operations"));
	life->resolver = member(world, life->group);
	life->first_line = !life->security && chance_percent(&world->chance, demo_number(life->template, "line", 30));
}

/* --- how long --- */

/* Most are well in time, about one in twelve of those that go to a resolver is late. */
static int64_t draw_share(struct demo_world *world, int64_t target, int late)
{
	int64_t u = chance_below(&world->chance, 1000);

	if (chance_percent(&world->chance, late))
		return target / 1000 * (1020 + u * u / 700);
	return target / 1000 * (25 + u * u * 930 / 1000000);
}

static void draw_durations(struct demo_life *life)
{
	struct demo_world *world = life->world;
	int64_t *targets = life->terms.targets;

	life->response = draw_share(world, targets[DEMO_RESPONSE], 4);
	life->resolution = draw_share(world, targets[DEMO_RESOLUTION], 12);
	if (life->first_line) {
		int64_t quick = chance_between(&world->chance, 6, 80) * MINUTE;

		life->resolution = quick < life->resolution ? quick : life->resolution;
	}
	if (life->resolution < 4 * MINUTE)
		life->resolution = 4 * MINUTE;
	if (life->response > life->resolution / 2)
		life->response = life->resolution / 2;
}

struct demo_life demo_draw(struct demo_world *world, const struct node *template, int caller, instant reported)
{
	struct demo_life life = {.world = world,
				 .template = template,
				 .parent = NO_INCIDENT,
				 .caller = caller,
				 .customer = NOBODY,
				 .group = NOBODY,
				 .language = JAPANESE,
				 .reported = reported,
				 .now = reported,
				 .base_at = reported,
				 .last = STAGE_DONE};
	int security = demo_text(template, "security").n ? 85 : 0;

	life.alert = demo_text(template, "alert").n;
	if (!life.alert && life.caller == NOBODY)
		life.caller = demo_draw_caller(world);
	if (life.caller != NOBODY) {
		life.customer = world->people.items[life.caller].customer;
		life.language = world->people.items[life.caller].language;
	}
	life.security = chance_percent(&world->chance, security);
	life.service = demo_service_by_key(world, demo_text(template, "service"));
	life.item = demo_item_of_kind(world, demo_text(template, "items"));
	take_slots(&life);
	take_texts(&life);
	draw_priority(&life);
	draw_people(&life);
	draw_durations(&life);
	return life;
}

void demo_report_at(struct demo_life *life, instant reported)
{
	life->reported = life->now = life->base_at = reported;
	take_slots(life);
	take_texts(life);
}
