/* Damage of the file itself: pages that do not fit together, cells that are out of bounds. What they say is proven by
 * the history (record/verify.h); this is whether they can be read at all. */
#include "store/sqlite.h"

enum status sqlite_check(struct connection *connection, bool thorough, struct error *error)
{
	STATEMENT statement = NULL;
	bool row = false;
	enum status status = store_prepare(connection,
					   thorough ? S("SELECT integrity_check FROM pragma_integrity_check(1)")
						    : S("SELECT quick_check FROM pragma_quick_check(1)"),
					   &statement, error);

	if (status == OK)
		status = store_step(statement, &row, error);
	if (status != OK || (row && str_is(column_text(statement, 0), "ok")))
		return status;
	ARENA arena = arena_new();
	return error_fail(error, E_INTERNAL, "", "corrupt", N_("The database is damaged: %s"),
			  row ? str_c(arena, column_text(statement, 0)) : "");
}
