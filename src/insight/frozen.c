#include "insight/frozen.h"

#include <jansson.h>

/* --- keeping --- */

struct freezing freezing_begin(struct arena *arena, bool with_records)
{
	struct freezing freezing = {
	    .figures = buf_new(arena), .cases = buf_new(arena), .with_records = with_records, .arena = arena};

	buf_add_char(&freezing.figures, '[');
	buf_add_char(&freezing.cases, '[');
	return freezing;
}

static void put(struct buf *json, const char *name, struct str text)
{
	if (!text.n)
		return;
	buf_format(json, ",\"%s\":", name);
	buf_add_json_string(json, text);
}

static void begin_line(struct buf *json, size_t *lines, struct str code)
{
	if ((*lines)++)
		buf_add_char(json, ',');
	buf_add(json, S("{\"figure\":"));
	buf_add_json_string(json, code);
}

static const struct figure_column *own_column(const struct insight *insight, struct str measure)
{
	for (size_t i = 0; insight && i < insight->column_count; i++)
		if (str_is(measure, insight->columns[i].name))
			return &insight->columns[i];
	return NULL;
}

/* Of columns that a figure makes for itself (ages): as they read then, in every language. */
static void put_heading(struct buf *json, const struct figure *figure, const struct figure_column *column,
			const struct figure_column *japanese)
{
	if (own_column(figure->insight, str_of(column->name)))
		return;
	put(json, "heading", str_of(column->words));
	put(json, "heading_ja", str_of(tr(JAPANESE, japanese->words)));
}

static const char *const shapes[] = {
    [SHAPE_NUMBER] = "number",         [SHAPE_BARS] = "bars",       [SHAPE_TIME] = "time",    [SHAPE_LIST] = "list",
    [SHAPE_ATTAINMENT] = "attainment", [SHAPE_FLOW] = "flow",       [SHAPE_PARTS] = "parts",  [SHAPE_RHYTHM] = "rhythm",
    [SHAPE_FORECAST] = "forecast",     [SHAPE_CLASSES] = "classes", [SHAPE_STAGES] = "stages"};

/* The column that the figure is about: what it was to reach, and how it is drawn. */
static void put_main(struct buf *json, const struct figure *figure, const struct figure_result *result)
{
	put(json, "goal", figure->goal.text);
	put(json, "shape", str_of(shapes[result->shape]));
	buf_format(json, ",\"drawn\":%zu", result->drawn);
}

static void add_row(struct freezing *freezing, const struct figure *figure, struct str code,
		    const struct figure_result results[LANGUAGES], const struct figure_row *row,
		    const struct figure_row *japanese)
{
	const struct figure_result *result = &results[ENGLISH];
	struct buf *json = &freezing->figures;

	for (size_t i = 0; i < result->column_count; i++) {
		const struct figure_column *column = &result->columns[i];
		const struct figure_cell *cell = &row->cells[i];

		begin_line(json, &freezing->lines, code);
		put(json, "row", row->key);
		put(json, "label", row->label);
		if (!str_eq(row->label, japanese->label))
			put(json, "label_ja", japanese->label);
		if (row == &result->total)
			buf_add(json, S(",\"total\":true"));
		put(json, "measure", str_of(column->name));
		put_heading(json, figure, column, &results[JAPANESE].columns[i]);
		put(json, "unit", str_of(figure_unit_name(column->unit)));
		put(json, "value", figure_cell_text(freezing->arena, column->unit, cell));
		if (row == &result->total && i == result->main)
			put_main(json, figure, result);
		if (freezing->with_records && column->unit == UNIT_COUNT && !row->type)
			put(json, "records", cell->filter);
		buf_add_char(json, '}');
	}
}

static void add_case(struct freezing *freezing, struct kernel *kernel, struct str code,
		     const struct figure_result *result, const struct figure_record *record)
{
	struct buf *json = &freezing->cases;
	char number[NUMBER_TEXT];

	begin_line(json, &freezing->case_lines, code);
	if (record->row != SIZE_MAX)
		put(json, "row", result->rows[record->row].key);
	put(json, "record", str_of(kernel_number(kernel, record->record, number)));
	if (record->has_clock) { /* whole seconds, as the clocks of a record */
		int64_t elapsed = record->elapsed - record->elapsed % SECOND;

		buf_format(json, ",\"target\":%lld,\"elapsed\":%lld,\"overrun\":%lld", (long long)record->target,
			   (long long)elapsed, (long long)(elapsed - record->target));
	}
	buf_add_char(json, '}');
}

void freezing_add(struct freezing *freezing, struct kernel *kernel, const struct figure *figure, struct str code,
		  const struct figure_result results[LANGUAGES])
{
	const struct figure_result *result = &results[ENGLISH], *japanese = &results[JAPANESE];

	for (size_t i = 0; i < result->row_count; i++)
		add_row(freezing, figure, code, results, &result->rows[i], &japanese->rows[i]);
	add_row(freezing, figure, code, results, &result->total, &japanese->total);
	for (size_t i = 0; i < result->record_count; i++)
		add_case(freezing, kernel, code, result, &result->records[i]);
}

static struct value rows_of(struct buf *json, size_t lines)
{
	buf_add_char(json, ']');
	return lines ? (struct value){.kind = VALUE_ROWS, .text = buf_str(json)} : (struct value){0};
}

void freezing_end(struct freezing *freezing, struct value *figures, struct value *cases)
{
	*figures = rows_of(&freezing->figures, freezing->lines);
	*cases = rows_of(&freezing->cases, freezing->case_lines);
}

/* --- reading --- */

static json_t *rows_loaded(struct value rows)
{
	return rows.kind == VALUE_ROWS ? json_loadb(rows.text.p, rows.text.n, 0, NULL) : NULL;
}

struct thawing { /* of one figure */
	struct arena *arena;
	const struct thaw *thaw;
	struct frozen *into;
	struct figure_column *columns;
	VEC(struct figure_row) rows;
	struct map row_at; /* by key: index + 1 */
	bool has_main;
};

static struct str cell_of(struct arena *arena, const json_t *line, const char *name)
{
	const json_t *cell = json_object_get(line, name);

	return json_is_string(cell) ? str_dup(arena, (struct str){json_string_value(cell), json_string_length(cell)})
				    : (struct str){0};
}

static const struct type *type_of_code(const struct model *model, struct str code, struct str *name)
{
	size_t dot;

	if (!str_find_char(code, '.', &dot))
		return NULL;
	*name = str_sub(code, dot + 1, code.n);
	return model_type(model, str_sub(code, 0, dot));
}

static void begin_figure(struct thawing *t, struct str code)
{
	const struct model *model = t->thaw->kernel->model;
	const struct figure *figure = figures_by_code(t->thaw->declared, model, code);
	const struct choice_set *set = map_get(&model->choices_by_name, S("figure"));
	const struct choice *choice = set ? choice_find(set, code) : NULL;
	struct frozen *frozen = t->into;
	struct str name;

	*frozen = (struct frozen){.figure = {.label = {{code}}}};
	if (figure)
		frozen->figure = *figure;
	frozen->figure.goal = (struct figure_goal){0};
	frozen->figure.type = type_of_code(model, code, &name);
	frozen->figure.name = code;
	if (choice)
		frozen->figure.label = choice->label;
	frozen->result.shape = figure ? figure->insight->shape : SHAPE_BARS;
	frozen->result.dated = figure ? figure->period : NULL;
	frozen->result.by = figure ? figure->by : NULL;
	frozen->result.total.label = str_of(tr(t->thaw->language, N_("Total")));
	t->columns = arena_many(t->arena, struct figure_column, FIGURE_COLUMNS_MOST);
	frozen->result.columns = t->columns;
	t->rows.items = NULL;
	t->rows.count = t->rows.capacity = 0;
	t->row_at = map_new(t->arena);
}

static const char *measure_words(const struct thawing *t, struct str measure, const json_t *line)
{
	const struct figure_column *own = own_column(t->into->figure.insight, measure);
	struct str kept = cell_of(t->arena, line, t->thaw->language == JAPANESE ? "heading_ja" : "heading");

	return kept.n ? str_c(t->arena, kept) : own ? own->words : str_c(t->arena, measure);
}

/* SIZE_MAX: more than a figure has. */
static size_t column_of(struct thawing *t, struct str measure, const json_t *line)
{
	const struct figure_column *own = own_column(t->into->figure.insight, measure);
	struct figure_result *result = &t->into->result;
	size_t at = 0;

	while (at < result->column_count && !str_is(measure, t->columns[at].name))
		at++;
	if (at < result->column_count)
		return at;
	if (at == FIGURE_COLUMNS_MOST)
		return SIZE_MAX;
	t->columns[at] =
	    (struct figure_column){.name = str_c(t->arena, measure), .words = measure_words(t, measure, line)};
	t->columns[at].in_days = own && own->in_days;
	if (!figure_unit_parse(cell_of(t->arena, line, "unit"), &t->columns[at].unit))
		t->columns[at].unit = UNIT_AMOUNT;
	result->column_count++;
	return at;
}

static struct figure_row *row_of(struct thawing *t, const json_t *line)
{
	struct str key = cell_of(t->arena, line, "row"), ja = cell_of(t->arena, line, "label_ja");
	struct figure_row row = {.key = key, .label = cell_of(t->arena, line, "label")};
	struct figure_row *found;
	size_t at;

	if (t->thaw->language == JAPANESE && ja.n)
		row.label = ja;
	if (json_is_true(json_object_get(line, "total"))) {
		found = &t->into->result.total;
		found->label = row.label;
		return found;
	}
	at = (size_t)(uintptr_t)map_get(&t->row_at, key);
	if (at)
		return &t->rows.items[at - 1];
	row.is_day = t->into->figure.each && day_parse(key, &row.day);
	vec_push(t->arena, &t->rows, row);
	map_put(&t->row_at, key, (void *)(uintptr_t)t->rows.count);
	return &t->rows.items[t->rows.count - 1];
}

/* As it was. */
static void thaw_main(struct thawing *t, const json_t *line, size_t at)
{
	struct figure_result *result = &t->into->result;
	struct str shape = cell_of(t->arena, line, "shape");

	result->main = at;
	t->has_main = true;
	if (json_object_get(line, "goal"))
		(void)figure_goal_parse(cell_of(t->arena, line, "goal"), &t->into->figure.goal);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		if (str_is(shape, shapes[i]))
			result->shape = (enum figure_shape)i;
	result->drawn = (size_t)json_integer_value(json_object_get(line, "drawn"));
}

static void thaw_line(struct thawing *t, const json_t *line)
{
	struct figure_row *row = row_of(t, line);
	size_t at = column_of(t, cell_of(t->arena, line, "measure"), line);

	if (at == SIZE_MAX)
		return;
	(void)figure_cell_parse(t->columns[at].unit, cell_of(t->arena, line, "value"), &row->cells[at]);
	row->cells[at].filter = cell_of(t->arena, line, "records");
	if (json_object_get(line, "shape") || json_object_get(line, "goal"))
		thaw_main(t, line, at);
	if (!row->filter.n)
		row->filter = row->cells[at].filter;
}

static void thaw_cases(struct thawing *t, const json_t *cases, struct str code)
{
	struct figure_result *result = &t->into->result;

	result->records = arena_many(t->arena, struct figure_record, json_array_size(cases) + 1);
	for (size_t i = 0; i < json_array_size(cases); i++) {
		const json_t *line = json_array_get(cases, i), *target = json_object_get(line, "target");
		struct figure_record record = {.row = SIZE_MAX, .has_clock = target != NULL};
		size_t row = (size_t)(uintptr_t)map_get(&t->row_at, cell_of(t->arena, line, "row"));

		if (!str_eq(cell_of(t->arena, line, "figure"), code) ||
		    !kernel_parse_number(t->thaw->kernel, cell_of(t->arena, line, "record"), &record.record))
			continue;
		record.row = row && json_object_get(line, "row") ? row - 1 : SIZE_MAX;
		record.target = json_integer_value(target);
		record.elapsed = json_integer_value(json_object_get(line, "elapsed"));
		result->records[result->record_count++] = record;
	}
	result->record_total = (int64_t)result->record_count;
}

static void end_figure(struct thawing *t, const json_t *cases)
{
	struct figure_result *result = &t->into->result;
	const struct figure *figure = &t->into->figure;

	result->rows = t->rows.items;
	result->row_count = t->rows.count;
	thaw_cases(t, cases, figure->name);
	if (result->main + result->drawn > result->column_count)
		result->drawn = 0;
	if (!t->has_main && figure->insight && figure->insight->main < result->column_count)
		result->main = figure->insight->main;
	if (figure->each && result->row_count) {
		result->shape = SHAPE_TIME;
		result->each = result->rows[0].is_day ? EACH_DAY : EACH_MONTH;
	}
	result->reaches_goal = figure_reaches(figure, result);
}

size_t frozen_read(struct arena *arena, const struct thaw *thaw, struct frozen **frozen)
{
	struct thawing t = {.arena = arena, .thaw = thaw};
	json_t *lines = rows_loaded(thaw->figures), *cases = rows_loaded(thaw->cases);
	struct str code = {0};
	size_t count = 0;

	*frozen = arena_many(arena, struct frozen, json_array_size(lines) + 1);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		struct str of = cell_of(arena, line, "figure");

		if (!i || !str_eq(of, code)) {
			if (count)
				end_figure(&t, cases);
			code = of;
			t.into = &(*frozen)[count++];
			begin_figure(&t, code);
		}
		thaw_line(&t, line);
	}
	if (count)
		end_figure(&t, cases);
	json_decref(lines);
	json_decref(cases);
	return count;
}
