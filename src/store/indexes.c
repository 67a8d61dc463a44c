/* Which indexes a type's table has. Every index makes every edit dearer, so each answers to something declared:
 * - the key and unique fields (unique, and only over rows that have a value);
 * - updated_at, by which what has changed is found, and the times that a process measures periods by;
 * - the customer, for types that customers see their own rows of;
 * - references that the other record's page tells of (back), in the order in which it does;
 * - of each view, the references that it compares: few rows have the same, so that a list may begin there;
 * - the day at which a calendar has its records;
 * - of checks of demands (conformity), the day that makes them stale, and what few records have that they look for;
 * - of what people work on, whose it is (assignee and group), over what is open, in the order in which it is due;
 * - of what comes by mail, from whom it is: of nobody too much may come in an hour;
 * - of people, their addresses and accounts, whatever the case of their letters: so mail names them;
 * - of what the portal has of its visitors, whose it is, over what is open, the last changed first;
 * - of each view, its order, over the rows that its fixed conditions (states, booleans) leave: a page is then the first
 *   rows of the index. An order by another record's name has no index.
 * Behind what they are for, indexes carry state and restricted, so that counting needs no rows. Rows that are open are
 * few beside those that are done: what only speaks of open ones has an index over them alone. */
#include "store/schema.h"

#include "base/hash.h"
#include "base/map.h"
#include "store/index_conditions.h"
#include "store/layout.h"

/* Whether what it selects is open; the condition for it may stand beside others. */
static bool says_open(struct arena *arena, const struct query_node *node, struct str open)
{
	bool says = open.n && str_eq(index_fixed_condition(arena, node), open);

	for (size_t i = 0; i < node->count && node->op == QUERY_AND && !says; i++)
		says = says_open(arena, node->children[i], open);
	return says;
}

/* --- collecting --- */

struct collector {
	struct arena *arena;
	const struct type *type;
	struct str open;    /* the condition; empty when the type has no end */
	struct map periods; /* columns by which a process measures periods of it */
	VEC(struct layout_index) found;
};

static struct str first_column(struct str columns)
{
	struct str before, name = {0};

	if (str_cut(&columns, '"', &before))
		(void)str_cut(&columns, '"', &name);
	return name;
}

enum { COLUMNS_MOST = 30 }; /* PostgreSQL has 32 */

static void carry(struct buf *columns, struct str column)
{
	size_t at;

	if (!str_find(buf_str(columns), column, &at))
		buf_format(columns, ", %.*s", STR_ARG(column));
}

static size_t count_columns(struct str columns)
{
	size_t count = 0;
	struct str column;

	while (str_cut(&columns, ',', &column))
		count++;
	return count;
}

/* What both are for is the same: one index carries what either does. */
static bool join(struct collector *collector, const struct layout_index *index, struct str columns, struct str where)
{
	struct buf all = buf_new(collector->arena);
	struct str before, column;

	for (size_t i = 0; i < collector->found.count; i++) {
		struct layout_index *found = &collector->found.items[i];

		if (found->unique || index->unique || !str_eq(found->lead, index->lead) ||
		    !str_eq(found->order, index->order) || !str_eq(found->where, where))
			continue;
		buf_add(&all, found->definition);
		while (str_cut(&columns, ',', &before) && count_columns(buf_str(&all)) < COLUMNS_MOST) {
			column = str_trim(before);
			if (str_starts(column, S("\"")) && str_ends(column, S("\"")))
				carry(&all, column);
		}
		found->definition = buf_str(&all);
		return true;
	}
	return false;
}

/* Until they are all found, the definition is the columns alone. */
static void add(struct collector *collector, struct layout_index index, struct str columns, struct str where)
{
	if (join(collector, &index, columns, where))
		return;
	index.definition = columns;
	index.where = where;
	index.is_whole = !where.n;
	index.is_open = where.n && str_eq(where, collector->open);
	vec_push(collector->arena, &collector->found, index);
}

/* What the index is made of tells its name, so that another one is made when that changes. */
static void define(struct collector *collector, struct layout_index *index)
{
	struct str columns = index->definition, where = index->where;
	char hex[HASH_BYTES * 2 + 1];

	index->definition =
	    str_format(collector->arena, "(%.*s)%s%.*s", STR_ARG(columns), where.n ? " WHERE " : "", STR_ARG(where));
	hash_hex(hash_bytes(index->definition), hex);
	index->name = str_format(collector->arena, SCHEMA_INDEX "%s%.*s_%.*s_%.8s", index->unique ? "unique_" : "",
				 STR_ARG(collector->type->name), STR_ARG(first_column(columns)), hex);
}

static void add_references(const struct collector *collector, const struct query_node *node, struct map *names)
{
	const struct query_field *field = index_own_column(node);

	if (field && field->kind == VALUE_RECORD)
		map_put(names, field->name, (void *)field);
	for (size_t i = 0; i < node->count && node->op != QUERY_LINK; i++)
		add_references(collector, node->children[i], names);
}

/* A column by whose value a list may begin; order: that of what is found. Over open rows it carries what else views ask
 * of those: "in my groups and assigned to nobody" is counted in one index. */
static void add_lead(struct collector *collector, struct str column, struct str order, struct str where)
{
	const struct type *type = collector->type;
	struct map carried = map_new(collector->arena);
	struct buf columns = buf_new(collector->arena);

	buf_format(&columns, "\"%.*s\", %.*s, \"restricted\"", STR_ARG(column), STR_ARG(order));
	if (where.n && str_eq(where, collector->open)) {
		buf_add(&columns, S(", \"state\""));
		for (size_t i = 0; i < type->view_count; i++)
			if (type->views[i]->filter &&
			    says_open(collector->arena, type->views[i]->filter->root, collector->open))
				add_references(collector, type->views[i]->filter->root, &carried);
	}
	for (size_t i = 0; i < carried.count; i++)
		if (!str_eq(carried.entries[i].key, column))
			buf_format(&columns, ", \"%.*s\"", STR_ARG(carried.entries[i].key));
	add(collector, (struct layout_index){.lead = column, .order = order}, buf_str(&columns), where);
}

/* Views of what a clock does ask for its state, others for choices. An index that one view has for itself carries all
 * that it asks for; one over all open rows serves many, and is the same for each. */
static void carry_viewed(struct collector *collector, const struct query_node *node, bool alone, struct buf *columns)
{
	const struct query_field *field = index_own_column(node);

	if (node->op == QUERY_CLOCK && node->clock_state != CLOCK_BREACHED)
		carry(columns, layout_clock_column(collector->arena, node->clock, CLOCK_STATE));
	else if (field && (field->kind == VALUE_CHOICE || (alone && field->kind != VALUE_TEXT)))
		carry(columns, str_format(collector->arena, "\"%.*s\"", STR_ARG(field->name)));
	for (size_t i = 0; i < node->count && node->op != QUERY_LINK; i++)
		carry_viewed(collector, node->children[i], alone, columns);
}

/* filter: whose fixed conditions are `where`. Their columns are carried, so that counting needs no rows. */
static void add_order(struct collector *collector, struct str order, const struct query_node *filter, struct str where)
{
	struct buf columns = buf_new(collector->arena);
	size_t count = !where.n ? 0 : filter->op == QUERY_AND ? filter->count : 1;

	if (!order.n || (!where.n && str_is(order, "\"id\""))) /* the table itself has that order */
		return;
	buf_format(&columns, "%.*s, \"restricted\"", STR_ARG(order));
	for (size_t i = 0; i < count; i++) {
		const struct query_field *column =
		    index_fixed_column(filter->op == QUERY_AND ? filter->children[i] : filter);

		if (column)
			buf_format(&columns, ", \"%.*s\"", STR_ARG(column->name));
	}
	if (filter)
		carry_viewed(collector, filter, where.n && !str_eq(where, collector->open), &columns);
	add(collector, (struct layout_index){.order = order}, buf_str(&columns), where);
}

/* Orders that every list offers. What is open may be old, and far from either end of the order of all. The choices that
 * views sort by are what people filter by. */
static void add_open_orders(struct collector *collector)
{
	static const struct str orders[] = {S("\"id\""), S("\"updated_at\", \"id\""), S("\"created_at\", \"id\"")};
	const struct type *type = collector->type;

	for (size_t i = 0; collector->open.n && i < sizeof(orders) / sizeof(*orders); i++) {
		struct buf columns = buf_new(collector->arena);

		buf_format(&columns, "%.*s, \"restricted\", \"state\"", STR_ARG(orders[i]));
		for (size_t v = 0; v < type->view_count; v++)
			for (size_t k = 0; k < type->views[v]->sort_count; k++) {
				const struct query_field *field = type->views[v]->sort[k].field;

				if (field && field->kind == VALUE_CHOICE)
					carry(&columns, str_format(collector->arena, "\"%.*s\"", STR_ARG(field->name)));
			}
		add(collector, (struct layout_index){.order = orders[i]}, buf_str(&columns), collector->open);
	}
}

static bool is_ordered(enum value_kind kind)
{
	return kind == VALUE_DATE || kind == VALUE_TIME || kind == VALUE_INTEGER || kind == VALUE_DECIMAL ||
	       kind == VALUE_DURATION;
}

/* The columns by which a process measures periods of the type's records. */
static struct map find_periods(struct arena *arena, const struct model *model, const struct type *type)
{
	struct map periods = map_new(arena);

	for (size_t i = 0; i < model->process_count; i++) {
		const struct node *kpis = model->processes[i]->kpis;

		for (size_t k = 0; kpis && k < kpis->count; k++) {
			const struct node *of = node_get(kpis->items[k], "of"),
					  *period = node_get(kpis->items[k], "in_period");
			const struct query_field *field = period ? map_get(&type->query->fields, period->text) : NULL;

			if (of && field && str_eq(of->text, type->name) && is_ordered(field->kind))
				map_put(&periods, field->name, (void *)field);
		}
	}
	return periods;
}

static void add_column_order(struct collector *collector, struct str column)
{
	add_order(collector, str_format(collector->arena, "\"%.*s\", \"id\"", STR_ARG(column)), NULL, (struct str){0});
}

/* --- views --- */

/* Any index that begins with the column will do for what is only found, and not ordered, by it. */
static bool leads_already(const struct collector *collector, struct str column, struct str where, bool ordered)
{
	for (size_t i = 0; i < collector->found.count; i++) {
		const struct layout_index *index = &collector->found.items[i];

		if (!ordered && str_eq(index->lead, column) && str_eq(index->where, where))
			return true;
	}
	return false;
}

/* What one value is asked of, as of "mine", has the view's order at once; what several are, has it not. */
static void add_compared(struct collector *collector, const struct view *view, const struct query_node *node,
			 struct str where)
{
	const struct query_field *field = node->count ? index_own_column(node->children[0]) : NULL;
	bool one = node->op == QUERY_EQUAL, some = one || node->op == QUERY_IN || node->op == QUERY_EMPTY;
	struct str order = S("\"id\"");

	if (node->op == QUERY_AND || node->op == QUERY_OR) {
		for (size_t i = 0; i < node->count; i++)
			add_compared(collector, view, node->children[i], where);
	} else if (field && some && field->kind == VALUE_RECORD) {
		if (one && where.n)
			order = layout_order(collector->arena, collector->type, view->sort, view->sort_count, false);
		if (!leads_already(collector, field->name, where, one))
			add_lead(collector, field->name, order.n ? order : S("\"id\""), where);
	} else if (field && is_ordered(field->kind) && node->op != QUERY_EMPTY) {
		add_column_order(collector, field->name);
	}
}

static void add_view(struct collector *collector, const struct view *view)
{
	const struct query_node *filter = view->filter ? view->filter->root : NULL;
	struct str where = {0}, open = {0};

	if (filter) {
		where = layout_fixed(collector->arena, filter);
		if (says_open(collector->arena, filter, collector->open))
			open = collector->open;
		add_compared(collector, view, filter, open);
	}
	add_order(collector, layout_order(collector->arena, collector->type, view->sort, view->sort_count, false),
		  filter, where);
	if (collector->type->reading)
		add_order(collector,
			  layout_order(collector->arena, collector->type, view->sort, view->sort_count, true), filter,
			  where);
}

/* --- what behaviours and measures need --- */

/* Every column that views look at, of the row itself (what lies behind a link has its own): so much and no more an
 * index needs to answer for them. */
static void add_viewed(struct collector *collector, const struct query_node *node, struct map *columns)
{
	const struct query_field *field = index_own_column(node);

	if (field && field->kind != VALUE_TEXT)
		map_put(columns, str_format(collector->arena, "\"%.*s\"", STR_ARG(field->name)), collector);
	if (node->op == QUERY_CLOCK || node->op == QUERY_DUE) {
		map_put(columns, layout_clock_column(collector->arena, node->clock, CLOCK_DUE_AT), collector);
		map_put(columns, layout_clock_column(collector->arena, node->clock, CLOCK_STATE), collector);
	}
	for (size_t i = 0; i < node->count && node->op != QUERY_LINK; i++)
		add_viewed(collector, node->children[i], columns);
}

/* "record.owner" is the field where a role has the same name. */
static const struct field *restricted_field(const struct type *type, struct str name)
{
	const struct str prefix = S("record.");

	return type_field(type, str_starts(name, prefix) ? str_sub(name, prefix.n, name.n) : name);
}

/* Behind what it finds: restricted, so that it is preferred to an index over all open rows. */
static void add_restricted_lead(struct collector *collector, const struct map *columns, struct str lead,
				struct str where)
{
	struct buf text = buf_new(collector->arena);

	buf_format(&text, "\"%.*s\"", STR_ARG(lead));
	for (size_t i = 0; i < columns->count && i < COLUMNS_MOST; i++)
		carry(&text, columns->entries[i].key);
	add(collector, (struct layout_index){.lead = lead}, buf_str(&text), where);
}

/* Restricted rows are few, and those who may see them anyway are named in their fields. Each of these has an index over
 * such rows, and one over those that are open, with all that views look at. */
static void add_restricted_by(struct collector *collector, const struct node *to)
{
	const struct type *type = collector->type;
	struct map columns = map_new(collector->arena), leads = map_new(collector->arena);
	const struct str only = S("\"restricted\" = 1");

	map_put(&columns, S("\"restricted\""), collector);
	map_put(&columns, S("\"id\""), collector);
	if (type->scoped && type->customer)
		map_put(&columns, str_format(collector->arena, "\"%.*s\"", STR_ARG(type->customer->name)), collector);
	for (size_t i = 0; i < to->count; i++) {
		const struct field *field = restricted_field(type, to->items[i]->text);

		if (!field || field->value != VALUE_RECORD || !layout_has_column(field))
			continue;
		map_put(&leads, field->name, collector);
		map_put(&columns, str_format(collector->arena, "\"%.*s\"", STR_ARG(field->name)), collector);
	}
	map_put(&columns, S("\"created_at\""), collector); /* figures ask for a period of them, again and again */
	for (size_t i = 0; i < collector->periods.count; i++)
		map_put(&columns, str_format(collector->arena, "\"%.*s\"", STR_ARG(collector->periods.entries[i].key)),
			collector);
	for (size_t i = 0; i < type->view_count; i++)
		if (type->views[i]->filter)
			add_viewed(collector, type->views[i]->filter->root, &columns);
	for (size_t i = 0; i < leads.count; i++) {
		add_restricted_lead(collector, &columns, leads.entries[i].key, only);
		if (collector->open.n)
			add_restricted_lead(
			    collector, &columns, leads.entries[i].key,
			    str_format(collector->arena, "%.*s AND %.*s", STR_ARG(only), STR_ARG(collector->open)));
	}
}

static void add_restricted(struct collector *collector)
{
	const struct type *type = collector->type;

	for (size_t i = 0; i < type->behaviour_count; i++) {
		const struct node *to = node_get(type->behaviours[i].parameters, "to");

		if (to && str_is(type->behaviours[i].name, "restricted_visibility"))
			add_restricted_by(collector, to);
	}
}

/* What is due first of one's own and of one's groups: what each of its clocks does stands beside it. */
static void add_due_lead(struct collector *collector, const struct field *whose, struct str order)
{
	const struct map *clocks = &collector->type->query->clocks;
	struct buf columns = buf_new(collector->arena);

	buf_format(&columns, "\"%.*s\", %.*s", STR_ARG(whose->name), STR_ARG(order));
	for (size_t i = 0; i < clocks->count; i++) {
		carry(&columns, layout_clock_column(collector->arena, clocks->entries[i].key, CLOCK_STATE));
		carry(&columns, layout_clock_column(collector->arena, clocks->entries[i].key, CLOCK_DUE_AT));
	}
	add_lead(collector, whose->name, order, collector->open);
	add(collector, (struct layout_index){.lead = whose->name, .order = order}, buf_str(&columns), collector->open);
}

static void add_due_work(struct collector *collector)
{
	const struct type *type = collector->type;
	struct str clock = type_lead_clock(type), order;

	if (!clock.n || !collector->open.n)
		return;
	order = str_format(collector->arena, "%.*s, \"id\"",
			   STR_ARG(layout_clock_column(collector->arena, clock, CLOCK_DUE_AT)));
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *person = type->fields[i];

		if (person->kind != FIELD_PERSON || !person->from)
			continue;
		add_due_lead(collector, person, order);
		add_due_lead(collector, person->from, order);
		add(collector, (struct layout_index){.order = order},
		    str_format(collector->arena, "%.*s, \"restricted\", \"state\", \"%.*s\", \"%.*s\"", STR_ARG(order),
			       STR_ARG(person->name), STR_ARG(person->from->name)),
		    collector->open);
	}
}

/* The portal shows visitors what they have open, the last changed first. */
static void add_portal(struct collector *collector)
{
	const struct type *type = collector->type;
	const struct str order = S("\"updated_at\", \"id\"");

	for (size_t i = 0; type->portal && collector->open.n && i < type->portal->by_count; i++) {
		struct buf columns = buf_new(collector->arena);
		struct str name = type->portal->by[i]->name;

		buf_format(&columns, "\"%.*s\", %.*s, \"restricted\", \"state\"", STR_ARG(name), STR_ARG(order));
		if (type->scoped && type->customer && layout_has_column(type->customer))
			carry(&columns, str_format(collector->arena, "\"%.*s\"", STR_ARG(type->customer->name)));
		add(collector, (struct layout_index){.lead = name, .order = order}, buf_str(&columns), collector->open);
	}
}

/* Whoever works looks for what is open of one's own and of one's groups, whether a view says so or not. */
static void add_work(struct collector *collector)
{
	const struct type *type = collector->type;

	for (size_t i = 0; i < type->field_count && collector->open.n; i++) {
		const struct field *person = type->fields[i];

		if (person->kind != FIELD_PERSON || !person->from)
			continue;
		if (!leads_already(collector, person->name, collector->open, false))
			add_lead(collector, person->name, S("\"id\""), collector->open);
		if (!leads_already(collector, person->from->name, collector->open, false))
			add_lead(collector, person->from->name, S("\"id\""), collector->open);
	}
}

static void add_told_of(struct collector *collector)
{
	const struct type *type = collector->type;

	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];

		if (field->kind == FIELD_REFERENCE && field->back.text[ENGLISH].n && layout_has_column(field))
			add_lead(collector, field->name, S("\"created_at\", \"id\""), (struct str){0});
	}
}

static void add_senders(struct collector *collector)
{
	const struct type *type = collector->type;

	for (size_t i = 0; type->acts_as == ACTS_MAIL && i < type->field_count; i++)
		if (type->fields[i]->kind == FIELD_PERSON && layout_has_column(type->fields[i]))
			add_lead(collector, type->fields[i]->name, S("\"created_at\", \"id\""), (struct str){0});
}

/* lookup_written() asks for them. */
static void add_written(struct collector *collector)
{
	static const struct str names[] = {S("mail"), S("account")};

	for (size_t i = 0; collector->type->acts_as == ACTS_PERSON && i < sizeof(names) / sizeof(*names); i++) {
		const struct field *field = type_field(collector->type, names[i]);

		if (field && field->value == VALUE_TEXT && layout_has_column(field))
			add_order(collector,
				  str_format(collector->arena, "%.*s, \"id\"",
					     STR_ARG(layout_any_case(collector->arena, field))),
				  NULL, (struct str){0});
	}
}

static void add_periods(struct collector *collector)
{
	for (size_t i = 0; i < collector->periods.count; i++)
		add_column_order(collector, collector->periods.entries[i].key);
}

/* --- what checks need --- */

static void add_check(struct collector *collector, const struct conformity_check *check)
{
	const struct query_node *root = check->where ? check->where->root : NULL;
	size_t count = !root ? 0 : root->op == QUERY_AND ? root->count : 1;

	for (size_t i = 0; i < count; i++) {
		struct str where = index_rare_condition(collector->arena, collector->type,
							root->op == QUERY_AND ? root->children[i] : root);

		if (!where.n)
			continue;
		add(collector, (struct layout_index){.order = S("\"id\"")}, S("\"id\", \"restricted\""), where);
		break;
	}
	if (check->by && check->by->owner)
		add_column_order(collector, check->by->name);
	if (check->until && check->until->owner)
		add_column_order(collector, check->until->name);
}

/* Whether there is such a record, and how old the newest is, is asked again and again. Only what customers have their
 * own of grows with all the work; of the rest an organisation reads all that there is as quickly. */
static void add_checks(struct collector *collector, const struct model *model)
{
	for (size_t i = 0; i < model->process_count && collector->type->scoped; i++) {
		const struct process *process = model->processes[i];

		for (size_t k = 0; k < process->check_count; k++)
			if (process->checks[k].type == collector->type && !process->checks[k].figure.n)
				add_check(collector, &process->checks[k]);
	}
}

/* On a calendar one looks for what begins, or goes on, between two days. */
static void add_agenda(struct collector *collector)
{
	const struct agenda *agenda = collector->type->agenda;
	struct buf columns = buf_new(collector->arena);
	struct str order;

	if (!agenda || !layout_has_column(agenda->from))
		return;
	order = str_format(collector->arena, "\"%.*s\", \"id\"", STR_ARG(agenda->from->name));
	buf_format(&columns, "%.*s, \"restricted\"", STR_ARG(order));
	if (agenda->to && layout_has_column(agenda->to))
		carry(&columns, str_format(collector->arena, "\"%.*s\"", STR_ARG(agenda->to->name)));
	add(collector, (struct layout_index){.order = order}, buf_str(&columns), (struct str){0});
}

void layout_indexes(struct arena *arena, const struct model *model, const struct type *type,
		    struct layout_index **indexes, size_t *count)
{
	struct collector collector = {.arena = arena,
				      .type = type,
				      .open = layout_open(arena, "\"state\"", type),
				      .periods = find_periods(arena, model, type)};

	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];
		struct str column = str_format(arena, "\"%.*s\"", STR_ARG(field->name));

		if ((field->unique || field == type->key) && layout_has_column(field))
			add(&collector,
			    (struct layout_index){.lead = field->name, .unique = true, .place = field->place}, column,
			    str_format(arena, "%.*s IS NOT NULL", STR_ARG(column)));
	}
	add_column_order(&collector, S("updated_at"));
	add_open_orders(&collector);
	if (type->scoped && type->customer && layout_has_column(type->customer))
		add_lead(&collector, type->customer->name, S("\"id\""), (struct str){0});
	add_told_of(&collector);
	add_senders(&collector);
	add_written(&collector);
	add_periods(&collector);
	add_due_work(&collector);
	for (size_t i = 0; i < type->view_count; i++)
		add_view(&collector, type->views[i]);
	add_portal(&collector);
	add_agenda(&collector);
	add_work(&collector);
	add_restricted(&collector);
	add_checks(&collector, model);
	for (size_t i = 0; i < collector.found.count; i++)
		define(&collector, &collector.found.items[i]);
	*indexes = collector.found.items;
	*count = collector.found.count;
}
