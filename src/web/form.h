/* form: fields of the model as fields of a form, there and back.
 *
 *	value --form_text--> text --form_view--> control ... posted --form_posted--> text --form_value--> value
 *
 * What was typed stays text until it is understood, so that a refused form shows it again. */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include "web/part_field.h"
#include "web/show.h"

struct form_text {
	struct str text;     /* as the control holds it; of rows: the JSON array that the API takes */
	struct str currency; /* of money */
};

/* What stands in the control for a value. References must have been looked up in show. */
struct form_text form_text(const struct show *show, const struct field *field, struct value value);

/* What was posted for a field. False when the form did not hold it. */
bool form_posted(struct visit *visit, const struct field *field, struct form_text *text);
/* Of a name that is no field's; empty when absent. The last one counts. */
struct str form_word(const struct visit *visit, const char *name);
/* The files of "file", as attachments of a request. */
void form_files(const struct visit *visit, struct edit_request *request);
int64_t form_version(const struct visit *visit); /* "version"; 0: none */

/* Understands what was posted. Every fault is an item of visit->error at the field's own name. */
MUST enum status form_value(struct visit *visit, struct connection *connection, const struct field *field,
			    const struct form_text *text, struct value *value);

/* form_named.c: replaces the names of records in the text of a reference or a list of links by their numbers. What
 * nothing is called stays; a name that several have is an error at the field. */
MUST enum status form_numbers(struct visit *visit, struct connection *connection, const struct field *field,
			      struct str *text);

/* The control. record: for what is offered, as members of its group; NULL: new. Errors of visit->error stand at it. */
MUST enum status form_view(struct visit *visit, struct connection *connection, const struct field *field,
			   const struct record *record, const struct form_text *text, struct field_form_view *view);

/* Makes a control ask for a value, whatever the field itself says. */
void form_require(struct visit *visit, struct field_form_view *view);
/* Rows as texts, by column, from the JSON of form_text. */
void form_rows(struct visit *visit, const struct field *field, struct str text, struct field_form_view *view);

/* Whether a field wants more room than a line. */
bool form_is_large(const struct field *field);

/* Whether a step requires it or asks for it; whether the type's list shows it. */
bool form_is_of_a_step(const struct type *type, const struct field *field);
bool form_is_column(const struct type *type, const struct field *field);

/* Items of visit->error that stand at no field of these, as sentences; empty when there are none. */
struct str form_other_errors(struct visit *visit, const struct field *const *fields, size_t count);

#endif
