/* post: one message to one address, signed as Standard Webhooks 1.0 says. */
#ifndef HOOK_POST_H
#define HOOK_POST_H

#include <stdatomic.h>

#include "base/network.h"
#include "base/time.h"

struct hook_post {
	struct str url, id, body;
	struct str secret, former; /* empty: not signed; former: signs, too */
	instant now;
	const struct networks *networks; /* inner ones that it may go to */
	const atomic_bool *stop;
};
struct hook_answer {
	long code;      /* 0: none */
	int64_t took;   /* ms */
	bool stopped;   /* given up in the middle */
	char says[200]; /* why it did not arrive, or what a refusal says; one line */
};
/* Nothing is followed elsewhere, and nothing goes through a proxy: the address is the one that was looked at. */
void hook_post(const struct hook_post *post, struct hook_answer *answer);
/* "v1,BASE64" over id.seconds.body; false: no secret of this kind. */
bool hook_sign(struct str secret, struct str id, int64_t seconds, struct str body, char *out, size_t room);

#endif
