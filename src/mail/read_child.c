/* The child that reads one mail, and the nursery that it is a copy of. */
#include "mail/read.h"
#include "mail/sandbox.h"

/* What common mails need is loaded before there are children: tables of characters, and libraries. */
static void prepare(void)
{
	static const char *const labels[] = {"iso-2022-jp", "shift_jis", "euc-jp", "utf-8", "iso-8859-1"};
	static const char html[] = "Content-Type: text/html\n\n<p>words</p>\n";
	ARENA arena = arena_new();
	struct mail_message message;

	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		mail_parse(arena,
			   str_format(arena, "Subject: =?%s?Q?words?=\nContent-Type: text/plain; charset=%s\n\nwords\n",
				      labels[i], labels[i]),
			   &message);
	mail_parse(arena, str_of(html), &message);
}

static bool read_and_pack(struct arena *arena, struct str raw, struct str *packed)
{
	struct mail_message message;

	mail_parse(arena, raw, &message);
	*packed = mail_pack(arena, &message);
	return true;
}

void mail_read_child(void)
{
	sandbox_serve(&(struct sandbox_reading){prepare, read_and_pack, MAIL_BYTES_MOST});
}
