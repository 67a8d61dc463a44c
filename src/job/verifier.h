/* verifier: proves in the background that history is whole (record/verify.h), one check at a time, when somebody asks.
 */
#ifndef JOB_VERIFIER_H
#define JOB_VERIFIER_H

#include "record/verify.h"

enum verifier_state { VERIFIER_IDLE, VERIFIER_RUNS, VERIFIER_WHOLE, VERIFIER_BROKEN, VERIFIER_FAILED };

struct verifier_figures {
	enum verifier_state state; /* how the last check ended, or that one runs */
	instant began_at, ended_at;
	int64_t done, total; /* events, while it runs */
	struct verify_report report;
	struct str words; /* what is broken, or what went wrong; in the arena given */
};

struct verifier;
struct verifier *verifier_new(struct kernel *kernel);
/* False: one runs already. */
MUST bool verifier_start(struct verifier *verifier, instant now);
void verifier_figures(struct verifier *verifier, struct arena *arena, struct verifier_figures *figures);
void verifier_free(struct verifier *verifier); /* ends the check that runs; NULL is fine */

#endif
