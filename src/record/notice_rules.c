#include "record/notice_rules.h"

#include "record/rows.h"

static const char *const ways[] = {[NOTICE_IN_APP] = "in_app", [NOTICE_BY_MAIL] = "mail"};
static const int64_t usual_time = 9 * HOUR;

static const struct field *column_named(const struct field *rows, const char *name)
{
	return rows ? rows_column(rows, str_of(name)) : NULL;
}

/* The next of the person's times of day, in their zone. */
static instant next_digest(const struct actor *actor, instant now)
{
	const struct zone *zone = actor_zone(actor);
	int64_t times[TIMES_MOST] = {usual_time};
	size_t count;
	int32_t today = zone_day(zone, now);

	if (!times_of_day_parse(actor->digest_times, times, &count))
		count = 1;
	for (int32_t day = today;; day++)
		for (size_t i = 0; i < count; i++)
			if (zone_instant(zone, day, times[i]) > now)
				return zone_instant(zone, day, times[i]);
}

/* What the person says of a kind, else what the model says for everybody. */
static struct str rule_of(struct arena *arena, const struct field *rules, const struct actor *actor, struct str kind,
			  const char *way)
{
	struct value rows = {.kind = VALUE_ROWS, .text = actor->notice_rules};
	struct str event = S("event"), said = {0};
	const struct field *column = column_named(rules, way);

	if (actor->notice_rules.n)
		said = rows_cell(arena, rows, &event, &kind, 1, str_of(way));
	if (said.n || !column || column->preset.kind != VALUE_CHOICE)
		return said;
	return column->preset.text;
}

/* --- quiet hours --- */

/* One after the other, as a night before a day off, but not for ever. */
enum { DAYS_OF_WEEK = 7, QUIET_IN_A_ROW = 16 };

static const char *const weekdays[DAYS_OF_WEEK] = {"thursday", "friday",  "saturday", "sunday",
						   "monday",   "tuesday", "wednesday"}; /* of day 0, 1970-01-01 */

static bool time_in(struct arena *arena, const struct actor *actor, int32_t day, const char *column, int64_t *time)
{
	struct value rows = {.kind = VALUE_ROWS, .text = actor->quiet_hours};
	struct str key = S("day"), code = str_of(weekdays[(day % DAYS_OF_WEEK + DAYS_OF_WEEK) % DAYS_OF_WEEK]);
	int64_t times[TIMES_MOST];
	size_t count;

	if (!times_of_day_parse(rows_cell(arena, rows, &key, &code, 1, str_of(column)), times, &count))
		return false;
	*time = times[0];
	return true;
}

/* What begins on a day and ends before it began, ends on the next one. */
static bool is_quiet(struct arena *arena, const struct actor *actor, int32_t day, instant at, instant *until)
{
	const struct zone *zone = actor_zone(actor);
	int64_t begins, ends;

	if (!time_in(arena, actor, day, "begins", &begins) || !time_in(arena, actor, day, "ends", &ends))
		return false;
	*until = zone_instant(zone, ends > begins ? day : day + 1, ends);
	return zone_instant(zone, day, begins) <= at && at < *until;
}

instant notice_quiet_until(struct arena *arena, const struct actor *actor, instant at)
{
	instant until = at;

	if (!actor->quiet_hours.n)
		return at;
	for (int i = 0; i < QUIET_IN_A_ROW; i++) {
		int32_t day = zone_day(actor_zone(actor), at);

		if (!is_quiet(arena, actor, day, at, &until) && !is_quiet(arena, actor, day - 1, at, &until))
			return at;
		at = until;
	}
	return at;
}

/* Whether they hold a way back in their quiet hours; where they say nothing, what the model says. */
static bool is_held(const struct type *person, const struct actor *actor, int way)
{
	static const char *const names[] = {[NOTICE_IN_APP] = "quiet_in_app", [NOTICE_BY_MAIL] = "quiet_mail"};
	struct str said[] = {[NOTICE_IN_APP] = actor->quiet_in_app, [NOTICE_BY_MAIL] = actor->quiet_mail};
	const struct field *field = type_field(person, str_of(names[way]));

	if (!said[way].n && field && field->preset.kind == VALUE_CHOICE)
		said[way] = field->preset.text;
	return str_is(said[way], "held");
}

/* --- what is told when --- */

struct notice_plan notice_plan_of(const struct kernel *kernel, struct arena *arena, const struct actor *actor,
				  struct str kind, bool urgent, instant now)
{
	const struct type *person = kernel->model->acting[ACTS_PERSON];
	const struct field *rules = person ? type_field(person, S("notice_rules")) : NULL;
	const struct field *events = column_named(rules, "event");
	struct notice_plan plan = {{now, INSTANT_NONE}};

	if (!rules || rules->kind != FIELD_ROWS || !events || !events->choices)
		return plan;
	if (!choice_find(events->choices, kind))
		kind = S("notice");
	for (int way = 0; way < NOTICE_WAYS; way++) {
		struct str rule = rule_of(arena, rules, actor, kind, ways[way]);

		plan.at[way] = str_is(rule, "at_once")  ? now
			       : str_is(rule, "digest") ? next_digest(actor, now)
							: INSTANT_NONE;
		if (plan.at[way] != INSTANT_NONE && !urgent && is_held(person, actor, way))
			plan.at[way] = notice_quiet_until(arena, actor, plan.at[way]);
	}
	return plan;
}

/* --- no digest any more --- */

static void add_rule(struct buf *json, struct arena *arena, const struct actor *actor, struct str kind, bool mails)
{
	struct value rows = {.kind = VALUE_ROWS, .text = actor->notice_rules};
	struct str event = S("event");
	struct str said[NOTICE_WAYS];

	for (int way = 0; way < NOTICE_WAYS; way++)
		said[way] = rows.text.n ? rows_cell(arena, rows, &event, &kind, 1, str_of(ways[way])) : (struct str){0};
	if (!mails)
		said[NOTICE_BY_MAIL] = S("never");
	if (!said[NOTICE_IN_APP].n && !said[NOTICE_BY_MAIL].n)
		return;
	buf_format(json, "%s{\"event\":\"%.*s\"", json->n > 1 ? "," : "", STR_ARG(kind));
	for (int way = 0; way < NOTICE_WAYS; way++)
		if (said[way].n)
			buf_format(json, ",\"%s\":\"%.*s\"", ways[way], STR_ARG(said[way]));
	buf_add_char(json, '}');
}

struct value notice_rules_without_digest(const struct kernel *kernel, struct arena *arena, const struct actor *actor)
{
	const struct type *person = kernel->model->acting[ACTS_PERSON];
	const struct field *rules = person ? type_field(person, S("notice_rules")) : NULL;
	const struct field *events = column_named(rules, "event");
	struct buf json = buf_new(arena);
	bool gathers = false;

	buf_add_char(&json, '[');
	for (size_t i = 0; events && events->choices && i < events->choices->count; i++) {
		struct str kind = events->choices->choices[i].code;
		bool gathered = str_is(rule_of(arena, rules, actor, kind, ways[NOTICE_BY_MAIL]), "digest");

		gathers = gathers || gathered;
		add_rule(&json, arena, actor, kind, !gathered);
	}
	buf_add_char(&json, ']');
	return gathers ? (struct value){.kind = VALUE_ROWS, .text = buf_str(&json)} : (struct value){0};
}
