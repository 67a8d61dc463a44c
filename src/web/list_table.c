#include "web/list_table.h"

/* --- what a type has --- */

const struct field *list_assignee_field(const struct type *type)
{
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i]->kind == FIELD_PERSON && type->fields[i]->from)
			return type->fields[i];
	return NULL;
}

struct str list_new_words(const struct visit *visit, const struct type *type)
{
	struct str words = words_of(visit, &type->label);

	/* "CI" stays as it is, "Incident" becomes a word of the sentence. */
	if (words.n > 1 && words.p[0] >= 'A' && words.p[0] <= 'Z' && words.p[1] >= 'a')
		words = str_format(visit->arena, "%c%.*s", words.p[0] - 'A' + 'a', STR_ARG(str_sub(words, 1, words.n)));
	return phrase(&visit->h, N_("New %s"), words);
}

/* --- columns --- */

static struct list_column clock_column(const struct visit *visit, struct str clock)
{
	return (struct list_column){.what = LIST_CLOCK,
				    .clock = clock,
				    .name = str_format(visit->arena, "clock(%.*s)", STR_ARG(clock)),
				    .sort = str_format(visit->arena, "clock(%.*s).due_at", STR_ARG(clock))};
}

static struct list_column field_column(const struct field *field)
{
	bool sorts = field->query && layout_has_column(field) && field->query->kind != VALUE_LIST;

	return (struct list_column){.what = LIST_FIELD,
				    .field = field,
				    .name = field->name,
				    .sort = sorts ? field->name : S(""),
				    .always = field == field->type->headline};
}

static struct list_column own_column(enum list_column_kind what)
{
	static const struct str names[] = {[LIST_NUMBER] = S("number"),
					   [LIST_STATE] = S("state"),
					   [LIST_CREATED] = S("created_at"),
					   [LIST_UPDATED] = S("updated_at")};

	return (struct list_column){
	    .what = what, .name = names[what], .sort = names[what], .always = what == LIST_NUMBER};
}

struct list_columns list_all_columns(const struct visit *visit, const struct type *type)
{
	const struct map *clocks = &type->query->clocks;
	VEC(struct list_column) all = {0};

	vec_push(visit->arena, &all, own_column(LIST_NUMBER));
	if (type->headline)
		vec_push(visit->arena, &all, field_column(type->headline));
	if (type->state_count)
		vec_push(visit->arena, &all, own_column(LIST_STATE));
	for (size_t i = clocks->count; i-- > 0 && actor_is_staff(visit->actor);)
		vec_push(visit->arena, &all, clock_column(visit, clocks->entries[i].key));
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i] != type->headline && type->fields[i]->kind != FIELD_ROWS &&
		    type->fields[i]->kind != FIELD_COMPUTED && !type->fields[i]->is_hidden &&
		    access_reads_field(visit->actor, type->fields[i]))
			vec_push(visit->arena, &all, field_column(type->fields[i]));
	vec_push(visit->arena, &all, own_column(LIST_CREATED));
	vec_push(visit->arena, &all, own_column(LIST_UPDATED));
	return (struct list_columns){all.items, all.count};
}

const struct list_column *list_find_column(const struct list_columns *columns, struct str name)
{
	for (size_t i = 0; i < columns->count; i++)
		if (str_eq(columns->items[i].name, name))
			return &columns->items[i];
	return NULL;
}

static bool is_among(const struct field *field, const struct field *const *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i] == field)
			return true;
	return false;
}

struct list_columns list_default_columns(const struct visit *visit, const struct type *type, const struct view *view)
{
	bool own = view && view->column_count;
	const struct field *const *fields = own ? view->columns : type->columns;
	size_t field_count = own ? view->column_count : type->column_count;
	struct str clock = actor_is_staff(visit->actor) ? type_lead_clock(type) : S("");
	const struct field *priority = show_priority_field(type);
	VEC(struct list_column) chosen = {0};

	vec_push(visit->arena, &chosen, own_column(LIST_NUMBER));
	if (type->headline)
		vec_push(visit->arena, &chosen, field_column(type->headline));
	if (type->state_count)
		vec_push(visit->arena, &chosen, own_column(LIST_STATE));
	if (priority && is_among(priority, fields, field_count) && access_reads_field(visit->actor, priority))
		vec_push(visit->arena, &chosen, field_column(priority));
	if (clock.n)
		vec_push(visit->arena, &chosen, clock_column(visit, clock));
	for (size_t i = 0; i < field_count; i++)
		if (fields[i] != type->headline && fields[i] != priority && access_reads_field(visit->actor, fields[i]))
			vec_push(visit->arena, &chosen, field_column(fields[i]));
	vec_push(visit->arena, &chosen, own_column(LIST_UPDATED));
	return (struct list_columns){chosen.items, chosen.count};
}

struct str list_column_title(const struct visit *visit, const struct list_column *column, const struct type *type)
{
	switch (column->what) {
	case LIST_NUMBER:
		return label(&visit->h, N_("Number"));
	case LIST_STATE:
		return label(&visit->h, N_("State"));
	case LIST_CREATED:
		return label(&visit->h, N_("Created"));
	case LIST_UPDATED:
		return label(&visit->h, N_("Updated"));
	case LIST_CLOCK:
		return str_eq(column->clock, type_lead_clock(type)) ? label(&visit->h, N_("Time left"))
								    : show_clock_name(visit, type, column->clock);
	case LIST_FIELD:
		break;
	}
	return column->field == show_priority_field(column->field->type) ? label(&visit->h, N_("Prio"))
									 : words_of(visit, &column->field->label);
}

static enum cell_kind field_kind(const struct field *field)
{
	if (field == field->type->headline)
		return CELL_TITLE;
	if (field == show_priority_field(field->type))
		return CELL_PRIORITY;
	switch (field->kind) {
	case FIELD_GROUP:
		return CELL_GROUP;
	case FIELD_PERSON:
		return field == list_assignee_field(field->type) ? CELL_PERSON : CELL_TEXT;
	case FIELD_REFERENCE:
		return CELL_SHORT;
	case FIELD_DATETIME:
		return CELL_TIME;
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
	case FIELD_MONEY:
	case FIELD_DURATION:
		return CELL_AMOUNT;
	default:
		return field->is_message ? CELL_MESSAGE : CELL_TEXT;
	}
}

static enum cell_kind kind_of(const struct list_column *column)
{
	static const enum cell_kind kinds[] = {[LIST_NUMBER] = CELL_NUMBER,
					       [LIST_STATE] = CELL_STATE,
					       [LIST_CLOCK] = CELL_CLOCK,
					       [LIST_CREATED] = CELL_TIME,
					       [LIST_UPDATED] = CELL_TIME};

	return column->what == LIST_FIELD ? field_kind(column->field) : kinds[column->what];
}

struct column_view *list_column_views(const struct visit *visit, const struct list_columns *columns,
				      const struct type *type)
{
	struct column_view *views = arena_many(visit->arena, struct column_view, columns->count + 1);

	for (size_t i = 0; i < columns->count; i++) {
		views[i] = (struct column_view){.kind = kind_of(&columns->items[i]),
						.title = list_column_title(visit, &columns->items[i], type)};
		if (columns->items[i].what == LIST_NUMBER && !type->headline)
			views[i].kind = CELL_TITLE;
	}
	return views;
}

/* --- cells --- */

struct filling { /* of the rows of one table */
	struct visit *visit;
	struct connection *connection;
	const struct list_columns *columns;
	struct show show;
};

static void fill_field(const struct filling *filling, const struct record *record, const struct field *field,
		       struct cell_view *cell)
{
	struct value value = record_value(record, field);
	bool done = record->state && record->state->phase == PHASE_DONE;

	if (field == show_priority_field(field->type) && value.kind == VALUE_CHOICE)
		cell->text = value.text;
	else if (field->kind == FIELD_DATETIME)
		cell->at = value.kind == VALUE_TIME ? value.number : INSTANT_NONE;
	else if (field == field->type->headline)
		cell->text = show_title(filling->visit, record);
	else
		cell->text = show_value(&filling->show, field, value);
	if (value.kind == VALUE_NONE && field == list_assignee_field(field->type) && !done) {
		cell->text = label(&filling->visit->h, N_("Nobody"));
		cell->missing = true;
	}
}

static enum status fill_clock(const struct filling *filling, const struct record *record,
			      const struct clock_list *clocks, struct str name, struct cell_view *cell)
{
	for (size_t i = 0; i < clocks->count; i++)
		if (str_eq(clocks->items[i].name, name))
			return show_clock(filling->visit, filling->connection, &clocks->items[i], record->state,
					  &cell->clock, &filling->visit->error);
	return OK;
}

/* Nobody has it although its time runs out: elsewhere that nobody has it yet is how work begins. */
static void tell_missing(const struct list_columns *columns, struct cell_view *cells)
{
	bool presses = false;

	for (size_t i = 0; i < columns->count; i++)
		presses = presses || cells[i].clock.tone == CLOCK_TONE_OVER || clock_view_is_soon(&cells[i].clock);
	for (size_t i = 0; i < columns->count; i++)
		cells[i].missing = cells[i].missing && presses;
}

static enum status fill_row(const struct filling *filling, const struct record *record, const struct clock_list *clocks,
			    struct row_view *row)
{
	struct cell_view *cells = arena_many(filling->visit->arena, struct cell_view, filling->columns->count + 1);
	enum status status = OK;

	*row = (struct row_view){.number = number_text(filling->visit, record->identity),
				 .version = record->version,
				 .url = record_url(filling->visit, record->identity),
				 .cells = cells};
	for (size_t i = 0; i < filling->columns->count && !status; i++) {
		const struct list_column *column = &filling->columns->items[i];

		cells[i].at = INSTANT_NONE;
		if (column->what == LIST_NUMBER)
			cells[i].text = row->number;
		else if (column->what == LIST_STATE)
			cells[i].state = show_state(filling->visit, record->type, record->state);
		else if (column->what == LIST_CREATED || column->what == LIST_UPDATED)
			cells[i].at = column->what == LIST_CREATED ? record->created_at : record->updated_at;
		else if (column->what == LIST_CLOCK)
			status = fill_clock(filling, record, clocks, column->clock, &cells[i]);
		else
			fill_field(filling, record, column->field, &cells[i]);
	}
	tell_missing(filling->columns, cells);
	return status;
}

enum status list_rows(struct visit *visit, struct connection *connection, const struct list_columns *columns,
		      struct record *const *records, size_t count, struct row_view **rows)
{
	struct filling filling = {
	    .visit = visit, .connection = connection, .columns = columns, .show = show_new(visit)};
	struct clock_list *clocks = arena_many(visit->arena, struct clock_list, count);
	bool has_clocks = false;
	enum status status;

	*rows = arena_many(visit->arena, struct row_view, count + 1);
	for (size_t c = 0; c < columns->count; c++) {
		has_clocks = has_clocks || columns->items[c].what == LIST_CLOCK;
		for (size_t i = 0; i < count && columns->items[c].what == LIST_FIELD; i++)
			show_need(&filling.show, record_value(records[i], columns->items[c].field));
	}
	if ((status = show_look_up(&filling.show, connection)) ||
	    (has_clocks && (status = clocks_of_records(visit->kernel, connection, visit->arena, records, count,
						       visit->now, clocks, &visit->error))))
		return status;
	for (size_t i = 0; i < count && !status; i++)
		status = fill_row(&filling, records[i], &clocks[i], &(*rows)[i]);
	return status;
}
