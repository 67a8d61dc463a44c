#include "record/account.h"

#include <string.h>

#include "record/guesses.h"
#include "record/record.h"

enum { ACCOUNT_FREE_FAILURES = 5, ADDRESS_FREE_FAILURES = 20 };
static const instant session_idle = 12 * (instant)HOUR, session_most = 7 * 24 * (instant)HOUR,
		     session_touch = 10 * (instant)MINUTE, longest_wait = 15 * (instant)MINUTE,
		     failures_fade = 24 * (instant)HOUR;

static struct hash secret_hash(struct str secret)
{
	return hash_bytes(secret);
}

static struct str hash_str(const struct hash *hash)
{
	return (struct str){(const char *)hash->bytes, HASH_BYTES};
}

static enum status wrong(struct error *error)
{
	return error_fail(error, E_SIGN_IN, "", "sign_in", N_("The account or the password is wrong"));
}

static enum status prepare(struct connection *connection, struct str sql, struct statement **statement,
			   struct error *error)
{
	return store_prepare(connection, sql, statement, error);
}

/* --- passwords --- */

struct password_change {
	int64_t person;
	instant now;
	char encoded[PASSWORD_HASH_TEXT];
};

static enum status write_password(void *context, struct connection *connection, struct error *error)
{
	struct password_change *change = context;
	STATEMENT statement = NULL;
	STATEMENT sessions = NULL;
	enum status status;

	if ((status = prepare(
		 connection,
		 S("INSERT INTO kaname_credential (person, password, changed_at) VALUES (?, ?, ?) "
		   "ON CONFLICT (person) DO UPDATE SET password = excluded.password, changed_at = excluded.changed_at"),
		 &statement, error)))
		return status;
	bind_int(statement, change->person);
	bind_text(statement, str_of(change->encoded));
	bind_int(statement, change->now);
	if ((status = store_run(statement, error)) ||
	    (status = prepare(connection, S("DELETE FROM kaname_session WHERE person = ?"), &sessions, error)))
		return status;
	bind_int(sessions, change->person); /* whoever signed in with the old password signs in again */
	return store_run(sessions, error);
}

enum status account_set_password(struct kernel *kernel, int64_t person, struct str password, instant now,
				 struct error *error)
{
	struct password_change change = {.person = person, .now = now};
	enum status status;

	if (password.n < 4 || password.n > 1024)
		return error_fail(error, E_INVALID, "password", "length", N_("A password has 4 to 1024 bytes"));
	if ((status = password_hash(password, change.encoded, error)))
		return status;
	return store_write_wait(kernel->store, write_password, &change, error);
}

/* --- throttling --- */

/* Attempts are counted before the password is looked at, which takes long, and given back when it was right: else as
 * many as the server has threads would slip through at once. */
struct attempt {
	struct {
		struct str name; /* "account:NAME", "address:IP" */
		int64_t free_failures;
	} subjects[2];
	instant now;
	instant until; /* after now: it has to wait, and was not counted */
};

enum { OF_ACCOUNT, OF_ADDRESS };

static enum status read_subject(struct connection *connection, const struct attempt *attempt, int subject,
				int64_t *failures, instant *until, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	*failures = 0;
	*until = 0;
	if ((status =
		 prepare(connection, S("SELECT failures, until FROM kaname_attempt WHERE subject = ? AND since > ?"),
			 &statement, error)))
		return status;
	bind_text(statement, attempt->subjects[subject].name);
	bind_int(statement, attempt->now - failures_fade);
	if ((status = store_step(statement, &row, error)) || !row)
		return status;
	*failures = column_int(statement, 0);
	*until = column_int(statement, 1);
	return OK;
}

static enum status read_waiting(struct connection *connection, struct attempt *attempt, struct error *error)
{
	attempt->until = 0;
	for (int i = 0; i < 2; i++) {
		int64_t failures;
		instant until;
		enum status status = read_subject(connection, attempt, i, &failures, &until, error);

		if (status)
			return status;
		attempt->until = until > attempt->until ? until : attempt->until;
	}
	return OK;
}

static enum status refuse_waiting(const struct attempt *attempt, struct error *error)
{
	if (attempt->until <= attempt->now)
		return OK;
	error->wait_seconds = guesses_seconds(attempt->until, attempt->now);
	return error_fail(error, E_TOO_MANY, "", "throttled", N_("Too many failed attempts; try again later"));
}

static enum status count_failure(struct connection *connection, const struct attempt *attempt, int subject,
				 struct error *error)
{
	STATEMENT statement = NULL;
	int64_t failures;
	instant until;
	enum status status;

	if ((status = read_subject(connection, attempt, subject, &failures, &until, error)) ||
	    (status = prepare(
		 connection,
		 S("INSERT INTO kaname_attempt (subject, failures, since, until) VALUES (?, ?, ?, ?) ON CONFLICT "
		   "(subject) "
		   "DO UPDATE SET failures = excluded.failures, since = excluded.since, until = excluded.until"),
		 &statement, error)))
		return status;
	bind_text(statement, attempt->subjects[subject].name);
	bind_int(statement, failures + 1);
	bind_int(statement, attempt->now);
	bind_int(statement,
		 attempt->now + wait_after(failures + 1, attempt->subjects[subject].free_failures, longest_wait));
	return store_run(statement, error);
}

static enum status forget_faded(struct connection *connection, instant now, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = prepare(connection, S("DELETE FROM kaname_attempt WHERE since <= ?"), &statement, error);

	if (status)
		return status;
	bind_int(statement, now - failures_fade);
	return store_run(statement, error);
}

/* As a failure, until it has proved to be none. One attempt after the other: the writer's thread decides. */
static enum status write_attempt(void *context, struct connection *connection, struct error *error)
{
	struct attempt *attempt = context;
	enum status status;

	if ((status = forget_faded(connection, attempt->now, error)) ||
	    (status = read_waiting(connection, attempt, error)) || attempt->until > attempt->now)
		return status;
	for (int i = 0; i < 2 && !status; i++)
		status = count_failure(connection, attempt, i, error);
	return status;
}

/* The account begins anew; of the address only this attempt is forgiven, since it may have guessed at others. */
static enum status forgive(struct connection *connection, const struct attempt *attempt, struct error *error)
{
	STATEMENT account = NULL;
	STATEMENT address = NULL;
	enum status status;

	if ((status = prepare(connection, S("DELETE FROM kaname_attempt WHERE subject = ?"), &account, error)))
		return status;
	bind_text(account, attempt->subjects[OF_ACCOUNT].name);
	if ((status = store_run(account, error)) ||
	    (status = prepare(
		 connection,
		 S("UPDATE kaname_attempt SET failures = failures - 1, until = 0 WHERE subject = ? AND failures > 0"),
		 &address, error)))
		return status;
	bind_text(address, attempt->subjects[OF_ADDRESS].name);
	return store_run(address, error);
}

/* --- sessions --- */

/* By the account's name alone: a number has many spellings (PER-5, per-05), each of which would be throttled for
 * itself. */
static enum status find_account(struct kernel *kernel, struct connection *connection, const struct type *type,
				struct str account, int64_t *person, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	if (!type->key)
		return OK;
	if ((status = prepare(connection, kernel->sql[type->index].by_key, &statement, error)))
		return status;
	bind_text(statement, account);
	if (!(status = store_step(statement, &row, error)) && row)
		*person = column_int(statement, 0);
	return status;
}

static enum status find_credential(struct kernel *kernel, struct connection *connection, struct arena *arena,
				   struct str account, int64_t *person, struct str *encoded, struct error *error)
{
	const struct type *type = kernel->model->acting[ACTS_PERSON];
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	*person = 0;
	*encoded = (struct str){0};
	if (!type)
		return OK;
	if ((status = find_account(kernel, connection, type, account, person, error)) || !*person ||
	    (status =
		 prepare(connection, S("SELECT password FROM kaname_credential WHERE person = ?"), &statement, error)))
		return status;
	bind_int(statement, *person);
	if (!(status = store_step(statement, &row, error)) && row)
		*encoded = str_dup(arena, column_text(statement, 0));
	return status;
}

/* An unknown account costs as much time as a wrong password: this is the hash of a secret that nobody knows. */
static bool password_fits(struct str password, struct str encoded, struct arena *arena)
{
	static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
				     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

	if (password_matches(password, encoded.n ? str_c(arena, encoded) : nobody))
		return encoded.n > 0;
	return false;
}

struct session_row {
	struct hash hash;
	const struct session *session;
	const struct attempt *attempt;
	instant now;
};

static enum status write_session(void *context, struct connection *connection, struct error *error)
{
	const struct session_row *row = context;
	STATEMENT statement = NULL;
	STATEMENT expired = NULL;
	enum status status;

	if ((status = prepare(connection, S("DELETE FROM kaname_session WHERE expires_at < ?"), &expired, error)))
		return status;
	bind_int(expired, row->now);
	if ((status = store_run(expired, error)) || (status = forgive(connection, row->attempt, error)) ||
	    (status = prepare(connection,
			      S("INSERT INTO kaname_session (hash, person, csrf, created_at, used_at, expires_at) "
				"VALUES (?, ?, ?, ?, ?, ?)"),
			      &statement, error)))
		return status;
	bind_blob(statement, hash_str(&row->hash));
	bind_int(statement, row->session->person);
	bind_text(statement, str_of(row->session->csrf));
	bind_int(statement, row->now);
	bind_int(statement, row->now);
	bind_int(statement, row->session->expires_at);
	return store_run(statement, error);
}

static enum status check_password(struct kernel *kernel, struct arena *arena, struct str account, struct str password,
				  struct attempt *attempt, int64_t *person, struct error *error)
{
	READER connection = NULL;
	struct str encoded;
	enum status status;

	/* Looked at first without writing: who has to wait costs next to nothing. */
	if ((status = store_reader(kernel->store, &connection, error)) ||
	    (status = read_waiting(connection, attempt, error)) || (status = refuse_waiting(attempt, error)) ||
	    (status = find_credential(kernel, connection, arena, account, person, &encoded, error)))
		return status;
	store_reader_done(&connection); /* what follows takes long on purpose */
	if ((status = store_write_wait(kernel->store, write_attempt, attempt, error)) ||
	    (status = refuse_waiting(attempt, error)))
		return status;
	return password_fits(password, encoded, arena) ? OK : wrong(error);
}

enum status session_start(struct kernel *kernel, struct str account, struct str password, struct str address,
			  instant now, struct session *session, struct error *error)
{
	ARENA arena = arena_new();
	char network[NETWORK_TEXT];
	struct attempt attempt = {.now = now};
	const struct actor *actor;
	struct session_row row = {.session = session, .attempt = &attempt, .now = now};
	enum status status;

	if (account.n > 200 || password.n > 1024)
		return wrong(error);
	attempt.subjects[OF_ACCOUNT].name = str_format(arena, "account:%.*s", STR_ARG(account));
	attempt.subjects[OF_ACCOUNT].free_failures = ACCOUNT_FREE_FAILURES;
	attempt.subjects[OF_ADDRESS].name = str_format(arena, "address:%.*s", STR_ARG(network_of(address, network)));
	attempt.subjects[OF_ADDRESS].free_failures = ADDRESS_FREE_FAILURES;
	*session = (struct session){0};
	if ((status = check_password(kernel, arena, account, password, &attempt, &session->person, error)))
		return status;
	if (actor_of_person(kernel, arena, session->person, &actor, error)) {
		error_clear(error); /* not active: told like a wrong password */
		return wrong(error);
	}
	secret_new(session->secret);
	secret_new(session->csrf);
	session->expires_at = now + session_idle;
	row.hash = secret_hash(str_of(session->secret));
	return store_write_wait(kernel->store, write_session, &row, error);
}

struct session_touch {
	struct hash hash;
	instant now, expires_at;
};

static enum status write_touch(void *context, struct connection *connection, struct error *error)
{
	const struct session_touch *touch = context;
	STATEMENT statement = NULL;
	enum status status = prepare(
	    connection, S("UPDATE kaname_session SET used_at = ?, expires_at = ? WHERE hash = ?"), &statement, error);

	if (status)
		return status;
	bind_int(statement, touch->now);
	bind_int(statement, touch->expires_at);
	bind_blob(statement, hash_str(&touch->hash));
	return store_run(statement, error);
}

static enum status find_session(struct connection *connection, struct hash hash, instant now, struct session *session,
				instant *created_at, instant *used_at, struct error *error)
{
	STATEMENT statement = NULL;
	struct str csrf;
	bool row;
	enum status status;

	*session = (struct session){0};
	if ((status =
		 prepare(connection,
			 S("SELECT person, csrf, created_at, used_at, expires_at FROM kaname_session WHERE hash = ?"),
			 &statement, error)))
		return status;
	bind_blob(statement, hash_str(&hash));
	if ((status = store_step(statement, &row, error)))
		return status;
	if (!row || column_int(statement, 4) <= now)
		return error_fail(error, E_SIGN_IN, "", "session", N_("Please sign in"));
	csrf = column_text(statement, 1);
	if (csrf.n >= sizeof(session->csrf))
		return error_fail(error, E_INTERNAL, "", "session", N_("The session is damaged"));
	memcpy(session->csrf, csrf.p, csrf.n);
	session->person = column_int(statement, 0);
	*created_at = column_int(statement, 2);
	*used_at = column_int(statement, 3);
	session->expires_at = column_int(statement, 4);
	return OK;
}

enum status session_person(struct connection *connection, struct str secret, instant now, int64_t *person,
			   struct error *error)
{
	struct session session;
	instant created_at, used_at;
	enum status status = find_session(connection, secret_hash(secret), now, &session, &created_at, &used_at, error);

	*person = session.person;
	return status;
}

enum status session_check(struct kernel *kernel, struct connection *connection, struct str secret, instant now,
			  struct session *session, struct error *error)
{
	struct session_touch touch = {.hash = secret_hash(secret), .now = now};
	instant created_at, used_at;
	enum status status = find_session(connection, touch.hash, now, session, &created_at, &used_at, error);

	if (status || now - used_at < session_touch)
		return status;
	touch.expires_at =
	    now + session_idle < created_at + session_most ? now + session_idle : created_at + session_most;
	session->expires_at = touch.expires_at;
	return store_write_wait(kernel->store, write_touch, &touch, error);
}

static enum status delete_session(void *context, struct connection *connection, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = prepare(connection, S("DELETE FROM kaname_session WHERE hash = ?"), &statement, error);

	if (status)
		return status;
	bind_blob(statement, hash_str(context));
	return store_run(statement, error);
}

enum status session_end(struct kernel *kernel, struct str secret, struct error *error)
{
	struct hash hash = secret_hash(secret);

	return store_write_wait(kernel->store, delete_session, &hash, error);
}
