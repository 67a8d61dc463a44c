/* Records that somebody names in a form: by number or key, as "SVC-3 Mail" as suggestions write them, or by name alone.
 */
#include "record/access.h"
#include "web/form.h"
#include "web/words.h"

enum { NAMED_MOST = 2, SHOWN_MOST = 79 }; /* more than one is too many; bytes of a name in a message */

static struct str called(struct visit *visit, const struct type *type, struct str name)
{
	struct str quoted = query_quote(visit->arena, name);
	struct buf text = buf_new(visit->arena);

	buf_format(&text, "%.*s = %.*s", STR_ARG(type->headline->name), STR_ARG(quoted));
	if (type->headline_ja)
		buf_format(&text, " or %.*s = %.*s", STR_ARG(type->headline_ja->name), STR_ARG(quoted));
	return buf_str(&text);
}

/* Among what the visitor may see; *identity 0 when none is called so. */
static enum status find_called(struct visit *visit, struct connection *connection, const struct field *field,
			       struct str name, int64_t *identity)
{
	struct list_request request = {
	    .type = field->to, .search = name, .limit = NAMED_MOST, .as_of = INSTANT_NONE, .now = visit->now};
	struct list_result result;
	enum status status;

	if (!access_reads_type(visit->kernel, visit->actor, field->to) || !field->to->headline)
		return OK;
	if ((status = query_parse(visit->arena, field->to->query, called(visit, field->to, name), &request.filter,
				  &visit->error)) ||
	    (status =
		 read_list(visit->kernel, connection, visit->arena, visit->actor, &request, &result, &visit->error)))
		return status;
	if (result.count == NAMED_MOST)
		return error_fail_at(&visit->error, E_INVALID, field->name, "reference",
				     N_("Several are called '%s': write the number of the one you mean"),
				     str_c(visit->arena, str_head(name, SHOWN_MOST)));
	*identity = result.count ? result.records[0]->identity : 0;
	return OK;
}

/* Where only what the visitor may see is looked for, a number may be told; else what was typed stands for itself, so
 * that what is hidden is refused in the same words as what is not there. */
static enum status number_part(struct visit *visit, struct connection *connection, const struct field *field,
			       struct str part, struct buf *numbers)
{
	struct str number, rest = part, said = part;
	int64_t identity = 0, called = 0;
	enum status status = OK;

	if (part.n)
		status = record_find(visit->kernel, connection, field->to, part, &identity, &visit->error);
	if (part.n && !status && !identity && !(status = find_called(visit, connection, field, part, &called)) &&
	    called)
		said = number_text(visit, called);
	if (part.n && !status && !identity && !called && str_cut(&rest, ' ', &number) && rest.n &&
	    !(status = record_find(visit->kernel, connection, field->to, number, &identity, &visit->error)) && identity)
		said = number;
	buf_add(numbers, said);
	return status;
}

enum status form_numbers(struct visit *visit, struct connection *connection, const struct field *field,
			 struct str *text)
{
	struct buf numbers = buf_new(visit->arena);
	struct str rest = *text, part;
	enum status status = OK;

	if (!str_trim(rest).n)
		return OK;
	if (field->value == VALUE_RECORD)
		status = number_part(visit, connection, field, str_trim(rest), &numbers);
	while (field->value == VALUE_LIST && !status && str_cut(&rest, ',', &part)) {
		if (numbers.n)
			buf_add(&numbers, S(", "));
		status = number_part(visit, connection, field, str_trim(part), &numbers);
	}
	*text = buf_str(&numbers);
	return status;
}
