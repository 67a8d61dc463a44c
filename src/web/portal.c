#include "web/portal.h"

#include "record/access.h"
#include "web/markdown.h"

/* --- the frame --- */

void portal_begin(struct visit *visit, struct str title)
{
	visit->page.portal = true;
	visit_begin(visit, title, "ppage", S(""));
}

bool portal_start(struct visit *visit, struct http_request *request, struct http_response *response)
{
	bool started = visit_start(visit, request, response);

	visit->page.portal = true;
	return started;
}

bool portal_start_form(struct visit *visit, struct http_request *request, struct http_response *response)
{
	bool started = visit_start_form(visit, request, response);

	visit->page.portal = true;
	return started;
}

void portal_page(struct http_request *request, struct http_response *response, const char *title,
		 enum status (*draw)(struct visit *visit, struct connection *connection))
{
	READER connection = NULL;
	VISIT visit = {0};
	enum status status;

	if (!portal_start(&visit, request, response))
		return;
	if ((status = visit_reader(&visit, &connection))) {
		visit_refuse(&visit, status);
		return;
	}
	portal_begin(&visit, label(&visit.h, title));
	if ((status = draw(&visit, connection)))
		visit_refuse(&visit, status);
	else
		visit_end(&visit, 200);
}

/* --- records --- */

size_t portal_types(const struct visit *visit, enum portal_part part, const struct type **types)
{
	const struct model *model = visit->kernel->model;
	size_t count = 0;

	for (size_t i = 0; i < model->type_count; i++)
		if (model->types[i]->portal && model->types[i]->portal->part == part &&
		    access_reads_type(visit->kernel, visit->actor, model->types[i]))
			types[count++] = model->types[i];
	return count;
}

/* What is decided on a ticket is followed in the same way. */
static bool is_part(const struct portal *portal, enum portal_part part)
{
	return portal->part == part || (part == PORTAL_TICKET && portal->part == PORTAL_DECISION);
}

enum status portal_record(struct visit *visit, struct connection *connection, enum portal_part part,
			  struct record **record)
{
	int64_t identity;
	const struct type *type;

	if (kernel_parse_number(visit->kernel, http_parameter(visit->request, "number"), &identity)) {
		type = kernel_type_of(visit->kernel, identity);
		if (type && type->portal && is_part(type->portal, part))
			return read_record(visit->kernel, connection, visit->arena, visit->actor, identity, record,
					   &visit->error);
	}
	return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
}

/* Our own people may read all that there is, but order only what is offered to them as to anybody. */
static const struct query *offered_to_staff(const struct visit *visit, const struct type *type)
{
	return type->portal->part == PORTAL_OFFER && actor_is_staff(visit->actor) ? type->customers_see : NULL;
}

enum status portal_offers(struct visit *visit, struct connection *connection, const struct record *offer, bool *offers)
{
	const struct query *offered = offered_to_staff(visit, offer->type);

	*offers = true;
	return offered ? read_holds(visit->kernel, connection, visit->arena, visit->actor, offer, offered, visit->now,
				    offers, &visit->error)
		       : OK;
}

enum status portal_list(struct visit *visit, struct connection *connection, const struct portal_wish *wish,
			struct list_result *result)
{
	const struct query *when = wish->when < PORTAL_WHENS ? wish->type->portal->when[wish->when] : NULL;
	const struct query *offered = offered_to_staff(visit, wish->type);
	struct buf text = buf_new(visit->arena);
	struct list_request request = {.type = wish->type,
				       .search = wish->search,
				       .limit = wish->limit,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .japanese = visit->h.language == JAPANESE};
	struct sort *sort = NULL;
	enum status status;

	if (when)
		buf_format(&text, "(%.*s)", STR_ARG(when->source));
	if (wish->also.n)
		buf_format(&text, "%s(%.*s)", text.n ? " and " : "", STR_ARG(wish->also));
	if (offered)
		buf_format(&text, "%s(%.*s)", text.n ? " and " : "", STR_ARG(offered->source));
	if ((status = query_parse(visit->arena, wish->type->query, buf_str(&text), &request.filter, &visit->error)) ||
	    (wish->sort.n &&
	     (status = sort_parse(visit->arena, wish->type, wish->sort, &sort, &request.sort_count, &visit->error))))
		return status;
	request.sort = sort;
	return read_list(visit->kernel, connection, visit->arena, visit->actor, &request, result, &visit->error);
}

struct str portal_mine(const struct visit *visit, const struct type *type)
{
	struct buf text = buf_new(visit->arena);

	for (size_t i = 0; i < type->portal->by_count; i++)
		buf_format(&text, "%s%.*s = me", i ? " or " : "", STR_ARG(type->portal->by[i]->name));
	return buf_str(&text);
}

/* --- what they say --- */

struct value portal_value(const struct record *record, enum portal_slot slot)
{
	const struct field *field = record->type->portal->slots[slot];

	return field ? record_value(record, field) : (struct value){0};
}

struct str portal_text(const struct visit *visit, const struct record *record, enum portal_slot slot,
		       enum portal_slot japanese)
{
	struct value text = portal_value(record, slot);

	if (visit->h.language == JAPANESE && japanese < PORTAL_SLOTS &&
	    portal_value(record, japanese).kind == VALUE_TEXT)
		text = portal_value(record, japanese);
	if (value_is_erased(text))
		return label(&visit->h, N_("(erased)"));
	return text.kind == VALUE_TEXT ? text.text : (struct str){0};
}

struct str portal_url(struct visit *visit, const struct record *record)
{
	static const char *const places[PORTAL_PARTS] = {[PORTAL_TICKET] = "/portal/requests/",
							 [PORTAL_DECISION] = "/portal/requests/",
							 [PORTAL_OFFER] = "/portal/catalogue/",
							 [PORTAL_ARTICLE] = "/portal/articles/",
							 [PORTAL_REPORT] = "/portal/issued/"};
	const char *place = places[record->type->portal->part];

	return place ? str_format(visit->arena, "%s%.*s", place, STR_ARG(number_text(visit, record->identity)))
		     : S("/portal/status");
}

/* Days of a length are days of service, as those who promise them count them. */
struct str portal_fact(struct visit *visit, const struct field *field, struct value value)
{
	struct show show = show_new(visit);

	if (value.kind == VALUE_DURATION && value.number >= DAY && value.number % DAY == 0)
		return phrase_count(&visit->h, value.number / DAY, N_("%s service day"), N_("%s service days"));
	return show_value(&show, field, value);
}

bool portal_tells(const struct record *record, const struct field *fact)
{
	struct value value = record_value(record, fact);

	return !value_is_empty(value) && !(value.kind == VALUE_CHOICE && fact->preset.kind == VALUE_CHOICE &&
					   str_eq(value.text, fact->preset.text));
}

struct str portal_choice(struct visit *visit, const struct choice *choice)
{
	return words_of(visit, choice->plain.text[ENGLISH].n ? &choice->plain : &choice->label);
}

struct str portal_facts(struct visit *visit, const struct record *record)
{
	const struct portal *portal = record->type->portal;
	struct buf words = buf_new(visit->arena);

	for (size_t i = 0; i < portal->fact_count; i++) {
		const struct field *field = portal->facts[i];
		struct str value = portal_fact(visit, field, record_value(record, field));

		if (!value.n || !portal_tells(record, field) || !access_reads_field(visit->actor, field))
			continue;
		words_list(&visit->h, &words,
			   phrase(&visit->h, N_("%1$s: %2$s"), words_of(visit, &field->label), value));
	}
	return buf_str(&words);
}

enum { TILE_TEXT = 120 /* of which a tile shows what it has room for */ };

struct tile_view portal_tile(struct visit *visit, const struct record *offer)
{
	return (struct tile_view){
	    .icon = ICON_BOX,
	    .title = show_title(visit, offer),
	    .second = markdown_words(visit->arena, portal_text(visit, offer, SLOT_TEXT, SLOT_TEXT_JA), TILE_TEXT),
	    .url = portal_url(visit, offer)};
}

/* --- tickets --- */

static bool asks_for_something(const struct transition *transition)
{
	return transition->requires_count || transition->asks_count;
}

enum status portal_steps(struct visit *visit, struct connection *connection, const struct record *record,
			 struct step_button *buttons, size_t most, size_t *count)
{
	const struct type *type = record->type;
	struct str url = portal_url(visit, record);

	*count = 0;
	for (size_t i = 0; i < type->transition_count && *count < most; i++) {
		const struct transition *transition = type->transitions[i];
		bool asks = asks_for_something(transition), may;
		enum status status;

		if (!transition->plain.text[ENGLISH].n)
			continue;
		if ((status = edit_may_transition(visit->kernel, connection, visit->arena, visit->actor, record,
						  transition, visit->now, &may, &visit->error)))
			return status;
		if (may)
			buttons[(*count)++] = (struct step_button){
			    .words = words_of(visit, &transition->plain),
			    .url = asks ? str_format(visit->arena, "%.*s?do=%.*s#do", STR_ARG(url),
						     STR_ARG(transition->name))
					: str_format(visit->arena, "%.*s/do/%.*s", STR_ARG(url),
						     STR_ARG(transition->name)),
			    .asks = asks,
			    .ends = !asks && transition->to && transition->to->phase == PHASE_DONE};
	}
	return OK;
}

static struct str plain_words(struct visit *visit, const struct record *record)
{
	const struct field *waits = record->type->portal->slots[SLOT_WAITS];
	const struct choice *whom = waits ? choice_find(waits->choices, record_value(record, waits).text) : NULL;
	struct str words;

	if (!record->state)
		return S("");
	words = words_of(visit, record->state->plain.text[ENGLISH].n ? &record->state->plain : &record->state->label);
	if (record->state->phase == PHASE_WAITING && whom)
		return phrase(&visit->h, N_("%1$s Waiting for: %2$s"), words, portal_choice(visit, whom));
	return words;
}

static size_t step_of(const struct portal *portal, const struct state *state)
{
	for (size_t i = 0; i < portal->step_count; i++)
		for (size_t s = 0; s < portal->steps[i].state_count; s++)
			if (portal->steps[i].states[s] == state)
				return i;
	return SIZE_MAX;
}

enum status portal_ticket(struct visit *visit, struct connection *connection, const struct record *record,
			  struct ticket_view *view)
{
	const struct portal *portal = record->type->portal;
	enum status status;

	*view = (struct ticket_view){.title = show_title(visit, record),
				     .url = portal_url(visit, record),
				     .number = number_text(visit, record->identity),
				     .plain = plain_words(visit, record),
				     .step = step_of(portal, record->state),
				     .done = record->state && record->state->phase == PHASE_DONE,
				     .at = words_ago(&visit->h, record->updated_at, false)};
	for (size_t i = 0; i < portal->step_count && i < TICKET_STEPS; i++)
		view->steps[view->step_count++] = words_of(visit, &portal->steps[i].label);
	if ((status = portal_steps(visit, connection, record, view->buttons, TICKET_BUTTONS, &view->button_count)))
		return status;
	return OK;
}
