/* Disks that fail: whatever call of SQLite to the system goes wrong, the error is told as one, what was acknowledged is
 * there afterwards, what was refused is there whole or not at all, and the history is whole. */
#include "fault_stage.h"
#include "fault_vfs.h"

/* Without KANAME_LONG not every call: denser where opening and the first edits are. */
static unsigned next_call(unsigned call)
{
	return getenv("KANAME_LONG") ? call + 1 : call + 1 + call / 12;
}

static void told(void *context, struct stage *stage, enum step step, enum status status)
{
	(void)context;
	(void)step;
	stage_told_honestly(stage, status);
}

/* One run with the fault at one call; false when there were not so many calls. */
static bool run_with(struct stage *stage, enum fault fault, unsigned call)
{
	char when[64];
	enum status status;
	bool struck = false;

	snprintf(when, sizeof(when), "fault %d at call %u", fault, call);
	stage_renew(stage);
	fault_plan(fault, call);
	if ((status = stage_open(stage, false))) {
		stage_told_honestly(stage, status);
	} else {
		stage_play(stage, told, NULL);
		/* The disk is well again, and so is the program, without being started anew. */
		struck = fault_struck();
		if (fault == FAULT_ONCE || fault == FAULT_FULL) {
			fault_plan(FAULT_NONE, 0);
			stage_explain(stage, stage_do(stage, AFTERWARDS));
			stage->outcomes[AFTERWARDS] = ACKNOWLEDGED;
		}
		stage_close(stage);
	}
	struck = struck || fault_struck();
	if (fault == FAULT_POWER)
		fault_power_back(call);
	fault_plan(FAULT_NONE, 0);
	stage_check(stage, when);
	return struck;
}

static void run_until_clean(struct stage *stage, enum fault fault)
{
	unsigned call = 1, runs = 0;

	while (run_with(stage, fault, call)) {
		call = next_call(call);
		runs++;
	}
	if (getenv("KANAME_SAY"))
		print_message("%u runs, up to call %u\n", runs, call);
	assert_true(runs > 10);
	for (size_t i = 0; i < AFTERWARDS; i++)
		assert_int_equal(stage->outcomes[i], ACKNOWLEDGED);
}

static void test_one_call_fails(void **state)
{
	run_until_clean(*state, FAULT_ONCE);
}

static void test_all_calls_fail_from_one_on(void **state)
{
	run_until_clean(*state, FAULT_FROM);
}

static void test_the_disk_is_full(void **state)
{
	run_until_clean(*state, FAULT_FULL);
}

static void test_the_power_goes(void **state)
{
	run_until_clean(*state, FAULT_POWER);
}

static void test_the_disk_is_read_only(void **state)
{
	struct stage *stage = *state;
	enum status status;

	stage_renew(stage);
	fault_plan(FAULT_READ_ONLY, 0);
	status = stage_open(stage, false);
	assert_int_equal(status, E_UNAVAILABLE);
	assert_string_equal(stage->error.items[0].rule, "disk");
	assert_true(fault_struck());
	fault_plan(FAULT_NONE, 0);
	stage_check(stage, "read only");
}

static int setup(void **state)
{
	fault_register();
	fault_plan(FAULT_NONE, 0);
	return stage_setup(state);
}

#define FAULT_TEST(test) cmocka_unit_test_setup_teardown(test, setup, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FAULT_TEST(test_one_call_fails),        FAULT_TEST(test_all_calls_fail_from_one_on),
	    FAULT_TEST(test_the_disk_is_full),      FAULT_TEST(test_the_power_goes),
	    FAULT_TEST(test_the_disk_is_read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
