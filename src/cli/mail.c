/* mail-in: one mail on standard input, as a mail server hands it over. Exit codes are those of sysexits.h, so that the
 * server knows whether to try again. */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/opened.h"
#include "mail/deliver.h"

static int exit_code(enum status status)
{
	switch (status) {
	case OK:
		return EX_OK;
	case E_TOO_LARGE:
		return EX_DATAERR;
	case E_NOT_FOUND:
		return EX_NOUSER;
	case E_DENIED:
		return EX_NOPERM;
	case E_CONFLICT:
		return EX_CONFIG;
	default:
		return EX_TEMPFAIL;
	}
}

static void tell(struct opened *opened, const struct mail_delivery *delivery)
{
	char mail[NUMBER_TEXT], record[NUMBER_TEXT];

	if (!delivery->outcome.n)
		puts("taken before");
	else if (delivery->record)
		printf("%s: %.*s %s\n", kernel_number(opened->program.kernel, delivery->mail, mail),
		       STR_ARG(delivery->outcome), kernel_number(opened->program.kernel, delivery->record, record));
	else
		printf("%s: %.*s\n", kernel_number(opened->program.kernel, delivery->mail, mail),
		       STR_ARG(delivery->outcome));
}

int command_mail_in(int argc, char **argv)
{
	const char *mailbox = NULL;
	const struct option options[] = {{.name = "mailbox", .value = &mailbox}};
	OPENED opened = {0};
	struct mail_delivery delivery;
	enum status status;
	int code = opened_take(&opened, argc, argv, options, 1);

	if (code)
		return code == EXIT_USAGE ? EX_USAGE : EX_CONFIG;
	if (opened.word_count)
		return fail_usage("mail-in", "there is a word too many"), EX_USAGE;
	if (opened_program(&opened, false))
		return EX_TEMPFAIL;
	delivery =
	    (struct mail_delivery){.kernel = opened.program.kernel, .mailbox = str_of(mailbox), .now = time_now()};
	status = mail_read_descriptor(opened.arena, STDIN_FILENO, MAIL_BYTES_MOST, &delivery.raw, &opened.error);
	if (!status)
		status = mail_deliver(&delivery, &opened.error);
	if (status)
		fail(&opened.error);
	else
		tell(&opened, &delivery);
	return exit_code(status);
}
