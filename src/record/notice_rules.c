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

struct notice_plan notice_plan_of(const struct kernel *kernel, struct arena *arena, const struct actor *actor,
				  struct str kind, instant now)
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
