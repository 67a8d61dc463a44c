/* The protocol of systemd, with this test in the place of systemd. */
#include "app/notify.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

/* A socket that hears, in the abstract namespace, with NOTIFY_SOCKET set to it. */
static int hear(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char name[64];
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int n = snprintf(name, sizeof(name), "@kaname-notify-test-%d", (int)getpid());

	memcpy(address.sun_path + 1, name + 1, (size_t)n - 1);
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)n)), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void assert_heard(int fd, const char *words)
{
	char said[128] = {0};

	assert_true(recv(fd, said, sizeof(said) - 1, 0) > 0);
	assert_memory_equal(said, words, strlen(words));
}

static void what_is_said_is_heard(void **state)
{
	int fd = hear();

	assert_true(notify_send("READY=1"));
	assert_heard(fd, "READY=1");
	assert_true(notify_reloading());
	assert_heard(fd, "RELOADING=1\nMONOTONIC_USEC=");
	close(fd);
	assert_false(notify_send("READY=1"));
	setenv("NOTIFY_SOCKET", "relative", 1);
	assert_false(notify_send("READY=1"));
	unsetenv("NOTIFY_SOCKET");
	assert_false(notify_send("READY=1"));
}

static void for_whom(const char *name, pid_t pid)
{
	char text[24];

	snprintf(text, sizeof(text), "%d", (int)pid);
	setenv(name, text, 1);
}

static void a_watchdog_is_for_whom_it_names(void **state)
{
	setenv("WATCHDOG_USEC", "3000000", 1);
	assert_int_equal(notify_watchdog(), 3000);
	for_whom("WATCHDOG_PID", getpid());
	assert_int_equal(notify_watchdog(), 3000);
	for_whom("WATCHDOG_PID", getpid() + 1);
	assert_int_equal(notify_watchdog(), 0);
	setenv("WATCHDOG_USEC", "often", 1);
	unsetenv("WATCHDOG_PID");
	assert_int_equal(notify_watchdog(), 0);
	unsetenv("WATCHDOG_USEC");
}

static enum status passed(const char *count, int *fd)
{
	struct error error = {0};

	setenv("LISTEN_FDS", count, 1);
	return notify_listener(fd, &error);
}

static void only_one_socket_that_listens_is_taken(void **state)
{
	enum { FIRST = 3 };
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int kept = dup(FIRST), own = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;

	dup2(own, FIRST);
	assert_int_equal(passed("1", &fd), OK); /* for nobody that is named */
	assert_int_equal(fd, 0);
	for_whom("LISTEN_PID", getpid() + 1);
	assert_int_equal(passed("1", &fd), OK);
	assert_int_equal(fd, 0);
	for_whom("LISTEN_PID", getpid());
	assert_int_equal(passed("1", &fd), E_INVALID); /* it does not listen */
	assert_int_equal(bind(own, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(own, 1), 0);
	assert_int_equal(passed("1", &fd), OK);
	assert_int_equal(fd, FIRST);
	assert_int_equal(passed("2", &fd), E_INVALID);
	assert_int_equal(passed("0", &fd), OK);
	assert_int_equal(fd, 0);
	close(own);
	close(FIRST);
	if (kept >= 0) {
		dup2(kept, FIRST);
		close(kept);
	}
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
}

/* As a program does that becomes another. */
static void what_is_passed_is_found(void **state)
{
	enum { FIRST = 3 };
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct error error = {0};
	int kept = dup(FIRST), own = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;

	assert_int_equal(bind(own, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(own, 1), 0);
	notify_pass_listener(own, false);
	assert_int_equal(fcntl(FIRST, F_GETFD) & FD_CLOEXEC, 0);
	assert_int_equal(notify_listener(&fd, &error), OK);
	assert_int_equal(fd, FIRST);
	assert_false(notify_is_own_listener());
	notify_pass_listener(FIRST, true);
	assert_int_equal(fcntl(FIRST, F_GETFD) & FD_CLOEXEC, 0);
	assert_true(notify_is_own_listener());
	notify_pass_listener(-1, true);
	assert_int_equal(notify_listener(&fd, &error), OK);
	assert_int_equal(fd, 0);
	close(own);
	close(FIRST);
	if (kept >= 0) {
		dup2(kept, FIRST);
		close(kept);
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDNAMES");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_said_is_heard),
	    cmocka_unit_test(a_watchdog_is_for_whom_it_names),
	    cmocka_unit_test(only_one_socket_that_listens_is_taken),
	    cmocka_unit_test(what_is_passed_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
