/* imap_wire: what goes over an IMAP connection (private to imap*.c). */
#ifndef MAIL_IMAP_WIRE_H
#define MAIL_IMAP_WIRE_H

#include <curl/curl.h>

#include "mail/imap.h"

enum { IMAP_CHUNK = 1 << 14, IMAP_LINE_MOST = 1 << 16, IMAP_WAIT = 30 /* s */ };

struct imap {
	CURL *curl;
	char why[CURL_ERROR_SIZE];
	curl_socket_t socket;
	int stop;
	char waiting[IMAP_CHUNK];
	size_t from, to;
	unsigned tag;
	bool can_idle, can_move, can_expunge_one;
	bool idles, news;
};

struct imap_response {      /* one line of the server, with what it has in braces */
	struct str text;    /* without its literals */
	struct str literal; /* the last one; p NULL: none */
};

MUST enum status wire_send(struct imap *imap, struct str bytes, struct error *error);
/* A literal over `most` is an error. */
MUST enum status wire_read(struct imap *imap, struct arena *arena, size_t most, struct imap_response *response,
			   struct error *error);
enum status wire_failed(const struct imap *imap, const char *why, struct error *error);

#endif
