/* complete: what may follow in an expression while somebody types it.
 *
 * The parser itself tells it: it reads what stands there, and wherever it comes to the end says what it would take. So
 * what is offered is what it understands, and nothing of the grammar is written twice. */
#ifndef QUERY_COMPLETE_H
#define QUERY_COMPLETE_H

#include "query/query.h"

enum query_offer {
	OFFER_WORD,  /* of the language: and, is empty, now - 7d */
	OFFER_FIELD, /* field, of holder */
	OFFER_INTO,  /* a dot: the fields of what field points to */
	OFFER_CODE,  /* code, of field */
	OFFER_PHASE,
	OFFER_CLOCK, /* code: its name */
	OFFER_LINK,
	OFFER_ME,
	OFFER_MY_GROUPS,
	OFFER_MY_CUSTOMER,
	OFFER_TEXT, /* quotes with nothing between them */
};

struct query_candidate {
	enum query_offer what;
	struct str text; /* in place of `begun` */
	const struct query_field *field;
	const struct query_type *holder; /* whose field, clock or link it is */
	const struct query_link *link;
	struct str code;
};

struct query_completion {
	struct str before, begun; /* the text is both; begun is the word, or the open quote, that it ends with */
	struct str word;          /* begun without its quote */
	const struct query_candidate *candidates;
	size_t count;
	const struct query_type *records;  /* a record of this type is wanted in place of begun; NULL: none */
	const struct query_field **fields; /* that stand in the text, wherever in a path */
	size_t field_count;
	const struct query_link **links; /* the same */
	size_t link_count;
	bool clocks; /* a clock, or changed(), stands in it */
};

void query_complete(struct arena *arena, const struct query_type *type, struct str text,
		    struct query_completion *completion);

#endif
