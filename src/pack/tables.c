/* All records of each type that is evidence, as tables for spreadsheets. */
#include "pack/inside.h"
#include "report/export.h"

static enum status write_table(struct packing *packing, const struct type *type)
{
	ARENA arena = arena_new();
	const struct pack_wish *wish = packing->wish;
	struct str name = str_format(arena, "csv/%.*s.csv", STR_ARG(type->collection));
	struct export export = {.kernel = wish->kernel,
				.connection = packing->connection,
				.actor = wish->actor,
				.now = wish->now,
				.as_of = pack_as_of(packing),
				.type = type,
				.format = TABLE_CSV,
				.mark = true};
	struct export_column *columns;
	enum status status;

	export_columns_all(arena, type, &columns, &export.column_count);
	export.columns = columns;
	status = export_write(&export, pack_path(packing, name), NULL, packing->error);
	if (status)
		return status;
	pack_add_file(packing, name);
	return pack_step(packing);
}

enum status pack_write_tables(struct packing *packing)
{
	enum status status = OK;

	for (size_t i = 0; !status && i < packing->types.count; i++)
		if (!pack_list_of(packing, packing->types.items[i], S(""))->is_hidden)
			status = write_table(packing, packing->types.items[i]);
	return status;
}
