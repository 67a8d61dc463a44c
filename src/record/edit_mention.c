/* Whoever is mentioned in a comment, as @account, is told of it in a notice. Only people of the provider's side
 * mention; whoever may not read the record or the comment is told nothing, and imports tell nobody. */
#include "record/access.h"
#include "record/edit_run.h"

#include <ctype.h>

enum { MENTIONED_MOST = 20 };

static bool is_of_account(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

/* The next account after an @ that stands at the beginning of a word. False: there is none. */
static bool next_mention(struct str *text, struct str *account)
{
	size_t at, end;

	while (str_find_char(*text, '@', &at)) {
		bool begins = !at || !is_of_account(text->p[at - 1]);

		for (end = at + 1; end < text->n && is_of_account(text->p[end]); end++)
			;
		*account = str_sub(*text, at + 1, end);
		*text = str_sub(*text, end, text->n);
		while (account->n && account->p[account->n - 1] == '.') /* the sentence's */
			account->n--;
		if (begins && account->n)
			return true;
	}
	return false;
}

/* 0: nobody who may be told. */
static enum status find_person(struct edit *edit, struct str account, int64_t *person, struct error *error)
{
	const struct type *type = edit->kernel->model->acting[ACTS_PERSON];
	const struct actor *actor;
	enum status status = record_find(edit->kernel, edit->connection, type, account, person, error);

	if (status || !*person || *person == edit->who) {
		*person = 0;
		return status;
	}
	status = actor_of_person_on(edit->kernel, edit->connection, edit->arena, *person, &actor, error);
	if (status == E_NOT_FOUND) {
		error_clear(error);
		*person = 0;
		return OK;
	}
	if (!status && !actor_is_staff(actor) && !edit->comment_is_public)
		*person = 0;
	return status;
}

/* In Japanese an account ends where kana begin: "@satoさん". So the longest beginning that is an account counts. */
static enum status find_beginning(struct edit *edit, struct str account, int64_t *person, struct error *error)
{
	size_t ascii = 0;
	enum status status = find_person(edit, account, person, error);

	while (ascii < account.n && (unsigned char)account.p[ascii] < 0x80)
		ascii++;
	if (status || *person || ascii == account.n || !ascii)
		return status;
	return find_person(edit, str_sub(account, 0, ascii), person, error);
}

enum status edit_tell_mentioned(struct edit *edit, struct error *error)
{
	struct edit_note note = {.kind = S("mention"), .each = true};
	struct str text = edit->own.comment, account;
	int64_t people[MENTIONED_MOST];
	enum status status = OK;

	if (!text.n || edit->by_system || edit->own.via == VIA_IMPORT || !actor_is_staff(edit->actor))
		return OK;
	while (note.people_count < MENTIONED_MOST && !status && next_mention(&text, &account)) {
		status = find_beginning(edit, account, &people[note.people_count], error);
		note.people_count += !status && people[note.people_count];
	}
	if (status || !note.people_count)
		return status;
	note.people = people;
	for (enum language language = 0; language < LANGUAGES; language++)
		note.says.text[language] =
		    str_fill(edit->arena, str_of(tr(language, N_("%s mentioned you"))), edit->actor->name);
	return edit_notify(edit, &note, error);
}
