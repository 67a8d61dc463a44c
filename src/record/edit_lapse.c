/* Rules that an organisation keeps less strictly (`strict: warn` or `record`): what they would have refused is let
 * pass, and told in an event of its own after the edit's. What fails for another reason than the rule fails still. */
#include "record/edit_run.h"

#include <stdio.h>
#include <string.h>

static bool refuses_as_a_rule(enum status status)
{
	return status == E_INVALID || status == E_CONFLICT || status == E_DENIED;
}

static struct str words_in(struct edit *edit, const struct error_item *item, enum language language)
{
	char text[600];

	error_item_text(item, translate(language, item->message), text, sizeof(text));
	return str_dup(edit->arena, str_of(text));
}

static void note(struct edit *edit, enum strictness strict, const struct error *error)
{
	for (size_t i = 0; i < error->count; i++) {
		const struct error_item *item = &error->items[i];
		struct edit_lapse lapse = {.strict = strict, .rule = str_dup(edit->arena, str_of(item->rule))};

		for (int language = 0; language < LANGUAGES; language++)
			lapse.says.text[language] = words_in(edit, item, (enum language)language);
		vec_push(edit->arena, &edit->lapses, lapse);
	}
}

enum status edit_let_pass(struct edit *edit, enum strictness strict, enum status status, struct error *own,
			  struct error *error)
{
	if (!status)
		return OK;
	if (strict == STRICT_REFUSE || !refuses_as_a_rule(status)) {
		error_append(error, own);
		return status;
	}
	if (!edit->by_system || edit->own.on_behalf) /* what the program does by itself is nobody's lapse */
		note(edit, strict, own);
	return OK;
}

static void tell_result(struct edit_result *result, struct str rule)
{
	size_t used = strlen(result->warned), room = sizeof(result->warned) - used;

	if (rule.n + 3 <= room)
		snprintf(result->warned + used, room, "%s%.*s", used ? ", " : "", STR_ARG(rule));
}

/* The edit itself tells its own event; this one follows it, so that it is the newest until something else happens. */
enum status edit_tell_lapses(struct edit *edit, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < edit->lapses.count && !status; i++) {
		const struct edit_lapse *lapse = &edit->lapses.items[i];
		struct edit_note told = {.kind = lapse->strict == STRICT_WARN ? S("warning") : S("lapse"),
					 .says = lapse->says,
					 .data = str_format(edit->arena, "{\"rule\":\"%.*s\"}", STR_ARG(lapse->rule))};
		struct edit_request request = {.record = edit->after->identity, .via = VIA_JOB, .note = &told};
		struct edit_result result;

		if (lapse->strict == STRICT_WARN)
			tell_result(edit->result, lapse->rule);
		status = edit_follow_up(edit, &request, &result, error);
	}
	return status;
}
