/* Taking a backup. */
#include "backup/backup.h"

#include <string.h>

#include "backup/pieces.h"

struct writing {
	struct seal *seal;
	backup_stop stop;
	uint64_t size; /* of the database's file */
};

enum status backup_stopped(backup_stop stop, struct error *error)
{
	return !stop || !*stop ? OK
			       : error_fail(error, E_UNAVAILABLE, "", "stopped", N_("It was stopped before its end"));
}

static enum status put_piece(void *context, uint64_t offset, struct str bytes, struct error *error)
{
	struct writing *writing = context;
	unsigned char head[PIECE_HEAD];
	enum status status;

	put_number(head, offset, 8);
	put_number(head + 8, bytes.n, 4);
	if (offset + bytes.n > writing->size)
		writing->size = offset + bytes.n;
	if ((status = backup_stopped(writing->stop, error)))
		return status;
	status = seal_put(writing->seal, (struct str){(const char *)head, PIECE_HEAD}, error);
	return status ? status : seal_put(writing->seal, bytes, error);
}

/* The snapshot is of this place or an earlier one. */
static enum status put_place(struct seal *seal, struct connection *connection, struct error *error)
{
	unsigned char bytes[PLACE_BYTES] = {0};
	struct journal_mark mark;
	instant at;

	if (store_journal_mark(connection_store(connection), &mark, &at)) {
		bytes[0] = 1;
		mark_put(bytes + 1, &mark);
		put_number(bytes + 1 + MARK_BYTES, (uint64_t)at, 8);
	}
	return seal_put(seal, (struct str){(const char *)bytes, PLACE_BYTES}, error);
}

static enum status put_census(struct arena *arena, struct seal *seal, const struct census *census, struct error *error)
{
	struct buf text = buf_new_max(arena, CENSUS_MOST);
	unsigned char length[4];
	enum status status;

	census_write(&text, census);
	if (text.failed)
		return error_fail(error, E_TOO_LARGE, "", "census", N_("There are too many record types"));
	put_number(length, text.n, sizeof(length));
	status = seal_put(seal, (struct str){(const char *)length, sizeof(length)}, error);
	return status ? status : seal_put(seal, buf_str(&text), error);
}

static enum status write_moment(struct arena *arena, struct connection *connection, struct writing *writing,
				struct census *census, struct error *error)
{
	enum status status;

	if ((status = store_snapshot_begin(connection, error)) ||
	    (status = put_place(writing->seal, connection, error)) ||
	    (status = census_take(connection, arena, census, error)) ||
	    (status = put_census(arena, writing->seal, census, error)) ||
	    (status = store_copy(connection, put_piece, writing, error)))
		return status;
	return put_piece(writing, writing->size, (struct str){0}, error);
}

enum status backup_write(struct arena *arena, struct store *store, const struct seal_options *options, backup_stop stop,
			 struct backup_facts *facts, struct error *error)
{
	SEAL seal = NULL;
	READER connection = NULL;
	struct writing writing = {.stop = stop};
	enum status status;

	*facts = (struct backup_facts){0};
	if (!options->secret->bytes.n)
		return error_fail(error, E_INVALID, "", "secret",
				  N_("A backup needs a passphrase or a key file: it holds everything"));
	if ((status = seal_begin(options, &seal, error)) || (status = store_reader(store, &connection, error)))
		return status;
	writing.seal = seal;
	if ((status = write_moment(arena, connection, &writing, &facts->census, error)))
		return status;
	store_reader_done(&connection);
	return seal_end(seal, &facts->file, error);
}
