/* Mails about a record in its timeline: what came in, with its sender and why it came here; what went out, to whom,
 * what it tells, and what became of it. */
#include "record/said.h"
#include "web/administration.h"
#include "web/page_record.h"

enum { FACTS_MOST = 5 };

enum status record_mails_load(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct mail_place before = {0};

	if (page->tells_story)
		return OK;
	if (!mail_place_parse(http_query(visit->request, "mails"), &before))
		before = (struct mail_place){0};
	return mails_read(visit->kernel, page->connection, visit->arena, visit->actor, page->record, before,
			  RECORD_MAILS, &page->mails, &page->mail_count, &page->mails_next, &visit->error);
}

bool record_tells_mail(const struct record_page *page, const struct linked *linked)
{
	const struct type *type = page->record->type;

	return !page->tells_story && linked->link && linked->backwards && !linked->removed && type->mail &&
	       linked->link == type->mail->kept_with &&
	       mails_may_come_in(page->visit->kernel, page->visit->actor, type);
}

/* --- what came in --- */

static void add_fact(struct entry_view *entry, struct fact_view *facts, struct str name, struct str words)
{
	if (words.n && entry->fact_count < FACTS_MOST)
		facts[entry->fact_count++] = (struct fact_view){.name = name, .words = words};
}

static void add_field(struct record_page *page, struct entry_view *entry, struct fact_view *facts,
		      const struct record *record, const char *name)
{
	const struct field *field = type_field(record->type, str_of(name));

	if (field && access_reads_field(page->visit->actor, field))
		add_fact(entry, facts, words_of(page->visit, &field->label),
			 show_value(&page->show, field, record_value(record, field)));
}

/* "spf=pass dkim=pass dmarc=fail" of all that a checker writes. */
static void add_verdicts(struct record_page *page, struct entry_view *entry, struct fact_view *facts,
			 const struct record *record)
{
	static const char *const checks[] = {"spf=", "dkim=", "dmarc="};
	const struct field *field = type_field(record->type, S("authentication"));
	struct str said = record_text_of(record, "authentication");
	struct buf words = buf_new(page->visit->arena);
	size_t at, end;

	if (!field || !access_reads_field(page->visit->actor, field))
		return;
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		if (str_find(said, str_of(checks[i]), &at)) {
			struct str one = str_sub(said, at, said.n);

			for (end = 0; end < one.n && one.p[end] > ' ' && one.p[end] != ';' && one.p[end] != '(';)
				end++;
			buf_format(&words, "%s%.*s", words.n ? " " : "", STR_ARG(str_sub(one, 0, end)));
		}
	add_fact(entry, facts, words_of(page->visit, &field->label), buf_str(&words));
}

static struct entry_view came_in(struct record_page *page, const struct mail_told *told)
{
	struct visit *visit = page->visit;
	const struct record *mail = told->mail;
	int64_t sender = record_number_of(mail, "sender");
	struct str number = number_text(visit, mail->identity), name = record_text_of(mail, "from_name"),
		   address = record_text_of(mail, "from_address");
	struct fact_view *facts = arena_many(visit->arena, struct fact_view, FACTS_MOST);
	struct link_view *file = arena_one(visit->arena, struct link_view);
	struct entry_view entry = {.kind = ENTRY_LETTER,
				   .icon = ICON_MAIL,
				   .at = told->place.at,
				   .actor = sender   ? show_name(&page->show, sender)
					    : name.n ? name
						     : address,
				   .sentence = label(&visit->h, N_("Mail from %s came in")),
				   .link = {number, record_url(visit, mail->identity)},
				   .link_title = show_title(visit, mail),
				   .facts = facts};

	add_field(page, &entry, facts, mail, "from_address");
	add_verdicts(page, &entry, facts, mail);
	add_field(page, &entry, facts, mail, "outcome");
	add_field(page, &entry, facts, mail, "reason");
	if (told->raw) {
		*file =
		    (struct link_view){label(&visit->h, N_("As it came")),
				       str_format(visit->arena, "%.*s/files/%lld/mail.eml",
						  STR_ARG(record_url(visit, mail->identity)), (long long)told->raw)};
		entry.files = file;
		entry.file_count = 1;
	}
	return entry;
}

/* --- what went out --- */

static struct entry_view went_out(struct record_page *page, const struct mail_told *told)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct outbox_entry *sent = &told->entry;
	struct fact_view *facts = arena_many(visit->arena, struct fact_view, FACTS_MOST);
	struct entry_view entry = {.kind = ENTRY_LETTER,
				   .icon = ICON_SEND,
				   .at = told->place.at,
				   .actor = show_name(&page->show, sent->person),
				   .sentence = label(h, N_("Mail to %s")),
				   .facts = facts};
	struct str fate = label(h, mail_fate_words(sent));

	if (sent->fate == OUTBOX_SENT && sent->settled_at != INSTANT_NONE)
		fate = phrase(h, N_("sent %s"), words_moment(h, sent->settled_at));
	add_fact(&entry, facts, label(h, N_("State")), fate);
	facts[0].bad = mail_fate_is_bad(sent);
	add_fact(&entry, facts, label(h, N_("What it tells")), words_of(visit, &told->says));
	if (sent->fate != OUTBOX_SENT)
		add_fact(&entry, facts, label(h, N_("Why")), said_in(visit->arena, h->language, sent->reason));
	if (told->may_open)
		entry.link =
		    (struct link_view){label(h, sent->has_raw ? N_("As it was sent") : N_("In administration")),
				       str_format(visit->arena, "/administration/mails/%lld", (long long)sent->id)};
	return entry;
}

struct entry_view record_mail_entry(struct record_page *page, const struct mail_told *told)
{
	return told->mail ? came_in(page, told) : went_out(page, told);
}

size_t record_mails_between(struct record_page *page, instant above, instant down_to, struct entry_view *entries)
{
	size_t count = 0;

	for (size_t i = 0; i < page->mail_count; i++)
		if (page->mails[i].place.at < above && page->mails[i].place.at >= down_to)
			entries[count++] = record_mail_entry(page, &page->mails[i]);
	return count;
}

void draw_page_earlier_mails(struct record_page *page)
{
	struct visit *visit = page->visit;

	if (page->mails_next.at)
		html(&visit->h, "<p class='noprint'><a class='btn quiet s' href='%u'>%l%i</a></p>",
		     record_page_url(page, str_c(visit->arena,
						 str_format(visit->arena, "?show=mail&mails=%.*s",
							    STR_ARG(mail_place_text(visit->arena, page->mails_next))))),
		     N_("Earlier mails"), ICON_DOWN);
}
