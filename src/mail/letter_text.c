/* What a mail says, as plain text: all of it, for those who read nothing else. */
#include "mail/letter.h"

static struct str phrase_one(const struct letter *letter, const char *msgid, struct str with)
{
	return str_fill(letter->arena, str_of(letter_words(letter, msgid)), with);
}

/* The tag by which an answer is known even where a mail program drops the references (thread.c). */
static void write_subject(struct letter *letter)
{
	const struct letter_item *item = &letter->items[0];
	struct str count = str_format(letter->arena, "%zu", letter->count), what;

	if (letter->count == 1)
		what = item->says;
	else
		what = phrase_one(letter, N_("%s notices"), count);
	if (!letter->record)
		letter->subject = what;
	else if (item->title.n)
		letter->subject = str_format(letter->arena, "[%.*s] %.*s: %.*s", STR_ARG(item->number),
					     STR_ARG(item->title), STR_ARG(what));
	else
		letter->subject = str_format(letter->arena, "[%.*s] %.*s", STR_ARG(item->number), STR_ARG(what));
}

static void write_item(struct letter *letter, struct buf *text, const struct letter_item *item)
{
	buf_format(text, "%.*s\n%.*s %.*s\n%.*s\n", STR_ARG(item->says), STR_ARG(item->number), STR_ARG(item->title),
		   STR_ARG(item->at));
	buf_format(text, "%.*s\n", STR_ARG(item->url));
	if (item->decide.n)
		buf_format(text, "%s\n%.*s\n", letter_words(letter, N_("Decide at once, without signing in:")),
			   STR_ARG(item->decide));
	buf_add_char(text, '\n');
}

void letter_write(struct letter *letter)
{
	struct buf text = buf_new(letter->arena);

	write_subject(letter);
	for (size_t i = 0; i < letter->count; i++)
		write_item(letter, &text, &letter->items[i]);
	buf_format(&text, "-- \n%s\n%.*s/settings\n",
		   letter_words(letter, N_("What you are told of, and when, is set here:")),
		   STR_ARG(letter->settings->origin));
	letter->text = buf_str(&text);
}
