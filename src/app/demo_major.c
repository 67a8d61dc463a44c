/* Looking back on a major incident: its review is held, decides what is to be done, and is closed. The incident itself
 * is confirmed after that. */
#include "app/demo_world.h"

static struct demo_form later(struct demo_life *life, const struct type *type, int64_t after)
{
	const struct demo_person *agent = &life->world->people.items[life->agent];
	struct demo_form form = demo_form(life->world, type, life->now + after, agent->identity);

	life->now = form.request.at;
	return form;
}

static void happen_to(struct demo_life *life, struct demo_form *form, const struct link_kind *through)
{
	form->through = through;
	life->over = life->over || !demo_happen(form, life->incident, NO_INCIDENT);
}

static void decide(struct demo_life *life, const struct link_kind *through, const char *what, int64_t days)
{
	const struct type *type = model_type(life->world->model, S("action"));
	struct demo_form form;

	if (!type)
		return;
	form = later(life, type, 20 * MINUTE);
	form.creates = true;
	demo_put_text(&form, "title", demo_phrase(life, what));
	demo_put_record(&form, "owner", life->world->people.items[life->resolver].identity);
	demo_put(&form, "due", value_number(VALUE_DATE, zone_day(life->world->zone, life->now + days * DAY)));
	demo_link(&form, "decided_in", 0);
	happen_to(life, &form, through);
}

void demo_look_back(struct demo_life *life)
{
	const struct type *type = model_type(life->world->model, S("review"));
	const struct link_kind *through = type ? type_link(type, S("reviews")) : NULL;
	struct demo_form form;

	if (!through)
		return;
	form = later(life, type, DAY + 3 * HOUR);
	demo_take(&form, "hold");
	demo_put(&form, "held_at", value_time(form.request.at - HOUR));
	demo_put_text(&form, "minutes", demo_phrase(life, "minutes"));
	happen_to(life, &form, through);
	decide(life, through, "corrections", 14);
	decide(life, through, "preventions", 45);
	form = later(life, type, 4 * HOUR);
	demo_take(&form, "close");
	happen_to(life, &form, through);
}
