#include "web/part_mark.h"

void draw_state(struct html *h, const struct state_mark *mark)
{
	switch (mark->shape) {
	case SHAPE_NEW:
		html(h, "<span class='st'><svg viewBox='0 0 16 16' aria-hidden='true'>"
			"<circle cx='8' cy='8' r='6' stroke-dasharray='2.2 1.97'/></svg>");
		break;
	case SHAPE_ASSIGNED:
		html(h, "<span class='st'><svg viewBox='0 0 16 16' aria-hidden='true'>"
			"<circle cx='8' cy='8' r='6'/><circle cx='8' cy='8' r='1.6' class='f'/></svg>");
		break;
	case SHAPE_OPEN:
		html(
		    h,
		    "<span class='st'><svg viewBox='0 0 16 16' aria-hidden='true'><circle cx='8' cy='8' r='6'/></svg>");
		break;
	case SHAPE_PROGRESS:
		html(h, "<span class='st go'><svg viewBox='0 0 16 16' aria-hidden='true'>"
			"<circle cx='8' cy='8' r='6'/><path class='f' d='M8 2a6 6 0 0 1 0 12z'/></svg>");
		break;
	case SHAPE_WAITING:
		html(h, "<span class='st wait'><svg viewBox='0 0 16 16' aria-hidden='true'>"
			"<circle cx='8' cy='8' r='6'/><path d='M6.5 5.8v4.4M9.5 5.8v4.4'/></svg>");
		break;
	case SHAPE_DONE:
		html(h, "<span class='st ok'><svg viewBox='0 0 16 16' aria-hidden='true'>"
			"<circle cx='8' cy='8' r='6'/><path d='m5.4 8.2 1.9 1.9 3.4-3.9'/></svg>");
		break;
	case SHAPE_CLOSED:
		html(h, "<span class='st'><svg viewBox='0 0 16 16' aria-hidden='true'>"
			"<path class='f' d='M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z'/></svg>");
		break;
	case SHAPE_DOWN:
		html(h, "<span class='st no'><svg viewBox='0 0 16 16' aria-hidden='true'>"
			"<path d='M8 2 14.5 13.5h-13L8 2Z'/><path d='M8 6.5v3M8 11.6v.1'/></svg>");
		break;
	case SHAPE_DEGRADED:
		html(h, "<span class='st wait'><svg viewBox='0 0 16 16' aria-hidden='true'>"
			"<path d='M8 1.8 14.2 8 8 14.2 1.8 8 8 1.8Z'/><path d='M8 5.3v3M8 10.6v.1'/></svg>");
		break;
	}
	html(h, "%t</span>", mark->word);
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
		     "<a class='face' href='%u' title='%a'><span aria-hidden='true'>%t%t</span><span "
		     "class='vh'>%t</span></a>",
		     person->url, buf_str(&full), first, last, buf_str(&full));
	else
		html(h,
		     "<span class='face' title='%a'><span aria-hidden='true'>%t%t</span><span "
		     "class='vh'>%t</span></span>",
		     buf_str(&full), first, last, buf_str(&full));
}
