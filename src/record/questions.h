/* questions: forms that people declare in rows, and what others answer to them.
 *
 * A form is the value of a rows field with the columns name, label, type, and perhaps label_ja, required, choices,
 * shown_when, help, help_ja. type is a kind of field (text, markdown, integer, decimal, date, boolean, choice) or the
 * name of a record type: then one of its records is meant. choices are "small, large" or, with words for people,
 * "small = Small | 小, large = Large | 大". shown_when is an expression over earlier questions.
 *
 * Answers are rows, too: a form's own columns and value. So whoever has answered carries the questions along as they
 * stood then, and a form that changes later changes nothing for those who answered before.
 *
 *	questions_read(arena, model, item.form, S("answers"), &questions, error)   faults are items at the field
 *	answers_read(arena, &questions, request.answers, S("answers"), texts, error)  a text for each question
 *	answers_shown(&questions, texts, now, shown, error)                       which of them are asked at all */
#ifndef RECORD_QUESTIONS_H
#define RECORD_QUESTIONS_H

#include "record/record.h"

struct question {
	struct str name;
	struct field field;                  /* as other code knows it: named "answers.NAME"; its columns are none */
	const struct query *shown_when;      /* NULL: always */
	struct str type, choices, condition; /* as declared */
};

struct questions {
	struct question *items;
	size_t count;
	struct query_type query; /* what conditions on the answers may speak of */
};

enum { QUESTIONS_MOST = 100 };

/* rows: VALUE_NONE gives no questions. at: the field that faults are told at; prefix: of the names of the fields. */
MUST enum status questions_read(struct arena *arena, const struct model *model, struct value rows, struct str at,
				struct str prefix, struct questions *questions, struct error *error);
/* NULL when nothing is called so. */
const struct question *questions_find(const struct questions *questions, struct str name);
/* A condition on all answers. E_SYNTAX. */
MUST enum status questions_condition(struct arena *arena, const struct questions *questions, struct str text,
				     const struct query **query, struct error *error);

/* The answers in a rows value by the position of their question; empty where there is none. An answer to what is not
 * asked is an item at PREFIX.NAME, rule "unknown". */
MUST enum status answers_read(struct arena *arena, const struct questions *questions, struct value rows,
			      struct str prefix, struct str *texts, struct error *error);
/* The rows value of questions and their answers. */
struct value answers_rows(struct arena *arena, const struct questions *questions, const struct str *texts);
/* Which questions are asked, given the answers; those that are not have no answer, whatever texts says. */
MUST enum status answers_shown(const struct questions *questions, const struct str *texts, instant now, bool *shown,
			       struct error *error);
/* Whether a condition holds of the answers that are asked for. */
MUST enum status answers_hold(struct arena *arena, const struct questions *questions, const struct str *texts,
			      const struct query *query, instant now, bool *holds, struct error *error);

#endif
