/* raci: who is accountable and responsible for what, is consulted and informed: a row for each role, a column for each
 * part in it.
 *
 *	raci: {insight: raci, among: "state = active", accountable: accountable, responsible: responsible,
 *	       consulted: consulted, informed: informed}
 *
 * What is counted are parts that roles have, in the rows and in all: an entry with three roles has three.
 * Each of the four is a reference or a links field, all to one type. Which of what is to have somebody has nobody,
 *tells raci_gaps. */
#include "insight/insights.h"

#include <stdlib.h>

enum { INFORMED, CONSULTED, RESPONSIBLE, ACCOUNTABLE, PARTS, ALL = PARTS, COLUMNS };
enum { LOOKED_AT = 1000 };

static const struct figure_column columns[COLUMNS] = {[INFORMED] = {"informed", N_("Informed"), UNIT_COUNT},
						      [CONSULTED] = {"consulted", N_("Consulted"), UNIT_COUNT},
						      [RESPONSIBLE] = {"responsible", N_("Responsible"), UNIT_COUNT},
						      [ACCOUNTABLE] = {"accountable", N_("Accountable"), UNIT_COUNT},
						      [ALL] = {"count", N_("Total"), UNIT_COUNT}};

struct raci {
	const struct field *parts[PARTS];
};

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	struct raci *raci = arena_one(loading->arena, struct raci);

	*own = raci;
	if (loading->figure->by || loading->figure->each)
		return figure_fail(loading, NULL, N_("This figure has rows of its own"), NULL, error);
	for (int i = 0; i < PARTS; i++) {
		const struct node *node = node_get(loading->parameters, columns[i].name);

		raci->parts[i] = node ? type_field(loading->figure->type, node->text) : NULL;
		if (!raci->parts[i] || !raci->parts[i]->to || raci->parts[i]->to != raci->parts[0]->to)
			return figure_fail(loading, node,
					   N_("\"%s\" is a reference or links, to the same type as the others"),
					   columns[i].name, error);
	}
	return OK;
}

struct counting {
	struct computing *c;
	struct map rows; /* index of a row + 1, by number */
	VEC(struct reference) roles;
	VEC(struct figure_row) list;
};

static struct figure_row *row_of(struct counting *counting, int64_t role)
{
	const struct raci *own = counting->c->figure->own;
	char number[NUMBER_TEXT];
	struct str key = str_dup(counting->c->arena, str_of(kernel_number(counting->c->kernel, role, number)));
	struct figure_row row = {.key = key};
	struct reference reference = {.identity = role};
	size_t *at = map_get(&counting->rows, key);

	if (!at) {
		for (int i = 0; i < PARTS; i++)
			cell_count(
			    &row.cells[i], 0,
			    condition_equal(counting->c,
					    map_get(&counting->c->figure->type->query->fields, own->parts[i]->name),
					    value_record(role)));
		for (int i = 0; i < PARTS; i++)
			row.cells[i].filter = condition_and(counting->c, counting->c->base, row.cells[i].filter);
		cell_count(&row.cells[ALL], 0, (struct str){0});
		at = arena_one(counting->c->arena, size_t);
		*at = counting->list.count;
		map_put(&counting->rows, key, at);
		vec_push(counting->c->arena, &counting->list, row);
		vec_push(counting->c->arena, &counting->roles, reference);
	}
	return &counting->list.items[*at];
}

static void count(struct counting *counting, const struct record *record, int part)
{
	const struct raci *own = counting->c->figure->own;
	struct value value = record_value(record, own->parts[part]);
	const struct value *items = value.kind == VALUE_LIST ? value.list.items : &value;
	size_t some = value.kind == VALUE_LIST ? value.list.count : value.kind == VALUE_RECORD;

	for (size_t i = 0; i < some; i++)
		row_of(counting, items[i].number)->cells[part].value++;
	for (size_t i = 0; i < some; i++)
		row_of(counting, items[i].number)->cells[ALL].value++;
	counting->c->result->total.cells[part].value += (int64_t)some;
	counting->c->result->total.cells[ALL].value += (int64_t)some;
}

static int by_weight(const void *a, const void *b)
{
	const struct figure_row *x = a, *y = b;

	for (int i = PARTS; i-- > 0;)
		if (x->cells[i].value != y->cells[i].value)
			return x->cells[i].value < y->cells[i].value ? 1 : -1;
	return str_cmp(x->key, y->key);
}

static enum status name_rows(struct counting *counting)
{
	struct computing *c = counting->c;
	enum status status = read_references(c->kernel, c->connection, c->arena, c->actor, counting->roles.items,
					     counting->roles.count, c->error);

	for (size_t i = 0; i < counting->list.count && !status; i++)
		counting->list.items[i].label = counting->roles.items[i].headline.n ? counting->roles.items[i].headline
										    : counting->list.items[i].key;
	return status;
}

static enum status compute(struct computing *c)
{
	struct counting counting = {.c = c, .rows = map_new(c->arena)};
	struct list_request request = {.type = c->figure->type,
				       .limit = LOOKED_AT,
				       .as_of = INSTANT_NONE,
				       .now = c->request->now,
				       .with_links = true};
	struct list_result list;
	enum status status = c->base.n ? condition_parse(c, c->base, &request.filter) : OK;

	if (c->result->by || c->result->each)
		return figure_has_own_rows(c);
	if (status || (status = read_list(c->kernel, c->connection, c->arena, c->actor, &request, &list, c->error)))
		return status;
	for (int i = 0; i < COLUMNS; i++)
		cell_count(&c->result->total.cells[i], 0, (struct str){0});
	for (size_t i = 0; i < list.count; i++)
		for (int part = 0; part < PARTS; part++)
			count(&counting, list.records[i], part);
	if ((status = name_rows(&counting)))
		return status;
	if (counting.list.count)
		qsort(counting.list.items, counting.list.count, sizeof(*counting.list.items), by_weight);
	c->result->shape = SHAPE_PARTS;
	c->result->columns = columns;
	c->result->column_count = COLUMNS;
	c->result->drawn = PARTS;
	c->result->rows = counting.list.items;
	c->result->row_count = counting.list.count;
	c->result->sampled = list.next.n > 0;
	return OK;
}

const struct insight insight_raci = {
    "raci", "accountable responsible consulted informed", load, compute, columns, COLUMNS, 0, SHAPE_PARTS};
