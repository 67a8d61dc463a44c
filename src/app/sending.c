#include "app/sending.h"

#include <string.h>

#include "backup/secret.h"
#include "base/duration.h"

_Static_assert((int)RELAYS_NAMED_MOST == (int)RELAYS_MOST, "the settings name as many as are asked");

/* "Service desk <desk@example.com>", or the address alone. */
static enum status read_from(struct arena *arena, const char *text, struct mail_address *from, struct error *error)
{
	struct str all = str_trim(str_of(text));
	size_t open, at;

	*from = (struct mail_address){.address = all};
	if (str_find_char(all, '<', &open) && str_ends(all, S(">"))) {
		from->name = str_trim(str_sub(all, 0, open));
		from->address = str_sub(all, open + 1, all.n - 1);
	}
	if (str_find_char(from->address, '@', &at) && at && at + 1 < from->address.n &&
	    !str_find_char(from->address, ' ', &open) && !str_find_char(from->address, '<', &open))
		return OK;
	return error_fail(error, E_INVALID, "mail_from", "address",
			  N_("Mail needs a sender, such as Service desk <desk@example.com>"));
}

/* Without a slash at its end. */
static enum status read_origin(const char *text, struct str *origin, struct error *error)
{
	*origin = str_of(text);
	while (str_ends(*origin, S("/")))
		origin->n--;
	if (str_starts(*origin, S("https://")) || str_starts(*origin, S("http://")))
		return OK;
	return error_fail(error, E_INVALID, "origin", "address",
			  N_("Links in mails need the address by which people reach Kaname, such as "
			     "https://kaname.example.com"));
}

static enum status read_tls(const char *text, enum smtp_tls *tls, struct error *error)
{
	static const char *const words[] = {
	    [SMTP_TLS_REQUIRED] = "required", [SMTP_TLS_TRIED] = "tried", [SMTP_TLS_NONE] = "none"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!text || !strcmp(text, words[i])) {
			*tls = (enum smtp_tls)i;
			return OK;
		}
	return error_fail(error, E_INVALID, "smtp_tls", "choice", N_("One of these is expected: %s"),
			  "required, tried, none");
}

static enum status read_password(struct arena *arena, const struct mail_settings *mail, struct smtp_options *smtp,
				 struct error *error)
{
	struct str bytes;
	enum status status;

	if (!mail->user && !mail->password_file && !mail->token_file)
		return OK;
	if (!mail->user || !mail->password_file == !mail->token_file)
		return error_fail(error, E_INVALID, "smtp_user", "secret",
				  N_("smtp_user and either smtp_password_file or smtp_token_file belong together"));
	status = secret_read_file(arena, mail->password_file ? mail->password_file : mail->token_file, &bytes, error);
	if (status)
		return status;
	smtp->user = mail->user;
	smtp->token_file = mail->token_file;
	if (mail->password_file)
		smtp->password = str_c(arena, str_trim(bytes));
	return OK;
}

static enum status read_options(struct arena *arena, const struct settings *settings, struct sender_options *options,
				struct error *error)
{
	const struct mail_settings *mail = &settings->mail;
	struct smtp_options *smtp = &options->smtp;
	enum status status;

	smtp->relay_count = mail->relay_count;
	smtp->ca_file = mail->ca_file;
	for (size_t i = 0; i < mail->relay_count; i++)
		smtp->relays[i] = mail->relays[i];
	if ((status = read_tls(mail->tls, &smtp->tls, error)) || (status = read_password(arena, mail, smtp, error)) ||
	    (status = read_from(arena, mail->from, &options->mail.from, error)) ||
	    (status = read_origin(settings->origin, &options->mail.origin, error)))
		return status;
	return smtp_check(smtp, error);
}

enum status sending_keep(const struct settings *settings, int64_t *keep, struct error *error)
{
	const char *text = settings->mail.keep;
	struct duration duration;

	*keep = 0;
	if (text && (!duration_parse(str_of(text), &duration) || (*keep = duration_ms(duration)) < DAY))
		return error_fail(error, E_INVALID, "outbox_keep", "duration",
				  N_("This must be a time of a day at least, such as 400d"));
	return OK;
}

enum status sending_check(struct arena *arena, const struct settings *settings, struct error *error)
{
	struct sender_options options = {0};
	int64_t keep;
	enum status status = sending_keep(settings, &keep, error);

	if (status)
		return status;
	return settings->mail.relay_count ? read_options(arena, settings, &options, error) : OK;
}

enum status sending_new(struct program *program, const struct settings *settings, struct sender **sender,
			struct error *error)
{
	struct sender_options options = {.kernel = program->kernel};
	enum status status;

	*sender = NULL;
	if (!settings->mail.relay_count)
		return OK;
	status = read_options(program->arena, settings, &options, error);
	return status ? status : sender_new(&options, sender, error);
}
