#include "report/table_inside.h"

#include <stdlib.h>

struct table {
	const struct table_writer *writer;
	void *state;
};

enum status table_cannot_be_written(struct error *error)
{
	return error_fail(error, E_UNAVAILABLE, "", "output", N_("The output cannot be written"));
}

struct table_moment table_moment(const struct zone *zone, instant at)
{
	int64_t local = at + (zone ? zone_offset(zone, at) : 0);
	int64_t day = local / DAY - (local % DAY < 0);

	return (struct table_moment){.day = (int32_t)day, .of_day = local - day * DAY};
}

enum status table_open(const struct table_options *options, struct table **table, struct error *error)
{
	struct table *made = calloc(1, sizeof(*made));
	enum status status;

	if (!made)
		return error_fail(error, E_INTERNAL, "", "memory", N_("There is no memory left"));
	made->writer = options->format == TABLE_XLSX ? &table_xlsx : &table_csv;
	if ((status = made->writer->open(options, &made->state, error))) {
		free(made);
		return status;
	}
	*table = made;
	return OK;
}

enum status table_row(struct table *table, const struct table_cell *cells, struct error *error)
{
	return table->writer->row(table->state, cells, error);
}

enum status table_finish(struct table **table, struct error *error)
{
	struct table *whole = *table;
	enum status status = whole->writer->finish(whole->state, error);

	*table = NULL;
	free(whole);
	return status;
}

void table_drop(struct table **table)
{
	if (!*table)
		return;
	(*table)->writer->drop((*table)->state);
	free(*table);
	*table = NULL;
}
