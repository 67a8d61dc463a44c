/* pieces: how parts of a database's file stand within a backup (backup.h tells the format). */
#ifndef BACKUP_PIECES_H
#define BACKUP_PIECES_H

#include <stddef.h>
#include <stdint.h>

#include "backup/journal_file.h"

enum {
	PIECE_HEAD = 12,
	PIECE_MOST = 1 << 16, /* the largest page of SQLite */
	PLACE_BYTES = 1 + MARK_BYTES + 8,
	CENSUS_MOST = 1 << 20,
};

static inline void put_number(unsigned char *out, uint64_t number, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		out[i] = (unsigned char)(number >> 8 * i);
}

static inline uint64_t get_number(const unsigned char *bytes, size_t n)
{
	uint64_t number = 0;

	for (size_t i = 0; i < n; i++)
		number |= (uint64_t)bytes[i] << 8 * i;
	return number;
}

#endif
