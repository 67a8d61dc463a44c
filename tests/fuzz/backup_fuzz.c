/* The first lines of a backup, from whoever hands one over: any bytes, with a sum that is right. */
#include <stdlib.h>

#include "backup/header.h"
#include "base/arena.h"
#include "base/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA arena = arena_new();
	struct str lines = {(const char *)data, size};
	struct backup_header header, again;
	struct error error = {0};
	struct buf text = buf_new(arena);
	char sum[HASH_BYTES * 2 + 1];

	hash_hex(hash_bytes(lines), sum);
	buf_add(&text, lines);
	buf_format(&text, "sum %.32s\n\n", sum);
	if (header_parse(lines, "a", &header, &error) == OK || header_parse(buf_str(&text), "a", &header, &error))
		return 0;
	text = buf_new(arena);
	header_write(&text, &header); /* what was understood can be written, and is understood again */
	if (header_parse(buf_str(&text), "a", &again, &error))
		abort();
	return 0;
}
