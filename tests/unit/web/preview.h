/* preview: the pages of the visual standard with its data, drawn by the parts, so that one can look at them. */
#ifndef WEB_PREVIEW_H
#define WEB_PREVIEW_H

#include "web/layout.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* One of two texts, by the page's language. */
static inline struct str either(const struct html *h, const char *english, const char *japanese)
{
	return str_of(h->language == JAPANESE ? japanese : english);
}

instant preview_at(const struct html *h, int hour, int minute); /* of the standard's day */
void preview_page_begin(struct html *h, struct page_view *page, struct str title, const char *main_class, int current);

void preview_record(struct html *h);
void preview_list(struct html *h);
void preview_home(struct html *h);
void preview_new(struct html *h);
void preview_login(struct html *h);

#endif
