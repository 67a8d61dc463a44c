#include "mail/taking.h"

enum { MAILBOXES_MOST = 1000 };

static bool has_address(const struct record *mailbox, struct str address)
{
	struct value own = record_named(mailbox, "address");

	return own.kind == VALUE_TEXT && address.n && str_eq_nocase(own.text, address);
}

bool taking_is_ours(const struct taking *taking, struct str address)
{
	for (size_t i = 0; i < taking->mailbox_count; i++)
		if (has_address(taking->mailboxes[i], address))
			return true;
	return false;
}

static bool is_active(const struct record *mailbox)
{
	return record_named(mailbox, "active").boolean;
}

enum status taking_list_mailboxes(struct taking *taking, struct error *error)
{
	struct list_request request = {.type = taking->kernel->model->acting[ACTS_MAILBOX],
				       .limit = MAILBOXES_MOST,
				       .as_of = INSTANT_NONE,
				       .now = taking->delivery->now};
	struct list_result result;
	enum status status;

	if (!request.type)
		return error_fail(error, E_CONFLICT, "", "model", N_("The model declares no type that acts as %s"),
				  "mailbox");
	status = read_list(taking->kernel, taking->connection, taking->arena, actor_system(), &request, &result, error);
	taking->mailboxes = result.records;
	taking->mailbox_count = status ? 0 : result.count;
	return status;
}

/* "desk+more@example.jp" is "desk@example.jp", unless it is a mailbox itself (RFC 5233). */
static struct str without_detail(struct taking *taking, struct str address)
{
	size_t plus, at;

	if (!str_find_char(address, '@', &at) || !str_find_char(str_sub(address, 0, at), '+', &plus) || !plus)
		return (struct str){0};
	return str_format(taking->arena, "%.*s%.*s", STR_ARG(str_sub(address, 0, plus)),
			  STR_ARG(str_sub(address, at, address.n)));
}

static struct record *with_address(const struct taking *taking, struct str address)
{
	for (size_t i = 0; i < taking->mailbox_count; i++)
		if (is_active(taking->mailboxes[i]) && has_address(taking->mailboxes[i], address))
			return taking->mailboxes[i];
	return NULL;
}

static struct record *addressed(struct taking *taking, struct str address)
{
	struct record *found = with_address(taking, address);

	return found ? found : with_address(taking, without_detail(taking, address));
}

static struct record *only_one(const struct taking *taking)
{
	struct record *found = NULL;

	for (size_t i = 0; i < taking->mailbox_count; i++)
		if (is_active(taking->mailboxes[i])) {
			if (found)
				return NULL;
			found = taking->mailboxes[i];
		}
	return found;
}

enum status taking_find_mailbox(struct taking *taking, struct error *error)
{
	const struct mail_message *message = &taking->reading.message;
	struct str named = taking->delivery->mailbox;
	enum status status = taking_list_mailboxes(taking, error);

	if (status)
		return status;
	if (named.n)
		taking->mailbox = addressed(taking, named);
	for (size_t i = 0; !named.n && i < message->to_count && !taking->mailbox; i++)
		taking->mailbox = addressed(taking, message->to[i].address);
	if (!taking->mailbox && !named.n)
		taking->mailbox = only_one(taking);
	return taking->mailbox ? OK
			       : error_fail(error, E_NOT_FOUND, str_c(taking->arena, named), "mailbox",
					    N_("There is no such mailbox, or it is not active"));
}
