/* Signing in and out, the language before that, and the files that pages link to; and where everything is. */
#include <stdlib.h>

#include "web/embedded.h"
#include "web/pages.h"
#include "web/part_login.h"

static void draw_login(struct visit *visit, struct str account, struct str error, struct str next, unsigned status)
{
	struct login_view view = {.account = account, .error = error, .next = next, .theme = visit->theme};

	view.other_language_url =
	    str_format(visit->arena, "/settings/language?to=%s&next=%.*s", visit->h.language == JAPANESE ? "en" : "ja",
		       STR_ARG(url_part(visit->arena, S("/login"))));
	draw_login_page(&visit->h, &view);
	visit_answer(visit, status);
}

void page_login(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};

	visit_start_bare(&visit, request, response);
	draw_login(&visit, S(""), S(""), http_query(request, "next"), 200);
}

/* Customers' people begin in the portal and our staff with their work, unless they chose otherwise. */
static struct str home_of(struct visit *visit, int64_t person)
{
	static const struct {
		const char *code, *address;
	} pages[] = {{"work", "/"}, {"portal", "/portal"}, {"figures", "/figures"}};
	const struct actor *actor;
	struct error error = {0};

	if (actor_of_person(visit->kernel, visit->arena, person, &actor, &error))
		return S("/");
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		if (str_is(actor->first_page, pages[i].code))
			return str_of(pages[i].address);
	return actor_is_staff(actor) ? S("/") : S("/portal");
}

void post_login(struct http_request *request, struct http_response *response)
{
	struct str account, next;
	struct session session;
	VISIT visit = {0};
	enum status status;

	visit_start_bare(&visit, request, response);
	if (http_form_body(request, &visit.form, &visit.error)) {
		visit_refuse(&visit, E_SYNTAX);
		return;
	}
	account = str_trim(http_form_value(&visit.form, "user"));
	next = http_form_value(&visit.form, "next");
	status = session_start(visit.kernel, account, http_form_value(&visit.form, "password"), request->remote,
			       visit.now, &session, &visit.error);
	if (status == E_SIGN_IN || status == E_TOO_MANY) {
		draw_login(&visit, account, visit_words(&visit, &visit.error.items[0]), next, http_status_of(status));
		return;
	}
	if (status) {
		visit_refuse(&visit, status);
		return;
	}
	http_set_cookie(response, "kaname", str_of(session.secret),
			str_is(http_form_value(&visit.form, "stay"), "true") ? 7 * 24 * 3600 : -1, request->secure);
	forget_choices(request, response); /* what was chosen before it was known who it is */
	visit_go(&visit, visit_own_path(next.n && !str_is(next, "/") ? next : home_of(&visit, session.person)));
}

void post_logout(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};

	if (!visit_start_form(&visit, request, response))
		return;
	if (session_end(visit.kernel, http_cookie(request, "kaname"), &visit.error)) {
		visit_refuse(&visit, E_UNAVAILABLE);
		return;
	}
	http_set_cookie(response, "kaname", S(""), 0, request->secure);
	visit_go(&visit, S("/login"));
}

/* Before anybody is known; whoever has signed in has settings. */
void page_set_language(struct http_request *request, struct http_response *response)
{
	static const int64_t a_year = 365 * 24 * 3600;
	struct str to = http_query(request, "to");

	http_set_cookie(response, "language", str_is(to, "ja") ? S("ja") : S("en"), a_year, request->secure);
	http_redirect(response, visit_own_path(http_query(request, "next")));
}

void send_asset(struct http_request *request, struct http_response *response)
{
	const struct embedded_file *file = asset_by_url(request->path);
	struct http_asset asset;

	if (!file) {
		struct error error = {0};

		(void)error_fail(&error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
		web_refused(request, response, &error);
		return;
	}
	asset = (struct http_asset){.media_type = file->type,
				    .plain = file->plain,
				    .gzip = file->gzip,
				    .brotli = file->brotli,
				    .lasting = true};
	http_send_asset(request, response, &asset);
}

void send_icon(struct http_request *request, struct http_response *response)
{
	http_redirect(response, str_of(asset_url("mark.svg")));
}

void web_refused(struct http_request *request, struct http_response *response, const struct error *error)
{
	unsigned status = http_response_status(response); /* 414, say, for which there is no kind of error of its own */
	VISIT visit = {0};

	visit_start_bare(&visit, request, response);
	visit.error = *error;
	visit_refuse(&visit, error->status);
	http_status(response, status);
}

/* An address that only takes forms, asked for by reloading what it answered: back to what the form belonged to. */
static void page_of_form(struct http_request *request, struct http_response *response)
{
	struct str place = str_sub(request->path, 1, request->path.n);
	size_t slash;

	if (str_find_char(place, '/', &slash))
		place = str_sub(place, 0, slash);
	http_redirect(response, str_format(request->arena, "/%.*s", STR_ARG(url_part(request->arena, place))));
}

const struct http_route web_routes[] = {
    {.method = "GET", .pattern = "/login", .handler = page_login},
    {.method = "POST", .pattern = "/login", .handler = post_login},
    {.method = "POST", .pattern = "/logout", .handler = post_logout},
    {.method = "GET", .pattern = "/settings/language", .handler = page_set_language},
    {.method = "GET", .pattern = "/settings", .handler = page_settings},
    {.method = "POST", .pattern = "/settings", .handler = post_settings},
    {.method = "GET", .pattern = "/settings/calendars", .handler = page_calendars},
    {.method = "POST", .pattern = "/settings/calendars", .handler = post_calendars},
    {.method = "GET", .pattern = "/feeds/{secret}", .handler = send_calendar},
    {.method = "GET", .pattern = "/assets/{name}", .handler = send_asset},
    {.method = "GET", .pattern = "/favicon.ico", .handler = send_icon},
    {.method = "GET", .pattern = "/", .handler = page_home},
    {.method = "GET", .pattern = "/decide/{link}", .handler = page_decide},
    {.method = "POST", .pattern = "/decide/{link}", .handler = post_decide},
    {.method = "GET", .pattern = "/digest/{link}", .handler = page_digest},
    {.method = "POST", .pattern = "/digest/{link}", .handler = post_digest},
    {.method = "GET", .pattern = "/portal", .handler = page_portal},
    {.method = "GET", .pattern = "/portal/status", .handler = page_portal_status},
    {.method = "GET", .pattern = "/portal/search", .handler = page_portal_search},
    {.method = "GET", .pattern = "/portal/suggest/{collection}", .handler = page_portal_suggested},
    {.method = "GET", .pattern = "/portal/report", .handler = page_portal_report_any},
    {.method = "GET", .pattern = "/portal/report/{collection}", .handler = page_portal_report},
    {.method = "POST",
     .pattern = "/portal/report/{collection}",
     .handler = post_portal_report,
     .body_limit = 64u << 20},
    {.method = "GET", .pattern = "/portal/requests", .handler = page_portal_requests},
    {.method = "GET", .pattern = "/portal/requests/{number}", .handler = page_portal_request},
    {.method = "POST",
     .pattern = "/portal/requests/{number}/reply",
     .handler = post_portal_reply,
     .body_limit = 64u << 20},
    {.method = "POST", .pattern = "/portal/requests/{number}/do/{transition}", .handler = post_portal_step},
    {.method = "GET", .pattern = "/portal/catalogue", .handler = page_portal_catalogue},
    {.method = "GET", .pattern = "/portal/catalogue/{number}", .handler = page_portal_offer},
    {.method = "POST", .pattern = "/portal/catalogue/{number}", .handler = post_portal_offer, .body_limit = 64u << 20},
    {.method = "GET", .pattern = "/portal/issued", .handler = page_portal_issued},
    {.method = "GET", .pattern = "/portal/issued/{number}", .handler = page_portal_issued_one},
    {.method = "GET", .pattern = "/portal/articles/{number}", .handler = page_portal_article},
    {.method = "POST", .pattern = "/portal/articles/{number}/feedback", .handler = post_portal_feedback},
    {.method = "GET", .pattern = "/administration", .handler = page_administration},
    {.method = "GET", .pattern = "/administration/tokens", .handler = page_tokens},
    {.method = "POST", .pattern = "/administration/tokens", .handler = post_tokens},
    {.method = "GET", .pattern = "/administration/jobs", .handler = page_jobs},
    {.method = "POST", .pattern = "/administration/jobs", .handler = post_jobs},
    {.method = "GET", .pattern = "/administration/mails", .handler = page_mails},
    {.method = "GET", .pattern = "/administration/mails/{mail}", .handler = page_mail},
    {.method = "POST", .pattern = "/administration/mails/{mail}", .handler = post_mail},
    {.method = "GET", .pattern = "/administration/history", .handler = page_proof},
    {.method = "POST", .pattern = "/administration/history", .handler = post_proof},
    {.method = "GET", .pattern = "/administration/model", .handler = page_model},
    {.method = "GET", .pattern = "/administration/model/{type}", .handler = page_model_type},
    {.method = "GET", .pattern = "/go", .handler = page_go},
    {.method = "GET", .pattern = "/keys", .handler = page_keys},
    {.method = "GET", .pattern = "/search", .handler = page_search},
    {.method = "GET", .pattern = "/notices", .handler = page_notices},
    {.method = "POST", .pattern = "/notices", .handler = post_notices},
    {.method = "GET", .pattern = "/suggest/{collection}", .handler = page_suggest},
    {.method = "GET", .pattern = "/mentions", .handler = page_mention},
    {.method = "GET", .pattern = "/dashboard", .handler = page_dashboard},
    {.method = "GET", .pattern = "/dashboard/edit", .handler = page_dashboard_edit},
    {.method = "POST", .pattern = "/dashboard/edit", .handler = post_dashboard_edit},
    {.method = "GET", .pattern = "/figures", .handler = page_figures},
    {.method = "GET", .pattern = "/conformity", .handler = page_conformity},
    {.method = "GET", .pattern = "/processes", .handler = page_processes},
    {.method = "GET", .pattern = "/processes/{process}", .handler = page_process},
    {.method = "GET", .pattern = "/conformity/{demand}", .handler = page_demand},
    {.method = "GET", .pattern = "/evidence-pack", .handler = page_pack},
    {.method = "POST", .pattern = "/evidence-pack", .handler = post_pack},
    {.method = "GET", .pattern = "/{place}", .handler = page_place}, /* /incidents or /INC-123 */
    {.method = "GET", .pattern = "/{collection}/new", .handler = page_new},
    {.method = "POST", .pattern = "/{collection}/new", .handler = post_new},
    {.method = "GET", .pattern = "/{collection}/view", .handler = page_view},
    {.method = "POST", .pattern = "/{collection}/view", .handler = post_view},
    {.method = "GET", .pattern = "/{collection}/counts", .handler = page_counts},
    {.method = "GET", .pattern = "/{collection}/export", .handler = page_export},
    {.method = "POST", .pattern = "/{collection}/export", .handler = post_export},
    {.method = "GET", .pattern = "/{number}/file", .handler = send_export},
    {.method = "GET", .pattern = "/{number}/paper", .handler = send_paper},
    {.method = "GET", .pattern = "/{collection}/bulk", .handler = page_of_form},
    {.method = "POST", .pattern = "/{collection}/bulk", .handler = post_bulk},
    {.method = "GET", .pattern = "/{collection}/move", .handler = page_move},
    {.method = "POST", .pattern = "/{collection}/move", .handler = post_move},
    {.method = "GET", .pattern = "/{number}/deliveries", .handler = page_deliveries},
    {.method = "POST", .pattern = "/{number}/deliveries", .handler = post_deliveries},
    {.method = "GET", .pattern = "/{number}/edit", .handler = page_of_form},
    {.method = "POST", .pattern = "/{number}/edit", .handler = post_edit},
    {.method = "GET", .pattern = "/{number}/do/{transition}", .handler = page_transition},
    {.method = "POST", .pattern = "/{number}/do/{transition}", .handler = post_transition},
    {.method = "GET", .pattern = "/{number}/comments", .handler = page_of_form},
    {.method = "POST", .pattern = "/{number}/comments", .handler = post_comment, .body_limit = 64u << 20},
    {.method = "GET", .pattern = "/{number}/links", .handler = page_of_form},
    {.method = "POST", .pattern = "/{number}/links", .handler = post_link},
    {.method = "GET", .pattern = "/{number}/watch", .handler = page_of_form},
    {.method = "POST", .pattern = "/{number}/watch", .handler = post_watch},
    {.method = "GET", .pattern = "/{number}/files/{file}/{name}", .handler = send_file},
    {.method = "GET", .pattern = "/{number}/compare", .handler = page_compare},
    {.method = "GET", .pattern = "/{number}/preview", .handler = page_preview},
};

const size_t web_route_count = sizeof(web_routes) / sizeof(*web_routes);
