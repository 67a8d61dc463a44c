#include "web/known.h"

#include "base/fold.h"
#include "web/form.h"
#include "web/part_impact.h"
#include "web/part_new.h"
#include "web/part_panel.h"

enum { REACHED_MOST = 8, SHOWN_MOST = 400 };

enum status known_load(struct known *known, struct visit *visit, struct connection *connection, const struct type *type,
		       const struct value *values, int64_t identity, size_t limit)
{
	struct similar_to to = {
	    .type = type, .values = values, .identity = identity, .limit = limit, .now = visit->now};
	enum status status;

	*known = (struct known){.visit = visit, .type = type, .identity = identity};
	if ((status = similar_of(visit->kernel, connection, visit->arena, visit->actor, &to, &known->items,
				 &known->count, &visit->error)) ||
	    !actor_is_staff(visit->actor))
		return status;
	status = impact_of_values(visit->kernel, connection, visit->arena, visit->actor, type, values, identity,
				  visit->now, &known->impact, &visit->error);
	known->has_impact = known->impact.item_count || known->impact.service_count;
	return status;
}

/* --- similar ones --- */

/* The parts of a title that, folded, are words of both: as they are written there, blank separated. Each character is
 * folded by itself, so that its place is known. */
static struct str found_in(struct visit *visit, struct str title, struct str words)
{
	size_t *origin = arena_many(visit->arena, size_t, title.n * 4 + 2);
	struct buf folded = buf_new(visit->arena), found = buf_new(visit->arena);
	struct str word;

	for (size_t at = 0; at < title.n && folded.n < title.n * 3;) {
		size_t start = at;
		struct str one;

		str_next_char(title, &at);
		one = fold_text(visit->arena, str_sub(title, start, at));
		for (size_t i = 0; i < one.n && folded.n < title.n * 4; i++) {
			origin[folded.n] = start;
			buf_add_char(&folded, one.p[i]);
		}
		origin[folded.n] = at;
	}
	while (str_cut(&words, ' ', &word)) {
		size_t at;

		if (!word.n || !str_find(buf_str(&folded), word, &at))
			continue;
		if (found.n)
			buf_add_char(&found, ' ');
		buf_add(&found, str_sub(title, origin[at], origin[at + word.n]));
	}
	return buf_str(&found);
}

static struct str reasons(struct visit *visit, const struct similar_item *item)
{
	struct buf names = buf_new(visit->arena);

	for (size_t i = 0; i < item->what->same_count; i++) {
		if (!item->hit.same[i])
			continue;
		words_list(&visit->h, &names, words_of(visit, &item->what->mine[i]->label));
	}
	return names.n ? phrase(&visit->h, N_("Same: %s"), buf_str(&names)) : (struct str){0};
}

static struct str shortened(struct visit *visit, struct str text)
{
	size_t at = 0;

	while (at < text.n && at < SHOWN_MOST)
		str_next_char(text, &at);
	return at < text.n ? str_format(visit->arena, "%.*s…", (int)at, text.p) : text;
}

static bool is_picked(struct visit *visit, struct str name, struct str value)
{
	for (size_t i = 0; i < visit->form.count; i++)
		if (str_eq(visit->form.fields[i].name, name) && str_eq(visit->form.fields[i].value, value))
			return true;
	return false;
}

static struct hint_view hint_of(const struct known *known, const struct similar_item *item)
{
	struct visit *visit = known->visit;
	const struct record *record = item->hit.record;
	struct str number = number_text(visit, record->identity);
	struct show show = show_new(visit);
	struct hint_view hint = {
	    .title = str_format(visit->arena, "%.*s %.*s", STR_ARG(number), STR_ARG(item->headline)),
	    .url = record_url(visit, record->identity),
	    .found = found_in(visit, item->headline, item->hit.words),
	    .state = show_state(visit, record->type, record->state),
	    .words = reasons(visit, item),
	};

	if (item->shows.n) {
		hint.shown_label = words_of(visit, &item->what->shows->label);
		hint.shown = shortened(visit, show_value(&show, item->what->shows, value_text(item->shows)));
	}
	return hint;
}

static struct str tie_words(const struct known *known, const struct suggestion *what)
{
	struct visit *visit = known->visit;

	return what->link ? phrase(&visit->h, N_("Link as: %s"), words_of(visit, &what->link->label))
			  : phrase(&visit->h, N_("Enter as: %s"), words_of(visit, &what->sets->label));
}

static bool may_tie(const struct known *known, const struct suggestion *what)
{
	const struct visit *visit = known->visit;

	if (what->sets)
		return access_may_set(visit->kernel, visit->actor, what->sets);
	return what->link && actor_is_staff(visit->actor);
}

/* A box of the form: what is ticked is posted with it. */
static void offer_pick(const struct known *known, const struct similar_item *item, const char *form,
		       struct hint_view *hint)
{
	struct visit *visit = known->visit;
	const struct suggestion *what = item->what;

	hint->form = form;
	hint->name = what->sets ? what->sets->name : str_format(visit->arena, "link.%.*s", STR_ARG(what->link->name));
	hint->value = number_text(visit, item->hit.record->identity);
	hint->picked = is_picked(visit, hint->name, hint->value);
	hint->action = tie_words(known, what);
}

static void offer_link(const struct known *known, const struct similar_item *item, struct hint_view *hint)
{
	struct visit *visit = known->visit;
	const struct suggestion *what = item->what;
	struct str here = record_url(visit, known->identity), other = number_text(visit, item->hit.record->identity);

	hint->action = tie_words(known, what);
	hint->icon = ICON_LINK;
	if (what->link) {
		hint->action_url = str_format(visit->arena, "%.*s/links?kind=to.%.*s&other=%.*s", STR_ARG(here),
					      STR_ARG(what->link->kind), STR_ARG(other));
		return;
	}
	hint->action_url = str_format(visit->arena, "%.*s/edit", STR_ARG(here));
	hint->name = what->sets->name;
	hint->value = other;
}

/* form NULL: beside a record that stands. */
static size_t hint_groups(const struct known *known, const char *form, bool may_link, struct hint_group **out)
{
	struct visit *visit = known->visit;
	struct hint_group *groups = arena_many(visit->arena, struct hint_group, known->type->suggestion_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < known->count; i++) {
		const struct similar_item *item = &known->items[i];
		struct hint_view hint = hint_of(known, item);

		if (form && may_tie(known, item->what))
			offer_pick(known, item, form, &hint);
		else if (!form && may_link && may_tie(known, item->what))
			offer_link(known, item, &hint);
		if (!i || item->what != known->items[i - 1].what)
			groups[count++] = (struct hint_group){
			    .title = words_of(visit, &item->what->to->plural),
			    .hints = arena_many(visit->arena, struct hint_view, known->count - i),
			};
		((struct hint_view *)groups[count - 1].hints)[groups[count - 1].count++] = hint;
	}
	*out = groups;
	return count;
}

/* --- what fails with it --- */

static struct str reached_title(struct visit *visit, int64_t identity, struct str headline)
{
	return headline.n ? headline : number_text(visit, identity);
}

static void services_of(const struct known *known, struct impact_view *view)
{
	struct visit *visit = known->visit;
	const struct impact *impact = &known->impact;
	struct reached_view *views = arena_many(visit->arena, struct reached_view, REACHED_MOST);

	for (size_t i = 0; i < impact->service_count && i < REACHED_MOST; i++) {
		const struct impact_service *service = &impact->services[i];

		views[view->service_count++] = (struct reached_view){
		    reached_title(visit, service->identity, service->headline), record_url(visit, service->identity),
		    show_choice(visit, impact->spread->by->choices, service->rank)};
	}
	view->services = views;
}

static void customers_of(const struct known *known, struct impact_view *view)
{
	struct visit *visit = known->visit;
	const struct impact *impact = &known->impact;
	struct reached_view *views = arena_many(visit->arena, struct reached_view, REACHED_MOST);

	for (size_t i = 0; i < impact->customer_count && i < REACHED_MOST; i++) {
		const struct impact_customer *customer = &impact->customers[i];

		views[view->customer_count++] = (struct reached_view){
		    reached_title(visit, customer->identity, customer->headline), record_url(visit, customer->identity),
		    phrase_count(&visit->h, customer->people, N_("%s person"), N_("%s people"))};
	}
	view->customers = views;
}

static void items_of(const struct known *known, struct impact_view *view)
{
	struct visit *visit = known->visit;
	const struct impact *impact = &known->impact;
	struct reached_view *views = arena_many(visit->arena, struct reached_view, impact->item_count + 1);

	for (size_t i = 0; i < impact->item_count; i++) {
		const struct impact_item *item = &impact->items[i];

		if (item->depth)
			views[view->item_count++] = (struct reached_view){
			    reached_title(visit, item->identity, item->headline), record_url(visit, item->identity),
			    number_text(visit, item->identity)};
	}
	view->items = views;
}

static struct impact_view impact_view_of(const struct known *known)
{
	const struct impact *impact = &known->impact;
	struct impact_view view = {.cut = impact->cut || impact->service_count > REACHED_MOST ||
					  impact->customer_count > REACHED_MOST};

	if (impact->proposed.n)
		view.proposed = show_choice(known->visit, impact->spread->of, impact->proposed);
	services_of(known, &view);
	customers_of(known, &view);
	items_of(known, &view);
	return view;
}

/* The field of this type that takes such a proposal; NULL: none. */
static const struct field *proposal_field(const struct known *known)
{
	for (size_t i = 0; i < known->type->field_count; i++)
		if (known->type->fields[i]->choices == known->impact.spread->of)
			return known->type->fields[i];
	return NULL;
}

void draw_known_beside(const struct known *known, const char *form)
{
	struct visit *visit = known->visit;
	struct html *h = &visit->h;
	struct hint_group *groups;
	size_t count = hint_groups(known, form, false, &groups);

	hints_begin(h);
	if (known->has_impact) {
		struct impact_view view = impact_view_of(known);
		const struct field *field = proposal_field(known);

		if (field && view.proposed.n) {
			view.form = form;
			view.take_value = str_format(visit->arena, "%.*s=%.*s", STR_ARG(field->name),
						     STR_ARG(known->impact.proposed));
		}
		html(h, "<section aria-labelledby='impact-h'><h2 id='impact-h'>%l</h2>", N_("What fails with it"));
		draw_impact(h, &view);
		html(h, "</section>");
	}
	draw_hint_groups(h, groups, count, false);
	if (!count && !known->has_impact)
		html(h, "<p class='dim small'>%l</p>",
		     N_("What is already known about it appears here while you write."));
	hints_end(h);
}

void draw_known_panels(const struct known *known, bool may_link)
{
	struct html *h = &known->visit->h;
	struct hint_group *groups;
	size_t count = hint_groups(known, NULL, may_link, &groups);

	if (known->has_impact) {
		struct panel_head head = {.id = S("impact"), .title = label(h, N_("What fails with it"))};
		struct impact_view view = impact_view_of(known);

		panel_begin(h, &head);
		draw_impact(h, &view);
		panel_end(h);
	}
	if (count) {
		struct panel_head head = {.id = S("known"), .title = label(h, N_("Already known"))};

		panel_begin(h, &head);
		html(h, "<div class='hints'>");
		draw_hint_groups(h, groups, count, true);
		html(h, "</div>");
		panel_end(h);
	}
}

/* --- what was ticked --- */

enum status known_links(struct visit *visit, const struct type *type, struct link_input **links, size_t *count)
{
	*links = arena_many(visit->arena, struct link_input, visit->form.count + 1);
	*count = 0;
	for (size_t i = 0; i < visit->form.count; i++) {
		struct str name = visit->form.fields[i].name;
		struct link_input *link = &(*links)[*count];

		if (!str_starts(name, S("link.")))
			continue;
		*link = (struct link_input){.link = type_link(type, str_sub(name, 5, name.n))};
		if (!link->link || !kernel_parse_number(visit->kernel, visit->form.fields[i].value, &link->other))
			return error_fail(&visit->error, E_INVALID, "", "reference", N_("There is no such record"));
		(*count)++;
	}
	return OK;
}
