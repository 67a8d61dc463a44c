/* What a declaration becomes. */
#include "testing.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "small_model.h"

static const struct model *load(struct arena *arena, const char *yaml)
{
	struct error error = {0};
	const struct model *model = NULL;
	char text[512];

	if (load_small(arena, yaml, NULL, &model, &error)) {
		error_text(&error, text, sizeof(text));
		fail_msg("%s", text);
	}
	return model;
}

static const struct type *thing(const struct model *model)
{
	const struct type *type = model_type(model, S("thing"));

	assert_non_null(type);
	return type;
}

static void names_and_defaults(void **state)
{
	ARENA arena = arena_new();
	const struct model *model = load(arena, FIELDS "    number: {width: 6, start: 100}\n");
	const struct type *type = thing(model);

	assert_ptr_equal(map_get(&model->types_by_collection, S("things")), type);
	assert_ptr_equal(map_get(&model->types_by_prefix, S("TH")), type);
	assert_ptr_equal(model->types[type->index], type);
	assert_true(str_is(type->label.text[ENGLISH], "Thing"));
	assert_int_equal(type->label.text[JAPANESE].n, 0);
	assert_int_equal(type->number_width, 6);
	assert_int_equal(type->number_start, 100);
	assert_int_equal(type->column_count, 1);
	assert_int_equal(type->state_count, 0);
	assert_null(type->initial);
	assert_int_equal(type->access_count[ACCESS_COMMENT], 2);
	assert_true(str_is(type->access[ACCESS_READ][1].role->name, "p.lead"));
	assert_ptr_equal(map_get(&model->roles_by_name, S("p.desk")), type->access[ACCESS_READ][0].role);
	assert_ptr_equal(model->acting[ACTS_PERSON], model_type(model, S("person")));
	assert_null(model->acting[ACTS_CALENDAR]);
	assert_true(model_type(model, S("person"))->key->unique);
	assert_int_equal(type->place.line, 5);
	assert_null(model_type(model, S("nothing")));
}

static void headline_in_japanese(void **state)
{
	ARENA arena = arena_new();
	const struct type *plain = thing(load(arena, FIELDS));
	const struct type *named =
	    thing(load(arena, TYPE "    headline_ja: title_ja\n    fields:\n      title: {type: text}\n"
				   "      title_ja: {type: text}\n"));

	assert_null(plain->headline_ja);
	assert_ptr_equal(named->headline_ja, type_field(named, S("title_ja")));
	assert_ptr_not_equal(named->headline_ja, named->headline);
}

static void kinds_of_fields(void **state)
{
	ARENA arena = arena_new();
	const struct type *type =
	    thing(load(arena, FIELDS "      a: {type: integer, min: -3, max: 9, default: 4}\n"
				     "      b: {type: decimal, max: 2.5, default: 1.25}\n"
				     "      c: {type: choice, of: size, default: small, public: true}\n"
				     "      d: {type: duration, default: 2h}\n"
				     "      e: {type: boolean, default: false}\n"
				     "      f: {type: money}\n"
				     "      g: {type: group}\n"
				     "      h: {type: person, from: g}\n"
				     "      i: {type: rows, columns: {clock: {type: text}, n: {type: person}}}\n"
				     "      j: {type: markdown, searched: false}\n"
				     "      k: {type: date, default: 2026-11-23}\n"));
	const struct field *rows = type_field(type, S("i"));

	assert_int_equal(type_field(type, S("a"))->least, -3);
	assert_int_equal(type_field(type, S("a"))->preset.number, 4);
	assert_int_equal(type_field(type, S("b"))->most, 2500000);
	assert_int_equal(type_field(type, S("b"))->preset.number, 1250000);
	assert_true(str_is(type_field(type, S("c"))->preset.text, "small"));
	assert_true(type_field(type, S("c"))->is_public);
	assert_int_equal(type_field(type, S("d"))->preset.number, 2 * HOUR);
	assert_int_equal(type_field(type, S("e"))->preset.kind, VALUE_BOOLEAN);
	assert_int_equal(type_field(type, S("f"))->value, VALUE_MONEY);
	assert_ptr_equal(type_field(type, S("h"))->from, type_field(type, S("g")));
	assert_int_equal(type_field(type, S("k"))->preset.number, day_from_civil(2026, 11, 23));
	assert_int_equal(rows->column_count, 2);
	assert_null(rows->query);
	assert_true(str_is(rows->columns[1]->to->name, "person"));
	assert_true(type_field(type, S("title"))->searched);
	assert_false(type_field(type, S("j"))->searched);
	assert_int_equal(type_field(type, S("title"))->most, 1000);
}

static void what_expressions_may_speak_of(void **state)
{
	ARENA arena = arena_new();
	const struct type *type =
	    thing(load(arena, STATES "    behaviours:\n      - clock: {name: work}\n      - plain\n"));
	const struct query_field *number = map_get(&type->query->fields, S("number"));
	const struct query_field *phase = map_get(&type->query->fields, S("state"));
	const struct query_field *by = map_get(&type->query->fields, S("created_by"));

	assert_true(number->is_number);
	assert_true(phase->is_state && phase->code_count == 2 && str_is(phase->codes[1].phase, "done"));
	assert_ptr_equal(((const struct type *)by->to->owner)->query, by->to);
	assert_ptr_equal(type->query->owner, type);
	assert_ptr_equal(type_field(type, S("title"))->query, map_get(&type->query->fields, S("title")));
	assert_ptr_equal(type_field(type, S("title"))->query->owner, type_field(type, S("title")));
	assert_non_null(map_get(&type->query->clocks, S("work")));
	assert_int_equal(type->behaviour_count, 2);
	assert_null(type->behaviours[1].parameters);
	assert_true(str_is(node_get(type->behaviours[0].parameters, "name")->text, "work"));
}

static void links_seen_from_both_ends(void **state)
{
	ARENA arena = arena_new();
	const struct model *model =
	    load(arena, FIELDS
		 "      people: {type: links, to: person, name: about, public: true}\n"
		 "    links:\n"
		 "      after: {to: thing, one: true, label: {en: After}, back: {en: Before}, back_name: before}\n");
	const struct type *type = thing(model), *person = model_type(model, S("person"));
	const struct link_kind *about = type_link(type, S("about")), *after = type_link(type, S("after"));
	const struct query_link *forth = map_get(&type->query->links, S("after"));
	const struct query_link *back = map_get(&type->query->links, S("before"));
	const struct query_link *from_person = map_get(&person->query->links, S("thing_about"));

	assert_true(str_is(about->kind, "thing.about"));
	assert_true(str_is(type_field(type, S("people"))->link, "thing.about"));
	assert_ptr_equal(about->field, type_field(type, S("people")));
	assert_true(about->is_public);
	assert_int_equal(type_field(type, S("people"))->query->kind, VALUE_LIST);
	assert_true(after->one && after->to == type);
	assert_false(forth->backwards);
	assert_true(back->backwards && str_is(back->kind, "thing.after"));
	assert_true(from_person->backwards && from_person->to == type->query);
	assert_ptr_equal(person->back_links[person->back_link_count - 1], about);
	assert_non_null(map_get(&model_type(model, S("group"))->query->links, S("members")));
}

static void paths_and_computed_fields(void **state)
{
	ARENA arena = arena_new();
	const struct type *type =
	    thing(load(arena, FIELDS "      b: {computed: customer.manager}\n"
				     "      c: {computed: b.name}\n"
				     "      d: {type: computed, computed: \"title = \\\"x\\\" and c is empty\"}\n"
				     "      caller: {type: person}\n"
				     "      customer: {type: reference, to: customer, derived: caller.customer}\n"
				     "    scope: customer\n"));

	assert_int_equal(type_field(type, S("b"))->value, VALUE_RECORD);
	assert_true(str_is(type_field(type, S("b"))->query->to->name, "person"));
	assert_int_equal(type_field(type, S("c"))->value, VALUE_TEXT);
	assert_int_equal(type_field(type, S("d"))->value, VALUE_BOOLEAN);
	assert_true(type->scoped);
	assert_ptr_equal(type->customer, type_field(type, S("customer")));
	assert_true(str_is(type_field(type, S("customer"))->derived, "caller.customer"));
}

static void transitions(void **state)
{
	ARENA arena = arena_new();
	const struct model *model =
	    load(arena, FIELDS "      owner: {type: person}\n"
			       "      team: {type: group}\n"
			       "    states: {new: {phase: open}, old: {phase: done}}\n"
			       "    initial: old\n"
			       "    transitions:\n"
			       "      go: {from: [new], to: old, by: [desk, base.admin, owner, record.team, staff], "
			       "requires: [comment, title], asks: owner}\n"
			       "      back: {from: any, to: new, guard: \"title is not empty\", guard_message: {en: "
			       "No}, also_when: public comment by owner}\n");
	const struct type *type = thing(model);
	const struct transition *go = type_transition(type, S("go")), *back = type_transition(type, S("back"));

	assert_ptr_equal(type->initial, type_state(type, S("old")));
	assert_int_equal(go->from_count, 1);
	assert_ptr_equal(go->to, type_state(type, S("old")));
	assert_int_equal(go->by_count, 5);
	assert_true(str_is(go->by[0].role->name, "p.desk"));
	assert_true(str_is(go->by[1].role->name, "base.admin") && go->by[1].role->administers);
	assert_true(go->by[2].kind == WHO_FIELD && go->by[2].field == type_field(type, S("owner")));
	assert_int_equal(go->by[3].kind, WHO_GROUP_FIELD);
	assert_int_equal(go->by[4].kind, WHO_STAFF);
	assert_true(go->requires[0].comment && go->requires[1].field == type->headline);
	assert_int_equal(go->asks_count, 1);
	assert_null(go->guard);
	assert_int_equal(back->from_count, 0);
	assert_non_null(back->guard);
	assert_ptr_equal(back->also_when_by, type_field(type, S("owner")));
	assert_true(str_is(back->guard_message.text[ENGLISH], "No"));
}

static void views_and_tables(void **state)
{
	ARENA arena = arena_new();
	const struct model *model = load(
	    arena, FIELDS
	    "    behaviours:\n      - clock: {name: c}\n"
	    "    views:\n"
	    "      one: {filter: \"title = \\\"a\\\"\", sort: [-title, clock(c).due_at], columns: title}\n"
	    "      two: {}\n"
	    "targets:\n  t: {R2: 1d, R1: 90m}\n"
	    "matrices:\n  m: {rows: size, columns: rank, values: rank, cells: {small: [R2, R2], large: [R1, R2]}}\n");
	const struct view *one = type_view(thing(model), S("one"));
	const struct target_table *table = map_get(&model->targets_by_name, S("t"));
	const struct matrix *matrix = map_get(&model->matrices_by_name, S("m"));

	assert_true(one->sort_count == 2 && one->sort[0].descending && str_is(one->sort[1].clock, "c"));
	assert_null(one->sort[1].field);
	assert_int_equal(one->column_count, 1);
	assert_int_equal(type_view(thing(model), S("two"))->filter->root->op, QUERY_TRUE);
	assert_true(str_is(table->codes[0], "R2") && table->durations[0].days == 1 &&
		    table->durations[1].ms == 90 * MINUTE);
	assert_true(str_is(matrix->rows[0], "large") && str_is(matrix->columns[1], "R2"));
	assert_true(str_is(matrix->cells[0], "R1") && str_is(matrix->cells[2], "R2"));
}

static void digest_follows_the_texts(void **state)
{
	ARENA arena = arena_new();
	const struct model *a = load(arena, FIELDS), *b = load(arena, FIELDS), *c = load(arena, FIELDS "\n");

	assert_int_equal(strlen(a->digest.hex), 64);
	assert_string_equal(a->digest.hex, b->digest.hex);
	assert_string_not_equal(a->digest.hex, c->digest.hex);
}

static bool has_finding(const struct str *findings, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (str_is(findings[i], text))
			return true;
	return false;
}

static void findings(void **state)
{
	ARENA arena = arena_new();
	struct str *list;
	const struct model *model = load(arena, STATES "      lost: {phase: open, label: {en: Lost, ja: 不明}}\n"
						       "    transitions:\n"
						       "      go: {from: new, to: old}\n"
						       "      stay: {from: lost, to: lost, by: nobody}\n");
	size_t count = model_check(arena, model, &list);

	assert_true(has_finding(list, count, "x.yaml:14: nothing leads to the state \"lost\""));
	assert_true(has_finding(list, count, "x.yaml:14: nothing leads out of the state \"lost\", which is not done"));
	assert_true(has_finding(list, count, "x.yaml:16: nobody may take the transition \"go\""));
	assert_false(has_finding(list, count, "x.yaml:17: nobody may take the transition \"stay\""));
	assert_true(has_finding(list, count, "x.yaml:1: the process \"p\" has no purpose"));
	assert_true(has_finding(list, count, "x.yaml:10: the field \"title\" has no Japanese text"));
	assert_true(has_finding(list, count, "x.yaml:12: the state \"new\" has no Japanese text"));
	assert_false(has_finding(list, count, "x.yaml:14: the state \"lost\" has no Japanese text"));
}

static void write_file(const char *directory, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void reads_directories_in_order(void **state)
{
	ARENA arena = arena_new();
	struct error error = {0};
	char directory[] = "/tmp/kaname-model-XXXXXX", path[256];
	struct model_source first = {"first", S("x"), false}, *sources = &first;
	size_t count = 1;

	assert_non_null(mkdtemp(directory));
	write_file(directory, "b.yaml", "b");
	write_file(directory, "a.yaml", "a");
	write_file(directory, "a.txt", "no");
	write_file(directory, ".c.yaml", "no");
	assert_int_equal(model_read_directory(arena, directory, true, &sources, &count, &error), OK);
	assert_int_equal(count, 3);
	assert_string_equal(sources[0].file, "first");
	snprintf(path, sizeof(path), "%s/a.yaml", directory);
	assert_string_equal(sources[1].file, path);
	assert_true(str_is(sources[2].text, "b") && sources[2].overlay);
	for (const char *const *name = (const char *const[]){"a.yaml", "b.yaml", "a.txt", ".c.yaml", NULL}; *name;
	     name++) {
		snprintf(path, sizeof(path), "%s/%s", directory, *name);
		unlink(path);
	}
	rmdir(directory);
	assert_int_equal(model_read_directory(arena, directory, true, &sources, &count, &error), E_NOT_FOUND);
	assert_fault(&error, directory, "cannot be read");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_and_defaults),
	    cmocka_unit_test(headline_in_japanese),
	    cmocka_unit_test(kinds_of_fields),
	    cmocka_unit_test(what_expressions_may_speak_of),
	    cmocka_unit_test(links_seen_from_both_ends),
	    cmocka_unit_test(paths_and_computed_fields),
	    cmocka_unit_test(transitions),
	    cmocka_unit_test(views_and_tables),
	    cmocka_unit_test(digest_follows_the_texts),
	    cmocka_unit_test(findings),
	    cmocka_unit_test(reads_directories_in_order),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
