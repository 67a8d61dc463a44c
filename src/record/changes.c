#include "record/changes.h"

#include "record/filter.h"
#include "record/record.h"

enum status changes_newest(struct connection *connection, int64_t *event, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status =
	    store_prepare(connection, S("SELECT COALESCE(max(id), 0) FROM kaname_event"), &statement, error);

	*event = 0;
	if (!status && !(status = store_step(statement, &row, error)) && row)
		*event = column_int(statement, 0);
	return status;
}

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

/* Where everything of a type may be seen, nothing is loaded. */
static enum status is_visible(struct kernel *kernel, struct connection *connection, const struct actor *actor,
			      int64_t identity, bool *visible, struct error *error)
{
	const struct type *type = kernel_type_of(kernel, identity);
	ARENA arena = arena_new();
	struct filter_sql scope;
	struct record *record;
	enum status status;

	*visible = false;
	if (!type || !access_reads_type(kernel, actor, type))
		return OK;
	access_scope(arena, kernel, actor, type, "r", &scope);
	if ((*visible = !scope.sql.n))
		return OK;
	if (!(status = record_load(kernel, connection, arena, identity, false, &record, error)))
		*visible = record && access_reads_record(kernel, actor, record);
	return status;
}

enum status changes_keep_visible(struct kernel *kernel, struct connection *connection, const struct actor *actor,
				 struct record_change *changes, size_t *count, struct error *error)
{
	size_t kept = 0;
	int64_t looked_at = 0;
	bool visible = false;

	for (size_t i = 0; i < *count; i++) {
		enum status status;

		if (changes[i].record != looked_at &&
		    (status = is_visible(kernel, connection, actor, changes[i].record, &visible, error)))
			return status;
		looked_at = changes[i].record;
		if (!visible)
			continue;
		changes[kept] = changes[i];
		if (!actor_is_staff(actor))
			changes[kept].by = 0;
		kept++;
	}
	*count = kept;
	return OK;
}
