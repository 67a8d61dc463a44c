/* The head of a record's page: what it is, its clocks, and what can be done next. */
#include "record/access.h"
#include "web/page_record.h"

enum { BUTTONS_MOST = 4, FACTS_MOST = 3, FLAGS_MOST = 3 };
enum { STEP_ASIDE = 3000 }; /* of rank(): from here on a step leads back, aside or nowhere */

/* --- which step is the likely one --- */

static int64_t place_of(const struct type *type, const struct state *state)
{
	int64_t i = 0;

	while ((size_t)i < type->state_count && type->states[i] != state)
		i++;
	return i;
}

static const struct state *main_end(const struct type *type)
{
	for (size_t i = 0; i < type->state_count; i++)
		if (type->states[i]->phase == PHASE_DONE)
			return type->states[i];
	return NULL;
}

/* The less, the likelier: what the model says is; on to the next open state; out of waiting the way on that begins
 * just here; to the end that is declared first; then as the model has them, what leaves the state as it is, and last
 * what the model says is not likely. */
static int64_t rank(const struct type *type, const struct state *from, const struct transition *transition)
{
	const struct state *to = transition->to;
	int64_t distance;

	if (transition->likely)
		return INT64_MIN;
	if (transition->unlikely)
		return 5000;
	if (!to)
		return 4000;
	distance = place_of(type, to) - place_of(type, from);
	if (to->phase == PHASE_OPEN && distance > 0)
		return distance * 10;
	if (from->phase == PHASE_WAITING && to->phase == PHASE_OPEN)
		return 1000 + (int64_t)transition->from_count;
	if (to == main_end(type) && from->phase != PHASE_DONE)
		return 2000;
	return STEP_ASIDE;
}

static void sort_transitions(const struct record *record, const struct transition **transitions, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k && rank(record->type, record->state, transitions[k]) <
					    rank(record->type, record->state, transitions[k - 1]);
		     k--) {
			const struct transition *swap = transitions[k];

			transitions[k] = transitions[k - 1];
			transitions[k - 1] = swap;
		}
}

/* --- steps --- */

static bool asks_for_people(const struct transition *transition)
{
	for (size_t i = 0; i < transition->requires_count; i++) {
		const struct field *field = transition->requires[i].field;

		if (field && (field->kind == FIELD_GROUP || field->kind == FIELD_PERSON))
			return true;
	}
	return false;
}

static enum status allowed(struct record_page *page, const struct transition **transitions, size_t *count)
{
	struct visit *visit = page->visit;
	const struct type *type = page->record->type;

	*count = 0;
	for (size_t i = 0; page->record->state && i < type->transition_count; i++) {
		bool may;
		enum status status =
		    edit_may_transition(visit->kernel, page->connection, visit->arena, visit->actor, page->record,
					type->transitions[i], visit->now, &may, &visit->error);

		if (status)
			return status;
		if (may)
			transitions[(*count)++] = type->transitions[i];
	}
	if (*count)
		sort_transitions(page->record, transitions, *count);
	return OK;
}

static enum status add_steps(struct record_page *page, struct record_head_view *head)
{
	struct visit *visit = page->visit;
	size_t most = page->record->type->transition_count + 4, count;
	const struct transition **transitions = arena_many(visit->arena, const struct transition *, most);
	struct transition_view *views = arena_many(visit->arena, struct transition_view, most);
	struct link_view *more = arena_many(visit->arena, struct link_view, most);
	bool people = false;
	enum status status = allowed(page, transitions, &count);

	for (size_t i = 0; !status && i < count; i++) {
		const struct transition *transition = transitions[i];
		struct str url = record_page_url(
		    page, str_c(visit->arena, str_format(visit->arena, "/do/%.*s", STR_ARG(transition->name))));
		struct str words = words_of(visit, &transition->label);
		bool first_for_people = !people && asks_for_people(transition);

		if (i >= BUTTONS_MOST) {
			more[head->more_count++] = (struct link_view){words, url};
			continue;
		}
		people = people || first_for_people;
		views[head->transition_count++] = (struct transition_view){
		    .name = transition->name,
		    .words = words,
		    .url = url,
		    .main = !i && rank(page->record->type, page->record->state, transition) < STEP_ASIDE,
		    .asks = transition->requires_count || transition->asks_count || transition->warns.text[ENGLISH].n,
		    .key = !i                 ? S("s")
			   : first_for_people ? S("a")
					      : S(""),
		    .key_too = !i && first_for_people ? S("a") : S("")};
	}
	if (page->record->type->portal && page->record->type->portal->part == PORTAL_OFFER)
		more[head->more_count++] =
		    (struct link_view){label(&visit->h, N_("Look at it as whoever orders")),
				       str_format(visit->arena, "/portal/catalogue/%.*s",
						  STR_ARG(number_text(visit, page->record->identity)))};
	if (page->record->type->acts_as == ACTS_WEBHOOK && page->may_edit)
		more[head->more_count++] = (struct link_view){label(&visit->h, N_("Deliveries and secret")),
							      record_page_url(page, "/deliveries")};
	if (access_may(visit->kernel, visit->actor, page->record->type, ACCESS_CREATE, NULL))
		more[head->more_count++] = (struct link_view){
		    label(&visit->h, N_("Copy")),
		    str_format(visit->arena, "/%.*s/new?copy=%.*s", STR_ARG(page->record->type->collection),
			       STR_ARG(number_text(visit, page->record->identity)))};
	head->transitions = views;
	head->more = more;
	return status;
}

/* --- facts --- */

static void add_facts(struct record_page *page, struct record_head_view *head)
{
	const struct record *record = page->record;
	struct link_view *facts = arena_many(page->visit->arena, struct link_view, FACTS_MOST);

	for (size_t i = 0; i < record->type->field_count && head->fact_count < FACTS_MOST; i++) {
		const struct field *field = record->type->fields[i];

		if (field->kind == FIELD_REFERENCE && !field->internal && record->values[i].kind == VALUE_RECORD)
			facts[head->fact_count++] = (struct link_view){show_name(&page->show, record->values[i].number),
								       show_url(&page->show, record->values[i].number)};
	}
	head->facts = facts;
}

/* Of what has a priority, what is true of it is worth a flag. */
static void add_flags(struct record_page *page, struct record_head_view *head)
{
	const struct record *record = page->record;
	const struct field *priority = show_priority_field(record->type);
	struct str *flags = arena_many(page->visit->arena, struct str, FLAGS_MOST);

	if (!priority)
		return;
	if (record_value(record, priority).kind == VALUE_CHOICE)
		head->priority = show_choice(page->visit, priority->choices, record_value(record, priority).text);
	for (size_t i = 0; i < record->type->field_count && head->flag_count < FLAGS_MOST; i++) {
		const struct field *field = record->type->fields[i];

		if (field->kind == FIELD_BOOLEAN && !field->internal && record->values[i].kind == VALUE_BOOLEAN &&
		    record->values[i].boolean)
			flags[head->flag_count++] = words_of(page->visit, &field->label);
	}
	head->flags = flags;
}

/* --- banners --- */

static struct str banner_words(struct record_page *page, const struct banner *banner)
{
	struct visit *visit = page->visit;
	struct str says = words_of(visit, &banner->says);
	struct value value = banner->shows ? record_value(page->record, banner->shows) : (struct value){0};

	if (value_is_empty(value))
		return says;
	return str_format(visit->arena, "%.*s %.*s", STR_ARG(says),
			  STR_ARG(show_value(&page->show, banner->shows, value)));
}

static enum status draw_page_banner(struct record_page *page, const struct banner *banner)
{
	struct visit *visit = page->visit;
	struct str url = {0}, step = {0};
	bool holds, may = false;
	enum status status = read_holds(visit->kernel, page->connection, visit->arena, visit->actor, page->record,
					banner->when, visit->now, &holds, &visit->error);

	if (!status && holds && banner->transition && !page->print)
		status = edit_may_transition(visit->kernel, page->connection, visit->arena, visit->actor, page->record,
					     banner->transition, visit->now, &may, &visit->error);
	if (status || !holds)
		return status;
	if (may) {
		url = record_page_url(
		    page, str_c(visit->arena, str_format(visit->arena, "/do/%.*s", STR_ARG(banner->transition->name))));
		step = words_of(visit, &banner->transition->label);
	}
	draw_banner(&visit->h, banner_words(page, banner), url, step);
	return OK;
}

enum status draw_page_head(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct record *record = page->record;
	struct str number = number_text(visit, record->identity), title = show_title(visit, record);
	struct link_view crumbs[] = {{words_of(visit, &record->type->plural),
				      str_format(visit->arena, "/%.*s", STR_ARG(record->type->collection))},
				     {page->list_words, page->list}};
	struct record_head_view head = {.crumbs = crumbs,
					.crumb_count = page->list.n ? 2 : 1,
					.position = page->position,
					.previous_url = page->previous.url,
					.next_url = page->next_count && page->position.n ? page->next[0].url : S(""),
					.list = page->list,
					.number = number,
					.title = str_eq(number, title) ? S("") : title,
					.state = show_state(visit, record->type, record->state),
					.opened_at = record->created_at,
					.opened = label(&visit->h, N_("Opened %s")),
					.clocks = page->clocks,
					.clock_count = page->clock_count,
					.here = record_here_words(page),
					.print_url = page->print ? S("") : record_page_url(page, "?print=yes")};
	enum status status = add_steps(page, &head);

	if (status)
		return status;
	add_facts(page, &head);
	add_flags(page, &head);
	draw_record_head(&visit->h, &head);
	for (size_t i = 0; page->staff && i < record->type->banner_count && !status; i++)
		status = draw_page_banner(page, &record->type->banners[i]);
	return status;
}
