/* part_home: my work: counters, the hours ahead as a line, lists of what waits. */
#ifndef WEB_PART_HOME_H
#define WEB_PART_HOME_H

#include "web/words.h"

struct counter_view {
	int64_t count;
	struct str words, url;
	bool bad; /* marked when the count is not zero */
};
void draw_counters(struct html *h, const struct counter_view *counters, size_t count);

struct due_view {
	instant at;
	struct str words, url;
	bool soon;
};
/* What falls due within eight hours, oldest first. */
void draw_hours_ahead(struct html *h, const struct due_view *dues, size_t count);

enum due_tone { DUE_PLAIN, DUE_SOON, DUE_LATE };
struct worklist_item_view {
	struct str title, url, second;
	struct str due; /* words; or an action instead: */
	enum due_tone tone;
	struct str action, action_url;
};
struct worklist_view {
	struct str id, title, note, more_url, more_words, empty; /* empty: said when there is none */
	const struct worklist_item_view *items;
	size_t count;
};
void draw_worklist(struct html *h, const struct worklist_view *list);

#endif
