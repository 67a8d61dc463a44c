/* demo: the demonstration organisation. */
#include <stdio.h>

#include "app/demo.h"
#include "cli/commands.h"
#include "cli/opened.h"

enum { MONTHS = 18, MONTHS_MOST = 60 };

static int take_options(const char *months, const char *until, struct demo_options *options)
{
	int64_t number = MONTHS;

	if (months && (!str_int64(str_of(months), &number) || number < 1 || number > MONTHS_MOST))
		return fail_usage("demo", "--months is a number from 1 to %d", MONTHS_MOST);
	options->months = (int)number;
	options->until = time_now() / HOUR * HOUR;
	if (until && !time_parse(str_of(until), &options->until))
		return fail_usage("demo", "--until is a time as in 2026-11-20T05:00:00Z");
	return EXIT_OK;
}

static void print_summary(const struct demo_summary *summary, const struct demo_options *options)
{
	char until[TIME_TEXT];
	long long incidents = summary->incidents ? summary->incidents : 1;

	printf("The demonstration organisation, as of %s:\n", time_format(options->until, until));
	printf("  %lld customers, %lld people, %lld groups, %lld services, %lld configuration items, %lld agreements\n",
	       (long long)summary->customers, (long long)summary->people, (long long)summary->groups,
	       (long long)summary->services, (long long)summary->items, (long long)summary->agreements);
	printf("  %lld incidents in %lld edits: %lld open (%lld of them waiting), %lld over their target (%lld%%),\n"
	       "  %lld reopened, %lld closed without confirmation, %lld cancelled, %lld about security\n",
	       (long long)summary->incidents, (long long)summary->edits, (long long)summary->open,
	       (long long)summary->waiting, (long long)summary->breached,
	       (long long)summary->breached * 100 / incidents, (long long)summary->reopened,
	       (long long)summary->unconfirmed, (long long)summary->cancelled, (long long)summary->security);
	printf("Accounts, all with the password \"%s\":\n ", demo_password);
	for (size_t i = 0; demo_accounts[i]; i++)
		printf(" %s", demo_accounts[i]);
	putchar('\n');
}

int command_demo(int argc, char **argv)
{
	const char *months = NULL, *until = NULL;
	const struct option options[] = {{.name = "months", .value = &months}, {.name = "until", .value = &until}};
	struct demo_options wanted = {0};
	struct demo_summary summary = {0};
	OPENED opened = {0};
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code || (code = take_options(months, until, &wanted)))
		return code;
	if (opened.word_count)
		return fail_usage("demo", "there is a word too many");
	opened.settings.founded = demo_founding(&wanted);
	if ((code = opened_program(&opened, true)))
		return code;
	wanted.figures = &opened.program.figures;
	if (demo_fill(opened.program.kernel, &wanted, &summary, &opened.error))
		return fail(&opened.error);
	print_summary(&summary, &wanted);
	return EXIT_OK;
}
