#include "job/exporter.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "record/export_file.h"
#include "report/export.h"

enum { NICE = 10, FOUND_MOST = 100 };
static const int64_t kept_for = DAY, silence = 5 * MINUTE, longest_sleep = 30 * SECOND, told_every = SECOND;

struct exporter {
	struct kernel *kernel;
	const struct type *type;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct ear *ear;
	bool started, woken;
	atomic_bool stops;
	const char *format; /* of what `writer` writes; NULL: there is none */
	export_writer *writer;
	void *context;
};

struct exporting { /* of one wish */
	struct exporter *exporter;
	struct arena *arena;
	const struct record *wish;
	instant now, began, told_at; /* now: as told to the step; the others by the clock */
	int64_t told;                /* records, as counted at the wish */
	bool discarded;
};

static void log_fault(const char *what, const struct error *error)
{
	char text[512];

	error_text(error, text, sizeof(text));
	log_error("%s: %s", what, text);
}

static instant moment(const struct exporting *exporting)
{
	return exporting->now + (time_now() - exporting->began);
}

/* --- the wish's own record --- */

static struct field_input input(const struct exporting *exporting, const char *name, struct value value)
{
	return (struct field_input){type_field(exporting->exporter->type, str_of(name)), value};
}

static enum status step(const struct exporting *exporting, const char *transition, const struct field_input *fields,
			size_t count, int64_t if_version, struct error *error)
{
	const struct type *type = exporting->exporter->type;
	struct edit_request request = {.type = type,
				       .record = exporting->wish->identity,
				       .if_version = if_version,
				       .transition = type_transition(type, str_of(transition)),
				       .fields = fields,
				       .field_count = count,
				       .via = VIA_JOB};
	struct edit_result result;
	struct edit_batch batch = {
	    .actor = actor_system(), .requests = &request, .count = 1, .results = &result, .now = exporting->now};

	return kernel_edit(exporting->exporter->kernel, &batch, error);
}

/* Counted beside its history: a sign of life, once a second. */
static void tell_progress(struct exporting *exporting, int64_t written)
{
	const struct type *type = exporting->exporter->type;
	struct tally_input tallies[] = {{type_field(type, S("written")), written - exporting->told},
					{type_field(type, S("heard_at")), moment(exporting)}};
	struct edit_request request = {
	    .type = type, .record = exporting->wish->identity, .tallies = tallies, .tally_count = 2, .via = VIA_JOB};
	struct edit_result result;
	struct edit_batch batch = {.actor = actor_system(), .requests = &request, .count = 1, .results = &result};
	struct error error = {0};

	if (!kernel_edit(exporting->exporter->kernel, &batch, &error))
		exporting->told = written;
	exporting->told_at = time_now();
}

/* Somebody has taken it back. */
static bool is_discarded(const struct exporting *exporting)
{
	ARENA arena = arena_new();
	READER connection = NULL;
	struct record *wish;
	struct error error = {0};

	return !kernel_reader(exporting->exporter->kernel, &connection, &error) &&
	       !record_load(exporting->exporter->kernel, connection, arena, exporting->wish->identity, false, &wish,
			    &error) &&
	       (!wish || !wish->state || wish->state->phase == PHASE_DONE);
}

static bool goes_on(void *context, int64_t written)
{
	struct exporting *exporting = context;

	if (time_now() - exporting->told_at >= told_every) {
		tell_progress(exporting, written);
		exporting->discarded = is_discarded(exporting);
	}
	return !exporting->discarded && !exporting->exporter->stops;
}

/* --- what is asked for --- */

/* In the language that the list was seen in. */
static enum status find_asker(const struct exporting *exporting, struct actor *actor, struct error *error)
{
	const struct actor *asker;
	struct value person = record_named(exporting->wish, "asker");
	enum status status = actor_of_person(exporting->exporter->kernel, exporting->arena,
					     person.kind == VALUE_RECORD ? person.number : 0, &asker, error);

	if (status)
		return status;
	*actor = *asker;
	actor->language = language_parse(record_text_of(exporting->wish, "language"), asker->language);
	return OK;
}

static enum status read_wish(const struct exporting *exporting, struct export *export, struct error *error)
{
	const struct record *wish = exporting->wish;
	const struct model *model = exporting->exporter->kernel->model;
	struct str filter = record_text_of(wish, "filter"), sort = record_text_of(wish, "sort");
	struct export_column *columns;
	struct sort *keys;
	enum status status;

	export->type = map_get(&model->types_by_collection, record_text_of(wish, "collection"));
	if (!export->type)
		return error_fail(error, E_NOT_FOUND, "", "collection", N_("There is no such collection"));
	if (filter.n && (status = query_parse(exporting->arena, export->type->query, filter, &export->filter, error)))
		return status;
	if (sort.n) {
		status = sort_parse(exporting->arena, export->type, sort, &keys, &export->sort_count, error);
		if (status)
			return status;
		export->sort = keys;
	}
	export_columns_named(exporting->arena, export->type, export->actor, record_text_of(wish, "columns"), &columns,
			     &export->column_count);
	export->columns = columns;
	export->format = str_is(record_text_of(wish, "format"), "csv") ? TABLE_CSV : TABLE_XLSX;
	export->mark = true;
	export->origin = record_text_of(wish, "origin");
	return OK;
}

static enum status tell_total(struct exporting *exporting, const struct export *export, struct error *error)
{
	struct field_input total = input(exporting, "total", value_integer(0));
	enum status status = read_count(export->kernel, export->connection, exporting->arena, export->actor,
					export->type, export->filter, export->now, &total.value.number, error);

	return status ? status : step(exporting, "begin", &total, 1, exporting->wish->version, error);
}

/* --- what is no list --- */

enum { PERCENT = 100 };

static bool work_goes_on(void *context, int64_t done, int64_t total)
{
	return goes_on(context, !total ? 0 : done < total ? done * PERCENT / total : PERCENT);
}

static enum status write_work(struct exporting *exporting, int *file, struct error *error)
{
	const struct exporter *exporter = exporting->exporter;
	struct field_input total = input(exporting, "total", value_integer(PERCENT));
	struct actor asker;
	struct export_work work = {.asker = &asker,
				   .what = record_text_of(exporting->wish, "filter"),
				   .now = exporting->now,
				   .tell = work_goes_on,
				   .told = exporting};
	enum status status;

	if ((status = find_asker(exporting, &asker, error)) ||
	    (status = step(exporting, "begin", &total, 1, exporting->wish->version, error)) ||
	    (status = exporter->writer(exporter->context, &work, file, error)))
		return status;
	tell_progress(exporting, PERCENT);
	return OK;
}

static enum status write_list(struct exporting *exporting, int *file, struct error *error)
{
	READER connection = NULL;
	struct actor actor;
	struct export export = {.kernel = exporting->exporter->kernel,
				.actor = &actor,
				.now = exporting->now,
				.tell = goes_on,
				.context = exporting};
	enum status status;

	if ((status = find_asker(exporting, &actor, error)) || (status = read_wish(exporting, &export, error)) ||
	    (status = kernel_reader(export.kernel, &connection, error)))
		return status;
	export.connection = connection;
	if ((status = tell_total(exporting, &export, error)) || (status = export_to_file(&export, file, error)))
		return status;
	tell_progress(exporting, export.written);
	return OK;
}

static enum status write_file(struct exporting *exporting, int *file, struct error *error)
{
	const char *format = exporting->exporter->format;

	return format && str_is(record_text_of(exporting->wish, "format"), format) ? write_work(exporting, file, error)
										   : write_list(exporting, file, error);
}

static enum status keep_file(struct exporting *exporting, int file, struct error *error)
{
	struct field_input fields[2] = {input(exporting, "bytes", value_integer(0)),
					input(exporting, "ended_at", value_time(moment(exporting)))};
	enum status status = export_file_keep(exporting->exporter->kernel, exporting->wish->identity, file,
					      &fields[0].value.number, error);

	close(file);
	return status ? status : step(exporting, "finish", fields, 2, 0, error);
}

/* The asker's words for it stand in the record. */
static void tell_failure(struct exporting *exporting, const struct error *failed)
{
	enum language language = language_parse(record_text_of(exporting->wish, "language"), ENGLISH);
	char text[512] = "";
	struct error error = {0};
	struct field_input fields[2] = {input(exporting, "ended_at", value_time(moment(exporting)))};

	if (failed->count)
		error_item_text(&failed->items[0], translate(language, failed->items[0].message), text, sizeof(text));
	fields[1] = input(exporting, "reason", value_text(str_of(text)));
	if (step(exporting, "fail", fields, 2, 0, &error))
		log_fault("an export has failed, and so has telling it", &error);
}

/* Somebody else may be quicker, or take the wish back: then it is none of ours. */
static void export_one(struct exporter *exporter, const struct record *wish, instant now)
{
	ARENA arena = arena_new();
	struct exporting exporting = {.exporter = exporter,
				      .arena = arena,
				      .wish = wish,
				      .now = now,
				      .began = time_now(),
				      .told_at = time_now(),
				      .told = record_named(wish, "written").number};
	struct error error = {0};
	int file;
	enum status status = write_file(&exporting, &file, &error);

	if (!status)
		status = keep_file(&exporting, file, &error);
	if (!status || status == E_STALE || is_discarded(&exporting))
		return; /* what may lie there is removed with the next step */
	if (!exporter->stops) {
		tell_failure(&exporting, &error);
		return;
	}
	error_clear(&error);
	if (step(&exporting, "again", NULL, 0, 0, &error))
		log_fault("an export is begun again later only", &error);
}

/* --- what is to be done --- */

static enum status find(struct exporter *exporter, struct arena *arena, struct str filter, instant now, size_t most,
			struct list_result *found, struct error *error)
{
	struct list_request request = {.type = exporter->type, .limit = most, .as_of = INSTANT_NONE, .now = now};
	READER connection = NULL;
	struct sort *sort;
	enum status status;

	if ((status = sort_parse(arena, exporter->type, S("created_at"), &sort, &request.sort_count, error)) ||
	    (status = query_parse(arena, exporter->type->query, filter, &request.filter, error)) ||
	    (status = kernel_reader(exporter->kernel, &connection, error)))
		return status;
	request.sort = sort;
	return read_list(exporter->kernel, connection, arena, actor_system(), &request, found, error);
}

/* Another node may be quicker. */
static enum status step_unless_done(struct exporter *exporter, const struct record *wish, const char *transition,
				    instant now, struct error *error)
{
	struct exporting exporting = {.exporter = exporter, .wish = wish, .now = now, .began = time_now()};
	enum status status = step(&exporting, transition, NULL, 0, wish->version, error);

	if (status != E_STALE && status != E_CONFLICT)
		return status;
	error_clear(error);
	return OK;
}

/* Those of which nothing was heard: whoever wrote them is gone. */
static enum status begin_again(struct exporter *exporter, instant now, struct error *error)
{
	ARENA arena = arena_new();
	char text[TIME_TEXT];
	const char *since = time_format(now - silence, text);
	struct list_result found;
	enum status status = find(exporter, arena,
				  str_format(arena,
					     "state = running and updated_at <= %s and "
					     "(heard_at is empty or heard_at <= %s)",
					     since, since),
				  now, FOUND_MOST, &found, error);

	for (size_t i = 0; i < found.count && !status; i++)
		status = step_unless_done(exporter, found.records[i], "again", now, error);
	return status;
}

/* A file stays while its record is ready, for a day. */
static enum status settle(struct exporter *exporter, struct connection *connection, struct arena *arena, int64_t holder,
			  instant now, struct error *error)
{
	struct record *wish;
	struct value ended;
	bool is_ready;
	enum status status = record_load(exporter->kernel, connection, arena, holder, false, &wish, error);

	if (status)
		return status;
	is_ready = wish && wish->state && str_is(wish->state->name, "ready");
	ended = is_ready ? record_named(wish, "ended_at") : (struct value){0};
	if (wish && wish->state && wish->state->phase != PHASE_DONE)
		return OK; /* it is being kept right now */
	if (is_ready && ended.kind == VALUE_TIME && ended.number > now - kept_for)
		return OK;
	if ((status = export_file_remove(exporter->kernel, holder, error)) || !is_ready)
		return status;
	return step_unless_done(exporter, wish, "expire", now, error);
}

static enum status settle_all(struct exporter *exporter, instant now, struct error *error)
{
	ARENA arena = arena_new();
	READER connection = NULL;
	int64_t *holders;
	size_t count;
	enum status status;

	if ((status = kernel_reader(exporter->kernel, &connection, error)) ||
	    (status = export_file_holders(connection, arena, &holders, &count, error)))
		return status;
	for (size_t i = 0; i < count && !status; i++)
		status = settle(exporter, connection, arena, holders[i], now, error);
	return status;
}

/* True: there may be more. */
static enum status do_next(struct exporter *exporter, instant now, bool *more, struct error *error)
{
	ARENA arena = arena_new();
	struct list_result found;
	enum status status;

	*more = false;
	if ((status = settle_all(exporter, now, error)) || (status = begin_again(exporter, now, error)) ||
	    (status = find(exporter, arena, S("state = waiting"), now, 1, &found, error)) || !found.count)
		return status;
	export_one(exporter, found.records[0], now);
	*more = true;
	return OK;
}

void exporter_step(struct exporter *exporter, instant now, instant *next)
{
	struct error error = {0};
	bool more = false;

	*next = now + longest_sleep;
	if (!exporter->type)
		return;
	if (do_next(exporter, now, &more, &error))
		log_fault("looking for exports failed", &error);
	else if (more)
		*next = now;
}

void exporter_write_with(struct exporter *exporter, const char *format, export_writer *writer, void *context)
{
	exporter->format = format;
	exporter->writer = writer;
	exporter->context = context;
}

/* --- the thread --- */

static void hear(void *context, const struct news *news, size_t count)
{
	struct exporter *exporter = context;
	bool concerns = false;

	for (size_t i = 0; i < count && !concerns; i++)
		concerns = news[i].kind == NEWS_MISSED ||
			   (news[i].kind == NEWS_RECORD &&
			    kernel_type_of(exporter->kernel, news[i].subject) == exporter->type);
	if (!concerns)
		return;
	pthread_mutex_lock(&exporter->lock);
	exporter->woken = true;
	pthread_cond_signal(&exporter->wake);
	pthread_mutex_unlock(&exporter->lock);
}

static void sleep_until(struct exporter *exporter, instant until)
{
	struct timespec deadline = {.tv_sec = until / SECOND, .tv_nsec = until % SECOND * 1000000};

	pthread_mutex_lock(&exporter->lock);
	while (!exporter->stops && !exporter->woken &&
	       pthread_cond_timedwait(&exporter->wake, &exporter->lock, &deadline) != ETIMEDOUT)
		;
	exporter->woken = false;
	pthread_mutex_unlock(&exporter->lock);
}

static void *work(void *context)
{
	struct exporter *exporter = context;
	instant next;

	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE); /* of this thread alone */
	while (!exporter->stops) {
		exporter_step(exporter, time_now(), &next);
		sleep_until(exporter, next);
	}
	return NULL;
}

enum status exporter_new(struct kernel *kernel, struct exporter **exporter, struct error *error)
{
	struct exporter *made = calloc(1, sizeof(*made));

	if (!made)
		return error_fail(error, E_INTERNAL, "", "memory", N_("There is no memory left"));
	made->kernel = kernel;
	made->type = kernel->model->acting[ACTS_EXPORT];
	pthread_mutex_init(&made->lock, NULL);
	pthread_cond_init(&made->wake, NULL);
	*exporter = made;
	return OK;
}

enum status exporter_start(struct exporter *exporter, struct error *error)
{
	enum status status = store_listen(exporter->kernel->store, hear, exporter, &exporter->ear, error);

	if (status)
		return status;
	exporter->started = !pthread_create(&exporter->thread, NULL, work, exporter);
	return exporter->started ? OK
				 : error_fail(error, E_INTERNAL, "", "thread", N_("A thread could not be started"));
}

void exporter_stop(struct exporter *exporter)
{
	if (!exporter)
		return;
	store_unlisten(exporter->kernel->store, &exporter->ear);
	pthread_mutex_lock(&exporter->lock);
	exporter->stops = true;
	pthread_cond_signal(&exporter->wake);
	pthread_mutex_unlock(&exporter->lock);
	if (exporter->started)
		pthread_join(exporter->thread, NULL);
	exporter->started = false;
}

void exporter_free(struct exporter *exporter)
{
	if (!exporter)
		return;
	exporter_stop(exporter);
	pthread_cond_destroy(&exporter->wake);
	pthread_mutex_destroy(&exporter->lock);
	free(exporter);
}
