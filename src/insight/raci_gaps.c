/* raci_gaps: of what somebody is to be accountable for, what has nobody, or several, or a role that nobody holds.
 *
 *	raci_gaps:
 *	  insight: raci_gaps
 *	  among: "state = active"
 *	  accountable: accountable                    # a reference
 *	  vacant: "not has link(holders)"             # of what it refers to: nobody is there
 *	  idle: "state = approved"                    # vacant ones that are a gap by themselves
 *	  expects:
 *	    whole:   {label: ..., where: "object = sms"}                                # there is to be one
 *	    process: {label: ..., each: process, where: "activity = design"}            # for every value of a choice
 *	    policy:  {label: ..., each: policy, among: "state = published"}             # for every such record
 *
 * Only what falls short is a row. */
#include "insight/insights.h"

enum { LOOKED_AT = 1000, EXPECTED_MOST = 24 };

struct expected {
	struct str name;
	struct label label;
	const struct query *where, *among; /* among: of the type that `each` refers to */
	const struct field *each;          /* a choice or a reference; NULL: one is to be there */
};

struct raci_gaps {
	const struct field *accountable;
	const struct query *vacant, *idle; /* of what is accountable */
	struct expected expected[EXPECTED_MOST];
	size_t count;
};

enum { MISSING, SEVERAL, VACANT, GAPS, COLUMNS };
static const struct figure_column columns[COLUMNS] = {
    [MISSING] = {"missing", N_("No accountable role"), UNIT_COUNT},
    [SEVERAL] = {"several", N_("Several accountable roles"), UNIT_COUNT},
    [VACANT] = {"vacant", N_("Nobody assigned"), UNIT_COUNT},
    [GAPS] = {"count", N_("Gaps"), UNIT_COUNT}};

/* --- what is declared --- */

static struct str word(const struct node *mapping, const char *key)
{
	const struct node *node = node_get(mapping, key);

	return node && node->kind == NODE_SCALAR ? node->text : (struct str){0};
}

static enum status expression_of(struct figure_loading *loading, const struct node *mapping, const char *key,
				 const struct type *type, const struct query **query, struct error *error)
{
	struct figure there = *loading->figure;
	struct figure_loading other = *loading;

	there.type = type;
	other.figure = &there;
	return figure_expression(&other, mapping, key, false, query, error);
}

static enum status load_expected(struct figure_loading *loading, const struct node *node, struct expected *expected,
				 struct error *error)
{
	const struct node *label = node_get(node, "label");
	struct str each = word(node, "each");
	enum status status = figure_expression(loading, node, "where", false, &expected->where, error);

	if (status)
		return status;
	expected->label.text[ENGLISH] = label ? word(label, "en") : (struct str){0};
	expected->label.text[JAPANESE] = label ? word(label, "ja") : (struct str){0};
	if (!expected->label.text[ENGLISH].n)
		expected->label.text[ENGLISH] = expected->name;
	if (!each.n)
		return OK;
	expected->each = type_field(loading->figure->type, each);
	if (!expected->each || (expected->each->value != VALUE_CHOICE && expected->each->value != VALUE_RECORD))
		return figure_fail(loading, node, N_("There is no choice or reference \"%s\""),
				   str_c(loading->arena, each), error);
	return expected->each->value == VALUE_RECORD
		   ? expression_of(loading, node, "among", expected->each->to, &expected->among, error)
		   : OK;
}

static enum status load(struct figure_loading *loading, const void **parameters, struct error *error)
{
	struct raci_gaps *own = arena_one(loading->arena, struct raci_gaps);
	const struct node *list = node_get(loading->parameters, "expects");
	enum status status;

	*parameters = own;
	own->accountable = type_field(loading->figure->type, word(loading->parameters, "accountable"));
	if (!own->accountable || own->accountable->value != VALUE_RECORD || !own->accountable->to)
		return figure_fail(loading, NULL, N_("There is no choice or reference \"%s\""), "accountable", error);
	if (!list || list->kind != NODE_MAPPING || list->count > EXPECTED_MOST || loading->figure->by ||
	    loading->figure->each)
		return figure_fail(loading, list, N_("\"expects\" is written as name: {label, each, where, among}"),
				   NULL, error);
	if ((status =
		 expression_of(loading, loading->parameters, "vacant", own->accountable->to, &own->vacant, error)) ||
	    (status = expression_of(loading, loading->parameters, "idle", own->accountable->to, &own->idle, error)))
		return status;
	for (size_t i = 0; i < list->count && !status; i++) {
		own->expected[i].name = list->keys[i];
		status = load_expected(loading, list->items[i], &own->expected[own->count++], error);
	}
	return status;
}

/* --- what there is --- */

struct finding {
	struct computing *c;
	struct list_result vacant; /* what could be accountable, where nobody is */
	VEC(struct figure_row) rows;
	VEC(struct figure_record) records;
};

static enum status list_of(struct finding *f, const struct type *type, struct str filter, struct list_result *list)
{
	struct computing *c = f->c;
	struct list_request request = {.type = type, .limit = LOOKED_AT, .as_of = INSTANT_NONE, .now = c->request->now};
	enum status status = filter.n ? query_parse(c->arena, type->query, filter, &request.filter, c->error) : OK;

	if (!status)
		status = read_list(c->kernel, c->connection, c->arena, c->actor, &request, list, c->error);
	if (!status && list->next.n)
		c->result->sampled = true;
	return status;
}

static bool is_vacant(const struct finding *f, struct value accountable)
{
	for (size_t i = 0; i < f->vacant.count; i++)
		if (f->vacant.records[i]->identity == accountable.number)
			return true;
	return false;
}

/* How those of the entries that are for this value stand: which column counts, or COLUMNS when nothing is amiss. */
static int judge(const struct finding *f, const struct expected *expected, const struct list_result *entries,
		 struct value of)
{
	const struct raci_gaps *own = f->c->figure->own;
	struct value found = {0};

	for (size_t i = 0; i < entries->count; i++) {
		struct value accountable = record_value(entries->records[i], own->accountable);

		if (accountable.kind != VALUE_RECORD ||
		    (expected->each && !value_eq(record_value(entries->records[i], expected->each), of)))
			continue;
		if (found.kind == VALUE_RECORD && !value_eq(found, accountable))
			return SEVERAL;
		found = accountable;
	}
	if (found.kind != VALUE_RECORD)
		return MISSING;
	return is_vacant(f, found) ? VACANT : COLUMNS;
}

static void add_gap(struct finding *f, int column, struct str key, struct str label, struct str filter, int64_t record)
{
	struct figure_row row = {.key = key, .label = label, .filter = filter};
	struct figure_record found = {.record = record, .row = f->rows.count};

	for (int i = 0; i < COLUMNS; i++)
		cell_count(&row.cells[i], i == column || i == GAPS, (struct str){0}); /* the list has what is there */
	f->c->result->total.cells[column].value++;
	f->c->result->total.cells[GAPS].value++;
	vec_push(f->c->arena, &f->rows, row);
	if (record)
		vec_push(f->c->arena, &f->records, found);
}

static void look(struct finding *f, const struct expected *expected, const struct list_result *entries,
		 struct str filter, struct value of, struct str called)
{
	struct computing *c = f->c;
	struct str kind = label_in(&expected->label, c->request->language), shown = called;
	char number[NUMBER_TEXT];
	int column = judge(f, expected, entries, of);

	if (column == COLUMNS)
		return;
	if (expected->each)
		filter = condition_and(
		    c, filter, condition_equal(c, map_get(&c->figure->type->query->fields, expected->each->name), of));
	if (of.kind == VALUE_RECORD && !shown.n)
		shown = str_dup(c->arena, str_of(kernel_number(c->kernel, of.number, number)));
	add_gap(f, column,
		str_format(c->arena, "%.*s.%.*s", STR_ARG(expected->name),
			   STR_ARG(of.kind == VALUE_CHOICE ? of.text : shown)),
		shown.n ? str_format(c->arena, "%.*s: %.*s", STR_ARG(kind), STR_ARG(shown)) : kind, filter,
		of.kind == VALUE_RECORD ? of.number : 0);
}

static enum status look_at(struct finding *f, const struct expected *expected)
{
	struct computing *c = f->c;
	struct str filter = condition_and(c, c->base, condition_of(c, expected->where));
	const struct choice_set *set = expected->each ? expected->each->choices : NULL;
	struct list_result entries, records;
	enum status status = list_of(f, c->figure->type, filter, &entries);

	if (status)
		return status;
	if (!expected->each) {
		look(f, expected, &entries, filter, (struct value){0}, (struct str){0});
		return OK;
	}
	for (size_t i = 0; set && i < set->count; i++)
		look(f, expected, &entries, filter, (struct value){.kind = VALUE_CHOICE, .text = set->choices[i].code},
		     label_in(&set->choices[i].label, c->request->language));
	if (set || (status = list_of(f, expected->each->to, condition_of(c, expected->among), &records)))
		return status;
	for (size_t i = 0; i < records.count; i++)
		look(f, expected, &entries, filter, value_record(records.records[i]->identity),
		     read_headline(records.records[i], c->request->language));
	return OK;
}

static enum status look_at_idle(struct finding *f)
{
	struct computing *c = f->c;
	const struct raci_gaps *own = c->figure->own;
	const struct query_field *field = map_get(&c->figure->type->query->fields, own->accountable->name);
	struct list_result idle = {0};
	enum status status = list_of(f, own->accountable->to,
				     condition_and(c, condition_of(c, own->vacant), condition_of(c, own->idle)), &idle);

	for (size_t i = 0; i < idle.count && !status; i++) {
		char number[NUMBER_TEXT];
		struct str key = str_dup(c->arena, str_of(kernel_number(c->kernel, idle.records[i]->identity, number)));

		add_gap(f, VACANT, key, read_headline(idle.records[i], c->request->language),
			condition_equal(c, field, value_record(idle.records[i]->identity)), idle.records[i]->identity);
	}
	return status;
}

static enum status compute(struct computing *c)
{
	const struct raci_gaps *own = c->figure->own;
	struct finding f = {.c = c};
	enum status status = OK;

	if (c->result->by || c->result->each)
		return figure_has_own_rows(c);
	for (int i = 0; i < COLUMNS; i++)
		cell_count(&c->result->total.cells[i], 0, (struct str){0});
	if (own->vacant)
		status = list_of(&f, own->accountable->to, condition_of(c, own->vacant), &f.vacant);
	for (size_t i = 0; i < own->count && !status; i++)
		status = look_at(&f, &own->expected[i]);
	if (!status && own->idle)
		status = look_at_idle(&f);
	c->result->shape = SHAPE_LIST;
	c->result->columns = columns;
	c->result->column_count = COLUMNS;
	c->result->main = GAPS;
	c->result->rows = f.rows.items;
	c->result->row_count = f.rows.count;
	c->result->records = f.records.items;
	c->result->record_count = f.records.count;
	c->result->record_total = (int64_t)f.records.count;
	return status;
}

const struct insight insight_raci_gaps = {
    "raci_gaps", "accountable vacant idle expects", load, compute, columns, COLUMNS, GAPS, SHAPE_LIST};
