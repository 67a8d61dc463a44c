#include "mail/bounce.h"

#include "mail/words.h"

enum { LINES_MOST = 2000, VALUE_MOST = 500 };

/* The value of a header with its folded lines, the first of that name; "rfc822; a@b" without what is before the
 * semicolon where `plain`. */
static struct str header_in(struct arena *arena, struct str bytes, struct str name, bool plain)
{
	struct buf value = buf_new(arena);
	struct str line;
	bool found = false;
	size_t at;

	for (int lines = 0; lines < LINES_MOST && str_cut(&bytes, '\n', &line); lines++) {
		bool folded = line.n && (*line.p == ' ' || *line.p == '\t');

		if (found && !folded)
			break;
		if (!found && line.n > name.n && line.p[name.n] == ':' &&
		    str_eq_nocase(str_sub(line, 0, name.n), name)) {
			found = true;
			line = str_sub(line, name.n + 1, line.n);
		}
		if (found && value.n < VALUE_MOST)
			buf_add(&value, line);
	}
	struct str all = buf_str(&value);
	if (plain && str_find_char(all, ';', &at))
		all = str_sub(all, at + 1, all.n);
	return str_trim(str_head(words_on_one_line(arena, words_decode(arena, all)), VALUE_MOST));
}

static void read_status(struct arena *arena, struct str bytes, struct mail_bounce *bounce)
{
	struct str action = header_in(arena, bytes, S("Action"), false),
		   status = header_in(arena, bytes, S("Status"), false),
		   diagnostic = header_in(arena, bytes, S("Diagnostic-Code"), true);

	bounce->reason = diagnostic.n ? diagnostic : status;
	bounce->for_good = str_eq_nocase(action, S("failed")) && str_starts(status, S("5"));
}

static struct str id_in(struct arena *arena, struct str bytes)
{
	struct str id = header_in(arena, bytes, S("Message-ID"), false);
	size_t from, to;

	if (str_find_char(id, '<', &from) && str_find_char(str_sub(id, from, id.n), '>', &to))
		return str_sub(id, from + 1, from + to);
	return (struct str){0};
}

void bounce_read(struct arena *arena, const struct mail_message *message, struct mail_bounce *bounce)
{
	*bounce = (struct mail_bounce){0};
	for (size_t i = 0; i < message->file_count; i++) {
		const struct mail_file *file = &message->files[i];

		if (str_is(file->media_type, "message/delivery-status"))
			read_status(arena, file->bytes, bounce);
		else if (!bounce->id.n && (str_is(file->media_type, "message/rfc822") ||
					   str_is(file->media_type, "text/rfc822-headers")))
			bounce->id = id_in(arena, file->bytes);
	}
	if (!bounce->id.n)
		bounce->id = message->in_reply_to;
}
