/* Numbers that are counted: right after any edits, outside the history, and written without disturbing anybody. */
#include "record_world.h"

#include "record/tally.h"
#include "record/verify.h"

enum { SHEETS = 4, SLIPS = 12, STEPS = 300 };

static int64_t reads_of(struct world *world, int64_t sheet)
{
	return record_value(look(world, sheet), type_field(type_of(world, "sheet"), S("reads"))).number;
}

/* Counted anew, one slip after the other. */
static int64_t recount(struct world *world, const int64_t *slips, int64_t sheet)
{
	const struct type *type = type_of(world, "slip");
	int64_t count = 0;

	for (int i = 0; i < SLIPS; i++) {
		struct record *slip = look(world, slips[i]);
		struct value amount = record_value(slip, type_field(type, S("amount")));

		count += record_value(slip, type_field(type, S("sheet"))).number == sheet &&
			 amount.kind == VALUE_INTEGER && amount.number > 2;
	}
	return count;
}

static void the_number_follows_every_edit(void **state)
{
	static const char *const amounts[] = {"", "1", "2", "3", "9"};
	struct world *world = *state;
	uint64_t seed = 8;
	int64_t sheets[SHEETS], slips[SLIPS];

	for (int i = 0; i < SHEETS; i++)
		sheets[i] = import(world, "sheet", world->now, "title", "Sheet", NULL);
	for (int i = 0; i < SLIPS; i++)
		slips[i] =
		    import(world, "slip", world->now, "title", "Slip", "amount", amounts[chance(&seed, 5)], "sheet",
			   chance(&seed, 3) ? number_of(world, sheets[chance(&seed, SHEETS)]) : "", NULL);
	for (int step = 0; step < STEPS; step++) {
		const char *sheet = chance(&seed, 4) ? number_of(world, sheets[chance(&seed, SHEETS)]) : "";
		const char *amount = amounts[chance(&seed, 5)];

		world->now += 1000;
		if (chance(&seed, 2))
			alter(world, slips[chance(&seed, SLIPS)], world->now, "sheet", sheet, NULL);
		else
			alter(world, slips[chance(&seed, SLIPS)], world->now, "amount", amount, "sheet", sheet, NULL);
		for (int i = 0; i < SHEETS; i++)
			assert_int_equal(reads_of(world, sheets[i]), recount(world, slips, sheets[i]));
	}
}

static void what_is_refused_counts_nowhere(void **state)
{
	struct world *world = *state;
	int64_t sheet = import(world, "sheet", world->now, "title", "Sheet", NULL);

	alter(world, sheet, world->now, "state", "show", "size", "large", NULL);
	assert_int_equal(create_by(world, as(world, world->admin), "slip", "title", "A", "amount", "3", "sheet",
				   number_of(world, sheet), "customer", "CUS-4711", NULL),
			 E_INVALID);
	assert_int_equal(reads_of(world, sheet), 0);
}

static void looking_is_no_edit(void **state)
{
	struct world *world = *state;
	const struct field *field = type_field(type_of(world, "sheet"), S("reads"));
	int64_t sheet = import(world, "sheet", world->now, "title", "Sheet", NULL);
	struct verify_report report;
	int64_t version = look(world, sheet)->version,
		events = count_rows(world, "SELECT count(*) FROM kaname_event WHERE record = ?", sheet);

	for (int i = 0; i < 1000; i++)
		kernel_count(world->kernel, field, sheet);
	assert_int_equal(reads_of(world, sheet), 0);
	must_do(world, kernel_write_counts(world->kernel, &world->error));
	assert_int_equal(reads_of(world, sheet), 1000);
	must_do(world, kernel_write_counts(world->kernel, &world->error));
	assert_int_equal(reads_of(world, sheet), 1000);
	assert_int_equal(look(world, sheet)->version, version);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_event WHERE record = ?", sheet), events);
	alter(world, sheet, world->now, "title", "Other", NULL);
	assert_int_equal(reads_of(world, sheet), 1000);
	must_do(world, verify_history(world->kernel, world->arena, &report, NULL, NULL, &world->error));
	assert_int_equal(report.broken.n, 0);
}

/* More at once than there is room for: memory stays bounded, and what has room is right. */
static void a_crowd_is_bounded(void **state)
{
	struct world *world = *state;
	const struct field *field = type_field(type_of(world, "sheet"), S("reads"));
	int64_t sheet = import(world, "sheet", world->now, "title", "Sheet", NULL);

	kernel_count(world->kernel, field, sheet);
	for (int64_t i = 0; i < 20000; i++)
		kernel_count(world->kernel, field, sheet + 1000 + i);
	kernel_count(world->kernel, field, sheet);
	must_do(world, kernel_write_counts(world->kernel, &world->error));
	assert_int_equal(reads_of(world, sheet), 2);
}

static void as_of_the_past_it_is_not_known(void **state)
{
	struct world *world = *state;
	const struct field *field = type_field(type_of(world, "sheet"), S("reads"));
	int64_t sheet = import(world, "sheet", world->now, "title", "Sheet", NULL);
	struct record *record;
	READER connection = NULL;

	kernel_count(world->kernel, field, sheet);
	must_do(world, kernel_write_counts(world->kernel, &world->error));
	must_do(world, store_reader(world->store, &connection, &world->error));
	must_do(world, read_record_as_of(world->kernel, connection, world->arena, as(world, world->admin), sheet,
					 world->now + 1, &record, &world->error));
	assert_true(value_is_empty(record_value(record, field)));
}

#define PROBE_TEST(name) cmocka_unit_test_setup_teardown(name, probe_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PROBE_TEST(the_number_follows_every_edit),
	    PROBE_TEST(what_is_refused_counts_nowhere),
	    PROBE_TEST(looking_is_no_edit),
	    PROBE_TEST(a_crowd_is_bounded),
	    PROBE_TEST(as_of_the_past_it_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
