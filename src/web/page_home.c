/* My work: what is urgent, what is mine, what changed. For customers' people: what they wait for, and what waits for
 * them. */
#include "record/access.h"
#include "web/home_work.h"
#include "web/pages.h"
#include "web/part_home.h"
#include "web/part_list.h"

enum { CONFIRMS = WORK_KINDS, DECIDES, KINDS }; /* of counters, after those of work */
enum { COUNTERS = KINDS + 2, WATCHED = 8, OWN = 30 };
static const int64_t lately = 7;

/* --- counters --- */

struct tally { /* of one counter, over the types */
	int64_t sum, *counts;
	struct str *expressions;
	size_t kinds; /* types with any */
	const struct type *only;
};

static const char *const counter_words[] = {[WORK_OVER] = N_("over time"),
					    [WORK_MINE] = N_("assigned to me"),
					    [WORK_GROUPS] = N_("in my groups"),
					    [WORK_NOBODY] = N_("assigned to nobody"),
					    [CONFIRMS] = N_("wait for my confirmation"),
					    [DECIDES] = N_("wait for my approval")};
static const char *const counter_names[] = {[WORK_OVER] = "over",     [WORK_MINE] = "mine",   [WORK_GROUPS] = "groups",
					    [WORK_NOBODY] = "nobody", [CONFIRMS] = "confirm", [DECIDES] = "decide"};

static enum status add_count(const struct home *home, const struct type *type, struct str expression,
			     struct tally *tally)
{
	int64_t *count = &tally->counts[type->index];
	enum status status;

	if (!expression.n)
		return OK;
	if (!tally->only)
		tally->only = type;
	tally->expressions[type->index] = expression;
	if ((status = home_count(home, type, expression, count)))
		return status;
	tally->sum += *count;
	tally->kinds += *count > 0;
	if (*count && tally->kinds == 1)
		tally->only = type;
	return OK;
}

static enum status count_kind(const struct home *home, int kind, struct tally *tally)
{
	const struct model *model = home->visit->kernel->model;
	enum status status = OK;

	*tally = (struct tally){.counts = arena_many(home->visit->arena, int64_t, model->type_count + 1),
				.expressions = arena_many(home->visit->arena, struct str, model->type_count + 1)};
	for (size_t i = 0; i < home->type_count && !status && kind < WORK_KINDS; i++)
		status = add_count(home, home->types[i].type,
				   work_expression(home, &home->types[i], (enum work_kind)kind), tally);
	for (size_t i = 0; i < model->type_count && !status && kind >= WORK_KINDS; i++)
		if (access_reads_type(home->visit->kernel, home->visit->actor, model->types[i]))
			status = add_count(home, model->types[i],
					   kind == DECIDES ? decide_expression(home->visit, model->types[i])
							   : confirm_expression(home->visit, model->types[i]),
					   tally);
	return status;
}

/* What several types share is told apart below the counters. */
static void draw_kinds(const struct home *home, int kind, const struct tally *tally)
{
	struct visit *visit = home->visit;
	const struct model *model = visit->kernel->model;
	struct pick_view *picks = arena_many(visit->arena, struct pick_view, model->type_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < model->type_count; i++)
		if (tally->counts[i])
			picks[count++] =
			    (struct pick_view){.name = words_of(visit, &model->types[i]->plural),
					       .url = home_list_url(home, model->types[i], tally->expressions[i]),
					       .words = words_count(&visit->h, tally->counts[i])};
	html(&visit->h, "<section class='kinds' id='kinds' aria-labelledby='kinds-h'><h2 id='kinds-h'>%l</h2>",
	     counter_words[kind]);
	draw_picks(&visit->h, picks, count);
	html(&visit->h, "</section>");
}

/* What is known of the whole page before it is drawn. */
struct overview {
	struct tally tallies[KINDS];
	struct worklist_item_view *dues;
	size_t due_count;
	int64_t due_total;
	struct search_hit *hits; /* what is watched */
	size_t hit_count;
	int64_t watched;
	bool has_queue; /* works on what groups share: of others' clocks nothing needs to be said */
};

static enum status load_overview(const struct home *home, struct overview *all)
{
	struct visit *visit = home->visit;
	enum status status;

	*all = (struct overview){.has_queue = visit->actor->group_count > 0};
	for (int kind = 0; kind < KINDS; kind++) {
		if ((status = count_kind(home, kind, &all->tallies[kind])))
			return status;
		all->has_queue = all->has_queue || (kind < WORK_KINDS && all->tallies[kind].sum);
	}
	if ((status = home_dues(home, &all->dues, &all->due_count, &all->due_total)))
		return status;
	return read_watched(visit->kernel, home->connection, visit->arena, visit->actor, WATCHED * 4, &all->hits,
			    &all->hit_count, &all->watched, &visit->error);
}

static void draw_work_counters(const struct home *home, const struct overview *all)
{
	struct visit *visit = home->visit;
	struct counter_view counters[COUNTERS];
	struct str show = http_query(visit->request, "show");
	size_t count = 0;

	for (int kind = 0; kind < KINDS; kind++) {
		const struct tally *tally = &all->tallies[kind];

		if (!tally->only || (kind >= WORK_KINDS ? !tally->sum : !all->has_queue))
			continue;
		counters[count++] = (struct counter_view){
		    .count = tally->sum,
		    .words = label(&visit->h, counter_words[kind]),
		    .bad = kind == WORK_OVER,
		    .url = tally->kinds > 1 ? str_format(visit->arena, "/?show=%s#kinds", counter_names[kind])
					    : home_list_url(home, tally->only, tally->expressions[tally->only->index])};
	}
	if (all->due_total || !all->has_queue)
		counters[count++] = (struct counter_view){.count = all->due_total,
							  .words = label(&visit->h, N_("reviews and actions due")),
							  .url = S("#due")};
	counters[count++] = (struct counter_view){
	    .count = all->watched, .words = label(&visit->h, N_("watched")), .url = S("#watched")};
	draw_counters(&visit->h, counters, count);
	for (int kind = 0; kind < KINDS; kind++)
		if (show.n && str_is(show, counter_names[kind]) && all->tallies[kind].kinds)
			draw_kinds(home, kind, &all->tallies[kind]);
}

/* --- what I watch --- */

static enum status watched_item(const struct home *home, const struct search_hit *hit, struct show *show,
				struct worklist_item_view *item)
{
	struct visit *visit = home->visit;
	struct record *record;
	struct str state, who;
	enum status status = read_record(visit->kernel, home->connection, visit->arena, visit->actor, hit->identity,
					 &record, &visit->error);

	if (status)
		return status;
	show_need_identity(show, record->updated_by);
	if ((status = show_look_up(show, home->connection)))
		return status;
	state = show_state(visit, record->type, record->state).word;
	who = record->updated_by ? show_name(show, record->updated_by) : label(&visit->h, N_("Kaname"));
	*item = (struct worklist_item_view){
	    .title = phrase(&visit->h, N_("%1$s %2$s"), number_text(visit, hit->identity), hit->headline),
	    .url = record_url(visit, hit->identity),
	    .second = state.n ? phrase(&visit->h, N_("%1$s, changed by %2$s"), state, who)
			      : phrase(&visit->h, N_("changed by %s"), who),
	    .due = words_ago(&visit->h, hit->updated_at, false)};
	return OK;
}

static enum status draw_watched(const struct home *home, const struct search_hit *hits, size_t count)
{
	struct visit *visit = home->visit;
	struct worklist_item_view items[WATCHED];
	struct worklist_view list = {.id = S("watched"),
				     .title = label(&visit->h, N_("Changed this week")),
				     .note = label(&visit->h, N_("watched")),
				     .empty = label(&visit->h, N_("Nothing that you watch has changed.")),
				     .items = items};
	struct show show = show_new(visit);
	enum status status = OK;

	for (size_t i = 0;
	     i < count && list.count < WATCHED && hits[i].updated_at > visit->now - lately * DAY && !status; i++)
		status = watched_item(home, &hits[i], &show, &items[list.count++]);
	if (!status)
		draw_worklist(&visit->h, &list);
	return status;
}

/* --- what waits for my decision --- */

static enum status draw_decisions(const struct home *home)
{
	struct visit *visit = home->visit;
	const struct model *model = visit->kernel->model;
	struct worklist_view list = {.id = S("decide"), .title = label(&visit->h, N_("Approvals waiting for me"))};
	struct worklist_item_view *items =
	    arena_many(visit->arena, struct worklist_item_view, OWN * model->type_count + 1);

	list.items = items;
	for (size_t i = 0; i < model->type_count; i++) {
		struct str expression = decide_expression(visit, model->types[i]);
		struct list_result result;
		enum status status;

		if (!expression.n || !access_reads_type(visit->kernel, visit->actor, model->types[i]))
			continue;
		if ((status = home_list(home, model->types[i], expression, S("created_at"), OWN, &result)))
			return status;
		for (size_t r = 0; r < result.count; r++)
			items[list.count++] = (struct worklist_item_view){
			    .title = show_title(visit, result.records[r]),
			    .url = record_url(visit, result.records[r]->identity),
			    .second =
				phrase(&visit->h, N_("%1$s, %2$s"), number_text(visit, result.records[r]->identity),
				       words_of(visit, &model->types[i]->label)),
			    .due = words_ago(&visit->h, result.records[r]->created_at, false),
			    .tone = DUE_SOON};
	}
	if (list.count)
		draw_worklist(&visit->h, &list);
	return OK;
}

/* --- what is mine by a day --- */

static void draw_due(const struct home *home, const struct overview *all)
{
	struct html *h = &home->visit->h;
	struct worklist_view list = {.id = S("due"),
				     .title = label(h, N_("Reviews and actions due")),
				     .note = all->due_total ? words_count(h, all->due_total) : S(""),
				     .empty = label(h, N_("Nothing of yours falls due within two weeks.")),
				     .items = all->dues,
				     .count = all->due_count};

	if (list.count || !all->has_queue)
		draw_worklist(h, &list);
}

/* --- whoever works for the provider --- */

static const struct type *type_to_make(const struct home *home)
{
	for (size_t i = 0; i < home->type_count; i++)
		if (access_may(home->visit->kernel, home->visit->actor, home->types[i].type, ACCESS_CREATE, NULL))
			return home->types[i].type;
	return NULL;
}

static void draw_new_button(struct visit *visit, const struct type *type, bool first)
{
	html(&visit->h, "<a class='%a' href='/%p/new'%m>%i%t", first ? "btn main" : "btn", type->collection,
	     attribute_if("data-key", first ? S("n") : S("")), ICON_PLUS, list_new_words(visit, type));
	if (first)
		html(&visit->h, " <kbd aria-hidden='true'>n</kbd>");
	html(&visit->h, "</a>");
}

static void draw_head(struct visit *visit, const struct type *type)
{
	struct html *h = &visit->h;

	html(h, "<div class='head'><h1>%l</h1><p>%t</p><div class='btns push'>", N_("My work"),
	     words_day(h, zone_day(h->zone, h->now), DAY_LONG));
	if (type)
		draw_new_button(visit, type, true);
	html(h, "</div></div>");
}

/* What has clocks leads where one has such work; else what waits for a decision or falls due by a day. */
static enum status draw_columns(const struct home *home, const struct overview *all)
{
	struct html *h = &home->visit->h;
	enum status status;

	html(h, "<div class='pair'><div>");
	if (all->has_queue) {
		if ((status = draw_next_to_breach(home)) || (status = draw_watched(home, all->hits, all->hit_count)))
			return status;
		html(h, "</div><div>");
	}
	if ((status = draw_decisions(home)))
		return status;
	draw_due(home, all);
	if (!all->has_queue) {
		html(h, "</div><div>");
		if ((status = draw_watched(home, all->hits, all->hit_count)))
			return status;
	}
	html(h, "</div></div>");
	return OK;
}

static enum status draw_staff_home(struct home *home)
{
	struct overview all;
	enum status status;

	home_find_types(home);
	if ((status = load_overview(home, &all)))
		return status;
	draw_head(home->visit, type_to_make(home));
	draw_work_counters(home, &all);
	if (all.has_queue && (status = draw_next_hours(home)))
		return status;
	return draw_columns(home, &all);
}

/* --- customers' people --- */

/* Records in which the reader stands as a person that customers may see. */
static struct str own_expression(const struct visit *visit, const struct type *type)
{
	struct buf text = buf_new(visit->arena);

	if (!type->scoped || !type->state_count)
		return S("");
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i]->kind == FIELD_PERSON && !type->fields[i]->from &&
		    access_reads_field(visit->actor, type->fields[i]))
			buf_format(&text, "%s%.*s = me", text.n ? " or " : "(", STR_ARG(type->fields[i]->name));
	if (text.n)
		buf_add_c(&text, ") and state.phase != done");
	return buf_str(&text);
}

static struct worklist_item_view own_item(struct visit *visit, const struct record *record, bool confirm)
{
	struct worklist_item_view item = {.title = show_title(visit, record),
					  .url = record_url(visit, record->identity)};

	item.second = phrase(&visit->h, N_("%1$s, %2$s"), number_text(visit, record->identity),
			     show_state(visit, record->type, record->state).word);
	item.due = confirm ? label(&visit->h, N_("Is it solved?")) : words_ago(&visit->h, record->updated_at, false);
	item.tone = confirm ? DUE_SOON : DUE_PLAIN;
	return item;
}

static enum status draw_own(const struct home *home, bool confirm, struct worklist_view *list)
{
	struct visit *visit = home->visit;
	const struct model *model = visit->kernel->model;
	struct worklist_item_view *items =
	    arena_many(visit->arena, struct worklist_item_view, OWN * model->type_count + 1);

	list->items = items;
	for (size_t i = 0; i < model->type_count; i++) {
		const struct type *type = model->types[i];
		struct str expression = S("");
		struct list_result result;
		enum status status;

		if (access_reads_type(visit->kernel, visit->actor, type))
			expression = confirm ? confirm_expression(visit, type) : own_expression(visit, type);
		if (!expression.n)
			continue;
		if ((status = home_list(home, type, expression, S("-updated_at"), OWN, &result)))
			return status;
		for (size_t r = 0; r < result.count; r++)
			items[list->count++] = own_item(visit, result.records[r], confirm);
	}
	if (list->count || !confirm)
		draw_worklist(&visit->h, list);
	return OK;
}

static enum status draw_customer_home(const struct home *home)
{
	struct visit *visit = home->visit;
	const struct model *model = visit->kernel->model;
	struct html *h = &visit->h;
	struct worklist_view confirm = {.id = S("confirm"), .title = label(h, N_("Waiting for your answer"))};
	struct worklist_view own = {.id = S("own"),
				    .title = label(h, N_("Your open records")),
				    .empty = label(h, N_("You have nothing open with us at the moment."))};
	bool first = true;
	enum status status;

	html(h, "<div class='head'><h1>%t</h1><p>%t</p><div class='btns push'>",
	     phrase(h, N_("Hello, %s"), visit->actor->name), words_day(h, zone_day(h->zone, h->now), DAY_LONG));
	for (size_t i = 0; i < model->type_count; i++)
		if (access_may(visit->kernel, visit->actor, model->types[i], ACCESS_CREATE, NULL)) {
			draw_new_button(visit, model->types[i], first);
			first = false;
		}
	html(h, "</div></div><div class='own'>");
	if ((status = draw_own(home, true, &confirm)) || (status = draw_own(home, false, &own)))
		return status;
	html(h, "</div>");
	return OK;
}

void page_home(struct http_request *request, struct http_response *response)
{
	READER connection = NULL;
	VISIT visit = {0};
	struct home home = {.visit = &visit};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = visit_reader(&visit, &connection))) {
		visit_refuse(&visit, status);
		return;
	}
	home.connection = connection;
	visit_begin(&visit, label(&visit.h, N_("My work")), "page home", S("/"));
	status = actor_is_staff(visit.actor) ? draw_staff_home(&home) : draw_customer_home(&home);
	if (status)
		visit_refuse(&visit, status);
	else
		visit_end(&visit, 200);
}
