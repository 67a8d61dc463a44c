#include "report/export_inside.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 500, REFERENCES_MOST = 1000, CURSOR_MOST = 32768 };

/* --- references of a page are looked up together --- */

static struct str key_of(struct arena *arena, int64_t identity)
{
	return str_format(arena, "%lld", (long long)identity);
}

const struct reference *export_shown(const struct export_page *page, int64_t identity)
{
	return map_get(&page->shown, key_of(page->arena, identity));
}

static void want(struct export_page *page, int64_t identity)
{
	struct reference *reference;

	if (export_shown(page, identity))
		return;
	reference = arena_one(page->arena, struct reference);
	reference->identity = identity;
	map_put(&page->shown, key_of(page->arena, identity), reference);
}

static void want_value(struct export_page *page, struct value value)
{
	if (value.kind == VALUE_RECORD)
		want(page, value.number);
	for (size_t i = 0; value.kind == VALUE_LIST && i < value.list.count; i++)
		want(page, value.list.items[i].number);
}

static void want_all(struct export_page *page, const struct list_result *result)
{
	const struct export *export = page->export;

	for (size_t i = 0; i < result->count; i++)
		for (size_t c = 0; c < export->column_count; c++) {
			const struct export_column *column = &export->columns[c];

			if (column->what == EXPORT_FIELD)
				want_value(page, record_value(result->records[i], column->field));
			else if (column->what == EXPORT_CREATED_BY && result->records[i]->created_by)
				want(page, result->records[i]->created_by);
		}
}

static enum status find_shown(struct export_page *page, const struct list_result *result, struct error *error)
{
	const struct export *export = page->export;
	struct reference *references;
	size_t count;
	enum status status = OK;

	page->shown = map_new(page->arena);
	want_all(page, result);
	count = page->shown.count;
	references = arena_many(page->arena, struct reference, count + 1);
	for (size_t i = 0; i < count; i++)
		references[i] = *(struct reference *)page->shown.entries[i].value;
	for (size_t from = 0; from < count && !status; from += REFERENCES_MOST)
		status =
		    read_references(export->kernel, export->connection, page->arena, export->actor, references + from,
				    count - from < REFERENCES_MOST ? count - from : REFERENCES_MOST, error);
	for (size_t i = 0; i < count; i++)
		*(struct reference *)page->shown.entries[i].value = references[i];
	return status;
}

/* --- pages --- */

static bool shows(const struct export *export, enum export_what what)
{
	for (size_t i = 0; i < export->column_count; i++)
		if (export->columns[i].what == what)
			return true;
	return false;
}

static bool shows_links(const struct export *export)
{
	for (size_t i = 0; i < export->column_count; i++)
		if (export->columns[i].what == EXPORT_FIELD && export->columns[i].field->kind == FIELD_LINKS)
			return true;
	return false;
}

static enum status find_clocks(struct export_page *page, const struct list_result *result, struct clock_list **clocks,
			       struct error *error)
{
	const struct export *export = page->export;

	*clocks = NULL;
	if (!shows(export, EXPORT_CLOCK_DUE))
		return OK;
	*clocks = arena_many(page->arena, struct clock_list, result->count + 1);
	return clocks_of_records(export->kernel, export->connection, page->arena, result->records, result->count,
				 export->now, *clocks, error);
}

static enum status write_page(struct export_page *page, struct table *table, const struct list_result *result,
			      struct error *error)
{
	const struct export *export = page->export;
	struct table_cell *cells = arena_many(page->arena, struct table_cell, export->column_count + 1);
	struct clock_list *clocks;
	enum status status;

	if ((status = find_shown(page, result, error)) || (status = find_clocks(page, result, &clocks, error)))
		return status;
	for (size_t i = 0; i < result->count && !status; i++) {
		for (size_t c = 0; c < export->column_count; c++)
			if (export->natural)
				export_natural_cell(page, result->records[i], &export->columns[c], &cells[c]);
			else
				export_cell(page, result->records[i], clocks ? &clocks[i] : NULL, &export->columns[c],
					    &cells[c]);
		status = table_row(table, cells, error);
	}
	return status;
}

static struct list_request request_of(const struct export *export)
{
	return (struct list_request){.type = export->type,
				     .filter = export->filter,
				     .sort = export->sort,
				     .sort_count = export->sort_count,
				     .limit = PAGE,
				     .as_of = export->as_of ? export->as_of : INSTANT_NONE,
				     .now = export->now,
				     .with_links = shows_links(export),
				     .japanese = export->actor->language == JAPANESE};
}

static enum status go_on(struct export *export, const struct list_result *result, struct error *error)
{
	export->written += (int64_t)result->count;
	if (export->tell && !export->tell(export->context, export->written))
		return error_fail(error, E_UNAVAILABLE, "", "stopped", N_("The export was given up"));
	return OK;
}

/* The cursor outlives the page that it came with. */
static enum status write_pages(struct export *export, struct arena *arena, struct table *table, struct error *error)
{
	ARENA pages = arena_new();
	struct export_page page = {.export = export, .arena = pages};
	struct list_request request = request_of(export);
	char *cursor = arena_alloc(arena, CURSOR_MOST);
	struct list_result result;
	enum status status;

	export->written = 0;
	do {
		arena_reset(pages);
		if ((status = read_list(export->kernel, export->connection, pages, export->actor, &request, &result,
					error)) ||
		    (status = write_page(&page, table, &result, error)) || (status = go_on(export, &result, error)))
			return status;
		if (result.next.n > CURSOR_MOST)
			return error_fail(error, E_INTERNAL, "", "cursor", N_("A cursor is too long"));
		if (result.next.n)
			memcpy(cursor, result.next.p, result.next.n);
		request.after = (struct str){cursor, result.next.n};
	} while (request.after.n);
	return OK;
}

enum status export_write(struct export *export, const char *path, FILE *out, struct error *error)
{
	ARENA arena = arena_new();
	struct table_column *columns = arena_many(arena, struct table_column, export->column_count + 1);
	struct table_options options = {.format = export->format,
					.path = path,
					.out = out,
					.mark = export->mark,
					.title = label_in(&export->type->plural, export->actor->language),
					.zone = actor_zone(export->actor),
					.columns = columns,
					.column_count = export->column_count};
	TABLE table = NULL;
	enum status status;

	for (size_t i = 0; i < export->column_count; i++) {
		const struct export_column *column = &export->columns[i];
		bool headline = column->what == EXPORT_FIELD && column->field == export->type->headline;

		columns[i] = (struct table_column){.title = export_title(arena, export, column),
						   .kind = export_kind(export, column),
						   .width = headline ? 60 : 0};
	}
	if ((status = table_open(&options, &table, error)) || (status = write_pages(export, arena, table, error)))
		return status;
	return table_finish(&table, error);
}

enum status export_to_file(struct export *export, int *file, struct error *error)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	int made;
	enum status status;

	if ((size_t)snprintf(path, sizeof(path), "%s/kaname-export-XXXXXX", folder && *folder ? folder : "/tmp") >=
		sizeof(path) ||
	    (made = mkostemp(path, O_CLOEXEC)) < 0)
		return error_fail(error, E_UNAVAILABLE, "", "output", N_("There is no room for temporary files"));
	close(made);
	status = export_write(export, path, NULL, error);
	*file = status ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	unlink(path);
	if (!status && *file < 0)
		return error_fail(error, E_UNAVAILABLE, "", "output", N_("There is no room for temporary files"));
	return status;
}

/* --- names --- */

const char *export_media_type(enum table_format format)
{
	return format == TABLE_CSV ? "text/csv; charset=utf-8"
				   : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

struct str export_file_name(struct arena *arena, const struct type *type, const struct actor *actor, instant now,
			    enum table_format format)
{
	char day[TIME_TEXT];

	return str_format(arena, "%.*s %s.%s", STR_ARG(label_in(&type->plural, actor->language)),
			  day_format(zone_day(actor_zone(actor), now), day), format == TABLE_CSV ? "csv" : "xlsx");
}
