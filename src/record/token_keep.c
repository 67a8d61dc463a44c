/* Tokens as those see them who look after the system: the list, and changes that stand in history. */
#include "record/account.h"
#include "record/tell.h"

static instant moment(struct statement *statement, int column)
{
	return column_is_null(statement, column) ? INSTANT_NONE : column_int(statement, column);
}

static struct token_view token_of_row(struct statement *statement, struct arena *arena)
{
	return (struct token_view){
	    .id = column_int(statement, 0),
	    .person = column_int(statement, 1),
	    .name = str_dup(arena, column_text(statement, 2)),
	    .scope = str_is(column_text(statement, 3), "read") ? TOKEN_READ : TOKEN_ALL,
	    .created_at = column_int(statement, 4),
	    .expires_at = moment(statement, 5),
	    .revoked_at = moment(statement, 6),
	};
}

enum status token_list(struct connection *connection, struct arena *arena, instant now, size_t limit,
		       struct token_view **tokens, size_t *count, struct error *error)
{
	VEC(struct token_view) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection,
			  S("SELECT id, person, name, scope, created_at, expires_at, revoked_at FROM kaname_token "
			    "WHERE (revoked_at IS NULL OR revoked_at > ?) AND (expires_at IS NULL OR expires_at > ?) "
			    "ORDER BY id DESC LIMIT ?"),
			  &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, now - 30 * DAY);
	bind_int(statement, now - 30 * DAY);
	bind_int(statement, (int64_t)limit);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, token_of_row(statement, arena));
	*tokens = found.items;
	*count = found.count;
	return status;
}

static enum status find(struct kernel *kernel, struct arena *arena, int64_t id, struct token_view *token,
			struct error *error)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	if ((status = kernel_reader(kernel, &connection, error)) ||
	    (status = store_prepare(connection,
				    S("SELECT id, person, name, scope, created_at, expires_at, revoked_at FROM "
				      "kaname_token WHERE id = ? AND revoked_at IS NULL"),
				    &statement, error)))
		return status;
	bind_int(statement, id);
	if ((status = store_step(statement, &row, error)))
		return status;
	if (!row)
		return error_fail(error, E_NOT_FOUND, "", "token", N_("There is no such token"));
	*token = token_of_row(statement, arena);
	return OK;
}

enum status token_revoke_by(struct kernel *kernel, const struct actor *actor, int64_t id, instant now,
			    struct error *error)
{
	ARENA arena = arena_new();
	struct token_view token;
	enum status status;

	if ((status = find(kernel, arena, id, &token, error)) || (status = token_revoke(kernel, id, now, error)))
		return status;
	return tell_act(kernel, actor, token.person, "token",
			tell_words(arena, N_("The token “%s” was revoked"), token.name), now, error);
}

/* It is told first: a secret that history does not know of must not exist. */
enum status token_create_by(struct kernel *kernel, const struct actor *actor, int64_t person, struct str name,
			    enum token_scope scope, instant expires_at, instant now, char secret[TOKEN_TEXT],
			    struct error *error)
{
	ARENA arena = arena_new();
	const char *says =
	    scope == TOKEN_READ ? N_("The token “%s” was made, which may only read") : N_("The token “%s” was made");
	enum status status = tell_act(kernel, actor, person, "token", tell_words(arena, says, name), now, error);

	return status ? status : token_create(kernel, person, name, scope, expires_at, now, secret, error);
}
