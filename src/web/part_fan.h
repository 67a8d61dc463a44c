/* part_fan: the open fan. Its ribs are the processes, its pin clause 4; each is filled with the share of its demands
 * that are met, for judgement, stale; paper that is empty is a gap, where there is no paper yet nothing is built. */
#ifndef WEB_PART_FAN_H
#define WEB_PART_FAN_H

#include "insight/conformity.h"
#include "web/html.h"

struct rib_view {
	struct str number, name, url; /* "6.1", "Service level" */
	struct str title;             /* all of it in words */
	struct conformity_counts counts;
	size_t group; /* ribs of a group stand together */
	bool current;
};
struct fan_view {
	const struct rib_view *ribs;
	size_t count;
	const struct str *groups; /* their names, by their number */
	struct rib_view pin;
	struct str title;
};
void draw_fan(struct html *h, const struct fan_view *fan);
void draw_fan_legend(struct html *h);
/* The shares as one bar. */
void draw_share(struct html *h, const struct conformity_counts *counts);
/* Once on a page, before any of them: what they are filled with. */
void draw_fan_patterns(struct html *h);

/* How a demand stands: shape and word. */
void draw_standing(struct html *h, enum conformity_state state);
const char *standing_words(enum conformity_state state); /* source text */

#endif
