#include "mail/deliver.h"

#include "base/hash.h"
#include "mail/quote.h"
#include "mail/taking.h"
#include "record/said.h"

enum { ID_MOST = 900 };

/* What makes the mail known again. */
static struct str identify(const struct taking *taking)
{
	struct str id = taking->reading.message.id;
	char hex[HASH_BYTES * 2 + 1];

	if (id.n && id.n <= ID_MOST)
		return id;
	hash_hex(hash_bytes(taking->delivery->raw), hex);
	return str_format(taking->arena, "%s", hex);
}

static bool answers_another(const struct mail_message *message)
{
	return !quote_is_forward(message->subject) &&
	       (message->in_reply_to.n || message->reference_count ||
		quote_bare_subject(message->subject).n < str_trim(message->subject).n);
}

static void split_text(struct taking *taking)
{
	const struct mail_message *message = &taking->reading.message;
	struct quote_parts parts = quote_split(message->text, answers_another(message));

	taking->fresh = parts.fresh;
	taking->folded = parts.folded;
	taking->subject = quote_bare_subject(message->subject);
}

/* What nobody is to answer, however it looks. */
static const char *nature_decides(const struct taking *taking)
{
	const struct mail_message *message = &taking->reading.message;

	if (taking->reading.unreadable)
		return "unreadable";
	if (message->nature == MAIL_BOUNCE)
		return "bounced";
	if (taking_is_ours(taking, message->from.address) || taking_is_ours(taking, message->mark))
		return "looped";
	return message->nature == MAIL_REPLIED ? "automatic" : NULL;
}

static enum status decide(struct taking *taking, struct error *error)
{
	enum status status;

	taking->outcome = nature_decides(taking);
	if (taking->outcome) {
		const char *outcome = taking->outcome;

		status = str_is(str_of(outcome), "bounced") ? taking_find_bounced(taking, error) : OK;
		if (!status && !taking->answers)
			status = taking_find_record(taking, error);
		taking->outcome = outcome;
		return status;
	}
	if ((status = taking_find_sender(taking, error)))
		return status;
	if (!taking->outcome && taking_is_doubtful(taking)) {
		taking->outcome = "doubtful";
		taking->reason = said_keep(taking->arena, N_("%s says that it failed its check by DMARC"),
					   record_named(taking->mailbox, "trusted_host").text);
	}
	if (!taking->outcome && (status = taking_find_flood(taking, error)))
		return status;
	if (taking->outcome || (status = taking_find_record(taking, error)) || taking->outcome || !taking->actor ||
	    (status = taking_find_copied(taking, error)))
		return status;
	return taking_find_command(taking, error);
}

static enum status find_taken(struct taking *taking, int64_t *mail, struct error *error)
{
	*mail = 0;
	return record_find(taking->kernel, taking->connection, taking->type,
			   taking_occurrence(taking, taking->mailbox, taking->id), mail, error);
}

static enum status is_known(struct taking *taking, bool *known, struct error *error)
{
	int64_t mail;
	bool another = false;
	enum status status = find_taken(taking, &mail, error);

	if (!status && mail && !(status = taking_is_another(taking, mail, &another, error)) && another)
		status = find_taken(taking, &mail, error);
	*known = mail != 0;
	return status;
}

static enum status think(struct taking *taking, bool *known, struct error *error)
{
	enum status status = taking_find_mailbox(taking, error);

	*known = false;
	if (status)
		return status;
	taking->id = identify(taking);
	if ((status = is_known(taking, known, error)) || *known)
		return status;
	split_text(taking);
	return decide(taking, error);
}

static enum status take_in(struct taking *taking, struct error *error)
{
	bool known;
	const struct mail_reading *reading = taking->delivery->reading;
	enum status status = OK;

	if (reading)
		taking->reading = *reading;
	else
		status = mail_read(taking->arena, taking->delivery->raw, &taking->reading, error);
	if (status || (status = kernel_reader(taking->kernel, &taking->connection, error)))
		return status;
	status = think(taking, &known, error);
	if (!status && !known)
		status = taking_write(taking, error);
	store_reader_done(&taking->connection);
	return status;
}

enum status mail_deliver(struct mail_delivery *delivery, struct error *error)
{
	ARENA arena = arena_new();
	struct taking taking = {.delivery = delivery,
				.kernel = delivery->kernel,
				.arena = arena,
				.type = delivery->kernel->model->acting[ACTS_MAIL]};
	enum status status;

	if (!taking.type)
		return error_fail(error, E_CONFLICT, "", "model", N_("The model declares no type that acts as %s"),
				  "mail");
	if ((status = take_in(&taking, error)) || !str_is(delivery->outcome, "refused"))
		return status;
	return error_fail(error, E_DENIED, "", "refused", N_("This mailbox takes no mail from strangers"));
}

enum status mail_find_mailbox(struct kernel *kernel, struct str address, instant now, struct error *error)
{
	ARENA arena = arena_new();
	struct mail_delivery delivery = {.mailbox = address, .now = now};
	struct taking taking = {.delivery = &delivery, .kernel = kernel, .arena = arena};
	enum status status = kernel_reader(kernel, &taking.connection, error);

	if (status)
		return status;
	status = taking_find_mailbox(&taking, error);
	store_reader_done(&taking.connection);
	return status;
}

enum status mail_mailboxes(struct kernel *kernel, struct arena *arena, instant now, struct record ***mailboxes,
			   size_t *count, struct error *error)
{
	struct mail_delivery delivery = {.now = now};
	struct taking taking = {.delivery = &delivery, .kernel = kernel, .arena = arena};
	enum status status = kernel_reader(kernel, &taking.connection, error);

	if (status)
		return status;
	status = taking_list_mailboxes(&taking, error);
	store_reader_done(&taking.connection);
	*mailboxes = taking.mailboxes;
	*count = taking.mailbox_count;
	return status;
}
