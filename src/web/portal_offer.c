/* What can be ordered: all of it, and one thing with what it is and the way to order it. */
#include "record/access.h"
#include "web/answers.h"
#include "web/markdown.h"
#include "web/pages.h"
#include "web/portal.h"

enum { OFFERS = 200, TEXT_MOST = 200 };

/* Where an offer is ordered: the ticket that names it. NULL: nowhere. */
static const struct type *ordered_by(const struct visit *visit, const struct type *offer)
{
	const struct model *model = visit->kernel->model;

	for (size_t i = 0; i < model->type_count; i++) {
		const struct portal *portal = model->types[i]->portal;

		if (portal && portal->part == PORTAL_TICKET && portal->slots[SLOT_OFFER] &&
		    portal->slots[SLOT_OFFER]->to == offer &&
		    access_may(visit->kernel, visit->actor, model->types[i], ACCESS_CREATE, NULL))
			return model->types[i];
	}
	return NULL;
}

static bool is_in_group(const struct record *offer, const struct choice *group)
{
	struct value value = portal_value(offer, SLOT_GROUP);

	return group ? value.kind == VALUE_CHOICE && str_eq(value.text, group->code) : value.kind != VALUE_CHOICE;
}

/* The offers of one group under its name; group NULL: those of none. */
static void draw_group(struct visit *visit, const struct list_result *offers, const struct choice *group)
{
	struct html *h = &visit->h;
	struct tile_view *tiles = arena_many(visit->arena, struct tile_view, offers->count + 1);
	size_t count = 0;

	for (size_t i = 0; i < offers->count; i++)
		if (is_in_group(offers->records[i], group)) {
			tiles[count] = portal_tile(visit, offers->records[i]);
			tiles[count].second = markdown_words(
			    visit->arena, portal_text(visit, offers->records[i], SLOT_TEXT, SLOT_TEXT_JA), TEXT_MOST);
			tiles[count++].facts = portal_facts(visit, offers->records[i]);
		}
	if (!count)
		return;
	html(h, "<section><h2>%t</h2>", group ? portal_choice(visit, group) : label(h, N_("Further services")));
	draw_offers(h, tiles, count);
	html(h, "</section>");
}

static enum status draw_type(struct visit *visit, struct connection *connection, const struct type *type, size_t *count)
{
	struct portal_wish wish = {.type = type, .when = WHEN_SHOWN, .limit = OFFERS};
	const struct field *group = type->portal->slots[SLOT_GROUP];
	struct list_result offers;
	enum status status = portal_list(visit, connection, &wish, &offers);

	if (status)
		return status;
	*count += offers.count;
	for (size_t i = 0; group && group->choices && i < group->choices->count; i++)
		draw_group(visit, &offers, &group->choices->choices[i]);
	draw_group(visit, &offers, NULL);
	return OK;
}

static enum status draw_catalogue(struct visit *visit, struct connection *connection)
{
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t type_count = portal_types(visit, PORTAL_OFFER, types), count = 0;

	html(&visit->h, "<div class='phead'><h1>%t</h1></div>", visit->page.title);
	for (size_t i = 0; i < type_count; i++) {
		enum status status = draw_type(visit, connection, types[i], &count);

		if (status)
			return status;
	}
	if (!count)
		html(&visit->h, "<p>%l <a href='/portal'>%l</a></p>", N_("Nothing can be ordered here yet."),
		     N_("To the portal"));
	return OK;
}

void page_portal_catalogue(struct http_request *request, struct http_response *response)
{
	portal_page(request, response, N_("All services"), draw_catalogue);
}

/* --- one: what it is, and the form that orders it --- */

struct order {
	struct record *offer;
	const struct type *ticket; /* NULL: it is ordered nowhere, or not by this visitor */
	bool offers;               /* it is offered to the visitor; otherwise they only look at it */
	struct asked asked;
	struct edit_batch batch;
	struct edit_request request;
	struct edit_result result;
};

static enum status load(struct visit *visit, struct connection *connection, struct order *order)
{
	const struct form *form;
	enum status status;

	if ((status = portal_record(visit, connection, PORTAL_OFFER, &order->offer)) ||
	    (status = portal_offers(visit, connection, order->offer, &order->offers)))
		return status;
	order->ticket = ordered_by(visit, order->offer->type);
	form = order->ticket ? form_of_type(visit->kernel, order->ticket) : NULL;
	return form && form->of == order->ticket->portal->slots[SLOT_OFFER]
		   ? asked_of_offer(visit, form, order->offer, &order->asked)
		   : OK;
}

/* The ticket's own short questions, but for its headline: the offer gives it its name. */
static bool is_asked(const struct type *ticket, const struct portal_ask *ask)
{
	return ask->field != ticket->headline && ask->field != ticket->portal->slots[SLOT_OFFER] &&
	       !ask->field->required;
}

static enum status draw_asks(struct visit *visit, struct connection *connection, const struct type *ticket)
{
	const struct portal *portal = ticket->portal;
	enum status status = OK;

	for (size_t i = 0; i < portal->ask_count && !status; i++) {
		struct field_form_view view;

		if (!is_asked(ticket, &portal->asks[i]))
			continue;
		status = portal_ask_view(visit, connection, &portal->asks[i], &view);
		if (!status)
			draw_field(&visit->h, &view);
	}
	return status;
}

static void draw_wrong(struct visit *visit, const struct order *order)
{
	const struct portal *portal = order->ticket->portal;
	const struct field **fields = arena_many(visit->arena, const struct field *, portal->ask_count + 1);
	struct str other;

	for (size_t i = 0; i < portal->ask_count; i++)
		fields[i] = portal->asks[i].field;
	other = asked_other_errors(visit, &order->asked, fields, portal->ask_count);
	if (other.n)
		draw_notice(&visit->h, other, NOTICE_BAD);
	else if (visit->error.count)
		draw_notice(&visit->h, label(&visit->h, N_("Something is missing below. What you wrote is kept.")),
			    NOTICE_BAD);
}

static enum status draw_form(struct visit *visit, struct connection *connection, const struct order *order)
{
	struct html *h = &visit->h;
	enum status status;

	if (!order->offers)
		draw_notice(h,
			    label(h, N_("You look at it as whoever orders will see it. It is not offered to you now.")),
			    NOTICE_PLAIN);
	html(h, "<form class='pform' method='post' action='%u' enctype='multipart/form-data'%m>",
	     portal_url(visit, order->offer),
	     attribute_if("data-asks", order->asked.questions.count ? S("asked") : S("")));
	html_token(h);
	draw_wrong(visit, order);
	if ((status = draw_asked(visit, connection, &order->asked)) ||
	    (status = draw_asks(visit, connection, order->ticket)))
		return status;
	html(h,
	     "<div class='field'><label for='file'>%l <span class='req'>%l</span></label><input id='file' type='file' "
	     "name='file' multiple></div><div class='btns'>",
	     N_("Files"), N_("optional"));
	if (order->offers)
		html(h, "<button class='btn main big'>%l</button>", N_("Order"));
	html(h, "<a class='btn quiet' href='/portal/catalogue'>%l</a></div></form>", N_("All services"));
	return OK;
}

static void draw_facts(struct visit *visit, const struct record *offer)
{
	struct html *h = &visit->h;
	const struct portal *portal = offer->type->portal;

	html(h, "<dl class='pfacts'>");
	for (size_t i = 0; i < portal->fact_count; i++) {
		struct str words = portal_fact(visit, portal->facts[i], record_value(offer, portal->facts[i]));

		if (words.n && portal_tells(offer, portal->facts[i]))
			html(h, "<div><dt>%t</dt><dd>%t</dd></div>", words_of(visit, &portal->facts[i]->label), words);
	}
	html(h, "</dl>");
}

static enum status draw_order(struct visit *visit, struct connection *connection, const struct order *order)
{
	struct html *h = &visit->h;
	struct markdown_options markdown = {.heading = 2};

	portal_begin(visit, show_title(visit, order->offer));
	html(h, "<article class='particle'><div class='phead'><h1>%t</h1></div><div class='body'>", visit->page.title);
	markdown_draw(h, portal_text(visit, order->offer, SLOT_TEXT, SLOT_TEXT_JA), &markdown);
	html(h, "</div>");
	draw_facts(visit, order->offer);
	html(h, "</article>");
	return order->ticket ? draw_form(visit, connection, order) : OK;
}

static void answer(struct visit *visit, struct order *order, unsigned code)
{
	READER connection = NULL;
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = load(visit, connection, order)) ||
	    (status = draw_order(visit, connection, order)))
		visit_refuse(visit, status);
	else
		visit_end(visit, code);
}

void page_portal_offer(struct http_request *request, struct http_response *response)
{
	struct order order = {0};
	VISIT visit = {0};

	if (portal_start(&visit, request, response))
		answer(&visit, &order, 200);
}

/* --- posted --- */

static enum status read_order(struct visit *visit, struct connection *connection, struct order *order)
{
	const struct type *ticket = order->ticket;
	struct field_input *inputs = arena_many(visit->arena, struct field_input, ticket->field_count + 1), answers;
	enum status status = OK, failed;
	bool answered = false;

	order->request = (struct edit_request){
	    .type = ticket, .fields = inputs, .via = VIA_PORTAL, .comment_is_public = true, .at = INSTANT_NONE};
	inputs[order->request.field_count++] =
	    (struct field_input){ticket->portal->slots[SLOT_OFFER], value_record(order->offer->identity)};
	if (order->asked.form)
		status = asked_input(visit, connection, &order->asked, &answers, &answered);
	if (answered)
		inputs[order->request.field_count++] = answers;
	for (size_t i = 0; i < ticket->portal->ask_count; i++) {
		const struct portal_ask *ask = &ticket->portal->asks[i];

		failed = is_asked(ticket, ask) ? portal_read_ask(visit, connection, ask, &order->request, inputs) : OK;
		status = status ? status : failed;
	}
	portal_add_maker(visit, ticket, &order->request, inputs);
	form_files(visit, &order->request);
	return status;
}

static void ordered(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	if (status)
		answer(visit, data, http_status_of(visit->error.status));
	else
		visit_go(visit, str_format(visit->arena, "/portal/requests/%.*s",
					   STR_ARG(number_text(visit, batch->results[0].record))));
}

static enum status prepare(struct visit *visit, struct order *order)
{
	READER connection = NULL;
	enum status status;

	if ((status = visit_reader(visit, &connection)) || (status = load(visit, connection, order)))
		return status;
	if (!order->ticket)
		return error_fail(&visit->error, E_DENIED, "", "denied", N_("You may not create such records"));
	return read_order(visit, connection, order);
}

void post_portal_offer(struct http_request *request, struct http_response *response)
{
	struct order *order = arena_one(request->arena, struct order);
	VISIT visit = {0};
	enum status status;

	if (!portal_start_form(&visit, request, response))
		return;
	if (form_word(&visit, "look").n) { /* which questions follow from what is answered: nothing is ordered */
		answer(&visit, order, 200);
		return;
	}
	status = prepare(&visit, order);
	if (status) {
		if (order->ticket)
			answer(&visit, order, http_status_of(visit.error.status));
		else
			visit_refuse(&visit, status);
		return;
	}
	order->batch = (struct edit_batch){.actor = visit.actor,
					   .requests = &order->request,
					   .count = 1,
					   .results = &order->result,
					   .now = INSTANT_NONE};
	visit_edit(&visit, &order->batch, ordered, order);
}
