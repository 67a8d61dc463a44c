/* html_text: the words of an HTML mail, as plain text that also reads well as Markdown.
 *
 * Paragraphs, lists, links and quotes stay what they are; styles, scripts and what cannot be seen go. Parsing is
 * libxml2's, which takes any bytes. */
#ifndef MAIL_HTML_TEXT_H
#define MAIL_HTML_TEXT_H

#include "base/arena.h"
#include "base/str.h"

struct str html_text(struct arena *arena, struct str html); /* UTF-8 in, UTF-8 out */

#endif
