/* Errors as application/problem+json (RFC 9457). */
#include "http/inside.h"

#include <string.h>

enum { MESSAGE_BYTES = 1024 };

unsigned http_status_of(enum status status)
{
	switch (status) {
	case OK:
		return 200;
	case E_SYNTAX:
		return 400;
	case E_SIGN_IN:
		return 401;
	case E_DENIED:
		return 403;
	case E_NOT_FOUND:
		return 404;
	case E_CONFLICT:
		return 409;
	case E_STALE:
		return 412;
	case E_TOO_LARGE:
		return 413;
	case E_INVALID:
		return 422;
	case E_TOO_MANY:
		return 429;
	case E_UNAVAILABLE:
		return 503;
	case E_INTERNAL:
		break;
	}
	return 500;
}

const char *http_status_title(unsigned status)
{
	static const struct {
		unsigned status;
		const char *title;
	} titles[] = {
	    {400, N_("This cannot be understood")},
	    {401, N_("Please sign in")},
	    {403, N_("This is not allowed")},
	    {404, N_("Not found")},
	    {405, N_("This method is not available here")},
	    {408, N_("The request came too slowly")},
	    {409, N_("The present state forbids it")},
	    {412, N_("Somebody else changed it first")},
	    {413, N_("Too large")},
	    {414, N_("The address is too long")},
	    {422, N_("Some values are wrong or missing")},
	    {429, N_("Too many requests")},
	    {431, N_("The headers are too long")},
	    {503, N_("Not available at the moment")},
	};
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (titles[i].status == status)
			return titles[i].title;
	return status < 500 ? N_("The request was refused") : N_("Something went wrong here");
}

static struct str item_message(struct arena *arena, const struct error_item *item, enum language language)
{
	char *text = arena_alloc(arena, MESSAGE_BYTES);
	error_item_text(item, tr(language, item->message), text, MESSAGE_BYTES);
	return str_of(text);
}

static void add_member(struct buf *out, const char *name, struct str value)
{
	buf_format(out, ",\"%s\":", name);
	buf_add_json_string(out, value);
}

static void add_items(struct buf *out, const struct error *error, enum language language)
{
	buf_add_c(out, ",\"errors\":[");
	for (size_t i = 0; i < error->count; i++) {
		const struct error_item *item = &error->items[i];
		buf_add_c(out, i ? ",{\"field\":" : "{\"field\":");
		buf_add_json_string(out, str_of(item->field));
		add_member(out, "code", str_of(item->rule));
		add_member(out, "message", item_message(out->arena, item, language));
		buf_add_char(out, '}');
	}
	buf_add_c(out, "]}");
}

void http_problem_as(struct http_response *response, unsigned status, const struct error *error, enum language language)
{
	struct buf out = buf_new(response->arena);
	const struct error_item *first = error->count ? &error->items[0] : NULL;
	bool named = first && first->rule && first->rule[0];
	buf_add_c(&out, "{\"type\":");
	buf_add_json_string(&out,
			    named ? str_format(response->arena, "urn:kaname:error:%s", first->rule) : S("about:blank"));
	add_member(&out, "title", str_of(tr(language, http_status_title(status))));
	buf_format(&out, ",\"status\":%u", status);
	if (first)
		add_member(&out, "detail", item_message(response->arena, first, language));
	if (response->request_id.n)
		add_member(&out, "request", response->request_id);
	add_items(&out, error, language);
	if (status >= 500)
		http_fault(response, error);
	http_status(response, status);
	http_body(response, "application/problem+json", buf_str(&out));
	http_add_header(response, "Content-Language", str_of(language_code(language)));
	if (error->wait_seconds)
		http_retry_after(response, error->wait_seconds);
	if (status == 401)
		http_add_header(response, "WWW-Authenticate", S("Bearer"));
}

void http_problem(struct http_response *response, const struct error *error, enum language language)
{
	http_problem_as(response, http_status_of(error->status), error, language);
}
