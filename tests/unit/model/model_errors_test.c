/* Every way in which a declaration can be wrong, and where and how the operator is told. */
#include "testing.h"

#include "base/hash.h"
#include "small_model.h"

struct fault_case {
	const char *yaml, *where, *message;
};

static void run(const struct fault_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ARENA arena = arena_new();
		struct error error = {0};
		const struct model *model;
		enum status status = load_small(arena, cases[i].yaml, NULL, &model, &error);

		if (!status)
			print_error("loaded:\n%s", cases[i].yaml);
		assert_true(status == E_INVALID || status == E_SYNTAX);
		assert_null(model);
		assert_fault(&error, cases[i].where, cases[i].message);
	}
}

#define RUN(cases) run(cases, sizeof(cases) / sizeof(*(cases)))

static void processes(void **state)
{
	static const struct fault_case cases[] = {
	    {"a: [\n", "x.yaml:2", "no valid YAML"},
	    {"group: resolve\n", "x.yaml:1", "begins with \"process: name\""},
	    {"- process\n", "x.yaml:1", "begins with"},
	    {"process: [a]\n", "x.yaml:1", "begins with"},
	    {"process: base\ngroup: resolve\n", "x.yaml:1", "\"base\" is declared twice"},
	    {HEAD "conformity: {8.1.6-a: {role: boss}}\n", "x.yaml:4", "boss"},
	    {HEAD "conformity: {8.1.6-a: {where: x}}\n", "x.yaml:4", "names records (of), a role"},
	    {HEAD "conformity: {8.1.6-a: {figure: x}}\n", "x.yaml:4", "TYPE.NAME"},
	    {HEAD "conformity: {8.1.6-a: {of: person, weight: heavy}}\n", "x.yaml:4", "heavy"},
	    {HEAD "conformity: {8.1.6-a: {of: person, goal: \"> 1\"}}\n", "x.yaml:4", "goal"},
	    {HEAD "conformity: {8.1.6-a: {of: person, at_least: 2, at_most: 1}}\n", "x.yaml:4", "less than"},
	    {HEAD "conformity: {8.1.6-a: {of: person, fresh: {by: name, within: 1y}}}\n", "x.yaml:4", "created_at"},
	    {HEAD "conformity: {8.1.6-a: {of: person, fresh: {by: created_at}}}\n", "x.yaml:4", "how old it may be"},
	    {HEAD "conformity: {8.1.6-a: {of: person, fresh: {by: created_at, within: 1h}}}\n", "x.yaml:4", "1y"},
	    {"continues: nobody\n", "x.yaml:1", "no process \"nobody\" to continue"},
	    {"continues: base\nrecords:\n  person: {}\n", "x.yaml:3", "\"person\" is declared twice"},
	    {"continues: base\nlabel: {en: X}\n", "x.yaml:2", "label"},
	    {"process: P\ngroup: resolve\n", "x.yaml:1", "lower case letters"},
	    {"process: p\n", "x.yaml:1", "needs \"group\""},
	    {"process: p\ngroup: resolv\n", "x.yaml:2", "did you mean \"resolve\""},
	    {"process: p\ngroup: nonsense\n", "x.yaml:2", "expected one of: govern, design"},
	    {HEAD "record: {}\n", "x.yaml:4", "Unknown key \"record\"; did you mean \"records\"?"},
	    {HEAD "zzzzzz: 1\n", "x.yaml:4", "expected one of: process, clause"},
	    {HEAD "label: {ja: 日本}\n", "x.yaml:4", "needs an English text"},
	    {HEAD "label: {en: A, fr: B}\n", "x.yaml:4", "Unknown key \"fr\""},
	    {HEAD "label: [a]\n", "x.yaml:4", "A text must be a mapping"},
	    {HEAD "purpose: ~\n", "x.yaml:4", "one plain value"},
	    {HEAD "records: [a]\n", "x.yaml:4", "\"records\" must be a mapping"},
	    {"process: p\ngroup: resolve\nroles: [a]\n", "x.yaml:3", "\"roles\" must be a mapping"},
	    {"process: p\ngroup: resolve\nroles:\n  Desk: {}\n", "x.yaml:4", "The name of a role"},
	    {"process: p\ngroup: resolve\nroles:\n  staff: {}\n", "x.yaml:4", "already means someone"},
	    {"process: p\ngroup: resolve\nroles:\n  a: {administers: yes}\n", "x.yaml:4", "true or false"},
	    {"process: p\ngroup: resolve\nroles:\n  a: b\n", "x.yaml:4", "A role must be a mapping"},
	    {HEAD "interfaces: [a]\n", "x.yaml:4", "\"interfaces\" must be a mapping"},
	    {HEAD "interfaces:\n  a: {what: {en: A}}\n", "x.yaml:5", "needs another end"},
	    {HEAD "interfaces:\n  a: {from: finanse, what: {en: A}}\noutside: {finance: Finance}\n", "x.yaml:5",
	     "did you mean \"finance\""},
	    {HEAD "interfaces:\n  a: {from: finance, of: nothing}\noutside: {finance: Finance}\n", "x.yaml:5",
	     "A check names records"},
	    {HEAD "interfaces:\n  a: {from: a, wat: {en: A}}\n", "x.yaml:5", "did you mean \"what\""},
	    {HEAD "outcomes: {en: A}\n", "x.yaml:4", "\"outcomes\" must be a list"},
	    {HEAD "kpis:\n  a: {of: person}\n", "x.yaml:5", "one of \"share\""},
	    {HEAD "kpis:\n  a: {share: active}\n", "x.yaml:5", "record type that it counts"},
	    {HEAD "kpis:\n  a: {of: person, share: \"nme = 1\"}\n", "x.yaml:5", "In the expression of \"share\""},
	    {HEAD "kpis:\n  a: {of: person, average: nam}\n", "x.yaml:5", "did you mean \"name\""},
	    {HEAD "kpis:\n  a: {of: person, count: \"\", in_period: name}\n", "x.yaml:5", "is empty"},
	    {HEAD "kpis:\n  a: {of: person, average: name, in_period: name}\n", "x.yaml:5", "date or time"},
	    {HEAD "answers: {a: b}\n", "x.yaml:4", "must be a list"},
	    {HEAD "answers: [[a]]\n", "x.yaml:4", "list of plain values"},
	};

	RUN(cases);
}

static void arrangements(void **state)
{
	static const struct fault_case cases[] = {
	    {STATES "    board: {}\n", "x.yaml:14", "A board needs \"by\""},
	    {STATES "    board: [state]\n", "x.yaml:14", "\"board\" must be a mapping"},
	    {FIELDS "    board: {by: state}\n", "x.yaml:11", "needs \"states\""},
	    {STATES "    board: {by: titel}\n", "x.yaml:14", "did you mean \"title\""},
	    {STATES "    board: {by: title}\n", "x.yaml:14", "\"title\" is no choice field"},
	    {STATES "    board: {by: state, to: title}\n", "x.yaml:14", "Unknown key \"to\""},
	    {STATES "    calendar: {to: title}\n", "x.yaml:14", "A calendar needs \"from\""},
	    {STATES "    calendar: {from: title}\n", "x.yaml:14", "\"title\" is no date and no time"},
	    {FIELDS "      a: {type: date}\n      b: {type: datetime}\n    calendar: {from: a, to: b}\n", "x.yaml:13",
	     "must both be dates, or both times"},
	    {FIELDS "      a: {type: date}\n    calendar: {from: a, by: title}\n", "x.yaml:12", "is no choice field"},
	};

	RUN(cases);
}

static void tables(void **state)
{
	static const struct fault_case cases[] = {
	    {HEAD "choices:\n  c: {}\n", "x.yaml:5", "need \"values\""},
	    {HEAD "choices:\n  size: {values: {a: {en: A}}}\n", "x.yaml:5", "declared twice"},
	    {HEAD "choices:\n  c:\n    values:\n      a b: {en: A}\n", "x.yaml:7", "A code must be"},
	    {HEAD "choices:\n  c:\n    values:\n      true: {en: A}\n", "x.yaml:7", "A code must be"},
	    {HEAD "choices:\n  c:\n    values:\n      a: {ja: A}\n", "x.yaml:7", "needs an English text"},
	    {HEAD "choices:\n  c: {vales: {}}\n", "x.yaml:5", "did you mean \"values\""},
	    {HEAD "targets:\n  t: {R1: soon}\n", "x.yaml:5", "must be a length of time"},
	    {HEAD "targets:\n  t: {R1: 1h, R9: 2h}\n", "x.yaml:5", "stand together in no set"},
	    {HEAD "targets:\n  t: {R1: 1h, large: 2h}\n", "x.yaml:5", "stand together in no set"},
	    {HEAD "targets:\n  t: 1h\n", "x.yaml:5", "must be a mapping"},
	    {HEAD "matrices:\n  m: {rows: size, columns: rank, values: rank}\n", "x.yaml:5", "needs \"cells\""},
	    {HEAD "matrices:\n  m: {columns: rank, values: rank, cells: {}}\n", "x.yaml:5", "needs \"rows\""},
	    {HEAD "matrices:\n  m: {rows: siz, columns: rank, values: rank, cells: {}}\n", "x.yaml:5",
	     "Unknown set of choices \"siz\"; did you mean \"size\""},
	    {HEAD "matrices:\n  m:\n    rows: size\n    columns: rank\n    values: rank\n    cells:\n      large: [R1, "
		  "R2]\n",
	     "x.yaml:9", "no row for \"small\""},
	    {HEAD "matrices:\n  m:\n    rows: size\n    columns: rank\n    values: rank\n    cells:\n"
		  "      large: [R1, R2]\n      small: [R1]\n",
	     "x.yaml:11", "one cell for each column"},
	    {HEAD "matrices:\n  m:\n    rows: size\n    columns: rank\n    values: rank\n    cells:\n"
		  "      large: [R1, R2]\n      small: [R1, R3]\n",
	     "x.yaml:11", "Unknown value \"R3\""},
	    {HEAD "matrices:\n  m:\n    rows: size\n    columns: rank\n    values: rank\n    cells:\n"
		  "      large: [R1, R2]\n      small: [R1, R2]\n      tiny: [R1, R2]\n",
	     "x.yaml:12", "Unknown key \"tiny\""},
	};

	RUN(cases);
}

static void types(void **state)
{
	static const struct fault_case cases[] = {
	    {HEAD "records:\n  Thing: {}\n", "x.yaml:5", "The name of a record type"},
	    {HEAD "records:\n  thing: 5\n", "x.yaml:5", "A record type must be a mapping"},
	    {HEAD "records:\n  person: {}\n", "x.yaml:5", "declared twice"},
	    {HEAD "records:\n  kaname_event: {}\n", "x.yaml:5", "name is taken"},
	    {HEAD "records:\n  thing: {}\n", "x.yaml:5", "\"prefix\" must be"},
	    {HEAD "records:\n  thing: {prefix: TH}\n", "x.yaml:5", "\"collection\" must be"},
	    {HEAD "records:\n  thing: {prefix: TH, collection: Things}\n", "x.yaml:5", "\"collection\" must be"},
	    {HEAD "records:\n  thing: {prefix: TH, collection: people}\n", "x.yaml:5", "\"people\" belongs to another"},
	    {HEAD "records:\n  thing: {prefix: PER, collection: things}\n", "x.yaml:5", "\"PER\" belongs to another"},
	    {HEAD "records:\n  thing: {prefix: TH, collection: things}\n", "x.yaml:5", "needs \"fields\""},
	    {TYPE "    feilds: {}\n", "x.yaml:9", "did you mean \"fields\""},
	    {TYPE "    acts_as: persn\n    fields: {title: {type: text}}\n", "x.yaml:9", "did you mean \"person\""},
	    {TYPE "    acts_as: person\n    fields: {title: {type: text}}\n", "x.yaml:9",
	     "\"person\" already acts as person"},
	    {TYPE "    number: {width: 20}\n    fields: {title: {type: text}}\n", "x.yaml:9", "\"width\" must be"},
	    {TYPE "    number: {start: x}\n    fields: {title: {type: text}}\n", "x.yaml:9", "whole number"},
	    {TYPE "    fields: {name: {type: text}}\n", "x.yaml:8", "Unknown field \"title\""},
	    {TYPE "    fields: {title: {type: integer}}\n", "x.yaml:8", "must be a field of type text"},
	    {HEAD "records:\n  thing:\n    prefix: TH\n    collection: things\n    fields: {a: {type: text}}\n",
	     "x.yaml:5", "needs \"headline\""},
	    {FIELDS "    key_shown: true\n", "x.yaml:5", "needs a \"key\""},
	    {FIELDS "    scope: all\n", "x.yaml:11", "expected one of: customer, open"},
	    {FIELDS "    portal: {as: ticked}\n", "x.yaml:11", "did you mean \"ticket\""},
	    {FIELDS "    portal: {as: article, text: title}\n", "x.yaml:11", "is not public"},
	    {FIELDS "    portal: {as: article}\n", "x.yaml:11", "needs \"text\""},
	    {FIELDS "    portal: {as: ticket}\n", "x.yaml:11", "needs \"by\""},
	    {FIELDS "    portal: {as: service, now: \"title = 'x'\"}\n", "x.yaml:11", "Unknown key \"now\""},
	    {FIELDS "    portal: {as: service, steps: [{label: {en: A}, states: [nowhere]}]}\n", "x.yaml:11",
	     "no state \"nowhere\""},
	    {FIELDS "    customers_see: \"number = 1\"\n", "x.yaml:11", "narrows \"scope\", which is not given"},
	    {FIELDS "    scope: open\n    customers_see: \"updated_at > now - 1d\"\n", "x.yaml:12",
	     "only at the record's own fields"},
	    {FIELDS "    scope: open\n    customers_see: \"created_by.name = 'x'\"\n", "x.yaml:12",
	     "only at the record's own fields"},
	    {FIELDS "    scope: customer\n", "x.yaml:11", "needs a field that refers to the customer"},
	    {FIELDS "    was: person\n", "x.yaml:5", "is that of another record type"},
	    {FIELDS "    states: {new: {}}\n", "x.yaml:11", "needs \"phase\""},
	    {FIELDS "    states: {new: {phase: open, void: true}}\n", "x.yaml:11", "Only a state of the phase done"},
	    {FIELDS "    states: {new: {phase: begun}}\n", "x.yaml:11", "open, waiting or done"},
	    {FIELDS "    states: {new: {phase: open}}\n    initial: nwe\n", "x.yaml:12", "one of the states"},
	    {FIELDS "    states: {\"a b\": {phase: open}}\n", "x.yaml:11", "A code must be"},
	    {FIELDS "    transitions: {}\n", "x.yaml:11", "need \"states\""},
	    {FIELDS "    links: {on: {to: persn}}\n", "x.yaml:11",
	     "Unknown record type \"persn\"; did you mean \"person\""},
	    {FIELDS "    links: {on: {}}\n", "x.yaml:11", "A link needs \"to\""},
	    {FIELDS "    links:\n      a: {to: person, back_name: t}\n      b: {to: person, back_name: t}\n",
	     "x.yaml:13", "at the other end"},
	    {FIELDS "      on: {type: links, to: person}\n    links:\n      on: {to: person}\n", "x.yaml:13",
	     "declared twice"},
	    {FIELDS "    behaviours: {a: b}\n", "x.yaml:11", "\"behaviours\" must be a list"},
	    {FIELDS "    behaviours:\n      - a: b\n", "x.yaml:12", "A behaviour is a name"},
	    {FIELDS "    behaviours:\n      - clock: {target: t}\n", "x.yaml:12", "A clock needs \"name\""},
	    {FIELDS "    behaviours:\n      - clock: {name: c}\n      - clock: {name: c}\n", "x.yaml:13",
	     "declared twice"},
	};

	RUN(cases);
}

static void fields(void **state)
{
	static const struct fault_case cases[] = {
	    {FIELDS "      a: {}\n", "x.yaml:11", "A field needs \"type\""},
	    {FIELDS "      a: text\n", "x.yaml:11", "A field must be a mapping"},
	    {FIELDS "      a: {type: texts}\n", "x.yaml:11", "Unknown type of field \"texts\"; did you mean \"text\""},
	    {FIELDS "      A: {type: text}\n", "x.yaml:11", "The name of a field"},
	    {FIELDS "      version: {type: text}\n", "x.yaml:11", "Every record has \"version\" already"},
	    {FIELDS "      now: {type: text}\n", "x.yaml:11", "word of the expression language"},
	    {FIELDS "      a: {type: text, requird: true}\n", "x.yaml:11", "did you mean \"required\""},
	    {FIELDS "      a: {type: text, of: size}\n", "x.yaml:11", "Unknown key \"of\""},
	    {FIELDS "      a: {type: text, max: many}\n", "x.yaml:11", "whole number"},
	    {FIELDS "      a: {type: text, max: 0}\n", "x.yaml:11", "between 1 and 100000"},
	    {FIELDS "      a: {type: integer, min: 5, max: 4}\n", "x.yaml:11", "greater than"},
	    {FIELDS "      a: {type: decimal, min: x}\n", "x.yaml:11", "must be a number"},
	    {FIELDS "      a: {type: text, required: \"true\"}\n", "x.yaml:11", "true or false"},
	    {FIELDS "      a: {type: choice}\n", "x.yaml:11", "needs \"of\""},
	    {FIELDS "      a: {type: choice, of: sizes}\n", "x.yaml:11", "did you mean \"size\""},
	    {FIELDS "      a: {type: choice, of: size, default: huge}\n", "x.yaml:11", "default does not fit"},
	    {FIELDS "      a: {type: integer, default: x}\n", "x.yaml:11", "default does not fit"},
	    {FIELDS "      a: {type: boolean, default: 1}\n", "x.yaml:11", "default does not fit"},
	    {FIELDS "      a: {type: date, default: today}\n", "x.yaml:11", "default does not fit"},
	    {FIELDS "      a: {type: reference}\n", "x.yaml:11", "needs \"to\""},
	    {FIELDS "      a: {type: reference, to: grup}\n", "x.yaml:11", "did you mean \"group\""},
	    {FIELDS "      a: {type: links, to: group, name: B}\n", "x.yaml:11", "The name of a link"},
	    {FIELDS "      a: {type: person, from: title}\n", "x.yaml:11", "\"title\" is no group field"},
	    {FIELDS "      a: {type: person, from: grp}\n", "x.yaml:11", "Unknown field \"grp\""},
	    {FIELDS "      a: {type: rows}\n", "x.yaml:11", "need \"columns\""},
	    {FIELDS "      a: {type: rows, columns: {b: {type: text, public: true}}}\n", "x.yaml:11",
	     "Unknown key \"public\""},
	    {FIELDS "      a: {type: rows, columns: {b: {type: choice, of: siz}}}\n", "x.yaml:11",
	     "did you mean \"size\""},
	    {FIELDS "      a: {type: computed}\n", "x.yaml:11", "needs \"computed\""},
	    {FIELDS "      a: {type: integer, personal: true}\n", "x.yaml:11", "Only texts and rows can be personal"},
	    {FIELDS "    about: [title]\n", "x.yaml:11", "names \"title\", which is no person"},
	    {FIELDS "    about: [titel]\n", "x.yaml:11", "did you mean \"title\""},
	    {FIELDS "      a: {computed: title, required: true}\n", "x.yaml:11", "cannot be required"},
	    {FIELDS "      a: {computed: titel}\n", "x.yaml:11", "leads nowhere at \"titel\""},
	    {FIELDS "      a: {computed: title.x}\n", "x.yaml:11", "leads nowhere at \"x\""},
	    {FIELDS "      a: {computed: b}\n      b: {computed: a}\n", "x.yaml:11", "depends on itself"},
	    {FIELDS "      a: {computed: \"title = 5 and\"}\n", "x.yaml:11", "In the expression of \"computed\""},
	    {FIELDS "      a: {type: person}\n      b: {type: text, derived: a.customer}\n", "x.yaml:12",
	     "does not lead to what \"b\" holds"},
	    {FIELDS "      a: {type: person}\n      b: {type: group, derived: a.customer}\n", "x.yaml:12",
	     "does not lead"},
	    {FIELDS "      a: {type: person}\n      b: {type: group, derived: a.groups.x}\n", "x.yaml:12",
	     "leads nowhere"},
	    {FIELDS "      b: {type: group, derived: \"a = b\"}\n", "x.yaml:11", "must be a path"},
	    {FIELDS "      b: {type: choice, of: size, derived_by: priority_matrix}\n", "x.yaml:11",
	     "none of the type's behaviours"},
	    {FIELDS "      b: {type: text, was: title}\n", "x.yaml:11", "is that of another field"},
	    {FIELDS "      b: {type: text, was: c}\n      d: {type: text, was: c}\n", "x.yaml:12",
	     "is that of another field"},
	};

	RUN(cases);
}

static void rules(void **state)
{
	static const struct fault_case cases[] = {
	    {MOVES "      go: {to: old}\n", "x.yaml:15", "needs \"from\""},
	    {MOVES "      go: {from: nwe, to: old}\n", "x.yaml:15", "Unknown state \"nwe\""},
	    {MOVES "      go: {from: new, to: od}\n", "x.yaml:15", "did you mean \"old\""},
	    {MOVES "      go: {from: new, to: old, by: [dsk]}\n", "x.yaml:15",
	     "Unknown role or person \"dsk\"; did you mean \"desk\""},
	    {MOVES "      go: {from: new, to: old, by: [title]}\n", "x.yaml:15", "Unknown role or person"},
	    {MOVES "      go: {from: new, to: old, by: [record.desk]}\n", "x.yaml:15", "Unknown role or person"},
	    {MOVES "      go: {from: new, to: old, requires: [titel]}\n", "x.yaml:15", "Unknown field \"titel\""},
	    {MOVES "      go: {from: new, to: old, asks: [x]}\n", "x.yaml:15", "Unknown field \"x\""},
	    {MOVES "      go: {from: new, to: old, gaurd: \"\"}\n", "x.yaml:15", "did you mean \"guard\""},
	    {MOVES "      go:\n        from: new\n        to: old\n        guard: \"titel = 1\"\n", "x.yaml:18",
	     "In the expression of \"guard\""},
	    {MOVES "      go: {from: new, to: old, also_when: never}\n", "x.yaml:15", "public comment by FIELD"},
	    {MOVES "      go: {from: new, to: old, also_when: public comment by title}\n", "x.yaml:15",
	     "no person field"},
	    {FIELDS "      desk: {type: person}\n    access: {read: [desk]}\n", "x.yaml:12",
	     "is a role and a field: write p.desk or record.desk"},
	    {FIELDS "    access: {view: [desk]}\n", "x.yaml:11", "Unknown key \"view\""},
	    {FIELDS "    columns: [titel]\n", "x.yaml:11", "did you mean \"title\""},
	    {FIELDS "    views:\n      v: {filter: \"titel = 1\"}\n", "x.yaml:12", "In the expression of \"filter\""},
	    {FIELDS "    views:\n      v: {filter: \"clock(c) is met\"}\n", "x.yaml:12",
	     "In the expression of \"filter\""},
	    {FIELDS "    views:\n      v: {sort: [-titel]}\n", "x.yaml:12", "Unknown field to sort by \"titel\""},
	    {FIELDS "    views:\n      v: {sort: [clock(c).due_at]}\n", "x.yaml:12", "no clock \"c\""},
	    {FIELDS "    views:\n      v: {columns: [a]}\n", "x.yaml:12", "Unknown field \"a\""},
	    {FIELDS "    views:\n      v: {sorts: [a]}\n", "x.yaml:12", "did you mean \"sort\""},
	};

	RUN(cases);
}

static void shows_many_faults_at_once(void **state)
{
	ARENA arena = arena_new();
	struct error error = {0};
	const struct model *model;

	assert_int_equal(load_small(arena, FIELDS "      a: {type: texts}\n      b: {type: dat}\n    colums: [a]\n",
				    NULL, &model, &error),
			 E_INVALID);
	assert_int_equal(error.count, 3);
	assert_fault(&error, "x.yaml:11", "texts");
	assert_fault(&error, "x.yaml:12", "did you mean \"date\"");
	assert_fault(&error, "x.yaml:13", "did you mean \"columns\"");
}

static void needs_who_acts(void **state)
{
	ARENA arena = arena_new();
	struct error error = {0};
	const struct model *model;
	const struct model_source source = {"x.yaml", str_of(FIELDS "      a: {type: person}\n"), false};

	assert_int_equal(model_load(arena, &source, 1, &model, &error), E_INVALID);
	assert_fault(&error, "x.yaml:11", "No record type acts as person");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(processes),
	    cmocka_unit_test(arrangements),
	    cmocka_unit_test(tables),
	    cmocka_unit_test(types),
	    cmocka_unit_test(fields),
	    cmocka_unit_test(rules),
	    cmocka_unit_test(shows_many_faults_at_once),
	    cmocka_unit_test(needs_who_acts),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
