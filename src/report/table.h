/* table: a table for spreadsheets, written row by row in bounded memory: CSV, or a workbook (XLSX).
 *
 *	struct table_options options = {.format = TABLE_XLSX, .path = path, .title = title, .zone = zone,
 *					.columns = columns, .column_count = 3};
 *	TABLE table = NULL;
 *	if ((status = table_open(&options, &table, error)) ||
 *	    (status = table_row(table, cells, error)) ||
 *	    (status = table_finish(&table, error)))
 *		return status;
 *
 * Nothing that stands in it is ever a formula: texts of a workbook are texts, and in CSV an apostrophe stands before
 * what a spreadsheet would take for one. A workbook has real dates in the reader's zone, numbers, links, a head that
 * stays, a filter over all columns and widths that fit. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdio.h>

#include "base/error.h"
#include "base/time.h"

enum table_format { TABLE_CSV, TABLE_XLSX };

enum table_kind {
	TABLE_EMPTY,
	TABLE_TEXT,   /* what people wrote: guarded */
	TABLE_PLAIN,  /* made by the program, and no formula: numbers and times in their natural form */
	TABLE_LINK,   /* text that leads to url */
	TABLE_NUMBER, /* number: millionths */
	TABLE_MONEY,  /* likewise, and currency */
	TABLE_DATE,   /* number: a day */
	TABLE_TIME,   /* number: an instant, written in the reader's zone */
	TABLE_LENGTH, /* number: ms, written as hours and minutes */
};

struct table_cell {
	enum table_kind kind;
	struct str text, url;
	int64_t number;
	char currency[4];
};

struct table_column {
	struct str title;
	unsigned width; /* characters; 0: what fits its kind of cells */
	enum table_kind kind;
};

struct table_options {
	enum table_format format;
	const char *path;        /* written anew */
	FILE *out;               /* CSV only, in place of path: where it goes; it is not closed */
	bool mark;               /* CSV: begin with a byte order mark, by which spreadsheets know UTF-8 */
	struct str title;        /* of the sheet */
	const struct zone *zone; /* of times */
	const struct table_column *columns;
	size_t column_count;
};

struct table;
/* Writes the head. The options must live as long as the table. E_UNAVAILABLE: it cannot be written, here and below. */
MUST enum status table_open(const struct table_options *options, struct table **table, struct error *error);
/* One cell a column. E_TOO_LARGE: a sheet holds no more rows. */
MUST enum status table_row(struct table *table, const struct table_cell *cells, struct error *error);
/* Whole only afterwards. The table is gone, whatever comes of it. */
MUST enum status table_finish(struct table **table, struct error *error);
void table_drop(struct table **table); /* gives up; NULL is fine */
#define TABLE __attribute__((cleanup(table_drop))) struct table *

/* Of one cell of CSV: a comma before it unless it is the row's first. guarded: a text that a spreadsheet would take for
 * a formula (it begins with = + - @ tab or CR) gets an apostrophe in front. */
void csv_put(struct buf *buf, struct str cell, bool first, bool guarded);
void csv_end_row(struct buf *buf); /* CRLF */

#endif
