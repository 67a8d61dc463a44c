/* reports: issues a report for every period that has ended, by itself.
 *
 * The type that acts_as report_definition says what a report holds, the one that acts_as report keeps what was issued.
 * A definition is due when its next_at has come (the behaviour report_schedule sets it). In one transaction the report
 * is made, with its figures as they are at that moment (insight/frozen.h), and the definition moves on to the next
 * period; so a report is issued once whatever stops in between, and the periods that a stopped server missed are
 * issued when it runs again.
 *
 * The fields are known by their names. Definition: name, name_ja, period, next_from, next_at, zone, figures (rows with
 * a column figure), customer, customer_copy. Report: title, title_ja, definition, occurrence (unique: definition and
 * period), first_day, last_day, covers_from, covers_until, issued_at, zone, figures, cases, case_count, customer,
 * customer_copy. What a type lacks is left out.
 *
 * Figures are computed through the eyes of somebody who may read everything that is not restricted. */
#ifndef JOB_REPORTS_H
#define JOB_REPORTS_H

#include "insight/insights.h"

struct reports_run {
	struct kernel *kernel;
	const struct figures *figures; /* that the model declares */
	instant now;
	size_t most;           /* periods at once */
	size_t issued, passed; /* results: reports, and periods that definitions moved on by */
};
/* A definition that fails does not keep the others from being issued; the last failure is returned. */
MUST enum status reports_issue(struct reports_run *run, struct error *error);

/* The figures of a report as a table for spreadsheets, in one language: CSV with a byte order mark. */
struct frozen;
struct str reports_csv(struct arena *arena, struct kernel *kernel, const struct frozen *frozen, size_t count,
		       enum language language);

#endif
