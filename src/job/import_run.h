/* import_run: an import while it runs (private to the import). */
#ifndef JOB_IMPORT_RUN_H
#define JOB_IMPORT_RUN_H

#include "job/import.h"
#include "record/edit.h"

struct import_entry {       /* a record that a key names */
	int64_t identity;   /* 0: not there; in a dry run: it would have been made */
	instant changed_at; /* INSTANT_NONE: nothing is known */
	int64_t version;
};

struct import_index { /* of a type by a text field */
	const struct type *type;
	const struct field *field;
	struct map entries;
};

struct import_scope {            /* what names mean: the columns of a row, or the arguments of a reference */
	const struct map *names; /* name -> its position + 1, as a pointer */
	const struct str *cells;
	size_t count;
	const struct import_format *format;
	instant at;
	int64_t (*counted)(const void *context, struct str kind); /* NULL: counts are 0 */
	const void *context;
};

struct import_run {
	struct arena *arena; /* of the whole import */
	const struct import_request *request;
	struct kernel *kernel;
	struct import_report *report;
	struct import_passed *passed;  /* the pass that runs */
	struct connection *connection; /* for looking up; never held while writing */
	VEC(struct import_index *) indexes;
	bool stopped; /* by what is no fault of a line */
};

/* import_value.c */
struct map import_names(struct arena *arena, const struct str *names, size_t count);
/* Empty text when the source is empty. E_INVALID at name. */
MUST enum status import_source_text(struct import_run *run, struct arena *arena, const struct import_source *source,
				    const struct import_scope *scope, struct str name, struct str *text,
				    struct error *error);
MUST enum status import_parse(struct import_run *run, struct arena *arena, const struct field *field,
			      const struct import_source *source, const struct import_scope *scope, struct value *value,
			      struct error *error);
/* Appends to inputs; what a dry run could not make is left out and *lacking set. */
MUST enum status import_inputs(struct import_run *run, struct arena *arena, const struct import_fields *fields,
			       const struct import_scope *scope, struct field_input *inputs, size_t *count,
			       bool *lacking, struct error *error);
bool import_time(const struct import_format *format, struct str text, instant *at);
/* Names that a source or fields speak of must be known. E_INVALID at the mapping's line. */
MUST enum status import_check_source(const struct import_source *source, const struct map *names, struct error *error);
MUST enum status import_check_fields(const struct import_fields *fields, const struct map *names, struct error *error);
MUST enum status import_check_name(struct place place, struct str name, const struct map *names, struct error *error);

/* import_index.c */
MUST enum status import_index_of(struct import_run *run, const struct type *type, const struct field *field,
				 struct import_index **index, struct error *error);
struct import_entry *import_entry_of(struct import_run *run, struct import_index *index,
				     struct str key); /* made when absent */
/* The record that the source's text names, made when it may be; *identity 0 for none. *lacking: a dry run would have
 * made it. */
MUST enum status import_refer(struct import_run *run, struct arena *arena, const struct import_source *source,
			      const struct import_scope *scope, struct str name, int64_t *identity, bool *lacking,
			      struct error *error);
MUST enum status import_reader(struct import_run *run, struct error *error);
void import_reader_done(struct import_run *run);

/* import_stage.c: activities, sorted by record and time, in little memory */
struct import_stage;
struct import_activity {
	instant at;
	unsigned line;
	const struct import_kind *kind;
	struct str kind_name;
	struct import_scope scope;
};
MUST enum status import_stage_read(struct import_run *run, const struct import_pass *pass, const char *file,
				   struct import_figures *figures, struct import_stage **stage, struct error *error);
/* Those of one key, oldest first, in the arena. Marks them as met. */
void import_stage_find(struct import_stage *stage, struct arena *arena, struct str key,
		       struct import_activity **activities, size_t *count);
/* Refuses those that were never asked for. */
void import_stage_leftover(struct import_run *run, struct import_stage *stage, struct import_figures *figures);
void import_stage_close(struct import_stage *stage);

/* import_batch.c: what waits to be written */
struct import_follow { /* an edit after the first */
	struct edit_request request;
	unsigned line;
	bool is_activity;
};
struct import_unit { /* a row that became edits */
	unsigned line;
	struct import_entry *entry; /* NULL: has no key */
	struct edit_request first;  /* type NULL: none, only what follows */
	struct edit_request last;   /* the update of what is there; type NULL: none */
	struct import_follow *follows;
	size_t follow_count;
	bool lacking; /* cannot be tried, because a dry run made nothing that it refers to */
	bool created;
	int64_t identity, version;
	const bool *checks; /* by check: whether it holds; NULL: none */
	bool refused, changed;
};
struct import_batch {
	struct import_run *run;
	const struct import_pass *pass;
	struct import_passed *passed;
	const char *file, *activities_file;
	struct arena *arena; /* emptied by import_flush */
	VEC(struct import_unit) units;
	size_t edits;
};
enum { IMPORT_BATCH = 500 };
MUST enum status import_flush(struct import_batch *batch, struct error *error);

/* import_plan.c */
MUST enum status import_plan_row(struct import_batch *batch, struct import_stage *stage, const struct map *names,
				 const struct csv_row *row, struct error *error);

/* import_report.c */
void import_refuse(struct import_run *run, struct import_figures *figures, const char *file, unsigned line,
		   const struct error *error);
/* A reference that is taken as empty. */
void import_leave_out(struct import_run *run, struct str field, struct str reason);
void import_refuse_text(struct import_run *run, struct import_figures *figures, const char *file, unsigned line,
			struct str reason);

#endif
