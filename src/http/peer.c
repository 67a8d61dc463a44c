/* Who is at the other end: addresses, and the proxies that are believed when they name another. */
#include "http/inside.h"

#include <arpa/inet.h>
#include <string.h>

static struct in6_addr mapped(struct in_addr address)
{
	struct in6_addr out = {};
	out.s6_addr[10] = out.s6_addr[11] = 0xFF;
	memcpy(&out.s6_addr[12], &address, sizeof(address));
	return out;
}

bool peer_parse(struct str text, struct in6_addr *address)
{
	char copy[INET6_ADDRSTRLEN];
	if (text.n == 0 || text.n >= sizeof(copy))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = 0;
	struct in_addr four;
	if (inet_pton(AF_INET, copy, &four) == 1) {
		*address = mapped(four);
		return true;
	}
	return inet_pton(AF_INET6, copy, address) == 1;
}

struct in6_addr peer_of(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return mapped(((const struct sockaddr_in *)address)->sin_addr);
	if (address->sa_family == AF_INET6)
		return ((const struct sockaddr_in6 *)address)->sin6_addr;
	return (struct in6_addr){};
}

void peer_text(const struct in6_addr *address, char out[REMOTE_TEXT])
{
	if (IN6_IS_ADDR_V4MAPPED(address))
		inet_ntop(AF_INET, &address->s6_addr[12], out, REMOTE_TEXT);
	else
		inet_ntop(AF_INET6, address, out, REMOTE_TEXT);
}

enum status networks_parse(struct arena *arena, const char *text, struct networks *networks, struct error *error)
{
	VEC(struct network) found = {};
	struct str rest = str_of(text), part;
	while (rest.p && str_cut(&rest, ',', &part)) {
		part = str_trim(part);
		if (part.n == 0)
			continue;
		struct str bits = part, address;
		str_cut(&bits, '/', &address);
		struct network network = {.bits = 128};
		int64_t number = -1;
		bool fine = peer_parse(address, &network.address);
		int64_t width = fine && IN6_IS_ADDR_V4MAPPED(&network.address) ? 32 : 128;
		if (fine && bits.p) {
			fine = str_int64(bits, &number) && number >= 0 && number <= width;
			network.bits = (unsigned)(128 - width + number);
		}
		if (!fine)
			return error_fail(error, E_INVALID, "trusted_peers", "address",
					  N_("“%s” is neither an address nor a network such as 10.0.0.0/8"),
					  str_c(arena, part));
		vec_push(arena, &found, network);
	}
	*networks = (struct networks){found.items, found.count};
	return OK;
}

bool networks_hold(const struct networks *networks, const struct in6_addr *address)
{
	for (size_t i = 0; i < networks->count; i++) {
		const struct network *network = &networks->items[i];
		unsigned bytes = network->bits / 8, rest = network->bits % 8;
		if (memcmp(&network->address, address, bytes) != 0)
			continue;
		if (rest == 0 || ((network->address.s6_addr[bytes] ^ address->s6_addr[bytes]) >> (8 - rest)) == 0)
			return true;
	}
	return false;
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
		if (!peer_parse(str_trim(str_sub(list, start, end)), &address))
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
