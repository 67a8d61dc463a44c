/* The form of a mail: headers and parts, by gmime. */
#include <gmime/gmime.h>
#include <pthread.h>

#include "mail/letter.h"

static pthread_once_t started = PTHREAD_ONCE_INIT;

static void start(void)
{
	g_mime_init();
}

static void set_header(GMimeMessage *message, const char *name, struct arena *arena, struct str value)
{
	g_mime_object_set_header(GMIME_OBJECT(message), name, str_c(arena, value), NULL);
}

/* "<record.INC-123@kaname.example.jp>": what all mails about a record answer. */
static struct str root_of(const struct letter *letter)
{
	char number[NUMBER_TEXT];

	return str_format(letter->arena, "<record.%s@%.*s>", kernel_number(letter->kernel, letter->record, number),
			  STR_ARG(compose_domain(letter->settings)));
}

/* That nobody answers it by a program, and that we know it when it comes back. */
static void set_marks(const struct letter *letter, GMimeMessage *message)
{
	struct arena *arena = letter->arena;

	set_header(message, "Auto-Submitted", arena, S("auto-generated"));
	set_header(message, "X-Loop", arena, letter->reply_to.n ? letter->reply_to : letter->settings->from.address);
	if (!letter->record)
		return;
	set_header(message, "In-Reply-To", arena, root_of(letter));
	set_header(message, "References", arena, root_of(letter));
}

static void set_head(const struct letter *letter, GMimeMessage *message)
{
	const struct mail_address *from = &letter->settings->from;
	struct arena *arena = letter->arena;
	GDateTime *date = g_date_time_new_from_unix_utc(letter->entry->at / SECOND);

	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, from->name.n ? str_c(arena, from->name) : NULL,
				   str_c(arena, from->address));
	g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO,
				   letter->actor->name.n ? str_c(arena, letter->actor->name) : NULL,
				   str_c(arena, letter->address));
	if (letter->reply_to.n)
		g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, NULL, str_c(arena, letter->reply_to));
	g_mime_message_set_subject(message, str_c(arena, letter->subject), "UTF-8");
	g_mime_message_set_date(message, date);
	g_date_time_unref(date);
	g_mime_message_set_message_id(message, str_c(arena, letter->entry->message_id));
	set_marks(letter, message);
}

/* Japanese in base64, the rest legible also as it is sent. */
static GMimeContentEncoding encoding_of(struct str text)
{
	size_t foreign = 0;

	for (size_t i = 0; i < text.n; i++)
		foreign += (unsigned char)text.p[i] >= 0x80;
	return foreign > text.n / 4 ? GMIME_CONTENT_ENCODING_BASE64 : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

static GMimeObject *text_part(struct arena *arena, const char *subtype, struct str text)
{
	GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);

	g_mime_text_part_set_charset(part, "UTF-8");
	g_mime_text_part_set_text(part, str_c(arena, text));
	g_mime_part_set_content_encoding(GMIME_PART(part), encoding_of(text));
	return GMIME_OBJECT(part);
}

static struct str bytes_of(struct arena *arena, GMimeMessage *message)
{
	GMimeFormatOptions *format = g_mime_format_options_new();
	char *text;
	struct str bytes;

	g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
	text = g_mime_object_to_string(GMIME_OBJECT(message), format);
	bytes = str_dup(arena, str_of(text));
	g_free(text);
	g_mime_format_options_free(format);
	return bytes;
}

struct str letter_pack(const struct letter *letter)
{
	GMimeMessage *message;
	GMimeObject *body;
	struct str bytes;

	pthread_once(&started, start);
	message = g_mime_message_new(TRUE);
	body = text_part(letter->arena, "plain", letter->text);
	set_head(letter, message);
	g_mime_message_set_mime_part(message, body);
	g_object_unref(body);
	bytes = bytes_of(letter->arena, message);
	g_object_unref(message);
	return bytes;
}
