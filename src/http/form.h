/* form: bodies of HTML forms. */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "http/http.h"

/* Fields point into the body where they can. */
MUST enum status form_parse(struct arena *arena, struct str content_type, struct str body, struct http_form *form,
			    struct error *error);

#endif
