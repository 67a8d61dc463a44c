/* What an organisation lays over the processes that it was given. */
#include "testing.h"

#include "base/hash.h"
#include "small_model.h"

static const struct type *over(struct arena *arena, const char *overlay)
{
	struct error error = {0};
	const struct model *model = NULL;
	char text[512];

	if (load_small(arena, STATES "    transitions:\n      go: {from: new, to: old, by: [desk]}\n", overlay, &model,
		       &error)) {
		error_text(&error, text, sizeof(text));
		fail_msg("%s", text);
	}
	return model_type(model, S("thing"));
}

static void refuse(const char *overlay, const char *where, const char *message)
{
	ARENA arena = arena_new();
	struct error error = {0};
	const struct model *model;

	assert_int_equal(load_small(arena, STATES, overlay, &model, &error), E_INVALID);
	assert_fault(&error, where, message);
}

static void adds(void **state)
{
	ARENA arena = arena_new();
	const struct type *type = over(arena, "process: p\nrecords:\n  thing:\n    fields:\n      more: {type: date}\n"
					      "    states:\n      held: {phase: waiting}\n"
					      "  other:\n    prefix: OT\n    collection: others\n    headline: a\n"
					      "    fields: {a: {type: text}}\n");

	assert_int_equal(type->field_count, 2);
	assert_string_equal(type_field(type, S("more"))->place.file, "over.yaml");
	assert_int_equal(type_field(type, S("more"))->place.line, 5);
	assert_string_equal(type_field(type, S("title"))->place.file, "x.yaml");
	assert_int_equal(type->state_count, 3);
	assert_int_equal(type->initial->phase, PHASE_OPEN);
	assert_int_equal(type->process->type_count, 2);
}

static void changes(void **state)
{
	ARENA arena = arena_new();
	const struct type *type =
	    over(arena, "process: p\nrecords:\n  thing:\n    fields: {title: {max: 7, required: true}}\n"
			"    transitions: {go: {by: [lead]}}\n");

	assert_int_equal(type_field(type, S("title"))->most, 7);
	assert_true(type_field(type, S("title"))->required);
	assert_int_equal(type->transitions[0]->by_count, 1);
	assert_true(str_is(type->transitions[0]->by[0].role->short_name, "lead"));
}

static void removes(void **state)
{
	ARENA arena = arena_new();
	const struct type *type = over(arena, "process: p\nrecords: {thing: {transitions: {go: ~}}}\n");

	assert_int_equal(type->transition_count, 0);
}

static void brings_a_process(void **state)
{
	ARENA arena = arena_new();
	const struct type *type = over(arena, "process: q\ngroup: control\nroles: {a: {}}\n");

	assert_int_equal(type->transition_count, 1);
}

static void renames(void **state)
{
	ARENA arena = arena_new();
	const struct type *type = over(
	    arena,
	    "process: p\nrecords:\n  thing:\n    was: item\n    fields:\n      size: {type: integer, was: weight}\n"
	    "    states:\n      fresh: {phase: open, was: begun}\n");

	assert_true(str_is(type->was, "item"));
	assert_true(str_is(type_field(type, S("size"))->was, "weight"));
	assert_true(str_is(type_state(type, S("fresh"))->was, "begun"));
}

static void faults_name_the_overlay(void **state)
{
	refuse("process: p\nrecords:\n  thing:\n    feilds: {}\n", "over.yaml:4", "did you mean \"fields\"");
	refuse("process: p\nrecords:\n  thing:\n    fields:\n      title: ~\n", "x.yaml:9", "needs \"fields\"");
	refuse("process: p\nrecords:\n  thing:\n    fields:\n      title: ~\n      b: {type: text}\n", "x.yaml:8",
	       "Unknown field \"title\"");
	refuse("process: q\nrecords: {}\n", "over.yaml:1", "needs \"group\"");
}

static void continues(void **state)
{
	ARENA arena = arena_new();
	struct error error = {0};
	const struct model *model = NULL;
	/* Before what it continues, and laid over like it. */
	const struct model_source sources[] = {
	    {"a.yaml",
	     S("continues: p\nrecords:\n  more:\n    prefix: MO\n    collection: mores\n    headline: a\n"
	       "    fields: {a: {type: text}}\n    access: {edit: [desk]}\n"),
	     false},
	    {"base.yaml", str_of(base_yaml), false},
	    {"x.yaml", S(STATES), false},
	    {"over.yaml", S("process: p\nrecords: {more: {fields: {b: {type: date}}}}\n"), true},
	};

	assert_int_equal(model_load(arena, sources, 4, &model, &error), OK);
	assert_true(str_is(model_type(model, S("more"))->process->name, "p"));
	assert_int_equal(model_type(model, S("more"))->field_count, 2);
	assert_int_equal(model_type(model, S("thing"))->process->type_count, 2);
}

static void acts_without_a_state(void **state)
{
	ARENA arena = arena_new();
	const struct type *type =
	    over(arena, "process: p\nrecords: {thing: {transitions: {call: {from: any, by: [desk]}}}}\n");
	const struct transition *call = type_transition(type, S("call"));

	assert_non_null(call);
	assert_null(call->to);
	assert_int_equal(call->from_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(adds),      cmocka_unit_test(changes),
	    cmocka_unit_test(removes),   cmocka_unit_test(brings_a_process),
	    cmocka_unit_test(renames),   cmocka_unit_test(faults_name_the_overlay),
	    cmocka_unit_test(continues), cmocka_unit_test(acts_without_a_state),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
