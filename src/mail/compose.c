#include "mail/compose.h"

#include "mail/letter.h"
#include "record/digest_link.h"

struct str compose_domain(const struct compose_settings *settings)
{
	struct str address = settings->from.address;
	size_t at;

	return str_find_char(address, '@', &at) ? str_sub(address, at + 1, address.n) : S("localhost");
}

bool letter_is_gathered(const struct letter *letter)
{
	return str_is(letter->entry->kind, "digest");
}

/* --- to whom --- */

static enum status find_reader(struct letter *letter, const char **needless, struct error *error)
{
	struct record *person = NULL;
	struct value mail;
	enum status status = actor_of_person_on(letter->kernel, letter->connection, letter->arena,
						letter->entry->person, &letter->actor, error);

	if (status == E_NOT_FOUND) {
		error_clear(error);
		*needless = N_("Whom it is for is not active any more");
		return OK;
	}
	if (status || (status = record_load(letter->kernel, letter->connection, letter->arena, letter->entry->person,
					    false, &person, error)))
		return status;
	mail = person ? record_named(person, "mail") : (struct value){0};
	if (mail.kind == VALUE_TEXT && !value_is_erased(mail))
		letter->address = str_trim(mail.text);
	if (!letter->address.n)
		*needless = N_("Whom it is for has no mail address");
	return OK;
}

/* --- what --- */

struct str letter_moment(const struct letter *letter, instant at)
{
	const struct zone *zone = actor_zone(letter->actor);
	struct civil civil = zone_civil(zone, at);

	return str_format(letter->arena, "%04d-%02d-%02d %02d:%02d", civil.year, civil.month, civil.day, civil.hour,
			  civil.minute);
}

static enum status add_item(struct letter *letter, const struct outbox_notice *notice, struct error *error)
{
	struct letter_item *item = &letter->items[letter->count];
	struct str origin = letter->settings->origin;
	char number[NUMBER_TEXT];
	struct record *record;
	enum status status = read_record(letter->kernel, letter->connection, letter->arena, letter->actor,
					 notice->record, &record, error);

	if (status == E_NOT_FOUND) { /* it may not be seen, or not any more */
		error_clear(error);
		return OK;
	}
	if (status)
		return status;
	*item = (struct letter_item){
	    .record = record,
	    .number = str_dup(letter->arena, str_of(kernel_number(letter->kernel, record->identity, number))),
	    .title = read_headline(record, letter->actor->language),
	    .says = label_in(&notice->says, letter->actor->language),
	    .at = letter_moment(letter, notice->at)};
	item->url = str_format(letter->arena, "%.*s/%.*s", STR_ARG(origin), STR_ARG(item->number));
	if (notice->link.n && !letter->masked)
		item->decide = str_format(letter->arena, "%.*s%.*s", STR_ARG(origin), STR_ARG(notice->link));
	item->words = model_mail_text(letter->kernel->model, record->type, notice->kind);
	if (!letter->count)
		letter->record = record->identity;
	else if (letter->record != record->identity)
		letter->record = 0;
	letter->count++;
	return letter_take_event(letter, item, notice->event, error);
}

/* Only of what is gathered: what comes one by one is asked for kind by kind. */
static void add_unsubscribe(struct letter *letter)
{
	struct str path = letter_is_gathered(letter) && !letter->masked
			      ? digest_link_sign(letter->kernel, letter->arena, letter->actor->person)
			      : (struct str){0};

	letter->unsubscribe = (struct str){0};
	if (path.n)
		letter->unsubscribe =
		    str_format(letter->arena, "%.*s%.*s", STR_ARG(letter->settings->origin), STR_ARG(path));
}

static enum status add_items(struct letter *letter, const char **needless, struct error *error)
{
	struct outbox_notice *notices;
	size_t count;
	enum status status = outbox_notices(letter->connection, letter->arena, letter->entry, &notices, &count, error);

	letter->items = arena_many(letter->arena, struct letter_item, count + 1);
	letter->count = 0;
	letter->enclosed = 0;
	for (size_t i = 0; i < count && !status; i++)
		status = add_item(letter, &notices[i], error);
	if (!status && !letter->count)
		*needless = N_("Whom it is for may not see any more what it tells");
	return status;
}

/* --- both forms of it --- */

static enum status write_one(struct letter *letter, struct composed *composed, struct str *raw, struct error *error)
{
	enum status status = add_items(letter, &composed->needless, error);

	if (status || composed->needless || (status = letter_find_mailbox(letter, error)))
		return status;
	add_unsubscribe(letter);
	letter_write(letter);
	letter_write_html(letter);
	*raw = letter_pack(letter);
	return raw->n ? OK : error_fail(error, E_INTERNAL, "", "mail", N_("A mail could not be put together"));
}

static enum status compose_on(struct letter *letter, struct composed *composed, struct error *error)
{
	enum status status = find_reader(letter, &composed->needless, error);

	if (status || composed->needless)
		return status;
	composed->to = letter->address;
	if ((status = write_one(letter, composed, &composed->raw, error)) || composed->needless)
		return status;
	letter->masked = true;
	return write_one(letter, composed, &composed->kept, error);
}

enum status compose(const struct compose_settings *settings, struct kernel *kernel, struct arena *arena,
		    const struct outbox_entry *entry, instant now, struct composed *composed, struct error *error)
{
	struct letter letter = {.settings = settings, .kernel = kernel, .arena = arena, .entry = entry, .now = now};
	enum status status = kernel_reader(kernel, &letter.connection, error);

	*composed = (struct composed){0};
	if (!status)
		status = compose_on(&letter, composed, error);
	store_reader_done(&letter.connection);
	return status;
}
