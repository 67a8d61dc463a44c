/* visit: one request of a person in a browser: who it is, in which language, and the page that is being written. */
#ifndef WEB_VISIT_H
#define WEB_VISIT_H

#include "record/edit.h"
#include "web/layout.h"
#include "web/web.h"
#include "web/words.h"

struct visit {
	struct http_request *request;
	struct http_response *response;
	struct kernel *kernel;
	struct connection *early; /* the reader that recognised the actor, until visit_reader() hands it on */
	bool relieved;            /* which is one of a replica */
	struct arena *arena;
	const struct actor *actor;
	struct session session;
	instant now;
	int64_t place; /* in the order of all events: what came up to it is in what is read, and maybe more */
	enum theme theme;
	struct buf out;
	struct html h;
	struct page_view page;
	struct http_form form; /* of a POST */
	struct error error;
};

/* GET: whoever is not signed in is sent to the sign-in page and led back afterwards. False: the answer is written. */
MUST bool visit_start(struct visit *visit, struct http_request *request, struct http_response *response);
/* POST of a form: the same, and its token must be this session's. */
MUST bool visit_start_form(struct visit *visit, struct http_request *request, struct http_response *response);
/* For one decision by a signed link: it is known who comes, but no session begins. False: not an active person. */
MUST bool visit_start_as(struct visit *visit, struct http_request *request, struct http_response *response,
			 int64_t person);
/* A reader for the rest of the request; after visit_start() of the moment at which the actor was recognised,
 * or, of a replica, a later one with the same rights. */
MUST enum status visit_reader(struct visit *visit, struct connection **connection);
void visit_release(struct visit *visit);
#define VISIT __attribute__((cleanup(visit_release))) struct visit /* gives back what it still holds */
/* The stream of what changes from then on: "record=INC-1", "collection=incidents". */
struct str visit_stream(const struct visit *visit, struct str wanted);
/* Before anybody is known: language and theme only. */
void visit_start_bare(struct visit *visit, struct http_request *request, struct http_response *response);

/* The frame round a page: call begin, draw, end. current: the address in the navigation that is lit. */
void visit_begin(struct visit *visit, struct str title, const char *main_class, struct str current);
void visit_end(struct visit *visit, unsigned status);
/* What was drawn without a frame, as an answer. */
void visit_answer(struct visit *visit, unsigned status);
/* A page that says what went wrong, in words, and offers a way on. */
void visit_refuse(struct visit *visit, enum status status);
void visit_go(struct visit *visit, struct str location); /* 303 */

/* An error's item in the reader's language. */
struct str visit_words(struct visit *visit, const struct error_item *item);
/* All items without a field, or of a field that no form shows, as one sentence. */
struct str visit_words_of_field(struct visit *visit, const char *field); /* empty when there is none for it */
struct str words_of(const struct visit *visit, const struct label *label);

/* The own path and query with one parameter set to a value, or taken away (value.p NULL); cursors fall away. */
struct str visit_url_with(struct visit *visit, const char *name, struct str value);
/* "inc-12" is meant as INC-12. */
bool visit_meant_number(struct visit *visit, struct str text, int64_t *identity);
/* What a type stands under where types are listed: its process, where that is another than the one before. */
struct str visit_heading(struct visit *visit, const struct type *type, const struct process **process);
int64_t visit_patience(const struct visit *visit);            /* ms for a count that somebody asks for beside a page */
bool visit_has_dashboards(const struct visit *visit);         /* for this person */
struct str visit_here(struct visit *visit);                   /* the page that is shown, to come back to */
struct str visit_own_path(struct str path);                   /* "/" in place of whatever leads elsewhere */
struct str record_url(struct visit *visit, int64_t identity); /* "/INC-123" */
struct str number_text(struct visit *visit, int64_t identity);

/* Hands a batch to the kernel and parks the visit until it is committed; answer runs with visit->error set when it was
 * refused. */
void visit_edit(struct visit *visit, struct edit_batch *batch,
		void (*answer)(struct visit *visit, struct edit_batch *batch, enum status status, void *data),
		void *data);

#endif
