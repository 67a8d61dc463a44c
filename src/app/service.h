/* service: what `kaname serve` is made of while it runs; shared by the files that serve, measure and reload. */
#ifndef APP_SERVICE_H
#define APP_SERVICE_H

#include <stdatomic.h>

#include "api/api.h"
#include "app/keeping.h"
#include "base/hash.h"
#include "job/scheduler.h"

struct service {
	struct surface surface; /* first: the context of every request */
	struct scheduler *scheduler;
	struct keeping keeping;                  /* of backups */
	_Atomic bool stopping;                   /* /readyz says so, that nobody sends more */
	const struct settings *given, *settings; /* as the command line said, and complete */
	struct ear *ear;                         /* for other nodes' changes of the model */
	struct hash overlays;                    /* of their texts at start */
};

/* reload.c */
void service_reload(struct service *service);

/* metrics.c */
void service_metrics(struct http_request *request, struct http_response *response);

#endif
