/* Entries as iCalendar: libical writes it. What it says hangs on the records alone, so that the same calendar is the
 * same text. */
#include <libical/ical.h>
#include <stdlib.h>

#include "web/feed.h"

enum { UID_TEXT = NUMBER_TEXT + 40, CHANGES_MOST = 60, DAYS_TEXT = 16 };

struct writing {
	struct arena *arena;
	const struct kernel *kernel;
	const struct actor *actor;
	const char *zone;
	struct str origin;
	icalcomponent *calendar;
	instant first, last; /* of all times */
};

static struct icaltimetype local_time(const struct zone *zone, instant at)
{
	struct civil civil = zone_civil(zone, at);

	return (struct icaltimetype){.year = civil.year,
				     .month = civil.month,
				     .day = civil.day,
				     .hour = civil.hour,
				     .minute = civil.minute,
				     .second = civil.second};
}

static struct icaltimetype day_time(int64_t day)
{
	struct icaltimetype time = {.is_date = 1};

	day_to_civil((int32_t)day, &time.year, &time.month, &time.day);
	return time;
}

static struct icaltimetype utc_time(instant at)
{
	struct icaltimetype time = local_time(zone_open(S("UTC")), at);

	time.zone = icaltimezone_get_utc_timezone();
	return time;
}

/* --- the zone --- */

/* As long as one offset holds, from the moment at which the one before ended. */
static void add_observance(icalcomponent *zone_part, const struct zone *zone, instant at, int64_t before, int64_t since)
{
	icalcomponent *part = icalcomponent_new(since > before ? ICAL_XDAYLIGHT_COMPONENT : ICAL_XSTANDARD_COMPONENT);
	struct icaltimetype start = {.year = 1970, .month = 1, .day = 1};

	if (at != INSTANT_NONE) /* by the clock that was just left */
		start = local_time(zone_open(S("UTC")), at + before);
	icalcomponent_add_property(part, icalproperty_new_dtstart(start));
	icalcomponent_add_property(part, icalproperty_new_tzoffsetfrom((int)(before / SECOND)));
	icalcomponent_add_property(part, icalproperty_new_tzoffsetto((int)(since / SECOND)));
	icalcomponent_add_component(zone_part, part);
}

static void add_zone(struct writing *writing)
{
	const struct zone *zone = writing->actor->zone;
	icalcomponent *part = icalcomponent_new(ICAL_VTIMEZONE_COMPONENT);
	instant at = writing->first - DAY;
	int64_t before = zone_offset(zone, at);

	icalcomponent_add_property(part, icalproperty_new_tzid(writing->zone));
	add_observance(part, zone, INSTANT_NONE, before, before);
	for (int i = 0; i < CHANGES_MOST && (at = zone_next_change(zone, at)) <= writing->last + DAY; i++) {
		add_observance(part, zone, at, before, zone_offset(zone, at));
		before = zone_offset(zone, at);
	}
	icalcomponent_add_component(writing->calendar, part);
}

/* --- entries --- */

static void add_moment(struct writing *writing, icalproperty *property, struct value value)
{
	if (value.kind == VALUE_TIME)
		icalproperty_add_parameter(property, icalparameter_new_tzid(writing->zone));
	else
		icalproperty_add_parameter(property, icalparameter_new_value(ICAL_VALUE_DATE));
}

static void add_span(struct writing *writing, icalcomponent *event, const struct feed_entry *entry)
{
	const struct zone *zone = writing->actor->zone;
	bool is_time = entry->from.kind == VALUE_TIME;
	struct value to = entry->to;
	icalproperty *start =
	    icalproperty_new_dtstart(is_time ? local_time(zone, entry->from.number) : day_time(entry->from.number));

	add_moment(writing, start, entry->from);
	icalcomponent_add_property(event, start);
	if (to.kind != entry->from.kind || to.number < entry->from.number) {
		if (is_time)
			return; /* a moment */
		to = entry->from;
	}
	icalproperty *end = icalproperty_new_dtend(is_time ? local_time(zone, to.number) : day_time(to.number + 1));

	add_moment(writing, end, to);
	icalcomponent_add_property(event, end);
}

static void add_entry(struct writing *writing, const struct feed_entry *entry)
{
	const struct record *record = entry->record;
	icalcomponent *event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
	struct arena *arena = writing->arena;
	enum language language = writing->actor->language;
	char number[NUMBER_TEXT], key[9] = "";

	kernel_number(writing->kernel, record->identity, number);
	if (writing->kernel->has_key) /* tells one service from another */
		snprintf(key, sizeof(key), "%02x%02x%02x%02x", writing->kernel->key.public_key[0],
			 writing->kernel->key.public_key[1], writing->kernel->key.public_key[2],
			 writing->kernel->key.public_key[3]);
	icalcomponent_add_property(event,
				   icalproperty_new_uid(str_c(arena, str_format(arena, "%s@kaname%s", number, key))));
	icalcomponent_add_property(event, icalproperty_new_sequence((int)(record->version - 1)));
	icalcomponent_add_property(event, icalproperty_new_dtstamp(utc_time(record->updated_at)));
	icalcomponent_add_property(event, icalproperty_new_lastmodified(utc_time(record->updated_at)));
	add_span(writing, event, entry);
	icalcomponent_add_property(
	    event, icalproperty_new_summary(
		       str_c(arena, str_format(arena, "%s %.*s", number, STR_ARG(read_headline(record, language))))));
	icalcomponent_add_property(event,
				   icalproperty_new_categories(str_c(arena, label_in(&record->type->label, language))));
	if (record->state)
		icalcomponent_add_property(
		    event, icalproperty_new_description(str_c(arena, label_in(&record->state->label, language))));
	if (writing->origin.n)
		icalcomponent_add_property(
		    event,
		    icalproperty_new_url(str_c(arena, str_format(arena, "%.*s/%s", STR_ARG(writing->origin), number))));
	icalcomponent_add_component(writing->calendar, event);
}

static void add_text(icalcomponent *calendar, const char *name, const char *text)
{
	icalproperty *property = icalproperty_new_x(text);

	icalproperty_set_x_name(property, name);
	icalcomponent_add_property(calendar, property);
}

static void find_range(struct writing *writing, const struct feed_entry *entries, size_t count)
{
	writing->first = INT64_MAX;
	for (size_t i = 0; i < count; i++) {
		if (entries[i].from.kind != VALUE_TIME)
			continue;
		writing->first = entries[i].from.number < writing->first ? entries[i].from.number : writing->first;
		writing->last = entries[i].from.number > writing->last ? entries[i].from.number : writing->last;
		if (entries[i].to.kind == VALUE_TIME && entries[i].to.number > writing->last)
			writing->last = entries[i].to.number;
	}
}

struct str feed_text(struct arena *arena, const struct kernel *kernel, const struct actor *actor, struct str name,
		     struct str origin, const struct feed_entry *entries, size_t count)
{
	struct writing writing = {.arena = arena,
				  .kernel = kernel,
				  .actor = actor,
				  .zone = str_c(arena, zone_name(actor->zone)),
				  .origin = origin,
				  .calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT)};
	struct str text;
	char *written;

	icalcomponent_add_property(writing.calendar, icalproperty_new_version("2.0"));
	icalcomponent_add_property(writing.calendar, icalproperty_new_prodid("-//Kaname//Kaname//EN"));
	icalcomponent_add_property(writing.calendar, icalproperty_new_calscale("GREGORIAN"));
	add_text(writing.calendar, "X-WR-CALNAME", str_c(arena, name));
	find_range(&writing, entries, count);
	if (writing.first != INT64_MAX)
		add_zone(&writing);
	for (size_t i = 0; i < count; i++)
		add_entry(&writing, &entries[i]);
	written = icalcomponent_as_ical_string_r(writing.calendar);
	text = str_dup(arena, str_of(written ? written : ""));
	free(written);
	icalcomponent_free(writing.calendar);
	return text;
}
