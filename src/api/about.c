/* Who asks, the API's own description, and the table of its operations. */
#include "api/operations.h"

static void role_names(struct buf *json, const struct call *call)
{
	bool first = true;

	buf_add_char(json, '[');
	for (size_t i = 0; i < call->kernel->model->role_count; i++) {
		const struct role *role = call->kernel->model->roles[i];

		if (!actor_has_role(call->actor, role))
			continue;
		if (!first)
			buf_add_char(json, ',');
		first = false;
		buf_add_json_string(json, role->name);
	}
	buf_add_char(json, ']');
}

void api_me(struct http_request *request, struct http_response *response)
{
	static const char *const none[] = {NULL};
	struct buf json = buf_new(request->arena);
	struct shown shown;
	CALL call = {0};

	if (!call_start(&call, request, response, CALL_ACTOR) || !call_allows(&call, none))
		return;
	shown = shown_new(call.kernel, call.arena);
	buf_add(&json, S("{\"account\":"));
	buf_add_json_string(&json, call.actor->account);
	buf_add(&json, S(",\"name\":"));
	buf_add_json_string(&json, call.actor->name);
	buf_format(&json, ",\"language\":\"%s\",\"customer\":", language_code(call.actor->language));
	json_number(&json, &shown, call.actor->customer);
	buf_add(&json, S(",\"groups\":["));
	for (size_t i = 0; i < call.actor->group_count; i++) {
		if (i)
			buf_add_char(&json, ',');
		json_number(&json, &shown, call.actor->groups[i]);
	}
	buf_add(&json, S("],\"roles\":"));
	role_names(&json, &call);
	buf_add_char(&json, '}');
	call_answer(&call, 200, &json);
}

void api_document(struct http_request *request, struct http_response *response)
{
	const struct surface *surface = request->context;

	http_body(response, "application/json", surface->openapi);
}

const struct http_route api_routes[] = {
    {.method = "GET", .pattern = "/api/v1/openapi.json", .handler = api_document},
    {.method = "GET", .pattern = "/api/v1/me", .handler = api_me},
    {.method = "GET", .pattern = "/api/v1/search", .handler = api_search},
    {.method = "GET", .pattern = "/api/v1/stream", .handler = api_stream},
    {.method = "GET", .pattern = "/api/v1/conformity", .handler = api_conformity},
    {.method = "GET", .pattern = "/api/v1/processes", .handler = api_processes},
    {.method = "GET", .pattern = "/api/v1/conformity/{demand}", .handler = api_conformity_one},
    {.method = "GET", .pattern = "/api/v1/notices", .handler = api_notices},
    {.method = "POST", .pattern = "/api/v1/notices/read", .handler = api_read_notices},
    {.method = "POST", .pattern = "/api/v1/notices/{notice}/read", .handler = api_read_notice},
    {.method = "GET", .pattern = "/api/v1/insights", .handler = api_insights},
    {.method = "GET", .pattern = "/api/v1/insights/{collection}/{name}", .handler = api_insight},
    {.method = "GET", .pattern = "/api/v1/{collection}", .handler = api_list},
    {.method = "POST", .pattern = "/api/v1/{collection}", .handler = api_create},
    {.method = "POST", .pattern = "/api/v1/{collection}/bulk", .handler = api_bulk},
    {.method = "GET", .pattern = "/api/v1/{collection}/impact", .handler = api_impact},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}/impact", .handler = api_impact_of},
    {.method = "GET", .pattern = "/api/v1/{collection}/similar", .handler = api_similar},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}/similar", .handler = api_similar_to},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}", .handler = api_get},
    {.method = "PATCH", .pattern = "/api/v1/{collection}/{number}", .handler = api_patch},
    {.method = "POST",
     .pattern = "/api/v1/{collection}/{number}/intake",
     .handler = api_intake,
     .body_limit = 16u << 20},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}/deliveries", .handler = api_deliveries},
    {.method = "POST",
     .pattern = "/api/v1/{collection}/{number}/deliveries/{delivery}/replay",
     .handler = api_replay_delivery},
    {.method = "POST", .pattern = "/api/v1/{collection}/{number}/replay", .handler = api_replay},
    {.method = "POST", .pattern = "/api/v1/{collection}/{number}/secret", .handler = api_make_secret},
    {.method = "POST", .pattern = "/api/v1/{collection}/{number}/transitions/{name}", .handler = api_transition},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}/comments", .handler = api_get_comments},
    {.method = "POST", .pattern = "/api/v1/{collection}/{number}/comments", .handler = api_comment},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}/links", .handler = api_get_links},
    {.method = "POST", .pattern = "/api/v1/{collection}/{number}/links", .handler = api_add_link},
    {.method = "DELETE", .pattern = "/api/v1/{collection}/{number}/links/{name}/{other}", .handler = api_remove_link},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}/attachments", .handler = api_get_attachments},
    {.method = "POST",
     .pattern = "/api/v1/{collection}/{number}/attachments",
     .handler = api_attach,
     .body_limit = 64u << 20},
    {.method = "GET",
     .pattern = "/api/v1/{collection}/{number}/attachments/{attachment}",
     .handler = api_get_attachment},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}/compare", .handler = api_compare},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}/history", .handler = api_history},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}/timeline", .handler = api_timeline},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}/mails", .handler = api_mails},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}/clocks", .handler = api_clocks},
    {.method = "GET", .pattern = "/api/v1/{collection}/{number}/watchers", .handler = api_get_watchers},
    {.method = "POST", .pattern = "/api/v1/{collection}/{number}/watchers", .handler = api_watch},
    {.method = "DELETE", .pattern = "/api/v1/{collection}/{number}/watchers", .handler = api_unwatch},
};

const size_t api_route_count = sizeof(api_routes) / sizeof(*api_routes);
