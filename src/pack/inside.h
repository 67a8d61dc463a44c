/* inside: what the files of this folder share; nobody else includes it. */
#ifndef PACK_INSIDE_H
#define PACK_INSIDE_H

#include "pack/pack.h"
#include "record/verify.h"
#include "web/conformity.h"

enum { LISTED_MOST = 50, RECORDS_MOST = 1000, EVENTS_MOST = 200 };

struct pack_list { /* records that are evidence */
	const struct type *type;
	struct str filter; /* empty: all of the type */
	struct str stem;   /* of its pages: "policies-2" */
	struct record **records;
	size_t count;            /* the newest */
	int64_t total, withheld; /* that the reader sees, and does not */
	bool is_hidden;          /* the reader sees no such records at all */
};

struct packing {
	const struct pack_wish *wish;
	const char *folder;
	struct pack_outcome *outcome;
	struct error *error;
	struct arena *arena;
	struct arena *scratch; /* of one page */
	struct connection *connection;
	struct actor actors[LANGUAGES];
	struct visit visits[LANGUAGES]; /* of nobody's request: what the words of pages need */
	struct conformity_page pages[LANGUAGES];
	struct conformity_counts counts;
	struct checkpoint checkpoint;
	struct verify_report proof;
	struct map lists_by_key, paged; /* paged: records that have a page, by their number */
	VEC(struct pack_list *) lists;
	VEC(int64_t) records;
	VEC(const struct type *) types; /* that are evidence */
	VEC(struct str) files;          /* their paths in the folder */
	int64_t done, total;
};

MUST enum status pack_step(struct packing *packing); /* one more is done */
static inline bool pack_is_past(const struct packing *packing)
{
	return packing->wish->as_of != 0;
}
static inline instant pack_as_of(const struct packing *packing) /* for reading records */
{
	return pack_is_past(packing) ? packing->wish->as_of : INSTANT_NONE;
}

/* --- files.c --- */
MUST enum status pack_make_folder(struct packing *packing);
const char *pack_path(struct packing *packing, struct str name); /* in the folder */
MUST enum status pack_save(struct packing *packing, struct str name, struct str bytes);
void pack_add_file(struct packing *packing, struct str name); /* that stands there already */
MUST enum status pack_sign(struct packing *packing);          /* at last */

/* --- frame.c: a page in one language; drawn into visits[language].h --- */
struct html *pack_begin(struct packing *packing, enum language language, struct str stem, struct str title);
MUST enum status pack_end(struct packing *packing, enum language language, struct str stem);
MUST enum status pack_save_style(struct packing *packing);
const char *pack_suffix(enum language language); /* ".html", ".en.html" */
void pack_draw_state(struct html *h, enum conformity_state state);
void pack_draw_number(struct packing *packing, struct html *h, int64_t identity); /* with a link, if it has a page */

/* On pages of a past moment: what of it is known, and what is not. */
void pack_draw_past(struct packing *packing, enum language language);

/* --- lists.c --- */
/* Of the records that the check of that place counts; empty: of all of the type. */
struct str pack_filter(const struct packing *packing, const struct conformity_item *item, size_t check,
		       struct arena *arena);
MUST enum status pack_find_lists(struct packing *packing);
const struct pack_list *pack_list_of(const struct packing *packing, const struct type *type, struct str filter);
MUST enum status pack_draw_lists(struct packing *packing);
/* "12 records, 2 withheld", with a link from a page one folder down. */
void pack_draw_list_link(struct packing *packing, struct html *h, const struct pack_list *list);

/* --- the others, by their names --- */
MUST enum status pack_draw_index(struct packing *packing);
MUST enum status pack_draw_conformity(struct packing *packing);
MUST enum status pack_draw_clauses(struct packing *packing);
MUST enum status pack_draw_records(struct packing *packing);
MUST enum status pack_write_tables(struct packing *packing);
/* From the pages of conformity. Without the program that makes it there is none, and nothing is said. */
MUST enum status pack_make_paper(struct packing *packing);

#endif
