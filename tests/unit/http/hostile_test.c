/* Clients that take too much: time, connections, bytes. Each is refused clearly, and the others do not notice. */
#include "server_fixture.h"

#include <poll.h>
#include <stdio.h>

static const char hello[] = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";

static bool holds(struct str text, const char *part)
{
	size_t at;
	return str_find(text, str_of(part), &at);
}

static void assert_problem(const struct answer *answer, int status, const char *rule)
{
	assert_int_equal(answer->status, status);
	assert_true(str_is(answer_header(answer, "Content-Type"), "application/problem+json"));
	json_t *problem = json_loadb(answer->body.p, answer->body.n, 0, NULL);
	assert_non_null(problem);
	assert_int_equal(json_integer_value(json_object_get(problem, "status")), status);
	const char *type = json_string_value(json_object_get(problem, "type"));
	assert_non_null(type);
	assert_string_equal(strrchr(type, ':') + 1, rule);
	json_decref(problem);
}

static void await_connections(struct fixture *fixture, uint64_t count)
{
	struct http_metrics metrics;
	do {
		poll(NULL, 0, 5);
		http_server_metrics(fixture->server, &metrics);
	} while (metrics.connections != count);
}

/* --- time --- */

/* Sends a byte each `pause` ms until the server says something or ends it; false when it takes all of them. */
static bool dribble(struct client *client, const char *bytes, size_t count, int pause)
{
	for (size_t i = 0; i < count; i++) {
		struct pollfd polled = {.fd = client->fd, .events = POLLIN};
		if (poll(&polled, 1, pause) > 0)
			return true;
		if (!client_send(client, (struct str){bytes + i % strlen(bytes), 1}))
			return true;
	}
	return false;
}

static void assert_slow_is_refused(struct fixture *fixture, const char *first, const char *bytes)
{
	struct client *client = client_open(fixture->port);
	assert_true(client_send(client, str_of(first)));
	assert_true(dribble(client, bytes, 200, 50));
	struct answer answer = client_read(client, false);
	assert_problem(&answer, 408, "slow");
	assert_true(str_is(answer_header(&answer, "Connection"), "close"));
	assert_true(client_is_ended(client));
	client_close(client);
}

static void a_byte_at_a_time(void **state)
{
	struct fixture fixture;
	struct http_metrics metrics;
	assert_int_equal(fixture_start(&fixture, (struct http_options){.request_seconds = 1, .idle_seconds = 1}), 0);
	assert_slow_is_refused(&fixture, "GET /hello HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a");
	assert_slow_is_refused(&fixture, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", "a");
	assert_slow_is_refused(&fixture, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n",
			       "a");
	assert_slow_is_refused(&fixture, "GET /", "a");
	http_server_metrics(fixture.server, &metrics);
	assert_int_equal(metrics.in_flight, 0);
	assert_int_equal(metrics.answers[4], 4);
	assert_int_equal(fixture_stop(&fixture), 0);
}

/* Slow, but at the rate that is asked for. */
static void a_slow_line_has_the_time_it_needs(void **state)
{
	struct fixture fixture;
	assert_int_equal(fixture_start(&fixture, (struct http_options){.request_seconds = 1, .slowest_rate = 10}), 0);
	struct client *client = client_open(fixture.port);
	assert_true(client_send(client, S("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n")));
	assert_false(dribble(client, "0123456789", 40, 50)); /* 2 s in all, 20 bytes a second */
	struct answer answer = client_read(client, false);
	assert_int_equal(answer.status, 201);
	assert_int_equal(answer.body.n, 40);
	client_close(client);
	assert_int_equal(fixture_stop(&fixture), 0);
}

enum { ENOUGH = 12 << 20 }; /* more than the kernel buffers between the two */

static void answers_that_are_not_read(void **state)
{
	struct fixture fixture;
	assert_int_equal(
	    fixture_start(&fixture,
			  (struct http_options){.request_seconds = 1, .slowest_rate = 100 << 20, .body_limit = ENOUGH}),
	    0);
	ARENA arena = arena_new();
	struct client *client = client_open(fixture.port);
	char *body = arena_alloc(arena, ENOUGH);
	assert_true(client_send(
	    client, str_format(arena, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", ENOUGH)));
	assert_true(client_send(client, (struct str){body, ENOUGH}));
	await_connections(&fixture, 0); /* the server gives up of its own accord */
	assert_int_equal(client_read(client, false).status, 0);
	client_close(client);
	assert_int_equal(fixture_stop(&fixture), 0);
}

/* A handler and those who wait for it may take as long as they like. */
static void parked_requests_are_not_late(void **state)
{
	struct fixture fixture;
	assert_int_equal(fixture_start(&fixture, (struct http_options){.request_seconds = 1}), 0);
	work_set_held(&fixture.work, true);
	struct client *parked = client_open(fixture.port), *listens = client_open(fixture.port);
	assert_true(client_send(parked, S("POST /park HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")));
	assert_true(client_send(listens, S("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")));
	work_await(&fixture.work, 1);
	assert_slow_is_refused(&fixture, "GET /hello HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a"); /* passes that time */
	work_set_held(&fixture.work, false);
	assert_int_equal(client_read(parked, false).status, 200);
	client_close(parked);
	client_close(listens);
	assert_int_equal(fixture_stop(&fixture), 0);
}

/* --- connections --- */

/* A connection can be closed before it speaks when hundreds come at the same moment; who tries again gets through. */
static void assert_served(struct fixture *fixture)
{
	int status = 0;
	for (int attempt = 0; status != 200; attempt++) {
		assert_true(attempt < 20);
		struct client *client = client_open(fixture->port);
		status = client_ask(client, hello).status;
		client_close(client);
	}
}

static void park(struct fixture *fixture, struct client *client, size_t number)
{
	assert_true(client_send(client, S("POST /park HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")));
	work_await(&fixture->work, number);
}

/* The client may have its answer before the server has put the request away. */
static void ask_and_rest(struct fixture *fixture, struct client *client)
{
	struct http_metrics metrics;
	assert_int_equal(client_ask(client, hello).status, 200);
	do
		http_server_metrics(fixture->server, &metrics);
	while (metrics.in_flight);
}

static void idle_ones_make_room(void **state)
{
	struct fixture fixture;
	struct client *clients[6];
	assert_int_equal(
	    fixture_start(&fixture, (struct http_options){.connection_limit = 4, .connections_per_address = 100}), 0);
	for (int i = 0; i < 5; i++) {
		clients[i] = client_open(fixture.port);
		ask_and_rest(&fixture, clients[i]);
		if (i == 3) /* the first is now the one that was used last */
			ask_and_rest(&fixture, clients[0]);
	}
	assert_true(client_is_ended(clients[1]));
	ask_and_rest(&fixture, clients[0]);
	ask_and_rest(&fixture, clients[2]);
	clients[5] = client_open(fixture.port); /* says nothing, and has its place all the same */
	assert_true(client_is_ended(clients[3]));
	for (int i = 0; i < 6; i++)
		client_close(clients[i]);
	assert_int_equal(fixture_stop(&fixture), 0);
}

static void busy_ones_do_not(void **state)
{
	struct fixture fixture;
	struct client *clients[4];
	assert_int_equal(
	    fixture_start(&fixture, (struct http_options){.connection_limit = 4, .connections_per_address = 100}), 0);
	work_set_held(&fixture.work, true);
	for (size_t i = 0; i < 4; i++)
		park(&fixture, clients[i] = client_open(fixture.port), i + 1);
	struct client *more = client_open(fixture.port);
	struct answer answer = client_ask(more, hello);
	assert_problem(&answer, 503, "busy");
	assert_true(str_is(answer_header(&answer, "Retry-After"), "1"));
	assert_true(client_is_ended(more));
	work_set_held(&fixture.work, false);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(client_read(clients[i], false).status, 200);
		client_close(clients[i]);
	}
	client_close(more);
	await_connections(&fixture, 0);
	assert_served(&fixture);
	assert_int_equal(fixture_stop(&fixture), 0);
}

static void one_address_cannot_take_all(void **state)
{
	struct fixture fixture;
	struct client *clients[5];
	assert_int_equal(
	    fixture_start(&fixture, (struct http_options){.connection_limit = 6, .trusted_peers = "127.0.0.3"}), 0);
	work_set_held(&fixture.work, true);
	for (size_t i = 0; i < 4; i++) /* half of six, and one */
		park(&fixture, clients[i] = client_open(fixture.port), i + 1);
	struct client *more = client_open(fixture.port), *other = client_open_from(fixture.port, "127.0.0.2");
	struct answer answer = client_ask(more, hello);
	assert_problem(&answer, 429, "connections");
	assert_non_null(answer_header(&answer, "Retry-After").p);
	assert_true(client_is_ended(more));
	assert_int_equal(client_ask(other, hello).status, 200);
	work_set_held(&fixture.work, false);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(client_read(clients[i], false).status, 200);
		client_close(clients[i]);
	}
	await_connections(&fixture, 1);
	for (int i = 0; i < 5; i++) /* a proxy speaks for many */
		assert_int_equal(client_ask(clients[i] = client_open_from(fixture.port, "127.0.0.3"), hello).status,
				 200);
	for (int i = 0; i < 5; i++)
		client_close(clients[i]);
	client_close(more);
	client_close(other);
	assert_int_equal(fixture_stop(&fixture), 0);
}

enum { CROWD = 2000, FEW = 400 };

/* Far more than there is room for, all silent: those who speak are served, and what exists stays bounded. */
static void many_silent_ones(void **state)
{
	struct fixture fixture;
	static int silent[CROWD];
	struct http_metrics metrics;
	assert_int_equal(
	    fixture_start(&fixture, (struct http_options){.connection_limit = FEW, .connections_per_address = CROWD}),
	    0);
	for (int i = 0; i < CROWD; i++) {
		silent[i] = client_connect(fixture.port);
		assert_true(silent[i] >= 0);
		if (i % 100)
			continue;
		assert_served(&fixture);
		http_server_metrics(fixture.server, &metrics);
		assert_true(metrics.connections <= FEW + FEW / 2 + 64);
	}
	for (int i = 0; i < CROWD; i++)
		close(silent[i]);
	assert_int_equal(fixture_stop(&fixture), 0);
}

/* --- bytes --- */

static int set_up(void **state)
{
	static struct fixture fixture;
	*state = &fixture;
	return fixture_start(&fixture, (struct http_options){.body_limit = 100000});
}

static int tear_down(void **state)
{
	return fixture_stop(*state);
}

static void told_before_the_body(void **state)
{
	static const char *const requests[] = {
	    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n",
	    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n",
	    "POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n",
	    "POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n",
	};
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct client *client = client_open(((struct fixture *)*state)->port);
		struct answer answer = client_ask(client, requests[i]);
		assert_problem(&answer, 413, "body");
		assert_true(client_is_ended(client));
		client_close(client);
	}
}

enum { PIECE = 64 << 10, PIECES = 64 };

/* Sends a lot although it has been refused; the answer must get through all the same. */
static struct answer pour(struct fixture *fixture, struct client *client, const char *head, const char *before)
{
	static char piece[PIECE];
	assert_true(client_send(client, str_of(head)));
	for (int i = 0; i < PIECES; i++)
		if (!client_send(client, str_of(before)) || !client_send(client, (struct str){piece, PIECE}))
			break;
	return client_read(client, false);
}

static void heard_by_those_who_go_on_sending(void **state)
{
	struct client *client = client_open(((struct fixture *)*state)->port);
	struct answer answer =
	    pour(*state, client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4194304\r\n\r\n", "");
	assert_problem(&answer, 413, "body");
	client_close(client);
	client = client_open(((struct fixture *)*state)->port);
	answer = pour(*state, client, "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 4194304\r\n\r\n", "");
	assert_problem(&answer, 404, "not_found");
	client_close(client);
}

static void a_body_that_grows_too_large(void **state)
{
	struct fixture *fixture = *state;
	struct client *client = client_open(fixture->port);
	struct answer answer = client_ask(client, "POST /small HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
						  "\r\n8\r\n01234567\r\n8\r\n01234567\r\n");
	assert_problem(&answer, 413, "body");
	assert_true(str_is(answer_header(&answer, "Connection"), "close"));
	assert_true(client_is_ended(client));
	client_close(client);
	client = client_open(fixture->port);
	answer =
	    pour(fixture, client, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n", "\r\n10000\r\n");
	assert_problem(&answer, 413, "body");
	client_close(client);
	struct http_metrics metrics;
	http_server_metrics(fixture->server, &metrics);
	assert_int_equal(metrics.answers[4], 2);
	assert_int_equal(metrics.bytes_in, 0);
}

/* A small body that nobody wants is read, so that the connection stays of use. */
static void small_bodies_do_no_harm(void **state)
{
	struct client *client = client_open(((struct fixture *)*state)->port);
	struct answer answer =
	    client_ask(client, "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde");
	assert_problem(&answer, 404, "not_found");
	assert_int_equal(client_ask(client, hello).status, 200);
	client_close(client);
}

static void assert_head_is_refused(struct fixture *fixture, struct str request, int status, const char *rule)
{
	struct client *client = client_open(fixture->port);
	assert_true(client_send(client, request));
	struct answer answer = client_read(client, false);
	assert_problem(&answer, status, rule);
	client_close(client);
}

static void heads(void **state)
{
	ARENA arena = arena_new();
	struct fixture *fixture = *state;
	char *many = arena_alloc(arena, 20001);
	memset(many, 'a', 20000);
	assert_head_is_refused(fixture, str_format(arena, "GET /%.*s HTTP/1.1\r\nHost: x\r\n\r\n", 17000, many), 414,
			       "address");
	assert_head_is_refused(fixture,
			       str_format(arena, "GET /hello HTTP/1.1\r\nHost: x\r\nX-Long: %.*s\r\n\r\n", 17000, many),
			       431, "headers");
	assert_head_is_refused(fixture, S("GET /hello HTTP/1.1\r\n\r\n"), 400, "host");
	assert_head_is_refused(fixture, S("GET /hello world HTTP/1.1\r\nHost: x\r\n\r\n"), 400, "encoding");
	assert_head_is_refused(fixture, S("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nabcde"), 400,
			       "framing");
	/* What the library refuses before we hear of it. */
	struct client *client = client_open(fixture->port);
	struct answer answer = client_ask(client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: five\r\n\r\n");
	assert_int_equal(answer.status, 400);
	assert_true(holds(answer.body, "<html>"));
	client_close(client);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_byte_at_a_time),
	    cmocka_unit_test(a_slow_line_has_the_time_it_needs),
	    cmocka_unit_test(answers_that_are_not_read),
	    cmocka_unit_test(parked_requests_are_not_late),
	    cmocka_unit_test(idle_ones_make_room),
	    cmocka_unit_test(busy_ones_do_not),
	    cmocka_unit_test(one_address_cannot_take_all),
	    cmocka_unit_test(many_silent_ones),
	    TEST(told_before_the_body),
	    TEST(heard_by_those_who_go_on_sending),
	    TEST(a_body_that_grows_too_large),
	    TEST(small_bodies_do_no_harm),
	    TEST(heads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
