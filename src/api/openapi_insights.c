/* What the OpenAPI document says of figures: the same for every model. */
#include "api/openapi.h"

/* clang-format off */
static const char paths_text[] =
    "{\"/api/v1/insights\":{\"get\":{\"operationId\":\"listInsights\","
    "\"summary\":\"Which figures the processes declare\","
    "\"description\":\"Which figures the processes declare\",\"tags\":[\"about\"],\"parameters\":[],"
    "\"responses\":{\"200\":{\"description\":\"The figures\",\"content\":{\"application/json\":{\"schema\":{"
    "\"type\":\"object\",\"required\":[\"items\"],\"additionalProperties\":false,\"properties\":{\"items\":{"
    "\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/FigureDeclaration\"}}}}}}},\"400\":{"
    "\"$ref\":\"#/components/responses/E400\"},\"401\":{\"$ref\":\"#/components/responses/E401\"},\"403\":{"
    "\"$ref\":\"#/components/responses/E403\"},\"408\":{\"$ref\":\"#/components/responses/E408\"},\"429\":{"
    "\"$ref\":\"#/components/responses/E429\"},\"503\":{\"$ref\":\"#/components/responses/E503\"}}}},"
    "\"/api/v1/insights/{collection}/{name}\":{\"get\":{\"operationId\":\"insight\","
    "\"summary\":\"One figure: rows, total, and what opens the records behind each number\","
    "\"description\":\"One figure: rows, total, and what opens the records behind each number\","
    "\"tags\":[\"about\"],\"parameters\":[{\"name\":\"collection\",\"in\":\"path\",\"required\":true,\"schema\":{"
    "\"type\":\"string\"}},{\"name\":\"name\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"}},{"
    "\"name\":\"period\",\"in\":\"query\","
    "\"description\":\"A period of the calendar; this_month when nothing is said\",\"required\":false,"
    "\"schema\":{\"type\":\"string\",\"enum\":[\"this_week\",\"last_week\",\"this_month\",\"last_month\","
    "\"this_quarter\",\"last_quarter\",\"this_year\",\"last_year\"]}},{\"name\":\"from\",\"in\":\"query\","
    "\"description\":\"A date or a time with which the period begins, instead of a named period\","
    "\"required\":false,\"schema\":{\"type\":\"string\"}},{\"name\":\"to\",\"in\":\"query\","
    "\"description\":\"A date or a time before which it ends; without it, today is its last day\","
    "\"required\":false,\"schema\":{\"type\":\"string\"}},{\"name\":\"zone\",\"in\":\"query\","
    "\"description\":\"Time zone of days, as Asia/Tokyo; the person's own otherwise\","
    "\"required\":false,\"schema\":{\"type\":\"string\"}},{\"name\":\"filter\",\"in\":\"query\","
    "\"description\":\"Expression that narrows what is counted\",\"required\":false,\"schema\":{"
    "\"type\":\"string\"}},{\"name\":\"by\",\"in\":\"query\","
    "\"description\":\"Field whose values the rows are of, instead of the declared one\","
    "\"required\":false,\"schema\":{\"type\":\"string\"}},{\"name\":\"each\",\"in\":\"query\","
    "\"description\":\"Rows of time instead\",\"required\":false,\"schema\":{\"type\":\"string\",\"enum\":["
    "\"day\",\"week\",\"month\",\"year\",\"fitting\"]}},{\"name\":\"language\",\"in\":\"query\","
    "\"description\":\"Of labels; the person's own otherwise\",\"required\":false,\"schema\":{"
    "\"type\":\"string\",\"enum\":[\"en\",\"ja\"]}},{\"name\":\"in_period\",\"in\":\"query\","
    "\"description\":\"Date or time that must lie in the period, instead of the declared one\","
    "\"required\":false,\"schema\":{\"type\":\"string\"}},{\"name\":\"format\",\"in\":\"query\","
    "\"description\":\"json, or csv with a byte order mark (as also Accept: text/csv)\","
    "\"required\":false,\"schema\":{\"type\":\"string\",\"enum\":[\"json\",\"csv\"]}},{\"name\":\"records\","
    "\"in\":\"query\",\"description\":\"Of CSV: the cases instead of the table\",\"required\":false,"
    "\"schema\":{\"type\":\"boolean\"}}],\"responses\":{\"200\":{\"description\":\"The figure\",\"content\":{"
    "\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/Figure\"}},\"text/csv\":{\"schema\":{"
    "\"type\":\"string\"}}}},\"400\":{\"$ref\":\"#/components/responses/E400\"},\"401\":{"
    "\"$ref\":\"#/components/responses/E401\"},\"403\":{\"$ref\":\"#/components/responses/E403\"},\"404\":{"
    "\"$ref\":\"#/components/responses/E404\"},\"408\":{\"$ref\":\"#/components/responses/E408\"},\"429\":{"
    "\"$ref\":\"#/components/responses/E429\"},\"503\":{\"$ref\":\"#/components/responses/E503\"}}}}}";

static const char schemas_text[] =
    "{\"FigureDeclaration\":{\"type\":\"object\",\"required\":[\"name\",\"type\",\"collection\",\"label\","
    "\"insight\",\"url\"],\"additionalProperties\":false,\"properties\":{\"name\":{\"type\":\"string\"},\"type\":"
    "{\"type\":\"string\"},\"collection\":{\"type\":\"string\"},\"label\":{\"type\":\"string\"},\"help\":{\"type\":["
    "\"string\",\"null\"]},\"insight\":{\"type\":\"string\"},\"process\":{\"type\":[\"string\",\"null\"]},\"goal\":{"
    "\"type\":[\"string\",\"null\"]},\"by\":{\"type\":[\"string\",\"null\"]},\"each\":{\"type\":[\"string\",\"null\"]},"
    "\"in_period\":{\"type\":[\"string\",\"null\"]},\"url\":{\"type\":\"string\"}}},\"FigureRow\":{"
    "\"type\":\"object\",\"required\":[\"key\",\"label\",\"figures\"],\"additionalProperties\":false,"
    "\"properties\":{\"key\":{\"type\":[\"string\",\"null\"]},\"label\":{\"type\":[\"string\",\"null\"]},\"filter\":{"
    "\"type\":[\"string\",\"null\"]},\"url\":{\"type\":\"string\"},\"figures\":{\"type\":\"object\","
    "\"additionalProperties\":{\"type\":\"object\",\"required\":[\"value\"],\"additionalProperties\":false,"
    "\"properties\":{\"value\":{\"type\":[\"number\",\"string\",\"null\"]},\"filter\":{\"type\":[\"string\",\"null\"]"
    "},\"url\":{\"type\":\"string\"}}}}}},\"Figure\":{\"type\":\"object\",\"required\":[\"name\",\"type\",\"columns\""
    ",\"rows\",\"total\",\"records\",\"records_total\"],\"additionalProperties\":false,\"properties\":{"
    "\"name\":{\"type\":\"string\"},\"type\":{\"type\":\"string\"},\"collection\":{\"type\":\"string\"},\"label\":{"
    "\"type\":\"string\"},\"help\":{\"type\":[\"string\",\"null\"]},\"insight\":{\"type\":\"string\"},\"process\":{"
    "\"type\":[\"string\",\"null\"]},\"goal\":{\"type\":[\"string\",\"null\"]},\"by\":{\"type\":[\"string\",\"null\"]},"
    "\"each\":{\"type\":[\"string\",\"null\"]},\"period\":{\"type\":[\"object\",\"null\"],\"required\":[\"field\","
    "\"from\",\"to\",\"zone\"],\"additionalProperties\":false,\"properties\":{\"field\":{\"type\":\"string\"},"
    "\"from\":{\"type\":\"string\",\"format\":\"date-time\"},\"to\":{\"type\":\"string\",\"format\":\"date-time\"},"
    "\"zone\":{\"type\":\"string\"}}},\"goal_reached\":{\"type\":\"boolean\"},\"sampled\":{\"type\":\"boolean\","
    "\"description\":\"Only the newest records were looked at\"},\"columns\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"object\",\"required\":[\"name\",\"label\",\"unit\"],\"additionalProperties\":false,"
    "\"properties\":{\"name\":{\"type\":\"string\"},\"label\":{\"type\":\"string\"},\"unit\":{\"type\":\"string\","
    "\"enum\":[\"count\",\"percent\",\"duration\",\"amount\"]}}}},\"rows\":{\"type\":\"array\",\"items\":{"
    "\"$ref\":\"#/components/schemas/FigureRow\"}},\"total\":{\"$ref\":\"#/components/schemas/FigureRow\"},"
    "\"records_total\":{\"type\":\"integer\"},\"records\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"number\",\"headline\"],\"additionalProperties\":false,\"properties\":{\"number\":{"
    "\"type\":\"string\"},\"headline\":{\"type\":[\"string\",\"null\"]},\"row\":{\"type\":[\"string\",\"null\"]},"
    "\"target\":{\"type\":\"string\",\"format\":\"duration\"},\"elapsed\":{\"type\":\"string\","
    "\"format\":\"duration\"},\"overrun\":{\"type\":\"string\"}}}}}}}";
/* clang-format on */

void openapi_add_insights(json_t *paths, json_t *schemas)
{
	json_error_t fault;

	json_object_update_new(paths, json_loads(paths_text, 0, &fault));
	json_object_update_new(schemas, json_loads(schemas_text, 0, &fault));
}
