#include "store/wal.h"

#include <string.h>

enum { MAGIC = 0x377f0682, VERSION = 3007000, PAGE_LEAST = 512 };

static uint32_t big_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void put_big_endian(unsigned char *out, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		out[i] = (unsigned char)(number >> (24 - 8 * i));
}

static uint32_t little_endian(const unsigned char *bytes)
{
	return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

/* Words are summed in the order of bytes of the machine that began the log. */
static void sum_on(struct wal *wal, const unsigned char *bytes, size_t n)
{
	uint32_t (*word)(const unsigned char *) = wal->is_big_endian ? big_endian : little_endian;
	uint32_t first = wal->sum[0], second = wal->sum[1];

	for (size_t i = 0; i < n; i += 8) {
		first += word(bytes + i) + second;
		second += word(bytes + i + 4) + first;
	}
	wal->sum[0] = first;
	wal->sum[1] = second;
}

bool wal_begin(const unsigned char head[WAL_HEAD], struct wal *wal)
{
	uint32_t magic = big_endian(head);

	*wal = (struct wal){.page = big_endian(head + 8), .is_big_endian = magic & 1};
	if ((magic & ~1u) != MAGIC || big_endian(head + 4) != VERSION || wal->page < PAGE_LEAST ||
	    wal->page > WAL_PAGE_MOST || (wal->page & (wal->page - 1)))
		return false;
	memcpy(wal->generation, head + 16, WAL_GENERATION);
	sum_on(wal, head, 24);
	return wal->sum[0] == big_endian(head + 24) && wal->sum[1] == big_endian(head + 28);
}

bool wal_frame_read(const unsigned char generation[WAL_GENERATION], const unsigned char head[WAL_FRAME_HEAD],
		    struct wal_frame *about)
{
	*about = (struct wal_frame){.number = big_endian(head), .pages = big_endian(head + 4)};
	return about->number && !memcmp(generation, head + 8, WAL_GENERATION);
}

bool wal_next(struct wal *wal, const unsigned char *frame, struct wal_frame *about)
{
	if (!wal_frame_read(wal->generation, frame, about))
		return false;
	struct wal ahead = *wal;
	sum_on(&ahead, frame, 8);
	sum_on(&ahead, frame + WAL_FRAME_HEAD, wal->page);
	if (ahead.sum[0] != big_endian(frame + 16) || ahead.sum[1] != big_endian(frame + 20))
		return false;
	*wal = ahead;
	return true;
}

void wal_sum(const struct wal *wal, unsigned char sum[WAL_SUM])
{
	put_big_endian(sum, wal->sum[0]);
	put_big_endian(sum + 4, wal->sum[1]);
}

bool wal_follows(const unsigned char before[WAL_GENERATION], const unsigned char after[WAL_GENERATION])
{
	return big_endian(after) == big_endian(before) + 1;
}
