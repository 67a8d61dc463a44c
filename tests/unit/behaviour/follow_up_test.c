/* follow_up: records that come of others, in a small process of their own beside the shipped ones. */
#include "edit_world.h"

#include "behaviour/behaviours.h"

static const char trial[] =
    "process: trial\n"
    "clause: \"9.9\"\n"
    "group: resolve\n"
    "roles: {owner: {}}\n"
    "choices:\n"
    "  colour: {values: {red: {en: Red}, blue: {en: Blue}}}\n"
    "records:\n"
    "  trouble:\n"
    "    prefix: TRB\n"
    "    collection: troubles\n"
    "    headline: title\n"
    "    fields:\n"
    "      title: {type: text}\n"
    "      title_ja: {type: text}\n"
    "      because: {type: text, max: 900, format: message}\n"
    "      colour: {type: choice, of: colour}\n"
    "      customer: {type: reference, to: customer}\n"
    "      configuration_items: {type: links, to: configuration_item, name: affects}\n"
    "      major: {type: boolean}\n"
    "    states: {open: {phase: open}, closed: {phase: done}}\n"
    "    transitions:\n"
    "      find_cause: {from: any, by: [staff]}\n"
    "      close: {from: open, to: closed, by: [staff]}\n"
    "      count: {from: any, by: [staff]}\n"
    "      tell: {from: any, by: [staff]}\n"
    "      blame: {from: any, by: [staff]}\n"
    "    links:\n"
    "      comes_of: {to: cause, back_name: effects}\n"
    "    access: {read: [staff], create: [staff], edit: [staff]}\n"
    "    behaviours:\n"
    "      - follow_up:\n"
    "          on: find_cause\n"
    "          type: cause\n"
    "          link: comes_of\n"
    "          copy: [title, configuration_items]\n"
    "          set: {colour: blue, source: =number, raised_by: =me, desk: desk, manager: =customer.manager,\n"
    "                due_at: =now + 5d, since: =created_at}\n"
    "      - follow_up: {when: colour = red, type: loss, link: trouble, copy: title}\n"
    "      - follow_up: {on: close, type: loss, link: trouble, only_if: major, copy: title}\n"
    "      - follow_up: {on: count, type: note, link: about, set: {title: Counted}, again: true}\n"
    "      - follow_up:\n"
    "          on: tell\n"
    "          type: note\n"
    "          link: about\n"
    "          set: {title: \"About {title}\", title_ja: \"{title_ja}の件\", text: \"{customer.name}!\"}\n"
    "      - follow_up:\n"
    "          on: blame\n"
    "          type: note\n"
    "          link: about\n"
    "          set: {title: =because, title_ja: =because, text: =because}\n"
    "  cause:\n"
    "    prefix: CAU\n"
    "    collection: causes\n"
    "    headline: title\n"
    "    fields:\n"
    "      title: {type: text, required: true}\n"
    "      configuration_items: {type: links, to: configuration_item, name: concerns}\n"
    "      colour: {type: choice, of: colour}\n"
    "      source: {type: text}\n"
    "      raised_by: {type: person}\n"
    "      desk: {type: group}\n"
    "      manager: {type: person}\n"
    "      due_at: {type: datetime}\n"
    "      since: {type: datetime}\n"
    "  loss:\n"
    "    prefix: LOSS\n"
    "    collection: losses\n"
    "    headline: title\n"
    "    fields:\n"
    "      title: {type: text, required: true}\n"
    "      trouble: {type: reference, to: trouble}\n"
    "  note:\n"
    "    prefix: NOT\n"
    "    collection: notes\n"
    "    headline: title\n"
    "    fields: {title: {type: text}, title_ja: {type: text}, text: {type: text}}\n"
    "    links: {about: {to: trouble, back_name: notes}}\n";

static int open_trial(void **state)
{
	return world_open_with(state, trial);
}

static int64_t troubled(struct world *world, const char *title)
{
	return made(world, "trouble", "title", title, NULL);
}

static enum status step(struct world *world, int64_t record, const char *transition)
{
	return edit_by(world, as(world, world->desk), record, "state", transition, NULL);
}

static int64_t only(struct world *world, const char *type)
{
	return kernel_identity(world->kernel, type_of(world, type), 1);
}

static void a_step_raises_a_record_that_takes_over_what_is_known(void **state)
{
	struct world *world = *state;
	int64_t manager = world->resolver, trouble, cause;
	char five_days[24], begun[24];

	made(world, "configuration_item", "name", "Router", NULL);
	assert_int_equal(edit_by(world, actor_system(), world->acme, "manager", "resolver", NULL), OK);
	trouble = made(world, "trouble", "title", "No line", "configuration_items", "CI-1", "customer", "CUS-1", NULL);
	snprintf(begun, sizeof(begun), "%lld", (long long)world->now);
	world->now += HOUR;
	assert_int_equal(step(world, trouble, "find_cause"), OK);
	cause = only(world, "cause");
	assert_string_equal(shown(world, trouble, "state"), "open");
	assert_string_equal(shown(world, cause, "title"), "No line");
	assert_int_equal(
	    record_value(look(world, cause), type_field(type_of(world, "cause"), S("configuration_items"))).list.count,
	    1);
	assert_string_equal(shown(world, cause, "colour"), "blue");
	assert_string_equal(shown(world, cause, "source"), "TRB-1");
	assert_int_equal(record_value(look(world, cause), type_field(type_of(world, "cause"), S("raised_by"))).number,
			 world->desk);
	assert_int_equal(record_value(look(world, cause), type_field(type_of(world, "cause"), S("manager"))).number,
			 manager);
	assert_string_equal(shown(world, cause, "desk"), "GRP-1");
	snprintf(five_days, sizeof(five_days), "%lld", (long long)(world->now + 5 * DAY));
	assert_string_equal(shown(world, cause, "due_at"), five_days);
	assert_string_equal(shown(world, cause, "since"), begun);
	assert_int_equal(count_rows(world,
				    "SELECT count(*) FROM kaname_link WHERE kind = 'trouble.comes_of' AND "
				    "until IS NULL AND source = ?",
				    trouble),
			 1);
	assert_int_equal(look(world, cause)->created_by, world->desk);
}

static void there_is_no_second_one_while_the_first_is_tied(void **state)
{
	struct world *world = *state;
	int64_t trouble = troubled(world, "No line");

	assert_int_equal(step(world, trouble, "find_cause"), OK);
	assert_int_equal(step(world, trouble, "find_cause"), OK);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM cause WHERE ? = ?1", 1), 1);
	assert_int_equal(
	    edit_by(world, as(world, world->desk), trouble, "unlink comes_of", "CAU-1", "state", "find_cause", NULL),
	    OK);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM cause WHERE ? = ?1", 1), 2);
	assert_int_equal(step(world, trouble, "count"), OK);
	assert_int_equal(step(world, trouble, "count"), OK);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM note WHERE ? = ?1", 1), 2);
}

static void paths_stand_among_words(void **state)
{
	struct world *world = *state;
	int64_t trouble = troubled(world, "No line");

	assert_int_equal(step(world, trouble, "tell"), OK);
	assert_string_equal(shown(world, only(world, "note"), "title"), "About No line");
	assert_string_equal(shown(world, only(world, "note"), "title_ja"), "No lineの件"); /* there is no Japanese */
	assert_string_equal(shown(world, only(world, "note"), "text"), "");                /* and no customer */
}

static void in_japanese_words_stand_japanese_ones(void **state)
{
	struct world *world = *state;
	int64_t trouble = made(world, "trouble", "title", "No line", "title_ja", "不通", "customer", "CUS-1", NULL);

	assert_int_equal(step(world, trouble, "tell"), OK);
	assert_string_equal(shown(world, only(world, "note"), "title"), "About No line");
	assert_string_equal(shown(world, only(world, "note"), "title_ja"), "不通の件");
	assert_string_equal(shown(world, only(world, "note"), "text"), "Acme!");
}

static void a_message_becomes_a_text_in_the_language_of_the_field(void **state)
{
	struct world *world = *state;
	int64_t trouble = troubled(world, "No line");

	must(world,
	     edit_by(world, actor_system(), trouble, "because", "[{\"in\":{\"en\":\"Rain\",\"ja\":\"雨\"}}]", NULL));
	assert_int_equal(step(world, trouble, "blame"), OK);
	assert_string_equal(shown(world, only(world, "note"), "title"), "Rain");
	assert_string_equal(shown(world, only(world, "note"), "title_ja"), "雨");
	assert_string_equal(shown(world, only(world, "note"), "text"), "Rain / 雨");
}

static void a_condition_counts_from_when_it_holds(void **state)
{
	struct world *world = *state;
	int64_t trouble = troubled(world, "Slow"), second;

	assert_int_equal(count_rows(world, "SELECT count(*) FROM loss WHERE ? = ?1", 1), 0);
	assert_int_equal(edit_by(world, as(world, world->desk), trouble, "colour", "red", NULL), OK);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM loss WHERE trouble = ?", trouble), 1);
	assert_int_equal(look(world, only(world, "loss"))->created_by, 0);
	/* Taking the tie away brings no other one while the condition goes on. */
	assert_int_equal(edit_by(world, actor_system(), only(world, "loss"), "trouble", "", NULL), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), trouble, "title", "Slower", NULL), OK);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM loss WHERE ? = ?1", 1), 1);
	second = made(world, "trouble", "title", "Red from the beginning", "colour", "red", NULL);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM loss WHERE trouble = ?", second), 1);
}

static void a_further_condition_decides(void **state)
{
	struct world *world = *state;
	int64_t small = troubled(world, "Small"), large = troubled(world, "Large");

	assert_int_equal(step(world, small, "close"), OK);
	assert_int_equal(edit_by(world, as(world, world->desk), large, "major", "true", "state", "close", NULL), OK);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM loss WHERE ? = ?1", 1), 1);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM loss WHERE trouble = ?", large), 1);
}

static void what_refuses_the_new_record_refuses_the_step(void **state)
{
	struct world *world = *state;
	int64_t trouble = made(world, "trouble", "major", "true", NULL);

	assert_int_equal(step(world, trouble, "close"), E_INVALID);
	assert_true(has_fault(world, "title", "required"));
	assert_true(has_fault(world, "", "follow_up"));
	assert_string_equal(shown(world, trouble, "state"), "open");
	assert_int_equal(count_rows(world, "SELECT count(*) FROM loss WHERE ? = ?1", 1), 0);
}

/* --- loading --- */

static void refuse(struct world *world, const char *parameters, const char *message)
{
	struct model_source *sources = NULL, all[128];
	char rules[1024];
	const struct model *model;
	struct error error;
	size_t count = 0;

	snprintf(rules, sizeof(rules),
		 "process: trial\nrecords:\n  trouble:\n    behaviours:\n      - follow_up: {%s}\n", parameters);
	error_clear(&error);
	assert_int_equal(model_read_directory(world->arena, PROCESSES, false, &sources, &count, &error), OK);
	assert_true(count < sizeof(all) / sizeof(*all));
	memcpy(all, sources, count * sizeof(*all));
	all[count++] = (struct model_source){.file = "trial.yaml", .text = str_of(trial), .overlay = true};
	all[count++] = (struct model_source){.file = "rules.yaml", .text = str_of(rules), .overlay = true};
	assert_int_equal(model_load(world->arena, all, count, &model, &error), OK);
	assert_int_equal(kernel_check_behaviours(world->arena, model, behaviours, &error), E_INVALID);
	assert_string_equal(error.items[0].field, "rules.yaml:5");
	if (strcmp(error.items[0].message, message))
		fail_msg("%s: %s", parameters, error.items[0].message);
}

static void faults_of_the_model_are_told(void **state)
{
	static const char misfit[] = "What is given to \"%s\" does not fit that field";
	struct world *world = *state;

	refuse(world, "type: cause, link: comes_of", "The behaviour needs \"%s\"");
	refuse(world, "on: close, type: reason, link: comes_of", "There is no record type \"%s\"");
	refuse(world, "on: close, type: cause, link: about", "No link or reference \"%s\" ties the two record types");
	refuse(world, "on: close, type: cause, link: comes_of, again: often", "\"%s\" is true or false");
	refuse(world, "on: close, type: cause, link: comes_of, set: {size: 3}", "There is no field \"%s\"");
	refuse(world, "on: close, type: cause, link: comes_of, set: {colour: green}", misfit);
	refuse(world, "on: close, type: cause, link: comes_of, set: {due_at: =now + soon}", misfit);
	refuse(world, "on: close, type: cause, link: comes_of, set: {manager: =customer}", misfit);
	refuse(world, "on: close, type: cause, link: comes_of, set: {title: =colour}", misfit);
	refuse(world, "on: close, type: loss, link: trouble, copy: colour", "There is no field \"%s\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_trial, world_close)
	    TEST(a_step_raises_a_record_that_takes_over_what_is_known),
	    TEST(there_is_no_second_one_while_the_first_is_tied),
	    TEST(paths_stand_among_words),
	    TEST(in_japanese_words_stand_japanese_ones),
	    TEST(a_message_becomes_a_text_in_the_language_of_the_field),
	    TEST(a_condition_counts_from_when_it_holds),
	    TEST(a_further_condition_decides),
	    TEST(what_refuses_the_new_record_refuses_the_step),
	    TEST(faults_of_the_model_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
