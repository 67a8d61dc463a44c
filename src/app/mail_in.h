/* mail_in: the ways by which mail comes in while the service runs, and their settings. */
#ifndef APP_MAIL_IN_H
#define APP_MAIL_IN_H

#include "app/program.h"
#include "mail/fetch.h"
#include "mail/lmtp.h"

struct mail_in {
	struct lmtp *lmtp; /* NULL: nobody asked for it; as below */
	struct fetcher *fetcher;
};

/* Whether the settings make sense. */
MUST enum status mail_in_check(const struct settings *settings, struct error *error);
MUST enum status mail_in_start(struct kernel *kernel, const struct settings *settings, struct mail_in *mail,
			       struct error *error);
void mail_in_tell(const struct mail_in *mail, const struct settings *settings); /* in the log */
void mail_in_stop(struct mail_in *mail);

#endif
