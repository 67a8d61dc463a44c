/* notice_rules: of what people want to be told, by which way, and when. They say so in rows of their own record
 * (notice_rules: event, in_app, mail; digest_times); where they say nothing, the columns' defaults hold.
 *
 * In their quiet hours (quiet_hours: day, begins, ends, in their zone) nothing is told by the ways that they hold back
 * then (quiet_in_app, quiet_mail): it is told together when these hours end. What the model calls urgent is not held.
 */
#ifndef RECORD_NOTICE_RULES_H
#define RECORD_NOTICE_RULES_H

#include "record/actor.h"

enum notice_way { NOTICE_IN_APP, NOTICE_BY_MAIL, NOTICE_WAYS };

/* When something of this kind, which happens now, is told by each way: at once, at the person's next time for what is
 * gathered, or never (INSTANT_NONE). Kinds that the model offers no rule for are told as "notice". */
struct notice_plan {
	instant at[NOTICE_WAYS];
};
struct notice_plan notice_plan_of(const struct kernel *kernel, struct arena *arena, const struct actor *actor,
				  struct str kind, bool urgent, instant now);
/* When the quiet hours end that a moment is in; the moment itself where it is in none. */
instant notice_quiet_until(struct arena *arena, const struct actor *actor, instant at);

/* What the person's rules come to when nothing is gathered for a mail any more; VALUE_NONE: nothing is now. */
struct value notice_rules_without_digest(const struct kernel *kernel, struct arena *arena, const struct actor *actor);

#endif
