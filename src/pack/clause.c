/* A page a clause: its demands, how each stands, what decides that, what there is to show, and who acts by when. */
#include "pack/inside.h"

static void draw_facts(struct conformity_page *page, const struct conformity_item *item)
{
	struct html *h = &page->visit->h;
	const struct demand *demand = item->planned->demand;

	html(h, "<dl><dt>%l</dt><dd>", N_("State"));
	pack_draw_state(h, item->state);
	draw_since(h, item, known_of(page, demand->id));
	html(h, "</dd><dt>%l</dt><dd>%l</dd>", N_("Kind"), demand_kind_words(demand->kind));
	if (item->planned->process)
		html(h, "<dt>%l</dt><dd>%t</dd><dt>%l</dt><dd>%t</dd>", N_("Process"),
		     words_of(page->visit, &item->planned->process->label), N_("Answers for it"),
		     answering_words(page, item->planned->process));
	html(h, "</dl>");
	if (item->planned->is_answered && !demand->is_proven)
		html(h, "<p class='dim'>%l</p>",
		     N_("No test of this version proves that the rule holds: it counts as met only when one does."));
}

/* --- what must be so --- */

static void draw_counted(struct packing *packing, struct html *h, const struct check_result *result)
{
	const struct conformity_check *check = result->planned->check;
	const struct pack_list *list;

	if (check->role) {
		html(h, "%t", phrase_count(h, result->count, N_("%s person"), N_("%s people")));
		return;
	}
	if (result->planned->figure)
		html(h, "%t. ", result->value.n ? result->value : label(h, N_("nothing to tell")));
	else if (result->overdue)
		html(h, "%t. ", phrase(h, N_("%s past their day"), words_count(h, result->overdue)));
	else
		html(h, "%t. ", words_count(h, result->count));
	list = pack_list_of(packing, check->type,
			    result->planned->figure ? S("") : conformity_filter(packing->scratch, result));
	if (list)
		pack_draw_list_link(packing, h, list);
}

static void draw_newest(struct html *h, const struct check_result *result)
{
	if (result->outcome == CHECK_STALE)
		html(h, "%t", phrase(h, N_("since %s"), words_day(h, result->since, DAY_FULL)));
	else if (result->newest != INSTANT_NONE)
		html(h, "%t", words_moment(h, result->newest));
	else if (!result->planned->check->role && !result->planned->figure)
		html(h, "%l", N_("never"));
}

/* What each said then is not known. */
static void draw_wanted(struct conformity_page *page, const struct conformity_item *item)
{
	struct html *h = &page->visit->h;

	html(h, "<h3>%l</h3><ul>", N_("Wanted"));
	for (size_t i = 0; i < item->planned->check_count; i++)
		html(h, "<li>%t</li>", check_says(page, item->planned->checks[i].check));
	html(h, "</ul>");
}

static void draw_checks(struct packing *packing, struct conformity_page *page, const struct conformity_item *item)
{
	struct html *h = &page->visit->h;

	if (!item->planned->check_count)
		return;
	if (pack_is_past(packing)) {
		draw_wanted(page, item);
		return;
	}
	html(h, "<table><thead><tr><th>%l</th><th>%l</th><th>%l</th><th>%l</th><th>%l</th></tr></thead><tbody>",
	     N_("Wanted"), N_("Result"), N_("Evidence"), N_("Newest"), N_("Good until"));
	for (size_t i = 0; i < item->planned->check_count; i++) {
		const struct check_result *result = &item->checks[i];

		html(h, "<tr><td>%t</td><td>", check_says(page, result->planned->check));
		pack_draw_state(h, check_state(item, result));
		html(h, "</td><td>");
		draw_counted(packing, h, result);
		html(h, "</td><td>");
		draw_newest(h, result);
		html(h, "</td><td>%t</td></tr>",
		     result->outcome == CHECK_HOLDS && result->since ? words_day(h, result->since, DAY_FULL) : S(""));
	}
	html(h, "</tbody></table>");
}

/* --- what there is to show --- */

static void draw_newest_of(struct packing *packing, struct html *h, const struct pack_list *list)
{
	enum { SHOWN = 5 };

	html(h, "<li>");
	pack_draw_list_link(packing, h, list);
	if (list->count)
		html(h, "<ul>");
	for (size_t i = 0; i < list->count && i < SHOWN; i++) {
		const struct record *record = list->records[i];

		html(h, "<li>");
		pack_draw_number(packing, h, record->identity);
		html(h, " %t <span class='dim'>%t %t</span></li>", read_headline(record, h->language),
		     record->state ? label_in(&record->state->label, h->language) : S(""),
		     words_day(h, zone_day(h->zone, record->created_at), DAY_FULL));
	}
	if (list->count)
		html(h, "</ul>");
	html(h, "</li>");
}

static void draw_evidence_of(struct packing *packing, struct html *h, const struct conformity_item *item)
{
	const struct planned_demand *planned = item->planned;

	if (!planned->is_answered)
		html(h, "<p>%l</p>",
		     N_("Nothing answers this demand yet: its process or its means is still to be built."));
	if (!planned->check_count && !planned->type_count)
		return;
	html(h, "<h3>%l</h3><ul>", N_("Evidence"));
	for (size_t i = 0; i < planned->check_count; i++) {
		const struct conformity_check *check = planned->checks[i].check;

		if (check->type && !planned->checks[i].figure)
			draw_newest_of(
			    packing, h,
			    pack_list_of(packing, check->type, pack_filter(packing, item, i, packing->scratch)));
	}
	for (size_t i = 0; i < planned->type_count; i++) {
		html(h, "<li>");
		pack_draw_list_link(packing, h, pack_list_of(packing, planned->types[i], S("")));
		html(h, "</li>");
	}
	html(h, "</ul>");
}

static void draw_acting(const struct packing *packing, struct conformity_page *page, const struct conformity_item *item)
{
	struct html *h = &page->visit->h;
	const struct demand_action *action =
	    conformity_action_of(page->actions, page->action_count, item->planned->demand->id);

	if (!is_open_point(item->state) || pack_is_past(packing))
		return;
	html(h, "<h3>%l</h3><p>", N_("Who must act, by when"));
	if (action)
		html(h, "%t: %t, %t", number_text(page->visit, action->record->identity),
		     action->owner ? show_name(&page->show, action->owner) : label(h, N_("Nobody yet")),
		     action->due ? words_day(h, action->due, DAY_FULL) : label(h, N_("no day yet")));
	else
		html(h, "%t%l", answering_words(page, item->planned->process), N_(" · no action yet"));
	html(h, "</p>");
}

static void draw_demand(struct packing *packing, struct conformity_page *page, const struct conformity_item *item)
{
	struct html *h = &page->visit->h;
	const struct demand *demand = item->planned->demand;

	html(h, "<section id='%p'><h2>%t %t</h2>", demand->id, demand->id, words_of(page->visit, &demand->words));
	draw_facts(page, item);
	draw_checks(packing, page, item);
	draw_evidence_of(packing, h, item);
	draw_acting(packing, page, item);
	html(h, "</section>");
}

static enum status draw_clause(struct packing *packing, struct str clause, enum language language)
{
	struct conformity_page *page = &packing->pages[language];
	const struct register_of_demands *demands = packing->wish->plan->demands;
	struct str stem = str_format(packing->arena, "clauses/%.*s", STR_ARG(clause));

	(void)pack_begin(packing, language, stem, process_title(page, clause));
	pack_draw_past(packing, language);
	for (size_t i = 0; i < demands->count; i++)
		if (page->survey.items[i].planned && str_eq(demands->demands[i].clause, clause))
			draw_demand(packing, page, &page->survey.items[i]);
	return pack_end(packing, language, stem);
}

enum status pack_draw_clauses(struct packing *packing)
{
	const struct register_of_demands *demands = packing->wish->plan->demands;
	struct map drawn = map_new(packing->arena);
	enum status status = OK;

	for (size_t i = 0; !status && i < demands->count; i++) {
		struct str clause = demands->demands[i].clause;

		if (!packing->pages[ENGLISH].survey.items[i].planned || map_get(&drawn, clause))
			continue;
		map_put(&drawn, clause, (void *)demands);
		for (size_t k = 0; !status && k < LANGUAGES; k++)
			status = draw_clause(packing, clause, (enum language)k);
	}
	return status;
}
