/* import_mapping: how files of elsewhere become records, as declared in YAML (docs/import/README.md is the grammar).
 *
 * Immutable once loaded; lives in the arena given. Fields, types and states are the model's. */
#ifndef JOB_IMPORT_MAPPING_H
#define JOB_IMPORT_MAPPING_H

#include "base/map.h"
#include "job/csv.h"
#include "model/model.h"

struct import_format {
	struct csv_format csv;
	bool decimal_comma;
	const struct zone *zone;
	const struct str *times; /* patterns as "dd/MM/yyyy HH:mm:ss" */
	size_t time_count;
	const struct str *nothing; /* texts that mean: empty */
	size_t nothing_count;
};

enum import_source_kind {
	IMPORT_COLUMN,   /* text: the column */
	IMPORT_CONSTANT, /* text */
	IMPORT_TEMPLATE, /* text with {column} in it */
	IMPORT_AT,       /* the moment of the event */
	IMPORT_COUNT,    /* text: how many activities of that kind there were so far */
};

struct import_reference;
struct import_argument {
	struct str name; /* what the reference's fields call it */
	const struct import_source *source;
};

struct import_source { /* where a value comes from */
	enum import_source_kind kind;
	struct str text;
	const struct map *codes; /* map: text -> struct str *; NULL: as it is */
	bool has_otherwise;      /* else: for what is not in codes; without it that is refused */
	struct str otherwise;
	int64_t unit;                             /* ms of 1, for durations; 0: none */
	const struct import_reference *reference; /* the text names one; NULL: none */
	struct import_argument *with;
	size_t with_count;
	bool existing_only;         /* create: false: what is not there is left out */
	struct str missing;         /* and told with this reason; empty: not told */
	const struct map *left_out; /* leave_out: text -> the reason, struct str *, for which it is; NULL: none */
	struct place place;
};

struct import_field {
	const struct field *field;
	const struct import_source *sources; /* several only for links */
	size_t source_count;
};

struct import_fields {
	struct import_field *items;
	size_t count;
};

struct import_reference { /* records that others name, made when they are not there */
	struct str name;
	const struct type *type;
	const struct field *by;    /* text that names it */
	const struct state *state; /* of those made; NULL: the initial one */
	struct import_fields fields;
	struct import_argument *with; /* names that its fields may speak of, beside "value" */
	size_t index;                 /* in mapping->references */
	bool made;                    /* create: true */
	struct place place;
};

struct import_skip {
	struct str column;
	bool when_empty;
	const struct str *equals;
	size_t equal_count;
	struct str reason;
};

struct import_kind {     /* what one kind of activity does */
	struct str name; /* empty: otherwise */
	struct import_fields fields;
	const struct state *to, **from; /* to NULL: the state stays; from: only in one of these */
	size_t from_count;
	const struct import_source *comment; /* NULL: none */
};

/* Either: records for which a column states how many activities of a kind there are. Or: lines with this in a column,
 * and the records for which an expression holds in the end. */
struct import_check {
	struct str label;
	struct str count, equals;  /* activities of the kind, column */
	const struct query *where; /* NULL: of the first sort */
	struct str column;         /* of lines */
	struct str is;             /* what stands there; empty: anything */
	struct place place;
};

struct import_activities {
	struct str file;
	struct import_format format;
	struct str key, at, kind;  /* columns */
	struct import_kind *kinds; /* earlier ones first when times are equal; the last may be "otherwise" */
	size_t kind_count;
	const struct import_kind *otherwise; /* NULL: unknown kinds are refused */
	struct place place;
};

struct import_ends {   /* the last event */
	struct str at; /* column */
	const struct import_source *state;
	struct import_fields fields;
};

struct import_pass {
	struct str file; /* pattern of names, as *.csv */
	struct import_format format;
	const struct type *type; /* NULL: only ensures */
	const struct field *key; /* NULL: every row is a new record */
	struct str key_column;
	struct import_skip *skips;
	size_t skip_count;
	struct str at; /* column of the creation; empty: now */
	const struct import_source *on_behalf;
	const struct import_source *state; /* of new records */
	struct import_fields fields;
	struct import_source *ensures;
	size_t ensure_count;
	struct import_ends *ends;
	struct import_activities *activities;
	struct import_check *checks;
	size_t check_count;
	struct place place;
};

struct import_mapping {
	struct import_pass *passes;
	size_t pass_count;
	struct import_reference *references;
	size_t reference_count;
};

/* Errors at "file:line". */
MUST enum status import_mapping_load(struct arena *arena, const struct model *model, const char *file, struct str text,
				     const struct import_mapping **mapping, struct error *error);
/* Whether a file's name (without its directory) fits a pattern with * and ?. */
bool import_name_fits(struct str pattern, const char *path);

/* --- inside the mapping's loader --- */
struct import_loading {
	struct arena *arena;
	const struct model *model;
	struct import_mapping *mapping;
	struct error *error;
};
enum status import_fault(struct import_loading *loading, struct place place, const char *message, struct str argument);
MUST enum status import_keys(struct import_loading *loading, const struct node *node, const char *allowed);
MUST enum status import_text(struct import_loading *loading, const struct node *node, const char *key, bool needed,
			     struct str *text);
MUST enum status import_list(struct import_loading *loading, const struct node *node, const char *key,
			     const struct str **texts, size_t *count);
MUST enum status import_load_source(struct import_loading *loading, const struct node *node,
				    struct import_source *source);
MUST enum status import_load_source_at(struct import_loading *loading, const struct node *node, const char *key,
				       const struct import_source **source);
MUST enum status import_load_fields(struct import_loading *loading, const struct node *node, const struct type *type,
				    struct import_fields *fields);
MUST enum status import_load_format(struct import_loading *loading, const struct node *node,
				    const struct import_format *base, struct import_format *format);

#endif
