/* search_terms: what a record, and a comment, are found by. */
#ifndef RECORD_SEARCH_TERMS_H
#define RECORD_SEARCH_TERMS_H

#include "record/record.h"

/* Of texts whose terms have been worked out before; they are known again by where they stand in memory. */
struct known_terms {
	struct str text, terms;
};
struct known_texts {
	struct known_terms *items;
	size_t count;
};

/* Found there, or worked out now. known: NULL: none; of all below. */
struct str known_terms_of(struct arena *arena, struct str text, const struct known_texts *known);
struct search_terms search_terms_of(const struct kernel *kernel, struct arena *arena, const struct record *record,
				    const struct known_texts *known);
struct search_terms search_terms_of_comment(struct arena *arena, struct str comment, bool is_public,
					    const struct known_texts *known);

/* Puts every record and every comment into the search of a database that has none of them there yet. */
MUST enum status search_rebuild(struct kernel *kernel, void (*progress)(void *context, struct str table, int64_t rows),
				void *context, struct error *error);

#endif
