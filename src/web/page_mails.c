/* Mails that go out: what waits, what was sent, what could not be and why; each with its raw form. */
#include "record/outbox.h"
#include "record/said.h"
#include "web/administration.h"
#include "web/form.h"
#include "web/pages.h"
#include "web/show.h"

enum { SHOWN = 50 };

static const struct {
	const char *name;
	enum outbox_fate fate;
	const char *words, *none;
} tabs[] = {{"", OUTBOX_FATES, N_("All"), N_("No mail was sent yet.")},
	    {"waiting", OUTBOX_WAITS, N_("Waiting"), N_("Nothing waits to be sent.")},
	    {"failed", OUTBOX_DEAD, N_("Could not be sent"), N_("All could be sent.")},
	    {"bounced", OUTBOX_BOUNCED, N_("Came back"), N_("Nothing came back.")},
	    {"paused", OUTBOX_PAUSED, N_("Held back"), N_("Nothing is held back.")}};
enum { TABS = sizeof(tabs) / sizeof(*tabs) };

const char *mail_fate_words(const struct outbox_entry *entry)
{
	static const char *const words[] = {[OUTBOX_WAITS] = N_("waits"),
					    [OUTBOX_SENT] = N_("sent"),
					    [OUTBOX_DEAD] = N_("could not be sent"),
					    [OUTBOX_NEEDLESS] = N_("not needed any more"),
					    [OUTBOX_PAUSED] = N_("held back"),
					    [OUTBOX_BOUNCED] = N_("came back"),
					    [OUTBOX_DISCARDED] = N_("given up")};

	return entry->fate == OUTBOX_WAITS && entry->reason.n ? N_("tried again later") : words[entry->fate];
}

bool mail_fate_is_bad(const struct outbox_entry *entry)
{
	return entry->fate == OUTBOX_DEAD || entry->fate == OUTBOX_BOUNCED || entry->fate == OUTBOX_PAUSED;
}

static struct str reason_words(const struct visit *visit, const struct outbox_entry *entry)
{
	return said_in(visit->arena, visit->h.language, entry->reason);
}

/* --- all --- */

static void draw_tabs(struct visit *visit, size_t chosen)
{
	struct html *h = &visit->h;

	html(h, "<nav class='line noprint' aria-label='%l'>", N_("Mails sent"));
	for (size_t i = 0; i < TABS; i++)
		html(h, "<a class='btn s' href='/administration/mails%a%a'%m>%l</a>", i ? S("?show=") : S(""),
		     str_of(tabs[i].name), attribute_if("aria-current", i == chosen ? S("page") : S("")),
		     tabs[i].words);
	html(h, "</nav>");
}

static void draw_entry(struct visit *visit, const struct show *show, const struct outbox_entry *entry)
{
	struct html *h = &visit->h;

	html(h, "<tr><th scope='row'><a href='/administration/mails/%d'>", entry->id);
	html_near(h, entry->at);
	html(h, "</a></th><td data-label='%l'%m>%l</td><td data-label='%l'>%t</td><td data-label='%l'>", N_("State"),
	     attribute_if("class", mail_fate_is_bad(entry) ? S("bad") : S("")), mail_fate_words(entry), N_("To"),
	     entry->person ? show_name(show, entry->person) : S(""), N_("Record"));
	if (entry->record)
		html(h, "<a href='%u'><span class='id'>%t</span> %t</a>", record_url(visit, entry->record),
		     number_text(visit, entry->record), show_name(show, entry->record));
	else
		html(h, "%l", N_("Several"));
	html(h, "</td><td data-label='%l'>%t</td></tr>", N_("Why"), reason_words(visit, entry));
}

static enum status draw_entries(struct visit *visit, struct connection *connection, size_t tab, int64_t before)
{
	struct show show = show_new(visit);
	struct outbox_entry *entries;
	struct html *h = &visit->h;
	size_t count;
	enum status status =
	    outbox_list(connection, visit->arena, tabs[tab].fate, before, SHOWN + 1, &entries, &count, &visit->error);

	for (size_t i = 0; i < count && !status; i++) {
		show_need_identity(&show, entries[i].record);
		show_need_identity(&show, entries[i].person);
	}
	if (status || (status = show_look_up(&show, connection)))
		return status;
	if (!count) {
		html(h, "<p class='none'>%l</p>", tabs[tab].none);
		return OK;
	}
	html(h,
	     "<div class='scroll' tabindex='0' role='region' aria-label='%l'><table class='data tall'><caption "
	     "class='vh'>%l"
	     "</caption><thead><tr><th scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th "
	     "scope='col'>%l</th><th scope='col'>%l</th></tr></thead><tbody>",
	     N_("Mails sent"), N_("Mails sent"), N_("Written"), N_("State"), N_("To"), N_("Record"), N_("Why"));
	for (size_t i = 0; i < count && i < SHOWN; i++)
		draw_entry(visit, &show, &entries[i]);
	html(h, "</tbody></table></div>");
	if (count > SHOWN && tabs[tab].fate != OUTBOX_WAITS)
		html(h, "<p><a class='btn' href='/administration/mails?show=%a&amp;before=%d'>%l</a></p>",
		     str_of(tabs[tab].name), entries[SHOWN - 1].id, N_("Earlier ones"));
	return OK;
}

static enum status draw_all(struct visit *visit)
{
	struct str shown = http_query(visit->request, "show");
	READER connection = NULL;
	size_t tab = TABS - 1;
	int64_t before;
	enum status status = visit_reader(visit, &connection);

	if (status)
		return status;
	while (tab && !str_is(shown, tabs[tab].name))
		tab--;
	if (!str_int64(http_query(visit->request, "before"), &before) || before < 0)
		before = 0;
	administration_begin(visit, N_("Mails sent"));
	draw_tabs(visit, tab);
	if ((status = draw_entries(visit, connection, tab, before)))
		return status;
	visit_end(visit, 200);
	return OK;
}

void page_mails(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (administration_start(&visit, request, response) && (status = draw_all(&visit)))
		visit_refuse(&visit, status);
}

/* --- one --- */

static enum status find_one(struct visit *visit, struct connection *connection, struct outbox_entry *entry)
{
	int64_t id;
	enum status status = OK;

	*entry = (struct outbox_entry){0};
	if (str_int64(http_parameter(visit->request, "mail"), &id))
		status = outbox_find(connection, visit->arena, id, entry, &visit->error);
	if (status || entry->id)
		return status;
	return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such mail"));
}

/* What it tells; *readable: whoever looks at it may read all of it. */
static enum status draw_notices(struct visit *visit, struct connection *connection, const struct outbox_entry *entry,
				bool *readable)
{
	struct outbox_notice *notices;
	struct html *h = &visit->h;
	size_t count;
	enum status status = outbox_notices(connection, visit->arena, entry, &notices, &count, &visit->error);

	*readable = true;
	html(h, "<section><h2>%l</h2><ul class='plain'>", N_("What it tells"));
	for (size_t i = 0; i < count && !status; i++) {
		struct record *record;

		status = read_record(visit->kernel, connection, visit->arena, visit->actor, notices[i].record, &record,
				     &visit->error);
		if (status == E_NOT_FOUND) {
			error_clear(&visit->error);
			*readable = false;
			status = OK;
		} else if (!status) {
			html(h, "<li><a href='%u'><span class='id'>%t</span> %t</a> %t</li>",
			     record_url(visit, record->identity), number_text(visit, record->identity),
			     show_title(visit, record), words_of(visit, &notices[i].says));
		}
	}
	if (!*readable)
		html(h, "<li>%l</li>", N_("Something that you may not see."));
	html(h, "</ul></section>");
	return status;
}

static void draw_fact(struct html *h, const char *name, struct str words)
{
	if (words.n)
		html(h, "<div><dt>%l</dt><dd>%t</dd></div>", name, words);
}

static void draw_facts(struct visit *visit, const struct show *show, const struct outbox_entry *entry)
{
	struct html *h = &visit->h;

	html(h, "<dl class='facts'>");
	draw_fact(h, N_("State"), label(h, mail_fate_words(entry)));
	draw_fact(h, N_("Why"), reason_words(visit, entry));
	draw_fact(h, N_("To"), entry->person ? show_name(show, entry->person) : S(""));
	draw_fact(h, N_("Mail address"), entry->address);
	draw_fact(h, N_("Written"), words_moment(h, entry->at));
	if (entry->settled_at != INSTANT_NONE)
		draw_fact(h, N_("Last tried"), words_moment(h, entry->settled_at));
	else if (entry->due_at != INSTANT_NONE && entry->due_at > visit->now)
		draw_fact(h, N_("Tried next"), words_moment(h, entry->due_at));
	draw_fact(h, N_("Tries"), words_number(h, entry->attempts > 0 ? entry->attempts : 0));
	draw_fact(h, N_("Message-ID"), entry->message_id);
	html(h, "</dl>");
}

static void draw_decision(struct visit *visit, const struct outbox_entry *entry)
{
	struct html *h = &visit->h;

	if (entry->fate == OUTBOX_SENT || entry->fate == OUTBOX_DISCARDED)
		return;
	html(h, "<form method='post' action='/administration/mails/%d' class='btns'>", entry->id);
	html_token(h);
	html(h, "<button class='btn main' name='do' value='retry'>%l</button>", N_("Send it again"));
	html(h, "<button class='btn' name='do' value='discard'>%l</button></form>", N_("Give it up"));
}

static enum status draw_raw(struct visit *visit, struct connection *connection, const struct outbox_entry *entry)
{
	struct html *h = &visit->h;
	struct str raw;
	enum status status = outbox_raw(connection, visit->arena, entry->id, &raw, &visit->error);

	if (status)
		return status;
	if (!raw.n && (entry->fate == OUTBOX_SENT || entry->fate == OUTBOX_BOUNCED))
		html(h, "<p class='none'>%l</p>", N_("The mail itself is no longer kept."));
	if (!raw.n)
		return OK;
	html(h, "<section><h2>%l</h2><p class='sub'>%l</p><pre class='raw' tabindex='0'>%t</pre></section>",
	     N_("As it was sent"), N_("Without the addresses that are for its reader alone."), raw);
	return OK;
}

static enum status draw_one(struct visit *visit)
{
	struct show show = show_new(visit);
	struct outbox_entry entry;
	READER connection = NULL;
	bool readable;
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = find_one(visit, connection, &entry)))
		return status;
	show_need_identity(&show, entry.person);
	if ((status = show_look_up(&show, connection)))
		return status;
	administration_begin_below(visit, phrase(&visit->h, N_("Mail %s"), words_number(&visit->h, entry.id)),
				   N_("Mails sent"), "/administration/mails");
	draw_facts(visit, &show, &entry);
	draw_decision(visit, &entry);
	if ((status = draw_notices(visit, connection, &entry, &readable)) ||
	    (readable && (status = draw_raw(visit, connection, &entry))))
		return status;
	visit_end(visit, 200);
	return OK;
}

void page_mail(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (administration_start(&visit, request, response) && (status = draw_one(&visit)))
		visit_refuse(&visit, status);
}

/* --- decided --- */

static enum status act(struct visit *visit, struct outbox_entry *entry)
{
	struct str what = form_word(visit, "do");
	READER connection = NULL;
	enum status status = visit_reader(visit, &connection);

	if (!status)
		status = find_one(visit, connection, entry);
	store_reader_done(&connection);
	if (status)
		return status;
	if (str_is(what, "retry"))
		return outbox_retry(visit->kernel, entry->id, visit->now, &visit->error);
	if (str_is(what, "discard"))
		return outbox_discard(visit->kernel, entry->id,
				      said_keep(visit->arena, N_("Given up by %s"), visit->actor->name), visit->now,
				      &visit->error);
	return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such step"));
}

void post_mail(struct http_request *request, struct http_response *response)
{
	struct outbox_entry entry;
	VISIT visit = {0};
	enum status status;

	if (!administration_start_form(&visit, request, response))
		return;
	visit_release(&visit);
	if ((status = act(&visit, &entry)))
		visit_refuse(&visit, status);
	else
		visit_go(&visit, str_format(visit.arena, "/administration/mails/%lld", (long long)entry.id));
}
