/* Several records at once: a page asks the database a few times, and not for each of its rows. */
#include "record/record.h"

#include <stdlib.h>

/* --- records --- */

struct wanted {
	int64_t identity;
	size_t place;
};

static int by_identity(const void *a, const void *b)
{
	int64_t left = ((const struct wanted *)a)->identity, right = ((const struct wanted *)b)->identity;

	return (left > right) - (left < right);
}

static void bind_places(struct statement *statement, const int64_t *identities, size_t count)
{
	for (size_t i = 0; i < RECORD_AT_ONCE; i++)
		bind_int(statement, i < count ? identities[i] : 0);
}

/* How many begin the list that one statement can read: of one type, and each as often as it is wanted. */
static size_t choose(const struct kernel *kernel, const struct wanted *wanted, size_t count,
		     int64_t chosen[RECORD_AT_ONCE], size_t *chosen_count)
{
	const struct type *type = kernel_type_of(kernel, wanted->identity);
	size_t i;

	*chosen_count = 0;
	for (i = 0; i < count && kernel_type_of(kernel, wanted[i].identity) == type; i++) {
		if (*chosen_count && chosen[*chosen_count - 1] == wanted[i].identity)
			continue;
		if (*chosen_count == RECORD_AT_ONCE)
			break;
		chosen[(*chosen_count)++] = wanted[i].identity;
	}
	return i;
}

static enum status load_chosen(struct kernel *kernel, struct connection *connection, struct arena *arena,
			       const int64_t *chosen, size_t count, struct record *found[RECORD_AT_ONCE],
			       size_t *found_count, struct error *error)
{
	const struct type *type = kernel_type_of(kernel, chosen[0]);
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	*found_count = 0;
	if (!type)
		return OK;
	if ((status = store_prepare(connection, kernel->sql[type->index].by_ids, &statement, error)))
		return status;
	bind_places(statement, chosen, count);
	while (!(status = store_step(statement, &row, error)) && row)
		found[(*found_count)++] = record_from_row(kernel, arena, type, statement);
	for (size_t i = 0; i < *found_count && !status; i++)
		status = record_load_telling_links(connection, arena, found[i], error);
	return status;
}

enum status record_load_many(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const int64_t *identities, size_t count, struct record **records, struct error *error)
{
	struct wanted *wanted = arena_many(arena, struct wanted, count);
	enum status status = OK;
	size_t n;

	for (size_t i = 0; i < count; i++) {
		wanted[i] = (struct wanted){identities[i], i};
		records[i] = NULL;
	}
	qsort(wanted, count, sizeof(*wanted), by_identity);
	for (; count && !status; wanted += n, count -= n) {
		int64_t chosen[RECORD_AT_ONCE];
		struct record *found[RECORD_AT_ONCE];
		size_t chosen_count, found_count;

		n = choose(kernel, wanted, count, chosen, &chosen_count);
		status = load_chosen(kernel, connection, arena, chosen, chosen_count, found, &found_count, error);
		for (size_t i = 0; i < n && !status; i++)
			for (size_t j = 0; j < found_count; j++)
				if (found[j]->identity == wanted[i].identity)
					records[wanted[i].place] = found[j];
	}
	return status;
}

/* --- their links --- */

/* Rows of one record and kind that follow each other. */
struct ends {
	int64_t source;
	struct str kind;
	VEC(struct value) items;
};

static void put(struct record **records, size_t count, const struct ends *ends)
{
	const struct value value = {.kind = VALUE_LIST,
				    .list = {.items = ends->items.items, .count = ends->items.count}};

	for (size_t i = 0; ends->items.count && i < count; i++)
		for (size_t f = 0; records[i]->identity == ends->source && f < records[i]->type->field_count; f++) {
			const struct field *field = records[i]->type->fields[f];

			if (field->kind == FIELD_LINKS && str_eq(field->link, ends->kind))
				records[i]->values[f] = value;
		}
}

static enum status load_links(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      struct record **records, size_t count, struct error *error)
{
	const struct type_sql *sql = &kernel->sql[records[0]->type->index];
	int64_t sources[RECORD_AT_ONCE];
	STATEMENT statement = NULL;
	struct ends ends = {0};
	bool row;
	enum status status =
	    store_prepare(connection, count == 1 ? sql->links_of_one : sql->links_of_many, &statement, error);

	if (status)
		return status;
	for (size_t i = 0; i < count; i++)
		sources[i] = records[i]->identity;
	if (count == 1)
		bind_int(statement, sources[0]);
	else
		bind_places(statement, sources, count);
	while (!(status = store_step(statement, &row, error)) && row) {
		if (column_int(statement, 0) != ends.source || !str_eq(column_text(statement, 1), ends.kind)) {
			put(records, count, &ends);
			ends = (struct ends){.source = column_int(statement, 0),
					     .kind = str_dup(arena, column_text(statement, 1))};
		}
		vec_push(arena, &ends.items, value_record(column_int(statement, 2)));
	}
	put(records, count, &ends);
	return status;
}

enum status record_load_all_links(struct kernel *kernel, struct connection *connection, struct arena *arena,
				  struct record **records, size_t count, struct error *error)
{
	enum status status = OK;

	if (!count || !kernel->sql[records[0]->type->index].links_of_one.n)
		return OK;
	for (size_t from = 0; from < count && !status; from += RECORD_AT_ONCE)
		status = load_links(kernel, connection, arena, records + from,
				    count - from < RECORD_AT_ONCE ? count - from : RECORD_AT_ONCE, error);
	return status;
}
