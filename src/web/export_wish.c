/* Lists that are written to files in the background (job/exporter.h): asking for one, how far it is, fetching it. */
#include <string.h>

#include "record/access.h"
#include "record/export_file.h"
#include "report/export.h"
#include "web/list_export.h"
#include "web/pages.h"

enum { WAITING_MOST = 3, FIELDS_MOST = 16, AGAIN = 2 /* seconds between two looks at how far it is */ };

static const struct type *wishes(const struct visit *visit)
{
	return visit->kernel->model->acting[ACTS_EXPORT];
}

bool export_may_wait(const struct visit *visit)
{
	return wishes(visit) && actor_is_staff(visit->actor);
}

/* --- asking --- */

struct asking {
	const struct type *type;
	struct field_input fields[FIELDS_MOST];
	size_t count;
};

static void set(struct asking *asking, const char *name, struct value value)
{
	const struct field *field = type_field(asking->type, str_of(name));

	if (field && !value_is_empty(value))
		asking->fields[asking->count++] = (struct field_input){field, value};
}

static void set_text(struct asking *asking, const char *name, struct str text)
{
	set(asking, name, value_text(text));
}

static void describe(struct asking *asking, const struct list_state *state, enum table_format format)
{
	struct visit *visit = state->visit;
	struct str title = words_of(visit, &state->type->plural);

	if (state->view)
		title = phrase(&visit->h, N_("%1$s: %2$s"), title, words_of(visit, &state->view->label));
	set_text(asking, "title", title);
	set_text(asking, "collection", state->type->collection);
	set_text(asking, "filter", str_trim(state->expression));
	set_text(asking, "sort", state->order);
	set_text(asking, "columns", list_export_columns(state));
	set(asking, "format", value_choice(format == TABLE_CSV ? S("csv") : S("xlsx")));
	set(asking, "language", value_choice(str_of(language_code(visit->h.language))));
	set_text(asking, "origin", list_export_origin(visit));
}

static enum status check_room(struct visit *visit, struct connection *connection)
{
	const struct query *filter;
	int64_t count;
	enum status status;

	if (!export_may_wait(visit))
		return error_fail(&visit->error, E_DENIED, "", "access", N_("You may not do this"));
	if ((status = query_parse(visit->arena, wishes(visit)->query, S("asker = me and state.phase != done"), &filter,
				  &visit->error)) ||
	    (status = read_count_to(visit->kernel, connection, visit->arena, visit->actor, wishes(visit), filter,
				    visit->now, WAITING_MOST, &count, &visit->error)))
		return status;
	return count < WAITING_MOST ? OK
				    : error_fail(&visit->error, E_TOO_MANY, "", "too_many",
						 N_("Three of your exports are not yet written; wait for one of them"));
}

static void asked(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	if (status)
		visit_refuse(visit, status);
	else
		visit_go(visit, record_url(visit, batch->results[0].record));
}

static struct asking *ask(struct visit *visit)
{
	struct asking *asking = arena_one(visit->arena, struct asking);

	asking->type = wishes(visit);
	set(asking, "asker", value_record(visit->actor->person));
	return asking;
}

static void send(struct visit *visit, const struct asking *asking)
{
	struct edit_request *request = arena_one(visit->arena, struct edit_request);
	struct edit_batch *batch = arena_one(visit->arena, struct edit_batch);

	*request = (struct edit_request){.type = asking->type,
					 .fields = asking->fields,
					 .field_count = asking->count,
					 .via = VIA_WEB,
					 .at = INSTANT_NONE};
	*batch = (struct edit_batch){.actor = actor_system(), /* what it says of the asker is not for them to write */
				     .requests = request,
				     .count = 1,
				     .results = arena_one(visit->arena, struct edit_result)};
	visit_edit(visit, batch, asked, NULL);
}

enum status export_ask(const struct list_state *state, struct connection *connection, enum table_format format)
{
	struct visit *visit = state->visit;
	enum status status = check_room(visit, connection);
	struct asking *asking;

	if (status)
		return status;
	asking = ask(visit);
	describe(asking, state, format);
	send(visit, asking);
	return OK;
}

enum status export_ask_pack(struct visit *visit, struct connection *connection, struct str clause, struct str title,
			    enum language language)
{
	enum status status = check_room(visit, connection);
	struct asking *asking;

	if (status)
		return status;
	asking = ask(visit);
	set_text(asking, "title", title);
	set_text(asking, "collection", S("conformity"));
	set_text(asking, "filter", clause);
	set(asking, "format", value_choice(S(PACK_FORMAT_NAME)));
	set(asking, "language", value_choice(str_of(language_code(language))));
	send(visit, asking);
	return OK;
}

/* --- its page --- */

static bool is_asker(const struct visit *visit, const struct record *wish)
{
	struct value asker = record_named(wish, "asker");

	return asker.kind == VALUE_RECORD && asker.number == visit->actor->person;
}

static bool stands(const struct record *wish, const char *state)
{
	return wish->state && str_is(wish->state->name, state);
}

static bool is_pack(const struct record *wish)
{
	return str_is(record_text_of(wish, "format"), PACK_FORMAT_NAME);
}

static struct str list_url(struct visit *visit, const struct record *wish)
{
	static const char *const parameters[] = {"filter", "sort", "columns"};
	struct buf url = buf_new(visit->arena);

	buf_format(&url, "/%.*s", STR_ARG(record_text_of(wish, "collection")));
	if (is_pack(wish))
		return buf_str(&url);
	for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++)
		buf_format(&url, "%c%s=%.*s", i ? '&' : '?', parameters[i],
			   STR_ARG(url_part(visit->arena, record_text_of(wish, parameters[i]))));
	return buf_str(&url);
}

static void draw_progress(struct visit *visit, const struct record *wish)
{
	struct html *h = &visit->h;
	int64_t total = record_named(wish, "total").number, written = record_named(wish, "written").number;

	if (!stands(wish, "running")) {
		html(h, "<p role='status'>%l</p>", N_("It waits for its turn."));
		return;
	}
	html(h, "<p role='status'>%t</p><progress max='%d' value='%d' aria-label='%l'></progress>",
	     total > 0 && written >= total ? label(h, N_("All of it is written. The file is being finished."))
	     : is_pack(wish)
		 ? phrase(h, N_("%s of it is written"), words_percent(h, words_number(h, written)))
		 : phrase(h, N_("%1$s of %2$s records are written"), words_number(h, written), words_number(h, total)),
	     total > 0 ? total : 1, written, N_("Progress"));
}

static void draw_ready(struct visit *visit, const struct record *wish)
{
	struct html *h = &visit->h;
	instant until = record_named(wish, "ended_at").number + DAY;

	html(h, "<p role='status'>%t</p>",
	     phrase(h, N_("The file is ready. It is kept until %s."), words_moment(h, until)));
	html(h, "<p><a class='btn main' href='%u/file' download=''>%i%t</a></p>", record_url(visit, wish->identity),
	     ICON_DOWNLOAD, phrase(h, N_("Download (%s)"), words_bytes(h, record_named(wish, "bytes").number)));
}

static void draw_stand(struct visit *visit, const struct record *wish)
{
	struct html *h = &visit->h;

	if (wish->state && wish->state->phase != PHASE_DONE)
		draw_progress(visit, wish);
	else if (stands(wish, "ready"))
		draw_ready(visit, wish);
	else if (stands(wish, "failed"))
		html(h, "<p class='err' role='alert'>%i%t</p>", ICON_ALERT,
		     phrase(h,
			    is_pack(wish) ? N_("The evidence pack could not be written: %s")
					  : N_("The list could not be written: %s"),
			    record_text_of(wish, "reason")));
	else
		html(h, "<p role='status'>%l</p>",
		     is_pack(wish) ? N_("The file was removed. Make the pack again if you need it.")
				   : N_("The file was removed. Export the list again if you need it."));
}

static enum status may_discard(struct visit *visit, struct connection *connection, const struct record *wish, bool *may)
{
	const struct transition *discard = type_transition(wish->type, S("discard"));

	*may = false;
	return discard ? edit_may_transition(visit->kernel, connection, visit->arena, visit->actor, wish, discard,
					     visit->now, may, &visit->error)
		       : OK;
}

static void draw_wish(struct visit *visit, const struct record *wish, struct str asker, bool may)
{
	struct html *h = &visit->h;
	struct str url = record_url(visit, wish->identity);
	bool ends = !wish->state || wish->state->phase == PHASE_DONE;

	if (!ends) { /* how far it is, is counted without an event; its end has one */
		visit->page.again = AGAIN;
		visit->page.live = visit_stream(
		    visit, str_format(visit->arena, "record=%.*s", STR_ARG(number_text(visit, wish->identity))));
	}
	visit_begin(visit, read_headline(wish, h->language), "page", S("/exports"));
	html(h, "<div class='head'><h1>%t</h1><p class='sub'>%t</p></div>", read_headline(wish, h->language),
	     phrase(h, N_("%1$s, %2$s, asked for by %3$s"), number_text(visit, wish->identity),
		    words_moment(h, wish->created_at), asker));
	html(h, "<div class='wish' id='wish' data-region=''%m>",
	     attribute_if("data-again", ends ? S("") : str_format(visit->arena, "%d", AGAIN)));
	draw_stand(visit, wish);
	html(h, "<div class='btns'><a class='btn' href='%u'>%l</a>", list_url(visit, wish),
	     is_pack(wish) ? N_("Back to conformity") : N_("Back to the list"));
	if (may) {
		html(h, "<form method='post' action='%u/do/discard'>", url);
		html_token(h);
		html(h, "<button class='btn quiet'>%l</button></form>", N_("Discard it"));
	}
	html(h, "</div>");
	if (!is_pack(wish) && record_text_of(wish, "filter").n)
		html(h, "<p class='sub'>%l <code>%t</code></p>", N_("Filter:"), record_text_of(wish, "filter"));
	html(h, "</div>");
	visit_end(visit, 200);
}

/* To others it is a record like any: who took what away. */
static enum status show_wish(struct visit *visit, int64_t identity, bool *is_own)
{
	READER connection = NULL;
	struct record *wish;
	bool may;
	enum status status;

	if ((status = visit_reader(visit, &connection)) ||
	    (status =
		 read_record(visit->kernel, connection, visit->arena, visit->actor, identity, &wish, &visit->error)))
		return status;
	*is_own = is_asker(visit, wish);
	if (!*is_own || (status = may_discard(visit, connection, wish, &may)))
		return status;
	draw_wish(visit, wish, visit->actor->name, may);
	return OK;
}

void page_export_wish(struct visit *visit, int64_t identity)
{
	bool is_own = true;
	enum status status = show_wish(visit, identity, &is_own);

	if (status)
		visit_refuse(visit, status);
	else if (!is_own)
		page_record(visit, identity);
}

/* --- the file, part by part --- */

struct sending {
	struct kernel *kernel;
	struct arena *arena; /* of one part */
	int64_t record, part, left;
	struct str rest;
};

static ssize_t next_bytes(void *state, char *out, size_t n)
{
	struct sending *sending = state;
	READER connection = NULL;
	struct error error = {0};

	if (!sending->left)
		return HTTP_STREAM_END;
	if (!sending->rest.n) {
		arena_reset(sending->arena);
		if (kernel_reader(sending->kernel, &connection, &error) ||
		    export_file_part(connection, sending->arena, sending->record, sending->part++, &sending->rest,
				     &error) ||
		    !sending->rest.n) /* it was removed meanwhile */
			return HTTP_STREAM_FAILED;
	}
	if (n > sending->rest.n)
		n = sending->rest.n;
	memcpy(out, sending->rest.p, n);
	sending->rest = str_sub(sending->rest, n, sending->rest.n);
	sending->left -= (int64_t)n;
	return (ssize_t)n;
}

static void end_sending(void *state)
{
	struct sending *sending = state;

	arena_free(sending->arena);
}

/* "evidence 8.1 2026-11-27.zip" */
static struct str pack_name(struct visit *visit, const struct record *wish)
{
	struct str clause = record_text_of(wish, "filter");
	char day[TIME_TEXT];

	return str_format(visit->arena, "evidence%s%.*s %s.zip", clause.n ? " " : "", STR_ARG(clause),
			  day_format(zone_day(visit->h.zone, wish->created_at), day));
}

static void send_parts(struct visit *visit, const struct record *wish)
{
	const struct type *type =
	    map_get(&visit->kernel->model->types_by_collection, record_text_of(wish, "collection"));
	enum table_format format = str_is(record_text_of(wish, "format"), "csv") ? TABLE_CSV : TABLE_XLSX;
	struct sending *sending = arena_one(visit->arena, struct sending);

	*sending = (struct sending){.kernel = visit->kernel,
				    .arena = arena_new(),
				    .record = wish->identity,
				    .left = record_named(wish, "bytes").number};
	http_keep_as(visit->response, is_pack(wish) ? pack_name(visit, wish)
						    : export_file_name(visit->arena, type ? type : wish->type,
								       visit->actor, wish->created_at, format));
	(void)http_stream(visit->response, is_pack(wish) ? "application/zip" : export_media_type(format), next_bytes,
			  sending, end_sending);
}

static enum status find_file(struct visit *visit, struct record **wish)
{
	READER connection = NULL;
	int64_t identity;
	enum status status;

	if ((status = visit_reader(visit, &connection)))
		return status;
	if (kernel_parse_number(visit->kernel, http_parameter(visit->request, "number"), &identity) &&
	    kernel_type_of(visit->kernel, identity) == wishes(visit) && wishes(visit)) {
		status =
		    read_record(visit->kernel, connection, visit->arena, visit->actor, identity, wish, &visit->error);
		if (status || is_asker(visit, *wish))
			return status;
	}
	return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
}

void send_export(struct http_request *request, struct http_response *response)
{
	struct record *wish;
	VISIT visit = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = find_file(&visit, &wish)))
		visit_refuse(&visit, status);
	else if (!stands(wish, "ready"))
		visit_go(&visit, record_url(&visit, wish->identity));
	else
		send_parts(&visit, wish);
}
