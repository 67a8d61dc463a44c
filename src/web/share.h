/* share: what people keep for themselves, and may share with one role or one group of theirs: records of a type with a
 * name, an owner, a role or a group, and what of it opens first, for its owner (first) or for all of those
 * (first_for_all). Views of lists and dashboards are such. */
#ifndef WEB_SHARE_H
#define WEB_SHARE_H

#include "web/part_field.h"
#include "web/show.h"

struct shared {
	int64_t identity, version, owner;
	int64_t with;                       /* a role or a group; 0: nobody */
	struct str owner_words, with_words; /* what those are called */
	bool own, may_change, first, first_for_all;
};

/* Records of the type that concern this person, by name: the own ones, and what a role or a group of theirs shares.
 * also: a condition besides; empty: none. There are none for customers' people, nor without a type. */
MUST enum status shared_read(struct visit *visit, struct connection *connection, const struct type *type,
			     struct str also, size_t most, struct list_result *found);
struct shared shared_of(struct visit *visit, const struct record *record);
/* Its words are known after show_look_up(). */
void shared_need(struct show *show, const struct shared *shared);
void shared_take_words(const struct show *show, struct shared *shared);
/* How much it is meant to open by itself: that of whoever asks before that of all; 0: not at all. */
int shared_opens(const struct shared *shared);

/* --- the questions of a form --- */

struct sharing {
	struct str name, with; /* as typed; with: a number */
	bool first, first_for_all;
	const char *first_words, *first_for_all_words; /* what the two mean here */
};
enum { SHARING_FIELDS = 4, SHARING_INPUTS = 5 };

/* From what is there already; name empty: a new one with another name. */
void sharing_begin(struct visit *visit, const struct shared *shared, struct str name, struct sharing *sharing);
void sharing_posted(const struct http_form *form, struct sharing *sharing);
/* now: with whom it is shared now, who stays to be chosen. */
MUST enum status sharing_fields(struct visit *visit, struct connection *connection, const struct type *type,
				const struct sharing *sharing, int64_t now, struct field_form_view *fields,
				size_t *count);
void sharing_inputs(struct visit *visit, const struct type *type, const struct sharing *sharing,
		    struct field_input *inputs, size_t *count);
/* Faults of fields that stand at none of these names, as a sentence; empty: none. */
struct str sharing_other_fault(struct visit *visit, const char *const *names, size_t count);

#endif
