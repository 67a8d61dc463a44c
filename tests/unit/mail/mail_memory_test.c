/* Memory that runs out at each allocation of reading a mail, whoever asks for it: our arenas, glib, gmime, ICU,
 * libxml2. Each time in a child of its own, as mails are read (docs/decisions/0070), and in the reader's memory: the
 * child ends, and the mail is kept as it came and waits. It is never read otherwise than with memory enough. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "mail/message.h"
#include "mail/reader_memory.h"

/* --- every allocation of the process --- */

static unsigned failing_call, calls; /* of the child; 0: nothing fails */

static bool fails(void)
{
	return failing_call && ++calls == failing_call;
}

#define WRAPPED_AGAIN(name) __wrap_##name
#define WRAPPED(name) WRAPPED_AGAIN(name)
#define REAL_AGAIN(name) __real_##name
#define REAL(name) REAL_AGAIN(name)

void *REAL(READER_BELOW(malloc))(size_t bytes);
void *REAL(READER_BELOW(calloc))(size_t count, size_t bytes);
void *REAL(READER_BELOW(realloc))(void *old, size_t bytes);
void *REAL(READER_BELOW(memalign))(size_t alignment, size_t bytes);
void *WRAPPED(READER_BELOW(malloc))(size_t bytes);
void *WRAPPED(READER_BELOW(calloc))(size_t count, size_t bytes);
void *WRAPPED(READER_BELOW(realloc))(void *old, size_t bytes);
void *WRAPPED(READER_BELOW(memalign))(size_t alignment, size_t bytes);

void *WRAPPED(READER_BELOW(malloc))(size_t bytes)
{
	return fails() ? NULL : REAL(READER_BELOW(malloc))(bytes);
}

void *WRAPPED(READER_BELOW(calloc))(size_t count, size_t bytes)
{
	return fails() ? NULL : REAL(READER_BELOW(calloc))(count, bytes);
}

void *WRAPPED(READER_BELOW(realloc))(void *old, size_t bytes)
{
	return fails() ? NULL : REAL(READER_BELOW(realloc))(old, bytes);
}

void *WRAPPED(READER_BELOW(memalign))(size_t alignment, size_t bytes)
{
	return fails() ? NULL : REAL(READER_BELOW(memalign))(alignment, bytes);
}

/* --- the mail --- */

/* Something of all that is read: names of persons and files in several characters, text beside HTML, groups, mails in
 * mails, what is signed, and what nobody knows. */
static const char mail[] =
    "Received: from a by b; Thu, 26 Nov 2026 10:00:00 +0900\n"
    "Message-ID: <1@people.example>\n"
    "In-Reply-To: <0@people.example>\n"
    "References: <a@x> <b@x>\n"
    "From: =?iso-2022-jp?B?GyRCTXhNUTxUGyhC?= <user@people.example>\n"
    "To: desk@kaname.example, Others: x@people.example, =?koi8-r?Q?=D7=D3=C5?= <y@people.example>;\n"
    "Subject: =?UTF-8?B?44OX44Oq44Oz44K/?= =?shift_jis?B?gqk=?= is =?x-unknown?Q?caf=E9?=\n"
    "Content-Type: multipart/mixed; boundary=out\n\n"
    "--out\nContent-Type: multipart/alternative; boundary=in\n\n"
    "--in\nContent-Type: text/plain; charset=utf-8\n\n \n"
    "--in\nContent-Type: text/html; charset=iso-2022-jp\n\n<p>\x1b$B%W%j%s%?\x1b(B &amp; <a "
    "href='https://x.example'>more</a><ul><li>one"
    "<blockquote>quoted</blockquote>\n"
    "--in--\n"
    "--out\nContent-Type: text/plain\n\n\xa5\xd7\xa5\xea\xa5\xf3\xa5\xbf in some characters\n"
    "--out\nContent-Type: text/plain; charset=utf-8\n\nB\xe4r \xfc"
    "ber Stra\xdf\x65, \xf6\x66\x66nen\n"
    "--out\nContent-Type: image/png; name*=shift_jis''%83v%83%8A.png\nContent-Transfer-Encoding: "
    "base64\n\niVBORw0KGgo=\n"
    "--out\nContent-Type: message/rfc822\n\nSubject: =?euc-jp?B?pW+lqg==?=\n\nInner\n"
    "--out\nContent-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=s\n\n"
    "--s\nContent-Type: text/plain\n\nSigned\n--s\nContent-Type: application/pgp-signature\n\nx\n--s--\n"
    "--out--\n";

static struct str read_mail(struct arena *arena)
{
	struct mail_message message;

	mail_parse(arena, (struct str){mail, sizeof(mail) - 1}, &message);
	return mail_pack(arena, &message);
}

enum { SAME = 0, OTHERWISE = 90, CLEAN = 91 };

static _Noreturn void be_child(struct str wanted, unsigned call)
{
	static const int ends[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGTRAP, SIGABRT};
	const struct rlimit none = {0, 0};
	struct str read_in;

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		signal(ends[i], SIG_DFL); /* cmocka would go on with the test */

	setrlimit(RLIMIT_CORE, &none);
	alarm(10); /* for a library may wait for ever, as a nursery is given its time */
	if (!freopen("/dev/null", "w", stderr))
		_exit(2);
	failing_call = call;
	read_in = read_mail(arena_new());
	failing_call = 0;
	_exit(!str_eq(read_in, wanted) ? OTHERWISE : calls < call ? CLEAN : SAME);
}

static void memory_runs_out_while_a_mail_is_read(void **state)
{
	ARENA arena = arena_new();
	struct str wanted;
	unsigned call = 1, ended = 0, same = 0;
	int status = 0;

	(void)read_mail(arena); /* what is kept from mail to mail is there */
	wanted = read_mail(arena);
	for (; !(WIFEXITED(status) && WEXITSTATUS(status) == CLEAN);
	     call += getenv("KANAME_LONG") ? 1 : 1 + call / 20) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (!child)
			be_child(wanted, call);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (WIFEXITED(status) && WEXITSTATUS(status) == OTHERWISE)
			fail_msg("allocation %u failed, and the mail was read otherwise than it is", call);
		same += WIFEXITED(status) && WEXITSTATUS(status) == SAME;
		ended += !WIFEXITED(status) || (WEXITSTATUS(status) != SAME && WEXITSTATUS(status) != CLEAN);
		assert_true(call < 1000000);
	}
	if (getenv("KANAME_SAY"))
		print_message("up to allocation %u: %u ended, %u read the same\n", call, ended, same);
	assert_true(ended > 20 && !same); /* none is lost on the way: whoever has no memory ends the child */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(memory_runs_out_while_a_mail_is_read)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
