/* Whom a comment may mention: the provider's own active people, by the beginning of an account or a part of a name or
 * of its reading, as [{"value":"sato","words":"Rie Sato"}]. */
#include "record/access.h"
#include "web/pages.h"

enum { OFFERED = 8 };

static void add_condition(struct buf *filter, const struct field *field, const char *operation, struct str typed)
{
	if (field)
		buf_format(filter, "%s%.*s %s \"%.*s\"", filter->n > 1 ? " or " : "", STR_ARG(field->name), operation,
			   STR_ARG(typed));
}

static struct str filter_of(struct visit *visit, const struct type *type, struct str typed)
{
	const struct field *active = type_field(type, S("active"));
	struct buf filter = buf_new(visit->arena);

	buf_add_char(&filter, '(');
	add_condition(&filter, type->key, "starts", typed);
	add_condition(&filter, type->headline, "contains", typed);
	add_condition(&filter, type->reading, "contains", typed);
	buf_add_char(&filter, ')');
	if (type->customer)
		buf_format(&filter, " and %.*s is empty", STR_ARG(type->customer->name));
	if (active && active->kind == FIELD_BOOLEAN)
		buf_add_c(&filter, " and active");
	return buf_str(&filter);
}

static enum status find(struct visit *visit, const struct type *type, struct str typed, struct list_result *result)
{
	struct sort sort = {.field = type->headline->query};
	struct list_request request = {.type = type,
				       .sort = &sort,
				       .sort_count = 1,
				       .limit = OFFERED,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .japanese = visit->h.language == JAPANESE};
	READER connection = NULL;
	enum status status;

	if ((status = query_parse(visit->arena, type->query, filter_of(visit, type, typed), &request.filter,
				  &visit->error)) ||
	    (status = visit_reader(visit, &connection)))
		return status;
	return read_list(visit->kernel, connection, visit->arena, visit->actor, &request, result, &visit->error);
}

static struct str as_json(struct visit *visit, const struct list_result *result)
{
	struct buf json = buf_new(visit->arena);

	buf_add_char(&json, '[');
	for (size_t i = 0; i < result->count; i++) {
		const struct record *person = result->records[i];

		buf_add_c(&json, i ? ",{\"value\":" : "{\"value\":");
		buf_add_json_string(&json, record_value(person, person->type->key).text);
		buf_add_c(&json, ",\"words\":");
		buf_add_json_string(&json, read_headline(person, visit->h.language));
		buf_add_char(&json, '}');
	}
	buf_add_char(&json, ']');
	return buf_str(&json);
}

/* What no name holds, and would end a text of the expression. */
static bool is_plain(struct str typed)
{
	size_t at;

	return !str_find_char(typed, '"', &at) && !str_find_char(typed, '\\', &at);
}

void page_mention(struct http_request *request, struct http_response *response)
{
	const struct type *type;
	struct list_result result = {0};
	struct str typed = str_trim(http_query(request, "q"));
	VISIT visit = {0};
	enum status status = OK;

	if (!visit_start(&visit, request, response))
		return;
	type = visit.kernel->model->acting[ACTS_PERSON];
	if (!actor_is_staff(visit.actor) || !type || !type->key || !access_reads_type(visit.kernel, visit.actor, type))
		status = error_fail(&visit.error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	else if (is_plain(typed))
		status = find(&visit, type, typed, &result);
	if (status)
		visit_refuse(&visit, status);
	else
		http_body(response, "application/json", as_json(&visit, &result));
}
