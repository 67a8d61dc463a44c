/* Activities wait here until their record comes. Only the columns that the mapping speaks of are kept, each text once.
 */
#include "job/import_run.h"

#include <stdlib.h>

struct staged {
	instant at;
	uint32_t key, line;
	uint32_t rank;  /* of the kind in the mapping */
	uint32_t texts; /* where its texts begin in stage->texts */
};

struct import_stage {
	struct arena *arena;
	const struct import_pass *pass;
	const char *file;
	struct map keys;   /* key -> its number + 1 */
	struct map known;  /* text -> itself */
	struct str *names; /* of the kept columns */
	size_t *columns;
	size_t column_count;
	struct map scope; /* name -> position among the kept columns */
	VEC(struct str *) texts;
	VEC(struct staged) rows;
	size_t *starts; /* by key: its first row */
	bool *met;
};

static struct str *keep(struct import_stage *stage, struct str text)
{
	struct str *known = map_get(&stage->known, text);

	if (known)
		return known;
	known = arena_one(stage->arena, struct str);
	*known = str_dup(stage->arena, text);
	map_put(&stage->known, *known, known);
	return known;
}

/* --- which columns are spoken of --- */

static void want(struct import_stage *stage, struct str name, const struct map *header)
{
	uintptr_t at = (uintptr_t)map_get(header, name);

	for (size_t i = 0; i < stage->column_count; i++)
		if (str_eq(stage->names[i], name))
			return;
	if (!at || at == UINTPTR_MAX)
		return;
	stage->names[stage->column_count] = name;
	stage->columns[stage->column_count++] = at - 1;
}

static void want_source(struct import_stage *stage, const struct import_source *source, const struct csv_row *header,
			const struct map *names)
{
	if (!source)
		return;
	if (source->kind == IMPORT_COLUMN)
		want(stage, source->text, names);
	for (size_t i = 0; source->kind == IMPORT_TEMPLATE && i < header->count; i++) {
		struct str braced = str_format(stage->arena, "{%.*s}", STR_ARG(header->cells[i]));
		size_t at;

		if (str_find(source->text, braced, &at))
			want(stage, header->cells[i], names);
	}
	for (size_t i = 0; i < source->with_count; i++)
		want_source(stage, source->with[i].source, header, names);
}

static enum status prepare(struct import_stage *stage, const struct csv_row *header, struct error *error)
{
	const struct import_activities *activities = stage->pass->activities;
	struct map names = import_names(stage->arena, header->cells, header->count);
	enum status status;

	stage->names = arena_many(stage->arena, struct str, header->count);
	stage->columns = arena_many(stage->arena, size_t, header->count);
	if ((status = import_check_name(activities->place, activities->key, &names, error)) ||
	    (status = import_check_name(activities->place, activities->at, &names, error)) ||
	    (status = import_check_name(activities->place, activities->kind, &names, error)))
		return status;
	want(stage, activities->key, &names);
	want(stage, activities->at, &names);
	want(stage, activities->kind, &names);
	for (size_t i = 0; i < activities->kind_count; i++) {
		const struct import_kind *kind = &activities->kinds[i];

		if ((status = import_check_fields(&kind->fields, &names, error)) ||
		    (kind->comment && (status = import_check_source(kind->comment, &names, error))))
			return status;
		want_source(stage, kind->comment, header, &names);
		for (size_t j = 0; j < kind->fields.count; j++)
			for (size_t k = 0; k < kind->fields.items[j].source_count; k++)
				want_source(stage, &kind->fields.items[j].sources[k], header, &names);
	}
	stage->scope = import_names(stage->arena, stage->names, stage->column_count);
	return OK;
}

/* --- reading --- */

static bool find_rank(const struct import_activities *activities, struct str kind, uint32_t *rank)
{
	for (size_t i = 0; i < activities->kind_count; i++)
		if (str_eq(activities->kinds[i].name, kind) || &activities->kinds[i] == activities->otherwise) {
			*rank = (uint32_t)i;
			return true;
		}
	return false;
}

static enum status add_row(struct import_stage *stage, const struct csv_row *row, struct error *error)
{
	const struct import_activities *activities = stage->pass->activities;
	struct str key = str_trim(csv_cell(row, stage->columns[0])), at = str_trim(csv_cell(row, stage->columns[1]));
	struct str kind = str_trim(csv_cell(row, stage->columns[2]));
	struct staged staged = {.line = row->line, .texts = (uint32_t)stage->texts.count};
	uintptr_t number;

	if (!key.n)
		return error_fail_at(error, E_INVALID, activities->key, "required", N_("A value is needed"));
	if (!import_time(&activities->format, at, &staged.at))
		return error_fail_at(error, E_INVALID, activities->at, "time",
				     N_("'%s' is no time in the forms that the mapping names"),
				     str_c(stage->arena, at));
	if (!find_rank(activities, kind, &staged.rank))
		return error_fail_at(error, E_INVALID, activities->kind, "map",
				     N_("The mapping does not say what '%s' stands for"), str_c(stage->arena, kind));
	number = (uintptr_t)map_get(&stage->keys, key);
	if (!number) {
		number = stage->keys.count + 1;
		map_put(&stage->keys, str_dup(stage->arena, key), (void *)number);
	}
	staged.key = (uint32_t)(number - 1);
	for (size_t i = 2; i < stage->column_count; i++) /* key and time are known otherwise */
		vec_push(stage->arena, &stage->texts, keep(stage, str_trim(csv_cell(row, stage->columns[i]))));
	vec_push(stage->arena, &stage->rows, staged);
	return OK;
}

static int by_order(const void *a, const void *b)
{
	const struct staged *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static void settle(struct import_stage *stage)
{
	if (stage->rows.count)
		qsort(stage->rows.items, stage->rows.count, sizeof(struct staged), by_order);
	stage->starts = arena_many(stage->arena, size_t, stage->keys.count + 1);
	stage->met = arena_many(stage->arena, bool, stage->keys.count + 1);
	for (size_t i = stage->rows.count; i-- > 0;)
		stage->starts[stage->rows.items[i].key] = i;
	stage->starts[stage->keys.count] = stage->rows.count;
}

enum status import_stage_read(struct import_run *run, const struct import_pass *pass, const char *file,
			      struct import_figures *figures, struct import_stage **out, struct error *error)
{
	struct import_stage *stage = arena_one(run->arena, struct import_stage);
	CSV reader = NULL;
	struct csv_row row;
	bool more = true;
	enum status status;

	*stage = (struct import_stage){.arena = arena_new(), .pass = pass, .file = file};
	*out = stage;
	stage->keys = map_new(stage->arena);
	stage->known = map_new(stage->arena);
	if ((status = csv_open_file(stage->arena, file, &pass->activities->format.csv, &reader, error)) ||
	    (status = csv_header(reader, &row, error)) || (status = prepare(stage, &row, error)))
		return status;
	while (more) {
		struct error own;

		error_clear(&own);
		status = csv_next(reader, &row, &more, &own);
		if (status && status != E_INVALID)
			return error_fail(error, status, file, "file", N_("The file cannot be read to its end"));
		if (!more)
			break;
		figures->lines++;
		if (status || add_row(stage, &row, &own))
			import_refuse(run, figures, file, row.line, &own);
	}
	settle(stage);
	return OK;
}

void import_stage_find(struct import_stage *stage, struct arena *arena, struct str key,
		       struct import_activity **activities, size_t *count)
{
	uintptr_t number = stage ? (uintptr_t)map_get(&stage->keys, key) : 0;

	*count = 0;
	*activities = NULL;
	if (!number)
		return;
	stage->met[number - 1] = true;
	*count = stage->starts[number] - stage->starts[number - 1];
	*activities = arena_many(arena, struct import_activity, *count + 1);
	for (size_t i = 0; i < *count; i++) {
		const struct staged *staged = &stage->rows.items[stage->starts[number - 1] + i];
		struct str *cells = arena_many(arena, struct str, stage->column_count);

		cells[0] = key;
		for (size_t j = 2; j < stage->column_count; j++)
			cells[j] = *stage->texts.items[staged->texts + j - 2];
		(*activities)[i] = (struct import_activity){
		    .at = staged->at,
		    .line = staged->line,
		    .kind = &stage->pass->activities->kinds[staged->rank],
		    .kind_name = cells[2],
		    .scope = {.names = &stage->scope,
			      .cells = cells,
			      .count = stage->column_count,
			      .format = &stage->pass->activities->format,
			      .at = staged->at},
		};
	}
}

void import_stage_leftover(struct import_run *run, struct import_stage *stage, struct import_figures *figures)
{
	for (size_t i = 0; i < stage->rows.count; i++)
		if (!stage->met[stage->rows.items[i].key])
			import_refuse_text(run, figures, stage->file, stage->rows.items[i].line,
					   str_of(N_("Its record is not in the file of records")));
}

void import_stage_close(struct import_stage *stage)
{
	if (stage)
		arena_free(stage->arena);
}
