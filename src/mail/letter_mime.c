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

/* As it is, however long: an address in encoded words is none. */
static void set_address(GMimeMessage *message, const char *name, struct arena *arena, struct str url)
{
	GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(message));

	set_header(message, name, arena, S("<>"));
	g_mime_header_set_raw_value(g_mime_header_list_get_header(headers, name),
				    str_c(arena, str_format(arena, "\n <%.*s>\n", STR_ARG(url))));
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
	if (letter->unsubscribe.n) {
		set_address(message, "List-Unsubscribe", arena, letter->unsubscribe);
		set_header(message, "List-Unsubscribe-Post", arena, S("List-Unsubscribe=One-Click"));
	}
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

/* So that a mail that is sent again is the same to the byte. */
static GMimeMultipart *multipart(const struct letter *letter, const char *subtype)
{
	GMimeMultipart *made = g_mime_multipart_new_with_subtype(subtype);

	g_mime_multipart_set_boundary(
	    made, str_c(letter->arena, str_format(letter->arena, "=_%s.%lld", subtype, (long long)letter->entry->id)));
	return made;
}

static void add_part(GMimeMultipart *to, GMimeObject *part)
{
	g_mime_multipart_add(to, part);
	g_object_unref(part);
}

static GMimeObject *file_part(struct arena *arena, const struct letter_file *file)
{
	struct str type = file->media_type, main;
	GMimePart *part;
	GMimeStream *bytes = g_mime_stream_mem_new_with_buffer(file->bytes.p, file->bytes.n);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(bytes, GMIME_CONTENT_ENCODING_DEFAULT);

	if (!str_cut(&type, '/', &main) || !type.n) {
		main = S("application");
		type = S("octet-stream");
	}
	part = g_mime_part_new_with_type(str_c(arena, main), str_c(arena, type));
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
	g_mime_part_set_filename(part, str_c(arena, file->name));
	g_object_unref(content);
	g_object_unref(bytes);
	return GMIME_OBJECT(part);
}

static size_t enclosed(const struct letter *letter)
{
	size_t count = 0;

	for (size_t i = 0; i < letter->count; i++)
		for (size_t f = 0; f < letter->items[i].file_count; f++)
			count += letter->items[i].files[f].bytes.n > 0;
	return count;
}

static GMimeObject *body_of(const struct letter *letter)
{
	GMimeMultipart *both = multipart(letter, "alternative"), *all;

	add_part(both, text_part(letter->arena, "plain", letter->text));
	add_part(both, text_part(letter->arena, "html", letter->html));
	if (!enclosed(letter))
		return GMIME_OBJECT(both);
	all = multipart(letter, "mixed");
	add_part(all, GMIME_OBJECT(both));
	for (size_t i = 0; i < letter->count; i++)
		for (size_t f = 0; f < letter->items[i].file_count; f++)
			if (letter->items[i].files[f].bytes.n)
				add_part(all, file_part(letter->arena, &letter->items[i].files[f]));
	return GMIME_OBJECT(all);
}

struct str letter_pack(const struct letter *letter)
{
	GMimeMessage *message;
	GMimeObject *body;
	struct str bytes;

	pthread_once(&started, start);
	message = g_mime_message_new(TRUE);
	body = body_of(letter);
	set_head(letter, message);
	g_mime_message_set_mime_part(message, body);
	g_object_unref(body);
	bytes = bytes_of(letter->arena, message);
	g_object_unref(message);
	return bytes;
}
