/* CSV (RFC 4180): comma, CRLF, quotes where they are needed. */
#include <stdlib.h>
#include <string.h>

#include "base/value.h"
#include "report/table_inside.h"

void csv_put(struct buf *buf, struct str cell, bool first, bool guarded)
{
	bool formula = guarded && cell.n && strchr("=+-@\t\r", cell.p[0]) && cell.p[0];
	bool quotes = false;

	for (size_t i = 0; i < cell.n; i++)
		quotes = quotes || strchr("\",;\t\r\n", cell.p[i]);
	if (!first)
		buf_add_char(buf, ',');
	if (quotes)
		buf_add_char(buf, '"');
	if (formula)
		buf_add_char(buf, '\'');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_add_char(buf, '"');
		buf_add_char(buf, cell.p[i]);
	}
	if (quotes)
		buf_add_char(buf, '"');
}

void csv_end_row(struct buf *buf)
{
	buf_add_c(buf, "\r\n");
}

/* --- a table --- */

struct csv {
	const struct table_options *options;
	FILE *out;
	struct arena *arena; /* of one row */
};

static enum status put_line(struct csv *csv, const struct buf *line, struct error *error)
{
	struct str text = buf_str(line);

	if (line->failed)
		return error_fail(error, E_TOO_LARGE, "", "row", N_("A row is too large to be written"));
	return fwrite(text.p, 1, text.n, csv->out) == text.n ? OK : table_cannot_be_written(error);
}

static struct str clock_text(struct arena *arena, int64_t ms)
{
	int64_t minutes = (ms < 0 ? -ms : ms) / MINUTE;

	return str_format(arena, "%s%lld:%02lld", ms < 0 ? "-" : "", (long long)(minutes / 60),
			  (long long)(minutes % 60));
}

static struct str number_text(struct arena *arena, int64_t millionths)
{
	char text[DECIMAL_TEXT];

	return str_dup(arena, str_of(decimal_format(millionths, 0, text)));
}

static struct str text_of(const struct csv *csv, const struct table_cell *cell)
{
	struct table_moment moment;
	char day[TIME_TEXT];

	switch (cell->kind) {
	case TABLE_TEXT:
	case TABLE_PLAIN:
	case TABLE_LINK:
		return cell->text;
	case TABLE_NUMBER:
		return number_text(csv->arena, cell->number);
	case TABLE_MONEY:
		return str_format(csv->arena, "%.*s %s", STR_ARG(number_text(csv->arena, cell->number)),
				  cell->currency);
	case TABLE_DATE:
		return str_dup(csv->arena, str_of(day_format((int32_t)cell->number, day)));
	case TABLE_TIME:
		moment = table_moment(csv->options->zone, cell->number);
		return str_format(csv->arena, "%s %02d:%02d:%02d", day_format(moment.day, day),
				  (int)(moment.of_day / HOUR), (int)(moment.of_day / MINUTE % 60),
				  (int)(moment.of_day / SECOND % 60));
	case TABLE_LENGTH:
		return clock_text(csv->arena, cell->number);
	case TABLE_EMPTY:
		break;
	}
	return (struct str){0};
}

static enum status csv_row_put(void *state, const struct table_cell *cells, struct error *error)
{
	struct csv *csv = state;
	struct buf line;

	arena_reset(csv->arena);
	line = buf_new(csv->arena);
	for (size_t i = 0; i < csv->options->column_count; i++)
		csv_put(&line, text_of(csv, &cells[i]), i == 0,
			cells[i].kind == TABLE_TEXT || cells[i].kind == TABLE_LINK);
	csv_end_row(&line);
	return put_line(csv, &line, error);
}

static void drop(void *state)
{
	struct csv *csv = state;

	if (csv->out && csv->out != csv->options->out)
		fclose(csv->out);
	arena_free(csv->arena);
	free(csv);
}

static enum status put_head(struct csv *csv, struct error *error)
{
	struct buf line = buf_new(csv->arena);

	if (csv->options->mark)
		buf_add_c(&line, "\xef\xbb\xbf");
	for (size_t i = 0; i < csv->options->column_count; i++)
		csv_put(&line, csv->options->columns[i].title, i == 0, true);
	csv_end_row(&line);
	return put_line(csv, &line, error);
}

static enum status open_csv(const struct table_options *options, void **state, struct error *error)
{
	struct csv *csv = calloc(1, sizeof(*csv));
	enum status status;

	if (!csv)
		return error_fail(error, E_INTERNAL, "", "memory", N_("There is no memory left"));
	*csv = (struct csv){
	    .options = options, .arena = arena_new(), .out = options->out ? options->out : fopen(options->path, "we")};
	status = csv->out ? put_head(csv, error) : table_cannot_be_written(error);
	if (status)
		drop(csv);
	else
		*state = csv;
	return status;
}

static enum status finish(void *state, struct error *error)
{
	struct csv *csv = state;
	bool good = !fflush(csv->out) && !ferror(csv->out);

	drop(csv);
	return good ? OK : table_cannot_be_written(error);
}

const struct table_writer table_csv = {.open = open_csv, .row = csv_row_put, .finish = finish, .drop = drop};
