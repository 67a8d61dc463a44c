/* Who else is at this record now: of our own people, as the streams of their pages tell (api/changes.h). */
#include "api/api.h"
#include "web/page_record.h"

void record_here_load(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct surface *surface = visit->request->context;

	if (!page->staff || page->print || !surface->changes)
		return;
	page->here = arena_many(visit->arena, struct present, RECORD_HERE);
	page->here_count =
	    changes_present(surface->changes, page->record->identity, visit->actor->person, page->here, RECORD_HERE);
	for (size_t i = 0; i < page->here_count; i++)
		show_need_identity(&page->show, page->here[i].person);
}

static struct str names(const struct record_page *page, bool edit, size_t *count)
{
	struct visit *visit = page->visit;
	struct buf text = buf_new(visit->arena);

	*count = 0;
	for (size_t i = 0; i < page->here_count; i++)
		if (page->here[i].edits == edit) {
			words_list(&visit->h, &text, show_name(&page->show, page->here[i].person));
			(*count)++;
		}
	return buf_str(&text);
}

struct str record_here_words(const struct record_page *page)
{
	const struct html *h = &page->visit->h;
	size_t editors, readers;
	struct str edit = names(page, true, &editors), read = names(page, false, &readers);

	if (editors)
		edit = phrase(h, editors == 1 ? N_("%s is writing here too") : N_("%s are writing here too"), edit);
	if (readers)
		read = phrase(h, readers == 1 ? N_("%s is reading this too") : N_("%s are reading this too"), read);
	return editors && readers ? str_format(page->visit->arena, "%.*s · %.*s", STR_ARG(edit), STR_ARG(read))
	       : editors          ? edit
				  : read;
}

struct str record_live_url(const struct record_page *page)
{
	struct visit *visit = page->visit;
	struct str number = number_text(visit, page->record->identity);
	bool edits = page->dialog || page->editing || page->conflict;

	if (!page->staff)
		return visit_stream(visit, str_format(visit->arena, "record=%.*s", STR_ARG(number)));
	return visit_stream(
	    visit, str_format(visit->arena, "record=%.*s&present=%s", STR_ARG(number), edits ? "editing" : "reading"));
}
