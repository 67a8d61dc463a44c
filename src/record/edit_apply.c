/* One request, from its beginning to the rows that it leaves. */
#include "record/edit_run.h"

#include "base/fold.h"
#include "record/access.h"
#include "record/tally.h"

enum { COMMENT_MOST = 100000 };

static enum status not_found(struct error *error)
{
	return error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
}

/* The record that has the key now, which nobody else can make meanwhile: there is one writer. */
static enum status find_by_key(struct edit *edit, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status;
	bool row;

	if (!edit->type->key)
		return error_fail(error, E_INTERNAL, "", "key", N_("Such records have no key"));
	if ((status = store_prepare(edit->connection, edit->kernel->sql[edit->type->index].by_key, &statement, error)))
		return status;
	bind_text(statement, edit->own.key);
	if (!(status = store_step(statement, &row, error)) && row)
		edit->own.record = column_int(statement, 0);
	return status;
}

static enum status load(struct edit *edit, struct error *error)
{
	const struct edit_request *request = edit->request;
	enum status status;

	if (request->key.n && !request->record && (status = find_by_key(edit, error)))
		return status;
	if (!request->record)
		return OK;
	if (kernel_type_of(edit->kernel, request->record) != edit->type)
		return not_found(error);
	if ((status =
		 record_load(edit->kernel, edit->connection, edit->arena, request->record, true, &edit->before, error)))
		return status;
	if (!edit->before || !access_reads_record(edit->kernel, edit->actor, edit->before))
		return not_found(error);
	if (request->if_version && request->if_version != edit->before->version)
		return error_fail(error, E_STALE, "version", "stale",
				  N_("Somebody else changed this record meanwhile: look at it again"));
	return OK;
}

/* History counts in the order in which it is written: an edit never comes before the one before it. */
static enum status set_times(struct edit *edit, const struct edit *parent, struct error *error)
{
	instant stated = edit->request->at, now = time_now();
	bool states = stated && stated != INSTANT_NONE;

	edit->at = states ? stated : parent ? parent->at : edit->run->now;
	if (edit->before && edit->at < edit->before->updated_at) {
		if (states)
			return error_fail(error, E_INVALID, "at", "order",
					  N_("The record has been changed after the time that is stated"));
		edit->at = edit->before->updated_at;
	}
	/* Whoever gives another time than the clock shows, the event tells both. */
	edit->recorded_at = edit->at > now + MINUTE || edit->at < now - MINUTE ? now : edit->at;
	return OK;
}

struct str edit_clean_comment(struct str comment)
{
	comment = str_trim(comment);
	return comment.n <= COMMENT_MOST && str_is_utf8(comment) ? comment : (struct str){0};
}

static enum status take_comment(struct edit *edit, struct error *error)
{
	struct str comment = str_trim(edit->own.comment);

	edit->own.comment = comment;
	edit->comment_is_public = edit->own.comment_is_public || (!edit->by_system && !actor_is_staff(edit->actor));
	if (!comment.n)
		return OK;
	if (edit->prepared && edit->prepared->comment.n) {
		edit->own.comment = edit->prepared->comment;
		return OK;
	}
	if (comment.n > COMMENT_MOST)
		return error_fail(error, E_TOO_LARGE, "comment", "too_long",
				  N_("A comment may have at most 100000 bytes"));
	if (!edit_clean_comment(comment).n)
		return error_fail(error, E_INVALID, "comment", "utf8", N_("The text is not UTF-8"));
	edit->own.comment = fold_nfc(edit->arena, comment);
	return OK;
}

enum status edit_begin(struct edit_run *run, const struct actor *actor, const struct edit_request *request,
		       const struct edit *parent, struct edit *edit, struct error *error)
{
	enum status status;

	*edit = (struct edit){
	    .run = run,
	    .kernel = run->kernel,
	    .connection = run->connection,
	    .arena = run->arena,
	    .actor = actor,
	    .own = *request,
	    .type = request->type ? request->type : kernel_type_of(run->kernel, request->record),
	    .who = request->on_behalf ? request->on_behalf : actor->person,
	    .by_system = actor->is_system,
	    .transition = request->transition,
	    .reconsiders = request->reconsider && actor->is_system,
	    .depth = parent ? parent->depth + 1 : 0,
	    .prepared = parent ? NULL : run->prepared,
	};
	edit->request = &edit->own;
	if (!edit->type)
		return not_found(error);
	if (edit->depth > EDIT_DEPTH)
		return error_fail(error, E_INTERNAL, "", "depth",
				  N_("Rules that call each other do not come to an end"));
	edit->plan = &run->kernel->plans[edit->type->index];
	edit->given = arena_many(run->arena, bool, edit->type->field_count + 1);
	if ((status = load(edit, error)) || (status = set_times(edit, parent, error)))
		return status;
	return take_comment(edit, error);
}

/* The guard is judged on what the request says, before the state and what follows from it have changed. */
static enum status think(struct edit *edit, struct error *error)
{
	enum status status, failed;

	if ((status = edit_authorise(edit, error)) || (status = edit_take_inputs(edit, error)) ||
	    (status = edit_take_files(edit, error)) || (status = edit_find_watch(edit, error)) ||
	    (status = edit_check_guard(edit, error)))
		return status;
	if (edit->transition && edit->transition->to)
		edit->after->state = edit->transition->to;
	if ((status = edit_run_derive(edit, error)) || (status = edit_compute(edit, error)))
		return status;
	status = edit_validate(edit, error);
	failed = edit_run_check(edit, error);
	return status ? status : failed;
}

static enum status count(const struct edit *edit, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < edit->own.tally_count && !status; i++)
		status = tally_add(edit->connection, edit->arena, edit->own.tallies[i].field, edit->after->identity,
				   edit->own.tallies[i].by, error);
	return status;
}

/* What is counted may be told otherwise by its row. */
static bool keeps(const struct edit *edit)
{
	bool keeps = edit->run->keep && edit->run->written == 1 && edit->result->event;

	for (size_t i = 0; i < edit->type->field_count && keeps; i++)
		keeps = !edit->type->fields[i]->is_counted;
	return keeps;
}

enum status edit_one(struct edit_run *run, const struct actor *actor, const struct edit_request *request,
		     const struct edit *parent, struct edit_result *result, struct error *error)
{
	struct edit edit;
	enum status status;

	*result = (struct edit_result){.record = request->record};
	if ((status = edit_begin(run, actor, request, parent, &edit, error)))
		return status;
	edit.result = result;
	if ((status = think(&edit, error)))
		return status;
	if (edit_differs(&edit)) {
		if ((status = edit_begin_row(&edit, error)) || (status = edit_run_measure(&edit, error)) ||
		    (status = edit_write(&edit, error)))
			return status;
		result->created = !edit.before;
	} else {
		edit.after->updated_at = edit.before->updated_at;
		edit.after->updated_by = edit.before->updated_by;
		if (edit.reconsiders && (status = edit_run_measure(&edit, error)))
			return status;
	}
	result->record = edit.after->identity;
	result->version = edit.after->version;
	if ((status = count(&edit, error)) || (result->event && (status = edit_tell_mentioned(&edit, error))))
		return status;
	if ((result->event || edit.reconsiders) && (status = edit_run_after(&edit, error)))
		return status;
	if (result->event && (status = edit_tell_lapses(&edit, error)))
		return status;
	if (keeps(&edit))
		result->written = record_keep(run->keep, edit.after);
	return OK;
}

enum status edit_foresee(struct kernel *kernel, struct connection *connection, struct arena *arena,
			 const struct actor *actor, const struct edit_request *request, instant now,
			 struct foreseen *foreseen, struct error *error)
{
	struct edit_run run = {
	    .kernel = kernel, .connection = connection, .arena = arena, .now = now, .foresees = true};
	struct edit edit;
	enum status status;

	*foreseen = (struct foreseen){0};
	if ((status = edit_begin(&run, actor, request, NULL, &edit, error)) ||
	    (status = edit_authorise(&edit, error)) || (status = edit_take_inputs(&edit, error)) ||
	    (status = edit_run_derive(&edit, error)) || (status = edit_compute(&edit, error)) ||
	    (status = edit_call_measure(&edit, error)))
		return status;
	foreseen->record = edit.after;
	edit_known_clocks(&edit, &foreseen->clocks, &foreseen->clock_count);
	return OK;
}
