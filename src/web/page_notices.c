/* What the program told the person: newest first, with marks for what was read. */
#include "record/notices.h"

#include "web/pages.h"
#include "web/part_table.h"
#include "web/show.h"

enum { SHOWN = 50 };

static void draw_one(struct visit *visit, struct show *show, const struct notice *notice)
{
	struct html *h = &visit->h;
	bool unread = notice->read_at == INSTANT_NONE;

	html(h, "<li%m><a href='%u'><span class='num'>%t</span> %t</a><p>%t</p><p class='when'>%t</p>",
	     attribute_if("class", unread ? S("fresh") : S("")), record_url(visit, notice->record),
	     number_text(visit, notice->record), show_name(show, notice->record), words_of(visit, &notice->says),
	     words_ago(h, notice->at, false));
	if (unread) {
		html(h, "<form method='post' action='/notices'>");
		html_token(h);
		html(h, "<button class='btn quiet' name='notice' value='%d'>%i%l</button></form>", notice->identity,
		     ICON_CHECK, N_("Mark as read"));
	}
	html(h, "</li>");
}

static void draw_all(struct visit *visit, struct show *show, const struct notice *notices, size_t count)
{
	struct html *h = &visit->h;

	html(h, "<ul class='notices'>");
	for (size_t i = 0; i < count; i++)
		draw_one(visit, show, &notices[i]);
	html(h, "</ul>");
}

static void draw_tabs(struct visit *visit, bool unread)
{
	html(&visit->h,
	     "<nav class='seg' aria-label='%l'><a href='/notices'%m>%l</a><a href='/notices?show=unread'%m>%l</a></nav>"
	     "<a class='btn quiet' href='/settings#notice_rules'>%i%l</a>",
	     N_("Which notices"), attribute_if("aria-current", unread ? S("") : S("page")), N_("All"),
	     attribute_if("aria-current", unread ? S("page") : S("")), N_("Unread"), ICON_SETTINGS,
	     N_("What I am told of"));
}

static void draw_head(struct visit *visit, const struct notice *notices, size_t count, bool unread)
{
	struct html *h = &visit->h;
	struct str words = visit->page.unread ? phrase(h, N_("%s unread"), words_number(h, visit->page.unread))
					      : label(h, N_("Nothing is unread"));

	html(h, "<div class='head'><h1>%l</h1><p role='status'>%t</p><div class='btns push'>", N_("Notices"), words);
	draw_tabs(visit, unread);
	if (visit->page.unread && count) {
		html(h, "<form method='post' action='/notices'>");
		html_token(h);
		html(h, "<button class='btn' name='up_to' value='%d'>%i%l</button></form>", notices[0].identity,
		     ICON_CHECK, N_("Mark all as read"));
	}
	html(h, "</div></div>");
}

static void draw_none(struct visit *visit, bool unread)
{
	draw_empty(&visit->h, &(struct empty_view){.icon = ICON_BELL,
						   .title = label(&visit->h, unread ? N_("Nothing is unread")
										    : N_("You have no notices")),
						   .words = label(&visit->h, N_("Escalations and reminders that "
										"concern you come here."))});
}

static enum status draw_page(struct visit *visit, int64_t before, bool unread)
{
	READER connection = NULL;
	struct show show = show_new(visit);
	struct notice *notices;
	size_t count, shown;
	enum status status;

	if ((status = visit_reader(visit, &connection)) ||
	    (status = notices_of(visit->kernel, connection, visit->arena, visit->actor, unread, before, SHOWN + 1,
				 visit->now, &notices, &count, &visit->error)))
		return status;
	shown = count < SHOWN ? count : SHOWN;
	for (size_t i = 0; i < shown; i++)
		show_need_identity(&show, notices[i].record);
	if ((status = show_look_up(&show, connection)))
		return status;
	visit_begin(visit, label(&visit->h, N_("Notices")), "page", S("/notices"));
	draw_head(visit, notices, before ? 0 : shown, unread);
	if (!count)
		draw_none(visit, unread);
	else
		draw_all(visit, &show, notices, shown);
	if (count > shown)
		html(&visit->h, "<p><a class='btn' href='%u'>%l</a></p>",
		     str_format(visit->arena, "/notices?%sbefore=%lld", unread ? "show=unread&" : "",
				(long long)notices[shown - 1].identity),
		     N_("Earlier"));
	visit_end(visit, 200);
	return OK;
}

void page_notices(struct http_request *request, struct http_response *response)
{
	int64_t before = 0;
	VISIT visit = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if (!str_int64(http_query(request, "before"), &before) || before < 0)
		before = 0;
	if ((status = draw_page(&visit, before, str_is(http_query(request, "show"), "unread"))))
		visit_refuse(&visit, status);
}

void post_notices(struct http_request *request, struct http_response *response)
{
	struct str one, up_to;
	int64_t notice = 0;
	VISIT visit = {0};
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	one = http_form_value(&visit.form, "notice");
	up_to = http_form_value(&visit.form, "up_to");
	if (!str_int64(one.n ? one : up_to, &notice))
		notice = 0;
	visit_release(&visit);
	status = notice_mark_read(visit.kernel, visit.actor, notice, !one.n, visit.now, &visit.error);
	if (status)
		visit_refuse(&visit, status);
	else
		visit_go(&visit, S("/notices"));
}
