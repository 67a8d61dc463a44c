/* schema: what an expression may speak of. The model makes one query_type for each record type.
 *
 * Immutable; lives as long as the model. */
#ifndef QUERY_SCHEMA_H
#define QUERY_SCHEMA_H

#include "base/map.h"
#include "base/value.h"

struct query_type;

struct query_code { /* one code of a choice, in order of rank: P1 before P2 */
	struct str name;
	struct str phase; /* of a state: open, waiting, done; else empty */
};

struct query_field {
	struct str name;
	enum value_kind kind;           /* VALUE_LIST: links field, its rows are links of kind "type.field" */
	const struct query_code *codes; /* VALUE_CHOICE */
	size_t code_count;
	const struct query_type *to; /* VALUE_RECORD and VALUE_LIST: the type it points to */
	bool is_state;               /* has .phase */
	bool is_number;              /* the record's number: compared by identity through parse_number */
	const void *owner;           /* the model's struct field; NULL for what every record has */
};

struct query_link {
	struct str name; /* as written in has link(name) */
	struct str kind; /* "type.name", as stored */
	bool backwards;  /* the type is the link's target: followed from target to source */
	const struct query_type *to;
};

struct query_type {
	struct str name;
	struct map fields; /* name -> struct query_field */
	struct map links;  /* name -> struct query_link */
	struct map clocks; /* name -> anything not NULL */
	bool shows_keys; /* people know its records by their keys, which may stand without quotes: category = network */
	/* Turns a number (INC-12) or a natural key (an account name, a group's key) of this type into an identity.
	 * Only what needs no database: keys are left to query_environment.find. */
	bool (*parse_number)(const struct query_type *type, struct str text, int64_t *identity);
	const void *owner; /* the model's struct type */
};

#endif
