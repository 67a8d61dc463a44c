/* wal: the file in which SQLite logs changes before they go into the database, as its documentation describes it
 * (https://www.sqlite.org/fileformat2.html#walformat): a header, then frames, each a page as of one change. A frame
 * that ends a transaction says how many pages the database has from there on.
 *
 * The two salts of the header name the generation: whenever the log starts again from its beginning, the first is
 * counted up and the second drawn anew. A frame belongs to the log as long as its salts are the header's and its sum
 * follows from all that stands before; behind the last such frame lies what is left of earlier generations. */
#ifndef STORE_WAL_H
#define STORE_WAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WAL_HEAD = 32, WAL_FRAME_HEAD = 24, WAL_GENERATION = 8, WAL_SUM = 8, WAL_PAGE_MOST = 1 << 16 };

struct wal {
	unsigned char generation[WAL_GENERATION];
	uint32_t page; /* bytes */
	bool is_big_endian;
	uint32_t sum[2]; /* of all up to here */
};

struct wal_frame {
	uint32_t number; /* of the page; the first is 1 */
	uint32_t pages;  /* of the database after this frame; 0: it does not end a transaction */
};

/* False: no header, or a broken one. */
bool wal_begin(const unsigned char head[WAL_HEAD], struct wal *wal);
/* Proves the frame that comes next; false: the log ends before it. */
bool wal_next(struct wal *wal, const unsigned char *frame, struct wal_frame *about);
/* What a frame says, without proof. False: it is not of this generation. */
bool wal_frame_read(const unsigned char generation[WAL_GENERATION], const unsigned char head[WAL_FRAME_HEAD],
		    struct wal_frame *about);
void wal_sum(const struct wal *wal, unsigned char sum[WAL_SUM]); /* as it stands in the last frame */
/* Tells whether a generation follows upon another directly. */
bool wal_follows(const unsigned char before[WAL_GENERATION], const unsigned char after[WAL_GENERATION]);

static inline size_t wal_frame_size(uint32_t page)
{
	return WAL_FRAME_HEAD + (size_t)page;
}

#endif
