#include "web/part_clock.h"

/* From when to warn. */
static int64_t soon_from(const struct clock_view *clock)
{
	int64_t third = clock->target / 3;

	return third < HOUR ? third : HOUR;
}

bool clock_view_is_soon(const struct clock_view *clock)
{
	return clock->tone == CLOCK_TONE_RUNNING && clock->left <= soon_from(clock) && clock->target > 0;
}

static const char *tone_class(const struct clock_view *clock)
{
	switch (clock->tone) {
	case CLOCK_TONE_OVER:
		return "over";
	case CLOCK_TONE_HOLD:
		return "hold";
	case CLOCK_TONE_LATE:
		return "late";
	case CLOCK_TONE_MET:
		return "met";
	case CLOCK_TONE_ENDED:
		return "ended";
	default:
		return clock_view_is_soon(clock) ? "soon" : "";
	}
}

static enum icon tone_icon(const struct clock_view *clock)
{
	switch (clock->tone) {
	case CLOCK_TONE_OVER:
	case CLOCK_TONE_LATE:
		return ICON_ALERT;
	case CLOCK_TONE_HOLD:
		return ICON_PAUSE;
	case CLOCK_TONE_MET:
		return ICON_CHECK;
	case CLOCK_TONE_ENDED:
		return ICON_NONE;
	default:
		return clock_view_is_soon(clock) ? ICON_CLOCK : ICON_NONE;
	}
}

static struct str words(struct html *h, const struct clock_view *clock)
{
	if (clock->tone == CLOCK_TONE_MET || clock->tone == CLOCK_TONE_ENDED)
		return label(h, clock->tone == CLOCK_TONE_MET ? N_("Met") : N_("Ended"));
	return words_left(h, clock->left);
}

bool clock_view_is_settled(const struct clock_view *clock)
{
	return clock->tone == CLOCK_TONE_MET || clock->tone == CLOCK_TONE_LATE || clock->tone == CLOCK_TONE_ENDED;
}

static double share_used(const struct clock_view *clock)
{
	double share = clock->target > 0 ? 100.0 * (1.0 - (double)clock->left / (double)clock->target) : 0;

	return share < 0 ? 0 : share > 100 ? 100 : share;
}

/* What the script needs in order to count on. */
static struct str number(struct html *h, int64_t ms)
{
	return str_format(h->out->arena, "%lld", (long long)ms);
}

static void open_ticking(struct html *h, const struct clock_view *clock, const char *class)
{
	if (clock->open_for <= 0 || (clock->tone != CLOCK_TONE_RUNNING && clock->tone != CLOCK_TONE_OVER)) {
		html(h, "<span class='%a'>", class);
		return;
	}
	html(h, "<span class='%a' data-left='%d' data-open='%d' data-target='%d' data-soon='%d'>", class, clock->left,
	     clock->open_for, clock->target, soon_from(clock));
}

void draw_clock(struct html *h, const struct clock_view *clock)
{
	const char *tone = tone_class(clock);

	if (clock->tone == CLOCK_TONE_NONE)
		return;
	open_ticking(h, clock, str_format(h->out->arena, "ck%s%s", *tone ? " " : "", tone).p);
	html(h, "%i<span class='w' data-words=''>%t</span>", tone_icon(clock), words(h, clock));
	if (!clock_view_is_settled(clock) && clock->target > 0)
		html(h, "<svg class='mtr'><rect class='t'/><rect class='u' width='%f%%'/></svg>", share_used(clock));
	html(h, "</span>");
}

static void draw_meter(struct html *h, const struct clock_view *clock)
{
	html(h,
	     "<svg class='mtr' viewBox='0 0 100 6' preserveAspectRatio='none' aria-hidden='true'>"
	     "<rect class='t' width='100' height='6'/><rect class='u' width='%f%%' height='6'/>",
	     share_used(clock));
	for (size_t i = 0; i < clock->tick_count && i < CLOCK_TICKS; i++)
		if (clock->ticks[i] > 0 && clock->ticks[i] < 100)
			html(h, "<rect class='k' x='%f' width='.8' height='6'/>", clock->ticks[i] - 0.4);
	html(h, "</svg>");
}

static struct str note(struct html *h, const struct clock_view *clock)
{
	if (clock->note.n)
		return clock->note;
	if (clock_view_is_settled(clock))
		return phrase(h, N_("after %s, target %s"), words_length(h, clock->target - clock->left),
			      words_length(h, clock->target));
	if (clock->tone == CLOCK_TONE_HOLD)
		return label(h, N_("paused"));
	return clock->due == INSTANT_NONE ? S("") : phrase(h, N_("due %s"), words_near(h, clock->due));
}

static struct str use(struct html *h, const struct clock_view *clock)
{
	return phrase(h, clock->left < 0 ? N_("%1$s used, target %2$s") : N_("%1$s of %2$s used"),
		      words_length(h, clock->target - clock->left), words_length(h, clock->target));
}

static void draw_one(struct html *h, const struct clock_view *clock, bool leads)
{
	const char *tone = tone_class(clock);
	struct str ticking = clock->open_for > 0 ? number(h, clock->left) : S("");

	leads = leads && clock->target > 0 && !clock_view_is_settled(clock);
	if (clock->tone != CLOCK_TONE_RUNNING && clock->tone != CLOCK_TONE_OVER)
		ticking = S("");
	html(h, "<div class='%a'%m%m%m%m>",
	     str_format(h->out->arena, "%s%s%s", leads ? "lead" : "", leads && *tone ? " " : "", tone),
	     attribute_if("data-left", ticking),
	     attribute_if("data-open", ticking.n ? number(h, clock->open_for) : S("")),
	     attribute_if("data-target", ticking.n ? number(h, clock->target) : S("")),
	     attribute_if("data-soon", ticking.n ? number(h, soon_from(clock)) : S("")));
	html(h, "<dt>%t</dt><dd><span class='big'>%i<span data-words=''>%t</span></span>", clock->name,
	     tone_icon(clock), words(h, clock));
	if (leads) {
		draw_meter(h, clock);
		html(h, "<small><span>%t</span><span>%t</span></small></dd></div>", note(h, clock), use(h, clock));
	} else {
		html(h, "<small>%t</small></dd></div>", note(h, clock));
	}
}

void draw_clocks(struct html *h, const struct clock_view *clocks, size_t count)
{
	if (count == 0)
		return;
	html(h, "<dl class='clocks' aria-label='%l'>", N_("Service level clocks"));
	for (size_t i = 0; i < count; i++)
		draw_one(h, &clocks[i], i == 0);
	html(h, "</dl>");
}
