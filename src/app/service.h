/* service: what `kaname serve` is made of while it runs; shared by the files that serve, measure and reload. */
#ifndef APP_SERVICE_H
#define APP_SERVICE_H

#include <stdatomic.h>

#include "api/api.h"
#include "app/anew.h"
#include "app/keeping.h"
#include "app/mail_in.h"
#include "base/hash.h"
#include "hook/hook.h"
#include "job/exporter.h"
#include "job/scheduler.h"
#include "job/sender.h"
#include "job/surveyor.h"
#include "job/verifier.h"

struct service {
	struct surface surface; /* first: the context of every request */
	struct scheduler *scheduler;
	struct exporter *exporter;
	struct sender *sender;  /* of mail; NULL: nobody said by which server */
	struct hooks *hooks;    /* webhooks */
	struct keeping keeping; /* of backups */
	struct mail_in mail_in;
	_Atomic bool stopping;                   /* /readyz says so, that nobody sends more */
	const struct settings *given, *settings; /* as the command line said, and complete */
	char *const *argv;                       /* of the process */
	struct ear *ear;                         /* for other nodes' changes of the model */
	struct hash overlays;                    /* of their texts at start */
	struct program_file file;
	bool anew;   /* it ends in order to start anew, */
	int door;    /* where this is the socket that listens meanwhile; -1: there is none yet */
	bool is_own; /* no manager has passed the socket */
};

/* reload.c */
/* True: it has to start anew, and everything that could be looked at is sound. by_news: another node has brought the
 * database to another model. */
bool service_reload(struct service *service, bool by_news);
/* Whether another node has; asks the database. */
bool service_is_behind(struct service *service);

/* metrics.c */
void service_metrics(struct http_request *request, struct http_response *response);

#endif
