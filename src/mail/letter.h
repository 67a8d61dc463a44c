/* letter: what a mail to one person says, before it has a form (private to mail/). */
#ifndef MAIL_LETTER_H
#define MAIL_LETTER_H

#include "mail/compose.h"
#include "record/read.h"

struct letter_change {
	struct str name, before, after; /* empty: there was, or is, nothing */
};

struct letter_file {
	struct str name, media_type, url;
	int64_t size;
	struct str bytes; /* empty: it is not enclosed */
};

struct letter_item { /* about one notice */
	const struct record *record;
	struct str number, title, says, at, url;
	struct str decide; /* an address that decides, for its reader alone; empty: none */
	struct letter_change *changes;
	size_t change_count;
	struct str comment;
	struct letter_file *files;
	size_t file_count;
	const struct mail_text *words; /* of the model; NULL: none */
};

struct letter {
	const struct compose_settings *settings;
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct outbox_entry *entry;
	instant now;
	const struct actor *actor; /* to whom it goes */
	struct str address;
	struct letter_item *items;
	size_t count;
	int64_t enclosed;    /* bytes of files */
	int64_t record;      /* that all of it is about; 0: several */
	struct str reply_to; /* the address of a mailbox; empty: none */
	struct str subject;
	struct str opening;
	struct str text, html;
	struct str unsubscribe; /* the address that turns the digest off; empty: none */
	bool masked;            /* without what is for its reader alone */
};

/* In the language of whom it goes to. */
#define letter_words(letter, msgid) translate((letter)->actor->language, (msgid))
bool letter_is_gathered(const struct letter *letter); /* several notices in one mail */

struct str letter_moment(const struct letter *letter, instant at);
/* letter_event.c: what the event of a notice changed, said and brought. */
MUST enum status letter_take_event(struct letter *letter, struct letter_item *item, int64_t event, struct error *error);
/* letter_mailbox.c: where answers are to go. */
MUST enum status letter_find_mailbox(struct letter *letter, struct error *error);
/* letter_text.c: the subject and the text. */
void letter_write(struct letter *letter);
/* letter_html.c: the same for those who like it so. */
void letter_write_html(struct letter *letter);
/* letter_mime.c */
struct str letter_pack(const struct letter *letter);

#endif
