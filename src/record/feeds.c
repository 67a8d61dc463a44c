#include "record/feeds.h"

#include "record/tell.h"

static struct feed feed_of_row(struct statement *statement, struct arena *arena)
{
	return (struct feed){.id = column_int(statement, 0),
			     .person = column_int(statement, 1),
			     .kind = str_dup(arena, column_text(statement, 2)),
			     .created_at = column_int(statement, 3)};
}

enum status feeds_of(struct connection *connection, struct arena *arena, int64_t person, struct feed **feeds,
		     size_t *count, struct error *error)
{
	VEC(struct feed) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection,
			  S("SELECT id, person, kind, created_at FROM kaname_feed WHERE person = ? AND "
			    "revoked_at IS NULL ORDER BY id DESC"),
			  &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, person);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, feed_of_row(statement, arena));
	*feeds = found.items;
	*count = found.count;
	return status;
}

struct feed_row {
	struct hash hash;
	int64_t id, person;
	struct str kind;
	instant now;
};

static enum status write_feed(void *context, struct connection *connection, struct error *error)
{
	const struct feed_row *row = context;
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection, S("INSERT INTO kaname_feed (hash, person, kind, name, created_at) VALUES (?, ?, ?, '', ?)"),
	    &statement, error);

	if (status)
		return status;
	bind_blob(statement, (struct str){(const char *)row->hash.bytes, HASH_BYTES});
	bind_int(statement, row->person);
	bind_text(statement, row->kind);
	bind_int(statement, row->now);
	return store_run(statement, error);
}

enum status feed_create(struct kernel *kernel, const struct actor *actor, struct str kind, instant now,
			char secret[TOKEN_TEXT], struct error *error)
{
	ARENA arena = arena_new();
	READER connection = NULL;
	struct feed_row row = {.person = actor->person, .kind = kind, .now = now};
	struct feed *feeds;
	size_t count = 0;
	enum status status = kernel_reader(kernel, &connection, error);

	if (!status)
		status = feeds_of(connection, arena, actor->person, &feeds, &count, error);
	store_reader_done(&connection);
	if (!status && count >= FEEDS_MOST)
		return error_fail(error, E_INVALID, "kind", "too_many",
				  N_("At most 20 are possible: revoke one first"));
	if (status ||
	    (status = tell_act(kernel, actor, actor->person, "feed",
			       tell_words(arena, N_("An address of a calendar was made: %s"), kind), now, error)))
		return status;
	secret_new(secret);
	row.hash = hash_bytes(str_of(secret));
	return store_write_wait(kernel->store, write_feed, &row, error);
}

static enum status write_revocation(void *context, struct connection *connection, struct error *error)
{
	const struct feed_row *row = context;
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection, S("UPDATE kaname_feed SET revoked_at = ? WHERE id = ? AND person = ? AND revoked_at IS NULL"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, row->now);
	bind_int(statement, row->id);
	bind_int(statement, row->person);
	if ((status = store_run(statement, error)))
		return status;
	return store_changes(connection) ? OK
					 : error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
}

enum status feed_revoke(struct kernel *kernel, const struct actor *actor, int64_t feed, instant now,
			struct error *error)
{
	ARENA arena = arena_new();
	struct feed_row row = {.id = feed, .person = actor->person, .now = now};
	enum status status = store_write_wait(kernel->store, write_revocation, &row, error);

	return status ? status
		      : tell_act(kernel, actor, actor->person, "feed",
				 tell_words(arena, N_("An address of a calendar was revoked"), S("")), now, error);
}

enum status feed_find(struct connection *connection, struct arena *arena, struct str secret, struct feed *feed,
		      bool *found, struct error *error)
{
	struct hash hash = hash_bytes(secret);
	STATEMENT statement = NULL;
	enum status status = store_prepare(
	    connection, S("SELECT id, person, kind, created_at FROM kaname_feed WHERE hash = ? AND revoked_at IS NULL"),
	    &statement, error);

	if (status)
		return status;
	bind_blob(statement, (struct str){(const char *)hash.bytes, HASH_BYTES});
	if (!(status = store_step(statement, found, error)) && *found)
		*feed = feed_of_row(statement, arena);
	return status;
}
