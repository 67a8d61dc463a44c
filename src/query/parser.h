/* parser: what the parts of the parser share. Private to query/.
 *
 * parse.c reads the grammar, term.c single operands, check.c gives a comparison its types, suggest.c finds what
 * somebody may have meant. All make nodes through node_new(), which counts them. */
#ifndef QUERY_PARSER_H
#define QUERY_PARSER_H

#include "query/query.h"
#include "query/token.h"

enum {
	SOURCE_MOST = 4096, /* bytes */
	DEPTH_MOST = 64,    /* of parentheses, not, where */
	NODES_MOST = 2000,
	LIST_MOST = 1000,
	STEPS_MOST = 8,  /* of a path */
	WHERES_MOST = 4, /* within each other */
};

struct completing; /* complete.c */
struct term;

struct parser {
	struct arena *arena;
	struct error *error;
	const struct token *tokens; /* from the next one on */
	const struct query_type *type;
	unsigned depth, nodes, wheres;
	struct completing *completing; /* NULL: nobody asks what may follow */
	const struct term *with;       /* what the next operand is compared with; NULL: it begins a condition */
	bool in;                       /* the next operand is one of a set */
};

/* An operand as it was written. What a bare word means depends on what it is compared with, so that a term may be
 * both the path and the word. */
enum term_kind {
	TERM_WORD, /* also a path when node is set */
	TERM_PATH,
	TERM_CLOCK, /* clock(name) without .due_at */
	TERM_DUE,
	TERM_TEXT,
	TERM_NUMBER, /* currency: 1000 JPY */
	TERM_RECORD,
	TERM_DATE,
	TERM_TIME,
	TERM_DURATION,
	TERM_BOOLEAN,
	TERM_ME,
	TERM_MY_GROUPS,
	TERM_MY_CUSTOMER,
	TERM_NOW,
	TERM_TODAY,
};

struct term {
	enum term_kind kind;
	uint32_t column;
	struct str text;              /* as written, for values and messages */
	const struct token *currency; /* NULL: none */
	struct query_node *node;      /* path or due time */
	bool phase;                   /* the path ended with .phase of a state */
	int64_t number;               /* duration; offset of now and today */
};

enum comparison { IS_EQUAL, IS_NOT_EQUAL, IS_LESS, IS_LESS_EQUAL, IS_GREATER, IS_GREATER_EQUAL };

/* parse.c */
MUST enum status node_new(struct parser *parser, enum query_op op, uint32_t column, size_t children,
			  struct query_node **node);
MUST enum status node_not(struct parser *parser, struct query_node *condition, struct query_node **node);
enum status parser_fail(struct parser *parser, uint32_t column, const char *message);
enum status parser_fail_with(struct parser *parser, uint32_t column, const char *message, struct str second);
void parse_completing(struct arena *arena, const struct query_type *type, const struct token *tokens,
		      struct completing *completing);
bool token_is(const struct token *token, enum token_kind kind, const char *text);
bool parser_take(struct parser *parser, enum token_kind kind, const char *text); /* steps over it when it is next */
enum status parser_unexpected(struct parser *parser);                            /* names the next token */

/* term.c */
MUST enum status term_parse(struct parser *parser, struct term *term);
MUST enum status clock_name_parse(struct parser *parser, struct str *name); /* (name) */
struct str clock_part(const struct query_node *node);                       /* "due_at", "used", "used_percent" */
bool bare_duration(struct str text, int64_t *ms);                           /* 2h30m, PT4H */

/* check.c */
/* Of a set of codes of the record's own state: its complement. *node stays NULL for anything else. */
MUST enum status check_complement(struct parser *parser, const struct query_node *condition, struct query_node **node);
MUST enum status check_comparison(struct parser *parser, enum comparison comparison, uint32_t column, struct term *left,
				  struct term *right, struct query_node **node);
MUST enum status check_list(struct parser *parser, uint32_t column, struct term *left, struct term *items, size_t count,
			    struct query_node **node);
MUST enum status check_boolean(struct parser *parser, struct term *term, struct query_node **node);
MUST enum status check_text(struct parser *parser, enum query_op op, uint32_t column, struct term *left,
			    struct term *right, struct query_node **node);
MUST enum status check_empty(struct parser *parser, uint32_t column, struct term *term, struct query_node **node);
/* An error for a term that should have been a path. */
enum status term_is_no_path(struct parser *parser, const struct term *term);

/* literal.c: a written value as an operand to be compared with `with`. */
MUST enum status literal_make(struct parser *parser, const struct query_node *with, const struct term *term,
			      struct query_node **node);

/* complete.c: the parser has come to the end and would go on with one of these. Nothing happens unless somebody asks.
 */
bool wants_more(const struct parser *parser);
void want_word(struct parser *parser, const char *word);
void want_term(struct parser *parser); /* a condition, or a value for parser->with */
void want_has(struct parser *parser);  /* link, after the has that is next */
void want_own_field(struct parser *parser);
void want_into(struct parser *parser, const struct query_field *field); /* after the dot */
void want_comparison(struct parser *parser, const struct term *left, bool negated);
void want_list(struct parser *parser, const struct term *left);                /* after in */
void want_state(struct parser *parser, const struct term *left, bool negated); /* after is */
void want_clock(struct parser *parser);
void want_link(struct parser *parser);
void want_duration(struct parser *parser, bool days, bool sign);
void tell_field(struct parser *parser, const struct query_field *field); /* it stands in the text */
void tell_link(struct parser *parser, const struct query_link *link);
void tell_clock(struct parser *parser);

/* suggest.c: a name within two edits of the one written, or nothing. */
bool suggest_name(const struct map *names, struct str written, struct str *found);
bool suggest_code(const struct query_code *codes, size_t count, struct str written, struct str *found);

#endif
