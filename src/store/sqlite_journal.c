/* The journal (journal.h): what is committed is read out of the log's file before the log may start again.
 *
 * Two connections take turns in standing in the log as readers. The next one takes its place, all that it sees is read
 * into memory, and only then the one before goes: so there is never a moment in which any process could move the log on
 * beyond what has been read. Where everything has been moved into the database, SQLite lets a reader stand beside the
 * log instead: then the log may start again, but nothing of what it will hold can be moved on. */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	READ_FRAMES = 32,         /* at once */
	MEMORY_ENOUGH = 16 << 20, /* unless told otherwise */
	LOG_MOST = 512 << 20,     /* likewise */
	MEMORY_MOST = 256 << 20,  /* of one transaction and what waits before it */
	NOTES = 1024,             /* the checkpointer reads after as many pages */
};

struct note { /* the writer's, of a commit */
	unsigned char generation[WAL_GENERATION];
	uint64_t frames;
	instant at;
};

struct sqlite_journal {
	struct sqlite_store *store;
	struct journal_options options;
	int file;              /* the log's */
	unsigned char *frames; /* READ_FRAMES of them */

	pthread_mutex_t lock; /* guards what follows */
	sqlite3 *held, *spare;
	bool lost;    /* given up, until somebody takes again */
	bool resumes; /* what is read just now was left by an earlier process */
	bool tells;   /* that the journal began anew; until it has been told */
	struct wal wal;
	uint64_t done;                     /* frames of the generation that have been read */
	instant last;                      /* the moment of the last commit */
	struct journal_part *first, *open; /* open: the last one, when it can grow */
	size_t bytes;

	pthread_mutex_t note_lock; /* guards these; never held while anything is read or written but 8 bytes */
	struct note *notes;        /* room for NOTES */
	size_t note_first, note_count;
};

static instant clock_of(const struct sqlite_journal *journal)
{
	return journal->options.clock ? journal->options.clock(journal->options.context) : time_now();
}

/* --- the moments of commits --- */

static struct note *note_at(const struct sqlite_journal *journal, size_t i)
{
	return &journal->notes[(journal->note_first + i) % NOTES];
}

static bool is_of_generation(const struct sqlite_journal *journal, const struct note *note)
{
	return !memcmp(note->generation, journal->wal.generation, WAL_GENERATION);
}

/* When too many wait, the last note stands for several commits, each of which then counts as made with the last. */
void sqlite_journal_note(struct sqlite_journal *journal, int frames)
{
	struct note note = {.frames = (uint64_t)frames, .at = clock_of(journal)};
	bool turns;

	if (pread(journal->file, note.generation, WAL_GENERATION, 16) != WAL_GENERATION)
		return;
	pthread_mutex_lock(&journal->note_lock);
	struct note *last = journal->note_count ? note_at(journal, journal->note_count - 1) : NULL;
	turns = !last || memcmp(last->generation, note.generation, WAL_GENERATION) != 0;
	if (journal->note_count < NOTES)
		last = note_at(journal, journal->note_count++);
	*last = note;
	pthread_mutex_unlock(&journal->note_lock);
	/* A log that was begun anew is taken soon: until then a process that is killed leaves no way on from here. */
	if (turns && journal->options.wake)
		journal->options.wake(journal->options.context);
}

/* Notes of earlier commits are not needed any more. With note_lock. */
static size_t notes_before(const struct sqlite_journal *journal, uint64_t frames)
{
	size_t first = 0;

	while (first < journal->note_count && !is_of_generation(journal, note_at(journal, first)))
		first++;
	if (first == journal->note_count)
		return 0; /* none of this generation: they are of one that is still to come */
	while (first < journal->note_count && note_at(journal, first)->frames < frames &&
	       is_of_generation(journal, note_at(journal, first)))
		first++;
	return first;
}

/* Other processes leave no notes: what they commit counts as made when it is seen. */
static instant moment_of(struct sqlite_journal *journal, uint64_t frames)
{
	instant at = clock_of(journal);

	pthread_mutex_lock(&journal->note_lock);
	size_t gone = notes_before(journal, frames);
	journal->note_count -= gone;
	journal->note_first = (journal->note_first + gone) % NOTES;
	if (journal->note_count && is_of_generation(journal, note_at(journal, 0)))
		at = note_at(journal, 0)->at;
	pthread_mutex_unlock(&journal->note_lock);
	if (at > journal->last)
		journal->last = at;
	return journal->last;
}

/* --- parts --- */

static void *grown(void *old, size_t count, size_t *room, size_t size)
{
	if (count <= *room)
		return old;
	size_t wanted = *room ? *room : 64;
	while (wanted < count)
		wanted *= 2;
	void *made = realloc(old, wanted * size);
	if (!made)
		abort(); /* see base/arena.h on running out of memory */
	*room = wanted;
	return made;
}

static struct journal_part *part_open(struct sqlite_journal *journal)
{
	struct journal_part **end = &journal->first;

	if (journal->open)
		return journal->open;
	struct journal_part *made = calloc(1, sizeof(*made));
	if (!made)
		abort();
	while (*end)
		end = &(*end)->next;
	made->page = journal->wal.page;
	made->from = journal->done;
	made->resumes = journal->resumes;
	memcpy(made->end.generation, journal->wal.generation, WAL_GENERATION);
	made->end.frames = journal->done;
	wal_sum(&journal->wal, made->end.sum);
	return *end = journal->open = made;
}

/* What was added to the bytes since the last commit belongs to this one. */
static void part_commit(struct sqlite_journal *journal, struct journal_part *part, const struct wal *wal, size_t n)
{
	uint64_t added = (n - part->n) / wal_frame_size(wal->page);

	journal->bytes += n - part->n;
	journal->done += added;
	journal->wal = *wal;
	part->n = n;
	part->end.frames = journal->done;
	wal_sum(wal, part->end.sum);
	part->until = moment_of(journal, journal->done);
	struct journal_commit *last = part->commit_count ? &part->commits[part->commit_count - 1] : NULL;
	if (!last || last->at != part->until) {
		part->commits =
		    grown(part->commits, part->commit_count + 1, &part->commit_room, sizeof(*part->commits));
		last = &part->commits[part->commit_count++];
	}
	*last = (struct journal_commit){.at = part->until, .frames = journal->done};
}

/* Where the journal begins is said by a part, though nothing may be in it yet. */
static void part_begin(struct sqlite_journal *journal)
{
	struct journal_part *part = part_open(journal);

	part->begins = true;
	part->until = journal->last = clock_of(journal) > journal->last ? clock_of(journal) : journal->last;
	journal->tells = true;
}

static void let_go(struct sqlite_journal *journal)
{
	store_journal_free(journal->first);
	journal->first = journal->open = NULL;
	journal->bytes = 0;
}

/* --- reading the log --- */

static off_t place_of(const struct sqlite_journal *journal, uint64_t frame)
{
	return (off_t)(WAL_HEAD + frame * wal_frame_size(journal->wal.page));
}

/* How many whole frames were read. */
static size_t read_frames(const struct sqlite_journal *journal, uint64_t from)
{
	size_t size = wal_frame_size(journal->wal.page);
	ssize_t n = pread(journal->file, journal->frames, READ_FRAMES * size, place_of(journal, from));

	return n > 0 ? (size_t)n / size : 0;
}

enum reading { READ_ALL, READ_ENOUGH, READ_TOO_MUCH };

/* Reads what was committed since. What stands behind the last commit is read again another time. */
static enum reading read_on(struct sqlite_journal *journal)
{
	size_t size = wal_frame_size(journal->wal.page), n = journal->open ? journal->open->n : 0, count;
	struct wal ahead = journal->wal;
	struct wal_frame about;
	uint64_t at = journal->done;

	while ((count = read_frames(journal, at)))
		for (size_t i = 0; i < count; i++, at++) {
			if (!wal_next(&ahead, journal->frames + i * size, &about))
				return READ_ALL;
			struct journal_part *part = part_open(journal);
			part->bytes = grown(part->bytes, n + size, &part->room, 1);
			memcpy(part->bytes + n, journal->frames + i * size, size);
			n += size;
			if (about.pages)
				part_commit(journal, part, &ahead, n);
			if (about.pages && journal->bytes >= journal->options.memory)
				return READ_ENOUGH;
			if (n - part->n > MEMORY_MOST)
				return READ_TOO_MUCH;
		}
	return READ_ALL;
}

/* Goes to the mark, or else to the end of the log, without keeping what stands before. True: the mark is there. */
static bool skip_to(struct sqlite_journal *journal, const struct journal_mark *mark)
{
	size_t size = wal_frame_size(journal->wal.page), count;
	struct wal ahead = journal->wal;
	struct wal_frame about;
	unsigned char sum[WAL_SUM];

	for (uint64_t at = 0; (count = read_frames(journal, at));)
		for (size_t i = 0; i < count; i++) {
			if (!wal_next(&ahead, journal->frames + i * size, &about))
				return false;
			at++;
			if (!about.pages)
				continue;
			journal->wal = ahead;
			journal->done = at;
			if (mark)
				wal_sum(&ahead, sum);
			if (mark && at == mark->frames && !memcmp(sum, mark->sum, WAL_SUM))
				return true;
		}
	return false;
}

/* Another generation has begun: the one before has been read to its end, or the journal ends here. */
static void turn(struct sqlite_journal *journal, const struct wal *wal)
{
	bool follows = wal_follows(journal->wal.generation, wal->generation);

	if (!follows)
		let_go(journal);
	journal->open = NULL;
	journal->wal = *wal;
	journal->done = 0;
	if (!follows)
		part_begin(journal);
}

/* It was made for frames of a transaction that has not ended. */
static void part_drop_empty(struct sqlite_journal *journal)
{
	struct journal_part **link = &journal->first;

	if (!journal->open || journal->open->n || journal->open->begins)
		return;
	while (*link != journal->open)
		link = &(*link)->next;
	store_journal_free(journal->open);
	*link = journal->open = NULL;
}

static enum reading read_log(struct sqlite_journal *journal)
{
	unsigned char head[WAL_HEAD];
	struct wal seen;
	instant now = clock_of(journal); /* what is committed from now on may be read, or not */
	enum reading reading = READ_ALL;

	if (pread(journal->file, head, WAL_HEAD, 0) != WAL_HEAD || !wal_begin(head, &seen))
		return READ_ALL; /* it is just being begun */
	if (memcmp(seen.generation, journal->wal.generation, WAL_GENERATION) != 0)
		turn(journal, &seen);
	if (journal->bytes >= journal->options.memory)
		reading = READ_ENOUGH;
	else
		reading = read_on(journal);
	part_drop_empty(journal);
	if (reading == READ_ALL && journal->open && now > journal->open->until)
		journal->open->until = now;
	return reading;
}

/* --- standing in the log --- */

static bool stand(sqlite3 *db)
{
	return sqlite3_exec(db, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL) == SQLITE_OK;
}

static void leave(sqlite3 *db)
{
	if (!sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}

static void give_up(struct sqlite_journal *journal)
{
	leave(journal->held);
	let_go(journal);
	journal->lost = true;
}

/* True when everything that was committed before has been read. With the lock. */
static bool refresh(struct sqlite_journal *journal)
{
	enum reading reading = READ_ALL;

	if (journal->lost)
		return false;
	if (!stand(journal->spare)) {
		leave(journal->spare);
		reading = READ_ENOUGH;
	} else if ((reading = read_log(journal)) == READ_ALL) {
		sqlite3 *before = journal->held;

		leave(before);
		journal->held = journal->spare;
		journal->spare = before;
	} else {
		leave(journal->spare);
	}
	/* Under load memory fills long before anybody would come by himself. */
	if (journal->bytes >= journal->options.memory / 2 && journal->options.wake)
		journal->options.wake(journal->options.context);
	off_t size = reading == READ_ENOUGH ? lseek(journal->file, 0, SEEK_END) : 0;
	if (reading == READ_TOO_MUCH || size - place_of(journal, journal->done) > (off_t)journal->options.log)
		give_up(journal);
	return reading == READ_ALL;
}

void sqlite_journal_refresh(struct sqlite_journal *journal)
{
	pthread_mutex_lock(&journal->lock);
	refresh(journal);
	pthread_mutex_unlock(&journal->lock);
}

/* From the mark on if that is possible, else from the end of the log on. */
static void begin(struct sqlite_journal *journal, const struct journal_mark *mark)
{
	unsigned char head[WAL_HEAD];

	journal->lost = !stand(journal->held);
	if (journal->lost) {
		leave(journal->held);
		return;
	}
	journal->done = 0;
	if (pread(journal->file, head, WAL_HEAD, 0) != WAL_HEAD || !wal_begin(head, &journal->wal))
		journal->wal = (struct wal){.page = WAL_PAGE_MOST};
	if (mark && memcmp(mark->generation, journal->wal.generation, WAL_GENERATION) != 0)
		mark = NULL;
	if (!skip_to(journal, mark)) {
		part_begin(journal);
		return;
	}
	journal->resumes = true;
	read_log(journal);
	journal->resumes = false;
}

/* --- for store.h --- */

enum status sqlite_journal_take(struct store *store, struct journal_part **parts, bool *begins, struct error *error)
{
	struct sqlite_journal *journal = ((struct sqlite_store *)store)->journal;

	pthread_mutex_lock(&journal->lock);
	if (journal->lost)
		begin(journal, NULL);
	refresh(journal);
	bool lost = journal->lost;
	*begins = journal->tells;
	journal->tells = journal->tells && lost;
	*parts = journal->first;
	journal->first = journal->open = NULL;
	journal->bytes = 0;
	pthread_mutex_unlock(&journal->lock);
	return lost ? error_fail(error, E_UNAVAILABLE, "", "journal", N_("The log of changes cannot be read just now"))
		    : OK;
}

bool sqlite_journal_mark(struct store *store, struct journal_mark *mark, instant *at)
{
	struct sqlite_journal *journal = ((struct sqlite_store *)store)->journal;

	if (!journal)
		return false;
	pthread_mutex_lock(&journal->lock);
	bool all = refresh(journal);
	memcpy(mark->generation, journal->wal.generation, WAL_GENERATION);
	mark->frames = journal->done;
	wal_sum(&journal->wal, mark->sum);
	*at = clock_of(journal);
	if (all && *at > journal->last)
		journal->last = *at;
	*at = journal->last;
	pthread_mutex_unlock(&journal->lock);
	return all;
}

void sqlite_journal_free(struct sqlite_journal *journal)
{
	if (!journal)
		return;
	sqlite3_close_v2(journal->held);
	sqlite3_close_v2(journal->spare);
	if (journal->file >= 0)
		close(journal->file);
	let_go(journal);
	free(journal->frames);
	free(journal->notes);
	pthread_mutex_destroy(&journal->lock);
	pthread_mutex_destroy(&journal->note_lock);
	free(journal);
}

static enum status open_log(struct sqlite_journal *journal, struct error *error)
{
	char *path = sqlite3_mprintf("%s-wal", journal->store->path);

	journal->file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	enum status status = journal->file >= 0
				 ? OK
				 : error_fail(error, E_UNAVAILABLE, "", "disk",
					      N_("The database cannot be opened or written: %s"), strerror(errno));
	sqlite3_free(path);
	return status;
}

enum status sqlite_journal_start(struct store *store, const struct journal_options *options, struct error *error)
{
	struct sqlite_store *own = (struct sqlite_store *)store;
	struct sqlite_journal *made = calloc(1, sizeof(*made));
	enum status status;

	if (!made)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	made->store = own;
	made->options = *options;
	made->options.memory = options->memory ? options->memory : MEMORY_ENOUGH;
	made->options.log = options->log ? options->log : LOG_MOST;
	made->file = -1;
	made->last = INSTANT_NONE;
	made->frames = malloc(READ_FRAMES * wal_frame_size(WAL_PAGE_MOST));
	made->notes = malloc(NOTES * sizeof(*made->notes));
	pthread_mutex_init(&made->lock, NULL);
	pthread_mutex_init(&made->note_lock, NULL);
	if (!made->frames || !made->notes)
		status = error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	else if (!(status = sqlite_connect(own, JOURNAL_CACHE, &made->held, error)) &&
		 !(status = sqlite_connect(own, JOURNAL_CACHE, &made->spare, error)))
		status = open_log(made, error);
	if (!status && lseek(made->file, 0, SEEK_END) < WAL_HEAD) /* without a generation there are no places in it */
		status = store_is_writable(store, error);
	if (status) {
		sqlite_journal_free(made);
		return status;
	}
	begin(made, options->from);
	made->options.from = NULL;
	own->journal = made;
	checkpointer_keep(own->checkpointer, made);
	return OK;
}
