/* What goes out of the demonstration: mails and messages to webhooks, with answers that nobody gave. Nothing is sent:
 * no program connects anywhere here, the webhooks are switched off, and all addresses end with .example, which leads
 * nowhere (RFC 2606). */
#include <string.h>

#include "app/demo_world.h"
#include "hook/message.h"
#include "mail/compose.h"
#include "record/changes.h"
#include "record/checkpoint.h"
#include "record/notices.h"
#include "record/said.h"

enum { EVENTS_LOOKED = 4000, AT_ONCE = 200, TOLD_MOST = 60, TRIED_AGAIN = 9, BOUNCES = 11, REFUSED = 17 };
static const int64_t lease = 10 * MINUTE, hooks_kept_for = 6 * DAY;

static const struct compose_settings letters = {
    .from = {.name = {"Service desk", 12}, .address = {"support@kaname.example", 22}},
    .origin = {"https://kaname.example", 22}};

/* --- mails --- */

/* A report as mail servers write it (RFC 3464). */
static struct str bounce_of(struct demo_world *world, const struct outbox_entry *entry, struct str to, instant at)
{
	return str_format(
	    world->arena,
	    "Return-Path: <>\r\nMessage-ID: <bounce-%lld@mx.kaname.example>\r\nDate: %.*s\r\n"
	    "From: Mail Delivery System <MAILER-DAEMON@mx.kaname.example>\r\nTo: support@kaname.example\r\n"
	    "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: multipart/report; report-type=delivery-status; boundary=\"part\"\r\n\r\n"
	    "--part\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
	    "This is the mail system at host mx.kaname.example.\r\n\r\nYour message could not be delivered to\r\n"
	    "<%.*s>: 550 5.1.1 no such user here\r\n"
	    "--part\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.kaname.example\r\n\r\n"
	    "Final-Recipient: rfc822; %.*s\r\nAction: failed\r\nStatus: 5.1.1\r\n"
	    "Diagnostic-Code: smtp; 550 5.1.1 no such user here\r\n"
	    "--part\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%.*s>\r\n--part--\r\n",
	    (long long)entry->id, STR_ARG(demo_mail_date(world, at)), STR_ARG(to), STR_ARG(to),
	    STR_ARG(entry->message_id));
}

/* Most are taken at once; one is put off, another refused, as it happens. */
static void answer(struct demo_world *world, const struct outbox_entry *entry, struct outbox_outcome *outcome)
{
	struct str says =
	    str_format(world->arena, "250 2.0.0 Ok: queued as 4X%06llXz", 0x9e3779b9ll * entry->id & 0xffffff);

	outcome->fate = OUTBOX_SENT;
	if (entry->attempts < 2 && world->mails % TRIED_AGAIN == TRIED_AGAIN - 1) {
		outcome->fate = OUTBOX_WAITS;
		outcome->due_at = outcome->now + MINUTE;
		says = S("451 4.7.1 Greylisted, please try again later");
	} else if (world->mails % REFUSED == REFUSED - 1) {
		outcome->fate = OUTBOX_DEAD;
		says = S("552 5.2.2 Mailbox full");
	}
	outcome->reason = said_keep(world->arena, N_("The mail server said: %s"), says);
}

static enum status settle(struct demo_world *world, const struct outbox_entry *entry, instant now, struct error *error)
{
	struct outbox_outcome outcome = {.id = entry->id, .now = now, .person = entry->person};
	struct composed composed;
	enum status status = compose(&letters, world->kernel, world->arena, entry, now, &composed, error);

	if (status)
		return status;
	outcome.address = composed.to;
	outcome.raw = composed.kept;
	if (composed.needless) {
		outcome.fate = OUTBOX_NEEDLESS;
		outcome.reason = said_keep(world->arena, composed.needless, S(""));
	} else {
		answer(world, entry, &outcome);
	}
	if ((status = outbox_settle(world->kernel, &outcome, error)) || outcome.fate == OUTBOX_WAITS)
		return status;
	if (world->mails++ % BOUNCES != BOUNCES - 1 || outcome.fate != OUTBOX_SENT)
		return OK;
	return demo_take_mail(world, S("support@kaname.example"), bounce_of(world, entry, composed.to, now + MINUTE),
			      now + MINUTE, error);
}

static enum status send_due(struct demo_world *world, instant now, struct error *error)
{
	struct outbox_entry entry;
	enum status status;

	while (
	    !(status = outbox_take(world->kernel, world->arena, compose_domain(&letters), now, lease, &entry, error)) &&
	    entry.id)
		if ((status = settle(world, &entry, now, error)))
			return status;
	return status;
}

/* Each time at which something is due. */
enum status demo_mails_go(struct demo_world *world, instant until, struct error *error)
{
	while (true) {
		READER connection = NULL;
		instant next;
		size_t put;
		enum status status = kernel_reader(world->kernel, &connection, error);

		if (!status)
			status = notices_next_mail(connection, &next, error);
		store_reader_done(&connection);
		if (status || next == INSTANT_NONE || next > until)
			return status ? status : send_due(world, until, error);
		if ((status = notices_mail(world->kernel, next, &put, error)) ||
		    (status = send_due(world, next + 2 * SECOND, error)))
			return status;
	}
}

/* --- webhooks --- */

struct telling { /* to one of them */
	struct demo_world *world;
	struct connection *connection;
	struct arena *arena;
	struct hook hook;
	struct hook_wish wish;
	struct hook_subject subject;
	struct hook_event events[TOLD_MOST];
	instant times[TOLD_MOST];
	size_t count;
	instant until; /* when it was switched off, or the present */
	int64_t last;  /* event looked at */
};

/* The newest stay. */
static void keep(struct telling *telling, const struct record_change *change, instant at)
{
	if (telling->count == TOLD_MOST) {
		telling->count--;
		memmove(telling->events, telling->events + 1, telling->count * sizeof(*telling->events));
		memmove(telling->times, telling->times + 1, telling->count * sizeof(*telling->times));
	}
	telling->times[telling->count] = at;
	telling->events[telling->count++] = (struct hook_event){change->event, change->record};
}

static enum status look_at(struct telling *telling, const struct record_change *change, struct error *error)
{
	const struct type *type = kernel_type_of(telling->world->kernel, change->record);
	bool seen, wants = false;
	instant at;
	enum status status;

	if (!type || type->acts_as == ACTS_WEBHOOK || (telling->wish.type && telling->wish.type != type))
		return OK;
	telling->subject.record = NULL;
	status = hook_subject_read(&telling->subject, &telling->wish, change->record, change->event, &seen, error);
	if (status || !seen)
		return status;
	at = telling->subject.event->at;
	if (at < telling->world->until - hooks_kept_for || at > telling->until)
		return OK;
	status = hook_wants(&telling->subject, &telling->wish, telling->world->until, &wants, error);
	if (!status && wants)
		keep(telling, change, at);
	return status;
}

static enum status look_through(struct telling *telling, int64_t after, struct error *error)
{
	struct record_change changes[AT_ONCE];
	size_t count = AT_ONCE;
	enum status status = OK;

	for (telling->last = after; !status && count == AT_ONCE;) {
		status = changes_after(telling->connection, telling->last, changes, AT_ONCE, &count, error);
		for (size_t i = 0; i < count && !status; i++)
			status = look_at(telling, &changes[i], error);
		if (count)
			telling->last = changes[count - 1].event;
	}
	return status;
}

/* How somebody answered; the last ones failed where the webhook says why it was switched off. */
static void answer_hook(const struct telling *telling, struct delivery *delivery, instant at, bool failed)
{
	delivery->attempts = failed ? 4 : 1;
	delivery->state = failed ? DELIVERY_FAILED : DELIVERY_DONE;
	delivery->sent_at = at + SECOND + (failed ? 8 * MINUTE : 0);
	delivery->took = 38 + delivery->event * 7919 % 160;
	delivery->code = failed ? 410 : str_is(telling->wish.format, "slack") ? 200 : 202;
	delivery->says = failed ? S("Gone") : str_is(telling->wish.format, "slack") ? S("ok") : S("");
}

static enum status put_all(struct telling *telling, struct error *error)
{
	struct kernel *kernel = telling->world->kernel;
	bool fails = record_text_of(telling->wish.record, "fault").n;
	struct delivery *deliveries;
	size_t count;
	enum status status = hook_begin(kernel, telling->hook.record, telling->events[0].event - 1, error);
	int64_t place = telling->events[0].event - 1;

	for (size_t i = 0; i < telling->count && !status; i++) {
		status = hook_put(kernel, telling->hook.record, place, telling->events[i].event, &telling->events[i], 1,
				  telling->times[i], error);
		place = telling->events[i].event;
	}
	if (status || (status = kernel_reader(kernel, &telling->connection, error)) ||
	    (status = deliveries_list(telling->connection, telling->arena, telling->hook.record, 0, TOLD_MOST,
				      &deliveries, &count, error)))
		return status;
	store_reader_done(&telling->connection);
	for (size_t i = 0; i < count && !status; i++) { /* the newest first */
		instant at = deliveries[i].queued_at;

		answer_hook(telling, &deliveries[i], at, fails && i < 3);
		status = delivery_attempted(kernel, &telling->hook, &deliveries[i], deliveries[i].sent_at, error);
	}
	return status ? status : hook_end(kernel, telling->hook.record, error);
}

static enum status tell(struct demo_world *world, const struct record *webhook, int64_t after, struct error *error)
{
	ARENA arena = arena_new();
	struct telling *telling = arena_one(arena, struct telling);
	enum status status;

	*telling = (struct telling){.world = world, .arena = arena};
	telling->until = record_text_of(webhook, "fault").n ? webhook->updated_at : world->until;
	telling->hook =
	    (struct hook){.record = webhook->identity, .failing_since = INSTANT_NONE, .former_until = INSTANT_NONE};
	if ((status = hook_wish_read(world->kernel, arena, webhook, &telling->wish, error)) ||
	    (status = kernel_reader(world->kernel, &telling->connection, error)))
		return status;
	telling->subject =
	    (struct hook_subject){.kernel = world->kernel, .connection = telling->connection, .arena = arena};
	status = look_through(telling, after, error);
	store_reader_done(&telling->connection);
	return status || !telling->count ? status : put_all(telling, error);
}

static enum status list_hooks(struct demo_world *world, struct list_result *found, int64_t *after, struct error *error)
{
	struct list_request request = {
	    .type = world->model->acting[ACTS_WEBHOOK], .limit = 20, .as_of = INSTANT_NONE, .now = world->until};
	READER connection = NULL;
	enum status status = kernel_reader(world->kernel, &connection, error);

	if (status || (status = checkpoint_newest_event(connection, after, error)))
		return status;
	*after = *after > EVENTS_LOOKED ? *after - EVENTS_LOOKED : 0;
	return read_list(world->kernel, connection, world->arena, actor_system(), &request, found, error);
}

enum status demo_hooks_told(struct demo_world *world, struct error *error)
{
	struct list_result found = {0};
	int64_t after = 0;
	enum status status;

	if (!world->model->acting[ACTS_WEBHOOK])
		return OK;
	status = list_hooks(world, &found, &after, error);
	for (size_t i = 0; i < found.count && !status; i++)
		status = tell(world, found.records[i], after, error);
	return status;
}
