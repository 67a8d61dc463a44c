/* GET /processes: the processes of the management system, and what passes between them. */
#include "api/conformity.h"
#include "api/operations.h"
#include "insight/conformity_interfaces.h"
#include "job/surveyor.h"

struct process_call {
	struct call *call;
	const struct conformity *plan;
	const struct conformity_survey *survey;
};

static void text_json(struct buf *json, const char *key, struct str text)
{
	buf_format(json, "%s\"%s\":", json->p[json->n - 1] == '{' ? "" : ",", key);
	if (text.p)
		buf_add_json_string(json, text);
	else
		buf_add(json, S("null"));
}

static void words_json(const struct process_call *c, struct buf *json, const char *key, const struct label *labels,
		       size_t count)
{
	buf_format(json, ",\"%s\":[", key);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(json, ',');
		buf_add_json_string(json, label_in(&labels[i], c->call->actor->language));
	}
	buf_add_char(json, ']');
}

static void end_json(const struct process_call *c, struct buf *json, const char *key, const struct interface_end *end)
{
	text_json(json, key, end->process ? end->process->name : end->outside->name);
}

static void interface_json(const struct process_call *c, struct buf *json, const struct interface *interface)
{
	const struct check_result *flow = interface_flow(c->plan, c->survey, interface);
	struct label words = interface_words(c->plan, interface);

	buf_add_char(json, '{');
	text_json(json, "id", interface->id);
	end_json(c, json, "from", &interface->from);
	end_json(c, json, "to", &interface->to);
	text_json(json, "what", label_in(&words, c->call->actor->language));
	text_json(json, "by", interface->by);
	text_json(json, "collection", interface->carries ? interface->carries->collection : (struct str){0});
	text_json(json, "filter", flow ? conformity_filter(c->call->arena, flow) : (struct str){0});
	if (!flow) {
		buf_add(json, S(",\"count\":null,\"newest\":null}"));
		return;
	}
	buf_format(json, ",\"count\":%lld,\"newest\":", (long long)flow->count);
	if (flow->newest == INSTANT_NONE)
		buf_add(json, S("null"));
	else
		json_time(json, flow->newest);
	buf_add_char(json, '}');
}

static void process_json(const struct process_call *c, struct buf *json, const struct process *process)
{
	enum language language = c->call->actor->language;

	buf_add_char(json, '{');
	text_json(json, "name", process->name);
	text_json(json, "clause", process->clause);
	text_json(json, "group", process->group);
	text_json(json, "label", label_in(&process->label, language));
	text_json(json, "purpose", label_in(&process->purpose, language));
	words_json(c, json, "outcomes", process->outcomes, process->outcome_count);
	words_json(c, json, "inputs", process->inputs, process->input_count);
	words_json(c, json, "outputs", process->outputs, process->output_count);
	words_json(c, json, "measures", process->kpi_labels, process->kpis ? process->kpis->count : 0);
	buf_add(json, S(",\"roles\":["));
	for (size_t i = 0; i < process->role_count; i++) {
		if (i)
			buf_add_char(json, ',');
		buf_add_json_string(json, process->roles[i]->name);
	}
	buf_add(json, S("],\"collections\":["));
	for (size_t i = 0; i < process->type_count; i++) {
		if (i)
			buf_add_char(json, ',');
		buf_add_json_string(json, process->types[i]->collection);
	}
	buf_add(json, S("],\"interfaces\":["));
	for (size_t i = 0; i < process->interface_count; i++) {
		if (i)
			buf_add_char(json, ',');
		interface_json(c, json, &process->interfaces[i]);
	}
	buf_add(json, S("]}"));
}

static enum status list_json(struct process_call *c, struct buf *json)
{
	struct call *call = c->call;
	const struct model *model = call->kernel->model;
	READER connection = NULL;
	HELD_SURVEY held = NULL;
	enum status status;

	if (!actor_is_staff(call->actor))
		return error_fail(&call->error, E_DENIED, "", "access", N_("You may not see these records"));
	if ((status = call_reader(call, &connection)) ||
	    (status = surveyor_take(call->surface->surveyor, connection, false, call->now, &held, &call->error)))
		return status;
	c->survey = surveyor_survey(held);
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < model->process_count; i++) {
		if (i)
			buf_add_char(json, ',');
		process_json(c, json, model->processes[i]);
	}
	buf_add(json, S("],\"at\":"));
	json_time(json, c->survey->at);
	buf_add_char(json, '}');
	return OK;
}

void api_processes(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	struct process_call c = {.call = &call};
	enum status status;

	if (!call_start(&call, request, response, CALL_ACTOR) || !call_allows(&call, allowed))
		return;
	c.plan = call.surface->conformity;
	if ((status = list_json(&c, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}
