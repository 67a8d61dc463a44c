/* negotiate: which variant of an answer a client wants. */
#ifndef HTTP_NEGOTIATE_H
#define HTTP_NEGOTIATE_H

#include "base/str.h"

enum http_encoding { HTTP_PLAIN, HTTP_GZIP, HTTP_BROTLI, HTTP_ENCODINGS };

/* The best of what there is (bits 1 << encoding; plain always) for an Accept-Encoding header: the highest q, brotli
 * before gzip before plain among equals. Unknown or malformed parts are passed over. */
enum http_encoding http_encoding_choose(struct str accept_encoding, unsigned available);

/* Whether a list of entity tags (If-Match, If-None-Match) names this one, or is "*". The weak comparison takes W/"a"
 * and "a" as equal; the strong one never matches a weak tag. */
bool http_etag_listed(struct str list, struct str etag, bool weak);

#endif
