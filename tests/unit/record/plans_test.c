/* No list reads a table from end to end, and clocks that are not due cost nothing. Every statement that lists, counts,
 * search and clocks prepare is explained by the database: with few rows, when the kernel lets it begin with a
 * condition, and with many, when it walks an order.
 */
#include "edit_world.h"

#include <stdlib.h>

#include "behaviour/behaviours.h"
#include "insight/conformity.h"
#include "store/driver.h"
#include "store/layout.h"

enum { MANY = 4200, TEXTS_MOST = 20000 }; /* more than LEAD_MOST */

/* --- what is prepared, through a driver that listens --- */

static struct {
	const struct store_driver *real;
	struct store_driver driver;
	struct str texts[TEXTS_MOST];
	size_t count;
	struct arena *arena;
	bool listens;
} spy;

static enum status spy_prepare(struct statement *statement, struct error *error)
{
	if (spy.listens && spy.count < TEXTS_MOST)
		spy.texts[spy.count++] = str_dup(spy.arena, statement->sql);
	return spy.real->prepare(statement, error);
}

static void spy_on(struct world *world)
{
	spy.real = world->store->driver;
	spy.driver = *spy.real;
	spy.driver.prepare = spy_prepare;
	spy.arena = world->arena;
	spy.count = 0;
	world->store->driver = &spy.driver;
}

/* --- plans --- */

static size_t faults;
static bool searches; /* what is asked for is so little that not even an order may be walked */
static bool surveys;  /* of checks: nothing is counted to its end, and what is much is not walked either */

static bool has(struct str text, const char *part)
{
	size_t at;

	return str_find(text, str_of(part), &at);
}

/* Types of which an organisation has as many as it has teams; and what several ways each have of a page. */
static bool is_small(struct str line)
{
	return str_starts(line, S("SCAN oncall_rota ")) ||
	       (str_starts(line, S("SCAN w")) && line.n < sizeof("SCAN w00"));
}

/* What customers have their own records of, and nothing else, grows with all the work. */
static bool is_much(struct world *world, struct str sql)
{
	for (size_t i = 0; i < world->model->type_count; i++) {
		const struct type *type = world->model->types[i];

		if (type->scoped &&
		    has(sql, str_c(world->arena, str_format(world->arena, " FROM %.*s r ",
							    STR_ARG(layout_table(world->arena, type))))))
			return true;
	}
	return false;
}

/* What every record meets is met at once; so are the ways to be done, and links, of which there are the most. */
static bool is_met_at_once(struct str sql)
{
	return has(sql, " WHERE 1=1 LIMIT") || has(sql, " WHERE 1=1 ORDER") || has(sql, "\"state\" = '") ||
	       has(sql, "kaname_link");
}

/* One line of a plan. A walk in the order of an index, or of the table, ends when the page is full. */
static bool is_full_scan(struct str line, struct str sql, bool sorts)
{
	if (!str_starts(line, S("SCAN ")) || has(line, "CONSTANT") || str_eq(line, S("SCAN q")) || is_small(line))
		return false;
	if (has(line, "VIRTUAL TABLE INDEX"))
		return !has(line, ":M") && !has(line, ":=M");
	/* An exact count, which only programs ask for, reads all there is; but not to find the few restricted rows. */
	if (str_starts(sql, S("SELECT count(*) FROM \"")))
		return has(sql, "\"restricted\" = 1");
	return sorts || searches || has(sql, " AND r.\"id\" >= ?") || !has(sql, " LIMIT ?") ||
	       !str_starts(line, S("SCAN r"));
}

static bool is_table_scan(struct str line)
{
	return str_starts(line, S("SCAN r")) && !has(line, "INDEX");
}

static void explain(struct world *world, const char *what, struct str sql)
{
	struct str lines[64];
	size_t count = 0;
	bool row, sorts = false;
	READER connection = NULL;
	STATEMENT statement = NULL;

	must(world, store_reader(world->store, &connection, &world->error));
	must(world, store_prepare(connection, str_format(world->arena, "EXPLAIN QUERY PLAN %.*s", STR_ARG(sql)),
				  &statement, &world->error));
	for (int i = 0; i < statement->parameters; i++)
		bind_null(statement);
	while (!store_step(statement, &row, &world->error) && row && count < 64) {
		lines[count] = str_dup(world->arena, column_text(statement, 3));
		sorts = sorts || str_eq(lines[count], S("USE TEMP B-TREE FOR ORDER BY"));
		count++;
	}
	for (size_t i = 0; i < count; i++) {
		if (getenv("PLANS"))
			print_message("%s: %.*s\n", what, STR_ARG(lines[i]));
		if (surveys ? !sorts && (!is_table_scan(lines[i]) || is_met_at_once(sql))
			    : !is_full_scan(lines[i], sql, sorts))
			continue;
		faults++;
		print_error("%s: %.*s\n  in %.*s\n", what, STR_ARG(lines[i]), STR_ARG(sql));
	}
	if (getenv("PLANS"))
		print_message("  %.*s\n", STR_ARG(sql));
}

static size_t explained;

static void explain_new(struct world *world, const char *what)
{
	spy.listens = false;
	for (; explained < spy.count; explained++)
		explain(world, what, spy.texts[explained]);
	spy.listens = true;
}

/* --- many rows --- */

static enum status fill_type(void *context, struct connection *connection, struct error *error)
{
	struct world *world = ((void **)context)[0];
	const struct type *type = ((void **)context)[1];
	struct buf names = buf_new(world->arena), values = buf_new(world->arena);

	if (type->state_count) {
		buf_add(&names, S(", \"state\""));
		buf_format(&values, ", '%.*s'", STR_ARG(type->initial->name));
	}
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];
		int64_t identity = field->kind == FIELD_PERSON                        ? world->desk
				   : field->kind == FIELD_GROUP                       ? world->group
				   : field->to == world->model->acting[ACTS_CUSTOMER] ? world->acme
										      : 0;

		if (!identity || !layout_has_column(field))
			continue;
		buf_format(&names, ", \"%.*s\"", STR_ARG(field->name));
		buf_format(&values, ", %lld", (long long)identity);
	}
	return store_execute(
	    connection,
	    str_format(
		world->arena,
		"INSERT INTO %.*s (\"id\", \"version\", \"created_at\", \"updated_at\", \"created_by\", "
		"\"updated_by\"%.*s) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
		"SELECT %lld + i, 1, i, i, 0, 0%.*s FROM n",
		STR_ARG(layout_table(world->arena, type)), STR_ARG(buf_str(&names)), MANY,
		(long long)kernel_identity(world->kernel, type, 1000000), STR_ARG(buf_str(&values))),
	    error);
}

static void fill(struct world *world)
{
	for (size_t i = 0; i < world->model->type_count; i++) {
		void *context[] = {world, world->model->types[i]};

		must(world, store_write_wait(world->store, fill_type, context, &world->error));
	}
}

/* --- shapes --- */

/* The order of another record's name is not in the row; such lists are of types with few records. */
static bool sorts_by_another(const struct sort *sort, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sort[i].field && sort[i].field->kind == VALUE_RECORD)
			return true;
	return false;
}

static void list(struct world *world, const struct actor *actor, const struct list_request *wanted, const char *what)
{
	struct list_request request = *wanted;
	struct list_result result;

	request.now = world->now;
	request.as_of = INSTANT_NONE;
	request.limit = 10;
	for (int page = 0; page < 2; page++) {
		enum status status;
		READER connection = NULL;

		must(world, store_reader(world->store, &connection, &world->error));
		status = read_list(world->kernel, connection, world->arena, actor, &request, &result, &world->error);
		store_reader_done(&connection);
		if (status == E_DENIED || status == E_SYNTAX) { /* not for this actor */
			error_clear(&world->error);
			return;
		}
		must(world, status);
		explain_new(world, what);
		if (!result.next.n)
			return;
		request.after = result.next;
		request.count = false;
	}
}

static void count(struct world *world, const struct actor *actor, const struct type *type, const struct query *filter,
		  const char *what)
{
	int64_t found;
	enum status status;
	READER connection = NULL;

	must(world, store_reader(world->store, &connection, &world->error));
	status = read_count_shown(world->kernel, connection, world->arena, actor, type, filter, world->now, &found,
				  &world->error);
	store_reader_done(&connection);
	if (status != E_SYNTAX)
		must(world, status);
	error_clear(&world->error);
	explain_new(world, what);
}

static void list_sorted(struct world *world, const struct actor *actor, const struct type *type,
			const struct query *filter, const char *order, const char *what)
{
	struct list_request request = {.type = type, .filter = filter};
	struct sort *sort;

	must(world, sort_parse(world->arena, type, str_of(order), &sort, &request.sort_count, &world->error));
	request.sort = sort;
	list(world, actor, &request, what);
}

static void every_view(struct world *world, const struct actor *actor, const struct type *type)
{
	for (size_t i = 0; i < type->view_count; i++) {
		const struct view *view = type->views[i];
		struct list_request request = {.type = type,
					       .filter = view->filter,
					       .sort = view->sort,
					       .sort_count = view->sort_count,
					       .count = true};
		char *what = str_c(world->arena, str_format(world->arena, "%.*s: view %.*s", STR_ARG(type->name),
							    STR_ARG(view->name)));

		count(world, actor, type, view->filter, what);
		if (sorts_by_another(view->sort, view->sort_count))
			continue;
		list(world, actor, &request, what);
		request.japanese = true;
		list(world, actor, &request, what);
	}
}

static void every_list(struct world *world, const struct actor *actor)
{
	for (size_t i = 0; i < world->model->type_count; i++) {
		const struct type *type = world->model->types[i];
		char *what = str_c(world->arena, type->name);

		list(world, actor, &(struct list_request){.type = type}, what);
		list_sorted(world, actor, type, NULL, "-updated_at", what);
		list(world, actor, &(struct list_request){.type = type, .search = S("障害 server")}, what);
		every_view(world, actor, type);
	}
}

static void what_people_ask(struct world *world, const struct actor *actor)
{
	static const char *const filters[] = {
	    "priority <= P2 and state.phase != done",
	    "assignee = me and state.phase != done",
	    "group in my.groups and assignee is empty and state.phase != done",
	    "(assignee = me or group in my.groups) and state.phase != done and clock(resolution) is breached",
	    "(assignee = me or group in my.groups) and (clock(resolution) is running or clock(resolution) is breached)",
	    "caller = me and state = resolved",
	    "state = waiting",
	    "title contains \"mail\"",
	    "changed(priority) and state.phase != done",
	    "configuration_items.name = \"db-01\"",
	    "caller.customer.name = \"x\"",
	    "has link(duplicate_of)",
	    "created_at > now - 7d",
	};
	/* The last two have indexes over open rows. */
	static const char *const orders[] = {"-updated_at", "updated_at", "-created_at", "clock(resolution).due_at",
					     "priority,clock(resolution).due_at"};

	for (size_t f = 0; f < sizeof(filters) / sizeof(*filters); f++) {
		const struct query *query = NULL;

		must(world,
		     query_parse(world->arena, world->incident->query, str_of(filters[f]), &query, &world->error));
		count(world, actor, world->incident, query, filters[f]);
		for (size_t o = 0; o < (strstr(filters[f], "phase") ? 5 : 3); o++)
			list_sorted(world, actor, world->incident, query, orders[o], filters[f]);
		list(world, actor,
		     &(struct list_request){.type = world->incident, .filter = query, .search = S("障害")}, filters[f]);
	}
}

static void what_works_by_itself(struct world *world)
{
	size_t ran;
	instant next;

	must(world, kernel_run_timers(world->kernel, world->now + DAY, 3, &ran, &next, &world->error));
	explain_new(world, "timers");
	must(world, edit_by(world, actor_system(), world->calendar, "monday", "10:00-12:00", NULL));
	explain_new(world, "a calendar changed");
}

static void everybody_asks(struct world *world)
{
	const int64_t people[] = {world->desk, world->secured, world->admin, world->user};

	for (size_t i = 0; i < sizeof(people) / sizeof(*people); i++) {
		every_list(world, as(world, people[i]));
		what_people_ask(world, as(world, people[i]));
	}
}

/* What refers to a record stands on its page: the page of an incident does not read the tasks of all. */
static void what_belongs_to_records(struct world *world, const struct actor *actor, const struct type *type)
{
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];
		const struct query *query = NULL;
		char number[NUMBER_TEXT];
		struct str filter;

		if (field->kind != FIELD_REFERENCE || !field->back.text[ENGLISH].n)
			continue;
		filter = str_format(world->arena, "%.*s = %s", STR_ARG(field->name),
				    kernel_number(world->kernel, kernel_identity(world->kernel, field->to, 1), number));
		must(world, query_parse(world->arena, type->query, filter, &query, &world->error));
		list_sorted(world, actor, type, query, "created_at",
			    str_c(world->arena,
				  str_format(world->arena, "%.*s.%.*s", STR_ARG(type->name), STR_ARG(field->name))));
	}
}

static void pages_look_up_what_belongs_to_them(void **state)
{
	struct world *world = *state;

	faults = explained = 0;
	fill(world);
	spy_on(world);
	spy.listens = searches = true;
	for (size_t i = 0; i < world->model->type_count; i++)
		what_belongs_to_records(world, as(world, world->desk), world->model->types[i]);
	world->store->driver = spy.real;
	searches = false;
	assert_true(spy.count > 5);
	assert_int_equal(faults, 0);
}

static bool leads_among_open(struct world *world, const struct field *field)
{
	const struct type_indexes *indexes = &world->kernel->indexes[field->type->index];

	for (size_t i = 0; i < indexes->count; i++)
		if (indexes->items[i].is_open && str_eq(indexes->items[i].lead, field->name))
			return true;
	return false;
}

/* What was done long ago is much, and nobody's work. */
static void work_is_looked_for_among_what_is_open(void **state)
{
	struct world *world = *state;
	size_t count = 0;

	for (size_t i = 0; i < world->model->type_count; i++) {
		const struct type *type = world->model->types[i];

		for (size_t k = 0; k < type->field_count; k++) {
			const struct field *person = type->fields[k];

			if (person->kind != FIELD_PERSON || !person->from || !type->state_count)
				continue;
			if (!leads_among_open(world, person) || !leads_among_open(world, person->from))
				fail_msg("%.*s.%.*s", STR_ARG(type->name), STR_ARG(person->name));
			count++;
		}
	}
	assert_true(count > 3);
}

/* "P1 or P2 and open" stands beside every list that is filtered so, and is counted where it stands together. */
static void a_choice_is_counted_where_it_stands_together(void **state)
{
	struct world *world = *state;
	const struct query *query = NULL;

	faults = explained = 0;
	must(world, query_parse(world->arena, world->incident->query, S("priority <= P2 and state.phase != done"),
				&query, &world->error));
	spy_on(world);
	spy.listens = searches = true;
	count(world, as(world, world->desk), world->incident, query, "priority and open");
	world->store->driver = spy.real;
	searches = false;
	assert_true(spy.count > 0);
	assert_int_equal(faults, 0);
}

static void group(struct world *world, const struct query *filter, int64_t least)
{
	struct group_request request = {.type = world->incident,
					.filter = filter,
					.least = least,
					.by = {{.field = map_get(&world->incident->query->fields, S("priority"))}},
					.now = world->now};
	struct group_row *rows;
	size_t found;
	READER connection = NULL;

	must(world, store_reader(world->store, &connection, &world->error));
	must(world, read_groups(world->kernel, connection, world->arena, as(world, world->desk), &request, &rows,
				&found, &world->error));
	store_reader_done(&connection);
	explain_new(world, "groups");
}

/* Lists in groups and boards look at the newest alone: neither their counts nor their order goes beyond. */
static void what_is_arranged_begins_at_its_newest(void **state)
{
	static const char *const filters[] = {"state.phase != done", "priority <= P2", "title contains \"mail\""};
	struct world *world = *state;
	struct list_request request = {.type = world->incident, .limit = 10};
	struct sort *sort;

	faults = explained = 0;
	fill(world);
	must(world, sort_parse(world->arena, world->incident, S("priority,-created_at"), &sort, &request.sort_count,
			       &world->error));
	request.sort = sort;
	spy_on(world);
	for (size_t i = 0; i <= sizeof(filters) / sizeof(*filters); i++) {
		const struct query *query = NULL;
		READER connection = NULL;

		if (i)
			must(world, query_parse(world->arena, world->incident->query, str_of(filters[i - 1]), &query,
						&world->error));
		must(world, store_reader(world->store, &connection, &world->error));
		spy.listens = true;
		must(world, read_reach(world->kernel, connection, world->arena, as(world, world->desk), world->incident,
				       query, world->now, 100, &request.least, &world->error));
		store_reader_done(&connection);
		explain_new(world, "reach"); /* a walk in the order of identities, which ends there */
		request.least = kernel_identity(world->kernel, world->incident, 1004000);
		request.filter = query;
		list(world, as(world, world->desk), &request, "the newest, sorted");
		group(world, query, request.least);
	}
	world->store->driver = spy.real;
	assert_true(spy.count > 10);
	assert_int_equal(faults, 0);
}

/* What a calendar shows: the days before and after are not read. */
static void a_calendar_looks_its_days_up(void **state)
{
	struct world *world = *state;
	size_t calendars = 0;

	faults = explained = 0;
	fill(world);
	spy_on(world);
	spy.listens = searches = true;
	for (size_t i = 0; i < world->model->type_count; i++) {
		const struct type *type = world->model->types[i];
		const struct agenda *agenda = type->agenda;
		const struct query *query = NULL;
		const char *day;

		if (!agenda)
			continue;
		day = agenda->from->kind == FIELD_DATE ? "2026-11-01" : "2026-11-01T00:00:00Z";
		must(world, query_parse(world->arena, type->query,
					str_format(world->arena, "%.*s >= %s and %.*s < %s",
						   STR_ARG(agenda->from->name), day, STR_ARG(agenda->from->name), day),
					&query, &world->error));
		list_sorted(world, as(world, world->desk), type, query, str_c(world->arena, agenda->from->name),
			    str_c(world->arena, type->name));
		calendars++;
	}
	world->store->driver = spy.real;
	searches = false;
	assert_true(calendars > 2);
	assert_int_equal(faults, 0);
}

/* Every check of the shipped processes, as demands of a register that has just these. Figures have a period, and count
 * what it has. */
static struct conformity *plan_of_all(struct world *world)
{
	struct register_of_demands *demands = arena_one(world->arena, struct register_of_demands);
	struct conformity *plan = arena_one(world->arena, struct conformity);
	struct figures *figures = arena_one(world->arena, struct figures);
	struct map known = map_new(world->arena);
	struct buf text = buf_new(world->arena);

	for (size_t i = 0; i < world->model->process_count; i++)
		for (size_t k = 0; k < world->model->processes[i]->check_count; k++) {
			const struct conformity_check *check = &world->model->processes[i]->checks[k];

			if (map_get(&known, check->demand))
				continue;
			map_put(&known, check->demand, world);
			buf_format(&text, "%.*s\t1\trecord\tx\tx\n", STR_ARG(check->demand));
		}
	must(world, register_read(world->arena, buf_str(&text), demands, &world->error));
	must(world, figures_load(world->arena, world->model, figures, &world->error));
	must(world, conformity_plan(world->arena, world->model, figures, demands, plan, &world->error));
	return plan;
}

static void no_check_reads_a_large_table(void **state)
{
	struct world *world = *state;
	struct conformity *plan = plan_of_all(world);
	bool *wanted = arena_many(world->arena, bool, plan->demands->count);
	struct conformity_survey survey;
	READER connection = NULL;

	for (size_t i = 0; i < plan->demands->count; i++) {
		wanted[i] = true;
		for (size_t k = 0; k < plan->items[i].check_count; k++)
			wanted[i] = wanted[i] && !plan->items[i].checks[k].figure;
	}
	faults = explained = 0;
	fill(world);
	must(world, store_reader(world->store, &connection, &world->error));
	spy_on(world);
	spy.listens = surveys = true;
	must(world, conformity_survey(world->kernel, connection, world->arena, plan, wanted, world->now, &survey,
				      &world->error));
	store_reader_done(&connection);
	spy.listens = false;
	for (size_t i = 0; i < spy.count; i++) {
		/* Without an end to it, it is dear even where an index helps. */
		if (str_starts(spy.texts[i], S("SELECT count(*) FROM \"")))
			fail_msg("counted to the end: %.*s", STR_ARG(spy.texts[i]));
		if (is_much(world, spy.texts[i]))
			explain(world, "checks", spy.texts[i]);
	}
	world->store->driver = spy.real;
	surveys = false;
	assert_true(spy.count > 500 && spy.count < TEXTS_MOST);
	assert_int_equal(faults, 0);
}

static void no_list_reads_a_table(void **state)
{
	struct world *world = *state;

	faults = explained = 0;
	made(world, "incident", "title", "サーバ障害", "caller", "user", NULL);
	spy_on(world);
	spy.listens = true;
	everybody_asks(world);
	what_works_by_itself(world);
	fill(world);
	everybody_asks(world);
	world->store->driver = spy.real;
	assert_true(spy.count > 500 && spy.count < TEXTS_MOST);
	assert_int_equal(faults, 0);
}

/* --- clocks that run --- */

static enum status set_timers(void *context, struct connection *connection, struct error *error)
{
	struct world *world = context;

	return store_execute(
	    connection,
	    str_format(world->arena,
		       "INSERT INTO kaname_timer (due_at, record, behaviour, name) WITH RECURSIVE n(i) AS "
		       "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT %lld + i, i, 'clock', "
		       "'resolution' FROM n",
		       MANY, (long long)(world->now + DAY)),
	    error);
}

static void what_is_not_due_costs_one_look(void **state)
{
	struct world *world = *state;
	instant next = INSTANT_NONE;
	uint64_t before;
	size_t ran;

	must(world, store_write_wait(world->store, set_timers, world, &world->error));
	before = store_figures(world->store).jobs;
	must(world, kernel_run_timers(world->kernel, world->now, 100, &ran, &next, &world->error));
	assert_int_equal(ran, 0);
	assert_int_equal(next, world->now + DAY + 1);
	assert_int_equal(store_figures(world->store).jobs - before, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(what_is_arranged_begins_at_its_newest, world_open, world_close),
	    cmocka_unit_test_setup_teardown(a_calendar_looks_its_days_up, world_open, world_close),
	    cmocka_unit_test_setup_teardown(no_check_reads_a_large_table, world_open, world_close),
	    cmocka_unit_test_setup_teardown(no_list_reads_a_table, world_open, world_close),
	    cmocka_unit_test_setup_teardown(a_choice_is_counted_where_it_stands_together, world_open, world_close),
	    cmocka_unit_test_setup_teardown(work_is_looked_for_among_what_is_open, world_open, world_close),
	    cmocka_unit_test_setup_teardown(pages_look_up_what_belongs_to_them, world_open, world_close),
	    cmocka_unit_test_setup_teardown(what_is_not_due_costs_one_look, world_open, world_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
