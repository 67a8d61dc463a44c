/* interfaces: what passes between the processes of the model, and where nothing does: processes without an interface,
 * interfaces that no record carries, and those over which nothing has passed for a time.
 *
 *	interface_gaps: {insight: interfaces, within: 1y, goal: ">= 90%"}
 *
 * A row for each process, with the interfaces of which it is an end. What is carried by a field or link alone, without
 * a condition on records, is taken to pass whenever its records do. */
#include "insight/insights.h"

struct interfaces {
	struct period_length within;
};

static enum status load(struct figure_loading *loading, const void **parameters, struct error *error)
{
	const struct node *within = node_get(loading->parameters, "within");
	struct interfaces *own = arena_one(loading->arena, struct interfaces);

	*parameters = own;
	if (loading->figure->by || loading->figure->each)
		return figure_fail(loading, NULL, N_("This figure has rows of its own"), NULL, error);
	return within && within->kind == NODE_SCALAR && period_length_parse(within->text, &own->within)
		   ? OK
		   : figure_fail(loading, within, N_("\"within\" must be a length of the calendar: 30d, 5w, 6m or 1y"),
				 NULL, error);
}

enum { COUNT, SHARE, CARRIED, SILENT, COLUMNS };
static const struct figure_column columns[COLUMNS] = {[COUNT] = {"count", N_("Interfaces"), UNIT_COUNT},
						      [SHARE] = {"share", N_("In use"), UNIT_PERCENT},
						      [CARRIED] = {"carried", N_("Carried by records"), UNIT_COUNT},
						      [SILENT] = {"silent", N_("Silent"), UNIT_COUNT}};

struct flow {
	const struct interface *interface;
	bool carried, silent;
};

/* What its records are narrowed to is the check that it declares. */
static const struct query *condition_on(const struct process *process, const struct interface *interface)
{
	for (size_t i = 0; i < process->check_count; i++)
		if (process->checks[i].place.file == interface->place.file &&
		    process->checks[i].place.line == interface->place.line)
			return process->checks[i].where;
	return NULL;
}

static enum status look(struct computing *c, const struct process *process, struct flow *flow)
{
	const struct interfaces *own = c->figure->own;
	struct list_request request = {.type = flow->interface->carries,
				       .filter = condition_on(process, flow->interface),
				       .limit = 1,
				       .as_of = INSTANT_NONE,
				       .now = c->request->now};
	struct list_result list;
	enum status status;

	flow->carried = flow->interface->carries || flow->interface->by.n;
	if (!flow->interface->carries)
		return OK;
	/* Whether there is something is no secret of the records: the page of a process tells it too. */
	if ((status = read_list(c->kernel, c->connection, c->arena, actor_system(), &request, &list, c->error)))
		return status;
	flow->silent = !list.count || period_after(zone_day(c->request->zone, list.records[0]->created_at),
						   own->within) < zone_day(c->request->zone, c->request->now);
	return OK;
}

static struct figure_row row_of(struct computing *c, const struct process *process, const struct flow *flows,
				size_t count)
{
	struct figure_row row = {.key = process->name, .label = label_in(&process->label, c->request->language)};
	int64_t used = 0;

	for (size_t i = 0; i < COLUMNS; i++)
		cell_count(&row.cells[i], 0, (struct str){0});
	for (size_t i = 0; i < count; i++) {
		if (flows[i].interface->from.process != process && flows[i].interface->to.process != process)
			continue;
		row.cells[COUNT].value++;
		row.cells[CARRIED].value += flows[i].carried;
		row.cells[SILENT].value += flows[i].silent;
		used += flows[i].carried && !flows[i].silent;
	}
	/* A process without interfaces is cut off, and has no share of nothing. */
	cell_share(&row.cells[SHARE], used, row.cells[COUNT].value ? row.cells[COUNT].value : 1, (struct str){0});
	return row;
}

static void sum_up(struct figure_result *result, const struct flow *flows, size_t count)
{
	struct figure_cell *total = result->total.cells;
	int64_t used = 0;

	for (size_t i = 0; i < COLUMNS; i++)
		cell_count(&total[i], 0, (struct str){0});
	for (size_t i = 0; i < count; i++) {
		total[CARRIED].value += flows[i].carried;
		total[SILENT].value += flows[i].silent;
		used += flows[i].carried && !flows[i].silent;
	}
	total[COUNT].value = (int64_t)count;
	cell_share(&total[SHARE], used, (int64_t)count, (struct str){0});
}

static enum status compute(struct computing *c)
{
	const struct model *model = c->kernel->model;
	struct figure_result *result = c->result;
	VEC(struct flow) flows = {0};
	enum status status = figure_has_own_rows(c);

	for (size_t i = 0; i < model->process_count; i++)
		for (size_t k = 0; k < model->processes[i]->interface_count && !status; k++) {
			struct flow flow = {.interface = &model->processes[i]->interfaces[k]};

			status = look(c, model->processes[i], &flow);
			vec_push(c->arena, &flows, flow);
		}
	result->shape = SHAPE_BARS;
	result->columns = columns;
	result->column_count = COLUMNS;
	result->main = SHARE;
	result->is_closed = true;
	result->total.filter = (struct str){0};
	result->rows = arena_many(c->arena, struct figure_row, model->process_count + 1);
	for (size_t i = 0; i < model->process_count && !status; i++)
		result->rows[result->row_count++] = row_of(c, model->processes[i], flows.items, flows.count);
	sum_up(result, flows.items, flows.count);
	return status;
}

const struct insight insight_interfaces = {"interfaces", "within", load, compute, columns, COLUMNS, SHARE, SHAPE_BARS};
