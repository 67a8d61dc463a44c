/* The own digest turned off by a signed link, without a session (RFC 8058). Looking at it changes nothing: mail
 * scanners follow links. A mail program posts to it, and takes no redirection for an answer. */
#include "record/digest_link.h"
#include "record/notice_rules.h"
#include "web/pages.h"
#include "web/part_mark.h"

struct turning {
	struct edit_batch batch;
	struct edit_request request;
	struct edit_result result;
	struct field_input input;
};

static void refuse(struct visit *visit, enum status status)
{
	visit->actor = NULL; /* whoever comes by a link is not led about in the program */
	visit_refuse(visit, status);
}

static bool start(struct visit *visit, struct http_request *request, struct http_response *response)
{
	struct surface *surface = request->context;
	int64_t person;

	if (!digest_link_read(surface->kernel, request->arena, http_parameter(request, "link"), &person)) {
		visit_start_bare(visit, request, response);
		refuse(visit, error_fail(&visit->error, E_NOT_FOUND, "", "link",
					 N_("This address leads nowhere: it is not complete, or not from here")));
		return false;
	}
	if (visit_start_as(visit, request, response, person))
		return true;
	error_clear(&visit->error);
	refuse(visit, error_fail(&visit->error, E_DENIED, "", "link", N_("Whom this link was sent to is not active")));
	return false;
}

static void answer(struct visit *visit, bool off)
{
	struct html *h = &visit->h;

	bare_page_begin(h, label(h, N_("Mail digest")), visit->theme, S("portal"));
	html(h, "<div class='ppage'><div class='phead'><h1>%l</h1></div>", N_("Mail digest"));
	if (off) {
		draw_notice(h, label(h, N_("You get no digest by mail any more.")), NOTICE_GOOD);
		html(h, "<p><a class='btn' href='/settings'>%l</a></p>", N_("What you are told of, and when"));
	} else {
		html(
		    h,
		    "<form class='pstep' method='post' action='%u' hx-boost='false'><p>%t</p><div class='btns'><button "
		    "class='btn main'>%l</button></div></form>",
		    visit->request->path,
		    phrase(h, N_("%s gets a digest by mail. Notices that are sent at once are not concerned."),
			   visit->actor->name),
		    N_("No digest any more"));
	}
	html(h, "</div>");
	bare_page_end(h);
	visit_answer(visit, 200);
}

void page_digest(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};

	if (start(&visit, request, response))
		answer(&visit, notice_rules_without_digest(visit.kernel, visit.arena, visit.actor).kind == VALUE_NONE);
}

static void turned(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	(void)batch;
	(void)data;
	if (status)
		refuse(visit, status);
	else
		answer(visit, true);
}

void post_digest(struct http_request *request, struct http_response *response)
{
	struct turning *turning = arena_one(request->arena, struct turning);
	VISIT visit = {0};

	if (!start(&visit, request, response))
		return;
	const struct type *type = visit.kernel->model->acting[ACTS_PERSON];
	struct value rules = notice_rules_without_digest(visit.kernel, visit.arena, visit.actor);
	if (rules.kind == VALUE_NONE) {
		answer(&visit, true);
		return;
	}
	turning->input = (struct field_input){type_field(type, S("notice_rules")), rules};
	turning->request = (struct edit_request){.record = visit.actor->person,
						 .type = type,
						 .fields = &turning->input,
						 .field_count = 1,
						 .via = VIA_LINK,
						 .at = INSTANT_NONE};
	turning->batch = (struct edit_batch){.actor = visit.actor,
					     .requests = &turning->request,
					     .count = 1,
					     .results = &turning->result,
					     .now = INSTANT_NONE};
	visit_edit(&visit, &turning->batch, turned, turning);
}
