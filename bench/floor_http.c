/* The floor of HTTP: libmicrohttpd alone, answering every request with the same body of some 600 bytes, over kept-alive
 * connections and epoll with as many threads as the server would use. What our own layer answers is divided by this.
 *
 *	cc -O2 bench/floor_http.c -lmicrohttpd -o floor_http && ./floor_http 8099 2 */
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_BYTES = 600, MEMORY = 32 << 10, CONNECTIONS = 4000 };

static enum MHD_Result answer(void *body, struct MHD_Connection *connection, const char *url, const char *method,
			      const char *version, const char *upload, size_t *upload_bytes, void **state)
{
	/* Answered in the first call, the connection would be closed. */
	if (!*state) {
		*state = body;
		return MHD_YES;
	}
	*upload_bytes = 0;
	struct MHD_Response *response = MHD_create_response_from_buffer(BODY_BYTES, body, MHD_RESPMEM_PERSISTENT);
	if (!response)
		return MHD_NO;
	enum MHD_Result result = MHD_add_response_header(response, "Content-Type", "application/json");
	if (result == MHD_YES)
		result = MHD_queue_response(connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

int main(int count, char **arguments)
{
	static const char head[] = "{\"number\":\"INC-1\",\"text\":\"", end[] = "\"}";
	static char body[BODY_BYTES + 1];
	int port = count > 1 ? atoi(arguments[1]) : 8099, threads = count > 2 ? atoi(arguments[2]) : 2;
	memset(body, 'x', BODY_BYTES);
	memcpy(body, head, sizeof(head) - 1);
	memcpy(body + BODY_BYTES - (sizeof(end) - 1), end, sizeof(end) - 1);

	struct MHD_Daemon *daemon = MHD_start_daemon(
	    MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)port, NULL, NULL, answer, body, MHD_OPTION_THREAD_POOL_SIZE,
	    threads > 1 ? (unsigned)threads : 0u, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
	if (!daemon) {
		fprintf(stderr, "floor_http: cannot listen at port %d\n", port);
		return 1;
	}
	sigset_t signals;
	int which;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	sigwait(&signals, &which);
	MHD_stop_daemon(daemon);
	return 0;
}
