/* bulk: what can be done to many records of a list at once: taking them, changing a field, steps. Each record is an
 * edit of its own, so that one that is refused does not hold up the others; and each guards the version that the person
 * saw. (Programs have all or nothing: POST /api/v1/{collection}/bulk.) */
#ifndef WEB_BULK_H
#define WEB_BULK_H

#include "web/edit_each.h"
#include "web/part_list.h"

/* Those that this person could take on at least one of the records shown. */
struct bulk_action *bulk_actions(struct visit *visit, const struct type *type, struct record *const *records,
				 size_t count, size_t *action_count);

enum { BULK_MOST = 200, BULK_FIELDS = 24 };

struct bulk { /* what was posted */
	const struct type *type;
	const struct transition *transition;
	const struct field *field; /* that is changed; NULL: it is to be chosen, or the action is another */
	bool takes, edits;         /* the reader becomes the assignee; a field is changed */
	bool asked;                /* what the action needs has been asked for */
	struct str action, words;
	int64_t identities[BULK_MOST], versions[BULK_MOST]; /* versions: that the person saw; 0: whatever it has */
	size_t count;
	struct str comment, back;
	const struct field *fields[BULK_FIELDS]; /* that it asks for */
	size_t field_count, required_count;      /* the first of them must be given */
	bool needs_comment;
	struct field_input inputs[BULK_FIELDS];
	size_t input_count;
};

/* bulk_ask.c */
MUST enum status bulk_read(struct visit *visit, struct bulk *bulk);
bool bulk_must_ask(const struct bulk *bulk);
/* The values of what was asked for. E_INVALID: ask again. */
MUST enum status bulk_read_values(struct visit *visit, struct bulk *bulk);
MUST enum status bulk_ask(struct visit *visit, const struct bulk *bulk);
/* What a form needs to go on with these records; left_out may be NULL. */
void bulk_draw_numbers(struct visit *visit, const struct bulk *bulk, const bool *left_out, bool as_they_are);

/* bulk_outcome.c */
void bulk_answer(struct visit *visit, const struct edit_outcome *outcomes, void *bulk);

#endif
