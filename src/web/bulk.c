#include "web/bulk.h"

#include "record/access.h"
#include "record/read.h"
#include "web/list_table.h"
#include "web/pages.h"
#include "web/part_panel.h"

enum { BULK_MOST = 200 };

/* --- what is offered --- */

static const struct str take_up = {"take", 4}; /* the reader becomes the assignee */

static bool needs_comment(const struct transition *transition)
{
	for (size_t i = 0; i < transition->requires_count; i++)
		if (transition->requires[i].comment)
			return true;
	return false;
}

static bool needs_fields(const struct transition *transition)
{
	for (size_t i = 0; i < transition->requires_count; i++)
		if (transition->requires[i].field)
			return true;
	return false;
}

static bool starts_from(const struct transition *transition, const struct state *state)
{
	for (size_t i = 0; i < transition->from_count; i++)
		if (transition->from[i] == state)
			return true;
	return transition->from_count == 0;
}

static bool could_take(const struct visit *visit, const struct transition *transition, struct record *const *records,
		       size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (starts_from(transition, records[i]->state) &&
		    access_may_take(visit->kernel, visit->actor, records[i], transition))
			return true;
	return false;
}

static bool could_edit(const struct visit *visit, const struct type *type, struct record *const *records, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (access_may(visit->kernel, visit->actor, type, ACCESS_EDIT, records[i]) &&
		    !(records[i]->state && records[i]->state->phase == PHASE_DONE))
			return true;
	return false;
}

struct bulk_action *bulk_actions(struct visit *visit, const struct type *type, struct record *const *records,
				 size_t count, size_t *action_count)
{
	struct bulk_action *actions = arena_many(visit->arena, struct bulk_action, type->transition_count + 1);
	const struct field *assignee = list_assignee_field(type);

	*action_count = 0;
	if (assignee && access_may_set(visit->kernel, visit->actor, assignee) &&
	    could_edit(visit, type, records, count))
		actions[(*action_count)++] =
		    (struct bulk_action){.name = take_up, .words = label(&visit->h, N_("Assign to me"))};
	for (size_t i = 0; i < type->transition_count; i++) {
		const struct transition *transition = type->transitions[i];

		if (!needs_fields(transition) && could_take(visit, transition, records, count))
			actions[(*action_count)++] = (struct bulk_action){.name = transition->name,
									  .words = words_of(visit, &transition->label),
									  .asks = needs_comment(transition)};
	}
	return actions;
}

/* --- what was posted --- */

struct bulk {
	const struct type *type;
	const struct transition *transition; /* NULL: take_up */
	struct str words;                    /* of the action */
	int64_t identities[BULK_MOST];
	size_t count;
	struct str comment, back;
};

static enum status read_numbers(struct visit *visit, struct bulk *bulk)
{
	for (size_t i = 0; i < visit->form.count; i++) {
		int64_t identity;

		if (!str_is(visit->form.fields[i].name, "number"))
			continue;
		if (!kernel_parse_number(visit->kernel, visit->form.fields[i].value, &identity) ||
		    kernel_type_of(visit->kernel, identity) != bulk->type)
			return error_fail(&visit->error, E_INVALID, "number", "number",
					  N_("This is no number of such a record"));
		if (bulk->count == BULK_MOST)
			return error_fail(&visit->error, E_TOO_LARGE, "number", "too_many",
					  N_("At most 200 records can be changed at once"));
		bulk->identities[bulk->count++] = identity;
	}
	return bulk->count
		   ? OK
		   : error_fail(&visit->error, E_INVALID, "number", "required", N_("Select at least one record"));
}

static enum status read_bulk(struct visit *visit, struct bulk *bulk)
{
	struct str action = http_form_value(&visit->form, "action"), list;

	bulk->type = map_get(&visit->kernel->model->types_by_collection, http_parameter(visit->request, "collection"));
	if (!bulk->type || !access_reads_type(visit->kernel, visit->actor, bulk->type))
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	list = str_format(visit->arena, "/%.*s", STR_ARG(bulk->type->collection));
	bulk->back = http_form_value(&visit->form, "back");
	if (!str_starts(bulk->back, list) || (bulk->back.n > list.n && bulk->back.p[list.n] != '?'))
		bulk->back = list;
	bulk->comment = str_trim(http_form_value(&visit->form, "comment"));
	bulk->transition = type_transition(bulk->type, action);
	bulk->words =
	    bulk->transition ? words_of(visit, &bulk->transition->label) : label(&visit->h, N_("Assign to me"));
	if (!bulk->transition && (!str_eq(action, take_up) || !list_assignee_field(bulk->type)))
		return error_fail(&visit->error, E_INVALID, "action", "unknown", N_("There is no such action"));
	if (bulk->transition && needs_fields(bulk->transition))
		return error_fail(&visit->error, E_INVALID, "action", "asks",
				  N_("This step asks for more than a comment; take it on each record"));
	return read_numbers(visit, bulk);
}

static void draw_numbers(struct visit *visit, const struct bulk *bulk, const bool *left_out)
{
	html_token(&visit->h);
	html(&visit->h, "<input type='hidden' name='action' value='%a'><input type='hidden' name='back' value='%a'>",
	     bulk->transition ? bulk->transition->name : take_up, bulk->back);
	for (size_t i = 0; i < bulk->count; i++)
		if (!left_out || !left_out[i])
			html(&visit->h, "<input type='hidden' name='number' value='%a'>",
			     number_text(visit, bulk->identities[i]));
}

static void ask_for_comment(struct visit *visit, const struct bulk *bulk)
{
	struct html *h = &visit->h;
	struct field_form_view comment = {.form = FORM_LONG_TEXT,
					  .name = S("comment"),
					  .label = label(h, N_("Comment")),
					  .required = true,
					  .focus = true};

	visit_begin(visit, bulk->words, "page", str_format(visit->arena, "/%.*s", STR_ARG(bulk->type->collection)));
	html(h, "<h1>%t</h1><p class='sub'>%t</p><form class='dialog' method='post' action='/%p/bulk'>", bulk->words,
	     phrase(h, N_("%s selected"), words_number(h, (int64_t)bulk->count)), bulk->type->collection);
	draw_numbers(visit, bulk, NULL);
	draw_field(h, &comment);
	html(h,
	     "<div class='btns'><button class='btn main'>%t</button><a class='btn quiet' href='%u'>%l</a></div></form>",
	     bulk->words, bulk->back, N_("Cancel"));
	visit_end(visit, 200);
}

/* --- what came of it --- */

/* "3.assignee" is a fault of the fourth record; of a single one there is no number. -1: of none. */
static int64_t record_of_fault(const struct error_item *item, size_t count, struct str *field)
{
	struct str name = str_of(item->field), place;
	int64_t index = -1;
	size_t dot;

	*field = name;
	if (str_find_char(name, '.', &dot)) {
		place = str_sub(name, 0, dot);
		if (str_int64(place, &index))
			*field = str_sub(name, dot + 1, name.n);
	} else if (str_int64(name, &index)) {
		*field = S("");
	}
	if (index < 0 || index >= (int64_t)count)
		return count == 1 ? 0 : -1;
	return index;
}

static struct str fault_words(struct visit *visit, const struct bulk *bulk, const struct error_item *item,
			      struct str name)
{
	const struct field *field = type_field(bulk->type, name);
	struct str words = visit_words(visit, item);

	return field ? phrase(&visit->h, N_("%1$s: %2$s"), words_of(visit, &field->label), words) : words;
}

struct outcome {
	struct str words;
	enum icon icon;
	bool bad;
};

static struct outcome outcome_of(struct visit *visit, const struct bulk *bulk, const struct edit_batch *batch,
				 enum status status, size_t at)
{
	struct str field;

	if (!status && batch->results[at].event)
		return (struct outcome){.words = label(&visit->h, N_("Done")), .icon = ICON_CHECK};
	if (!status)
		return (struct outcome){.words = label(&visit->h, N_("Nothing to change"))};
	for (size_t i = 0; i < visit->error.count; i++)
		if (record_of_fault(&visit->error.items[i], bulk->count, &field) == (int64_t)at)
			return (struct outcome){fault_words(visit, bulk, &visit->error.items[i], field), ICON_ALERT,
						true};
	return (struct outcome){.words = label(&visit->h, N_("Left as it was"))};
}

static void draw_outcomes(struct visit *visit, const struct bulk *bulk, const struct edit_batch *batch,
			  enum status status, const struct reference *references, bool *faulty)
{
	struct html *h = &visit->h;

	html(h,
	     "<table class='data'><thead><tr><th scope='col'>%l</th><th scope='col'>%l</th><th "
	     "scope='col'>%l</th></tr></thead><tbody>",
	     N_("Number"), N_("Title"), N_("Outcome"));
	for (size_t i = 0; i < bulk->count; i++) {
		struct outcome outcome = outcome_of(visit, bulk, batch, status, i);

		faulty[i] = outcome.bad;
		html(
		    h,
		    "<tr><th scope='row'><a href='%u'>%t</a></th><td>%t</td><td><span class='%a'>%i%t</span></td></tr>",
		    record_url(visit, bulk->identities[i]), number_text(visit, bulk->identities[i]),
		    references[i].headline, outcome.bad ? "said bad" : "said", outcome.icon, outcome.words);
	}
	html(h, "</tbody></table>");
}

/* Faults that stand at no record. */
static struct str other_faults(struct visit *visit, const struct bulk *bulk)
{
	struct str field;

	for (size_t i = 0; i < visit->error.count; i++)
		if (record_of_fault(&visit->error.items[i], bulk->count, &field) < 0)
			return visit_words(visit, &visit->error.items[i]);
	return label(&visit->h, N_("Nothing was changed: all are changed together, or none."));
}

static void draw_way_on(struct visit *visit, const struct bulk *bulk, enum status status, const bool *faulty)
{
	struct html *h = &visit->h;
	size_t good = 0;

	for (size_t i = 0; i < bulk->count; i++)
		good += !faulty[i];
	html(h, "<form class='btns' method='post' action='/%p/bulk'>", bulk->type->collection);
	if (status && good && good < bulk->count) {
		draw_numbers(visit, bulk, faulty);
		html(h, "<input type='hidden' name='comment' value='%a'><button class='btn main'>%t</button>",
		     bulk->comment,
		     phrase_count(h, (int64_t)good, N_("Change the other one"), N_("Change the other %s")));
	}
	html(h, "<a class='btn' href='%u'>%l</a></form>", bulk->back, N_("Back to the list"));
}

static enum status look_up(struct visit *visit, const struct bulk *bulk, struct reference *references)
{
	READER connection = NULL;
	struct error error = {0}; /* of the edit, visit->error tells the faults */
	enum status status;

	visit_release(visit); /* a request that held one reader while it waits for another could wait for ever */
	status = kernel_reader(visit->kernel, &connection, &error);
	for (size_t i = 0; i < bulk->count; i++)
		references[i].identity = bulk->identities[i];
	if (!status)
		status = read_references(visit->kernel, connection, visit->arena, visit->actor, references, bulk->count,
					 &error);
	return status;
}

static int64_t count_changed(const struct edit_batch *batch)
{
	int64_t changed = 0;

	for (size_t i = 0; i < batch->count; i++)
		changed += batch->results[i].event != 0;
	return changed;
}

static struct str changed_words(struct visit *visit, int64_t changed)
{
	if (!changed)
		return label(&visit->h, N_("Nothing was changed."));
	return phrase_count(&visit->h, changed, N_("%s record changed"), N_("%s records changed"));
}

static void answer(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	const struct bulk *bulk = data;
	struct reference *references = arena_many(visit->arena, struct reference, bulk->count + 1);
	bool *faulty = arena_many(visit->arena, bool, bulk->count + 1);
	enum status failed = look_up(visit, bulk, references);
	int64_t changed;

	if (failed) {
		visit_refuse(visit, failed);
		return;
	}
	changed = status ? 0 : count_changed(batch);
	visit->page.notice = status ? other_faults(visit, bulk) : changed_words(visit, changed);
	visit->page.notice_tone = status ? NOTICE_BAD : changed ? NOTICE_GOOD : NOTICE_PLAIN;
	visit_begin(visit, bulk->words, "page", str_format(visit->arena, "/%.*s", STR_ARG(bulk->type->collection)));
	html(&visit->h, "<div class='head'><h1>%t</h1></div>", bulk->words);
	draw_outcomes(visit, bulk, batch, status, references, faulty);
	draw_way_on(visit, bulk, status, faulty);
	visit_end(visit, status ? http_status_of(status) : 200);
}

static struct edit_batch *batch_of(struct visit *visit, const struct bulk *bulk)
{
	struct edit_batch *batch = arena_one(visit->arena, struct edit_batch);
	struct edit_request *requests = arena_many(visit->arena, struct edit_request, bulk->count);
	struct field_input *assign = arena_one(visit->arena, struct field_input);

	*assign = (struct field_input){list_assignee_field(bulk->type), value_record(visit->actor->person)};
	for (size_t i = 0; i < bulk->count; i++)
		requests[i] = (struct edit_request){.type = bulk->type,
						    .record = bulk->identities[i],
						    .transition = bulk->transition,
						    .fields = assign,
						    .field_count = !bulk->transition,
						    .comment = bulk->comment,
						    .via = VIA_WEB,
						    .at = INSTANT_NONE};
	*batch = (struct edit_batch){.actor = visit->actor,
				     .requests = requests,
				     .count = bulk->count,
				     .results = arena_many(visit->arena, struct edit_result, bulk->count)};
	return batch;
}

void post_bulk(struct http_request *request, struct http_response *response)
{
	struct bulk *bulk = arena_one(request->arena, struct bulk);
	VISIT visit = {0};
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	if ((status = read_bulk(&visit, bulk)))
		visit_refuse(&visit, status);
	else if (bulk->transition && needs_comment(bulk->transition) && !bulk->comment.n)
		ask_for_comment(&visit, bulk);
	else
		visit_edit(&visit, batch_of(&visit, bulk), answer, bulk);
}
