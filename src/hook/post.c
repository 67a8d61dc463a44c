#include "hook/post.h"

#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECT_SECONDS = 5, ALL_SECONDS = 15, TEXT_MOST = 1024, SIGNATURE_TEXT = 64 };

struct posting {
	const struct hook_post *post;
	struct hook_answer *answer;
	bool plain, inner; /* without encryption; an inner address was refused, or one without encryption */
	char text[TEXT_MOST];
	size_t n;
};

/* --- signature --- */

bool hook_sign(struct str secret, struct str id, int64_t seconds, struct str body, char *out, size_t room)
{
	unsigned char key[64], sum[crypto_auth_hmacsha256_BYTES];
	char code[SIGNATURE_TEXT], head[32];
	crypto_auth_hmacsha256_state state;
	size_t n;

	if (!str_starts(secret, S("whsec_")) || sodium_base642bin(key, sizeof(key), secret.p + 6, secret.n - 6, NULL,
								  &n, NULL, sodium_base64_VARIANT_ORIGINAL))
		return false;
	snprintf(head, sizeof(head), ".%lld.", (long long)seconds);
	crypto_auth_hmacsha256_init(&state, key, n);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)id.p, id.n);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)head, strlen(head));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)body.p, body.n);
	crypto_auth_hmacsha256_final(&state, sum);
	sodium_memzero(key, sizeof(key));
	sodium_bin2base64(code, sizeof(code), sum, sizeof(sum), sodium_base64_VARIANT_ORIGINAL);
	snprintf(out, room, "v1,%s", code);
	return true;
}

static void add_header(struct curl_slist **headers, const char *name, const char *value)
{
	char line[300];

	snprintf(line, sizeof(line), "%s: %s", name, value);
	*headers = curl_slist_append(*headers, line);
}

static struct curl_slist *headers_of(const struct hook_post *post)
{
	int64_t seconds = post->now / SECOND;
	char now[80], former[80], both[170], text[32], id[100];
	struct curl_slist *headers = NULL;

	add_header(&headers, "Content-Type", "application/json");
	add_header(&headers, "Expect", "");
	snprintf(id, sizeof(id), "%.*s", STR_ARG(post->id));
	snprintf(text, sizeof(text), "%lld", (long long)seconds);
	add_header(&headers, "webhook-id", id);
	add_header(&headers, "webhook-timestamp", text);
	if (!hook_sign(post->secret, post->id, seconds, post->body, now, sizeof(now)))
		return headers;
	if (hook_sign(post->former, post->id, seconds, post->body, former, sizeof(former)))
		snprintf(both, sizeof(both), "%s %s", now, former);
	else
		snprintf(both, sizeof(both), "%s", now);
	add_header(&headers, "webhook-signature", both);
	return headers;
}

/* --- what libcurl calls --- */

/* Asked of the very address that is called, whatever its name meant a moment ago. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct posting *posting = context;
	struct in6_addr to = address_of(&address->addr);
	bool named = networks_hold(posting->post->networks, &to);

	if (!named && (posting->plain || address_is_inner(&to))) {
		posting->inner = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take_text(char *bytes, size_t one, size_t n, void *context)
{
	struct posting *posting = context;
	size_t rest = sizeof(posting->text) - posting->n, part = n < rest ? n : rest;

	memcpy(posting->text + posting->n, bytes, part);
	posting->n += part;
	return n; /* the rest is passed over; the time is limited */
}

static int look_around(void *context, curl_off_t down, curl_off_t have, curl_off_t up, curl_off_t sent)
{
	const struct posting *posting = context;

	return atomic_load(posting->post->stop);
}

/* --- one message --- */

static void set_options(CURL *curl, struct posting *posting, const char *url, struct curl_slist *headers)
{
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "Kaname");
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, posting->post->body.n ? posting->post->body.p : "");
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)posting->post->body.n);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)ALL_SECONDS);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, posting);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_text);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, posting);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_around);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, posting);
}

/* One line, whole characters. */
static void say(struct hook_answer *answer, struct str text)
{
	size_t at = 0, n = 0;

	while (at < text.n) {
		size_t before = at;
		uint32_t c = str_next_char(text, &at);

		if (n + (at - before) + 1 >= sizeof(answer->says) || c == 0xFFFD)
			break;
		if (c < 0x20 || c == 0x7f)
			answer->says[n++] = ' ';
		else
			for (size_t i = before; i < at; i++)
				answer->says[n++] = text.p[i];
	}
	answer->says[n] = 0;
}

void hook_post(const struct hook_post *post, struct hook_answer *answer)
{
	struct posting posting = {.post = post, .answer = answer, .plain = !str_starts(post->url, S("https://"))};
	CURL *curl = curl_easy_init();
	struct curl_slist *headers = headers_of(post);
	char *url = strndup(post->url.p, post->url.n);
	curl_off_t took = 0;
	CURLcode result = CURLE_OUT_OF_MEMORY;

	*answer = (struct hook_answer){0};
	if (curl && url) {
		set_options(curl, &posting, url, headers);
		result = curl_easy_perform(curl);
		curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME_T, &took);
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->code);
	}
	answer->took = took / 1000;
	answer->stopped = result == CURLE_ABORTED_BY_CALLBACK;
	if (result != CURLE_OK)
		answer->code = 0;
	if (posting.inner)
		say(answer, posting.plain
				? S("refused: without encryption only to networks that webhook_networks names")
				: S("refused: an inner address that webhook_networks does not name"));
	else if (result != CURLE_OK)
		say(answer, str_of(curl_easy_strerror(result)));
	else if (answer->code < 200 || answer->code > 299)
		say(answer, (struct str){posting.text, posting.n});
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	free(url);
}
