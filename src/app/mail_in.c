#include "app/mail_in.h"

#include <string.h>

#include "base/log.h"

enum status mail_in_check(const struct settings *settings, struct error *error)
{
	const char *lmtp = settings->mail_in.lmtp_listen;

	return lmtp ? lmtp_check(lmtp, error) : OK;
}

enum status mail_in_start(struct kernel *kernel, const struct settings *settings, struct mail_in *mail,
			  struct error *error)
{
	const char *lmtp = settings->mail_in.lmtp_listen;

	return lmtp ? lmtp_start(kernel, lmtp, &mail->lmtp, error) : OK;
}

/* The address as it was given, with the port that it came to. */
void mail_in_tell(const struct mail_in *mail, const struct settings *settings)
{
	const char *lmtp = settings->mail_in.lmtp_listen;

	if (mail->lmtp && *lmtp == '/')
		log_info("taking mail by LMTP at %s", lmtp);
	else if (mail->lmtp)
		log_info("taking mail by LMTP at %.*s:%u", (int)(strrchr(lmtp, ':') - lmtp), lmtp,
			 lmtp_port(mail->lmtp));
}

void mail_in_stop(struct mail_in *mail)
{
	lmtp_stop(mail->lmtp);
	*mail = (struct mail_in){0};
}
