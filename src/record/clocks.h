/* clocks: the service level clocks of records, kept as timelines and evaluated purely (base/clock.h).
 *
 * A clock that has stopped is measured: what it came to is kept, whatever becomes of its calendar, until it is started
 * again or the record itself gets other terms. */
#ifndef RECORD_CLOCKS_H
#define RECORD_CLOCKS_H

#include "base/clock.h"
#include "record/kernel.h"

struct record_clock {
	int64_t record;
	struct str name;
	struct clock_event *timeline;
	size_t timeline_count;
	bool has_target;            /* false: nothing is agreed now; only its timeline is kept, until something is */
	int64_t target;             /* ms of service time */
	int64_t calendar;           /* identity of the calendar's record; 0: always open */
	int64_t agreement;          /* identity of the agreement that gave the target; 0: the model's default */
	struct clock_result result; /* at the moment asked for */
	struct str passed;          /* names of the steps of its escalation that are done, each ended by a space */
	instant stopped_at;         /* of one that stands as stopped; else INSTANT_NONE */
	instant wakes_at;           /* when the next of them comes; INSTANT_NONE: none is waited for */
};

/* All clocks of a record that have a target, by name, evaluated at now. */
MUST enum status clocks_of(struct kernel *kernel, struct connection *connection, struct arena *arena, int64_t record,
			   instant now, struct record_clock **clocks, size_t *count, struct error *error);
/* The same of each of several records, by their place. */
struct clock_list {
	struct record_clock *items;
	size_t count;
};
struct record;
MUST enum status clocks_of_records(struct kernel *kernel, struct connection *connection, struct arena *arena,
				   struct record *const *records, size_t count, instant now, struct clock_list *lists,
				   struct error *error);
/* One as it is stored, not evaluated, also without a target. */
MUST enum status clock_load(struct connection *connection, struct arena *arena, int64_t record, struct str name,
			    struct record_clock *clock, bool *found, struct error *error);
/* Fills result and stopped_at: how it stands at now. */
MUST enum status clock_measure(struct kernel *kernel, struct connection *connection, struct record_clock *clock,
			       instant now, struct error *error);
/* Writes one whole, with what it was measured at now. */
MUST enum status clock_save(struct connection *connection, struct arena *arena, const struct record_clock *clock,
			    const struct clock_result *result, instant now, struct error *error);
/* Writes passed and wakes_at of one that stands. */
MUST enum status clock_save_steps(struct connection *connection, const struct record_clock *clock, struct error *error);
/* What lists ask of clocks stands in their record's row (store/layout.h). */
struct row_clock {
	struct str name;
	bool has_target;
	struct clock_result result;
};
/* "DUE_AT<follows>, STATE<follows>", and their values in the same order. */
struct str row_clock_columns(struct arena *arena, struct str name, const char *follows);
void row_clock_bind(struct statement *statement, const struct row_clock *clock, instant now);
MUST enum status clocks_put_in_row(struct kernel *kernel, struct connection *connection, struct arena *arena,
				   int64_t record, const struct row_clock *clocks, size_t count, instant now,
				   struct error *error);

/* For behaviours: the clocks of the record that is edited, through what the run knows (edit_clocks.c). What they save
 * is written after the phase in which they do. */
struct edit;
MUST enum status edit_clock(struct edit *edit, struct str name, struct record_clock *clock, bool *found,
			    struct error *error); /* as clock_load() */
MUST enum status edit_clock_save(struct edit *edit, const struct record_clock *clock, struct error *error);
void edit_clock_save_steps(struct edit *edit, const struct record_clock *clock); /* of one that edit_clock() found */

/* Records with clocks that have not stopped and count by this calendar. */
MUST enum status clocks_by_calendar(struct connection *connection, struct arena *arena, int64_t calendar,
				    int64_t **records, size_t *count, struct error *error);

/* The calendar of a calendar record (the type that acts_as calendar), built once per version of that record and cached.
 * identity 0 gives calendar_always(). */
MUST enum status calendar_of_record(struct kernel *kernel, struct connection *connection, int64_t identity,
				    const struct calendar **calendar, struct error *error);
struct record;
/* What the holidays from `first` on are called, `count` days; empty: no holiday, or one without a name. */
void calendar_name_holidays(struct arena *arena, const struct record *record, enum language language, int32_t first,
			    size_t count, struct str *names);
/* Whether a calendar can be built of a record in memory: E_INVALID at its fields. */
MUST enum status calendar_check_record(struct arena *arena, const struct record *record, struct error *error);

#endif
