/* Whole mails: what is taken out of them, and the way through the pipe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <glob.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mail/message.h"
#include "mail/sandbox.h"

#define HEAD "From: Taro <taro@aoba.example>\nTo: desk@kaname.example\nSubject: x\nMessage-ID: <1@aoba.example>\n"
#define MIXED HEAD "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"

static struct mail_message parse(struct arena *arena, const char *raw)
{
	struct mail_message message;

	mail_parse(arena, str_of(raw), &message);
	return message;
}

static void headers_are_read(void **state)
{
	ARENA arena = arena_new();
	struct mail_message m = parse(arena, "Authentication-Results: mx.kaname.example; dmarc=pass\n"
					     "From: =?UTF-8?B?5bGx55Sw?= <yamada@aoba.example>\n"
					     "To: \"Desk, the\" <desk@kaname.example>, b@kaname.example\n"
					     "Cc: c@aoba.example\n"
					     "Subject: =?UTF-8?B?44K144O844OQ?=\n"
					     "Message-ID: <2@aoba.example>\n"
					     "In-Reply-To: <1@kaname.example> (your mail)\n"
					     "References: <0@kaname.example>\n\t<1@kaname.example>\n"
					     "X-Loop: desk@kaname.example\n\nwords\n");

	assert_true(str_is(m.id, "2@aoba.example"));
	assert_true(str_is(m.in_reply_to, "1@kaname.example"));
	assert_int_equal(m.reference_count, 2);
	assert_true(str_is(m.references[1], "1@kaname.example"));
	assert_true(str_is(m.from.name, "山田"));
	assert_true(str_is(m.from.address, "yamada@aoba.example"));
	assert_int_equal(m.to_count, 3);
	assert_true(str_is(m.to[0].name, "Desk, the"));
	assert_true(str_is(m.subject, "サーバ"));
	assert_true(str_is(m.authentication, "mx.kaname.example; dmarc=pass"));
	assert_true(str_is(m.mark, "desk@kaname.example"));
	assert_true(str_is(m.text, "words"));
	assert_int_equal(m.nature, MAIL_PERSONAL);
}

/* As Japanese mailers for Windows write them, cut anywhere, or without any label. */
static void names_are_read_in_all_characters(void **state)
{
	static const struct {
		const char *value, *name;
	} people[] = {{"=?iso-2022-jp?B?GyRCLSEbKEI=?= =?shift_jis?B?h0A=?=", "①①"},
		      {"\"Quoted =?utf-8?Q?=C3=A9?=\"", "Quoted é"},
		      {"=?utf-8?B?44O?= =?utf-8?B?ig==?=", "ナ"},
		      {"\x83\x76\x83\x8a", "プリ"},
		      {"\xa5\xd7\xa5\xea\xa5\xf3", "プリン"},
		      {"\"a, b\"", "a, b"},
		      {"a =!? b", "a =? b"},
		      {"\"a \xe2\x80\xae gnp\"", "a gnp"}}, /* nothing turns the order of letters around */
	    files[] = {{"attachment; filename*=shift_jis''%87%40.png", "①.png"},
		       {"attachment; filename=\"=?iso-2022-jp?B?GyRCLSEbKEI=?=.png\"", "①.png"},
		       {"attachment; filename=\"\xa5\xd7\xa5\xea.png\"", "プリ.png"},
		       {"attachment; filename*0*=utf-8''%E3%83; filename*1*=%8A.png", "ナ.png"},
		       {"attachment; filename*1=\"and more.png\"; filename*0=\"long; \"", "long; and more.png"},
		       {"attachment; size=1; filename=plain.png; filename*=utf-8''%E3%83%8A.png", "ナ.png"},
		       {"attachment; filename=\"a \\\"b\\\".png\"; x=y", "a \"b\".png"},
		       {"attachment; filename*=utf-8'%E3", "utf-8'ã"},
		       {"attachment; filename*99999999999999999999=a; filename*100=b; filename", "part-1.png"},
		       {"attachment; filename=\"unended", "unended"},
		       {"attachment; filename=\"..\"", "part-1.png"}};
	ARENA arena = arena_new();

	for (size_t i = 0; i < sizeof(people) / sizeof(*people); i++) {
		struct str raw = str_format(arena, "From: %s <a@x.example>\n\n", people[i].value);
		struct mail_message m = parse(arena, raw.p);

		assert_string_equal(str_c(arena, m.from.name), people[i].name);
		assert_true(str_is(m.from.address, "a@x.example"));
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct str raw =
		    str_format(arena, HEAD "Content-Type: image/png\nContent-Disposition: %s\n\nx\n", files[i].value);
		struct mail_message m = parse(arena, raw.p);

		assert_int_equal(m.file_count, 1);
		assert_string_equal(str_c(arena, m.files[0].name), files[i].name);
	}
}

/* Each of these took the reader's 20 seconds, or its stack; who sent it and what it says is known all the same. */
static void heads_without_end_are_cut(void **state)
{
	static const char *const repeated[][2] = {
	    {"Subject: ", "=?a?b?x"}, {"Message-ID: ", "=?a?b?x"}, {"To: ", "g:"},
	    {"Cc: ", "a@b, "},        {"X: ", "y\nX: "},           {"Content-Disposition: inline; x=", "=?a?b?x"}};
	ARENA arena = arena_new();

	for (size_t i = 0; i < sizeof(repeated) / sizeof(*repeated); i++) {
		struct buf raw = buf_new(arena);
		struct mail_message m;

		buf_add_c(&raw, "From: a@x.example\n");
		buf_add_c(&raw, repeated[i][0]);
		for (size_t n = 0; n < 400000; n++)
			buf_add_c(&raw, repeated[i][1]);
		buf_add_c(&raw, "\n\nwords\n");
		mail_parse(arena, buf_str(&raw), &m);
		assert_true(m.cut);
		assert_true(str_is(m.from.address, "a@x.example"));
		assert_true(str_is(m.text, "words"));
	}
}

static void natures_are_told(void **state)
{
	static const struct {
		const char *header;
		enum mail_nature nature;
	} cases[] = {
	    {"Auto-Submitted: no\n", MAIL_PERSONAL},
	    {"Auto-Submitted: auto-generated\n", MAIL_GENERATED},
	    {"Precedence: bulk\n", MAIL_GENERATED},
	    {"List-Id: <l.example>\n", MAIL_GENERATED},
	    {"Return-Path: <>\n", MAIL_GENERATED},
	    {"Auto-Submitted: auto-replied\n", MAIL_REPLIED},
	    {"X-Autoreply: yes\n", MAIL_REPLIED},
	    {"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n", MAIL_BOUNCE},
	    {"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n", MAIL_REPLIED},
	};
	ARENA arena = arena_new();

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (parse(arena, str_c(arena, str_format(arena, HEAD "%s\nwords\n", cases[i].header))).nature !=
		    cases[i].nature)
			fail_msg("%s", cases[i].header);
	assert_int_equal(parse(arena, "From: Mail Delivery System <MAILER-DAEMON@a.example>\n\nx\n").nature,
			 MAIL_BOUNCE);
	assert_int_equal(parse(arena, "From: The postmaster <postmaster@a.example>\n\nx\n").nature, MAIL_PERSONAL);
}

static void plain_text_goes_before_html(void **state)
{
	ARENA arena = arena_new();
	struct mail_message m =
	    parse(arena, MIXED "--b\nContent-Type: multipart/alternative; boundary=c\n\n"
			       "--c\nContent-Type: text/plain\n\nplain\n"
			       "--c\nContent-Type: multipart/related; boundary=d\n\n"
			       "--d\nContent-Type: text/html\n\n<p>rich</p>\n"
			       "--d\nContent-Type: image/png; name=a.png\nContent-ID: <a>\n\npng\n--d--\n"
			       "--c--\n--b\nContent-Type: application/pdf\n"
			       "Content-Disposition: attachment; filename*=UTF-8''%E5%9B%B3.pdf\n"
			       "Content-Transfer-Encoding: base64\n\nUERG\n--b--\n");

	assert_true(str_is(m.text, "plain"));
	assert_int_equal(m.file_count, 2);
	assert_true(str_is(m.files[0].name, "a.png")); /* of the HTML, and not lost with it */
	assert_true(str_is(m.files[1].name, "図.pdf"));
	assert_true(str_is(m.files[1].media_type, "application/pdf"));
	assert_true(str_is(m.files[1].bytes, "PDF"));
}

static void html_stands_in_where_the_text_is_empty(void **state)
{
	ARENA arena = arena_new();
	struct mail_message m = parse(arena, HEAD "Content-Type: multipart/alternative; boundary=b\n\n"
						  "--b\nContent-Type: text/plain\n\n  \n"
						  "--b\nContent-Type: text/html\n\n<p>rich</p>\n--b--\n");

	assert_true(str_is(m.text, "rich"));
	assert_int_equal(m.file_count, 0);
}

static void attached_mails_stay_whole(void **state)
{
	ARENA arena = arena_new();
	struct mail_message m = parse(arena, MIXED "--b\n\nsee below\n--b\nContent-Type: message/rfc822\n\n"
						   "From: x@a.example\nSubject: in/side\n\nforwarded words\n--b--\n");
	size_t at;

	assert_true(str_is(m.text, "see below"));
	assert_int_equal(m.file_count, 1);
	assert_true(str_is(m.files[0].name, "in-side.eml"));
	assert_true(str_find(m.files[0].bytes, S("forwarded words"), &at));
}

static void what_is_encrypted_stays_as_it_came(void **state)
{
	ARENA arena = arena_new();
	struct mail_message m = parse(
	    arena, HEAD "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n"
			"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
			"--b\nContent-Type: application/octet-stream\n\nsecret\n--b--\n");
	size_t at;

	assert_int_equal(m.file_count, 1);
	assert_true(str_find(m.files[0].bytes, S("secret"), &at));
}

/* An invitation beside the text, Outlook's own wrapping, a signature, and names in the ways of RFC 2231 and of Japan.
 */
static void what_other_programs_bring_is_kept(void **state)
{
	static const char *const names[] = {"part-1.ics", "winmail.dat", "請求書.pdf", "日本.txt", "smime.p7s"};
	ARENA arena = arena_new();
	struct mail_message m = parse(
	    arena, HEAD
	    "MIME-Version: 1.0\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; "
	    "boundary=s\n\n"
	    "--s\nContent-Type: multipart/mixed; boundary=b\n\n"
	    "--b\nContent-Type: multipart/alternative; boundary=a\n\n"
	    "--a\nContent-Type: text/plain; charset=us-ascii\n\n\x1b$B2q5D\x1b(B\n"
	    "--a\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--a--\n"
	    "--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\nx\n"
	    "--b\nContent-Type: application/pdf\nContent-Disposition: attachment;\n filename*0*=UTF-8''%E8%AB%8B;\n"
	    " filename*1*=%E6%B1%82%E6%9B%B8;\n filename*2=.pdf\n\nx\n"
	    "--b\nContent-Type: text/x; name=\"=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=.txt\"\n\nx\n--b--\n"
	    "--s\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nx\n--s--\n");

	assert_true(str_is(m.text, "会議"));
	assert_int_equal(m.file_count, sizeof(names) / sizeof(*names));
	for (size_t i = 0; i < m.file_count; i++)
		assert_string_equal(str_c(arena, m.files[i].name), names[i]);
}

static void names_lead_nowhere(void **state)
{
	ARENA arena = arena_new();
	struct mail_message m = parse(
	    arena, MIXED
	    "--b\nContent-Type: text/x; name=\"../../etc/passwd\"\n\nx\n"
	    "--b\nContent-Type: text/x; name=\"C:\\\\a.txt\"\n\nx\n--b\nContent-Type: application/zip\n\nx\n--b--\n");

	assert_int_equal(m.file_count, 3);
	assert_true(str_is(m.files[0].name, "passwd"));
	assert_true(str_is(m.files[1].name, "a.txt"));
	assert_string_equal(str_c(arena, m.files[2].name), "part-3.zip");
}

static void nothing_is_too_much(void **state)
{
	ARENA arena = arena_new();
	struct buf deep = buf_new(arena), wide = buf_new(arena);
	struct mail_message m;

	buf_add_c(&deep, HEAD);
	for (int i = 0; i < 500; i++)
		buf_format(&deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	buf_add_c(&deep, "Content-Type: text/plain\n\ndown here\n");
	m = parse(arena, str_c(arena, buf_str(&deep)));
	assert_true(m.cut);
	buf_add_c(&wide, MIXED);
	for (int i = 0; i < 3000; i++)
		buf_add_c(&wide, "--b\nContent-Type: application/x\n\nx\n");
	m = parse(arena, str_c(arena, buf_str(&wide)));
	assert_true(m.cut);
	assert_int_equal(m.file_count, MAIL_FILES_MOST);
	assert_int_equal(parse(arena, "").file_count, 0);
	m = parse(arena, "no header at all\nand no empty line\n");
	assert_string_equal(str_c(arena, m.text), "no header at all\nand no empty line");
}

static void blank_lines_in_front_are_no_end_of_headers(void **state)
{
	ARENA arena = arena_new();

	assert_true(str_is(parse(arena, "   \n\r\n" HEAD "\nwords\n").id, "1@aoba.example"));
}

/* Any cut of what was packed is refused, and so is any byte more. */
static void only_whole_packs_are_taken(void **state)
{
	ARENA arena = arena_new();
	struct mail_message m = parse(arena,
				      MIXED "--b\n\nwords\n--b\nContent-Type: application/x; name=n\n\nfile\n--b--\n"),
			    back;
	struct str packed = mail_pack(arena, &m);
	struct error error = {0};

	assert_int_equal(mail_unpack(arena, packed, &back, &error), OK);
	assert_true(str_eq(back.id, m.id) && str_eq(back.text, m.text) && back.file_count == 1);
	assert_true(str_is(back.files[0].name, "n") && str_eq(back.files[0].bytes, m.files[0].bytes));
	for (size_t n = 0; n < packed.n; n++) {
		error_clear(&error);
		assert_int_equal(mail_unpack(arena, str_sub(packed, 0, n), &back, &error), E_INTERNAL);
	}
	error_clear(&error);
	assert_int_equal(mail_unpack(arena, str_format(arena, "%.*s!", 0, ""), &back, &error), E_INTERNAL);
}

/* --- children --- */

static void put(struct str bytes)
{
	ssize_t n = write(STDIN_FILENO, bytes.p, bytes.n);

	(void)n;
}

/* What a child does that a mail has taken over. Its own end is all that it reaches. */
static bool read_hostile(struct arena *arena, struct str input, struct str *output)
{
	static const char forged[] = "\6\0\0\0\0\0\0\0forged";
	const struct str answer = {forged, sizeof(forged) - 1};
	static int seen;

	*output = str_is(input, "seen") ? str_format(arena, "%d", seen) : input;
	seen++;
	if (str_is(input, "crash"))
		__builtin_trap();
	if (str_is(input, "exit"))
		_exit(3);
	if (str_is(input, "exit well"))
		_exit(0);
	if (str_is(input, "refuse"))
		return false;
	if (str_is(input, "for ever"))
		for (volatile int i = 0;; i++)
			;
	if (str_is(input, "more than it says"))
		put(answer);
	if (str_is(input, "the nursery's word"))
		*output = write(STDOUT_FILENO, "e", 1) == 1 ? input : S("cannot");
	if (str_is(input, "files"))
		*output = open("/etc/passwd", O_WRONLY) < 0 && open("/tmp/x", O_CREAT | O_WRONLY, 0600) < 0
			      ? S("cannot")
			      : input;
	if (str_is(input, "signals"))
		*output = kill(getppid(), SIGKILL) ? S("cannot") : input;
	if (str_is(input, "children"))
		*output = fork() < 0 ? S("cannot") : input;
	if (str_is(input, "network"))
		*output = socket(AF_INET, SOCK_STREAM, 0) < 0 ? S("cannot") : input;
	return true;
}

static void prepare_nothing(void)
{
}

static struct sandbox_work work_for(struct str input, size_t most)
{
	static const char *const command[] = {"/proc/self/exe", "serve", NULL};

	return (struct sandbox_work){.command = command, .input = input, .most = most, .seconds = 20};
}

static enum status run(struct arena *arena, struct sandbox_work work, struct str *output)
{
	struct error error = {0};

	return sandbox_run(arena, &work, output, &error);
}

static void is_answered(struct arena *arena, const char *input, const char *answer)
{
	struct str output;

	assert_int_equal(run(arena, work_for(str_of(input), 100), &output), OK);
	assert_string_equal(str_c(arena, output), answer);
}

static void children_answer_or_fail(void **state)
{
	static const char *const faults[] = {"crash", "exit", "exit well", "refuse", "more than it says"};
	ARENA arena = arena_new();
	struct buf much = buf_new(arena);
	struct str output;
	struct sandbox_work endless = work_for(S("for ever"), 100);

	is_answered(arena, "bytes", "bytes");
	is_answered(arena, "", "");
	for (int i = 0; i < 300000; i++)
		buf_add_char(&much, 'x');
	assert_int_equal(run(arena, work_for(buf_str(&much), 1 << 20), &output),
			 OK); /* more than sockets hold, both ways */
	assert_true(str_eq(output, buf_str(&much)));
	assert_int_equal(run(arena, work_for(buf_str(&much), 1000), &output), E_INTERNAL); /* too much */
	buf_add_char(&much, 'x');
	assert_int_equal(run(arena, work_for(buf_str(&much), 1 << 20), &output), E_INTERNAL); /* over what is read */
	endless.seconds = 1;
	assert_int_equal(run(arena, endless, &output), E_INTERNAL);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		assert_int_equal(run(arena, work_for(str_of(faults[i]), 100), &output), E_INTERNAL);
		is_answered(arena, "the next", "the next");
	}
}

static void children_reach_nothing(void **state)
{
	static const char *const tries[] = {"the nursery's word", "files", "signals", "children", "network"};
	ARENA arena = arena_new();

	for (size_t i = 0; i < sizeof(tries) / sizeof(*tries); i++)
		is_answered(arena, tries[i], "cannot");
	is_answered(arena, "seen", "0"); /* each is one that has seen no other input */
	is_answered(arena, "seen", "0");
}

/* Each thread has its own answers, however many there are. */
static void *ask_often(void *context)
{
	const char *own = context;
	ARENA arena = arena_new();

	for (int i = 0; i < 20; i++)
		is_answered(arena, own, own);
	return NULL;
}

static void children_are_shared_by_threads(void **state)
{
	static char own[][8] = {"one", "two", "three", "four", "five", "six"};
	pthread_t threads[6];

	for (int i = 0; i < 6; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_often, own[i]), 0);
	for (int i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
}

struct crowd {
	pthread_barrier_t begin;
	atomic_int most; /* inputs that a child had read before */
};

static void *ask_what_was_seen(void *context)
{
	struct crowd *crowd = context;
	ARENA arena = arena_new();
	struct str output;

	pthread_barrier_wait(&crowd->begin);
	for (int i = 0; i < 50; i++) {
		int64_t seen;

		assert_int_equal(run(arena, work_for(S("seen"), 100), &output), OK);
		assert_true(str_int64(output, &seen) && seen < SANDBOX_INPUTS_MOST);
		if (seen > crowd->most)
			crowd->most = (int)seen;
		if (i % 10 == 0)
			assert_int_equal(run(arena, work_for(S("crash"), 100), &output), E_INTERNAL);
	}
	return NULL;
}

static long parent_of(long process)
{
	char path[64];
	long parent = 0;

	snprintf(path, sizeof(path), "/proc/%ld/stat", process);
	FILE *about = fopen(path, "r");
	if (about && fscanf(about, "%*d (%*[^)]) %*c %ld", &parent) != 1)
		parent = 0;
	if (about)
		fclose(about);
	return parent;
}

/* Nurseries are children of this process; what reads is theirs. */
static bool has_grandchildren(void)
{
	glob_t all;
	bool has = false;

	assert_int_equal(glob("/proc/[0-9]*", 0, NULL, &all), 0);
	for (size_t i = 0; i < all.gl_pathc && !has; i++)
		has = parent_of(parent_of(strtol(all.gl_pathv[i] + strlen("/proc/"), NULL, 10))) == getpid();
	globfree(&all);
	return has;
}

/* Where several come, a child reads for others; a fault is nobody else's all the same. */
static void children_read_for_several_who_wait(void **state)
{
	struct crowd crowd = {0};
	pthread_t threads[8];
	ARENA arena = arena_new();

	pthread_barrier_init(&crowd.begin, NULL, 8);
	for (int i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_what_was_seen, &crowd), 0);
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&crowd.begin);
	assert_true(crowd.most > 0);
	while (has_grandchildren()) /* those that waited for more end by themselves, though nobody comes */
		sched_yield();
	is_answered(arena, "seen", "0");
}

int main(int count, char **words)
{
	if (count > 1)
		sandbox_serve(&(struct sandbox_reading){prepare_nothing, read_hostile, 300000});

	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(headers_are_read),
	    cmocka_unit_test(names_are_read_in_all_characters),
	    cmocka_unit_test(heads_without_end_are_cut),
	    cmocka_unit_test(natures_are_told),
	    cmocka_unit_test(plain_text_goes_before_html),
	    cmocka_unit_test(html_stands_in_where_the_text_is_empty),
	    cmocka_unit_test(attached_mails_stay_whole),
	    cmocka_unit_test(what_other_programs_bring_is_kept),
	    cmocka_unit_test(what_is_encrypted_stays_as_it_came),
	    cmocka_unit_test(names_lead_nowhere),
	    cmocka_unit_test(nothing_is_too_much),
	    cmocka_unit_test(blank_lines_in_front_are_no_end_of_headers),
	    cmocka_unit_test(only_whole_packs_are_taken),
	    cmocka_unit_test(children_answer_or_fail),
	    cmocka_unit_test(children_reach_nothing),
	    cmocka_unit_test(children_are_shared_by_threads),
	    cmocka_unit_test(children_read_for_several_who_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
