/* list_board: a list as a board, for types that declare one: a column a state, or a value of a choice, and cards that
 * move by the steps that lead there. Counts are of the whole list, cards the first of each column in the list's order.
 */
#ifndef WEB_LIST_BOARD_H
#define WEB_LIST_BOARD_H

#include "web/list_state.h"

/* The reader may see what its columns are made of. */
bool list_has_board(const struct visit *visit, const struct type *type);
MUST enum status list_draw_board(const struct list_state *state, struct connection *connection);

/* What its cards' menus do: by step, or with a board by a field by value. */
struct board_move {
	const struct transition *transition; /* or: */
	const struct choice *choice;
};
/* Those that the reader may make of a record now; *moves has room for all. */
MUST enum status list_board_moves(struct visit *visit, struct connection *connection, const struct record *record,
				  struct board_move *moves, size_t *count);
size_t list_board_moves_most(const struct type *type);
bool list_board_asks(const struct board_move *move);
struct str list_board_name(const struct board_move *move);

#endif
