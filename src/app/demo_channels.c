/* How things come in at the demonstration: mails and calendars that scenes tell of.
 *
 *	mail: the address of a mailbox; from, subject, text; to: as the header has it, else the mailbox; id: what stands
 *	before "@mail.example" in its Message-ID; answers: the same of the mail that it answers; headers: further lines.
 *
 * The program wrote these mails itself, so they are read where they are, and by no child (mail/read.h). */
#include "app/demo_world.h"
#include "mail/deliver.h"
#include "model/node.h"
#include "record/feeds.h"

static void add_header(struct buf *raw, const char *name, struct str value)
{
	if (value.n)
		buf_format(raw, "%s: %.*s\r\n", name, STR_ARG(value));
}

static void add_identifier(struct buf *raw, const char *name, struct str id)
{
	if (id.n)
		buf_format(raw, "%s: <%.*s@mail.example>\r\n", name, STR_ARG(id));
}

/* Lines end as those of mails do. */
static void add_lines(struct buf *raw, struct str text)
{
	struct str line;

	while (str_cut(&text, '\n', &line))
		buf_format(raw, "%.*s\r\n", STR_ARG(line));
	if (text.n)
		buf_format(raw, "%.*s\r\n", STR_ARG(text));
}

static bool has_type(struct str headers)
{
	struct str line;

	while (str_cut(&headers, '\n', &line) || headers.n) {
		if (str_starts(line.n ? line : headers, S("Content-Type:")))
			return true;
		if (!line.n)
			break;
		line.n = 0;
	}
	return false;
}

struct str demo_mail_date(struct demo_world *world, instant at)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil civil = zone_civil(world->zone, at);

	return str_format(world->arena, "%s, %d %s %d %02d:%02d:00 +0900",
			  days[day_of_week(zone_day(world->zone, at)) % 7], civil.day, months[civil.month - 1],
			  civil.year, civil.hour, civil.minute);
}

static struct str raw_of(struct demo_world *world, const struct node *scene, instant at)
{
	struct buf raw = buf_new(world->arena);
	struct str to = demo_text(scene, "to"), headers = demo_text(scene, "headers");

	add_lines(&raw, headers);
	add_identifier(&raw, "Message-ID", demo_text(scene, "id"));
	add_identifier(&raw, "In-Reply-To", demo_text(scene, "answers"));
	add_header(&raw, "Date", demo_mail_date(world, at));
	add_header(&raw, "From", demo_text(scene, "from"));
	add_header(&raw, "To", to.n ? to : demo_text(scene, "mail"));
	add_header(&raw, "Subject", demo_text(scene, "subject"));
	buf_add_c(&raw, "MIME-Version: 1.0\r\n");
	if (!has_type(headers))
		buf_add_c(&raw, "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n");
	buf_add_c(&raw, "\r\n");
	add_lines(&raw, demo_text(scene, "text"));
	return buf_str(&raw);
}

enum status demo_take_mail(struct demo_world *world, struct str mailbox, struct str raw, instant at,
			   struct error *error)
{
	struct mail_reading reading = {0};
	struct mail_delivery delivery = {
	    .kernel = world->kernel, .mailbox = mailbox, .raw = raw, .reading = &reading, .now = at};
	enum status status;

	mail_parse(world->arena, raw, &reading.message);
	status = mail_deliver(&delivery, error);
	if (status != E_NOT_FOUND && status != E_DENIED && status != E_CONFLICT)
		return status;
	error_clear(error); /* an overlay has taken the mailbox away, or it takes no such mail */
	return OK;
}

enum status demo_mail_comes(struct demo_world *world, const struct node *scene, instant at, struct error *error)
{
	return demo_take_mail(world, demo_text(scene, "mail"), raw_of(world, scene, at), at, error);
}

enum status demo_subscribe(struct demo_world *world, const struct node *scene, instant at, struct error *error)
{
	int person = demo_person_by_account(world, str_c(world->arena, demo_text(scene, "by")));
	const struct actor *actor;
	char secret[TOKEN_TEXT]; /* nobody is told: the address is of no use to anybody */
	enum status status;

	if (person == NOBODY)
		return OK;
	status = actor_of_person(world->kernel, world->arena, world->people.items[person].identity, &actor, error);
	return status ? status : feed_create(world->kernel, actor, demo_text(scene, "feed"), at, secret, error);
}
