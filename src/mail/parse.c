/* The headers of a mail; parse_body.c reads what it says. */
#include "mail/parse.h"

#include "mail/charset.h"
#include "mail/words.h"

enum { HEADER_MOST = 1000, SUBJECT_MOST = 1000, FIELD_MOST = 32 << 10, HEAD_MOST = 256 << 10 };

static struct str raw_header(GMimeObject *object, const char *name)
{
	GMimeHeaderList *headers = g_mime_object_get_header_list(object);
	GMimeHeader *header = headers ? g_mime_header_list_get_header(headers, name) : NULL;
	const char *value = header ? g_mime_header_get_raw_value(header) : NULL;

	return str_trim(str_of(value));
}

/* For values that programs compare: one line of plain text. */
static struct str plain_header(struct arena *arena, GMimeObject *object, const char *name)
{
	return str_sub(words_decode(arena, str_sub(raw_header(object, name), 0, HEADER_MOST)), 0, HEADER_MOST);
}

/* --- identifiers --- */

/* What stands between angle brackets; the last identifiers when there are too many. */
static void take_references(struct arena *arena, GMimeObject *object, struct mail_message *message)
{
	struct str rest = raw_header(object, "References");
	VEC(struct str) found = {0};
	size_t from, to, first;

	while (str_find_char(rest, '<', &from) && str_find_char(str_sub(rest, from, rest.n), '>', &to)) {
		struct str id = str_sub(rest, from + 1, from + to);

		if (id.n && id.n <= HEADER_MOST)
			vec_push(arena, &found, words_decode(arena, id));
		rest = str_sub(rest, from + to + 1, rest.n);
	}
	first = found.count > MAIL_REFERENCES_MOST ? found.count - MAIL_REFERENCES_MOST : 0;
	message->references = first ? found.items + first : found.items;
	message->reference_count = found.count - first;
}

static struct str identifier(struct arena *arena, GMimeObject *object, const char *name)
{
	struct str value = plain_header(arena, object, name);
	size_t from, to;

	if (str_find_char(value, '<', &from) && str_find_char(str_sub(value, from, value.n), '>', &to))
		return str_trim(str_sub(value, from + 1, from + to));
	return value;
}

/* --- addresses --- */

struct addresses {
	struct arena *arena;
	struct mail_address *items;
	size_t count;
	bool cut;
};

/* gmime decodes names by itself, word by word and by tables that lack what mailers for Windows write; so it is to see
 * no encoded words, and words.h decodes them. */
static const struct str encoded = S("=?"), hidden = S("=!?");

static struct str replaced(struct arena *arena, struct str text, struct str from, struct str to)
{
	struct buf out = buf_new(arena);
	size_t at;

	while (str_find(text, from, &at)) {
		buf_add(&out, str_sub(text, 0, at));
		buf_add(&out, to);
		text = str_sub(text, at + from.n, text.n);
	}
	buf_add(&out, text);
	return buf_str(&out);
}

static struct str decoded(struct arena *arena, const char *text)
{
	return words_decode(arena, replaced(arena, str_of(text), hidden, encoded));
}

static void take_list(struct addresses *into, InternetAddressList *list, unsigned depth)
{
	int count = list ? internet_address_list_length(list) : 0;

	for (int i = 0; i < count; i++) {
		InternetAddress *one = internet_address_list_get_address(list, i);

		if (into->count == MAIL_ADDRESSES_MOST) {
			into->cut = true;
			return;
		}
		if (INTERNET_ADDRESS_IS_MAILBOX(one))
			into->items[into->count++] = (struct mail_address){
			    decoded(into->arena, internet_address_get_name(one)),
			    decoded(into->arena, internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one))),
			};
		else if (INTERNET_ADDRESS_IS_GROUP(one) && depth < 4)
			take_list(into, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one)), depth + 1);
	}
}

static void take_addresses(struct addresses *into, GMimeObject *object, const char *header, GMimeParserOptions *options)
{
	struct str raw =
	    replaced(into->arena, charset_to_utf8(into->arena, raw_header(object, header), S("")), encoded, hidden);
	InternetAddressList *list = raw.n ? internet_address_list_parse(options, str_c(into->arena, raw)) : NULL;

	take_list(into, list, 0);
	if (list)
		g_object_unref(list);
}

static void take_people(struct arena *arena, GMimeObject *object, GMimeParserOptions *options,
			struct mail_message *message)
{
	struct addresses from = {arena, arena_many(arena, struct mail_address, MAIL_ADDRESSES_MOST), 0, false};
	struct addresses to = {arena, arena_many(arena, struct mail_address, MAIL_ADDRESSES_MOST), 0, false};

	take_addresses(&from, object, "From", options);
	if (!from.count)
		take_addresses(&from, object, "Sender", options);
	take_addresses(&to, object, "To", options);
	take_addresses(&to, object, "Cc", options);
	if (from.count)
		message->from = from.items[0];
	message->to = to.items;
	message->to_count = to.count;
	message->cut = message->cut || to.cut;
}

/* --- its nature --- */

static bool says(struct arena *arena, GMimeObject *object, const char *header, const char *const *words)
{
	struct str value = plain_header(arena, object, header);

	for (; *words; words++)
		if (str_eq_nocase(str_sub(value, 0, str_of(*words).n), str_of(*words)))
			return true;
	return false;
}

/* By address or by name. */
static bool says_sender(struct arena *arena, GMimeObject *object, const char *const *words)
{
	struct str from = plain_header(arena, object, "From");
	size_t at;

	if (says(arena, object, "From", words))
		return true;
	if (!str_find_char(from, '<', &at))
		return false;
	from = str_sub(from, at + 1, from.n);
	for (; *words; words++)
		if (str_eq_nocase(str_sub(from, 0, str_of(*words).n), str_of(*words)))
			return true;
	return false;
}

static bool has(GMimeObject *object, const char *header)
{
	return raw_header(object, header).n > 0;
}

static bool is_report(GMimeObject *body, const char *type)
{
	GMimeContentType *content = body ? g_mime_object_get_content_type(body) : NULL;
	const char *report = content ? g_mime_content_type_get_parameter(content, "report-type") : NULL;

	return content && g_mime_content_type_is_type(content, "multipart", "report") && report &&
	       str_eq_nocase(str_of(report), str_of(type));
}

/* An empty return path: nobody is to answer (RFC 5321, 4.5.5). */
static bool has_no_return(GMimeObject *object)
{
	return str_is(raw_header(object, "Return-Path"), "<>");
}

static bool is_bounce(struct arena *arena, GMimeObject *object, GMimeObject *body)
{
	static const char *const daemons[] = {"mailer-daemon", "mail delivery ", "\"mail delivery ", NULL},
				 *const postmaster[] = {"postmaster", NULL};

	return is_report(body, "delivery-status") || says_sender(arena, object, daemons) ||
	       (has_no_return(object) && says_sender(arena, object, postmaster));
}

static bool is_automatic_answer(struct arena *arena, GMimeObject *object, GMimeObject *body)
{
	static const char *const answers[] = {"auto-replied", NULL}, *const replies[] = {"auto_reply", NULL},
				 *const away[] = {"automatic reply:", "out of office", "自動応答",
						  "自動返信",         "不在",          NULL};

	if (is_report(body, "disposition-notification") || says(arena, object, "Auto-Submitted", answers) ||
	    says(arena, object, "Precedence", replies) || has(object, "X-Autoreply") || has(object, "X-Autorespond"))
		return true;
	return says(arena, object, "Subject", away) &&
	       (has(object, "Auto-Submitted") || has_no_return(object) || has(object, "X-Auto-Response-Suppress"));
}

static bool is_generated(struct arena *arena, GMimeObject *object)
{
	static const char *const no[] = {"no", NULL}, *const bulk[] = {"bulk", "list", "junk", NULL};

	return (has(object, "Auto-Submitted") && !says(arena, object, "Auto-Submitted", no)) ||
	       says(arena, object, "Precedence", bulk) || has(object, "List-Id") || has_no_return(object);
}

static enum mail_nature nature_of(struct arena *arena, GMimeObject *object, GMimeObject *body)
{
	if (is_bounce(arena, object, body))
		return MAIL_BOUNCE;
	if (is_automatic_answer(arena, object, body))
		return MAIL_REPLIED;
	return is_generated(arena, object) ? MAIL_GENERATED : MAIL_PERSONAL;
}

/* --- the whole --- */

static GMimeParserOptions *tolerant(void)
{
	static const char *charsets[] = {"utf-8", "cp932", "iso-8859-1", NULL}; /* of names without any encoding */
	GMimeParserOptions *options = g_mime_parser_options_new();

	g_mime_parser_options_set_fallback_charsets(options, charsets);
	g_mime_parser_options_set_address_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
	g_mime_parser_options_set_allow_addresses_without_domain(options, true);
	g_mime_parser_options_set_parameter_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
	g_mime_parser_options_set_rfc2047_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
	return options;
}

static void take_message(struct arena *arena, GMimeMessage *mail, GMimeParserOptions *options,
			 struct mail_message *message)
{
	GMimeObject *object = GMIME_OBJECT(mail), *body = g_mime_message_get_mime_part(mail);

	message->id = identifier(arena, object, "Message-ID");
	message->in_reply_to = identifier(arena, object, "In-Reply-To");
	take_references(arena, object, message);
	take_people(arena, object, options, message);
	message->subject = str_head(words_decode(arena, raw_header(object, "Subject")), SUBJECT_MOST);
	message->authentication = plain_header(arena, object, "Authentication-Results");
	message->mark = plain_header(arena, object, "X-Loop");
	message->nature = nature_of(arena, object, body);
	if (body)
		parse_body(arena, body, message);
}

/* Mails that were saved by hand may begin with empty lines. */
static struct str without_blank_lines(struct str raw)
{
	struct str rest = raw;
	size_t end;

	while (str_find_char(rest, '\n', &end) && !str_trim(str_sub(rest, 0, end)).n)
		rest = str_sub(rest, end + 1, rest.n);
	return rest;
}

/* The length of the first field of a head, with the lines that continue it; 0: the head is over, or it is none. */
static size_t field_length(struct str head)
{
	size_t n = 0, at;

	do {
		struct str line = str_sub(head, n, head.n);

		if (str_find_char(line, '\n', &at))
			line = str_sub(line, 0, at + 1);
		if (!n && !str_find_char(line, ':', &at))
			return 0;
		n += line.n;
	} while (n < head.n && (head.p[n] == ' ' || head.p[n] == '\t'));
	return n;
}

/* Fields, and all of them together, that are longer than any mail needs: reading them would take all the time that
 * there is, and what the mail says would not be known. */
static struct str with_short_head(struct arena *arena, struct str raw, bool *cut)
{
	struct buf out = buf_new(arena);
	struct str rest = raw;
	size_t n;

	while ((n = field_length(rest))) {
		if (out.n + n > HEAD_MOST || n > FIELD_MOST)
			*cut = true;
		if (out.n + n <= HEAD_MOST && n <= FIELD_MOST)
			buf_add(&out, str_sub(rest, 0, n));
		else if (out.n + FIELD_MOST + 1 <= HEAD_MOST)
			buf_format(&out, "%.*s\n", STR_ARG(str_trim(str_sub(rest, 0, FIELD_MOST))));
		rest = str_sub(rest, n, rest.n);
	}
	if (!*cut)
		return raw;
	buf_add(&out, rest);
	return buf_str(&out);
}

void mail_parse(struct arena *arena, struct str raw, struct mail_message *message)
{
	GMimeStream *stream;
	GMimeParser *parser;
	GMimeParserOptions *options;
	GMimeMessage *mail;

	*message = (struct mail_message){0};
	raw = with_short_head(arena, without_blank_lines(raw), &message->cut);
	g_mime_init();
	options = tolerant();
	stream = g_mime_stream_mem_new_with_buffer(raw.p ? raw.p : "", raw.n);
	parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_format(parser, str_starts(raw, S("From ")) ? GMIME_FORMAT_MBOX : GMIME_FORMAT_MESSAGE);
	mail = g_mime_parser_construct_message(parser, options);
	if (mail) {
		take_message(arena, mail, options, message);
		g_object_unref(mail);
	} else {
		message->text = str_trim(charset_to_utf8(arena, raw, S("")));
	}
	g_object_unref(parser);
	g_object_unref(stream);
	g_mime_parser_options_free(options);
}
