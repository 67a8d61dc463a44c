/* The texts of mails: characters, encoded words, HTML, and what is new in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "mail/charset.h"
#include "mail/html_text.h"
#include "mail/quote.h"
#include "mail/words.h"

#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static void same(struct str found, struct str wanted, struct str of)
{
	if (!str_eq(found, wanted))
		fail_msg("of \"%.*s\": \"%.*s\", not \"%.*s\"", STR_ARG(of), STR_ARG(found), STR_ARG(wanted));
}

static const struct {
	struct str bytes, label, text;
} charsets[] = {
    {S("plain"), S("us-ascii"), S("plain")},
    {S("サーバ障害"), S("utf-8"), S("サーバ障害")},
    {S("サーバ障害"), S("iso-8859-1; wrong"), S("サーバ障害")}, /* no such label: told by the bytes */
    {S("サーバ障害"), S("us-ascii"), S("サーバ障害")},
    {S("\xef\xbb\xbf"
       "mark"),
     S("UTF-8"), S("mark")},
    {S("\x83\x54\x81\x5b\x83\x6f\x87\x40"), S("Shift_JIS"), S("サーバ①")},
    {S("\x83\x54\x81\x5b\x83\x6f\x8f\xe1\x8a\x51\x82\xcc\x8c\x8f\x82\xc5\x82\xb7"), S(""), S("サーバ障害の件です")},
    {S("\xa5\xb5\xa1\xbc\xa5\xd0"), S("EUC-JP"), S("サーバ")},
    {S("\x1b$B%5!<%P\x1b(B OK"), S("ISO-2022-JP"), S("サーバ OK")},
    {S("\x1b$B%5!<%P\x1b(B"), S(""), S("サーバ")},
    {S("\x1b$B-!-j\x1b(B"), S("iso-2022-jp"), S("①㈱")}, /* which the standard does not have */
    {S("\x1b(I;0J^\x1b(B"), S("ISO-2022-JP"), S("ｻｰﾊﾞ")},
    {S("\x1b$B%5!<%P\nnext"), S("ISO-2022-JP"), S("サーバ\nnext")}, /* the way back is missing */
    {S("caf\xe9"), S("ISO-8859-1"), S("café")},
    {S("\x80 5"), S("iso-8859-1"), S("€ 5")}, /* of Windows, as so often */
    {S("\xc7\xd1\xb1\xdb"), S("ks_c_5601-1987"), S("한글")},
    {S("a\0b\x07\r\nc\rd"), S(""), S("ab\nc\nd")},
    {S(""), S("utf-8"), S("")},
};

static void characters_are_read(void **state)
{
	ARENA arena = arena_new();

	for (size_t i = 0; i < COUNT(charsets); i++)
		same(charset_to_utf8(arena, charsets[i].bytes, charsets[i].label), charsets[i].text, charsets[i].label);
}

static const struct {
	struct str value, text;
} words[] = {
    {S("plain subject"), S("plain subject")},
    {S("=?UTF-8?B?44K144O844OQ?="), S("サーバ")},
    {S("=?utf-8?q?caf=C3=A9_au_lait?="), S("café au lait")},
    {S("=?ISO-2022-JP?B?GyRCJTUhPCVQGyhC?= down"), S("サーバ down")},
    {S("=?utf-8?B?44K1?= =?utf-8?B?44O8?="), S("サー")}, /* the blank only separates */
    {S("=?utf-8?B?44K144O8?=\r\n =?utf-8?B?44OQ?="), S("サーバ")},
    {S("=?utf-8?B?44K14w==?= =?utf-8?B?g7zjg5A=?="), S("サーバ")}, /* a character cut in two */
    {S("=?utf-8?Q?with blanks in it?="), S("with blanks in it")},
    {S("=?utf-8*ja?B?44K1?="), S("サ")},
    {S("サーバ raw"), S("サーバ raw")},
    {S("=?utf-8?X?abc?="), S("=?utf-8?X?abc?=")},
    {S("=?utf-8?B?"), S("=?utf-8?B?")},
    {S("=?=?utf-8?B?44K1?="), S("=?サ")},
    {S("  folded\r\n\t value  "), S("folded value")},
    {S(""), S("")},
};

static void encoded_words_are_read(void **state)
{
	ARENA arena = arena_new();

	for (size_t i = 0; i < COUNT(words); i++)
		same(words_decode(arena, words[i].value), words[i].text, words[i].value);
}

static const struct {
	struct str html, text;
} pages[] = {
    {S("<p>One</p><p>Two</p>"), S("One\n\nTwo")},
    {S("<div>One</div><div>Two</div>"), S("One\nTwo")},
    {S("a<br>b<br><br>c"), S("a\nb\n\nc")},
    {S("<b>very</b>\n  <i>loud</i>"), S("very loud")},
    {S("<ul><li>one<li>two</ul>after"), S("- one\n- two\n\nafter")},
    {S("see <a href='https://a.example/x'>the page</a>."), S("see [the page](https://a.example/x).")},
    {S("<a href='https://a.example/'>https://a.example/</a>"), S("https://a.example/")},
    {S("<a href='javascript:alert(1)'>click</a>"), S("click")},
    {S("new<blockquote>old<br>older</blockquote>"), S("new\n\n> old\n> older")},
    {S("<style>p{}</style><script>x()</script><title>t</title>words"), S("words")},
    {S("<div style='display:none'>preheader</div>seen"), S("seen")},
    {S("<img src='x' alt='a chart'> below"), S("a chart below")},
    {S("<pre>a  b\n  c</pre>"), S("a  b\n  c")},
    {S("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"), S("a b\nc")},
    {S("サーバ&nbsp;障害 &lt;1&gt;"), S("サーバ\xc2\xa0障害 <1>")},
    {S("<p>unclosed <b>tags"), S("unclosed tags")},
    {S(""), S("")},
};

static void html_becomes_text(void **state)
{
	ARENA arena = arena_new();

	for (size_t i = 0; i < COUNT(pages); i++)
		same(html_text(arena, pages[i].html), pages[i].text, pages[i].html);
}

static void deep_html_comes_to_an_end(void **state)
{
	ARENA arena = arena_new();
	struct buf html = buf_new(arena);

	for (int i = 0; i < 20000; i++)
		buf_add_c(&html, "<div><blockquote><a href='http://x.example/'>");
	buf_add_c(&html, "deep");
	assert_true(str_is_utf8(html_text(arena, buf_str(&html))));
}

static const struct {
	struct str text, fresh, folded;
	bool is_new; /* it answers no other */
} mails[] = {
    {S("Only words.\n"), S("Only words."), S("")},
    {S("It works.\n\nOn Mon, 23 Nov 2026, Desk wrote:\n> Does it?\n> Tell us.\n"), S("It works."),
     S("On Mon, 23 Nov 2026, Desk wrote:\n> Does it?\n> Tell us.")},
    {S("Yes.\n\nOn Mon, 23 Nov 2026 at 10:00, Service Desk\n<desk@a.example> wrote:\n\n> Does it?\n"), S("Yes."),
     S("On Mon, 23 Nov 2026 at 10:00, Service Desk\n<desk@a.example> wrote:\n\n> Does it?")},
    {S("直りました。\n\n2026年11月23日(月) 10:00 サービス窓口 <desk@a.example>:\n> いかがですか。\n"),
     S("直りました。"), S("2026年11月23日(月) 10:00 サービス窓口 <desk@a.example>:\n> いかがですか。")},
    {S("直りました。\n\n-----Original Message-----\nFrom: desk\n\nいかがですか。\n"), S("直りました。"),
     S("-----Original Message-----\nFrom: desk\n\nいかがですか。")},
    {S("了解です。\n________________________________\n差出人: 窓口\n送信日時: 2026年11月23日\n宛先: 山田\n件名: "
       "障害\n\n本文"),
     S("了解です。"),
     S("________________________________\n差出人: 窓口\n送信日時: 2026年11月23日\n宛先: 山田\n件名: 障害\n\n本文")},
    {S("FYI\n\nFrom: A\nSent: today\nTo: B\nSubject: x\n\nThe trouble.\n"),
     S("FYI\n\nFrom: A\nSent: today\nTo: B\nSubject: x\n\nThe trouble."), S(""), true},
    {S("> Which room?\n\nRoom 5.\n\n> Since when?\n\nToday.\n"),
     S("> Which room?\n\nRoom 5.\n\n> Since when?\n\nToday."), S("")},
    {S("Help!\n-- \nTaro\nPhone 5\n"), S("Help!"), S("-- \nTaro\nPhone 5")},
    {S("印刷できません。\n\n━━━━━━━━━━\n山田 太郎\nTEL 03-0000-0000\n━━━━━━━━━━\n"), S("印刷できません。"),
     S("━━━━━━━━━━\n山田 太郎\nTEL 03-0000-0000\n━━━━━━━━━━")},
    {S("Results\n==========\nall good\n"), S("Results\n==========\nall good"), S("")}, /* no signature */
    {S("> only what was quoted\n"), S("> only what was quoted"), S("")},
    {S("From: the logs one sees it.\nNothing else.\n"), S("From: the logs one sees it.\nNothing else."), S("")},
    {S("Yes.\n\nOn Mon, Desk wrote:\n> Does it?\n\n-- \nTaro\n"), S("Yes."),
     S("On Mon, Desk wrote:\n> Does it?\n\n-- \nTaro")}, /* signed below what is quoted */
    {S("はい。\n\n山田\nTEL 03-0000-0000\n\n2026年11月23日(月) 10:00 サービス窓口\n<desk@a.example>:\n> "
       "いかがですか。\n"),
     S("はい。\n\n山田\nTEL 03-0000-0000"),
     S("2026年11月23日(月) 10:00 サービス窓口\n<desk@a.example>:\n> いかがですか。")}, /* broken before the address */
    {S("The screen says:\n\n> Error 500\n> at line 7\n"), S("The screen says:\n\n> Error 500\n> at line 7"), S(""),
     true},
    {S("届いた不審メールです。\n\nFrom: x\nTo: y\nSubject: z\n\n至急"),
     S("届いた不審メールです。\n\nFrom: x\nTo: y\nSubject: z\n\n至急"), S(""), true},
    {S("ログです。\n==========\nGET http://app.example/ 500 user@host down\n==========\n"),
     S("ログです。\n==========\nGET http://app.example/ 500 user@host down\n=========="), S("")},
    {S("Printer is out of toner.\n\nSent from my iPhone\n"), S("Printer is out of toner."), S("Sent from my iPhone"),
     true},
    {S("紙詰まりです。\n\niPhoneから送信\n\n2026/11/23 10:00、窓口 <desk@a.example>のメール：\n> 状況は？\n"),
     S("紙詰まりです。"), S("iPhoneから送信\n\n2026/11/23 10:00、窓口 <desk@a.example>のメール：\n> 状況は？")},
    {S("Sent from my desk to yours: a parcel.\nWhere is it?\n"),
     S("Sent from my desk to yours: a parcel.\nWhere is it?"), S(""), true},
    {S("Sent from my iPhone\n"), S("Sent from my iPhone"), S(""), true}, /* nothing else would be left */
    {S(""), S(""), S("")},
};

static void what_is_new_stands_apart(void **state)
{
	for (size_t i = 0; i < COUNT(mails); i++) {
		struct quote_parts parts = quote_split(mails[i].text, !mails[i].is_new);

		same(parts.fresh, mails[i].fresh, mails[i].text);
		same(parts.folded, mails[i].folded, mails[i].text);
	}
}

static void subjects_lose_their_replies(void **state)
{
	same(quote_bare_subject(S("Re: RE[2]: 返信: Printer")), S("Printer"), S("Re"));
	same(quote_bare_subject(S("Re：Printer")), S("Printer"), S("Re"));
	same(quote_bare_subject(S("Fwd: Printer")), S("Fwd: Printer"), S("Fwd"));
	same(quote_bare_subject(S("Replacement of a disk: when?")), S("Replacement of a disk: when?"), S("Re..."));
	assert_true(quote_is_forward(S("Re: FW: Printer")));
	assert_true(quote_is_forward(S("転送：プリンタ")));
	assert_false(quote_is_forward(S("Forward planning")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(characters_are_read),      cmocka_unit_test(encoded_words_are_read),
	    cmocka_unit_test(html_becomes_text),        cmocka_unit_test(deep_html_comes_to_an_end),
	    cmocka_unit_test(what_is_new_stands_apart), cmocka_unit_test(subjects_lose_their_replies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
