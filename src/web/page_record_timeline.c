/* The timeline of a record in words, and which of it is shown. */
#include "behaviour/kpi.h"
#include "web/page_record.h"

static const struct {
	const char *name, *words;
	bool staff; /* of the provider's side only */
} shown[] = {{"all", N_("Everything"), false},      {"messages", N_("Replies and mail"), false},
	     {"notes", N_("Internal notes"), true}, {"changes", N_("Changes of fields"), false},
	     {"mail", N_("Mail"), false},           {"links", N_("Links and files"), true},
	     {"system", N_("By the system"), true}, {"counts", N_("With counters"), true}};

enum { SHOWN = sizeof(shown) / sizeof(*shown) };

static struct str asked_kind(const struct record_page *page)
{
	struct str kind = http_query(page->visit->request, "show");

	for (size_t i = 0; i < SHOWN; i++)
		if (str_is(kind, shown[i].name))
			return kind;
	return S("all");
}

static bool belongs(struct str kind, const struct entry_view *entry)
{
	if (str_is(kind, "counts"))
		return entry->counts || entry->change_count > 0;
	if (entry->counts)
		return false;
	if (!kind.n || str_is(kind, "all"))
		return true;
	if (str_is(kind, "messages"))
		return entry->kind == ENTRY_REPLY || entry->kind == ENTRY_MAIL;
	if (str_is(kind, "notes"))
		return entry->kind == ENTRY_NOTE;
	if (str_is(kind, "changes"))
		return entry->kind == ENTRY_CHANGE;
	if (str_is(kind, "mail"))
		return entry->kind == ENTRY_LETTER;
	if (str_is(kind, "links"))
		return entry->kind == ENTRY_LINK || entry->file_count > 0;
	return entry->kind == ENTRY_SYSTEM || entry->kind == ENTRY_ALARM;
}

/* --- one event as entries --- */

static struct str actor_name(const struct record_page *page, const struct event *event)
{
	return event->actor ? show_name(&page->show, event->actor) : label(&page->visit->h, N_("Kaname"));
}

static bool by_customer(const struct record_page *page, int64_t person)
{
	struct visit *visit = page->visit;
	const struct actor *actor;
	struct error error = {0};

	if (!person || actor_of_person_on(visit->kernel, page->connection, visit->arena, person, &actor, &error))
		return false;
	return !actor_is_staff(actor);
}

static void add_files(struct record_page *page, const struct event *event, struct entry_view *entry)
{
	struct visit *visit = page->visit;
	struct link_view *files = arena_many(visit->arena, struct link_view, page->file_count + 1);

	for (size_t i = 0; i < page->file_count; i++) {
		const struct attachment *file = &page->files[i];

		if (file->event != event->identity)
			continue;
		files[entry->file_count++] = (struct link_view){
		    phrase(&visit->h, N_("%1$s, %2$s"), file->name, words_bytes(&visit->h, file->size)),
		    record_page_url(page, str_c(visit->arena,
						str_format(visit->arena, "/files/%lld/%.*s", (long long)file->identity,
							   STR_ARG(url_part(visit->arena, file->name)))))};
	}
	entry->files = files;
}

static struct entry_view message_of(struct record_page *page, const struct event *event)
{
	struct visit *visit = page->visit;
	struct entry_view entry = {.at = event->at, .actor = actor_name(page, event), .body = event->comment};
	bool customer = by_customer(page, event->actor);

	entry.kind = !event->is_public ? ENTRY_NOTE : customer ? ENTRY_MAIL : ENTRY_REPLY;
	if (event->via == VIA_MAIL)
		entry.sentence = label(&visit->h, N_("by mail"));
	else if (customer)
		entry.icon = ICON_MESSAGE;
	if (event->comment_is_erased || event->files_are_erased)
		entry.body = label(&visit->h, N_("(erased)"));
	else if (!event->comment.n && event->attachment_count)
		entry.body = label(&visit->h, N_("Attached files:"));
	add_files(page, event, &entry);
	return entry;
}

static struct entry_view link_of(struct record_page *page, const struct event *event, const struct linked *linked)
{
	struct visit *visit = page->visit;
	struct entry_view entry = {.kind = ENTRY_LINK, .at = event->at, .actor = actor_name(page, event)};
	struct str kind =
	    !linked->link ? S("") : words_of(visit, linked->backwards ? &linked->link->back : &linked->link->label);

	entry.sentence =
	    phrase(&visit->h, linked->removed ? N_("%1$s removed a link: %2$s") : N_("%1$s added a link: %2$s"),
		   S("%s"), kind);
	entry.link = (struct link_view){number_text(visit, linked->other), show_url(&page->show, linked->other)};
	entry.link_title = show_name(&page->show, linked->other);
	for (size_t i = 0; i < page->link_count; i++)
		if (page->links[i].identity == linked->other && page->links[i].state)
			entry.link_state =
			    show_state(visit, kernel_type_of(visit->kernel, linked->other), page->links[i].state);
	return entry;
}

static struct str state_words(const struct record_page *page, struct value value)
{
	const struct state *state = value.kind == VALUE_CHOICE ? type_state(page->record->type, value.text) : NULL;

	return state ? words_of(page->visit, &state->label) : value.kind == VALUE_CHOICE ? value.text : S("");
}

/* How often something happened is kept by rules, and goes with what happened, as does when something is measured next:
 * it is nobody's change, and told only to whoever asks for all of them. */
static bool only_counts(const struct record_page *page, const struct change *change)
{
	const struct kpi *kpi = kpi_of(page->visit->kernel, page->record->type);

	if (!change->field || !change->field->internal)
		return false;
	return change->field->value == VALUE_INTEGER ||
	       (kpi && (change->field == kpi->from || change->field == kpi->into));
}

static size_t changes_told(const struct record_page *page, const struct event *event)
{
	bool all = str_is(asked_kind(page), "counts");
	size_t count = 0;

	for (size_t i = 0; i < event->change_count; i++)
		count += all || !only_counts(page, &event->changes[i]);
	return count;
}

static void add_changes(struct record_page *page, const struct event *event, struct entry_view *entry)
{
	struct visit *visit = page->visit;
	bool all = str_is(asked_kind(page), "counts");
	struct change_view *views = arena_many(visit->arena, struct change_view, event->change_count + 1);

	for (size_t i = 0; i < event->change_count; i++) /* the state goes first */
		if (!event->changes[i].field)
			views[entry->change_count++] = (struct change_view){label(&visit->h, N_("State")),
									    state_words(page, event->changes[i].before),
									    state_words(page, event->changes[i].after)};
	for (size_t i = 0; i < event->change_count; i++) {
		const struct change *change = &event->changes[i];

		if (change->field && (all || !only_counts(page, change)))
			views[entry->change_count++] =
			    (struct change_view){words_of(visit, &change->field->label),
						 show_value(&page->show, change->field, change->before),
						 show_value(&page->show, change->field, change->after)};
	}
	entry->changes = views;
}

static struct str change_sentence(const struct record_page *page, const struct event *event)
{
	const struct html *h = &page->visit->h;
	size_t count = changes_told(page, event);

	if (event->transition)
		return phrase(h, N_("%1$s took the step “%2$s”"), S("%s"),
			      words_of(page->visit, &event->transition->label));
	if (count == 1)
		return phrase(h, N_("%1$s changed %2$s field"), S("%s"), words_number(h, 1));
	return phrase(h, N_("%1$s changed %2$s fields"), S("%s"), words_number(h, (int64_t)count));
}

static struct entry_view change_of(struct record_page *page, const struct event *event)
{
	struct visit *visit = page->visit;
	struct entry_view entry = {
	    .kind = event->actor ? ENTRY_CHANGE : ENTRY_SYSTEM, .at = event->at, .actor = actor_name(page, event)};

	if (str_is(event->kind, "create")) {
		entry.kind = ENTRY_SYSTEM;
		entry.icon = ICON_PLUS;
		entry.sentence = event->transition
				     ? phrase(&visit->h, N_("%1$s opened this record and took the step “%2$s”"),
					      S("%s"), words_of(visit, &event->transition->label))
				     : label(&visit->h, N_("%s opened this record"));
		if (page->tells_story)
			add_changes(page, event, &entry);
		return entry;
	}
	if (event->transition)
		entry.icon = ICON_TO;
	entry.sentence = change_sentence(page, event);
	entry.counts = !event->transition && event->change_count && !changes_told(page, event);
	add_changes(page, event, &entry);
	return entry;
}

/* What the program told by itself, and whom. */
static struct entry_view note_of(struct record_page *page, const struct event *event)
{
	struct visit *visit = page->visit;
	const struct event_note *note = event->note;
	struct entry_view entry = {.kind = ENTRY_ALARM,
				   .at = event->at,
				   .actor = actor_name(page, event),
				   .sentence = words_of(visit, &note->says)};
	struct buf names = buf_new(visit->arena);

	for (size_t i = 0; i < note->people_count; i++)
		words_list(&visit->h, &names, show_name(&page->show, note->people[i]));
	if (note->people_count)
		entry.body = phrase(&visit->h, N_("Told: %s"), buf_str(&names));
	return entry;
}

size_t record_entries_of(struct record_page *page, const struct event *event, struct entry_view *entries)
{
	size_t count = 0;
	bool created = str_is(event->kind, "create");

	if (event->comment.n || event->attachment_count || event->comment_is_erased || event->files_are_erased)
		entries[count++] = message_of(page, event);
	for (size_t i = 0; i < event->link_count; i++)
		if (!record_tells_mail(page, &event->links[i]))
			entries[count++] = link_of(page, event, &event->links[i]);
	if (event->note)
		entries[count++] = note_of(page, event);
	if (created || event->transition || event->change_count > event->link_count ||
	    (event->change_count && !event->link_count))
		entries[count++] = change_of(page, event);
	if (count && event->record == page->record->identity) {
		long long number = event->sequence;

		entries[0].id = str_format(page->visit->arena, "e%lld", number);
		entries[0].url =
		    record_page_url(page, str_c(page->visit->arena,
						str_format(page->visit->arena, "?entry=%lld#e%lld", number, number)));
	}
	return count;
}

int64_t record_entry_meant(const struct record_page *page)
{
	int64_t entry;

	return str_int64(http_query(page->visit->request, "entry"), &entry) && entry > 0 ? entry : 0;
}

size_t record_entries_room(const struct record_page *page)
{
	size_t room = 1 + page->mail_count;

	for (size_t i = 0; i < page->event_count; i++)
		room += 3 + page->events[i].link_count;
	return room;
}

static size_t keep_kind(struct str kind, struct entry_view *entries, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (belongs(kind, &entries[i]))
			entries[kept++] = entries[i];
	return kept;
}

/* Mails that are newer than the newest event that is there, unless older events were asked for. */
static instant above_first(const struct record_page *page, size_t from)
{
	if (from)
		return page->events[from - 1].at;
	return page->event_count && page->newest && page->events[0].sequence < page->newest->sequence
		   ? page->events[0].at
		   : INT64_MAX;
}

size_t record_entries(struct record_page *page, struct str kind, size_t from, size_t most, struct entry_view *entries,
		      size_t *used)
{
	size_t count = 0, told = 0, i;
	instant above = above_first(page, from);

	for (i = from; i < page->event_count && told < most; i++) {
		const struct event *event = &page->events[i];
		size_t kept;

		count +=
		    keep_kind(kind, &entries[count], record_mails_between(page, above, event->at, &entries[count]));
		kept = keep_kind(kind, &entries[count], record_entries_of(page, event, &entries[count]));
		above = event->at;
		count += kept;
		told += kept > 0;
	}
	if (i == page->event_count && (!i || page->events[i - 1].sequence == 1))
		count += keep_kind(kind, &entries[count], record_mails_between(page, above, 0, &entries[count]));
	*used = i;
	return count;
}

/* --- which of it --- */

static void draw_kinds(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct entry_view *entries = arena_many(visit->arena, struct entry_view, record_entries_room(page));
	struct pick_view picks[SHOWN + 1];
	size_t used, count = record_entries(page, S("all"), 0, RECORD_EVENTS, entries, &used), pick_count = 0;

	for (size_t i = 0; i < SHOWN; i++) {
		struct str name = str_of(shown[i].name);
		struct pick_view pick = {
		    .name = label(&visit->h, shown[i].words),
		    .url =
			record_page_url(page, str_c(visit->arena, str_format(visit->arena, "?show=%s", shown[i].name))),
		    .current = !page->tells_story && str_eq(asked_kind(page), name)};

		for (size_t e = 0; e < count; e++)
			pick.count += belongs(name, &entries[e]);
		if ((page->staff || !shown[i].staff) && (pick.count || pick.current || !i))
			picks[pick_count++] = pick;
	}
	if (record_has_story(page))
		picks[pick_count++] =
		    (struct pick_view){.name = label(&visit->h, N_("With everything that came of it")),
				       .url = record_page_url(page, "?show=story"),
				       .current = page->tells_story,
				       .count = -1};
	draw_picks(&visit->h, picks, pick_count);
}

void draw_page_which(struct record_page *page)
{
	struct html *h = &page->visit->h;
	struct pick_view here[4];
	size_t count = 0;

	html(h, "<div class='which'><h2 id='show'>%l</h2><nav aria-labelledby='show'>", N_("Show"));
	draw_kinds(page);
	html(h, "</nav><h2 id='onrec'>%l</h2><nav aria-labelledby='onrec'>", N_("On this record"));
	if (page->link_count)
		here[count++] = (struct pick_view){
		    .name = label(h, N_("Links")), .url = S("#links"), .count = (int64_t)page->link_count};
	if (page->file_count)
		here[count++] = (struct pick_view){
		    .name = label(h, N_("Files")), .url = S("#files"), .count = (int64_t)page->file_count};
	if (page->staff) {
		if (page->watcher_count)
			here[count++] = (struct pick_view){.name = label(h, N_("Watchers")),
							   .url = S("#watchers"),
							   .count = (int64_t)page->watcher_count};
		here[count++] = (struct pick_view){.name = label(h, N_("History")),
						   .url = S("#history"),
						   .count = page->newest ? page->newest->sequence : 0};
	}
	draw_picks(h, here, count);
	html(h, "</nav>");
	draw_page_queue(page);
	html(h, "</div>");
}

static bool is_oldest_first(const struct record_page *page)
{
	return str_is(http_query(page->visit->request, "order"), "oldest");
}

static void turn(struct entry_view *entries, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct entry_view entry = entries[i];

		entries[i] = entries[count - 1 - i];
		entries[count - 1 - i] = entry;
	}
}

/* The place of the first event that is shown: that of ?before=, or somewhat above the one that a link leads to, where
 * it would not be on the page otherwise. */
static size_t first_shown(const struct record_page *page)
{
	int64_t before = 0, meant = record_entry_meant(page);
	size_t from = 0;

	if (meant) {
		while (from < page->event_count && page->events[from].sequence > meant)
			from++;
		return from < RECORD_ENTRIES ? 0 : from - RECORD_ABOVE;
	}
	if (str_int64(http_query(page->visit->request, "before"), &before))
		while (from < page->event_count && page->events[from].sequence >= before)
			from++;
	return from;
}

/* Where older ones are; `end`: the first event that is not shown. */
static void offer_earlier(struct record_page *page, size_t end, struct timeline_view *timeline)
{
	struct visit *visit = page->visit;
	struct str last;

	if (!end)
		return;
	last = str_format(visit->arena, "%lld", (long long)page->events[end - 1].sequence);
	if (end < page->event_count)
		timeline->earlier_words = phrase_count(&visit->h, (int64_t)(page->event_count - end),
						       N_("%s earlier entry"), N_("%s earlier entries"));
	else if (page->event_count == RECORD_EVENTS && page->events[end - 1].sequence > 1)
		timeline->earlier_words = label(&visit->h, N_("Earlier entries"));
	else
		return;
	timeline->earlier_url =
	    visit->request->method == HTTP_GET
		? visit_url_with(visit, "before", last)
		: record_page_url(page, str_c(visit->arena, str_format(visit->arena, "?before=%.*s", STR_ARG(last))));
}

static void offer_order(struct record_page *page, struct timeline_view *timeline)
{
	struct visit *visit = page->visit;
	struct str other = timeline->oldest_first ? (struct str){0} : S("oldest");

	if (visit->request->method == HTTP_GET && !page->print)
		timeline->order_url = visit_url_with(visit, "order", other);
}

void draw_page_timeline(struct record_page *page)
{
	struct visit *visit = page->visit;
	int64_t meant = record_entry_meant(page);
	struct str anchor = str_format(visit->arena, "e%lld", (long long)meant);
	struct markdown_options markdown = record_markdown(page);
	struct entry_view *entries = arena_many(visit->arena, struct entry_view, record_entries_room(page));
	struct timeline_view timeline = {
	    .entries = entries, .markdown = &markdown, .oldest_first = is_oldest_first(page)};
	size_t from = first_shown(page), end;

	timeline.count =
	    record_entries(page, asked_kind(page), from,
			   page->print || timeline.oldest_first ? RECORD_EVENTS : RECORD_ENTRIES, entries, &end);
	for (size_t i = 0; i < timeline.count; i++)
		entries[i].meant = meant && entries[i].id.n && str_eq(entries[i].id, anchor);
	if (from || (page->event_count && page->newest && page->events[0].sequence < page->newest->sequence))
		timeline.newest_url = record_page_url(page, "#timeline");
	offer_earlier(page, end, &timeline);
	offer_order(page, &timeline);
	if (timeline.oldest_first)
		turn(entries, timeline.count);
	draw_timeline(&visit->h, &timeline);
	if (str_is(asked_kind(page), "mail"))
		draw_page_earlier_mails(page);
	if (!timeline.count)
		html(&visit->h, "<p class='sub'>%l</p>", N_("Nothing of this kind has happened yet."));
}
