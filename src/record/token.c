/* Tokens of the API: bearer secrets that act for a person, kept only as their hash. */
#include "record/account.h"
#include "record/cache.h"
#include "record/guesses.h"

struct token_row {
	struct hash hash;
	int64_t id, person;
	struct str name;
	enum token_scope scope;
	instant expires_at, now;
};

static enum status write_token(void *context, struct connection *connection, struct error *error)
{
	const struct token_row *row = context;
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection,
	    S("INSERT INTO kaname_token (hash, person, name, scope, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)"),
	    &statement, error);

	if (status)
		return status;
	bind_blob(statement, (struct str){(const char *)row->hash.bytes, HASH_BYTES});
	bind_int(statement, row->person);
	bind_text(statement, row->name);
	bind_text(statement, row->scope == TOKEN_READ ? S("read") : S("all"));
	bind_int(statement, row->now);
	if (row->expires_at == INSTANT_NONE)
		bind_null(statement);
	else
		bind_int(statement, row->expires_at);
	return store_run(statement, error);
}

enum status token_create(struct kernel *kernel, int64_t person, struct str name, enum token_scope scope,
			 instant expires_at, instant now, char secret[TOKEN_TEXT], struct error *error)
{
	struct token_row row = {.person = person, .name = name, .scope = scope, .expires_at = expires_at, .now = now};

	secret_new(secret);
	row.hash = hash_bytes(str_of(secret));
	return store_write_wait(kernel->store, write_token, &row, error);
}

/* The same question at any time, so that the writer need not ask it again. */
enum status token_find(struct connection *connection, const struct hash *hash, instant now, int64_t *person,
		       enum token_scope *scope, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection, S("SELECT person, scope, expires_at FROM kaname_token WHERE hash = ? AND revoked_at IS NULL"),
	    &statement, error);

	if (status)
		return status;
	bind_blob(statement, (struct str){(const char *)hash->bytes, HASH_BYTES});
	if ((status = store_step(statement, &row, error)))
		return status;
	if (!row || (!column_is_null(statement, 2) && column_int(statement, 2) <= now))
		return error_fail(error, E_SIGN_IN, "", "token", N_("This token is unknown, revoked or has expired"));
	*person = column_int(statement, 0);
	*scope = str_is(column_text(statement, 1), "read") ? TOKEN_READ : TOKEN_ALL;
	return OK;
}

enum status token_check(struct kernel *kernel, struct connection *connection, struct str secret, struct str address,
			instant now, int64_t *person, enum token_scope *scope, struct error *error)
{
	struct guesses *guesses = kernel->cache->guesses;
	struct hash hash = hash_bytes(secret);
	char text[NETWORK_TEXT];
	struct str network = network_of(address, text);
	instant until;
	enum status status;

	if (!network.n)
		return token_find(connection, &hash, now, person, scope, error);
	if ((until = guesses_wait(guesses, network, &hash, now)) > now) {
		error->wait_seconds = guesses_seconds(until, now);
		return error_fail(error, E_TOO_MANY, "", "throttled", N_("Too many failed attempts; try again later"));
	}
	status = token_find(connection, &hash, now, person, scope, error);
	if (!status)
		guesses_right(guesses, network, &hash);
	else if (status == E_SIGN_IN)
		guesses_wrong(guesses, network, now);
	return status;
}

static enum status write_revocation(void *context, struct connection *connection, struct error *error)
{
	const struct token_row *row = context;
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(connection, S("UPDATE kaname_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"),
			  &statement, error);

	if (status)
		return status;
	bind_int(statement, row->now);
	bind_int(statement, row->id);
	if ((status = store_run(statement, error)))
		return status;
	return store_changes(connection) ? OK
					 : error_fail(error, E_NOT_FOUND, "", "token", N_("There is no such token"));
}

enum status token_revoke(struct kernel *kernel, int64_t token, instant now, struct error *error)
{
	struct token_row row = {.id = token, .now = now};

	return store_write_wait(kernel->store, write_revocation, &row, error);
}
