#include "web/part_fan.h"

#include <math.h>

#include "web/words.h"

/* --- geometry: the fan in a plane of 960 by 474, from 22 down --- */

enum { RIBS_MOST = 40, BENT = 6 };
static const double centre_x = 480, centre_y = 432, inner = 168, outer = 344, begin_at = 172, end_at = 8, between = 2.2;

struct rib { /* angles in degrees, from the left to the right */
	double from, to;
};

static void point(struct buf *path, char command, double radius, double degrees)
{
	double angle = degrees * M_PI / 180;

	buf_format(path, "%c%.1f %.1f", command, centre_x + radius * cos(angle), centre_y - radius * sin(angle));
}

/* Of a rib from one share of its length to another; its edges are bent in the middle, the more the farther out. */
static struct str facet(struct html *h, const struct rib *rib, double low, double high)
{
	struct buf path = buf_new(h->out->arena);
	double r0 = inner + (outer - inner) * low, r1 = inner + (outer - inner) * high,
	       middle = (rib->from + rib->to) / 2;

	point(&path, 'M', r0, rib->from);
	point(&path, 'L', r1, rib->from);
	point(&path, 'L', r1 + BENT * high, middle);
	point(&path, 'L', r1, rib->to);
	point(&path, 'L', r0, rib->to);
	point(&path, 'L', r0 + BENT * low, middle);
	buf_add_char(&path, 'Z');
	return buf_str(&path);
}

static struct str fold(struct html *h, const struct rib *rib, double high)
{
	struct buf path = buf_new(h->out->arena);
	double r1 = inner + (outer - inner) * high, middle = (rib->from + rib->to) / 2;

	point(&path, 'M', inner, middle);
	point(&path, 'L', r1 + BENT * high, middle);
	point(&path, 'L', r1, rib->to);
	point(&path, 'L', inner, rib->to);
	buf_add_char(&path, 'Z');
	return buf_str(&path);
}

static struct str four(struct html *h, double r0, double r1, double a, double b, double narrow)
{
	struct buf path = buf_new(h->out->arena);
	double middle = (a + b) / 2, half = (a - b) / 2;

	point(&path, 'M', r0, middle + half * narrow);
	point(&path, 'L', r1, middle + half);
	point(&path, 'L', r1, middle - half);
	point(&path, 'L', r0, middle - half * narrow);
	buf_add_char(&path, 'Z');
	return buf_str(&path);
}

static struct str arc(struct html *h, double radius, double from, double to)
{
	struct buf path = buf_new(h->out->arena);

	point(&path, 'M', radius, from);
	buf_format(&path, "A%.1f %.1f 0 %d 1 ", radius, radius, from - to > 180);
	point(&path, ' ', radius, to);
	return buf_str(&path);
}

/* --- shares --- */

static const struct {
	enum conformity_state state;
	const char *class;
} filled[] = {{CONFORMITY_MET, "met"}, {CONFORMITY_JUDGEMENT, "judge"}, {CONFORMITY_STALE, "stale"}};

enum { FILLED = sizeof(filled) / sizeof(*filled) };

static double share_of(const struct conformity_counts *counts, enum conformity_state state)
{
	return counts->all ? (double)counts->by[state] / (double)counts->all : 0;
}

static int64_t percent_met(const struct conformity_counts *counts)
{
	return counts->all ? counts->by[CONFORMITY_MET] * 100 / counts->all : 0;
}

/* --- labels --- */

/* About as wide as it is drawn. */
static double width_of(struct str text)
{
	double width = 0;

	for (size_t i = 0; i < text.n; i++)
		if (((unsigned char)text.p[i] & 0xc0) != 0x80)
			width += (unsigned char)text.p[i] < 0x80 ? 6.5 : 12.6;
	return width;
}

/* In two lines where it is long: at the blank, or the dot of Japanese, that is nearest to the middle. */
static void break_lines(struct str name, struct str lines[2])
{
	static const struct str dot = S("・");
	double whole = width_of(name), best = whole;
	enum { SHORT = 76 };

	lines[0] = name;
	lines[1] = S("");
	for (size_t i = 1; whole > SHORT && i < name.n; i++) {
		bool blank = name.p[i] == ' ', dotted = str_starts(str_sub(name, i, name.n), dot);
		size_t first = blank ? i : i + dot.n, second = blank ? i + 1 : i + dot.n;
		double off = fabs(width_of(str_sub(name, 0, first)) - whole / 2);

		if ((!blank && !dotted) || off >= best || second >= name.n)
			continue;
		best = off;
		lines[0] = str_sub(name, 0, first);
		lines[1] = str_sub(name, second, name.n);
	}
}

/* Where a label stands: the middle of its top, and its size. */
struct rib_label {
	struct str lines[2];
	double far, x, top, width, height;
};

static void place_at(struct rib_label *label, const struct rib *rib, double far)
{
	double angle = (rib->from + rib->to) / 2 * M_PI / 180;

	label->far = far;
	label->x = centre_x + far * cos(angle);
	label->top = centre_y - far * sin(angle) - label->height / 2;
}

static struct rib_label label_of(const struct rib_view *view, const struct rib *rib)
{
	struct rib_label label = {.width = width_of(view->number) + 46};
	double angle = (rib->from + rib->to) / 2 * M_PI / 180;

	break_lines(view->name, label.lines);
	for (int i = 0; i < 2; i++)
		label.width = width_of(label.lines[i]) > label.width ? width_of(label.lines[i]) : label.width;
	label.height = label.lines[1].n ? 46 : 31;
	place_at(&label, rib, outer + 12 + fabs(cos(angle)) * label.width / 2 + sin(angle) * label.height / 2);
	return label;
}

static bool are_too_near(const struct rib_label *a, const struct rib_label *b)
{
	enum { APART = 4 };

	return fabs(a->x - b->x) < (a->width + b->width) / 2 + APART && a->top < b->top + b->height + APART &&
	       b->top < a->top + a->height + APART;
}

/* From both sides to the top, where they are nearest to each other. */
static size_t in_turn(size_t turn, size_t count)
{
	return turn % 2 ? count - 1 - turn / 2 : turn / 2;
}

static bool has_room(const struct rib_label *labels, size_t turn, size_t count)
{
	for (size_t before = 0; before < turn; before++)
		if (are_too_near(&labels[in_turn(turn, count)], &labels[in_turn(before, count)]))
			return false;
	return true;
}

/* What has no room beside those that stand already goes farther out. */
static void place_labels(const struct rib_view *views, const struct rib *ribs, struct rib_label *labels, size_t count)
{
	enum { STEP = 3, FARTHEST = 60 };

	for (size_t i = 0; i < count; i++)
		labels[i] = label_of(&views[i], &ribs[i]);
	for (size_t turn = 1; turn < count; turn++) {
		size_t one = in_turn(turn, count);
		double most = labels[one].far + FARTHEST;

		while (labels[one].far < most && !has_room(labels, turn, count))
			place_at(&labels[one], &ribs[one], labels[one].far + STEP);
	}
}

static void draw_label(struct html *h, const struct rib_view *view, const struct rib_label *label)
{
	html(h,
	     "<text x='%f' y='%f'><tspan class='no'>%t</tspan><tspan class='pc' dx='6'>%d<tspan "
	     "class='pu'>%t</tspan></tspan>",
	     label->x, label->top + 11, view->number, percent_met(&view->counts), words_percent(h, S("")));
	html(h, "<tspan class='nm' x='%f' dy='17'>%t</tspan>", label->x, label->lines[0]);
	if (label->lines[1].n)
		html(h, "<tspan class='nm' x='%f' dy='15'>%t</tspan>", label->x, label->lines[1]);
	html(h, "</text>");
}

/* --- the parts --- */

static void draw_rib(struct html *h, const struct rib_view *view, const struct rib *rib, const struct rib_label *label)
{
	double paper = 1 - share_of(&view->counts, CONFORMITY_NOT_BUILT), from = 0;

	html(h, "<a href='%u'%m%m><title>%t</title><path class='bare' d='%a'/>", view->url,
	     attribute_if("class", view->current ? S("on") : S("")),
	     attribute_if("aria-current", view->current ? S("true") : S("")), view->title, facet(h, rib, 0, 1));
	if (paper > 0)
		html(h, "<path class='leaf' d='%a'/>", facet(h, rib, 0, paper));
	for (size_t i = 0; i < FILLED; i++) {
		double to = from + share_of(&view->counts, filled[i].state);

		if (to > from)
			html(h, "<path class='%a' d='%a'/>", filled[i].class, facet(h, rib, from, to));
		from = to;
	}
	if (paper > 0)
		html(h, "<path class='fold' d='%a'/>", fold(h, rib, paper));
	html(h, "<path class='edge' d='%a'/>", facet(h, rib, 0, 1));
	draw_label(h, view, label);
	html(h, "</a>");
}

static void draw_sticks(struct html *h, const struct rib *ribs, size_t count)
{
	html(h, "<g aria-hidden='true'>");
	for (size_t i = 0; i < count; i++) {
		double middle = (ribs[i].from + ribs[i].to) / 2, sixth = (ribs[i].from - ribs[i].to) / 6;

		html(h, "<path class='stick' d='%a'/><path class='stick' d='%a'/>",
		     four(h, 34, 134, middle + sixth, middle - sixth, .7),
		     four(h, 158, inner, middle + sixth, middle - sixth, 1));
	}
	html(h, "<path class='guard' d='%a'/><path class='guard' d='%a'/></g>",
	     four(h, 20, outer + 2, begin_at + .8, begin_at, 3), four(h, 20, outer + 2, end_at, end_at - .8, 3));
}

static void draw_groups(struct html *h, const struct fan_view *fan, const struct rib *ribs)
{
	for (size_t i = 0; i < fan->count;) {
		size_t last = i;

		while (last + 1 < fan->count && fan->ribs[last + 1].group == fan->ribs[i].group)
			last++;
		html(h,
		     "<path id='fan-%d' class='line0' d='%a'/><path class='band' d='%a'/><path class='band' d='%a'/>",
		     fan->ribs[i].group, arc(h, 141, ribs[i].from + 3, ribs[last].to - 3),
		     arc(h, 158, ribs[i].from, ribs[last].to), arc(h, 134, ribs[i].from, ribs[last].to));
		html(h, "<text class='group'><textPath href='#fan-%d' startOffset='50%%'>%t</textPath></text>",
		     fan->ribs[i].group, fan->groups[fan->ribs[i].group]);
		i = last + 1;
	}
}

/* A dial in the same order, from the top on. */
static void draw_pin(struct html *h, const struct rib_view *pin)
{
	enum { WHOLE = 360, TOP = 90, RADIUS = 27 };
	double from = 0;

	html(h, "<a href='%u'%m%m><title>%t</title><circle class='pin' cx='480' cy='432' r='33'/>", pin->url,
	     attribute_if("class", pin->current ? S("on") : S("")),
	     attribute_if("aria-current", pin->current ? S("true") : S("")), pin->title);
	for (size_t i = 0; i < FILLED; i++) {
		double to = from + share_of(&pin->counts, filled[i].state) * WHOLE;

		if (to > from)
			html(h, "<path class='arc %a' d='%a'/>", filled[i].class,
			     arc(h, RADIUS, TOP - from, TOP - (to >= WHOLE ? WHOLE - .1 : to)));
		from = to;
	}
	html(h,
	     "<circle class='edge' cx='480' cy='432' r='33'/><text class='pc' x='480' y='437'>%t</text><text x='480' "
	     "y='485'><tspan class='nm'>%t</tspan><tspan class='pc' dx='7'>%t</tspan></text></a>",
	     pin->number, pin->name, words_percent(h, words_number(h, percent_met(&pin->counts))));
}

void draw_fan(struct html *h, const struct fan_view *fan)
{
	struct rib ribs[RIBS_MOST];
	struct rib_label labels[RIBS_MOST];
	size_t count = fan->count < RIBS_MOST ? fan->count : RIBS_MOST, gaps = 0;
	double wide, at = begin_at;

	for (size_t i = 1; i < count; i++)
		gaps += fan->ribs[i].group != fan->ribs[i - 1].group;
	wide = (begin_at - end_at - (double)gaps * between) / (double)(count ? count : 1);
	for (size_t i = 0; i < count; i++) {
		if (i && fan->ribs[i].group != fan->ribs[i - 1].group)
			at -= between;
		ribs[i] = (struct rib){.from = at, .to = at - wide};
		at -= wide;
	}
	place_labels(fan->ribs, ribs, labels, count);
	html(
	    h,
	    "<svg class='fan' viewBox='0 22 960 474' role='group' aria-labelledby='fan-t'><title id='fan-t'>%t</title>",
	    fan->title);
	draw_sticks(h, ribs, count);
	html(h, "<g>");
	for (size_t i = 0; i < count; i++)
		draw_rib(h, &fan->ribs[i], &ribs[i], &labels[i]);
	html(h, "</g>");
	draw_groups(h, fan, ribs);
	draw_pin(h, &fan->pin);
	html(h, "</svg>");
}

void draw_fan_legend(struct html *h)
{
	static const struct {
		const char *class, *name, *words;
	} items[] = {{"met", N_("Met"), N_("evidence is fresh")},
		     {"judge", N_("Judgement"), N_("a person decides")},
		     {"stale", N_("Stale"), N_("evidence is too old")},
		     {"none", N_("Gap"), N_("evidence is missing")},
		     {"bare", N_("Not built"), N_("nothing answers it yet")}};

	html(h, "<ul class='keyl'>");
	for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++)
		html(h,
		     "<li><svg viewBox='0 0 24 14' aria-hidden='true'><rect class='%a' x='.5' y='.5' width='23' "
		     "height='13'/></svg><span><b>%l</b>%t%l</span></li>",
		     items[i].class, items[i].name, h->language == JAPANESE ? "：" : ", ", items[i].words);
	html(h, "</ul>");
}

void draw_share(struct html *h, const struct conformity_counts *counts)
{
	enum { WIDE = 112 };
	double from = 0, paper = WIDE * (1 - share_of(counts, CONFORMITY_NOT_BUILT));

	html(h,
	     "<svg class='share' viewBox='0 0 112 10' preserveAspectRatio='none' aria-hidden='true'><rect class='bare' "
	     "width='112' height='10'/><rect class='bg' width='%f' height='10'/>",
	     paper);
	for (size_t i = 0; i < FILLED; i++) {
		double wide = WIDE * share_of(counts, filled[i].state);

		if (wide > 0)
			html(h, "<rect class='%a' x='%f' width='%f' height='10'/>", filled[i].class, from, wide);
		from += wide;
	}
	html(h, "</svg>");
}

void draw_fan_patterns(struct html *h)
{
	html(h,
	     "<svg class='sprite pat' aria-hidden='true'><defs><pattern id='p-stale' width='7' height='7' "
	     "patternUnits='userSpaceOnUse' patternTransform='rotate(45)'><rect width='7' height='7'/><path d='M0 "
	     "0V7'/></pattern><pattern id='p-judge' width='6' height='6' patternUnits='userSpaceOnUse'><rect class='b' "
	     "width='6' height='6'/><circle cx='1.5' cy='1.5' r='1.1'/><circle cx='4.5' cy='4.5' "
	     "r='1.1'/></pattern></defs></svg>");
}

/* --- how one stands --- */

static const struct {
	const char *words, *class, *shape;
} standings[CONFORMITY_STATES] = {
    [CONFORMITY_NOT_BUILT] = {N_("Not built"), "st", "M2.5 8h11"},
    [CONFORMITY_MET] = {N_("Met"), "st ok", "M2 8a6 6 0 1 1 12 0a6 6 0 1 1 -12 0M5.4 8.2l1.9 1.9 3.4-3.9"},
    [CONFORMITY_JUDGEMENT] = {N_("Judgement"), "st", "M2 8a6 6 0 1 1 12 0a6 6 0 1 1 -12 0"},
    [CONFORMITY_STALE] = {N_("Stale"), "st wait", "M8 1.8 14.2 8 8 14.2 1.8 8 8 1.8ZM8 5.3v3M8 10.6v.1"},
    [CONFORMITY_GAP] = {N_("Gap"), "st no", "M2 8a6 6 0 1 1 12 0a6 6 0 1 1 -12 0M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4"},
};

const char *standing_words(enum conformity_state state)
{
	return standings[state].words;
}

void draw_standing(struct html *h, enum conformity_state state)
{
	html(h, "<span class='%a'><svg viewBox='0 0 16 16' aria-hidden='true'><path d='%a'/></svg>%l</span>",
	     standings[state].class, standings[state].shape, standings[state].words);
}
