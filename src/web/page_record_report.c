/* What was reported: the figures of a report as they were issued, with their charts and cases. */
#include "insight/frozen.h"
#include "web/page_figures.h"
#include "web/page_record.h"

bool record_report_draws(const struct record_page *page, const struct field *field)
{
	return page->record->type->acts_as == ACTS_REPORT &&
	       (str_is(field->name, "figures") || str_is(field->name, "cases"));
}

static enum status draw_one(struct visit *visit, struct connection *connection, const struct frozen *frozen)
{
	const struct figures_page figures = {.visit = visit, .frozen = true};
	struct reference *references = arena_many(visit->arena, struct reference, frozen->result.record_count + 1);
	enum status status;

	for (size_t i = 0; i < frozen->result.record_count; i++)
		references[i].identity = frozen->result.records[i].record;
	if ((status = read_references(visit->kernel, connection, visit->arena, visit->actor, references,
				      frozen->result.record_count, &visit->error)))
		return status;
	draw_figure(&figures, &frozen->figure, &frozen->result, references);
	return OK;
}

enum status draw_issued(struct visit *visit, struct connection *connection, const struct record *report)
{
	const struct surface *surface = visit->request->context;
	struct thaw thaw = {.kernel = visit->kernel,
			    .declared = surface->figures,
			    .figures = record_named(report, "figures"),
			    .cases = record_named(report, "cases"),
			    .language = visit->h.language};
	struct frozen *frozen;
	size_t count = frozen_read(visit->arena, &thaw, &frozen);
	enum status status = OK;

	html(&visit->h, "<section class='figures issued' aria-label='%l'><div class='charts'>", N_("Figures"));
	for (size_t i = 0; i < count && !status; i++)
		status = draw_one(visit, connection, &frozen[i]);
	html(&visit->h, "</div></section>");
	return status;
}

enum status draw_page_report(struct record_page *page)
{
	return page->record->type->acts_as == ACTS_REPORT ? draw_issued(page->visit, page->connection, page->record)
							  : OK;
}
