/* A kernel over the shipped processes in a database of its own, with a few people, and short ways to edit and look. */
#ifndef TEST_RECORD_EDIT_WORLD_H
#define TEST_RECORD_EDIT_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../database.h"
#include "record/clocks.h"
#include "record/edit.h"
#include "record/read.h"

struct world {
	struct arena *arena;
	const struct model *model;
	struct store *store;
	struct kernel *kernel;
	char directory[TEST_DIRECTORY], url[DATABASE_URL];
	const struct type *incident;
	int64_t group, other_group, acme, globex, service, calendar;
	int64_t desk, resolver, secured, admin, user, user2; /* people: user of acme, user2 of globex */
	instant now;               /* of the next edit; Monday 2026-11-02 09:00 in Tokyo to begin with */
	struct error error;        /* of the last edit that failed */
	struct edit_result result; /* of the last edit */
};

int world_open(void **state);
int world_open_with(void **state, const char *overlay); /* over the processes; NULL: nothing */
int world_open_empty(void **state);                     /* nobody and nothing is there yet */
int world_close(void **state);

const struct actor *as(struct world *world, int64_t person);
const struct type *type_of(struct world *world, const char *name);

/* One edit: "field", "text in natural form", ... NULL. In place of a field: "comment", "public comment", "state"
 * (the transition), "link KIND"/"unlink KIND" (of the source's side) with a number. */
enum status edit_by(struct world *world, const struct actor *actor, int64_t record, ...) __attribute__((sentinel));
enum status create_by(struct world *world, const struct actor *actor, const char *type, ...) __attribute__((sentinel));
int64_t made(struct world *world, const char *type, ...) __attribute__((sentinel)); /* by the system; must succeed */

void take_step(struct world *world, int64_t record, const char *step); /* by the system, with a comment; must succeed */
int64_t newest_made(struct world *world, const char *type);            /* the last that was made of a type; 0: none */
const char *number_of(struct world *world, int64_t record);            /* "INC-1" */

struct record *look(struct world *world, int64_t record);
const char *shown(struct world *world, int64_t record,
		  const char *field); /* text, code, number as text; "" when empty; also "state" */
struct record_clock clock_named(struct world *world, int64_t record, const char *name,
				instant at); /* name empty: none */
int64_t count_rows(struct world *world, const char *sql, int64_t argument);
/* Every timer runs at its very moment until a time, which is now then; how many did. */
size_t run_until(struct world *world, const char *time);
/* How many notices of a kind a person has of a record; 0: of any. */
size_t told_of(struct world *world, int64_t person, const char *kind, int64_t record);
/* Events of a kind with a note, in the history of a record. */
size_t events_noted(struct world *world, int64_t record, const char *kind);
bool has_fault(const struct world *world, const char *field, const char *rule);
instant at(const char *time);
void must(struct world *world, enum status status); /* else the test fails with what is wrong */

#endif
