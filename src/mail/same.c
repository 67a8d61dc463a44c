/* Whether two mails of one Message-ID are the same. Some devices give all their mails one; the time at which a mail was
 * written stays as it is on whatever ways it comes (RFC 5322, 3.6.1), through a list too. */
#include "mail/taking.h"
#include "record/read.h"

enum { DATE_MOST = 60 };

static struct str date_of(struct str raw)
{
	struct str line, name = S("date:");

	while (str_cut(&raw, '\n', &line) && str_trim(line).n)
		if (str_eq_nocase(str_sub(line, 0, name.n), name))
			return str_trim(str_sub(line, name.n, line.n));
	return (struct str){0};
}

static enum status read_raw(struct taking *taking, int64_t mail, struct str *raw, struct error *error)
{
	struct record *record;
	struct attachment *files, *found;
	size_t count;
	enum status status =
	    record_load(taking->kernel, taking->connection, taking->arena, mail, false, &record, error);

	*raw = (struct str){0};
	if (status || !record ||
	    (status = read_attachments(taking->kernel, taking->connection, taking->arena, actor_system(), record,
				       &files, &count, error)))
		return status;
	for (size_t i = 0; i < count && !raw->n; i++)
		if (str_is(files[i].media_type, "message/rfc822") &&
		    (status = read_attachment_bytes(taking->kernel, taking->connection, taking->arena, actor_system(),
						    files[i].identity, &found, raw, error)))
			return status;
	return OK;
}

enum status taking_is_another(struct taking *taking, int64_t mail, bool *another, struct error *error)
{
	struct str own = date_of(taking->delivery->raw), raw, date;
	enum status status = own.n ? read_raw(taking, mail, &raw, error) : OK;

	*another = false;
	if (status || !own.n)
		return status;
	date = date_of(raw);
	*another = date.n && !str_eq(date, own);
	if (*another)
		taking->id =
		    str_format(taking->arena, "%.*s %.*s", STR_ARG(taking->id), STR_ARG(str_first(own, DATE_MOST)));
	return OK;
}
