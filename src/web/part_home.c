#include "web/part_home.h"
#include "base/arena.h"

void draw_counters(struct html *h, const struct counter_view *counters, size_t count)
{
	html(h, "<ul class='counts plain' id='counts' data-region=''>");
	for (size_t i = 0; i < count; i++) {
		bool bad = counters[i].bad && counters[i].count > 0;

		html(h, "<li%m><a href='%u'><b>%i%t</b><span>%t</span></a></li>",
		     attribute_if("class", bad ? S("bad") : S("")), counters[i].url, bad ? ICON_ALERT : ICON_NONE,
		     words_count(h, counters[i].count), counters[i].words);
	}
	html(h, "</ul>");
}

/* The drawing's own units: 1392 wide, eight hours from 8 to 1384. */
enum { AHEAD_LEFT = 8, AHEAD_RIGHT = 1384, AHEAD_FIRST = 18, AHEAD_AXIS = 66, AHEAD_LEVELS = 3 };
#define AHEAD_SPAN (8 * (int64_t)HOUR)

static double ahead_x(const struct html *h, instant at)
{
	return AHEAD_LEFT + (double)(AHEAD_RIGHT - AHEAD_LEFT) * (double)(at - h->now) / (double)AHEAD_SPAN;
}

static void draw_hour_marks(struct html *h)
{
	instant at = h->now - h->now % HOUR + HOUR;

	for (; at <= h->now + AHEAD_SPAN; at += HOUR) {
		double x = ahead_x(h, at);

		html(h, "<line class='ax' x1='%f' x2='%f' y1='63' y2='69'/>", x, x);
		if (x > AHEAD_FIRST) /* half of its words would be cut off */
			html(h, "<text class='m' x='%f' y='84'>%t</text>", x, words_time(h, at));
	}
	html(h, "<line class='now' x1='8' x2='8' y1='16' y2='88'/><text x='8' y='101' class='s'>%t</text>",
	     phrase(h, N_("Now %s"), words_time(h, h->now)));
}

/* A label that would not fit before the right end stands on the left of its mark. */
static bool ahead_turns(const struct html *h, const struct due_view *due)
{
	return ahead_x(h, due->at) + 5 + words_width(due->words) > AHEAD_RIGHT;
}

static double ahead_begin(const struct html *h, const struct due_view *due)
{
	return ahead_x(h, due->at) - (ahead_turns(h, due) ? words_width(due->words) + 12 : 0);
}

/* A label stands above each later mark that it would reach, so that no leader crosses a label. */
static void choose_levels(const struct html *h, const struct due_view *dues, size_t count, int *levels)
{
	for (size_t i = count; i-- > 0;) {
		double end = ahead_x(h, dues[i].at) + (ahead_turns(h, &dues[i]) ? 0 : 12 + words_width(dues[i].words));

		levels[i] = 0;
		for (size_t later = i + 1; later < count; later++)
			if (ahead_begin(h, &dues[later]) < end && levels[i] <= levels[later])
				levels[i] = levels[later] + 1;
	}
}

static void draw_due(struct html *h, const struct due_view *due, int level)
{
	double x = ahead_x(h, due->at);
	long y = 50 - 18 * (long)level;
	const struct str title = phrase(h, N_("%1$s, due in %2$s"), due->words, words_length(h, due->at - h->now));

	html(h, "<a href='%u'><title>%t</title>", due->url, title);
	if (level < AHEAD_LEVELS)
		html(h, "<line class='ax' x1='%f' x2='%f' y1='%d' y2='60'/>", x, x, y - 9);
	html(h, "<path class='%a' d='M%f 59l5.5 7-5.5 7-5.5-7z'/>", due->soon ? "ptw" : "pt", x);
	if (level < AHEAD_LEVELS)
		html(h, "<text class='%a' x='%f' y='%d'%m>%t</text>", due->soon ? "tw" : "v",
		     ahead_turns(h, due) ? x - 5 : x + 5, y,
		     attribute_if("text-anchor", ahead_turns(h, due) ? S("end") : S("")), due->words);
	html(h, "</a>");
}

void draw_hours_ahead(struct html *h, const struct due_view *dues, size_t count)
{
	int *levels = arena_many(h->out->arena, int, count + 1);

	while (count && dues[count - 1].at > h->now + AHEAD_SPAN)
		count--;
	while (count && dues[0].at < h->now) {
		dues++;
		count--;
	}
	choose_levels(h, dues, count, levels);
	html(h,
	     "<section class='ahead' aria-label='%l'><svg class='plot' viewBox='0 0 1392 104' role='group' "
	     "aria-label='%l'>"
	     "<line class='ax' x1='8' x2='1384' y1='%d' y2='%d'/>",
	     N_("The next eight hours"), N_("What falls due in the next eight hours"), AHEAD_AXIS, AHEAD_AXIS);
	draw_hour_marks(h);
	for (size_t i = 0; i < count; i++)
		draw_due(h, &dues[i], levels[i]);
	html(h, "</svg></section>");
}

static void draw_worklist_item(struct html *h, const struct worklist_item_view *t)
{
	static const char *const tones[] = {[DUE_PLAIN] = "due", [DUE_SOON] = "due warn", [DUE_LATE] = "due bad"};

	html(h, "<li><div><a class='t' href='%u'>%t</a><p>%t</p></div>", t->url, t->title, t->second);
	if (t->action.n)
		html(h, "<span class='btns'><a class='btn s' data-dialog='' href='%u'>%t…</a></span>", t->action_url,
		     t->action);
	else
		html(h, "<span class='%a'>%t</span>", tones[t->tone], t->due);
	html(h, "</li>");
}

void draw_worklist(struct html *h, const struct worklist_view *l)
{
	html(h, "<section id='%a' aria-labelledby='%a-h'><h2 id='%a-h'>%t", l->id, l->id, l->id, l->title);
	if (l->note.n)
		html(h, " <span class='n'>%t</span>", l->note);
	if (l->more_url.n)
		html(h, "<a href='%u'>%t</a>", l->more_url, l->more_words);
	html(h, "</h2>");
	if (l->count == 0) {
		html(h, "<p class='sub small none'>%t</p></section>", l->empty);
		return;
	}
	html(h, "<ul class='worklist'>");
	for (size_t i = 0; i < l->count; i++)
		draw_worklist_item(h, &l->items[i]);
	html(h, "</ul></section>");
}
