/* The index: what the pack is, how the clauses stand, how it is proven; and the page of all demands. */
#include "pack/inside.h"

static const enum conformity_state order[] = {CONFORMITY_MET, CONFORMITY_JUDGEMENT, CONFORMITY_STALE, CONFORMITY_GAP,
					      CONFORMITY_NOT_BUILT};
enum { ORDER = sizeof(order) / sizeof(*order) };

/* "2f1c 90aa ...": as people read it to each other. */
static struct str key_words(struct packing *packing)
{
	enum { GROUP = 4 };
	struct buf words = buf_new(packing->scratch);

	for (size_t i = 0; packing->outcome->key[i]; i++) {
		if (i && i % GROUP == 0)
			buf_add_char(&words, ' ');
		buf_add_char(&words, packing->outcome->key[i]);
	}
	return buf_str(&words);
}

static void draw_facts(struct packing *packing, struct html *h)
{
	const struct pack_wish *wish = packing->wish;
	const struct conformity_page *page = &packing->pages[h->language];

	html(h, "<dl>");
	if (wish->organisation.n)
		html(h, "<dt>%l</dt><dd>%t</dd>", N_("Organisation"), wish->organisation);
	if (pack_is_past(packing))
		html(h, "<dt>%l</dt><dd>%t</dd>", N_("How it stood at"), words_moment(h, wish->as_of));
	html(h, "<dt>%l</dt><dd>%t</dd><dt>%l</dt><dd>%t</dd>", N_("Made"), words_moment(h, wish->now),
	     N_("Program version"), wish->version);
	html(h, "<dt>%l</dt><dd>%t</dd><dt>%l</dt><dd>%t</dd>", N_("Clause"),
	     wish->clause.n ? process_title(page, wish->clause) : label(h, N_("The whole standard")),
	     N_("Seen with the eyes of"),
	     wish->actor->person ? wish->actor->name
				 : label(h, N_("An administrator who sees nothing that is restricted")));
	html(h, "<dt>%l</dt><dd>%t</dd></dl>", N_("Demands"), counts_words(page, &packing->counts));
	if (packing->outcome->withheld)
		html(h, "<p>%t</p>",
		     phrase_count(
			 h, packing->outcome->withheld,
			 N_("%s record is evidence and is withheld from this reader; it is counted, not shown."),
			 N_("%s records are evidence and are withheld from this reader; they are counted, not "
			    "shown.")));
}

static void draw_signature(struct packing *packing, struct html *h)
{
	const struct checkpoint *checkpoint = &packing->checkpoint;
	char root[HASH_BYTES * 2 + 1];

	if (!checkpoint->is_complete)
		return;
	hash_hex(checkpoint->root, root);
	html(h, "<dl><dt>%l</dt><dd>%t</dd><dt>%l</dt><dd><code>%t</code></dd><dt>%l</dt><dd>", N_("Newest checkpoint"),
	     words_moment(h, checkpoint->at), N_("Root of all histories"), (const char *)root, N_("Signature"));
	if (checkpoint_is_signed(packing->wish->kernel, checkpoint))
		html(h, "%l</dd>", N_("The signature is right"));
	else
		html(h, "%l</dd>", N_("The signature is wrong"));
	html(h, "<dt>%l</dt><dd><code>%t</code></dd></dl>", N_("As a line to keep (anchor)"),
	     checkpoint_line(packing->scratch, checkpoint));
}

static void draw_proof(struct packing *packing, struct html *h)
{
	const struct verify_report *proof = &packing->proof;

	html(h, "<h2>%l</h2>", N_("How it is proven"));
	if (proof->broken.n)
		html(h, "<p class='warn'>%t</p>", phrase(h, N_("The history is broken: %s"), proof->broken));
	else
		html(h, "<p>%t</p>",
		     phrase(h, N_("The history is whole: %1$s records, %2$s events, %3$s files, %4$s checkpoints."),
			    words_number(h, proof->records), words_number(h, proof->events),
			    words_number(h, proof->attachments), words_number(h, proof->checkpoints)));
	draw_signature(packing, h);
	html(h, "<p>%l <code>kaname verify --pack DIR --public-key KEY</code></p>",
	     N_("Whether this folder is as it was made is told on any machine by:"));
	html(h, "<p>%l <code>%t</code></p>",
	     N_("The key that signed it; have it told to you by another way than with this folder:"),
	     key_words(packing));
}

/* --- the clauses --- */

static struct conformity_counts count_below(const struct packing *packing, struct str clause)
{
	const struct register_of_demands *demands = packing->wish->plan->demands;
	const struct conformity_survey *survey = &packing->pages[ENGLISH].survey;
	struct conformity_counts counts = {0};

	for (size_t i = 0; i < demands->count; i++)
		if (survey->items[i].planned && str_eq(demands->demands[i].clause, clause))
			conformity_count(&counts, survey->items[i].state);
	return counts;
}

static void draw_states_head(struct html *h)
{
	for (size_t i = 0; i < ORDER; i++)
		html(h, "<th class='num'>%l</th>", standing_words(order[i]));
}

static void draw_clause_rows(struct packing *packing, struct html *h)
{
	const struct register_of_demands *demands = packing->wish->plan->demands;
	const struct conformity_page *page = &packing->pages[h->language];

	for (size_t i = 0; i < demands->clause_count; i++) {
		struct str number = demands->clauses[i].number;
		struct conformity_counts counts = count_below(packing, number);

		if (!counts.all)
			continue;
		html(h, "<tr><td><a href='clauses/%p%a'>%t</a></td>", number, pack_suffix(h->language),
		     process_title(page, number));
		for (size_t k = 0; k < ORDER; k++)
			html(h, "<td class='num'>%t</td>", words_number(h, counts.by[order[k]]));
		html(h, "</tr>");
	}
}

static void draw_tables(struct packing *packing, struct html *h)
{
	html(h,
	     "<h2>%l</h2><table><thead><tr><th>%l</th><th class='num'>%l</th><th class='num'>%l</th><th>%l</th></tr>"
	     "</thead><tbody>",
	     N_("Evidence"), N_("Records"), N_("Number"), N_("Withheld"), N_("Table (CSV)"));
	for (size_t i = 0; i < packing->types.count; i++) {
		const struct type *type = packing->types.items[i];
		const struct pack_list *list = pack_list_of(packing, type, S(""));

		html(h, "<tr><td><a href='%a%a'>%t</a></td><td class='num'>%t</td><td class='num'>%t</td><td>",
		     list->stem, pack_suffix(h->language), label_in(&type->plural, h->language),
		     words_number(h, list->total), words_number(h, list->withheld));
		if (!list->is_hidden)
			html(h, "<a href='csv/%p.csv'>%t.csv</a>", type->collection, type->collection);
		html(h, "</td></tr>");
	}
	html(h, "</tbody></table>");
}

static enum status draw_index(struct packing *packing, enum language language)
{
	struct html *h = pack_begin(packing, language, S("index"),
				    label(&packing->visits[language].h, N_("Evidence pack: ISO/IEC 20000-1")));

	if (packing->wish->organisation.n)
		html(h, "<p class='whose'>%t</p>", packing->wish->organisation);
	pack_draw_past(packing, language);
	draw_facts(packing, h);
	html(h, "<p><a href='conformity%a'>%l</a> · ", pack_suffix(language), N_("All demands on one page"));
	if (packing->outcome->has_paper)
		html(h, "<a href='conformity%a'>%l</a></p>", language == ENGLISH ? ".en.pdf" : ".pdf",
		     N_("The same as PDF"));
	else
		html(h, "%l</p>", N_("There is no PDF: WeasyPrint could not be used where this was made."));
	draw_proof(packing, h);
	html(h, "<h2>%l</h2><table><thead><tr><th>%l</th>", N_("The clauses"), N_("Clause"));
	draw_states_head(h);
	html(h, "</tr></thead><tbody>");
	draw_clause_rows(packing, h);
	html(h, "</tbody></table>");
	draw_tables(packing, h);
	return pack_end(packing, language, S("index"));
}

enum status pack_draw_index(struct packing *packing)
{
	enum status status = OK;

	for (size_t i = 0; !status && i < LANGUAGES; i++)
		status = draw_index(packing, (enum language)i);
	return status;
}

/* --- all demands --- */

static void draw_demand(struct packing *packing, struct conformity_page *page, const struct conformity_item *item)
{
	struct html *h = &page->visit->h;
	const struct demand *demand = item->planned->demand;
	const struct demand_action *action = conformity_action_of(page->actions, page->action_count, demand->id);
	const struct stood *since = known_of(page, demand->id);
	bool is_open = is_open_point(item->state) && !pack_is_past(packing); /* who was to act then is not known */

	html(h, "<tr><td class='id'><a href='clauses/%p%a#%p'>%t</a></td><td>%t</td><td>", demand->clause,
	     pack_suffix(h->language), demand->id, demand->id, words_of(page->visit, &demand->words));
	pack_draw_state(h, item->state);
	html(h, "</td><td>");
	if (item->stale_since)
		html(h, "%t", words_day(h, item->stale_since, DAY_FULL));
	else if (since && str_is(since->word, conformity_state_name(item->state)))
		html(h, "%t", words_day(h, zone_day(h->zone, since->since), DAY_FULL));
	html(h, "</td><td>");
	if (is_open && action && action->owner)
		html(h, "%t", show_name(&page->show, action->owner));
	else if (is_open)
		html(h, "%t", answering_words(page, item->planned->process));
	html(h, "</td><td>%t</td></tr>",
	     is_open && action && action->due ? words_day(h, action->due, DAY_FULL) : S(""));
}

static enum status draw_conformity(struct packing *packing, enum language language)
{
	struct conformity_page *page = &packing->pages[language];
	const struct pack_wish *wish = packing->wish;
	struct html *h =
	    pack_begin(packing, language, S("conformity"), label(&packing->visits[language].h, N_("Conformity")));

	html(h, "<p class='whose'>%t</p><p>%t</p>", wish->organisation,
	     phrase(h, N_("As of %s"), words_moment(h, pack_is_past(packing) ? wish->as_of : wish->now)));
	pack_draw_past(packing, language);
	html(h, "<p>%t</p>", counts_words(page, &packing->counts));
	html(h,
	     "<table "
	     "class='all'><thead><tr><th>%l</th><th>%l</th><th>%l</th><th>%l</th><th>%l</th><th>%l</th></tr></"
	     "thead><tbody>",
	     N_("Demand"), N_("What is asked"), N_("State"), N_("Since"), N_("Who must act"), N_("Due"));
	for (size_t i = 0; i < wish->plan->demands->count; i++)
		if (page->survey.items[i].planned)
			draw_demand(packing, page, &page->survey.items[i]);
	html(h, "</tbody></table>");
	return pack_end(packing, language, S("conformity"));
}

enum status pack_draw_conformity(struct packing *packing)
{
	enum status status = OK;

	for (size_t i = 0; !status && i < LANGUAGES; i++)
		status = draw_conformity(packing, (enum language)i);
	return status;
}
