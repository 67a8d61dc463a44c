#include "record/timers.h"

#include "record/read.h"
#include "record/tell.h"

/* Of what follows in the query, COUNT_SHOWN + 1 stands for all that are more. */
#define COUNT_OF "SELECT count(*) FROM (SELECT 1 FROM "

static enum status count_some(struct connection *connection, struct str sql, instant bound, int64_t *count,
			      struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(connection, sql, &statement, error);

	if (status)
		return status;
	if (bound != INSTANT_NONE)
		bind_int(statement, bound);
	bind_int(statement, COUNT_SHOWN + 1);
	if (!(status = store_step(statement, &row, error)) && row)
		*count = column_int(statement, 0);
	return status;
}

enum status timers_figures(struct connection *connection, instant now, struct timer_figures *figures,
			   struct error *error)
{
	enum status status;

	*figures = (struct timer_figures){0};
	if ((status =
		 count_some(connection, S(COUNT_OF "kaname_timer LIMIT ?) n"), INSTANT_NONE, &figures->all, error)) ||
	    (status = count_some(connection, S(COUNT_OF "kaname_timer WHERE due_at < ? LIMIT ?) n"), now - MINUTE,
				 &figures->late, error)))
		return status;
	return count_some(connection, S(COUNT_OF "kaname_timer WHERE fault IS NOT NULL LIMIT ?) n"), INSTANT_NONE,
			  &figures->failed, error);
}

enum status timers_list(struct connection *connection, struct arena *arena, bool failed, size_t limit,
			struct timer_view **timers, size_t *count, struct error *error)
{
	VEC(struct timer_view) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection,
	    failed
		? S("SELECT id, record, due_at, behaviour, name, fault FROM kaname_timer WHERE fault IS NOT NULL "
		    "ORDER BY due_at, id LIMIT ?")
		: S("SELECT id, record, due_at, behaviour, name, fault FROM kaname_timer ORDER BY due_at, id LIMIT ?"),
	    &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, (int64_t)limit);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found,
			 ((struct timer_view){.id = column_int(statement, 0),
					      .record = column_int(statement, 1),
					      .due_at = column_int(statement, 2),
					      .behaviour = str_dup(arena, column_text(statement, 3)),
					      .name = str_dup(arena, column_text(statement, 4)),
					      .fault = str_dup(arena, column_text(statement, 5))}));
	*timers = found.items;
	*count = found.count;
	return status;
}

static enum status timer_find(struct kernel *kernel, struct arena *arena, int64_t id, struct timer_view *timer,
			      struct error *error)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	if ((status = kernel_reader(kernel, &connection, error)) ||
	    (status = store_prepare(connection,
				    S("SELECT id, record, due_at, behaviour, name FROM kaname_timer WHERE id = ?"),
				    &statement, error)))
		return status;
	bind_int(statement, id);
	if ((status = store_step(statement, &row, error)))
		return status;
	if (!row)
		return error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is no such job any more"));
	*timer = (struct timer_view){.id = column_int(statement, 0),
				     .record = column_int(statement, 1),
				     .due_at = column_int(statement, 2),
				     .behaviour = str_dup(arena, column_text(statement, 3)),
				     .name = str_dup(arena, column_text(statement, 4))};
	return OK;
}

struct hurry {
	struct timer_view timer;
	instant now;
	bool found;
};

/* By what it is for: telling of it was an edit, after which behaviours may have set it anew. */
static enum status hurry(void *context, struct connection *connection, struct error *error)
{
	struct hurry *work = context;
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection, S("UPDATE kaname_timer SET due_at = ? WHERE record = ? AND behaviour = ? AND name = ?"),
	    &statement, error);

	if (status)
		return status;
	store_tell(connection, NEWS_TIMER, 0, work->now);
	bind_int(statement, work->now);
	bind_int(statement, work->timer.record);
	bind_text(statement, work->timer.behaviour);
	bind_text(statement, work->timer.name);
	status = store_run(statement, error);
	work->found = store_changes(connection) > 0;
	return status;
}

/* It is told first: what runs out of its time must not do so without a word. */
enum status timer_hurry(struct kernel *kernel, const struct actor *actor, int64_t timer, instant now,
			struct error *error)
{
	ARENA arena = arena_new();
	struct hurry work = {.now = now};
	struct str name;
	enum status status = timer_find(kernel, arena, timer, &work.timer, error);

	if (status)
		return status;
	name = work.timer.name.n
		   ? str_format(arena, "%.*s %.*s", STR_ARG(work.timer.behaviour), STR_ARG(work.timer.name))
		   : work.timer.behaviour;
	if ((status = tell_act(kernel, actor, work.timer.record, "job",
			       tell_words(arena, N_("The job “%s” was told to run at once"), name), now, error)) ||
	    (status = store_write_wait(kernel->store, hurry, &work, error)) || work.found)
		return status;
	return error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is no such job any more"));
}
