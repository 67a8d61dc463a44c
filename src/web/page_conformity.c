/* /conformity: how the demands of the standard stand, as a fan; what is worst, and what changed since another day. */
#include <stdlib.h>

#include "web/conformity.h"
#include "web/pages.h"

/* The processes of the standard, and how it groups them. */
static const struct {
	const char *clause;
	size_t group;
} ribs[] = {{"5", 0},   {"6.1", 1}, {"6.2", 1}, {"6.3", 1}, {"6.4", 1}, {"6.5", 1}, {"6.6", 1},
	    {"7.1", 2}, {"7.2", 2}, {"8.1", 3}, {"8.2", 3}, {"9.1", 4}, {"9.2", 4}, {"9.3", 4}};
static const char *const groups[] = {N_("Design"), N_("Deliver"), N_("Relate"), N_("Resolve"), N_("Control")};

enum { RIBS = sizeof(ribs) / sizeof(*ribs), GROUPS = sizeof(groups) / sizeof(*groups), WORST = 8, CHANGED_MOST = 60 };

struct then { /* how they stood another day */
	instant at;
	int32_t day;
	bool is_wrong; /* what was asked is no day */
	struct stood *items;
	size_t count;
	instant begun; /* from when on it is known */
};

struct whole {
	struct conformity_page page;
	struct conformity_counts all, parts[RIBS + 2]; /* of the ribs, of clause 4, of Annex A */
	struct then then;
	struct held_survey *held;
};

static void count_parts(struct whole *whole)
{
	const struct conformity_page *page = &whole->page;

	for (size_t i = 0; i < page->plan->demands->count; i++) {
		const struct conformity_item *item = &page->survey.items[i];
		struct str clause = page->plan->demands->demands[i].clause;

		conformity_count(&whole->all, item->state);
		for (size_t r = 0; r < RIBS; r++)
			if (clause_is_below(clause, str_of(ribs[r].clause)))
				conformity_count(&whole->parts[r], item->state);
		if (clause_is_below(clause, S("4")))
			conformity_count(&whole->parts[RIBS], item->state);
		if (clause_is_below(clause, S("A")))
			conformity_count(&whole->parts[RIBS + 1], item->state);
	}
}

static struct str part_clause(size_t part)
{
	return part < RIBS ? str_of(ribs[part].clause) : part == RIBS ? S("4") : S("A");
}

static struct rib_view part_view(struct whole *whole, size_t part)
{
	struct conformity_page *page = &whole->page;
	struct visit *visit = page->visit;
	struct str number = part_clause(part);
	const struct clause *clause = map_get(&page->plan->demands->clauses_by_number, number);

	return (struct rib_view){.number = number,
				 .name = clause ? words_of(visit, &clause->label) : number,
				 .url = str_format(visit->arena, "/conformity?process=%.*s#demands", STR_ARG(number)),
				 .title = str_format(visit->arena, "%.*s%s%.*s", STR_ARG(process_title(page, number)),
						     visit->h.language == JAPANESE ? "：" : ": ",
						     STR_ARG(counts_words(page, &whole->parts[part]))),
				 .counts = whole->parts[part],
				 .group = part < RIBS ? ribs[part].group : 0,
				 .current = str_eq(page->clause, number)};
}

/* --- the head --- */

static void draw_sentence(const struct whole *whole)
{
	struct html *h = &whole->page.visit->h;
	const struct conformity_counts *all = &whole->all;

	html(h, "<p class='lead'>");
	html_sentence(
	    h, label(h, N_("%s have fresh evidence.")),
	    phrase(h, N_("%1$s of %2$s demands"), words_number(h, all->by[CONFORMITY_MET]), words_number(h, all->all)));
	html(h, "%t%t</p>", words_gap(h),
	     phrase(h,
		    N_("The others: %1$s stale, %2$s without any, %3$s for a person’s judgement, %4$s not built yet."),
		    words_number(h, all->by[CONFORMITY_STALE]), words_number(h, all->by[CONFORMITY_GAP]),
		    words_number(h, all->by[CONFORMITY_JUDGEMENT]), words_number(h, all->by[CONFORMITY_NOT_BUILT])));
}

static void draw_head(const struct whole *whole)
{
	struct visit *visit = whole->page.visit;
	struct html *h = &visit->h;
	char day[TIME_TEXT] = "";

	if (whole->then.day)
		day_format(whole->then.day, day);
	html(h, "<div class='head'><div><h1>%l</h1>", N_("Conformity"));
	draw_sentence(whole);
	html(h, "</div><form class='btns push noprint' action='/conformity'><span class='dim small'>%t</span>",
	     phrase(h, N_("As of %s"), words_near(h, whole->page.survey.at)));
	if (visit->now - whole->page.survey.at > SECOND)
		html(h, "<a class='btn quiet s' href='%u'>%l</a>", visit_url_with(visit, "fresh", S("true")),
		     N_("Look again"));
	html(h, "<input type='hidden' name='process' value='%a'>", whole->page.clause);
	html(h,
	     "<div class='field'><label class='vh' for='as_of'>%l</label><input id='as_of' type='date' name='as_of' "
	     "value='%a'></div><button class='btn'>%i%l</button>",
	     N_("Another day"), day, ICON_CLOCK, N_("Compare with that day"));
	html(h,
	     "<a class='btn' href='/processes'>%l</a><a class='btn main' "
	     "href='/evidence-pack?clause=%p'>%i%l</a></form></div>",
	     N_("Processes"), whole->page.clause, ICON_DOWNLOAD, N_("Evidence pack…"));
}

/* --- the fan, and the same as a table --- */

static void draw_part_row(struct whole *whole, size_t part)
{
	struct html *h = &whole->page.visit->h;
	const struct conformity_counts *counts = &whole->parts[part];
	struct rib_view view = part_view(whole, part);
	static const enum conformity_state order[] = {CONFORMITY_MET, CONFORMITY_JUDGEMENT, CONFORMITY_STALE,
						      CONFORMITY_GAP, CONFORMITY_NOT_BUILT};

	html(h, "<tr><td>%t</td><th scope='row'><a href='%u'>%t</a></th><td>", view.number, view.url, view.name);
	draw_share(h, counts);
	html(h, "</td>");
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		html(h, "<td class='num'>%t</td>", words_number(h, counts->by[order[i]]));
	html(h, "</tr>");
}

static void draw_parts_table(struct whole *whole)
{
	struct html *h = &whole->page.visit->h;

	html(h,
	     "<details class='fantab'><summary>%i%l</summary><div class='scroll' tabindex='0' role='region' "
	     "aria-label='%l'><table class='data'><thead><tr><th scope='col'>%l</th><th scope='col'>%l</th><th "
	     "scope='col'>%l</th>",
	     ICON_ROWS, N_("The same as a table"), N_("The same as a table"), N_("Clause"), N_("Process"), N_("Share"));
	html(
	    h,
	    "<th scope='col' class='num'>%l</th><th scope='col' class='num'>%l</th><th scope='col' class='num'>%l</th>",
	    standing_words(CONFORMITY_MET), standing_words(CONFORMITY_JUDGEMENT), standing_words(CONFORMITY_STALE));
	html(h, "<th scope='col' class='num'>%l</th><th scope='col' class='num'>%l</th></tr></thead><tbody>",
	     standing_words(CONFORMITY_GAP), standing_words(CONFORMITY_NOT_BUILT));
	draw_part_row(whole, RIBS);
	for (size_t i = 0; i < RIBS; i++)
		draw_part_row(whole, i);
	draw_part_row(whole, RIBS + 1);
	html(h, "</tbody></table></div></details>");
}

static void draw_whole_fan(struct whole *whole)
{
	struct html *h = &whole->page.visit->h;
	struct rib_view views[RIBS];
	struct str names[GROUPS];
	struct fan_view fan = {.ribs = views, .count = RIBS, .groups = names, .pin = part_view(whole, RIBS)};

	for (size_t i = 0; i < RIBS; i++)
		views[i] = part_view(whole, i);
	for (size_t i = 0; i < GROUPS; i++)
		names[i] = label(h, groups[i]);
	fan.title = label(h, N_("The demands as a fan: the pin is clause 4, the ribs are the processes"));
	html(h, "<div><figure class='fanwrap'>");
	draw_fan(h, &fan);
	html(h, "<figcaption>");
	draw_fan_legend(h);
	html(h, "</figcaption></figure>");
	draw_parts_table(whole);
	html(h,
	     "<p class='small noprint'><a href='/conformity?process=A#demands'>%t</a> · <a "
	     "href='/conformity?edition=2018#demands'>%l</a></p></div>",
	     process_title(&whole->page, S("A")), N_("In the order of ISO/IEC 20000-1:2018"));
}

/* --- what is worst --- */

struct worst {
	const struct conformity_item *item;
	const struct demand_action *action;
	int64_t rank; /* the least first */
};

static int by_rank(const void *a, const void *b)
{
	const struct worst *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->item->planned < y->item->planned ? -1 : 1;
}

/* What is late first; then gaps and stale evidence for which nobody does anything, then what is due, by its day. */
static int64_t rank_of(const struct worst *worst, int32_t today)
{
	enum { STEP = 1 << 20 };

	if (worst->action && worst->action->due)
		return worst->action->due - today + (worst->action->due < today ? 0 : 2 * STEP);
	if (worst->item->state == CONFORMITY_STALE)
		return STEP + STEP / 2 + worst->item->stale_since - today;
	return STEP;
}

static void draw_worst_due(struct conformity_page *page, const struct worst *worst, int32_t today)
{
	struct html *h = &page->visit->h;
	const struct stood *since = known_of(page, worst->item->planned->demand->id);

	if (worst->action && worst->action->due) {
		int32_t left = worst->action->due - today;

		html(h, "<span class='%a'>%t</span>",
		     left < 0    ? "due bad"
		     : left <= 3 ? "due warn"
				 : "due",
		     words_due(h, worst->action->due));
	} else if (worst->item->stale_since) {
		html(h, "<span class='due warn'>%t</span>",
		     phrase(h, N_("since %s"), words_day(h, worst->item->stale_since, DAY_SHORT)));
	} else if (since && str_is(since->word, conformity_state_name(worst->item->state))) {
		html(h, "<span class='due'>%t</span>",
		     phrase(h, N_("since %s"), words_day(h, zone_day(h->zone, since->since), DAY_SHORT)));
	}
}

static void draw_worst_one(struct conformity_page *page, const struct worst *worst, int32_t today)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct planned_demand *planned = worst->item->planned;
	const struct check_result *check = deciding_check(worst->item);
	struct str standing = label(h, standing_words(worst->item->state));
	struct str who = worst->action && worst->action->owner ? show_name(&page->show, worst->action->owner)
							       : answering_words(page, planned->process);

	html(h, "<li><div><a class='t' href='/conformity/%p'>%t</a><p>%t · %t", planned->demand->id,
	     words_of(visit, &planned->demand->words), planned->demand->id,
	     check ? phrase(h, N_("%1$s: %2$s"), standing, check_says(page, check->planned->check)) : standing);
	html(h, "</p><p><span class='who'>%t</span>%t</p></div>", who,
	     worst->action ? S("") : label(h, N_(" · no action yet")));
	draw_worst_due(page, worst, today);
	html(h, "</li>");
}

static void draw_worst(struct whole *whole)
{
	struct conformity_page *page = &whole->page;
	struct html *h = &page->visit->h;
	int32_t today = zone_day(h->zone, h->now);
	struct worst *all = arena_many(page->visit->arena, struct worst, page->plan->demands->count + 1);
	size_t count = 0;

	for (size_t i = 0; i < page->plan->demands->count; i++) {
		const struct conformity_item *item = &page->survey.items[i];

		if (item->state != CONFORMITY_GAP && item->state != CONFORMITY_STALE)
			continue;
		all[count] = (struct worst){
		    .item = item,
		    .action = conformity_action_of(page->actions, page->action_count, item->planned->demand->id)};
		all[count].rank = rank_of(&all[count], today);
		count++;
	}
	if (count)
		qsort(all, count, sizeof(*all), by_rank);
	html(h, "<section class='pair1' aria-labelledby='h-g'><h2 id='h-g'>%l <span class='dim small'>%l</span></h2>",
	     N_("Worst gaps"), N_("who must act, by when"));
	if (!count)
		html(h, "<p class='nothing'>%l</p>", N_("There is no gap, and nothing is stale."));
	html(h, "<ol class='worklist'>");
	for (size_t i = 0; i < count && i < WORST; i++)
		draw_worst_one(page, &all[i], today);
	html(h, "</ol><p class='small'><a href='/conformity?process=&amp;state=gap#demands'>%t</a></p></section>",
	     phrase_count(h, whole->all.by[CONFORMITY_GAP], N_("%s gap"), N_("All %s gaps")));
}

/* --- another day --- */

/* A day means its end. */
static void read_then(struct whole *whole)
{
	struct visit *visit = whole->page.visit;
	struct str text = http_query(visit->request, "as_of");
	struct then *then = &whole->then;

	*then = (struct then){.at = INSTANT_NONE, .begun = INSTANT_NONE};
	if (!text.n)
		return;
	if (day_parse(text, &then->day)) {
		then->at = zone_instant(visit->h.zone, then->day + 1, 0) - 1;
	} else if (time_parse(text, &then->at)) {
		then->day = zone_day(visit->h.zone, then->at);
	} else {
		then->is_wrong = true;
	}
	if (then->at > visit->now)
		then->at = visit->now;
}

static enum status look_back(struct whole *whole, struct connection *connection)
{
	struct visit *visit = whole->page.visit;
	enum status status;

	if (whole->then.at == INSTANT_NONE)
		return OK;
	if ((status = stood_begun(connection, &whole->then.begun, &visit->error)))
		return status;
	return stood_read(connection, visit->arena, whole->then.at, &whole->then.items, &whole->then.count,
			  &visit->error);
}

static void draw_change(struct whole *whole, const struct demand *demand, enum conformity_state before,
			enum conformity_state now)
{
	struct html *h = &whole->page.visit->h;

	html(h, "<tr><td class='id'><a href='/conformity/%p'>%t</a></td><th scope='row'>%t</th><td data-label='%l'>",
	     demand->id, demand->id, words_of(whole->page.visit, &demand->words), N_("Then"));
	draw_standing(h, before);
	html(h, "</td><td data-label='%l'>", N_("Now"));
	draw_standing(h, now);
	html(h, "</td></tr>");
}

static void draw_changes(struct whole *whole)
{
	struct conformity_page *page = &whole->page;
	struct html *h = &page->visit->h;
	const struct register_of_demands *demands = page->plan->demands;
	struct conformity_counts counts = {0};
	size_t changed = 0;

	html(h, "<table class='data tall'><caption class='vh'>%l</caption><thead><tr>", N_("What changed"));
	html(
	    h,
	    "<th scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th></tr></thead>",
	    N_("Demand"), N_("What is asked"), N_("Then"), N_("Now"));
	html(h, "<tbody>");
	for (size_t i = 0; i < whole->then.count; i++) {
		const struct demand *demand = map_get(&demands->by_id, whole->then.items[i].subject);
		enum conformity_state before, now;

		if (!demand || !conformity_state_parse(whole->then.items[i].word, &before))
			continue;
		now = page->survey.items[demand - demands->demands].state;
		conformity_count(&counts, before);
		if (before != now && ++changed <= CHANGED_MOST)
			draw_change(whole, demand, before, now);
	}
	html(h, "</tbody></table><p class='small'>%t</p>", phrase(h, N_("Then: %s."), counts_words(page, &counts)));
	if (changed > CHANGED_MOST)
		html(h, "<p class='small'>%t</p>",
		     phrase(h, N_("%s more have changed."), words_number(h, (int64_t)changed - CHANGED_MOST)));
	if (!changed)
		html(h, "<p class='nothing'>%l</p>", N_("Nothing has changed since."));
}

static void draw_then(struct whole *whole)
{
	struct html *h = &whole->page.visit->h;
	const struct then *then = &whole->then;

	if (then->is_wrong)
		html(h, "<p class='err' role='alert'>%i%l</p>", ICON_ALERT, N_("A day is expected, as 2026-11-23."));
	if (then->at == INSTANT_NONE)
		return;
	html(h,
	     "<section class='demands' aria-labelledby='h-then'><div class='head'><h2 id='h-then' "
	     "class='h1'>%t</h2></div>",
	     phrase(h, N_("What changed since %s"), words_day(h, then->day, DAY_FULL)));
	if (then->count)
		draw_changes(whole);
	else if (then->begun == INSTANT_NONE)
		html(h, "<p class='nothing'>%l</p>", N_("How the demands stood then is not known."));
	else
		html(h, "<p class='nothing'>%t</p>",
		     phrase(h, N_("How the demands stood is known from %s on."), words_moment(h, then->begun)));
	html(h, "</section>");
}

/* --- the page --- */

/* A clause, or the name of a process of the model. */
static struct str chosen_clause(struct visit *visit)
{
	struct str word = http_query(visit->request, "process");

	for (size_t i = 0; i < visit->kernel->model->process_count; i++)
		if (str_eq(visit->kernel->model->processes[i]->name, word))
			return visit->kernel->model->processes[i]->clause;
	return word.p ? word : S("4");
}

static enum status load(struct whole *whole, struct connection *connection)
{
	struct conformity_page *page = &whole->page;
	struct visit *visit = page->visit;
	const struct surface *surface = visit->request->context;
	enum status status = surveyor_take(surface->surveyor, connection, http_query(visit->request, "fresh").n > 0,
					   visit->now, &whole->held, &visit->error);

	if (status)
		return status;
	page->survey = *surveyor_survey(whole->held);
	page->clause = chosen_clause(visit);
	count_parts(whole);
	read_then(whole);
	if ((status = look_back(whole, connection)))
		return status;
	return conformity_look_up(page, connection);
}

static enum status draw(struct whole *whole)
{
	struct html *h = &whole->page.visit->h;

	bool later = str_is(http_query(whole->page.visit->request, "edition"), "2018");

	draw_fan_patterns(h);
	draw_head(whole);
	if (later) {
		draw_edition(&whole->page);
		return OK;
	}
	html(h, "<div class='conf'>");
	draw_whole_fan(whole);
	draw_worst(whole);
	html(h, "</div>");
	draw_then(whole);
	return draw_demands(&whole->page);
}

void page_conformity(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	READER connection = NULL;
	struct whole whole = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = conformity_begin(&whole.page, &visit)) || (status = visit_reader(&visit, &connection)) ||
	    (status = load(&whole, connection))) {
		surveyor_done(&whole.held);
		visit_refuse(&visit, status);
		return;
	}
	visit_begin(&visit, label(&visit.h, N_("Conformity")), "page", S("/conformity"));
	if ((status = draw(&whole)))
		visit_refuse(&visit, status);
	else
		visit_end(&visit, whole.then.is_wrong ? 400 : 200);
	surveyor_done(&whole.held);
}
