/* What an erasure covers, and what it does to each record. */
#include "record/erase.h"

#include <stdlib.h>

#include "record/cache.h"
#include "record/edit_run.h"
#include "record/erase_event.h"

struct erasing {
	struct edit_run *run;
	const struct edit *parent; /* NULL: none */
	const struct erasure *erasure;
	struct erasure_counts *counts;
	VEC(int64_t) whole; /* sorted, once all are known */
};

/* --- what is covered --- */

static enum status add_selected(struct erasing *erasing, struct str sql, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(erasing->run->connection, sql, &statement, error);

	if (status)
		return status;
	bind_int(statement, erasing->erasure->person);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(erasing->run->arena, &erasing->whole, column_int(statement, 0));
	return status;
}

static enum status add_about(struct erasing *erasing, struct error *error)
{
	const struct model *model = erasing->run->kernel->model;
	struct arena *arena = erasing->run->arena;
	enum status status = OK;

	for (size_t i = 0; i < model->type_count && !status; i++)
		for (size_t j = 0; j < model->types[i]->about_count && !status; j++)
			status = add_selected(erasing,
					      str_format(arena, "SELECT \"id\" FROM %.*s WHERE %.*s = ?",
							 STR_ARG(layout_table(arena, model->types[i])),
							 STR_ARG(layout_column(arena, model->types[i]->about[j]))),
					      error);
	return status;
}

static int by_identity(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

static enum status find_whole(struct erasing *erasing, struct error *error)
{
	const struct erasure *erasure = erasing->erasure;
	enum status status = OK;
	size_t kept = 0;

	for (size_t i = 0; i < erasure->record_count; i++)
		vec_push(erasing->run->arena, &erasing->whole, erasure->records[i]);
	if (erasure->person) {
		vec_push(erasing->run->arena, &erasing->whole, erasure->person);
		status = add_about(erasing, error);
	}
	if (erasing->whole.count)
		qsort(erasing->whole.items, erasing->whole.count, sizeof(int64_t), by_identity);
	for (size_t i = 0; i < erasing->whole.count; i++)
		if (!i || erasing->whole.items[i] != erasing->whole.items[i - 1])
			erasing->whole.items[kept++] = erasing->whole.items[i];
	erasing->whole.count = kept;
	return status;
}

/* Where else the person wrote something. */
static enum status find_written(struct erasing *erasing, int64_t **records, size_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	VEC(int64_t) found = {0};
	bool row;
	enum status status = store_prepare(erasing->run->connection,
					   S("SELECT DISTINCT record FROM kaname_event WHERE actor = ? AND "
					     "(comment IS NOT NULL OR files IS NOT NULL)"),
					   &statement, error);

	if (status)
		return status;
	bind_int(statement, erasing->erasure->person);
	while (!(status = store_step(statement, &row, error)) && row) {
		int64_t record = column_int(statement, 0);

		if (!erasing->whole.count ||
		    !bsearch(&record, erasing->whole.items, erasing->whole.count, sizeof(record), by_identity))
			vec_push(erasing->run->arena, &found, record);
	}
	*records = found.items;
	*count = found.count;
	return status;
}

/* --- one record --- */

static size_t empty_fields(struct edit *edit)
{
	size_t emptied = 0;

	for (size_t i = 0; i < edit->type->field_count; i++) {
		const struct field *field = edit->type->fields[i];
		struct value *value = &edit->after->values[i];

		if (!field->is_personal || value_is_empty(*value) || value_is_erased(*value))
			continue;
		*value = value_erased(value->kind);
		if (field->unique || field == edit->type->key)
			value->text =
			    str_format(edit->arena, "%.*s%lld", STR_ARG(value->text), (long long)edit->after->identity);
		emptied++;
	}
	return emptied;
}

/* Whose name is gone is nobody who signs in, or whom work is given to. */
static void retire(struct edit *edit)
{
	const struct field *active = type_field(edit->type, S("active"));

	if (edit->type->acts_as == ACTS_PERSON && active && active->value == VALUE_BOOLEAN)
		edit->after->values[active->index] = value_boolean(false);
}

static struct str names_as_json(struct arena *arena, const struct erased_events *erased)
{
	struct buf json = buf_new(arena);

	for (int place = 0; place < EVENT_PLACES; place++) {
		buf_format(&json, "%s\"%s\":[", place ? "," : "{", event_place_name(place));
		for (size_t i = 0; i < erased->count[place]; i++)
			buf_format(&json, "%s%lld", i ? "," : "", (long long)erased->sequences[place][i]);
		buf_add_char(&json, ']');
	}
	buf_add_char(&json, '}');
	return buf_str(&json);
}

/* Mails that told of it, as they were sent. record 0: those that gathered several things, which are not looked through.
 */
static enum status forget_mails(struct edit_run *run, int64_t record, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(run->connection,
			  record ? S("UPDATE kaname_outbox SET raw = NULL WHERE record = ? AND raw IS NOT NULL")
				 : S("UPDATE kaname_outbox SET raw = NULL WHERE record IS NULL AND raw IS NOT NULL"),
			  &statement, error);

	if (status)
		return status;
	if (record)
		bind_int(statement, record);
	return store_run(statement, error);
}

/* Written as an edit is, but nothing is derived, checked or told again: what was decided stays, its words go. */
static enum status erase_record(struct erasing *erasing, int64_t record, bool whole, struct error *error)
{
	struct edit_run *run = erasing->run;
	struct edit_note note = {.kind = S(ERASURE), .says = erasing->erasure->says};
	struct edit_request request = {.record = record,
				       .note = &note,
				       .via = erasing->parent ? erasing->parent->request->via : VIA_JOB,
				       .on_behalf = erasing->parent ? erasing->parent->who : 0};
	struct edit_result result = {0};
	struct erased_events erased;
	struct edit edit;
	size_t emptied;
	enum status status = edit_begin(run, actor_system(), &request, erasing->parent, &edit, error);

	if (status == E_NOT_FOUND && !erasing->parent) { /* in a database from before it was made */
		error_clear(error);
		return OK;
	}
	if (status || (status = forget_mails(run, record, error)) ||
	    (status = erase_events(run, record, whole ? 0 : erasing->erasure->person, &erased, error)))
		return status;
	edit.result = &result;
	edit.after = record_copy(run->arena, edit.before);
	edit.after->updated_at = edit.at;
	edit.after->updated_by = edit.who;
	emptied = whole ? empty_fields(&edit) : 0;
	if (!emptied && !erased.total)
		return OK;
	retire(&edit);
	note.data = names_as_json(run->arena, &erased);
	erasing->counts->records++;
	erasing->counts->values += (int64_t)emptied + erased.values;
	erasing->counts->comments += (int64_t)erased.count[PLACE_COMMENT];
	erasing->counts->files += erased.files;
	status = edit_begin_row(&edit, error);
	return status ? status : edit_write(&edit, error);
}

/* An event that says so, and changes nothing. */
static enum status mark_disposed(struct erasing *erasing, int64_t record, struct error *error)
{
	struct edit_note note = {.kind = S(DISPOSAL), .says = erasing->erasure->says};
	struct edit_request request = {.record = record,
				       .note = &note,
				       .via = erasing->parent ? erasing->parent->request->via : VIA_JOB,
				       .on_behalf = erasing->parent ? erasing->parent->who : 0};
	struct edit_result result = {0};
	struct edit edit;
	enum status status = edit_begin(erasing->run, actor_system(), &request, erasing->parent, &edit, error);

	if (status)
		return status;
	edit.result = &result;
	edit.after = record_copy(erasing->run->arena, edit.before);
	edit.after->updated_at = edit.at;
	edit.after->updated_by = edit.who;
	status = edit_begin_row(&edit, error);
	return status ? status : edit_write(&edit, error);
}

/* --- what is kept for the person alone --- */

static enum status forget_told(struct edit_run *run, int64_t person, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(run->connection,
					   S("DELETE FROM kaname_outbox_told WHERE entry IN (SELECT id FROM "
					     "kaname_outbox WHERE person = ?)"),
					   &statement, error);

	if (status)
		return status;
	bind_int(statement, person);
	return store_run(statement, error);
}

static enum status forget_person(struct edit_run *run, int64_t person, struct error *error)
{
	static const char *const tables[] = {"kaname_credential", "kaname_session",     "kaname_token",
					     "kaname_preference", "kaname_notice",      "kaname_notice_mail",
					     "kaname_watcher",    "kaname_idempotency", "kaname_outbox"};
	enum status status = forget_told(run, person, error);

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables) && !status; i++) {
		STATEMENT statement = NULL;

		status =
		    store_prepare(run->connection, str_format(run->arena, "DELETE FROM %s WHERE person = ?", tables[i]),
				  &statement, error);
		if (status)
			return status;
		bind_int(statement, person);
		status = store_run(statement, error);
	}
	return status;
}

/* --- all of it --- */

static enum status erase_all(struct erasing *erasing, struct error *error)
{
	int64_t *written = NULL, person = erasing->erasure->person;
	size_t count = 0;
	enum status status = find_whole(erasing, error);

	if (!status && !erasing->erasure->keeps)
		status = forget_mails(erasing->run, 0, error);
	if (!status && person && erasing->erasure->written)
		status = find_written(erasing, &written, &count, error);
	for (size_t i = 0; i < erasing->whole.count && !status && !erasing->erasure->keeps; i++)
		status = erase_record(erasing, erasing->whole.items[i], true, error);
	for (size_t i = 0; i < erasing->erasure->record_count && !status && erasing->erasure->disposes; i++)
		status = mark_disposed(erasing, erasing->erasure->records[i], error);
	for (size_t i = 0; i < count && !status; i++)
		status = erase_record(erasing, written[i], false, error);
	if (!status && person)
		status = forget_person(erasing->run, person, error);
	return status ? status : store_scrub_later(erasing->run->connection, error);
}

enum status edit_erase(struct edit *edit, const struct erasure *erasure, struct erasure_counts *counts,
		       struct error *error)
{
	struct erasing erasing = {.run = edit->run, .parent = edit, .erasure = erasure, .counts = counts};

	*counts = (struct erasure_counts){0};
	return erase_all(&erasing, error);
}

struct alone { /* an erasure that no edit asks for */
	struct kernel *kernel;
	const struct erasure *erasure;
	struct erasure_counts *counts;
	instant now;
	bool forget_actors;
};

static enum status erase_alone(void *context, struct connection *connection, struct error *error)
{
	struct alone *alone = context;
	struct edit_run run = {.kernel = alone->kernel,
			       .connection = connection,
			       .arena = alone->kernel->cache->writing,
			       .now = alone->now};
	struct erasing erasing = {.run = &run, .erasure = alone->erasure, .counts = alone->counts};
	enum status status;

	arena_reset(run.arena);
	*alone->counts = (struct erasure_counts){0};
	status = erase_all(&erasing, error);
	alone->forget_actors = run.forget_actors;
	return status;
}

enum status kernel_erase(struct kernel *kernel, const struct erasure *erasure, instant now,
			 struct erasure_counts *counts, struct error *error)
{
	struct alone alone = {.kernel = kernel, .erasure = erasure, .counts = counts, .now = now};
	enum status status = store_write_wait(kernel->store, erase_alone, &alone, error);

	if (!status && alone.forget_actors)
		actor_cache_forget(kernel->cache->actors);
	return status;
}

enum status erase_numbers(struct kernel *kernel, struct arena *arena, struct str text, struct str field,
			  int64_t **records, size_t *count, struct error *error)
{
	VEC(int64_t) found = {0};
	struct buf plain = buf_new(arena);
	struct str rest, word;

	for (size_t i = 0; i < text.n; i++)
		buf_add_char(&plain, text.p[i] == ',' || text.p[i] == '\n' || text.p[i] == '\t' ? ' ' : text.p[i]);
	rest = buf_str(&plain);
	while (rest.n && str_cut(&rest, ' ', &word)) {
		int64_t record;

		if (!word.n)
			continue;
		if (!kernel_parse_number(kernel, word, &record))
			return error_fail_at(error, E_INVALID, field, "number", N_("This is no number of a record: %s"),
					     str_c(arena, word));
		vec_push(arena, &found, record);
	}
	*records = found.items;
	*count = found.count;
	return OK;
}
