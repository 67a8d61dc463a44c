/* Serving: routes of all surfaces, health for operators, start-up, signals and shut-down. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/changes.h"
#include "app/keeping.h"
#include "app/notify.h"
#include "app/sending.h"
#include "app/service.h"
#include "backup/anchors.h"
#include "base/log.h"
#include "behaviour/behaviours.h"
#include "pack/pack.h"
#include "web/web.h"

enum {
	REQUEST_GRACE = 10 * SECOND, /* for requests to end after the service was told to, and */
	WORK_GRACE = 30,             /* seconds for everything else */
};

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
	const struct service *service = request->context;
	READER connection = NULL;
	struct error error = {0};
	int64_t epoch;

	if (atomic_load(&service->stopping))
		error_fail(&error, E_UNAVAILABLE, "", "stopping", N_("The service is shutting down"));
	if (error.count || kernel_reader(service->surface.kernel, &connection, &error) ||
	    store_epoch(connection, &epoch, &error)) { /* asks the database, and whether it knows us still */
		error.status = E_UNAVAILABLE;
		http_problem(response, &error, ENGLISH);
		return;
	}
	http_body(response, "text/plain; charset=utf-8", S("ready\n"));
}

static const struct http_route health_routes[] = {
    {.method = "GET", .pattern = "/healthz", .handler = alive},
    {.method = "GET", .pattern = "/readyz", .handler = ready},
    {.method = "GET", .pattern = "/metrics", .handler = service_metrics},
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

/* --- signals --- */

static sigset_t our_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGUSR1); /* of our own ear: see hear() */
	return signals;
}

void program_hold_signals(void)
{
	sigset_t signals = our_signals();

	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

/* From here on another signal ends the process at once: nothing that was confirmed can get lost by it. */
static void let_signals_end_us(void)
{
	sigset_t signals = our_signals();

	sigdelset(&signals, SIGHUP);
	sigdelset(&signals, SIGUSR1);
	pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

static void too_late(int number)
{
	static const char words[] = "kaname: what was under way did not end in time\n";
	ssize_t written = write(STDERR_FILENO, words, sizeof(words) - 1);

	(void)written;
	_exit(1);
}

/* While the scheduler goes about its work, which includes writing to the database, all is well. */
static void tell_alive(const struct service *service, int64_t watchdog)
{
	if (time_now() - scheduler_figures(service->scheduler).alive_at < watchdog)
		notify_send("WATCHDOG=1");
}

static void tell_behind(void)
{
	log_warning("another node has brought the database on to a later program or model; this one goes on, and knows "
		    "nothing of what is new");
}

/* Whoever starts anew says READY=1 when that is done. */
static void reload(struct service *service, bool by_news)
{
	notify_reloading();
	service->anew = service_reload(service, by_news);
	if (service->anew)
		return;
	if (by_news)
		tell_behind();
	notify_send("READY=1");
}

/* Whoever is behind looks at its own disk after a moment by chance, so that nodes do not all do so at once. */
static int64_t turn_of_ours(struct service *service)
{
	enum { SOONEST = SECOND / 2, SPREAD = 4 * SECOND };
	uint32_t chance;

	if (!service_is_behind(service))
		return 0;
	secret_fill((char *)&chance, sizeof(chance));
	return time_now() + SOONEST + chance % SPREAD;
}

static int wait_for_signal(int64_t pause)
{
	const struct timespec timeout = {.tv_sec = pause / SECOND, .tv_nsec = pause % SECOND * 1000000};
	sigset_t signals = our_signals();

	return sigtimedwait(&signals, NULL, &timeout);
}

/* Until the service ends, or ends to start anew. */
static void serve_until_told(struct service *service)
{
	enum { NO_WATCHDOG = 3600 * SECOND };
	int64_t watchdog = notify_watchdog(), pause = watchdog ? watchdog / 3 + 1 : NO_WATCHDOG;
	int64_t turn = 0; /* when to look whether our own disk has what another node has; 0: there is no need */

	while (!service->anew) {
		int64_t left = turn ? turn - time_now() : pause;
		int number = wait_for_signal(left > pause ? pause : left > 0 ? left : 0);

		if (number == SIGTERM || number == SIGINT)
			return;
		if (number == SIGUSR1 && !turn)
			turn = turn_of_ours(service);
		if (number == SIGHUP || (turn && time_now() >= turn)) {
			reload(service, number != SIGHUP);
			turn = 0;
		}
		if (watchdog)
			tell_alive(service, watchdog);
	}
}

/* --- the life of a server --- */

/* The last word: nothing that was served can be taken away later unnoticed. */
static void sign_history(const struct service *service)
{
	struct kernel *kernel = service->surface.kernel;
	struct error error = {0};
	char text[512];

	if (!kernel->has_key || !anchors_keep(kernel, service->settings->anchor_to, time_now(), &error))
		return;
	error_text(&error, text, sizeof(text));
	log_error("signing a checkpoint failed: %s", text);
}

/* It is said first, so that whoever sends requests here stops. */
static void announce_end(struct service *service, unsigned drain_seconds)
{
	atomic_store(&service->stopping, true);
	log_info("stopping");
	notify_send("STOPPING=1");
	let_signals_end_us();
	for (unsigned left = drain_seconds; left;)
		left = sleep(left);
}

static enum status start_anew(const struct service *service, struct error *error)
{
	return anew_begin(&service->file, service->argv, service->door, service->is_own, error);
}

/* Their threads still use what we would free. */
static void leave_requests(const struct service *service)
{
	struct error error = {0};
	char text[ERROR_STORE];

	log_error("some requests did not end in time");
	if (service->anew && start_anew(service, &error)) {
		error_text(&error, text, sizeof(text));
		log_error("%s", text);
	}
	_exit(1);
}

/* Nothing new is accepted, and what was is ended. Whoever starts anew tells nobody: signals wait for what comes after,
 * as do connections. */
static void stop(struct service *service, unsigned drain_seconds)
{
	signal(SIGALRM, too_late);
	alarm(drain_seconds + REQUEST_GRACE / SECOND + WORK_GRACE);
	if (!service->anew)
		announce_end(service, drain_seconds);
	mail_in_stop(&service->mail_in);
	keeper_stop(service->keeping.keeper);
	exporter_stop(service->exporter);
	sender_stop(service->sender);
	hooks_stop(service->hooks);
	changes_stop(service->surface.changes);
	if (!http_server_stop(service->surface.server, REQUEST_GRACE))
		leave_requests(service);
	changes_free(service->surface.changes);
	verifier_free(service->surface.verifier);
	surveyor_free(service->surface.surveyor);
	scheduler_stop(service->scheduler);
	exporter_free(service->exporter);
	sender_free(service->sender);
	sign_history(service);
	keeping_free(&service->keeping); /* last: everything is kept */
}

/* The address as it was given, or that of the socket that was passed, with the port that it came to. */
static void tell_address(const struct service *service)
{
	const char *listen = service->settings->listen;
	unsigned port = http_server_port(service->surface.server);

	if (!service->is_own)
		log_info("serving http://localhost:%u at the socket that was passed", port);
	else
		log_info("serving http://%.*s:%u", (int)(strrchr(listen, ':') - listen), listen, port);
	mail_in_tell(&service->mail_in, service->settings);
	notify_send("READY=1");
}

enum { PATIENCE = 500 /* ms: a page is worth half a second of the database's */ };

/* Limits of what clients may take: settings that are absent leave the preset of the server. */
static enum status read_limits(const struct settings *settings, struct http_options *options, unsigned *patience,
			       unsigned *drain_seconds, struct error *error)
{
	enum { LIMIT_MOST = 1000000 };
	const struct {
		const char *name, *text;
		unsigned *into;
	} limits[] = {{"connections", settings->connections, &options->connection_limit},
		      {"connections_per_address", settings->connections_per_address, &options->connections_per_address},
		      {"request_seconds", settings->request_seconds, &options->request_seconds},
		      {"count_milliseconds", settings->count_milliseconds, patience},
		      {"drain_seconds", settings->drain_seconds, drain_seconds}};

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

/* Runs on a thread of the store, which must not wait: the main thread, which waits for signals, looks what it is. */
static void hear(void *context, const struct news *news, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (news[i].foreign && (news[i].kind == NEWS_SCHEMA || news[i].kind == NEWS_MISSED)) {
			kill(getpid(), SIGUSR1);
			return;
		}
}

/* Streams leave half of the connections to those who only ask. */
static size_t streams_most(const struct http_options *http)
{
	enum { USUAL = 2000 };

	return (http->connection_limit ? http->connection_limit : USUAL) / 2;
}

/* Evidence packs that people ask for on the page of conformity. */
static enum status write_evidence(void *context, const struct export_work *work, int *file, struct error *error)
{
	const struct service *service = context;
	struct pack_wish wish = {.kernel = service->surface.kernel,
				 .plan = service->surface.conformity,
				 .actor = work->asker,
				 .clause = work->what,
				 .organisation =
				     str_of(service->settings->organisation ? service->settings->organisation : ""),
				 .version = str_of(service->surface.version),
				 .now = work->now,
				 .tell = work->tell,
				 .context = work->told};

	if (actor_is_staff(work->asker))
		return pack_write_zip(&wish, file, error);
	return error_fail(error, E_DENIED, "", "access", N_("You may not do this"));
}

static enum status hook_options_of(struct arena *arena, const struct settings *settings, struct hook_options *options,
				   struct error *error)
{
	*options = (struct hook_options){.address = settings->origin};
	return networks_parse(arena, settings->webhook_networks, "webhook_networks", &options->networks, error);
}

static enum status start(struct service *service, const struct http_options *http, struct program *program,
			 struct error *error)
{
	struct scheduler_options options = {
	    .kernel = program->kernel, .figures = &program->figures, .anchor_to = service->settings->anchor_to};
	struct hook_options hooks;
	enum status status;

	if (store_is_behind(program->store))
		tell_behind();
	if ((status = sending_keep(service->settings, &options.outbox_keep, error)) ||
	    (status = store_listen(program->store, hear, service, &service->ear, error)) ||
	    (status = hook_options_of(program->arena, service->settings, &hooks, error)) ||
	    (status = keeping_new(program, service->settings, &service->keeping, error)) ||
	    (status = sending_new(program, service->settings, &service->sender, error)))
		return status;
	hooks.kernel = program->kernel;
	service->surface.verifier = verifier_new(program->kernel);
	service->surface.surveyor = surveyor_new(program->kernel, &program->conformity);
	if (!(status = keeping_start(&service->keeping, error)) &&
	    !(status = scheduler_start(&options, &service->scheduler, error)) &&
	    (!service->sender || !(status = sender_start(service->sender, error))) &&
	    !(status = exporter_new(program->kernel, &service->exporter, error)) &&
	    !(exporter_write_with(service->exporter, "zip", write_evidence, service),
	      status = exporter_start(service->exporter, error)) &&
	    !(status = surveyor_start(service->surface.surveyor, error)) &&
	    !(status = hooks_start(&hooks, &service->hooks, error)) &&
	    !(status = changes_new(program->kernel, streams_most(http), &service->surface.changes, error)))
		status = http_server_start(http, &service->surface.server, error);
	if (!status && !(status = mail_in_start(program->kernel, service->settings, &service->mail_in, error)))
		return OK;
	if (service->surface.server)
		http_server_stop(service->surface.server, REQUEST_GRACE);
	changes_free(service->surface.changes);
	hooks_stop(service->hooks);
	exporter_free(service->exporter);
	surveyor_free(service->surface.surveyor);
	verifier_free(service->surface.verifier);
	keeping_free(&service->keeping);
	scheduler_stop(service->scheduler);
	return status;
}

static struct http_options http_options_of(const struct settings *settings)
{
	return (struct http_options){.listen = settings->listen,
				     .threads = settings->threads,
				     .trusted_peers = settings->trusted_peers,
				     .refused = refused};
}

enum status program_check(const struct settings *settings, struct error *error)
{
	ARENA arena = arena_new();
	struct http_options options = http_options_of(settings);
	struct register_of_demands demands;
	struct conformity conformity;
	const struct model *model;
	struct figures figures;
	struct dashboards dashboards;
	struct hook_options hooks;
	unsigned patience, drain_seconds;
	enum status status;

	if ((status = program_load_model(arena, settings, &model, error)) ||
	    (status = kernel_check_behaviours(arena, model, behaviours, error)) ||
	    (status = figures_load(arena, model, &figures, error)) ||
	    (status = dashboards_load(arena, model, &figures, &dashboards, error)) ||
	    (status = program_load_register(arena, &demands, error)) ||
	    (status = conformity_plan(arena, model, &figures, &demands, &conformity, error)) ||
	    (status = read_limits(settings, &options, &patience, &drain_seconds, error)) ||
	    (status = hook_options_of(arena, settings, &hooks, error)) ||
	    (status = http_options_check(&options, error)))
		return status;
	if ((status = mail_in_check(settings, error)) || (status = sending_check(arena, settings, error)))
		return status;
	return keeping_check(arena, settings, error);
}

static enum status serve(struct program *program, struct service *service, struct error *error)
{
	const struct settings *settings = service->settings;
	struct http_options options = http_options_of(settings);
	unsigned patience = PATIENCE, drain_seconds = 0;
	enum status status;

	if ((status = read_limits(settings, &options, &patience, &drain_seconds, error)) ||
	    (status = store_follow(program->store, settings->replicas, settings->replica_count, error)) ||
	    (status = program_hash_overlays(program->arena, settings, &service->overlays, error)) ||
	    (status = notify_listener(&options.listener, error)))
		return status;
	service->surface.patience = patience;
	service->is_own = !options.listener || notify_is_own_listener();
	options.context = service;
	service->surface.openapi = api_openapi(program->arena, program->model, KANAME_VERSION);
	options.routes = all_routes(program->arena, &options.route_count);
	if ((status = start(service, &options, program, error)))
		return status;
	tell_address(service);
	serve_until_told(service);
	stop(service, drain_seconds);
	return OK;
}

enum status program_serve(struct program *program, const struct settings *given, const struct settings *settings,
			  char *const *argv, struct error *error)
{
	struct service service = {
	    .given = given,
	    .settings = settings,
	    .argv = argv,
	    .door = -1,
	    .surface = {.kernel = program->kernel,
			.figures = &program->figures,
			.dashboards = &program->dashboards,
			.conformity = &program->conformity,
			.started_at = time_now(),
			.version = KANAME_VERSION},
	};
	enum status status;

	anew_remember(&service.file);
	status = serve(program, &service, error);
	store_unlisten(program->store, &service.ear);
	program_close(program);
	return service.anew && !status ? start_anew(&service, error) : status;
}
