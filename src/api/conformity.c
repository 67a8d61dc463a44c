/* GET /conformity: every demand of the standard, how it stands, and where its evidence is. */
#include "api/operations.h"

#include "insight/conformity.h"

static void evidence_json(struct buf *json, const struct evidence *evidence)
{
	buf_add(json, S("{\"type\":"));
	buf_add_json_string(json, evidence->type->name);
	buf_format(json, ",\"count\":%lld,\"url\":\"/api/v1/%.*s\"}", (long long)evidence->count,
		   STR_ARG(evidence->type->collection));
}

static void check_json(struct buf *json, const struct check_result *result, enum language language)
{
	const struct conformity_check *check = result->check;
	struct str says = label_in(&check->says, language);

	buf_add(json, S("{\"says\":"));
	buf_add_json_string(json, says.n        ? says
				  : check->role ? label_in(&check->role->label, language)
						: label_in(&check->type->plural, language));
	buf_format(json, ",\"holds\":%s,\"count\":%lld,\"role\":", result->holds ? "true" : "false",
		   (long long)result->count);
	if (check->role)
		buf_add_json_string(json, check->role->name);
	else
		buf_add(json, S("null"));
	buf_add(json, S(",\"collection\":"));
	if (check->type)
		buf_add_json_string(json, check->type->collection);
	else
		buf_add(json, S("null"));
	buf_add(json, S(",\"filter\":"));
	if (check->where)
		buf_add_json_string(json, check->where->source);
	else
		buf_add(json, S("null"));
	buf_add_char(json, '}');
}

static void item_json(struct buf *json, const struct conformity_item *item, enum language language)
{
	buf_add(json, S("{\"id\":"));
	buf_add_json_string(json, item->demand->id);
	buf_add(json, S(",\"clause\":"));
	buf_add_json_string(json, item->demand->clause);
	buf_add(json, S(",\"kind\":"));
	buf_add_json_string(json, item->demand->kind);
	buf_add(json, S(",\"demand\":"));
	buf_add_json_string(json, label_in(&item->demand->words, language));
	buf_format(json, ",\"state\":\"%s\",\"evidence\":[", conformity_state_name(item->state));
	for (size_t i = 0; i < item->evidence_count; i++) {
		if (i)
			buf_add_char(json, ',');
		evidence_json(json, &item->evidence[i]);
	}
	buf_add(json, S("],\"checks\":["));
	for (size_t i = 0; i < item->check_count; i++) {
		if (i)
			buf_add_char(json, ',');
		check_json(json, &item->checks[i], language);
	}
	buf_add(json, S("]}"));
}

/* "8.1" takes 8.1 and all below it. */
static bool is_below(struct str clause, struct str asked)
{
	return !asked.n || str_eq(clause, asked) || (str_starts(clause, asked) && clause.p[asked.n] == '.');
}

static bool is_state(struct str word)
{
	for (int i = 0; i < CONFORMITY_STATES; i++)
		if (str_is(word, conformity_state_name((enum conformity_state)i)))
			return true;
	return false;
}

static enum status conformity_json(struct call *call, struct buf *json)
{
	const struct register_of_demands *demands = call->surface->demands;
	struct str clause = http_query(call->request, "clause"), state = http_query(call->request, "state");
	struct conformity_item *items;
	READER connection = NULL;
	bool first = true;
	enum status status;

	if (!actor_is_staff(call->actor))
		return error_fail(&call->error, E_DENIED, "", "access", N_("You may not see these records"));
	if (state.p && !is_state(state))
		return error_fail(&call->error, E_SYNTAX, "state", "choice", N_("One of these is expected: %s"),
				  "not_built, judgement, met, attention, gap");
	if ((status = call_reader(call, &connection)) ||
	    (status = conformity_of(call->kernel, connection, call->arena, call->actor, demands, call->now, &items,
				    &call->error)))
		return status;
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < demands->count; i++) {
		if (!is_below(items[i].demand->clause, clause) ||
		    (state.p && !str_is(state, conformity_state_name(items[i].state))))
			continue;
		if (!first)
			buf_add_char(json, ',');
		first = false;
		item_json(json, &items[i], call->actor->language);
	}
	buf_add(json, S("]}"));
	return OK;
}

void api_conformity(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"clause", "state", NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	enum status status;

	if (!call_start(&call, request, response, CALL_ACTOR) || !call_allows(&call, allowed))
		return;
	if ((status = conformity_json(&call, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}
