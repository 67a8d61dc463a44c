/* rows: what stands in a table that a record holds (fields of type rows), as it is stored: canonical JSON, a list of
 * objects by column. */
#ifndef RECORD_ROWS_H
#define RECORD_ROWS_H

#include <jansson.h>

#include "record/record.h"

size_t rows_count(struct value rows);
/* In the first row whose cells `keys` hold `codes` (count of both), the text of the cell `wanted`; else empty. */
struct str rows_cell(struct arena *arena, struct value rows, const struct str *keys, const struct str *codes,
		     size_t count, struct str wanted);
/* The texts and codes of one column, in order. */
struct str *rows_texts(struct arena *arena, struct value rows, struct str column, size_t *count);

/* NULL: no rows, or none that can be read; the caller's to give back with json_decref(). */
json_t *rows_list(struct value rows);
/* Of one row of that list; none where nothing stands that can be read. */
struct value rows_value(struct arena *arena, const json_t *row, const struct field *column);
/* Another cell of a row that is written, unless it is empty; *first: nothing of the row stands yet. */
void rows_add_cell(struct buf *json, bool *first, const struct field *column, struct value value);
bool rows_says(const json_t *row, const char *key, struct str text);

#endif
