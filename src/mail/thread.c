/* Which record a mail belongs to. */
#include "mail/bounce.h"
#include "mail/quote.h"
#include "mail/taking.h"
#include "record/lookup.h"
#include "record/outbox.h"
#include "record/said.h"

enum { STEPS_MOST = 20 };

struct str taking_occurrence(struct taking *taking, const struct record *mailbox, struct str id)
{
	char number[NUMBER_TEXT];

	return str_format(taking->arena, "%s %.*s", kernel_number(taking->kernel, mailbox->identity, number),
			  STR_ARG(id));
}

/* The record that a mail which we keep has led to. */
static enum status record_of_mail(struct taking *taking, int64_t mail, int64_t *record, struct error *error)
{
	const struct type *type = taking->type;
	enum status status = OK;

	for (size_t i = 0; i < type->link_count && !*record && !status; i++) {
		const struct link_kind *link = type->links[i];
		int64_t *ends;
		size_t count = 0;

		if (!link->to->mail)
			continue;
		status = lookup_ends(taking->connection, taking->arena, link->kind, mail, false, &ends, &count, error);
		if (!status && count)
			*record = ends[0];
	}
	return status;
}

static enum status follow_id(struct taking *taking, struct str id, int64_t *record, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < taking->mailbox_count && !*record && !status; i++) {
		int64_t mail = 0;

		status = record_find(taking->kernel, taking->connection, taking->type,
				     taking_occurrence(taking, taking->mailboxes[i], id), &mail, error);
		if (!status && mail)
			status = record_of_mail(taking, mail, record, error);
	}
	return status;
}

/* "record.INC-123@kaname.example.jp", which all that we send about a record answers; whoever may see it. */
static enum status follow_root(struct taking *taking, struct str id, int64_t *record, struct error *error)
{
	struct record *found;
	int64_t identity;
	size_t at;
	enum status status;

	if (!taking->actor || !str_starts(id, S("record.")) || !str_find_char(id, '@', &at) ||
	    !kernel_parse_number(taking->kernel, str_sub(id, S("record.").n, at), &identity))
		return OK;
	status = read_record(taking->kernel, taking->connection, taking->arena, taking->actor, identity, &found, error);
	if (status == E_NOT_FOUND) {
		error_clear(error);
		return OK;
	}
	*record = status || !found->type->mail ? 0 : identity;
	return status;
}

/* A mail that we have sent. */
static enum status follow_sent(struct taking *taking, struct str id, int64_t *record, struct error *error)
{
	struct outbox_entry entry;
	const struct type *type;
	enum status status = outbox_find_message(taking->connection, taking->arena, id, &entry, error);

	if (status || !entry.id || !entry.record)
		return status;
	type = kernel_type_of(taking->kernel, entry.record);
	*record = type && type->mail ? entry.record : 0;
	return OK;
}

static enum status follow_any(struct taking *taking, struct str id, int64_t *record, struct error *error)
{
	enum status status = follow_id(taking, id, record, error);

	if (!status && !*record)
		status = follow_sent(taking, id, record, error);
	return status || *record ? status : follow_root(taking, id, record, error);
}

/* The nearest first: what it answers directly. */
static enum status follow_references(struct taking *taking, int64_t *record, struct error *error)
{
	const struct mail_message *message = &taking->reading.message;
	enum status status = message->in_reply_to.n ? follow_any(taking, message->in_reply_to, record, error) : OK;

	for (size_t i = message->reference_count; i && !*record && !status; i--)
		status = follow_any(taking, message->references[i - 1], record, error);
	return status;
}

/* "[INC-123]", of a record that the sender may see. */
static enum status follow_subject(struct taking *taking, int64_t *record, struct error *error)
{
	struct str rest = taking->reading.message.subject;
	size_t from, to;

	while (taking->actor && !*record && str_find_char(rest, '[', &from)) {
		struct record *found;
		const struct type *type;
		int64_t identity;
		enum status status;

		rest = str_sub(rest, from + 1, rest.n);
		if (!str_find_char(rest, ']', &to) ||
		    !kernel_parse_number(taking->kernel, str_sub(rest, 0, to), &identity) ||
		    !(type = kernel_type_of(taking->kernel, identity)) || !type->mail)
			continue;
		status = read_record(taking->kernel, taking->connection, taking->arena, taking->actor, identity, &found,
				     error);
		if (status && status != E_NOT_FOUND)
			return status;
		error_clear(error);
		*record = status ? 0 : identity;
	}
	return OK;
}

/* Merged into another, and that into another... */
static enum status to_the_last(struct taking *taking, int64_t identity, struct error *error)
{
	struct value next;
	enum status status;

	for (int i = 0; i < STEPS_MOST; i++) {
		status = record_load(taking->kernel, taking->connection, taking->arena, identity, false,
				     &taking->answers, error);
		if (status || !taking->answers || !taking->answers->type->successor)
			return status;
		next = record_value(taking->answers, taking->answers->type->successor);
		if (next.kind != VALUE_RECORD)
			return OK;
		identity = next.number;
	}
	return OK;
}

/* What could not be delivered is written down with the mail that it was, which tells what record it was about. */
enum status taking_find_bounced(struct taking *taking, struct error *error)
{
	struct outbox_entry entry;
	struct mail_bounce bounce;
	const struct type *type;
	enum status status;

	bounce_read(taking->arena, &taking->reading.message, &bounce);
	if (bounce.reason.n)
		bounce.reason = said_keep(taking->arena, N_("The mail server said: %s"), bounce.reason);
	if (!bounce.id.n)
		return OK;
	status = outbox_find_message(taking->connection, taking->arena, bounce.id, &entry, error);
	if (status || !entry.id)
		return status;
	if (bounce.for_good &&
	    (status = outbox_bounced(taking->kernel, entry.id, bounce.reason, taking->delivery->now, error)))
		return status;
	taking->reason = bounce.reason;
	type = kernel_type_of(taking->kernel, entry.record);
	return type && type->mail ? to_the_last(taking, entry.record, error) : OK;
}

static void say_why(struct taking *taking, const char *message, int64_t record)
{
	char number[NUMBER_TEXT];
	struct str with = record ? str_of(kernel_number(taking->kernel, record, number)) : (struct str){0};

	taking->why = said_and(taking->arena, taking->why, said_keep(taking->arena, message, with));
}

enum status taking_find_record(struct taking *taking, struct error *error)
{
	int64_t record = 0;
	enum status status = follow_id(taking, taking->id, &record, error);

	if (status)
		return status;
	if (record) {
		taking->outcome = "repeated";
		say_why(taking, N_("The same mail had led to %s"), record);
		return to_the_last(taking, record, error);
	}
	if (quote_is_forwarded(taking->reading.message.subject)) { /* whatever it was about: it is shown to us anew */
		say_why(taking, N_("It is forwarded, and begins something new"), 0);
		return OK;
	}
	if ((status = follow_references(taking, &record, error)))
		return status;
	if (record)
		say_why(taking, N_("It answers a mail about %s"), record);
	else if ((status = follow_subject(taking, &record, error)))
		return status;
	else
		say_why(taking, record ? N_("Its subject names %s") : N_("It answers nothing that is known"), record);
	return record ? to_the_last(taking, record, error) : OK;
}
