/* The life of one incident, step by step, until it ends or the present comes. */
#include "app/demo_world.h"

#define SILENCE (5 * DAY) /* after which nobody is asked any more */

static int64_t person(const struct demo_life *life, int at)
{
	return at == NOBODY ? 0 : life->world->people.items[at].identity;
}

/* --- time --- */

/* The moment at which so much service time will have been used, never before the step before it. */
static instant moment(const struct demo_life *life, int64_t elapsed)
{
	instant at = calendar_add(life->terms.calendar, life->base_at, elapsed - life->base);

	if (at == INSTANT_NONE)
		at = life->base_at + elapsed;
	return at;
}

static instant daytime(const struct demo_life *life, instant at)
{
	struct civil local = zone_civil(life->world->zone, at);
	instant morning = at - local.hour * (int64_t)HOUR - local.minute * (int64_t)MINUTE + 8 * HOUR +
			  local.minute * (int64_t)MINUTE / 2;

	if (local.hour < 8)
		return morning;
	if (local.hour < 21)
		return at;
	return at - 3 * HOUR > life->now ? at - 3 * HOUR : morning + DAY;
}

/* Where service never closes people still sleep, unless it is urgent. */
static instant humane(const struct demo_life *life, instant at)
{
	return life->terms.always && life->priority > 1 ? daytime(life, at) : at;
}

/* When somebody at the customer reads it: in office hours. */
static instant at_work(const struct demo_life *life, instant at)
{
	instant next;

	if (life->terms.always || life->storm)
		return daytime(life, at);
	if (calendar_is_open(life->terms.calendar, at))
		return at;
	next = calendar_add(life->terms.calendar, at, chance_between(&life->world->chance, 2, 70) * MINUTE);
	return next == INSTANT_NONE ? at : next;
}

static instant advance(struct demo_life *life, instant at)
{
	at += chance_below(&life->world->chance, 50) * SECOND;
	if (at <= life->now)
		at = life->now + chance_between(&life->world->chance, 20, 200) * SECOND;
	return life->now = at;
}

/* --- steps --- */

static struct demo_form begin(struct demo_life *life, int who, instant at)
{
	return demo_form(life->world, life->world->incident, advance(life, at), person(life, who));
}

static bool happen(struct demo_life *life, struct demo_form *form)
{
	if (!life->over && !demo_happen(form, life->incident, life->parent))
		life->over = true;
	return !life->over;
}

static void say(struct demo_life *life, int who, instant at, struct str text, bool is_public)
{
	struct demo_form form = begin(life, who, at);

	demo_say(&form, text, is_public);
	if (text.n)
		happen(life, &form);
}

static const char *draw_channel(struct demo_life *life)
{
	static const char *const channels[] = {"portal", "phone", "mail", "desk"};
	static const int weights[] = {39, 30, 26, 5};

	return life->alert ? "monitoring" : channels[chance_weighted(&life->world->chance, weights, 4)];
}

static const char *kind_of(const struct demo_life *life)
{
	if (life->alert && !life->major)
		return "ci_fault";
	return life->priority < 2 ? "interruption" : "degradation";
}

static void create(struct demo_life *life)
{
	struct demo_world *world = life->world;
	const char *channel = draw_channel(life);
	bool self = channel[0] == 'p' ? channel[1] == 'o' : channel[0] == 'm' && !life->alert;
	int by = life->alert ? NOBODY : self ? life->caller : life->agent;
	struct demo_form form = demo_form(world, world->incident, life->reported, person(life, by));

	life->incident = demo_new_incident(world);
	demo_put_text(&form, "title", life->texts[0]);
	demo_put_text(&form, "description", life->texts[1]);
	demo_put_choice(&form, "kind", str_of(kind_of(life)));
	demo_put_record(&form, "caller", person(life, life->caller));
	if (life->service != NOBODY)
		demo_put_record(&form, "service", world->services.items[life->service].identity);
	if (life->item != NOBODY && !(self && chance_percent(&world->chance, 20)))
		demo_put_list(&form, "configuration_items", &world->items.items[life->item].identity, 1);
	demo_put_key(&form, "category", demo_text(life->template, "category"));
	demo_put_choice(&form, "impact", life->impact);
	demo_put_choice(&form, "urgency", life->urgency);
	demo_put_choice(&form, "channel", str_of(channel));
	if (life->security)
		demo_put(&form, "security", value_boolean(true));
	if (life->major)
		demo_put(&form, "major", value_boolean(true));
	if (self && chance_percent(&world->chance, 6))
		demo_attach(&form, life);
	happen(life, &form);
}

/* Somebody who leads keeps an eye on it. */
static void watch(struct demo_life *life)
{
	struct demo_world *world = life->world;
	int leader = world->groups.items[life->group].members[0];
	struct demo_form form = begin(life, leader, life->now + 3 * MINUTE);

	form.request.watch = true;
	happen(life, &form);
}

static void assign(struct demo_life *life, int who, int group, int assignee, instant at, struct str comment)
{
	struct demo_form form = begin(life, who, at);

	demo_take(&form, "assign");
	demo_put_record(&form, "group", life->world->groups.items[group].identity);
	demo_put_record(&form, "assignee", person(life, assignee));
	demo_say(&form, comment, false);
	happen(life, &form);
}

static int other_group(struct demo_life *life)
{
	size_t count = life->world->groups.count, at = (size_t)chance_below(&life->world->chance, (int64_t)count);
	bool is_desk = str_is(life->world->groups.items[at].key, "service-desk");

	return (int)at == life->group || is_desk ? (int)((size_t)(life->group + 1) % count) : (int)at;
}

/* From the desk to whoever should know; sometimes by way of a group that does not. */
static void pass_on(struct demo_life *life)
{
	struct demo_world *world = life->world;
	bool bounces = life->last == STAGE_DONE && !life->security && !life->storm && chance_percent(&world->chance, 9);
	int first = bounces ? other_group(life) : life->group;
	int wrong = world->groups.items[first].member_count ? world->groups.items[first].members[0] : NOBODY;

	if (bounces) {
		assign(life, life->agent, first, NOBODY, moment(life, life->response / 5), (struct str){0});
		assign(life, wrong, life->group, NOBODY, moment(life, life->response / 2),
		       demo_phrase(life, "bounces"));
	} else {
		int assignee = life->in_group_only || chance_percent(&world->chance, 40) ? NOBODY : life->resolver;

		assign(life, life->agent, life->group, assignee, moment(life, life->response / 3), (struct str){0});
	}
}

static void start(struct demo_life *life, int who, int group)
{
	struct demo_form form = begin(life, who, humane(life, moment(life, life->response)));

	demo_take(&form, "start");
	demo_put_record(&form, "group", life->world->groups.items[group].identity);
	demo_put_record(&form, "assignee", person(life, who));
	if (life->item != NOBODY)
		demo_put_list(&form, "configuration_items", &life->world->items.items[life->item].identity, 1);
	else
		demo_put_text(&form, "ci_unknown_reason", demo_phrase(life, "unknowns"));
	demo_put(&form, "security", value_boolean(life->security));
	happen(life, &form);
}

/* Most callers agree with the priority when they are asked, some minutes after work has begun. */
static void agree_priority(struct demo_life *life)
{
	struct demo_form form;

	if (life->caller == NOBODY || !chance_percent(&life->world->chance, 88))
		return;
	form = begin(life, life->caller, life->now + chance_between(&life->world->chance, 1, 6) * MINUTE);
	demo_take(&form, "agree_priority");
	happen(life, &form);
}

static void wait_for_customer(struct demo_life *life, int who, int64_t elapsed)
{
	struct chance *chance = &life->world->chance;
	struct demo_form form = begin(life, who, humane(life, moment(life, elapsed)));
	instant answer;

	demo_take(&form, "wait");
	demo_put_choice(&form, "waiting_for", S("customer"));
	demo_say(&form, demo_phrase(life, "questions"), true);
	happen(life, &form);
	if (life->last == STAGE_WAITING)
		return;
	answer = calendar_add(life->terms.calendar, life->now, chance_between(chance, 20, 900) * MINUTE);
	form = begin(life, life->caller, answer == INSTANT_NONE ? life->now + DAY : humane(life, answer));
	demo_say(&form, demo_phrase(life, "answers"), true);
	happen(life, &form);
	life->base = elapsed;
	life->base_at = life->now;
}

static void wait_for_others(struct demo_life *life, int who, int64_t from, int64_t to)
{
	static const char *const codes[] = {"supplier", "parts", "change", "other"};
	static const int weights[] = {45, 30, 20, 5};
	struct demo_form form = begin(life, who, humane(life, moment(life, from)));

	demo_take(&form, "wait");
	demo_put_choice(&form, "waiting_for", str_of(codes[chance_weighted(&life->world->chance, weights, 4)]));
	demo_say(&form, demo_phrase(life, "suppliers"), false);
	happen(life, &form);
	if (life->last == STAGE_WAITING)
		return;
	form = begin(life, who, humane(life, moment(life, to)));
	demo_take(&form, "resume");
	happen(life, &form);
}

static void work(struct demo_life *life, int who)
{
	struct chance *chance = &life->world->chance;
	int64_t left = life->resolution - life->response;

	if (!life->alert && chance_percent(chance, life->first_line ? 20 : 55))
		say(life, who, moment(life, life->response + left / 12), demo_phrase(life, "replies"), true);
	if (chance_percent(chance, life->first_line ? 25 : 70))
		say(life, who, humane(life, moment(life, life->response + left / 5)), demo_phrase(life, "notes"),
		    false);
	if (life->storm || life->last == STAGE_IN_PROGRESS)
		return;
	if (life->last == STAGE_WAITING ? !life->alert && chance_percent(chance, 60)
					: !life->alert && chance_percent(chance, life->first_line ? 7 : 17))
		wait_for_customer(life, who, life->response + left * 3 / 10);
	else if (life->last == STAGE_WAITING || (life->resolution > 6 * HOUR && chance_percent(chance, 10)))
		wait_for_others(life, who, life->response + left * 3 / 10, life->response + left * 8 / 10);
	if (life->last == STAGE_WAITING || life->first_line || !chance_percent(chance, 45))
		return;
	say(life, who, humane(life, moment(life, life->response + left * 85 / 100)), demo_phrase(life, "notes"), false);
}

static const char *draw_closing_code(struct demo_life *life)
{
	static const char *const codes[] = {"solved",     "worked_around", "restored", "no_fault",
					    "user_error", "duplicate",     "not_ours"};
	static const int weights[] = {62, 12, 8, 5, 9, 2, 2};

	return life->major ? "solved" : codes[chance_weighted(&life->world->chance, weights, 7)];
}

static void resolve(struct demo_life *life, int who, instant at)
{
	struct demo_form form = begin(life, who, at);

	demo_take(&form, "resolve");
	demo_put_text(&form, "resolution", life->texts[2]);
	demo_put_choice(&form, "closing_code", str_of(draw_closing_code(life)));
	if (life->security) { /* whom we informed is decided and told (8.1.3.1) */
		demo_put_choice(&form, "security_contact", S("team"));
		demo_put_text(&form, "security_contacted", S("CSIRT"));
		demo_put(&form, "security_contacted_at", value_time(life->now));
	}
	if (life->caller != NOBODY)
		demo_say(&form, demo_phrase(life, "solved"), true);
	happen(life, &form);
}

static void confirm(struct demo_life *life, int who, int64_t after)
{
	instant at = at_work(life, life->now + after);
	struct demo_form form;

	if (at - life->now > SILENCE - HOUR)
		return;
	form = begin(life, who, at);
	demo_take(&form, "confirm");
	demo_say(&form, life->caller == who ? demo_phrase(life, "thanks") : (struct str){0}, true);
	happen(life, &form);
}

static void reopen(struct demo_life *life, int who)
{
	struct chance *chance = &life->world->chance;
	struct demo_form form =
	    begin(life, life->caller, at_work(life, life->now + chance_between(chance, 2, 50) * HOUR));

	demo_take(&form, "reopen");
	demo_say(&form, demo_phrase(life, "reopens"), true);
	happen(life, &form);
	say(life, who, life->now + chance_between(chance, 10, 90) * MINUTE, demo_phrase(life, "notes"), false);
	resolve(life, who,
		humane(life, calendar_add(life->terms.calendar, life->now,
					  life->terms.targets[DEMO_RESOLUTION] / 100 * chance_between(chance, 5, 50))));
}

/* Solved: is it? About seven in ten answer; who says nothing within five days is taken to agree. */
static void settle(struct demo_life *life, int who)
{
	struct chance *chance = &life->world->chance;
	int64_t soon = chance_between(chance, 1, 10), hours = soon * soon * chance_between(chance, 15, 60);

	if (life->last == STAGE_RESOLVED)
		return;
	if (life->major)
		demo_look_back(life);
	if (life->alert) {
		confirm(life, life->agent, chance_between(chance, 10, 300) * MINUTE);
		return;
	}
	if (!life->storm && chance_percent(chance, 3))
		reopen(life, who);
	if (chance_percent(chance, 75))
		confirm(life, life->caller, hours * MINUTE + chance_between(chance, 3, 40) * MINUTE);
	else if (chance_percent(chance, 15))
		confirm(life, life->agent, chance_between(chance, 30, 60 * 24) * MINUTE);
}

static void cancel(struct demo_life *life)
{
	struct demo_form form = begin(life, life->agent, moment(life, life->response));

	demo_take(&form, "cancel");
	demo_say(&form, demo_phrase(life, "cancels"), true);
	happen(life, &form);
}

static void join_parent(struct demo_life *life)
{
	struct demo_form form =
	    begin(life, life->agent, life->now + chance_between(&life->world->chance, 2, 9) * MINUTE);

	demo_link(&form, "part_of", 0);
	happen(life, &form);
}

/* Of the desk's own: the agent's group. */
static int desk_group(const struct demo_life *life)
{
	return life->world->people.items[life->agent].group;
}

void demo_live(struct demo_life *life)
{
	struct chance *chance = &life->world->chance;
	int who = life->first_line ? life->agent : life->resolver;

	create(life);
	if (life->parent != NO_INCIDENT)
		join_parent(life);
	if (life->last == STAGE_NEW)
		return;
	if (life->last == STAGE_DONE && !life->alert && !life->storm && !life->major && chance_percent(chance, 2)) {
		cancel(life);
		return;
	}
	if (!life->first_line)
		pass_on(life);
	else if (life->last == STAGE_ASSIGNED)
		assign(life, life->agent, desk_group(life), life->agent, moment(life, life->response / 3),
		       (struct str){0});
	if (life->last == STAGE_ASSIGNED)
		return;
	start(life, who, life->first_line ? desk_group(life) : life->group);
	agree_priority(life);
	if (!life->first_line && (life->priority < 2 || chance_percent(chance, 3)))
		watch(life);
	work(life, who);
	if (life->last == STAGE_IN_PROGRESS || life->last == STAGE_WAITING)
		return;
	resolve(life, who,
		life->priority > 1 ? humane(life, moment(life, life->resolution)) : moment(life, life->resolution));
	settle(life, who);
}
