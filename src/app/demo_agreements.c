/* Service hours and agreements, and which of them count for an incident. */
#include "app/demo_world.h"
#include "model/node.h"
#include "web/embedded.h"

static const char *const days[7] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

/* --- service hours --- */

/* The holidays of Japan as rows of the record; their days are kept as well. */
static struct str japanese_holidays(struct demo_world *world, struct error *error)
{
	struct buf rows = buf_new(world->arena);
	struct node *root = NULL;

	for (size_t i = 0; i < embedded_sources_count; i++)
		if (str_is(str_of(embedded_sources[i].name), "data/holidays-jp.yaml") &&
		    node_parse(world->arena, embedded_sources[i].name, embedded_sources[i].plain, &root, error))
			return (struct str){0};
	for (size_t i = 0; root && i < root->count; i++) {
		int32_t day;

		if (!day_parse(demo_text(root->items[i], "date"), &day))
			continue;
		vec_push(world->arena, &world->holidays, day);
		buf_format(&rows, "%s{\"date\":%d,\"name\":", rows.n ? "," : "[", day);
		buf_add_json_string(&rows, demo_text(root->items[i], "en"));
		buf_add_c(&rows, ",\"name_ja\":");
		buf_add_json_string(&rows, demo_text(root->items[i], "ja"));
		buf_add_char(&rows, '}');
	}
	buf_add_c(&rows, rows.n ? "]" : "[]");
	return buf_str(&rows);
}

static void found_calendar(struct demo_world *world, const struct type *type, const struct node *node,
			   struct error *error)
{
	struct demo_form form = demo_form(world, type, world->founded, 0);
	struct demo_calendar calendar = {.key = demo_text(node, "key")};
	struct calendar_specification specification = {.zone = demo_text(node, "zone")};
	struct span *spans = arena_many(world->arena, struct span, 7);

	demo_put_text(&form, "name", demo_text(node, "name"));
	demo_put_text(&form, "name_ja", demo_text(node, "ja"));
	demo_put_text(&form, "zone", specification.zone);
	for (int i = 0; i < 7; i++) {
		struct str hours = demo_text(node, i < 5 ? "week" : "weekend");

		demo_put_text(&form, days[i], hours);
		specification.week[i].spans = &spans[i];
		specification.week[i].count = span_parse(hours, &spans[i]);
	}
	if (demo_text(node, "japanese_holidays").n) {
		struct value rows = {.kind = VALUE_ROWS, .text = japanese_holidays(world, error)};

		demo_put(&form, "holidays", rows);
		specification.holidays = world->holidays.items;
		specification.holiday_count = world->holidays.count;
	}
	if (calendar_build(world->arena, &specification, &calendar.calendar, error))
		return;
	calendar.identity = demo_found(&form);
	vec_push(world->arena, &world->calendars, calendar);
}

/* The first calendar counts where no agreement says otherwise. */
void demo_found_calendars(struct demo_world *world, struct error *error)
{
	const struct type *type = world->model->acting[ACTS_CALENDAR];
	const struct node *list = demo_list(world->organisation, "calendars");

	for (size_t i = 0; type && i < list->count; i++)
		found_calendar(world, type, list->items[i], error);
}

/* --- agreements --- */

static const char *const clock_names[DEMO_CLOCKS] = {"response", "resolution"};

static void put_targets(struct demo_form *form, struct demo_agreement *agreement, const struct node *node)
{
	struct buf rows = buf_new(form->world->arena);
	struct value value = {.kind = VALUE_ROWS};
	struct duration target;

	for (int c = 0; c < DEMO_CLOCKS; c++) {
		const struct node *list = demo_list(node, clock_names[c]);

		for (size_t p = 0; p < list->count && p < DEMO_PRIORITIES; p++) {
			if (!duration_parse(list->items[p]->text, &target))
				continue;
			agreement->targets[c][p] = calendar_target(agreement->calendar->calendar, target);
			buf_format(&rows, "%s{\"clock\":\"%s\",\"priority\":\"P%d\",\"target\":%lld}",
				   rows.n ? "," : "[", clock_names[c], (int)p + 1, (long long)duration_ms(target));
		}
	}
	if (rows.n)
		buf_add_char(&rows, ']');
	value.text = buf_str(&rows);
	demo_put(form, "targets", value);
}

static const struct demo_calendar *calendar_by_key(const struct demo_world *world, struct str key)
{
	for (size_t i = 0; i < world->calendars.count; i++)
		if (str_eq(world->calendars.items[i].key, key))
			return &world->calendars.items[i];
	return NULL;
}

static void take_step(struct demo_world *world, const struct demo_agreement *agreement, const char *transition,
		      instant at, struct str comment)
{
	int manager = demo_person_by_account(world, "slm");
	struct demo_form form = demo_form(world, world->model->acting[ACTS_AGREEMENT], at,
					  manager == NOBODY ? 0 : world->people.items[manager].identity);

	form.request.record = agreement->identity;
	demo_take(&form, transition);
	demo_say(&form, comment, false);
	if (!form.request.transition)
		return;
	if (at < world->from)
		demo_found_edit(&form);
	else
		demo_happen(&form, NO_INCIDENT, NO_INCIDENT);
}

static void put_period(struct demo_form *form, const struct demo_agreement *agreement, bool follows, bool ends)
{
	struct demo_world *world = form->world;
	int32_t first = zone_day(world->zone, follows ? agreement->from : world->founded);

	demo_put(form, "valid_from", value_number(VALUE_DATE, first));
	if (ends)
		demo_put(form, "valid_to", value_number(VALUE_DATE, zone_day(world->zone, agreement->to)));
}

static void found_agreement(struct demo_world *world, const struct node *node)
{
	struct demo_form form = demo_form(world, world->model->acting[ACTS_AGREEMENT], world->founded, 0);
	bool follows = demo_text(node, "from").n, ends = demo_text(node, "until").n;
	struct demo_agreement agreement = {.customer = demo_customer_by_key(world, demo_text(node, "customer")),
					   .service = demo_service_by_key(world, demo_text(node, "service")),
					   .calendar = calendar_by_key(world, demo_text(node, "calendar")),
					   .from = follows ? world->half : 0,
					   .to = ends ? world->half : INT64_MAX};

	if (agreement.customer == NOBODY || !agreement.calendar)
		return;
	demo_put_text(&form, "title", demo_text(node, "title"));
	demo_put_text(&form, "title_ja", demo_text(node, "ja"));
	demo_put_record(&form, "customer", world->customers.items[agreement.customer].identity);
	if (agreement.service != NOBODY)
		demo_put_record(&form, "service", world->services.items[agreement.service].identity);
	demo_put_record(&form, "calendar", agreement.calendar->identity);
	put_period(&form, &agreement, follows, ends);
	put_targets(&form, &agreement, node);
	agreement.identity = demo_found(&form);
	vec_push(world->arena, &world->agreements, agreement);
	take_step(world, &agreement, "activate", follows ? agreement.from + SECOND : world->founded + HOUR,
		  (struct str){0});
	if (ends)
		take_step(world, &agreement, "end", agreement.to,
			  S("目標時間の見直しに伴い、新しい合意書に移行します。"));
}

void demo_found_agreements(struct demo_world *world)
{
	const struct node *list = demo_list(world->organisation, "agreements");

	for (size_t i = 0; world->model->acting[ACTS_AGREEMENT] && i < list->count; i++)
		found_agreement(world, list->items[i]);
}

/* --- which counts --- */

static const struct demo_agreement *agreement_of(const struct demo_world *world, int customer, int service, instant at)
{
	const struct demo_agreement *found = NULL;

	for (size_t i = 0; i < world->agreements.count; i++) {
		const struct demo_agreement *agreement = &world->agreements.items[i];

		if (customer == NOBODY || agreement->customer != customer || at < agreement->from ||
		    at >= agreement->to)
			continue;
		if (agreement->service != NOBODY && agreement->service == service)
			return agreement;
		if (agreement->service == NOBODY && !found)
			found = agreement;
	}
	return found;
}

static int64_t general_target(const struct demo_world *world, const struct calendar *calendar, enum demo_clock clock,
			      int priority)
{
	const struct target_table *table = map_get(&world->model->targets_by_name, str_of(clock_names[clock]));
	char code[3] = {'P', (char)('1' + priority), '\0'};

	for (size_t i = 0; table && i < table->count; i++)
		if (str_is(table->codes[i], code))
			return calendar_target(calendar, table->durations[i]);
	return 8 * HOUR;
}

struct demo_terms demo_terms_of(const struct demo_world *world, int customer, int service, int priority, instant at)
{
	const struct demo_agreement *agreement = agreement_of(world, customer, service, at);
	const struct demo_calendar *calendar = agreement ? agreement->calendar : &world->calendars.items[0];
	struct demo_terms terms = {.calendar = calendar->calendar, .always = str_is(calendar->key, "always")};

	for (int c = 0; c < DEMO_CLOCKS; c++) {
		terms.targets[c] = agreement ? agreement->targets[c][priority] : 0;
		if (!terms.targets[c])
			terms.targets[c] = general_target(world, calendar->calendar, c, priority);
	}
	return terms;
}
