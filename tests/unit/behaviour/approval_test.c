/* Approvals in stages, with a quorum, a deputy, an end, and signatures of several parties: a process of their own, laid
 * over the shipped ones, so that each rule stands for itself. It is Monday 2026-11-02 09:00 in Tokyo. */
#include "edit_world.h"

#include <unistd.h>

#include "behaviour/behaviours.h"
#include "record/decision_link.h"
#include "record/said.h"

static const char overlay[] =
    "process: trial\n"
    "clause: \"4.1\"\n"
    "group: govern\n"
    "label: {en: Trial, ja: 試行}\n"
    "roles: {judge: {label: {en: Judge, ja: 審査員}}, chief: {label: {en: Chief, ja: 長}}}\n"
    "records:\n"
    "  wish:\n"
    "    prefix: WSH\n"
    "    scope: open\n"
    "    collection: wishes\n"
    "    headline: title\n"
    "    fields:\n"
    "      title: {type: text, required: true}\n"
    "      text: {type: text, label: {en: What for, ja: 用途}}\n"
    "      wanted_by: {type: person}\n"
    "      grave: {type: boolean}\n"
    "      customer: {type: reference, to: customer}\n"
    "    states: {draft: {phase: open}, asked: {phase: open}, granted: {phase: open}, refused: {phase: done}, lapsed: "
    "{phase: done}}\n"
    "    transitions:\n"
    "      ask: {from: [draft, granted], to: asked, by: [staff]}\n"
    "      grant: {from: asked, to: granted, by: [staff]}\n"
    "      refuse: {from: asked, to: refused, by: [staff], requires: [comment]}\n"
    "      lapse: {from: asked, to: lapsed, by: [nobody]}\n"
    "      take_back: {from: asked, to: draft, by: [staff]}\n"
    "    behaviours:\n"
    "      - approval:\n"
    "          state: asked\n"
    "          make: vote\n"
    "          as: wish\n"
    "          approver: voter\n"
    "          stages:\n"
    "            - {ask: [judge], quorum: 2, within: 5d, escalate: [chief]}\n"
    "            - {when: grave, every: true, ask: [{when: \"customer is not empty\", whom: customer.approver}, {when: "
    "\"wanted_by is not empty\", whom: customer.manager}], otherwise: [chief], quorum: all, within: 2d}\n"
    "          never: [wanted_by]\n"
    "          content: [text]\n"
    "          shows: [text]\n"
    "          reopen: ask\n"
    "          yes: agreed\n"
    "          no: against\n"
    "          late: miss\n"
    "          approved: grant\n"
    "          rejected: refuse\n"
    "          expired: lapse\n"
    "          withdraw: drop\n"
    "    access: {read: [staff], create: [staff], edit: [staff], comment: [staff]}\n"
    "  vote:\n"
    "    prefix: VOT\n"
    "    collection: votes\n"
    "    headline: title\n"
    "    scope: open\n"
    "    customers_see: \"voter = me\"\n"
    "    fields:\n"
    "      title: {type: text, required: true, public: true}\n"
    "      wish: {type: reference, to: wish, public: true}\n"
    "      content: {type: markdown, internal: true, public: true}\n"
    "      content_ja: {type: markdown, internal: true, public: true}\n"
    "      voter: {type: person, public: true}\n"
    "      deputy: {type: person, internal: true, public: true}\n"
    "      decided_by: {type: person, internal: true, public: true}\n"
    "      stage: {type: integer, internal: true}\n"
    "      round: {type: integer, internal: true}\n"
    "      escalated: {type: boolean, internal: true}\n"
    "      due: {type: datetime, internal: true}\n"
    "    states: {open: {phase: open, plain: {en: Open, ja: 未}}, agreed: {phase: done}, against: {phase: done}, "
    "dropped: {phase: done}, missed: {phase: done}}\n"
    "    transitions:\n"
    "      agree: {from: open, to: agreed, by: [voter, deputy], personal: true, plain: {en: Agree, ja: 賛成}}\n"
    "      oppose: {from: open, to: against, by: [voter, deputy], personal: true, requires: [comment], plain: {en: "
    "Oppose, ja: 反対}}\n"
    "      drop: {from: open, to: dropped, by: [nobody]}\n"
    "      miss: {from: open, to: missed, by: [nobody]}\n"
    "    behaviours:\n"
    "      - decision: {approver: voter, deputy: deputy, decided_by: decided_by, on: [agree, oppose], stand_ins: "
    "standing, while: \"state = named\", from: from, until: until}\n"
    "      - reconsider: {whom: [wish], when: \"state.phase = done\"}\n"
    "    portal: {as: decision, of: wish, by: [voter, deputy]}\n"
    "    access: {read: [staff, customer], create: [staff], edit: [nobody], comment: [staff]}\n"
    "  standing:\n"
    "    prefix: STD\n"
    "    collection: standings\n"
    "    headline: title\n"
    "    fields:\n"
    "      title: {type: text, required: true}\n"
    "      voter: {type: person}\n"
    "      deputy: {type: person}\n"
    "      from: {type: date}\n"
    "      until: {type: date}\n"
    "    states: {named: {phase: open}, ended: {phase: done}}\n"
    "    transitions: {end: {from: named, to: ended, by: [staff]}}\n"
    "    behaviours: [refresh: {of: vote, match: voter}]\n"
    "    access: {read: [staff], create: [staff], edit: [staff], comment: [staff]}\n"
    "  pact:\n"
    "    prefix: PAC\n"
    "    collection: pacts\n"
    "    headline: title\n"
    "    fields:\n"
    "      title: {type: text, required: true}\n"
    "      text: {type: text}\n"
    "      note: {type: text}\n"
    "      customer: {type: reference, to: customer}\n"
    "    states: {draft: {phase: open}, signing: {phase: open}, signed: {phase: open}}\n"
    "    transitions:\n"
    "      ask: {from: [draft, signed], to: signing, by: [staff]}\n"
    "      conclude: {from: signing, to: signed, by: [nobody]}\n"
    "      fail: {from: signing, to: draft, by: [nobody]}\n"
    "    behaviours:\n"
    "      - joint_signature:\n"
    "          state: signing\n"
    "          make: seal\n"
    "          as: pact\n"
    "          signer: signer\n"
    "          sides:\n"
    "            - {label: {en: Provider, ja: 提供者}, whom: [judge]}\n"
    "            - {label: {en: Customer, ja: 顧客}, whom: customer.approver}\n"
    "          text: [title, text]\n"
    "          signed: given\n"
    "          refused: denied\n"
    "          withdraw: drop\n"
    "          fall: fall\n"
    "          concluded: conclude\n"
    "          declined: fail\n"
    "          reopen: ask\n"
    "    access: {read: [staff], create: [staff], edit: [staff], comment: [staff]}\n"
    "  seal:\n"
    "    prefix: SEA\n"
    "    collection: seals\n"
    "    headline: title\n"
    "    scope: open\n"
    "    fields:\n"
    "      title: {type: text, required: true, public: true}\n"
    "      pact: {type: reference, to: pact}\n"
    "      signer: {type: person, public: true}\n"
    "      party: {type: text, format: message, max: 900, public: true}\n"
    "      fingerprint: {type: text, internal: true}\n"
    "    states: {open: {phase: open}, given: {phase: done}, denied: {phase: done}, dropped: {phase: done}, fallen: "
    "{phase: done}}\n"
    "    transitions:\n"
    "      sign: {from: open, to: given, by: [signer], personal: true}\n"
    "      deny: {from: open, to: denied, by: [signer], personal: true, requires: [comment]}\n"
    "      drop: {from: open, to: dropped, by: [nobody]}\n"
    "      fall: {from: given, to: fallen, by: [nobody]}\n"
    "    behaviours:\n"
    "      - decision: {approver: signer, on: [sign, deny]}\n"
    "      - reconsider: {whom: [pact], when: \"state.phase = done\"}\n"
    "    access: {read: [staff, customer], create: [staff], edit: [nobody], comment: [staff]}\n";

struct bench { /* the three judges and the chief */
	int64_t judge[3], chief;
};

static struct bench bench;

static int64_t person(struct world *world, const char *account, const char *role)
{
	return made(world, "person", "account", account, "name", account, "language", "en", "roles", role, NULL);
}

static int open_trial(void **state)
{
	struct world *world;

	world_open_with(state, overlay);
	world = *state;
	bench.judge[0] = person(world, "judge1", "trial.judge");
	bench.judge[1] = person(world, "judge2", "trial.judge");
	bench.judge[2] = person(world, "judge3", "trial.judge");
	bench.chief = person(world, "chief", "trial.chief");
	must(world, edit_by(world, actor_system(), world->acme, "approver", "user", NULL));
	return 0;
}

static int64_t wish(struct world *world, const char *wanted_by, const char *grave)
{
	int64_t made_here = made(world, "wish", "title", "A new room", "text", "With a window", "wanted_by", wanted_by,
				 "grave", grave, "customer", number_of(world, world->acme), NULL);

	must(world, edit_by(world, actor_system(), made_here, "state", "ask", NULL));
	return made_here;
}

/* The newest vote of a person on it. */
static int64_t vote(struct world *world, int64_t on, int64_t person)
{
	char sql[120];

	snprintf(sql, sizeof(sql), "SELECT coalesce(max(id), 0) FROM vote WHERE voter = %lld AND wish = ?",
		 (long long)person);
	return count_rows(world, sql, on);
}

static int64_t votes(struct world *world, int64_t on, const char *state)
{
	char sql[120];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM vote WHERE state = '%s' AND wish = ?", state);
	return count_rows(world, sql, on);
}

static enum status agree(struct world *world, int64_t on, int64_t person)
{
	return edit_by(world, as(world, person), vote(world, on, person), "state", "agree", NULL);
}

static void as_many_as_the_quorum_says_agree(void **state)
{
	struct world *world = *state;
	int64_t one = wish(world, "", "false"), other = wish(world, "", "false");

	assert_int_equal(votes(world, one, "open"), 3);
	assert_int_equal(told_of(world, bench.judge[0], "approval", vote(world, one, bench.judge[0])), 1);
	must(world, agree(world, one, bench.judge[0]));
	assert_string_equal(shown(world, one, "state"), "asked");
	must(world, agree(world, one, bench.judge[1]));
	assert_string_equal(shown(world, one, "state"), "granted");
	assert_int_equal(votes(world, one, "dropped"), 1);
	/* One against two is no refusal; two are. */
	must(world, edit_by(world, as(world, bench.judge[0]), vote(world, other, bench.judge[0]), "state", "oppose",
			    "comment", "No", NULL));
	assert_string_equal(shown(world, other, "state"), "asked");
	must(world, edit_by(world, as(world, bench.judge[1]), vote(world, other, bench.judge[1]), "state", "oppose",
			    "comment", "No", NULL));
	assert_string_equal(shown(world, other, "state"), "refused");
	/* With two of three who wish it themselves there are not enough. */
	must(world, edit_by(world, actor_system(), bench.judge[2], "active", "false", NULL));
	other = made(world, "wish", "title", "A car", "wanted_by", "judge1", NULL);
	assert_int_equal(edit_by(world, actor_system(), other, "state", "ask", NULL), E_CONFLICT);
	assert_true(has_fault(world, "state", "quorum"));
}

static void stages_follow_one_another(void **state)
{
	struct world *world = *state;
	int64_t grave = wish(world, "", "true");

	assert_int_equal(vote(world, grave, world->user), 0);
	must(world, agree(world, grave, bench.judge[0]));
	must(world, agree(world, grave, bench.judge[2]));
	assert_string_equal(shown(world, grave, "state"), "asked");
	assert_int_equal(votes(world, grave, "open"), 1); /* the customer's, the third judge's is over */
	assert_string_equal(shown(world, vote(world, grave, world->user), "stage"), "2");
	/* Whoever may not see the wish is shown what it says, in both languages; our own people look at it itself. */
	assert_string_equal(shown(world, vote(world, grave, world->user), "content"), "**What for**  \nWith a window");
	assert_string_equal(shown(world, vote(world, grave, world->user), "content_ja"), "**用途**  \nWith a window");
	assert_string_equal(shown(world, vote(world, grave, bench.judge[0]), "content"), "");
	must(world, agree(world, grave, world->user));
	assert_string_equal(shown(world, grave, "state"), "granted");
	/* It happened as the doing of whoever decided last. */
	assert_int_equal(
	    count_rows(world, "SELECT actor FROM kaname_event WHERE transition = 'grant' AND record = ?", grave),
	    world->user);
}

static void who_asks_withdraws_and_what_changes_is_asked_anew(void **state)
{
	struct world *world = *state;
	int64_t one = wish(world, "", "false");

	must(world, agree(world, one, bench.judge[0]));
	must(world, edit_by(world, as(world, world->desk), one, "text", "With two windows", NULL));
	assert_int_equal(votes(world, one, "open"), 3);
	assert_string_equal(shown(world, vote(world, one, bench.judge[0]), "round"), "2");
	must(world, agree(world, one, bench.judge[1]));
	assert_string_equal(shown(world, one, "state"), "asked"); /* the first agreed to something else */
	must(world, agree(world, one, bench.judge[0]));
	assert_string_equal(shown(world, one, "state"), "granted");
	/* What was granted is not what it says now. */
	must(world, edit_by(world, as(world, world->desk), one, "text", "With three windows", NULL));
	assert_string_equal(shown(world, one, "state"), "asked");
	assert_int_equal(votes(world, one, "open"), 3);
	must(world, edit_by(world, as(world, world->desk), one, "state", "take_back", NULL));
	assert_int_equal(votes(world, one, "open"), 0);
}

static void what_is_not_decided_in_time_goes_up_and_then_ends(void **state)
{
	struct world *world = *state;
	int64_t one = wish(world, "", "false"), other = wish(world, "", "false");

	must(world, agree(world, one, bench.judge[0]));
	run_until(world, "2026-11-07T08:59:00+09:00");
	assert_int_equal(votes(world, one, "missed"), 0);
	run_until(world, "2026-11-07T09:00:00+09:00");
	assert_int_equal(votes(world, one, "missed"), 2);
	assert_string_equal(shown(world, one, "state"), "asked");
	assert_string_equal(shown(world, vote(world, one, bench.chief), "escalated"), "true");
	must(world, agree(world, one, bench.chief));
	assert_string_equal(shown(world, one, "state"), "granted");
	run_until(world, "2026-11-12T09:00:00+09:00");
	assert_string_equal(shown(world, other, "state"), "lapsed");
	assert_int_equal(votes(world, other, "open"), 0);
}

static void a_deputy_decides_for_the_days_that_were_named(void **state)
{
	struct world *world = *state;
	int64_t one = wish(world, "", "false"), named, mine;

	named = made(world, "standing", "title", "Away", "voter", "judge1", "deputy", "desk", "from", "2026-11-03",
		     "until", "2026-11-04", NULL);
	mine = vote(world, one, bench.judge[0]);
	assert_string_equal(shown(world, mine, "deputy"), "");
	assert_int_equal(edit_by(world, as(world, world->desk), mine, "state", "agree", NULL), E_DENIED);
	run_until(world, "2026-11-03T00:00:00+09:00");
	assert_int_equal(record_value(look(world, mine), type_field(type_of(world, "vote"), S("deputy"))).number,
			 world->desk);
	assert_int_equal(told_of(world, world->desk, "approval", mine), 1);
	must(world, edit_by(world, as(world, world->desk), mine, "state", "agree", NULL));
	assert_int_equal(record_value(look(world, mine), type_field(type_of(world, "vote"), S("decided_by"))).number,
			 world->desk);
	run_until(world, "2026-11-05T00:00:00+09:00");
	one = wish(world, "", "false");
	mine = vote(world, one, bench.judge[0]);
	assert_string_equal(shown(world, mine, "deputy"), "");
	/* Ended before its days are over, it ends at once. */
	named = made(world, "standing", "title", "Away", "voter", "judge1", "deputy", "desk", "from", "2026-11-05",
		     "until", "2026-11-30", NULL);
	assert_string_not_equal(shown(world, mine, "deputy"), "");
	must(world, edit_by(world, actor_system(), named, "state", "end", NULL));
	assert_string_equal(shown(world, mine, "deputy"), "");
	assert_int_equal(edit_by(world, as(world, world->desk), mine, "state", "agree", NULL), E_DENIED);
}

static void nobody_decides_on_their_own_not_even_as_a_deputy(void **state)
{
	struct world *world = *state;
	int64_t own = wish(world, "judge1", "false");

	assert_int_equal(vote(world, own, bench.judge[0]), 0);
	made(world, "standing", "title", "Away", "voter", "judge2", "deputy", "judge1", "from", "2026-11-01", "until",
	     "2026-11-30", NULL);
	assert_int_equal(
	    edit_by(world, as(world, bench.judge[0]), vote(world, own, bench.judge[1]), "state", "agree", NULL),
	    E_DENIED);
	assert_true(has_fault(world, "state", "own"));
}

static void who_has_lost_the_role_decides_no_more(void **state)
{
	struct world *world = *state;
	int64_t one = wish(world, "", "false");

	must(world, edit_by(world, actor_system(), bench.judge[0], "roles", "", NULL));
	assert_int_equal(agree(world, one, bench.judge[0]), E_DENIED);
	assert_true(has_fault(world, "state", "asked"));
}

static void a_step_of_the_record_is_a_decision_too(void **state)
{
	struct world *world = *state;
	int64_t one = wish(world, "", "false");

	assert_int_equal(edit_by(world, as(world, world->admin), one, "state", "grant", NULL), E_DENIED);
	assert_true(has_fault(world, "state", "approval"));
	assert_int_equal(edit_by(world, as(world, bench.judge[0]), one, "state", "grant", NULL), E_CONFLICT);
	must(world, agree(world, one, bench.judge[1]));
	must(world, edit_by(world, as(world, bench.judge[0]), one, "state", "grant", NULL));
	assert_int_equal(votes(world, one, "agreed"), 2);
	assert_int_equal(votes(world, one, "dropped"), 1);
}

/* --- joint_signature --- */

static int64_t seal(struct world *world, int64_t of, int64_t person)
{
	char sql[120];

	snprintf(sql, sizeof(sql), "SELECT coalesce(max(id), 0) FROM seal WHERE signer = %lld AND pact = ?",
		 (long long)person);
	return count_rows(world, sql, of);
}

static void both_sides_sign_the_same_text(void **state)
{
	struct world *world = *state;
	int64_t one = made(world, "pact", "title", "Mail", "text", "Always", "customer", number_of(world, world->acme),
			   NULL),
		ours, theirs;

	must(world, edit_by(world, actor_system(), one, "state", "ask", NULL));
	ours = seal(world, one, bench.judge[0]);
	theirs = seal(world, one, world->user);
	/* Who reads it has the party in their language, whoever asked. */
	assert_true(str_is(said_in(world->arena, ENGLISH, str_of(shown(world, theirs, "party"))), "Customer"));
	assert_true(str_is(said_in(world->arena, JAPANESE, str_of(shown(world, theirs, "party"))), "顧客"));
	assert_string_equal(shown(world, theirs, "fingerprint"), shown(world, ours, "fingerprint"));
	must(world, edit_by(world, as(world, bench.judge[0]), ours, "state", "sign", NULL));
	assert_string_equal(shown(world, seal(world, one, bench.judge[1]), "state"), "dropped"); /* one is enough */
	/* The text changes: what was signed is not what it says, and both are asked anew. */
	must(world, edit_by(world, as(world, world->desk), one, "note", "Nothing that is signed", NULL));
	assert_string_equal(shown(world, ours, "state"), "given");
	must(world, edit_by(world, as(world, world->desk), one, "text", "Nearly always", NULL));
	assert_string_equal(shown(world, ours, "state"), "fallen");
	assert_string_equal(shown(world, theirs, "state"), "dropped");
	must(world, edit_by(world, as(world, world->user), seal(world, one, world->user), "state", "sign", NULL));
	assert_string_equal(shown(world, one, "state"), "signing");
	must(world, edit_by(world, as(world, bench.judge[2]), seal(world, one, bench.judge[2]), "state", "sign", NULL));
	assert_string_equal(shown(world, one, "state"), "signed");
	/* And once it is in force. */
	must(world, edit_by(world, as(world, world->desk), one, "text", "Sometimes", NULL));
	assert_string_equal(shown(world, one, "state"), "signing");
	assert_int_equal(count_rows(world, "SELECT count(*) FROM seal WHERE state = 'given' AND pact = ?", one), 0);
	/* A refusal counts until the same person is asked again. */
	must(world, edit_by(world, as(world, world->user), seal(world, one, world->user), "state", "deny", "comment",
			    "Too seldom", NULL));
	assert_string_equal(shown(world, one, "state"), "draft");
	must(world, edit_by(world, actor_system(), one, "state", "ask", NULL));
	must(world, edit_by(world, as(world, bench.judge[0]), seal(world, one, bench.judge[0]), "state", "sign", NULL));
	must(world, edit_by(world, as(world, world->user), seal(world, one, world->user), "state", "sign", NULL));
	assert_string_equal(shown(world, one, "state"), "signed");
}

static void nobody_signs_for_a_party_that_is_not_theirs_any_more(void **state)
{
	struct world *world = *state;
	int64_t one =
	    made(world, "pact", "title", "Mail", "text", "Always", "customer", number_of(world, world->acme), NULL);

	must(world, edit_by(world, actor_system(), one, "state", "ask", NULL));
	must(world, edit_by(world, actor_system(), world->acme, "approver", "", NULL));
	assert_int_equal(edit_by(world, as(world, world->user), seal(world, one, world->user), "state", "sign", NULL),
			 E_DENIED);
	one = made(world, "pact", "title", "Mail", "text", "Always", "customer", number_of(world, world->acme), NULL);
	assert_int_equal(edit_by(world, actor_system(), one, "state", "ask", NULL), E_CONFLICT);
	assert_true(has_fault(world, "state", "party"));
}

/* --- links --- */

static void a_link_is_from_here_or_leads_nowhere(void **state)
{
	struct world *world = *state;
	int64_t mine = vote(world, wish(world, "", "false"), bench.judge[0]);
	struct decision_link link = {mine, bench.judge[0], at("2026-11-16T00:00:00Z")}, read;
	struct str text = decision_link_sign(world->kernel, world->arena, &link), other;
	char *forged, path[TEST_DIRECTORY + 8];

	assert_int_equal(text.n, 0); /* without a key there are none */
	snprintf(path, sizeof(path), "%s/key", world->directory);
	must(world, signing_key_open(path, &world->kernel->key, &world->error));
	world->kernel->has_key = true;
	text = decision_link_sign(world->kernel, world->arena, &link);
	assert_true(str_starts(text, S("/decide/")));
	text = str_sub(text, 8, text.n);
	assert_true(decision_link_read(world->kernel, world->arena, text, &read));
	assert_true(read.record == mine && read.person == link.person && read.until == link.until);
	forged = str_c(world->arena, text);
	forged[4] = '9'; /* another vote */
	assert_false(decision_link_read(world->kernel, world->arena, str_of(forged), &read));
	assert_false(decision_link_read(world->kernel, world->arena, str_sub(text, 0, text.n - 1), &read));
	assert_false(decision_link_read(world->kernel, world->arena, S(""), &read));
	other = decision_link_sign(world->kernel, world->arena, &(struct decision_link){world->acme, 1, link.until});
	assert_int_equal(other.n, 0); /* no decision */
	unlink(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_trial, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(as_many_as_the_quorum_says_agree),
	    TEST(stages_follow_one_another),
	    TEST(who_asks_withdraws_and_what_changes_is_asked_anew),
	    TEST(what_is_not_decided_in_time_goes_up_and_then_ends),
	    TEST(a_deputy_decides_for_the_days_that_were_named),
	    TEST(nobody_decides_on_their_own_not_even_as_a_deputy),
	    TEST(who_has_lost_the_role_decides_no_more),
	    TEST(a_step_of_the_record_is_a_decision_too),
	    TEST(both_sides_sign_the_same_text),
	    TEST(nobody_signs_for_a_party_that_is_not_theirs_any_more),
	    TEST(a_link_is_from_here_or_leads_nowhere),
	};

	if (!hash_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
