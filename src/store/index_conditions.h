/* index_conditions: which conditions an index may have (private to store/index*.c). */
#ifndef STORE_INDEX_CONDITIONS_H
#define STORE_INDEX_CONDITIONS_H

#include "model/model.h"

/* The column of the row itself that a node is; NULL for all else. */
const struct query_field *index_own_column(const struct query_node *node);
/* The column of a condition that is the same whoever asks, and when; NULL for others. */
const struct query_field *index_fixed_column(const struct query_node *node);
/* Such a condition as record/filter.c writes it; else empty. */
struct str index_fixed_condition(struct arena *arena, const struct query_node *node);
/* A condition that few records of the type may meet, as record/filter.c writes it; else empty. */
struct str index_rare_condition(struct arena *arena, const struct type *type, const struct query_node *node);

#endif
