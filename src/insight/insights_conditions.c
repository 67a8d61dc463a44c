/* Expressions as insights write them: what opens the records behind a number. */
#include "insight/insights.h"

struct str condition_of(struct computing *c, const struct query *query)
{
	if (!query || query->root->op == QUERY_TRUE)
		return (struct str){0};
	return query->root->op == QUERY_OR ? str_format(c->arena, "(%.*s)", STR_ARG(query->source)) : query->source;
}

struct str condition_and(struct computing *c, struct str a, struct str b)
{
	if (!a.n || !b.n)
		return a.n ? a : b;
	return str_format(c->arena, "%.*s and %.*s", STR_ARG(a), STR_ARG(b));
}

/* The first day that begins at or after a moment. */
static int32_t day_from(const struct zone *zone, instant at)
{
	int32_t day = zone_day(zone, at);

	return zone_instant(zone, day, 0) < at ? day + 1 : day;
}

struct str condition_between(struct computing *c, const struct query_field *field, instant from, instant to)
{
	char first[TIME_TEXT], last[TIME_TEXT];

	if (field->kind == VALUE_DATE) {
		day_format(day_from(c->request->zone, from), first);
		day_format(day_from(c->request->zone, to), last);
	} else {
		time_format(from, first);
		time_format(to, last);
	}
	return str_format(c->arena, "%.*s >= %s and %.*s < %s", STR_ARG(field->name), first, STR_ARG(field->name),
			  last);
}

struct str condition_within(struct computing *c, const struct query_field *field, instant from, instant to)
{
	struct str among = condition_of(c, c->figure->among), between = condition_between(c, field, from, to);

	return condition_and(c, condition_and(c, among, between), condition_of(c, c->request->filter));
}

struct str condition_equal(struct computing *c, const struct query_field *field, struct value value)
{
	struct str name = field->name;
	char text[NUMBER_TEXT + TIME_TEXT];

	switch (value.kind) {
	case VALUE_NONE:
		return field->kind == VALUE_BOOLEAN ? str_format(c->arena, "not %.*s", STR_ARG(name))
						    : str_format(c->arena, "%.*s is empty", STR_ARG(name));
	case VALUE_BOOLEAN: /* empty is as good as no */
		return value.boolean ? name : str_format(c->arena, "not %.*s", STR_ARG(name));
	case VALUE_CHOICE:
		return str_format(c->arena, "%.*s = %.*s", STR_ARG(name), STR_ARG(value.text));
	case VALUE_TEXT:
		return str_format(c->arena, "%.*s = %.*s", STR_ARG(name), STR_ARG(query_quote(c->arena, value.text)));
	case VALUE_RECORD:
		return str_format(c->arena, "%.*s = \"%s\"", STR_ARG(name),
				  kernel_number(c->kernel, value.number, text));
	case VALUE_DATE:
		return str_format(c->arena, "%.*s = %s", STR_ARG(name), day_format((int32_t)value.number, text));
	case VALUE_TIME:
		return str_format(c->arena, "%.*s = %s", STR_ARG(name), time_format(value.number, text));
	default:
		return str_format(c->arena, "%.*s = %lld", STR_ARG(name), (long long)value.number);
	}
}

enum status condition_parse(struct computing *c, struct str text, const struct query **query)
{
	return query_parse(c->arena, c->figure->type->query, text, query, c->error);
}

enum status condition_count_of(struct computing *c, const struct type *type, struct str text, int64_t *count)
{
	const struct query *query;
	enum status status = query_parse(c->arena, type->query, text, &query, c->error);
	int64_t most = c->request->most ? FIGURE_COUNTED + 1 : INT64_MAX;

	if (!status)
		status = read_count_to(c->kernel, c->connection, c->arena, c->actor, type, query, c->request->now, most,
				       count, c->error);
	c->result->untold = c->result->untold || (c->request->most && *count > FIGURE_COUNTED);
	return status;
}

enum status condition_count(struct computing *c, struct str text, int64_t *count)
{
	return condition_count_of(c, c->figure->type, text, count);
}
