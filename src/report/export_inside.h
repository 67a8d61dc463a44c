/* What the files of an export share. */
#ifndef REPORT_EXPORT_INSIDE_H
#define REPORT_EXPORT_INSIDE_H

#include "base/map.h"
#include "record/clocks.h"
#include "report/export.h"

struct export_page { /* what is known of the records of one page */
	const struct export *export;
	struct arena *arena;
	struct map shown; /* identity as text -> struct reference * */
};
const struct reference *export_shown(const struct export_page *page, int64_t identity); /* NULL: not looked up */

/* export_columns.c */
struct str export_title(struct arena *arena, const struct export *export, const struct export_column *column);
enum table_kind export_kind(const struct export *export, const struct export_column *column);
/* export_cells.c: in the reader's words */
void export_cell(struct export_page *page, const struct record *record, const struct clock_list *clocks,
		 const struct export_column *column, struct table_cell *cell);
/* export_natural.c: as programs write it */
void export_natural_cell(struct export_page *page, const struct record *record, const struct export_column *column,
			 struct table_cell *cell);

#endif
