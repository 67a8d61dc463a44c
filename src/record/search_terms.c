#include "record/search_terms.h"

#include "base/fold.h"
#include "record/edit_plan.h"

enum { JOB_DOCUMENTS = 2000 };

struct str known_terms_of(struct arena *arena, struct str text, const struct known_texts *known)
{
	for (size_t i = 0; known && i < known->count; i++)
		if (known->items[i].text.p == text.p && known->items[i].text.n == text.n)
			return known->items[i].terms;
	return fold_terms(arena, text);
}

static void add_terms(struct buf *terms, struct str more)
{
	if (terms->n && more.n)
		buf_add_char(terms, ' ');
	buf_add(terms, more);
}

struct search_terms search_terms_of(const struct kernel *kernel, struct arena *arena, const struct record *record,
				    const struct known_texts *known)
{
	const struct field_list *searched = &kernel->plans[record->type->index].searched;
	struct buf public_terms = buf_new(arena), internal_terms = buf_new(arena);
	char number[NUMBER_TEXT];

	add_terms(&public_terms, fold_terms(arena, str_of(kernel_number(kernel, record->identity, number))));
	for (size_t i = 0; i < searched->count; i++) {
		const struct field *field = searched->items[i];
		struct value value = record_value(record, field);

		if (value.kind == VALUE_TEXT && !value_is_erased(value))
			add_terms(field->is_public ? &public_terms : &internal_terms,
				  known_terms_of(arena, value.text, known));
	}
	return (struct search_terms){buf_str(&public_terms), buf_str(&internal_terms)};
}

struct search_terms search_terms_of_comment(struct arena *arena, struct str comment, bool is_public,
					    const struct known_texts *known)
{
	struct search_terms terms = {0};

	*(is_public ? &terms.public_terms : &terms.internal_terms) = known_terms_of(arena, comment, known);
	return terms;
}

/* --- all of them --- */

struct rebuilding {
	struct kernel *kernel;
	const struct type *type; /* NULL: comments */
	struct str sql;
	int64_t last; /* document */
	int64_t documents;
	bool over;
};

static enum status put_document(struct rebuilding *rebuilding, struct connection *connection, struct arena *arena,
				struct statement *statement, struct error *error)
{
	struct search_terms terms;

	rebuilding->last = column_int(statement, 0);
	rebuilding->documents++;
	if (rebuilding->type)
		terms = search_terms_of(rebuilding->kernel, arena,
					record_from_row(rebuilding->kernel, arena, rebuilding->type, statement), NULL);
	else
		terms = search_terms_of_comment(arena, column_text(statement, 1), column_int(statement, 2) != 0, NULL);
	return store_search_put(connection, rebuilding->type ? SEARCH_RECORDS : SEARCH_EVENTS, rebuilding->last, NULL,
				&terms, error);
}

static enum status put_some(void *context, struct connection *connection, struct error *error)
{
	struct rebuilding *rebuilding = context;
	int64_t before = rebuilding->documents;
	ARENA arena = arena_new();
	STATEMENT statement = NULL;
	bool row = false;
	enum status status = store_prepare(connection, rebuilding->sql, &statement, error);

	if (status)
		return status;
	bind_int(statement, rebuilding->last);
	bind_int(statement, JOB_DOCUMENTS);
	while (!status && !(status = store_step(statement, &row, error)) && row) {
		status = put_document(rebuilding, connection, arena, statement, error);
		arena_reset(arena);
	}
	rebuilding->over = rebuilding->documents == before;
	return status;
}

static enum status rebuild(struct kernel *kernel, struct arena *arena, const struct type *type,
			   void (*progress)(void *context, struct str table, int64_t rows), void *context,
			   struct error *error)
{
	struct rebuilding rebuilding = {.kernel = kernel, .type = type};
	enum status status = OK;

	rebuilding.sql = type
			     ? str_format(arena, "SELECT %.*s FROM %.*s r WHERE r.\"id\" > ? ORDER BY r.\"id\" LIMIT ?",
					  STR_ARG(record_columns(kernel, type)), STR_ARG(layout_table(arena, type)))
			     : S("SELECT id, comment, public FROM kaname_event WHERE comment IS NOT NULL AND id > ? "
				 "ORDER BY id LIMIT ?");
	while (!status && !rebuilding.over) {
		status = store_write_wait(kernel->store, put_some, &rebuilding, error);
		if (progress)
			progress(context, S("search"), rebuilding.documents);
	}
	return status;
}

enum status search_rebuild(struct kernel *kernel, void (*progress)(void *context, struct str table, int64_t rows),
			   void *context, struct error *error)
{
	ARENA arena = arena_new();
	enum status status = OK;

	for (size_t i = 0; i < kernel->model->type_count && !status; i++)
		status = rebuild(kernel, arena, kernel->model->types[i], progress, context, error);
	return status ? status : rebuild(kernel, arena, NULL, progress, context, error);
}
