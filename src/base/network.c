#include "base/network.h"

#include <arpa/inet.h>
#include <string.h>

static struct in6_addr mapped(struct in_addr address)
{
	struct in6_addr out = {};
	out.s6_addr[10] = out.s6_addr[11] = 0xFF;
	memcpy(&out.s6_addr[12], &address, sizeof(address));
	return out;
}

bool address_parse(struct str text, struct in6_addr *address)
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

struct in6_addr address_of(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return mapped(((const struct sockaddr_in *)address)->sin_addr);
	if (address->sa_family == AF_INET6)
		return ((const struct sockaddr_in6 *)address)->sin6_addr;
	return (struct in6_addr){};
}

enum status networks_parse(struct arena *arena, const char *text, const char *setting, struct networks *networks,
			   struct error *error)
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
		bool fine = address_parse(address, &network.address);
		int64_t width = fine && IN6_IS_ADDR_V4MAPPED(&network.address) ? 32 : 128;
		if (fine && bits.p) {
			fine = str_int64(bits, &number) && number >= 0 && number <= width;
			network.bits = (unsigned)(128 - width + number);
		}
		if (!fine)
			return error_fail(error, E_INVALID, setting, "address",
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

/* What is not for the whole world to reach, as IANA's registers of special addresses have it. */
bool address_is_inner(const struct in6_addr *address)
{
	static const char inner[] = "0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,127.0.0.0/8,169.254.0.0/16,172.16.0.0/12,"
				    "192.0.0.0/24,192.0.2.0/24,192.168.0.0/16,198.18.0.0/15,198.51.100.0/24,"
				    "203.0.113.0/24,224.0.0.0/3,::/127,64:ff9b::/96,64:ff9b:1::/48,100::/64,2001::/23,"
				    "2001:db8::/32,2002::/16,fc00::/7,fe80::/10,fec0::/10,ff00::/8";
	ARENA arena = arena_new();
	struct networks networks;
	struct error error = {0};

	return networks_parse(arena, inner, "", &networks, &error) || networks_hold(&networks, address);
}
