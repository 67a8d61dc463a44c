#include "record/sort.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>

/* --- "-updated_at,priority,clock(resolution).due_at" --- */

static bool sort_clock_name(struct str text, struct str *name)
{
	if (!str_starts(text, S("clock(")) || !str_ends(text, S(").due_at")))
		return false;
	*name = str_sub(text, 6, text.n - 8);
	return true;
}

/* Long texts have no useful order, and would not fit into a cursor. */
static bool can_sort(const struct query_field *field)
{
	const struct field *owner = field->owner;

	return field->kind != VALUE_LIST && !(owner && owner->kind == FIELD_MARKDOWN);
}

enum status sort_parse(struct arena *arena, const struct type *type, struct str text, struct sort **sort, size_t *count,
		       struct error *error)
{
	struct str part;

	*sort = arena_many(arena, struct sort, SORT_KEYS_MOST);
	*count = 0;
	while (str_cut(&text, ',', &part)) {
		struct sort *key = &(*sort)[*count];
		bool known;

		if (*count == SORT_KEYS_MOST)
			return error_fail(error, E_SYNTAX, "sort", "too_many",
					  N_("At most four sort keys are possible"));
		part = str_trim(part);
		key->descending = str_starts(part, S("-"));
		if (key->descending)
			part = str_sub(part, 1, part.n);
		if (sort_clock_name(part, &key->clock))
			known = map_get(&type->query->clocks, key->clock) != NULL;
		else
			known = (key->field = map_get(&type->query->fields, part)) && can_sort(key->field);
		if (!known)
			return error_fail(error, E_SYNTAX, "sort", "unknown", N_("Nothing here can be sorted by '%s'"),
					  str_c(arena, part));
		(*count)++;
	}
	return OK;
}

/* --- keys as SQL --- */

static struct str reference_sql(struct arena *arena, const struct query_field *field, bool japanese)
{
	const struct type *to = field->to->owner;
	struct str headline = to->headline ? to->headline->name : S("id");
	struct str table = layout_table(arena, to);

	if (japanese && to->reading)
		return str_format(arena,
				  "(SELECT COALESCE(t.\"%.*s\", t.\"%.*s\") FROM %.*s t WHERE t.\"id\" = r.\"%.*s\")",
				  STR_ARG(to->reading->name), STR_ARG(headline), STR_ARG(table), STR_ARG(field->name));
	return str_format(arena, "(SELECT t.\"%.*s\" FROM %.*s t WHERE t.\"id\" = r.\"%.*s\")", STR_ARG(headline),
			  STR_ARG(table), STR_ARG(field->name));
}

static struct sort_key sort_key(struct arena *arena, const struct type *type, const struct sort *sort, bool japanese)
{
	const struct query_field *field = sort->field;
	struct sort_key key = {.sql = layout_order_key(arena, "r.", type, sort, japanese),
			       .descending = sort->descending};

	if (sort->clock.n) {
		key.never_empty = true;
	} else if (!key.sql.n) { /* a reference */
		const struct type *to = field->to->owner;

		key.sql = reference_sql(arena, field, japanese);
		key.is_text = to->headline != NULL;
	} else {
		key.is_text = field->kind == VALUE_TEXT && !field->is_number;
		key.never_empty = !field->owner;
	}
	return key;
}

/* A walk in the order of an index would look at all records for the few from an identity on. */
static void no_index(struct arena *arena, struct sort_key *key)
{
	if (!str_starts(key->sql, S("("))) /* as another record's name is */
		key->sql = str_format(arena, key->is_text ? "%.*s || ''" : "%.*s + 0", STR_ARG(key->sql));
}

enum status sort_plan(struct kernel *kernel, struct arena *arena, const struct list_request *request,
		      struct sort_plan *plan, struct error *error)
{
	struct buf signature = buf_new(arena);

	*plan = (struct sort_plan){0};
	if (request->sort_count > SORT_KEYS_MOST)
		return error_fail(error, E_SYNTAX, "sort", "too_many", N_("At most four sort keys are possible"));
	for (size_t i = 0; i < request->sort_count; i++) {
		const struct sort *sort = &request->sort[i];
		struct sort_key *key = &plan->keys[plan->count];

		*key = sort_key(arena, request->type, sort, request->japanese);
		buf_format(&signature, "%s%.*s;", key->descending ? "-" : "",
			   STR_ARG(sort->clock.n ? sort->clock : sort->field->name));
		plan->count++;
	}
	plan->keys[plan->count] = (struct sort_key){
	    .sql = S("r.\"id\""), .descending = plan->count ? plan->keys[0].descending : true, .never_empty = true};
	plan->count++;
	for (size_t i = 0; i < plan->count && request->least; i++)
		no_index(arena, &plan->keys[i]);
	plan->signature = buf_str(&signature);
	return OK;
}

void sort_add_order(struct buf *sql, const struct store *store, const struct sort_plan *plan)
{
	buf_add(sql, S(" ORDER BY "));
	for (size_t i = 0; i < plan->count; i++)
		buf_format(sql, "%s%.*s%s", i ? ", " : "", STR_ARG(plan->keys[i].sql),
			   store_direction(store, plan->keys[i].descending, plan->keys[i].never_empty));
}

void sort_add_columns(struct buf *sql, const struct sort_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		buf_format(sql, ", %.*s", STR_ARG(plan->keys[i].sql));
}

void sort_read(struct arena *arena, struct statement *statement, int first_column, const struct sort_plan *plan,
	       struct sort_value *values)
{
	for (size_t i = 0; i < plan->count; i++) {
		int column = first_column + (int)i;

		values[i] = (struct sort_value){.empty = column_is_null(statement, column)};
		if (values[i].empty)
			continue;
		if (plan->keys[i].is_text)
			values[i].text = str_dup(arena, column_text(statement, column));
		else
			values[i].number = column_int(statement, column);
	}
}

/* Rows behind a value of one key. Empty is smallest: behind it, ascending, comes everything else. */
static void add_behind(struct buf *sql, const struct sort_key *key, const struct sort_value *value)
{
	if (value->empty)
		buf_format(sql, key->descending ? "0=1" : "%.*s IS NOT NULL", STR_ARG(key->sql));
	else if (!key->descending)
		buf_format(sql, "%.*s > ?", STR_ARG(key->sql));
	else if (key->never_empty)
		buf_format(sql, "%.*s < ?", STR_ARG(key->sql));
	else
		buf_format(sql, "(%.*s < ? OR %.*s IS NULL)", STR_ARG(key->sql), STR_ARG(key->sql));
}

/* (k1 behind) OR (k1 same AND k2 behind) OR ...; preceded by "k1 not before", which lets an index on k1 start there. */
void sort_add_after(struct buf *sql, const struct sort_plan *plan, const struct sort_value *values)
{
	if (!values[0].empty && (plan->keys[0].never_empty || !plan->keys[0].descending))
		buf_format(sql, "%.*s %s ? AND ", STR_ARG(plan->keys[0].sql), plan->keys[0].descending ? "<=" : ">=");
	buf_add_char(sql, '(');
	for (size_t i = 0; i < plan->count; i++) {
		buf_add_c(sql, i ? " OR (" : "(");
		for (size_t j = 0; j < i; j++)
			buf_format(sql, values[j].empty ? "%.*s IS NULL AND " : "%.*s = ? AND ",
				   STR_ARG(plan->keys[j].sql));
		add_behind(sql, &plan->keys[i], &values[i]);
		buf_add_char(sql, ')');
	}
	buf_add_char(sql, ')');
}

static void bind_value(struct statement *statement, const struct sort_key *key, const struct sort_value *value)
{
	if (value->empty)
		return;
	if (key->is_text)
		bind_text(statement, value->text);
	else
		bind_int(statement, value->number);
}

void sort_bind_after(struct statement *statement, const struct sort_plan *plan, const struct sort_value *values)
{
	if (!values[0].empty && (plan->keys[0].never_empty || !plan->keys[0].descending))
		bind_value(statement, &plan->keys[0], &values[0]);
	for (size_t i = 0; i < plan->count; i++)
		for (size_t j = 0; j <= i; j++)
			bind_value(statement, &plan->keys[j], &values[j]);
}

int sort_compare(const struct sort_plan *plan, const struct sort_value *a, const struct sort_value *b)
{
	for (size_t i = 0; i < plan->count; i++) {
		int order;

		if (a[i].empty || b[i].empty)
			order = (int)b[i].empty - (int)a[i].empty;
		else if (plan->keys[i].is_text)
			order = str_cmp(a[i].text, b[i].text);
		else
			order = (a[i].number > b[i].number) - (a[i].number < b[i].number);
		if (order)
			return plan->keys[i].descending ? -order : order;
	}
	return 0;
}

enum { CURSOR_MOST = 32768 }; /* four texts of 500 characters, with room */

/* --- cursors: the signature and the values of the last row, as base64url of JSON --- */

struct str cursor_write(struct arena *arena, const struct sort_plan *plan, const struct sort_value *values)
{
	struct buf json = buf_new(arena);
	size_t room;
	char *text;

	buf_add_char(&json, '[');
	buf_add_json_string(&json, plan->signature);
	for (size_t i = 0; i < plan->count; i++) {
		buf_add_char(&json, ',');
		if (values[i].empty)
			buf_add(&json, S("null"));
		else if (plan->keys[i].is_text)
			buf_add_json_string(&json, values[i].text);
		else
			buf_add_int(&json, values[i].number);
	}
	buf_add_char(&json, ']');
	room = sodium_base64_encoded_len(json.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	text = arena_alloc(arena, room);
	sodium_bin2base64(text, room, (const unsigned char *)json.p, json.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return str_of(text);
}

static bool read_values(struct arena *arena, const struct sort_plan *plan, const json_t *array,
			struct sort_value *values)
{
	if (json_array_size(array) != plan->count + 1 || !json_is_string(json_array_get(array, 0)) ||
	    !str_is(plan->signature, json_string_value(json_array_get(array, 0))))
		return false;
	for (size_t i = 0; i < plan->count; i++) {
		const json_t *item = json_array_get(array, i + 1);

		values[i] = (struct sort_value){.empty = json_is_null(item)};
		if (values[i].empty)
			continue;
		if (plan->keys[i].is_text ? !json_is_string(item) : !json_is_integer(item))
			return false;
		if (plan->keys[i].is_text)
			values[i].text = str_dup(arena, str_of(json_string_value(item)));
		else
			values[i].number = json_integer_value(item);
	}
	return !values[plan->count - 1].empty;
}

enum status cursor_read(struct arena *arena, const struct sort_plan *plan, struct str text, struct sort_value *values,
			struct error *error)
{
	unsigned char *bytes = arena_alloc(arena, text.n + 1);
	json_error_t fault;
	json_t *array = NULL;
	size_t n = 0;
	bool good;

	if (text.n <= CURSOR_MOST && !sodium_base642bin(bytes, text.n + 1, text.p, text.n, NULL, &n, NULL,
							sodium_base64_VARIANT_URLSAFE_NO_PADDING))
		array = json_loadb((const char *)bytes, n, 0, &fault);
	good = json_is_array(array) && read_values(arena, plan, array, values);
	json_decref(array);
	return good ? OK
		    : error_fail(error, E_SYNTAX, "after", "cursor", N_("This cursor does not belong to this list"));
}
