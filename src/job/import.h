/* import: takes records in from files, as a mapping declares.
 *
 * Everything is an edit by the system via import, at the moments that the files state, so that history comes along.
 * A record and all that is taken of its history come in one transaction: timers and people find it whole, or not yet. A
 * record that stands alone (version 1) may get its history later. What is there already is found by its key and brought
 * up to date; of its activities only those are taken that came after its last change, so that taking the same files
 * again changes nothing. Refusals go by line to `told`, at most IMPORT_LINES of each reason; all are counted. */
#ifndef JOB_IMPORT_H
#define JOB_IMPORT_H

#include <stdio.h>

#include "job/import_mapping.h"
#include "record/kernel.h"

enum { IMPORT_LINES = 20 };

struct import_request {
	struct kernel *kernel;
	const struct import_mapping *mapping;
	const char *const *files;
	size_t file_count;
	bool dry_run;  /* look at everything, change nothing */
	bool progress; /* show it on `told` */
	FILE *told;    /* refusals by line and progress; NULL: nowhere */
};

struct import_reason {
	struct str text;
	int64_t count;
};

struct import_reasons { /* in the order of their appearance */
	struct import_reason *items;
	size_t count, capacity;
};

struct import_figures { /* of one pass, or of its activities */
	int64_t lines, taken, updated, unchanged, refused;
	struct import_reasons reasons; /* of refusals */
};

struct import_checked {
	struct str label;
	int64_t of, equal; /* equal -1: a dry run has no records to count */
};

struct import_passed {
	const struct import_pass *pass;
	const char *file; /* NULL: none was given for it */
	struct import_figures records, activities;
	struct import_reasons left_out; /* references that are taken as empty, by field and reason */
	int64_t earlier; /* records that begin with their first activity, before the creation that is stated */
	struct import_checked *checks;
};

struct import_report {
	struct import_passed *passes; /* as in the mapping, once for each file */
	size_t pass_count;
	int64_t *references; /* made, by reference->index */
};

/* The report lives in the arena. A refused line is no error; what stops the import is (files that no pass is for,
 * columns that are missing, the database). What was committed by then stays. */
MUST enum status import_run(struct arena *arena, const struct import_request *request, struct import_report *report,
			    struct error *error);
void import_print(const struct import_mapping *mapping, const struct import_report *report, FILE *out);

#endif
