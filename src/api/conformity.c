/* GET /conformity: every demand of the standard, how it stands, or stood, and where its evidence is; and one of them.
 */
#include "api/conformity.h"

#include "api/operations.h"
#include "insight/conformity_actions.h"
#include "job/surveyor.h"
#include "record/stood.h"

struct conformity_call {
	struct call *call;
	const struct conformity *plan;
	struct conformity_wish wish;
	instant as_of; /* INSTANT_NONE: now */
	bool anew;     /* what is known is not good enough */
};

static enum status check_wish(struct conformity_call *c)
{
	struct call *call = c->call;
	enum conformity_state state;

	c->wish.clause = http_query(call->request, "clause");
	c->wish.state = http_query(call->request, "state");
	c->wish.language = call->actor->language;
	if (!actor_is_staff(call->actor))
		return error_fail(&call->error, E_DENIED, "", "access", N_("You may not see these records"));
	if (c->wish.state.p && !conformity_state_parse(c->wish.state, &state))
		return error_fail(&call->error, E_SYNTAX, "state", "choice", N_("One of these is expected: %s"),
				  "not_built, met, judgement, stale, gap");
	return OK;
}

/* Only their states are known of a moment that is past. */
static enum status survey_of_then(struct conformity_call *c, const struct stood *known, size_t count,
				  struct conformity_survey *survey)
{
	struct call *call = c->call;
	const struct register_of_demands *demands = c->plan->demands;

	if (!count)
		return error_fail(&call->error, E_NOT_FOUND, "as_of", "unknown",
				  N_("How the demands stood then is not known"));
	*survey = (struct conformity_survey){
	    .at = c->as_of, .items = arena_many(call->arena, struct conformity_item, demands->count + 1)};
	for (size_t i = 0; i < count; i++) {
		const struct demand *demand = map_get(&demands->by_id, known[i].subject);
		size_t at = demand ? (size_t)(demand - demands->demands) : 0;

		if (demand && conformity_state_parse(known[i].word, &survey->items[at].state))
			survey->items[at].planned = &c->plan->items[at];
	}
	return OK;
}

static enum status list_json(struct conformity_call *c, struct buf *json)
{
	struct call *call = c->call;
	struct conformity_survey survey;
	struct stood *known;
	READER connection = NULL;
	HELD_SURVEY held = NULL;
	enum status status;

	if ((status = call_reader(call, &connection)) ||
	    (status = stood_read(connection, call->arena, c->as_of == INSTANT_NONE ? call->now : c->as_of, &known,
				 &c->wish.known_count, &call->error)))
		return status;
	c->wish.known = known;
	if (c->as_of != INSTANT_NONE) {
		status = survey_of_then(c, known, c->wish.known_count, &survey);
	} else if (c->wish.clause.n) { /* few enough to be looked at as they are */
		status = conformity_survey(call->kernel, connection, call->arena, c->plan,
					   conformity_wanted(call->arena, c->plan->demands, c->wish.clause), call->now,
					   &survey, &call->error);
	} else if (!(status =
			 surveyor_take(call->surface->surveyor, connection, c->anew, call->now, &held, &call->error))) {
		survey = *surveyor_survey(held);
	}
	if (!status)
		conformity_json(json, c->plan, &survey, &c->wish);
	return status;
}

void api_conformity(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"clause", "state", "as_of", "fresh", NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	struct conformity_call c = {.call = &call};
	enum status status;

	if (!call_start(&call, request, response, CALL_ACTOR) || !call_allows(&call, allowed) ||
	    !read_as_of(&call, &c.as_of))
		return;
	c.plan = call.surface->conformity;
	c.anew = str_is(http_query(request, "fresh"), "true");
	if ((status = check_wish(&c)) || (status = list_json(&c, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}

/* --- one demand --- */

static void history_json(struct buf *json, const struct stood *items, size_t count)
{
	buf_add_c(json, ",\"history\":[");
	for (size_t i = 0; i < count; i++) {
		buf_format(json, "%s{\"state\":\"%.*s\",\"since\":", i ? "," : "", STR_ARG(items[i].word));
		json_time(json, items[i].since);
		buf_add_char(json, '}');
	}
	buf_add_char(json, ']');
}

static void action_json(struct buf *json, const struct shown *shown, const struct demand_action *action)
{
	char day[TIME_TEXT];

	buf_add_c(json, "{\"number\":");
	json_number(json, shown, action->record->identity);
	buf_add_c(json, ",\"title\":");
	buf_add_json_string(json, read_headline(action->record, ENGLISH));
	buf_add_c(json, ",\"owner\":");
	json_number(json, shown, action->owner);
	buf_add_c(json, ",\"due\":");
	if (action->due)
		buf_add_json_string(json, str_of(day_format(action->due, day)));
	else
		buf_add_c(json, "null");
	buf_format(json, ",\"done\":%s}", action->is_done ? "true" : "false");
}

static enum status actions_json(struct call *call, struct connection *connection, struct str demand, struct buf *json)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	struct demand_action *actions;
	size_t count;
	enum status status = conformity_actions(call->kernel, connection, call->arena, call->actor, demand, call->now,
						&actions, &count, &call->error);

	if (status)
		return status;
	for (size_t i = 0; i < count; i++)
		shown_need(&shown, actions[i].owner);
	if ((status = shown_look_up(&shown, connection, call->actor, &call->error)))
		return status;
	buf_add_c(json, ",\"actions\":[");
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(json, ',');
		action_json(json, &shown, &actions[i]);
	}
	buf_add_char(json, ']');
	return OK;
}

/* Always as it is at this moment. */
static enum status one_json(struct conformity_call *c, const struct demand *demand, struct buf *json)
{
	enum { LATEST = 50 };
	struct call *call = c->call;
	const struct register_of_demands *demands = c->plan->demands;
	size_t at = (size_t)(demand - demands->demands), count;
	bool *wanted = arena_many(call->arena, bool, demands->count + 1);
	struct conformity_survey survey;
	struct stood *history;
	READER connection = NULL;
	enum status status;

	wanted[at] = true;
	if ((status = call_reader(call, &connection)) ||
	    (status = conformity_survey(call->kernel, connection, call->arena, c->plan, wanted, call->now, &survey,
					&call->error)) ||
	    (status = stood_history(connection, call->arena, demand->id, LATEST, &history, &count, &call->error)))
		return status;
	c->wish.known = history;
	c->wish.known_count = count > 0;
	buf_add_char(json, '{');
	conformity_item_json(json, &survey.items[at], c->plan, &c->wish);
	history_json(json, history, count);
	if ((status = actions_json(call, connection, demand->id, json)))
		return status;
	buf_add_char(json, '}');
	return OK;
}

void api_conformity_one(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {NULL};
	struct buf json = buf_new(request->arena);
	const struct demand *demand;
	CALL call = {0};
	struct conformity_call c = {.call = &call};
	enum status status;

	if (!call_start(&call, request, response, CALL_ACTOR) || !call_allows(&call, allowed))
		return;
	c.plan = call.surface->conformity;
	demand = map_get(&c.plan->demands->by_id, http_parameter(request, "demand"));
	if (!(status = check_wish(&c)) && !demand)
		status = error_fail(&call.error, E_NOT_FOUND, "", "not_found", N_("The register has no such demand"));
	if (status || (status = one_json(&c, demand, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}
