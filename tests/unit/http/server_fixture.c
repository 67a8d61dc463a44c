#include "server_fixture.h"

#include <stdio.h>

static void hello(struct http_request *request, struct http_response *response)
{
	http_body(response, "text/plain; charset=utf-8", S("hello"));
}

static void page(struct http_request *request, struct http_response *response)
{
	http_body(response, "text/html; charset=utf-8", S("<!doctype html><title>page</title>"));
}

static void item(struct http_request *request, struct http_response *response)
{
	struct buf text = buf_new(request->arena);
	buf_format(&text, "%.*s|%.*s|%.*s|%s|%.*s", STR_ARG(http_parameter(request, "number")),
		   STR_ARG(http_query(request, "q")), STR_ARG(http_cookie(request, "session")),
		   request->secure ? "secure" : "plain", STR_ARG(request->remote));
	http_body(response, "text/plain", buf_str(&text));
}

static void echo(struct http_request *request, struct http_response *response)
{
	http_status(response, 201);
	http_add_header(response, "X-Length", str_format(request->arena, "%zu", request->body.n));
	http_body(response, "application/octet-stream", request->body);
}

static void json(struct http_request *request, struct http_response *response)
{
	struct error error = {};
	json_t *body;
	if (http_json_body(request, &body, &error) != OK) {
		http_problem(response, &error, ENGLISH);
		return;
	}
	const char *title = json_string_value(json_object_get(body, "title"));
	http_body(response, "text/plain", str_of(title ? title : "none"));
}

static void form(struct http_request *request, struct http_response *response)
{
	struct error error = {};
	struct http_form fields;
	if (http_form_body(request, &fields, &error) != OK) {
		http_problem(response, &error, ENGLISH);
		return;
	}
	http_set_cookie(response, "session", S("abc"), 3600, true);
	http_set_cookie(response, "old", S(""), 0, false);
	http_redirect(response, str_format(request->arena, "/%.*s", STR_ARG(http_form_value(&fields, "title"))));
}

static void invalid(struct http_request *request, struct http_response *response)
{
	struct error error = {};
	error_fail(&error, E_INVALID, "title", "required", N_("A value is needed"));
	error_fail(&error, E_INVALID, "impact", "choice", N_("“%s” is not among the choices"), "\"huge\"");
	http_problem(response, &error, ENGLISH);
}

static void broken(struct http_request *request, struct http_response *response)
{
	http_add_header(response, "X-Name", S("a\r\nSet-Cookie: stolen=1"));
	http_body(response, "text/plain", S("never sent"));
}

static void large(struct http_request *request, struct http_response *response)
{
	http_body(response, "application/json", fixture_large());
}

static void asset(struct http_request *request, struct http_response *response)
{
	static const struct http_asset file = {
	    .media_type = "text/css",
	    .plain = {"plain", 5},
	    .gzip = {"gz", 2},
	    .brotli = {"b", 1},
	    .etag = {"\"v1\"", 4},
	    .lasting = true,
	};
	http_send_asset(request, response, &file);
}

static void parked(struct http_request *request, struct http_response *response)
{
	int *rounds = request->data;
	if (--*rounds > 0) {
		http_suspend(request, parked);
		http_resume(request); /* sooner than any other thread could */
		return;
	}
	http_body(response, "text/plain", str_format(request->arena, "%.*s done", STR_ARG(request->body)));
}

static void park(struct http_request *request, struct http_response *response)
{
	struct work *work = request->context;
	int *rounds = arena_one(request->arena, int);
	*rounds = 2;
	request->data = rounds;
	http_suspend(request, parked);
	pthread_mutex_lock(&work->lock);
	work->requests[work->count++] = request;
	pthread_cond_broadcast(&work->changed);
	pthread_mutex_unlock(&work->lock);
}

static ssize_t count_down(void *state, char *out, size_t n)
{
	unsigned *left = state;
	return *left ? snprintf(out, n, "%u\n", (*left)--) : HTTP_STREAM_END;
}

static void export(struct http_request *request, struct http_response *response)
{
	unsigned *left = arena_one(request->arena, unsigned);
	*left = 1000;
	http_stream(response, "text/csv", count_down, left, NULL);
}

static ssize_t fail_late(void *state, char *out, size_t n)
{
	unsigned *calls = state;
	return (*calls)++ ? HTTP_STREAM_FAILED : snprintf(out, n, "half");
}

static void cut_off(struct http_request *request, struct http_response *response)
{
	http_stream(response, "text/csv", fail_late, arena_one(request->arena, unsigned), NULL);
}

static ssize_t tick(void *state, char *out, size_t n)
{
	struct work *work = state;
	pthread_mutex_lock(&work->lock);
	ssize_t said = work->ticks ? snprintf(out, n, "data: %u\n\n", work->ticks--) : HTTP_STREAM_WAIT;
	pthread_mutex_unlock(&work->lock);
	return said;
}

static void tick_released(void *state)
{
	struct work *work = state;
	pthread_mutex_lock(&work->lock);
	work->released++;
	pthread_cond_broadcast(&work->changed);
	pthread_mutex_unlock(&work->lock);
}

static void events(struct http_request *request, struct http_response *response)
{
	struct work *work = request->context;
	pthread_mutex_lock(&work->lock);
	if (work->stream)
		http_stream_drop(work->stream);
	work->stream = http_stream_hold(http_stream(response, "text/event-stream", tick, work, tick_released));
	pthread_mutex_unlock(&work->lock);
}

static const struct http_route routes[] = {
    {"GET", "/hello", hello},
    {"GET", "/page", page},
    {"GET", "/items/{number}", item},
    {"POST", "/echo", echo},
    {"POST", "/small", echo, .body_limit = 10},
    {"POST", "/json", json},
    {"POST", "/form", form},
    {"GET", "/invalid", invalid},
    {"GET", "/broken", broken},
    {"GET", "/large", large},
    {"GET", "/asset.css", asset},
    {"POST", "/park", park},
    {"GET", "/export", export},
    {"GET", "/cut-off", cut_off},
    {"GET", "/events", events},
};

struct str fixture_large(void)
{
	static const char text[LARGE] = "{\"title\":\"as zlib sees it, nearly all of this is the same\"}";
	return (struct str){text, LARGE};
}

static void *resume_all(void *of_work)
{
	struct work *work = of_work;
	pthread_mutex_lock(&work->lock);
	while (!work->ended) {
		if (work->count == 0 || work->held) {
			pthread_cond_wait(&work->changed, &work->lock);
			continue;
		}
		struct http_request *request = work->requests[--work->count];
		pthread_mutex_unlock(&work->lock);
		http_resume(request);
		pthread_mutex_lock(&work->lock);
	}
	pthread_mutex_unlock(&work->lock);
	return NULL;
}

void work_set_held(struct work *work, bool held)
{
	pthread_mutex_lock(&work->lock);
	work->held = held;
	pthread_cond_broadcast(&work->changed);
	pthread_mutex_unlock(&work->lock);
}

void work_await(struct work *work, size_t count)
{
	pthread_mutex_lock(&work->lock);
	while (work->count < count)
		pthread_cond_wait(&work->changed, &work->lock);
	pthread_mutex_unlock(&work->lock);
}

int fixture_start(struct fixture *fixture, struct http_options options)
{
	struct error error = {};
	*fixture = (struct fixture){};
	pthread_mutex_init(&fixture->work.lock, NULL);
	pthread_cond_init(&fixture->work.changed, NULL);
	for (int i = 0; i < RESUMERS; i++)
		pthread_create(&fixture->work.threads[i], NULL, resume_all, &fixture->work);
	options.listen = options.listen ? options.listen : "127.0.0.1:0";
	options.threads = options.threads ? options.threads : 2;
	options.routes = routes;
	options.route_count = sizeof(routes) / sizeof(routes[0]);
	options.context = &fixture->work;
	if (http_server_start(&options, &fixture->server, &error) != OK)
		return 1;
	fixture->port = http_server_port(fixture->server);
	return 0;
}

int fixture_stop(struct fixture *fixture)
{
	struct work *work = &fixture->work;
	bool stopped = !fixture->server || http_server_stop(fixture->server, 10000);
	pthread_mutex_lock(&work->lock);
	work->ended = true;
	pthread_cond_broadcast(&work->changed);
	pthread_mutex_unlock(&work->lock);
	for (int i = 0; i < RESUMERS; i++)
		pthread_join(work->threads[i], NULL);
	if (work->stream)
		http_stream_drop(work->stream);
	pthread_mutex_destroy(&work->lock);
	pthread_cond_destroy(&work->changed);
	return stopped ? 0 : 1;
}
