/* From what was posted to values. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "record/access.h"
#include "web/form.h"

struct str form_word(const struct visit *visit, const char *name)
{
	struct str found = {0};

	for (size_t i = 0; i < visit->form.count; i++)
		if (str_is(visit->form.fields[i].name, name) && !visit->form.fields[i].file_name.p)
			found = visit->form.fields[i].value;
	return found;
}

void form_files(const struct visit *visit, struct edit_request *request)
{
	struct attachment_input *files = arena_many(visit->arena, struct attachment_input, visit->form.count + 1);

	for (size_t i = 0; i < visit->form.count; i++) {
		const struct http_field *field = &visit->form.fields[i];

		if (str_is(field->name, "file") && field->file_name.n)
			files[request->attachment_count++] =
			    (struct attachment_input){field->file_name, field->media_type, field->value};
	}
	request->attachments = files;
}

int64_t form_version(const struct visit *visit)
{
	int64_t version;

	return str_int64(form_word(visit, "version"), &version) && version > 0 ? version : 0;
}

static struct str word_of(const struct visit *visit, struct str name)
{
	return form_word(visit, str_c(visit->arena, name));
}

/* Names stand in lines of their own, or between commas, Japanese ones too. */
static struct str commas(struct visit *visit, struct str text)
{
	char *copy = str_c(visit->arena, text);

	for (char *c = copy; *c; c++)
		if (*c == '\n' || *c == '\r' || *c == ';')
			*c = ',';
		else if (!strncmp(c, "、", 3))
			memcpy(c, ",  ", 3);
	return (struct str){copy, text.n};
}

/* --- rows: NAME.0.COLUMN --- */

static struct str cell_name(struct visit *visit, const struct field *field, size_t row, const struct field *column)
{
	return str_format(visit->arena, "%.*s.%zu.%.*s", STR_ARG(field->name), row, STR_ARG(column->name));
}

static struct str cell_text(struct visit *visit, const struct field *field, size_t row, const struct field *column,
			    bool *given)
{
	struct str name = cell_name(visit, field, row, column), text = word_of(visit, name), currency;

	*given = *given || text.p;
	text = str_trim(text);
	if (column->value != VALUE_MONEY || !text.n)
		return text;
	currency = word_of(visit, str_format(visit->arena, "%.*s.currency", STR_ARG(name)));
	return currency.n ? str_format(visit->arena, "%.*s %.*s", STR_ARG(text), STR_ARG(currency)) : text;
}

/* Adds a row unless it is empty; a box that is not ticked alone makes no row. False: it was not in the form. */
static bool add_row(struct visit *visit, const struct field *field, size_t row, json_t *rows)
{
	json_t *object = json_object();
	bool given = false, filled = false;

	for (size_t i = 0; i < field->column_count; i++) {
		const struct field *column = field->columns[i];
		struct str text = cell_text(visit, field, row, column, &given);

		filled = filled || (text.n && !(column->value == VALUE_BOOLEAN && str_is(text, "false")));
		if (text.n)
			json_object_set_new_nocheck(object, str_c(visit->arena, column->name),
						    json_stringn_nocheck(text.p, text.n));
	}
	if (filled)
		json_array_append(rows, object);
	json_decref(object);
	return given;
}

static bool posted_rows(struct visit *visit, const struct field *field, struct form_text *text)
{
	json_t *rows = json_array();
	size_t row = 0;
	char *json;

	while (add_row(visit, field, row, rows))
		row++;
	json = json_dumps(rows, JSON_COMPACT);
	text->text = json_array_size(rows) && json ? str_dup(visit->arena, str_of(json)) : S("");
	free(json);
	json_decref(rows);
	return row > 0;
}

bool form_posted(struct visit *visit, const struct field *field, struct form_text *text)
{
	*text = (struct form_text){0};
	if (field->kind == FIELD_ROWS)
		return posted_rows(visit, field, text);
	text->text = word_of(visit, field->name);
	if (!text->text.p)
		return false;
	if (field->value == VALUE_MONEY)
		text->currency =
		    str_trim(word_of(visit, str_format(visit->arena, "%.*s.currency", STR_ARG(field->name))));
	return true;
}

/* --- text -> value --- */

static void take_over(struct visit *visit, const struct field *field, const struct error *error)
{
	for (size_t i = 0; i < error->count; i++) {
		const struct error_item *item = &error->items[i];

		(void)error_add_at(&visit->error, error->status, field->name, item->rule, item->message,
				   item->arguments[0], item->arguments[1], item->arguments[2], NULL);
	}
}

/* A missing unit of money is the one that amounts had before, or yen. */
static struct str money_text(struct visit *visit, const struct form_text *text)
{
	struct str amount = str_trim(text->text);

	if (!amount.n)
		return amount;
	return str_format(visit->arena, "%.*s %.*s", STR_ARG(amount),
			  STR_ARG(text->currency.n ? text->currency : S("JPY")));
}

static enum status may_be_named(struct visit *visit, struct connection *connection, const struct type *type,
				int64_t identity, bool *may)
{
	struct filter_sql scope;
	struct record *record;
	enum status status;

	access_scope(visit->arena, visit->kernel, visit->actor, type, "r", &scope);
	*may = !scope.sql.n;
	if (*may)
		return OK;
	if (!(status = record_load(visit->kernel, connection, visit->arena, identity, false, &record, &visit->error)))
		*may = record && access_reads_record(visit->kernel, visit->actor, record);
	return status;
}

/* What may not be seen is refused in the words with which field_parse() refuses what is not there. */
static enum status refuse_hidden(struct visit *visit, struct connection *connection, const struct field *field,
				 struct str text)
{
	int64_t identity;
	bool may = true;
	enum status status;

	text = str_trim(text);
	if ((status = record_find(visit->kernel, connection, field->to, text, &identity, &visit->error)) ||
	    (identity && (status = may_be_named(visit, connection, field->to, identity, &may))))
		return status;
	return may ? OK : field_refers_to_none(field, text, &visit->error);
}

static enum status refuse_all_hidden(struct visit *visit, struct connection *connection, const struct field *field,
				     struct str list)
{
	struct str part;
	enum status status = OK;

	if (field->value == VALUE_RECORD)
		return refuse_hidden(visit, connection, field, list);
	while (field->value == VALUE_LIST && !status && str_cut(&list, ',', &part))
		status = refuse_hidden(visit, connection, field, part);
	return status;
}

enum status form_value(struct visit *visit, struct connection *connection, const struct field *field,
		       const struct form_text *text, struct value *value)
{
	struct str plain = text->text;
	struct error error = {0};
	enum status status;

	if (field->value == VALUE_MONEY)
		plain = money_text(visit, text);
	else if (field->value == VALUE_LIST)
		plain = commas(visit, plain);
	if ((field->to && (status = form_numbers(visit, connection, field, &plain))) ||
	    (status = refuse_all_hidden(visit, connection, field, plain)))
		return status;
	status = field_parse(visit->kernel, connection, visit->arena, field, plain, visit->h.zone, value, &error);
	if (!status)
		status = field_check(visit->arena, visit->kernel, field, value, &error);
	if (status)
		take_over(visit, field, &error);
	return status;
}
