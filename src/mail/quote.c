#include "mail/quote.h"

enum { LINES_MOST = 20000, HEAD_LINES = 6, SIGNATURE_LINES = 15, SIGNATURE_BYTES = 120 };

struct lines { /* a text by lines; each without its end */
	struct str text;
	size_t *starts; /* and where the last one ends */
	size_t count;
};

static size_t after_line(struct str text, size_t at)
{
	size_t end;

	return str_find_char(str_sub(text, at, text.n), '\n', &end) ? at + end + 1 : text.n;
}

static struct lines cut_lines(struct arena *arena, struct str text)
{
	struct lines lines = {.text = text};
	size_t count = 0;

	for (size_t at = 0; at < text.n && count < LINES_MOST; count++)
		at = after_line(text, at);
	lines.starts = arena_many(arena, size_t, count + 1);
	for (size_t at = 0; lines.count < count; at = after_line(text, at))
		lines.starts[lines.count++] = at;
	lines.starts[count] = text.n;
	return lines;
}

static struct str line_of(const struct lines *lines, size_t i)
{
	return i < lines->count ? str_trim(str_sub(lines->text, lines->starts[i], lines->starts[i + 1]))
				: (struct str){0};
}

/* --- what lines look like --- */

static bool is_quoted(struct str line)
{
	return str_starts(line, S(">")) || str_starts(line, S("＞"));
}

static bool ends_with_colon(struct str line)
{
	return str_ends(line, S(":")) || str_ends(line, S("："));
}

static bool begins_with_any(struct str line, const char *const *words)
{
	for (; *words; words++)
		if (str_eq_nocase(str_sub(line, 0, str_of(*words).n), str_of(*words)))
			return true;
	return false;
}

static bool is_original_mark(struct str line)
{
	static const char *const marks[] = {"Original Message",
					    "Original Mail",
					    "元のメッセージ",
					    "元のメール",
					    "Ursprüngliche Nachricht",
					    "Message d'origine",
					    NULL};
	size_t dashes = 0, at;

	while (dashes < line.n && (line.p[dashes] == '-' || line.p[dashes] == '_' || line.p[dashes] == ' '))
		dashes++;
	for (size_t i = 0; marks[i] && dashes >= 3; i++)
		if (str_find(line, str_of(marks[i]), &at))
			return true;
	return false;
}

static bool is_sender_line(struct str line)
{
	static const char *const words[] = {"From:", "*From:*", "差出人:", "差出人：", "送信者:", "送信元:", NULL};

	return begins_with_any(line, words);
}

static bool is_rule(struct str line)
{
	static const char *const signs[] = {"-", "_", "=", "*", "+", "~", "━", "─", "―", "＿", "＊", "＝", "◆", NULL};

	for (size_t i = 0; signs[i]; i++) {
		struct str sign = str_of(signs[i]), rest = line;
		size_t times = 0;

		while (rest.n && str_starts(rest, sign)) {
			rest = str_sub(rest, sign.n, rest.n);
			times++;
		}
		if (times >= (sign.n > 1 ? 5u : 8u) && !rest.n)
			return true;
	}
	return false;
}

/* --- where the quoted mail begins --- */

/* From:, and Sent: or To: or Subject: close behind it. */
static bool is_head_block(const struct lines *lines, size_t at)
{
	static const char *const others[] = {"Sent:",  "Date:",     "To:",        "Subject:", "*Sent:*",
					     "*To:*",  "送信日時:", "送信日時：", "日時:",    "宛先:",
					     "宛先：", "件名:",     "件名：",     NULL};
	size_t found = 0;

	if (!is_sender_line(line_of(lines, at)))
		return false;
	for (size_t i = at + 1; i < lines->count && i <= at + HEAD_LINES; i++)
		found += begins_with_any(line_of(lines, i), others);
	return found >= 2;
}

static size_t original_begins(const struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		if (is_original_mark(line_of(lines, i)))
			return i;
		if (is_head_block(lines, i))
			return i && is_rule(line_of(lines, i - 1)) ? i - 1 : i;
	}
	return lines->count;
}

/* "On Mon, 23 Nov 2026, Desk" and its like, broken by the mail program before the address. */
static bool is_broken_introduction(const struct lines *lines, size_t at)
{
	struct str line = line_of(lines, at), before = line_of(lines, at - 1);

	return before.n && !ends_with_colon(before) && (str_starts(before, S("On ")) || str_starts(line, S("<")));
}

/* The last run of quoted lines, when nothing else comes after it, with the line or two that introduce it. */
static size_t quotation_begins(const struct lines *lines, size_t end)
{
	size_t begins = end, blank;

	while (begins && (is_quoted(line_of(lines, begins - 1)) || !line_of(lines, begins - 1).n))
		begins--;
	while (begins < end && !is_quoted(line_of(lines, begins)))
		begins++;
	if (begins == end)
		return end;
	blank = begins;
	while (blank && !line_of(lines, blank - 1).n)
		blank--;
	if (!blank || !ends_with_colon(line_of(lines, blank - 1)))
		return begins;
	begins = blank - 1;
	return begins && is_broken_introduction(lines, begins) ? begins - 1 : begins;
}

/* --- the signature --- */

static bool tells_contact(struct str line)
{
	static const char *const words[] = {"TEL", "Tel", "FAX", "〒", "電話", "mail", "Mail", NULL};
	size_t at;

	for (size_t i = 0; words[i]; i++)
		if (str_find(line, str_of(words[i]), &at))
			return true;
	/* An address by itself; among other words it may be of a log. */
	return str_find_char(line, '@', &at) && !str_find_char(line, ' ', &at);
}

/* Below a rule stand a few short lines, and how somebody is reached: what else is between rules is no signature. */
static bool is_signature(const struct lines *lines, size_t at, size_t end)
{
	bool contact = false;

	for (size_t i = at + 1; i < end; i++) {
		if (line_of(lines, i).n > SIGNATURE_BYTES)
			return false;
		contact = contact || tells_contact(line_of(lines, i));
	}
	return contact;
}

/* What programs write below, without a mark of its own. */
static bool is_sent_from(struct str line)
{
	static const char *const words[] = {
	    "Sent from my ", "Sent from Mail for ", "Get Outlook for ",   "iPhoneから送信",
	    "iPadから送信",  "Outlook for ",        "Android 版 Outlook", NULL};

	return line.n <= SIGNATURE_BYTES && begins_with_any(line, words);
}

static size_t signature_begins(const struct lines *lines, size_t end)
{
	size_t first = end > SIGNATURE_LINES ? end - SIGNATURE_LINES : 0, last = end;

	for (size_t i = first; i < end; i++)
		if (str_is(line_of(lines, i), "--") || (is_rule(line_of(lines, i)) && is_signature(lines, i, end)))
			return i;
	while (last && !line_of(lines, last - 1).n)
		last--;
	return last && is_sent_from(line_of(lines, last - 1)) ? last - 1 : end;
}

/* --- all of it --- */

/* People sign below what they quote, too. */
static size_t answer_begins(const struct lines *lines)
{
	size_t original = original_begins(lines), signature = signature_begins(lines, original);
	size_t quotation = quotation_begins(lines, signature);

	return signature_begins(lines, quotation);
}

struct quote_parts quote_split(struct str text, bool answers)
{
	ARENA arena = arena_new();
	struct lines lines = cut_lines(arena, text);
	struct quote_parts parts;
	size_t first = answers ? answer_begins(&lines) : signature_begins(&lines, lines.count);

	parts.fresh = str_trim(str_sub(text, 0, lines.starts[first]));
	parts.folded = str_trim(str_sub(text, lines.starts[first], text.n));
	if (!parts.fresh.n)
		parts = (struct quote_parts){.fresh = str_trim(text)};
	return parts;
}

/* --- subjects --- */

static const char *const forward_words[] = {"fwd:", "fw:", "転送:", "転送：", "wg:", "tr:", NULL};

bool quote_is_forward(struct str subject)
{
	return begins_with_any(quote_bare_subject(subject), forward_words);
}

bool quote_is_forwarded(struct str subject)
{
	return begins_with_any(str_trim(subject), forward_words);
}

/* The length of "Re:", "RE[2]:", "Re^2:" or the like in front; 0: none. */
static size_t reply_word(struct str subject)
{
	static const char *const words[] = {"re", "aw", "sv", "返信", "返", NULL};

	for (size_t i = 0; words[i]; i++) {
		size_t n = str_of(words[i]).n;

		if (!str_eq_nocase(str_sub(subject, 0, n), str_of(words[i])))
			continue;
		while (n < subject.n && ((subject.p[n] >= '0' && subject.p[n] <= '9') || subject.p[n] == '[' ||
					 subject.p[n] == ']' || subject.p[n] == '^' || subject.p[n] == ' '))
			n++;
		if (n < subject.n && subject.p[n] == ':')
			return n + 1;
		if (str_starts(str_sub(subject, n, subject.n), S("：")))
			return n + S("：").n;
	}
	return 0;
}

struct str quote_bare_subject(struct str subject)
{
	size_t n;

	subject = str_trim(subject);
	while ((n = reply_word(subject)))
		subject = str_trim(str_sub(subject, n, subject.n));
	return subject;
}
