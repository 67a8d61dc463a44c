/* form: what surfaces must know of a type whose records answer the form of another record. */
#ifndef BEHAVIOUR_FORM_H
#define BEHAVIOUR_FORM_H

#include "record/behaviour.h"

struct form {
	const struct model *model;
	const struct field *of;            /* reference to the record that declares the form */
	const struct field *questions;     /* its rows */
	const struct field *answers;       /* rows of this type */
	const struct field *version, *was; /* of this type and of the other; NULL: not kept */
	const struct state *until;         /* the last state in which of and answers may change; NULL: always */
};

/* NULL: records of the type answer no form. */
const struct form *form_of_type(const struct kernel *kernel, const struct type *type);

#endif
