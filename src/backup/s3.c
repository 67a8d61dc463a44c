#include "backup/s3.h"

#include <curl/curl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	TRIES = 5,
	PAUSE = 250,       /* ms before the second try; twice as much before each further one */
	CONNECT_WAIT = 10, /* s */
	STALL = 30,        /* s without a byte */
	LOOK_EVERY = 50,   /* ms */
	BUCKET_MOST = 63,
	PREFIX_MOST = 512,
};

struct s3 {
	CURL *curl;
	const struct shelf_access *access;
	char *place;
	char *bucket; /* its address */
	char prefix[PREFIX_MOST + 2];
	char why[CURL_ERROR_SIZE];
};

struct exchange { /* one try */
	struct s3 *s3;
	const struct s3_request *request;
	struct s3_answer *answer;
	char *bytes; /* room for answer_most and a NUL */
	size_t n;
	bool too_long;
};

/* --- errors --- */

static enum status cannot_reach(const struct s3 *s3, const char *why, struct error *error)
{
	return error_fail(error, E_UNAVAILABLE, "", "s3", N_("%s cannot be reached: %s"), s3->place, why);
}

static enum status refused(const struct s3 *s3, long code, struct str body, struct error *error)
{
	char number[64], reason[200];
	struct str text = {0};
	size_t at = 0;

	s3_element(body, "Code", &at, &text);
	snprintf(number, sizeof(number), "HTTP %ld", code);
	snprintf(reason, sizeof(reason), "%s %.*s", number, (int)(text.n < 100 ? text.n : 100), text.n ? text.p : "");
	if (code == 404)
		return error_fail(error, E_NOT_FOUND, "", "s3", N_("There is no such thing in %s: %s"), s3->place,
				  reason);
	if (code == 401 || code == 403)
		return error_fail(error, E_DENIED, "", "s3", N_("%s refuses: %s"), s3->place, reason);
	return error_fail(error, E_UNAVAILABLE, "", "s3", N_("%s fails: %s"), s3->place, reason);
}

/* --- what libcurl calls --- */

static size_t take_body(char *bytes, size_t one, size_t n, void *context)
{
	struct exchange *exchange = context;

	exchange->too_long = exchange->n + n > exchange->request->answer_most;
	if (exchange->too_long)
		return 0;
	memcpy(exchange->bytes + exchange->n, bytes, n);
	exchange->n += n;
	return n;
}

static size_t take_header(char *bytes, size_t one, size_t n, void *context)
{
	struct exchange *exchange = context;
	struct str line = {bytes, n}, name;
	size_t at;

	if (!str_cut(&line, ':', &name))
		return n;
	line = str_trim(line);
	if (str_eq_nocase(name, S("etag")) && line.n < sizeof(exchange->answer->etag))
		snprintf(exchange->answer->etag, sizeof(exchange->answer->etag), "%.*s", STR_ARG(line));
	if (str_eq_nocase(name, S("content-range")) && str_find_char(line, '/', &at) &&
	    !str_int64(str_sub(line, at + 1, line.n), &exchange->answer->size))
		exchange->answer->size = -1;
	if (str_eq_nocase(name, S("content-length")) && exchange->answer->size < 0 &&
	    !strcmp(exchange->request->method, "HEAD") && !str_int64(line, &exchange->answer->size))
		exchange->answer->size = -1;
	return n;
}

static bool is_stopped(const struct s3 *s3)
{
	return s3->access->stop && *s3->access->stop;
}

static int look_around(void *context, curl_off_t down, curl_off_t have, curl_off_t up, curl_off_t sent)
{
	return is_stopped(context);
}

/* --- one try --- */

static struct curl_slist *headers_of(const struct s3 *s3, struct str body)
{
	unsigned char sum[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(sum) + 1], line[120];
	struct curl_slist *headers = NULL;
	const char *session = s3->access->session;

	crypto_hash_sha256(sum, (const unsigned char *)body.p, body.n);
	sodium_bin2hex(hex, sizeof(hex), sum, sizeof(sum));
	snprintf(line, sizeof(line), "x-amz-content-sha256: %s", hex);
	headers = curl_slist_append(headers, line);
	headers = curl_slist_append(headers, "Content-Type: application/octet-stream");
	if (session) {
		size_t n = strlen(session) + 32;
		char *token = malloc(n);

		if (token) {
			snprintf(token, n, "x-amz-security-token: %s", session);
			headers = curl_slist_append(headers, token);
		}
		free(token);
	}
	return headers;
}

static bool has_body(const struct s3_request *request)
{
	return !strcmp(request->method, "PUT") || !strcmp(request->method, "POST");
}

static void set_common(struct exchange *exchange, const char *url, struct curl_slist *headers, const char *signing,
		       const char *user)
{
	struct s3 *s3 = exchange->s3;

	curl_easy_reset(s3->curl); /* connections stay */
	curl_easy_setopt(s3->curl, CURLOPT_URL, url);
	curl_easy_setopt(s3->curl, CURLOPT_AWS_SIGV4, signing);
	curl_easy_setopt(s3->curl, CURLOPT_USERPWD, user);
	curl_easy_setopt(s3->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(s3->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(s3->curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(s3->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(s3->curl, CURLOPT_ERRORBUFFER, s3->why);
	curl_easy_setopt(s3->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_WAIT);
	curl_easy_setopt(s3->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(s3->curl, CURLOPT_LOW_SPEED_TIME, (long)STALL);
	curl_easy_setopt(s3->curl, CURLOPT_EXPECT_100_TIMEOUT_MS, 1L);
	curl_easy_setopt(s3->curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(s3->curl, CURLOPT_XFERINFOFUNCTION, look_around);
	curl_easy_setopt(s3->curl, CURLOPT_XFERINFODATA, s3);
	curl_easy_setopt(s3->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(s3->curl, CURLOPT_WRITEDATA, exchange);
	curl_easy_setopt(s3->curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(s3->curl, CURLOPT_HEADERDATA, exchange);
}

static void set_method(struct exchange *exchange)
{
	const struct s3_request *request = exchange->request;
	CURL *curl = exchange->s3->curl;
	char range[64];

	if (has_body(request)) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.n ? request->body.p : "");
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.n);
	}
	if (!strcmp(request->method, "HEAD"))
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
	if (request->to) {
		snprintf(range, sizeof(range), "%lld-%lld", (long long)request->from, (long long)request->to - 1);
		curl_easy_setopt(curl, CURLOPT_RANGE, range);
	}
}

static CURLcode try_once(struct exchange *exchange, struct arena *arena, const char *url, long *code)
{
	struct s3 *s3 = exchange->s3;
	const struct shelf_access *access = s3->access;
	struct str none = {0};
	struct str signing = str_format(arena, "aws:amz:%s:s3", access->region);
	struct str user = str_format(arena, "%s:%s", access->key_id, access->secret);
	struct curl_slist *headers = headers_of(s3, has_body(exchange->request) ? exchange->request->body : none);

	exchange->n = 0;
	exchange->too_long = false;
	*exchange->answer = (struct s3_answer){.size = -1};
	*code = 0;
	s3->why[0] = '\0';
	set_common(exchange, url, headers, str_c(arena, signing), str_c(arena, user));
	set_method(exchange);
	CURLcode result = curl_easy_perform(s3->curl);
	curl_easy_getinfo(s3->curl, CURLINFO_RESPONSE_CODE, code);
	curl_slist_free_all(headers);
	exchange->bytes[exchange->n] = '\0';
	exchange->answer->body = (struct str){exchange->bytes, exchange->n};
	return result;
}

/* --- again and again --- */

static bool pause_before(const struct s3 *s3, int tries)
{
	const struct timespec little = {.tv_nsec = LOOK_EVERY * 1000000L};

	for (int left = PAUSE << (tries - 1); left > 0 && !is_stopped(s3); left -= LOOK_EVERY)
		nanosleep(&little, NULL);
	return !is_stopped(s3);
}

enum status s3_ask(struct s3 *s3, struct arena *arena, const struct s3_request *request, struct s3_answer *answer,
		   struct error *error)
{
	struct exchange exchange = {
	    .s3 = s3, .request = request, .answer = answer, .bytes = arena_alloc(arena, request->answer_most + 1)};
	struct str url = str_format(arena, "%s%s%s%s%s%s", s3->bucket, request->name ? "/" : "",
				    request->name ? s3->prefix : "", request->name ? request->name : "",
				    request->query ? "?" : "", request->query ? request->query : "");
	CURLcode result = CURLE_OK;
	long code = 0;

	for (int tries = 1;; tries++) {
		result = try_once(&exchange, arena, str_c(arena, url), &code);
		bool again = !exchange.too_long && (result != CURLE_OK || code >= 500 || code == 429);

		if (!again || tries == TRIES || !pause_before(s3, tries))
			break;
	}
	if (exchange.too_long)
		return cannot_reach(s3, "it answers more than was asked for", error);
	if (result != CURLE_OK)
		return cannot_reach(s3,
				    is_stopped(s3) ? "it was stopped"
				    : s3->why[0]   ? s3->why
						   : curl_easy_strerror(result),
				    error);
	return code / 100 == 2 ? OK : refused(s3, code, answer->body, error);
}

/* --- opening --- */

static pthread_once_t started = PTHREAD_ONCE_INIT;

static void start(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* What needs no escaping in an address, so that it is signed as it is sent. */
static bool is_plain(struct str text, bool with_slash)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
		      c == '.' || c == '_' || (with_slash && c == '/')))
			return false;
	}
	return true;
}

static enum status take_place(struct s3 *s3, const char *place, struct error *error)
{
	struct str rest = str_sub(str_of(place), 5, strlen(place)), bucket;

	if (!str_cut(&rest, '/', &bucket)) {
		bucket = rest;
		rest = (struct str){0};
	}
	while (str_ends(rest, S("/")))
		rest.n--;
	if (!bucket.n || bucket.n > BUCKET_MOST || rest.n > PREFIX_MOST || !is_plain(bucket, false) ||
	    !is_plain(rest, true))
		return error_fail(error, E_INVALID, "", "s3",
				  N_("%s is no place in an object store; s3://BUCKET/PREFIX is expected, of letters, "
				     "digits, -, . and _"),
				  place);
	const char *endpoint = s3->access->endpoint;
	size_t n = strlen(endpoint) + bucket.n + 2, slash = str_ends(str_of(endpoint), S("/"));
	s3->bucket = malloc(n);
	if (s3->bucket)
		snprintf(s3->bucket, n, "%.*s/%.*s", (int)(strlen(endpoint) - slash), endpoint, STR_ARG(bucket));
	snprintf(s3->prefix, sizeof(s3->prefix), "%.*s%s", STR_ARG(rest), rest.n ? "/" : "");
	return OK;
}

enum status s3_open(const char *place, const struct shelf_access *access, struct s3 **s3, struct error *error)
{
	struct s3 *made = calloc(1, sizeof(*made));

	*s3 = made;
	pthread_once(&started, start);
	if (!access || !access->key_id || !access->secret)
		return error_fail(
		    error, E_INVALID, "", "s3",
		    N_("%s needs a key: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or backup_s3_key_file"), place);
	if (made) {
		made->access = access;
		made->place = strdup(place);
		made->curl = curl_easy_init();
	}
	if (!made || !made->place || !made->curl)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	enum status status = take_place(made, place, error);
	if (!status && !made->bucket)
		status = error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	return status;
}

void s3_close(struct s3 *s3)
{
	if (!s3)
		return;
	curl_easy_cleanup(s3->curl);
	free(s3->place);
	free(s3->bucket);
	free(s3);
}

/* --- small things --- */

const char *s3_prefix(const struct s3 *s3)
{
	return s3->prefix;
}

struct str s3_escape(struct s3 *s3, struct arena *arena, struct str text)
{
	char *escaped = curl_easy_escape(s3->curl, text.p, (int)text.n);
	struct str copy = str_dup(arena, str_of(escaped));

	curl_free(escaped);
	return copy;
}

bool s3_element(struct str xml, const char *name, size_t *at, struct str *text)
{
	char tag[64];
	struct str rest = str_sub(xml, *at, xml.n);
	size_t from, n;

	snprintf(tag, sizeof(tag), "<%s>", name);
	if (!str_find(rest, str_of(tag), &from))
		return false;
	from += strlen(tag);
	snprintf(tag, sizeof(tag), "</%s>", name);
	if (!str_find(str_sub(rest, from, rest.n), str_of(tag), &n))
		return false;
	*text = str_sub(rest, from, from + n);
	*at += from + n + strlen(tag);
	return true;
}
