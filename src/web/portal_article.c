/* An article for its readers, and whether it helped them. */
#include "record/access.h"
#include "record/tally.h"
#include "web/form.h"
#include "web/markdown.h"
#include "web/pages.h"
#include "web/portal.h"

struct vote { /* what was posted, kept until it is committed or refused */
	struct record *article;
	struct edit_batch batch;
	struct edit_request request;
	struct edit_result result;
	struct field_input inputs[3];
};

/* The type in which readers of such articles say whether they helped; NULL: none. */
static const struct type *feedback_type(const struct visit *visit, const struct type *article)
{
	const struct model *model = visit->kernel->model;

	for (size_t i = 0; i < model->type_count; i++) {
		const struct type *type = model->types[i];

		if (type->portal && type->portal->part == PORTAL_FEEDBACK &&
		    type->portal->slots[SLOT_OF]->to == article)
			return type;
	}
	return NULL;
}

/* What the visitor said of it; *own NULL: nothing yet. */
static enum status find_own(struct visit *visit, struct connection *connection, const struct record *article,
			    struct record **own)
{
	const struct type *type = feedback_type(visit, article->type);
	struct portal_wish wish = {.type = type, .when = PORTAL_WHENS, .limit = 1};
	struct list_result result;
	enum status status;

	*own = NULL;
	if (!type || !access_reads_type(visit->kernel, visit->actor, type))
		return OK;
	wish.also = str_format(visit->arena, "%.*s = %.*s and (%.*s)", STR_ARG(type->portal->slots[SLOT_OF]->name),
			       STR_ARG(number_text(visit, article->identity)), STR_ARG(portal_mine(visit, type)));
	if ((status = portal_list(visit, connection, &wish, &result)))
		return status;
	if (result.count)
		*own = result.records[0];
	return OK;
}

static void draw_verdict_button(struct html *h, const char *value, const char *words, bool pressed)
{
	html(h, "<button class='btn' name='verdict' value='%a' aria-pressed='%a'>%l</button>", value,
	     pressed ? "true" : "false", words);
}

static void draw_feedback(struct visit *visit, const struct record *article, const struct record *own)
{
	struct html *h = &visit->h;
	const struct type *type = feedback_type(visit, article->type);
	struct value verdict = own ? portal_value(own, SLOT_VERDICT) : (struct value){0};
	bool said = verdict.kind == VALUE_BOOLEAN;
	struct str remark =
	    own && type->portal->slots[SLOT_REMARK] ? portal_text(visit, own, SLOT_REMARK, PORTAL_SLOTS) : S("");

	if (!type || !access_may(visit->kernel, visit->actor, type, ACCESS_CREATE, NULL))
		return;
	html(h,
	     "<form class='helped' method='post' action='%u/feedback' aria-labelledby='helped'><h2 id='helped'>%l</h2>",
	     portal_url(visit, article), N_("Did this help?"));
	html_token(h);
	html(h, "<div class='btns'>");
	draw_verdict_button(h, "true", N_("Yes"), said && verdict.boolean);
	draw_verdict_button(h, "false", N_("No"), said && !verdict.boolean);
	html(h, "</div>");
	if (type->portal->slots[SLOT_REMARK])
		html(h,
		     "<div class='field'><label for='remark'>%l</label><input id='remark' name='remark' "
		     "maxlength='1000' "
		     "value='%a'></div>",
		     N_("What was missing? (if you like)"), remark);
	if (said)
		html(h, "<p class='sub' role='status'>%l</p>",
		     verdict.boolean ? N_("You said that it helped. Thank you.")
				     : N_("You said that it did not help. We will look at it."));
	html(h, "</form>");
}

static bool is_prefix(const void *context, struct str prefix)
{
	const struct model *model = context;

	return map_get(&model->types_by_prefix, prefix) != NULL;
}

static enum status draw_article(struct visit *visit, struct connection *connection, const struct record *article)
{
	struct html *h = &visit->h;
	struct markdown_options markdown = {.is_prefix = is_prefix, .context = visit->kernel->model, .heading = 2};
	struct str summary = portal_text(visit, article, SLOT_SUMMARY, PORTAL_SLOTS);
	struct record *own;
	enum status status = find_own(visit, connection, article, &own);

	if (status)
		return status;
	portal_begin(visit, show_title(visit, article));
	html(h, "<article class='particle'><div class='phead'><h1>%t</h1>", visit->page.title);
	if (summary.n)
		html(h, "<p>%t</p>", summary);
	html(h, "</div><div class='body'>");
	markdown_draw(h, portal_text(visit, article, SLOT_TEXT, PORTAL_SLOTS), &markdown);
	html(h, "</div><p class='sub'>%t</p></article>",
	     phrase(h, N_("%1$s, last changed %2$s"), number_text(visit, article->identity),
		    words_day(h, zone_day(h->zone, article->updated_at), DAY_FULL)));
	draw_feedback(visit, article, own);
	return OK;
}

static void answer(struct visit *visit, unsigned code)
{
	READER connection = NULL;
	struct record *article;
	const struct field *views;
	enum status status;

	if ((status = visit_reader(visit, &connection)) ||
	    (status = portal_record(visit, connection, PORTAL_ARTICLE, &article)) ||
	    (status = draw_article(visit, connection, article))) {
		visit_refuse(visit, status);
		return;
	}
	views = article->type->portal->slots[SLOT_VIEWS];
	if (views && visit->request->method == HTTP_GET && article->created_by != visit->actor->person)
		kernel_count(visit->kernel, views, article->identity);
	visit_end(visit, code);
}

void page_portal_article(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};

	if (portal_start(&visit, request, response))
		answer(&visit, 200);
}

/* --- posted --- */

static void voted(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	const struct vote *vote = data;

	(void)batch;
	if (status)
		visit_refuse(visit, status);
	else
		visit_go(visit, str_format(visit->arena, "%.*s#helped", STR_ARG(portal_url(visit, vote->article))));
}

/* The reader's one vote: made, or changed. */
static enum status read_vote(struct visit *visit, struct connection *connection, struct vote *vote)
{
	const struct type *type;
	const struct field *remark;
	struct record *own;
	enum status status;

	if ((status = portal_record(visit, connection, PORTAL_ARTICLE, &vote->article)) ||
	    (status = find_own(visit, connection, vote->article, &own)))
		return status;
	type = feedback_type(visit, vote->article->type);
	if (!type)
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	vote->request = (struct edit_request){.type = type,
					      .record = own ? own->identity : 0,
					      .fields = vote->inputs,
					      .field_count = 1,
					      .via = VIA_PORTAL,
					      .at = INSTANT_NONE};
	vote->inputs[0] = (struct field_input){type->portal->slots[SLOT_VERDICT],
					       value_boolean(str_is(form_word(visit, "verdict"), "true"))};
	remark = type->portal->slots[SLOT_REMARK];
	if (remark)
		vote->inputs[vote->request.field_count++] =
		    (struct field_input){remark, value_text(str_trim(form_word(visit, "remark")))};
	if (!own)
		vote->inputs[vote->request.field_count++] =
		    (struct field_input){type->portal->slots[SLOT_OF], value_record(vote->article->identity)};
	return OK;
}

void post_portal_feedback(struct http_request *request, struct http_response *response)
{
	struct vote *vote = arena_one(request->arena, struct vote);
	VISIT visit = {0};
	enum status status;

	if (!portal_start_form(&visit, request, response))
		return;
	{
		READER connection = NULL;

		if (!(status = visit_reader(&visit, &connection)))
			status = read_vote(&visit, connection, vote);
	}
	if (status) {
		visit_refuse(&visit, status);
		return;
	}
	vote->batch = (struct edit_batch){.actor = visit.actor,
					  .requests = &vote->request,
					  .count = 1,
					  .results = &vote->result,
					  .now = INSTANT_NONE};
	visit_edit(&visit, &vote->batch, voted, vote);
}
