#include "insight/compare.h"

#include "record/access.h"

static bool is_told(const struct actor *actor, const struct field *field, bool internal)
{
	return field->internal == internal && !field->is_counted && field->kind != FIELD_COMPUTED &&
	       access_reads_field(actor, field);
}

static struct str text_of(struct value value)
{
	return value.kind == VALUE_TEXT ? value.text : (struct str){0};
}

static void compare_fields(struct arena *arena, const struct actor *actor, const struct record *before,
			   const struct record *after, bool internal, struct compared *compared, size_t *count)
{
	const struct type *type = before->type;

	for (size_t i = 0; i < type->field_count; i++) {
		struct compared *one = &compared[*count];

		*one = (struct compared){.field = type->fields[i],
					 .before = record_value(before, type->fields[i]),
					 .after = record_value(after, type->fields[i])};
		if (!is_told(actor, one->field, internal) || value_eq(one->before, one->after) ||
		    (internal && value_is_empty(one->after))) /* what has not happened to it yet */
			continue;
		if (one->field->value == VALUE_TEXT && !internal)
			one->parts = difference_of(arena, text_of(one->before), text_of(one->after), &one->part_count);
		(*count)++;
	}
}

struct compared *compare_records(struct arena *arena, const struct actor *actor, const struct record *before,
				 const struct record *after, size_t *count)
{
	struct compared *compared = arena_many(arena, struct compared, before->type->field_count + 1);

	*count = 0;
	compare_fields(arena, actor, before, after, false, compared, count);
	compare_fields(arena, actor, before, after, true, compared, count);
	return compared;
}

enum status compare_former(struct kernel *kernel, struct connection *connection, struct arena *arena,
			   const struct actor *actor, const struct record *record, const struct field *of, instant now,
			   int64_t *former, struct error *error)
{
	struct value value = record_value(record, of);
	struct list_request request = {.type = record->type, .limit = 1, .as_of = INSTANT_NONE, .now = now};
	struct list_result result;
	struct sort *sort;
	char parent[NUMBER_TEXT], own[NUMBER_TEXT], at[TIME_TEXT];
	enum status status;

	*former = 0;
	if (value.kind != VALUE_RECORD)
		return OK;
	if ((status = query_parse(arena, record->type->query,
				  str_format(arena, "%.*s = %s and number != %s and created_at <= %s",
					     STR_ARG(of->name), kernel_number(kernel, value.number, parent),
					     kernel_number(kernel, record->identity, own),
					     time_format(record->created_at, at)),
				  &request.filter, error)) ||
	    (status = sort_parse(arena, record->type, S("-created_at"), &sort, &request.sort_count, error)))
		return status;
	request.sort = sort;
	status = read_list(kernel, connection, arena, actor, &request, &result, error);
	if (!status && result.count)
		*former = result.records[0]->identity;
	return status;
}
