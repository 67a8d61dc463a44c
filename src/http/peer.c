/* Who is at the other end: addresses, and the proxies that are believed when they name another. */
#include "http/inside.h"

#include <arpa/inet.h>
#include <string.h>

void peer_text(const struct in6_addr *address, char out[REMOTE_TEXT])
{
	if (IN6_IS_ADDR_V4MAPPED(address))
		inet_ntop(AF_INET, &address->s6_addr[12], out, REMOTE_TEXT);
	else
		inet_ntop(AF_INET6, address, out, REMOTE_TEXT);
}

static enum MHD_Result keep_last(void *last, enum MHD_ValueKind kind, const char *name, const char *value)
{
	if (str_eq_nocase(str_of(name), S("X-Forwarded-For")))
		*(struct str *)last = str_of(value);
	return MHD_YES;
}

/* The last address of the list that no trusted peer has: everything before it may be invented. */
static void forwarded_for(struct exchange *exchange, struct str list)
{
	struct in6_addr address, client = exchange->link->peer;
	size_t end = list.n;
	while (list.p) {
		size_t start = end;
		while (start && list.p[start - 1] != ',')
			start--;
		if (!address_parse(str_trim(str_sub(list, start, end)), &address))
			break;
		client = address;
		if (start == 0 || !networks_hold(&exchange->server->trusted, &address))
			break;
		end = start - 1;
	}
	char *text = arena_alloc(exchange->request.arena, REMOTE_TEXT);
	peer_text(&client, text);
	exchange->request.remote = str_of(text);
}

void peer_describe(struct exchange *exchange)
{
	struct http_request *request = &exchange->request;
	request->remote = str_of(exchange->link->remote);
	request->secure = exchange->server->options.certificate;
	if (!exchange->link->trusted)
		return;
	struct str list = {NULL, 0}; /* of several such headers the last was added by the nearest proxy */
	MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, keep_last, &list);
	forwarded_for(exchange, list);
	if (str_eq_nocase(str_trim(http_header(request, "X-Forwarded-Proto")), S("https")))
		request->secure = true;
}
