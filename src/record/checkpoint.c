#include "record/checkpoint.h"

#include <stdlib.h>
#include <string.h>

/* --- heads --- */

struct head { /* the last event of a record */
	int64_t record;
	struct hash hash;
};

static int by_record(const void *a, const void *b)
{
	const struct head *x = a, *y = b;

	return (x->record > y->record) - (x->record < y->record);
}

static struct hash root_of(struct arena *arena, const struct head *heads, size_t count)
{
	struct hash *leaves = arena_many(arena, struct hash, count + 1);

	for (size_t i = 0; i < count; i++) {
		struct str parts[] = {{(const char *)&heads[i].record, sizeof(heads[i].record)},
				      {(const char *)heads[i].hash.bytes, HASH_BYTES}};

		leaves[i] = hash_parts(parts, 2);
	}
	return hash_merkle(leaves, count);
}

/* Heads as they were when the event with that id was the last one. */
static enum status heads_at(struct connection *connection, struct arena *arena, int64_t last_event, struct head **heads,
			    size_t *count, struct error *error)
{
	VEC(struct head) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection,
	    S("SELECT e.record, e.hash FROM kaname_event e JOIN (SELECT record, max(seq) AS seq "
	      "FROM kaname_event WHERE id <= ? GROUP BY record) m ON m.record = e.record AND m.seq = e.seq"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, last_event);
	while (!(status = store_step(statement, &row, error)) && row) {
		struct head head = {.record = column_int(statement, 0)};
		struct str hash = column_blob(statement, 1);

		memcpy(head.hash.bytes, hash.p, hash.n < HASH_BYTES ? hash.n : HASH_BYTES);
		vec_push(arena, &found, head);
	}
	if (found.count)
		qsort(found.items, found.count, sizeof(*found.items), by_record);
	*heads = found.items;
	*count = found.count;
	return status;
}

enum status checkpoint_stands(struct connection *connection, const struct checkpoint *checkpoint, bool *stands,
			      struct error *error)
{
	ARENA arena = arena_new();
	struct head *heads;
	size_t count;
	enum status status = heads_at(connection, arena, checkpoint->last_event, &heads, &count, error);

	if (!status)
		*stands =
		    (int64_t)count == checkpoint->heads && hash_eq(root_of(arena, heads, count), checkpoint->root);
	return status;
}

/* --- what is signed --- */

static struct str statement_of(struct arena *arena, const struct checkpoint *checkpoint)
{
	char hex[HASH_BYTES * 2 + 1];

	hash_hex(checkpoint->root, hex);
	return str_format(arena, "kaname checkpoint %lld %lld %lld %s", (long long)checkpoint->at,
			  (long long)checkpoint->last_event, (long long)checkpoint->heads, hex);
}

bool checkpoint_is_signed(const struct kernel *kernel, const struct checkpoint *checkpoint)
{
	ARENA arena = arena_new();

	return checkpoint->is_complete &&
	       (!kernel->has_key || !memcmp(checkpoint->public_key, kernel->key.public_key, PUBLIC_KEY_BYTES)) &&
	       signature_matches(checkpoint->public_key, statement_of(arena, checkpoint), checkpoint->signature);
}

/* --- rows --- */

static bool take_bytes(struct str bytes, unsigned char *into, size_t n)
{
	if (bytes.n == n)
		memcpy(into, bytes.p, n);
	return bytes.n == n;
}

static struct checkpoint checkpoint_from_row(struct statement *statement)
{
	struct checkpoint row = {.id = column_int(statement, 0),
				 .at = column_int(statement, 1),
				 .last_event = column_int(statement, 2),
				 .heads = column_int(statement, 3)};

	row.is_complete = take_bytes(column_blob(statement, 4), row.root.bytes, HASH_BYTES) &&
			  take_bytes(column_blob(statement, 5), row.public_key, PUBLIC_KEY_BYTES) &&
			  take_bytes(column_blob(statement, 6), row.signature, SIGNATURE_BYTES);
	return row;
}

enum status checkpoint_list(struct connection *connection, struct arena *arena, struct checkpoint **all, size_t *count,
			    struct error *error)
{
	VEC(struct checkpoint) found = {0};
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(connection,
					   S("SELECT id, at, last_event, heads, root, public_key, signature FROM "
					     "kaname_checkpoint ORDER BY id"),
					   &statement, error);

	while (!status && !(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, checkpoint_from_row(statement));
	*all = found.items;
	*count = found.count;
	return status;
}

enum status checkpoint_newest(struct connection *connection, struct checkpoint *newest, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(connection,
					   S("SELECT id, at, last_event, heads, root, public_key, signature FROM "
					     "kaname_checkpoint ORDER BY id DESC LIMIT 1"),
					   &statement, error);

	*newest = (struct checkpoint){0};
	if (!status && !(status = store_step(statement, &row, error)) && row)
		*newest = checkpoint_from_row(statement);
	return status;
}

enum status checkpoint_newest_event(struct connection *connection, int64_t *event, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection, S("SELECT COALESCE(max(id), 0) FROM kaname_event"), &statement, error);

	if (!status && !(status = store_step(statement, &row, error)))
		*event = column_int(statement, 0);
	return status;
}

/* --- writing one --- */

struct signing {
	struct kernel *kernel;
	instant now;
	bool written;
};

/* Whoever alters history must not get it signed anew. */
static enum status check_newest(struct connection *connection, const struct checkpoint *newest, struct error *error)
{
	bool stands = true;
	enum status status = newest->id ? checkpoint_stands(connection, newest, &stands, error) : OK;

	if (status || stands)
		return status;
	return error_fail(
	    error, E_INTERNAL, "", "history",
	    N_("History is not what the last checkpoint signed, so it is not signed again; run the verification"));
}

static enum status insert(struct connection *connection, const struct checkpoint *row, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection,
					   S("INSERT INTO kaname_checkpoint (at, last_event, heads, root, public_key, "
					     "signature) VALUES (?, ?, ?, ?, ?, ?)"),
					   &statement, error);

	if (status)
		return status;
	bind_int(statement, row->at);
	bind_int(statement, row->last_event);
	bind_int(statement, row->heads);
	bind_blob(statement, (struct str){(const char *)row->root.bytes, HASH_BYTES});
	bind_blob(statement, (struct str){(const char *)row->public_key, PUBLIC_KEY_BYTES});
	bind_blob(statement, (struct str){(const char *)row->signature, SIGNATURE_BYTES});
	return store_run(statement, error);
}

static enum status sign(void *context, struct connection *connection, struct error *error)
{
	struct signing *signing = context;
	const struct signing_key *key = &signing->kernel->key;
	ARENA arena = arena_new();
	struct checkpoint newest, row = {.at = signing->now};
	struct head *heads;
	size_t count;
	enum status status;

	if ((status = checkpoint_newest_event(connection, &row.last_event, error)) ||
	    (status = checkpoint_newest(connection, &newest, error)) ||
	    (status = check_newest(connection, &newest, error)) || row.last_event == newest.last_event ||
	    (status = heads_at(connection, arena, row.last_event, &heads, &count, error)))
		return status;
	row.heads = (int64_t)count;
	row.root = root_of(arena, heads, count);
	memcpy(row.public_key, key->public_key, PUBLIC_KEY_BYTES);
	signing_key_sign(key, statement_of(arena, &row), row.signature);
	signing->written = true;
	return insert(connection, &row, error);
}

enum status checkpoint_write(struct kernel *kernel, instant now, bool *written, struct error *error)
{
	struct signing signing = {.kernel = kernel, .now = now};
	enum status status;

	*written = false;
	if (!kernel->has_key)
		return error_fail(error, E_CONFLICT, "", "key",
				  N_("There is no signing key, so no checkpoint can be signed"));
	status = store_write_wait(kernel->store, sign, &signing, error);
	*written = !status && signing.written;
	return status;
}

/* --- as a line --- */

static void add_hex(struct buf *line, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	buf_add_char(line, ' ');
	for (size_t i = 0; i < n; i++) {
		buf_add_char(line, digits[bytes[i] >> 4]);
		buf_add_char(line, digits[bytes[i] & 15]);
	}
}

struct str checkpoint_line(struct arena *arena, const struct checkpoint *checkpoint)
{
	struct buf line = buf_new(arena);

	buf_add(&line, statement_of(arena, checkpoint));
	add_hex(&line, checkpoint->public_key, PUBLIC_KEY_BYTES);
	add_hex(&line, checkpoint->signature, SIGNATURE_BYTES);
	return buf_str(&line);
}

static bool take_hex(struct str *rest, unsigned char *into, size_t n)
{
	struct str text;

	if (!str_cut(rest, ' ', &text) || text.n != n * 2)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

		if (digit < 0)
			return false;
		into[i / 2] = (unsigned char)(into[i / 2] << 4 | digit);
	}
	return true;
}

static bool take_number(struct str *rest, int64_t *number)
{
	struct str text;

	return str_cut(rest, ' ', &text) && str_int64(text, number);
}

bool checkpoint_parse(struct str line, struct checkpoint *checkpoint)
{
	static const struct str name = {"kaname checkpoint ", 18};
	struct str rest = str_sub(line, name.n, line.n);

	*checkpoint = (struct checkpoint){0};
	checkpoint->is_complete = str_starts(line, name) && take_number(&rest, &checkpoint->at) &&
				  take_number(&rest, &checkpoint->last_event) &&
				  take_number(&rest, &checkpoint->heads) &&
				  take_hex(&rest, checkpoint->root.bytes, HASH_BYTES) &&
				  take_hex(&rest, checkpoint->public_key, PUBLIC_KEY_BYTES) &&
				  take_hex(&rest, checkpoint->signature, SIGNATURE_BYTES) && !rest.n;
	return checkpoint->is_complete;
}
