/* list_export: a list as a file: at once (page_export.c), or written while nobody waits (export_wish.c). */
#ifndef WEB_LIST_EXPORT_H
#define WEB_LIST_EXPORT_H

#include "report/table.h"
#include "web/list_state.h"

/* The formats in which this list can be had, each with its address. */
struct menu_view list_export_menu(const struct list_state *state);
/* The names of the columns shown, with commas between them. */
struct str list_export_columns(const struct list_state *state);
/* "https://kaname.example.jp" as the browser names us; empty when it does not. */
struct str list_export_origin(const struct visit *visit);

/* Whether this person may have files written in the background. */
bool export_may_wait(const struct visit *visit);
/* Makes the record of the wish, and leads to its page. E_TOO_MANY: this person has enough that are not yet written. */
MUST enum status export_ask(const struct list_state *state, struct connection *connection, enum table_format format);

/* The same of an evidence pack, about a clause (empty: the whole standard). */
#define PACK_FORMAT_NAME "zip"
MUST enum status export_ask_pack(struct visit *visit, struct connection *connection, struct str clause,
				 struct str title, enum language language);

#endif
