/* Demands as JSON. */
#include "api/conformity.h"

#include "api/json.h"
#include "record/stood.h"

static void text(struct buf *json, const char *name, struct str value)
{
	buf_format(json, ",\"%s\":", name);
	if (value.n)
		buf_add_json_string(json, value);
	else
		buf_add_c(json, "null");
}

static void day(struct buf *json, const char *name, int32_t value)
{
	char words[TIME_TEXT];

	text(json, name, value ? str_of(day_format(value, words)) : S(""));
}

static void moment(struct buf *json, const char *name, instant value)
{
	buf_format(json, ",\"%s\":", name);
	json_time(json, value);
}

/* They are counted no further than `most`. */
static void count(struct buf *json, int64_t value, int64_t most)
{
	buf_format(json, ",\"count\":%lld,\"more\":%s", (long long)(value > most ? most : value),
		   value > most ? "true" : "false");
}

static void evidence_json(struct buf *json, const struct evidence *evidence, int64_t most)
{
	buf_add_c(json, "{\"type\":");
	buf_add_json_string(json, evidence->type->name);
	count(json, evidence->count, most);
	buf_format(json, ",\"url\":\"/api/v1/%.*s\"", STR_ARG(evidence->type->collection));
	moment(json, "newest", evidence->newest);
	buf_add_char(json, '}');
}

static struct str says_of(const struct conformity_check *check, enum language language)
{
	struct str says = label_in(&check->says, language);

	return says.n ? says : label_in(check->role ? &check->role->label : &check->type->plural, language);
}

static void check_json(struct buf *json, const struct check_result *result, int64_t most, enum language language)
{
	static const char *const outcomes[] = {
	    [CHECK_HOLDS] = "holds", [CHECK_STALE] = "stale", [CHECK_FAILS] = "fails"};
	const struct conformity_check *check = result->planned->check;

	buf_add_c(json, "{\"says\":");
	buf_add_json_string(json, says_of(check, language));
	buf_format(json, ",\"holds\":%s,\"outcome\":\"%s\",\"weight\":\"%s\"",
		   result->outcome == CHECK_HOLDS ? "true" : "false", outcomes[result->outcome],
		   check->is_slight ? "attention" : "gap");
	count(json, result->count, check->role ? INT64_MAX : most);
	moment(json, "newest", result->newest);
	day(json, result->outcome == CHECK_STALE ? "stale_since" : "good_until", result->since);
	day(json, result->outcome == CHECK_STALE ? "good_until" : "stale_since", 0);
	text(json, "role", check->role ? check->role->name : S(""));
	text(json, "collection", check->type ? check->type->collection : S(""));
	text(json, "filter", conformity_filter(json->arena, result));
	text(json, "figure", check->figure);
	text(json, "value", result->value);
	buf_add_char(json, '}');
}

/* Since when it is known to stand so; INSTANT_NONE: that is not known yet. */
static instant known_since(const struct conformity_wish *wish, struct str id, enum conformity_state state)
{
	const struct stood *known = stood_find(wish->known, wish->known_count, id);

	return known && str_is(known->word, conformity_state_name(state)) ? known->since : INSTANT_NONE;
}

static void later_json(struct buf *json, const struct conformity *plan, struct str number)
{
	const struct clause *clause = register_clause(&plan->demands->clauses_by_number, number);
	struct str others = clause ? clause->others : S(""), one;
	bool first = true;

	buf_add_c(json, ",\"edition_2018\":[");
	while (str_cut(&others, ' ', &one)) {
		if (!first)
			buf_add_char(json, ',');
		first = false;
		buf_add_json_string(json, one);
	}
	buf_add_char(json, ']');
}

void conformity_item_json(struct buf *json, const struct conformity_item *item, const struct conformity *plan,
			  const struct conformity_wish *wish)
{
	const struct planned_demand *planned = item->planned;
	const struct demand *demand = planned->demand;
	const struct role *owner = planned->process ? conformity_owner(planned->process) : NULL;

	buf_add_c(json, "\"id\":");
	buf_add_json_string(json, demand->id);
	text(json, "clause", demand->clause);
	text(json, "kind", demand->kind);
	text(json, "demand", label_in(&demand->words, wish->language));
	buf_format(json, ",\"state\":\"%s\",\"nothing_yet\":%s,\"proven\":%s", conformity_state_name(item->state),
		   item->is_bare ? "true" : "false", demand->is_proven ? "true" : "false");
	moment(json, "since", known_since(wish, demand->id, item->state));
	day(json, "stale_since", item->stale_since);
	text(json, "process", planned->process ? planned->process->name : S(""));
	text(json, "owner", owner ? owner->name : S(""));
	later_json(json, plan, demand->clause);
	buf_add_c(json, ",\"evidence\":[");
	for (size_t i = 0; item->evidence && i < planned->type_count; i++) {
		if (i)
			buf_add_char(json, ',');
		evidence_json(json, &item->evidence[i], plan->most);
	}
	buf_add_c(json, "],\"checks\":[");
	for (size_t i = 0; item->checks && i < planned->check_count; i++) {
		if (i)
			buf_add_char(json, ',');
		check_json(json, &item->checks[i], plan->most, wish->language);
	}
	buf_add_char(json, ']');
}

static void counts_json(struct buf *json, const struct conformity_counts *counts)
{
	buf_format(json, ",\"counts\":{\"all\":%lld", (long long)counts->all);
	for (int i = 0; i < CONFORMITY_STATES; i++)
		buf_format(json, ",\"%s\":%lld", conformity_state_name((enum conformity_state)i),
			   (long long)counts->by[i]);
	buf_add_char(json, '}');
}

void conformity_json(struct buf *json, const struct conformity *plan, const struct conformity_survey *survey,
		     const struct conformity_wish *wish)
{
	struct conformity_counts counts = {0};
	bool first = true;

	buf_add_c(json, "{\"as_of\":");
	json_time(json, survey->at);
	buf_add_c(json, ",\"items\":[");
	for (size_t i = 0; i < plan->demands->count; i++) {
		const struct conformity_item *item = &survey->items[i];

		if (!item->planned || !clause_is_below(item->planned->demand->clause, wish->clause))
			continue;
		conformity_count(&counts, item->state);
		if (wish->state.n && !str_is(wish->state, conformity_state_name(item->state)))
			continue;
		buf_add_c(json, first ? "{" : ",{");
		first = false;
		conformity_item_json(json, item, plan, wish);
		buf_add_char(json, '}');
	}
	buf_add_char(json, ']');
	counts_json(json, &counts);
	buf_add_char(json, '}');
}

const bool *conformity_wanted(struct arena *arena, const struct register_of_demands *demands, struct str clause)
{
	bool *wanted = arena_many(arena, bool, demands->count + 1);

	for (size_t i = 0; i < demands->count; i++)
		wanted[i] = clause_is_below(demands->demands[i].clause, clause);
	return wanted;
}
