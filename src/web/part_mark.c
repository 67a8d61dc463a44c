#include "web/part_mark.h"

#include "web/words.h"

/* Drawn once at the end of a page; each state refers to its shape. f: what is filled in it. */
void draw_shapes(struct html *h)
{
	html(h,
	     "<svg class='shapes' aria-hidden='true'><symbol id='s%d' viewBox='0 0 16 16'><circle cx='8' cy='8' r='6' "
	     "stroke-dasharray='2.2 1.97'/></symbol>",
	     SHAPE_NEW);
	html(h,
	     "<symbol id='s%d' viewBox='0 0 16 16'><circle cx='8' cy='8' r='6'/><circle cx='8' cy='8' r='1.6' "
	     "fill='currentColor' stroke='none'/></symbol>",
	     SHAPE_ASSIGNED);
	html(h, "<symbol id='s%d' viewBox='0 0 16 16'><circle cx='8' cy='8' r='6'/></symbol>", SHAPE_OPEN);
	html(
	    h,
	    "<symbol id='s%d' viewBox='0 0 16 16'><circle cx='8' cy='8' r='6'/><path fill='currentColor' stroke='none' "
	    "d='M8 2a6 6 0 0 1 0 12z'/></symbol>",
	    SHAPE_PROGRESS);
	html(h,
	     "<symbol id='s%d' viewBox='0 0 16 16'><circle cx='8' cy='8' r='6'/><path d='M6.5 5.8v4.4M9.5 "
	     "5.8v4.4'/></symbol>",
	     SHAPE_WAITING);
	html(h,
	     "<symbol id='s%d' viewBox='0 0 16 16'><circle cx='8' cy='8' r='6'/><path d='m5.4 8.2 1.9 1.9 "
	     "3.4-3.9'/></symbol>",
	     SHAPE_DONE);
	html(
	    h,
	    "<symbol id='s%d' viewBox='0 0 16 16'><path fill='currentColor' stroke='none' d='M8 1.5a6.5 6.5 0 1 1 0 13 "
	    "6.5 6.5 0 0 1 0-13Z'/></symbol>",
	    SHAPE_CLOSED);
	html(h,
	     "<symbol id='s%d' viewBox='0 0 16 16'><path d='M8 2 14.5 13.5h-13L8 2Z'/><path d='M8 6.5v3M8 "
	     "11.6v.1'/></symbol>",
	     SHAPE_DOWN);
	html(h,
	     "<symbol id='s%d' viewBox='0 0 16 16'><path d='M8 1.8 14.2 8 8 14.2 1.8 8 8 1.8Z'/><path d='M8 5.3v3M8 "
	     "10.6v.1'/></symbol></svg>",
	     SHAPE_DEGRADED);
}

void draw_state(struct html *h, const struct state_mark *mark)
{
	static const char *const classes[] = {
	    [SHAPE_PROGRESS] = "st go", [SHAPE_WAITING] = "st wait",  [SHAPE_DONE] = "st ok",
	    [SHAPE_DOWN] = "st no",     [SHAPE_DEGRADED] = "st wait", [SHAPES] = NULL};
	const char *class = classes[mark->shape];

	html(h, "<span class='%a'><svg><use href='#s%d'/></svg>%t</span>", class ? str_of(class) : S("st"), mark->shape,
	     mark->word);
}

void draw_priority(struct html *h, struct str code)
{
	bool ranked = code.n == 2 && code.p[0] == 'P' && code.p[1] >= '1' && code.p[1] <= '6';

	if (ranked)
		html(h, "<span class='pr p%a'>%t</span>", str_sub(code, 1, 2), code);
	else if (code.n)
		html(h, "<span class='pr'>%t</span>", code);
}

void draw_flag(struct html *h, enum icon icon, struct str word)
{
	html(h, "<span class='flag'>%i%t</span>", icon, word);
}

static struct str first_character(struct str text)
{
	size_t at = 0;

	str_next_char(text, &at);
	return str_sub(text, 0, text.n ? at : 0);
}

void draw_face(struct html *h, const struct person *person)
{
	struct str rest = person->name, word, first = {NULL, 0}, last = {NULL, 0};
	struct html_attribute lang = attribute_if("lang", words_other_language(h, person->name));
	struct buf full = buf_new(h->out->arena);
	bool latin = person->name.n && (unsigned char)person->name.p[0] < 0x80;

	while (str_cut(&rest, ' ', &word)) {
		if (word.n && !first.n)
			first = first_character(word);
		else if (word.n && latin)
			last = first_character(word);
	}
	buf_add(&full, person->name);
	if (person->role.n)
		buf_format(&full, h->language == JAPANESE ? "（%.*s）" : " (%.*s)", STR_ARG(person->role));
	if (person->url.n)
		html(h,
		     "<a class='face' href='%u' title='%a'%m><span aria-hidden='true'>%t%t</span><span "
		     "class='vh'>%t</span></a>",
		     person->url, buf_str(&full), lang, first, last, buf_str(&full));
	else
		html(h,
		     "<span class='face' title='%a'%m><span aria-hidden='true'>%t%t</span><span "
		     "class='vh'>%t</span></span>",
		     buf_str(&full), lang, first, last, buf_str(&full));
}
