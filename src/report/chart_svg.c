/* The markup of charts. */
#include "report/chart_inside.h"

/* What XML cannot hold at all, even escaped. */
static bool is_character(uint32_t code_point)
{
	return code_point == '\t' || code_point == '\n' || (code_point >= 0x20 && code_point < 0xD800) ||
	       (code_point >= 0xE000 && code_point < 0xFFFE) || code_point >= 0x10000;
}

void svg_escaped(struct buf *out, struct str text)
{
	for (size_t at = 0; at < text.n;) {
		uint32_t code_point = str_next_char(text, &at);

		switch (code_point) {
		case '&':
			buf_add_c(out, "&amp;");
			break;
		case '<':
			buf_add_c(out, "&lt;");
			break;
		case '>':
			buf_add_c(out, "&gt;");
			break;
		case '"':
			buf_add_c(out, "&#34;");
			break;
		case '\'':
			buf_add_c(out, "&#39;");
			break;
		default:
			buf_add_utf8(out, is_character(code_point) ? code_point : 0xFFFD);
		}
	}
}

void svg_text(struct buf *out, const char *tone, double x, double y, struct str text)
{
	buf_format(out, "<text class='%s' x='%.1f' y='%.1f'>", tone, x, y);
	svg_escaped(out, text);
	buf_add_c(out, "</text>");
}

void svg_line(struct buf *out, const char *tone, double x1, double y1, double x2, double y2)
{
	buf_format(out, "<line class='%s' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>", tone, x1, y1, x2, y2);
}

void svg_rect(struct buf *out, const char *tone, double x, double y, double width, double height)
{
	buf_format(out, "<rect class='%s' x='%.1f' y='%.1f' width='%.1f' height='%.1f'/>", tone, x, y,
		   width > 0 ? width : 0, height > 0 ? height : 0);
}

void svg_dot(struct buf *out, const char *tone, double x, double y, double radius)
{
	buf_format(out, "<circle class='%s' cx='%.1f' cy='%.1f' r='%.1f'/>", tone, x, y, radius);
}

void svg_diamond(struct buf *out, const char *tone, double x, double y)
{
	buf_format(out, "<path class='%s' d='M%.1f %.1fl6 6-6 6-6-6z'/>", tone, x, y - 6);
}

/* Only into this application: what else an address could be, no chart needs. */
static bool is_link(const struct chart_mark *mark)
{
	return mark->url.n && mark->url.p[0] == '/' && !str_starts(mark->url, S("//"));
}

void svg_mark_open(struct buf *out, const struct chart_mark *mark)
{
	if (is_link(mark)) {
		buf_add_c(out, "<a href='");
		svg_escaped(out, mark->url);
		buf_add_c(out, "'>");
	} else {
		buf_add_c(out, "<g>");
	}
	buf_add_c(out, "<title>");
	svg_escaped(out, mark->title);
	buf_add_c(out, "</title>");
}

void svg_mark_close(struct buf *out, const struct chart_mark *mark)
{
	buf_add_c(out, is_link(mark) ? "</a>" : "</g>");
}

/* A picture has no parts to reach; a chart with links is a group of them. */
void svg_open(struct buf *out, const struct chart *chart, double height)
{
	bool links = false;

	for (size_t s = 0; s < chart->series_count; s++)
		for (size_t i = 0; i < chart->count; i++)
			links = links || is_link(&chart->series[s].marks[i]);
	buf_format(out, "<svg class='plot' viewBox='0 0 %d %.0f' role='%s' aria-labelledby='", CHART_WIDTH, height,
		   links ? "group" : "img");
	svg_escaped(out, chart->titled_by);
	buf_add_c(out, "'>");
}

/* Of the larger face on narrow windows, so that words keep apart there too. */
static double character_width(uint32_t code_point)
{
	return code_point >= 0x1100 ? 14.0 : code_point == ' ' || code_point == '.' || code_point == ',' ? 4.0 : 7.2;
}

double text_width(struct str text)
{
	double width = 0;

	for (size_t at = 0; at < text.n;)
		width += character_width(str_next_char(text, &at));
	return width;
}

struct str text_cut(struct arena *arena, struct str text, double width)
{
	double taken = 14; /* of the ellipsis */
	size_t end = 0;

	if (text_width(text) <= width)
		return text;
	for (size_t at = 0; at < text.n;) {
		taken += character_width(str_next_char(text, &at));
		if (taken > width)
			break;
		end = at;
	}
	return str_format(arena, "%.*s…", (int)end, text.p);
}
