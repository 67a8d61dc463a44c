/* One record beside the list that it stands in. */
#include "web/list_state.h"
#include "web/page_record.h"

enum { PEEK_ENTRIES = 3 };

/* What people wrote, in the order of the timeline, by hand into the front. */
static size_t keep_messages(struct entry_view *entries, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count && kept < PEEK_ENTRIES; i++)
		if (entries[i].kind == ENTRY_NOTE || entries[i].kind == ENTRY_REPLY || entries[i].kind == ENTRY_MAIL)
			entries[kept++] = entries[i];
	return kept;
}

static void draw_peek_head(struct record_page *page, struct str close_url)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct record *record = page->record;
	const struct field *priority = show_priority_field(record->type);
	struct state_mark state = show_state(visit, record->type, record->state);
	struct str number = number_text(visit, record->identity);

	html(h, "<div class='line'><a href='%u'>%t</a>", record_page_url(page, ""), number);
	if (priority && record_value(record, priority).kind == VALUE_CHOICE)
		draw_priority(h, record_value(record, priority).text);
	html(h, "<span class='push btns'><a class='btn s' href='%u'>%l <kbd aria-hidden='true'>o</kbd></a>",
	     record_page_url(page, ""), N_("Open"));
	html(h,
	     "<a class='btn quiet icon s' href='%u' data-key='Escape' aria-label='%l' "
	     "title='%l'>%i</a></span></div><h2>%t</h2>",
	     close_url, N_("Close preview"), N_("Close preview"), ICON_REMOVE, show_title(visit, record));
	if (state.word.n) {
		html(h, "<p class='small'>");
		draw_state(h, &state);
		html(h, "</p>");
	}
}

void list_draw_peek(const struct list_state *state, struct connection *connection)
{
	struct visit *visit = state->visit;
	struct record_page page;
	struct entry_view *entries;
	size_t used, count;

	if (record_page_load(&page, visit, connection, state->preview)) {
		error_clear(&visit->error); /* gone, or not to be seen: then there is nothing beside the list */
		return;
	}
	entries = arena_many(visit->arena, struct entry_view, record_entries_room(&page));
	count = keep_messages(entries, record_entries(&page, S("all"), 0, RECORD_EVENTS, entries, &used));
	html(&visit->h, "<aside class='peek' id='peek' data-region='' aria-label='%a'>",
	     phrase(&visit->h, N_("Preview of %s"), number_text(visit, page.record->identity)));
	draw_peek_head(&page, visit_url_with(visit, "preview", (struct str){0}));
	draw_clocks(&visit->h, page.clocks, page.clock_count ? 1 : 0); /* the one that leads */
	draw_page_facts(&page);
	if (count)
		draw_entries_small(&visit->h, entries, count);
	html(&visit->h, "</aside>");
}
