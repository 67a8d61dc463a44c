/* web_address: a text field that holds the address of something on the web: http or https, a host, and no account.
 *
 * Parameters: field. */
#include "behaviour/behaviours.h"

struct web_address {
	const struct field *field;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"field", NULL};
	struct web_address *p = arena_one(loading->arena, struct web_address);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "field", true, &p->field, error)))
		return status;
	return p->field->kind == FIELD_TEXT ? OK
					    : load_fail(loading, "field", N_("The field must be a text"), NULL, error);
}

static bool is_host_end(char c)
{
	return c == '/' || c == '?' || c == '#';
}

/* What a host name, an address in brackets and a port are made of. */
static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
	       c == ':' || c == '[' || c == ']';
}

static bool is_good(struct str text)
{
	size_t at = str_starts(text, S("https://")) ? 8 : str_starts(text, S("http://")) ? 7 : 0, host = at;

	if (!at)
		return false;
	for (; at < text.n && !is_host_end(text.p[at]); at++)
		if (!is_host_char(text.p[at]))
			return false;
	if (at == host || text.p[host] == ':')
		return false;
	for (; at < text.n; at++)
		if (text.p[at] <= ' ' || text.p[at] > '~' || text.p[at] == '#')
			return false;
	return true;
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct web_address *p = call->parameters;
	struct value value = edit_value(edit, p->field);

	if (value_is_empty(value) || is_good(value.text))
		return OK;
	return error_fail_at(error, E_INVALID, p->field->name, "address",
			     N_("An address such as https://hooks.example.jp/kaname is expected"));
}

const struct behaviour behaviour_web_address = {.name = "web_address", .load = load, .check = check};
