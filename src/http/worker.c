/* The threads that serve connections: each asks the library to do what is due, and takes part in accepting.
 *
 * They are ours rather than the library's, because a server that stops must take the listening socket from each of
 * them. The library does that from the thread that stops, and ends the program where a worker does the same at that
 * moment; here every worker does it for itself, between two rounds. */
#include "http/inside.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER_ROOM = 4 << 10 /* for what the library notes of each header */ };

struct workers {
	struct worker *all;
	unsigned count;
	_Atomic bool closing, ending;
};

static void serve_until(struct worker *worker, const _Atomic bool *told)
{
	struct pollfd due[] = {{.fd = worker->events, .events = POLLIN}, {.fd = worker->bell, .events = POLLIN}};
	while (!atomic_load(told)) {
		unsigned long long timeout_ms;
		bool timed = MHD_get_timeout(worker->daemon, &timeout_ms) == MHD_YES;
		poll(due, 2, !timed ? -1 : timeout_ms < INT_MAX ? (int)timeout_ms : INT_MAX);
		eventfd_t rings;
		if (due[1].revents)
			eventfd_read(worker->bell, &rings);
		MHD_run(worker->daemon);
	}
}

void worker_resume(struct worker *worker, struct MHD_Connection *connection)
{
	MHD_resume_connection(connection);
	eventfd_write(worker->bell, 1);
}

/* Who is connected already is let in, and refused at once. Of a socket that others hold as well, what waits there is
 * theirs. */
static void let_in_who_waits(struct worker *worker)
{
	const struct http_server *server = worker->server;
	if (server->options.listener || server->handed_on)
		return;
	for (;;) {
		struct sockaddr_storage address;
		socklen_t length = sizeof(address);
		int fd = accept4(server->listener, (struct sockaddr *)&address, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			return;
		MHD_add_connection(worker->daemon, fd, (struct sockaddr *)&address, length);
	}
}

static void *work(void *of_worker)
{
	struct worker *worker = of_worker;
	struct http_server *server = worker->server;
	serve_until(worker, &server->workers->closing);
	MHD_quiesce_daemon(worker->daemon);
	let_in_who_waits(worker);
	atomic_fetch_sub(&server->accepting, 1);
	serve_until(worker, &server->workers->ending);
	return NULL;
}

static struct MHD_Daemon *start_daemon(struct worker *worker)
{
	struct http_server *server = worker->server;
	const struct http_options *options = &server->options;
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
	struct MHD_OptionItem tls[] = {
	    {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)options->certificate},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)options->key},
	    {MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
	bool secure = options->certificate && options->key;
	if (secure)
		flags |= MHD_USE_TLS;
	/* Connections come unequally: each worker may have all, and links.c counts. */
	return MHD_start_daemon(flags, 0, exchange_accept, server, exchange_step, server, MHD_OPTION_LISTEN_SOCKET,
				server->listener, MHD_OPTION_CONNECTION_LIMIT, (unsigned)links_most(options) * 2,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->header_limit * 2 + HEADER_ROOM,
				MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds, MHD_OPTION_URI_LOG_CALLBACK,
				exchange_target, server, MHD_OPTION_NOTIFY_COMPLETED, exchange_completed, server,
				MHD_OPTION_NOTIFY_CONNECTION, exchange_link, worker, MHD_OPTION_SIGPIPE_HANDLED_BY_APP,
				1, MHD_OPTION_STRICT_FOR_CLIENT, 0 /* head.c refuses, so that it can say why */,
				MHD_OPTION_ARRAY, secure ? tls : none, MHD_OPTION_END);
}

/* The thread blocks SIGPIPE, as was said to the library. */
static bool start(struct worker *worker)
{
	sigset_t pipe, before;
	worker->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	worker->daemon = worker->bell >= 0 ? start_daemon(worker) : NULL;
	if (!worker->daemon)
		return false;
	worker->events = MHD_get_daemon_info(worker->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, &before);
	atomic_fetch_add(&worker->server->accepting, 1);
	worker->runs = pthread_create(&worker->thread, NULL, work, worker) == 0;
	if (!worker->runs)
		atomic_fetch_sub(&worker->server->accepting, 1);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return worker->runs;
}

bool workers_start(struct http_server *server)
{
	struct workers *workers = arena_alloc(server->arena, sizeof(*workers));
	unsigned count = server->options.threads;
	bool started = true;
	server->workers = workers;
	workers->all = arena_array(server->arena, count, sizeof(*workers->all));
	for (; started && workers->count < count; workers->count++) {
		workers->all[workers->count].server = server;
		started = start(&workers->all[workers->count]);
	}
	if (!started)
		workers_end(server);
	return started;
}

static void tell(struct workers *workers, _Atomic bool *what)
{
	atomic_store(what, true);
	for (unsigned i = 0; i < workers->count; i++)
		eventfd_write(workers->all[i].bell, 1);
}

void workers_close(struct http_server *server)
{
	tell(server->workers, &server->workers->closing);
}

static void end(struct worker *worker)
{
	if (worker->runs)
		pthread_join(worker->thread, NULL);
	if (worker->daemon) {
		MHD_quiesce_daemon(worker->daemon); /* or it closes the socket, which is not its own */
		MHD_stop_daemon(worker->daemon);
	}
	if (worker->bell >= 0)
		close(worker->bell);
}

void workers_end(struct http_server *server)
{
	struct workers *workers = server->workers;
	workers_close(server);
	tell(workers, &workers->ending);
	for (unsigned i = 0; i < workers->count; i++)
		end(&workers->all[i]);
}
