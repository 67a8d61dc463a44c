/* Accounts: passwords, waiting after failures, sessions and tokens, all at moments that the test states. */
#include <pthread.h>

#include "edit_world.h"

#include "record/account.h"
#include "record/claim.h"

static enum status sign_in(struct world *world, const char *account, const char *password, const char *address,
			   instant now)
{
	struct session session;

	error_clear(&world->error);
	return session_start(world->kernel, str_of(account), str_of(password), str_of(address), now, &session,
			     &world->error);
}

static void give_password(struct world *world, int64_t person, const char *password)
{
	error_clear(&world->error);
	assert_int_equal(account_set_password(world->kernel, person, str_of(password), world->now, &world->error), OK);
}

static void only_the_right_password_opens(void **state)
{
	struct world *world = *state;

	assert_int_equal(sign_in(world, "desk", "secret", "a", world->now), E_SIGN_IN); /* none is set yet */
	give_password(world, world->desk, "secret");
	assert_int_equal(sign_in(world, "desk", "secret", "a", world->now), OK);
	assert_int_equal(sign_in(world, "desk", "Secret", "a", world->now), E_SIGN_IN);
	assert_int_equal(sign_in(world, "nobody", "secret", "a", world->now), E_SIGN_IN);
	assert_string_equal(world->error.items[0].rule, "sign_in");
	assert_int_equal(sign_in(world, "", "", "a", world->now), E_SIGN_IN);
	assert_int_equal(account_set_password(world->kernel, world->desk, S("abc"), world->now, &world->error),
			 E_INVALID);
	assert_int_equal(edit_by(world, actor_system(), world->desk, "active", "false", NULL), OK);
	assert_int_equal(sign_in(world, "desk", "secret", "a", world->now), E_SIGN_IN);
}

/* Else each spelling of the number would have its own count of failures. */
static void a_number_is_no_account(void **state)
{
	struct world *world = *state;

	give_password(world, world->desk, "secret");
	assert_int_equal(sign_in(world, "PER-1", "secret", "a", world->now), E_SIGN_IN);
	assert_int_equal(sign_in(world, "per-001", "secret", "b", world->now), E_SIGN_IN);
}

static void failures_make_an_account_wait_ever_longer(void **state)
{
	struct world *world = *state;
	instant now = world->now;

	give_password(world, world->desk, "secret");
	for (int i = 0; i < 5; i++)
		assert_int_equal(sign_in(world, "desk", "wrong", "a", now), E_SIGN_IN);
	assert_int_equal(sign_in(world, "desk", "secret", "b", now + 999), E_TOO_MANY);
	assert_int_equal(sign_in(world, "desk", "wrong", "b", now + 1000), E_SIGN_IN);
	assert_int_equal(sign_in(world, "desk", "secret", "b", now + 2999), E_TOO_MANY);
	assert_int_equal(sign_in(world, "resolver", "wrong", "b", now + 2999), E_SIGN_IN);
	assert_int_equal(sign_in(world, "desk", "secret", "b", now + 3000), OK);
	for (int i = 0; i < 4; i++) /* success begins a new count */
		assert_int_equal(sign_in(world, "desk", "wrong", "c", now + 3000), E_SIGN_IN);
	assert_int_equal(sign_in(world, "desk", "secret", "c", now + 3000), OK);
}

static void failures_make_an_address_wait(void **state)
{
	struct world *world = *state;
	char account[16];

	give_password(world, world->desk, "secret");
	for (int i = 0; i < 20; i++) {
		snprintf(account, sizeof(account), "guess%d", i);
		assert_int_equal(sign_in(world, account, "x", "a", world->now), E_SIGN_IN);
	}
	assert_int_equal(sign_in(world, "desk", "secret", "a", world->now + 999), E_TOO_MANY);
	assert_int_equal(sign_in(world, "desk", "secret", "b", world->now + 999), OK);
	assert_int_equal(sign_in(world, "desk", "secret", "a", world->now + 1000), OK);
	assert_int_equal(sign_in(world, "desk", "wrong", "a", world->now + 1000), E_SIGN_IN);
	assert_int_equal(sign_in(world, "desk", "secret", "a", world->now + 2000),
			 E_TOO_MANY); /* success forgives no address */
}

enum { AT_ONCE = 16 };

struct guesser {
	struct world *world;
	pthread_t thread;
	enum status status;
	unsigned wait_seconds;
};

static void *guess(void *of_guesser)
{
	struct guesser *guesser = of_guesser;
	struct session session;
	struct error error = {0};

	guesser->status =
	    session_start(guesser->world->kernel, S("desk"), S("wrong"), S("a"), guesser->world->now, &session, &error);
	guesser->wait_seconds = error.wait_seconds;
	return NULL;
}

/* The hash of a password takes long; what begins meanwhile has been counted. */
static void guesses_at_once_gain_nothing(void **state)
{
	struct world *world = *state;
	struct guesser guessers[AT_ONCE];
	int looked_at = 0;

	give_password(world, world->desk, "secret");
	for (int i = 0; i < AT_ONCE; i++) {
		guessers[i] = (struct guesser){.world = world};
		assert_int_equal(pthread_create(&guessers[i].thread, NULL, guess, &guessers[i]), 0);
	}
	for (int i = 0; i < AT_ONCE; i++) {
		pthread_join(guessers[i].thread, NULL);
		looked_at += guessers[i].status == E_SIGN_IN;
		if (guessers[i].status != E_SIGN_IN) {
			assert_int_equal(guessers[i].status, E_TOO_MANY);
			assert_int_equal(guessers[i].wait_seconds, 1);
		}
	}
	assert_int_equal(looked_at, 5);
}

static void failures_are_forgotten(void **state)
{
	struct world *world = *state;
	char account[16];

	for (int i = 0; i < 10; i++) {
		snprintf(account, sizeof(account), "guess%d", i);
		assert_int_equal(sign_in(world, account, "x", "a", world->now), E_SIGN_IN);
	}
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_attempt WHERE since >= ?", 0), 11);
	assert_int_equal(sign_in(world, "other", "x", "b", world->now + DAY), E_SIGN_IN);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_attempt WHERE since >= ?", 0), 2);
}

static void a_network_is_one_address(void **state)
{
	struct world *world = *state;
	char account[16], address[32];

	for (int i = 0; i < 20; i++) {
		snprintf(account, sizeof(account), "guess%d", i);
		snprintf(address, sizeof(address), "2001:db8::%d", i + 1);
		assert_int_equal(sign_in(world, account, "x", address, world->now), E_SIGN_IN);
	}
	assert_int_equal(sign_in(world, "desk", "x", "2001:db8::99", world->now), E_TOO_MANY);
	assert_int_equal(sign_in(world, "desk", "x", "2001:db8:0:1::1", world->now), E_SIGN_IN);
}

static enum status check(struct world *world, const char *secret, instant now, struct session *session)
{
	READER connection = NULL;

	error_clear(&world->error);
	assert_int_equal(store_reader(world->store, &connection, &world->error), OK);
	return session_check(world->kernel, connection, str_of(secret), now, session, &world->error);
}

static void sessions_last_while_they_are_used(void **state)
{
	struct world *world = *state;
	instant now = world->now;
	struct session session, seen;

	give_password(world, world->desk, "secret");
	assert_int_equal(session_start(world->kernel, S("desk"), S("secret"), S("a"), now, &session, &world->error),
			 OK);
	assert_int_equal(check(world, "other", now, &seen), E_SIGN_IN);
	assert_int_equal(check(world, session.secret, now + 12 * (instant)HOUR - 1, &seen), OK);
	assert_int_equal(seen.person, world->desk);
	assert_string_equal(seen.csrf, session.csrf);
	assert_int_equal(seen.expires_at, now + 24 * (instant)HOUR - 1);
	for (int hours = 22; hours < 7 * 24; hours += 10)
		assert_int_equal(check(world, session.secret, now + hours * (instant)HOUR, &seen), OK);
	assert_int_equal(seen.expires_at, now + 7 * DAY);
	assert_int_equal(check(world, session.secret, now + 7 * DAY, &seen), E_SIGN_IN);
	assert_int_equal(check(world, session.secret, now + 7 * DAY - 1, &seen), OK);
	assert_int_equal(session_end(world->kernel, str_of(session.secret), &world->error), OK);
	assert_int_equal(check(world, session.secret, now, &seen), E_SIGN_IN);
}

static void another_password_ends_sessions(void **state)
{
	struct world *world = *state;
	struct session session, seen;

	give_password(world, world->desk, "secret");
	assert_int_equal(
	    session_start(world->kernel, S("desk"), S("secret"), S("a"), world->now, &session, &world->error), OK);
	give_password(world, world->desk, "other");
	assert_int_equal(check(world, session.secret, world->now, &seen), E_SIGN_IN);
	assert_int_equal(sign_in(world, "desk", "secret", "a", world->now), E_SIGN_IN);
	assert_int_equal(sign_in(world, "desk", "other", "a", world->now), OK);
}

static enum status token(struct world *world, const char *secret, instant now, enum token_scope *scope)
{
	READER connection = NULL;
	int64_t person;

	error_clear(&world->error);
	assert_int_equal(store_reader(world->store, &connection, &world->error), OK);
	return token_check(world->kernel, connection, str_of(secret), S(""), now, &person, scope, &world->error);
}

static enum status token_from(struct world *world, const char *secret, const char *address, instant now)
{
	READER connection = NULL;
	int64_t person;
	enum token_scope scope;

	error_clear(&world->error);
	assert_int_equal(store_reader(world->store, &connection, &world->error), OK);
	return token_check(world->kernel, connection, str_of(secret), str_of(address), now, &person, &scope,
			   &world->error);
}

static void guessing_tokens_makes_an_address_wait(void **state)
{
	struct world *world = *state;
	instant now = world->now;
	char known[TOKEN_TEXT], fresh[TOKEN_TEXT];

	assert_int_equal(
	    token_create(world->kernel, world->desk, S("one"), TOKEN_ALL, INSTANT_NONE, now, known, &world->error), OK);
	assert_int_equal(
	    token_create(world->kernel, world->desk, S("two"), TOKEN_ALL, INSTANT_NONE, now, fresh, &world->error), OK);
	assert_int_equal(token_from(world, known, "a", now), OK);
	for (int i = 0; i < 30; i++)
		assert_int_equal(token_from(world, "guess", "a", now), E_SIGN_IN);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(token_from(world, "guess", "a", now), E_TOO_MANY);
	assert_int_equal(world->error.wait_seconds, 1);
	assert_int_equal(token_from(world, known, "a", now), OK); /* as before */
	assert_int_equal(token_from(world, fresh, "b", now), OK); /* another address has no part in it */
	assert_int_equal(token_from(world, fresh, "a", now), E_TOO_MANY);
	assert_int_equal(token_from(world, fresh, "a", now + SECOND), OK);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_attempt WHERE since >= ?", 0), 0);
}

static void tokens_expire_and_are_revoked(void **state)
{
	struct world *world = *state;
	char lasting[TOKEN_TEXT], brief[TOKEN_TEXT];
	enum token_scope scope;

	assert_int_equal(token_create(world->kernel, world->desk, S("one"), TOKEN_ALL, INSTANT_NONE, world->now,
				      lasting, &world->error),
			 OK);
	assert_int_equal(token_create(world->kernel, world->desk, S("two"), TOKEN_READ, world->now + DAY, world->now,
				      brief, &world->error),
			 OK);
	assert_int_equal(token(world, lasting, world->now + 1000 * DAY, &scope), OK);
	assert_int_equal(scope, TOKEN_ALL);
	assert_int_equal(token(world, brief, world->now + DAY - 1, &scope), OK);
	assert_int_equal(scope, TOKEN_READ);
	assert_int_equal(token(world, brief, world->now + DAY, &scope), E_SIGN_IN);
	assert_int_equal(token_revoke(world->kernel, 1, world->now, &world->error), OK);
	assert_int_equal(token(world, lasting, world->now, &scope), E_SIGN_IN);
	error_clear(&world->error);
	assert_int_equal(token_revoke(world->kernel, 1, world->now, &world->error), E_NOT_FOUND);
	/* What is kept is a digest. */
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_token WHERE length(hash) <> 32 AND id > ?", 0),
			 0);
}

struct claiming {
	struct claim claim;
	instant now;
};

static enum status prove(void *context, struct connection *connection, struct error *error)
{
	const struct claiming *claiming = context;

	return claim_prove(connection, &claiming->claim, claiming->now, error);
}

static enum status proved(struct world *world, struct claim claim, instant now)
{
	struct claiming claiming = {claim, now};

	error_clear(&world->error);
	return store_write_wait(world->kernel->store, prove, &claiming, &world->error);
}

/* As a request does that is recognised; its claim, as a later one would make it. */
static struct claim recognised(struct world *world, const char *secret, enum token_scope scope)
{
	READER connection = NULL;
	struct claim claim = {.token = hash_bytes(str_of(secret)), .person = world->desk, .scope = scope};
	const struct actor *actor = NULL;

	error_clear(&world->error);
	assert_int_equal(kernel_reader(world->kernel, &connection, &world->error), OK);
	assert_int_equal(
	    actor_of_person_on(world->kernel, connection, world->arena, world->desk, &actor, &world->error), OK);
	assert_int_equal(store_epoch(connection, &claim.epoch, &world->error), OK);
	claim_remember(world->kernel, str_of(secret), world->desk, scope);
	return claim;
}

static bool recalled(struct world *world, const char *secret, const struct actor **actor)
{
	struct claim claim;

	return claim_recall(world->kernel, world->arena, str_of(secret), S("a"), world->now, &claim, actor);
}

static void a_claim_holds_until_something_is_changed(void **state)
{
	struct world *world = *state;
	char lasting[TOKEN_TEXT], brief[TOKEN_TEXT];
	const struct actor *actor = NULL;
	struct claim claim, other;

	assert_int_equal(token_create(world->kernel, world->desk, S("one"), TOKEN_ALL, INSTANT_NONE, world->now,
				      lasting, &world->error),
			 OK);
	assert_int_equal(token_create(world->kernel, world->desk, S("two"), TOKEN_READ, world->now + DAY, world->now,
				      brief, &world->error),
			 OK);
	claim = recognised(world, lasting, TOKEN_ALL);
	assert_int_equal(proved(world, claim, world->now), OK);
	other = recognised(world, brief, TOKEN_READ);
	assert_int_equal(proved(world, other, world->now + DAY - 1), OK);
	assert_int_equal(proved(world, other, world->now + DAY), E_SIGN_IN);
	other.scope = TOKEN_ALL;
	assert_int_equal(proved(world, other, world->now), E_STALE);
	if (claim.epoch) { /* else nobody is told from memory */
		assert_true(recalled(world, brief, &actor));
		assert_true(actor->read_only && actor->person == world->desk);
		assert_int_equal(edit_by(world, actor_system(), world->desk, "active", "false", NULL), OK);
		assert_int_equal(proved(world, claim, world->now), E_STALE);
		assert_int_equal(edit_by(world, actor_system(), world->desk, "active", "true", NULL), OK);
		assert_int_equal(proved(world, claim, world->now), E_STALE);
	}
	assert_int_equal(recalled(world, "guess", &actor), false);
	claim = recognised(world, lasting, TOKEN_ALL);
	assert_int_equal(proved(world, claim, world->now), OK);
	assert_int_equal(token_revoke(world->kernel, 1, world->now, &world->error), OK);
	assert_int_equal(proved(world, claim, world->now), E_SIGN_IN);
}

static void an_edit_upon_a_claim_that_fails_changes_nothing(void **state)
{
	struct world *world = *state;
	struct claim claim = {.token = hash_bytes(S("guess")), .person = world->desk};
	struct edit_request request = {.type = world->incident};
	struct edit_result result;
	struct edit_batch batch = {
	    .actor = actor_system(), .claim = &claim, .requests = &request, .count = 1, .results = &result};

	assert_true(kernel_edit(world->kernel, &batch, &world->error) != OK);
	assert_int_equal(count_rows(world, "SELECT count(*) FROM kaname_event WHERE kind = 'create' AND record = ?", 0),
			 0);
}

#define ACCOUNT_TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ACCOUNT_TEST(only_the_right_password_opens),
	    ACCOUNT_TEST(a_number_is_no_account),
	    ACCOUNT_TEST(failures_make_an_account_wait_ever_longer),
	    ACCOUNT_TEST(failures_make_an_address_wait),
	    ACCOUNT_TEST(guesses_at_once_gain_nothing),
	    ACCOUNT_TEST(failures_are_forgotten),
	    ACCOUNT_TEST(a_network_is_one_address),
	    ACCOUNT_TEST(guessing_tokens_makes_an_address_wait),
	    ACCOUNT_TEST(sessions_last_while_they_are_used),
	    ACCOUNT_TEST(another_password_ends_sessions),
	    ACCOUNT_TEST(tokens_expire_and_are_revoked),
	    ACCOUNT_TEST(a_claim_holds_until_something_is_changed),
	    ACCOUNT_TEST(an_edit_upon_a_claim_that_fails_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
