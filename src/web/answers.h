/* answers: the questions that a record of another type asks (behaviour form), as controls, and what was answered.
 *
 *	struct asked asked;
 *	status = asked_of_offer(visit, form, offer, &asked);      what was posted as answers.NAME is taken over
 *	status = draw_asked(visit, connection, &asked);           a control for each; faults stand at it
 *	status = asked_input(visit, connection, &asked, &input);  for the edit
 *
 * A question that hangs on an earlier answer is always drawn, and always posted: whether it is asked is decided when
 * the form is sent. With the script it is hidden meanwhile (known.js sends the form with `look`, and takes over
 * #asked). */
#ifndef WEB_ANSWERS_H
#define WEB_ANSWERS_H

#include "behaviour/form.h"
#include "record/questions.h"
#include "web/form.h"

struct asked {
	const struct form *form;
	struct questions questions;
	struct str *texts; /* by the position of the question, as forms hold them */
	bool *shown;       /* whether it is asked, given the others */
};

/* Of the record that declares the questions (NULL: none), as they were answered in the form so far. */
MUST enum status asked_of_offer(struct visit *visit, const struct form *form, const struct record *offer,
				struct asked *asked);
/* Of a record that answers them: as they stood then; what was posted goes before what stands. */
MUST enum status asked_of_record(struct visit *visit, const struct form *form, const struct record *record,
				 struct asked *asked);

/* The control of one of them, by its position. */
MUST enum status asked_view(struct visit *visit, struct connection *connection, const struct asked *asked, size_t at,
			    struct field_form_view *view);
MUST enum status draw_asked(struct visit *visit, struct connection *connection, const struct asked *asked);
/* Question and answer, one below the other; those that were not asked are left out. */
MUST enum status draw_answers(struct visit *visit, struct connection *connection, const struct asked *asked);

bool asked_posted(const struct visit *visit, const struct asked *asked); /* the form held at least one of them */
/* The answers as a value of the record's rows. False in *given when there is nothing to say. */
MUST enum status asked_input(struct visit *visit, struct connection *connection, const struct asked *asked,
			     struct field_input *input, bool *given);

/* The faults of the visit that stand at no question and at none of these fields, as sentences. */
struct str asked_other_errors(struct visit *visit, const struct asked *asked, const struct field *const *fields,
			      size_t count);

#endif
