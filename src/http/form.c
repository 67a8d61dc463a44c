/* Multipart bodies are read here and not by the library's post processor: that one is made for bodies that come in
 * pieces, cannot tell an empty part from the beginning of the next of the same name, and passes over what is malformed.
 * The whole body is at hand, so nothing is copied. */
#include "http/form.h"

#include <string.h>

enum { PART_HEADERS = 16, BOUNDARY_MAX = 70 };

typedef VEC(struct http_field) field_list;

static enum status malformed(struct error *error)
{
	return error_fail(error, E_SYNTAX, "", "form", N_("The form is malformed"));
}

static bool is_clean(struct str text)
{
	size_t at;
	return str_is_utf8(text) && !str_find_char(text, 0, &at);
}

static enum status parse_urlencoded(struct arena *arena, struct str body, struct http_form *form, struct error *error)
{
	struct http_pairs pairs;
	enum status status = http_decode_pairs(arena, body, &pairs, error);
	if (status != OK)
		return status;
	struct http_field *fields = arena_many(arena, struct http_field, pairs.count);
	for (size_t i = 0; i < pairs.count; i++)
		fields[i] = (struct http_field){.name = pairs.items[i].name, .value = pairs.items[i].value};
	*form = (struct http_form){fields, pairs.count};
	return OK;
}

/* Takes the header lines of a part, and the empty line after them, off the front of *rest. */
static bool part_headers(struct arena *arena, struct str *rest, struct http_field *field)
{
	struct str disposition = {NULL, 0};
	for (int lines = 0; lines <= PART_HEADERS; lines++) {
		size_t end, colon;
		if (!str_find(*rest, S("\r\n"), &end))
			return false;
		struct str line = str_sub(*rest, 0, end);
		*rest = str_sub(*rest, end + 2, rest->n);
		if (line.n == 0) {
			if (!str_eq_nocase(http_media_type(disposition), S("form-data")))
				return false;
			field->name = http_header_parameter(arena, disposition, "name");
			field->file_name = http_header_parameter(arena, disposition, "filename");
			return field->name.p && is_clean(field->name) && is_clean(field->file_name) &&
			       is_clean(field->media_type);
		}
		if (!str_find_char(line, ':', &colon))
			return false;
		struct str name = str_sub(line, 0, colon), value = str_trim(str_sub(line, colon + 1, line.n));
		if (str_eq_nocase(name, S("Content-Disposition")))
			disposition = value;
		else if (str_eq_nocase(name, S("Content-Type")))
			field->media_type = value;
	}
	return false;
}

static enum status parse_multipart(struct arena *arena, struct str body, struct str boundary, struct http_form *form,
				   struct error *error)
{
	field_list fields = {};
	struct str delimiter = str_format(arena, "\r\n--%.*s", STR_ARG(boundary));
	struct str first = str_sub(delimiter, 2, delimiter.n), rest = body;
	size_t at;
	if (!str_starts(rest, first))
		return malformed(error);
	rest = str_sub(rest, first.n, rest.n);
	while (!str_starts(rest, S("--"))) {
		struct http_field field = {};
		if (!str_starts(rest, S("\r\n")))
			return malformed(error);
		rest = str_sub(rest, 2, rest.n);
		if (!part_headers(arena, &rest, &field))
			return malformed(error);
		/* An empty part may end with the line break that ended its headers. */
		struct str from = {rest.p - 2, rest.n + 2};
		if (!str_find(from, delimiter, &at))
			return malformed(error);
		field.value = at < 2 ? S("") : str_sub(from, 2, at);
		rest = str_sub(from, at + delimiter.n, from.n);
		if (!field.file_name.p && !is_clean(field.value))
			return malformed(error);
		if (fields.count == HTTP_PAIRS_MAX)
			return error_fail(error, E_TOO_LARGE, "", "count", N_("The form has too many fields"));
		vec_push(arena, &fields, field);
	}
	*form = (struct http_form){fields.items, fields.count};
	return OK;
}

enum status form_parse(struct arena *arena, struct str content_type, struct str body, struct http_form *form,
		       struct error *error)
{
	*form = (struct http_form){};
	struct str type = http_media_type(content_type);
	if (str_eq_nocase(type, S("application/x-www-form-urlencoded")))
		return parse_urlencoded(arena, body, form, error);
	if (!str_eq_nocase(type, S("multipart/form-data")))
		return error_fail(error, E_SYNTAX, "", "media_type", N_("The body must be a form"));
	struct str boundary = http_header_parameter(arena, content_type, "boundary");
	if (boundary.n == 0 || boundary.n > BOUNDARY_MAX || !is_clean(boundary))
		return malformed(error);
	return parse_multipart(arena, body, boundary, form, error);
}

enum status http_form_body(struct http_request *request, struct http_form *form, struct error *error)
{
	return form_parse(request->arena, http_header(request, "Content-Type"), request->body, form, error);
}

struct str http_form_value(const struct http_form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (str_is(form->fields[i].name, name))
			return form->fields[i].value;
	return (struct str){NULL, 0};
}
