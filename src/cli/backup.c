/* backup and restore: a whole copy in one file, and a database made of it. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "backup/backup.h"
#include "behaviour/behaviours.h"
#include "cli/commands.h"
#include "cli/opened.h"

#define SECRET_OPTIONS(settings)                                                                                       \
	{.name = "key-file", .value = &(settings).backup_key_file},                                                    \
	{                                                                                                              \
		.name = "passphrase-file", .value = &(settings).backup_passphrase_file                                 \
	}

static enum status read_secret_of_backups(struct opened *opened, struct backup_secret *secret)
{
	const struct settings *settings = &opened->settings;

	return secret_read(opened->arena, settings->backup_key_file, settings->backup_passphrase_file,
			   settings->backup_passphrase, secret, &opened->error);
}

/* Whoever writes comes first: a backup can take longer. */
static void be_modest(void)
{
	(void)setpriority(PRIO_PROCESS, 0, 10);
}

static enum status take_backup(struct opened *opened, const char *path, struct backup_facts *facts)
{
	struct backup_secret secret;
	struct seal_options options = {.path = path, .secret = &secret, .now = time_now()};
	struct store_options database = {.url = opened->settings.database, .readers = 1};
	struct store *store;
	enum status status;

	if ((status = read_secret_of_backups(opened, &secret)) ||
	    (status = store_open(&database, &store, &opened->error)))
		return status;
	be_modest();
	status = backup_write(opened->arena, store, &options, facts, &opened->error);
	store_close(store);
	return status;
}

int command_backup(int argc, char **argv)
{
	OPENED opened = {0};
	const struct option options[] = {SECRET_OPTIONS(opened.settings)};
	struct backup_facts facts;
	char digest[HASH_BYTES * 2 + 1];
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code)
		return code;
	if (opened.word_count != 1)
		return fail_usage("backup", "say one FILE");
	if (take_backup(&opened, opened.words[0], &facts))
		return fail(&opened.error);
	hash_hex(facts.file.digest, digest);
	printf("%s: %lld records, %lld events, %lld files in %lld bytes\nBLAKE2b %s\n", opened.words[0],
	       (long long)census_records(&facts.census), (long long)census_of(&facts.census, "kaname_event"),
	       (long long)census_of(&facts.census, "kaname_attachment"), (long long)facts.file.bytes, digest);
	return EXIT_OK;
}

/* --- restore --- */

/* A key is used when it is there; a restore makes none. */
static const char *existing_key(const struct settings *settings)
{
	return settings->key && access(settings->key, F_OK) == 0 ? settings->key : NULL;
}

static enum status restore(struct opened *opened, const char *file, const char *path, bool is_test,
			   struct restore_facts *facts)
{
	struct backup_secret secret;
	struct restore_options options = {
	    .file = file,
	    .secret = &secret,
	    .path = path,
	    .kernel = {.key_path = existing_key(&opened->settings), .behaviours = behaviours},
	    .is_test = is_test};
	enum status status;

	if ((status = read_secret_of_backups(opened, &secret)) ||
	    (status = program_load_model(opened->arena, &opened->settings, &options.model, &opened->error)))
		return status;
	return backup_restore(opened->arena, &options, facts, &opened->error);
}

static void tell(const char *what, const struct opened *opened, const struct restore_facts *facts)
{
	char made[TIME_TEXT];

	printf("%s as of %s: %lld records, %lld events, %lld files, %lld checkpoints; its history is whole\n", what,
	       time_format(facts->made, made), (long long)census_records(&facts->census),
	       (long long)facts->report.events, (long long)facts->report.attachments,
	       (long long)facts->report.checkpoints);
	if (opened->settings.key && !existing_key(&opened->settings))
		printf(
		    "Put the signing key of before at %s, else what was signed with it cannot be proven to be yours\n",
		    opened->settings.key);
}

int command_restore(int argc, char **argv)
{
	OPENED opened = {0};
	const struct option options[] = {SECRET_OPTIONS(opened.settings)};
	struct restore_facts facts;
	const char *database;
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code)
		return code;
	database = opened.settings.database;
	if (opened.word_count != 1)
		return fail_usage("restore", "say one FILE, and --database sqlite:NEW");
	if (strncmp(database, "sqlite:", 7) != 0)
		return fail_usage("restore", "a backup becomes an embedded database: --database sqlite:NEW");
	if (restore(&opened, opened.words[0], database + 7, false, &facts))
		return fail(&opened.error);
	tell(database + 7, &opened, &facts);
	return EXIT_OK;
}
