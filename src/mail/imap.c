#include "mail/imap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mail/imap_wire.h"

enum { CONNECT_WAIT = 10, SIGN_IN_WAIT = 30, ADDRESS_MOST = 1000 };

/* --- commands --- */

struct command {
	struct imap *imap;
	struct arena *arena;
	size_t most; /* of a literal */
	void (*each)(void *context, const struct imap_response *response);
	void *context;
};

static enum status refused(struct str answer, struct error *error)
{
	char text[200];

	snprintf(text, sizeof(text), "%.*s", (int)(answer.n < 150 ? answer.n : 150), answer.n ? answer.p : "");
	return error_fail(error, E_UNAVAILABLE, "", "imap", N_("The mail server refuses: %s"), text);
}

/* "* 12 EXISTS": something has come. */
static void note_news(struct imap *imap, struct str line)
{
	imap->news = imap->news || (str_starts(line, S("*")) && str_ends(line, S(" EXISTS")));
}

/* Up to the answer with the tag. */
static enum status finish(const struct command *command, struct error *error)
{
	struct str tag = str_format(command->arena, "K%u ", command->imap->tag);
	struct imap_response response;
	enum status status;

	while (!(status = wire_read(command->imap, command->arena, command->most, &response, error))) {
		if (str_starts(response.text, tag)) {
			struct str answer = str_sub(response.text, tag.n, response.text.n);

			return str_eq_nocase(str_sub(answer, 0, 2), S("OK")) ? OK : refused(answer, error);
		}
		if (str_starts(response.text, S("* BYE")))
			return refused(response.text, error);
		note_news(command->imap, response.text);
		if (command->each)
			command->each(command->context, &response);
	}
	return status;
}

static enum status run(const struct command *command, struct str words, struct error *error)
{
	struct imap *imap = command->imap;
	enum status status =
	    wire_send(imap, str_format(command->arena, "K%u %.*s\r\n", ++imap->tag, STR_ARG(words)), error);

	return status ? status : finish(command, error);
}

/* A quoted string; control characters have no place in one. */
static struct str quoted(struct arena *arena, struct str text)
{
	struct buf out = buf_new(arena);

	buf_add_char(&out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_add_char(&out, '\\');
		if ((unsigned char)text.p[i] >= 0x20)
			buf_add_char(&out, text.p[i]);
	}
	buf_add_char(&out, '"');
	return buf_str(&out);
}

/* --- opening --- */

/* Server and folder, apart. */
static bool cut_url(struct arena *arena, struct str url, const char **server, struct str *folder)
{
	struct str scheme = str_starts(url, S("imaps://")) ? S("imaps://") : S("imap://"), rest;
	size_t slash, at;

	if (!str_starts(url, scheme) || url.n > ADDRESS_MOST)
		return false;
	rest = str_sub(url, scheme.n, url.n);
	*folder = S("INBOX");
	if (str_find_char(rest, '/', &slash)) {
		if (slash + 1 < rest.n)
			*folder = str_sub(rest, slash + 1, rest.n);
		rest = str_sub(rest, 0, slash);
	}
	*server = str_c(arena, str_format(arena, "%.*s%.*s/", STR_ARG(scheme), STR_ARG(rest)));
	return rest.n && !str_find_char(rest, '@', &at) && !str_find_char(*folder, ';', &at);
}

/* Nobody listens in there. */
static bool is_own_machine(const char *server)
{
	struct str host = str_of(server);

	return str_starts(host, S("imap://127.")) || str_starts(host, S("imap://[::1]")) ||
	       str_starts(host, S("imap://localhost:")) || str_starts(host, S("imap://localhost/"));
}

static enum status sign_in(struct imap *imap, struct arena *arena, const struct imap_account *account,
			   const char *server, struct error *error)
{
	const char *secret = str_c(arena, account->secret);
	CURLcode code;

	imap->curl = curl_easy_init();
	if (!imap->curl)
		return wire_failed(imap, "libcurl", error);
	curl_easy_setopt(imap->curl, CURLOPT_ERRORBUFFER, imap->why);
	curl_easy_setopt(imap->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(imap->curl, CURLOPT_URL, server);
	curl_easy_setopt(imap->curl, CURLOPT_PROTOCOLS_STR, "imap,imaps");
	curl_easy_setopt(imap->curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(imap->curl, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(imap->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_WAIT);
	curl_easy_setopt(imap->curl, CURLOPT_TIMEOUT, (long)SIGN_IN_WAIT);
	curl_easy_setopt(imap->curl, CURLOPT_USE_SSL, is_own_machine(server) ? CURLUSESSL_NONE : CURLUSESSL_ALL);
	if (account->ca_file)
		curl_easy_setopt(imap->curl, CURLOPT_CAINFO, account->ca_file);
	curl_easy_setopt(imap->curl, CURLOPT_USERNAME, str_c(arena, account->user));
	if (account->is_bearer)
		curl_easy_setopt(imap->curl, CURLOPT_XOAUTH2_BEARER, secret);
	else
		curl_easy_setopt(imap->curl, CURLOPT_PASSWORD, secret);
	if ((code = curl_easy_perform(imap->curl)) ||
	    (code = curl_easy_getinfo(imap->curl, CURLINFO_ACTIVESOCKET, &imap->socket))) {
		if (code == CURLE_LOGIN_DENIED)
			return error_fail(error, E_UNAVAILABLE, "", "imap",
					  N_("The mail server does not let us in: %s"),
					  *imap->why ? imap->why : curl_easy_strerror(code));
		return wire_failed(imap, *imap->why ? imap->why : curl_easy_strerror(code), error);
	}
	return OK;
}

static bool has_word(struct str text, struct str word)
{
	struct str one;

	while (str_cut(&text, ' ', &one))
		if (str_eq_nocase(one, word))
			return true;
	return false;
}

static void learn(void *context, const struct imap_response *response)
{
	struct imap *imap = context;

	if (!str_starts(response->text, S("* CAPABILITY ")))
		return;
	imap->can_idle = has_word(response->text, S("IDLE"));
	imap->can_move = has_word(response->text, S("MOVE"));
	imap->can_expunge_one = has_word(response->text, S("UIDPLUS"));
}

static enum status open_folder(struct imap *imap, struct arena *arena, struct str folder, struct error *error)
{
	struct command command = {.imap = imap, .arena = arena, .each = learn, .context = imap};
	enum status status = run(&command, S("CAPABILITY"), error);

	if (status)
		return status;
	return run(&command, str_format(arena, "select %.*s", STR_ARG(quoted(arena, folder))), error);
}

enum status imap_open(const struct imap_account *account, struct imap **opened, struct error *error)
{
	ARENA arena = arena_new();
	struct imap *imap;
	const char *server;
	struct str folder;
	enum status status;

	*opened = NULL;
	if (!cut_url(arena, account->url, &server, &folder))
		return error_fail(error, E_INVALID, "", "url", N_("This must be an address such as %s"),
				  "imaps://mail.example.jp/INBOX");
	imap = calloc(1, sizeof(*imap));
	if (!imap)
		return wire_failed(NULL, strerror(ENOMEM), error);
	imap->stop = account->stop;
	if ((status = sign_in(imap, arena, account, server, error)) ||
	    (status = open_folder(imap, arena, folder, error))) {
		imap_close(imap);
		return status;
	}
	*opened = imap;
	return OK;
}

void imap_close(struct imap *imap)
{
	if (!imap)
		return;
	curl_easy_cleanup(imap->curl);
	free(imap);
}

/* --- mails --- */

struct finding {
	uint32_t *uids;
	size_t most, count;
};

static void take_uids(void *context, const struct imap_response *response)
{
	struct finding *finding = context;
	struct str rest = response->text, word;
	int64_t uid;

	if (!str_starts(rest, S("* SEARCH")))
		return;
	while (str_cut(&rest, ' ', &word))
		if (finding->count < finding->most && str_int64(word, &uid) && uid > 0 && uid <= UINT32_MAX)
			finding->uids[finding->count++] = (uint32_t)uid;
}

enum status imap_unseen(struct imap *imap, struct arena *arena, uint32_t *uids, size_t most, size_t *count,
			struct error *error)
{
	struct finding finding = {.uids = uids, .most = most};
	struct command command = {.imap = imap, .arena = arena, .each = take_uids, .context = &finding};
	enum status status;

	imap->news = false;
	status = run(&command, S("UID SEARCH UNSEEN UNDELETED"), error);

	*count = finding.count;
	return status;
}

struct fetching {
	int64_t size; /* -1: it is not said */
	struct str raw;
};

static void take_mail(void *context, const struct imap_response *response)
{
	struct fetching *fetching = context;
	size_t at, end;

	if (str_find(response->text, S("RFC822.SIZE "), &at)) {
		struct str rest = str_sub(response->text, at + S("RFC822.SIZE ").n, response->text.n);

		for (end = 0; end < rest.n && rest.p[end] >= '0' && rest.p[end] <= '9';)
			end++;
		if (!str_int64(str_sub(rest, 0, end), &fetching->size))
			fetching->size = -1;
	}
	if (response->literal.p && str_find(response->text, S(" FETCH "), &at))
		fetching->raw = response->literal;
}

enum status imap_fetch(struct imap *imap, struct arena *arena, uint32_t uid, size_t most, struct str *raw, bool *large,
		       struct error *error)
{
	struct fetching fetching = {.size = -1};
	struct command command = {
	    .imap = imap, .arena = arena, .most = most + IMAP_CHUNK, .each = take_mail, .context = &fetching};
	enum status status = run(&command, str_format(arena, "UID FETCH %u (RFC822.SIZE)", uid), error);

	*raw = (struct str){0};
	*large = fetching.size > (int64_t)most;
	if (status || fetching.size < 0 || *large)
		return status;
	status = run(&command, str_format(arena, "UID FETCH %u (BODY.PEEK[])", uid), error);
	*large = !status && fetching.raw.n > most;
	if (!*large)
		*raw = fetching.raw;
	return status;
}

/* In one go, so that nothing comes in between: what was seen and not moved would stay where it is for ever. */
static enum status see_and_move(const struct command *command, uint32_t uid, struct str move_to, struct error *error)
{
	struct imap *imap = command->imap;
	struct error own = {0};
	unsigned tag = imap->tag;
	enum status status;

	imap->tag += 2;
	status =
	    wire_send(imap,
		      str_format(command->arena, "K%u UID STORE %u +FLAGS.SILENT (\\Seen)\r\nK%u UID MOVE %u %.*s\r\n",
				 tag + 1, uid, tag + 2, uid, STR_ARG(move_to)),
		      error);
	imap->tag = tag + 1;
	if (!status)
		status = finish(command, error);
	imap->tag = tag + 2;
	if (!status && (status = finish(command, error)))
		(void)!run(command, str_format(command->arena, "UID STORE %u -FLAGS.SILENT (\\Seen)", uid), &own);
	return status;
}

enum status imap_mark(struct imap *imap, struct arena *arena, uint32_t uid, struct str move_to, struct error *error)
{
	struct command command = {.imap = imap, .arena = arena, .most = IMAP_LINE_MOST};
	enum status status;

	if (!move_to.n)
		return run(&command, str_format(arena, "UID STORE %u +FLAGS.SILENT (\\Seen)", uid), error);
	move_to = quoted(arena, move_to);
	if (imap->can_move)
		return see_and_move(&command, uid, move_to, error);
	if ((status = run(&command, str_format(arena, "UID COPY %u %.*s", uid, STR_ARG(move_to)), error)) ||
	    (status = run(&command, str_format(arena, "UID STORE %u +FLAGS.SILENT (\\Seen \\Deleted)", uid), error)))
		return status;
	/* Without UIDPLUS all that others have deleted would go, too. */
	return imap->can_expunge_one ? run(&command, str_format(arena, "UID EXPUNGE %u", uid), error) : OK;
}

/* --- waiting --- */

bool imap_can_idle(const struct imap *imap)
{
	return imap->can_idle;
}

int imap_descriptor(const struct imap *imap)
{
	return imap->socket;
}

enum status imap_idle(struct imap *imap, struct error *error)
{
	ARENA arena = arena_new();
	struct imap_response response;
	enum status status = wire_send(imap, str_format(arena, "K%u IDLE\r\n", ++imap->tag), error);

	while (!status && !(status = wire_read(imap, arena, IMAP_LINE_MOST, &response, error))) {
		if (str_starts(response.text, S("+"))) {
			imap->idles = true;
			return OK;
		}
		if (!str_starts(response.text, S("*")))
			return refused(response.text, error);
		note_news(imap, response.text);
	}
	return status;
}

bool imap_has_news(const struct imap *imap)
{
	return imap->news || imap->from < imap->to;
}

enum status imap_idle_end(struct imap *imap, struct error *error)
{
	ARENA arena = arena_new();
	struct command command = {.imap = imap, .arena = arena, .most = IMAP_LINE_MOST};
	enum status status = imap->idles ? wire_send(imap, S("DONE\r\n"), error) : OK;

	if (status || !imap->idles)
		return status;
	imap->idles = false;
	return finish(&command, error);
}
