/* A page a record: its fields as they stand, and what happened to it, each with its hash. */
#include "pack/inside.h"
#include "record/rows.h"

struct told {
	const struct record *record;
	const struct event *events;
	size_t count;
};

static void need(struct show *show, const struct told *told)
{
	show_need_record(show, told->record);
	for (size_t i = 0; i < told->count; i++) {
		const struct event *event = &told->events[i];

		show_need_identity(show, event->actor);
		for (size_t k = 0; k < event->change_count; k++) {
			show_need(show, event->changes[k].before);
			show_need(show, event->changes[k].after);
		}
		for (size_t k = 0; k < event->link_count; k++)
			show_need_identity(show, event->links[k].other);
	}
}

/* --- how it stands --- */

static void draw_rows(struct show *show, const struct field *field, struct value value)
{
	struct html *h = &show->visit->h;
	json_t *rows = rows_list(value);

	html(h, "<table><thead><tr>");
	for (size_t i = 0; i < field->column_count; i++)
		html(h, "<th>%t</th>", words_of(show->visit, &field->columns[i]->label));
	html(h, "</tr></thead><tbody>");
	for (size_t r = 0; r < json_array_size(rows); r++) {
		html(h, "<tr>");
		for (size_t i = 0; i < field->column_count; i++) {
			const struct field *column = field->columns[i];

			html(h, "<td>%t</td>",
			     show_value(show, column, rows_value(show->visit->arena, json_array_get(rows, r), column)));
		}
		html(h, "</tr>");
	}
	html(h, "</tbody></table>");
	json_decref(rows);
}

static void draw_field(struct show *show, const struct field *field, struct value value)
{
	struct html *h = &show->visit->h;

	html(h, "<dt>%t</dt><dd>", words_of(show->visit, &field->label));
	if (value.kind == VALUE_ROWS && !value_is_erased(value))
		draw_rows(show, field, value);
	else if (value.kind == VALUE_TEXT && !value_is_erased(value)) /* whole, with its marks */
		html(h, "%t", value.text);
	else
		html(h, "%t", show_value(show, field, value));
	html(h, "</dd>");
}

static void draw_fields(struct packing *packing, struct show *show, const struct record *record)
{
	struct visit *visit = show->visit;
	struct html *h = &visit->h;
	const struct type *type = record->type;

	html(h, "<dl><dt>%l</dt><dd>%t</dd>", N_("Number"), number_text(visit, record->identity));
	if (record->state)
		html(h, "<dt>%l</dt><dd>%t</dd>", N_("State"), words_of(visit, &record->state->label));
	html(h, "<dt>%l</dt><dd>%t</dd><dt>%l</dt><dd>%t</dd>", N_("Created"), words_moment(h, record->created_at),
	     N_("Updated"), words_moment(h, record->updated_at));
	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];
		struct value value = record_value(record, field);

		if (access_reads_field(packing->wish->actor, field) && !value_is_empty(value))
			draw_field(show, field, value);
	}
	html(h, "</dl>");
}

/* --- what happened --- */

static struct str state_words(const struct type *type, struct str name, enum language language)
{
	for (size_t i = 0; i < type->state_count; i++)
		if (str_eq(type->states[i]->name, name))
			return label_in(&type->states[i]->label, language);
	return name;
}

static struct str change_words(struct show *show, const struct type *type, const struct change *change,
			       struct value value)
{
	if (change->field)
		return show_value(show, change->field, value);
	return value.kind == VALUE_CHOICE ? state_words(type, value.text, show->visit->h.language) : S("");
}

static void draw_what(struct show *show, const struct type *type, const struct event *event)
{
	struct visit *visit = show->visit;
	struct html *h = &visit->h;

	if (event->transition)
		html(h, "<strong>%t</strong>", words_of(visit, &event->transition->label));
	else if (str_is(event->kind, "create"))
		html(h, "<strong>%l</strong>", N_("Created"));
	if (event->note)
		html(h, "<div>%t</div>", words_of(visit, &event->note->says));
	for (size_t i = 0; i < event->change_count; i++) {
		const struct change *change = &event->changes[i];

		html(h, "<div><span class='dim'>%t:</span> %t → %t</div>",
		     change->field ? words_of(visit, &change->field->label) : label(h, N_("State")),
		     change_words(show, type, change, change->before), change_words(show, type, change, change->after));
	}
	for (size_t i = 0; i < event->link_count; i++) {
		const struct linked *linked = &event->links[i];

		if (linked->link)
			html(h, "<div><span class='dim'>%t:</span> %t%t</div>",
			     words_of(visit, linked->backwards ? &linked->link->back : &linked->link->label),
			     str_of(linked->removed ? "− " : "+ "), show_name(show, linked->other));
	}
	if (event->comment_is_erased)
		html(h, "<p>%l</p>", N_("(erased)"));
	else if (event->comment.n)
		html(h, "<p>%t</p>", event->comment);
	for (size_t i = 0; i < event->attachment_count; i++)
		html(h, "<div>%t <span class='dim'>%t</span></div>", event->attachments[i].name,
		     words_bytes(h, event->attachments[i].size));
}

static void draw_event(struct show *show, const struct type *type, const struct event *event)
{
	struct html *h = &show->visit->h;
	char hash[HASH_BYTES * 2 + 1];

	hash_hex(event->hash, hash);
	html(h, "<tr><td class='num'>%d</td><td>%t</td><td>%t</td><td>", event->sequence, words_moment(h, event->at),
	     event->actor ? show_name(show, event->actor) : label(h, N_("Kaname")));
	draw_what(show, type, event);
	html(h, "</td><td><code>%t</code></td></tr>", (const char *)hash);
}

static enum status draw(struct packing *packing, const struct told *told, struct arena *arena, enum language language)
{
	struct visit *visit = &packing->visits[language];
	const struct record *record = told->record;
	struct str number = number_text(visit, record->identity);
	struct str stem = str_format(arena, "records/%.*s", STR_ARG(number)),
		   headline = read_headline(record, language);
	struct show show = show_new(visit);
	struct html *h;
	enum status status;

	need(&show, told);
	if ((status = show_look_up(&show, packing->connection))) {
		error_append(packing->error, &visit->error);
		return status;
	}
	h = pack_begin(packing, language, stem,
		       str_format(arena, "%.*s %.*s", STR_ARG(number),
				  STR_ARG(headline.n ? headline : words_of(visit, &record->type->label))));
	pack_draw_past(packing, language);
	draw_fields(packing, &show, record);
	html(h, "<h2>%l</h2><p class='dim'>%l</p>", N_("History"),
	     N_("Each event’s hash (BLAKE2b) covers all that it holds and the hash of the event before it."));
	if (told->count == EVENTS_MOST)
		html(h, "<p class='dim'>%t</p>",
		     phrase(h, N_("The newest %s events are listed."), words_number(h, EVENTS_MOST)));
	html(
	    h,
	    "<table><thead><tr><th class='num'>%l</th><th>%l</th><th>%l</th><th>%l</th><th>%l</th></tr></thead><tbody>",
	    N_("No."), N_("When"), N_("Who"), N_("What"), N_("Hash"));
	for (size_t i = 0; i < told->count; i++)
		draw_event(&show, record->type, &told->events[i]);
	html(h, "</tbody></table>");
	return pack_end(packing, language, stem);
}

static enum status read_it(struct packing *packing, struct arena *arena, int64_t identity, struct record **record)
{
	const struct pack_wish *wish = packing->wish;

	if (pack_is_past(packing))
		return read_record_as_of(wish->kernel, packing->connection, arena, wish->actor, identity, wish->as_of,
					 record, packing->error);
	return read_record(wish->kernel, packing->connection, arena, wish->actor, identity, record, packing->error);
}

/* What its pages need is given back with it: there are many. */
static enum status draw_one(struct packing *packing, int64_t identity)
{
	ARENA arena = arena_new();
	const struct pack_wish *wish = packing->wish;
	struct record *record;
	struct told told;
	struct event *events;
	enum status status;

	if ((status = read_it(packing, arena, identity, &record)) ||
	    (status = read_history(wish->kernel, packing->connection, arena, wish->actor, record,
				   pack_is_past(packing) ? record->version + 1 : 0, EVENTS_MOST, &events, &told.count,
				   packing->error)))
		return status;
	told.record = record;
	told.events = events;
	for (size_t i = 0; !status && i < LANGUAGES; i++) {
		packing->visits[i].arena = arena;
		status = draw(packing, &told, arena, (enum language)i);
		packing->visits[i].arena = packing->arena;
	}
	return status ? status : pack_step(packing);
}

enum status pack_draw_records(struct packing *packing)
{
	enum status status = OK;

	for (size_t i = 0; !status && i < packing->records.count; i++)
		status = draw_one(packing, packing->records.items[i]);
	packing->outcome->records = (int64_t)packing->records.count;
	return status;
}
