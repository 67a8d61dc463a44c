/* What an operator relies on: names of requests, figures by route, a socket that others hold. */
#include "server_fixture.h"

#include <sched.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool is_new_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!strchr("0123456789abcdef", name.p[i]))
			return false;
	return name.n == 16;
}

static struct str name_told(struct arena *arena, struct client *client, const char *request)
{
	struct answer answer = client_ask(client, request);
	assert_int_not_equal(answer.status, 0);
	return str_dup(arena, answer_header(&answer, "X-Request-Id"));
}

static void every_answer_has_a_name(void **state)
{
	ARENA arena = arena_new();
	struct fixture fixture;
	assert_int_equal(fixture_start(&fixture, (struct http_options){.trusted_peers = "10.0.0.0/8"}), 0);
	struct client *client = client_open(fixture.port);
	struct str good = name_told(arena, client, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	struct str refused = name_told(arena, client, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
	struct str claimed = name_told(arena, client, "GET /hello HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n\r\n");
	assert_true(is_new_name(good) && is_new_name(refused) && is_new_name(claimed));
	assert_false(str_eq(good, refused) || str_eq(good, claimed));
	client_close(client);
	assert_int_equal(fixture_stop(&fixture), 0);
}

static void proxies_may_name_requests(void **state)
{
	ARENA arena = arena_new();
	struct fixture fixture;
	assert_int_equal(fixture_start(&fixture, (struct http_options){.trusted_peers = "127.0.0.1"}), 0);
	struct client *client = client_open(fixture.port);
	assert_true(str_is(name_told(arena, client, "GET /hello HTTP/1.1\r\nHost: x\r\nX-Request-Id: aB-3_4.5\r\n\r\n"),
			   "aB-3_4.5"));
	assert_true(
	    is_new_name(name_told(arena, client, "GET /hello HTTP/1.1\r\nHost: x\r\nX-Request-Id: two words\r\n\r\n")));
	assert_true(is_new_name(
	    name_told(arena, client,
		      "GET /hello HTTP/1.1\r\nHost: x\r\n"
		      "X-Request-Id: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n\r\n")));
	client_close(client);
	assert_int_equal(fixture_stop(&fixture), 0);
}

static void routes_are_counted(void **state)
{
	ARENA arena = arena_new();
	struct fixture fixture;
	struct http_route_metrics *routes;
	assert_int_equal(fixture_start(&fixture, (struct http_options){}), 0);
	assert_int_equal(http_server_routes(fixture.server, arena, &routes), 0);
	struct client *client = client_open(fixture.port);
	for (int i = 0; i < 3; i++)
		name_told(arena, client, "GET /items/1 HTTP/1.1\r\nHost: x\r\n\r\n");
	name_told(arena, client, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
	client_close(client);
	assert_int_equal(http_server_routes(fixture.server, arena, &routes), 1);
	assert_string_equal(routes[0].route->pattern, "/items/{number}");
	assert_int_equal(routes[0].answers, 3);
	assert_int_equal(fixture_stop(&fixture), 0);
}

static int listen_somewhere(unsigned *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

/* One server after the other at a socket that stays: who connects in between waits. */
static void a_socket_outlives_its_servers(void **state)
{
	ARENA arena = arena_new();
	struct fixture fixture;
	unsigned port;
	int listener = listen_somewhere(&port);
	assert_int_equal(fixture_start(&fixture, (struct http_options){.listener = listener}), 0);
	assert_int_equal(fixture.port, port);
	struct client *client = client_open(port);
	name_told(arena, client, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	client_close(client);
	assert_int_equal(fixture_stop(&fixture), 0);
	struct client *waits = client_open(port);
	assert_true(client_send(waits, S("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")));
	assert_int_equal(fixture_start(&fixture, (struct http_options){.listener = listener}), 0);
	assert_int_equal(client_read(waits, false).status, 200);
	client_close(waits);
	assert_int_equal(fixture_stop(&fixture), 0);
	close(listener);
}

enum { STOPS = 100, CALLERS = 3, TURNS = 100 };

/* In place of the library's: whoever else wants the same descriptor has the time to come in between. */
int epoll_ctl(int set, int operation, int fd, struct epoll_event *event)
{
	for (int i = 0; operation == EPOLL_CTL_DEL && i < TURNS; i++)
		sched_yield();
	return (int)syscall(SYS_epoll_ctl, set, operation, fd, event);
}

struct callers {
	unsigned port;
	_Atomic bool enough;
	_Atomic unsigned answered;
};

static void *call_again_and_again(void *of_callers)
{
	struct callers *callers = of_callers;
	while (!atomic_load(&callers->enough)) {
		struct client *client = client_open(callers->port);
		if (client_send(client, S("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")))
			callers->answered += client_read(client, false).status != 0;
		client_close(client);
	}
	return NULL;
}

/* A worker may be about to let somebody in at any moment of a stop. Whoever calls meanwhile gets the next server. */
static void stops_while_people_call(void **state)
{
	struct callers callers = {};
	pthread_t threads[CALLERS];
	int listener = listen_somewhere(&callers.port);
	for (int i = 0; i < CALLERS; i++)
		pthread_create(&threads[i], NULL, call_again_and_again, &callers);
	for (int i = 0; i < STOPS; i++) {
		struct fixture fixture;
		assert_int_equal(fixture_start(&fixture, (struct http_options){.listener = listener, .threads = 4}), 0);
		assert_int_equal(fixture_stop(&fixture), 0);
	}
	atomic_store(&callers.enough, true);
	close(listener);
	for (int i = 0; i < CALLERS; i++)
		pthread_join(threads[i], NULL);
	assert_true(callers.answered > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_answer_has_a_name), cmocka_unit_test(proxies_may_name_requests),
	    cmocka_unit_test(routes_are_counted),      cmocka_unit_test(a_socket_outlives_its_servers),
	    cmocka_unit_test(stops_while_people_call),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
