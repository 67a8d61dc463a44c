/* One request at a time: what is answered, what is refused, and how. */
#include "server_fixture.h"

#include <stdio.h>

#include <zlib.h>

static struct answer ask(struct client *client, const char *request)
{
	return client_ask(client, request);
}

static void assert_str(struct str actual, const char *expected)
{
	if (!str_is(actual, expected))
		print_error("got: %.*s\n", STR_ARG(actual));
	assert_true(str_is(actual, expected));
}

static bool holds(struct str text, const char *part)
{
	size_t at;
	return str_find(text, str_of(part), &at);
}

static int set_up(void **state)
{
	static struct fixture fixture;
	*state = &fixture;
	return fixture_start(&fixture,
			     (struct http_options){.body_limit = 100000, .trusted_peers = "10.0.0.0/8, 127.0.0.1"});
}

static int tear_down(void **state)
{
	return fixture_stop(*state);
}

static void one_connection(void **state)
{
	struct fixture *fixture = *state;
	struct client *client = client_open(fixture->port);
	for (int i = 0; i < 1000; i++) {
		struct answer answer = ask(client, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
		assert_int_equal(answer.status, 200);
		assert_str(answer.body, "hello");
	}
	struct http_metrics metrics;
	http_server_metrics(fixture->server, &metrics);
	assert_int_equal(metrics.connections, 1);
	assert_int_equal(metrics.answers[2], 1000);
	assert_int_equal(metrics.bytes_out, 5000);
	uint64_t timed = 0;
	for (int i = 0; i < HISTOGRAM_RANGES; i++)
		timed += metrics.latencies->counts[i];
	assert_int_equal(timed, 1000);
	client_close(client);
}

static void pipelined(void **state)
{
	struct fixture *fixture = *state;
	struct client *client = client_open(fixture->port);
	struct buf requests = buf_new(arena_new());
	for (int i = 0; i < 50; i++)
		buf_format(&requests, "GET /items/%d HTTP/1.1\r\nHost: x\r\n\r\n", i);
	assert_true(client_send(client, buf_str(&requests)));
	for (int i = 0; i < 50; i++) {
		struct answer answer = client_read(client, false);
		assert_int_equal(answer.status, 200);
		assert_true(str_starts(answer.body, str_format(client->arena, "%d|", i)));
	}
	arena_free(requests.arena);
	client_close(client);
}

static void common_headers(void **state)
{
	struct client *client = client_open(((struct fixture *)*state)->port);
	struct answer answer = ask(client, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_str(answer_header(&answer, "X-Content-Type-Options"), "nosniff");
	assert_str(answer_header(&answer, "Referrer-Policy"), "same-origin");
	assert_str(answer_header(&answer, "Cache-Control"), "no-store");
	assert_true(holds(answer_header(&answer, "Content-Security-Policy"), "default-src 'none'"));
	assert_non_null(answer_header(&answer, "Date").p);
	assert_null(answer_header(&answer, "Server").p);
	answer = ask(client, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_null(answer_header(&answer, "Content-Security-Policy").p);
	client_close(client);
}

static void head_and_methods(void **state)
{
	struct client *client = client_open(((struct fixture *)*state)->port);
	struct answer answer = ask(client, "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(answer.status, 200);
	assert_str(answer_header(&answer, "Content-Length"), "5");
	answer = ask(client, "DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(answer.status, 405);
	assert_str(answer_header(&answer, "Allow"), "GET, HEAD");
	answer = ask(client, "BREW /echo HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(answer.status, 405);
	assert_str(answer_header(&answer, "Allow"), "POST");
	answer = ask(client, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(answer.status, 404);
	assert_str(answer_header(&answer, "Content-Type"), "application/problem+json");
	answer = ask(client, "GET /hello HTTP/1.1\r\n\r\n");
	assert_int_equal(answer.status, 400); /* no Host */
	client_close(client);
	client = client_open(((struct fixture *)*state)->port);
	answer = ask(client, "GET http://any.example/items/1?q=2 HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(str_starts(answer.body, S("1|2|")));
	client_close(client);
}

static void decoding(void **state)
{
	struct client *client = client_open(((struct fixture *)*state)->port);
	struct answer answer = ask(client, "GET /items/a%2Fb?q=%E9%9A%9C+x&q=2 HTTP/1.1\r\nHost: x\r\n"
					   "Cookie: a=1; session=s%20\r\n\r\n");
	assert_str(answer.body, "a/b|障 x|s%20|plain|127.0.0.1");
	static const char *const bad[] = {
	    "GET /items/%zz HTTP/1.1\r\nHost: x\r\n\r\n",     "GET /items/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
	    "GET /items/%ff HTTP/1.1\r\nHost: x\r\n\r\n",     "GET /items/1?q=% HTTP/1.1\r\nHost: x\r\n\r\n",
	    "GET /items/1?%ff=1 HTTP/1.1\r\nHost: x\r\n\r\n",
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		answer = ask(client, bad[i]);
		assert_int_equal(answer.status, 400);
		assert_true(holds(answer.body, "urn:kaname:error:encoding"));
	}
	client_close(client);
}

static void forwarded(void **state)
{
	struct client *client = client_open(((struct fixture *)*state)->port);
	struct answer answer = ask(client, "GET /items/1 HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: https\r\n"
					   "X-Forwarded-For: 6.6.6.6\r\n"
					   "X-Forwarded-For: 1.1.1.1, 2001:db8::7, 10.1.2.3\r\n\r\n");
	assert_str(answer.body, "1|||secure|2001:db8::7");
	assert_non_null(answer_header(&answer, "Strict-Transport-Security").p);
	answer = ask(client, "GET /items/1 HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.1.1.1, nonsense\r\n\r\n");
	assert_str(answer.body, "1|||plain|127.0.0.1");
	client_close(client);
}

static void forwarded_by_strangers(void **state)
{
	struct fixture fixture;
	assert_int_equal(fixture_start(&fixture, (struct http_options){.trusted_peers = "10.0.0.0/8, ::1"}), 0);
	struct client *client = client_open(fixture.port);
	struct answer answer = ask(client, "GET /items/1 HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: https\r\n"
					   "X-Forwarded-For: 1.1.1.1\r\n\r\n");
	assert_str(answer.body, "1|||plain|127.0.0.1");
	client_close(client);
	assert_int_equal(fixture_stop(&fixture), 0);
}

static void bodies(void **state)
{
	struct client *client = client_open(((struct fixture *)*state)->port);
	struct answer answer = ask(client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na\nb");
	assert_int_equal(answer.status, 201);
	assert_str(answer.body, "a\nb");
	answer = ask(client, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
			     "3\r\nabc\r\n10;x=y\r\n0123456789abcdef\r\n0\r\n\r\n");
	assert_str(answer.body, "abc0123456789abcdef");
	answer = ask(client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
	assert_str(answer.body, "");
	ARENA arena = arena_new();
	struct buf request = buf_new(arena);
	buf_add_c(&request, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
	for (int i = 0; i < 10000; i++)
		buf_format(&request, "%09d\n", i);
	assert_true(client_send(client, buf_str(&request)));
	answer = client_read(client, false);
	assert_int_equal(answer.body.n, 100000);
	assert_memory_equal(answer.body.p, request.p + request.n - 100000, 100000);
	client_close(client);
}

static void unclear_length(void **state)
{
	static const char *const requests[] = {
	    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
	    "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nabc",
	    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\nabc",
	};
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct client *client = client_open(((struct fixture *)*state)->port);
		struct answer answer = ask(client, requests[i]);
		assert_int_equal(answer.status, 400);
		assert_true(client_is_ended(client));
		client_close(client);
	}
}

static void json_bodies(void **state)
{
#define JSON(type, length, body)                                                                                       \
	"POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: " type "\r\nContent-Length: " length "\r\n\r\n" body
	struct client *client = client_open(((struct fixture *)*state)->port);
	struct answer answer = ask(client, JSON("application/json", "13", "{\"title\":\"a\"}"));
	assert_str(answer.body, "a");
	answer = ask(client, JSON("application/merge-patch+json; charset=utf-8", "2", "{}"));
	assert_str(answer.body, "none");
	static const struct {
		const char *request, *rule;
	} bad[] = {
	    {JSON("application/json", "0", ""), "required"},
	    {JSON("text/plain", "2", "{}"), "media_type"},
	    {JSON("application/json", "1", "{"), "json"},
	    {JSON("application/json", "1", "1"), "json"},
	    {JSON("application/json", "4", "{} x"), "json"},
	    {JSON("application/json", "13", "{\"a\":1,\"a\":2}"), "json"},
	    {JSON("application/json", "9", "{\"a\":\"\xff\"}"), "json"},
	    {JSON("application/json", "14", "{\"a\":\"\\u0000\"}"), "json"},
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		answer = ask(client, bad[i].request);
		assert_int_equal(answer.status, 400);
		assert_true(holds(answer.body, bad[i].rule));
	}
	char deep[1000], request[2000];
	memset(deep, '[', sizeof(deep));
	int n = snprintf(request, sizeof(request), JSON("application/json", "%d", "%.*s"), 65, 65, deep);
	assert_true(n > 0 && (size_t)n < sizeof(request));
	answer = ask(client, request);
	assert_true(holds(answer.body, "urn:kaname:error:depth"));
	client_close(client);
}

static void problems(void **state)
{
	struct client *client = client_open(((struct fixture *)*state)->port);
	struct answer answer = ask(client, "GET /invalid HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(answer.status, 422);
	json_t *problem = json_loadb(answer.body.p, answer.body.n, 0, NULL);
	assert_non_null(problem);
	assert_string_equal(json_string_value(json_object_get(problem, "type")), "urn:kaname:error:required");
	assert_string_equal(json_string_value(json_object_get(problem, "detail")), "A value is needed");
	assert_int_equal(json_integer_value(json_object_get(problem, "status")), 422);
	json_t *second = json_array_get(json_object_get(problem, "errors"), 1);
	assert_string_equal(json_string_value(json_object_get(second, "field")), "impact");
	assert_string_equal(json_string_value(json_object_get(second, "code")), "choice");
	assert_string_equal(json_string_value(json_object_get(second, "message")),
			    "“\"huge\"” is not among the choices");
	json_decref(problem);
	answer = ask(client, "GET /broken HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(answer.status, 500);
	assert_null(answer_header(&answer, "Set-Cookie").p);
	assert_false(holds(answer.body, "never sent"));
	client_close(client);
}

static void forms_and_redirects(void **state)
{
	struct client *client = client_open(((struct fixture *)*state)->port);
	struct answer answer = ask(client, "POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n"
					   "Content-Type: application/x-www-form-urlencoded\r\n\r\ntitle=INC-1");
	assert_int_equal(answer.status, 303);
	assert_str(answer_header(&answer, "Location"), "/INC-1");
	assert_true(
	    holds(answer.head, "Set-Cookie: session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600; Secure\r\n"));
	assert_true(holds(answer.head, "Set-Cookie: old=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0\r\n"));
	answer = ask(client, "POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 63\r\n"
			     "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
			     "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na\r\n--b--\r\n");
	assert_str(answer_header(&answer, "Location"), "/a");
	client_close(client);
}

static void compressed(void **state)
{
	struct client *client = client_open(((struct fixture *)*state)->port);
	struct answer answer = ask(client, "GET /large HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
	assert_str(answer_header(&answer, "Content-Encoding"), "gzip");
	assert_str(answer_header(&answer, "Vary"), "Accept-Encoding");
	assert_true(answer.body.n < LARGE / 10);
	char out[LARGE];
	z_stream stream = {.next_in = (Bytef *)(uintptr_t)answer.body.p,
			   .avail_in = (uInt)answer.body.n,
			   .next_out = (Bytef *)out,
			   .avail_out = LARGE};
	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.total_out, LARGE);
	inflateEnd(&stream);
	assert_memory_equal(out, fixture_large().p, LARGE);
	answer = ask(client, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_null(answer_header(&answer, "Content-Encoding").p);
	assert_str(answer_header(&answer, "Vary"), "Accept-Encoding");
	assert_int_equal(answer.body.n, LARGE);
	answer = ask(client, "GET /hello HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
	assert_null(answer_header(&answer, "Content-Encoding").p);
	client_close(client);
}

static void assets(void **state)
{
	struct client *client = client_open(((struct fixture *)*state)->port);
	struct answer answer = ask(client, "GET /asset.css HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_str(answer.body, "plain");
	assert_str(answer_header(&answer, "ETag"), "\"v1\"");
	assert_true(holds(answer_header(&answer, "Cache-Control"), "immutable"));
	assert_str(answer_header(&answer, "Vary"), "Accept-Encoding");
	answer = ask(client, "GET /asset.css HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip, br\r\n\r\n");
	assert_str(answer.body, "b");
	assert_str(answer_header(&answer, "Content-Encoding"), "br");
	answer = ask(client, "GET /asset.css HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
	assert_str(answer.body, "gz");
	answer = ask(client, "GET /asset.css HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"v0\", W/\"v1\"\r\n\r\n");
	assert_int_equal(answer.status, 304);
	assert_int_equal(answer.body.n, 0);
	answer = ask(client, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_str(answer.body, "hello");
	client_close(client);
}

static void start_errors(void **state)
{
	static const char *const bad[] = {
	    "",       "8080",  ":8080", "127.0.0.1",   "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:8o",
	    "::1:80", "[::1]", "[]:80", "127.0.0.1:-1"};
	struct http_server *server;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct error error = {};
		struct http_options options = {.listen = bad[i]};
		assert_int_equal(http_server_start(&options, &server, &error), E_INVALID);
		assert_string_equal(error.items[0].field, "listen");
		assert_null(server);
	}
	struct error error = {};
	struct http_options options = {.listen = "127.0.0.1:0", .trusted_peers = "10.0.0.0/33"};
	assert_int_equal(http_server_start(&options, &server, &error), E_INVALID);
	assert_string_equal(error.items[0].field, "trusted_peers");
	char taken[32];
	snprintf(taken, sizeof(taken), "127.0.0.1:%u", ((struct fixture *)*state)->port);
	options = (struct http_options){.listen = taken};
	error_clear(&error);
	assert_int_equal(http_server_start(&options, &server, &error), E_UNAVAILABLE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(one_connection),
	    TEST(pipelined),
	    TEST(common_headers),
	    TEST(head_and_methods),
	    TEST(decoding),
	    TEST(forwarded),
	    TEST(bodies),
	    TEST(unclear_length),
	    TEST(json_bodies),
	    TEST(problems),
	    TEST(compressed),
	    TEST(assets),
	    TEST(forms_and_redirects),
	    TEST(start_errors),
	    cmocka_unit_test(forwarded_by_strangers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
