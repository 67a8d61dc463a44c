/* What a mail says, and what it brings. Of alternatives the plain text is taken, and HTML where it says nothing; what
 * is signed is read, what is encrypted is kept as it came. Attached mails stay whole. */
#include "mail/charset.h"
#include "mail/html_text.h"
#include "mail/parameter.h"
#include "mail/parse.h"
#include "mail/words.h"

enum { DEPTH_MOST = 20, PARTS_MOST = 1000, TEXT_MOST = 2 << 20, NAME_MOST = 200 };

struct body { /* in the reading */
	struct arena *arena;
	struct mail_message *message;
	struct buf text;
	size_t parts;
	VEC(struct mail_file) files;
};

/* --- contents --- */

static struct str contents(struct arena *arena, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes;
	struct str copy = {0};

	if (content && g_mime_data_wrapper_write_to_stream(content, stream) >= 0) {
		bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
		copy = str_dup(arena, (struct str){(const char *)bytes->data, bytes->len});
	}
	g_object_unref(stream);
	return copy;
}

static struct str as_it_came(struct arena *arena, GMimeObject *object)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes;
	struct str copy = {0};

	if (g_mime_object_write_to_stream(object, NULL, stream) >= 0) {
		bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
		copy = str_dup(arena, (struct str){(const char *)bytes->data, bytes->len});
	}
	g_object_unref(stream);
	return copy;
}

static struct str media_type(struct arena *arena, GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *kind = type ? g_mime_content_type_get_media_type(type) : NULL;
	const char *subtype = type ? g_mime_content_type_get_media_subtype(type) : NULL;
	struct str name = kind && subtype ? str_format(arena, "%s/%s", kind, subtype) : S("application/octet-stream");
	struct str lower = words_decode(arena, str_sub(name, 0, NAME_MOST));
	char *copy = str_c(arena, lower);

	for (size_t i = 0; i < lower.n; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] + ('a' - 'A'));
	return str_of(copy);
}

/* --- files --- */

static const char *ending_of(struct str type)
{
	static const struct {
		const char *type, *ending;
	} known[] = {{"text/plain", "txt"},      {"text/html", "html"},         {"text/calendar", "ics"},
		     {"image/png", "png"},       {"image/jpeg", "jpg"},         {"image/gif", "gif"},
		     {"application/pdf", "pdf"}, {"message/rfc822", "eml"},     {"application/pgp-signature", "asc"},
		     {"application/zip", "zip"}, {"text/rfc822-headers", "txt"}};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_is(type, known[i].type))
			return known[i].ending;
	return str_starts(type, S("text/")) || str_starts(type, S("message/")) ? "txt" : "bin";
}

/* As it came: gmime decodes by tables that lack what mailers for Windows write. */
static struct str raw_header(GMimeObject *object, const char *name)
{
	GMimeHeader *header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), name);

	return str_of(header ? g_mime_header_get_raw_value(header) : NULL);
}

static struct str given_name(struct arena *arena, GMimeObject *object)
{
	struct str name = parameter_of(arena, raw_header(object, "Content-Disposition"), S("filename"));

	return name.n ? name : parameter_of(arena, raw_header(object, "Content-Type"), S("name"));
}

/* No folder, and nothing but a name. */
static struct str file_name(struct body *body, struct str name, struct str type)
{
	size_t at;

	while (str_find_char(name, '/', &at) || str_find_char(name, '\\', &at))
		name = str_sub(name, at + 1, name.n);
	name = str_head(str_trim(name), NAME_MOST);
	while (str_starts(name, S("."))) /* neither a folder nor hidden */
		name = str_sub(name, 1, name.n);
	return name.n ? name : str_format(body->arena, "part-%zu.%s", body->files.count + 1, ending_of(type));
}

static void add_file(struct body *body, struct str name, struct str type, struct str bytes)
{
	struct mail_file file;

	if (body->files.count == MAIL_FILES_MOST) {
		body->message->cut = true;
		return;
	}
	file = (struct mail_file){file_name(body, name, type), type, bytes};
	vec_push(body->arena, &body->files, file);
}

/* --- text --- */

static void add_text(struct body *body, struct str text)
{
	text = str_trim(text);
	if (text.n && body->text.n)
		buf_add(&body->text, S("\n\n"));
	if (body->text.n + text.n > TEXT_MOST) {
		body->message->cut = true;
		text = str_head(text, TEXT_MOST > body->text.n ? TEXT_MOST - body->text.n : 0);
	}
	buf_add(&body->text, text);
}

static struct str text_of(struct body *body, GMimePart *part)
{
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
	const char *label = type ? g_mime_content_type_get_parameter(type, "charset") : NULL;
	struct str text = charset_to_utf8(body->arena, contents(body->arena, part), str_of(label));

	return type && g_mime_content_type_is_type(type, "text", "html") ? html_text(body->arena, text) : text;
}

static bool is_text(GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *disposition = g_mime_object_get_disposition(object);

	return GMIME_IS_PART(object) && (!disposition || !str_eq_nocase(str_of(disposition), S("attachment"))) &&
	       !g_mime_part_get_filename(GMIME_PART(object)) && type &&
	       (g_mime_content_type_is_type(type, "text", "plain") ||
		g_mime_content_type_is_type(type, "text", "html"));
}

/* --- the tree --- */

static void take(struct body *body, GMimeObject *object, unsigned depth);

static struct str words_below(struct body *body, GMimeObject *object, unsigned depth)
{
	struct str found = {0};
	GMimeMultipart *many;

	if (is_text(object))
		return str_trim(text_of(body, GMIME_PART(object)));
	if (!GMIME_IS_MULTIPART(object) || depth > DEPTH_MOST)
		return found;
	many = GMIME_MULTIPART(object);
	for (int i = 0; i < g_mime_multipart_get_count(many) && !found.n; i++)
		found = words_below(body, g_mime_multipart_get_part(many, i), depth + 1);
	return found;
}

/* Files of an alternative that is not taken: pictures of the HTML, an invitation. */
static void take_files_only(struct body *body, GMimeObject *object, unsigned depth)
{
	GMimeMultipart *many;

	if (is_text(object) || depth > DEPTH_MOST)
		return;
	if (!GMIME_IS_MULTIPART(object)) {
		take(body, object, depth);
		return;
	}
	many = GMIME_MULTIPART(object);
	for (int i = 0; i < g_mime_multipart_get_count(many); i++)
		take_files_only(body, g_mime_multipart_get_part(many, i), depth + 1);
}

/* The simplest comes first (RFC 2046): the first that says anything. */
static void take_alternatives(struct body *body, GMimeMultipart *many, unsigned depth)
{
	int count = g_mime_multipart_get_count(many), chosen = -1;

	for (int i = 0; i < count && chosen < 0; i++)
		if (words_below(body, g_mime_multipart_get_part(many, i), depth + 1).n)
			chosen = i;
	for (int i = 0; i < count; i++)
		if (i == chosen)
			take(body, g_mime_multipart_get_part(many, i), depth + 1);
		else
			take_files_only(body, g_mime_multipart_get_part(many, i), depth + 1);
}

static void take_multipart(struct body *body, GMimeMultipart *many, unsigned depth)
{
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(many));

	if (type && g_mime_content_type_is_type(type, "multipart", "alternative")) {
		take_alternatives(body, many, depth);
		return;
	}
	if (!g_mime_multipart_get_count(many)) /* it has no parts, whatever it says */
		add_text(body, charset_to_utf8(body->arena, str_of(g_mime_multipart_get_prologue(many)), S("")));
	for (int i = 0; i < g_mime_multipart_get_count(many); i++)
		take(body, g_mime_multipart_get_part(many, i), depth + 1);
}

static void take_part(struct body *body, GMimePart *part)
{
	if (is_text(GMIME_OBJECT(part)))
		add_text(body, text_of(body, part));
	else
		add_file(body, given_name(body->arena, GMIME_OBJECT(part)), media_type(body->arena, GMIME_OBJECT(part)),
			 contents(body->arena, part));
}

/* An attached mail is named by its subject. */
static void take_mail(struct body *body, GMimeMessagePart *part)
{
	GMimeMessage *mail = g_mime_message_part_get_message(part);
	struct str subject = mail ? raw_header(GMIME_OBJECT(mail), "Subject") : S("");
	struct str name = words_decode(body->arena, subject);

	name = name.n ? str_format(body->arena, "%.*s.eml", STR_ARG(str_head(name, NAME_MOST - 4))) : name;
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '/' || name.p[i] == '\\')
			((char *)name.p)[i] = '-';
	add_file(body, name, S("message/rfc822"), mail ? as_it_came(body->arena, GMIME_OBJECT(mail)) : S(""));
}

static void take(struct body *body, GMimeObject *object, unsigned depth)
{
	if (!object)
		return;
	if (depth > DEPTH_MOST || ++body->parts > PARTS_MOST) {
		body->message->cut = true;
		return;
	}
	if (GMIME_IS_MULTIPART_ENCRYPTED(object))
		add_file(body, S("encrypted.eml"), media_type(body->arena, object), as_it_came(body->arena, object));
	else if (GMIME_IS_MULTIPART(object))
		take_multipart(body, GMIME_MULTIPART(object), depth);
	else if (GMIME_IS_MESSAGE_PART(object))
		take_mail(body, GMIME_MESSAGE_PART(object));
	else if (GMIME_IS_PART(object))
		take_part(body, GMIME_PART(object));
	else
		add_file(body, S(""), media_type(body->arena, object), as_it_came(body->arena, object));
}

void parse_body(struct arena *arena, GMimeObject *object, struct mail_message *message)
{
	struct body body = {.arena = arena, .message = message, .text = buf_new(arena)};

	take(&body, object, 0);
	message->text = buf_str(&body.text);
	message->files = body.files.items;
	message->file_count = body.files.count;
}
