/* What a mail says, as plain text: all of it, for those who read nothing else. */
#include "mail/letter.h"
#include "mail/words.h"

static struct str phrase_one(const struct letter *letter, const char *msgid, struct str with)
{
	return str_fill(letter->arena, str_of(letter_words(letter, msgid)), with);
}

/* --- the model's words --- */

static struct str place_words(const struct letter *letter, const struct letter_item *item, struct str name)
{
	enum language language = letter->actor->language;
	const struct record *record = item->record;

	if (str_is(name, "number"))
		return item->number;
	if (str_is(name, "title"))
		return item->title.n ? item->title : item->number;
	if (str_is(name, "says"))
		return item->says;
	if (str_is(name, "type"))
		return label_in(&record->type->label, language);
	if (str_is(name, "reader"))
		return letter->actor->name;
	return str_is(name, "state") && record->state ? label_in(&record->state->label, language) : (struct str){0};
}

static struct str filled(const struct letter *letter, const struct letter_item *item, const struct label *label)
{
	struct buf words = buf_new(letter->arena);
	struct str rest = label_in(label, letter->actor->language);
	size_t from, to;

	while (str_find_char(rest, '{', &from) && str_find_char(str_sub(rest, from, rest.n), '}', &to)) {
		buf_add(&words, str_sub(rest, 0, from));
		buf_add(&words, place_words(letter, item, str_sub(rest, from + 1, from + to)));
		rest = str_sub(rest, from + to + 1, rest.n);
	}
	buf_add(&words, rest);
	return buf_str(&words);
}

/* The tag by which an answer is known even where a mail program drops the references (thread.c). */
static void write_subject(struct letter *letter)
{
	const struct letter_item *item = &letter->items[0];
	struct str count = str_format(letter->arena, "%zu", letter->count), what;

	if (letter->count > 1)
		what = phrase_one(letter, N_("%s notices"), count);
	else if (item->words && item->words->subject.text[ENGLISH].n)
		what = filled(letter, item, &item->words->subject);
	else
		what = str_format(letter->arena, "%.*s: %.*s", STR_ARG(item->title), STR_ARG(item->says));
	if (letter->record)
		what = str_format(letter->arena, "[%.*s] %.*s", STR_ARG(item->number), STR_ARG(what));
	letter->subject = words_on_one_line(letter->arena, what);
}

static void write_opening(struct letter *letter)
{
	const struct letter_item *item = &letter->items[0];

	if (letter->count > 1)
		letter->opening = str_of(letter_words(letter, N_("This has happened since you were told last.")));
	else if (item->words)
		letter->opening = filled(letter, item, &item->words->opening);
	else
		letter->opening = (struct str){0};
}

/* --- the text --- */

static void write_changes(const struct letter *letter, struct buf *text, const struct letter_item *item)
{
	const char *nothing = letter_words(letter, N_("(nothing)"));

	for (size_t i = 0; i < item->change_count; i++) {
		const struct letter_change *change = &item->changes[i];
		struct str before = change->before.n ? change->before : str_of(nothing),
			   after = change->after.n ? change->after : str_of(nothing);

		buf_format(text, "%s%.*s: %.*s → %.*s\n", i ? "" : "\n", STR_ARG(change->name), STR_ARG(before),
			   STR_ARG(after));
	}
}

static void write_files(const struct letter *letter, struct buf *text, const struct letter_item *item)
{
	for (size_t i = 0; i < item->file_count; i++) {
		const struct letter_file *file = &item->files[i];

		buf_format(text, "%s%s %.*s", i ? "" : "\n", letter_words(letter, N_("File:")), STR_ARG(file->name));
		if (!file->bytes.n)
			buf_format(text, "\n%.*s", STR_ARG(file->url));
		buf_add_char(text, '\n');
	}
}

static void write_item(const struct letter *letter, struct buf *text, const struct letter_item *item)
{
	buf_format(text, "%.*s %.*s\n%.*s\n%.*s\n", STR_ARG(item->number), STR_ARG(item->title), STR_ARG(item->says),
		   STR_ARG(item->at));
	write_changes(letter, text, item);
	if (item->comment.n)
		buf_format(text, "\n%.*s\n", STR_ARG(item->comment));
	write_files(letter, text, item);
	buf_format(text, "\n%.*s\n", STR_ARG(item->url));
	if (item->decide.n)
		buf_format(text, "\n%s\n%.*s\n", letter_words(letter, N_("Decide at once, without signing in:")),
			   STR_ARG(item->decide));
	buf_add_char(text, '\n');
}

void letter_write(struct letter *letter)
{
	struct buf text = buf_new(letter->arena);

	write_subject(letter);
	write_opening(letter);
	if (letter->opening.n)
		buf_format(&text, "%.*s\n\n", STR_ARG(letter->opening));
	for (size_t i = 0; i < letter->count; i++) {
		if (i)
			buf_add_c(&text, "----------\n\n");
		write_item(letter, &text, &letter->items[i]);
	}
	if (letter->reply_to.n)
		buf_format(&text, "%s\n\n",
			   letter_words(letter, N_("An answer to this mail becomes a comment of the record.")));
	buf_format(&text, "-- \n%s\n%.*s/settings\n",
		   letter_words(letter, N_("What you are told of, and when, is set here:")),
		   STR_ARG(letter->settings->origin));
	if (letter->unsubscribe.n)
		buf_format(&text, "%s\n%.*s\n", letter_words(letter, N_("No digest any more:")),
			   STR_ARG(letter->unsubscribe));
	letter->text = buf_str(&text);
}
