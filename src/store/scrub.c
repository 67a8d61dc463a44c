/* After an erasure: what a database still keeps of what is no longer in it. */
#include "store/driver.h"

#define SCRUB_MARK "scrub"

static enum status change(struct connection *connection, struct str sql, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(connection, sql, &statement, error);

	return status ? status : store_run(statement, error);
}

enum status store_scrub_later(struct connection *connection, struct error *error)
{
	return change(connection,
		      S("INSERT INTO kaname_meta (name, value) VALUES ('" SCRUB_MARK "', '') ON CONFLICT DO NOTHING"),
		      error);
}

enum status store_scrub_wanted(struct store *store, bool *wanted, struct error *error)
{
	READER reader = NULL;
	STATEMENT statement = NULL;
	enum status status = store_reader(store, &reader, error);

	if (status || (status = store_prepare(reader, S("SELECT 1 FROM kaname_meta WHERE name = '" SCRUB_MARK "'"),
					      &statement, error)))
		return status;
	return store_step(statement, wanted, error);
}

struct scrubbing {
	bool begun, over;
};

static enum status scrub_some(void *context, struct connection *connection, struct error *error)
{
	struct scrubbing *scrubbing = context;
	const struct store_driver *driver = connection->store->driver;
	enum status status = OK;

	scrubbing->over = true;
	if (driver->scrub)
		status = driver->scrub(connection, !scrubbing->begun, &scrubbing->over, error);
	scrubbing->begun = true;
	return status || !scrubbing->over
		   ? status
		   : change(connection, S("DELETE FROM kaname_meta WHERE name = '" SCRUB_MARK "'"), error);
}

enum status store_scrub(struct store *store, struct error *error)
{
	struct scrubbing scrubbing = {0};
	bool wanted = false;
	enum status status = store_scrub_wanted(store, &wanted, error);

	while (!status && wanted && !scrubbing.over)
		status = store_write_wait(store, scrub_some, &scrubbing, error);
	return status;
}
