#include "api/json.h"

#include <stdio.h>
#include <stdlib.h>

struct str json_text(const json_t *value)
{
	if (!json_is_string(value))
		return (struct str){0};
	return (struct str){json_string_length(value) ? json_string_value(value) : "", json_string_length(value)};
}

static enum status wrong_kind(struct error *error, const struct field *field, const char *message)
{
	return error_fail_at(error, E_INVALID, field->name, "kind", message);
}

static enum status array_text(struct call *call, const struct field *field, const json_t *array, struct str *text)
{
	struct buf list = buf_new(call->arena);

	for (size_t i = 0; i < json_array_size(array); i++) {
		struct str part = json_text(json_array_get(array, i));
		size_t comma;

		if (!part.p || str_find_char(part, ',', &comma))
			return wrong_kind(&call->error, field, N_("A list of numbers such as \"CI-1\" is expected"));
		if (i)
			buf_add_char(&list, ',');
		buf_add(&list, part);
	}
	*text = buf_str(&list);
	return OK;
}

static enum status money_text(struct call *call, const struct field *field, const json_t *object, struct str *text)
{
	struct str amount = json_text(json_object_get(object, "amount")),
		   currency = json_text(json_object_get(object, "currency"));

	if (!amount.p || !currency.p || json_object_size(object) != 2)
		return wrong_kind(&call->error, field,
				  N_("An amount is an object with amount and currency, both texts"));
	*text = str_format(call->arena, "%.*s %.*s", STR_ARG(amount), STR_ARG(currency));
	return OK;
}

/* Any member as the text that field_parse() reads; a number where text belongs is refused. */
static enum status member_text(struct call *call, const struct field *field, const json_t *member, struct str *text)
{
	*text = S("");
	switch (json_typeof(member)) {
	case JSON_NULL:
		return OK;
	case JSON_STRING:
		if (field->value == VALUE_BOOLEAN || field->value == VALUE_ROWS)
			return wrong_kind(&call->error, field, N_("A text does not fit here"));
		*text = json_text(member);
		return OK;
	case JSON_TRUE:
	case JSON_FALSE:
		if (field->value != VALUE_BOOLEAN)
			return wrong_kind(&call->error, field, N_("true or false does not fit here"));
		*text = json_is_true(member) ? S("true") : S("false");
		return OK;
	case JSON_INTEGER:
	case JSON_REAL:
		if (field->value != VALUE_INTEGER && field->value != VALUE_DECIMAL)
			return wrong_kind(&call->error, field, N_("A number does not fit here"));
		*text = json_is_integer(member) ? str_format(call->arena, "%lld", (long long)json_integer_value(member))
						: str_format(call->arena, "%.15g", json_real_value(member));
		return OK;
	case JSON_ARRAY:
		if (field->value == VALUE_LIST)
			return array_text(call, field, member, text);
		if (field->value == VALUE_ROWS) {
			char *dump = json_dumps(member, JSON_COMPACT);

			*text = str_dup(call->arena, str_of(dump));
			free(dump);
			return OK;
		}
		return wrong_kind(&call->error, field, N_("A list does not fit here"));
	case JSON_OBJECT:
		if (field->value == VALUE_MONEY)
			return money_text(call, field, member, text);
		return wrong_kind(&call->error, field, N_("An object does not fit here"));
	}
	return OK;
}

static bool is_listed(const char *name, const char *const *names)
{
	for (size_t i = 0; names[i]; i++)
		if (str_is(str_of(name), names[i]))
			return true;
	return false;
}

/* What may not be seen is refused here in the words with which field_parse() refuses what is not there. */
static enum status refuse_hidden(struct call *call, struct connection *connection, const struct field *field,
				 struct str list)
{
	struct str part;

	if (field->value != VALUE_RECORD && field->value != VALUE_LIST)
		return OK;
	while (str_cut(&list, ',', &part)) {
		int64_t there, visible;
		enum status status;

		part = str_trim(part);
		if ((status = record_find(call->kernel, connection, field->to, part, &there, &call->error)) ||
		    (status = call_find(call, connection, field->to, part, &visible)))
			return status;
		if (there && !visible)
			return field_refers_to_none(field, part, &call->error);
	}
	return OK;
}

enum status json_value_of(struct call *call, struct connection *connection, const struct field *field, struct str text,
			  struct value *value)
{
	enum status status;

	if ((status = refuse_hidden(call, connection, field, text)) ||
	    (status = field_parse(call->kernel, connection, call->arena, field, text, call->actor->zone, value,
				  &call->error)) ||
	    value_is_empty(*value))
		return status;
	return field_check(call->arena, call->kernel, field, value, &call->error);
}

enum status json_fields(struct call *call, struct connection *connection, const struct type *type, const json_t *object,
			const char *const *others, struct field_input **inputs, size_t *count)
{
	const char *name;
	json_t *member;

	*inputs = arena_many(call->arena, struct field_input, json_object_size(object) + 1);
	*count = 0;
	json_object_foreach((json_t *)object, name, member)
	{
		const struct field *field = type_field(type, str_of(name));
		struct field_input *input = &(*inputs)[*count];
		struct str text;

		if (is_listed(name, others))
			continue;
		if (!field || !access_reads_field(call->actor, field)) {
			(void)error_fail(&call->error, E_SYNTAX, name, "unknown", N_("There is no such field here"));
			continue;
		}
		if (member_text(call, field, member, &text) ||
		    json_value_of(call, connection, field, text, &input->value))
			continue;
		input->field = field;
		(*count)++;
	}
	return call->error.status;
}
