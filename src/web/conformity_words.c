/* What pages say of demands: who answers, by when, what there is to show. */
#include "web/conformity.h"

#include "record/people.h"

enum status conformity_begin(struct conformity_page *page, struct visit *visit)
{
	const struct surface *surface = visit->request->context;

	*page = (struct conformity_page){
	    .visit = visit, .plan = surface->conformity, .show = show_new(visit), .path = visit->request->path};
	if (actor_is_staff(visit->actor))
		return OK;
	return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
}

static size_t place_of(const struct model *model, const struct process *process)
{
	size_t i = 0;

	while (i < model->process_count && model->processes[i] != process)
		i++;
	return i;
}

static enum status find_answering(struct conformity_page *page, struct connection *connection)
{
	struct visit *visit = page->visit;
	const struct model *model = visit->kernel->model;
	enum status status = OK;

	page->answering = arena_many(visit->arena, struct answering, model->process_count + 1);
	for (size_t i = 0; !status && i < model->process_count; i++) {
		struct answering *one = &page->answering[i];

		one->role = conformity_owner(model->processes[i]);
		if (one->role)
			status = people_of_role(visit->kernel, connection, visit->arena, one->role, &one->people,
						&one->count, &visit->error);
		for (size_t k = 0; k < one->count; k++)
			show_need_identity(&page->show, one->people[k]);
	}
	return status;
}

enum status conformity_look_up(struct conformity_page *page, struct connection *connection)
{
	struct visit *visit = page->visit;
	enum status status;

	if ((status =
		 stood_read(connection, visit->arena, visit->now, &page->known, &page->known_count, &visit->error)) ||
	    (status = conformity_actions(visit->kernel, connection, visit->arena, visit->actor, S(""), visit->now,
					 &page->actions, &page->action_count, &visit->error)) ||
	    (status = find_answering(page, connection)))
		return status;
	for (size_t i = 0; i < page->action_count; i++)
		show_need_identity(&page->show, page->actions[i].owner);
	return show_look_up(&page->show, connection);
}

struct str process_title(const struct conformity_page *page, struct str number)
{
	const struct clause *clause = register_clause(&page->plan->demands->clauses_by_number, number);

	return clause ? str_format(page->visit->arena, "%.*s %.*s", STR_ARG(number),
				   STR_ARG(words_of(page->visit, &clause->label)))
		      : number;
}

struct str answering_words(const struct conformity_page *page, const struct process *process)
{
	enum { NAMED = 2 };
	struct visit *visit = page->visit;
	const struct answering *one = &page->answering[place_of(visit->kernel->model, process)];
	struct buf names = buf_new(visit->arena);

	if (!process || !one->role)
		return S("");
	if (!one->count)
		return phrase(&visit->h, N_("Nobody holds the role “%s”"), words_of(visit, &one->role->label));
	for (size_t i = 0; i < one->count && i < NAMED; i++)
		words_list(&visit->h, &names, show_name(&page->show, one->people[i]));
	if (one->count > NAMED)
		return phrase(&visit->h, N_("%1$s and %2$s more"), buf_str(&names),
			      words_number(&visit->h, (int64_t)one->count - NAMED));
	return buf_str(&names);
}

static void draw_due(struct html *h, int32_t due)
{
	html(h, ", %t", phrase(h, N_("by %s"), words_day(h, due, DAY_SHORT)));
}

void draw_act(struct conformity_page *page, const struct conformity_item *item)
{
	struct html *h = &page->visit->h;
	const struct demand_action *action =
	    conformity_action_of(page->actions, page->action_count, item->planned->demand->id);
	struct str who;

	if (!is_open_point(item->state))
		return;
	html(h, "<span class='act'>");
	if (action) {
		html(h, "<a href='%u'>%t</a>", record_url(page->visit, action->record->identity),
		     action->owner ? show_name(&page->show, action->owner) : label(h, N_("Nobody yet")));
		if (action->due)
			draw_due(h, action->due);
	} else {
		who = answering_words(page, item->planned->process);
		html(h, "%t", who.n ? who : label(h, N_("Nobody yet")));
	}
	html(h, "</span>");
}

const struct stood *known_of(const struct conformity_page *page, struct str id)
{
	return stood_find(page->known, page->known_count, id);
}

void draw_since(struct html *h, const struct conformity_item *item, const struct stood *since)
{
	int32_t day = item->stale_since;

	if (!day && since && str_is(since->word, conformity_state_name(item->state)))
		day = zone_day(h->zone, since->since);
	if (day)
		html(h, " <span class='dim'>%t</span>", phrase(h, N_("since %s"), words_day(h, day, DAY_FULL)));
}

struct str check_says(const struct conformity_page *page, const struct conformity_check *check)
{
	struct str says = words_of(page->visit, &check->says);

	return says.n        ? says
	       : check->role ? phrase(&page->visit->h, N_("Somebody holds the role “%s”"),
				      words_of(page->visit, &check->role->label))
			     : words_of(page->visit, &check->type->plural);
}

const struct check_result *deciding_check(const struct conformity_item *item)
{
	const struct check_result *found = NULL;

	for (size_t i = 0; i < item->planned->check_count; i++) {
		const struct check_result *result = &item->checks[i];

		if (!found || result->outcome > found->outcome ||
		    (result->outcome == found->outcome && found->planned->check->is_slight &&
		     !result->planned->check->is_slight))
			found = result;
	}
	return found;
}

static bool may_read(const struct conformity_page *page, const struct type *type)
{
	return access_reads_type(page->visit->kernel, page->visit->actor, type);
}

static struct str records_words(const struct conformity_page *page, const struct type *type, int64_t count)
{
	return phrase(&page->visit->h, N_("%1$s (%2$s)"), words_of(page->visit, &type->plural),
		      words_count(&page->visit->h, count));
}

void draw_check_count(struct conformity_page *page, const struct check_result *result)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct conformity_check *check = result->planned->check;
	int64_t count = result->overdue ? result->overdue : result->count;
	struct str filter = conformity_filter(visit->arena, result), words;

	if (check->role) {
		html(h, "%t", phrase_count(h, count, N_("%s person"), N_("%s people")));
		return;
	}
	if (result->planned->figure) {
		html(h, "<a href='/figures?type=%p'>%t</a>", check->type->name,
		     result->value.n ? result->value : label(h, N_("nothing to tell")));
		return;
	}
	words = result->overdue ? phrase(h, N_("%s past their day"), words_count(h, count))
				: records_words(page, check->type, count);
	if (!may_read(page, check->type))
		html(h, "%t", words);
	else if (filter.n)
		html(h, "<a href='/%p?filter=%p'>%t</a>", check->type->collection, filter, words);
	else
		html(h, "<a href='/%p?view=all'>%t</a>", check->type->collection, words);
}

void draw_check_age(struct conformity_page *page, const struct check_result *result)
{
	struct html *h = &page->visit->h;

	if (result->outcome == CHECK_STALE)
		html(h, "%t", phrase(h, N_("since %s"), words_day(h, result->since, DAY_SHORT)));
	else if (result->newest != INSTANT_NONE)
		html_ago(h, result->newest, false);
	else if (!result->planned->check->role && !result->planned->figure)
		html(h, "%l", N_("never"));
}

void draw_evidence(struct conformity_page *page, const struct conformity_item *item)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct check_result *result = deciding_check(item);

	if (result) {
		draw_check_count(page, result);
		html(h, " <span class='dim'>");
		draw_check_age(page, result);
		html(h, "</span>");
		return;
	}
	for (size_t i = 0; i < item->planned->type_count; i++) {
		const struct evidence *evidence = &item->evidence[i];
		struct str words = records_words(page, evidence->type, evidence->count);

		html(h, "%t", i ? words_between(h) : S(""));
		if (may_read(page, evidence->type))
			html(h, "<a href='/%p?view=all'>%t</a>", evidence->type->collection, words);
		else
			html(h, "%t", words);
		if (evidence->newest == INSTANT_NONE)
			continue;
		html(h, " <span class='dim'>");
		html_ago(h, evidence->newest, false);
		html(h, "</span>");
	}
}

const char *demand_kind_words(struct str kind)
{
	static const struct {
		const char *kind, *words;
	} kinds[] = {{"rule", N_("Rule")},           {"record", N_("Record")},    {"document", N_("Document")},
		     {"role", N_("Role")},           {"report", N_("Report")},    {"review", N_("Review")},
		     {"interface", N_("Interface")}, {"human", N_("For people")}, {"example", N_("Example")}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_is(kind, kinds[i].kind))
			return kinds[i].words;
	return NULL;
}

struct str counts_words(const struct conformity_page *page, const struct conformity_counts *counts)
{
	struct html *h = &page->visit->h;

	return phrase(h, N_("%1$s: %2$s met, %3$s for judgement, %4$s stale, %5$s without evidence, %6$s not built"),
		      phrase_count(h, counts->all, N_("%s demand"), N_("%s demands")),
		      words_number(h, counts->by[CONFORMITY_MET]), words_number(h, counts->by[CONFORMITY_JUDGEMENT]),
		      words_number(h, counts->by[CONFORMITY_STALE]), words_number(h, counts->by[CONFORMITY_GAP]),
		      words_number(h, counts->by[CONFORMITY_NOT_BUILT]));
}
