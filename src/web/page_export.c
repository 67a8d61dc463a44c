/* The list as a file: exactly what it shows, all pages. What is small comes at once. */
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/access.h"
#include "report/export.h"
#include "web/list_export.h"
#include "web/pages.h"

enum { AT_ONCE = 5000 }; /* records */

static const struct {
	const char *name;
	enum table_format format;
	const char *words;
} formats[] = {{"xlsx", TABLE_XLSX, N_("Workbook (XLSX)")}, {"csv", TABLE_CSV, N_("Text (CSV)")}};

enum { FORMATS = sizeof(formats) / sizeof(*formats) };

/* --- the way here --- */

static struct str export_url(const struct list_state *state, const char *format)
{
	struct str url = list_state_url(state, "/export");
	size_t at;

	return str_format(state->visit->arena, "%.*s%cformat=%s", STR_ARG(url),
			  str_find_char(url, '?', &at) ? '&' : '?', format);
}

struct menu_view list_export_menu(const struct list_state *state)
{
	struct choice_view *choices = arena_many(state->visit->arena, struct choice_view, FORMATS);

	for (size_t i = 0; i < FORMATS; i++)
		choices[i] = (struct choice_view){.value = str_of(formats[i].name),
						  .words = label(&state->visit->h, formats[i].words),
						  .url = export_url(state, formats[i].name)};
	return (struct menu_view){choices, FORMATS};
}

/* --- the file --- */

struct mapped {
	void *bytes;
	size_t n;
};

static void unmap(void *context)
{
	struct mapped *mapped = context;

	munmap(mapped->bytes, mapped->n);
}

/* The file's pages are the body: they need no memory of ours, and go with the request. */
static enum status send_file_of(struct visit *visit, int file, struct str name, enum table_format format)
{
	struct mapped *mapped = arena_one(visit->arena, struct mapped);
	struct stat facts;

	if (!fstat(file, &facts) && facts.st_size > 0) {
		mapped->n = (size_t)facts.st_size;
		mapped->bytes = mmap(NULL, mapped->n, PROT_READ, MAP_PRIVATE, file, 0);
	}
	close(file);
	if (!mapped->bytes || mapped->bytes == MAP_FAILED)
		return error_fail(&visit->error, E_UNAVAILABLE, "", "output",
				  N_("There is no room for temporary files"));
	arena_defer(visit->arena, unmap, mapped);
	http_no_compression(visit->response);
	http_attachment(visit->response, name, export_media_type(format), (struct str){mapped->bytes, mapped->n});
	return OK;
}

/* "https://kaname.example.jp" as the browser names us; empty when it does not. */
struct str list_export_origin(const struct visit *visit)
{
	struct str host = http_header(visit->request, "Host");

	for (size_t i = 0; i < host.n; i++)
		if ((unsigned char)host.p[i] <= ' ' || (unsigned char)host.p[i] >= 0x7f || host.p[i] == '/')
			return S("");
	return host.n ? str_format(visit->arena, "%s://%.*s", visit->request->secure ? "https" : "http", STR_ARG(host))
		      : S("");
}

struct str list_export_columns(const struct list_state *state)
{
	struct buf names = buf_new(state->visit->arena);

	for (size_t i = 0; i < state->columns.count; i++)
		buf_format(&names, "%s%.*s", i ? "," : "", STR_ARG(state->columns.items[i].name));
	return buf_str(&names);
}

static enum status send_now(const struct list_state *state, struct connection *connection, enum table_format format)
{
	struct visit *visit = state->visit;
	struct export export = {.kernel = visit->kernel,
				.connection = connection,
				.actor = visit->actor,
				.now = visit->now,
				.type = state->type,
				.filter = state->filter,
				.sort = state->sort,
				.sort_count = state->sort_count,
				.format = format,
				.mark = true,
				.origin = list_export_origin(visit)};
	struct export_column *columns;
	int file;
	enum status status;

	export_columns_named(visit->arena, state->type, visit->actor, list_export_columns(state), &columns,
			     &export.column_count);
	export.columns = columns;
	if ((status = export_to_file(&export, &file, &visit->error)))
		return status;
	return send_file_of(visit, file, export_file_name(visit->arena, state->type, visit->actor, visit->now, format),
			    format);
}

/* --- the request --- */

static enum status read_wish(struct visit *visit, struct connection *connection, struct list_state *state,
			     enum table_format *format)
{
	const struct type *type =
	    map_get(&visit->kernel->model->types_by_collection, http_parameter(visit->request, "collection"));
	struct str name = http_query(visit->request, "format");
	enum status status;
	size_t i = 0;

	if (!type || !access_reads_type(visit->kernel, visit->actor, type))
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	while (i < FORMATS && !str_is(name, formats[i].name))
		i++;
	if (i == FORMATS)
		return error_fail(&visit->error, E_SYNTAX, "format", "unknown", N_("Lists are written as xlsx or csv"));
	*format = formats[i].format;
	if ((status = list_state_begin(visit, connection, type, state)) || (status = list_state_read(state)))
		return status;
	return state->error.n ? error_fail(&visit->error, E_SYNTAX, "filter", "filter",
					   N_("The filter cannot be read")) /* nothing leads here with one */
			      : OK;
}

/* --- what is long is written while nobody waits --- */

static void draw_offer(const struct list_state *state, bool may)
{
	struct visit *visit = state->visit;
	struct html *h = &visit->h;
	struct str list = str_format(visit->arena, "/%.*s", STR_ARG(state->type->collection));

	visit_begin(visit, label(h, N_("Export")), "page", list);
	html(h, "<div class='head'><h1>%t</h1></div><p>%t</p>",
	     phrase(h, N_("Export: %s"), words_of(visit, &state->type->plural)),
	     phrase(h, N_("This list has more than %s records."), words_number(h, AT_ONCE)));
	if (may)
		html(h, "<p>%l</p><form class='btns' method='post' action='%u'>",
		     N_("The file is written in the background. You are told when it is ready, and can fetch it for a "
			"day."),
		     visit->request->target);
	else
		html(h, "<p>%l</p><div class='btns'>", N_("Narrow the list with a filter, then export it."));
	if (may) {
		html_token(h);
		html(h, "<button class='btn main'>%i%l</button>", ICON_DOWNLOAD, N_("Write the file"));
	}
	html(h, "<a class='btn' href='%u'>%l</a>", list_state_url(state, ""), N_("Back to the list"));
	if (may)
		html(h, "</form>");
	else
		html(h, "</div>");
	visit_end(visit, 200);
}

static enum status answer_export(struct visit *visit)
{
	READER connection = NULL;
	struct list_state state;
	enum table_format format;
	int64_t count;
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = read_wish(visit, connection, &state, &format)) ||
	    (status = read_count_to(visit->kernel, connection, visit->arena, visit->actor, state.type, state.filter,
				    visit->now, AT_ONCE + 1, &count, &visit->error)))
		return status;
	if (count <= AT_ONCE)
		return send_now(&state, connection, format);
	draw_offer(&state, export_may_wait(visit));
	return OK;
}

void page_export(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = answer_export(&visit)))
		visit_refuse(&visit, status);
}

static enum status ask_for_export(struct visit *visit)
{
	READER connection = NULL;
	struct list_state state;
	enum table_format format;
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = read_wish(visit, connection, &state, &format)))
		return status;
	return export_ask(&state, connection, format);
}

void post_export(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	if ((status = ask_for_export(&visit)))
		visit_refuse(&visit, status);
}
