/* /conformity/4.1.1: a clause and its demands; /conformity/4.1.1.1-c: one demand: what is asked, how Kaname does it,
 * what there is to show, what is missing, who does something about it. Both are looked at as they are at this moment.
 */
#include "web/conformity.h"
#include "web/pages.h"

enum { STOOD_MOST = 20 };

struct one {
	struct conformity_page page;
	const struct demand *demand; /* NULL: a clause */
	const struct conformity_item *item;
	struct demand_action *actions;
	size_t action_count;
	struct stood *history;
	size_t history_count;
};

/* --- where it stands in the standard --- */

/* 4 > 4.1 > 4.1.1 */
static void draw_way(struct conformity_page *page, struct str number)
{
	struct html *h = &page->visit->h;

	html(h, "<nav class='sub' aria-label='%l'><a href='/conformity?process=%p#demands'>%l</a>",
	     N_("Where it stands"), str_sub(number, 0, 1), N_("Conformity"));
	for (size_t i = 1; i <= number.n; i++) {
		struct str part = str_sub(number, 0, i);

		if (i < number.n && number.p[i] != '.')
			continue;
		if (map_get(&page->plan->demands->clauses_by_number, part))
			html(h, " / <a href='/conformity/%p'>%t</a>", part, process_title(page, part));
	}
	html(h, "</nav>");
}

static void draw_facts(struct one *one)
{
	struct conformity_page *page = &one->page;
	struct html *h = &page->visit->h;
	const struct conformity_item *item = one->item;
	const struct process *process = item->planned->process;

	html(h, "<dl class='facts'><div><dt>%l</dt><dd>", N_("State"));
	draw_standing(h, item->state);
	draw_since(h, item, one->history_count ? &one->history[0] : NULL);
	html(h, "</dd></div><div><dt>%l</dt><dd>%t</dd></div>", N_("Kind"),
	     label(h, demand_kind_words(one->demand->kind)));
	if (process)
		html(h,
		     "<div><dt>%l</dt><dd><a href='/processes/%p'>%t</a></dd></div><div><dt>%l</dt><dd>%t</dd></div>",
		     N_("Process"), process->name, words_of(page->visit, &process->label), N_("Answers for it"),
		     answering_words(page, process));
	html(h, "<div><dt>%l</dt><dd>", N_("ISO/IEC 20000-1:2018"));
	draw_later(page, one->demand->clause);
	html(h, "</dd></div></dl>");
}

/* --- how it is done, and what there is to show --- */

static void draw_types(struct one *one)
{
	struct visit *visit = one->page.visit;
	struct html *h = &visit->h;
	const struct planned_demand *planned = one->item->planned;

	html(h, "<section><h2>%l</h2>", N_("How Kaname does it"));
	if (!planned->is_answered) {
		html(h, "<p class='nothing'>%l</p></section>",
		     N_("Nothing answers this demand yet: its process or its means is still to be built."));
		return;
	}
	html(h, "<ul class='items'>");
	for (size_t i = 0; i < planned->type_count; i++) {
		const struct evidence *evidence = &one->item->evidence[i];
		struct str name = words_of(visit, &evidence->type->plural);

		html(h, "<li>");
		if (access_reads_type(visit->kernel, visit->actor, evidence->type))
			html(h, "<a class='t' href='/%p?view=all'>%t</a>", evidence->type->collection, name);
		else
			html(h, "<span class='t'>%t</span>", name);
		html(h, " %t <span class='dim'>",
		     phrase(h, evidence->count == 1 ? N_("%s record") : N_("%s records"),
			    words_count(h, evidence->count)));
		if (evidence->newest != INSTANT_NONE)
			html_ago(h, evidence->newest, false);
		html(h, "</span></li>");
	}
	if (!planned->type_count)
		html(h, "<li><span class='t'>%t</span></li>", words_of(visit, &planned->process->label));
	html(h, "</ul></section>");
}

static void draw_checks(struct one *one)
{
	struct conformity_page *page = &one->page;
	struct html *h = &page->visit->h;
	const struct planned_demand *planned = one->item->planned;

	if (!planned->check_count)
		return;
	html(h,
	     "<section><h2>%l</h2><div class='scroll' tabindex='0' role='region' aria-label='%l'><table class='data "
	     "tall'><thead><tr><th scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th "
	     "scope='col'>%l</th><th scope='col'>%l</th></tr></thead><tbody>",
	     N_("What must be so"), N_("What must be so"), N_("Wanted"), N_("Result"), N_("Evidence"), N_("Newest"),
	     N_("Good until"));
	for (size_t i = 0; i < planned->check_count; i++) {
		const struct check_result *result = &one->item->checks[i];

		html(h, "<tr><th scope='row'>%t</th><td data-label='%l'>", check_says(page, result->planned->check),
		     N_("Result"));
		draw_standing(h, check_state(one->item, result));
		html(h, "</td><td data-label='%l'>", N_("Evidence"));
		draw_check_count(page, result);
		html(h, "</td><td data-label='%l'>", N_("Newest"));
		draw_check_age(page, result);
		html(h, "</td><td data-label='%l'>%t</td></tr>", N_("Good until"),
		     result->outcome == CHECK_HOLDS && result->since ? words_day(h, result->since, DAY_FULL) : S(""));
	}
	html(h, "</tbody></table></div></section>");
}

/* --- what is missing, and the next step --- */

static void draw_step(struct one *one, const struct check_result *result)
{
	struct visit *visit = one->page.visit;
	struct html *h = &visit->h;
	const struct conformity_check *check = result->planned->check;

	if (result->outcome == CHECK_HOLDS)
		return;
	html(h, "<li>%t ", check_says(&one->page, check));
	if (check->role)
		html(h, "<a class='t' href='/%p'>%t</a>", visit->kernel->model->acting[ACTS_PERSON]->collection,
		     phrase(h, N_("Give somebody the role “%s”"), words_of(visit, &check->role->label)));
	else if (result->planned->figure)
		html(h, "<a class='t' href='/figures?type=%p'>%l</a>", check->type->name,
		     N_("Look at the figure, and at the cases behind it"));
	else if (result->outcome == CHECK_STALE)
		html(h, "<a class='t' href='/%p?filter=%p'>%l</a>", check->type->collection,
		     conformity_filter(visit->arena, result), N_("Renew what is out of date"));
	else if (result->count > check->at_most && check->has_most)
		html(h, "<a class='t' href='/%p?filter=%p'>%l</a>", check->type->collection,
		     conformity_filter(visit->arena, result), N_("Mend those that should not be"));
	else if (access_may(visit->kernel, visit->actor, check->type, ACCESS_CREATE, NULL))
		html(h, "<a class='t' href='/%p/new'>%t</a>", check->type->collection,
		     phrase(h, N_("New %s"), show_label_inside(visit, &check->type->label)));
	html(h, "</li>");
}

/* Where people are to judge and have nothing to look at: what the first of it would be. */
static void draw_first_steps(struct one *one)
{
	struct visit *visit = one->page.visit;
	struct html *h = &visit->h;
	const struct planned_demand *planned = one->item->planned;

	html(h, "<li>%l", N_("There is nothing to judge yet: first there must be something to look at."));
	for (size_t i = 0; i < planned->type_count; i++)
		if (access_may(visit->kernel, visit->actor, planned->types[i], ACCESS_CREATE, NULL))
			html(h, " <a class='t' href='/%p/new'>%t</a>", planned->types[i]->collection,
			     phrase(h, N_("New %s"), show_label_inside(visit, &planned->types[i]->label)));
	html(h, "</li>");
}

static void draw_missing(struct one *one)
{
	struct html *h = &one->page.visit->h;
	const struct conformity_item *item = one->item;

	if (item->state == CONFORMITY_MET || item->state == CONFORMITY_NOT_BUILT)
		return;
	html(h, "<section><h2>%l</h2><ul class='items'>", N_("What is missing, and the next step"));
	for (size_t i = 0; i < item->planned->check_count; i++)
		draw_step(one, &item->checks[i]);
	if (item->is_bare)
		draw_first_steps(one);
	if (item->state == CONFORMITY_JUDGEMENT && !item->planned->check_count)
		html(h, "<li>%l</li>", N_("No check decides this: look at the evidence and judge."));
	else if (item->state == CONFORMITY_JUDGEMENT && str_is(one->demand->kind, "human"))
		html(h, "<li>%l</li>", N_("The checks hold, but what is asked is for people to judge."));
	if (!one->demand->is_proven)
		html(h, "<li>%l</li>",
		     N_("No test of this version proves that the rule holds: it counts as met only when one does."));
	html(h, "</ul></section>");
}

static void draw_actions(struct one *one)
{
	struct visit *visit = one->page.visit;
	struct html *h = &visit->h;
	const struct field *field = conformity_action_field(visit->kernel->model);

	if (!field || !access_reads_type(visit->kernel, visit->actor, field->type))
		return;
	html(h, "<section><div class='head'><h2>%t</h2>", words_of(visit, &field->type->plural));
	if (access_may(visit->kernel, visit->actor, field->type, ACCESS_CREATE, NULL))
		html(h, "<a class='btn push noprint' href='/%p/new?%p=%p&amp;%p=%p'>%i%l</a>", field->type->collection,
		     field->name, one->demand->id, field->type->headline->name,
		     str_format(visit->arena, "%.*s: %.*s", STR_ARG(one->demand->id),
				STR_ARG(words_of(visit, &one->demand->words))),
		     ICON_PLUS, N_("Open an action"));
	html(h, "</div>");
	if (!one->action_count)
		html(h, "<p class='nothing'>%l</p></section>", N_("Nobody does anything about it yet."));
	if (!one->action_count)
		return;
	html(h, "<ul class='items'>");
	for (size_t i = 0; i < one->action_count; i++) {
		const struct demand_action *action = &one->actions[i];

		html(h, "<li><a class='t' href='%u'>%t</a> ", record_url(visit, action->record->identity),
		     show_title(visit, action->record));
		if (action->record->state) {
			struct state_mark mark = show_state(visit, action->record->type, action->record->state);

			draw_state(h, &mark);
		}
		html(h, " %t", action->owner ? show_name(&one->page.show, action->owner) : label(h, N_("Nobody yet")));
		if (action->due)
			html(h, ", %t", words_due(h, action->due));
		html(h, "</li>");
	}
	html(h, "</ul></section>");
}

static void draw_history(struct one *one)
{
	struct html *h = &one->page.visit->h;

	if (!one->history_count)
		return;
	html(h, "<section><h2>%l</h2><ul class='items'>", N_("How it stood"));
	for (size_t i = 0; i < one->history_count; i++) {
		enum conformity_state state;

		if (!conformity_state_parse(one->history[i].word, &state))
			continue;
		html(h, "<li>");
		draw_standing(h, state);
		html(h, " <span class='dim'>%t</span></li>",
		     phrase(h, N_("since %s"), words_moment(h, one->history[i].since)));
	}
	html(h, "</ul></section>");
}

/* --- the pages --- */

static enum status load(struct one *one, struct connection *connection)
{
	struct conformity_page *page = &one->page;
	struct visit *visit = page->visit;
	const struct register_of_demands *demands = page->plan->demands;
	bool *wanted = arena_many(visit->arena, bool, demands->count + 1);
	enum status status;

	for (size_t i = 0; i < demands->count; i++)
		wanted[i] = one->demand ? one->demand == &demands->demands[i]
					: clause_is_below(demands->demands[i].clause, page->clause);
	if ((status = conformity_survey(visit->kernel, connection, visit->arena, page->plan, wanted, visit->now,
					&page->survey, &visit->error)))
		return status;
	if (!one->demand)
		return conformity_look_up(page, connection);
	one->item = &page->survey.items[one->demand - demands->demands];
	if ((status = stood_history(connection, visit->arena, one->demand->id, STOOD_MOST, &one->history,
				    &one->history_count, &visit->error)) ||
	    (status = conformity_actions(visit->kernel, connection, visit->arena, visit->actor, one->demand->id,
					 visit->now, &one->actions, &one->action_count, &visit->error)))
		return status;
	for (size_t i = 0; i < one->action_count; i++)
		show_need_identity(&page->show, one->actions[i].owner);
	return conformity_look_up(page, connection);
}

static void draw_demand(struct one *one)
{
	struct visit *visit = one->page.visit;
	struct html *h = &visit->h;

	draw_way(&one->page, one->demand->clause);
	html(h, "<div class='head'><h1><span class='dim'>%t</span> %t</h1></div><div class='demand'>", one->demand->id,
	     words_of(visit, &one->demand->words));
	draw_facts(one);
	draw_missing(one);
	draw_checks(one);
	draw_types(one);
	draw_actions(one);
	draw_history(one);
	html(h, "</div>");
}

static enum status draw_clause(struct one *one)
{
	struct conformity_page *page = &one->page;
	struct html *h = &page->visit->h;

	draw_way(page, page->clause);
	html(h, "<div class='head'><div><h1>%t</h1><p class='small'>%l: ", process_title(page, page->clause),
	     N_("ISO/IEC 20000-1:2018"));
	draw_later(page, page->clause);
	html(h, "</p></div></div>");
	return draw_demands(page);
}

void page_demand(struct http_request *request, struct http_response *response)
{
	struct str id = http_parameter(request, "demand");
	VISIT visit = {0};
	READER connection = NULL;
	struct one one = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if (!(status = conformity_begin(&one.page, &visit))) {
		one.demand = map_get(&one.page.plan->demands->by_id, id);
		one.page.clause = id;
		if (!one.demand && !map_get(&one.page.plan->demands->clauses_by_number, id))
			status = error_fail(&visit.error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	}
	if (status || (status = visit_reader(&visit, &connection)) || (status = load(&one, connection))) {
		visit_refuse(&visit, status);
		return;
	}
	visit_begin(&visit, one.demand ? id : process_title(&one.page, id), "page", S("/conformity"));
	if (one.demand)
		draw_demand(&one);
	else
		status = draw_clause(&one);
	if (status)
		visit_refuse(&visit, status);
	else
		visit_end(&visit, 200);
}
