/* hook: tells other systems what happens, as it happens: webhooks out.
 *
 * A few threads look what came to pass (record/hooks.h), write down what each webhook is to be told, and send it: at
 * least once, of one record in the order of its events. While there is no webhook they do nothing, and neither do edits
 * ever wait for them. What a message holds is what the webhook's owner may read at the moment of sending. What fails is
 * sent again, later and later; after a long time in which nothing arrived the webhook is switched off.
 *
 * Fields of the type that acts as webhook are known by their names: url, format, for, occasion, filter, template,
 * reads_as (the owner), active, fault. */
#ifndef HOOK_HOOK_H
#define HOOK_HOOK_H

#include "base/network.h"
#include "record/kernel.h"

struct hook_options {
	struct kernel *kernel;
	struct networks networks; /* inner ones that may be told all the same, also without encryption */
	int64_t give_up;          /* ms without a success; 0: five days */
	const char *address;      /* of this service, as people reach it: "https://desk.example.jp"; NULL: not known */
};

struct hooks;
MUST enum status hooks_start(const struct hook_options *options, struct hooks **hooks, struct error *error);
void hooks_stop(struct hooks *hooks); /* gives up what is being sent: it is sent again; NULL is fine */

struct hook_figures {
	uint64_t sent, failed; /* attempts since the start */
};
struct hook_figures hooks_figures(struct hooks *hooks); /* NULL: none */

#endif
