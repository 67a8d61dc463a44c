/* What a simulated year has round its tickets: people, agreements and hours, and how they change. */
#include "year.h"

/* --- agreements --- */

const struct agreed *agreed_now(const struct year *year, size_t customer)
{
	const struct zone *tokyo = zone_open(S("Asia/Tokyo"));
	int32_t today = zone_day(tokyo, year->world->now);

	for (size_t i = 0; i < year->agreement_count; i++) {
		const struct agreed *agreed = &year->agreements[i];

		if (year->agreement_customer[i] == customer && agreed->active && agreed->from <= today &&
		    (agreed->to < agreed->from || agreed->to >= today))
			return agreed;
	}
	return NULL;
}

const struct agreed *agreement_of(const struct year *year, int64_t identity)
{
	for (size_t i = 0; i < year->agreement_count; i++)
		if (year->agreements[i].identity == identity)
			return &year->agreements[i];
	return NULL;
}

static const char *hours_text(struct arena *arena, struct year_hours hours)
{
	if (hours.from == hours.to)
		return "";
	return str_c(arena, str_format(arena, "%02d:%02d-%02d:%02d", hours.from / 60, hours.from % 60, hours.to / 60,
				       hours.to % 60));
}

static const char *const weekdays[7] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

static void write_calendar(struct year *year, struct year_calendar *calendar)
{
	struct arena *arena = year->world->arena;
	struct buf exceptions = buf_new(arena);
	char day[TIME_TEXT];
	const char *week[7];

	for (size_t i = 0; i < 7; i++)
		week[i] = hours_text(arena, calendar->week[i]);
	buf_add_c(&exceptions, "[");
	for (size_t i = 0; i < calendar->date_count; i++)
		buf_format(&exceptions, "%s{\"date\":\"%s\",\"hours\":\"%s\"}", i ? "," : "",
			   day_format(calendar->dates[i], day), hours_text(arena, calendar->date_hours[i]));
	buf_add_c(&exceptions, "]");
	assert_int_equal(edit_by(year->world, actor_system(), calendar->identity, "zone", calendar->zone, weekdays[0],
				 week[0], weekdays[1], week[1], weekdays[2], week[2], weekdays[3], week[3], weekdays[4],
				 week[4], weekdays[5], week[5], weekdays[6], week[6], "exceptions",
				 str_c(arena, buf_str(&exceptions)), NULL),
			 OK);
	year_fill(calendar, year->origin);
}

/* A holiday or short day about now, or other weekly hours. */
void change_calendar(struct year *year)
{
	struct year_calendar *calendar = &year->calendars[chance(&year->seed, CALENDARS)];
	int32_t today = (int32_t)(year->world->now / DAY);
	int32_t day = today + (int32_t)chance(&year->seed, 6) - 1;
	bool known = false;

	for (size_t i = 0; i < calendar->date_count; i++)
		known = known || calendar->dates[i] == day;
	if (known || calendar->date_count == YEAR_DATES || chance(&year->seed, 4) == 0) {
		struct year_hours *hours = &calendar->week[chance(&year->seed, 7)];

		hours->from = (int)chance(&year->seed, 12) * 60;
		hours->to = hours->from + 4 * 60 + (int)chance(&year->seed, 8) * 60;
	} else {
		int from = 8 * 60 + (int)chance(&year->seed, 60);

		calendar->dates[calendar->date_count] = day;
		calendar->date_hours[calendar->date_count++] =
		    chance(&year->seed, 2) ? (struct year_hours){0, 0} : (struct year_hours){from, from + 4 * 60};
	}
	write_calendar(year, calendar);
}

static const char *targets_text(struct year *year, struct agreed *agreed)
{
	struct buf text = buf_new(year->world->arena);

	buf_add_c(&text, "[");
	for (size_t clock = 0; clock < CLOCKS; clock++)
		for (size_t p = 0; p < 6; p++) {
			int64_t minutes = chance(&year->seed, 3) ? 0 : 10 + chance(&year->seed, 23 * 60);

			agreed->targets[clock][p] = minutes * MINUTE;
			if (minutes)
				buf_format(&text, "%s{\"clock\":\"%s\",\"priority\":\"P%zu\",\"target\":\"PT%lldM\"}",
					   text.n > 1 ? "," : "", clock_names[clock], p + 1, (long long)minutes);
		}
	buf_add_c(&text, "]");
	return str_c(year->world->arena, buf_str(&text));
}

static void new_agreement(struct year *year, size_t customer)
{
	struct agreed *agreed = &year->agreements[year->agreement_count];
	char from[TIME_TEXT], to[TIME_TEXT], calendar[NUMBER_TEXT], number[NUMBER_TEXT];
	int32_t today = (int32_t)(year->world->now / DAY);

	*agreed = (struct agreed){.from = today + (int32_t)chance(&year->seed, 10) - 3,
				  .calendar = (size_t)chance(&year->seed, CALENDARS),
				  .active = true};
	agreed->to = agreed->from + (int32_t)chance(&year->seed, 90);
	agreed->identity =
	    made(year->world, "sla", "title", "Agreed", "customer",
		 kernel_number(year->world->kernel, year->customers[customer], number), "calendar",
		 kernel_number(year->world->kernel, year->calendars[agreed->calendar].identity, calendar), "valid_from",
		 day_format(agreed->from, from), "valid_to", day_format(agreed->to, to), "targets",
		 targets_text(year, agreed), NULL);
	year->agreement_customer[year->agreement_count++] = customer;
	assert_int_equal(edit_by(year->world, actor_system(), agreed->identity, "state", "activate", NULL), OK);
}

void change_agreement(struct year *year)
{
	size_t which = (size_t)chance(&year->seed, (int64_t)year->agreement_count + 1);
	struct agreed *agreed = &year->agreements[which];

	if (which == year->agreement_count || !agreed->active) {
		if (year->agreement_count < AGREEMENTS)
			new_agreement(year, (size_t)chance(&year->seed, CUSTOMERS));
		return;
	}
	if (chance(&year->seed, 4) == 0) {
		agreed->active = false;
		assert_int_equal(
		    edit_by(year->world, actor_system(), agreed->identity, "state", "end", "comment", "Over", NULL),
		    OK);
	} else {
		assert_int_equal(
		    edit_by(year->world, actor_system(), agreed->identity, "targets", targets_text(year, agreed), NULL),
		    OK);
	}
}

/* --- opening --- */

static void open_calendars(struct year *year)
{
	static const struct {
		const char *zone, *name;
		struct year_hours day, end; /* Monday to Friday; Saturday and Sunday */
	} made_of[CALENDARS] = {{"Asia/Tokyo", "Office hours", {9 * 60, 17 * 60}, {0, 0}},
				{"America/New_York", "New York", {7 * 60 + 30, 20 * 60}, {0, 12 * 60}},
				{"Europe/London", "Always", {0, 1440}, {0, 1440}},
				{"Australia/Lord_Howe", "Nights", {0, 5 * 60}, {60, 3 * 60}}};

	for (size_t i = 0; i < CALENDARS; i++) {
		struct year_calendar *calendar = &year->calendars[i];

		calendar->zone = made_of[i].zone;
		for (size_t day = 0; day < 7; day++)
			calendar->week[day] = day < 5 ? made_of[i].day : made_of[i].end;
		calendar->open = malloc(YEAR_MINUTES * sizeof(*calendar->open));
		calendar->identity =
		    i ? made(year->world, "calendar", "name", made_of[i].name, NULL) : year->world->calendar;
		write_calendar(year, calendar);
	}
}

static void open_people(struct year *year)
{
	static const char *const keys[GROUPS] = {"desk", "network", "makers"};
	struct world *world = year->world;
	char account[16], number[NUMBER_TEXT];
	struct buf people = buf_new(world->arena);

	year->groups[0] = world->group;
	year->groups[1] = world->other_group;
	year->groups[2] = made(world, "group", "key", "makers", "name", "Makers", "level", "3", NULL);
	assert_int_equal(edit_by(world, actor_system(), world->group, "escalates_to", "network", NULL), OK);
	assert_int_equal(edit_by(world, actor_system(), world->other_group, "escalates_to", "makers", NULL), OK);
	for (size_t i = 0; i < CUSTOMERS; i++) {
		snprintf(account, sizeof(account), "Customer %zu", i);
		year->customers[i] = made(world, "customer", "name", account, NULL);
	}
	for (size_t i = 0; i < AGENTS; i++) {
		snprintf(account, sizeof(account), "agent%zu", i);
		year->agents[i] =
		    made(world, "person", "account", account, "name", account, "roles",
			 i ? "incident_and_service_request.service_desk" : "incident_and_service_request.manager",
			 "groups", keys[i % GROUPS], NULL);
		buf_format(&people, "%s{\"person\":\"%s\"}", i ? "," : "[",
			   kernel_number(world->kernel, year->agents[i], number));
	}
	buf_add_c(&people, "]");
	for (size_t i = 0; i < AGENTS; i++)
		year->actors[i] = as(world, year->agents[i]);
	made(world, "oncall_rota", "name", "Everybody", "starts_on", "2026-10-26", "people",
	     str_c(world->arena, buf_str(&people)), NULL);
}

static struct value parsed(struct year *year, const char *field, const char *text)
{
	READER connection = NULL;
	struct value value;

	assert_int_equal(store_reader(year->world->store, &connection, &year->world->error), OK);
	assert_int_equal(field_parse(year->world->kernel, connection, year->world->arena,
				     type_field(year->world->incident, str_of(field)), str_of(text),
				     zone_open(S("Asia/Tokyo")), &value, &year->world->error),
			 OK);
	return value;
}

void open_year(struct year *year)
{
	year->world->now += HOUR; /* after all that the world begins with */
	open_calendars(year);
	open_people(year);
	year->category = parsed(year, "category", "mail");
	year->no_ci = parsed(year, "ci_unknown_reason", "none");
	for (size_t i = 0; i < CUSTOMERS - 1; i++)
		new_agreement(year, i);
}
