/* The demands of a clause as a table: filters, open points first, 30 at a time; and the order of the edition of 2018.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/fold.h"
#include "web/conformity.h"

enum { PAGE = 25 };

struct demand_list {
	struct conformity_page *page;
	struct str state, kind, text, order; /* as the address says */
	const struct conformity_item **items;
	size_t count, from;
};

bool is_open_point(enum conformity_state state)
{
	return state == CONFORMITY_GAP || state == CONFORMITY_STALE || state == CONFORMITY_JUDGEMENT;
}

/* --- which, and in which order --- */

static bool has_words(struct demand_list *list, const struct demand *demand)
{
	struct arena *arena = list->page->visit->arena;
	const struct clause *clause = register_clause(&list->page->plan->demands->clauses_by_number, demand->clause);
	struct str all;
	size_t at;

	if (!list->text.n)
		return true;
	all = str_format(arena, "%.*s %.*s %.*s %.*s", STR_ARG(demand->id), STR_ARG(demand->words.text[ENGLISH]),
			 STR_ARG(demand->words.text[JAPANESE]), STR_ARG(clause ? clause->others : S("")));
	return str_find(fold_text(arena, all), fold_text(arena, list->text), &at);
}

static bool is_listed(struct demand_list *list, const struct conformity_item *item)
{
	const struct demand *demand = item->planned ? item->planned->demand : NULL;

	return demand && clause_is_below(demand->clause, list->page->clause) &&
	       (!list->state.n || str_is(list->state, conformity_state_name(item->state))) &&
	       (!list->kind.n || str_eq(list->kind, demand->kind)) && has_words(list, demand);
}

/* The gravest first; within them the order of the standard. */
static int by_state(const void *a, const void *b)
{
	static const int ranks[CONFORMITY_STATES] = {[CONFORMITY_GAP] = 0,
						     [CONFORMITY_STALE] = 1,
						     [CONFORMITY_JUDGEMENT] = 2,
						     [CONFORMITY_MET] = 3,
						     [CONFORMITY_NOT_BUILT] = 4};
	const struct conformity_item *x = *(const struct conformity_item *const *)a,
				     *y = *(const struct conformity_item *const *)b;

	if (ranks[x->state] != ranks[y->state])
		return ranks[x->state] - ranks[y->state];
	return x->planned < y->planned ? -1 : 1;
}

static void choose(struct demand_list *list)
{
	struct conformity_page *page = list->page;
	size_t all = page->plan->demands->count;
	int64_t from = 0;

	list->items = arena_many(page->visit->arena, const struct conformity_item *, all + 1);
	for (size_t i = 0; i < all; i++)
		if (is_listed(list, &page->survey.items[i]))
			list->items[list->count++] = &page->survey.items[i];
	if (list->count && !str_is(list->order, "standard"))
		qsort(list->items, list->count, sizeof(*list->items), by_state);
	if (str_int64(http_query(page->visit->request, "from"), &from) && from > 0 && (size_t)from < list->count)
		list->from = (size_t)from;
}

/* --- filters --- */

static void draw_choice(struct html *h, const char *value, struct str words, struct str chosen)
{
	html(h, "<option value='%a'%m>%t</option>", value, attribute_flag("selected", str_is(chosen, value)), words);
}

static void draw_filters(const struct demand_list *list)
{
	static const char *const kinds[] = {"rule",   "record",    "document", "role",   "report",
					    "review", "interface", "human",    "example"};
	static const enum conformity_state states[] = {CONFORMITY_GAP, CONFORMITY_STALE, CONFORMITY_JUDGEMENT,
						       CONFORMITY_MET, CONFORMITY_NOT_BUILT};
	struct conformity_page *page = list->page;
	struct html *h = &page->visit->h;

	html(h, "<form class='btns noprint filters' action='%u#demands' role='search' aria-label='%l'>", page->path,
	     N_("Filter"));
	if (str_is(page->path, "/conformity"))
		html(h, "<input type='hidden' name='process' value='%a'>", page->clause);
	html(h,
	     "<div class='field'><label class='vh' for='f-q'>%l</label><input id='f-q' type='search' name='q' "
	     "value='%a' "
	     "placeholder='%l'></div>",
	     N_("Words or number"), list->text, N_("Words or number"));
	html(h, "<div class='field'><label class='vh' for='f-state'>%l</label><select id='f-state' name='state'>",
	     N_("State"));
	draw_choice(h, "", label(h, N_("Every state")), list->state);
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		draw_choice(h, conformity_state_name(states[i]), label(h, standing_words(states[i])), list->state);
	html(h,
	     "</select></div><div class='field'><label class='vh' for='f-kind'>%l</label><select id='f-kind' "
	     "name='kind'>",
	     N_("Kind"));
	draw_choice(h, "", label(h, N_("Every kind")), list->kind);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		draw_choice(h, kinds[i], label(h, demand_kind_words(str_of(kinds[i]))), list->kind);
	html(h,
	     "</select></div><div class='field'><label class='vh' for='f-order'>%l</label><select id='f-order' "
	     "name='order'>",
	     N_("In which order"));
	draw_choice(h, "", label(h, N_("Open points first")), list->order);
	draw_choice(h, "standard", label(h, N_("Order of the standard")), list->order);
	html(h, "</select></div><button class='btn'>%l</button></form>", N_("Apply"));
}

/* --- the table --- */

static void draw_how(struct conformity_page *page, const struct planned_demand *planned)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;

	for (size_t i = 0; i < planned->type_count; i++) {
		const struct type *type = planned->types[i];

		html(h, "%t", i ? words_between(h) : S(""));
		if (access_reads_type(visit->kernel, visit->actor, type))
			html(h, "<a href='/%p'>%t</a>", type->collection, words_of(visit, &type->label));
		else
			html(h, "%t", words_of(visit, &type->label));
	}
	if (!planned->type_count && planned->is_answered)
		html(h, "%t", words_of(visit, &planned->process->label));
}

static void draw_row(struct conformity_page *page, const struct conformity_item *item)
{
	struct html *h = &page->visit->h;
	const struct demand *demand = item->planned->demand;

	html(h, "<tr><td class='id'><a href='/conformity/%p'>%t</a></td><th scope='row'>%t</th><td data-label='%l'>",
	     demand->id, demand->id, words_of(page->visit, &demand->words), N_("How Kaname does it"));
	draw_how(page, item->planned);
	html(h, "</td><td data-label='%l'>", N_("Evidence"));
	draw_evidence(page, item);
	html(h, "</td><td data-label='%l'>", N_("State"));
	draw_standing(h, item->state);
	draw_act(page, item);
	html(h, "</td></tr>");
}

static void draw_page_links(const struct demand_list *list)
{
	struct visit *visit = list->page->visit;
	struct html *h = &visit->h;
	size_t last = list->from + PAGE < list->count ? list->from + PAGE : list->count;
	char number[24];

	html(h, "<div class='foot'><span>%t</span>",
	     phrase(h, N_("Showing %1$s to %2$s of %3$s"), words_number(h, (int64_t)list->from + 1),
		    words_number(h, (int64_t)last), words_number(h, (int64_t)list->count)));
	html(h, "<nav class='btns push' aria-label='%l'>", N_("Pages"));
	if (list->from) {
		snprintf(number, sizeof(number), "%zu", list->from > PAGE ? list->from - PAGE : 0);
		html(h, "<a class='btn quiet s' rel='prev' href='%u#demands'>%l</a>",
		     visit_url_with(visit, "from", str_of(number)), N_("Previous page"));
	}
	if (last < list->count) {
		snprintf(number, sizeof(number), "%zu", last);
		html(h, "<a class='btn quiet s' rel='next' href='%u#demands'>%l%i</a>",
		     visit_url_with(visit, "from", str_of(number)), N_("Next page"), ICON_RIGHT);
	}
	html(h, "</nav></div>");
}

static void draw_table(const struct demand_list *list)
{
	struct html *h = &list->page->visit->h;

	if (!list->count) {
		html(h, "<p class='nothing'>%l</p>", N_("No demand is like that."));
		return;
	}
	html(h, "<table class='data tall'><caption class='vh'>%l</caption><thead><tr>", N_("Demands"));
	html(h,
	     "<th scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th "
	     "scope='col'>%l</th></tr></thead><tbody>",
	     N_("Demand"), N_("What is asked"), N_("How Kaname does it"), N_("Evidence"), N_("State"));
	for (size_t i = list->from; i < list->count && i < list->from + PAGE; i++)
		draw_row(list->page, list->items[i]);
	html(h, "</tbody></table>");
	if (list->count > PAGE)
		draw_page_links(list);
}

static const struct process *process_of(const struct conformity_page *page, struct conformity_counts *counts)
{
	const struct process *process = NULL;

	for (size_t i = 0; i < page->plan->demands->count; i++) {
		const struct conformity_item *item = &page->survey.items[i];

		if (!item->planned || !clause_is_below(item->planned->demand->clause, page->clause))
			continue;
		conformity_count(counts, item->state);
		if (!process)
			process = page->plan->items[i].process;
	}
	return process;
}

enum status draw_demands(struct conformity_page *page)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	struct demand_list list = {.page = page,
				   .state = http_query(visit->request, "state"),
				   .kind = http_query(visit->request, "kind"),
				   .text = str_trim(http_query(visit->request, "q")),
				   .order = http_query(visit->request, "order")};
	struct conformity_counts counts = {0};
	const struct process *process = process_of(page, &counts);
	enum conformity_state state;

	if (list.state.n && !conformity_state_parse(list.state, &state))
		return error_fail(&visit->error, E_SYNTAX, "state", "choice", N_("One of these is expected: %s"),
				  "not_built, met, judgement, stale, gap");
	choose(&list);
	html(h, "<section class='demands' id='demands' aria-labelledby='h-d'><div class='head'><div><h2 id='h-d' "
		"class='h1'>");
	if (page->clause.n && str_is(page->path, "/conformity"))
		html(h, "<a href='/conformity/%p'>%t</a>", page->clause, process_title(page, page->clause));
	else
		html(h, "%l", N_("Demands"));
	html(h, "</h2><p class='small'>%t", counts_words(page, &counts));
	if (process && page->clause.n)
		html(h, "%t", phrase(h, N_(". Answers for it: %s"), answering_words(page, process)));
	html(h, "</p></div></div>");
	draw_filters(&list);
	draw_table(&list);
	html(h, "</section>");
	return OK;
}

/* --- the edition of 2018 --- */

void draw_later(struct conformity_page *page, struct str number)
{
	struct html *h = &page->visit->h;
	const struct register_of_demands *demands = page->plan->demands;
	const struct clause *clause = register_clause(&demands->clauses_by_number, number);
	struct str others = clause ? clause->others : S(""), one;
	bool first = true;

	while (str_cut(&others, ' ', &one) && one.n) {
		const struct clause *later = map_get(&demands->later_by_number, one);

		html(h, "%t<a href='/conformity?edition=2018#c-%p'>%t %t</a>",
		     first                     ? ""
		     : h->language == JAPANESE ? "、"
					       : ", ",
		     one, one, later ? words_of(page->visit, &later->label) : S(""));
		first = false;
	}
}

static bool speaks_of(const struct clause *clause, struct str later)
{
	struct str others = clause->others, one;

	while (str_cut(&others, ' ', &one))
		if (str_eq(one, later))
			return true;
	return false;
}

/* Of the clauses that have demands of their own, those that a clause of 2018 speaks of. */
static void draw_edition_row(struct conformity_page *page, const struct clause *later,
			     struct conformity_counts *by_clause)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct register_of_demands *demands = page->plan->demands;
	struct conformity_counts counts = {0};

	html(h, "<tr id='c-%a'><td class='id'>%t</td><th scope='row'>%t</th><td>", later->number, later->number,
	     words_of(visit, &later->label));
	for (size_t i = 0; i < demands->clause_count; i++) {
		if (!by_clause[i].all || !speaks_of(&demands->clauses[i], later->number))
			continue;
		html(h, "<a href='/conformity/%p' title='%a'>%t</a> ", demands->clauses[i].number,
		     words_of(visit, &demands->clauses[i].label), demands->clauses[i].number);
		counts.all += by_clause[i].all;
		for (int s = 0; s < CONFORMITY_STATES; s++)
			counts.by[s] += by_clause[i].by[s];
	}
	html(h, "</td><td>");
	if (counts.all)
		draw_share(h, &counts);
	html(h, "</td>");
	for (int s = CONFORMITY_MET; s < CONFORMITY_STATES; s++)
		html(h, "<td class='num'>%t</td>", counts.all ? words_number(h, counts.by[s]) : S(""));
	html(h, "<td class='num'>%t</td></tr>", counts.all ? words_number(h, counts.by[CONFORMITY_NOT_BUILT]) : S(""));
}

void draw_edition(struct conformity_page *page)
{
	struct html *h = &page->visit->h;
	const struct register_of_demands *demands = page->plan->demands;
	struct conformity_counts *by_clause =
	    arena_many(page->visit->arena, struct conformity_counts, demands->clause_count + 1);

	for (size_t i = 0; i < demands->count; i++) {
		const struct clause *clause = map_get(&demands->clauses_by_number, demands->demands[i].clause);

		if (clause)
			conformity_count(&by_clause[clause - demands->clauses], page->survey.items[i].state);
	}
	html(h,
	     "<section class='demands' id='demands' aria-labelledby='h-e'><div class='head'><div><h2 id='h-e' "
	     "class='h1'>%l</h2>",
	     N_("In the order of ISO/IEC 20000-1:2018"));
	html(h, "<p class='small'>%l</p></div></div>",
	     N_("Where the edition of 2018 speaks of the same; a demand may stand under several of its clauses."));
	html(
	    h,
	    "<div class='scroll' tabindex='0' role='region' aria-label='%l'><table class='data edition'><thead><tr><th "
	    "scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th>",
	    N_("Clauses here"), N_("Clause of 2018"), N_("Subject"), N_("Clauses here"), N_("Share"));
	for (int s = CONFORMITY_MET; s < CONFORMITY_STATES; s++)
		html(h, "<th scope='col' class='num'>%l</th>", standing_words((enum conformity_state)s));
	html(h, "<th scope='col' class='num'>%l</th></tr></thead><tbody>", standing_words(CONFORMITY_NOT_BUILT));
	for (size_t i = 0; i < demands->later_count; i++)
		draw_edition_row(page, &demands->later[i], by_clause);
	html(h, "</tbody></table></div></section>");
}
