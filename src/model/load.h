/* load: what the parts of the loader share (private to the model).
 *
 * Loading goes in passes over all processes, each finished before the next begins: declare (names), resolve (what
 * names point to), schema (what expressions may speak of), rules (expressions and who may do what). A pass goes on
 * after a fault, so that one run shows as many as possible; the next pass only starts without faults. */
#ifndef MODEL_LOAD_H
#define MODEL_LOAD_H

#include "model/model.h"

struct draft { /* a type in the making */
	struct type *type;
	const struct node *node;
	struct query_type *query;
	struct map clocks;
};

struct load {
	struct arena *arena;
	struct model *model;
	struct error *error;
	size_t faults;
	VEC(const struct node *) documents;     /* by process */
	VEC(const struct node *) continuations; /* `continues: process` */
	VEC(struct draft) drafts;               /* by type->index */
	VEC(struct process *) processes;
	VEC(struct type *) types;
	VEC(struct role *) roles;
	VEC(struct choice_set *) choice_sets;
	VEC(struct matrix *) matrices;
	VEC(struct target_table *) targets;
	VEC(struct outside *) outsides;
	VEC(struct mail_text *) mail_texts;
};

/* read.c: faults, and plain values out of nodes. Reading what is absent gives the empty value without a fault. */
void fault_at(struct load *load, struct place place, const char *message, ...) __attribute__((sentinel));
#define fault(load, place, ...) fault_at((load), (place), __VA_ARGS__, NULL)
/* Unknown WHAT "NAME", with the nearest of the blank separated candidates. */
void fault_unknown(struct load *load, struct place place, const char *what, struct str name, struct str candidates);
const char *text_of(struct load *load, struct str s); /* for arguments of fault() */

bool read_mapping(struct load *load, const struct node *node, const char *what);    /* else a fault */
void read_keys(struct load *load, const struct node *mapping, const char *allowed); /* blank separated */
struct str read_text(struct load *load, const struct node *mapping, const char *key);
bool read_flag(struct load *load, const struct node *mapping, const char *key, bool preset);
bool read_integer(struct load *load, const struct node *mapping, const char *key, int64_t *out);
struct label read_label_node(struct load *load, const struct node *node, const char *key);
/* {en, ja, plain: {en, ja}}: plain is empty where it is not there. */
struct label read_label_and_plain(struct load *load, const struct node *mapping, const char *key, struct label *plain);
struct label read_label(struct load *load, const struct node *mapping, const char *key);
/* The label, or English made of the name when there is none. */
struct label read_label_or_name(struct load *load, const struct node *mapping, const char *key, struct str name);
/* A scalar, or a sequence of scalars, as nodes. */
const struct node **read_items(struct load *load, const struct node *mapping, const char *key, size_t *count);
struct str *read_texts(struct load *load, const struct node *mapping, const char *key, size_t *count);
/* A name: lower case letters, digits and _; good: and no word of the expression language. */
bool name_is_spelled(struct load *load, struct str name, struct place place, const char *what);
bool name_is_good(struct load *load, struct str name, struct place place, const char *what);
bool code_is_good(struct load *load, struct str code, struct place place);
/* The same for a `was:`. */
struct str read_was(struct load *load, const struct node *mapping);
struct str words_add(struct load *load, struct str words, struct str word); /* for candidates */

/* process.c */
void declare_process(struct load *load, const struct node *document);
void check_listens(struct load *load, const struct node *document);
void check_measures(struct load *load, struct process *process);
/* conformity.c */
void resolve_conformity(struct load *load, struct process *process, const struct node *mapping);
/* A check of records: `of`, `where`, `fresh`, and what else is allowed. */
bool read_record_check(struct load *load, const struct node *node, const char *allowed, struct conformity_check *check);
/* interface.c */
void resolve_interfaces(struct load *load, struct process *process, const struct node *mapping);
/* tables.c */
void declare_choices(struct load *load, const struct node *mapping);
/* figure_choices.c: the set "figure" */
void declare_figure_choices(struct load *load);
void declare_type_choices(struct load *load); /* the set "record_type" */
void declare_targets(struct load *load, const struct node *mapping);
void resolve_targets(struct load *load);
void resolve_matrices(struct load *load, const struct node *mapping);
/* type.c */
void declare_type(struct load *load, struct process *process, struct str name, struct place place,
		  const struct node *node);
void resolve_type(struct load *load, struct draft *draft);
/* like.c: what a type's declaration comes to together with the one that it is like. */
const struct node *type_node(struct load *load, const struct node *node);
/* field.c */
void declare_fields(struct load *load, struct type *type, const struct node *mapping);
void resolve_fields(struct load *load, struct type *type, const struct node *mapping);
const struct field *field_named(struct load *load, const struct type *type, struct str name, struct place place);
/* link.c */
void resolve_links(struct load *load, struct draft *draft);
/* schema.c */
void build_schema(struct load *load);
/* A value that is written into the model: of texts, numbers, choices and the like. */
bool field_constant(const struct field *field, struct str text, struct value *value);
/* portal.c */
void resolve_portal(struct load *load, struct draft *draft);
/* mail_text.c */
void resolve_mail_texts(struct load *load, const struct node *mapping);
/* mail.c */
void resolve_mail(struct load *load, struct draft *draft);
const struct query *read_expression(struct load *load, const struct type *type, const struct node *mapping,
				    const char *key);
/* rules.c */
void resolve_rules(struct load *load, struct draft *draft);
const struct field **read_fields(struct load *load, const struct type *type, const struct node *mapping,
				 const char *key, size_t *count);
/* arrange.c */
void resolve_arrangement(struct load *load, struct draft *draft);
/* suggest.c */
void resolve_suggestions(struct load *load, struct draft *draft);
/* spread.c */
void resolve_spread(struct load *load, struct draft *draft);

#endif
