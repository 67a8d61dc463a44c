/* joint_signature: what a decision must know of it. */
#ifndef BEHAVIOUR_JOINT_SIGNATURE_H
#define BEHAVIOUR_JOINT_SIGNATURE_H

#include "behaviour/approval.h"

struct joint_signature;

/* Of a type that signatures belong to by this reference of theirs; NULL: there is none. */
const struct joint_signature *joint_signature_by(const struct kernel *kernel, const struct type *type,
						 const struct field *as);
/* Whether a person still signs for the party of this signature, and what is signed still reads as it did. */
MUST enum status joint_may_sign(const struct joint_signature *p, const struct subject *subject,
				const struct record *signature, int64_t person, bool *may, struct error *error);

#endif
