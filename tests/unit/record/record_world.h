/* The world of the edit tests with a process of its own on top, whose things have every kind of field, a restriction,
 * links of both sorts and a life cycle; edited by the system at stated times, so that tests can write any past. */
#ifndef TEST_RECORD_WORLD_H
#define TEST_RECORD_WORLD_H

#include "edit_world.h"

extern const char probe_process[];

int probe_open(void **state);

/* By the system, as an import, at a moment. "field", "text in natural form", ... NULL; in place of a field: "comment",
 * "public comment", "state" (the transition), "link KIND", "unlink KIND", "back KIND", "unback KIND" with a number,
 * "file" and "public file" (its name; the bytes are the same). */
int64_t import(struct world *world, const char *type, instant moment, ...) __attribute__((sentinel));
void alter(struct world *world, int64_t record, instant moment, ...) __attribute__((sentinel));

/* An expression over a type; must be right. */
const struct query *expression(struct world *world, const struct type *type, const char *text);
uint64_t chance(uint64_t *seed, uint64_t below);
void must_do(struct world *world, enum status status);

#endif
