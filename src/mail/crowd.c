/* Who else: too much from one sender, and those whom a copy went to. */
#include "mail/taking.h"
#include "record/access.h"
#include "record/lookup.h"

/* Two programs that answer each other do so for ever: what one sender may bring in an hour has an end. */
enum status taking_find_flood(struct taking *taking, struct error *error)
{
	struct value most = record_named(taking->mailbox, "hourly_most");
	const struct field *sender = type_field(taking->type, S("sender"));
	int64_t count = 0;
	enum status status;

	if (most.kind != VALUE_INTEGER || !taking->sender || !sender)
		return OK;
	status = lookup_count_since(taking->connection, taking->arena, sender, taking->sender,
				    taking->delivery->now - HOUR, most.number, &count, error);
	if (!status && count >= most.number)
		taking->outcome = "flooded";
	return status;
}

/* Who may see it: of a record that is there, the kernel says so; of a new one staff, and those of the sender's
 * customer. */
static bool may_watch(const struct taking *taking, const struct actor *actor)
{
	if (taking->answers)
		return access_reads_record(taking->kernel, actor, taking->answers);
	return actor_is_staff(actor) ||
	       (actor_is_customer(actor) && taking->actor && actor->customer == taking->actor->customer);
}

static enum status take_copied(struct taking *taking, struct str address, struct error *error)
{
	const struct actor *actor;
	int64_t person;
	enum status status = taking_find_person(taking, address, &person, error);

	if (status || !person || person == taking->sender)
		return status;
	status = actor_of_person_on(taking->kernel, taking->connection, taking->arena, person, &actor, error);
	if (status == E_NOT_FOUND) {
		error_clear(error);
		return OK;
	}
	if (!status && may_watch(taking, actor))
		taking->copied[taking->copied_count++] = person;
	return status;
}

enum status taking_find_copied(struct taking *taking, struct error *error)
{
	const struct mail_message *message = &taking->reading.message;
	struct value rule = record_named(taking->mailbox, "copies_watch");
	enum status status = OK;

	if (rule.kind != VALUE_BOOLEAN || !rule.boolean)
		return OK;
	for (size_t i = 0; i < message->to_count && taking->copied_count < COPIED_MOST && !status; i++)
		if (!taking_is_ours(taking, message->to[i].address))
			status = take_copied(taking, message->to[i].address, error);
	return status;
}
