/* Making a database of a backup, and proving that it is what it was. */
#include "backup/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/erasures.h"
#include "backup/files.h"
#include "backup/pieces.h"

struct restoring {
	struct arena *arena;
	const struct restore_options *options;
	struct restore_facts *facts;
	const char *name; /* of the backup */
	struct key_memo memo;
	struct census told;        /* by the backup */
	struct backup_place place; /* likewise */
	char *draft;
	int file;
};

/* --- the file --- */

static enum status refuse_what_is_there(struct restoring *restoring, struct error *error)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", ".part"};

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		struct str path = str_format(restoring->arena, "%s%s", restoring->options->path, suffixes[i]);

		if (access(str_c(restoring->arena, path), F_OK) == 0)
			return error_fail(error, E_CONFLICT, "", "exists",
					  N_("%s is there already; a backup is restored into a new place only"),
					  str_c(restoring->arena, path));
	}
	return OK;
}

static enum status make_draft(struct restoring *restoring, struct error *error)
{
	restoring->draft = str_c(restoring->arena, str_format(restoring->arena, "%s.part", restoring->options->path));
	restoring->file = open(restoring->draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return restoring->file >= 0 ? OK : files_fail(restoring->draft, errno, error);
}

static void remove_draft(struct restoring *restoring)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};

	if (restoring->file >= 0)
		close(restoring->file);
	restoring->file = -1;
	for (size_t i = 0; restoring->draft && i < sizeof(suffixes) / sizeof(*suffixes); i++)
		unlink(str_c(restoring->arena, str_format(restoring->arena, "%s%s", restoring->draft, suffixes[i])));
}

/* --- what is in the backup --- */

static enum status garbled(const struct restoring *restoring, struct error *error)
{
	return error_fail(error, E_INVALID, "", "damaged", N_("%s is whole, but not written as this version reads it"),
			  restoring->name);
}

static enum status take_census(struct restoring *restoring, struct unseal *unseal, struct error *error)
{
	unsigned char length[4];
	enum status status = unseal_get(unseal, length, sizeof(length), error);
	size_t n = status ? 0 : get_number(length, sizeof(length));

	if (status)
		return status;
	if (n > CENSUS_MOST)
		return garbled(restoring, error);
	char *text = arena_alloc(restoring->arena, n + 1);
	if ((status = unseal_get(unseal, text, n, error)))
		return status;
	return census_parse(restoring->arena, (struct str){text, n}, &restoring->told) ? OK : garbled(restoring, error);
}

static enum status take_pieces(struct restoring *restoring, struct unseal *unseal, struct error *error)
{
	char *bytes = arena_alloc(restoring->arena, PIECE_MOST);

	for (;;) {
		unsigned char head[PIECE_HEAD];
		enum status status = unseal_get(unseal, head, sizeof(head), error);
		uint64_t offset = get_number(head, 8), n = get_number(head + 8, 4);

		if (status)
			return status;
		if (n > PIECE_MOST || offset > INT64_MAX - n)
			return garbled(restoring, error);
		if (!n) {
			restoring->facts->bytes = (int64_t)offset;
			return OK;
		}
		if ((status = unseal_get(unseal, bytes, n, error)) ||
		    (status = backup_stopped(restoring->options->stop, error)))
			return status;
		if (pwrite(restoring->file, bytes, n, (off_t)offset) != (ssize_t)n)
			return files_fail(restoring->draft, errno ? errno : ENOSPC, error);
	}
}

static enum status take_place(struct restoring *restoring, struct unseal *unseal, struct error *error)
{
	unsigned char bytes[PLACE_BYTES];
	struct backup_place *place = &restoring->place;
	enum status status = unseal_get(unseal, bytes, sizeof(bytes), error);

	if (status)
		return status;
	place->known = bytes[0] == 1;
	mark_get(bytes + 1, &place->mark);
	place->at = (instant)get_number(bytes + 1 + MARK_BYTES, 8);
	return restoring->options->moment == INSTANT_NONE
		   ? OK
		   : follow_check(restoring->name, place, restoring->options->moment, error);
}

static enum status unpack(struct restoring *restoring, struct error *error)
{
	UNSEAL unseal = NULL;
	FILE *file;
	enum status status;

	if ((status = shelf_get(restoring->options->shelf, restoring->name, &file, error)) ||
	    (status =
		 unseal_begin(file, restoring->name, restoring->options->secret, &restoring->memo, &unseal, error)) ||
	    (status = take_place(restoring, unseal, error)))
		return status;
	restoring->facts->made = restoring->facts->reached = unseal_made(unseal);
	if ((status = refuse_what_is_there(restoring, error)) || (status = make_draft(restoring, error)) ||
	    (status = take_census(restoring, unseal, error)) || (status = take_pieces(restoring, unseal, error)) ||
	    (status = unseal_end(unseal, &restoring->facts->file, error)))
		return status;
	return fsync(restoring->file) ? files_fail(restoring->draft, errno, error) : OK;
}

/* --- what was written after it --- */

static enum status follow(struct restoring *restoring, struct error *error)
{
	const struct restore_options *options = restoring->options;
	struct follow_options follow = {.shelf = options->shelf,
					.secret = options->secret,
					.memo = &restoring->memo,
					.backup = restoring->name,
					.place = restoring->place,
					.moment = options->moment,
					.file = restoring->file};
	struct follow_facts facts;
	struct stat about;
	enum status status;

	if (options->moment == INSTANT_NONE)
		return OK;
	if ((status = follow_journal(restoring->arena, &follow, &facts, error)))
		return status;
	restoring->facts->reached = facts.at;
	restoring->facts->files = facts.files;
	if (fsync(restoring->file) || fstat(restoring->file, &about))
		return files_fail(restoring->draft, errno, error);
	restoring->facts->bytes = about.st_size;
	return OK;
}

/* --- proof --- */

/* Of history nothing ever goes. */
static bool has_lost_events(const struct restoring *restoring)
{
	return census_of(&restoring->facts->census, "kaname_event") < census_of(&restoring->told, "kaname_event");
}

/* Before the kernel looks at it: a newer version of the program may add to a database as soon as it opens it. */
static enum status check_census(struct restoring *restoring, struct store *store, struct error *error)
{
	READER connection = NULL;
	const struct census_line *line;
	const char *differs = NULL;
	enum status status;

	if ((status = store_reader(store, &connection, error)) ||
	    (status = census_take(connection, restoring->arena, &restoring->facts->census, error)) ||
	    (status = census_end(connection, &restoring->facts->end, error)))
		return status;
	if (restoring->options->moment != INSTANT_NONE) /* the backup counted what there was at its own moment */
		differs = has_lost_events(restoring) ? "kaname_event" : NULL;
	else if ((line = census_differs(&restoring->told, &restoring->facts->census)))
		differs = str_c(restoring->arena, line->name);
	return !differs
		   ? OK
		   : error_fail(error, E_CONFLICT, "", "census",
				N_("The restored database does not hold as many of %s as the backup says"), differs);
}

static bool goes_on(void *context, int64_t done, int64_t total)
{
	const struct restoring *restoring = context;

	return !restoring->options->stop || !*restoring->options->stop;
}

/* What was erased since is erased again before it is proven, so that the proof is of what will be served. */
static enum status check_history(struct restoring *restoring, struct store *store, struct error *error)
{
	struct verify_report *report = &restoring->facts->report;
	struct kernel *kernel = NULL;
	enum status status = kernel_open(restoring->options->model, store, &restoring->options->kernel, &kernel, error);

	if (status)
		return status;
	if (restoring->options->erasures)
		status =
		    erasures_repeat(kernel, restoring->options->erasures, time_now(), &restoring->facts->erased, error);
	if (!status)
		status = verify_history(kernel, restoring->arena, report, goes_on, restoring, error);
	kernel_close(kernel);
	if (status || !report->broken.n)
		return status;
	return error_fail(error, E_CONFLICT, "", "history", N_("The history in the backup is broken: %s"),
			  str_c(restoring->arena, report->broken));
}

static enum status prove(struct restoring *restoring, struct error *error)
{
	struct str url = str_format(restoring->arena, "sqlite:%s", restoring->draft);
	struct store_options options = {.url = str_c(restoring->arena, url), .readers = 2};
	struct store *store;
	enum status status = store_open(&options, &store, error);

	if (status)
		return status;
	if (!(status = check_census(restoring, store, error)))
		status = check_history(restoring, store, error);
	store_close(store);
	return status;
}

static enum status give_name(struct restoring *restoring, struct error *error)
{
	if (fsync(restoring->file) || link(restoring->draft, restoring->options->path) || unlink(restoring->draft) ||
	    !files_sync_folder_of(restoring->options->path))
		return files_fail(restoring->options->path, errno, error);
	return OK;
}

static enum status restore_one(struct restoring *restoring, struct error *error)
{
	enum status status = unpack(restoring, error);

	if (!status)
		status = follow(restoring, error);
	if (!status)
		status = prove(restoring, error);
	if (!status && !restoring->options->is_test)
		status = give_name(restoring, error);
	remove_draft(restoring);
	return status;
}

static bool is_too_late(enum status status, const struct error *error)
{
	return status == E_CONFLICT && error->count && !strcmp(error->items[0].rule, "early");
}

/* The newest that is not after the moment; a backup tells its own moment more exactly than its name does. */
static enum status choose_and_restore(struct restoring *restoring, struct error *error)
{
	const struct restore_options *options = restoring->options;
	struct shelf_list list;
	enum status status = shelf_read(options->shelf, restoring->arena, &list, error);

	if (status)
		return status;
	for (size_t i = list.backup_count; i--;) {
		if (options->moment != INSTANT_NONE && list.moments[i] > options->moment)
			continue;
		error_clear(error);
		restoring->name = str_c(restoring->arena, list.backups[i].name);
		status = restore_one(restoring, error);
		if (!is_too_late(status, error))
			return status;
	}
	return list.backup_count
		   ? error_fail(error, E_CONFLICT, "", "early", N_("The oldest backup in %s is after that moment: %s"),
				options->shelf->place, str_c(restoring->arena, list.backups[0].name))
		   : error_fail(error, E_INVALID, "", "no_backup", N_("There is no backup in %s"),
				options->shelf->place);
}

enum status backup_restore(struct arena *arena, const struct restore_options *options, struct restore_facts *facts,
			   struct error *error)
{
	struct restoring restoring = {
	    .arena = arena, .options = options, .facts = facts, .file = -1, .name = options->name};
	enum status status;

	*facts = (struct restore_facts){0};
	status = options->name ? restore_one(&restoring, error) : choose_and_restore(&restoring, error);
	facts->name = str_of(restoring.name);
	sodium_memzero(&restoring.memo, sizeof(restoring.memo));
	return status;
}
