/* How a list may be arranged beside the table: as a board of columns, and on a calendar. */
#include "model/load.h"

/* A choice of one value, which has a column of its own; what is counted has none that an edit fills. */
static const struct field *choice_named(struct load *load, const struct type *type, const struct node *mapping,
					const char *key)
{
	const struct node *given = node_get(mapping, key);
	const struct field *field = given ? field_named(load, type, given->text, given->place) : NULL;

	if (!field)
		return NULL;
	if (field->kind == FIELD_CHOICE)
		return field;
	fault(load, given->place, "\"%s\" is no choice field", text_of(load, field->name));
	return NULL;
}

static void read_board(struct load *load, struct type *type, const struct node *mapping)
{
	struct board *board = arena_one(load->arena, struct board);
	const struct node *by = node_get(mapping, "by");

	if (!mapping || !read_mapping(load, mapping, "\"board\""))
		return;
	read_keys(load, mapping, "by");
	board->place = mapping->place;
	if (!by)
		fault(load, mapping->place, "A board needs \"by\": state, or a choice field");
	else if (str_is(by->text, "state") && !type->state_count)
		fault(load, by->place, "A board by state needs \"states\"");
	else if (!str_is(by->text, "state"))
		board->by = choice_named(load, type, mapping, "by");
	type->board = board;
}

static const struct field *day_named(struct load *load, const struct type *type, const struct node *mapping,
				     const char *key)
{
	const struct node *given = node_get(mapping, key);
	const struct field *field = given ? field_named(load, type, given->text, given->place) : NULL;

	if (!field)
		return NULL;
	if (field->kind == FIELD_DATE || field->kind == FIELD_DATETIME)
		return field;
	fault(load, given->place, "\"%s\" is no date and no time", text_of(load, field->name));
	return NULL;
}

static void read_agenda(struct load *load, struct type *type, const struct node *mapping)
{
	struct agenda *agenda = arena_one(load->arena, struct agenda);

	if (!mapping || !read_mapping(load, mapping, "\"calendar\""))
		return;
	read_keys(load, mapping, "from to by");
	agenda->place = mapping->place;
	agenda->from = day_named(load, type, mapping, "from");
	agenda->to = day_named(load, type, mapping, "to");
	agenda->by = choice_named(load, type, mapping, "by");
	if (!node_get(mapping, "from"))
		fault(load, mapping->place, "A calendar needs \"from\": a date or a time");
	else if (agenda->from && agenda->to && agenda->from->kind != agenda->to->kind)
		fault(load, node_get(mapping, "to")->place, "\"from\" and \"to\" must both be dates, or both times");
	type->agenda = agenda;
}

void resolve_arrangement(struct load *load, struct draft *draft)
{
	read_board(load, draft->type, node_get(draft->node, "board"));
	read_agenda(load, draft->type, node_get(draft->node, "calendar"));
}
