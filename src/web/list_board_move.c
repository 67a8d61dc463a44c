/* A card of a board is moved: its step is taken, or its field set, and one is back on the board. What the step asks for
 * is asked over the board; a card that may not move stays, and why is told above it. */
#include "record/access.h"
#include "web/list_board.h"
#include "web/page_record.h"
#include "web/pages.h"

struct moving {
	const struct type *type;
	struct str card; /* as posted: "INC-12/7 resolve" */
	struct str list; /* where it leads back to */
	int64_t identity, version;
	struct str name;
	struct board_move move; /* nothing: there is no such step, or not now */
	struct edit_batch batch;
	struct edit_request request;
	struct edit_result result;
};

static enum status no_such_record(struct visit *visit)
{
	return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
}

static bool read_card(struct visit *visit, struct moving *moving)
{
	struct str rest, number;

	moving->card = form_word(visit, "card");
	if (!moving->card.n)
		moving->card = http_query(visit->request, "card");
	moving->name = moving->card;
	return str_cut(&moving->name, ' ', &rest) && moving->name.n && str_cut(&rest, '/', &number) &&
	       kernel_parse_number(visit->kernel, number, &moving->identity) && str_int64(rest, &moving->version);
}

/* From here on the page is that of the list. */
static enum status begin(struct visit *visit, struct moving *moving)
{
	struct list_state state = {.visit = visit};

	moving->type =
	    map_get(&visit->kernel->model->types_by_collection, http_parameter(visit->request, "collection"));
	if (!moving->type || !access_reads_type(visit->kernel, visit->actor, moving->type) ||
	    !list_has_board(visit, moving->type))
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	if (!read_card(visit, moving) || kernel_type_of(visit->kernel, moving->identity) != moving->type)
		return no_such_record(visit);
	list_state_forget(visit, "card");
	visit->request->path = str_format(visit->arena, "/%.*s", STR_ARG(moving->type->collection));
	state.type = moving->type;
	moving->list = list_state_url(&state, "");
	return OK;
}

static enum status find_move(struct visit *visit, struct connection *connection, struct moving *moving,
			     struct record **record)
{
	struct board_move *moves = arena_many(visit->arena, struct board_move, list_board_moves_most(moving->type) + 1);
	size_t count = 0;
	enum status status =
	    read_record(visit->kernel, connection, visit->arena, visit->actor, moving->identity, record, &visit->error);

	if (!status)
		status = list_board_moves(visit, connection, *record, moves, &count);
	moving->move = (struct board_move){0};
	for (size_t i = 0; i < count && !status; i++)
		if (str_eq(list_board_name(&moves[i]), moving->name))
			moving->move = moves[i];
	return status;
}

static struct str with_card(struct visit *visit, const struct moving *moving, const char *rest, const char *name,
			    struct str value)
{
	struct list_state state = {.visit = visit, .type = moving->type};
	struct str url = list_state_url(&state, rest);
	size_t at;

	return str_format(visit->arena, "%.*s%c%s=%.*s", STR_ARG(url), str_find_char(url, '?', &at) ? '&' : '?', name,
			  STR_ARG(url_part(visit->arena, value)));
}

/* --- the board again --- */

/* What the step asks for; sending it again is meant for the record as it is now. */
static enum status open_dialog(struct visit *visit, struct connection *connection, const struct moving *moving,
			       const struct dialog_view **opened)
{
	struct dialog_view *dialog = arena_one(visit->arena, struct dialog_view);
	struct record_page *page = arena_one(visit->arena, struct record_page);
	enum status status;

	if ((status = record_page_load(page, visit, connection, moving->identity)) ||
	    (status = record_page_open_transition(page, moving->move.transition)))
		return status;
	*dialog = *page->dialog;
	dialog->title = str_format(visit->arena, "%.*s · %.*s", STR_ARG(dialog->title),
				   STR_ARG(number_text(visit, moving->identity)));
	dialog->action = with_card(visit, moving, "/move", "card", moving->card);
	dialog->cancel_url = moving->list;
	dialog->version = str_format(visit->arena, "%lld", (long long)page->record->version);
	*opened = dialog;
	return OK;
}

static void show_board(struct visit *visit, const struct moving *moving, struct str refused, bool asks, unsigned code)
{
	READER connection = NULL;
	struct list_state state;
	enum status status;

	if ((status = kernel_reader(visit->kernel, &connection, &visit->error)) ||
	    (status = list_state_begin(visit, connection, moving->type, &state)) ||
	    (status = list_state_read(&state)) ||
	    (asks && (status = open_dialog(visit, connection, moving, &state.dialog)))) {
		visit_refuse(visit, status);
		return;
	}
	state.as = LIST_AS_BOARD;
	state.refused = refused;
	list_answer(&state, connection, code);
}

static void refuse_step(struct visit *visit, const struct moving *moving)
{
	show_board(visit, moving,
		   phrase(&visit->h, N_("%1$s stays where it is: %2$s"), number_text(visit, moving->identity),
			  label(&visit->h, N_("This step cannot be taken now"))),
		   false, 409);
}

/* Whether the reader may still take it; what was refused stays told. */
static void find_again(struct visit *visit, struct moving *moving)
{
	READER connection = NULL;
	struct error kept = visit->error;
	struct record *record;

	if (kernel_reader(visit->kernel, &connection, &visit->error) || find_move(visit, connection, moving, &record))
		moving->move = (struct board_move){0};
	visit->error = kept;
}

/* What can be mended is asked for; what cannot is told. */
static void refuse(struct visit *visit, struct moving *moving, enum status status)
{
	unsigned code = http_status_of(status);
	struct str why;

	find_again(visit, moving);
	if (moving->move.transition && (status == E_INVALID || form_version(visit))) {
		show_board(visit, moving, S(""), true, code);
		return;
	}
	why = form_other_errors(visit, NULL, 0);
	show_board(visit, moving,
		   phrase(&visit->h, N_("%1$s stays where it is: %2$s"), number_text(visit, moving->identity), why),
		   false, code);
}

/* --- what is posted --- */

static void moved(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	struct moving *moving = data;

	(void)batch;
	if (status)
		refuse(visit, moving, status);
	else
		visit_go(visit, with_card(visit, moving, "", "moved", number_text(visit, moving->identity)));
}

static enum status fill_request(struct visit *visit, struct connection *connection, const struct record *record,
				struct moving *moving)
{
	struct field_input *inputs = arena_many(visit->arena, struct field_input, moving->type->field_count + 1);
	struct edit_request *request = &moving->request;
	int64_t version = form_version(visit);

	*request = (struct edit_request){.type = moving->type,
					 .record = moving->identity,
					 .if_version = version ? version : moving->version,
					 .transition = moving->move.transition,
					 .comment = str_trim(form_word(visit, "comment")),
					 .comment_is_public = !actor_is_staff(visit->actor) ||
							      str_is(form_word(visit, "comment_public"), "true"),
					 .fields = inputs,
					 .via = VIA_WEB,
					 .at = INSTANT_NONE};
	if (moving->move.transition)
		return record_page_inputs(visit, connection, record, moving->type, inputs, &request->field_count);
	inputs[request->field_count++] =
	    (struct field_input){moving->type->board->by, value_choice(moving->move.choice->code)};
	return OK;
}

enum next { NEXT_EDIT, NEXT_ASK, NEXT_NONE };

static enum status prepare(struct visit *visit, struct moving *moving, enum next *next)
{
	READER connection = NULL;
	struct record *record;
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = begin(visit, moving)) ||
	    (status = find_move(visit, connection, moving, &record)))
		return status;
	*next = NEXT_NONE;
	if (!moving->move.transition && !moving->move.choice)
		return OK;
	*next = list_board_asks(&moving->move) && !form_version(visit) ? NEXT_ASK : NEXT_EDIT;
	return *next == NEXT_EDIT ? fill_request(visit, connection, record, moving) : OK;
}

void post_move(struct http_request *request, struct http_response *response)
{
	struct moving *moving = arena_one(request->arena, struct moving);
	VISIT visit = {0};
	enum next next = NEXT_NONE;
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	status = prepare(&visit, moving, &next);
	if (status == E_INVALID) {
		refuse(&visit, moving, status);
	} else if (status) {
		visit_refuse(&visit, status);
	} else if (next == NEXT_NONE) {
		refuse_step(&visit, moving);
	} else if (next == NEXT_ASK) {
		visit_go(&visit, with_card(&visit, moving, "/move", "card", moving->card));
	} else {
		moving->batch = (struct edit_batch){.actor = visit.actor,
						    .requests = &moving->request,
						    .count = 1,
						    .results = &moving->result,
						    .now = INSTANT_NONE};
		visit_edit(&visit, &moving->batch, moved, moving);
	}
}

/* What moving a card asks for. */
void page_move(struct http_request *request, struct http_response *response)
{
	struct moving *moving = arena_one(request->arena, struct moving);
	VISIT visit = {0};
	enum next next = NEXT_NONE;
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = prepare(&visit, moving, &next)))
		visit_refuse(&visit, status);
	else if (next == NEXT_ASK)
		show_board(&visit, moving, S(""), true, 200);
	else if (next == NEXT_NONE)
		refuse_step(&visit, moving);
	else
		visit_go(&visit, moving->list);
}
