/* Jobs: what the program will do by itself and when, what failed and why. */
#include "record/timers.h"
#include "web/administration.h"
#include "web/form.h"
#include "web/pages.h"
#include "web/show.h"

enum { SHOWN = 50 };

static void draw_head_row(struct html *h, const char *caption, const char *const *titles, size_t count)
{
	html(h,
	     "<div class='scroll' tabindex='0' role='region' aria-label='%l'><table class='data tall'><caption "
	     "class='vh'>%l"
	     "</caption><thead><tr>",
	     caption, caption);
	for (size_t i = 0; i < count; i++)
		html(h, "<th scope='col'>%l</th>", titles[i]);
	html(h, "</tr></thead><tbody>");
}

/* What a rule that works by itself is called, and the clock that it looks at. */
static struct str rule_words(const struct visit *visit, const struct timer_view *timer)
{
	static const struct {
		const char *behaviour, *words;
	} rules[] = {{"escalation", N_("Escalation")},
		     {"reminder", N_("Reminder")},
		     {"closure_confirmation", N_("Closed when nobody answers")},
		     {"refresh", N_("Looked at again")},
		     {"rota", N_("Duty changes")},
		     {"acknowledgement", N_("Asked to confirm")},
		     {"approval", N_("Approval")},
		     {"decision", N_("Decision")},
		     {"gather", N_("Alerts gathered")},
		     {"recurrence", N_("Next one begins")},
		     {"retention", N_("Retention")},
		     {"review_cycle", N_("Review")},
		     {"step_when", N_("Step by itself")},
		     {"version_control", N_("Version takes effect")}};
	const struct type *type = kernel_type_of(visit->kernel, timer->record);
	struct str words = timer->behaviour;

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (str_is(timer->behaviour, rules[i].behaviour))
			words = label(&visit->h, rules[i].words);
	if (type && map_get(&type->query->clocks, timer->name))
		return phrase(&visit->h, N_("%1$s: %2$s"), words, show_clock_name(visit, type, timer->name));
	return words;
}

static void draw_timer(struct visit *visit, const struct show *show, const struct timer_view *timer)
{
	struct html *h = &visit->h;
	bool late = timer->due_at < visit->now - MINUTE;

	html(h,
	     "<tr><th scope='row'><a href='%u'><span class='id'>%t</span> %t</a></th><td "
	     "data-label='%l'>%t</td><td data-label='%l'%m>",
	     record_url(visit, timer->record), number_text(visit, timer->record), show_name(show, timer->record),
	     N_("Rule"), rule_words(visit, timer), N_("Due"), attribute_if("class", late ? S("bad") : S("")));
	html_near(h, timer->due_at);
	html(h, " <span class='dim'>%t</span></td><td data-label='%l'>%t</td><td class='num'>",
	     words_ago(h, timer->due_at, false), N_("Why it failed last"), timer->fault);
	if (late || timer->fault.n) { /* what is not due yet would come too early */
		html(h, "<form method='post' action='/administration/jobs'>");
		html_token(h);
		html(h, "<button class='btn s' name='run' value='%d'>%l<span class='vh'> %t</span></button></form>",
		     timer->id, N_("Run now"), number_text(visit, timer->record));
	}
	html(h, "</td></tr>");
}

static enum status draw_timers(struct visit *visit, struct connection *connection, bool failed)
{
	static const char *const titles[] = {N_("Record"), N_("Rule"), N_("Due"), N_("Why it failed last"),
					     N_("Action")};
	struct show show = show_new(visit);
	struct timer_view *timers;
	struct html *h = &visit->h;
	size_t count;
	enum status status;

	if ((status = timers_list(connection, visit->arena, failed, SHOWN, &timers, &count, &visit->error)))
		return status;
	for (size_t i = 0; i < count; i++)
		show_need_identity(&show, timers[i].record);
	if ((status = show_look_up(&show, connection)) || (failed && !count))
		return status;
	html(h, "<section><h2>%l</h2>", failed ? N_("Failed, and put off") : N_("Due next"));
	if (!count)
		html(h, "<p class='none'>%l</p></section>", N_("Nothing is waiting."));
	else
		draw_head_row(h, failed ? N_("Failed, and put off") : N_("Due next"), titles,
			      sizeof(titles) / sizeof(*titles));
	for (size_t i = 0; i < count; i++)
		draw_timer(visit, &show, &timers[i]);
	if (count)
		html(h, "</tbody></table></div></section>");
	return OK;
}

static enum status draw_page(struct visit *visit)
{
	READER connection = NULL;
	struct timer_figures figures;
	struct html *h = &visit->h;
	enum status status;

	if ((status = visit_reader(visit, &connection)) ||
	    (status = timers_figures(connection, visit->now, &figures, &visit->error)))
		return status;
	administration_begin(visit, N_("Jobs"));
	html(h,
	     "<ul class='counts plain'><li><a href='#next'><b>%t</b><span>%l</span></a></li><li%m><a "
	     "href='#next'><b>%t</b><span>%l</span></a></li><li%m><a "
	     "href='#failed'><b>%t</b><span>%l</span></a></li></ul>",
	     words_count(h, figures.all), N_("waiting for their time"),
	     attribute_if("class", figures.late ? S("bad") : S("")), words_count(h, figures.late), N_("late"),
	     attribute_if("class", figures.failed ? S("bad") : S("")), words_count(h, figures.failed), N_("failed"));
	html(h, "<div id='failed'>");
	if ((status = draw_timers(visit, connection, true)))
		return status;
	html(h, "</div><div id='next'>");
	if ((status = draw_timers(visit, connection, false)))
		return status;
	html(h, "</div>");
	visit_end(visit, 200);
	return OK;
}

void page_jobs(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (administration_start(&visit, request, response) && (status = draw_page(&visit)))
		visit_refuse(&visit, status);
}

void post_jobs(struct http_request *request, struct http_response *response)
{
	int64_t timer;
	VISIT visit = {0};
	enum status status;

	if (!administration_start_form(&visit, request, response))
		return;
	visit_release(&visit);
	if (!str_int64(form_word(&visit, "run"), &timer))
		timer = 0;
	if ((status = timer_hurry(visit.kernel, visit.actor, timer, visit.now, &visit.error)))
		visit_refuse(&visit, status);
	else
		visit_go(&visit, S("/administration/jobs"));
}
