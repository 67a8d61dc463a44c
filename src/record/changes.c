#include "record/changes.h"

#include "record/filter.h"
#include "record/record.h"

enum status changes_after(struct connection *connection, int64_t event, struct record_change *changes, size_t most,
			  size_t *count, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection,
	    S("SELECT id, record, seq, recorded_at, actor FROM kaname_event WHERE id > ? ORDER BY id LIMIT ?"),
	    &statement, error);

	*count = 0;
	if (status)
		return status;
	bind_int(statement, event);
	bind_int(statement, (int64_t)most);
	while (!(status = store_step(statement, &row, error)) && row)
		changes[(*count)++] = (struct record_change){.event = column_int(statement, 0),
							     .record = column_int(statement, 1),
							     .version = column_int(statement, 2),
							     .at = column_int(statement, 3),
							     .by = column_int(statement, 4)};
	return status;
}

/* Where everything of a type may be seen, nothing has to be loaded; where nothing may, neither. */
enum sight { SIGHT_NONE, SIGHT_ALL, SIGHT_SOME };

static enum sight sight_of(struct kernel *kernel, struct arena *arena, const struct actor *actor, int64_t record)
{
	const struct type *type = kernel_type_of(kernel, record);
	struct filter_sql scope;

	if (!type || !access_reads_type(kernel, actor, type))
		return SIGHT_NONE;
	access_scope(arena, kernel, actor, type, "r", &scope);
	return scope.sql.n ? SIGHT_SOME : SIGHT_ALL;
}

enum status changes_keep_visible(struct kernel *kernel, struct connection *connection, const struct actor *actor,
				 struct record_change *changes, size_t *count, struct error *error)
{
	ARENA arena = arena_new();
	enum sight *sights = arena_many(arena, enum sight, *count);
	int64_t *asked = arena_many(arena, int64_t, *count);
	struct record **records = arena_many(arena, struct record *, *count);
	size_t kept = 0;
	enum status status;

	for (size_t i = 0; i < *count; i++) {
		sights[i] = sight_of(kernel, arena, actor, changes[i].record);
		asked[i] = sights[i] == SIGHT_SOME ? changes[i].record : 0;
	}
	if ((status = record_load_many(kernel, connection, arena, asked, *count, records, error)))
		return status;
	for (size_t i = 0; i < *count; i++) {
		if (sights[i] == SIGHT_NONE ||
		    (sights[i] == SIGHT_SOME && !(records[i] && access_reads_record(kernel, actor, records[i]))))
			continue;
		changes[kept] = changes[i];
		if (!actor_is_staff(actor))
			changes[kept].by = 0;
		kept++;
	}
	*count = kept;
	return OK;
}
