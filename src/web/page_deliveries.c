/* What went to a webhook and what became of it; its secret, made and shown once: /NUMBER/deliveries. For those who may
 * edit the webhook; for others there is no such page. */
#include "record/access.h"
#include "record/hooks.h"
#include "record/read.h"
#include "web/form.h"
#include "web/pages.h"
#include "web/show.h"

enum { SHOWN = 50 };

static struct str own_url(struct visit *visit, const struct record *webhook)
{
	return str_format(visit->arena, "%.*s/deliveries", STR_ARG(record_url(visit, webhook->identity)));
}

static enum status find_webhook(struct visit *visit, struct connection *connection, struct record **webhook)
{
	const struct type *type = visit->kernel->model->acting[ACTS_WEBHOOK];
	int64_t identity = 0;

	if (visit_meant_number(visit, http_parameter(visit->request, "number"), &identity) && type &&
	    kernel_type_of(visit->kernel, identity) == type) {
		enum status status = read_record(visit->kernel, connection, visit->arena, visit->actor, identity,
						 webhook, &visit->error);

		if (status || access_may(visit->kernel, visit->actor, type, ACCESS_EDIT, *webhook))
			return status;
	}
	return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
}

/* --- the page --- */

static void draw_standing(struct visit *visit, const struct record *webhook, const struct hook *hook)
{
	struct html *h = &visit->h;

	if (!record_is_set(webhook, "active"))
		html(h, "<p class='bad'>%l%t%t</p>", N_("It is switched off: nothing is sent."), words_gap(h),
		     record_text_of(webhook, "fault"));
	else if (hook->failures)
		html(h, "<p class='bad'>%t</p>",
		     phrase(h, N_("%1$s attempts in a row have failed; the next one follows %2$s."),
			    words_number(h, hook->failures), words_ago(h, hook->pause_until, false)));
}

static void draw_secret(struct visit *visit, const struct record *webhook, const struct hook *hook, struct str secret)
{
	struct html *h = &visit->h;

	html(h, "<section aria-labelledby='secret-h'><h2 id='secret-h'>%l</h2>", N_("Secret"));
	if (secret.n)
		html(h,
		     "<div class='notice good' role='status'>%i<div><p>%l</p><p><code "
		     "id='secret'>%t</code></p></div></div>",
		     ICON_KEY, N_("This is the secret. Keep it now: it is not shown again."), secret);
	html(h, "<p>%l</p>",
	     hook->secret.n || secret.n ? N_("Messages are signed as Standard Webhooks says. After a new secret was "
					     "made, the one before signs for another day.")
					: N_("Messages are not signed yet."));
	html(h, "<form method='post' action='%u'>", own_url(visit, webhook));
	html_token(h);
	html(h, "<button class='btn' name='secret' value='new'>%l</button></form></section>", N_("Make a secret"));
}

static struct str outcome_words(struct visit *visit, const struct delivery *delivery)
{
	static const char *const words[DELIVERY_STATES] = {[DELIVERY_WAITING] = N_("waits"),
							   [DELIVERY_DONE] = N_("arrived"),
							   [DELIVERY_SKIPPED] =
							       N_("left out: its owner may not see it"),
							   [DELIVERY_FAILED] = N_("given up")};
	struct html *h = &visit->h;

	if (delivery->state == DELIVERY_WAITING && delivery->attempts)
		return phrase(h, N_("failed; again %s"), words_ago(h, delivery->due_at, false));
	return label(h, words[delivery->state]);
}

static void draw_delivery(struct visit *visit, const struct show *show, const struct record *webhook,
			  const struct delivery *delivery)
{
	struct html *h = &visit->h;
	bool bad = delivery->state == DELIVERY_FAILED || (delivery->state == DELIVERY_WAITING && delivery->attempts);

	html(h, "<tr><th scope='row'><a href='%u'><span class='id'>%t</span> %t</a></th><td data-label='%l'>",
	     record_url(visit, delivery->record), number_text(visit, delivery->record),
	     show_name(show, delivery->record), N_("Sent at"));
	html_near(h, delivery->sent_at == INSTANT_NONE ? delivery->queued_at : delivery->sent_at);
	html(h, "</td><td data-label='%l'%m>%t</td><td class='num' data-label='%l'>", N_("What became of it"),
	     attribute_if("class", bad ? S("bad") : S("")), outcome_words(visit, delivery), N_("Answer"));
	if (delivery->code)
		html(h, "%d", delivery->code);
	html(h, "</td><td class='num' data-label='%l'>", N_("Took"));
	if (delivery->attempts)
		html(h, "%t", phrase(h, N_("%s ms"), words_number(h, delivery->took)));
	html(h, "</td><td class='num' data-label='%l'>%d</td><td data-label='%l'><code>%t</code></td><td class='num'>",
	     N_("Attempts"), delivery->attempts, N_("What was answered"), delivery->says);
	if (!record_is_set(webhook, "active")) { /* nothing is sent */
		html(h, "</td></tr>");
		return;
	}
	html(h, "<form method='post' action='%u'>", own_url(visit, webhook));
	html_token(h);
	html(h, "<button class='btn s' name='again' value='%d'>%l<span class='vh'> %t</span></button></form></td></tr>",
	     delivery->id, N_("Send again"), number_text(visit, delivery->record));
}

static enum status draw_log(struct visit *visit, struct connection *connection, const struct record *webhook)
{
	struct show show = show_new(visit);
	struct html *h = &visit->h;
	struct delivery *deliveries;
	int64_t before = 0;
	size_t count;
	enum status status;

	if (!str_int64(http_query(visit->request, "before"), &before))
		before = 0;
	if ((status = deliveries_list(connection, visit->arena, webhook->identity, before, SHOWN + 1, &deliveries,
				      &count, &visit->error)))
		return status;
	for (size_t i = 0; i < count; i++)
		show_need_identity(&show, deliveries[i].record);
	if ((status = show_look_up(&show, connection)))
		return status;
	html(h, "<section aria-labelledby='log-h'><h2 id='log-h'>%l</h2>", N_("Sent in the last seven days"));
	if (!count) {
		html(h, "<p class='none'>%l</p></section>", N_("Nothing has been sent."));
		return OK;
	}
	html(h,
	     "<div class='scroll' tabindex='0' role='region' aria-labelledby='log-h'><table class='data "
	     "tall'><thead><tr><th "
	     "scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th scope='col' class='num'>%l</th><th "
	     "scope='col' class='num'>%l</th><th scope='col' class='num'>%l</th><th "
	     "scope='col'>%l</th><td></td></tr></thead><tbody>",
	     N_("Record"), N_("Sent at"), N_("What became of it"), N_("Answer"), N_("Took"), N_("Attempts"),
	     N_("What was answered"));
	for (size_t i = 0; i < count && i < SHOWN; i++)
		draw_delivery(visit, &show, webhook, &deliveries[i]);
	html(h, "</tbody></table></div>");
	if (count > SHOWN)
		html(h, "<p><a class='btn s' href='%u'>%l</a></p>",
		     str_format(visit->arena, "%.*s?before=%lld", STR_ARG(own_url(visit, webhook)),
				(long long)deliveries[SHOWN - 1].event),
		     N_("Earlier messages"));
	html(h, "</section>");
	return OK;
}

static void draw_since(struct visit *visit, const struct record *webhook)
{
	const struct field_form_view field = {
	    .form = FORM_TIME,
	    .name = S("since"),
	    .label = label(&visit->h, N_("Send everything again since")),
	    .help = label(&visit->h, N_("At most the last seven days. Each message keeps its identifier.")),
	    .required = true,
	    .value = form_word(visit, "since"),
	    .error = visit_words_of_field(visit, "since")};
	struct html *h = &visit->h;

	html(h, "<form class='narrow' method='post' action='%u'>", own_url(visit, webhook));
	html_token(h);
	draw_field(h, &field);
	html(h, "<div class='btns'><button class='btn'>%l</button></div></form>", N_("Send again"));
}

/* secret: the one that was just made; it is never shown again. */
static enum status draw_page(struct visit *visit, struct str secret, unsigned code)
{
	READER connection = NULL;
	struct html *h = &visit->h;
	struct record *webhook;
	struct hook hook;
	bool found;
	struct str title;
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = find_webhook(visit, connection, &webhook)) ||
	    (status = hook_read(connection, visit->arena, webhook->identity, &hook, &found, &visit->error)))
		return status;
	title = phrase(h, N_("Deliveries of %s"), show_title(visit, webhook));
	visit_begin(visit, title, "page administration",
		    str_format(visit->arena, "/%.*s", STR_ARG(webhook->type->collection)));
	html(h, "<div class='head'><h1>%t</h1><p><a href='%u'>%t</a></p></div>", title,
	     record_url(visit, webhook->identity), number_text(visit, webhook->identity));
	draw_standing(visit, webhook, &hook);
	if ((status = draw_log(visit, connection, webhook)))
		return status;
	if (record_is_set(webhook, "active"))
		draw_since(visit, webhook);
	draw_secret(visit, webhook, &hook, secret);
	visit_end(visit, code);
	return OK;
}

void page_deliveries(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (visit_start(&visit, request, response) && (status = draw_page(&visit, S(""), 200)))
		visit_refuse(&visit, status);
}

/* --- what is asked for --- */

static enum status read_since(struct visit *visit, instant *since)
{
	static const struct field field = {
	    .name = {"since", 5}, .kind = FIELD_DATETIME, .value = VALUE_TIME, .required = true};
	struct value value;
	enum status status = field_parse(visit->kernel, NULL, visit->arena, &field, form_word(visit, "since"),
					 visit->h.zone, &value, &visit->error);

	if (!status && value.kind != VALUE_TIME)
		return error_fail(&visit->error, E_INVALID, "since", "required", N_("A value is needed"));
	*since = status ? 0 : value.number;
	return status;
}

static enum status send_again(struct visit *visit, int64_t webhook)
{
	struct str again = form_word(visit, "again");
	int64_t delivery = 0;
	instant since;
	enum status status;

	if (again.n)
		return delivery_again(visit->kernel, webhook, str_int64(again, &delivery) ? delivery : 0, visit->now,
				      &visit->error);
	status = read_since(visit, &since);
	return status ? status : hook_go_back(visit->kernel, webhook, since, visit->now, &visit->error);
}

static enum status find_own(struct visit *visit, int64_t *identity)
{
	READER connection = NULL;
	struct record *webhook;
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = find_webhook(visit, connection, &webhook)))
		return status;
	*identity = webhook->identity;
	return OK;
}

void post_deliveries(struct http_request *request, struct http_response *response)
{
	char secret[HOOK_SECRET_TEXT] = "";
	int64_t webhook;
	VISIT visit = {0};
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	status = find_own(&visit, &webhook);
	visit_release(&visit);
	if (!status && form_word(&visit, "secret").n) {
		status = hook_make_secret(visit.kernel, visit.actor, webhook, visit.now, secret, &visit.error);
		if (!status)
			status = draw_page(&visit, str_of(secret), 200);
	} else if (!status && !(status = send_again(&visit, webhook))) {
		visit_go(&visit, str_format(visit.arena, "%.*s/deliveries", STR_ARG(record_url(&visit, webhook))));
	} else if (status == E_INVALID) {
		status = draw_page(&visit, S(""), 422);
	}
	if (status)
		visit_refuse(&visit, status);
}
