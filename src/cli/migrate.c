/* migrate: the database goes into another one. */
#include "app/migrate.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/opened.h"

static void show_progress(void *context, struct str table, int64_t rows)
{
	const bool *verbose = context;

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%.*s: %lld", STR_ARG(table), (long long)rows);
	else if (*verbose)
		fprintf(stderr, "%.*s: %lld\n", STR_ARG(table), (long long)rows);
}

static void print_report(const struct migrate_report *report)
{
	const struct verify_report *history = &report->history;

	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	for (size_t i = 0; i < report->table_count; i++) {
		const struct copied_table *table = &report->tables[i];
		char hex[HASH_BYTES * 2 + 1];

		hash_hex(table->hash, hex);
		printf("%.*s %lld %s\n", STR_ARG(table->name), (long long)table->rows, hex);
	}
	printf("equal: %zu tables, %lld rows\n", report->table_count, (long long)report->rows);
	if (!history->broken.n)
		printf("whole: %lld records, %lld events, %lld files, %lld checkpoints\n", (long long)history->records,
		       (long long)history->events, (long long)history->attachments, (long long)history->checkpoints);
	if (report->later)
		printf("not copied: %lld changes that were made in the source meanwhile\n", (long long)report->later);
}

int command_migrate(int argc, char **argv)
{
	bool verbose = false;
	struct migrate_options migration = {.progress = show_progress, .context = &verbose};
	const struct option options[] = {{.name = "to", .value = &migration.to},
					 {.name = "at-rest", .flag = &migration.at_rest},
					 {.name = "verbose", .flag = &verbose}};
	OPENED opened = {0};
	struct migrate_report report;
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code)
		return code;
	if (opened.word_count || !migration.to)
		return fail_usage("migrate", "say --to URL");
	if ((code = opened_program(&opened, false)))
		return code;
	migration.key = opened.settings.key;
	if (program_migrate(opened.arena, &opened.program, &migration, &report, &opened.error))
		return fail(&opened.error);
	print_report(&report);
	if (report.history.broken.n) {
		fprintf(stderr, "kaname: the copy is finished, but history was broken in the source: %.*s\n",
			STR_ARG(report.history.broken));
		return EXIT_FAILED;
	}
	if (opened.settings.key)
		printf(
		    "The signing key is no part of the database: serve the copy with --key %s, or with a copy of it.\n",
		    opened.settings.key);
	return EXIT_OK;
}
