/* filter_part: what the files of the filter share. Private to record/filter*.c. */
#ifndef RECORD_FILTER_PART_H
#define RECORD_FILTER_PART_H

#include "record/filter.h"
#include "store/layout.h"

struct filter_writer {
	struct arena *arena;
	const struct filter_actor *actor;
	struct buf sql;
	VEC(struct filter_bind) binds;
	const struct query_type *type; /* of the row that is spoken of */
	unsigned aliases;              /* given out so far */
};

enum { FILTER_HOPS_MOST = 8 }; /* as many as the parser lets a path have */

/* An operand of a comparison. Paths over references and links open a subquery, which is closed after the comparison. */
struct filter_operand {
	struct str expression; /* column, or a placeholder */
	struct str currency;   /* of money: likewise for its currency; else empty */
	struct str never_is;   /* of a due time: its column, in which LAYOUT_NEVER stands for none; else empty */
	bool zero_is_empty;    /* the column holds 0 for nobody */
	bool opened;
};

/* How a subquery is tied to its row. As a set the database may begin with it, which pays when few rows are in it. */
enum filter_tie { TIE_EXISTS, TIE_SET };

void filter_integer(struct filter_writer *writer, int64_t number); /* binds only; the caller writes the placeholder */
void filter_text(struct filter_writer *writer, struct str text);
void filter_identity(struct filter_writer *writer, int64_t identity); /* 0: nobody, equal to nothing */
void filter_name(struct buf *buf, struct str name);                   /* quoted */
struct str filter_alias(struct filter_writer *writer, char letter);

/* filter_path.c */
struct str filter_clock_column(struct filter_writer *writer, struct str alias, struct str clock,
			       enum clock_column column);
struct filter_operand filter_open(struct filter_writer *writer, const struct query_node *node, struct str alias,
				  enum filter_tie tie);
void filter_close(struct filter_writer *writer, const struct filter_operand *operand);
bool filter_path_opens(const struct query_node *node); /* whether filter_open() would open a subquery */
struct filter_operand filter_column(struct filter_writer *writer, const struct query_node *node, struct str alias);
void filter_link_rows(struct filter_writer *writer, struct str link, struct str kind); /* of a kind, that stand */

void filter_scope(struct filter_writer *writer, const struct query_type *type,
		  struct str alias); /* the actor may read it, ended by AND; nothing when there is no such limit */

/* filter_compare.c */
void filter_comparison(struct filter_writer *writer, const struct query_node *node, struct str alias);
void filter_in(struct filter_writer *writer, const struct query_node *node, struct str alias);
void filter_folded(struct filter_writer *writer, const struct query_node *node, struct str alias);
void filter_empty(struct filter_writer *writer, const struct query_node *node, struct str alias, bool negated);

#endif
