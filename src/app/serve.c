/* Serving: routes of all surfaces, health and figures for operators, start-up and shut-down. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "app/program.h"
#include "base/log.h"
#include "job/scheduler.h"
#include "record/verify.h"
#include "web/web.h"

enum { SHUTDOWN_GRACE = 10 * SECOND };

/* --- health --- */

static void alive(struct http_request *request, struct http_response *response)
{
	const struct surface *surface = request->context;
	struct error error = {0};

	if (store_is_writable(surface->kernel->store, &error)) {
		error.status = E_UNAVAILABLE;
		http_problem(response, &error, ENGLISH);
		return;
	}
	http_body(response, "text/plain; charset=utf-8", S("ok\n"));
}

static void ready(struct http_request *request, struct http_response *response)
{
	const struct surface *surface = request->context;
	READER connection = NULL;
	struct error error = {0};

	if (kernel_reader(surface->kernel, &connection, &error)) {
		error.status = E_UNAVAILABLE;
		http_problem(response, &error, ENGLISH);
		return;
	}
	http_body(response, "text/plain; charset=utf-8", S("ready\n"));
}

static void add_latencies(struct buf *text, const struct http_metrics *figures)
{
	uint64_t sum = 0;

	buf_add(text, S("# HELP kaname_http_seconds Time from a complete request to its answer.\n# TYPE "
			"kaname_http_seconds histogram\n"));
	for (int i = 0; i < HTTP_BUCKETS; i++) {
		sum += figures->buckets[i];
		if (http_bucket_us[i] == INT64_MAX)
			buf_format(text, "kaname_http_seconds_bucket{le=\"+Inf\"} %llu\n", (unsigned long long)sum);
		else
			buf_format(text, "kaname_http_seconds_bucket{le=\"%g\"} %llu\n",
				   (double)http_bucket_us[i] / 1e6, (unsigned long long)sum);
	}
	buf_format(text, "kaname_http_seconds_sum %g\nkaname_http_seconds_count %llu\n", (double)figures->time_us / 1e6,
		   (unsigned long long)sum);
}

static void metrics(struct http_request *request, struct http_response *response)
{
	const struct surface *surface = request->context;
	struct store_figures store = store_figures(surface->kernel->store);
	struct buf text = buf_new(request->arena);
	struct http_metrics figures;

	http_server_metrics(surface->server, &figures);
	buf_add(&text, S("# HELP kaname_http_answers_total Answers by class of status.\n# TYPE "
			 "kaname_http_answers_total counter\n"));
	for (int i = 1; i < HTTP_CLASSES; i++)
		buf_format(&text, "kaname_http_answers_total{class=\"%dxx\"} %llu\n", i,
			   (unsigned long long)figures.answers[i]);
	add_latencies(&text, &figures);
	buf_format(
	    &text,
	    "# TYPE kaname_http_in_flight gauge\nkaname_http_in_flight %llu\n"
	    "# TYPE kaname_http_connections gauge\nkaname_http_connections %llu\n"
	    "# HELP kaname_edits_total Write jobs taken.\n# TYPE kaname_edits_total counter\nkaname_edits_total %llu\n"
	    "# HELP kaname_edits_failed_total Write jobs that were refused or failed.\n# TYPE "
	    "kaname_edits_failed_total counter\n"
	    "kaname_edits_failed_total %llu\n"
	    "# HELP kaname_commit_groups_total Commits; each makes a group of edits durable.\n# TYPE "
	    "kaname_commit_groups_total counter\n"
	    "kaname_commit_groups_total %llu\n"
	    "# TYPE kaname_edits_waiting gauge\nkaname_edits_waiting %llu\n"
	    "# TYPE kaname_commit_group_largest gauge\nkaname_commit_group_largest %llu\n",
	    (unsigned long long)figures.in_flight, (unsigned long long)figures.connections,
	    (unsigned long long)store.jobs, (unsigned long long)store.failed, (unsigned long long)store.groups,
	    (unsigned long long)store.waiting, (unsigned long long)store.largest_group);
	http_body(response, "text/plain; version=0.0.4; charset=utf-8", buf_str(&text));
}

static const struct http_route health_routes[] = {
    {.method = "GET", .pattern = "/healthz", .handler = alive},
    {.method = "GET", .pattern = "/readyz", .handler = ready},
    {.method = "GET", .pattern = "/metrics", .handler = metrics},
};

/* --- routes --- */

static struct http_route *all_routes(struct arena *arena, size_t *count)
{
	const struct {
		const struct http_route *routes;
		size_t count;
	} tables[] = {{health_routes, sizeof(health_routes) / sizeof(*health_routes)},
		      {api_routes, api_route_count},
		      {web_routes, web_route_count}};
	struct http_route *routes;
	size_t total = 0;

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		total += tables[i].count;
	routes = arena_many(arena, struct http_route, total);
	*count = 0;
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (size_t j = 0; j < tables[i].count; j++)
			routes[(*count)++] = tables[i].routes[j];
	return routes;
}

static void refused(struct http_request *request, struct http_response *response, const struct error *error)
{
	if (str_starts(request->path, S("/api/")))
		http_problem_as(response, http_response_status(response), error, ENGLISH);
	else
		web_refused(request, response, error);
}

/* --- the life of a server --- */

static sigset_t stop_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	return signals;
}

/* The last word: nothing that was served can be taken away later unnoticed. */
static void sign_history(struct kernel *kernel)
{
	struct error error = {0};
	char text[512];
	bool written;

	if (!kernel->has_key || !checkpoint_write(kernel, time_now(), &written, &error))
		return;
	error_text(&error, text, sizeof(text));
	log_error("signing a checkpoint failed: %s", text);
}

static enum status run(struct http_server *server, const struct surface *surface, const struct settings *settings,
		       struct error *error)
{
	struct scheduler_options options = {.kernel = surface->kernel, .figures = surface->figures};
	sigset_t signals = stop_signals();
	struct scheduler *scheduler = NULL;
	int number;
	enum status status = scheduler_start(&options, &scheduler, error);

	if (!status) {
		log_info("serving http://%.*s:%u", (int)(strrchr(settings->listen, ':') - settings->listen),
			 settings->listen, http_server_port(server));
		sigwait(&signals, &number);
		log_info("stopping");
	}
	scheduler_stop(scheduler);
	if (!http_server_stop(server, SHUTDOWN_GRACE)) {
		log_error("some requests did not end in time");
		_exit(1); /* their threads still use what we would free */
	}
	sign_history(surface->kernel);
	return status;
}

void program_hold_signals(void)
{
	sigset_t signals = stop_signals();

	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

/* Limits of what clients may take: settings that are absent leave the preset of the server. */
static enum status read_limits(const struct settings *settings, struct http_options *options, struct error *error)
{
	enum { LIMIT_MOST = 1000000 };
	const struct {
		const char *name, *text;
		unsigned *into;
	} limits[] = {{"connections", settings->connections, &options->connection_limit},
		      {"connections_per_address", settings->connections_per_address, &options->connections_per_address},
		      {"request_seconds", settings->request_seconds, &options->request_seconds}};

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		int64_t number;

		if (!limits[i].text)
			continue;
		if (!str_int64(str_of(limits[i].text), &number) || number < 1 || number > LIMIT_MOST)
			return error_fail(error, E_INVALID, limits[i].name, "number",
					  N_("This must be a number from 1 to 1000000"));
		*limits[i].into = (unsigned)number;
	}
	return OK;
}

enum status program_serve(struct program *program, const struct settings *settings, struct error *error)
{
	struct surface surface = {.kernel = program->kernel, .started_at = time_now(), .version = KANAME_VERSION};
	struct http_options options = {.listen = settings->listen,
				       .threads = settings->threads,
				       .context = &surface,
				       .trusted_peers = settings->trusted_peers,
				       .refused = refused};
	struct register_of_demands demands;
	enum status status;

	if ((status = read_limits(settings, &options, error)) ||
	    (status = program_load_register(program->arena, &demands, error)))
		return status;
	surface.demands = &demands;
	surface.figures = &program->figures;
	surface.openapi = api_openapi(program->arena, program->model, KANAME_VERSION);
	options.routes = all_routes(program->arena, &options.route_count);
	if ((status = http_server_start(&options, &surface.server, error)))
		return status;
	return run(surface.server, &surface, settings, error);
}
