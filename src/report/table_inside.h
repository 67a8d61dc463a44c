/* What a kind of table does, for table.c. */
#ifndef REPORT_TABLE_INSIDE_H
#define REPORT_TABLE_INSIDE_H

#include "report/table.h"

struct table_writer {
	MUST enum status (*open)(const struct table_options *options, void **state, struct error *error);
	MUST enum status (*row)(void *state, const struct table_cell *cells, struct error *error);
	MUST enum status (*finish)(void *state, struct error *error); /* frees the state as well */
	void (*drop)(void *state);
};
extern const struct table_writer table_csv, table_xlsx;

MUST enum status table_cannot_be_written(struct error *error);
/* 2026-11-23 14:05 in a zone, for CSV; day and minutes of the day */
struct table_moment {
	int32_t day;
	int64_t of_day; /* ms */
};
struct table_moment table_moment(const struct zone *zone, instant at);

#endif
