/* part_login: signing in: the mark, two fields, nothing else. */
#ifndef WEB_PART_LOGIN_H
#define WEB_PART_LOGIN_H

#include "web/layout.h"

struct login_view {
	struct str organisation; /* "Service management of Minato Systems"; may be empty */
	struct str account;      /* as typed */
	struct str error;
	struct str next;                   /* where to go afterwards: an own path */
	bool wants_code;                   /* the second factor */
	struct str other_url, other_words; /* the organisation's own sign-in; url empty: none */
	struct str forgot_url, other_language_url;
	enum theme theme;
};
/* The whole page. */
void draw_login_page(struct html *h, const struct login_view *login);

#endif
