/* The parts of the schema that only SQLite knows: search tables, the guards of the history, the number. */
#include "store/schema.h"
#include "store/sqlite.h"

/* columnsize=0: lengths of documents serve ranking only, which nothing asks for.
 * The tokenizer gets printable ASCII as part of a term (but quotes and the backslash), so that blanks separate. */
#define SEARCH_TABLE(name)                                                                                             \
	"CREATE VIRTUAL TABLE IF NOT EXISTS " name " USING fts5(public_terms, internal_terms, content='', "            \
	"columnsize=0, detail=full, tokenize=\"ascii tokenchars '!#$%&()*+,-./:;<=>?@[]^_`{|}~'\")"

const char *const sqlite_own_schema[] = {
    SEARCH_TABLE("kaname_search_records"),
    SEARCH_TABLE("kaname_search_events"),
    "CREATE TRIGGER IF NOT EXISTS kaname_event_no_update BEFORE UPDATE ON kaname_event WHEN " SCHEMA_ALTERS_HISTORY " "
    "BEGIN SELECT RAISE(ABORT, 'history cannot be altered'); END",
    "CREATE TRIGGER IF NOT EXISTS kaname_event_no_delete BEFORE DELETE ON kaname_event "
    "BEGIN SELECT RAISE(ABORT, 'history cannot be altered'); END",
    NULL,
};

void sqlite_number_column(struct buf *sql, struct str prefix, unsigned width)
{
	buf_add_c(sql, "\"number\" TEXT GENERATED ALWAYS AS ('");
	for (size_t i = 0; i < prefix.n; i++) {
		if (prefix.p[i] == '\'')
			buf_add_char(sql, '\'');
		buf_add_char(sql, prefix.p[i]);
	}
	buf_format(sql, "-' || printf('%%0%ulld', \"id\" & 1099511627775)) VIRTUAL", width ? width : 1);
}

static enum column_kind kind_of(struct str type)
{
	if (str_eq_nocase(type, S("INTEGER")))
		return COLUMN_INTEGER;
	return str_eq_nocase(type, S("BLOB")) ? COLUMN_BLOB : COLUMN_TEXT;
}

enum status sqlite_table_columns(struct connection *connection, struct arena *arena, struct str table,
				 struct column **columns, size_t *count, struct error *error)
{
	/* xinfo and not info: the number is a generated column. */
	static const struct column_source source = {S("SELECT name, type FROM pragma_table_xinfo(?) ORDER BY cid"),
						    kind_of};

	return read_columns(connection, arena, &source, table, columns, count, error);
}
