/* csv: tables as text, read row by row in constant memory. (report/table.h writes them.)
 *
 * Reading follows RFC 4180 and what offices really send: ; , or tab between cells, CRLF or LF, a byte order mark or
 * none, quotes and line breaks inside quotes, UTF-8 or Shift_JIS (CP932). A row that cannot be read is refused by its
 * line; the reader then stands at the next line, so that the caller may go on.
 *
 *	csv_open_file(arena, "people.csv", &format, &reader, error);
 *	csv_header(reader, &header, error);
 *	while (!(status = csv_next(reader, &row, &more, error)) && more)
 *		... csv_cell(&row, column) ... */
#ifndef JOB_CSV_H
#define JOB_CSV_H

#include "base/arena.h"
#include "base/error.h"

enum csv_encoding {
	CSV_DETECT, /* UTF-8, or Shift_JIS when the file is not UTF-8 */
	CSV_UTF8,
	CSV_SHIFT_JIS,
};

struct csv_format {
	char separator; /* 0: whichever of ; , and tab is most frequent in the first line */
	enum csv_encoding encoding;
};

struct csv_row {
	unsigned line; /* where it begins, from 1 */
	const struct str *cells;
	size_t count;
};

enum { CSV_ROW_MOST = 1 << 20, CSV_CELLS_MOST = 4096 }; /* bytes and cells of a row */

struct csv_reader;
/* Errors name path. */
MUST enum status csv_open_file(struct arena *arena, const char *path, const struct csv_format *format,
			       struct csv_reader **reader, struct error *error);
/* The bytes must outlive the reader; name stands in errors. */
MUST enum status csv_open_bytes(struct arena *arena, const char *name, struct str bytes,
				const struct csv_format *format, struct csv_reader **reader, struct error *error);
void csv_close(struct csv_reader *reader);
void csv_closep(struct csv_reader **reader);
#define CSV __attribute__((cleanup(csv_closep))) struct csv_reader *

/* The names of the first row, copied to the reader's arena, without the empty ones at its end. */
MUST enum status csv_header(struct csv_reader *reader, struct csv_row *header, struct error *error);
/* The next row, valid until the one after it; *more false at the end. Lines without anything are rows of one empty
 * cell. E_INVALID with field "name:line" for a row that cannot be read, E_UNAVAILABLE when reading fails. */
MUST enum status csv_next(struct csv_reader *reader, struct csv_row *row, bool *more, struct error *error);
struct str csv_cell(const struct csv_row *row, size_t column); /* empty past the end */
bool csv_is_blank(const struct csv_row *row);                  /* no cell has anything but white space */

#endif
