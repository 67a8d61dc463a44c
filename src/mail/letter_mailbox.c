/* Where answers are to go: the mailbox by which a record came, else the one that opens such records for its service. */
#include "mail/letter.h"
#include "record/lookup.h"

enum { MAILBOXES_MOST = 1000 };

/* Of the mail that it came by, or that was added first. */
static enum status came_by(struct letter *letter, const struct record *record, int64_t *mailbox, struct error *error)
{
	const struct mail_use *use = record->type->mail;
	struct record *mail = NULL;
	int64_t *ends;
	size_t count;
	enum status status = lookup_ends(letter->connection, letter->arena, use->kept_with->kind, record->identity,
					 true, &ends, &count, error);

	*mailbox = 0;
	if (status || !count ||
	    (status = record_load(letter->kernel, letter->connection, letter->arena, ends[0], false, &mail, error)) ||
	    !mail)
		return status;
	struct value value = record_named(mail, "mailbox");
	*mailbox = value.kind == VALUE_RECORD ? value.number : 0;
	return OK;
}

static int fits(const struct record *mailbox, const struct record *record, int64_t came_by)
{
	struct value opens = record_named(mailbox, "opens"), active = record_named(mailbox, "active");
	struct value service = record_named(mailbox, "service"), wanted = record_named(record, "service");

	if (active.kind == VALUE_BOOLEAN && !active.boolean)
		return 0;
	if (mailbox->identity == came_by)
		return 4;
	if (opens.kind != VALUE_CHOICE || !str_eq(opens.text, record->type->name))
		return 1;
	return service.kind == VALUE_RECORD && wanted.kind == VALUE_RECORD && service.number == wanted.number ? 3 : 2;
}

static void choose(struct letter *letter, const struct record *record, int64_t came_by, const struct list_result *all)
{
	int best = 0;

	for (size_t i = 0; i < all->count; i++) {
		int fit = fits(all->records[i], record, came_by);
		struct value address = record_named(all->records[i], "address");

		if (fit > best && address.kind == VALUE_TEXT) {
			best = fit;
			letter->reply_to = address.text;
		}
	}
}

/* Nobody answers a mail about several records, or about what takes no answers. */
enum status letter_find_mailbox(struct letter *letter, struct error *error)
{
	const struct record *record = letter->items[0].record;
	struct list_request request = {.type = letter->kernel->model->acting[ACTS_MAILBOX],
				       .limit = MAILBOXES_MOST,
				       .as_of = INSTANT_NONE,
				       .now = letter->now};
	struct list_result all;
	int64_t mailbox;
	enum status status;

	if (!letter->record || !record->type->mail || !request.type)
		return OK;
	if ((status = came_by(letter, record, &mailbox, error)) ||
	    (status =
		 read_list(letter->kernel, letter->connection, letter->arena, actor_system(), &request, &all, error)))
		return status;
	choose(letter, record, mailbox, &all);
	return OK;
}
