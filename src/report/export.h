/* export: the records of a list as a table, exactly as the list shows them: its filter, order and columns, all pages,
 * through one reader's eyes.
 *
 *	struct export export = {.kernel = kernel, .connection = connection, .actor = actor, .now = now,
 *				.type = type, .columns = columns, .column_count = count, .format = TABLE_XLSX};
 *	if ((status = export_to_file(&export, &file, error)))
 *		return status;
 *
 * All of it is read on one connection, so it is what stood at one moment, and what its reader might see then. Memory
 * stays bounded: a page of records at a time. */
#ifndef REPORT_EXPORT_H
#define REPORT_EXPORT_H

#include "record/read.h"
#include "report/table.h"

enum export_what {
	EXPORT_NUMBER,
	EXPORT_STATE,
	EXPORT_VERSION,
	EXPORT_CREATED,
	EXPORT_UPDATED,
	EXPORT_CREATED_BY,
	EXPORT_FIELD,
	EXPORT_CLOCK_DUE,
	EXPORT_CLOCK_STATE,
};
struct export_column {
	enum export_what what;
	const struct field *field;
	struct str clock;
};

/* Of the names in a list's address, "number,state,clock(resolution),group": a clock gives two columns, when it is due
 * and how it stands. Names that mean nothing here, or nothing to this actor, are left out. */
void export_columns_named(struct arena *arena, const struct type *type, const struct actor *actor, struct str names,
			  struct export_column **columns, size_t *count);
/* Everything, for programs: the natural form below. */
void export_columns_all(struct arena *arena, const struct type *type, struct export_column **columns, size_t *count);

struct export
{
	struct kernel *kernel;
	struct connection *connection;
	const struct actor *actor; /* who reads, in which language and zone */
	instant now;
	const struct type *type;
	const struct query *filter;
	const struct sort *sort;
	size_t sort_count;
	instant as_of; /* INSTANT_NONE or 0: now */
	const struct export_column *columns;
	size_t column_count;
	enum table_format format;
	bool mark;         /* CSV: begins with a byte order mark */
	bool natural;      /* fields by their names, codes, numbers and times of the API, which an import can read */
	struct str origin; /* "https://kaname.example.jp", for links to the records; empty: none */
	/* After each page: how many records are written. False: it is given up, with E_UNAVAILABLE. */
	bool (*tell)(void *context, int64_t written);
	void *context;
	int64_t written; /* result */
};

MUST enum status export_write(struct export *export, const char *path, FILE *out, struct error *error);
/* Into a file without a name, in the folder for temporary ones: gone when it is closed. */
MUST enum status export_to_file(struct export *export, int *file, struct error *error);
const char *export_media_type(enum table_format format);
/* "Incidents 2026-11-26.xlsx" */
struct str export_file_name(struct arena *arena, const struct type *type, const struct actor *actor, instant now,
			    enum table_format format);

#endif
