#include "record/meters.h"

#include "record/cache.h"

struct meters *meters_new(struct arena *arena)
{
	struct meters *meters = arena_one(arena, struct meters);

	meters->searches.bounds = histogram_microseconds;
	meters->lateness.bounds = histogram_milliseconds;
	return meters;
}

const struct meters *kernel_meters(const struct kernel *kernel)
{
	return kernel->cache->meters;
}

enum status kernel_timers_overdue(struct kernel *kernel, instant now, int64_t *count, instant *oldest,
				  struct error *error)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_reader(kernel->store, &connection, error);

	*count = 0;
	*oldest = INSTANT_NONE;
	if (status ||
	    (status = store_prepare(connection, S("SELECT count(*), min(due_at) FROM kaname_timer WHERE due_at < ?"),
				    &statement, error)))
		return status;
	bind_int(statement, now);
	if (!(status = store_step(statement, &row, error)) && row) {
		*count = column_int(statement, 0);
		if (*count)
			*oldest = column_int(statement, 1);
	}
	return status;
}
