#include "app/keeping.h"

#include <string.h>
#include <unistd.h>

#include "backup/evidence.h"
#include "base/duration.h"
#include "base/log.h"
#include "behaviour/behaviours.h"

enum { KEEP = 14, KEEP_MOST = 100000 };

static enum status read_period(const char *name, const char *text, int64_t least, int64_t unless_told, int64_t *ms,
			       struct error *error)
{
	struct duration duration;

	*ms = unless_told;
	if (!text)
		return OK;
	if (!strcmp(text, "0")) {
		*ms = 0;
		return OK;
	}
	if (!duration_parse(str_of(text), &duration) || (*ms = duration_ms(duration)) < least)
		return error_fail(error, E_INVALID, name, "duration", N_("This must be a time such as 6h or 7d"));
	return OK;
}

static enum status read_keep(const char *text, size_t *keep, struct error *error)
{
	int64_t number;

	*keep = KEEP;
	if (!text)
		return OK;
	if (!str_int64(str_of(text), &number) || number < 1 || number > KEEP_MOST)
		return error_fail(error, E_INVALID, "backup_keep", "number",
				  N_("This must be a number from 1 to 100000"));
	*keep = (size_t)number;
	return OK;
}

/* That a folder is missing is said now and not at three in the morning. */
static enum status check_folder(const char *name, const char *folder, struct error *error)
{
	if (!folder || access(folder, R_OK | W_OK | X_OK) == 0)
		return OK;
	return error_fail(error, E_INVALID, name, "folder", N_("%s is no folder that can be written to"), folder);
}

static enum status check_copy(struct arena *arena, const struct backup_settings *settings,
			      struct keeper_options *options, struct error *error)
{
	enum status status;

	if (!options->copy || !shelf_is_remote(options->copy))
		return check_folder("backup_copy", options->copy, error);
	if ((status = shelf_access_read(arena, settings->s3_endpoint, settings->s3_region, settings->s3_key_file,
					&options->access, error)))
		return status;
	/* Whether it answers is not asked for: that it does not must not keep the service from starting. */
	SHELF shelf = NULL;
	return shelf_open(options->copy, &options->access, &shelf, error);
}

static const char *folder_of(struct arena *arena, const char *database)
{
	const char *path = strncmp(database, "sqlite:", 7) ? database : database + 7, *slash = strrchr(path, '/');

	return slash ? str_c(arena, (struct str){path, slash == path ? 1 : (size_t)(slash - path)}) : ".";
}

static enum status read_times(const struct backup_settings *settings, struct keeper_options *options,
			      struct error *error)
{
	enum status status;

	if ((status =
		 read_period("backup_every", settings->every, MINUTE, 6 * (int64_t)HOUR, &options->every, error)) ||
	    (status = read_period("backup_test_every", settings->test_every, MINUTE, 7 * DAY, &options->trial_every,
				  error)) ||
	    (status = read_keep(settings->keep, &options->keep, error)))
		return status;
	return options->every ? OK
			      : error_fail(error, E_INVALID, "backup_every", "duration",
					   N_("This must be a time such as 6h or 7d"));
}

static enum status read_journal_every(const struct backup_settings *settings, int64_t *every, struct error *error)
{
	return read_period("backup_journal_every", settings->journal_every, SECOND, 10 * SECOND, every, error);
}

bool keeping_wants_journal(const struct settings *settings)
{
	const char *every = settings->backup.journal_every;

	return settings->backup.to && (!every || strcmp(every, "0") != 0);
}

static void hurry(void *context)
{
	struct keeping *keeping = context;

	keeper_hurry(keeping->keeper);
}

/* Those who are told of failed backups are told of this in the same way. */
static void report(void *context, instant now, const struct error *failed)
{
	struct keeping *keeping = context;
	struct backup_evidence evidence = {.file = S("journal of changes"),
					   .place = str_of(keeping->folder),
					   .taken_at = now,
					   .ended_at = now,
					   .failed = failed};
	struct error error = {0};
	char text[512];

	if (!evidence_of_backup(keeping->kernel, &evidence, &error))
		return;
	error_text(&error, text, sizeof(text));
	log_error("the record of a failing journal failed: %s", text);
}

static enum status hire_archivist(const struct keeper_options *keeper, const struct settings *settings,
				  struct keeping *keeping, struct error *error)
{
	struct archivist_options options = {.store = keeper->kernel->store,
					    .secret = keeper->secret,
					    .folder = keeper->folder,
					    .copy = keeper->copy,
					    .access = keeper->access,
					    .wants_backup = hurry,
					    .report = report,
					    .context = keeping};
	enum status status = read_journal_every(&settings->backup, &options.every, error);

	return status ? status : archivist_new(&options, &keeping->archivist, error);
}

/* What can be said without the database. */
static enum status read_options(struct arena *arena, const struct settings *settings, struct keeper_options *options,
				struct error *error)
{
	const struct backup_settings *backup = &settings->backup;
	enum status status;

	*options = (struct keeper_options){
	    .folder = backup->to,
	    .copy = backup->copy,
	    .scratch = backup->scratch ? backup->scratch : folder_of(arena, settings->database),
	    .database = settings->database,
	    .kernel_options = {.key_path = settings->key, .behaviours = behaviours},
	};
	if ((status = secret_read(arena, backup->key_file, backup->passphrase_file, backup->passphrase,
				  &options->secret, error)))
		return status;
	if (!options->secret.bytes.n)
		return error_fail(error, E_INVALID, "backup_to", "secret",
				  N_("A backup needs a passphrase or a key file: it holds everything"));
	if ((status = read_times(backup, options, error)) ||
	    (status = check_folder("backup_to", options->folder, error)) ||
	    (status = check_copy(arena, backup, options, error)))
		return status;
	return check_folder("backup_scratch", options->scratch, error);
}

enum status keeping_check(struct arena *arena, const struct settings *settings, struct error *error)
{
	struct keeper_options options;
	int64_t journal_every;
	enum status status;

	if (!settings->backup.to)
		return OK;
	status = read_options(arena, settings, &options, error);
	return status ? status : read_journal_every(&settings->backup, &journal_every, error);
}

enum status keeping_new(struct program *program, const struct settings *settings, struct keeping *keeping,
			struct error *error)
{
	struct keeper_options options;
	enum status status;

	*keeping = (struct keeping){.kernel = program->kernel, .folder = settings->backup.to};
	if (!settings->backup.to)
		return OK;
	if ((status = store_check_copy(program->store, error)) ||
	    (status = read_options(program->arena, settings, &options, error)) ||
	    (options.trial_every &&
	     (status = program_load_model(program->arena, settings, &options.trial_model, error))))
		return status;
	options.kernel = program->kernel;
	options.follows = settings->keeps_journal;
	status = keeper_new(&options, &keeping->keeper, error);
	if (!status && settings->keeps_journal)
		status = hire_archivist(&options, settings, keeping, error);
	if (status)
		keeping_free(keeping);
	return status;
}

enum status keeping_start(struct keeping *keeping, struct error *error)
{
	enum status status = keeping->archivist ? archivist_start(keeping->archivist, error) : OK;

	return status || !keeping->keeper ? status : keeper_start(keeping->keeper, error);
}

void keeping_free(struct keeping *keeping)
{
	archivist_free(keeping->archivist); /* it asks the keeper for backups */
	keeper_free(keeping->keeper);
	*keeping = (struct keeping){0};
}
