/* list_filter: an expression as people handle it: its conditions in words, adding one without knowing the language, and
 * what may follow while one types. */
#ifndef WEB_LIST_FILTER_H
#define WEB_LIST_FILTER_H

#include "query/complete.h"
#include "web/part_list.h"
#include "web/visit.h"

/* The conditions that stand side by side, joined by "and"; one when there is an "or" between them. */
struct list_conditions {
	struct str *items;
	size_t count;
	bool alternatives; /* "or" joins them: wants brackets before anything is added */
};
struct list_conditions list_conditions(struct arena *arena, struct str expression);

/* One chip a condition that can be told in words; each leads to the same list without it. */
struct chip_view *list_chips(struct visit *visit, const struct type *type, struct str expression, size_t *count);

/* The expression with one more condition, written from what was chosen: a field's name, a comparison, and words (a
 * code, its label, a number, a name, or "me"). Without words: empty, or with "!=": not empty. Unchanged for an unknown
 * field. */
struct str list_add_condition(struct visit *visit, const struct type *type, struct str expression, struct str field,
			      struct str comparison, struct str words);
/* What a condition can be added for, and the words that its fields know. */
struct menu_view list_condition_fields(struct visit *visit, const struct type *type);
struct menu_view list_condition_values(struct visit *visit, const struct type *type);

/* What a field of an expression, and a code of it, are called. */
struct str list_field_words(const struct visit *visit, const struct query_field *field);
struct str list_code_words(const struct visit *visit, const struct type *type, const struct query_field *field,
			   struct str code);

struct completion_view {
	struct str value; /* the whole expression */
	struct str text;  /* what was put in place of the word at its end */
	struct str words; /* what that is */
};
struct str list_complete_url(const struct visit *visit, const struct type *type); /* what was typed follows */
/* The word at the end completed, found by its name or by what it is called; at most `most`. text->records: the type
 * whose records are wanted there as well; each is put there by list_complete_record(). */
struct completion_view *list_complete(struct visit *visit, const struct type *type, struct str expression, size_t most,
				      struct query_completion *text, size_t *count);
struct completion_view list_complete_record(struct visit *visit, const struct query_completion *text, struct str shown,
					    struct str words);

#endif
