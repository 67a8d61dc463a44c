/* Many requests at once: parked and resumed by other threads, streams, slow clients, limits, and stopping. */
#include "server_fixture.h"

#include <stdio.h>

enum { CONNECTIONS = 16, REQUESTS = 2000, SLOW = 64 };

static int set_up(void **state)
{
	static struct fixture fixture;
	*state = &fixture;
	return fixture_start(&fixture, (struct http_options){});
}

static int tear_down(void **state)
{
	return fixture_stop(*state);
}

struct stress {
	unsigned port, number, good;
};

static void *park_often(void *of_stress)
{
	struct stress *stress = of_stress;
	struct client *client = client_open(stress->port);
	for (int i = 0; i < REQUESTS; i++) {
		char text[16], request[128];
		int n = snprintf(text, sizeof(text), "%u-%d", stress->number, i);
		snprintf(request, sizeof(request), "POST /park HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", n,
			 text);
		struct answer answer = client_ask(client, request);
		stress->good +=
		    answer.status == 200 && str_starts(answer.body, str_of(text)) && answer.body.n == (size_t)n + 5;
	}
	client_close(client);
	return NULL;
}

/* The resuming threads come before, while and after the server parks; so does the handler itself. */
static void parked_and_resumed(void **state)
{
	struct fixture *fixture = *state;
	struct stress stress[CONNECTIONS];
	pthread_t threads[CONNECTIONS];
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		stress[i] = (struct stress){.port = fixture->port, .number = i};
		pthread_create(&threads[i], NULL, park_often, &stress[i]);
	}
	for (int i = 0; i < CONNECTIONS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(stress[i].good, REQUESTS);
	}
}

static void slow_clients_hold_nobody_up(void **state)
{
	struct fixture *fixture = *state;
	struct client *slow[SLOW], *quick = client_open(fixture->port);
	for (int i = 0; i < SLOW; i++) {
		slow[i] = client_open(fixture->port);
		assert_true(
		    client_send(slow[i], i % 2 ? S("GET /hello HTTP/1.1\r\nHost: x\r\nX-Slow: ")
					       : S("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")));
	}
	for (int i = 0; i < 100; i++)
		assert_int_equal(client_ask(quick, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
	for (int i = 0; i < SLOW; i++) {
		struct answer answer = client_ask(slow[i], i % 2 ? "no more\r\n\r\n" : "cde");
		assert_int_equal(answer.status, i % 2 ? 200 : 201);
		client_close(slow[i]);
	}
	client_close(quick);
}

static void streams(void **state)
{
	struct fixture *fixture = *state;
	struct client *client = client_open(fixture->port);
	struct answer answer = client_ask(client, "GET /export HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(answer.status, 200);
	assert_true(str_starts(answer.body, S("1000\n999\n")) && str_ends(answer.body, S("\n2\n1\n")));
	answer = client_ask(client, "GET /cut-off HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(answer.status, 0); /* began, but is seen to be incomplete */
	client_close(client);
}

static void tick_and_wake(struct work *work)
{
	pthread_mutex_lock(&work->lock);
	work->ticks++;
	struct http_stream *stream = work->stream;
	pthread_mutex_unlock(&work->lock);
	http_stream_wake(stream);
}

static void waiting_streams(void **state)
{
	struct fixture *fixture = *state;
	struct work *work = &fixture->work;
	struct client *client = client_open(fixture->port);
	assert_true(client_send(client, S("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")));
	struct buf line = buf_new(client->arena);
	do {
		line.n = 0;
		assert_true(client_line(client, &line));
	} while (line.n > 2);
	for (int i = 0; i < 500; i++) {
		tick_and_wake(work);
		line.n = 0;
		assert_true(client_line(client, &line)); /* the chunk's size */
		line.n = 0;
		assert_true(client_line(client, &line));
		assert_true(str_starts(buf_str(&line), S("data: ")));
		assert_true(client_line(client, &line) && client_line(client, &line));
	}
	client_close(client);
	/* The client is gone; that is found when the stream is woken, though it has nothing to say. */
	pthread_mutex_lock(&work->lock);
	while (!work->released) {
		pthread_mutex_unlock(&work->lock);
		http_stream_wake(work->stream);
		pthread_mutex_lock(&work->lock);
	}
	pthread_mutex_unlock(&work->lock);
	http_stream_wake(work->stream); /* ended, but held */
}

static void parked_for_clients_that_left(void **state)
{
	struct fixture *fixture = *state;
	work_set_held(&fixture->work, true);
	for (size_t i = 0; i < CONNECTIONS; i++) {
		struct client *client = client_open(fixture->port);
		assert_true(client_send(client, S("POST /park HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")));
		work_await(&fixture->work, i + 1);
		client_close(client);
	}
	work_set_held(&fixture->work, false);
	struct client *client = client_open(fixture->port);
	struct answer answer = client_ask(client, "POST /park HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nstay");
	assert_true(str_is(answer.body, "stay done"));
	client_close(client);
}

struct stopping {
	struct http_server *server;
	bool stopped;
};

static void *stop(void *of_stopping)
{
	struct stopping *stopping = of_stopping;
	stopping->stopped = http_server_stop(stopping->server, 10000);
	return NULL;
}

static void stops_when_all_is_answered(void **state)
{
	struct fixture fixture;
	assert_int_equal(fixture_start(&fixture, (struct http_options){}), 0);
	struct client *waits = client_open(fixture.port), *listens = client_open(fixture.port),
		      *idle = client_open(fixture.port);
	assert_int_equal(client_ask(idle, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
	work_set_held(&fixture.work, true);
	assert_true(client_send(waits, S("POST /park HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")));
	assert_true(client_send(listens, S("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")));
	work_await(&fixture.work, 1);

	pthread_t thread;
	struct stopping stopping = {.server = fixture.server};
	pthread_create(&thread, NULL, stop, &stopping);
	for (int fd; (fd = client_connect(fixture.port)) >= 0;)
		close(fd); /* until nobody listens */
	struct answer answer = client_read(listens, false);
	assert_int_equal(answer.status, 200); /* streams that wait are ended in good order */
	work_set_held(&fixture.work, false);
	answer = client_read(waits, false);
	assert_int_equal(answer.status, 200);
	assert_true(str_is(answer.body, "x done"));
	assert_true(str_eq_nocase(answer_header(&answer, "Connection"), S("close")));
	assert_true(client_is_ended(idle));
	pthread_join(thread, NULL);
	assert_true(stopping.stopped);
	fixture.server = NULL;
	client_close(waits);
	client_close(listens);
	client_close(idle);
	assert_int_equal(fixture_stop(&fixture), 0);
}

static void does_not_stop_over_parked_requests(void **state)
{
	struct fixture fixture;
	assert_int_equal(fixture_start(&fixture, (struct http_options){}), 0);
	struct client *waits = client_open(fixture.port), *late = client_open(fixture.port);
	assert_int_equal(client_ask(late, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
	work_set_held(&fixture.work, true);
	assert_true(client_send(waits, S("POST /park HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")));
	work_await(&fixture.work, 1);
	assert_false(http_server_stop(fixture.server, 0));
	assert_int_equal(client_ask(late, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").status, 503);
	work_set_held(&fixture.work, false);
	assert_int_equal(client_read(waits, false).status, 200);
	client_close(waits);
	client_close(late);
	assert_int_equal(fixture_stop(&fixture), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(parked_and_resumed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(slow_clients_hold_nobody_up, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(streams, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(waiting_streams, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(parked_for_clients_that_left, set_up, tear_down),
	    cmocka_unit_test(stops_when_all_is_answered),
	    cmocka_unit_test(does_not_stop_over_parked_requests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
