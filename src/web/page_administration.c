/* Administration: where everything is that the service is set up with, how much there is of it, and how the program
 * itself does. Whatever the model declares stands here by what it is; edits are those of any record. */
#include <string.h>

#include "job/verifier.h"
#include "record/access.h"
#include "record/account.h"
#include "record/outbox.h"
#include "record/read.h"
#include "record/timers.h"
#include "web/administration.h"
#include "web/pages.h"
#include "web/part_list.h"

/* --- what the pages share --- */

static bool may_administer(struct visit *visit)
{
	if (visit->actor->administers)
		return true;
	visit_refuse(visit, error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page")));
	return false;
}

bool administration_start(struct visit *visit, struct http_request *request, struct http_response *response)
{
	return visit_start(visit, request, response) && may_administer(visit);
}

bool administration_start_form(struct visit *visit, struct http_request *request, struct http_response *response)
{
	return visit_start_form(visit, request, response) && may_administer(visit);
}

void administration_begin_below(struct visit *visit, struct str title, const char *parent, const char *parent_url)
{
	struct html *h = &visit->h;

	visit_begin(visit, title, "page administration", S("/administration"));
	html(h, "<nav class='crumbs' aria-label='%l'><ol><li><a href='/administration'>%l</a></li>",
	     N_("Where you are"), N_("Administration"));
	if (parent)
		html(h, "<li><a href='%u'>%l</a></li>", parent_url, parent);
	html(h, "</ol></nav><div class='head'><h1>%t</h1></div>", title);
}

void administration_begin(struct visit *visit, const char *title)
{
	administration_begin_below(visit, label(&visit->h, title), NULL, NULL);
}

struct str administration_place(struct visit *visit, struct place place)
{
	char line[16];

	snprintf(line, sizeof(line), "%u", place.line);
	return phrase(&visit->h, N_("%1$s, line %2$s"), str_of(place.file), str_of(line));
}

/* --- sections --- */

enum section { SECTION_PEOPLE, SECTION_TIME, SECTION_AGREED, SECTION_WAYS, SECTION_KEEPING, SECTION_LISTS, SECTIONS };

static const char *const section_titles[] = {
    [SECTION_PEOPLE] = N_("People, groups and roles"), [SECTION_TIME] = N_("Calendars and duty"),
    [SECTION_AGREED] = N_("Agreements and targets"),   [SECTION_WAYS] = N_("How things come in and go out"),
    [SECTION_KEEPING] = N_("Backup and erasure"),      [SECTION_LISTS] = N_("Lists to choose from"),
};

/* By the part that a type plays; what plays none but has no life of its own is chosen from in others. */
static bool find_section(const struct type *type, enum section *section)
{
	static const enum section sections[ACTS_AS] = {[ACTS_PERSON] = SECTION_PEOPLE,
						       [ACTS_GROUP] = SECTION_PEOPLE,
						       [ACTS_ROLE] = SECTION_PEOPLE,
						       [ACTS_CUSTOMER] = SECTION_PEOPLE,
						       [ACTS_PARTNER] = SECTION_PEOPLE,
						       [ACTS_CALENDAR] = SECTION_TIME,
						       [ACTS_ROTA] = SECTION_TIME,
						       [ACTS_AGREEMENT] = SECTION_AGREED,
						       [ACTS_ALERT_SOURCE] = SECTION_WAYS,
						       [ACTS_MAILBOX] = SECTION_WAYS,
						       [ACTS_REPORT_DEFINITION] = SECTION_WAYS,
						       [ACTS_EXPORT] = SECTION_WAYS,
						       [ACTS_TEXT_TEMPLATE] = SECTION_LISTS,
						       [ACTS_VIEW] = SECTION_LISTS,
						       [ACTS_DASHBOARD] = SECTION_LISTS,
						       [ACTS_BACKUP] = SECTION_KEEPING,
						       [ACTS_RESTORE_TEST] = SECTION_KEEPING,
						       [ACTS_ERASURE] = SECTION_KEEPING,
						       [ACTS_WEBHOOK] = SECTION_WAYS};

	*section = type->acts_as ? sections[type->acts_as] : SECTION_LISTS;
	if (type->acts_as)
		return type->acts_as != ACTS_ALERT && type->acts_as != ACTS_MAIL && type->acts_as != ACTS_REPORT;
	return !type->state_count && !access_for_nobody(type, ACCESS_CREATE);
}

/* What is set up and does not work, by the view that its type declares of it, goes before how much there is. */
static enum status count_records(struct visit *visit, struct connection *connection, const struct type *type,
				 struct pick_view *pick)
{
	const struct view *failing = type_view(type, S("failing"));
	int64_t records = 0;
	enum status status = OK;

	if (failing)
		status = read_count_shown(visit->kernel, connection, visit->arena, visit->actor, type, failing->filter,
					  visit->now, &records, &visit->error);
	if (status)
		return status;
	if (records) {
		pick->url = str_format(visit->arena, "/%.*s?view=failing", STR_ARG(type->collection));
		pick->words = phrase_count(&visit->h, records, N_("%s failing"), N_("%s failing"));
		pick->bad = true;
		return OK;
	}
	status = read_count_shown(visit->kernel, connection, visit->arena, visit->actor, type, NULL, visit->now,
				  &records, &visit->error);
	pick->url = str_format(visit->arena, "/%.*s", STR_ARG(type->collection));
	pick->words = words_count(&visit->h, records);
	return status;
}

static enum status draw_section(struct visit *visit, struct connection *connection, enum section section)
{
	const struct model *model = visit->kernel->model;
	struct pick_view *picks = arena_many(visit->arena, struct pick_view, model->type_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < model->type_count; i++) {
		const struct type *type = model->types[i];
		enum section its;
		enum status status;

		if (!find_section(type, &its) || its != section)
			continue;
		picks[count].name = words_of(visit, &type->plural);
		if ((status = count_records(visit, connection, type, &picks[count++])))
			return status;
	}
	if (!count)
		return OK;
	html(&visit->h, "<section aria-labelledby='a-%d'><h2 id='a-%d'>%l</h2>", section, section,
	     section_titles[section]);
	draw_picks(&visit->h, picks, count);
	html(&visit->h, "</section>");
	return OK;
}

/* --- the program itself --- */

static struct str history_words(struct visit *visit)
{
	struct surface *surface = visit->request->context;
	struct verifier_figures figures;
	static const char *const words[] = {[VERIFIER_IDLE] = N_("not checked since the start"),
					    [VERIFIER_RUNS] = N_("is being checked"),
					    [VERIFIER_WHOLE] = N_("whole"),
					    [VERIFIER_BROKEN] = N_("broken"),
					    [VERIFIER_FAILED] = N_("could not be checked")};

	verifier_figures(surface->verifier, visit->arena, &figures);
	return label(&visit->h, words[figures.state]);
}

static struct str timer_words(struct visit *visit, const struct timer_figures *timers)
{
	if (timers->failed)
		return phrase_count(&visit->h, timers->failed, N_("%s failed"), N_("%s failed"));
	if (timers->late)
		return phrase_count(&visit->h, timers->late, N_("%s late"), N_("%s late"));
	return words_count(&visit->h, timers->all);
}

static struct str mail_words(struct visit *visit, const struct outbox_figures *mails)
{
	if (mails->dead)
		return phrase_count(&visit->h, mails->dead, N_("%s failed"), N_("%s failed"));
	return phrase_count(&visit->h, mails->waiting, N_("%s waits"), N_("%s wait"));
}

static enum status draw_program(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	struct timer_figures timers;
	struct token_view *tokens;
	struct outbox_figures mails;
	struct pick_view picks[5];
	size_t token_count;
	enum status status;

	if ((status = timers_figures(connection, visit->now, &timers, &visit->error)) ||
	    (status = outbox_figures(connection, &mails, &visit->error)) ||
	    (status = token_list(connection, visit->arena, visit->now, COUNT_SHOWN + 1, &tokens, &token_count,
				 &visit->error)))
		return status;
	picks[0] = (struct pick_view){.name = label(h, N_("Tokens of the API")),
				      .url = S("/administration/tokens"),
				      .words = words_count(h, (int64_t)token_count)};
	picks[1] = (struct pick_view){.name = label(h, N_("Jobs")),
				      .url = S("/administration/jobs"),
				      .words = timer_words(visit, &timers),
				      .bad = timers.failed || timers.late};
	picks[2] = (struct pick_view){.name = label(h, N_("Proof of the history")),
				      .url = S("/administration/history"),
				      .words = history_words(visit)};
	picks[4] = (struct pick_view){.name = label(h, N_("Mails sent")),
				      .url = S("/administration/mails"),
				      .words = mail_words(visit, &mails),
				      .bad = mails.dead > 0};
	picks[3] = (struct pick_view){.name = label(h, N_("The model as it is loaded")),
				      .url = S("/administration/model"),
				      .words = words_count(h, (int64_t)visit->kernel->model->type_count)};
	html(h, "<section aria-labelledby='a-program'><h2 id='a-program'>%l</h2>", N_("The program itself"));
	draw_picks(h, picks, sizeof(picks) / sizeof(*picks));
	html(h, "</section>");
	return OK;
}

static enum status draw_matrices(struct visit *visit)
{
	const struct model *model = visit->kernel->model;
	struct pick_view *picks =
	    arena_many(visit->arena, struct pick_view, model->matrix_count + model->target_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < model->matrix_count; i++)
		picks[count++] = (struct pick_view){
		    .name = words_of(visit, &model->matrices[i]->label),
		    .url = str_format(visit->arena, "/administration/model#matrix-%.*s",
				      STR_ARG(model->matrices[i]->name)),
		    .words = phrase(&visit->h, N_("%1$s × %2$s"),
				    words_number(&visit->h, (int64_t)model->matrices[i]->row_count),
				    words_number(&visit->h, (int64_t)model->matrices[i]->column_count))};
	for (size_t i = 0; i < model->target_count; i++)
		picks[count++] = (struct pick_view){
		    .name = phrase(&visit->h, N_("Targets: %s"), words_of(visit, &model->targets[i]->label)),
		    .url = str_format(visit->arena, "/administration/model#targets-%.*s",
				      STR_ARG(model->targets[i]->name)),
		    .words = words_number(&visit->h, (int64_t)model->targets[i]->count)};
	if (!count)
		return OK;
	html(&visit->h, "<section aria-labelledby='a-matrices'><h2 id='a-matrices'>%l</h2>",
	     N_("Matrices and general targets"));
	draw_picks(&visit->h, picks, count);
	html(&visit->h, "</section>");
	return OK;
}

static enum status draw_all(struct visit *visit)
{
	READER connection = NULL;
	enum status status = visit_reader(visit, &connection);

	if (status)
		return status;
	visit_begin(visit, label(&visit->h, N_("Administration")), "page administration", S("/administration"));
	html(&visit->h, "<div class='head'><h1>%l</h1><p>%l</p></div><div class='sections plain'>",
	     N_("Administration"), N_("Every change here is an edit of a record, with its history."));
	for (enum section section = 0; section < SECTIONS && !status; section++)
		status = draw_section(visit, connection, section);
	if (status || (status = draw_matrices(visit)) || (status = draw_program(visit, connection)))
		return status;
	html(&visit->h, "</div>");
	visit_end(visit, 200);
	return OK;
}

void page_administration(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (administration_start(&visit, request, response) && (status = draw_all(&visit)))
		visit_refuse(&visit, status);
}
