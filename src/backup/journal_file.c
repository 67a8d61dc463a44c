#include "backup/journal_file.h"

#include <string.h>

#include "backup/pieces.h"

enum {
	VERSION = 1,
	AT_NUMBER = 4,
	AT_BEFORE = 12,
	AT_FROM = AT_BEFORE + HASH_BYTES,
	AT_FLAGS = AT_FROM + 8,
	AT_PAGE = AT_FLAGS + 4,
	AT_START = AT_PAGE + 4, /* frames before it */
	AT_END = AT_START + 8,
	AT_UNTIL = AT_END + MARK_BYTES,
	AT_COMMITS = AT_UNTIL + 8,
	JOURNAL_HEAD = AT_COMMITS + 4,
	COMMIT = 16,
	COMMITS_MOST = 1 << 24,
	FLAG_BEGINS = 1,
	FLAG_RESUMES = 2,
};
static const uint64_t bytes_most = (uint64_t)1 << 30;

void mark_put(unsigned char *out, const struct journal_mark *mark)
{
	memcpy(out, mark->generation, WAL_GENERATION);
	put_number(out + WAL_GENERATION, mark->frames, 8);
	memcpy(out + WAL_GENERATION + 8, mark->sum, WAL_SUM);
}

void mark_get(const unsigned char *bytes, struct journal_mark *mark)
{
	memcpy(mark->generation, bytes, WAL_GENERATION);
	mark->frames = get_number(bytes + WAL_GENERATION, 8);
	memcpy(mark->sum, bytes + WAL_GENERATION + 8, WAL_SUM);
}

/* --- writing --- */

static enum status put_bytes(struct seal *seal, const void *bytes, size_t n, struct error *error)
{
	return seal_put(seal, (struct str){bytes, n}, error);
}

static enum status put_head(struct seal *seal, const struct journal_head *head, const struct journal_part *part,
			    struct error *error)
{
	unsigned char bytes[JOURNAL_HEAD];

	put_number(bytes, VERSION, 4);
	put_number(bytes + AT_NUMBER, head->number, 8);
	memcpy(bytes + AT_BEFORE, head->before.bytes, HASH_BYTES);
	put_number(bytes + AT_FROM, (uint64_t)head->from, 8);
	put_number(bytes + AT_FLAGS, (part->begins ? FLAG_BEGINS : 0) | (part->resumes ? FLAG_RESUMES : 0), 4);
	put_number(bytes + AT_PAGE, part->page, 4);
	put_number(bytes + AT_START, part->from, 8);
	mark_put(bytes + AT_END, &part->end);
	put_number(bytes + AT_UNTIL, (uint64_t)part->until, 8);
	put_number(bytes + AT_COMMITS, part->commit_count, 4);
	return put_bytes(seal, bytes, sizeof(bytes), error);
}

enum status journal_file_write(const struct seal_options *options, const struct journal_head *head,
			       const struct journal_part *part, struct seal_facts *facts, struct error *error)
{
	SEAL seal = NULL;
	unsigned char commit[COMMIT];
	enum status status;

	if ((status = seal_begin(options, &seal, error)) || (status = put_head(seal, head, part, error)))
		return status;
	for (size_t i = 0; i < part->commit_count; i++) {
		put_number(commit, (uint64_t)part->commits[i].at, 8);
		put_number(commit + 8, part->commits[i].frames, 8);
		if ((status = put_bytes(seal, commit, COMMIT, error)))
			return status;
	}
	if ((status = put_bytes(seal, part->bytes, part->n, error)))
		return status;
	return seal_end(seal, facts, error);
}

/* --- reading --- */

static enum status garbled(const char *name, struct error *error)
{
	return error_fail(error, E_INVALID, "", "damaged", N_("%s is whole, but not written as this version reads it"),
			  name);
}

static bool take_head(const unsigned char bytes[JOURNAL_HEAD], struct journal_file *file)
{
	struct journal_part *part = &file->part;
	uint64_t flags = get_number(bytes + AT_FLAGS, 4);

	file->head.number = get_number(bytes + AT_NUMBER, 8);
	memcpy(file->head.before.bytes, bytes + AT_BEFORE, HASH_BYTES);
	file->head.from = (instant)get_number(bytes + AT_FROM, 8);
	part->begins = flags & FLAG_BEGINS;
	part->resumes = flags & FLAG_RESUMES;
	part->page = (uint32_t)get_number(bytes + AT_PAGE, 4);
	part->from = get_number(bytes + AT_START, 8);
	mark_get(bytes + AT_END, &part->end);
	part->until = (instant)get_number(bytes + AT_UNTIL, 8);
	part->commit_count = get_number(bytes + AT_COMMITS, 4);
	if (get_number(bytes, 4) != VERSION || !part->page || part->page > WAL_PAGE_MOST ||
	    part->commit_count > COMMITS_MOST || part->end.frames < part->from ||
	    part->end.frames - part->from > bytes_most / wal_frame_size(part->page))
		return false;
	part->n = (size_t)(part->end.frames - part->from) * wal_frame_size(part->page);
	return true;
}

/* In order, and within the part. */
static bool take_commits(struct journal_part *part, const unsigned char *bytes)
{
	uint64_t frames = part->from;

	for (size_t i = 0; i < part->commit_count; i++) {
		struct journal_commit *commit = &part->commits[i];

		commit->at = (instant)get_number(bytes + i * COMMIT, 8);
		commit->frames = get_number(bytes + i * COMMIT + 8, 8);
		if (commit->frames <= frames || (i && commit->at < commit[-1].at))
			return false;
		frames = commit->frames;
	}
	return frames == part->end.frames;
}

enum status journal_file_read(struct arena *arena, struct shelf *shelf, const char *name,
			      const struct backup_secret *secret, struct key_memo *memo, struct journal_file *file,
			      struct error *error)
{
	UNSEAL unseal = NULL;
	FILE *opened;
	unsigned char head[JOURNAL_HEAD];
	struct journal_part *part = &file->part;
	struct seal_facts facts;
	enum status status;

	*file = (struct journal_file){0};
	if ((status = shelf_get(shelf, name, &opened, error)) ||
	    (status = unseal_begin(opened, name, secret, memo, &unseal, error)) ||
	    (status = unseal_get(unseal, head, sizeof(head), error)))
		return status;
	if (!take_head(head, file))
		return garbled(name, error);
	unsigned char *commits = arena_alloc(arena, part->commit_count * COMMIT + 1);
	part->commits = arena_many(arena, struct journal_commit, part->commit_count + 1);
	part->bytes = arena_alloc(arena, part->n + 1);
	if ((status = unseal_get(unseal, commits, part->commit_count * COMMIT, error)) ||
	    (status = unseal_get(unseal, part->bytes, part->n, error)) || (status = unseal_end(unseal, &facts, error)))
		return status;
	file->digest = facts.digest;
	return take_commits(part, commits) ? OK : garbled(name, error);
}
