/* One record, references, full text over everything, and groups for insights. */
#include "record/read.h"

#include "base/fold.h"
#include "record/list.h"

static enum status not_found(struct error *error)
{
	return error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
}

enum status read_record(struct kernel *kernel, struct connection *connection, struct arena *arena,
			const struct actor *actor, int64_t identity, struct record **record, struct error *error)
{
	enum status status = record_load(kernel, connection, arena, identity, true, record, error);

	if (status)
		return status;
	if (!*record || !access_reads_record(kernel, actor, *record))
		return not_found(error);
	list_hide_fields(actor, *record);
	return OK;
}

/* --- references --- */

struct str read_headline(const struct record *record, enum language language)
{
	const struct type *type = record->type;
	struct value headline = {0};

	if (language == JAPANESE && type->headline_ja)
		headline = record_value(record, type->headline_ja);
	if ((headline.kind != VALUE_TEXT || !headline.text.n) && type->headline)
		headline = record_value(record, type->headline);
	return headline.kind == VALUE_TEXT ? headline.text : (struct str){0};
}

static void describe(struct kernel *kernel, struct arena *arena, enum language language, struct reference *reference,
		     const struct record *record)
{
	char number[NUMBER_TEXT];
	struct value key = {0};

	if (record && record->type->key && record->type->key_is_shown)
		key = record_value(record, record->type->key);
	reference->shown = key.kind == VALUE_TEXT
			       ? key.text
			       : str_dup(arena, str_of(kernel_number(kernel, reference->identity, number)));
	reference->headline = record ? read_headline(record, language) : (struct str){0};
}

/* Beyond what may be read: a customer's people see the names of staff in public fields, and of course their own
 * customer's name. */
static bool may_describe(const struct actor *actor, const struct record *record)
{
	if (actor->customer && record->identity == actor->customer)
		return true;
	return record->type->acts_as == ACTS_PERSON && !record->restricted;
}

enum status read_references(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, struct reference *references, size_t count, struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		struct record *record = NULL;
		enum status status;

		for (size_t j = i; j-- > 0 && i - j < 64;) /* neighbours in a list repeat themselves */
			if (references[j].identity == references[i].identity) {
				references[i] = references[j];
				break;
			}
		if (references[i].shown.n)
			continue;
		if ((status = record_load(kernel, connection, arena, references[i].identity, false, &record, error)))
			return status;
		references[i].readable = record && access_reads_record(kernel, actor, record);
		if (record && !references[i].readable && !may_describe(actor, record))
			record = NULL;
		describe(kernel, arena, actor->language, &references[i], record);
	}
	return OK;
}

/* --- groups --- */

static struct str quoted(struct arena *arena, const struct field *field)
{
	return str_format(arena, "r.\"%.*s\"", STR_ARG(field->name));
}

static struct value group_value(struct arena *arena, const struct field *field, struct statement *statement, int column)
{
	if (!field || column_is_null(statement, column))
		return (struct value){0};
	if (field->value == VALUE_TEXT || field->value == VALUE_CHOICE)
		return (struct value){.kind = field->value, .text = str_dup(arena, column_text(statement, column))};
	if (field->value == VALUE_BOOLEAN)
		return value_boolean(column_int(statement, column) != 0);
	return value_number(field->value, column_int(statement, column));
}

/* A percentile is the value at rank ceil(p/100 * n) among those of its group. */
static void add_groups_sql(struct buf *sql, struct arena *arena, const struct group_request *request,
			   const struct selection *selection)
{
	struct str table = layout_table(arena, request->type);
	struct str a = request->by[0] ? quoted(arena, request->by[0]) : S("NULL");
	struct str b = request->by[1] ? quoted(arena, request->by[1]) : S("NULL");
	struct str of = request->of ? quoted(arena, request->of) : S("0");

	if (request->of && request->percentile) {
		buf_format(sql,
			   "SELECT a, b, max(n), max(CASE WHEN k = (n * %d + 99) / 100 THEN v END) FROM ("
			   "SELECT %.*s AS a, %.*s AS b, %.*s AS v, row_number() OVER w AS k, count(*) OVER (PARTITION "
			   "BY %.*s, %.*s) AS n "
			   "FROM %.*s r",
			   request->percentile, STR_ARG(a), STR_ARG(b), STR_ARG(of), STR_ARG(a), STR_ARG(b),
			   STR_ARG(table));
		selection_add(sql, selection);
		buf_format(sql,
			   " AND %.*s IS NOT NULL WINDOW w AS (PARTITION BY %.*s, %.*s ORDER BY %.*s)) q GROUP BY a, b "
			   "ORDER BY a, b",
			   STR_ARG(of), STR_ARG(a), STR_ARG(b), STR_ARG(of));
		return;
	}
	buf_format(sql, "SELECT %.*s AS a, %.*s AS b, count(*), COALESCE(sum(%.*s), 0) FROM %.*s r", STR_ARG(a),
		   STR_ARG(b), STR_ARG(of), STR_ARG(table));
	selection_add(sql, selection);
	buf_add(sql, S(" GROUP BY 1, 2 ORDER BY 1, 2"));
}

static bool can_sum(const struct field *field)
{
	return field->value == VALUE_INTEGER || field->value == VALUE_DECIMAL || field->value == VALUE_DURATION;
}

enum status read_groups(struct kernel *kernel, struct connection *connection, struct arena *arena,
			const struct actor *actor, const struct group_request *request, struct group_row **rows,
			size_t *count, struct error *error)
{
	VEC(struct group_row) found = {0};
	struct buf sql = buf_new(arena);
	struct selection selection;
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	*count = 0;
	if (!access_reads_type(kernel, actor, request->type))
		return OK;
	for (int i = 0; i < 3; i++) {
		const struct field *field = i < 2 ? request->by[i] : request->of;

		if (field &&
		    (!access_reads_field(actor, field) || !layout_has_column(field) || (i == 2 && !can_sum(field))))
			return error_fail(error, E_SYNTAX, "group", "unknown", N_("This cannot be grouped"));
	}
	if ((status = selection_make(kernel, arena, actor, request->type, request->filter, (struct str){0},
				     request->now, &selection, error)))
		return status;
	add_groups_sql(&sql, arena, request, &selection);
	if ((status = store_prepare(connection, buf_str(&sql), &statement, error)))
		return status;
	selection_bind(statement, &selection);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(arena, &found,
			 (struct group_row){.by = {group_value(arena, request->by[0], statement, 0),
						   group_value(arena, request->by[1], statement, 1)},
					    .count = column_int(statement, 2),
					    .figure = column_int(statement, 3)});
	*rows = found.items;
	*count = found.count;
	return status;
}
