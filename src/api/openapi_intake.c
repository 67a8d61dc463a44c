/* The operation by which alerts come in: its body is what monitoring systems send, each in its own format. */
#include "api/openapi.h"

/* Shapes are told as far as they are read; whatever else a message holds is passed over. */
static json_t *webhook_schema(void)
{
	json_t *alert =
	    json_pack("{s:s,s:{s:{s:s},s:{s:s},s:{s:s,s:{s:s}},s:{s:s,s:{s:s}},s:{s:s,s:s},s:{s:s,s:s}}}", "type",
		      "object", "properties", "status", "type", "string", "fingerprint", "type", "string", "labels",
		      "type", "object", "additionalProperties", "type", "string", "annotations", "type", "object",
		      "additionalProperties", "type", "string", "startsAt", "type", "string", "format", "date-time",
		      "endsAt", "type", "string", "format", "date-time");

	return json_pack("{s:s,s:s,s:[s],s:{s:{s:s},s:{s:s,s:o}}}", "title", "Prometheus Alertmanager 4, Grafana",
			 "type", "object", "required", "alerts", "properties", "groupKey", "type", "string", "alerts",
			 "type", "array", "items", alert);
}

static json_t *zabbix_schema(void)
{
	return json_pack("{s:s,s:s,s:{s:{s:s},s:{s:s},s:{s:s},s:{s:s},s:{s:s},s:{s:s},s:{s:s}}}", "title", "Zabbix",
			 "type", "object", "properties", "event_id", "type", "string", "trigger_id", "type", "string",
			 "status", "type", "string", "name", "type", "string", "severity", "type", "string", "host",
			 "type", "string", "tags", "type", "string");
}

static json_t *event_schema(void)
{
	return json_pack("{s:s,s:s,s:[s,s,s,s],s:{s:{s:s},s:{s:s},s:{s:s},s:{s:s},s:{s:s},s:{}}}", "title",
			 "CloudEvents 1.0", "type", "object", "required", "specversion", "id", "source", "type",
			 "properties", "specversion", "const", "1.0", "id", "type", "string", "source", "type",
			 "string", "type", "type", "string", "subject", "type", "string", "data");
}

static json_t *body_schema(void)
{
	json_t *shapes = json_pack("[o,o,o]", webhook_schema(), zabbix_schema(), event_schema());

	json_array_append_new(shapes, json_pack("{s:s,s:s,s:o}", "title", "CloudEvents 1.0, a batch", "type", "array",
						"items", event_schema()));
	json_array_append_new(shapes, json_pack("{s:s,s:s}", "title", "JSON of another kind", "type", "object"));
	json_array_append_new(
	    shapes, json_pack("{s:s,s:s,s:{}}", "title", "JSON of another kind, a list", "type", "array", "items"));
	return json_pack("{s:s,s:o}", "description", "In the format that the source is set to", "anyOf", shapes);
}

static json_t *outcome_schema(void)
{
	return json_pack("{s:s,s:[s,s,s,s,s],s:b,s:{s:{s:s},s:{s:s,s:[s,s,s,s,s],s:s},s:o,s:{s:[s,s],s:s},s:o}}",
			 "type", "object", "required", "fingerprint", "outcome", "alert", "opened", "reason",
			 "additionalProperties", 0, "properties", "fingerprint", "type", "string", "outcome", "type",
			 "string", "enum", "new", "repeated", "recovered", "suppressed", "refused", "description",
			 "new: it begins to fire; repeated: nothing new was told", "alert", openapi_nullable_text(),
			 "opened", "type", "string", "null", "description", "The record that people work on", "reason",
			 openapi_nullable_text());
}

void openapi_intake(struct writer *writer)
{
	openapi_add(writer, (struct operation){.method = "post",
					       .path = "/{number}/intake",
					       .id = "take_alerts_in_",
					       .summary = "Take alerts in; one that is refused leaves the others",
					       .body = body_schema(),
					       .success = "200",
					       .response = openapi_answer("What came of each, in order",
									  openapi_items(outcome_schema(), NULL, NULL)),
					       .refusals = "400 401 403 404 409 413 422 "});
}
