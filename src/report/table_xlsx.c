/* A workbook with one sheet, through libxlsxwriter in its mode of constant memory: a row leaves for a file of its own
 * when the next one begins. What stays in memory are the links, of which a sheet holds LXW_MAX_NUMBER_URLS. */
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#include "base/arena.h"
#include "report/table_inside.h"

enum {
	TEXT_MOST = 32767,  /* characters that a cell holds */
	NAME_MOST = 31,     /* of a sheet's name */
	MONEY_FORMATS = 16, /* currencies, each with and without decimals */
	EPOCH = 25569,      /* the day 1970-01-01 as sheets count days */
	FIRST_DAY = 61,     /* the days before 1900-03-01 are counted wrongly by some */
};

struct workbook {
	const struct table_options *options;
	struct arena *arena; /* of one row */
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *day, *moment, *length, *link;
	struct {
		char currency[4];
		bool whole;
		lxw_format *format;
	} money[MONEY_FORMATS];
	size_t money_count, links;
	lxw_row_t next;
};

/* --- text --- */

/* What XML cannot hold becomes a space; lines end with LF alone. */
static char *clean(struct arena *arena, struct str text)
{
	char *out = str_c(arena, str_first(text, TEXT_MOST)), *to = out;

	for (const char *from = out; *from; from++) {
		if (from[0] == '\r' && from[1] == '\n')
			continue;
		if (from[0] == '\xef' && from[1] == '\xbf' && (from[2] == '\xbe' || from[2] == '\xbf')) {
			*to++ = ' ';
			from += 2;
			continue;
		}
		*to++ = (unsigned char)*from < ' ' && *from != '\n' && *from != '\t' ? ' ' : *from;
	}
	*to = 0;
	return out;
}

/* Without the characters that names of sheets do not have. */
static char *sheet_name(struct arena *arena, struct str title)
{
	char *name = clean(arena, str_first(title, NAME_MOST));

	for (char *c = name; *c; c++)
		if (strchr("[]:*?/\\'", *c))
			*c = ' ';
	return *name ? name : NULL;
}

/* --- formats --- */

static lxw_format *number_format(struct workbook *w, const char *format)
{
	lxw_format *made = workbook_add_format(w->book);

	format_set_num_format(made, format);
	return made;
}

static lxw_format *money_format(struct workbook *w, const struct table_cell *cell)
{
	bool whole = cell->number % 1000000 == 0;
	size_t i = 0;
	char text[32];

	while (i < w->money_count && (strcmp(w->money[i].currency, cell->currency) || w->money[i].whole != whole))
		i++;
	if (i == MONEY_FORMATS)
		return NULL;
	if (i == w->money_count) {
		snprintf(text, sizeof(text), "%s \"%s\"", whole ? "#,##0" : "#,##0.00", cell->currency);
		memcpy(w->money[i].currency, cell->currency, sizeof(cell->currency));
		w->money[i].whole = whole;
		w->money[i].format = number_format(w, text);
		w->money_count++;
	}
	return w->money[i].format;
}

static double width_of(const struct table_column *column)
{
	static const double widths[] = {
	    [TABLE_EMPTY] = 12, [TABLE_TEXT] = 24, [TABLE_PLAIN] = 16, [TABLE_LINK] = 14,  [TABLE_NUMBER] = 12,
	    [TABLE_MONEY] = 16, [TABLE_DATE] = 12, [TABLE_TIME] = 17,  [TABLE_LENGTH] = 12};
	double least = 0;

	for (size_t at = 0; at < column->title.n;) /* the head, with room for its filter's button */
		least += str_next_char(column->title, &at) < 0x2e80 ? 1.1 : 2.1;
	least += 3;
	if (column->width)
		return column->width;
	return widths[column->kind] > least ? widths[column->kind] : least;
}

static void put_head(struct workbook *w)
{
	const struct table_options *options = w->options;
	lxw_format *head = workbook_add_format(w->book);

	format_set_bold(head);
	format_set_bottom(head, LXW_BORDER_THIN);
	for (size_t i = 0; i < options->column_count; i++) {
		lxw_col_t column = (lxw_col_t)i;

		worksheet_set_column(w->sheet, column, column, width_of(&options->columns[i]), NULL);
		worksheet_write_string(w->sheet, 0, column, clean(w->arena, options->columns[i].title), head);
	}
	worksheet_freeze_panes(w->sheet, 1, 0);
	w->next = 1;
}

static void prepare_print(struct workbook *w)
{
	enum { A4 = 9 };

	worksheet_set_landscape(w->sheet);
	worksheet_set_paper(w->sheet, A4);
	worksheet_fit_to_pages(w->sheet, 1, 0);
	worksheet_repeat_rows(w->sheet, 0, 0);
}

static enum status open_workbook(const struct table_options *options, void **state, struct error *error)
{
	lxw_workbook_options settings = {.constant_memory = LXW_TRUE, .use_zip64 = LXW_FALSE};
	struct workbook *w = calloc(1, sizeof(*w));

	if (!w)
		return error_fail(error, E_INTERNAL, "", "memory", N_("There is no memory left"));
	w->options = options;
	w->arena = arena_new();
	w->book = workbook_new_opt(options->path, &settings);
	w->sheet = w->book ? workbook_add_worksheet(w->book, sheet_name(w->arena, options->title)) : NULL;
	if (!w->sheet) {
		if (w->book)
			(void)workbook_close(w->book);
		arena_free(w->arena);
		free(w);
		return table_cannot_be_written(error);
	}
	w->day = number_format(w, "yyyy-mm-dd");
	w->moment = number_format(w, "yyyy-mm-dd hh:mm");
	w->length = number_format(w, "[h]:mm");
	w->link = workbook_add_format(w->book);
	format_set_font_color(w->link, 0x25478a);
	format_set_underline(w->link, LXW_UNDERLINE_SINGLE);
	prepare_print(w);
	put_head(w);
	*state = w;
	return OK;
}

/* --- rows --- */

static lxw_error put_text(struct workbook *w, lxw_col_t column, struct str text, lxw_format *format)
{
	return text.n ? worksheet_write_string(w->sheet, w->next, column, clean(w->arena, text), format) : LXW_NO_ERROR;
}

static lxw_error put_link(struct workbook *w, lxw_col_t column, const struct table_cell *cell)
{
	if (!cell->url.n || w->links == LXW_MAX_NUMBER_URLS)
		return put_text(w, column, cell->text, NULL);
	w->links++;
	return worksheet_write_url_opt(w->sheet, w->next, column, str_c(w->arena, cell->url), w->link,
				       clean(w->arena, cell->text), NULL);
}

/* Days since the sheet's first one; what lies before it is written as text. */
static lxw_error put_day(struct workbook *w, lxw_col_t column, int32_t day, int64_t of_day, lxw_format *format)
{
	char text[TIME_TEXT];
	double serial = EPOCH + (double)day + (double)of_day / (double)DAY;

	return serial < FIRST_DAY ? put_text(w, column, str_of(day_format(day, text)), NULL)
				  : worksheet_write_number(w->sheet, w->next, column, serial, format);
}

static lxw_error put_cell(struct workbook *w, lxw_col_t column, const struct table_cell *cell)
{
	struct table_moment moment;

	switch (cell->kind) {
	case TABLE_TEXT:
	case TABLE_PLAIN:
		return put_text(w, column, cell->text, NULL);
	case TABLE_LINK:
		return put_link(w, column, cell);
	case TABLE_NUMBER:
		return worksheet_write_number(w->sheet, w->next, column, (double)cell->number / 1e6, NULL);
	case TABLE_MONEY:
		return worksheet_write_number(w->sheet, w->next, column, (double)cell->number / 1e6,
					      money_format(w, cell));
	case TABLE_DATE:
		return put_day(w, column, (int32_t)cell->number, 0, w->day);
	case TABLE_TIME:
		moment = table_moment(w->options->zone, cell->number);
		return put_day(w, column, moment.day, moment.of_day / SECOND * SECOND, w->moment);
	case TABLE_LENGTH:
		return worksheet_write_number(w->sheet, w->next, column, (double)cell->number / (double)DAY, w->length);
	case TABLE_EMPTY:
		break;
	}
	return LXW_NO_ERROR;
}

static enum status put_row(void *state, const struct table_cell *cells, struct error *error)
{
	struct workbook *w = state;

	if (w->next == LXW_ROW_MAX)
		return error_fail(error, E_TOO_LARGE, "", "rows",
				  N_("A sheet holds at most 1,048,575 records: choose CSV, or narrow the list"));
	arena_reset(w->arena);
	for (size_t i = 0; i < w->options->column_count; i++)
		if (put_cell(w, (lxw_col_t)i, &cells[i]) != LXW_NO_ERROR)
			return table_cannot_be_written(error);
	w->next++;
	return OK;
}

static enum status finish(void *state, struct error *error)
{
	struct workbook *w = state;
	lxw_error result;

	worksheet_autofilter(w->sheet, 0, 0, w->next - 1, (lxw_col_t)(w->options->column_count - 1));
	result = workbook_close(w->book);
	arena_free(w->arena);
	free(w);
	return result == LXW_NO_ERROR ? OK : table_cannot_be_written(error);
}

/* The library frees a workbook only by closing it; whoever gave the path takes the file away. */
static void drop(void *state)
{
	struct workbook *w = state;

	(void)workbook_close(w->book);
	arena_free(w->arena);
	free(w);
}

const struct table_writer table_xlsx = {.open = open_workbook, .row = put_row, .finish = finish, .drop = drop};
