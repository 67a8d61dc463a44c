#include <md4c.h>

#include "base/arena.h"
#include "web/markdown.h"

struct span {
	MD_SPANTYPE type;
	bool drawn;
};

/* The parser may lose the end of a span (_5@A_.A in 0.4.8), and what it left open would reach into the rest of the
 * page. So what is open is kept here, and closed at the latest with its block. */
struct drawing {
	struct html *h;
	const struct markdown_options *options;
	int heading;      /* level of the last heading drawn */
	int open_heading; /* of the one being drawn */
	int links;        /* links around the present text: one inside another is no HTML */
	int unlinked;     /* link spans that were refused */
	VEC(struct span) spans;
	size_t open[MD_SPAN_U + 1]; /* of each type in spans */
	int code;
	bool head; /* of a table */
};

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_capital(c) || is_digit(c) || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

static bool is_prefix(const struct drawing *d, struct str prefix)
{
	if (!d->options || !d->options->is_prefix)
		return true;
	return d->options->is_prefix(d->options->context, prefix);
}

/* How many bytes at the start of text are a record's number; 0 when it does not begin with one. */
static size_t number_length(const struct drawing *d, struct str text)
{
	size_t letters = 0, n;

	while (letters < text.n && is_capital(text.p[letters]))
		letters++;
	if (letters < 2 || letters > 6 || letters == text.n || text.p[letters] != '-')
		return 0;
	for (n = letters + 1; n < text.n && is_digit(text.p[n]);)
		n++;
	if (n == letters + 1 || n > letters + 13 || (n < text.n && is_word(text.p[n])))
		return 0;
	return is_prefix(d, str_sub(text, 0, letters)) ? n : 0;
}

static void draw_text(struct drawing *d, struct str text)
{
	size_t plain = 0;

	for (size_t i = 0; !d->links && !d->code && i < text.n; i++) {
		size_t n = i && is_word(text.p[i - 1]) ? 0 : number_length(d, str_sub(text, i, text.n));
		struct str number = str_sub(text, i, i + n);

		if (n == 0)
			continue;
		html(d->h, "%t<a href='/%p'>%t</a>", str_sub(text, plain, i), number, number);
		plain = i + n;
		i = plain - 1;
	}
	html(d->h, "%t", str_sub(text, plain, text.n));
}

static bool entity_number(struct str text, uint32_t *code)
{
	bool hex = text.n > 3 && (text.p[2] == 'x' || text.p[2] == 'X');
	uint32_t sum = 0;

	for (size_t i = hex ? 3 : 2; i + 1 < text.n; i++) {
		char c = text.p[i] | 0x20;

		sum = sum * (hex ? 16 : 10) + (uint32_t)(is_digit(text.p[i]) ? text.p[i] - '0' : c - 'a' + 10);
		if (sum > 0x10ffff)
			return false;
	}
	*code = sum;
	return sum > 0 && (sum < 0xd800 || sum > 0xdfff);
}

static void add_entity(struct buf *out, struct str text)
{
	static const struct {
		struct str name, text;
	} names[] = {{S("&amp;"), S("&")},   {S("&lt;"), S("<")},     {S("&gt;"), S(">")},
		     {S("&quot;"), S("\"")}, {S("&apos;"), S("'")},   {S("&nbsp;"), S("\u00a0")},
		     {S("&copy;"), S("©")},  {S("&hellip;"), S("…")}, {S("&rarr;"), S("→")}};
	uint32_t code;

	if (text.n > 3 && text.p[1] == '#') {
		buf_add_utf8(out, entity_number(text, &code) ? code : 0xfffd);
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (str_eq(text, names[i].name)) {
			buf_add(out, names[i].text);
			return;
		}
	}
	buf_add(out, text);
}

/* Addresses and titles come in pieces. What stands here is the final text: whatever checks it sees what a browser sees.
 */
static struct str attribute_text(struct drawing *d, const MD_ATTRIBUTE *attribute)
{
	struct buf out = buf_new(d->h->out->arena);

	for (int i = 0; attribute->text && attribute->substr_offsets[i] < attribute->size; i++) {
		struct str piece = {attribute->text + attribute->substr_offsets[i],
				    attribute->substr_offsets[i + 1] - attribute->substr_offsets[i]};

		if (attribute->substr_types[i] == MD_TEXT_ENTITY)
			add_entity(&out, piece);
		else if (attribute->substr_types[i] == MD_TEXT_NULLCHAR)
			buf_add_utf8(&out, 0xfffd);
		else
			buf_add(&out, piece);
	}
	return buf_str(&out);
}

static bool starts_with(struct str text, struct str scheme)
{
	return str_eq_nocase(str_sub(text, 0, scheme.n), scheme);
}

/* False when the address leads nowhere that it may. */
static bool open_link(struct drawing *d, const MD_SPAN_A_DETAIL *detail)
{
	struct str url = str_trim(attribute_text(d, &detail->href));
	struct str number = str_starts(url, S("/")) ? str_sub(url, 1, url.n) : url;

	if (d->links || d->unlinked)
		return false;
	if (number.n && number_length(d, number) == number.n)
		html(d->h, "<a href='/%p'>", number);
	else if (starts_with(url, S("http://")) || starts_with(url, S("https://")))
		html(d->h, "<a href='%u' rel='noopener nofollow'>", url);
	else if (starts_with(url, S("mailto:")))
		html(d->h, "<a href='%u'>", url);
	else
		return false;
	return true;
}

static int heading_level(struct drawing *d, unsigned level)
{
	int base = d->options && d->options->heading ? d->options->heading : 3;
	int wanted = base + (int)level - 1;

	if (wanted > d->heading + 1)
		wanted = d->heading + 1;
	return wanted > 6 ? 6 : wanted;
}

static void draw_list_item(struct drawing *d, const MD_BLOCK_LI_DETAIL *detail)
{
	html(d->h, "<li>");
	if (detail->is_task)
		html(d->h, "%t ", detail->task_mark == ' ' ? "☐" : "☑");
}

static void draw_cell(struct drawing *d, bool head, const MD_BLOCK_TD_DETAIL *detail)
{
	struct html_attribute class = attribute_if("class", detail->align == MD_ALIGN_RIGHT ? S("num") : S(""));

	if (head)
		html(d->h, "<th scope='col'%m>", class);
	else
		html(d->h, "<td%m>", class);
}

static int enter_span(MD_SPANTYPE type, void *detail, void *context)
{
	struct drawing *d = context;
	struct span span = {type, true};

	switch (type) {
	case MD_SPAN_EM:
		html(d->h, "<em>");
		break;
	case MD_SPAN_STRONG:
		html(d->h, "<strong>");
		break;
	case MD_SPAN_DEL:
		html(d->h, "<del>");
		break;
	case MD_SPAN_CODE:
		d->code++;
		html(d->h, "<code>");
		break;
	case MD_SPAN_A:
		span.drawn = open_link(d, detail);
		d->links += span.drawn;
		d->unlinked += !span.drawn;
		break;
	default: /* a picture's words stand where it would */
		return 0;
	}
	vec_push(d->h->out->arena, &d->spans, span);
	d->open[type]++;
	return 0;
}

/* The innermost; returns its type. */
static MD_SPANTYPE close_span(struct drawing *d)
{
	struct span span = d->spans.items[--d->spans.count];

	d->open[span.type]--;
	if (!span.drawn)
		d->unlinked--;
	else if (span.type == MD_SPAN_EM)
		html(d->h, "</em>");
	else if (span.type == MD_SPAN_STRONG)
		html(d->h, "</strong>");
	else if (span.type == MD_SPAN_DEL)
		html(d->h, "</del>");
	else if (span.type == MD_SPAN_CODE) {
		d->code--;
		html(d->h, "</code>");
	} else {
		d->links--;
		html(d->h, "</a>");
	}
	return span.type;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *context)
{
	struct drawing *d = context;

	if (type > MD_SPAN_U || !d->open[type]) /* never entered, or closed with what it was in */
		return 0;
	while (close_span(d) != type)
		;
	return 0;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context)
{
	struct drawing *d = context;

	switch (type) {
	case MD_BLOCK_QUOTE:
		html(d->h, "<blockquote>");
		break;
	case MD_BLOCK_UL:
		html(d->h, "<ul>");
		break;
	case MD_BLOCK_OL:
		html(d->h, "<ol start='%d'>", (long)((MD_BLOCK_OL_DETAIL *)detail)->start);
		break;
	case MD_BLOCK_LI:
		draw_list_item(d, detail);
		break;
	case MD_BLOCK_HR:
		html(d->h, "<hr>");
		break;
	case MD_BLOCK_H:
		d->open_heading = heading_level(d, ((MD_BLOCK_H_DETAIL *)detail)->level);
		html_raw(d->h, str_format(d->h->out->arena, "<h%d>", d->open_heading));
		break;
	case MD_BLOCK_CODE:
		d->code++;
		html(d->h, "<pre><code>");
		break;
	case MD_BLOCK_P:
		html(d->h, "<p>");
		break;
	case MD_BLOCK_TABLE:
		html(d->h, "<div class='scroll' tabindex='0' role='group' aria-label='%l'><table class='data'>",
		     N_("Table"));
		break;
	case MD_BLOCK_THEAD:
		html(d->h, "<thead>");
		break;
	case MD_BLOCK_TBODY:
		html(d->h, "<tbody>");
		break;
	case MD_BLOCK_TR:
		html(d->h, "<tr>");
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		draw_cell(d, type == MD_BLOCK_TH, detail);
		break;
	default:
		break;
	}
	return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context)
{
	static const char *const ends[] = {
	    [MD_BLOCK_QUOTE] = "</blockquote>",
	    [MD_BLOCK_UL] = "</ul>",
	    [MD_BLOCK_OL] = "</ol>",
	    [MD_BLOCK_LI] = "</li>",
	    [MD_BLOCK_CODE] = "</code></pre>",
	    [MD_BLOCK_P] = "</p>",
	    [MD_BLOCK_TABLE] = "</table></div>",
	    [MD_BLOCK_THEAD] = "</thead>",
	    [MD_BLOCK_TBODY] = "</tbody>",
	    [MD_BLOCK_TR] = "</tr>",
	    [MD_BLOCK_TH] = "</th>",
	    [MD_BLOCK_TD] = "</td>",
	};
	struct drawing *d = context;

	while (d->spans.count)
		close_span(d);
	if (type == MD_BLOCK_CODE)
		d->code--;
	if (type == MD_BLOCK_H) {
		html_raw(d->h, str_format(d->h->out->arena, "</h%d>", d->open_heading));
		d->heading = d->open_heading;
	} else if ((size_t)type < sizeof(ends) / sizeof(*ends) && ends[type]) {
		html_raw(d->h, str_of(ends[type]));
	}
	return 0;
}

static int text(MD_TEXTTYPE type, const MD_CHAR *characters, MD_SIZE size, void *context)
{
	struct drawing *d = context;
	struct str piece = {characters, size};
	struct buf entity;

	switch (type) {
	case MD_TEXT_NULLCHAR:
		draw_text(d, S("\xef\xbf\xbd"));
		break;
	case MD_TEXT_BR:
	case MD_TEXT_SOFTBR:
		html(d->h, "<br>");
		break;
	case MD_TEXT_ENTITY:
		entity = buf_new(d->h->out->arena);
		add_entity(&entity, piece);
		html(d->h, "%t", buf_str(&entity));
		break;
	default:
		draw_text(d, piece);
		break;
	}
	return 0;
}

enum {
	DIALECT = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_PERMISSIVEURLAUTOLINKS |
		  MD_FLAG_PERMISSIVEEMAILAUTOLINKS | MD_FLAG_TASKLISTS | MD_FLAG_NOINDENTEDCODEBLOCKS
};

void markdown_draw(struct html *h, struct str source, const struct markdown_options *options)
{
	static const MD_PARSER parser = {0,          DIALECT, enter_block, leave_block, enter_span,
					 leave_span, text,    NULL,        NULL};
	struct drawing d = {.h = h, .options = options};

	d.heading = (options && options->heading ? options->heading : 3) - 1;
	if (md_parse(source.n ? source.p : "", (MD_SIZE)source.n, &parser, &d) != 0)
		h->out->failed = true;
}

/* Only the words. */
struct gathering {
	struct buf out;
	size_t most;
};

static int gather_block(MD_BLOCKTYPE type, void *detail, void *context)
{
	struct gathering *g = context;

	if (g->out.n && g->out.p[g->out.n - 1] != ' ')
		buf_add_char(&g->out, ' ');
	return 0;
}

static int gather_span(MD_SPANTYPE type, void *detail, void *context)
{
	return 0;
}

static int gather_text(MD_TEXTTYPE type, const MD_CHAR *characters, MD_SIZE size, void *context)
{
	struct gathering *g = context;
	struct str piece = {characters, size};

	if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR)
		return gather_block(MD_BLOCK_P, NULL, context);
	if (type == MD_TEXT_ENTITY)
		add_entity(&g->out, piece);
	else if (type != MD_TEXT_NULLCHAR)
		buf_add(&g->out, piece);
	return g->out.n > g->most; /* enough: stops the parser */
}

struct str markdown_words(struct arena *arena, struct str source, size_t most)
{
	static const MD_PARSER parser = {0,           DIALECT,     gather_block, gather_block, gather_span,
					 gather_span, gather_text, NULL,         NULL};
	struct gathering g = {buf_new(arena), most};
	struct str words;

	(void)md_parse(source.n ? source.p : "", (MD_SIZE)source.n, &parser, &g);
	words = str_trim(buf_str(&g.out));
	return words.n <= most ? words : str_format(arena, "%.*s…", STR_ARG(str_head(words, most)));
}
