/* What two people changed at once: both versions to choose from; and, when both went in, what the other one did. */
#include "web/page_record.h"
#include "web/part_conflict.h"

struct clash { /* the form while it is made */
	struct record_page *page;
	const struct meanwhile *meanwhile;
	const struct transition *step; /* NULL: none was asked for */
	struct show show;
	struct conflict_view *views;
};

/* --- names --- */

static void need_all(struct clash *clash, const struct edit_request *request)
{
	const struct meanwhile *meanwhile = clash->meanwhile;

	show_need_record(&clash->show, clash->page->record);
	for (size_t i = 0; i < meanwhile->count; i++)
		show_need_identity(&clash->show, meanwhile->events[i].actor);
	for (size_t i = 0; i < meanwhile->conflict_count; i++) {
		show_need(&clash->show, meanwhile->conflicts[i].was);
		show_need(&clash->show, meanwhile->conflicts[i].mine);
	}
	for (size_t i = 0; i < request->field_count; i++)
		show_need(&clash->show, request->fields[i].value);
}

static struct str person_of(const struct record_page *page, const struct show *show, const struct event *event)
{
	const struct html *h = &page->visit->h;

	if (event->actor == page->visit->actor->person)
		return label(h, N_("You, elsewhere"));
	return event->actor ? show_name(show, event->actor) : label(h, N_("Kaname"));
}

/* --- one conflict --- */

static bool is_prose(const struct field *field)
{
	return field && field->kind == FIELD_MARKDOWN;
}

static struct str words_of_value(const struct clash *clash, const struct field *field, struct value value)
{
	const struct visit *visit = clash->page->visit;
	const struct state *state;

	if (is_prose(field) && value.kind == VALUE_TEXT && !value_is_erased(value))
		return value.text;
	if (field)
		return show_value(&clash->show, field, value);
	state = value.kind == VALUE_CHOICE ? type_state(clash->page->record->type, value.text) : NULL;
	return state ? words_of(visit, &state->label) : S("");
}

/* Why the step cannot be taken any more; empty when it can. */
static enum status tell_whether_gone(const struct clash *clash, struct conflict_view *view)
{
	struct record_page *page = clash->page;
	struct visit *visit = page->visit;
	struct error ignored;
	bool may = false;

	error_clear(&ignored);
	if (edit_may_transition(visit->kernel, page->connection, visit->arena, visit->actor, page->record, clash->step,
				visit->now, &may, &ignored))
		may = false;
	if (!may)
		view->gone = phrase(&visit->h, N_("“%s” cannot be done any more. What you wrote is kept below."),
				    words_of(visit, &clash->step->label));
	return OK;
}

static enum status add_control(const struct clash *clash, const struct conflict *conflict, struct conflict_view *view)
{
	struct visit *visit = clash->page->visit;
	struct field_form_view *control = arena_one(visit->arena, struct field_form_view);
	struct form_text text;
	enum status status;

	if (!form_posted(visit, conflict->field, &text))
		text = form_text(&clash->show, conflict->field, conflict->mine);
	status = form_view(visit, clash->page->connection, conflict->field, clash->page->record, &text, control);
	if (control->form == FORM_CHOICE_ROW)
		control->form = FORM_CHOICE;
	control->error = S("");
	view->control = control;
	return status;
}

static enum status add_conflict(const struct clash *clash, const struct conflict *conflict, struct conflict_view *view)
{
	struct record_page *page = clash->page;
	struct visit *visit = page->visit;
	const struct field *field = conflict->field;
	struct value now = field ? record_value(page->record, field) : meanwhile_state(page->record->state);

	*view = (struct conflict_view){.name = field ? field->name : S("state"),
				       .label = field ? words_of(visit, &field->label) : label(&visit->h, N_("State")),
				       .was = words_of_value(clash, field, conflict->was),
				       .was_known = conflict->was_known,
				       .theirs = words_of_value(clash, field, now),
				       .mine = words_of_value(clash, field, conflict->mine),
				       .prose = is_prose(field)};
	if (conflict->event) {
		view->by = person_of(page, &clash->show, conflict->event);
		view->at = conflict->event->at;
	}
	if (field)
		return add_control(clash, conflict, view);
	if (!view->mine.n)
		view->mine = words_of(visit, &clash->step->label);
	return tell_whether_gone(clash, view);
}

/* --- what needs no choice --- */

static bool is_in_conflict(const struct meanwhile *meanwhile, const struct field *field)
{
	for (size_t i = 0; i < meanwhile->conflict_count; i++)
		if (meanwhile->conflicts[i].field == field)
			return true;
	return false;
}

static bool is_input(const struct edit_request *request, const struct field *field)
{
	for (size_t i = 0; i < request->field_count; i++)
		if (request->fields[i].field == field)
			return true;
	return false;
}

static void tell_rest(const struct clash *clash, const struct edit_request *request, struct conflict_form_view *form)
{
	const struct record *record = clash->page->record;
	struct visit *visit = clash->page->visit;
	struct told_view *mine = arena_many(visit->arena, struct told_view, record->type->field_count + 1),
			 *theirs = arena_many(visit->arena, struct told_view, record->type->field_count + 1);

	for (size_t i = 0; i < record->type->field_count; i++) {
		const struct field *field = record->type->fields[i];
		const struct event *event;
		struct value was;

		if (!access_reads_field(visit->actor, field) || field->internal ||
		    is_in_conflict(clash->meanwhile, field) || is_input(request, field))
			continue;
		(void)meanwhile_was(clash->meanwhile, field, record->values[i], &was, &event);
		if (event && event->actor != visit->actor->person)
			theirs[form->theirs_count++] = (struct told_view){
			    words_of(visit, &field->label), show_value(&clash->show, field, record->values[i])};
	}
	for (size_t i = 0; i < request->field_count; i++)
		mine[form->mine_count++] =
		    (struct told_view){words_of(visit, &request->fields[i].field->label),
				       show_value(&clash->show, request->fields[i].field, request->fields[i].value)};
	form->mine = mine;
	form->theirs = theirs;
}

/* A field, a cell of its rows, or its currency. */
static bool belongs_to(struct str posted, struct str name)
{
	return str_eq(posted, name) || (str_starts(posted, name) && posted.n > name.n && posted.p[name.n] == '.');
}

/* What was posted for that, and which form it came from, goes on to the next form as it was. */
static void keep_rest(const struct clash *clash, const struct edit_request *request, struct conflict_form_view *form)
{
	struct visit *visit = clash->page->visit;
	struct kept_view *kept = arena_many(visit->arena, struct kept_view, visit->form.count + 1);

	for (size_t i = 0; i < visit->form.count; i++) {
		const struct http_field *posted = &visit->form.fields[i];
		bool keep = str_is(posted->name, "form");

		for (size_t f = 0; f < request->field_count && !keep; f++)
			keep = belongs_to(posted->name, request->fields[f].field->name);
		if (keep && !posted->file_name.p)
			kept[form->kept_count++] = (struct kept_view){posted->name, posted->value};
	}
	form->kept = kept;
}

/* --- the whole --- */

static struct str sentence(const struct clash *clash)
{
	const struct html *h = &clash->page->visit->h;

	for (size_t i = 0; i < clash->meanwhile->conflict_count; i++) {
		const struct event *event = clash->meanwhile->conflicts[i].event;

		if (event && event->actor == clash->page->visit->actor->person)
			return label(h, N_("You saved this record elsewhere while you were writing. Nothing is lost: "
					   "choose what is to stand, then save."));
		if (event)
			return phrase(h,
				      N_("%s saved this record while you were writing. Nothing is lost: choose what is "
					 "to stand, then save."),
				      person_of(clash->page, &clash->show, event));
	}
	return label(
	    h, N_("This record was changed while you were writing. Nothing is lost: choose what is to stand, then "
		  "save."));
}

enum status record_page_open_conflict(struct record_page *page, const struct meanwhile *meanwhile,
				      const struct transition *step, const struct edit_request *request)
{
	struct visit *visit = page->visit;
	struct clash clash = {.page = page, .meanwhile = meanwhile, .step = step, .show = show_new(visit)};
	struct conflict_form_view *form = arena_one(visit->arena, struct conflict_form_view);
	enum status status;

	need_all(&clash, request);
	if ((status = show_look_up(&clash.show, page->connection)))
		return status;
	clash.views = arena_many(visit->arena, struct conflict_view, meanwhile->conflict_count + 1);
	for (size_t i = 0; i < meanwhile->conflict_count && !status; i++)
		status = add_conflict(&clash, &meanwhile->conflicts[i], &clash.views[i]);
	*form =
	    (struct conflict_form_view){.words = sentence(&clash),
					.action = record_page_url(page, "/edit"),
					.submit = label(&visit->h, N_("Save")),
					.cancel_url = record_page_url(page, ""),
					.version = str_format(visit->arena, "%lld", (long long)page->record->version),
					.conflicts = clash.views,
					.count = meanwhile->conflict_count};
	if (step) {
		form->action = record_page_url(
		    page, str_c(visit->arena, str_format(visit->arena, "/do/%.*s", STR_ARG(step->name))));
		record_page_comment(page, &form->fields, &form->field_count);
	}
	tell_rest(&clash, request, form);
	keep_rest(&clash, request, form);
	page->conflict = form;
	return status;
}

/* --- both went in --- */

/* "Impact, Category" of what others changed since then; whose it was, of the newest. */
static struct str changed_by_others(struct record_page *page, int64_t since, const struct event **newest)
{
	struct visit *visit = page->visit;
	struct buf names = buf_new(visit->arena);

	*newest = NULL;
	for (size_t i = 0; i < page->event_count && page->events[i].sequence > since; i++) {
		const struct event *event = &page->events[i];

		if (event->actor == visit->actor->person || !event->change_count)
			continue;
		*newest = *newest ? *newest : event;
		for (size_t c = 0; c < event->change_count; c++) {
			const struct field *field = event->changes[c].field;

			if (field && field->internal)
				continue;
			words_list(&visit->h, &names,
				   field ? words_of(visit, &field->label) : label(&visit->h, N_("State")));
		}
	}
	return buf_str(&names);
}

void draw_page_beside(struct record_page *page)
{
	struct html *h = &page->visit->h;
	const struct event *newest;
	struct str names;
	int64_t since;

	if (!str_int64(http_query(page->visit->request, "beside"), &since) || since < 1)
		return;
	names = changed_by_others(page, since, &newest);
	if (!newest || !names.n)
		return;
	html(h, "<p class='notice good' role='status'>%i<span>%t <a href='#e%d'>%l</a></span></p>", ICON_CHECK,
	     phrase(h, N_("Saved. Meanwhile %1$s changed: %2$s. Both went in."), person_of(page, &page->show, newest),
		    names),
	     newest->sequence, N_("Show it"));
}
