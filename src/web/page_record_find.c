/* Finding another record while something is asked for: the end of a link, the record that a duplicate goes over into.
 * By number or by words; what is found is chosen from. With the script it is looked for while one types (find.js). */
#include "behaviour/merge.h"
#include "record/access.h"
#include "web/page_record.h"

#include <ctype.h>

enum { FOUND_MOST = 8 };

/* --- finding --- */

/* "inc-12" is meant as INC-12. */
static struct str as_number(struct visit *visit, struct str words)
{
	char *text = str_c(visit->arena, words);

	for (char *c = text; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return str_of(text);
}

static void add_found(struct record_page *page, const struct record *record, struct found_list_view *found)
{
	struct visit *visit = page->visit;
	struct str number = number_text(visit, record->identity), title = show_title(visit, record);

	if (record->identity == page->record->identity)
		return;
	for (size_t i = 0; i < found->count; i++)
		if (str_eq(found->items[i].number, number))
			return;
	found->items[found->count++] = (struct found_view){.number = number,
							   .title = str_eq(title, number) ? S("") : title,
							   .state = show_state(visit, record->type, record->state)};
}

static enum status add_number(struct record_page *page, const struct type *type, struct found_list_view *found)
{
	struct visit *visit = page->visit;
	struct record *record = NULL;
	struct error ignored;
	int64_t identity = 0;
	enum status status;

	error_clear(&ignored);
	if (!kernel_parse_number(visit->kernel, as_number(visit, found->words), &identity) &&
	    (status = record_find(visit->kernel, page->connection, type, found->words, &identity, &visit->error)))
		return status;
	if (!identity || kernel_type_of(visit->kernel, identity) != type ||
	    read_record(visit->kernel, page->connection, visit->arena, visit->actor, identity, &record, &ignored))
		return OK;
	add_found(page, record, found);
	found->named = found->count > 0;
	return OK;
}

enum status record_find_others(struct record_page *page, const struct type *type, struct str words,
			       struct found_list_view *found)
{
	struct visit *visit = page->visit;
	struct list_request request = {.type = type,
				       .limit = FOUND_MOST,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .search = str_trim(words),
				       .japanese = visit->h.language == JAPANESE};
	struct list_result result;
	enum status status;

	*found = (struct found_list_view){.items = arena_many(visit->arena, struct found_view, FOUND_MOST + 2),
					  .words = request.search};
	if (!request.search.n || !access_reads_type(visit->kernel, visit->actor, type))
		return OK;
	if ((status = add_number(page, type, found)) ||
	    (status = read_list(visit->kernel, page->connection, visit->arena, visit->actor, &request, &result,
				&visit->error)))
		return status;
	for (size_t i = 0; i < result.count && found->count <= FOUND_MOST; i++)
		add_found(page, result.records[i], found);
	return OK;
}

/* --- what a merge does --- */

static struct str names_of(struct record_page *page, struct value list)
{
	struct show show = show_new(page->visit);
	struct buf names = buf_new(page->visit->arena);

	show_need(&show, list);
	if (show_look_up(&show, page->connection))
		return S("");
	for (size_t i = 0; list.kind == VALUE_LIST && i < list.list.count; i++)
		buf_format(&names, "%s%.*s",
			   !i                                    ? ""
			   : page->visit->h.language == JAPANESE ? "、"
								 : ", ",
			   STR_ARG(show_name(&show, list.list.items[i].number)));
	return buf_str(&names);
}

static void tell(struct record_page *page, struct dialog_view *dialog, struct str line)
{
	struct str *lines = arena_many(page->visit->arena, struct str, dialog->happens_count + 1);

	for (size_t i = 0; i < dialog->happens_count; i++)
		lines[i] = dialog->happens[i];
	lines[dialog->happens_count++] = line;
	dialog->happens = lines;
}

static void tell_all(struct record_page *page, const struct merge *merge, const struct transition *step,
		     struct dialog_view *dialog, const struct found_view *other)
{
	const struct html *h = &page->visit->h;
	struct str self = number_text(page->visit, page->record->identity),
		   name = other ? other->number : label(h, N_("the other record"));

	if (other)
		tell(page, dialog,
		     phrase(h, N_("%1$s “%2$s” stays as it is (%3$s)."), other->number, other->title,
			    other->state.word));
	if (step->to)
		tell(page, dialog,
		     phrase(h, N_("%1$s ends as “%2$s”. Whoever opens it is led on to %3$s."), self,
			    words_of(page->visit, &step->to->label), name));
	for (size_t i = 0; i < merge->link_count; i++) {
		struct value list = record_value(page->record, merge->links[i]);

		if (!value_is_empty(list))
			tell(page, dialog,
			     phrase(h, N_("%1$s takes over: %2$s (%3$s)."), name, names_of(page, list),
				    words_of(page->visit, &merge->links[i]->label)));
	}
	if (page->link_count)
		tell(page, dialog, phrase(h, N_("Everything linked to %1$s will be linked to %2$s."), self, name));
	tell(page, dialog,
	     phrase_count(h, (int64_t)page->watcher_count,
			  N_("Everyone concerned and %s watcher will watch the other record."),
			  N_("Everyone concerned and %s watchers will watch the other record.")));
	tell(page, dialog,
	     phrase(h, N_("What was written stays with %1$s; the timeline of %2$s can show it as well."), self, name));
}

enum status record_open_merge(struct record_page *page, const struct transition *step, struct dialog_view *dialog,
			      struct field_form_view *views, size_t count)
{
	struct visit *visit = page->visit;
	const struct merge *merge = merge_by(visit->kernel, page->record->type, step);
	struct found_list_view *found = arena_one(visit->arena, struct found_list_view);
	struct field_form_view *into = NULL;
	struct str asked;
	enum status status;

	for (size_t i = 0; merge && i < count; i++)
		if (str_eq(views[i].name, merge->into->name))
			into = &views[i];
	if (!into)
		return OK;
	asked = http_query(visit->request, str_c(visit->arena, merge->into->name));
	into->form = FORM_TEXT;
	into->help = label(&visit->h, N_("Its number, or words of it"));
	if (asked.p)
		into->value = asked;
	if ((status = record_find_others(page, merge->into->to, into->value, found)))
		return status;
	if (found->count)
		into->error = S("");
	found->name = into->name;
	dialog->find_url = str_format(visit->arena, "%.*s", STR_ARG(dialog->action));
	dialog->found = found;
	tell_all(page, merge, step, dialog, found->named ? &found->items[0] : NULL);
	return OK;
}
