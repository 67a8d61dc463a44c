#include "web/list_saved.h"

enum { SAVED_MOST = 40 };

/* What the model no longer has falls away: the filter stays as text, and the list tells what is wrong with it. */
static void read_view(struct visit *visit, const struct type *type, const struct record *record,
		      struct saved_view *saved)
{
	struct view *view = &saved->view;
	struct str name = record_text_of(record, "name"), sort = record_text_of(record, "sort");
	struct error error = {0};
	struct sort *keys;

	view->name = number_text(visit, record->identity);
	view->label = (struct label){{name, name}};
	saved->filter = str_trim(record_text_of(record, "filter"));
	if (saved->filter.n && query_parse(visit->arena, type->query, saved->filter, &view->filter, &error))
		view->filter = NULL;
	error_clear(&error);
	if (sort.n && !sort_parse(visit->arena, type, sort, &keys, &view->sort_count, &error))
		view->sort = keys;
	else
		view->sort_count = 0;
}

enum status saved_views_read(struct visit *visit, struct connection *connection, const struct type *type,
			     struct saved_view **views, size_t *count)
{
	struct str of_list =
	    str_format(visit->arena, "collection = %.*s", STR_ARG(query_quote(visit->arena, type->collection)));
	struct show show = show_new(visit);
	struct list_result found;
	enum status status =
	    shared_read(visit, connection, visit->kernel->model->acting[ACTS_VIEW], of_list, SAVED_MOST, &found);

	*views = arena_many(visit->arena, struct saved_view, found.count + 1);
	*count = found.count;
	if (status)
		return status;
	for (size_t i = 0; i < found.count; i++) {
		struct saved_view *saved = &(*views)[i];

		*saved = (struct saved_view){.shared = shared_of(visit, found.records[i]),
					     .columns = record_text_of(found.records[i], "columns"),
					     .group = record_text_of(found.records[i], "grouping"),
					     .as = record_text_of(found.records[i], "shown_as")};
		read_view(visit, type, found.records[i], saved);
		shared_need(&show, &saved->shared);
	}
	if ((status = show_look_up(&show, connection)))
		return status;
	for (size_t i = 0; i < *count; i++)
		shared_take_words(&show, &(*views)[i].shared);
	return OK;
}

const struct saved_view *saved_view_named(const struct saved_view *views, size_t count, struct str number)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(views[i].view.name, number))
			return &views[i];
	return NULL;
}

const struct saved_view *saved_view_first(const struct saved_view *views, size_t count)
{
	const struct saved_view *first = NULL;

	for (size_t i = 0; i < count; i++)
		if (shared_opens(&views[i].shared) > (first ? shared_opens(&first->shared) : 0))
			first = &views[i];
	return first;
}
