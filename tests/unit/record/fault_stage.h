/* fault_stage: a small kernel in a database file, a fixed scenario of edits, and what must be there after it was played
 * with whatever fault: acknowledged steps whole, refused ones whole or not at all, the history whole. */
#ifndef TEST_RECORD_FAULT_STAGE_H
#define TEST_RECORD_FAULT_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "record/edit.h"

/* What is done, in order; AFTERWARDS is not part of the play. Each step can be recognised in the database. */
enum step { MAKE, MAKE_NOTED, CHANGE, ATTACH, COMMENT, MAKE_TWO, CHANGE_AGAIN, AFTERWARDS, STEPS };
enum outcome { NOT_TRIED, REFUSED, ACKNOWLEDGED };

struct stage {
	char directory[64], path[128], empty[128]; /* empty: a database with the tables, to begin with */
	struct arena *arena;
	const struct model *model;
	const struct type *thing;
	struct store *store;
	struct kernel *kernel;
	enum outcome outcomes[STEPS];
	struct error error;
};

int stage_setup(void **state);
int stage_teardown(void **state);
void stage_explain(struct stage *stage, enum status status); /* fails the test unless OK */
void stage_renew(struct stage *stage);                       /* the empty database; nothing tried yet */
enum status stage_open(struct stage *stage, bool create);
void stage_close(struct stage *stage);
enum status stage_do(struct stage *stage, enum step step);
/* All steps; after each told() what became of it. */
void stage_play(struct stage *stage,
		void (*told)(void *context, struct stage *stage, enum step step, enum status status), void *context);
/* A fault of the machine is told as such: try again, or ask the operator; never as a fault of the request. What builds
 * on a step that was refused finds nothing to build on. */
bool stage_is_honest(enum status status);
void stage_told_honestly(struct stage *stage, enum status status); /* fails the test unless it is */
void stage_check(struct stage *stage, const char *when);           /* opens the database anew */

#endif
