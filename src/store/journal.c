#include "store/driver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum status store_journal_start(struct store *store, const struct journal_options *options, struct error *error)
{
	enum status status = store_check_copy(store, error);

	return status ? status : store->driver->journal_start(store, options, error);
}

enum status store_journal_take(struct store *store, struct journal_part **parts, bool *begins, struct error *error)
{
	*parts = NULL;
	return store->driver->journal_take(store, parts, begins, error);
}

bool store_journal_mark(struct store *store, struct journal_mark *mark, instant *at)
{
	return store->driver->journal_mark && store->driver->journal_mark(store, mark, at);
}

void store_journal_free(struct journal_part *parts)
{
	while (parts) {
		struct journal_part *gone = parts;

		parts = gone->next;
		free(gone->bytes);
		free(gone->commits);
		free(gone);
	}
}

static enum status disk_fail(struct error *error)
{
	return error_fail(error, E_UNAVAILABLE, "", "disk", N_("The database cannot be opened or written: %s"),
			  strerror(errno));
}

/* All pages of the frames, the later ones over the earlier ones: what SQLite does when it moves its log. */
static enum status write_pages(const struct journal_part *part, size_t count, int file, struct error *error)
{
	size_t size = wal_frame_size(part->page);
	struct wal_frame about = {0};

	for (size_t i = 0; i < count; i++) {
		const char *frame = part->bytes + i * size;

		if (!wal_frame_read(part->end.generation, (const unsigned char *)frame, &about))
			return error_fail(error, E_INVALID, "", "damaged", N_("The journal holds what is no change"));
		errno = ENOSPC; /* unless it is something else */
		if (pwrite(file, frame + WAL_FRAME_HEAD, part->page, (off_t)(about.number - 1) * part->page) !=
		    (ssize_t)part->page)
			return disk_fail(error);
	}
	return count && ftruncate(file, (off_t)about.pages * part->page) ? disk_fail(error) : OK;
}

enum status journal_apply(const struct journal_part *part, instant moment, int file, bool *later, struct error *error)
{
	uint64_t until = part->from;

	*later = false;
	for (size_t i = 0; i < part->commit_count && !*later; i++) {
		*later = part->commits[i].at > moment;
		if (!*later)
			until = part->commits[i].frames;
	}
	return write_pages(part, (size_t)(until - part->from), file, error);
}
