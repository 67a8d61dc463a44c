#include "app/keeping.h"
#include "cli/commands.h"

#include <stdlib.h>

static int fail_closed(struct program *program, const struct error *error)
{
	program_close(program);
	return fail(error);
}

static int open_and_serve(struct settings *settings, struct settings *given, char **argv, struct error *error)
{
	struct program program;

	settings->keeps_journal = keeping_wants_journal(settings);
	if (program_open(settings, false, &program, error))
		return fail(error);
	if (store_check(program.store, false, error))
		return fail_closed(&program, error);
	return program_serve(&program, given, settings, argv, error) ? fail(error) : EXIT_OK;
}

int command_serve(int argc, char **argv)
{
	struct settings settings = {0}, given;
	const char *threads = NULL;
	bool check = false;
	const struct option options[] = {
	    {.name = "listen", .value = &settings.listen},
	    {.name = "replica",
	     .list = settings.replicas,
	     .list_count = &settings.replica_count,
	     .list_most = REPLICAS_MOST},
	    {.name = "threads", .value = &threads},
	    {.name = "check", .flag = &check},
	    {.name = "trusted-peers", .value = &settings.trusted_peers},
	    {.name = "anchor-to", .value = &settings.anchor_to},
	    {.name = "backup-to", .value = &settings.backup.to},
	    {.name = "backup-copy", .value = &settings.backup.copy},
	    {.name = "backup-every", .value = &settings.backup.every},
	    {.name = "backup-journal-every", .value = &settings.backup.journal_every},
	    {.name = "backup-s3-endpoint", .value = &settings.backup.s3_endpoint},
	    {.name = "backup-s3-region", .value = &settings.backup.s3_region},
	    {.name = "backup-s3-key-file", .value = &settings.backup.s3_key_file},
	    {.name = "backup-keep", .value = &settings.backup.keep},
	    {.name = "backup-test-every", .value = &settings.backup.test_every},
	    {.name = "backup-scratch", .value = &settings.backup.scratch},
	    {.name = "backup-key-file", .value = &settings.backup.key_file},
	    {.name = "backup-passphrase-file", .value = &settings.backup.passphrase_file},
	    {.name = "origin", .value = &settings.origin},
	    {.name = "smtp",
	     .list = settings.mail.relays,
	     .list_count = &settings.mail.relay_count,
	     .list_most = RELAYS_NAMED_MOST},
	    {.name = "mail-from", .value = &settings.mail.from},
	    {.name = "smtp-user", .value = &settings.mail.user},
	    {.name = "smtp-password-file", .value = &settings.mail.password_file},
	    {.name = "smtp-token-file", .value = &settings.mail.token_file},
	    {.name = "outbox-keep", .value = &settings.mail.keep},
	    {.name = "smtp-tls", .value = &settings.mail.tls},
	    {.name = "smtp-ca-file", .value = &settings.mail.ca_file},
	    {.name = "lmtp-listen", .value = &settings.mail_in.lmtp_listen},
	    {.name = "imap-secrets", .value = &settings.mail_in.secrets},
	    {.name = "imap-ca-file", .value = &settings.mail_in.ca_file},
	    {.name = "imap-every", .value = &settings.mail_in.every},
	    {.name = "connections", .value = &settings.connections},
	    {.name = "connections-per-address", .value = &settings.connections_per_address},
	    {.name = "request-seconds", .value = &settings.request_seconds},
	    {.name = "count-milliseconds", .value = &settings.count_milliseconds},
	    {.name = "drain-seconds", .value = &settings.drain_seconds},
	    {.name = "webhook-networks", .value = &settings.webhook_networks},
	    {.name = "log-level", .value = &settings.log_level},
	    {.name = "log-format", .value = &settings.log_format}};
	const char **words = calloc((size_t)argc + 1, sizeof(*words));
	ARENA arena = arena_new();
	struct error error = {0};
	size_t count;
	bool understood =
	    words && options_take(argc, argv, &settings, options, sizeof(options) / sizeof(*options), words, &count);

	free(words);
	if (!understood || count)
		return understood ? fail_usage("serve", "there is a word too many") : EXIT_USAGE;
	settings.threads = threads ? (unsigned)strtoul(threads, NULL, 10) : 0;
	program_hold_signals();
	given = settings;
	if (settings_complete(arena, &settings, &error) || settings_use_log(&settings, &error))
		return fail(&error);
	if (check)
		return program_check(&settings, &error) ? fail(&error) : EXIT_OK;
	/* main() has left out the program's name and the command's. */
	return open_and_serve(&settings, &given, argv - 2, &error);
}
