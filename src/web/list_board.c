#include "web/list_board.h"

#include "record/access.h"
#include "web/list_group.h"
#include "web/part_board.h"

enum { CARDS = 36, CARDS_LEAST = 5, CARDS_MOST = 12, COUNTED_MOST = 10000 };

struct pile { /* of the board, and what it has */
	struct board_column view;
	struct value value; /* none: of those without one */
	struct str expression;
	struct list_result result;
};

struct drawing {
	const struct list_state *state;
	struct connection *connection;
	struct pile *columns;
	size_t count;
	int64_t least;             /* identity from which on records stand on it; 0: all of them */
	struct list_columns cells; /* of a card: what list_rows() fills */
	struct card_view *cards;   /* room that is left */
	const struct row_view *rows;
};

bool list_has_board(const struct visit *visit, const struct type *type)
{
	return type->board && (!type->board->by || access_reads_field(visit->actor, type->board->by));
}

/* --- moves --- */

size_t list_board_moves_most(const struct type *type)
{
	return type->board->by ? type->board->by->choices->count : type->transition_count;
}

bool list_board_asks(const struct board_move *move)
{
	const struct transition *step = move->transition;

	return step && (step->requires_count || step->asks_count || step->warns.text[ENGLISH].n);
}

struct str list_board_name(const struct board_move *move)
{
	return move->transition ? move->transition->name : move->choice->code;
}

static enum status steps_of(struct visit *visit, struct connection *connection, const struct record *record,
			    struct board_move *moves, size_t *count)
{
	const struct type *type = record->type;

	for (size_t i = 0; i < type->transition_count; i++) {
		const struct transition *step = type->transitions[i];
		bool may = false;
		enum status status;

		if (!step->to || step->to == record->state)
			continue;
		if ((status = edit_may_transition(visit->kernel, connection, visit->arena, visit->actor, record, step,
						  visit->now, &may, &visit->error)))
			return status;
		if (may)
			moves[(*count)++] = (struct board_move){.transition = step};
	}
	return OK;
}

enum status list_board_moves(struct visit *visit, struct connection *connection, const struct record *record,
			     struct board_move *moves, size_t *count)
{
	const struct field *by = record->type->board->by;
	struct value now;

	*count = 0;
	if (!by)
		return steps_of(visit, connection, record, moves, count);
	if (!access_may(visit->kernel, visit->actor, record->type, ACCESS_EDIT, record) ||
	    !access_may_set(visit->kernel, visit->actor, by) || by->derived_by.n)
		return OK;
	now = record_value(record, by);
	for (size_t i = 0; i < by->choices->count; i++)
		if (now.kind != VALUE_CHOICE || !str_eq(now.text, by->choices->choices[i].code))
			moves[(*count)++] = (struct board_move){.choice = &by->choices->choices[i]};
	return OK;
}

/* --- columns --- */

static const struct query_field *field_of(const struct type *type)
{
	return type->board->by ? type->board->by->query : map_get(&type->query->fields, S("state"));
}

static void add_column(struct drawing *drawing, struct pile column)
{
	const struct list_state *state = drawing->state;
	struct visit *visit = state->visit;
	struct buf url = buf_new(visit->arena);

	column.expression = list_add_condition(visit, state->type, state->expression, field_of(state->type)->name,
					       S("="), column.view.code);
	buf_add(&url, type_list_url(visit->arena, state->type, column.expression));
	if (state->sort_text.n)
		buf_format(&url, "&sort=%.*s", STR_ARG(url_part(visit->arena, state->sort_text)));
	column.view.url = buf_str(&url);
	drawing->columns[drawing->count++] = column;
}

static void add_columns(struct drawing *drawing)
{
	struct visit *visit = drawing->state->visit;
	const struct type *type = drawing->state->type;
	const struct field *by = type->board->by;

	drawing->columns = arena_many(visit->arena, struct pile, by ? by->choices->count + 1 : type->state_count + 1);
	for (size_t i = 0; !by && i < type->state_count; i++)
		add_column(drawing, (struct pile){.value = value_choice(type->states[i]->name),
						  .view = {.code = type->states[i]->name,
							   .words = words_of(visit, &type->states[i]->label),
							   .mark = show_state(visit, type, type->states[i]),
							   .done = type->states[i]->phase == PHASE_DONE}});
	if (by)
		add_column(drawing, (struct pile){.view = {.words = label(&visit->h, N_("None"))}});
	for (size_t i = 0; by && i < by->choices->count; i++)
		add_column(drawing, (struct pile){.value = value_choice(by->choices->choices[i].code),
						  .view = {.code = by->choices->choices[i].code,
							   .words = words_of(visit, &by->choices->choices[i].label)}});
}

/* That what is open is open is said too: it has indexes of its own. */
static enum status query_of(const struct drawing *drawing, const struct pile *column, const struct query **query)
{
	struct visit *visit = drawing->state->visit;
	struct str text = column->expression;

	if (!drawing->state->type->board->by && !column->view.done)
		text = str_format(visit->arena, "%.*s and state.phase != done", STR_ARG(text));
	return query_parse(visit->arena, drawing->state->type->query, text, query, &visit->error);
}

/* All of them at once. Of very many only the newest stand on the board. */
static enum status count_columns(struct drawing *drawing)
{
	const struct list_state *state = drawing->state;
	struct visit *visit = state->visit;
	struct group_request request = {
	    .type = state->type, .filter = state->filter, .by = {{.field = field_of(state->type)}}, .now = visit->now};
	struct group_row *rows;
	size_t count = 0;
	enum status status = read_reach(visit->kernel, drawing->connection, visit->arena, visit->actor, state->type,
					state->filter, visit->now, COUNTED_MOST, &drawing->least, &visit->error);

	request.least = drawing->least;
	if (!status)
		status = read_groups(visit->kernel, drawing->connection, visit->arena, visit->actor, &request, &rows,
				     &count, &visit->error);
	for (size_t i = 0; i < count && !status; i++)
		for (size_t c = 0; c < drawing->count; c++)
			if (value_eq(rows[i].by[0], drawing->columns[c].value))
				drawing->columns[c].view.count = rows[i].count;
	for (size_t c = 0; c < drawing->count && !status; c++)
		drawing->columns[c].view.count_words = words_number(&visit->h, drawing->columns[c].view.count);
	return status;
}

/* --- cards --- */

/* As many cards as a page bears, shared by the columns that have any. */
static size_t cards_a_column(const struct drawing *drawing)
{
	size_t filled = 0, most;

	for (size_t c = 0; c < drawing->count; c++)
		filled += drawing->columns[c].view.count > 0 && !drawing->columns[c].view.done;
	most = filled ? CARDS / filled : CARDS_MOST;
	return most < CARDS_LEAST ? CARDS_LEAST : most > CARDS_MOST ? CARDS_MOST : most;
}

static enum status read_column(struct drawing *drawing, struct pile *column, size_t most)
{
	const struct list_state *state = drawing->state;
	struct visit *visit = state->visit;
	struct list_request request = {.type = state->type,
				       .sort = state->sort,
				       .sort_count = state->sort_count,
				       .limit = most,
				       .least = drawing->least,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .japanese = visit->h.language == JAPANESE};
	enum status status;

	if (!column->view.count || column->view.done)
		return OK;
	if ((status = query_of(drawing, column, &request.filter)))
		return status;
	return read_list(visit->kernel, drawing->connection, visit->arena, visit->actor, &request, &column->result,
			 &visit->error);
}

/* Who has it in hand; of types that hand nothing out, the first person of the list. */
static const struct field *person_of(const struct visit *visit, const struct type *type)
{
	const struct field *person = list_assignee_field(type);

	for (size_t i = 0; !person && i < type->column_count; i++)
		if (type->columns[i]->kind == FIELD_PERSON)
			person = type->columns[i];
	return person && access_reads_field(visit->actor, person) ? person : NULL;
}

enum cell { CELL_OF_PRIORITY, CELL_OF_CLOCK, CELL_OF_PERSON, CELLS };

/* In the places of enum cell; one that the type has not is left empty. */
static void choose_cells(struct drawing *drawing)
{
	const struct list_state *state = drawing->state;
	struct visit *visit = state->visit;
	const struct field *fields[CELLS] = {
	    [CELL_OF_PRIORITY] = show_priority_field(state->type), [CELL_OF_PERSON] = person_of(visit, state->type)};
	struct list_column *cells = arena_many(visit->arena, struct list_column, CELLS);
	struct str clock = actor_is_staff(visit->actor) ? type_lead_clock(state->type) : S("");

	for (size_t i = 0; i < CELLS; i++) {
		cells[i] = (struct list_column){.what = LIST_CREATED};
		if (fields[i] && access_reads_field(visit->actor, fields[i]))
			cells[i] = (struct list_column){.what = LIST_FIELD, .field = fields[i]};
	}
	if (clock.n)
		cells[CELL_OF_CLOCK] = (struct list_column){.what = LIST_CLOCK, .clock = clock};
	drawing->cells = (struct list_columns){cells, CELLS};
}

static enum status add_moves(const struct drawing *drawing, const struct record *record, struct card_view *card)
{
	struct visit *visit = drawing->state->visit;
	size_t most = list_board_moves_most(record->type);
	struct board_move *moves = arena_many(visit->arena, struct board_move, most + 1);
	struct move_view *views = arena_many(visit->arena, struct move_view, most + 1);
	enum status status = list_board_moves(visit, drawing->connection, record, moves, &card->move_count);

	for (size_t i = 0; i < card->move_count && !status; i++)
		views[i] = (struct move_view){
		    .name = list_board_name(&moves[i]),
		    .words =
			words_of(visit, moves[i].transition ? &moves[i].transition->label : &moves[i].choice->label),
		    .to = moves[i].transition ? moves[i].transition->to->name : moves[i].choice->code,
		    .asks = list_board_asks(&moves[i])};
	card->moves = views;
	return status;
}

static enum status fill_card(const struct drawing *drawing, const struct record *record, const struct row_view *row,
			     struct card_view *card)
{
	const struct list_state *state = drawing->state;
	const struct cell_view *cells = row->cells;
	const struct list_column *columns = drawing->cells.items;

	*card = (struct card_view){.number = row->number,
				   .url = row->url,
				   .title = show_title(state->visit, record),
				   .version = record->version,
				   .current = record->identity == state->preview,
				   .moved = record->identity == state->moved};
	if (columns[CELL_OF_PRIORITY].what == LIST_FIELD)
		card->priority = cells[CELL_OF_PRIORITY].text;
	if (columns[CELL_OF_CLOCK].what == LIST_CLOCK)
		card->clock = cells[CELL_OF_CLOCK].clock;
	if (columns[CELL_OF_PERSON].what == LIST_FIELD) {
		card->who = cells[CELL_OF_PERSON].text;
		card->nobody = cells[CELL_OF_PERSON].missing;
	}
	return add_moves(drawing, record, card);
}

static enum status fill_column(struct drawing *drawing, struct pile *column)
{
	enum status status = OK;

	column->view.cards = drawing->cards;
	column->view.card_count = column->result.count;
	for (size_t i = 0; i < column->result.count && !status; i++)
		status = fill_card(drawing, column->result.records[i], drawing->rows++, drawing->cards++);
	return status;
}

/* What they name is looked up for all of them together. */
static enum status fill_cards(struct drawing *drawing)
{
	struct visit *visit = drawing->state->visit;
	VEC(struct record *) all = {0};
	struct row_view *rows;
	enum status status;

	for (size_t c = 0; c < drawing->count; c++)
		for (size_t i = 0; i < drawing->columns[c].result.count; i++)
			vec_push(visit->arena, &all, drawing->columns[c].result.records[i]);
	choose_cells(drawing);
	if ((status = list_rows(visit, drawing->connection, &drawing->cells, all.items, all.count, &rows)))
		return status;
	drawing->rows = rows;
	drawing->cards = arena_many(visit->arena, struct card_view, all.count + 1);
	for (size_t c = 0; c < drawing->count && !status; c++)
		status = fill_column(drawing, &drawing->columns[c]);
	return status;
}

/* What has no value has a column only where there is such a record. */
static void draw(struct drawing *drawing)
{
	const struct list_state *state = drawing->state;
	struct board_column *views = arena_many(state->visit->arena, struct board_column, drawing->count + 1);
	struct board_view board = {.action = list_state_url(state, "/move"), .columns = views};

	for (size_t c = 0; c < drawing->count; c++)
		if (drawing->columns[c].view.code.n || drawing->columns[c].view.count)
			views[board.count++] = drawing->columns[c].view;
	if (drawing->least)
		list_draw_newest(state->visit, COUNTED_MOST);
	draw_board(&state->visit->h, &board);
}

enum status list_draw_board(const struct list_state *state, struct connection *connection)
{
	struct drawing drawing = {.state = state, .connection = connection};
	size_t most;
	enum status status;

	add_columns(&drawing);
	if ((status = count_columns(&drawing)))
		return status;
	most = cards_a_column(&drawing);
	for (size_t c = 0; c < drawing.count; c++)
		if ((status = read_column(&drawing, &drawing.columns[c], most)))
			return status;
	if ((status = fill_cards(&drawing)))
		return status;
	draw(&drawing);
	return OK;
}
