/* coverage: what a table of rows says nothing of, where no general table does either: priorities of an agreement that
 * have no target.
 *
 *	agreement_alignment: {insight: coverage, among: "state = active", of: targets, first: clock, second: priority,
 *			      codes: [resolution, fulfilment]}
 *
 * first and second are choice columns of the rows field `of`; for each of the codes of the first, every code of the
 * second is to have a row, or a time in the target table that is called as the code of the first. */
#include "insight/insights.h"

#include "record/lookup.h"

enum { LOOKED_AT = 1000 };

struct coverage {
	const struct field *of, *first, *second;
	const struct choice **codes; /* of the first */
	size_t count;
};

static const struct field *choice_column(const struct field *rows, struct str name)
{
	const struct field *found = rows_column(rows, name);

	return found && found->value == VALUE_CHOICE ? found : NULL;
}

static struct str word(const struct figure_loading *loading, const char *key)
{
	const struct node *node = node_get(loading->parameters, key);

	return node && node->kind == NODE_SCALAR ? node->text : (struct str){0};
}

static enum status read_codes(struct figure_loading *loading, struct coverage *own, struct error *error)
{
	const struct node *list = node_get(loading->parameters, "codes");
	const struct choice_set *set = own->first->choices;

	if (!list || list->kind != NODE_SEQUENCE)
		return figure_fail(loading, list, N_("\"%s\" must be a list of names"), "codes", error);
	own->codes = arena_many(loading->arena, const struct choice *, list->count + 1);
	for (size_t i = 0; i < list->count; i++) {
		for (size_t k = 0; k < set->count; k++)
			if (str_eq(set->choices[k].code, list->items[i]->text))
				own->codes[own->count++] = &set->choices[k];
		if (own->count != i + 1)
			return figure_fail(loading, list->items[i], N_("There is no choice \"%s\""),
					   str_c(loading->arena, list->items[i]->text), error);
	}
	return OK;
}

static enum status load(struct figure_loading *loading, const void **parameters, struct error *error)
{
	struct coverage *own = arena_one(loading->arena, struct coverage);
	struct str of = word(loading, "of");

	*parameters = own;
	own->of = type_field(loading->figure->type, of);
	if (!own->of || own->of->kind != FIELD_ROWS)
		return figure_fail(loading, NULL, N_("There is no table of rows \"%s\""), str_c(loading->arena, of),
				   error);
	own->first = choice_column(own->of, word(loading, "first"));
	own->second = choice_column(own->of, word(loading, "second"));
	if (!own->first || !own->second || loading->figure->by || loading->figure->each)
		return figure_fail(loading, NULL, N_("It looks at two choice columns of the table, by itself"), NULL,
				   error);
	return read_codes(loading, own, error);
}

static const struct figure_column columns[] = {{"missing", N_("Without"), UNIT_COUNT}};

/* --- one combination --- */

static bool is_general(const struct computing *c, struct str table, struct str code)
{
	const struct target_table *targets = map_get(&c->kernel->model->targets_by_name, table);

	for (size_t i = 0; targets && i < targets->count; i++)
		if (str_eq(targets->codes[i], code))
			return true;
	return false;
}

static bool says(struct computing *c, const struct record *record, struct str first, struct str second)
{
	const struct coverage *own = c->figure->own;
	struct str keys[] = {own->first->name, own->second->name}, codes[] = {first, second};

	return rows_cell(c->arena, record_value(record, own->of), keys, codes, 2, own->second->name).n > 0;
}

static struct str add_number(struct computing *c, struct str numbers, const struct record *record)
{
	char number[NUMBER_TEXT];

	return str_format(c->arena, "%.*s%s%s", STR_ARG(numbers), numbers.n ? ", " : "",
			  kernel_number(c->kernel, record->identity, number));
}

static struct str those(struct computing *c, struct str numbers)
{
	return numbers.n ? str_format(c->arena, "number in (%.*s)", STR_ARG(numbers)) : (struct str){0};
}

struct looking {
	struct list_result list;
	bool *lacks; /* by record: something */
	VEC(struct figure_row) rows;
	VEC(struct figure_record) records;
};

static void look(struct computing *c, struct looking *looking, const struct choice *first, const struct choice *second)
{
	enum language language = c->request->language;
	struct figure_row row = {.key = str_format(c->arena, "%.*s.%.*s", STR_ARG(first->code), STR_ARG(second->code)),
				 .label = str_format(c->arena, "%.*s: %.*s", STR_ARG(label_in(&first->label, language)),
						     STR_ARG(label_in(&second->label, language)))};
	struct str numbers = {0};
	int64_t count = 0;

	for (size_t i = 0; i < looking->list.count; i++) {
		const struct record *record = looking->list.records[i];
		struct figure_record found = {.record = record->identity, .row = looking->rows.count};

		if (says(c, record, first->code, second->code))
			continue;
		looking->lacks[i] = true;
		numbers = add_number(c, numbers, record);
		count++;
		vec_push(c->arena, &looking->records, found);
	}
	if (!count)
		return;
	row.filter = those(c, numbers);
	cell_count(&row.cells[0], count, row.filter);
	vec_push(c->arena, &looking->rows, row);
}

static enum status read(struct computing *c, struct looking *looking)
{
	struct list_request request = {
	    .type = c->figure->type, .limit = LOOKED_AT, .as_of = INSTANT_NONE, .now = c->request->now};
	enum status status = c->base.n ? condition_parse(c, c->base, &request.filter) : OK;

	if (status ||
	    (status = read_list(c->kernel, c->connection, c->arena, c->actor, &request, &looking->list, c->error)))
		return status;
	looking->lacks = arena_many(c->arena, bool, looking->list.count + 1);
	return OK;
}

static enum status compute(struct computing *c)
{
	const struct coverage *own = c->figure->own;
	const struct choice_set *seconds = own->second->choices;
	struct figure_result *result = c->result;
	struct looking looking = {0};
	struct str numbers = {0};
	int64_t count = 0;
	enum status status;

	if (result->by || result->each)
		return error_fail(c->error, E_SYNTAX, result->by ? "by" : "each", "kind",
				  N_("This figure has rows of its own"));
	if ((status = read(c, &looking)))
		return status;
	for (size_t i = 0; i < own->count; i++)
		for (size_t k = 0; k < seconds->count; k++)
			if (!is_general(c, own->codes[i]->code, seconds->choices[k].code))
				look(c, &looking, own->codes[i], &seconds->choices[k]);
	for (size_t i = 0; i < looking.list.count; i++)
		if (looking.lacks[i]) {
			numbers = add_number(c, numbers, looking.list.records[i]);
			count++;
		}
	result->shape = SHAPE_LIST;
	result->columns = columns;
	result->column_count = 1;
	result->rows = looking.rows.items;
	result->row_count = looking.rows.count;
	result->records = looking.records.items;
	result->record_count = looking.records.count;
	result->record_total = (int64_t)looking.records.count;
	result->sampled = looking.list.next.n > 0;
	cell_count(&result->total.cells[0], count, those(c, numbers));
	return OK;
}

const struct insight insight_coverage = {"coverage", "of first second codes", load, compute, columns, 1, 0, SHAPE_LIST};
