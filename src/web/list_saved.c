#include "web/list_saved.h"

#include "record/access.h"

/* Of those who look after the system all that is shared is read; what stands beside a list is what concerns them. */
enum { READ_MOST = 400, SAVED_MOST = 40 };

static struct str text_of(const struct record *record, const char *name)
{
	struct value value = record_named(record, name);

	return value.kind == VALUE_TEXT ? value.text : (struct str){0};
}

static int64_t named(const struct record *record, const char *name)
{
	struct value value = record_named(record, name);

	return value.kind == VALUE_RECORD ? value.number : 0;
}

static bool is_set(const struct record *record, const char *name)
{
	struct value value = record_named(record, name);

	return value.kind == VALUE_BOOLEAN && value.boolean;
}

/* What the model no longer has falls away: the filter stays as text, and the list tells what is wrong with it. */
static void read_view(struct visit *visit, const struct type *type, const struct record *record,
		      struct saved_view *saved)
{
	struct view *view = &saved->view;
	struct str name = text_of(record, "name"), sort = text_of(record, "sort");
	struct error error = {0};
	struct sort *keys;

	view->name = number_text(visit, record->identity);
	view->label = (struct label){{name, name}};
	saved->filter = str_trim(text_of(record, "filter"));
	if (saved->filter.n && query_parse(visit->arena, type->query, saved->filter, &view->filter, &error))
		view->filter = NULL;
	error_clear(&error);
	if (sort.n && !sort_parse(visit->arena, type, sort, &keys, &view->sort_count, &error))
		view->sort = keys;
	else
		view->sort_count = 0;
}

static struct saved_view saved_of(struct visit *visit, const struct type *type, const struct record *record)
{
	struct saved_view saved = {
	    .identity = record->identity,
	    .version = record->version,
	    .columns = text_of(record, "columns"),
	    .group = text_of(record, "grouping"),
	    .shared_with = named(record, "role"),
	    .own = named(record, "owner") == visit->actor->person,
	    .may_change = access_may(visit->kernel, visit->actor, record->type, ACCESS_EDIT, record),
	    .first_for_all = is_set(record, "first_for_all"),
	};

	if (!saved.shared_with)
		saved.shared_with = named(record, "group");
	saved.first = saved.own && is_set(record, "first");
	read_view(visit, type, record, &saved);
	return saved;
}

static enum status find(struct visit *visit, struct connection *connection, const struct type *type,
			struct list_result *found)
{
	const struct type *views = visit->kernel->model->acting[ACTS_VIEW];
	struct list_request request = {.type = views,
				       .limit = READ_MOST,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .japanese = visit->h.language == JAPANESE};
	struct str filter = str_format(visit->arena, "collection = %.*s and state = kept",
				       STR_ARG(query_quote(visit->arena, type->collection)));
	struct sort *sort;
	enum status status;

	*found = (struct list_result){0};
	if (!views || !actor_is_staff(visit->actor) || !access_reads_type(visit->kernel, visit->actor, views))
		return OK;
	if ((status = query_parse(visit->arena, views->query, filter, &request.filter, &visit->error)) ||
	    (status = sort_parse(visit->arena, views, S("name"), &sort, &request.sort_count, &visit->error)))
		return status;
	request.sort = sort;
	return read_list(visit->kernel, connection, visit->arena, visit->actor, &request, found, &visit->error);
}

/* Administrators see all that is shared as records; beside a list stands what concerns them. */
static bool concerns(const struct visit *visit, const struct saved_view *saved)
{
	return saved->own || actor_holds(visit->actor, saved->shared_with) ||
	       actor_in_group(visit->actor, saved->shared_with);
}

enum status saved_views_read(struct visit *visit, struct connection *connection, const struct type *type,
			     struct saved_view **views, size_t *count)
{
	struct show show = show_new(visit);
	struct list_result found;
	enum status status = find(visit, connection, type, &found);

	*views = arena_many(visit->arena, struct saved_view, found.count + 1);
	*count = 0;
	if (status)
		return status;
	for (size_t i = 0; i < found.count && *count < SAVED_MOST; i++) {
		struct saved_view saved = saved_of(visit, type, found.records[i]);

		if (!concerns(visit, &saved))
			continue;
		(*views)[(*count)++] = saved;
		show_need_identity(&show, saved.shared_with);
	}
	if ((status = show_look_up(&show, connection)))
		return status;
	for (size_t i = 0; i < *count; i++)
		(*views)[i].shared_words = show_name(&show, (*views)[i].shared_with);
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
	for (size_t i = 0; i < count; i++)
		if (views[i].first)
			return &views[i];
	for (size_t i = 0; i < count; i++)
		if (views[i].first_for_all && views[i].shared_with)
			return &views[i];
	return NULL;
}
