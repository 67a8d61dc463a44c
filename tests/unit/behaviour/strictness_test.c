/* That each rule refuses, warns or only records, as an organisation has it (`strict:` of the model), tried on records
 * of a process of its own, or on shipped ones where a rule is about much else. */
#include "edit_world.h"

#include "behaviour/behaviours.h"
#include "record/kernel.h"

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
    "  probe_period: {label: {en: Period, ja: 期間}, values: {month: {en: Month, ja: 月}}}\n"
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
    PROBE("expression", "PBJ", FIELDS(", of: {type: choice, of: record_type}"), "expression: {field: a, of: of}")
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
    PROBE("agreement", "PCA", FIELDS(", under: {type: reference, to: sla}"), "agreement: {into: under, needed: true}")
    PROBE("forward", "PCB", FIELDS(", left: {type: rows, columns: {cause: {type: reference, to: probe_must}, heading: {type: text}, answer: {type: text}}}"), "bring_forward: {rows: left, of: probe_must, as: cause, heading: heading, where: 'a = \"left\"', same: {kind: kind}, answer: answer, on: [go]}")
    PROBE("offer", "PCC", FIELDS("") ", views: {offered: {label: {en: Offered, ja: 提供中}, filter: 'a = \"offered\"'}}", "must: {holds: 'a != \"x\"', field: a, says: {en: Not so., ja: 不可。}}")
    PROBE("eligible", "PCD", FIELDS(", who: {type: person}, about: {type: reference, to: probe_offer}"), "eligibility: {of: about, view: offered, by: [who]}")
    PROBE("asked", "PCE", FIELDS(", list: {type: rows, columns: {name: {type: text}, label: {type: text}, type: {type: text}, required: {type: boolean}}}"), "form_design: {questions: list}")
    PROBE("form", "PCF", FIELDS(", about: {type: reference, to: probe_asked}, list: {type: rows, columns: {name: {type: text}, label: {type: text}, type: {type: text}, required: {type: boolean}, value: {type: text}}}"), "form: {of: about, questions: list, answers: list, in_state: gone}")
    PROBE("matrix", "PCG", FIELDS(", list: {type: rows, columns: {urgency: {type: choice, of: urgency}, impact: {type: choice, of: impact}, priority: {type: choice, of: priority}}}"), "matrix_rows: {field: list, table: incident_priority, rows: urgency, columns: impact, values: priority}")
    PROBE("priority", "PCH", FIELDS(", urgency: {type: choice, of: urgency}, impact: {type: choice, of: impact}, priority: {type: choice, of: priority}"), "priority_matrix: {rows: urgency, columns: impact, table: incident_priority, reason: a}")
    PROBE("report", "PCI", FIELDS(", every: {type: choice, of: probe_period}, since: {type: date}, zone: {type: text}, next: {type: datetime}, list: {type: rows, columns: {figure: {type: text}}}"), "report_schedule: {every: every, from: since, zone: zone, into: next, when: 'state = new', figures: list, customer: customer}")
    PROBE("risk", "PCJ", FIELDS(", likelihood: {type: choice, of: risk_likelihood}, impact: {type: choice, of: impact}, level: {type: choice, of: risk_level}, appetite: {type: choice, of: risk_level}"), "risk_score: {likelihood: likelihood, impact: impact, table: risk_level, level: level, bearable: [appetite], before: [go], says: {en: Too grave., ja: 重すぎる。}}")
    PROBE("tasks", "PCK", FIELDS(", list: {type: rows, columns: {key: {type: text}, title: {type: text}}}"), "task_design: {tasks: list}")
    PROBE("weights", "PCL", FIELDS(", list: {type: rows, columns: {criterion: {type: text}, weight: {type: integer}}}"), "must: {holds: 'a != \"x\"', field: a, says: {en: Not so., ja: 不可。}}")
    PROBE("score", "PCM", FIELDS(", list: {type: rows, columns: {criterion: {type: text}, score: {type: integer}}}, by: {type: reference, to: probe_weights}, sum: {type: integer}"), "weighted_score: {rows: list, of: probe_weights, where: 'state = new', by: by, criteria: list, into: sum, on: [go]}")
    "  probe_wish: {prefix: PCN, collection: probe-wishes, label: {en: Wish, ja: 要望}, plural: {en: Wishes, ja: 要望}, headline: title, fields: {title: {type: text}, who: {type: person}}, states: {asked: {phase: open}, granted: {phase: open}, refused: {phase: done}}, transitions: {grant: {from: asked, to: granted, by: [staff]}, refuse: {from: asked, to: refused, by: [staff]}}, access: {read: [staff], create: [staff], edit: [staff], comment: [staff]}, behaviours: [approval: {state: asked, make: probe_vote, as: wish, approver: voter, ask: [who], yes: agreed, no: opposed, approved: grant, rejected: refuse, withdraw: drop}]}\n"
    "  probe_vote: {prefix: PCO, collection: probe-votes, label: {en: Vote, ja: 票}, plural: {en: Votes, ja: 票}, headline: title, fields: {title: {type: text}, wish: {type: reference, to: probe_wish}, voter: {type: person}}, states: {open: {phase: open}, agreed: {phase: done}, opposed: {phase: done}, dropped: {phase: done}}, transitions: {agree: {from: open, to: agreed, by: [voter]}, oppose: {from: open, to: opposed, by: [voter]}, drop: {from: open, to: dropped, by: nobody}}, access: {read: [staff], create: [staff], edit: [staff], comment: [staff]}, behaviours: [decision: {approver: voter, on: [agree, oppose]}, reconsider: {whom: [wish], when: 'state.phase = done'}]}\n"
    /* clang-format on */
    ;

/* --- what is asked of others, and shipped records that a rule is about --- */

static int64_t wish_of(struct world *world, const char *who)
{
	return made(world, "probe_wish", "title", "Wish", "who", who, NULL);
}

static int64_t wish_of_another(struct world *world)
{
	return wish_of(world, "resolver");
}

static int64_t vote_that_is_no_longer_asked(struct world *world)
{
	int64_t wish = wish_of(world, "admin"), vote = newest_made(world, "probe_vote");

	must(world, edit_by(world, actor_system(), wish, "who", "resolver", NULL));
	return vote;
}

static int64_t left_behind(struct world *world)
{
	if (!count_rows(world, "SELECT count(*) FROM probe_must WHERE a = 'left' AND id > ?", 0))
		made(world, "probe_must", "a", "left", "kind", "one", NULL);
	return made(world, "probe_forward", "kind", "one", NULL);
}

static int64_t answered_form(struct world *world)
{
	int64_t asked = made(world, "probe_asked", "list",
			     "[{\"name\":\"size\",\"label\":\"Size\",\"type\":\"text\",\"required\":true}]", NULL);

	return made(world, "probe_form", "about", number_of(world, asked), "list",
		    "[{\"name\":\"size\",\"value\":\"L\"}]", NULL);
}

static int64_t document(struct world *world)
{
	return made(world, "document", "title", "Rules", "owner", "admin", "body", "One.", NULL);
}

static int64_t submitted_version(struct world *world)
{
	int64_t version;

	document(world);
	version = newest_made(world, "document_version");
	take_step(world, version, "submit");
	return version;
}

static int64_t rota(struct world *world)
{
	static int rotas;
	char name[20];

	snprintf(name, sizeof(name), "Rota %d", ++rotas);
	return made(world, "oncall_rota", "name", name, "starts_on", "2026-11-02", "people", "[{\"person\":\"admin\"}]",
		    NULL);
}

static int64_t retention_rule(struct world *world)
{
	return made(world, "retention_rule", "title", "Skills", "record_type", "skill", "kept_from", "contract",
		    "period", "P1D", "owner", "admin", "basis", "law", "basis_text", "An act", NULL);
}

/* Its time has not come. */
static int64_t early_disposal(struct world *world)
{
	int64_t document_kept = document(world), rule, disposal;

	take_step(world, document_kept, "withdraw");
	rule =
	    made(world, "retention_rule", "title", "Documents", "record_type", "document", "kept_from", "superseded",
		 "period", "P30D", "owner", "admin", "basis", "law", "basis_text", "An act", "disposal", "erase", NULL);
	take_step(world, rule, "put_in_force");
	disposal =
	    made(world, "disposal", "rule", number_of(world, rule), "records", number_of(world, document_kept), NULL);
	take_step(world, disposal, "approve");
	return disposal;
}

static int64_t contradicted_disposal(struct world *world)
{
	int64_t other =
	    made(world, "retention_rule", "title", "Other", "record_type", "document", "kept_from", "superseded",
		 "period", "P90D", "owner", "admin", "basis", "law", "basis_text", "An act", "disposal", "erase", NULL);

	take_step(world, other, "put_in_force");
	return early_disposal(world);
}

/* --- every rule at every level --- */

struct broken { /* what breaks a rule: "field", "value", ... */
	const char *behaviour, *type, *made[6], *edit[6], *field, *rule;
	int64_t (*begin)(struct world *world); /* in place of made */
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
    {"expression", "probe_expression", {"of", "incident"}, {"a", "priority <"}, "a", "expression"},
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
    {"merge", "probe_merge", {"a", "y"}, {"state", "go"}, "into", "required", NULL},
    {"agreement", "probe_agreement", {"a", "y"}, {"customer", "CUS-1"}, "customer", "agreement", NULL},
    {"approval", "probe_wish", {0}, {"state", "grant"}, "state", "approval", wish_of_another},
    {"decision", "probe_vote", {0}, {"state", "agree"}, "state", "asked", vote_that_is_no_longer_asked},
    {"bring_forward", "probe_forward", {0}, {"state", "go"}, "left", "bring_forward", left_behind},
    {"eligibility", "probe_eligible", {"who", "desk"}, {"about", "PCC-1"}, "about", "eligibility", NULL},
    {"form_design",
     "probe_asked",
     {"a", "y"},
     {"list", "[{\"name\":\"No name\",\"label\":\"L\",\"type\":\"text\"}]"},
     "list",
     "question",
     NULL},
    {"form", "probe_form", {0}, {"list", "[]"}, "list.size", "required", answered_form},
    {"form", "probe_form", {"a", "y"}, {"about", "PCE-1"}, "about", "closed", NULL},
    {"matrix_rows",
     "probe_matrix",
     {"a", "y"},
     {"list", "[{\"urgency\":\"high\",\"impact\":\"low\",\"priority\":\"P1\"}]"},
     "list",
     "matrix",
     NULL},
    {"priority_matrix",
     "probe_priority",
     {"urgency", "low", "impact", "low"},
     {"priority", "P1"},
     "a",
     "required",
     NULL},
    {"report_schedule",
     "probe_report",
     {"list", "[{\"figure\":\"outline_part.all\"}]"},
     {"customer", "CUS-1"},
     "list",
     "customer",
     NULL},
    {"risk_score",
     "probe_risk",
     {"likelihood", "likely", "impact", "critical", "appetite", "low"},
     {"state", "go"},
     "level",
     "appetite",
     NULL},
    {"task_design",
     "probe_tasks",
     {"a", "y"},
     {"list", "[{\"key\":\"a\",\"title\":\"A\"},{\"key\":\"a\",\"title\":\"B\"}]"},
     "list",
     "row",
     NULL},
    {"task_template", "probe_plan", {"a", "x"}, {"state", "go"}, "state", "tasks", NULL},
    {"weighted_score",
     "probe_score",
     {"a", "y"},
     {"list", "[{\"criterion\":\"Other\",\"score\":1}]"},
     "list",
     "criterion",
     NULL},
    {"weighted_score", "probe_score", {"a", "y"}, {"state", "go"}, "list", "unscored", NULL},
    {"rota", "oncall_rota", {0}, {"hand_over", "9h"}, "hand_over", "time", rota},
    {"review_cycle", "document", {0}, {"review_every", "P900D"}, "review_every", "review_cycle", document},
    {"versioned", "document", {0}, {"body", "Two."}, "body", "versioned", document},
    {"version_control", "document_version", {0}, {"body", "Two."}, "body", "locked", submitted_version},
    {"retention", "retention_rule", {0}, {"only", "colour = 1"}, "only", "expression", retention_rule},
    {"retention", "retention_rule", {0}, {"state", "put_in_force"}, "kept_from", "expression", retention_rule},
    {"dispose", "disposal", {0}, {"state", "carry_out"}, "records", "too_early", early_disposal},
    {"dispose", "disposal", {0}, {"state", "carry_out"}, "rule", "conflict", contradicted_disposal},
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
	bool found = false;

	for (; at->behaviour; at++)
		if (!strcmp(at->behaviour->name, one->behaviour)) {
			((struct attached_behaviour *)(uintptr_t)at)->strict = strict;
			found = true;
		}
	assert_true(found);
}

static int64_t begin(struct world *world, const struct broken *one)
{
	const char *const *m = one->made;

	if (one->begin)
		return one->begin(world);
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
	assert_int_equal(events_noted(world, record, "warning"), strict == STRICT_WARN);
	assert_int_equal(events_noted(world, record, "lapse"), strict == STRICT_RECORD);
	keep(world, one, STRICT_REFUSE);
}

static void may_do_all(struct world *world)
{
	must(world, edit_by(world, actor_system(), world->admin, "roles",
			    "resource_management.administrator,document_management.records_manager,"
			    "document_management.owner,incident_and_service_request.major_incident_manager",
			    NULL));
}

/* Refused, it changes nothing and is told at the field; with a warning, it is told and goes on; recorded, it stands in
 * the history alone. */
static void every_rule_refuses_warns_or_records(void **state)
{
	struct world *world = *state;

	made(world, "outline_part", "for", "probe.one", "key", "k", "title", "Part", "position", "1", NULL);
	made(world, "probe_unique", "kind", "one", NULL);
	made(world, "probe_overlap", "kind", "one", "since", "2026-11-01", "until", "2026-12-01", NULL);
	made(world, "probe_offer", "a", "y", NULL);
	made(world, "probe_asked", "a", "y", NULL);
	made(world, "probe_weights", "list", "[{\"criterion\":\"Worth\",\"weight\":1}]", NULL);
	may_do_all(world);
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		for (int strict = STRICT_REFUSE; strict <= STRICT_RECORD; strict++)
			break_it(world, &broken[i], (enum strictness)strict);
}

/* What was let pass may mean any record of its kind: it stops neither other rules nor the daily look, only what they
 * would dispose of. */
static void a_rule_that_is_not_understood_keeps_its_kind(void **state)
{
	static const struct broken one = {"retention", "retention_rule", {0}, {0}, NULL, NULL, NULL};
	struct world *world = *state;
	int64_t unclear, disposal;

	may_do_all(world);
	unclear = made(world, "retention_rule", "title", "Colours", "record_type", "document", "kept_from",
		       "superseded", "period", "P1D", "owner", "admin", "basis", "law", "basis_text", "An act", "only",
		       "colour = 1", "disposal", "erase", NULL);
	keep(world, &one, STRICT_RECORD);
	must(world, edit_by(world, as(world, world->admin), unclear, "state", "put_in_force", NULL));
	keep(world, &one, STRICT_REFUSE);
	disposal = early_disposal(world);
	assert_true(run_until(world, "2026-11-04T10:00:00+09:00") > 0);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM disposal WHERE rule = ?", unclear), 0);
	world->now += 40 * DAY;
	assert_int_equal(edit_by(world, as(world, world->admin), disposal, "state", "carry_out", NULL), E_CONFLICT);
	assert_true(has_fault(world, "records", "other_rule"));
	take_step(world, unclear, "end");
	must(world, edit_by(world, as(world, world->admin), disposal, "state", "carry_out", NULL));
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

/* Of what refuses nothing no level can be said. */
static void what_refuses_nothing_has_no_level(void **state)
{
	struct world *world = *state;
	struct kernel_options options = {.behaviours = behaviours};
	struct model_source *sources = NULL, *all;
	const struct model *model;
	struct kernel *kernel = NULL;
	size_t count = 0;

	must(world, model_read_directory(world->arena, PROCESSES, false, &sources, &count, &world->error));
	all = arena_many(world->arena, struct model_source, count + 1);
	memcpy(all, sources, count * sizeof(*all));
	all[count++] = (struct model_source){
	    .file = "overlay.yaml",
	    .text = S("process: document_management\nrecords:\n  disposal:\n    strict: {reminder: warn}\n"),
	    .overlay = true};
	must(world, model_load(world->arena, all, count, &model, &world->error));
	assert_true(kernel_open(model, world->store, &options, &kernel, &world->error) != OK);
	assert_non_null(strstr(world->error.items[0].message, "refuses nothing that could be let pass"));
	assert_null(kernel);
}

/* All that refuse are tried: there is none whose level cannot be set. */
static void no_rule_is_forgotten(void **state)
{
	(void)state;
	for (const struct behaviour *const *at = behaviours; *at; at++) {
		bool known = !(*at)->check;

		for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
			known = known || !strcmp(broken[i].behaviour, (*at)->name);
		if (!known)
			fail_msg("%s is tried at no level", (*at)->name);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_probes, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(every_rule_refuses_warns_or_records), TEST(a_rule_that_is_not_understood_keeps_its_kind),
	    TEST(the_criterion_that_matches_is_named), TEST(work_is_laid_out_and_awaited),
	    TEST(what_refuses_nothing_has_no_level),   cmocka_unit_test(no_rule_is_forgotten),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
