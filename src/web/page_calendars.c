/* Calendars for programs of a person: /settings/calendars makes and revokes their addresses, /feeds/SECRET is one.
 *
 * Whoever has the address reads as the person does, without signing in, so it is shown once and can be revoked. */
#include <string.h>

#include "record/access.h"
#include "record/feeds.h"
#include "web/feed.h"
#include "web/form.h"
#include "web/pages.h"

enum { OF_TYPE_MOST = 500 };
static const int64_t back = 90 * DAY;

/* --- which days --- */

struct feed_days feed_days_of(const struct kernel *kernel, const struct actor *actor, const struct type *type)
{
	struct feed_days days = {0};
	const struct field *due = type_field(type, S("due"));

	if (!access_reads_type(kernel, actor, type))
		return days;
	if (type->agenda)
		days = (struct feed_days){type->agenda->from, type->agenda->to};
	else if (due && (due->kind == FIELD_DATE || due->kind == FIELD_DATETIME))
		days.from = due;
	if (days.from && !access_reads_field(actor, days.from))
		days.from = NULL;
	if (days.to && !access_reads_field(actor, days.to))
		days.to = NULL;
	return days;
}

static struct str kind_words(struct visit *visit, struct str kind)
{
	const struct type *type = map_get(&visit->kernel->model->types_by_collection, kind);

	return type ? words_of(visit, &type->plural) : label(&visit->h, N_("What is yours: work, dates and reviews"));
}

/* --- the calendar --- */

struct gathering {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct actor *actor;
	instant now;
	VEC(struct feed_entry) entries;
};

/* "(owner = me or assignee = me)"; empty: nobody is named there. */
static struct str own_condition(const struct gathering *gathering, const struct type *type)
{
	struct buf text = buf_new(gathering->arena);

	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i]->kind == FIELD_PERSON && access_reads_field(gathering->actor, type->fields[i]))
			buf_format(&text, "%s%.*s = me", text.n ? " or " : "", STR_ARG(type->fields[i]->name));
	return buf_str(&text);
}

static enum status gather(struct gathering *gathering, const struct type *type, bool own, struct error *error)
{
	struct feed_days days = feed_days_of(gathering->kernel, gathering->actor, type);
	struct list_request request = {
	    .type = type, .limit = OF_TYPE_MOST, .as_of = INSTANT_NONE, .now = gathering->now};
	struct str mine = own ? own_condition(gathering, type) : S("");
	char since[TIME_TEXT];
	struct list_result found;
	enum status status;

	if (!days.from || (own && !mine.n))
		return OK;
	time_format(gathering->now - back, since);
	status = query_parse(gathering->arena, type->query,
			     str_format(gathering->arena, "%.*s > %.*s%s%.*s%s", STR_ARG(days.from->name),
					days.from->kind == FIELD_DATE ? 10 : (int)strlen(since), since,
					own ? " and (" : "", STR_ARG(mine), own ? ")" : ""),
			     &request.filter, error);
	if (status || (status = read_list(gathering->kernel, gathering->connection, gathering->arena, gathering->actor,
					  &request, &found, error)))
		return status;
	for (size_t i = 0; i < found.count; i++)
		vec_push(
		    gathering->arena, &gathering->entries,
		    ((struct feed_entry){.record = found.records[i],
					 .from = record_value(found.records[i], days.from),
					 .to = days.to ? record_value(found.records[i], days.to) : (struct value){0}}));
	return OK;
}

static enum status gather_all(struct gathering *gathering, struct str kind, struct error *error)
{
	const struct model *model = gathering->kernel->model;
	const struct type *type = map_get(&model->types_by_collection, kind);
	enum status status = OK;

	if (type)
		return gather(gathering, type, false, error);
	for (size_t i = 0; i < model->type_count && !status; i++)
		status = gather(gathering, model->types[i], true, error);
	return status;
}

static void answer_calendar(struct http_request *request, struct http_response *response, struct str text)
{
	char hex[HASH_BYTES * 2 + 1];
	struct str etag;

	hash_hex(hash_bytes(text), hex);
	etag = str_format(request->arena, "\"%.32s\"", hex);
	http_add_header(response, "ETag", etag);
	http_add_header(response, "Cache-Control", S("private, no-cache"));
	if (str_eq(http_header(request, "If-None-Match"), etag))
		http_status(response, 304);
	else
		http_body(response, "text/calendar; charset=utf-8", text);
}

void send_calendar(struct http_request *request, struct http_response *response)
{
	struct surface *surface = request->context;
	struct gathering gathering = {.kernel = surface->kernel, .arena = request->arena, .now = time_now()};
	struct error error = {0};
	READER connection = NULL;
	VISIT visit = {0};
	struct feed feed = {0};
	bool found = false;
	enum status status = kernel_reader(surface->kernel, &connection, &error);

	if (!status)
		status =
		    feed_find(connection, request->arena, http_parameter(request, "secret"), &feed, &found, &error);
	if (!status && found)
		status = actor_of_person_on(surface->kernel, connection, request->arena, feed.person, &gathering.actor,
					    &error);
	gathering.connection = connection;
	if (!status && found)
		status = gather_all(&gathering, feed.kind, &error);
	if (status || !found) {
		if (!found || status == E_NOT_FOUND) {
			error_clear(&error);
			status = error_fail(&error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
		}
		http_problem(response, &error, ENGLISH);
		return;
	}
	visit_start_bare(&visit, request, response);
	visit.h.language = gathering.actor->language;
	answer_calendar(request, response,
			feed_text(request->arena, surface->kernel, gathering.actor, kind_words(&visit, feed.kind),
				  S(""), gathering.entries.items, gathering.entries.count));
}

/* --- the page --- */

static void draw_feeds(struct visit *visit, const struct feed *feeds, size_t count)
{
	struct html *h = &visit->h;

	if (!count) {
		html(h, "<p class='none'>%l</p>", N_("There are no addresses."));
		return;
	}
	html(h,
	     "<table class='data'><thead><tr><th scope='col'>%l</th><th "
	     "scope='col'>%l</th><td></td></tr></thead><tbody>",
	     N_("Calendar"), N_("Made"));
	for (size_t i = 0; i < count; i++) {
		html(h,
		     "<tr><th scope='row'>%t</th><td>%t</td><td class='num'><form method='post' "
		     "action='/settings/calendars'>",
		     kind_words(visit, feeds[i].kind), words_near(h, feeds[i].created_at));
		html_token(h);
		html(h,
		     "<button class='btn s' name='revoke' value='%d'>%l<span class='vh'> "
		     "%t</span></button></form></td></tr>",
		     feeds[i].id, N_("Revoke"), kind_words(visit, feeds[i].kind));
	}
	html(h, "</tbody></table>");
}

static void draw_offer(struct visit *visit)
{
	const struct model *model = visit->kernel->model;
	struct html *h = &visit->h;

	html(h, "<form class='narrow' method='post' action='/settings/calendars'>");
	html_token(h);
	html(h,
	     "<div class='field'><label for='kind'>%l</label><select id='kind' name='kind'><option "
	     "value='mine'>%t</option>",
	     N_("Calendar"), kind_words(visit, S("mine")));
	for (size_t i = 0; i < model->type_count; i++)
		if (model->types[i]->agenda && feed_days_of(visit->kernel, visit->actor, model->types[i]).from)
			html(h, "<option value='%a'>%t</option>", model->types[i]->collection,
			     words_of(visit, &model->types[i]->plural));
	html(h, "</select>");
	if (visit->error.count)
		html(h, "<p class='error'>%t</p>", visit_words_of_field(visit, "kind"));
	html(h, "</div><div class='btns'><button class='btn main'>%l</button></div></form>", N_("Make an address"));
}

/* As the person called this service. */
static struct str own_origin(struct visit *visit)
{
	return str_format(visit->arena, "%s://%.*s", visit->request->secure ? "https" : "http",
			  STR_ARG(http_header(visit->request, "Host")));
}

/* secret: of the one that was just made; it is never shown again. */
static enum status draw_page(struct visit *visit, struct str secret, unsigned code)
{
	READER connection = NULL;
	struct html *h = &visit->h;
	struct feed *feeds;
	size_t count;
	enum status status;

	if ((status = visit_reader(visit, &connection)) ||
	    (status = feeds_of(connection, visit->arena, visit->actor->person, &feeds, &count, &visit->error)))
		return status;
	visit->page.portal = !actor_is_staff(visit->actor);
	visit_begin(visit, label(h, N_("Calendars for your programs")),
		    visit->page.portal ? "ppage administration" : "page administration", S("/settings"));
	html(h, "<div class='head'><h1>%l</h1><p><a href='/settings'>%l</a></p></div><p>%l</p>",
	     N_("Calendars for your programs"), N_("Settings"),
	     N_("A calendar program reads such an address without signing in, and sees what you may see. Keep it to "
		"yourself, and revoke it when it is no longer needed."));
	if (secret.n)
		html(h,
		     "<div class='notice good' role='status'>%i<div><p>%l</p><p><code "
		     "id='secret'>%t/feeds/%t</code></p></div></div>",
		     ICON_KEY, N_("This is the address. Keep it now: it is not shown again."), own_origin(visit),
		     secret);
	draw_feeds(visit, feeds, count);
	draw_offer(visit);
	visit_end(visit, code);
	return OK;
}

void page_calendars(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (visit_start(&visit, request, response) && (status = draw_page(&visit, S(""), 200)))
		visit_refuse(&visit, status);
}

static enum status check_kind(struct visit *visit, struct str kind)
{
	const struct type *type = map_get(&visit->kernel->model->types_by_collection, kind);

	if (str_is(kind, "mine") || (type && type->agenda && feed_days_of(visit->kernel, visit->actor, type).from))
		return OK;
	return error_fail(&visit->error, E_INVALID, "kind", "choice", N_("There is no such calendar"));
}

void post_calendars(struct http_request *request, struct http_response *response)
{
	char secret[TOKEN_TEXT] = "";
	struct str revoke, kind;
	int64_t feed = 0;
	VISIT visit = {0};
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	revoke = form_word(&visit, "revoke");
	kind = form_word(&visit, "kind");
	visit_release(&visit);
	if (revoke.n) {
		status = feed_revoke(visit.kernel, visit.actor, str_int64(revoke, &feed) ? feed : 0, visit.now,
				     &visit.error);
		if (!status)
			visit_go(&visit, S("/settings/calendars"));
	} else {
		status = check_kind(&visit, kind);
		if (!status)
			status = feed_create(visit.kernel, visit.actor, kind, visit.now, secret, &visit.error);
		if (!status || status == E_INVALID)
			status = draw_page(&visit, str_of(secret), status ? 422 : 200);
	}
	if (status)
		visit_refuse(&visit, status);
}
