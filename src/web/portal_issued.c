/* Reports that were issued for the visitor's organisation: the last ones, all of them, and each as a page. */
#include "web/page_figures.h"
#include "web/pages.h"
#include "web/portal.h"

enum { LAST = 3, ALL = 100 };

static struct str period_of(struct visit *visit, const struct record *report)
{
	const struct field *first = type_field(report->type, S("first_day")),
			   *last = type_field(report->type, S("last_day"));

	if (!first || !last || record_value(report, first).kind != VALUE_DATE)
		return (struct str){0};
	return words_days(&visit->h, (int32_t)record_value(report, first).number,
			  (int32_t)record_value(report, last).number, DAY_FULL);
}

static enum status find_issued(struct visit *visit, struct connection *connection, size_t most,
			       struct finding_view *found, size_t *count)
{
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t type_count = portal_types(visit, PORTAL_REPORT, types);

	*count = 0;
	for (size_t i = 0; i < type_count && *count < most; i++) {
		struct portal_wish wish = {
		    .type = types[i], .when = WHEN_SHOWN, .sort = S("-created_at"), .limit = most - *count};
		struct list_result result;
		enum status status = portal_list(visit, connection, &wish, &result);

		if (status)
			return status;
		for (size_t r = 0; r < result.count; r++)
			found[(*count)++] = (struct finding_view){.title = show_title(visit, result.records[r]),
								  .second = period_of(visit, result.records[r]),
								  .url = portal_url(visit, result.records[r])};
	}
	return OK;
}

enum status draw_portal_issued(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	struct finding_view found[LAST];
	size_t count;
	enum status status = find_issued(visit, connection, LAST, found, &count);

	if (status || !count)
		return status;
	html(h, "<section aria-labelledby='issued'>");
	draw_portal_heading(h, S("issued"), label(h, N_("Service reports")), S("/portal/issued"),
			    label(h, N_("All reports")));
	draw_findings(h, found, count);
	html(h, "</section>");
	return OK;
}

static enum status draw_all(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	struct finding_view *found = arena_many(visit->arena, struct finding_view, ALL);
	size_t count;
	enum status status = find_issued(visit, connection, ALL, found, &count);

	if (status)
		return status;
	html(h, "<div class='phead'><h1>%t</h1></div>", visit->page.title);
	if (count)
		draw_findings(h, found, count);
	else
		html(h, "<p class='sub'>%l</p>", N_("No report has been issued for you yet."));
	return OK;
}

void page_portal_issued(struct http_request *request, struct http_response *response)
{
	portal_page(request, response, N_("Service reports"), draw_all);
}

/* --- one --- */

static enum status draw_files(struct visit *visit, struct connection *connection, const struct record *report)
{
	struct html *h = &visit->h;
	struct attachment *files;
	size_t count;
	enum status status = read_attachments(visit->kernel, connection, visit->arena, visit->actor, report, &files,
					      &count, &visit->error);

	if (status || !count)
		return status;
	html(h, "<div class='btns noprint'>");
	for (size_t i = 0; i < count; i++)
		html(h, "<a class='btn s' href='%u' hx-boost='false' download>%i%t</a>",
		     str_format(visit->arena, "%.*s/files/%lld/%.*s", STR_ARG(record_url(visit, report->identity)),
				(long long)files[i].identity, STR_ARG(url_part(visit->arena, files[i].name))),
		     ICON_DOWNLOAD, files[i].name);
	html(h, "</div>");
	return OK;
}

static enum status draw_report(struct visit *visit, struct connection *connection, const struct record *report)
{
	enum status status;

	portal_begin(visit, show_title(visit, report));
	html(&visit->h, "<div class='phead'><h1>%t</h1><p>%t</p></div>", visit->page.title, period_of(visit, report));
	status = draw_files(visit, connection, report);
	return status ? status : draw_issued(visit, connection, report);
}

void page_portal_issued_one(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	READER connection = NULL;
	struct record *report;
	enum status status;

	if (!portal_start(&visit, request, response))
		return;
	if ((status = visit_reader(&visit, &connection)) ||
	    (status = portal_record(&visit, connection, PORTAL_REPORT, &report)) ||
	    (status = draw_report(&visit, connection, report)))
		visit_refuse(&visit, status);
	else
		visit_end(&visit, 200);
}
