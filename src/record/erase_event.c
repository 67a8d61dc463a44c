#include "record/erase_event.h"

#include <jansson.h>

#include "record/search_terms.h"

static size_t array_size(struct str text)
{
	json_error_t fault;
	json_t *array = text.n ? json_loadb(text.p, text.n, 0, &fault) : NULL;
	size_t size = json_array_size(array);

	json_decref(array);
	return size;
}

/* --- what is found again by it, and what it led to --- */

static enum status forget_comment(struct edit_run *run, const struct event_row *row, struct error *error)
{
	struct search_terms old = search_terms_of_comment(run->arena, event_comment(row), row->is_public, NULL),
			    none = {0};

	return store_search_put(run->connection, SEARCH_EVENTS, row->id, &old, &none, error);
}

static enum status run_with(struct edit_run *run, struct str sql, int64_t value, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(run->connection, sql, &statement, error);

	if (status)
		return status;
	bind_int(statement, value);
	return store_run(statement, error);
}

/* The bytes go with the last file that has them. */
static enum status forget_files(struct edit_run *run, const struct event_row *row, struct error *error)
{
	enum status status = run_with(
	    run,
	    S("DELETE FROM kaname_blob WHERE hash IN (SELECT hash FROM kaname_attachment WHERE event = ?1) AND "
	      "hash NOT IN (SELECT hash FROM kaname_attachment WHERE event <> ?1 OR event IS NULL)"),
	    row->id, error);

	return status ? status : run_with(run, S("DELETE FROM kaname_attachment WHERE event = ?"), row->id, error);
}

/* --- the event --- */

static enum status erase_place(struct edit_run *run, const struct event_row *row, enum event_place place,
			       struct error *error)
{
	const char *name = event_place_name(place);
	struct hash commitment = event_commitment(row, place);
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    run->connection,
	    str_format(run->arena, "UPDATE kaname_event SET %s = NULL, %s_seal = ? WHERE id = ?", name, name),
	    &statement, error);

	if (status)
		return status;
	bind_blob(statement, (struct str){(const char *)commitment.bytes, HASH_BYTES});
	bind_int(statement, row->id);
	if ((status = store_run(statement, error)))
		return status;
	if (place == PLACE_COMMENT)
		return forget_comment(run, row, error);
	return place == PLACE_FILES ? forget_files(run, row, error) : OK;
}

static enum status erase_event(struct edit_run *run, const struct event_row *row, bool values,
			       struct erased_events *erased, struct error *error)
{
	enum status status = OK;

	for (int place = values ? PLACE_PERSONAL : PLACE_COMMENT; place < EVENT_PLACES && !status; place++) {
		if (!row->places[place].n)
			continue;
		status = erase_place(run, row, place, error);
		erased->sequences[place][erased->count[place]++] = row->sequence;
		erased->total++;
		if (place == PLACE_PERSONAL)
			erased->values += (int64_t)array_size(row->places[place]);
		if (place == PLACE_FILES)
			erased->files += (int64_t)array_size(row->places[place]);
	}
	return status;
}

/* All of them first: none is changed while they are read. */
static enum status read_events(struct edit_run *run, int64_t record, int64_t writer, struct event_row **rows,
			       size_t *count, struct error *error)
{
	struct str sql = str_format(run->arena,
				    "SELECT %s FROM kaname_event e WHERE e.record = ? AND (e.personal IS NOT NULL OR "
				    "e.comment IS NOT NULL OR e.files IS NOT NULL)%s ORDER BY e.seq",
				    event_columns, writer ? " AND e.actor = ?" : "");
	VEC(struct event_row) found = {0};
	STATEMENT statement = NULL;
	bool more;
	enum status status = store_prepare(run->connection, sql, &statement, error);

	if (status)
		return status;
	bind_int(statement, record);
	if (writer)
		bind_int(statement, writer);
	while (!(status = store_step(statement, &more, error)) && more) {
		struct event_row row;

		event_from_row(run->arena, statement, &row);
		vec_push(run->arena, &found, row);
	}
	*rows = found.items;
	*count = found.count;
	return status;
}

enum status erase_events(struct edit_run *run, int64_t record, int64_t writer, struct erased_events *erased,
			 struct error *error)
{
	struct event_row *rows;
	size_t count;
	enum status status = read_events(run, record, writer, &rows, &count, error);

	*erased = (struct erased_events){0};
	if (status)
		return status;
	for (int place = 0; place < EVENT_PLACES; place++)
		erased->sequences[place] = arena_many(run->arena, int64_t, count + 1);
	for (size_t i = 0; i < count && !status; i++)
		status = erase_event(run, &rows[i], !writer, erased, error);
	return status;
}
