/* channel: by which way a new record came in, where nobody says. A way that is not told leaves the default.
 *
 * Parameters: field: a choice; and for each way that is to be told (web, portal, api, mail, import, job): its code.
 * What customers' people enter in the browser came through the portal. */
#include "behaviour/behaviours.h"

static const struct {
	const char *name;
	enum via via;
} ways[] = {{"web", VIA_WEB},   {"portal", VIA_PORTAL}, {"api", VIA_API},
	    {"mail", VIA_MAIL}, {"import", VIA_IMPORT}, {"job", VIA_JOB}};

enum { WAYS = sizeof(ways) / sizeof(*ways) };

struct channel {
	const struct field *field;
	struct str codes[VIAS]; /* empty: not told */
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"field", "web", "portal", "api", "mail", "import", "job", NULL};
	struct channel *p = arena_one(loading->arena, struct channel);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "field", true, &p->field, error)))
		return status;
	if (p->field->kind != FIELD_CHOICE)
		return load_fail(loading, "field", N_("The field must be a choice"), NULL, error);
	for (int i = 0; i < WAYS; i++) {
		struct str *code = &p->codes[ways[i].via];

		if ((status = load_text(loading, ways[i].name, false, code, error)))
			return status;
		if (code->n && !choice_find(p->field->choices, *code))
			return load_fail(loading, ways[i].name, N_("There is no choice \"%s\""),
					 str_c(loading->arena, *code), error);
	}
	return OK;
}

/* A default is not what somebody says. */
static bool is_said(const struct edit *edit, const struct field *field)
{
	struct value value = edit_value(edit, field);

	return !value_is_empty(value) && (edit_overrides(edit, field) || !value_eq(value, field->preset));
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct channel *p = call->parameters;
	enum via via = edit_request_of(edit)->via;

	if (via == VIA_WEB && !actor_is_staff(edit_actor(edit)))
		via = VIA_PORTAL;
	if (!edit_is_new(edit) || is_said(edit, p->field) || !p->codes[via].n)
		return OK;
	return edit_set(edit, p->field, value_choice(p->codes[via]), error);
}

const struct behaviour behaviour_channel = {.name = "channel", .load = load, .derive = derive};
