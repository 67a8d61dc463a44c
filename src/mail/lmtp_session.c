/* The words of LMTP: RFC 2033 over RFC 5321, with PIPELINING, SIZE, 8BITMIME, SMTPUTF8 and ENHANCEDSTATUSCODES. */
#include "mail/lmtp_session.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/log.h"

enum {
	LINE_MOST = 2048,      /* of a command */
	RECIPIENTS_MOST = 100, /* of a mail */
	FAULTS_MOST = 20,      /* whoever says more nonsense is sent away */
	COMMAND_WAIT = 300,    /* s, RFC 5321 4.5.3.2 */
	MAIL_WAIT = 600,       /* for all of a mail */
	CHUNK = 1 << 14,
	ANSWERS = 1 << 11,    /* bytes of answers that wait to be sent */
	MAILBOX_KNOWN = 1000, /* ms */
};

struct session {
	struct kernel *kernel;
	int fd;
	struct arena *arena; /* of one mail; reset after it */
	char waiting[CHUNK];
	size_t from, to; /* of what waits to be read */
	char answers[ANSWERS];
	size_t answered;
	int64_t until;   /* ms of the clock that nobody sets */
	bool over, gone; /* gone: who handed mails over does not listen any more */
	unsigned faults;
	/* The mail. */
	bool greeted, begun;
	struct str sender;
	struct str recipients[RECIPIENTS_MOST];
	size_t recipient_count;
	/* The mailbox that was found last, and until when nobody looks for it again at RCPT: it is when mail comes. */
	char mailbox[LINE_MOST];
	size_t mailbox_length;
	int64_t mailbox_until;
};

static int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* --- bytes --- */

static bool await(struct session *session, short what)
{
	struct pollfd end = {session->fd, what, 0};

	for (;;) {
		int64_t left = session->until - now_ms();
		int ready = left > 0 ? poll(&end, 1, (int)left) : 0;

		if (ready > 0)
			return true;
		if (ready == 0 || errno != EINTR)
			return false;
	}
}

static void send_text(struct session *session, struct str text)
{
	while (text.n && !session->gone) {
		ssize_t n = send(session->fd, text.p, text.n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0)
			text = str_sub(text, (size_t)n, text.n);
		else if (n == 0 || (errno != EAGAIN && errno != EINTR) || !await(session, POLLOUT))
			session->over = session->gone = true;
	}
}

static void send_answers(struct session *session)
{
	send_text(session, (struct str){session->answers, session->answered});
	session->answered = 0;
}

/* Sent when nothing more waits to be read: several commands are answered together (RFC 2920, 3.2). */
static void answer_text(struct session *session, struct str text)
{
	if (text.n > ANSWERS - session->answered)
		send_answers(session);
	if (text.n > ANSWERS) {
		send_text(session, text);
		return;
	}
	memcpy(session->answers + session->answered, text.p, text.n);
	session->answered += text.n;
}

static void answer(struct session *session, const char *line)
{
	answer_text(session, str_format(session->arena, "%s\r\n", line));
}

static void refuse(struct session *session, const char *line)
{
	answer(session, line);
	if (++session->faults >= FAULTS_MOST) {
		answer(session, "421 4.7.0 Too many errors");
		session->over = true;
	}
}

static bool fill(struct session *session)
{
	ssize_t n;

	if (session->from == session->to)
		session->from = session->to = 0;
	send_answers(session);
	do {
		if (!await(session, POLLIN)) {
			answer(session, "421 4.4.2 Too slow");
			session->over = true;
			return false;
		}
		n = recv(session->fd, session->waiting + session->to, CHUNK - session->to, MSG_DONTWAIT);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	session->over = session->over || n <= 0;
	session->to += n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* What waits up to and with the next line end, or all of it when there is none. */
static struct str next_piece(struct session *session)
{
	struct str waiting = {session->waiting + session->from, session->to - session->from};
	size_t end;

	if (str_find_char(waiting, '\n', &end))
		waiting = str_sub(waiting, 0, end + 1);
	session->from += waiting.n;
	return waiting;
}

/* One line without its end. False: the connection is over. *whole: it was not too long. */
static bool read_line(struct session *session, struct str *line, bool *whole)
{
	struct buf text = buf_new_max(session->arena, LINE_MOST);

	session->until = now_ms() + COMMAND_WAIT * 1000;
	for (;;) {
		struct str piece;

		if (session->from == session->to && !fill(session))
			return false;
		piece = next_piece(session);
		buf_add(&text, piece);
		if (str_ends(piece, S("\n")))
			break;
	}
	*whole = !text.failed;
	*line = str_trim(buf_str(&text));
	return true;
}

/* --- the mail --- */

static void forget_mail(struct session *session)
{
	arena_reset(session->arena);
	session->begun = false;
	session->recipient_count = 0;
	session->sender = (struct str){0};
}

/* Up to a line with nothing but a dot. Lines end with CRLF only (RFC 5321, 2.3.8): a lone LF ends none, and hides no
 * second mail in the first. False: the connection is over. */
static bool read_mail(struct session *session, struct buf *raw)
{
	struct str held = {0};
	char last = '\n', before = '\r';

	session->until = now_ms() + MAIL_WAIT * 1000;
	for (;;) {
		struct str piece, line;
		bool begins;

		if (session->from == session->to && !fill(session))
			return false;
		piece = next_piece(session);
		if (held.n) {
			piece = str_format(session->arena, "%.*s%.*s", STR_ARG(held), STR_ARG(piece));
			held = (struct str){0};
		}
		begins = last == '\n' && before == '\r';
		if (begins && (str_is(piece, ".") || str_is(piece, ".\r"))) { /* the rest of it is still to come */
			held = str_dup(session->arena, piece);
			continue;
		}
		if (begins && str_is(piece, ".\r\n"))
			return true;
		line = begins && str_starts(piece, S(".")) ? str_sub(piece, 1, piece.n) : piece;
		buf_add(raw, line); /* read to its end, however long: the other end is to hear what was wrong */
		before = piece.n > 1 ? piece.p[piece.n - 2] : last;
		last = piece.p[piece.n - 1];
	}
}

static const char *kept(struct session *session, const struct mail_delivery *delivery)
{
	char mail[NUMBER_TEXT], record[NUMBER_TEXT] = "";

	if (!delivery->outcome.n)
		return "250 2.0.0 Taken before";
	if (delivery->record)
		kernel_number(session->kernel, delivery->record, record);
	return str_c(session->arena, str_trim(str_format(session->arena, "250 2.0.0 %s: %.*s %s",
							 kernel_number(session->kernel, delivery->mail, mail),
							 STR_ARG(delivery->outcome), record)));
}

static const char *not_kept(enum status status, const struct error *error)
{
	char text[512];

	switch (status) {
	case E_NOT_FOUND:
		return "550 5.1.1 There is no such mailbox";
	case E_DENIED:
		return "550 5.7.1 This mailbox takes no mail from strangers";
	default:
		error_text(error, text, sizeof(text));
		log_warning("a mail that was handed over could not be kept: %s", text);
		return "451 4.3.0 Not kept; hand it over again";
	}
}

static void deliver_each(struct session *session, struct str raw)
{
	struct mail_reading reading;
	struct error unread = {0};
	enum status status = mail_read(session->arena, raw, &reading, &unread);

	for (size_t i = 0; i < session->recipient_count; i++) {
		struct mail_delivery delivery = {.kernel = session->kernel,
						 .mailbox = session->recipients[i],
						 .raw = raw,
						 .reading = &reading,
						 .now = time_now()};
		struct error error = unread;
		enum status own = status ? status : mail_deliver(&delivery, &error);

		session->until = now_ms() + COMMAND_WAIT * 1000;
		answer(session, own ? not_kept(own, &error) : kept(session, &delivery));
	}
}

static void take_data(struct session *session)
{
	struct buf raw = buf_new_max(session->arena, MAIL_BYTES_MOST);

	if (!session->recipient_count) {
		refuse(session, "503 5.5.1 RCPT first");
		return;
	}
	answer(session, "354 Go ahead; end with a dot");
	buf_format(&raw, "Return-Path: <%.*s>\r\n", STR_ARG(session->sender));
	if (!read_mail(session, &raw))
		return;
	for (size_t i = 0; raw.failed && i < session->recipient_count; i++)
		answer(session, "552 5.3.4 A mail may have at most 25 MB");
	if (!raw.failed)
		deliver_each(session, buf_str(&raw));
	forget_mail(session);
}

/* --- commands --- */

/* "FROM:<a@b> SIZE=7": the address, and what comes after it. */
static bool take_path(struct str words, const char *name, struct str *address, struct str *parameters)
{
	struct str rest = str_sub(words, str_of(name).n, words.n);
	size_t end;

	if (!str_eq_nocase(str_sub(words, 0, str_of(name).n), str_of(name)))
		return false;
	rest = str_trim(rest);
	if (!str_starts(rest, S("<")) || !str_find_char(rest, '>', &end))
		return false;
	*address = str_sub(rest, 1, end);
	*parameters = str_trim(str_sub(rest, end + 1, rest.n));
	return true;
}

static bool is_too_large(struct str parameters)
{
	struct str one;
	int64_t size;

	while (str_cut(&parameters, ' ', &one))
		if (str_eq_nocase(str_sub(one, 0, 5), S("SIZE=")) && str_int64(str_sub(one, 5, one.n), &size) &&
		    size > MAIL_BYTES_MOST)
			return true;
	return false;
}

static void take_sender(struct session *session, struct str words)
{
	struct str address, parameters;

	if (!session->greeted || session->begun)
		refuse(session, session->greeted ? "503 5.5.1 One mail at a time" : "503 5.5.1 LHLO first");
	else if (!take_path(words, "FROM:", &address, &parameters) || !str_is_utf8(address))
		refuse(session, "501 5.5.4 MAIL FROM:<address>");
	else if (is_too_large(parameters))
		answer(session, "552 5.3.4 A mail may have at most 25 MB");
	else {
		session->begun = true;
		session->sender = str_dup(session->arena, address);
		answer(session, "250 2.1.0 Go on");
	}
}

static enum status find_mailbox(struct session *session, struct str address, struct error *error)
{
	struct str known = {session->mailbox, session->mailbox_length};
	int64_t now = now_ms();
	enum status status;

	if (str_eq(known, address) && now < session->mailbox_until)
		return OK;
	status = mail_find_mailbox(session->kernel, address, time_now(), error);
	if (status || address.n > sizeof(session->mailbox))
		return status;
	memcpy(session->mailbox, address.p, address.n);
	session->mailbox_length = address.n;
	session->mailbox_until = now + MAILBOX_KNOWN;
	return OK;
}

static void take_recipient(struct session *session, struct str words)
{
	struct str address, parameters;
	struct error error = {0};
	enum status status;

	if (!session->begun) {
		refuse(session, "503 5.5.1 MAIL first");
		return;
	}
	if (!take_path(words, "TO:", &address, &parameters) || !address.n || !str_is_utf8(address)) {
		refuse(session, "501 5.5.4 RCPT TO:<address>");
		return;
	}
	if (session->recipient_count == RECIPIENTS_MOST) {
		answer(session, "452 4.5.3 Too many recipients");
		return;
	}
	status = find_mailbox(session, address, &error);
	if (status) {
		answer(session, not_kept(status, &error));
		return;
	}
	session->recipients[session->recipient_count++] = str_dup(session->arena, address);
	answer(session, "250 2.1.5 Go on");
}

static void greet(struct session *session)
{
	forget_mail(session);
	session->greeted = true;
	answer_text(session, str_format(session->arena,
					"250-Kaname\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
					"250-ENHANCEDSTATUSCODES\r\n250 SIZE %d\r\n",
					MAIL_BYTES_MOST));
}

static void obey(struct session *session, struct str line)
{
	struct str verb = line, words = {0};
	size_t at;

	if (str_find_char(line, ' ', &at)) {
		verb = str_sub(line, 0, at);
		words = str_trim(str_sub(line, at + 1, line.n));
	}
	if (str_eq_nocase(verb, S("LHLO")) && words.n) {
		greet(session);
	} else if (str_eq_nocase(verb, S("MAIL"))) {
		take_sender(session, words);
	} else if (str_eq_nocase(verb, S("RCPT"))) {
		take_recipient(session, words);
	} else if (str_eq_nocase(verb, S("DATA")) && !words.n) {
		take_data(session);
	} else if (str_eq_nocase(verb, S("RSET"))) {
		forget_mail(session);
		answer(session, "250 2.0.0 Forgotten");
	} else if (str_eq_nocase(verb, S("NOOP"))) {
		answer(session, "250 2.0.0 Well");
	} else if (str_eq_nocase(verb, S("VRFY"))) {
		answer(session, "252 2.0.0 Hand it over, and see");
	} else if (str_eq_nocase(verb, S("QUIT"))) {
		answer(session, "221 2.0.0 Farewell");
		session->over = true;
	} else if (str_eq_nocase(verb, S("HELO")) || str_eq_nocase(verb, S("EHLO"))) {
		refuse(session, "500 5.5.1 LHLO: this is LMTP");
	} else {
		refuse(session, "500 5.5.1 What?");
	}
}

void lmtp_session(struct kernel *kernel, int fd)
{
	ARENA own = arena_new();
	ARENA mail = arena_new();
	struct session *session = arena_one(own, struct session);

	*session = (struct session){.kernel = kernel, .fd = fd, .arena = mail};
	session->until = now_ms() + COMMAND_WAIT * 1000;
	answer(session, "220 Kaname LMTP");
	while (!session->over) {
		struct str line;
		bool whole;

		if (!session->begun)
			arena_reset(mail);
		if (!read_line(session, &line, &whole))
			break;
		if (whole)
			obey(session, line);
		else
			refuse(session, "500 5.5.2 That line is too long");
	}
	send_answers(session);
}
