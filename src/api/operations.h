/* operations: the handlers of the API, and what they share. */
#ifndef API_OPERATIONS_H
#define API_OPERATIONS_H

#include "api/json.h"

http_handler api_list, api_create, api_bulk, api_search;                        /* collection.c */
http_handler api_get, api_patch, api_transition, api_comment, api_get_comments; /* record.c */
http_handler api_history, api_clocks, api_get_links, api_add_link, api_remove_link, api_get_watchers, api_watch,
    api_unwatch;                                                               /* parts.c */
http_handler api_get_attachments, api_attach, api_get_attachment;              /* attachments.c */
http_handler api_notices, api_read_notice, api_read_notices;                   /* notices.c */
http_handler api_stream;                                                       /* stream.c */
http_handler api_me, api_document;                                             /* about.c */
http_handler api_similar, api_similar_to;                                      /* similar.c */
http_handler api_impact, api_impact_of;                                        /* impact.c */
http_handler api_compare;                                                      /* compare.c */
http_handler api_deliveries, api_replay_delivery, api_replay, api_make_secret; /* deliveries.c */
http_handler api_intake;                                                       /* intake.c */
http_handler api_timeline;                                                     /* timeline.c */
http_handler api_mails;                                                        /* mails.c */
http_handler api_conformity, api_conformity_one;                               /* conformity.c */
http_handler api_processes;                                                    /* processes.c */
http_handler api_insights, api_insight;                                        /* insights.c */

void need_event(struct shown *shown, const struct event *event); /* what event_json names */
void event_json(struct buf *json, const struct shown *shown, const struct event *event, enum language language);
bool read_as_of(struct call *call, instant *as_of);
struct edit_batch *batch_new(struct call *call, size_t count); /* with the request's idempotency key */
struct edit_request *batch_request(struct edit_batch *batch, size_t at);
MUST enum status edit_from_json(struct call *call, struct connection *connection, const json_t *object,
				struct edit_request *edit);
MUST enum status refuse_words(struct call *call, const json_t *object);
void answer_records(struct call *call, struct edit_batch *batch, unsigned status_code, bool as_list);

#endif
