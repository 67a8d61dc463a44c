/* What handlers say. */
#include "http/inside.h"

#include <string.h>

static bool is_printable(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7F)
			return false;
	return true;
}

unsigned http_response_status(const struct http_response *response)
{
	return response->status;
}

void http_status(struct http_response *response, unsigned status)
{
	response->status = status;
}

void http_add_header(struct http_response *response, const char *name, struct str value)
{
	if (!is_printable(str_of(name)) || !is_printable(value) || name[0] == 0 || value.n == 0) {
		response->broken = true;
		return;
	}
	struct header header = {name, str_c(response->arena, value)};
	vec_push(response->arena, &response->headers, header);
}

void http_cache(struct http_response *response, const char *cache_control)
{
	response->cache_control = cache_control;
}

void http_body(struct http_response *response, const char *media_type, struct str body)
{
	if (!is_printable(str_of(media_type)))
		response->broken = true;
	response->media_type = media_type;
	response->body = body;
}

void http_keep_as(struct http_response *response, struct str name)
{
	http_add_header(response, "Content-Disposition",
			str_format(response->arena, "attachment; filename*=UTF-8''%.*s",
				   STR_ARG(percent_encode(response->arena, name, "-._~"))));
}

void http_attachment(struct http_response *response, struct str name, const char *media_type, struct str body)
{
	http_keep_as(response, name);
	http_body(response, media_type, body);
}

void http_no_compression(struct http_response *response)
{
	response->no_compression = true;
}

void http_policy(struct http_response *response, const char *policy)
{
	response->policy = policy;
}

void http_redirect(struct http_response *response, struct str location)
{
	http_status(response, 303);
	http_add_header(response, "Location", location);
}

void http_retry_after(struct http_response *response, unsigned seconds)
{
	http_add_header(response, "Retry-After", str_format(response->arena, "%u", seconds));
}

static bool is_cookie_text(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (c <= 0x20 || c >= 0x7F || c == '"' || c == ',' || c == ';' || c == '\\')
			return false;
	}
	return true;
}

void http_set_cookie(struct http_response *response, const char *name, struct str value, int64_t max_age, bool secure)
{
	if (!is_cookie_text(str_of(name)) || strchr(name, '=') || !is_cookie_text(value)) {
		response->broken = true;
		return;
	}
	struct buf text = buf_new(response->arena);
	buf_format(&text, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax", name, STR_ARG(value));
	if (max_age >= 0) {
		buf_add_c(&text, "; Max-Age=");
		buf_add_int(&text, max_age);
	}
	if (secure)
		buf_add_c(&text, "; Secure");
	http_add_header(response, "Set-Cookie", buf_str(&text));
}

void http_send_asset(struct http_request *request, struct http_response *response, const struct http_asset *asset)
{
	http_cache(response, asset->lasting ? "public, max-age=31536000, immutable" : "no-cache");
	response->constant = true;
	bool varies = asset->gzip.n || asset->brotli.n;
	if (varies)
		http_add_header(response, "Vary", S("Accept-Encoding"));
	if (asset->etag.n) {
		http_add_header(response, "ETag", asset->etag);
		if (http_etag_listed(http_header(request, "If-None-Match"), asset->etag, true)) {
			http_status(response, 304);
			return;
		}
	}
	unsigned available = (asset->gzip.n ? 1u << HTTP_GZIP : 0) | (asset->brotli.n ? 1u << HTTP_BROTLI : 0);
	enum http_encoding encoding =
	    varies ? http_encoding_choose(http_header(request, "Accept-Encoding"), available) : HTTP_PLAIN;
	http_body(response, asset->media_type,
		  encoding == HTTP_BROTLI ? asset->brotli
		  : encoding == HTTP_GZIP ? asset->gzip
					  : asset->plain);
	response->encoding = encoding == HTTP_BROTLI ? "br" : encoding == HTTP_GZIP ? "gzip" : NULL;
}
