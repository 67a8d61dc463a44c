/* Sections that several pages of the portal show: notices, services, planned work, ways to reach us. */
#include "record/lookup.h"
#include "web/markdown.h"
#include "web/portal.h"

enum { NOTICES = 10, NEWS = 5, SERVICES = 100, CONTACTS = 10 };

struct found { /* records of a part, of all its types */
	VEC(struct record *) records;
};

static enum status find_all(struct visit *visit, struct connection *connection, enum portal_part part,
			    enum portal_when when, const char *sort, size_t limit, struct found *found)
{
	const struct type **types = arena_many(visit->arena, const struct type *, visit->kernel->model->type_count);
	size_t count = portal_types(visit, part, types);

	*found = (struct found){0};
	for (size_t i = 0; i < count; i++) {
		struct portal_wish wish = {.type = types[i], .when = when, .sort = str_of(sort), .limit = limit};
		struct list_result result;
		enum status status;

		if (when < PORTAL_WHENS && !types[i]->portal->when[when])
			continue;
		if ((status = portal_list(visit, connection, &wish, &result)))
			return status;
		for (size_t r = 0; r < result.count; r++)
			vec_push(visit->arena, &found->records, result.records[r]);
	}
	return OK;
}

/* --- notices --- */

static struct str body_of(struct visit *visit, const struct record *record)
{
	return markdown_words(visit->arena, portal_text(visit, record, SLOT_TEXT, SLOT_TEXT_JA), 400);
}

enum status draw_portal_notices(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	struct found found;
	enum status status = find_all(visit, connection, PORTAL_NOTICE, WHEN_NOW, "-updated_at", NOTICES, &found);

	for (size_t i = 0; i < found.records.count && !status; i++) {
		const struct record *record = found.records.items[i];
		struct value next = portal_value(record, SLOT_NEXT);

		html(h, "<div class='notice bad' role='status'>%i<p><b>%t</b> %t", ICON_ALERT,
		     show_title(visit, record), body_of(visit, record));
		if (next.kind == VALUE_TIME && next.number > visit->now)
			html(h, "%t%t", words_gap(h), phrase(h, N_("Next news at %s."), words_near(h, next.number)));
		html(h, " <a href='/portal/status'>%l</a></p></div>", N_("More"));
	}
	return status;
}

/* What people were told lately; it disturbs nothing. */
enum status draw_portal_news(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	struct found found;
	enum status status = find_all(visit, connection, PORTAL_NOTICE, WHEN_NEWS, "-created_at", NEWS, &found);

	for (size_t i = 0; i < found.records.count && !status; i++) {
		const struct record *record = found.records.items[i];
		struct value from = portal_value(record, SLOT_FROM);

		html(h, "<div class='notice plain'><p><b>%t</b> %t", show_title(visit, record), body_of(visit, record));
		if (from.kind == VALUE_TIME)
			html(h, " <span class='sub'>%t</span>", words_near(h, from.number));
		html(h, "</p></div>");
	}
	return status;
}

/* What disturbs a service now, the gravest; NULL: nothing. */
static const struct record *disturbs(const struct found *notices, int64_t service)
{
	const struct record *worst = NULL;

	for (size_t i = 0; i < notices->records.count; i++) {
		const struct record *notice = notices->records.items[i];
		struct value of = portal_value(notice, SLOT_SERVICE);

		if (of.kind == VALUE_RECORD && of.number == service && !worst)
			worst = notice;
	}
	return worst;
}

static struct state_mark mark_of(const struct visit *visit, const struct record *notice)
{
	const struct field *level = notice->type->portal->slots[SLOT_LEVEL];
	struct value value = portal_value(notice, SLOT_LEVEL);
	bool gravest;

	if (!level || value.kind != VALUE_CHOICE)
		return (struct state_mark){.shape = SHAPE_DOWN, .word = label(&visit->h, N_("Disturbed"))};
	gravest = str_eq(value.text, level->choices->choices[0].code);
	return (struct state_mark){.shape = gravest ? SHAPE_DOWN : SHAPE_DEGRADED,
				   .word = show_choice(visit, level->choices, value.text)};
}

static struct str since(struct visit *visit, const struct record *notice)
{
	struct value from = portal_value(notice, SLOT_FROM);
	struct str body = body_of(visit, notice);

	if (from.kind != VALUE_TIME)
		return body;
	return phrase(&visit->h, N_("Since %1$s. %2$s"), words_near(&visit->h, from.number), body);
}

enum status draw_portal_services(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	struct found services, notices;
	struct status_view *rows;
	size_t count = 0;
	enum status status;

	if ((status = find_all(visit, connection, PORTAL_SERVICE, WHEN_SHOWN, "", SERVICES, &services)) ||
	    (status = find_all(visit, connection, PORTAL_NOTICE, WHEN_NOW, "-updated_at", SERVICES, &notices)))
		return status;
	rows = arena_many(visit->arena, struct status_view, services.records.count + 1);
	for (int pass = 0; pass < 2; pass++) /* what is disturbed stands first */
		for (size_t i = 0; i < services.records.count; i++) {
			const struct record *service = services.records.items[i],
					    *notice = disturbs(&notices, service->identity);
			struct status_view row = {.title = show_title(visit, service),
						  .mark = {.shape = SHAPE_DONE, .word = label(h, N_("Works"))}};

			if ((notice != NULL) != (pass == 0))
				continue;
			if (notice) {
				row.mark = mark_of(visit, notice);
				row.text = since(visit, notice);
			}
			rows[count++] = row;
		}
	draw_status_rows(h, rows, count);
	if (!count)
		html(h, "<p class='sub'>%l</p>", N_("No service is in operation yet."));
	return OK;
}

static struct str span(struct visit *visit, const struct record *notice)
{
	struct value from = portal_value(notice, SLOT_FROM), until = portal_value(notice, SLOT_UNTIL);

	return from.kind == VALUE_TIME
		   ? words_span(&visit->h, from.number, until.kind == VALUE_TIME ? until.number : INSTANT_NONE)
		   : show_title(visit, notice);
}

enum status draw_portal_planned(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	struct found found;
	struct status_view *rows;
	enum status status = find_all(visit, connection, PORTAL_NOTICE, WHEN_PLANNED, "created_at", NOTICES, &found);

	if (status)
		return status;
	rows = arena_many(visit->arena, struct status_view, found.records.count + 1);
	for (size_t i = 0; i < found.records.count; i++) {
		const struct record *notice = found.records.items[i];

		rows[i] = (struct status_view){
		    .title = span(visit, notice),
		    .text = phrase(h, N_("%1$s: %2$s"), show_title(visit, notice), body_of(visit, notice))};
	}
	draw_status_rows(h, rows, found.records.count);
	if (!found.records.count)
		html(h, "<p class='sub'>%l</p>", N_("No work is planned."));
	return OK;
}

/* --- ways to reach us --- */

/* The hours that count for a visitor: those of their own agreement, else the first ones that there are. */
static enum status hours_of(struct visit *visit, struct connection *connection, int64_t *calendar)
{
	const struct type *type = visit->kernel->model->acting[ACTS_AGREEMENT];
	const struct type *calendars = visit->kernel->model->acting[ACTS_CALENDAR];
	struct agreement_wanted wanted = {.party_field = type ? type_field(type, S("customer")) : NULL,
					  .party = visit->actor->customer,
					  .at = visit->now};
	struct record *agreement = NULL;
	int64_t identity = 0;
	enum status status = OK;

	*calendar = 0;
	if (wanted.party_field && wanted.party &&
	    ((status = lookup_agreement(connection, visit->arena, &wanted, &identity, &visit->error)) ||
	     (identity && (status = record_load(visit->kernel, connection, visit->arena, identity, false, &agreement,
						&visit->error)))))
		return status;
	for (size_t i = 0; agreement && i < type->field_count; i++)
		if (type->fields[i]->to == calendars && record_value(agreement, type->fields[i]).kind == VALUE_RECORD)
			*calendar = record_value(agreement, type->fields[i]).number;
	return *calendar ? OK : lookup_first_calendar(visit->kernel, connection, calendar, &visit->error);
}

static enum status is_open(struct visit *visit, struct connection *connection, int64_t calendar, bool *open,
			   instant *opens)
{
	const struct calendar *hours;
	enum status status;

	*open = true;
	*opens = INSTANT_NONE;
	if (!calendar)
		return OK;
	if ((status = calendar_of_record(visit->kernel, connection, calendar, &hours, &visit->error)))
		return status;
	*open = calendar_is_open(hours, visit->now);
	*opens = *open ? INSTANT_NONE : calendar_add(hours, visit->now, 1);
	return OK;
}

static void draw_contact(struct visit *visit, const struct record *contact)
{
	struct html *h = &visit->h;
	struct str address = portal_text(visit, contact, SLOT_ADDRESS, PORTAL_SLOTS),
		   note = portal_text(visit, contact, SLOT_NOTE, SLOT_NOTE_JA);

	html(h, "<li><b>%t</b> %t", show_title(visit, contact), address);
	if (note.n)
		html(h, " <span class='sub'>%t</span>", note);
	html(h, "</li>");
}

enum status draw_portal_contacts(struct visit *visit, struct connection *connection)
{
	struct html *h = &visit->h;
	struct found found;
	int64_t calendar;
	instant opens;
	bool open;
	enum status status;

	if ((status = hours_of(visit, connection, &calendar)) ||
	    (status = is_open(visit, connection, calendar, &open, &opens)) ||
	    (status = find_all(visit, connection, PORTAL_CONTACT, open ? WHEN_OPEN : WHEN_CLOSED, "created_at",
			       CONTACTS, &found)))
		return status;
	html(h, "<section class='reach' aria-labelledby='reach'><h2 id='reach'>%l</h2>", N_("How to reach us"));
	if (open)
		html(h, "<p>%l</p>", N_("We are here now."));
	else if (opens != INSTANT_NONE)
		html(h, "<p>%t</p>",
		     phrase(h, N_("Outside the service hours. We are back %s."), words_moment(h, opens)));
	else
		html(h, "<p>%l</p>", N_("Outside the service hours."));
	html(h, "<ul class='plain'>");
	for (size_t i = 0; i < found.records.count; i++)
		draw_contact(visit, found.records.items[i]);
	html(h, "</ul>");
	if (!found.records.count)
		html(h, "<p class='sub'>%l</p>", N_("Report it here; we see it as soon as we can."));
	html(h, "</section>");
	return OK;
}
