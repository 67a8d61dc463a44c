/* backup and restore: a whole copy in one file, and a database made of it. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/erasures.h"
#include "backup/evidence.h"
#include "backup/trial.h"
#include "behaviour/behaviours.h"
#include "cli/commands.h"
#include "cli/opened.h"

#define SECRET_OPTIONS(settings)                                                                                       \
	{.name = "key-file", .value = &(settings).backup.key_file},                                                    \
	{                                                                                                              \
		.name = "passphrase-file", .value = &(settings).backup.passphrase_file                                 \
	}

static enum status read_secret_of_backups(struct opened *opened, struct backup_secret *secret)
{
	const struct settings *settings = &opened->settings;

	return secret_read(opened->arena, settings->backup.key_file, settings->backup.passphrase_file,
			   settings->backup.passphrase, secret, &opened->error);
}

enum { NICE = 19 };

/* Whoever writes comes first: a backup can take longer. Threads that are started later inherit it. */
static void be_modest(void)
{
	(void)setpriority(PRIO_PROCESS, 0, NICE);
}

/* In the database that is kept. A backup or a proof is none the worse without its record, but somebody has to know. */
static void without_record(const struct error *error)
{
	char text[ERROR_STORE];

	error_text(error, text, sizeof(text));
	fprintf(stderr, "kaname: no record of it was left: %s\n", text);
}

/* --- backup --- */

static enum status take_backup(struct opened *opened, const struct seal_options *options, struct backup_facts *facts)
{
	struct store_options database = {.url = opened->settings.database, .readers = 1};
	struct store *store;
	enum status status = store_open(&database, &store, &opened->error);

	if (status)
		return status;
	status = backup_write(opened->arena, store, options, NULL, facts, &opened->error);
	store_close(store);
	return status;
}

static void leave_evidence_of_backup(struct opened *opened, const char *path, instant began,
				     const struct backup_facts *facts)
{
	const char *slash = strrchr(path, '/');
	struct backup_evidence evidence = {
	    .file = str_of(slash ? slash + 1 : path),
	    .place = slash ? (struct str){path, (size_t)(slash - path)} : S("."),
	    .taken_at = began,
	    .ended_at = time_now(),
	    .facts = facts,
	};
	struct error error = {0};

	if (program_open(&opened->settings, false, &opened->program, &error) ||
	    evidence_of_backup(opened->program.kernel, &evidence, &error))
		without_record(&error);
}

int command_backup(int argc, char **argv)
{
	OPENED opened = {0};
	const struct option options[] = {SECRET_OPTIONS(opened.settings)};
	struct backup_secret secret;
	struct seal_options seal = {.secret = &secret, .now = time_now()};
	struct backup_facts facts;
	char digest[HASH_BYTES * 2 + 1];
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code)
		return code;
	if (opened.word_count != 1)
		return fail_usage("backup", "say one FILE");
	seal.path = opened.words[0];
	be_modest();
	if (read_secret_of_backups(&opened, &secret) || take_backup(&opened, &seal, &facts))
		return fail(&opened.error);
	hash_hex(facts.file.digest, digest);
	printf("%s: %lld records, %lld events, %lld files in %lld bytes\nBLAKE2b %s\n", seal.path,
	       (long long)census_records(&facts.census), (long long)census_of(&facts.census, "kaname_event"),
	       (long long)census_of(&facts.census, "kaname_attachment"), (long long)facts.file.bytes, digest);
	leave_evidence_of_backup(&opened, seal.path, seal.now, &facts);
	return EXIT_OK;
}

/* --- restore --- */

/* A key is used when it is there; a restore makes none. */
static const char *existing_key(const struct settings *settings)
{
	return settings->key && access(settings->key, F_OK) == 0 ? settings->key : NULL;
}

static void tell(const char *what, const struct opened *opened, const struct restore_facts *facts)
{
	char made[TIME_TEXT];

	printf("%s as of %s: %lld records, %lld events, %lld files, %lld checkpoints; its history is whole\n", what,
	       time_format(facts->reached, made), (long long)census_records(&facts->census),
	       (long long)facts->report.events, (long long)facts->report.attachments,
	       (long long)facts->report.checkpoints);
	if (facts->files)
		printf("From %.*s and %llu files of the journal of changes\n", STR_ARG(facts->name),
		       (unsigned long long)facts->files);
}

/* What is restored: FILE, the backup of that name in its folder, or the one in a FOLDER that suits the moment. */
struct source {
	struct shelf_access access;
	struct shelf *shelf;
	const char *name; /* NULL: whichever suits */
	instant moment;   /* INSTANT_NONE: the backup's own */
};

static enum status read_moment(const char *text, instant *moment, struct error *error)
{
	*moment = INSTANT_NONE;
	if (text && !strcmp(text, "latest"))
		*moment = MOMENT_LATEST;
	else if (text && !time_parse(str_of(text), moment))
		return error_fail(error, E_INVALID, "to-moment", "time",
				  N_("A moment such as 2026-11-26T10:15:00+09:00 is expected, or \"latest\""));
	return OK;
}

static bool is_folder(const char *path)
{
	struct stat about;

	return !stat(path, &about) && S_ISDIR(about.st_mode);
}

static enum status find_source(struct opened *opened, const char *word, const char *moment, struct source *source)
{
	const struct backup_settings *settings = &opened->settings.backup;
	const char *slash = strrchr(word, '/'), *place = word;
	enum status status = read_moment(moment, &source->moment, &opened->error);
	instant named;

	if (status)
		return status;
	if (shelf_is_remote(word) ? backup_named(str_of(slash + 1), &named) : !is_folder(word)) {
		source->name = slash ? slash + 1 : word;
		place =
		    slash ? str_c(opened->arena, (struct str){word, slash == word ? 1 : (size_t)(slash - word)}) : ".";
	}
	status = shelf_access_read(opened->arena, settings->s3_endpoint, settings->s3_region, settings->s3_key_file,
				   &source->access, &opened->error);
	return status ? status : shelf_open(place, &source->access, &source->shelf, &opened->error);
}

/* What is named must be there; what belongs to the anchors need not. */
static const char *erasures_of(struct opened *opened)
{
	const char *beside = erasures_path(opened->arena, opened->settings.anchor_to);

	if (opened->settings.backup.erasures)
		return opened->settings.backup.erasures;
	return beside && access(beside, F_OK) == 0 ? beside : NULL;
}

static int restore(struct opened *opened, const struct source *source, const struct backup_secret *secret,
		   const struct model *model)
{
	const char *database = opened->settings.database;
	struct restore_facts facts;
	struct restore_options options = {
	    .shelf = source->shelf,
	    .name = source->name,
	    .moment = source->moment,
	    .secret = secret,
	    .path = database + 7,
	    .model = model,
	    .erasures = erasures_of(opened),
	    .kernel = {.key_path = existing_key(&opened->settings), .behaviours = behaviours}};

	if (strncmp(database, "sqlite:", 7) != 0)
		return fail_usage("restore", "a backup becomes an embedded database: --database sqlite:NEW");
	if (backup_restore(opened->arena, &options, &facts, &opened->error))
		return fail(&opened->error);
	tell(options.path, opened, &facts);
	if (facts.erased)
		printf("%lld records held what has been erased since; it is erased here as well\n",
		       (long long)facts.erased);
	if (opened->settings.key && !options.kernel.key_path)
		printf(
		    "Put the signing key of before at %s, else what was signed with it cannot be proven to be yours\n",
		    opened->settings.key);
	return EXIT_OK;
}

/* How far the history goes that is kept: what a restored one is measured by. */
static enum status look_ahead(const struct program *program, struct history_end *until, struct error *error)
{
	READER connection = NULL;
	enum status status = kernel_reader(program->kernel, &connection, error);

	return status ? status : census_end(connection, until, error);
}

/* A proof alone; the database that is named keeps the record of it. */
static int try_restore(struct opened *opened, const struct source *source, const struct backup_secret *secret,
		       const struct model *model)
{
	const char *scratch = opened->settings.backup.scratch;
	struct restore_facts facts;
	struct trial_options options = {
	    .shelf = source->shelf,
	    .name = source->name,
	    .moment = source->moment,
	    .secret = secret,
	    .scratch = scratch ? scratch : ".",
	    .room = trial_room(opened->settings.database),
	    .model = model,
	    .kernel = {.key_path = existing_key(&opened->settings), .behaviours = behaviours}};
	struct test_evidence evidence = {.facts = &facts};
	struct error error = {0};
	bool kept = !program_open(&opened->settings, false, &opened->program, &error) &&
		    !look_ahead(&opened->program, &evidence.until, &error);

	be_modest();
	evidence.started_at = time_now();
	bool passed = !trial_run(opened->arena, &options, &facts, &opened->error);
	evidence.file = facts.name;
	evidence.ended_at = time_now();
	evidence.failed = passed ? NULL : &opened->error;
	if (passed)
		tell(str_c(opened->arena, facts.name), opened, &facts);
	if (!kept || evidence_of_test(opened->program.kernel, &evidence, &error))
		without_record(&error);
	return passed ? EXIT_OK : fail(&opened->error);
}

/* Others have restored it, upon a server of their own. What is written goes to the database that is kept. */
static int try_restored(struct opened *opened, const char *url, const char *name)
{
	const struct settings *settings = &opened->settings;
	struct restored_options options = {.url = url,
					   .kernel = {.key_path = existing_key(settings), .behaviours = behaviours}};
	struct restore_facts facts = {0};
	struct test_evidence evidence = {.file = str_of(name), .started_at = time_now(), .facts = &facts};
	struct error error = {0};

	if (!name || !strcmp(url, settings->database))
		return fail_usage("restore",
				  "--test of a database that was restored elsewhere needs --backup NAME, and "
				  "--database URL of the one that is kept");
	if (program_open(settings, false, &opened->program, &opened->error) ||
	    program_load_model(opened->arena, settings, &options.model, &opened->error) ||
	    look_ahead(&opened->program, &evidence.until, &opened->error))
		return fail(&opened->error);
	bool passed = !trial_of_restored(opened->arena, &options, &facts, &opened->error);
	evidence.ended_at = time_now();
	evidence.failed = passed ? NULL : &opened->error;
	if (passed)
		tell(name, opened, &facts);
	if (evidence_of_test(opened->program.kernel, &evidence, &error))
		without_record(&error);
	return passed ? EXIT_OK : fail(&opened->error);
}

static int restore_of(struct opened *opened, const char *moment, bool is_test)
{
	struct source source = {0};
	struct backup_secret secret;
	const struct model *model;
	int code;

	if (read_secret_of_backups(opened, &secret) ||
	    program_load_model(opened->arena, &opened->settings, &model, &opened->error))
		return fail(&opened->error);
	if (find_source(opened, opened->words[0], moment, &source))
		code = fail(&opened->error);
	else
		code = (is_test ? try_restore : restore)(opened, &source, &secret, model);
	shelf_close(&source.shelf);
	return code;
}

int command_restore(int argc, char **argv)
{
	OPENED opened = {0};
	bool is_test = false;
	const char *moment = NULL, *name = NULL;
	const struct option options[] = {SECRET_OPTIONS(opened.settings),
					 {.name = "test", .flag = &is_test},
					 {.name = "anchor-to", .value = &opened.settings.anchor_to},
					 {.name = "erasures", .value = &opened.settings.backup.erasures},
					 {.name = "to-moment", .value = &moment},
					 {.name = "backup", .value = &name},
					 {.name = "s3-endpoint", .value = &opened.settings.backup.s3_endpoint},
					 {.name = "s3-region", .value = &opened.settings.backup.s3_region},
					 {.name = "s3-key-file", .value = &opened.settings.backup.s3_key_file},
					 {.name = "scratch", .value = &opened.settings.backup.scratch}};
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code)
		return code;
	if (opened.word_count != 1)
		return fail_usage("restore", "say one FILE or FOLDER, and --database sqlite:NEW or --test");
	if (is_test && !strncmp(opened.words[0], "postgres", 8) && strstr(opened.words[0], "://"))
		return try_restored(&opened, opened.words[0], name);
	return restore_of(&opened, moment, is_test);
}
