/* pages: the handlers of the web, by the file that holds them. */
#ifndef WEB_PAGES_H
#define WEB_PAGES_H

#include "web/visit.h"

http_handler page_login, post_login, post_logout, page_set_language, send_asset, send_icon; /* entry.c */
http_handler page_administration;                                                           /* page_administration.c */
http_handler page_tokens, post_tokens;                                                      /* page_tokens.c */
http_handler page_digest, post_digest;                                                      /* page_digest.c */
http_handler page_mails, page_mail, post_mail;                                              /* page_mails.c */
http_handler page_deliveries, post_deliveries;                                              /* page_deliveries.c */
http_handler page_calendars, post_calendars, send_calendar;                                 /* page_calendars.c */
http_handler page_jobs, post_jobs;                                                          /* page_jobs.c */
http_handler page_proof, post_proof;                                                        /* page_proof.c */
http_handler page_model, page_model_type;                                                   /* page_model.c */
http_handler page_keys;                                                                     /* page_keys.c */
http_handler page_go;                                                                       /* page_go.c */
http_handler page_settings, post_settings;                                                  /* page_settings.c */
http_handler page_home;                                                                     /* page_home.c */
http_handler page_search, page_suggest;                                                     /* page_search.c */
http_handler page_notices, post_notices;                                                    /* page_notices.c */
http_handler page_place;                               /* page_list.c: a list, or leads to page_record() */
http_handler page_figures;                             /* page_figures.c */
http_handler page_processes, page_process;             /* page_process.c */
http_handler page_conformity;                          /* page_conformity.c */
http_handler page_demand;                              /* page_demand.c */
http_handler page_dashboard;                           /* page_dashboard.c */
http_handler page_dashboard_edit, post_dashboard_edit; /* page_dashboard_edit.c */
http_handler send_paper;                               /* page_paper.c */
http_handler page_pack, post_pack;                     /* page_pack.c */
http_handler page_export, post_export;                 /* page_export.c */
http_handler page_view, post_view;                     /* page_view.c */
http_handler page_counts;                              /* list_views.c */
http_handler send_export;                              /* export_wish.c */
http_handler post_bulk;                                /* bulk.c */
http_handler page_move, post_move;                     /* list_board_move.c */
http_handler page_new, post_new;                       /* page_new.c */
http_handler page_compare;                             /* page_compare.c */
http_handler page_mention;                             /* page_mention.c */
http_handler post_edit, page_transition, post_transition, post_comment, post_link, post_watch, send_file,
    page_preview; /* page_record*.c */

http_handler page_decide, post_decide;                                       /* page_decide.c */
http_handler page_portal, page_portal_status;                                /* page_portal.c */
http_handler page_portal_requests;                                           /* portal_requests.c */
http_handler page_portal_request, post_portal_reply, post_portal_step;       /* portal_request.c */
http_handler page_portal_report, page_portal_report_any, post_portal_report; /* portal_report.c */
http_handler page_portal_search, page_portal_suggested;                      /* portal_search.c */
http_handler page_portal_catalogue, page_portal_offer, post_portal_offer;    /* portal_offer.c */
http_handler page_portal_issued, page_portal_issued_one;                     /* portal_issued.c */
http_handler page_portal_article, post_portal_feedback;                      /* portal_article.c */

/* The pages behind page_place, once it is known what the place is. */
void page_list(struct visit *visit, const struct type *type);
void page_record(struct visit *visit, int64_t identity);
void page_export_wish(struct visit *visit, int64_t identity); /* export_wish.c */

/* Takes away what was chosen in this browser before it was known who it is. */
void forget_choices(struct http_request *request, struct http_response *response);

#endif
