/* The page of a record: what it shows, and its frame. */
#include "web/page_record.h"

#include "behaviour/escalation.h"
#include "behaviour/log_reading.h"

#include "web/pages.h"
#include "web/part_conflict.h"

struct str record_page_url(const struct record_page *page, const char *rest)
{
	struct visit *visit = page->visit;

	return record_queue_url(
	    page, str_format(visit->arena, "%.*s%s", STR_ARG(record_url(visit, page->record->identity)), rest));
}

static bool is_prefix(const void *context, struct str prefix)
{
	const struct model *model = context;

	return map_get(&model->types_by_prefix, prefix) != NULL;
}

struct markdown_options record_markdown(const struct record_page *page)
{
	return (struct markdown_options){.is_prefix = is_prefix, .context = page->visit->kernel->model, .heading = 3};
}

struct str record_version(const struct record_page *page)
{
	int64_t posted = form_version(page->visit);

	return str_format(page->visit->arena, "%lld", (long long)(posted ? posted : page->record->version));
}

const struct field *settable_field(const struct record_page *page, struct str name)
{
	const struct field *field = type_field(page->record->type, name);

	if (!field || access_owns(page->visit->actor, page->record, field))
		return field;
	return page->may_edit && !page->kept[field->index] &&
		       access_may_set(page->visit->kernel, page->visit->actor, field)
		   ? field
		   : NULL;
}

/* --- loading --- */

static enum status load_clocks(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct record_clock *clocks;
	size_t count;
	enum status status;

	if (!page->staff) /* clocks speak of agreements: the provider's side only */
		return OK;
	if ((status = clocks_of(visit->kernel, page->connection, visit->arena, page->record->identity, visit->now,
				&clocks, &count, &visit->error)))
		return status;
	page->clocks = arena_many(visit->arena, struct clock_view, count + 1);
	for (size_t i = 0; i < count; i++) {
		if ((status = show_clock(visit, page->connection, &clocks[i], page->record->state, &page->clocks[i],
					 &visit->error)))
			return status;
		page->clocks[i].tick_count = escalation_marks(visit->kernel, page->record->type, clocks[i].name,
							      page->clocks[i].ticks, CLOCK_TICKS);
	}
	page->clock_count = count;
	/* What still counts, leads: of those the one with the longest target. */
	for (size_t i = 1; i < count; i++)
		if (!clock_view_is_settled(&page->clocks[i]) &&
		    (clock_view_is_settled(&page->clocks[0]) || page->clocks[i].target > page->clocks[0].target)) {
			struct clock_view lead = page->clocks[i];

			page->clocks[i] = page->clocks[0];
			page->clocks[0] = lead;
		}
	return OK;
}

static enum status load_told(struct record_page *page)
{
	struct visit *visit = page->visit;
	int64_t before = 0;
	enum status status;

	if (!str_int64(http_query(visit->request, "before"), &before) || before < 0)
		before = 0;
	if (record_entry_meant(page)) /* a few above it too */
		before = record_entry_meant(page) + RECORD_ABOVE;
	if ((status = read_links(visit->kernel, page->connection, visit->arena, visit->actor, page->record,
				 INSTANT_NONE, &page->links, &page->link_count, &visit->error)) ||
	    (status = read_attachments(visit->kernel, page->connection, visit->arena, visit->actor, page->record,
				       &page->files, &page->file_count, &visit->error)) ||
	    (status = read_history(visit->kernel, page->connection, visit->arena, visit->actor, page->record, 0,
				   RECORD_EVENTS, &page->events, &page->event_count, &visit->error)))
		return status;
	page->newest = page->event_count ? &page->events[0] : NULL;
	if (before && page->event_count == RECORD_EVENTS && /* older than what counts are told of */
	    (status = read_history(visit->kernel, page->connection, visit->arena, visit->actor, page->record, before,
				   RECORD_EVENTS, &page->events, &page->event_count, &visit->error)))
		return status;
	if (!page->staff)
		return OK;
	return read_watchers(visit->kernel, page->connection, visit->arena, visit->actor, page->record, &page->watchers,
			     &page->watcher_count, &visit->error);
}

static enum status load_known(struct record_page *page)
{
	const struct record *record = page->record;

	if (!page->staff || page->print || (record->state && record->state->phase == PHASE_DONE))
		return OK;
	return known_load(&page->known, page->visit, page->connection, record->type, record->values, record->identity,
			  RECORD_SUGGESTIONS);
}

static void need_event(struct show *show, const struct event *event)
{
	show_need_identity(show, event->actor);
	for (size_t n = 0; event->note && n < event->note->people_count; n++)
		show_need_identity(show, event->note->people[n]);
	for (size_t c = 0; c < event->change_count; c++) {
		show_need(show, event->changes[c].before);
		show_need(show, event->changes[c].after);
	}
	for (size_t l = 0; l < event->link_count; l++)
		show_need_identity(show, event->links[l].other);
}

static enum status look_up(struct record_page *page)
{
	struct show *show = &page->show;

	record_here_load(page);
	show_need_record(show, page->record);
	show_need_identity(show, page->visit->actor->person);
	for (size_t i = 0; i < page->event_count; i++)
		need_event(show, &page->events[i]);
	for (size_t i = 0; i < page->story_count; i++)
		need_event(show, &page->story[i].event);
	for (size_t i = 0; i < page->mail_count; i++) {
		show_need_identity(show, page->mails[i].entry.person);
		if (page->mails[i].mail)
			show_need_identity(show, record_number_of(page->mails[i].mail, "sender"));
	}
	for (size_t i = 0; i < page->watcher_count; i++)
		show_need_identity(show, page->watchers[i]);
	return show_look_up(show, page->connection);
}

/* Whether customers' people may see such records and speak on them. */
static bool has_readers(const struct type *type)
{
	bool speak = false;

	for (size_t i = 0; i < type->access_count[ACCESS_COMMENT]; i++) {
		enum who_kind kind = type->access[ACCESS_COMMENT][i].kind;

		speak = speak || kind == WHO_CUSTOMER || kind == WHO_EVERYONE || kind == WHO_FIELD;
	}
	return speak && (type->scoped || type->open_to_customers);
}

enum status record_page_load(struct record_page *page, struct visit *visit, struct connection *connection,
			     int64_t identity)
{
	const struct record *record;
	enum status status;

	*page = (struct record_page){
	    .visit = visit, .connection = connection, .show = show_new(visit), .staff = actor_is_staff(visit->actor)};
	if ((status = read_record(visit->kernel, connection, visit->arena, visit->actor, identity, &page->record,
				  &visit->error)))
		return status;
	record = page->record;
	page->may_edit = access_may(visit->kernel, visit->actor, record->type, ACCESS_EDIT, record);
	page->may_comment =
	    page->may_edit || access_may(visit->kernel, visit->actor, record->type, ACCESS_COMMENT, record);
	page->has_readers = has_readers(record->type);
	page->may_link = page->may_edit && page->staff;
	if (record->state && record->state->phase == PHASE_DONE) /* what it says stays as it is */
		page->may_edit = false;
	page->print = http_query(visit->request, "print").n > 0;
	log_reading(visit->kernel, connection, visit->arena, visit->actor, record, page->print ? READ_PAPER : READ_PAGE,
		    visit->now);
	page->kept = arena_many(visit->arena, bool, record->type->field_count + 1);
	if ((status = edit_kept_fields(visit->kernel, connection, visit->arena, record, visit->now, page->kept,
				       &visit->error)))
		return status;
	record_queue_find(page);
	if ((status = load_told(page)) || (status = record_parts_load(page)) || (status = record_story_load(page)) ||
	    (status = record_mails_load(page)) || (status = look_up(page)) || (status = record_templates_load(page)) ||
	    (status = load_clocks(page)))
		return status;
	return load_known(page);
}

/* --- the frame --- */

/* Who can read a reply: the people of the record that may see it. */
static struct str readers(const struct record_page *page)
{
	const struct type *type = page->record->type;

	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i]->kind == FIELD_PERSON && type->fields[i]->is_public &&
		    page->record->values[i].kind == VALUE_RECORD)
			return show_name(&page->show, page->record->values[i].number);
	return S("");
}

static bool is_customers(const struct record *record)
{
	return record->type->customer && !value_is_empty(record_value(record, record->type->customer));
}

static void draw_composer_of(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct markdown_options markdown = record_markdown(page);
	struct composer_view composer = {.action = record_page_url(page, "/comments"),
					 .readers = readers(page),
					 .to_customer = is_customers(page->record),
					 .can_reply = page->may_comment && page->has_readers,
					 .can_note = page->may_comment && page->staff,
					 .internal = page->comment_is_internal,
					 .text = page->comment,
					 .error = page->comment_error,
					 .preview = page->comment_preview,
					 .draft = str_format(visit->arena, "%.*s %.*s",
							     STR_ARG(number_text(visit, page->record->identity)),
							     STR_ARG(visit->actor->account)),
					 .people = page->staff ? S("/mentions") : S(""),
					 .templates = page->templates.items,
					 .template_count = page->templates.count,
					 .markdown = &markdown};

	if (!page->print)
		draw_composer(&visit->h, &composer);
}

/* What was just saved although a rule speaks against it. */
static void tell_lapse(struct record_page *page)
{
	const struct event *newest = page->newest;

	if (newest && newest->note && str_is(newest->kind, "warning"))
		draw_notice(&page->visit->h,
			    phrase(&page->visit->h, N_("Saved, though a rule speaks against it: %s"),
				   label_in(&newest->note->says, page->visit->h.language)),
			    NOTICE_PLAIN);
}

/* What the record says is read first; the place to write stands above the timeline, where what is written goes. What a
 * step asks for comes before both. */
static enum status draw_told_and_composer(struct record_page *page)
{
	struct html *h = &page->visit->h;
	bool asks = page->conflict || page->dialog;
	enum status status;

	if (page->conflict)
		draw_conflict(h, page->conflict);
	else if (page->dialog)
		draw_dialog(h, page->dialog);
	draw_page_texts(page);
	if ((status = draw_page_subject(page)))
		return status;
	if (!asks)
		draw_composer_of(page);
	return OK;
}

static enum status draw_what(struct record_page *page)
{
	struct html *h = &page->visit->h;
	enum status status = OK;

	html(h, "<div class='what'>");
	if (page->notice.n)
		draw_notice(h, page->notice, NOTICE_BAD);
	if (page->origin.n)
		html(h, "<p class='notice' role='status'>%t <a href='/%u?merged=show'>%l</a></p>",
		     phrase(h, N_("%s was merged into this record."), page->origin), page->origin, N_("Show it"));
	tell_lapse(page);
	draw_page_beside(page);
	if ((status = draw_page_report(page)) || (status = draw_page_trend(page)) || (status = draw_page_compare(page)))
		return status;
	if ((status = draw_told_and_composer(page)))
		return status;
	if (page->tells_story)
		status = draw_page_story(page);
	else
		draw_page_timeline(page);
	if (page->print)
		html(h, "<p class='onpaper'>%t</p>",
		     phrase(h, N_("Printed by %1$s on %2$s."), page->visit->actor->name,
			    words_moment(h, page->visit->now)));
	html(h, "</div>");
	return status;
}

/* Only the keys that do something on this page. */
static void draw_key_line(const struct record_page *page)
{
	struct html *h = &page->visit->h;
	struct key_hint keys[5];
	size_t count = 0;

	if (page->may_comment && page->staff)
		keys[count++] = (struct key_hint){"c", NULL, label(h, N_("note"))};
	if (page->may_comment && page->has_readers)
		keys[count++] = (struct key_hint){"r", NULL, label(h, N_("reply"))};
	if (page->record->type->transition_count)
		keys[count++] = (struct key_hint){"s", NULL, label(h, N_("next step"))};
	if (page->may_edit)
		keys[count++] = (struct key_hint){"e", NULL, label(h, N_("edit"))};
	keys[count++] = (struct key_hint){"?", NULL, label(h, N_("all keys"))};
	draw_keys(h, keys, count);
}

static enum status draw_all(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct type *type = page->record->type;
	struct str number = number_text(visit, page->record->identity), title = show_title(visit, page->record);
	enum status status;

	if (!page->print)
		visit->page.live = record_live_url(page);
	visit_begin(visit,
		    str_eq(number, title) ? number
					  : str_format(visit->arena, "%.*s %.*s", STR_ARG(number), STR_ARG(title)),
		    "", str_format(visit->arena, "/%.*s", STR_ARG(type->collection)));
	if ((status = record_queue_load(page)) || (status = draw_page_head(page)))
		return status;
	if (type->paper_count)
		html(h, "<link rel='stylesheet' media='print' href='%u'>", record_page_url(page, "/paper"));
	html(h, "<div class='cols'>");
	draw_page_which(page);
	if ((status = draw_what(page)))
		return status;
	html(h, "<aside class='about' aria-label='%l'>", N_("Properties and links"));
	draw_page_about(page);
	html(h, "</aside></div>");
	draw_key_line(page);
	return OK;
}

void record_page_answer(struct record_page *page, unsigned code)
{
	enum status status = draw_all(page);

	if (status)
		visit_refuse(page->visit, status);
	else
		visit_end(page->visit, code);
}

/* What was merged leads on to the record that it went over into, unless one asks to see it (?merged=show). */
static bool leads_on(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct field *successor = page->record->type->successor;
	struct value into = successor ? record_value(page->record, successor) : (struct value){0};

	if (into.kind != VALUE_RECORD || page->record->state->phase != PHASE_DONE ||
	    http_query(visit->request, "merged").p)
		return false;
	http_redirect(visit->response,
		      str_format(visit->arena, "/%.*s?from=%.*s", STR_ARG(number_text(visit, into.number)),
				 STR_ARG(number_text(visit, page->record->identity))));
	return true;
}

/* Whoever comes from a record that was merged into this one is told so. */
static void tell_origin(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct field *successor = page->record->type->successor;
	struct str from = http_query(visit->request, "from");
	struct error error = {0};
	struct record *record;
	int64_t identity;

	if (!successor || !from.n || !kernel_parse_number(visit->kernel, from, &identity) ||
	    read_record(visit->kernel, page->connection, visit->arena, visit->actor, identity, &record, &error) ||
	    record->type != page->record->type ||
	    !value_eq(record_value(record, successor), value_record(page->record->identity)))
		return;
	page->origin = number_text(visit, identity);
}

void page_record(struct visit *visit, int64_t identity)
{
	READER connection = NULL;
	struct record_page page;
	enum status status;

	if ((status = visit_reader(visit, &connection)) ||
	    (status = record_page_load(&page, visit, connection, identity))) {
		visit_refuse(visit, status);
		return;
	}
	if (leads_on(&page))
		return;
	tell_origin(&page);
	if ((status = record_page_open(&page)))
		visit_refuse(visit, status);
	else
		record_page_answer(&page, 200);
}

/* --- beside a list --- */

static void draw_preview(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct record *record = page->record;
	struct entry_view *entries = arena_many(visit->arena, struct entry_view, record_entries_room(page));
	size_t used, count = record_entries(page, S("messages"), 0, RECORD_EVENTS, entries, &used);
	struct state_mark state = show_state(visit, record->type, record->state);

	html(h,
	     "<section class='preview' id='preview' aria-labelledby='preview-h'><p class='id'><a href='%u'>%t</a></p>"
	     "<h2 id='preview-h'>%t</h2>",
	     record_page_url(page, ""), number_text(visit, record->identity), show_title(visit, record));
	if (state.word.n) {
		html(h, "<p>");
		draw_state(h, &state);
		html(h, "</p>");
	}
	draw_clocks(h, page->clocks, page->clock_count);
	draw_page_facts(page);
	if (count)
		draw_entries_small(h, entries, count < 3 ? count : 3);
	html(h, "<p><a class='btn s' href='%u'>%l</a></p></section>", record_page_url(page, ""), N_("Open"));
}

void page_preview(struct http_request *request, struct http_response *response)
{
	READER connection = NULL;
	struct record_page page;
	VISIT visit = {0};
	int64_t identity;
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if (!kernel_parse_number(visit.kernel, http_parameter(request, "number"), &identity)) {
		visit_refuse(&visit,
			     error_fail(&visit.error, E_NOT_FOUND, "", "not_found", N_("There is no such record")));
		return;
	}
	if ((status = visit_reader(&visit, &connection)) ||
	    (status = record_page_load(&page, &visit, connection, identity))) {
		visit_refuse(&visit, status);
		return;
	}
	visit_begin(&visit, number_text(&visit, identity), "page",
		    str_format(visit.arena, "/%.*s", STR_ARG(page.record->type->collection)));
	html(&visit.h, "<h1 class='vh'>%t</h1><div class='newp'><div>", number_text(&visit, identity));
	draw_preview(&page);
	html(&visit.h, "</div></div>");
	visit_end(&visit, 200);
}
