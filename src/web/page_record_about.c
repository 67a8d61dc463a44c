/* The right column of a record: properties, links, files, watchers, history; and the texts that are too long for it. */
#include <stdio.h>

#include "api/api.h"
#include "insight/conformity.h"
#include "record/rows.h"
#include "web/answers.h"
#include "web/page_record.h"

/* --- properties --- */

static bool says_nothing(const struct field *field, struct value value)
{
	bool kept_by_system = field->internal || field->kind == FIELD_COMPUTED;

	if (value_is_empty(value))
		return kept_by_system;
	return kept_by_system &&
	       ((value.kind == VALUE_BOOLEAN && !value.boolean) || (value.kind == VALUE_INTEGER && !value.number));
}

bool is_told_in_other(const struct record_page *page, const struct field *field)
{
	const struct field *other = page->visit->h.language == JAPANESE ? field->in_japanese : field->in_english;

	return other && access_reads_field(page->visit->actor, other) &&
	       !value_is_empty(record_value(page->record, other));
}

struct str name_of_text(const struct record_page *page, const struct field *field)
{
	bool stands_for_it = page->visit->h.language == JAPANESE && field->in_english;

	return words_of(page->visit, stands_for_it ? &field->in_english->label : &field->label);
}

static bool stands_elsewhere(const struct record_page *page, const struct field *field, struct value value)
{
	const struct type *type = page->record->type;
	bool is_title = field == type->headline ||
			(field == type->headline_ja && page->visit->h.language == JAPANESE && !value_is_empty(value));

	return is_title || field->is_hidden || is_told_in_other(page, field) ||
	       (form_is_large(field) && !value_is_empty(value));
}

/* Empty, and neither what the list shows nor what whoever reports it tells: named below, without a line of its own. */
static bool is_folded(const struct record_page *page, const struct field *field, struct value value)
{
	const struct type *type = page->record->type;

	if (!value_is_empty(value) || field->required || form_is_column(type, field) || is_told_in_other(page, field))
		return false;
	return page->staff ? !field->is_public || form_is_large(field) || form_is_of_a_step(type, field) ||
				 !settable_field(page, field->name)
			   : true;
}

static struct str edit_url(const struct record_page *page, const struct field *field)
{
	if (!settable_field(page, field->name) || page->print)
		return S("");
	return record_page_url(
	    page, str_c(page->visit->arena, str_format(page->visit->arena, "?edit=%.*s", STR_ARG(field->name))));
}

/* Of one that the register knows. */
static struct str demand_url(struct visit *visit, struct str id)
{
	const struct surface *surface = visit->request->context;

	if (!map_get(&surface->conformity->demands->by_id, id))
		return S("");
	return str_format(visit->arena, "/conformity/%.*s", STR_ARG(id));
}

static struct property_view property_of(struct record_page *page, const struct field *field, struct value value)
{
	struct visit *visit = page->visit;
	struct property_view property = {.label = value_is_empty(value) ? words_of(visit, &field->label)
									: name_of_text(page, field),
					 .edit_url = edit_url(page, field)};
	bool is_language = field->choices && field->choices->languages && value.kind == VALUE_CHOICE;

	if (page->editing && str_eq(page->editing->name, field->name))
		property.editing = page->editing;
	if (field == show_priority_field(page->record->type) && value.kind == VALUE_CHOICE)
		property.priority = show_choice(visit, field->choices, value.text);
	else
		property.words = show_value(&page->show, field, value);
	if (value.kind == VALUE_RECORD)
		property.url = show_url(&page->show, value.number);
	if (field->is_demand && value.kind == VALUE_TEXT)
		property.url = demand_url(visit, value.text);
	if (field->is_page && value.kind == VALUE_TEXT && str_starts(value.text, S("/")))
		property.url = value.text;
	if (is_language)
		property.lang = value.text;
	if (field->derived_by.n && !value_is_empty(value))
		property.note = label(&visit->h, N_("by rule"));
	return property;
}

static size_t properties_of(struct record_page *page, struct property_view *items, bool filled)
{
	struct visit *visit = page->visit;
	const struct record *record = page->record;
	struct property_view title = {0};
	size_t count = 0;

	if (record->state)
		items[count++] = (struct property_view){.label = label(&visit->h, N_("State")),
							.state = show_state(visit, record->type, record->state)};
	for (size_t i = 0; i < record->type->field_count; i++) {
		const struct field *field = record->type->fields[i];
		struct value value = record->values[i];
		bool is_open = page->editing && str_eq(page->editing->name, field->name);

		if (!access_reads_field(visit->actor, field) || (filled && value_is_empty(value)))
			continue;
		if (is_open || (!says_nothing(field, value) && !stands_elsewhere(page, field, value) &&
				!is_folded(page, field, value)))
			*(field == record->type->headline_ja ? &title : &items[count++]) =
			    property_of(page, field, value);
	}
	if (title.label.n) /* the other language's comes last: it says what stands above already */
		items[count++] = title;
	return count;
}

static void draw_folded(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	const struct record *record = page->record;
	int64_t count = 0;

	for (size_t i = 0; i < record->type->field_count; i++) {
		const struct field *field = record->type->fields[i];

		if (!is_folded(page, field, record->values[i]) || !edit_url(page, field).n)
			continue;
		if (!count++)
			html(h,
			     "<details class='more noprint'><summary class='small'>%i%l</summary><ul class='line "
			     "small'>",
			     ICON_RIGHT, N_("Fill in more"));
		html(h, "<li><a href='%u'>%t</a></li>", edit_url(page, field), words_of(visit, &field->label));
	}
	if (count)
		html(h, "</ul></details>");
}

static void draw_properties_of(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct property_view *items =
	    arena_many(visit->arena, struct property_view, page->record->type->field_count + 1);
	struct properties_view properties = {.items = items,
					     .save_url = record_page_url(page, "/edit"),
					     .cancel_url = record_page_url(page, ""),
					     .version = record_version(page)};

	properties.count = properties_of(page, items, page->print);
	if (page->may_edit && !page->print)
		properties.edit_url = record_page_url(page, "?edit=all");
	draw_properties(&visit->h, &properties);
	draw_folded(page);
}

void draw_page_facts(struct record_page *page)
{
	struct property_view *items =
	    arena_many(page->visit->arena, struct property_view, page->record->type->field_count + 1);

	draw_facts_list(&page->visit->h, items, properties_of(page, items, true));
}

/* --- texts and tables --- */

enum { COLUMNS_MOST = 6 };

/* A text is told whole, as it was written; in Markdown, numbers lead to their records. */
static void draw_cell(struct record_page *page, const struct field *column, struct value value)
{
	struct markdown_options markdown = record_markdown(page);

	if (column->kind == FIELD_MARKDOWN && value.kind == VALUE_TEXT && !value_is_erased(value)) {
		html(&page->visit->h, "<td>");
		markdown_draw(&page->visit->h, value.text, &markdown);
		html(&page->visit->h, "</td>");
		return;
	}
	html(&page->visit->h, "<td>%t</td>",
	     value.kind == VALUE_TEXT && !value_is_erased(value) ? value.text : show_value(&page->show, column, value));
}

/* One column for what is there in two languages. */
static bool draws_column(const struct record_page *page, const struct field *column)
{
	return !column->is_hidden && !(page->visit->h.language == JAPANESE ? column->in_japanese : column->in_english);
}

static struct value cell_value(struct record_page *page, json_t *row, const struct field *column)
{
	struct value value = rows_value(page->visit->arena, row, column);

	return value_is_empty(value) && column->in_english && page->visit->h.language == JAPANESE
		   ? rows_value(page->visit->arena, row, column->in_english)
		   : value;
}

/* Of a table with more columns than have room beside each other, those are left out in which nothing stands. */
static bool *shown_columns(struct record_page *page, const struct field *field, const json_t *rows)
{
	bool *shown = arena_many(page->visit->arena, bool, field->column_count + 1);

	for (size_t i = 0; i < field->column_count; i++) {
		bool draws = draws_column(page, field->columns[i]);

		shown[i] = draws && field->column_count <= COLUMNS_MOST;
		for (size_t r = 0; r < json_array_size(rows) && draws && !shown[i]; r++)
			shown[i] = !value_is_empty(cell_value(page, json_array_get(rows, r), field->columns[i]));
	}
	return shown;
}

void draw_page_rows(struct record_page *page, const struct field *field, struct value value)
{
	struct html *h = &page->visit->h;
	json_t *rows = rows_list(value);
	const bool *shown = shown_columns(page, field, rows);

	html(h, "<div class='scroll' tabindex='0' role='group' aria-label='%a'><table class='data'><thead><tr>",
	     words_of(page->visit, &field->label));
	for (size_t i = 0; i < field->column_count; i++)
		if (shown[i])
			html(h, "<th scope='col'>%t</th>", words_of(page->visit, &field->columns[i]->label));
	html(h, "</tr></thead><tbody>");
	for (size_t r = 0; r < json_array_size(rows); r++) {
		html(h, "<tr>");
		for (size_t i = 0; i < field->column_count; i++)
			if (shown[i])
				draw_cell(page, field->columns[i],
					  cell_value(page, json_array_get(rows, r), field->columns[i]));
		html(h, "</tr>");
	}
	html(h, "</tbody></table></div>");
	json_decref(rows);
}

/* Answers to a form are told as questions and answers. False: the field holds none. */
static bool draw_answers_of(struct record_page *page, const struct field *field)
{
	const struct form *form = form_of_type(page->visit->kernel, page->record->type);
	struct error before = page->visit->error;
	struct asked asked;

	if (!form || form->answers != field)
		return false;
	if (asked_of_record(page->visit, form, page->record, &asked) ||
	    draw_answers(page->visit, page->connection, &asked)) {
		page->visit->error = before; /* of a form that cannot be understood any more, the table is told */
		return false;
	}
	return true;
}

void draw_page_texts(struct record_page *page)
{
	struct visit *visit = page->visit;
	const struct record *record = page->record;
	struct markdown_options markdown = record_markdown(page);

	for (size_t i = 0; i < record->type->field_count; i++) {
		const struct field *field = record->type->fields[i];
		struct value value = record->values[i];
		struct panel_head head = {.id = str_format(visit->arena, "text-%.*s", STR_ARG(field->name)),
					  .title = name_of_text(page, field),
					  .url = edit_url(page, field)};

		if ((field->kind != FIELD_MARKDOWN && field->kind != FIELD_ROWS) || value_is_empty(value) ||
		    !access_reads_field(visit->actor, field) || is_told_in_other(page, field) || field->is_hidden ||
		    record_report_draws(page, field))
			continue;
		if (head.url.n) {
			head.words = phrase(&visit->h, N_("Edit: %s"), head.title);
			head.icon = ICON_PEN;
			head.dialog = true;
		}
		panel_begin(&visit->h, &head);
		if (value_is_erased(value)) {
			html(&visit->h, "<p class='dim'>%l</p>", N_("(erased)"));
		} else if (field->kind == FIELD_ROWS) {
			if (!draw_answers_of(page, field))
				draw_page_rows(page, field, value);
		} else {
			html(&visit->h, "<div class='body'>");
			markdown_draw(&visit->h, value.text, &markdown);
			html(&visit->h, "</div>");
		}
		panel_end(&visit->h);
	}
}

/* --- links --- */

static struct item_view link_item(struct record_page *page, const struct link_end *end)
{
	struct visit *visit = page->visit;
	struct str number = number_text(visit, end->identity);
	struct item_view item = {.number = number,
				 .url = record_url(visit, end->identity),
				 .title = end->headline,
				 .state = show_state(visit, kernel_type_of(visit->kernel, end->identity), end->state)};

	if (page->may_link && !page->print)
		item.remove_url = record_page_url(
		    page, str_c(visit->arena, str_format(visit->arena, "/links?remove=yes&kind=%s%.*s&other=%.*s",
							 end->backwards ? "from." : "to.", STR_ARG(end->link->kind),
							 STR_ARG(number))));
	return item;
}

static bool same_kind(const struct link_end *a, const struct link_end *b)
{
	return a->link == b->link && a->backwards == b->backwards;
}

static size_t link_groups(struct record_page *page, struct item_group *groups)
{
	struct visit *visit = page->visit;
	bool *done = arena_many(visit->arena, bool, page->link_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < page->link_count; i++) {
		const struct link_end *first = &page->links[i];
		struct item_view *items;

		if (done[i])
			continue;
		items = arena_many(visit->arena, struct item_view, page->link_count);
		groups[count].kind = words_of(visit, first->backwards ? &first->link->back : &first->link->label);
		groups[count].items = items;
		for (size_t k = i; k < page->link_count; k++)
			if (!done[k] && same_kind(first, &page->links[k])) {
				items[groups[count].count++] = link_item(page, &page->links[k]);
				done[k] = true;
			}
		count++;
	}
	return count;
}

static void draw_links_of(struct record_page *page)
{
	struct html *h = &page->visit->h;
	struct item_group *groups = arena_many(page->visit->arena, struct item_group, page->link_count + 1);
	size_t count = link_groups(page, groups);
	struct panel_head head = {.id = S("links"), .title = label(h, N_("Links"))};

	if (page->may_link && !page->print && (page->record->type->link_count || page->record->type->back_link_count)) {
		head.url = record_page_url(page, "?do=link");
		head.words = label(h, N_("Add a link"));
		head.icon = ICON_PLUS;
		head.dialog = true;
	}
	panel_begin(h, &head);
	if (count)
		draw_items(h, groups, count);
	else
		html(h, "<p class='dim small nothing'>%l</p>", N_("Linked to nothing yet."));
	panel_end(h);
}

/* --- files, watchers, history --- */

static void draw_files_of(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	struct panel_head head = {.id = S("files"), .title = label(h, N_("Files"))};
	struct file_view *files = arena_many(visit->arena, struct file_view, page->file_count + 1);

	for (size_t i = 0; i < page->file_count; i++)
		files[i] = (struct file_view){
		    .name = page->files[i].name,
		    .bytes = page->files[i].size,
		    .url = record_page_url(
			page, str_c(visit->arena,
				    str_format(visit->arena, "/files/%lld/%.*s", (long long)page->files[i].identity,
					       STR_ARG(url_part(visit->arena, page->files[i].name)))))};
	panel_begin(h, &head);
	if (page->file_count)
		draw_file_list(h, files, page->file_count);
	else
		html(h, "<p class='dim small nothing'>%l</p>",
		     !page->may_comment ? N_("No files.")
		     : page->staff      ? N_("None. Attach them to a reply or a note.")
					: N_("None. Attach them to a reply."));
	panel_end(h);
}

/* On paper nothing can be pointed at. */
static void draw_names(struct html *h, const struct person *people, size_t count)
{
	struct buf names = buf_new(h->out->arena);

	for (size_t i = 0; i < count; i++)
		words_list(h, &names, people[i].name);
	html(h, "<p>%t</p>", buf_str(&names));
}

static void draw_watchers_of(struct record_page *page)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	struct panel_head head = {.id = S("watchers"), .title = label(h, N_("Watchers"))};
	struct person *people = arena_many(visit->arena, struct person, page->watcher_count + 1);
	bool watching = false;

	for (size_t i = 0; i < page->watcher_count; i++) {
		people[i] = (struct person){.name = show_name(&page->show, page->watchers[i]),
					    .url = show_url(&page->show, page->watchers[i])};
		watching = watching || page->watchers[i] == visit->actor->person;
	}
	panel_begin(h, &head);
	if (!page->watcher_count)
		html(h, "<p class='dim small nothing'>%l</p>", N_("Nobody watches this."));
	else if (page->print)
		draw_names(h, people, page->watcher_count);
	else
		draw_people(h, people, page->watcher_count);
	html(h, "<form class='btns noprint' method='post' action='%u'>", record_page_url(page, "/watch"));
	html_token(h);
	html(h, "<button class='btn s' name='watch' value='%a'>%l</button></form>", watching ? "no" : "yes",
	     watching ? N_("Stop watching") : N_("Watch"));
	panel_end(h);
}

/* "7f3a 90c1 5be2 … c21e" */
static struct str short_digest(struct visit *visit, struct hash hash)
{
	char hex[HASH_BYTES * 2 + 1];

	hash_hex(hash, hex);
	return str_format(visit->arena, "%.4s %.4s %.4s … %.4s", hex, hex + 4, hex + 8, hex + HASH_BYTES * 2 - 4);
}

static void draw_history_of(struct record_page *page)
{
	struct html *h = &page->visit->h;
	struct panel_head head = {.id = S("history"),
				  .title = label(h, N_("History")),
				  .words = label(h, N_("All entries")),
				  .url = record_page_url(page, "?show=all#timeline")};
	struct history_view history = {.checkpoint = INSTANT_NONE};

	if (page->newest) {
		history.entries = page->newest->sequence;
		history.digest = short_digest(page->visit, page->newest->hash);
	}
	panel_begin(h, &head);
	draw_history_proof(h, &history);
	panel_end(h);
}

void draw_page_about(struct record_page *page)
{
	draw_properties_of(page);
	draw_page_parts(page);
	if (page->staff || page->link_count)
		draw_links_of(page);
	if (page->known.visit)
		draw_known_panels(&page->known, page->may_link);
	draw_files_of(page);
	if (!page->staff)
		return;
	draw_watchers_of(page);
	draw_history_of(page);
}
