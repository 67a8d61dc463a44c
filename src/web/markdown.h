/* markdown: what people write, as safe HTML.
 *
 * CommonMark with tables, strikethrough and bare addresses, from md4c. Raw HTML is text; pictures become their words;
 * links lead to web and mail addresses and to records only, and those that leave say so to search engines and the
 * target (rel). A record's number standing in the text becomes a link to it. Headings are lowered below `heading` and
 * never skip a level, so that they fit into the page's outline. A line break is a line break. */
#ifndef WEB_MARKDOWN_H
#define WEB_MARKDOWN_H

#include "web/html.h"

struct markdown_options {
	/* Says whether "INC" begins numbers of records; NULL: any two to six capitals do. */
	bool (*is_prefix)(const void *context, struct str prefix);
	const void *context;
	int heading; /* level of the text's highest heading; 0 stands for 3 */
};

/* Options may be NULL. Writes between tags. */
void markdown_draw(struct html *h, struct str text, const struct markdown_options *options);

/* The words alone, on one line, cut after about `most` bytes with an ellipsis: for previews and notices. */
struct str markdown_words(struct arena *arena, struct str text, size_t most);

#endif
