#include "app/mail_in.h"

#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/log.h"

static enum status read_every(const char *text, int64_t *every, struct error *error)
{
	struct duration duration;

	*every = MINUTE;
	if (text && (!duration_parse(str_of(text), &duration) || (*every = duration_ms(duration)) < SECOND))
		return error_fail(error, E_INVALID, "imap_every", "duration",
				  N_("This must be a time such as 30s or 1m"));
	return OK;
}

/* That something is missing is said now, and not with the first mail. */
static enum status check_place(const char *name, const char *path, int mode, struct error *error)
{
	if (!path || access(path, mode) == 0)
		return OK;
	return error_fail(error, E_INVALID, name, "file", N_("%s cannot be read"), path);
}

enum status mail_in_check(const struct settings *settings, struct error *error)
{
	const struct mail_in_settings *own = &settings->mail_in;
	int64_t every;
	enum status status;

	if ((own->lmtp_listen && (status = lmtp_check(own->lmtp_listen, error))) ||
	    (status = check_place("imap_secrets", own->secrets, R_OK | X_OK, error)) ||
	    (status = check_place("imap_ca_file", own->ca_file, R_OK, error)))
		return status;
	return read_every(own->every, &every, error);
}

enum status mail_in_start(struct kernel *kernel, const struct settings *settings, struct mail_in *mail,
			  struct error *error)
{
	const struct mail_in_settings *own = &settings->mail_in;
	struct fetch_options fetch = {.kernel = kernel, .secrets = own->secrets, .ca_file = own->ca_file};
	enum status status;

	if ((status = mail_in_check(settings, error)) || (status = read_every(own->every, &fetch.every, error)) ||
	    (own->lmtp_listen && (status = lmtp_start(kernel, own->lmtp_listen, &mail->lmtp, error))))
		return status;
	status = own->secrets ? fetch_start(&fetch, &mail->fetcher, error) : OK;
	if (status)
		mail_in_stop(mail);
	return status;
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
	fetch_stop(mail->fetcher);
	lmtp_stop(mail->lmtp);
	*mail = (struct mail_in){0};
}
