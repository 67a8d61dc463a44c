/* Entries whose time of keeping is over. They are looked at in the order of their numbers, a few in a transaction: so
 * it needs no index of its own, and holds up nobody. */
#include "record/outbox.h"

enum { AT_ONCE = 500 };

#define THICK "fate IS NOT NULL AND settled_at < ? AND (raw IS NOT NULL OR address IS NOT NULL OR reason IS NOT NULL)"

struct thinning {
	instant before;
	int64_t from, to, count; /* count: of those to be thinned */
	int64_t kept;            /* the first that stays as it is for now; 0: none does */
	instant newest;
};

static enum status look(struct kernel *kernel, struct thinning *thinning, struct error *error)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	bool row;
	enum status status = kernel_reader(kernel, &connection, error);

	if (status || (status = store_prepare(
			   connection,
			   S("SELECT coalesce(max(id), 0), coalesce(sum(CASE WHEN " THICK
			     " THEN 1 ELSE 0 END), 0), coalesce(min(CASE WHEN fate IS NULL OR settled_at IS NULL "
			     "OR settled_at >= ? THEN id END), 0), coalesce(max(at), 0) FROM (SELECT id, at, fate, "
			     "settled_at, raw, address, reason FROM kaname_outbox WHERE id > ? ORDER BY id LIMIT ?) n"),
			   &statement, error)))
		return status;
	bind_int(statement, thinning->before);
	bind_int(statement, thinning->before);
	bind_int(statement, thinning->from);
	bind_int(statement, AT_ONCE);
	if ((status = store_step(statement, &row, error)))
		return status;
	thinning->to = column_int(statement, 0);
	thinning->count = column_int(statement, 1);
	thinning->kept = column_int(statement, 2);
	thinning->newest = column_int(statement, 3);
	return OK;
}

static enum status thin(void *context, struct connection *connection, struct error *error)
{
	const struct thinning *thinning = context;
	STATEMENT statement = NULL;
	enum status status =
	    store_prepare(connection,
			  S("UPDATE kaname_outbox SET raw = NULL, address = NULL, reason = NULL WHERE " THICK
			    " AND id > ? AND id <= ?"),
			  &statement, error);

	if (status)
		return status;
	bind_int(statement, thinning->before);
	bind_int(statement, thinning->from);
	bind_int(statement, thinning->to);
	return store_run(statement, error);
}

enum status outbox_thin(struct kernel *kernel, instant before, struct outbox_place *place, bool *more,
			struct error *error)
{
	struct thinning thinning = {.before = before, .from = place->looked};
	enum status status = look(kernel, &thinning, error);

	*more = false;
	if (status || (thinning.count && (status = store_write_wait(kernel->store, thin, &thinning, error))))
		return status;
	if (thinning.to && place->thinned == thinning.from)
		place->thinned = thinning.kept ? thinning.kept - 1 : thinning.to;
	*more = thinning.to && thinning.newest < before;
	place->looked = *more ? thinning.to : place->thinned;
	return OK;
}
