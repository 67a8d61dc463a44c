/* A report as a table for spreadsheets: one figure below the other, then the cases behind them. */
#include "insight/frozen.h"
#include "job/reports.h"
#include "report/table.h"

struct writing {
	struct arena *arena;
	struct kernel *kernel;
	struct buf csv;
	enum language language;
};

static void add_row(struct writing *w, const struct figure_result *result, const struct figure_row *row)
{
	csv_put(&w->csv, row->label, true, true);
	for (size_t i = 0; i < result->column_count; i++)
		csv_put(&w->csv, figure_cell_text(w->arena, result->columns[i].unit, &row->cells[i]), false, false);
	csv_end_row(&w->csv);
}

static void add_figure(struct writing *w, const struct frozen *frozen)
{
	const struct figure_result *result = &frozen->result;

	csv_put(&w->csv, label_in(&frozen->figure.label, w->language), true, true);
	for (size_t i = 0; i < result->column_count; i++)
		csv_put(&w->csv, str_of(translate(w->language, result->columns[i].words)), false, true);
	csv_end_row(&w->csv);
	for (size_t i = 0; i < result->row_count; i++)
		add_row(w, result, &result->rows[i]);
	add_row(w, result, &result->total);
	csv_end_row(&w->csv);
}

static void add_case(struct writing *w, const struct frozen *frozen, const struct figure_record *record)
{
	int64_t spans[] = {record->target, record->elapsed, record->elapsed - record->target};
	char text[NUMBER_TEXT + DURATION_TEXT];

	csv_put(&w->csv, label_in(&frozen->figure.label, w->language), true, true);
	csv_put(&w->csv, record->row == SIZE_MAX ? S("") : frozen->result.rows[record->row].label, false, true);
	csv_put(&w->csv, str_of(kernel_number(w->kernel, record->record, text)), false, true);
	for (size_t i = 0; i < 3; i++)
		csv_put(&w->csv, record->has_clock ? str_of(duration_format(spans[i], text)) : S(""), false, false);
	csv_end_row(&w->csv);
}

static void add_cases(struct writing *w, const struct frozen *frozen, size_t count)
{
	static const char *const names[] = {N_("Figure"), N_("Row"),  N_("Number"),
					    N_("Target"), N_("Used"), N_("Over")};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		csv_put(&w->csv, str_of(translate(w->language, names[i])), i == 0, false);
	csv_end_row(&w->csv);
	for (size_t i = 0; i < count; i++)
		for (size_t r = 0; r < frozen[i].result.record_count; r++)
			add_case(w, &frozen[i], &frozen[i].result.records[r]);
}

struct str reports_csv(struct arena *arena, struct kernel *kernel, const struct frozen *frozen, size_t count,
		       enum language language)
{
	struct writing w = {arena, kernel, buf_new(arena), language};

	buf_add_c(&w.csv, "\xef\xbb\xbf");
	for (size_t i = 0; i < count; i++)
		add_figure(&w, &frozen[i]);
	add_cases(&w, frozen, count);
	return buf_str(&w.csv);
}
