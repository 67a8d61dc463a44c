/* The story: what happened to a record and to what came of it, in one order. Chosen on the page, and always printed. */
#include "web/page_record.h"

enum { STORY_ENTRIES = 500 };

bool record_has_story(const struct record_page *page)
{
	return page->staff && page->record->type->timeline_count;
}

enum status record_story_load(struct record_page *page)
{
	struct visit *visit = page->visit;

	if (!record_has_story(page) || !(page->print || str_is(http_query(visit->request, "show"), "story")))
		return OK;
	page->tells_story = true;
	return timeline_read(visit->kernel, page->connection, visit->arena, visit->actor, page->record,
			     (struct timeline_place){0}, STORY_ENTRIES, &page->story, &page->story_count,
			     &visit->error);
}

static enum status record_of(struct record_page *page, int64_t identity, struct record **record)
{
	struct visit *visit = page->visit;

	if (identity == page->record->identity) {
		*record = page->record;
		return OK;
	}
	return read_record(visit->kernel, page->connection, visit->arena, visit->actor, identity, record,
			   &visit->error);
}

/* Which record an entry speaks of stands on it, unless it is the one whose page this is. */
static void name_record(const struct record_page *page, const struct record *record, struct entry_view *entry)
{
	struct visit *visit = page->visit;

	if (record == page->record)
		return;
	entry->id = (struct str){0}; /* which is its place in the other record's own history */
	if (entry->kind == ENTRY_REPLY || entry->kind == ENTRY_MAIL || entry->kind == ENTRY_NOTE) {
		entry->sentence = number_text(visit, record->identity);
	} else if (!entry->link.words.n) {
		entry->link =
		    (struct link_view){number_text(visit, record->identity), record_url(visit, record->identity)};
		entry->link_title = show_title(visit, record);
	}
}

static enum status add_entries(struct record_page *page, const struct timeline_entry *told, struct entry_view *entries,
			       size_t *count)
{
	struct record_page one = *page;
	enum status status = record_of(page, told->record, &one.record);
	size_t added = status ? 0 : record_entries_of(&one, &told->event, &entries[*count]), kept = 0;

	for (size_t i = 0; i < added; i++)
		if (!entries[*count + i].counts) {
			entries[*count + kept] = entries[*count + i];
			name_record(page, one.record, &entries[*count + kept++]);
		}
	*count += kept;
	return status;
}

enum status draw_page_story(struct record_page *page)
{
	struct markdown_options markdown = record_markdown(page);
	struct timeline_view timeline = {.markdown = &markdown};
	struct entry_view *entries;
	size_t room = 1;
	enum status status = OK;

	for (size_t i = 0; i < page->story_count; i++)
		room += 3 + page->story[i].event.link_count;
	entries = arena_many(page->visit->arena, struct entry_view, room);
	for (size_t i = 0; i < page->story_count && !status; i++)
		status = add_entries(page, &page->story[i], entries, &timeline.count);
	if (status)
		return status;
	timeline.entries = entries;
	draw_timeline(&page->visit->h, &timeline);
	return OK;
}
