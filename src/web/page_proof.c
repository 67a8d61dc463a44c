/* Proof of the history: the newest signature over it, and a check of all of it in the background. */
#include "job/verifier.h"
#include "web/administration.h"
#include "web/pages.h"

static struct verifier *verifier_of(const struct visit *visit)
{
	const struct surface *surface = visit->request->context;

	return surface->verifier;
}

static void draw_fact(struct html *h, const char *name, struct str words)
{
	html(h, "<div><dt>%l</dt><dd>%t</dd></div>", name, words);
}

static void draw_checkpoint(struct visit *visit, const struct checkpoint *newest)
{
	struct html *h = &visit->h;

	html(h, "<section><h2>%l</h2>", N_("Newest checkpoint"));
	if (!newest->is_complete) {
		html(h, "<p class='none'>%l</p></section>",
		     N_("None has been signed yet: that needs a key (kaname serve --key)."));
		return;
	}
	html(h, "<dl class='facts'>");
	draw_fact(h, N_("Signed"), words_moment(h, newest->at));
	draw_fact(h, N_("Covers"),
		  phrase(h, N_("%1$s events, %2$s records"), words_number(h, newest->last_event),
			 words_number(h, newest->heads)));
	draw_fact(h, N_("Signature"),
		  label(h, checkpoint_is_signed(visit->kernel, newest) ? N_("genuine") : N_("does not fit the key")));
	html(h, "</dl></section>");
}

static void draw_result(struct visit *visit, const struct verifier_figures *f)
{
	struct html *h = &visit->h;

	switch (f->state) {
	case VERIFIER_IDLE:
		html(h, "<p class='none'>%l</p>", N_("Not checked since the program was started."));
		return;
	case VERIFIER_RUNS:
		html(h, "<p role='status'>%t</p><progress max='%d' value='%d' aria-label='%l'></progress>",
		     phrase(h, N_("Since %1$s: %2$s of %3$s events"), words_near(h, f->began_at),
			    words_number(h, f->done), words_number(h, f->total)),
		     f->total ? f->total : 1, f->done, N_("Check of the history"));
		return;
	case VERIFIER_WHOLE:
		draw_notice(h,
			    phrase(h, N_("Whole: %1$s records, %2$s events, %3$s files, %4$s checkpoints"),
				   words_number(h, f->report.records), words_number(h, f->report.events),
				   words_number(h, f->report.attachments), words_number(h, f->report.checkpoints)),
			    NOTICE_GOOD);
		break;
	case VERIFIER_BROKEN:
	case VERIFIER_FAILED:
		draw_notice(h, f->words.n ? f->words : label(h, N_("could not be checked")), NOTICE_BAD);
		break;
	}
	html(h, "<p class='sub'>%t</p>",
	     phrase(h, N_("Begun %1$s, done after %2$s"), words_moment(h, f->began_at),
		    words_length(h, f->ended_at - f->began_at)));
}

static enum status draw_page(struct visit *visit)
{
	READER connection = NULL;
	struct checkpoint newest;
	struct verifier_figures figures;
	struct html *h = &visit->h;
	enum status status;

	if ((status = visit_reader(visit, &connection)) ||
	    (status = checkpoint_newest(connection, &newest, &visit->error)))
		return status;
	verifier_figures(verifier_of(visit), visit->arena, &figures);
	administration_begin(visit, N_("Proof of the history"));
	draw_checkpoint(visit, &newest);
	html(h, "<section id='check' data-again='%a'><h2>%l</h2>", figures.state == VERIFIER_RUNS ? "1000" : "",
	     N_("Check of the history"));
	draw_result(visit, &figures);
	if (figures.state != VERIFIER_RUNS) {
		html(h, "<form method='post' action='/administration/history'>");
		html_token(h);
		html(h, "<button class='btn main'>%l</button></form>", N_("Check all of it"));
	} else {
		html(h, "<p><a class='btn' href='/administration/history'>%l</a></p>", N_("Look again"));
	}
	html(h, "</section>");
	visit_end(visit, 200);
	return OK;
}

void page_proof(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (administration_start(&visit, request, response) && (status = draw_page(&visit)))
		visit_refuse(&visit, status);
}

void post_proof(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};

	if (!administration_start_form(&visit, request, response))
		return;
	if (!verifier_start(verifier_of(&visit), visit.now))
		visit.page.notice = label(&visit.h, N_("A check runs already."));
	visit_go(&visit, S("/administration/history"));
}
