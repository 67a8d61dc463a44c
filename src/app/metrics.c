/* /metrics: figures for operators in the text format of Prometheus. docs/operator/operation.md tells what each means;
 * a test compares the two. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/changes.h"
#include "app/service.h"
#include "record/meters.h"
#include "record/outbox.h"

/* --- families --- */

static void family(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void counter(struct buf *out, const char *name, uint64_t count, const char *help)
{
	family(out, name, "counter", help);
	buf_format(out, "%s %llu\n", name, (unsigned long long)count);
}

static void gauge(struct buf *out, const char *name, double value, const char *help)
{
	family(out, name, "gauge", help);
	buf_format(out, "%s %.15g\n", name, value);
}

/* per_unit: figures in a unit of what the name says, as 1e6 microseconds in a second. */
static void histogram(struct buf *out, const char *name, const struct histogram *histogram, double per_unit,
		      const char *help)
{
	uint64_t sum = 0;

	family(out, name, "histogram", help);
	for (int i = 0; i < HISTOGRAM_RANGES; i++) {
		sum += atomic_load_explicit(&histogram->counts[i], memory_order_relaxed);
		if (histogram->bounds[i] == INT64_MAX)
			buf_format(out, "%s_bucket{le=\"+Inf\"} %llu\n", name, (unsigned long long)sum);
		else
			buf_format(out, "%s_bucket{le=\"%g\"} %llu\n", name, (double)histogram->bounds[i] / per_unit,
				   (unsigned long long)sum);
	}
	buf_format(out, "%s_sum %.15g\n%s_count %llu\n", name,
		   (double)atomic_load_explicit(&histogram->sum, memory_order_relaxed) / per_unit, name,
		   (unsigned long long)sum);
}

/* --- requests --- */

static void add_routes(struct buf *out, struct http_server *server)
{
	struct http_route_metrics *routes;
	size_t count = http_server_routes(server, out->arena, &routes);

	family(out, "kaname_http_route_seconds", "summary", "The same by route; only those that were asked for.");
	for (size_t i = 0; i < count; i++)
		buf_format(out,
			   "kaname_http_route_seconds_sum{method=\"%s\",route=\"%s\"} %.15g\n"
			   "kaname_http_route_seconds_count{method=\"%s\",route=\"%s\"} %llu\n",
			   routes[i].route->method, routes[i].route->pattern, (double)routes[i].time_us / 1e6,
			   routes[i].route->method, routes[i].route->pattern, (unsigned long long)routes[i].answers);
}

static void add_requests(struct buf *out, const struct surface *surface)
{
	struct http_metrics figures;

	http_server_metrics(surface->server, &figures);
	family(out, "kaname_http_answers_total", "counter", "Answers by class of status.");
	for (int i = 1; i < HTTP_CLASSES; i++)
		buf_format(out, "kaname_http_answers_total{class=\"%dxx\"} %llu\n", i,
			   (unsigned long long)figures.answers[i]);
	histogram(out, "kaname_http_seconds", figures.latencies, 1e6, "Time from a complete request to its answer.");
	add_routes(out, surface->server);
	gauge(out, "kaname_http_in_flight", (double)figures.in_flight, "Requests that are being answered.");
	gauge(out, "kaname_http_connections", (double)figures.connections, "Open connections.");
	gauge(out, "kaname_streams", (double)changes_streams(surface->changes),
	      "Streams of changes that are listened to.");
	counter(out, "kaname_http_received_bytes_total", figures.bytes_in, "Bytes of bodies that came.");
	counter(out, "kaname_http_sent_bytes_total", figures.bytes_out, "Bytes of bodies that went.");
}

/* --- the database --- */

static void add_replicas(struct buf *out, struct store *store)
{
	static const struct {
		const char *name, *type, *help;
	} families[] = {
	    {"kaname_replica_up", "gauge", "Whether a replica answered when it was last asked."},
	    {"kaname_replica_behind_total", "counter",
	     "Reads that a replica could not take, as it did not show enough."},
	    {"kaname_replica_lag_turns", "gauge", "Groups of changes that a replica did not show when last asked."},
	    {"kaname_replica_lag_seconds", "gauge", "Time since it last showed all of them; 0: it does."}};
	struct replica_figures figures[REPLICAS_MOST];
	uint64_t own;
	size_t count = store_replicas(store, figures, &own);

	family(out, "kaname_wide_reads_total", "counter",
	       "Lists, pages, searches and reports, by where they were read.");
	buf_format(out, "kaname_wide_reads_total{place=\"database\"} %llu\n", (unsigned long long)own);
	for (size_t i = 0; i < count; i++)
		buf_format(out, "kaname_wide_reads_total{place=\"replica %zu\"} %llu\n", i + 1,
			   (unsigned long long)figures[i].reads);
	for (size_t f = 0; count && f < sizeof(families) / sizeof(*families); f++) {
		family(out, families[f].name, families[f].type, families[f].help);
		for (size_t i = 0; i < count; i++) {
			const double values[] = {figures[i].is_there, (double)figures[i].behind,
						 (double)figures[i].lag_turns, (double)figures[i].lag_ms / 1e3};

			buf_format(out, "%s{replica=\"%zu\"} %.15g\n", families[f].name, i + 1, values[f]);
		}
	}
}

static void add_store(struct buf *out, struct store *store)
{
	struct store_figures figures = store_figures(store);
	struct error error = {0};
	int64_t bytes;

	counter(out, "kaname_edits_total", figures.jobs, "Write jobs taken.");
	counter(out, "kaname_edits_failed_total", figures.failed, "Write jobs that were refused or failed.");
	gauge(out, "kaname_edits_waiting", (double)figures.waiting, "Write jobs that wait or are being committed.");
	counter(out, "kaname_commit_groups_total", figures.groups, "Groups of write jobs; each is one commit.");
	gauge(out, "kaname_commit_group_largest", (double)figures.largest_group, "Most jobs that one commit took.");
	histogram(out, "kaname_commit_group_jobs", figures.group_sizes, 1, "Jobs that a commit took.");
	histogram(out, "kaname_commit_seconds", figures.commits, 1e6, "Time that a commit took to be durable.");
	gauge(out, "kaname_readers", (double)figures.readers, "Connections for reading.");
	gauge(out, "kaname_readers_in_use", (double)figures.readers_lent, "Connections that read at the moment.");
	histogram(out, "kaname_reader_wait_seconds", figures.reader_waits, 1e6,
		  "Waits for a connection, of those who found none free.");
	add_replicas(out, store);
	gauge(out, "kaname_model_behind", store_is_behind(store),
	      "1: another node has brought the database on to a later program or model.");
	if (!store_size(store, &bytes, &error))
		gauge(out, "kaname_database_bytes", (double)bytes, "Size of the database.");
}

/* --- what happens by itself --- */

static void add_timers(struct buf *out, struct kernel *kernel)
{
	const struct meters *meters = kernel_meters(kernel);
	struct error error = {0};
	instant now = time_now(), oldest;
	int64_t overdue;

	histogram(out, "kaname_search_seconds", &meters->searches, 1e6, "Time of a search over all records.");
	histogram(out, "kaname_timer_lateness_seconds", &meters->lateness, 1e3,
		  "How long after its time a clock, reminder or other timer ran.");
	gauge(out, "kaname_timer_last_lateness_seconds", (double)meters->last_lateness / 1e3,
	      "The same, of the timer that ran last.");
	counter(out, "kaname_timers_failed_total", meters->timers_failed, "Timers that failed; they come again.");
	if (kernel_timers_overdue(kernel, now, &overdue, &oldest, &error))
		return;
	gauge(out, "kaname_timers_overdue", (double)overdue, "Timers whose time has come and that have not run.");
	gauge(out, "kaname_timers_overdue_oldest_seconds", oldest == INSTANT_NONE ? 0 : (double)(now - oldest) / 1e3,
	      "For how long the oldest of them waits.");
}

static void add_jobs(struct buf *out, struct scheduler *scheduler)
{
	struct scheduler_figures figures = scheduler_figures(scheduler);

	family(out, "kaname_jobs_total", "counter", "Rounds of what the scheduler does, by result.");
	for (int i = 0; i < SCHEDULER_JOBS; i++)
		buf_format(out,
			   "kaname_jobs_total{name=\"%s\",result=\"done\"} %llu\n"
			   "kaname_jobs_total{name=\"%s\",result=\"failed\"} %llu\n",
			   figures.jobs[i].name, (unsigned long long)figures.jobs[i].done, figures.jobs[i].name,
			   (unsigned long long)figures.jobs[i].failed);
}

static void add_backups(struct buf *out, struct keeper *keeper)
{
	struct keeper_figures figures;

	if (!keeper)
		return;
	keeper_figures(keeper, &figures);
	counter(out, "kaname_backups_total", figures.backups, "Backups that were tried.");
	counter(out, "kaname_backups_failed_total", figures.failed_backups, "Those that failed, or were not copied.");
	gauge(out, "kaname_backup_last_timestamp_seconds", (double)figures.last_backup / 1e3,
	      "Moment of the last good backup since the start; 0: none.");
	gauge(out, "kaname_backup_last_seconds", (double)figures.last_ms / 1e3, "Time that it took.");
	gauge(out, "kaname_backup_last_bytes", (double)figures.last_bytes, "Size of its file.");
	counter(out, "kaname_restore_tests_total", figures.trials, "Backups that were restored for a proof.");
	counter(out, "kaname_restore_tests_failed_total", figures.failed_trials,
		"Those that could not be, or were broken.");
	gauge(out, "kaname_restore_test_last_timestamp_seconds", (double)figures.last_trial / 1e3,
	      "Moment of the last passed one since the start; 0: none.");
}

static void add_journal(struct buf *out, struct archivist *archivist)
{
	struct archivist_figures figures;

	if (!archivist)
		return;
	archivist_figures(archivist, &figures);
	counter(out, "kaname_journal_files_total", figures.files, "Files of the journal of changes that were written.");
	counter(out, "kaname_journal_bytes_total", figures.bytes, "Their size.");
	counter(out, "kaname_journal_failures_total", figures.failures, "Times that one could not be written.");
	counter(out, "kaname_journal_copy_failures_total", figures.copy_failures,
		"Times that one did not reach the second place.");
	counter(out, "kaname_journal_gaps_total", figures.gaps, "Times that the journal had to begin anew.");
	gauge(out, "kaname_journal_last_timestamp_seconds", (double)figures.until / 1e3,
	      "All that was committed up to here is kept; 0: nothing is known yet.");
}

static void add_webhooks(struct buf *out, const struct service *service)
{
	struct hook_figures hooks = hooks_figures(service->hooks);

	counter(out, "kaname_webhooks_sent_total", hooks.sent, "Messages to webhooks that were taken.");
	counter(out, "kaname_webhooks_failed_total", hooks.failed, "Attempts to tell a webhook that failed.");
}

/* What waits is of all nodes, and waits also where nobody sends. */
static void add_mail(struct buf *out, const struct service *service)
{
	struct sender_figures sender = {0};
	struct outbox_figures waiting;
	READER connection = NULL;
	struct error error = {0};

	if (service->sender)
		sender_figures(service->sender, &sender);
	counter(out, "kaname_mails_sent_total", sender.sent, "Mails that a mail server has taken.");
	counter(out, "kaname_mails_put_off_total", sender.put_off, "Times that none took one; it is tried again.");
	counter(out, "kaname_mails_refused_total", sender.refused, "Mails that were refused for good.");
	if (kernel_reader(service->surface.kernel, &connection, &error) || outbox_figures(connection, &waiting, &error))
		return;
	gauge(out, "kaname_mails_waiting", (double)waiting.waiting,
	      "Mails that wait to be sent; 1001: more than 1000.");
	gauge(out, "kaname_mails_waiting_oldest_seconds",
	      waiting.oldest == INSTANT_NONE ? 0 : (double)(time_now() - waiting.oldest) / 1e3,
	      "For how long the oldest of them waits.");
	gauge(out, "kaname_mails_dead", (double)waiting.dead,
	      "Mails that could not be sent and wait for somebody to decide; 1001: more than 1000.");
}

/* --- the process, by the names that all programs use --- */

static bool read_text(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "re");
	size_t n;

	if (!file)
		return false;
	n = fread(text, 1, size - 1, file);
	fclose(file);
	text[n] = 0;
	return n > 0;
}

static void add_process(struct buf *out, const struct surface *surface)
{
	char text[1024];
	const char *rest;
	unsigned long long user, system, virtual;
	long long pages;
	double ticks = (double)sysconf(_SC_CLK_TCK);

	family(out, "kaname_build_info", "gauge", "Always 1; the label tells the version.");
	buf_format(out, "kaname_build_info{version=\"%s\"} 1\n", surface->version);
	gauge(out, "process_start_time_seconds", (double)surface->started_at / 1e3, "When the process began.");
	/* proc(5): the program's name, which may hold anything, ends with the last bracket; then come fields 3 to 24.
	 */
	if (!read_text("/proc/self/stat", text, sizeof(text)) || !(rest = strrchr(text, ')')) ||
	    sscanf(rest,
		   ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d %*d %*u %llu %lld",
		   &user, &system, &virtual, &pages) != 4)
		return;
	family(out, "process_cpu_seconds_total", "counter", "Time of processors.");
	buf_format(out, "process_cpu_seconds_total %.15g\n", (double)(user + system) / ticks);
	gauge(out, "process_virtual_memory_bytes", (double)virtual, "Addresses that the process has.");
	gauge(out, "process_resident_memory_bytes", (double)pages * (double)sysconf(_SC_PAGESIZE),
	      "Memory that the process takes.");
}

void service_metrics(struct http_request *request, struct http_response *response)
{
	const struct service *service = request->context;
	const struct surface *surface = &service->surface;
	struct buf text = buf_new(request->arena);

	add_requests(&text, surface);
	add_store(&text, surface->kernel->store);
	add_timers(&text, surface->kernel);
	add_jobs(&text, service->scheduler);
	add_backups(&text, service->keeping.keeper);
	add_journal(&text, service->keeping.archivist);
	add_mail(&text, service);
	add_webhooks(&text, service);
	add_process(&text, surface);
	http_body(response, "text/plain; version=0.0.4; charset=utf-8", buf_str(&text));
}
