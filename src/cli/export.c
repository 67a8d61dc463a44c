/* export: all records of a type that a filter selects, as CSV on standard output. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/opened.h"
#include "job/csv.h"
#include "record/read.h"
#include "record/rows.h"

enum { PAGE = 1000, CURSOR_MOST = 1024, REFERENCES_MOST = 1000 };

struct export
{
	struct opened *opened;
	const struct type *type;
	struct map shown; /* of a page: identity as text -> struct reference * */
	struct arena *page;
	struct connection *connection;
};

static struct str key_of(struct arena *arena, int64_t identity)
{
	return str_format(arena, "%lld", (long long)identity);
}

/* --- references are shown as their key, or their number --- */

static void want(struct export *export, int64_t identity)
{
	struct str key = key_of(export->page, identity);
	struct reference *reference;

	if (map_get(&export->shown, key))
		return;
	reference = arena_one(export->page, struct reference);
	reference->identity = identity;
	map_put(&export->shown, key, reference);
}

static void want_value(struct export *export, struct value value)
{
	if (value.kind == VALUE_RECORD)
		want(export, value.number);
	for (size_t i = 0; value.kind == VALUE_LIST && i < value.list.count; i++)
		want(export, value.list.items[i].number);
}

static enum status find_shown(struct export *export, const struct list_result *result)
{
	struct reference *references;
	enum status status = OK;

	export->shown = map_new(export->page);
	for (size_t i = 0; i < result->count; i++) {
		if (result->records[i]->created_by)
			want(export, result->records[i]->created_by);
		for (size_t j = 0; j < export->type->field_count; j++)
			want_value(export, result->records[i]->values[j]);
	}
	references = arena_many(export->page, struct reference, export->shown.count + 1);
	for (size_t i = 0; i < export->shown.count; i++)
		references[i] = *(struct reference *)export->shown.entries[i].value;
	for (size_t from = 0; from < export->shown.count && !status; from += REFERENCES_MOST) {
		size_t rest = export->shown.count - from;

		status = read_references(export->opened->program.kernel, export->connection, export->page,
					 actor_system(), references + from,
					 rest < REFERENCES_MOST ? rest : REFERENCES_MOST, &export->opened->error);
	}
	for (size_t i = 0; i < export->shown.count; i++)
		*(struct reference *)export->shown.entries[i].value = references[i];
	return status;
}

/* What stands inside rows is not looked up: its number. */
static struct str shown(struct export *export, int64_t identity)
{
	const struct reference *reference = map_get(&export->shown, key_of(export->page, identity));
	char number[NUMBER_TEXT];

	if (reference)
		return reference->shown;
	return str_dup(export->page, str_of(kernel_number(export->opened->program.kernel, identity, number)));
}

/* --- cells --- */

static struct str text_of(struct export *export, const struct field *field, struct value value);

static struct str list_text(struct export *export, struct value value)
{
	struct buf list = buf_new(export->page);

	for (size_t i = 0; i < value.list.count; i++) {
		if (i)
			buf_add_char(&list, ',');
		buf_add(&list, shown(export, value.list.items[i].number));
	}
	return buf_str(&list);
}

static void add_row(struct export *export, const struct field *field, const json_t *row, struct buf *out)
{
	bool first = true;

	buf_add_char(out, '{');
	for (size_t i = 0; i < field->column_count; i++) {
		const struct field *column = field->columns[i];
		struct value value = rows_value(export->page, row, column);

		if (value.kind == VALUE_NONE)
			continue;
		if (!first)
			buf_add_char(out, ',');
		first = false;
		buf_add_json_string(out, column->name);
		buf_add_char(out, ':');
		buf_add_json_string(out, text_of(export, column, value));
	}
	buf_add_char(out, '}');
}

/* As people write them, so that an import can read them again. */
static struct str rows_text(struct export *export, const struct field *field, struct value value)
{
	json_t *rows = rows_list(value);
	struct buf out = buf_new(export->page);

	buf_add_char(&out, '[');
	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (i)
			buf_add_char(&out, ',');
		add_row(export, field, json_array_get(rows, i), &out);
	}
	buf_add_char(&out, ']');
	json_decref(rows);
	return buf_str(&out);
}

static struct str text_of(struct export *export, const struct field *field, struct value value)
{
	char text[DURATION_TEXT + TIME_TEXT + DECIMAL_TEXT];

	if (value_is_erased(value))
		return S("(erased)");
	switch (value.kind) {
	case VALUE_BOOLEAN:
		return value.boolean ? S("true") : S("false");
	case VALUE_INTEGER:
		return key_of(export->page, value.number);
	case VALUE_DECIMAL:
		return str_dup(export->page, str_of(decimal_format(value.number, 0, text)));
	case VALUE_MONEY:
		return str_format(export->page, "%s %s", decimal_format(value.number, 0, text), value.currency);
	case VALUE_TEXT:
	case VALUE_CHOICE:
		return value.text;
	case VALUE_ROWS:
		return rows_text(export, field, value);
	case VALUE_DATE:
		return str_dup(export->page, str_of(day_format((int32_t)value.number, text)));
	case VALUE_TIME:
		return str_dup(export->page, str_of(time_format(value.number, text)));
	case VALUE_DURATION:
		return str_dup(export->page, str_of(duration_format(value.number, text)));
	case VALUE_RECORD:
		return shown(export, value.number);
	case VALUE_LIST:
		return list_text(export, value);
	case VALUE_NONE:
		break;
	}
	return (struct str){0};
}

/* Numbers may begin with a minus; what people wrote may not look like a formula. */
static void put_value(struct export *export, struct buf *out, const struct field *field, struct value value)
{
	bool is_text = value.kind == VALUE_TEXT || value.kind == VALUE_CHOICE || value.kind == VALUE_ROWS ||
		       value.kind == VALUE_RECORD || value.kind == VALUE_LIST;

	csv_put(out, text_of(export, field, value), false, is_text);
}

static void put_names(const struct type *type, struct buf *out)
{
	csv_put(out, S("number"), true, false);
	if (type->state_count)
		csv_put(out, S("state"), false, false);
	csv_put(out, S("version"), false, false);
	csv_put(out, S("created_at"), false, false);
	csv_put(out, S("updated_at"), false, false);
	csv_put(out, S("created_by"), false, false);
	for (size_t i = 0; i < type->field_count; i++)
		csv_put(out, type->fields[i]->name, false, false);
	csv_end_row(out);
}

static void put_record(struct export *export, struct buf *out, const struct record *record)
{
	char number[NUMBER_TEXT];

	csv_put(out, str_of(kernel_number(export->opened->program.kernel, record->identity, number)), true, false);
	if (export->type->state_count)
		csv_put(out, record->state ? record->state->name : (struct str){0}, false, false);
	put_value(export, out, NULL, value_integer(record->version));
	put_value(export, out, NULL, value_time(record->created_at));
	put_value(export, out, NULL, value_time(record->updated_at));
	put_value(export, out, NULL, record->created_by ? value_record(record->created_by) : (struct value){0});
	for (size_t i = 0; i < export->type->field_count; i++)
		put_value(export, out, export->type->fields[i], record->values[i]);
	csv_end_row(out);
}

/* --- pages --- */

static enum status flush(struct export *export, const struct buf *out)
{
	struct str text = buf_str(out);

	if (out->failed)
		return error_fail(&export->opened->error, E_TOO_LARGE, "", "page",
				  N_("A page is too large to be written"));
	if (fwrite(text.p, 1, text.n, stdout) != text.n)
		return error_fail(&export->opened->error, E_UNAVAILABLE, "", "output",
				  N_("The output cannot be written"));
	return OK;
}

static enum status write_page(struct export *export, const struct list_result *result)
{
	struct buf out = buf_new_max(export->page, (size_t)1 << 30);
	enum status status = find_shown(export, result);

	if (status)
		return status;
	for (size_t i = 0; i < result->count; i++)
		put_record(export, &out, result->records[i]);
	return flush(export, &out);
}

static enum status write_all(struct export *export, struct list_request *request)
{
	char *cursor = arena_alloc(export->opened->arena, CURSOR_MOST); /* outlives the page that it came with */
	struct buf names = buf_new(export->opened->arena);
	struct list_result result;
	enum status status;

	put_names(export->type, &names);
	if ((status = flush(export, &names)))
		return status;
	do {
		arena_reset(export->page);
		if ((status = read_list(export->opened->program.kernel, export->connection, export->page,
					actor_system(), request, &result, &export->opened->error)) ||
		    (status = write_page(export, &result)))
			return status;
		if (result.next.n > CURSOR_MOST)
			return error_fail(&export->opened->error, E_INTERNAL, "", "cursor", N_("A cursor is too long"));
		if (result.next.n)
			memcpy(cursor, result.next.p, result.next.n);
		request->after = (struct str){cursor, result.next.n};
	} while (request->after.n);
	return OK;
}

/* --- the command --- */

static enum status take_request(struct opened *opened, const char *filter, const char *as_of,
				struct list_request *request)
{
	const struct model *model = opened->program.model;
	struct str name = str_of(opened->words[0]);

	*request = (struct list_request){.limit = PAGE, .as_of = INSTANT_NONE, .now = time_now(), .with_links = true};
	request->type = map_get(&model->types_by_collection, name);
	if (!request->type)
		request->type = model_type(model, name);
	if (!request->type)
		return error_fail(&opened->error, E_NOT_FOUND, opened->words[0], "collection",
				  N_("There is no such collection"));
	if (as_of && !time_parse(str_of(as_of), &request->as_of))
		return error_fail(&opened->error, E_INVALID, "as-of", "time",
				  N_("'%s' is no time; write 2026-11-23T05:00:00Z"), as_of);
	return filter
		   ? query_parse(opened->arena, request->type->query, str_of(filter), &request->filter, &opened->error)
		   : OK;
}

int command_export(int argc, char **argv)
{
	const char *filter = NULL, *as_of = NULL;
	bool mark = false;
	const struct option options[] = {
	    {.name = "filter", .value = &filter}, {.name = "as-of", .value = &as_of}, {.name = "bom", .flag = &mark}};
	OPENED opened = {0};
	ARENA page = arena_new();
	READER connection = NULL;
	struct list_request request;
	struct export export = {.opened = &opened, .page = page};
	enum status status;
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code)
		return code;
	if (opened.word_count != 1)
		return fail_usage("export", "say one COLLECTION");
	if ((code = opened_program(&opened, false)))
		return code;
	if (take_request(&opened, filter, as_of, &request) ||
	    kernel_reader(opened.program.kernel, &export.connection, &opened.error))
		return fail(&opened.error);
	export.type = request.type;
	connection = export.connection;
	if (mark)
		fputs("\xef\xbb\xbf", stdout);
	status = write_all(&export, &request);
	store_reader_done(&connection);
	if (!status && fflush(stdout))
		status = error_fail(&opened.error, E_UNAVAILABLE, "", "output", N_("The output cannot be written"));
	return status ? fail(&opened.error) : EXIT_OK;
}
