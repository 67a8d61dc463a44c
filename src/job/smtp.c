#include "job/smtp.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backup/secret.h"
#include "base/arena.h"

enum { CONNECT_WAIT = 10, WAIT = 60 }; /* seconds */

struct smtp {
	const struct smtp_options *options;
	CURL *curl;
	size_t first; /* the relay to begin with */
	char why[CURL_ERROR_SIZE];
};

struct sending {
	struct smtp *smtp;
	struct str raw;
	size_t at;    /* of it has gone */
	char *reply;  /* the last line of the relay */
	long code;    /* its number; 0: none */
	bool of_mail; /* the relay has let us in: what it says is about the mail */
};

static pthread_once_t started = PTHREAD_ONCE_INIT;

static void start(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* --- options --- */

/* Where nobody listens on the way. */
static bool is_of_this_machine(const char *relay)
{
	static const char *const places[] = {"smtp://127.0.0.1", "smtp://localhost", "smtp://[::1]"};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		size_t n = strlen(places[i]);

		if (!strncmp(relay, places[i], n) && (!relay[n] || relay[n] == ':' || relay[n] == '/'))
			return true;
	}
	return false;
}

static bool is_relay(const char *relay)
{
	CURLU *url = curl_url();
	char *scheme = NULL, *host = NULL, *user = NULL;
	bool is = url && !curl_url_set(url, CURLUPART_URL, relay, 0) &&
		  !curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) && !curl_url_get(url, CURLUPART_HOST, &host, 0) &&
		  (!strcmp(scheme, "smtp") || !strcmp(scheme, "smtps")) &&
		  curl_url_get(url, CURLUPART_USER, &user, 0); /* secrets stand in files */

	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	curl_url_cleanup(url);
	return is;
}

enum status smtp_check(const struct smtp_options *options, struct error *error)
{
	pthread_once(&started, start);
	for (size_t i = 0; i < options->relay_count; i++)
		if (!is_relay(options->relays[i]))
			return error_fail(error, E_INVALID, "smtp", "address",
					  N_("%s is no mail server; smtp://HOST:PORT or smtps://HOST:PORT is expected"),
					  options->relays[i]);
	return OK;
}

/* --- what libcurl calls --- */

static size_t give(char *buffer, size_t size, size_t count, void *context)
{
	struct sending *sending = context;
	size_t left = sending->raw.n - sending->at, n = size * count < left ? size * count : left;

	memcpy(buffer, sending->raw.p + sending->at, n);
	sending->at += n;
	return n;
}

/* Every line that the relay says. A no stays: "221 bye" may follow it. */
static size_t hear(char *line, size_t size, size_t count, void *context)
{
	struct sending *sending = context;
	struct str said = str_trim((struct str){line, size * count});
	int64_t code;

	if (sending->code < 400 && str_int64(str_sub(said, 0, 3), &code)) {
		sending->code = (long)code;
		snprintf(sending->reply, SMTP_REPLY, "%.*s", STR_ARG(str_head(said, SMTP_REPLY - 1)));
	}
	return size * count;
}

/* What we say; only whether the mail has been begun with. */
static int note(CURL *curl, curl_infotype type, char *data, size_t size, void *context)
{
	struct sending *sending = context;

	if (type == CURLINFO_HEADER_OUT && str_starts((struct str){data, size}, S("MAIL FROM:"))) {
		sending->of_mail = true;
		sending->code = 0;
	}
	return 0;
}

static int look_around(void *context, curl_off_t down, curl_off_t have, curl_off_t up, curl_off_t sent)
{
	const struct sending *sending = context;

	return sending->smtp->options->stop && *sending->smtp->options->stop;
}

/* --- one relay --- */

/* By a password, or by a token: as XOAUTH2 or OAUTHBEARER, whichever the relay offers. False: the token cannot be read.
 */
static bool set_account(const struct smtp *smtp, struct arena *arena)
{
	const struct smtp_options *options = smtp->options;
	struct error error = {0};
	struct str token;

	if (options->user)
		curl_easy_setopt(smtp->curl, CURLOPT_USERNAME, options->user);
	if (options->user && options->password)
		curl_easy_setopt(smtp->curl, CURLOPT_PASSWORD, options->password);
	if (!options->user || !options->token_file)
		return true;
	if (secret_read_file(arena, options->token_file, &token, &error))
		return false;
	curl_easy_setopt(smtp->curl, CURLOPT_XOAUTH2_BEARER, str_c(arena, str_trim(token)));
	return true;
}

static void set_security(const struct smtp *smtp, const char *relay)
{
	const struct smtp_options *options = smtp->options;
	bool tried = options->tls == SMTP_TLS_TRIED || (options->tls == SMTP_TLS_REQUIRED && is_of_this_machine(relay));

	curl_easy_setopt(smtp->curl, CURLOPT_USE_SSL,
			 (long)(options->tls == SMTP_TLS_NONE ? CURLUSESSL_NONE
				: tried                       ? CURLUSESSL_TRY
							      : CURLUSESSL_ALL));
	if (options->ca_file)
		curl_easy_setopt(smtp->curl, CURLOPT_CAINFO, options->ca_file);
}

static void set_calls(struct sending *sending)
{
	CURL *curl = sending->smtp->curl;

	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(curl, CURLOPT_READDATA, sending);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)sending->raw.n);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, sending);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L); /* told to note() alone */
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, note);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, sending);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_around);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, sending);
}

static CURLcode send_by(struct sending *sending, const char *relay, const char *from, struct curl_slist *to)
{
	ARENA arena = arena_new();
	struct smtp *smtp = sending->smtp;

	sending->at = 0;
	sending->code = 0;
	sending->of_mail = false;
	smtp->why[0] = sending->reply[0] = '\0';
	curl_easy_reset(smtp->curl); /* connections stay */
	curl_easy_setopt(smtp->curl, CURLOPT_URL, relay);
	curl_easy_setopt(smtp->curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(smtp->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(smtp->curl, CURLOPT_ERRORBUFFER, smtp->why);
	curl_easy_setopt(smtp->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_WAIT);
	curl_easy_setopt(smtp->curl, CURLOPT_TIMEOUT, (long)WAIT);
	curl_easy_setopt(smtp->curl, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(smtp->curl, CURLOPT_MAIL_RCPT, to);
	set_security(smtp, relay);
	set_calls(sending);
	if (!set_account(smtp, arena)) {
		snprintf(smtp->why, sizeof(smtp->why), "%s", "the file of the token cannot be read");
		return CURLE_LOGIN_DENIED;
	}
	return curl_easy_perform(smtp->curl);
}

/* 530 and its neighbours speak of us and not of the mail. */
static enum smtp_result judge(const struct sending *sending, CURLcode code)
{
	bool of_us = sending->code == 530 || sending->code == 534 || sending->code == 535 || sending->code == 538;

	if (code == CURLE_OK)
		return SMTP_TAKEN;
	if (of_us || (!sending->of_mail && code == CURLE_LOGIN_DENIED))
		return SMTP_DENIED;
	if (!sending->of_mail)
		return SMTP_UNREACHABLE;
	return sending->code / 100 == 5 && code != CURLE_ABORTED_BY_CALLBACK ? SMTP_REFUSED : SMTP_LATER;
}

/* --- all of them --- */

enum smtp_result smtp_send(struct smtp *smtp, const char *from, const char *to, struct str raw, char reply[SMTP_REPLY])
{
	struct sending sending = {.smtp = smtp, .raw = raw, .reply = reply};
	struct curl_slist *recipients = curl_slist_append(NULL, to);
	enum smtp_result result = SMTP_UNREACHABLE;
	size_t count = smtp->options->relay_count;

	for (size_t i = 0; i < count && result != SMTP_TAKEN && result != SMTP_REFUSED; i++) {
		size_t relay = (smtp->first + i) % count;
		CURLcode code = send_by(&sending, smtp->options->relays[relay], from, recipients);
		enum smtp_result one = judge(&sending, code);

		if (code != CURLE_OK && !(sending.code >= 400))
			snprintf(reply, SMTP_REPLY, "%s", smtp->why[0] ? smtp->why : curl_easy_strerror(code));
		if (one != SMTP_UNREACHABLE)
			result = one == SMTP_DENIED && result == SMTP_LATER ? result : one;
		if (one == SMTP_TAKEN || one == SMTP_REFUSED)
			smtp->first = relay;
	}
	curl_slist_free_all(recipients);
	return result;
}

enum status smtp_open(const struct smtp_options *options, struct smtp **smtp, struct error *error)
{
	struct smtp *made = calloc(1, sizeof(*made));

	pthread_once(&started, start);
	*smtp = made;
	if (made) {
		made->options = options;
		made->curl = curl_easy_init();
	}
	if (!made || !made->curl)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	return OK;
}

void smtp_close(struct smtp *smtp)
{
	if (!smtp)
		return;
	curl_easy_cleanup(smtp->curl);
	free(smtp);
}
