/* Mails about a record, in and out: GET /{collection}/{number}/mails. */
#include "record/mails.h"
#include "api/operations.h"
#include "record/said.h"

static const char *fate_of(const struct outbox_entry *entry)
{
	static const char *const fates[] = {
	    [OUTBOX_WAITS] = "waiting",       [OUTBOX_SENT] = "sent",     [OUTBOX_DEAD] = "failed",
	    [OUTBOX_NEEDLESS] = "needless",   [OUTBOX_PAUSED] = "paused", [OUTBOX_BOUNCED] = "bounced",
	    [OUTBOX_DISCARDED] = "discarded",
	};

	return fates[entry->fate];
}

static void came_in_json(struct call *call, struct buf *json, const struct shown *shown, const struct record *mail)
{
	json_key(json, S("person"));
	json_number(json, shown, record_number_of(mail, "sender"));
	json_key(json, S("mail"));
	json_number(json, shown, mail->identity);
	json_key(json, S("state"));
	buf_add_json_string(json, record_text_of(mail, "outcome"));
	json_key(json, S("says"));
	buf_add_json_string(json, read_headline(mail, call->actor->language));
	json_key(json, S("reason"));
	buf_add_json_string(json, said_in(call->arena, call->actor->language, record_text_of(mail, "reason")));
	json_key(json, S("authentication"));
	buf_add_json_string(json, record_text_of(mail, "authentication"));
}

static void went_out_json(struct call *call, struct buf *json, const struct shown *shown, const struct mail_told *told)
{
	json_key(json, S("person"));
	json_number(json, shown, told->entry.person);
	json_key(json, S("state"));
	buf_format(json, "\"%s\"", fate_of(&told->entry));
	json_key(json, S("settled_at"));
	json_time(json, told->entry.settled_at);
	json_key(json, S("event"));
	buf_add_json_string(json, told->kind);
	json_key(json, S("says"));
	buf_add_json_string(json, label_in(&told->says, call->actor->language));
	json_key(json, S("reason"));
	buf_add_json_string(json, said_in(call->arena, call->actor->language, told->entry.reason));
}

static void mail_json(struct call *call, struct buf *json, const struct shown *shown, const struct mail_told *told)
{
	buf_add_char(json, '{');
	json_key(json, S("direction"));
	buf_add_c(json, told->mail ? "\"in\"" : "\"out\"");
	json_key(json, S("at"));
	json_time(json, told->place.at);
	if (told->mail)
		came_in_json(call, json, shown, told->mail);
	else
		went_out_json(call, json, shown, told);
	buf_add_char(json, '}');
}

static enum status mails_json(struct call *call, size_t limit, struct buf *json)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	struct mail_place before = {0}, next;
	struct str after = http_query(call->request, "after");
	READER connection = NULL;
	struct mail_told *mails;
	struct record *record;
	size_t count;
	enum status status;

	if (after.p && !mail_place_parse(after, &before))
		return error_fail(&call->error, E_SYNTAX, "after", "cursor",
				  N_("This cursor does not belong to this list"));
	if ((status = call_reader(call, &connection)) || (status = call_record(call, connection, &record)) ||
	    (status = mails_read(call->kernel, connection, call->arena, call->actor, record, before, limit, &mails,
				 &count, &next, &call->error)))
		return status;
	for (size_t i = 0; i < count; i++)
		shown_need(&shown, mails[i].mail ? record_number_of(mails[i].mail, "sender") : mails[i].entry.person);
	if ((status = shown_look_up(&shown, connection, call->actor, &call->error)))
		return status;
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add_char(json, ',');
		mail_json(call, json, &shown, &mails[i]);
	}
	buf_add(json, S("],\"next\":"));
	if (next.at)
		buf_add_json_string(json, mail_place_text(call->arena, next));
	else
		buf_add(json, S("null"));
	buf_add_char(json, '}');
	return OK;
}

void api_mails(struct http_request *request, struct http_response *response)
{
	static const char *const allowed[] = {"limit", "after", NULL};
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	size_t limit;
	enum status status;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, allowed) ||
	    !call_limit(&call, 50, 100, &limit))
		return;
	if ((status = mails_json(&call, limit, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}
