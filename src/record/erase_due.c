/* Which records may be disposed of: those that a condition selects and that have not been disposed of already. */
#include "record/erase.h"
#include "record/list.h"

enum status erase_undisposed(struct edit *edit, const struct type *type, const struct query *query, int64_t after,
			     size_t most, int64_t **records, size_t *count, struct error *error)
{
	struct arena *arena = edit_arena(edit);
	struct buf sql = buf_new(arena);
	struct selection selection;
	STATEMENT statement = NULL;
	VEC(int64_t) found = {0};
	bool row;
	enum status status = selection_make(edit_kernel(edit), arena, actor_system(), type, query, (struct str){0},
					    edit_now(edit), &selection, error);

	if (status)
		return status;
	buf_format(&sql, "SELECT r.\"id\" FROM \"%.*s\" r", STR_ARG(type->name));
	selection_add(&sql, &selection);
	buf_add_c(
	    &sql,
	    " AND r.\"id\" > ? AND NOT EXISTS (SELECT 1 FROM kaname_event e WHERE e.record = r.\"id\" AND e.kind = ?) "
	    "ORDER BY r.\"id\" LIMIT ?");
	if ((status = store_prepare(edit_connection(edit), buf_str(&sql), &statement, error)))
		return status;
	selection_bind(statement, &selection);
	bind_int(statement, after);
	bind_text(statement, S(DISPOSAL));
	bind_int(statement, (int64_t)most);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found, column_int(statement, 0));
	*records = found.items;
	*count = found.count;
	return status;
}
