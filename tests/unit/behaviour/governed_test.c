/* The behaviours that objectives, requirements, risks, resources and what others run are composed of, as shipped. */
#include "edit_world.h"

#include "behaviour/behaviours.h"

static void role(struct world *world, int64_t person, const char *name)
{
	assert_int_equal(edit_by(world, actor_system(), person, "roles", name, NULL), OK);
}

static int64_t business_objective(struct world *world)
{
	int64_t wanted = made(world, "business_objective", "title", "Sell abroad", "statement", "Open two shops",
			      "desired_outcome", "10 % of sales", "horizon", "2028-03-31", "owner", "admin", NULL);

	must(world, edit_by(world, actor_system(), wanted, "state", "adopt", NULL));
	return wanted;
}

static int64_t objective(struct world *world, int64_t serves)
{
	return made(world, "objective", "title", "Fewer outages", "owner", "desk", "priority", "first", "measure",
		    "Hours of outage", "baseline", "40", "target", "10", "due", "2027-03-31", "next_review",
		    "2027-01-15", "business_objectives", serves ? number_of(world, serves) : "", NULL);
}

static int64_t agreed_objective(struct world *world)
{
	int64_t aim = objective(world, business_objective(world));

	must(world, edit_by(world, actor_system(), aim, "state", "agree", NULL));
	return aim;
}

static int64_t checks_of(struct world *world, int64_t aim)
{
	return count_rows(world, "SELECT count(*) FROM revalidation WHERE objective = ? AND state = 'open'", aim);
}

/* --- risk_score --- */

static int64_t risk(struct world *world, const char *likelihood, const char *impact)
{
	int64_t found = made(world, "risk", "title", "The only expert leaves", "consequence", "Nobody can repair it",
			     "owner", "desk", "accountable", "admin", NULL);

	must(world, edit_by(world, actor_system(), found, "state", "assess", "likelihood", likelihood, "impact", impact,
			    "reassess_by", "2027-02-01", NULL));
	return found;
}

static void a_risk_is_as_grave_as_its_table_says(void **state)
{
	struct world *world = *state;
	int64_t one = risk(world, "likely", "high");

	assert_string_equal(shown(world, one, "level"), "high");
	assert_string_equal(shown(world, one, "score"), "12"); /* fourth of five times third of four */
	assert_string_equal(shown(world, one, "assessed_on"), "20759");
	must(world, edit_by(world, actor_system(), one, "likelihood", "rare", "impact", "low", NULL));
	assert_string_equal(shown(world, one, "level"), "low");
	assert_string_equal(shown(world, one, "score"), "1");
	must(world, edit_by(world, actor_system(), one, "likelihood", "", NULL));
	assert_string_equal(shown(world, one, "level"), "");
	assert_string_equal(shown(world, one, "score"), "");
}

#define OPTIONS "[{\"option\":\"Train a second one\",\"preferred\":\"true\"}]"

static void what_is_graver_than_the_appetite_is_agreed_first(void **state)
{
	struct world *world = *state;
	int64_t small = risk(world, "possible", "medium"), grave = risk(world, "likely", "critical"), asked;

	must(world, edit_by(world, actor_system(), small, "state", "treat", "options", OPTIONS, "treatment", "reduce",
			    "treatment_plan", "Train", NULL));
	assert_int_equal(edit_by(world, actor_system(), grave, "state", "treat", "options", OPTIONS, "treatment",
				 "reduce", "treatment_plan", "Train", NULL),
			 E_INVALID);
	assert_true(has_fault(world, "level", "appetite"));

	role(world, world->admin, "management_responsibility.top_management");
	must(world, edit_by(world, actor_system(), grave, "state", "ask_agreement", "options", OPTIONS, "treatment",
			    "reduce", "treatment_plan", "Train", "residual_likelihood", "unlikely", "residual_impact",
			    "critical", NULL));
	asked = count_rows(world, "SELECT max(id) FROM risk_acceptance WHERE risk = ?", grave);
	assert_int_equal(
	    record_value(look(world, asked), type_field(type_of(world, "risk_acceptance"), S("approver"))).number,
	    world->admin);
	assert_string_equal(shown(world, asked, "residual_level"), "high");
	assert_int_equal(edit_by(world, as(world, world->desk), asked, "state", "accept", NULL), E_DENIED);
	must(world, edit_by(world, as(world, world->admin), asked, "state", "accept", NULL));
	assert_string_equal(shown(world, grave, "state"), "treating");
	assert_string_equal(shown(world, grave, "accepted_level"), "high");
	/* What is done has an owner and a day, and the risk is not done with before it is. */
	assert_int_equal(edit_by(world, actor_system(), grave, "state", "finish", NULL), E_CONFLICT);
	assert_int_equal(
	    count_rows(world, "SELECT count(*) FROM kaname_link WHERE source = ? AND kind = 'risk.actions'", grave), 1);
	must(world,
	     edit_by(world, actor_system(),
		     count_rows(world, "SELECT max(target) FROM kaname_link WHERE source = ? AND kind = 'risk.actions'",
				grave),
		     "state", "finish", "result", "Trained", NULL));
	/* What remains is borne up to what was accepted, and not beyond. */
	assert_int_equal(
	    edit_by(world, actor_system(), grave, "state", "finish", "residual_likelihood", "likely", NULL), E_INVALID);
	assert_true(has_fault(world, "residual_level", "appetite"));
	must(world, edit_by(world, actor_system(), grave, "state", "finish", NULL));
}

static void a_customer_agrees_to_what_concerns_their_service(void **state)
{
	struct world *world = *state;
	int64_t one = risk(world, "rare", "medium"), asked;

	must(world, edit_by(world, actor_system(), world->acme, "approver", "user", NULL));
	must(world, edit_by(world, actor_system(), one, "customer", number_of(world, world->acme), NULL));
	assert_int_equal(edit_by(world, actor_system(), one, "state", "treat", "options", OPTIONS, "treatment",
				 "retain", "treatment_plan", "Nothing", NULL),
			 E_CONFLICT);
	must(world,
	     edit_by(world, actor_system(), one, "state", "ask_agreement", "options", OPTIONS, "treatment", "retain",
		     "treatment_plan", "Nothing", "residual_likelihood", "rare", "residual_impact", "medium", NULL));
	asked = count_rows(world, "SELECT max(id) FROM risk_acceptance WHERE risk = ?", one);
	must(world, edit_by(world, as(world, world->user), asked, "state", "decline", "comment", "Too much", NULL));
	assert_string_equal(shown(world, one, "state"), "assessed");
}

static void a_risk_is_assessed_again_on_its_day(void **state)
{
	struct world *world = *state;
	int64_t one = risk(world, "likely", "high");

	run_until(world, "2027-01-31T00:00:00Z");
	assert_int_equal(count_rows(world, "SELECT count(*) FROM revalidation WHERE risk = ?", one), 0);
	run_until(world, "2027-02-02T00:00:00Z");
	assert_int_equal(count_rows(world, "SELECT count(*) FROM revalidation WHERE risk = ?", one), 1);
	assert_int_equal(told_of(world, world->desk, "notice",
				 count_rows(world, "SELECT max(id) FROM revalidation WHERE risk = ?", one)),
			 1);
	assert_string_equal(shown(world, one, "reassess_by"), "20939"); /* 2027-05-01: a quarter on */
}

/* --- traceability, progress, pass_on --- */

static void an_objective_serves_a_business_objective(void **state)
{
	struct world *world = *state;
	int64_t aim = objective(world, 0), wanted = business_objective(world), part;

	assert_int_equal(edit_by(world, actor_system(), aim, "state", "agree", NULL), E_INVALID);
	assert_true(has_fault(world, "business_objectives", "traceability"));
	/* Linked in the same edit, and by way of another objective. */
	must(world, edit_by(world, actor_system(), aim, "state", "agree", "business_objectives",
			    number_of(world, wanted), NULL));
	part = objective(world, 0);
	must(world, edit_by(world, actor_system(), part, "state", "agree", "part_of", number_of(world, aim), NULL));
	/* One that is given up is none. */
	must(world, edit_by(world, actor_system(), wanted, "state", "retire", "comment", "No", NULL));
	part = objective(world, wanted);
	assert_int_equal(edit_by(world, actor_system(), part, "state", "agree", NULL), E_INVALID);
}

static void the_newest_measurement_stands_at_the_objective(void **state)
{
	struct world *world = *state;
	int64_t aim = agreed_objective(world), first;
	const char *number = number_of(world, aim);

	assert_string_equal(shown(world, aim, "attained"), "");
	assert_int_equal(edit_by(world, actor_system(), aim, "state", "achieve", NULL), E_CONFLICT);
	made(world, "measurement", "objective", number, "measured_on", "2026-11-01", "value", "31", NULL);
	assert_string_equal(shown(world, aim, "attained"), "30");
	assert_string_equal(shown(world, aim, "gap"), "70");
	first = world->result.record;
	made(world, "measurement", "objective", number, "measured_on", "2026-10-01", "value", "10", NULL);
	assert_string_equal(shown(world, aim, "attained"), "30");
	must(world, edit_by(world, actor_system(), first, "value", "10", NULL)); /* it was wrong */
	assert_string_equal(shown(world, aim, "attained"), "100");
	assert_string_equal(shown(world, aim, "gap"), "0");
	must(world, edit_by(world, actor_system(), aim, "state", "achieve", NULL));
}

static int64_t requirement(struct world *world, const char *kind, const char *part_of)
{
	return made(world, "requirement", "title", "Orders are never lost", "kind", kind, "statement", "None", "source",
		    "Contract 7", "target", "0 lost", "quality", "High", "customer", number_of(world, world->acme),
		    "owner", "desk", "utility", "They can work", "next_review", "2027-11-01", "part_of", part_of, NULL);
}

static void a_requirement_leads_to_what_meets_it(void **state)
{
	struct world *world = *state;
	int64_t whole = requirement(world, "customer", ""), part, aim = agreed_objective(world);

	part = requirement(world, "user", "");
	assert_int_equal(edit_by(world, actor_system(), part, "state", "approve", NULL), E_INVALID);
	assert_true(has_fault(world, "part_of", "traceability"));
	must(world, edit_by(world, actor_system(), part, "state", "approve", "part_of", number_of(world, whole), NULL));
	must(world, edit_by(world, actor_system(), whole, "state", "approve", NULL));
	assert_int_equal(edit_by(world, actor_system(), part, "state", "meet", "comment", "Done", NULL), E_INVALID);
	assert_true(has_fault(world, "agreements", "traceability"));
	/* What meets the whole meets its part. */
	must(world, edit_by(world, actor_system(), whole, "objectives", number_of(world, aim), NULL));
	must(world, edit_by(world, actor_system(), part, "state", "meet", "comment", "Done", NULL));
	part = requirement(world, "provider", "");
	assert_int_equal(edit_by(world, actor_system(), part, "state", "approve", NULL), E_INVALID);
	assert_true(has_fault(world, "resources", "traceability"));
}

/* --- revalidate --- */

static void what_builds_on_a_change_is_looked_at_again(void **state)
{
	struct world *world = *state;
	int64_t aim = agreed_objective(world), whole = requirement(world, "customer", ""), check;

	must(world, edit_by(world, actor_system(), whole, "objectives", number_of(world, aim), NULL));
	must(world, edit_by(world, actor_system(), whole, "statement", "One at most", NULL)); /* a draft binds nobody */
	assert_int_equal(checks_of(world, aim), 0);
	must(world, edit_by(world, actor_system(), whole, "state", "approve", NULL));
	must(world, edit_by(world, actor_system(), whole, "title", "Orders", NULL));
	assert_int_equal(checks_of(world, aim), 0);
	must(world, edit_by(world, actor_system(), whole, "target", "1 lost", NULL));
	assert_int_equal(checks_of(world, aim), 1);
	check = count_rows(world, "SELECT max(id) FROM revalidation WHERE objective = ?", aim);
	assert_string_equal(shown(world, check, "title"), "Fewer outages");
	assert_string_equal(shown(world, check, "reason"), "Orders");
	assert_int_equal(
	    record_value(look(world, check), type_field(type_of(world, "revalidation"), S("owner"))).number,
	    world->desk);
	assert_int_equal(told_of(world, world->desk, "notice", check), 1);
	must(world, edit_by(world, actor_system(), whole, "target", "2 lost", NULL)); /* one is open */
	assert_int_equal(checks_of(world, aim), 1);
	must(world, edit_by(world, as(world, world->desk), check, "state", "confirm", "finding", "Fits", NULL));
	must(world, edit_by(world, actor_system(), whole, "target", "3 lost", NULL));
	assert_int_equal(checks_of(world, aim), 1);
	assert_int_not_equal(count_rows(world, "SELECT max(id) FROM revalidation WHERE objective = ?", aim), check);
	/* What is done is not looked at again. */
	must(world, edit_by(world, actor_system(), aim, "state", "drop", "comment", "No", NULL));
	check = count_rows(world, "SELECT max(id) FROM revalidation WHERE objective = ?", aim);
	must(world, edit_by(world, actor_system(), check, "state", "adapt", "finding", "Dropped", NULL));
	must(world, edit_by(world, actor_system(), whole, "target", "4 lost", NULL));
	assert_int_equal(checks_of(world, aim), 0);
}

/* --- difference --- */

static void a_shortfall_is_what_is_needed_and_not_there(void **state)
{
	struct world *world = *state;
	int64_t one =
	    made(world, "resource", "title", "Engineers", "kind", "human", "needed", "3", "owner", "desk", NULL);

	assert_string_equal(shown(world, one, "shortfall"), "3000000");
	assert_int_equal(edit_by(world, actor_system(), one, "state", "approve", "approved", "3", NULL), E_INVALID);
	assert_true(has_fault(world, "skills", "required")); /* not by number alone */
	made(world, "skill", "key", "routers", "name", "Routers", NULL);
	must(world,
	     edit_by(world, actor_system(), one, "state", "approve", "approved", "3", "skills", "routers", NULL));
	must(world, edit_by(world, actor_system(), one, "state", "provide", "provided", "1", NULL));
	assert_string_equal(shown(world, one, "shortfall"), "2000000");
	must(world, edit_by(world, actor_system(), one, "state", "provide", "provided", "4", NULL));
	assert_string_equal(shown(world, one, "shortfall"), "0");
}

/* --- recurrence --- */

static void evidence_is_expected_again_and_again(void **state)
{
	struct world *world = *state;
	int64_t party = made(world, "party", "name", "Data centre", "kind", "internal_group", "group", "network", NULL);
	int64_t part = made(world, "process_part", "title", "Backups", "process", "continuity_availability", "party",
			    number_of(world, party), NULL);
	int64_t owed =
	    made(world, "evidence_obligation", "title", "Backup log", "party", number_of(world, party), "parts",
		 number_of(world, part), "format", "CSV", "every", "month", "next_on", "2026-11-30", "producer",
		 "Night shift", "owner", "desk", "agreed_by_party", "Head", "agreed_on", "2026-10-01", NULL);
	int64_t first;

	run_until(world, "2026-11-25T00:00:00Z");
	assert_int_equal(count_rows(world, "SELECT count(*) FROM evidence WHERE obligation = ?", owed), 0);
	must(world, edit_by(world, actor_system(), owed, "state", "agree", NULL));
	run_until(world, "2026-11-25T01:00:00Z"); /* a week before its day */
	assert_int_equal(count_rows(world, "SELECT count(*) FROM evidence WHERE obligation = ?", owed), 1);
	first = count_rows(world, "SELECT max(id) FROM evidence WHERE obligation = ?", owed);
	assert_string_equal(shown(world, first, "due"), "20787"); /* 2026-11-30 */
	assert_string_equal(shown(world, owed, "next_on"), "20817");
	run_until(world, "2027-02-01T00:00:00Z");
	assert_int_equal(count_rows(world, "SELECT count(*) FROM evidence WHERE obligation = ?", owed), 3);
	assert_true(told_of(world, world->desk, "reminder", first) > 0);
	must(world, edit_by(world, actor_system(), owed, "state", "end", "comment", "No more", NULL));
	run_until(world, "2027-06-01T00:00:00Z");
	assert_int_equal(count_rows(world, "SELECT count(*) FROM evidence WHERE obligation = ?", owed), 3);
}

static void what_fell_due_meanwhile_is_made_up_for(void **state)
{
	struct world *world = *state;
	int64_t party = made(world, "party", "name", "Data centre", "kind", "internal_group", "group", "network", NULL);
	int64_t part = made(world, "process_part", "title", "Backups", "process", "continuity_availability", "party",
			    number_of(world, party), NULL);
	int64_t owed =
	    made(world, "evidence_obligation", "title", "Backup log", "party", number_of(world, party), "parts",
		 number_of(world, part), "format", "CSV", "every", "month", "next_on", "2026-08-31", "producer",
		 "Night shift", "owner", "desk", "agreed_by_party", "Head", "agreed_on", "2026-08-01", NULL);

	must(world, edit_by(world, actor_system(), owed, "state", "agree", NULL));
	run_until(world, "2026-11-03T00:00:00Z");
	assert_int_equal(count_rows(world, "SELECT count(*) FROM evidence WHERE obligation = ?", owed), 3);
	assert_int_equal(count_rows(world, "SELECT count(DISTINCT due) FROM evidence WHERE obligation = ?", owed), 3);
}

/* --- what others run --- */

static void what_others_run_rests_on_an_agreement_and_on_us(void **state)
{
	struct world *world = *state;
	int64_t party = made(world, "party", "name", "Data centre", "kind", "internal_group", "group", "network", NULL);
	int64_t aim = agreed_objective(world);
	int64_t part = made(world, "process_part", "title", "Backups", "process", "continuity_availability", "party",
			    number_of(world, party), "run_by", "Night shift", "outcomes", "x", "inputs", "x", "outputs",
			    "x", "interfaces", "x", "criteria", "x", "review_duties", "x", "next_review", "2027-10-01",
			    "accountable", "user", NULL);

	assert_int_equal(edit_by(world, actor_system(), part, "state", "put_in_force", NULL), E_CONFLICT);
	must(world, edit_by(world, actor_system(), part, "accountable", "desk", "designed_by", "party", NULL));
	assert_int_equal(edit_by(world, actor_system(), part, "state", "put_in_force", NULL), E_CONFLICT);
	must(world, edit_by(world, as(world, world->admin), part, "state", "approve_definition", NULL));
	assert_int_equal(edit_by(world, actor_system(), part, "state", "put_in_force", NULL), E_INVALID);
	assert_true(has_fault(world, "contract", "required"));
	assert_true(has_fault(world, "objectives", "traceability"));
	must(world, edit_by(world, actor_system(), part, "state", "put_in_force", "agreement", "OLA 3", "agreed_until",
			    "2028-03-31", "objectives", number_of(world, aim), NULL));
}

/* --- checklist --- */

static int64_t assessment(struct world *world)
{
	int64_t party = made(world, "party", "name", "Data centre", "kind", "internal_group", "group", "network", NULL);
	int64_t part = made(world, "process_part", "title", "Backups", "process", "continuity_availability", "party",
			    number_of(world, party), "accountable", "desk", NULL);

	made(world, "outline_part", "for", "part_assessment.continuity_availability", "key", "a", "title",
	     "Copies are whole", "position", "1", NULL);
	made(world, "outline_part", "for", "part_assessment.continuity_availability", "key", "b", "title",
	     "They were restored", "position", "2", NULL);
	return made(world, "part_assessment", "title", "Backups", "part", number_of(world, part), "assessor", "desk",
		    "criteria", "x", "contribution", "x", "analysis", "x", "decision", "x", "held_on", "2026-11-01",
		    "performance", "good", NULL);
}

static enum status answer(struct world *world, int64_t one, const char *checks, const char *step)
{
	return step ? edit_by(world, actor_system(), one, "checks", checks, "state", step, NULL)
		    : edit_by(world, actor_system(), one, "checks", checks, NULL);
}

#define ROW(key, heading, answer) "{\"key\":\"" key "\",\"heading\":\"" heading "\"" answer "}"
#define YES ",\"answer\":\"fulfilled\""
#define NO ",\"answer\":\"lacking\""
#define WHY ",\"remark\":\"Twice\""

static void a_question_is_answered_and_a_no_is_explained_and_bars(void **state)
{
	struct world *world = *state;
	int64_t one = assessment(world);

	assert_non_null(strstr(shown(world, one, "checks"), "They were restored"));
	assert_int_equal(edit_by(world, actor_system(), one, "state", "conclude", NULL), E_INVALID);
	assert_true(has_fault(world, "checks", "unanswered"));
	assert_int_equal(answer(world, one, "[" ROW("a", "Copies are whole", NO) "]", NULL), E_INVALID);
	assert_true(has_fault(world, "checks", "remark"));
	must(world, answer(world, one, "[" ROW("a", "Copies are whole", NO WHY) "]", NULL));
	assert_string_equal(shown(world, one, "lacking"), "1");
	assert_int_equal(answer(world, one,
				"[" ROW("a", "Copies are whole", NO WHY) "," ROW("b", "They were restored", YES) "]",
				"conclude"),
			 E_CONFLICT);
	assert_true(has_fault(world, "checks", "checklist"));
	must(world, edit_by(world, actor_system(), one, "performance", "fair", NULL));
	must(world, answer(world, one,
			   "[" ROW("a", "Copies are whole", NO WHY) "," ROW("b", "They were restored",
									    ",\"answer\":\"not_applicable\"") "]",
			   "conclude"));
}

/* --- naming_scheme --- */

static enum status called(struct world *world, const char *kind, const char *code)
{
	return create_by(world, as(world, world->admin), "document", "title", code, "kind", kind, "code", code, "owner",
			 "desk", NULL);
}

static void what_is_called_against_the_scheme_is_refused_where_it_is_strict(void **state)
{
	struct world *world = *state;
	int64_t one;

	assert_int_equal(called(world, "procedure", "ITSM-PR-01"), E_INVALID);
	assert_true(has_fault(world, "code", "scheme"));
	assert_int_equal(called(world, "procedure", "PD-01"), E_INVALID);
	assert_int_equal(called(world, "procedure", "ITSM-PD-1"), E_INVALID);
	must(world, called(world, "procedure", "ITSM-PD-01"));
	must(world, called(world, "process", "ITSM-PR-01"));
	must(world, called(world, "design", "as I like"));
	one = made(world, "document", "title", "No code", "kind", "procedure", "owner", "desk", NULL);
	assert_int_equal(edit_by(world, actor_system(), one, "code", "X", NULL), E_INVALID);
}

static int open_strictly(void **state)
{
	return world_open_with(
	    state, "process: document_management\nrecords:\n  document:\n    strict: {naming_scheme: refuse}\n");
}

static int64_t told_of_scheme(struct world *world)
{
	return count_rows(world, "SELECT count(*) FROM kaname_event WHERE record = ? AND kind = 'lapse'",
			  world->result.record);
}

static void what_is_called_against_the_scheme_is_recorded_as_shipped(void **state)
{
	struct world *world = *state;

	must(world, called(world, "procedure", "ITSM-PD-01"));
	assert_int_equal(told_of_scheme(world), 0);
	must(world, called(world, "procedure", "ITSM-PR-01"));
	assert_int_equal(told_of_scheme(world), 1);
}

static int open_warning(void **state)
{
	return world_open_with(
	    state, "process: document_management\nrecords:\n  document:\n    strict: {naming_scheme: warn}\n");
}

static void what_is_called_against_the_scheme_is_told_where_it_warns(void **state)
{
	static const char warnings[] = "SELECT count(*) FROM kaname_event WHERE record = ? AND kind = 'warning'";
	struct world *world = *state;

	must(world, called(world, "procedure", "ITSM-PD-01"));
	assert_int_equal(count_rows(world, warnings, world->result.record), 0);
	must(world, called(world, "procedure", "ITSM-PR-01"));
	assert_int_equal(count_rows(world, warnings, world->result.record), 1);
	assert_int_equal(told_of_scheme(world), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_risk_is_as_grave_as_its_table_says),
	    TEST(what_is_graver_than_the_appetite_is_agreed_first),
	    TEST(a_customer_agrees_to_what_concerns_their_service),
	    TEST(a_risk_is_assessed_again_on_its_day),
	    TEST(an_objective_serves_a_business_objective),
	    TEST(the_newest_measurement_stands_at_the_objective),
	    TEST(a_requirement_leads_to_what_meets_it),
	    TEST(what_builds_on_a_change_is_looked_at_again),
	    TEST(a_shortfall_is_what_is_needed_and_not_there),
	    TEST(evidence_is_expected_again_and_again),
	    TEST(what_fell_due_meanwhile_is_made_up_for),
	    TEST(what_others_run_rests_on_an_agreement_and_on_us),
	    TEST(a_question_is_answered_and_a_no_is_explained_and_bars),
	    TEST(what_is_called_against_the_scheme_is_recorded_as_shipped),
	    cmocka_unit_test_setup_teardown(what_is_called_against_the_scheme_is_refused_where_it_is_strict,
					    open_strictly, world_close),
	    cmocka_unit_test_setup_teardown(what_is_called_against_the_scheme_is_told_where_it_warns, open_warning,
					    world_close),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
