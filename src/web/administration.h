/* administration: what its pages share. Only for those whose role administers; for others they do not exist. */
#ifndef WEB_ADMINISTRATION_H
#define WEB_ADMINISTRATION_H

#include "web/visit.h"

/* visit_start() and visit_start_form() for these pages. False: the answer is written. */
MUST bool administration_start(struct visit *visit, struct http_request *request, struct http_response *response);
MUST bool administration_start_form(struct visit *visit, struct http_request *request, struct http_response *response);

/* The frame with the way back; ended by visit_end(). title: a source text. */
void administration_begin(struct visit *visit, const char *title);
/* The same with a title of the model's, below a page of administration. */
void administration_begin_below(struct visit *visit, struct str title, const char *parent, const char *parent_url);

struct outbox_entry;
/* page_mails.c: what became of a mail that went out; source texts. */
const char *mail_fate_words(const struct outbox_entry *entry);
bool mail_fate_is_bad(const struct outbox_entry *entry);

/* "processes/8.2-problem.yaml, line 37" */
struct str administration_place(struct visit *visit, struct place place);

#endif
