/* What time brings to controlled records: versions that wait for their day, acknowledgements, reviews; and rules that
 * an organisation keeps less strictly. What people do with them is proven in tests/api/governance_documents_test.mjs.
 */
#include "edit_world.h"

#include "base/difference.h"
#include "behaviour/behaviours.h"
#include "record/kernel.h"

static int64_t document(struct world *world)
{
	return made(world, "document", "title", "Rules", "owner", "admin", "body", "One.", NULL);
}

static void put_in_force(struct world *world, int64_t version)
{
	take_step(world, version, "submit");
	take_step(world, version, "approve");
}

/* 4.3.2-a, 4.3.2-h */
static void a_version_waits_for_its_day(void **state)
{
	struct world *world = *state;
	int64_t rules = document(world), first = newest_made(world, "document_version"), second;

	put_in_force(world, first);
	assert_string_equal(shown(world, first, "state"), "effective");
	take_step(world, rules, "revise");
	second = newest_made(world, "document_version");
	assert_string_equal(shown(world, second, "reason"), "Because");
	must(world, edit_by(world, actor_system(), second, "body", "Two.", "effective_from", "2026-11-10", NULL));
	put_in_force(world, second);
	run_until(world, "2026-11-09T23:59:59+09:00");
	assert_string_equal(shown(world, second, "state"), "approved");
	assert_string_equal(shown(world, rules, "body"), "One.");
	run_until(world, "2026-11-10T00:00:00+09:00");
	assert_string_equal(shown(world, second, "state"), "effective");
	assert_string_equal(shown(world, first, "state"), "superseded");
	assert_string_equal(shown(world, rules, "body"), "Two.");
	assert_string_equal(shown(world, rules, "document_version"), "2.0");
	take_step(world, rules, "withdraw");
	assert_string_equal(shown(world, second, "state"), "superseded");
}

static void what_ends_ends_its_draft(void **state)
{
	struct world *world = *state;
	int64_t rules = document(world), draft = newest_made(world, "document_version");

	take_step(world, rules, "withdraw");
	assert_string_equal(shown(world, draft, "state"), "discarded");
}

/* 4.3.2-s1, 4.3.2-s2, 4.1.2.1-s14 */
static void a_review_opens_by_itself_and_is_told_when_it_is_late(void **state)
{
	struct world *world = *state;
	int64_t rules = document(world), review;
	const char *reviews = "SELECT count(*) FROM review WHERE document = ? AND state <> 'closed'";

	must(world, edit_by(world, actor_system(), rules, "review_every", "P100D", NULL));
	put_in_force(world, newest_made(world, "document_version"));
	assert_string_equal(shown(world, rules, "next_review"), "20859"); /* 2027-02-10 */
	run_until(world, "2027-01-10T23:00:00+09:00");
	assert_int_equal(count_rows(world, reviews, rules), 0);
	run_until(world, "2027-01-11T00:00:00+09:00");
	assert_int_equal(count_rows(world, reviews, rules), 1);
	review = newest_made(world, "review");
	assert_int_equal(told_of(world, world->admin, "reminder", review), 0);
	run_until(world, "2027-02-18T00:00:00+09:00");
	assert_int_equal(told_of(world, world->admin, "reminder", review), 1);
	must(world, edit_by(world, actor_system(), review, "state", "hold", "minutes", "Fine", "held_at",
			    "2027-02-17T10:00:00+09:00", NULL));
	must(world, edit_by(world, actor_system(), review, "state", "close", "outcome", "unchanged", NULL));
	assert_string_equal(shown(world, rules, "next_review"), "20967"); /* 2027-05-29 */
	assert_int_equal(count_rows(world, reviews, rules), 0);
}

/* 4.3.2-s1: many changes bring the next review nearer */
static void what_changes_often_is_reviewed_sooner(void **state)
{
	struct world *world = *state;
	int64_t rules = document(world);

	must(world, edit_by(world, actor_system(), rules, "review_every", "P200D", NULL));
	put_in_force(world, newest_made(world, "document_version"));
	for (int i = 0; i < 4; i++) {
		world->now += DAY;
		take_step(world, rules, "revise");
		take_step(world, newest_made(world, "document_version"), "discard");
	}
	world->now += DAY;
	take_step(world, rules, "revise");
	put_in_force(world, newest_made(world, "document_version"));
	assert_string_equal(shown(world, rules, "next_review"), "20864"); /* 100 days from 2026-11-07 */
}

/* 4.1.2.1-s11 */
static void the_audience_is_followed(void **state)
{
	struct world *world = *state;
	int64_t rules = made(world, "document", "title", "Rules", "owner", "admin", "acknowledged", "true",
			     "for_groups", "network", NULL);
	const char *open = "SELECT count(*) FROM acknowledgement WHERE document = ? AND state = 'open'";

	put_in_force(world, newest_made(world, "document_version"));
	assert_int_equal(count_rows(world, open, rules), 1);
	must(world, edit_by(world, actor_system(), world->desk, "groups", "network", NULL));
	run_until(world, "2026-11-03T10:00:00+09:00");
	assert_int_equal(count_rows(world, open, rules), 2);
	assert_int_equal(told_of(world, world->desk, "notice", newest_made(world, "acknowledgement")), 1);
	run_until(world, "2026-11-18T10:00:00+09:00");
	assert_int_equal(told_of(world, world->desk, "reminder", newest_made(world, "acknowledgement")), 1);
	must(world, edit_by(world, actor_system(), world->desk, "groups", "", NULL));
	run_until(world, "2026-11-19T10:00:00+09:00");
	assert_int_equal(count_rows(world, open, rules), 1);
	assert_string_equal(shown(world, rules, "asked_count"), "1");
}

/* --- less strictly --- */

static const char lenient[] = "process: establish_and_improve_sms\n"
			      "records:\n"
			      "  scope:\n"
			      "    strict: {name_exclusion: warn}\n"
			      "  scope_version:\n"
			      "    strict: {name_exclusion: record}\n"
			      "  initiative:\n"
			      "    strict: {must: record, requires: refuse}\n";

static int open_lenient(void **state)
{
	return world_open_with(state, lenient);
}

static size_t events_of(struct world *world, int64_t record, const char *kind)
{
	READER connection = NULL;
	struct event *events;
	size_t count, found = 0;

	must(world, kernel_reader(world->kernel, &connection, &world->error));
	must(world, read_history(world->kernel, connection, world->arena, actor_system(), look(world, record), 0, 100,
				 &events, &count, &world->error));
	for (size_t i = 0; i < count; i++)
		found += str_is(events[i].kind, kind) && events[i].note;
	return found;
}

/* 4.5.1-s6 */
static void a_rule_can_warn_or_only_record(void **state)
{
	struct world *world = *state;
	const struct actor *admin = as(world, world->admin);
	int64_t scope, plan, initiative;

	must(world, create_by(world, admin, "scope", "title", "Scope", "statement", "Mail for ACME", NULL));
	scope = world->result.record;
	assert_string_equal(world->result.warned, "name_exclusion");
	assert_int_equal(events_of(world, scope, "warning"), 1);
	must(world, edit_by(world, admin, scope, "review_every", "P10D", NULL));
	assert_string_equal(world->result.warned, "");
	assert_int_equal(events_of(world, scope, "warning"), 1);

	plan = made(world, "plan", "title", "Site", "kind", "project", NULL);
	initiative = made(world, "initiative", "title", "Move", "plan",
			  str_c(world->arena, str_format(world->arena, "%s",
							 kernel_number(world->kernel, plan, (char[NUMBER_TEXT]){0}))),
			  NULL);
	assert_int_equal(edit_by(world, admin, initiative, "state", "approve", NULL), E_INVALID);
	assert_true(has_fault(world, "owner", "required"));
	must(world, edit_by(world, admin, initiative, "state", "approve", "work", "x", "owner", "desk", "start",
			    "2026-11-02", "due", "2026-12-02", "importance", "normal", "expected_benefit", "x", NULL));
	assert_string_equal(world->result.warned, "");
	assert_int_equal(events_of(world, initiative, "lapse"), 1);
}

static void a_rule_refuses_unless_it_is_said(void **state)
{
	struct world *world = *state;

	assert_int_equal(
	    create_by(world, as(world, world->admin), "scope", "title", "Scope", "statement", "Mail for ACME", NULL),
	    E_INVALID);
	assert_true(has_fault(world, "statement", "name_exclusion"));
	must(world,
	     create_by(world, as(world, world->admin), "scope", "title", "Scope", "statement", "No acmeist", NULL));
}

/* --- words --- */

static const char *difference_in(struct arena *arena, const char *before, const char *after)
{
	struct buf text = buf_new(arena);
	size_t count;
	struct difference *parts = difference_of(arena, str_of(before), str_of(after), &count);

	for (size_t i = 0; i < count; i++)
		buf_format(&text, "%c%.*s|", "=-+"[parts[i].kind], STR_ARG(parts[i].text));
	return str_c(arena, buf_str(&text));
}

static void what_differs_is_told_by_words(void **state)
{
	ARENA arena = arena_new();

	(void)state;
	assert_string_equal(difference_in(arena, "", ""), "");
	assert_string_equal(difference_in(arena, "same", "same"), "=same|");
	assert_string_equal(difference_in(arena, "", "new"), "+new|");
	assert_string_equal(difference_in(arena, "old", ""), "-old|");
	assert_string_equal(difference_in(arena, "a cat sat", "a dog sat"), "=a |-cat|+dog|= sat|");
	assert_string_equal(difference_in(arena, "障害を記録する", "障害を報告する"), "=障害を|-記録|+報告|=する|");
	assert_string_equal(difference_in(arena, "one\ntwo\n", "one\nand\ntwo\n"), "=one\n|+and\n|=two\n|");
	assert_string_equal(difference_in(arena, "aa", "a"), "-aa|+a|");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

/* --- every rule at every level --- */

#define FIELDS(more)                                                                                                   \
	"fields: {a: {type: text}, b: {type: text}, kind: {type: choice, of: probe_kind}, customer: {type: "           \
	"reference, "                                                                                                  \
	"to: customer}" more "}"
#define LIST                                                                                                           \
	", list: {type: rows, columns: {kind: {type: choice, of: probe_kind}, key: {type: text}, heading: {type: "     \
	"text}, text: {type: text}}}"
#define PROBE(name, prefix, fields, rule)                                                                              \
	"  probe_" name ": {prefix: " prefix ", collection: probes-" name                                              \
	", label: {en: Probe, ja: 試験}, plural: {en: Probes, ja: 試験}, headline: a, " fields                         \
	", states: {new: {phase: open}, gone: {phase: done}}, transitions: {go: {from: new, to: gone, by: [staff]}, "  \
	"stop: {from: new, to: gone, by: [staff]}}, "                                                                  \
	"access: {read: [staff], create: [staff], edit: [staff], comment: [staff]}, behaviours: [" rule "]}\n"

static const char probes[] =
    "process: probe\n"
    "clause: '4.1'\n"
    "group: govern\n"
    "label: {en: Probe, ja: 試験}\n"
    "purpose: {en: Try., ja: 試す。}\n"
    "choices:\n"
    "  probe_kind: {label: {en: Kind, ja: 種類}, values: {one: {en: One, ja: 一}, two: {en: Two, ja: 二}}}\n"
    "records:\n"
    /* clang-format off */
    PROBE("requires", "PBA", FIELDS(""), "requires: {when: 'a = \"x\"', fields: [b]}")
    PROBE("must", "PBB", FIELDS(""), "must: {holds: 'a != \"x\"', field: a, says: {en: Not so., ja: 不可。}}")
    PROBE("locked", "PBC", FIELDS(""), "locked: {fields: [a], when: 'b = \"k\"'}")
    PROBE("naming", "PBD", FIELDS(""), "naming_scheme: {field: a, by: kind, schemes: {one: '##'}}")
    PROBE("name", "PBE", FIELDS(""), "name_exclusion: {fields: [a], of: [{type: customer, names: [name]}]}")
    PROBE("unique", "PBF", FIELDS(""), "unique_together: {fields: [kind]}")
    PROBE("own", "PBG", FIELDS(""), "separation_of_duties: {on: [go], never: 'a = \"x\"'}")
    PROBE("trace", "PBH", FIELDS(""), "traceability: {on: [go], to: [{type: customer, by: [customer], at: customer}]}")
    PROBE("every", "PBI", FIELDS(LIST), "every_code: {rows: list, column: kind, on: [go]}")
    PROBE("expression", "PBJ", FIELDS(""), "expression: {field: a, of: b}")
    PROBE("web", "PBK", FIELDS(""), "web_address: {field: a}")
    PROBE("pointer", "PBL", FIELDS(LIST), "json_pointers: {rows: list, pointer: key, part: kind, value: one, needs: heading}")
    PROBE("overlap", "PBM", FIELDS(", since: {type: date}, until: {type: date}"), "overlap: {same: [kind], from: since, to: until, on: [go], at: kind, among: 'state = new', says: {en: Both., ja: 重複。}}")
    PROBE("hand", "PBN", FIELDS(", group: {type: group}"), "hand_over: {when_changed: group, note: a}")
    PROBE("check", "PBO", FIELDS(LIST), "checklist: {rows: list, answer: kind, remark: text, no: one, on: [go]}")
    PROBE("change", "PBP", FIELDS("") ", links: {under: {to: change, label: {en: Under, ja: 変更}, back: {en: Probes, ja: 試験}}}", "change_control: {by: under, fields: [a], where: 'state = approved'}")
    PROBE("judge", "PBQ", FIELDS(", who: {type: person}, about: {type: reference, to: probe_must}"), "auditor_independence: {people: [who], of: [about]}")
    PROBE("outline", "PBR", FIELDS(LIST), "outline: {rows: list, of: outline_part, prefix: probe, kind: kind, on: [go]}")
    PROBE("merge", "PBS", FIELDS(", into: {type: reference, to: probe_merge}"), "merge: {on: [go], into: into}")
    PROBE("criteria", "PBT", FIELDS(", found: {type: choice, of: probe_kind, internal: true}"), "criteria_rule: {into: found, criteria: {one: 'a = \"x\"', two: 'b = \"x\"'}, while: 'kind is empty'}")
    PROBE("plan", "PBU", FIELDS(""), "task_template: {name: plan, when: 'a = \"x\"', make: probe_task, as: plan, tasks: [{key: dig, title: Dig}, {key: fill, title: Fill, after: [dig]}], open: ready, finished: [finished], before: [go], drop: drop}")
    "  probe_task: {prefix: PBV, collection: probe-tasks, label: {en: Task, ja: 作業}, plural: {en: Tasks, ja: 作業}, headline: title, fields: {title: {type: text}, group: {type: group}, key: {type: text}, template: {type: text}, after: {type: text}, plan: {type: reference, to: probe_plan}}, states: {waiting: {phase: waiting}, open: {phase: open}, finished: {phase: done}, dropped: {phase: done}}, transitions: {ready: {from: waiting, to: open, by: nobody}, finish: {from: open, to: finished, by: [staff]}, drop: {from: [waiting, open], to: dropped, by: nobody}}, access: {read: [staff], create: [staff], edit: [staff], comment: [staff]}, behaviours: [reconsider: {whom: [plan], when: 'state.phase = done'}]}\n"
    /* clang-format on */
    ;

struct broken { /* what breaks a rule: "field", "value", ... */
	const char *behaviour, *type, *made[6], *edit[6], *field, *rule;
};

static const struct broken broken[] = {
    {"requires", "probe_requires", {"a", "y"}, {"a", "x"}, "b", "required"},
    {"must", "probe_must", {"a", "y"}, {"a", "x"}, "a", "must"},
    {"locked", "probe_locked", {"a", "y", "b", "k"}, {"a", "x"}, "a", "locked"},
    {"naming_scheme", "probe_naming", {"a", "11", "kind", "one"}, {"a", "x"}, "a", "scheme"},
    {"name_exclusion", "probe_name", {"a", "y"}, {"a", "For Acme"}, "a", "name_exclusion"},
    {"unique_together", "probe_unique", {"a", "y"}, {"kind", "one"}, "kind", "unique"},
    {"separation_of_duties", "probe_own", {"a", "x"}, {"state", "go"}, "state", "own"},
    {"traceability", "probe_trace", {"a", "y"}, {"state", "go"}, "customer", "traceability"},
    {"every_code", "probe_every", {"a", "y", "list", "[{\"kind\":\"one\"}]"}, {"state", "go"}, "list", "incomplete"},
    {"expression", "probe_expression", {"b", "incident"}, {"a", "priority <"}, "a", "expression"},
    {"web_address", "probe_web", {"a", "https://example.com/"}, {"a", "ftp:x"}, "a", "address"},
    {"json_pointers",
     "probe_pointer",
     {"a", "y"},
     {"list", "[{\"kind\":\"two\",\"key\":\"x\"}]"},
     "list.0.key",
     "pointer"},
    {"overlap",
     "probe_overlap",
     {"kind", "one", "since", "2026-11-01", "until", "2026-12-01"},
     {"state", "go"},
     "kind",
     "overlap"},
    {"hand_over", "probe_hand", {"group", "network"}, {"group", "desk"}, "a", "required"},
    {"checklist", "probe_check", {"a", "y"}, {"list", "[{\"kind\":\"one\"}]"}, "list", "remark"},
    {"change_control", "probe_change", {"a", "y"}, {"a", "x"}, "a", "change_control"},
    {"auditor_independence", "probe_judge", {"about", "PBB-1"}, {"who", "admin"}, "who", "auditor_independence"},
    {"outline", "probe_outline", {"kind", "one", "list", "[{\"kind\":\"one\"}]"}, {"state", "go"}, "list", "outline"},
    {"merge", "probe_merge", {"a", "y"}, {"state", "go"}, "into", "required"},
};

static int open_probes(void **state)
{
	return world_open_with(state, probes);
}

static enum status try(struct world *world, const struct broken *one, int64_t record)
{
	const char *const *e = one->edit;

	return edit_by(world, as(world, world->admin), record, e[0], e[1], e[2], e[3], e[4], e[5], NULL);
}

/* The attached behaviours belong to the world. */
static void keep(struct world *world, const struct broken *one, enum strictness strict)
{
	const struct attached_behaviour *at = world->kernel->behaviours[type_of(world, one->type)->index];

	assert_non_null(at);
	assert_string_equal(at->behaviour->name, one->behaviour);
	((struct attached_behaviour *)(uintptr_t)at)->strict = strict;
}

static int64_t begin(struct world *world, const struct broken *one)
{
	const char *const *m = one->made;

	must(world, create_by(world, as(world, world->admin), one->type, m[0], m[1], m[2], m[3], m[4], m[5], NULL));
	return world->result.record;
}

static void break_it(struct world *world, const struct broken *one, enum strictness strict)
{
	int64_t record = begin(world, one), version = look(world, record)->version;
	bool refuses = strict == STRICT_REFUSE;
	enum status status;

	keep(world, one, strict);
	error_clear(&world->error);
	status = try(world, one, record);
	if (refuses) {
		if (!status)
			fail_msg("%s does not refuse", one->behaviour);
		assert_true(status == E_INVALID || status == E_CONFLICT || status == E_DENIED);
		if (!has_fault(world, one->field, one->rule))
			fail_msg("%s: %s: %s", one->behaviour, world->error.items[0].field, world->error.items[0].rule);
		assert_int_equal(look(world, record)->version, version);
	} else {
		if (status)
			print_error("%s\n", one->behaviour);
		must(world, status);
		assert_true(look(world, record)->version > version);
	}
	assert_string_equal(refuses ? "" : world->result.warned, strict == STRICT_WARN ? one->rule : "");
	assert_int_equal(events_of(world, record, "warning"), strict == STRICT_WARN);
	assert_int_equal(events_of(world, record, "lapse"), strict == STRICT_RECORD);
}

/* Refused, it changes nothing and is told at the field; with a warning, it is told and goes on; recorded, it stands in
 * the history alone. */
static void every_rule_refuses_warns_or_records(void **state)
{
	struct world *world = *state;

	made(world, "outline_part", "for", "probe.one", "key", "k", "title", "Part", "position", "1", NULL);
	made(world, "probe_unique", "kind", "one", NULL);
	made(world, "probe_overlap", "kind", "one", "since", "2026-11-01", "until", "2026-12-01", NULL);
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		for (int strict = STRICT_REFUSE; strict <= STRICT_RECORD; strict++)
			break_it(world, &broken[i], (enum strictness)strict);
}

/* The first that holds is named; what is not judged any more keeps what was found. */
static void the_criterion_that_matches_is_named(void **state)
{
	struct world *world = *state;
	int64_t one = made(world, "probe_criteria", "a", "x", "b", "x", NULL);

	assert_string_equal(shown(world, one, "found"), "one");
	must(world, edit_by(world, actor_system(), one, "a", "y", NULL));
	assert_string_equal(shown(world, one, "found"), "two");
	must(world, edit_by(world, actor_system(), one, "b", "y", NULL));
	assert_string_equal(shown(world, one, "found"), "");
	must(world, edit_by(world, actor_system(), one, "a", "x", NULL));
	must(world, edit_by(world, actor_system(), one, "kind", "one", "a", "y", NULL));
	assert_string_equal(shown(world, one, "found"), "one");
}

static const char *task_states(struct world *world, int64_t plan)
{
	int64_t dig = count_rows(world, "SELECT min(id) FROM probe_task WHERE plan = ?", plan),
		fill = count_rows(world, "SELECT max(id) FROM probe_task WHERE plan = ?", plan);

	return str_c(world->arena, str_format(world->arena, "%s %s %s", shown(world, dig, "title"),
					      shown(world, dig, "state"), shown(world, fill, "state")));
}

/* Laid out once, one after the other, and awaited; what ends before takes them along. */
static void work_is_laid_out_and_awaited(void **state)
{
	struct world *world = *state;
	int64_t plan = made(world, "probe_plan", "a", "y", NULL), other = made(world, "probe_plan", "a", "x", NULL);

	assert_int_equal(count_rows(world, "SELECT count(*) FROM probe_task WHERE plan = ?", plan), 0);
	must(world, edit_by(world, actor_system(), plan, "a", "x", NULL));
	must(world, edit_by(world, actor_system(), plan, "b", "again", NULL));
	assert_int_equal(count_rows(world, "SELECT count(*) FROM probe_task WHERE plan = ?", plan), 2);
	assert_string_equal(task_states(world, plan), "Dig open waiting");
	assert_true(edit_by(world, as(world, world->admin), plan, "state", "go", NULL) != OK);
	take_step(world, count_rows(world, "SELECT min(id) FROM probe_task WHERE plan = ?", plan), "finish");
	assert_string_equal(task_states(world, plan), "Dig finished open");
	take_step(world, count_rows(world, "SELECT max(id) FROM probe_task WHERE plan = ?", plan), "finish");
	must(world, edit_by(world, as(world, world->admin), plan, "state", "go", NULL));
	assert_string_equal(task_states(world, other), "Dig open waiting");
	must(world, edit_by(world, actor_system(), other, "state", "stop", NULL));
	assert_string_equal(task_states(world, other), "Dig dropped dropped");
}

/* What judges what people write is above; these judge what others have said or done, and are proven where that is. */
static void no_rule_is_forgotten(void **state)
{
	static const char *const elsewhere[] = {
	    "agreement",       "approval",      "bring_forward",   "decision",    "dispose",
	    "eligibility",     "form",          "form_design",     "matrix_rows", "priority_matrix",
	    "report_schedule", "retention",     "review_cycle",    "risk_score",  "rota",
	    "task_design",     "task_template", "version_control", "versioned",   "weighted_score"};

	(void)state;
	for (const struct behaviour *const *at = behaviours; *at; at++) {
		bool known = !(*at)->check;

		for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
			known = known || !strcmp(broken[i].behaviour, (*at)->name);
		for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
			known = known || !strcmp(elsewhere[i], (*at)->name);
		if (!known)
			fail_msg("%s is tried at no level", (*at)->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_version_waits_for_its_day),
	    TEST(what_ends_ends_its_draft),
	    TEST(a_review_opens_by_itself_and_is_told_when_it_is_late),
	    TEST(what_changes_often_is_reviewed_sooner),
	    TEST(the_audience_is_followed),
	    TEST(a_rule_refuses_unless_it_is_said),
	    cmocka_unit_test_setup_teardown(a_rule_can_warn_or_only_record, open_lenient, world_close),
	    cmocka_unit_test_setup_teardown(every_rule_refuses_warns_or_records, open_probes, world_close),
	    cmocka_unit_test_setup_teardown(the_criterion_that_matches_is_named, open_probes, world_close),
	    cmocka_unit_test_setup_teardown(work_is_laid_out_and_awaited, open_probes, world_close),
	    cmocka_unit_test(no_rule_is_forgotten),
	    cmocka_unit_test(what_differs_is_told_by_words),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
