#include "backup/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "backup/files.h"

enum { ROOM_LEFT = 64 << 20 /* for everybody else on that disk */ };

int64_t trial_room(const char *database)
{
	struct stat about;

	return strncmp(database, "sqlite:", 7) || stat(database + 7, &about) ? 0 : (int64_t)about.st_size;
}

static enum status look_for_room(const struct trial_options *options, struct error *error)
{
	struct statvfs disk;

	if (statvfs(options->scratch, &disk))
		return files_fail(options->scratch, errno, error);
	if (!options->room || (int64_t)(disk.f_bavail * disk.f_frsize) >= options->room + ROOM_LEFT)
		return OK;
	return error_fail(error, E_UNAVAILABLE, "", "room", N_("There is no room in %s to restore a backup"),
			  options->scratch);
}

/* In a folder of its own, which nobody else can have prepared. */
enum status trial_run(struct arena *arena, const struct trial_options *options, struct restore_facts *facts,
		      struct error *error)
{
	char *folder = str_c(arena, str_format(arena, "%s/kaname-restore-XXXXXX", options->scratch));
	struct restore_options restore = {.shelf = options->shelf,
					  .name = options->name,
					  .moment = options->moment,
					  .secret = options->secret,
					  .model = options->model,
					  .kernel = options->kernel,
					  .is_test = true,
					  .stop = options->stop};
	enum status status = look_for_room(options, error);

	*facts = (struct restore_facts){0};
	if (status)
		return status;
	if (!mkdtemp(folder))
		return files_fail(options->scratch, errno, error);
	restore.path = str_c(arena, str_format(arena, "%s/restored.db", folder));
	status = backup_restore(arena, &restore, facts, error);
	rmdir(folder);
	return status;
}

static enum status look_at(struct arena *arena, struct store *store, const struct restored_options *options,
			   struct restore_facts *facts, struct error *error)
{
	READER connection = NULL;
	struct kernel *kernel = NULL;
	enum status status = store_check(store, true, error);

	if (status || (status = store_reader(store, &connection, error)) ||
	    (status = census_take(connection, arena, &facts->census, error)) ||
	    (status = census_end(connection, &facts->end, error)))
		return status;
	store_reader_done(&connection);
	if ((status = kernel_open(options->model, store, &options->kernel, &kernel, error)))
		return status;
	status = verify_history(kernel, arena, &facts->report, NULL, NULL, error);
	kernel_close(kernel);
	return status || !facts->report.broken.n
		   ? status
		   : error_fail(error, E_CONFLICT, "", "history", N_("The history in the backup is broken: %s"),
				str_c(arena, facts->report.broken));
}

enum status trial_of_restored(struct arena *arena, const struct restored_options *options, struct restore_facts *facts,
			      struct error *error)
{
	struct store_options database = {.url = options->url, .readers = 2};
	struct store *store;
	enum status status = store_open(&database, &store, error);

	*facts = (struct restore_facts){0};
	if (status)
		return status;
	status = look_at(arena, store, options, facts, error);
	store_close(store);
	facts->reached = facts->end.at;
	return status;
}
