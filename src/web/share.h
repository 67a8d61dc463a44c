/* share: what people keep for themselves and share with one role or one group of theirs, as a question of a form. */
#ifndef WEB_SHARE_H
#define WEB_SHARE_H

#include "web/part_field.h"
#include "web/visit.h"

/* The question "share": nobody, the person's groups and roles, and what it is shared with now (0: nobody). */
MUST enum status share_field(struct visit *visit, struct connection *connection, int64_t now, struct str chosen,
			     struct field_form_view *field);
/* What was answered, for the fields that hold it; none of the two: nobody. */
void share_read(struct visit *visit, struct str chosen, struct value *role, struct value *group);

/* A box comes after what stands for an empty one. */
struct field_form_view share_tick(struct visit *visit, const char *name, const char *words, bool on);
bool share_ticked(const struct http_form *form, const char *name);

#endif
