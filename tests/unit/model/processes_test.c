/* The processes that we ship: they load, nothing is found wrong with them, and they keep the public contract. */
#include "testing.h"

#include "base/hash.h"
#include "model/model.h"

static const struct model *shipped(struct arena *arena)
{
	struct error error = {0};
	struct model_source *sources = NULL;
	const struct model *model = NULL;
	size_t count = 0;
	char text[1024];

	if (model_read_directory(arena, PROCESSES, false, &sources, &count, &error) ||
	    model_load(arena, sources, count, &model, &error)) {
		error_text(&error, text, sizeof(text));
		fail_msg("%s", text);
	}
	return model;
}

static void nothing_is_found(void **state)
{
	ARENA arena = arena_new();
	struct str *findings;
	size_t count = model_check(arena, shipped(arena), &findings);

	for (size_t i = 0; i < count; i++)
		print_error("%.*s\n", STR_ARG(findings[i]));
	assert_int_equal(count, 0);
}

static void someone_acts_as_each(void **state)
{
	ARENA arena = arena_new();
	const struct model *model = shipped(arena);

	for (enum acts_as as = ACTS_PERSON; as < ACTS_AS; as++)
		assert_non_null(model->acting[as]);
}

static void incidents_keep_the_contract(void **state)
{
	static const char fields[] =
	    "title description caller customer service configuration_items category impact urgency priority group "
	    "assignee channel security major closing_code resolution waiting_for kind resolved_at closed_at "
	    "reopen_count reassignment_count unconfirmed source_reference agreement";
	static const char transitions[] = "assign start wait resume resolve confirm reopen cancel";
	ARENA arena = arena_new();
	const struct type *incident = model_type(shipped(arena), S("incident"));
	struct str rest = str_of(fields), name;

	assert_true(str_is(incident->collection, "incidents") && str_is(incident->prefix, "INC"));
	while (str_cut(&rest, ' ', &name))
		assert_non_null(type_field(incident, name));
	rest = str_of(transitions);
	while (str_cut(&rest, ' ', &name))
		assert_non_null(type_transition(incident, name));
	assert_non_null(map_get(&incident->query->clocks, S("response")));
	assert_non_null(map_get(&incident->query->clocks, S("resolution")));
}

/* Clause 8.1.3.1, table 1. */
static void table_one(void **state)
{
	static const char *const cells[3][4] = {
	    {"P1", "P2", "P3", "P4"}, {"P2", "P3", "P4", "P5"}, {"P3", "P4", "P5", "P6"}};
	static const struct {
		const char *code;
		int64_t days, ms;
	} targets[] = {{"P1", 0, 2 * HOUR}, {"P2", 0, 4 * HOUR}, {"P3", 1, 0},
		       {"P4", 2, 0},        {"P5", 3, 0},        {"P6", 5, 0}};
	ARENA arena = arena_new();
	const struct model *model = shipped(arena);
	const struct matrix *matrix = map_get(&model->matrices_by_name, S("incident_priority"));
	const struct target_table *table = map_get(&model->targets_by_name, S("resolution"));

	assert_true(str_is(matrix->rows[0], "high") && str_is(matrix->rows[2], "low"));
	assert_true(str_is(matrix->columns[0], "critical") && str_is(matrix->columns[3], "low"));
	for (size_t row = 0; row < 3; row++)
		for (size_t column = 0; column < 4; column++)
			assert_true(str_is(matrix->cells[row * 4 + column], cells[row][column]));
	assert_int_equal(table->count, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_true(str_is(table->codes[i], targets[i].code));
		assert_int_equal(table->durations[i].days, targets[i].days);
		assert_int_equal(table->durations[i].ms, targets[i].ms);
	}
}

static void people_are_known_by_account(void **state)
{
	ARENA arena = arena_new();
	const struct model *model = shipped(arena);
	const struct type *person = model->acting[ACTS_PERSON], *role = model->acting[ACTS_ROLE];

	assert_true(person->key_is_shown && str_is(person->key->name, "account"));
	assert_true(str_is(person->reading->name, "name_reading"));
	assert_true(str_is(role->key->name, "key"));
	assert_non_null(map_get(&role->query->links, S("holders")));
	assert_non_null(map_get(&model->roles_by_name, S("establish_and_improve_sms.auditor")));
	assert_non_null(map_get(&model->roles_by_name, S("information_security.security_team")));
	assert_true(
	    ((const struct role *)map_get(&model->roles_by_name, S("resource_management.administrator")))->administers);
}

/* "=title", "=service.name": the type whose headline that is, in both languages; NULL: it is another text. */
static const struct type *called_so(const struct type *type, struct str source)
{
	struct str step;

	while (str_cut(&source, '.', &step) && source.n) {
		const struct field *field = type_field(type, step);

		type = field ? field->to : NULL;
		if (!type)
			return NULL;
	}
	return type->headline && type->headline_ja && str_eq(type->headline->name, step) ? type : NULL;
}

/* What it makes and calls as something is called, it calls so in Japanese as well. */
static void check_made(const struct model *model, const struct type *type, const struct behaviour_use *use)
{
	const struct node *make = node_get(use->parameters, "make"), *set = node_get(use->parameters, "set");
	const struct type *made = NULL;

	make = make ? make : node_get(use->parameters, "type");
	made = make && make->kind == NODE_SCALAR ? model_type(model, make->text) : NULL;
	if (!made || !made->headline)
		return;
	for (size_t i = 0; set && i < set->count; i++) {
		struct str from = set->items[i]->text;
		bool fits = made->headline_ja && node_get(set, str_c(model->arena, made->headline_ja->name));

		if (str_eq(set->keys[i], made->headline->name) && str_starts(from, S("=")) &&
		    called_so(type, str_sub(from, 1, from.n)) && !fits)
			fail_msg("%.*s: %.*s makes %.*s, called so in English alone", STR_ARG(type->name),
				 STR_ARG(use->name), STR_ARG(made->name));
	}
	/* Those that take both by themselves. */
	if ((str_is(use->name, "gaps") || str_is(use->name, "revalidate") || str_is(use->name, "approval") ||
	     str_is(use->name, "acknowledgement") || str_is(use->name, "task_template")) &&
	    !made->headline_ja)
		fail_msg("%.*s: %.*s makes %.*s, which has no Japanese headline", STR_ARG(type->name),
			 STR_ARG(use->name), STR_ARG(made->name));
}

static void what_is_made_is_called_in_both_languages(void **state)
{
	ARENA arena = arena_new();
	const struct model *model = shipped(arena);

	for (size_t i = 0; i < model->type_count; i++)
		for (size_t b = 0; b < model->types[i]->behaviour_count; b++)
			check_made(model, model->types[i], &model->types[i]->behaviours[b]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_found),
	    cmocka_unit_test(someone_acts_as_each),
	    cmocka_unit_test(incidents_keep_the_contract),
	    cmocka_unit_test(table_one),
	    cmocka_unit_test(people_are_known_by_account),
	    cmocka_unit_test(what_is_made_is_called_in_both_languages),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
