/* Any bytes as a table, in every encoding: rows or refusals, always to the end. The first byte chooses the format. */
#include "job/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char separators[] = {0, ',', ';', '\t'};
	ARENA arena = arena_new();
	struct csv_format format = {0};
	CSV reader = NULL;
	struct csv_row row;
	struct error error = {0};
	bool more = true;

	if (size) {
		format.separator = separators[data[0] & 3];
		format.encoding = (enum csv_encoding)((data[0] >> 2) % 3);
		data++;
		size--;
	}
	if (csv_open_bytes(arena, "fuzz", (struct str){(const char *)data, size}, &format, &reader, &error))
		return 0;
	for (size_t rows = 0; more; rows++) {
		error_clear(&error);
		if (csv_next(reader, &row, &more, &error) && error.status != E_INVALID)
			__builtin_trap();
		if (rows > 2 * size + 2)
			__builtin_trap();
		for (size_t i = 0; i < row.count; i++)
			if (!str_is_utf8(row.cells[i]))
				__builtin_trap();
	}
	return 0;
}
