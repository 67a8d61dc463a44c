#include "web/visit.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "api/changes.h"
#include "insight/dashboards.h"
#include "record/notices.h"

/* --- who, and in which language --- */

static enum theme theme_of(struct str text)
{
	return str_is(text, "light") ? THEME_LIGHT : str_is(text, "dark") ? THEME_DARK : THEME_SYSTEM;
}

/* What this browser was told (only before anybody is known: signing in ends it), else the person's own, else what the
 * browser asks for first. */
static enum language language_of(const struct visit *visit)
{
	struct str chosen = http_cookie(visit->request, "language"),
		   asked = http_header(visit->request, "Accept-Language");
	enum language preset = visit->actor ? visit->actor->language : language_parse(str_sub(asked, 0, 2), ENGLISH);

	return chosen.n ? language_parse(chosen, preset) : preset;
}

/* The kernel names records in the language of whoever asks: what this browser was told counts there too. */
static void agree_on_language(struct visit *visit)
{
	struct actor *actor;

	if (!visit->actor || visit->actor->language == visit->h.language)
		return;
	actor = arena_one(visit->arena, struct actor);
	*actor = *visit->actor;
	actor->language = visit->h.language;
	visit->actor = actor;
}

static enum theme theme_chosen(const struct visit *visit)
{
	struct str chosen = http_cookie(visit->request, "theme");

	return theme_of(chosen.n || !visit->actor ? chosen : visit->actor->theme);
}

static void prepare(struct visit *visit)
{
	visit->theme = theme_chosen(visit);
	visit->out = buf_new(visit->arena);
	visit->h =
	    (struct html){.out = &visit->out,
			  .eras = visit->actor && visit->actor->era_years && http_query(visit->request, "print").n,
			  .language = language_of(visit),
			  .now = visit->now,
			  .token = str_of(visit->session.csrf),
			  .zone = actor_zone(visit->actor)};
	agree_on_language(visit);
}

static void begin(struct visit *visit, struct http_request *request, struct http_response *response)
{
	struct surface *surface = request->context;

	*visit = (struct visit){.request = request,
				.response = response,
				.kernel = surface->kernel,
				.arena = request->arena,
				.now = time_now(),
				.place = surface->changes ? changes_last(surface->changes) : 0};
}

struct str visit_stream(const struct visit *visit, struct str wanted)
{
	return str_format(visit->arena, "/api/v1/stream?%.*s&after=%lld", STR_ARG(wanted), (long long)visit->place);
}

void visit_start_bare(struct visit *visit, struct http_request *request, struct http_response *response)
{
	begin(visit, request, response);
	prepare(visit);
}

bool visit_start_as(struct visit *visit, struct http_request *request, struct http_response *response, int64_t person)
{
	enum status status;

	begin(visit, request, response);
	status = actor_of_person(visit->kernel, visit->arena, person, &visit->actor, &visit->error);
	prepare(visit);
	return !status;
}

static enum status recognise(struct visit *visit)
{
	struct str cookie = http_cookie(visit->request, "kaname");
	enum status status;

	if (!cookie.n)
		return E_SIGN_IN;
	if ((status = kernel_reader(visit->kernel, &visit->early, &visit->error)) ||
	    (status = session_check(visit->kernel, visit->early, cookie, visit->now, &visit->session, &visit->error)))
		return status;
	status = actor_of_person_on(visit->kernel, visit->early, visit->arena, visit->session.person, &visit->actor,
				    &visit->error);
	if (status)
		return status == E_NOT_FOUND ? E_SIGN_IN : status;
	return notices_unread(visit->early, visit->session.person, visit->now, &visit->page.unread, &visit->error);
}

enum status visit_reader(struct visit *visit, struct connection **connection)
{
	*connection = visit->early;
	visit->early = NULL;
	return *connection ? OK : kernel_reader(visit->kernel, connection, &visit->error);
}

void visit_release(struct visit *visit)
{
	store_reader_done(&visit->early);
}

static void ask_to_sign_in(struct visit *visit)
{
	struct str here = visit->request->method == HTTP_GET ? visit->request->target : S("/");

	if (str_is(here, "/"))
		visit_go(visit, S("/login"));
	else
		visit_go(visit, str_format(visit->arena, "/login?next=%.*s", STR_ARG(url_part(visit->arena, here))));
}

bool visit_start(struct visit *visit, struct http_request *request, struct http_response *response)
{
	enum status status;

	begin(visit, request, response);
	status = recognise(visit);
	prepare(visit);
	if (status == E_SIGN_IN)
		ask_to_sign_in(visit);
	else if (status)
		visit_refuse(visit, status);
	else if (request->method == HTTP_GET && !request->again)
		visit->relieved = kernel_relieve(&visit->early); /* a page reads much */
	return !status;
}

bool visit_start_form(struct visit *visit, struct http_request *request, struct http_response *response)
{
	struct str token;

	if (!visit_start(visit, request, response))
		return false;
	if (http_form_body(request, &visit->form, &visit->error)) {
		visit_refuse(visit, E_SYNTAX);
		return false;
	}
	token = http_form_value(&visit->form, "csrf");
	if (!token.n || !str_eq(token, str_of(visit->session.csrf))) {
		visit_refuse(visit, error_fail(&visit->error, E_DENIED, "", "csrf",
					       N_("The request does not carry this session's token; reload the page")));
		return false;
	}
	return true;
}

/* --- addresses --- */

struct str visit_url_with(struct visit *visit, const char *name, struct str value)
{
	const struct http_pairs *query = &visit->request->query;
	struct buf url = buf_new(visit->arena);
	bool any = false;

	buf_add(&url, visit->request->path);
	for (size_t i = 0; i <= query->count; i++) {
		bool ours = i == query->count;
		struct str key = ours ? str_of(name) : query->items[i].name,
			   text = ours ? value : query->items[i].value;

		if (!text.p || (!ours && (str_is(key, name) || str_is(key, "after"))))
			continue;
		buf_format(&url, "%s%.*s=%.*s", any ? "&" : "?", STR_ARG(url_part(visit->arena, key)),
			   STR_ARG(url_part(visit->arena, text)));
		any = true;
	}
	return buf_str(&url);
}

bool visit_meant_number(struct visit *visit, struct str text, int64_t *identity)
{
	char *upper = str_c(visit->arena, str_trim(text));

	for (char *c = upper; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return kernel_parse_number(visit->kernel, str_of(upper), identity);
}

struct str visit_here(struct visit *visit)
{
	return visit->request->method == HTTP_GET ? visit->request->target : visit->request->path;
}

struct str visit_own_path(struct str path)
{
	/* "//host" and "/\\host" lead elsewhere. */
	bool own = path.n && path.p[0] == '/' && (path.n == 1 || (path.p[1] != '/' && path.p[1] != '\\'));

	for (size_t i = 0; own && i < path.n; i++)
		own = (unsigned char)path.p[i] > 0x20 && path.p[i] != '\\';
	return own ? path : S("/");
}

struct str number_text(struct visit *visit, int64_t identity)
{
	char number[NUMBER_TEXT];

	return str_dup(visit->arena, str_of(kernel_number(visit->kernel, identity, number)));
}

struct str record_url(struct visit *visit, int64_t identity)
{
	char number[NUMBER_TEXT];

	return str_format(visit->arena, "/%s", kernel_number(visit->kernel, identity, number));
}

void visit_go(struct visit *visit, struct str location)
{
	http_redirect(visit->response, location);
}

/* --- words --- */

struct str words_of(const struct visit *visit, const struct label *text)
{
	return label_in(text, visit->h.language);
}

struct str visit_words(struct visit *visit, const struct error_item *item)
{
	char text[512];

	error_item_text(item, translate(visit->h.language, item->message), text, sizeof(text));
	return str_dup(visit->arena, str_of(text));
}

struct str visit_words_of_field(struct visit *visit, const char *field)
{
	for (size_t i = 0; i < visit->error.count; i++)
		if (!strcmp(visit->error.items[i].field, field))
			return visit_words(visit, &visit->error.items[i]);
	return (struct str){0};
}

/* --- the frame --- */

static const struct {
	const char *name, *words;
} fan[] = {{"design", N_("Design")},   {"deliver", N_("Deliver")}, {"relate", N_("Relate")},
	   {"resolve", N_("Resolve")}, {"control", N_("Control")}, {"govern", N_("Administration")}};

enum { FAN_GROUPS = sizeof(fan) / sizeof(*fan) };

struct str visit_heading(struct visit *visit, const struct type *type, const struct process **process)
{
	bool another = type->process && type->process != *process;

	*process = type->process;
	return another ? words_of(visit, &type->process->label) : S("");
}

static void add_links(struct visit *visit, struct nav_group *group, const char *name, struct str current)
{
	const struct model *model = visit->kernel->model;
	struct nav_link *links = arena_many(visit->arena, struct nav_link, model->type_count + 2);
	const struct process *process = NULL;

	if (visit->actor->administers && str_is(S("govern"), name))
		links[group->count++] = (struct nav_link){.words = label(&visit->h, N_("All of administration")),
							  .url = S("/administration"),
							  .key = S("g a"),
							  .current = str_is(current, "/administration")};
	for (size_t i = 0; i < model->type_count; i++) {
		const struct type *type = model->types[i];
		struct str url;

		if (!type->process || type->off_menu || !str_is(type->process->group, name) ||
		    !access_reads_type(visit->kernel, visit->actor, type))
			continue;
		url = str_format(visit->arena, "/%.*s", STR_ARG(type->collection));
		links[group->count++] = (struct nav_link){
		    .words = words_of(visit, &type->plural),
		    .under = visit_heading(visit, type, &process),
		    .url = url,
		    .key = type->jump.n ? str_format(visit->arena, "g %.*s", STR_ARG(type->jump)) : S(""),
		    .current = str_eq(url, current)};
	}
	group->links = links;
}

int64_t visit_patience(const struct visit *visit)
{
	const struct surface *surface = visit->request->context;

	return surface->patience;
}

bool visit_has_dashboards(const struct visit *visit)
{
	const struct surface *surface = visit->request->context;

	return actor_is_staff(visit->actor) && surface->dashboards->count > 0;
}

static struct nav_group conformity_link(struct visit *visit, struct str current)
{
	struct nav_link *link = arena_one(visit->arena, struct nav_link);

	*link = (struct nav_link){.words = label(&visit->h, N_("Conformity")),
				  .url = S("/conformity"),
				  .current = str_is(current, "/conformity")};
	return (struct nav_group){.links = link, .count = 1};
}

static void add_navigation(struct visit *visit, struct str current)
{
	struct nav_group *groups = arena_many(visit->arena, struct nav_group, FAN_GROUPS + 2);
	struct nav_link *home = arena_many(visit->arena, struct nav_link, 4);
	size_t count = 1;

	home[0] = (struct nav_link){
	    .words = label(&visit->h, N_("My work")), .url = S("/"), .key = S("g h"), .current = str_is(current, "/")};
	home[1] = (struct nav_link){.words = label(&visit->h, N_("Service portal")), .url = S("/portal")};
	groups[0] = (struct nav_group){.links = home, .count = 2};
	if (visit_has_dashboards(visit))
		home[groups[0].count++] = (struct nav_link){.words = label(&visit->h, N_("Dashboard")),
							    .url = S("/dashboard"),
							    .current = str_is(current, "/dashboard")};
	if (actor_is_staff(visit->actor))
		home[groups[0].count++] = (struct nav_link){.words = label(&visit->h, N_("Figures")),
							    .url = S("/figures"),
							    .key = S("g f"),
							    .current = str_is(current, "/figures")};
	for (size_t i = 0; i < FAN_GROUPS; i++) {
		groups[count] = (struct nav_group){.title = label(&visit->h, fan[i].words)};
		add_links(visit, &groups[count], fan[i].name, current);
		count += groups[count].count > 0;
	}
	if (actor_is_staff(visit->actor))
		groups[count++] = conformity_link(visit, current);
	visit->page.groups = groups;
	visit->page.group_count = count;
}

void visit_begin(struct visit *visit, struct str title, const char *main_class, struct str current)
{
	visit->page.title = title;
	visit->page.theme = visit->theme;
	visit->page.main_class = str_of(main_class);
	visit->page.here = visit_here(visit);
	visit->page.query = http_query(visit->request, "q");
	visit->page.person =
	    (struct person){.name = visit->actor->name,
			    .url = visit->actor->partner ? S("/settings") : record_url(visit, visit->actor->person)};
	visit->page.notices_url = S("/notices");
	add_navigation(visit, current);
	page_begin(&visit->h, &visit->page);
}

void visit_answer(struct visit *visit, unsigned status)
{
	if (visit->out.failed) {
		struct error error = {0};

		http_problem_as(visit->response, 500,
				(error_fail(&error, E_INTERNAL, "", "page", N_("The page could not be made")), &error),
				visit->h.language);
		return;
	}
	http_status(visit->response, status);
	if (visit->error.wait_seconds || status == 503)
		http_retry_after(visit->response, visit->error.wait_seconds ? visit->error.wait_seconds : 2);
	http_body(visit->response, "text/html; charset=utf-8", buf_str(&visit->out));
}

void visit_end(struct visit *visit, unsigned status)
{
	page_end(&visit->h, &visit->page);
	visit_answer(visit, status);
}

static void draw_refusal(struct visit *visit, unsigned code)
{
	struct html *h = &visit->h;
	const char *bare = visit->page.portal ? "ppage refusal" : "page refusal"; /* no page around it has its margin */

	html(h, "<div class='%a'><h1>%l</h1>", visit->actor ? "refusal" : bare, http_status_title(code));
	for (size_t i = 0; i < visit->error.count; i++)
		html(h, "<p>%t</p>", visit_words(visit, &visit->error.items[i]));
	if (visit->page.portal)
		html(h, "<p><a class='btn' href='/portal'>%l</a></p></div>", N_("To the portal"));
	else
		html(h, "<p><a class='btn' href='/'>%l</a></p></div>", N_("To my work"));
}

void visit_refuse(struct visit *visit, enum status status)
{
	unsigned code;

	if (!visit->error.status)
		visit->error.status = status;
	if (visit->relieved && kernel_asks_again(&visit->error) && http_again(visit->request))
		return;
	code = http_status_of(visit->error.status);
	if (code >= 500)
		http_fault(visit->response, &visit->error);
	visit->out.n = 0; /* what was begun is left out */
	if (visit->actor) {
		visit_begin(visit, label(&visit->h, http_status_title(code)), visit->page.portal ? "ppage" : "page",
			    S(""));
		draw_refusal(visit, code);
		visit_end(visit, code);
		return;
	}
	bare_page_begin(&visit->h, label(&visit->h, http_status_title(code)), visit->theme, S(""));
	draw_refusal(visit, code);
	bare_page_end(&visit->h);
	visit_answer(visit, code);
}

/* --- edits --- */

struct parked {
	struct visit visit;
	struct edit_batch *batch;
	struct edit_ticket ticket;
	enum status status;
	void (*answer)(struct visit *visit, struct edit_batch *batch, enum status status, void *data);
	void *data;
};

static void committed(void *context, enum status status, const struct error *error)
{
	struct parked *parked = context;

	parked->status = status;
	if (status)
		error_append(&parked->visit.error, error);
	http_resume(parked->visit.request);
}

static void go_on(struct http_request *request, struct http_response *response)
{
	struct parked *parked = request->data;

	parked->visit.response = response;
	parked->visit.h.out = &parked->visit.out; /* what pointed into the visit on the stack */
	parked->visit.h.token = str_of(parked->visit.session.csrf);
	parked->answer(&parked->visit, parked->batch, parked->status, parked->data);
}

void visit_edit(struct visit *visit, struct edit_batch *batch,
		void (*answer)(struct visit *visit, struct edit_batch *batch, enum status status, void *data),
		void *data)
{
	struct parked *parked = arena_one(visit->arena, struct parked);
	struct error error = {0};

	visit_release(visit);
	*parked = (struct parked){.visit = *visit, .batch = batch, .answer = answer, .data = data};
	parked->ticket =
	    (struct edit_ticket){.kernel = visit->kernel, .batch = batch, .done = committed, .context = parked};
	visit->request->data = parked;
	http_suspend(visit->request, go_on);
	if (kernel_edit_start(&parked->ticket, &error)) /* not taken: done will not be called */
		committed(parked, error.status, &error);
}
