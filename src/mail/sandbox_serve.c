/* The nursery, and its children. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mail/sandbox.h"
#include "mail/sandbox_bind.h"
#include "mail/sandbox_wire.h"

enum { SOCKET = STDIN_FILENO, PIPE = STDOUT_FILENO };

static bool write_all(int descriptor, struct wire wire)
{
	while (!wire_is_sent(&wire)) {
		struct iovec pieces[2];

		wire_pieces(&wire, pieces);
		ssize_t n = writev(descriptor, pieces, 2);
		if (n < 0 && errno != EINTR)
			return false;
		wire_sent(&wire, n > 0 ? (size_t)n : 0);
	}
	return true;
}

static bool read_all(char *into, size_t n)
{
	while (n) {
		ssize_t had = read(SOCKET, into, n);

		if (had == 0 || (had < 0 && errno != EINTR))
			return false;
		into += had > 0 ? had : 0;
		n -= had > 0 ? (size_t)had : 0;
	}
	return true;
}

/* What came is read and answered, each in turn: length (8 bytes, of this machine: both ends are this program), and
 * that many bytes. */
static bool read_input(const struct sandbox_reading *reading, uint64_t n)
{
	ARENA arena = arena_new();
	struct str output = {0};
	char *bytes = arena_alloc(arena, n + 1);

	if (!read_all(bytes, n) || !reading->read(arena, (struct str){bytes, n}, &output))
		return false;
	n = output.n;
	return write_all(SOCKET, (struct wire){{(const char *)&n, sizeof(n)}, output});
}

static bool read_inputs(const struct sandbox_reading *reading)
{
	uint64_t n;

	while (read_all((char *)&n, sizeof(n)) && (n == SANDBOX_NO_MORE || n <= reading->most))
		if (n == SANDBOX_NO_MORE || !read_input(reading, n))
			return n == SANDBOX_NO_MORE;
	return false;
}

static _Noreturn void be_child(const struct sandbox_reading *reading)
{
	close(PIPE);
	_exit(sandbox_bind_child() && read_inputs(reading) ? 0 : 1);
}

static void say(enum sandbox_word word)
{
	const char letter = (char)word;

	if (!write_all(PIPE, (struct wire){.rest = {&letter, 1}}))
		_exit(1);
}

/* Blocks until somebody has something to be read, or is gone. */
static bool is_wanted(void)
{
	char first;
	ssize_t n;

	while ((n = recv(SOCKET, &first, 1, MSG_PEEK)) < 0 && errno == EINTR)
		;
	return n > 0;
}

static bool is_read_to_its_end(void)
{
	char first;

	return recv(SOCKET, &first, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

static enum sandbox_word bring_up(const struct sandbox_reading *reading)
{
	pid_t child = fork();
	int code = 0;

	if (child < 0)
		return SANDBOX_NO_CHILD;
	if (!child)
		be_child(reading);
	while (waitpid(child, &code, 0) < 0)
		if (errno != EINTR)
			return SANDBOX_FAILED;
	return WIFEXITED(code) && WEXITSTATUS(code) == 0 && is_read_to_its_end() ? SANDBOX_ENDED : SANDBOX_FAILED;
}

void sandbox_serve(const struct sandbox_reading *reading)
{
	struct error error = {0};
	enum sandbox_word word = SANDBOX_READY;
	char text[512];

	reading->prepare();
	if (sandbox_bind_nursery(&error)) {
		error_text(&error, text, sizeof(text));
		(void)write_all(STDERR_FILENO, (struct wire){.rest = str_of(text)});
		_exit(1);
	}
	say(SANDBOX_READY);
	while ((word == SANDBOX_READY || word == SANDBOX_ENDED) && is_wanted()) {
		word = bring_up(reading);
		say(word);
	}
	_exit(0);
}
