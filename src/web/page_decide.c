/* One decision by a signed link, without a session (docs/decisions/0051). Looking at it changes nothing: mail scanners
 * follow links, and they do not post forms. Whether the person may still decide, the kernel judges at that moment. */
#include "record/access.h"
#include "record/decision_link.h"
#include "web/page_record.h"
#include "web/pages.h"
#include "web/part_mark.h"
#include "web/portal.h"

struct deciding {
	struct decision_link link;
	struct edit_batch batch;
	struct edit_request request;
	struct edit_result result;
};

/* Whoever comes by a link is not led about in the program. */
static void refuse(struct visit *visit, enum status status)
{
	visit->actor = NULL;
	visit_refuse(visit, status);
}

static bool start(struct visit *visit, struct http_request *request, struct http_response *response,
		  struct decision_link *link)
{
	struct surface *surface = request->context;

	if (!decision_link_read(surface->kernel, request->arena, http_parameter(request, "link"), link)) {
		visit_start_bare(visit, request, response);
		refuse(visit, error_fail(&visit->error, E_NOT_FOUND, "", "link",
					 N_("This address leads nowhere: it is not complete, or not from here")));
		return false;
	}
	if (!visit_start_as(visit, request, response, link->person)) {
		error_clear(&visit->error);
		refuse(visit, error_fail(&visit->error, E_DENIED, "", "link",
					 N_("Whom this link was sent to cannot decide any more")));
		return false;
	}
	if (visit->now < link->until)
		return true;
	refuse(visit,
	       error_fail(&visit->error, E_DENIED, "", "expired", N_("This link has expired. Sign in to decide.")));
	return false;
}

/* --- what may be decided --- */

static enum status may_take(struct record_page *page, const struct transition *transition, bool *may)
{
	struct visit *visit = page->visit;

	*may = false;
	return transition->personal && transition->plain.text[ENGLISH].n
		   ? edit_may_transition(visit->kernel, page->connection, visit->arena, visit->actor, page->record,
					 transition, visit->now, may, &visit->error)
		   : OK;
}

static bool wants_comment(const struct transition *transition)
{
	for (size_t i = 0; i < transition->requires_count; i++)
		if (transition->requires[i].comment)
			return true;
	return false;
}

static enum status find_steps(struct record_page *page, const struct transition **steps, size_t *count)
{
	const struct type *type = page->record->type;
	enum status status = OK;

	*count = 0;
	for (size_t i = 0; i < type->transition_count && !status; i++) {
		bool may;

		if (!(status = may_take(page, type->transitions[i], &may)) && may)
			steps[(*count)++] = type->transitions[i];
	}
	return status;
}

/* --- the page --- */

static void draw_comment(struct visit *visit)
{
	struct html *h = &visit->h;
	struct str error = visit_words_of_field(visit, "comment");

	html(h,
	     "<div class='field'><label for='comment'>%l</label><textarea id='comment' name='comment' rows='3'%m%m>%t",
	     N_("Comment"), attribute_if("aria-invalid", error.n ? S("true") : S("")),
	     attribute_if("aria-describedby", error.n ? S("comment-error") : S("comment-help")),
	     form_word(visit, "comment"));
	html(h, "</textarea>");
	if (error.n)
		html(h, "<p class='err' id='comment-error'>%t</p>", error);
	else
		html(h, "<p class='hint' id='comment-help'>%l</p>", N_("Needed if you do not agree."));
	html(h, "</div>");
}

static void draw_form(struct record_page *page, const struct transition **steps, size_t count)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	bool needs = false;

	for (size_t i = 0; i < count; i++)
		needs = needs || wants_comment(steps[i]);
	html(h, "<form class='pstep' method='post' action='%u' hx-boost='false'><h2>%l</h2>", visit->request->path,
	     N_("Your decision"));
	if (needs)
		draw_comment(visit);
	html(h, "<div class='btns'>");
	for (size_t i = 0; i < count; i++)
		html(h, "<button class='%a' name='transition' value='%p'>%t</button>", i ? S("btn") : S("btn main"),
		     steps[i]->name, words_of(visit, &steps[i]->plain));
	html(h, "</div></form>");
}

/* Of several people who may decide, whose it is in the first place. */
static void draw_for_whom(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct value whose = record_value(page->record, page->record->type->portal->by[0]);

	if (whose.kind == VALUE_RECORD && whose.number != visit->actor->person)
		html(&visit->h, "<p class='sub'>%t</p>",
		     phrase(&visit->h, N_("You decide for %s."), show_name(&page->show, whose.number)));
}

static enum status draw(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct record *record = page->record;
	const struct transition **steps =
	    arena_many(visit->arena, const struct transition *, record->type->transition_count + 1);
	struct str wrong;
	size_t count;
	enum status status = find_steps(page, steps, &count);

	if (status)
		return status;
	bare_page_begin(h, show_title(visit, record), visit->theme, S("portal"));
	html(h, "<div class='ppage'><div class='phead'><h1>%t</h1><p>%t</p></div>", show_title(visit, record),
	     words_of(visit, &record->state->plain));
	wrong =
	    visit->error.count && !visit_words_of_field(visit, "comment").n ? form_other_errors(visit, NULL, 0) : S("");
	if (wrong.n)
		draw_notice(h, wrong, NOTICE_BAD);
	if (count) {
		draw_for_whom(page);
		draw_form(page, steps, count);
	} else if (record->state->phase != PHASE_DONE && !wrong.n) {
		html(h, "<p class='sub'>%l</p>", N_("This is not yours to decide."));
	}
	if ((status = portal_draw_subject(page)))
		return status;
	html(h, "<section><p class='sub'>%t</p></section></div>",
	     phrase(h, N_("This page serves %s alone, for this one decision."), visit->actor->name));
	bare_page_end(h);
	return OK;
}

static void answer(struct visit *visit, const struct decision_link *link, unsigned code)
{
	READER connection = NULL;
	struct record_page page;
	enum status status;

	if ((status = visit_reader(visit, &connection)) ||
	    (status = record_page_load(&page, visit, connection, link->record)) || (status = draw(&page))) {
		refuse(visit, status);
		return;
	}
	visit_answer(visit, code);
}

void page_decide(struct http_request *request, struct http_response *response)
{
	struct decision_link link;
	VISIT visit = {0};

	if (start(&visit, request, response, &link))
		answer(&visit, &link, 200);
}

/* --- posted --- */

static void decided(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	const struct deciding *deciding = data;

	(void)batch;
	if (status)
		answer(visit, &deciding->link, http_status_of(visit->error.status));
	else
		visit_go(visit, visit->request->path);
}

void post_decide(struct http_request *request, struct http_response *response)
{
	struct deciding *deciding = arena_one(request->arena, struct deciding);
	const struct transition *transition;
	const struct type *type;
	VISIT visit = {0};

	if (!start(&visit, request, response, &deciding->link))
		return;
	if (http_form_body(request, &visit.form, &visit.error)) {
		refuse(&visit, E_SYNTAX);
		return;
	}
	type = kernel_type_of(visit.kernel, deciding->link.record);
	transition = type_transition(type, http_form_value(&visit.form, "transition"));
	if (!transition || !transition->personal || !transition->plain.text[ENGLISH].n) {
		refuse(&visit, error_fail(&visit.error, E_NOT_FOUND, "", "not_found", N_("There is no such step")));
		return;
	}
	deciding->request = (struct edit_request){.record = deciding->link.record,
						  .type = type,
						  .transition = transition,
						  .comment = str_trim(form_word(&visit, "comment")),
						  .comment_is_public = true,
						  .via = VIA_LINK,
						  .at = INSTANT_NONE};
	deciding->batch = (struct edit_batch){.actor = visit.actor,
					      .requests = &deciding->request,
					      .count = 1,
					      .results = &deciding->result,
					      .now = INSTANT_NONE};
	visit_edit(&visit, &deciding->batch, decided, deciding);
}
