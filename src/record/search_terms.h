/* search_terms: what a record, and a comment, are found by. */
#ifndef RECORD_SEARCH_TERMS_H
#define RECORD_SEARCH_TERMS_H

#include "record/record.h"

struct search_terms search_terms_of(const struct kernel *kernel, struct arena *arena, const struct record *record);
struct search_terms search_terms_of_comment(struct arena *arena, struct str comment, bool is_public);

/* Puts every record and every comment into the search of a database that has none of them there yet. */
MUST enum status search_rebuild(struct kernel *kernel, void (*progress)(void *context, struct str table, int64_t rows),
				void *context, struct error *error);

#endif
