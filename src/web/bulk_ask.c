/* What an action on many records needs to know first: asked once for all of them. */
#include "record/access.h"
#include "web/bulk.h"
#include "web/form.h"
#include "web/list_table.h"

/* --- what was posted --- */

/* "INC-12", or "INC-12/7": as the person saw it. */
static enum status read_number(struct visit *visit, struct bulk *bulk, struct str text)
{
	int64_t version = 0, identity;
	size_t slash;

	if (str_find_char(text, '/', &slash)) {
		if (!str_int64(str_sub(text, slash + 1, text.n), &version) || version < 1)
			version = 0;
		text = str_sub(text, 0, slash);
	}
	if (!kernel_parse_number(visit->kernel, text, &identity) ||
	    kernel_type_of(visit->kernel, identity) != bulk->type)
		return error_fail(&visit->error, E_INVALID, "number", "number",
				  N_("This is no number of such a record"));
	if (bulk->count == BULK_MOST)
		return error_fail(&visit->error, E_TOO_LARGE, "number", "too_many",
				  N_("At most 200 records can be changed at once"));
	bulk->versions[bulk->count] = version;
	bulk->identities[bulk->count++] = identity;
	return OK;
}

static enum status read_numbers(struct visit *visit, struct bulk *bulk)
{
	for (size_t i = 0; i < visit->form.count; i++)
		if (str_is(visit->form.fields[i].name, "number") &&
		    read_number(visit, bulk, visit->form.fields[i].value))
			return visit->error.status;
	return bulk->count
		   ? OK
		   : error_fail(&visit->error, E_INVALID, "number", "required", N_("Select at least one record"));
}

static bool may_be_changed(const struct visit *visit, const struct field *field)
{
	return access_may_set(visit->kernel, visit->actor, field) && field->kind != FIELD_ROWS && !field->is_counted;
}

static enum status read_action(struct visit *visit, struct bulk *bulk)
{
	const struct field *assignee = list_assignee_field(bulk->type);
	struct str chosen = http_form_value(&visit->form, "field");

	bulk->action = http_form_value(&visit->form, "action");
	bulk->transition = type_transition(bulk->type, bulk->action);
	bulk->takes = !bulk->transition && assignee && str_is(bulk->action, "take");
	bulk->edits = !bulk->transition && str_is(bulk->action, "edit");
	if (bulk->transition)
		bulk->words = words_of(visit, &bulk->transition->label);
	else
		bulk->words = label(&visit->h, bulk->takes ? N_("Assign to me") : N_("Change all of them"));
	if (bulk->takes)
		bulk->inputs[bulk->input_count++] = (struct field_input){assignee, value_record(visit->actor->person)};
	if (bulk->edits && chosen.n) {
		bulk->field = type_field(bulk->type, chosen);
		if (bulk->field && !may_be_changed(visit, bulk->field))
			bulk->field = NULL;
	}
	return bulk->transition || bulk->takes || bulk->edits
		   ? OK
		   : error_fail(&visit->error, E_INVALID, "action", "unknown", N_("There is no such action"));
}

static void want(struct bulk *bulk, const struct field *field)
{
	for (size_t i = 0; i < bulk->field_count; i++)
		if (bulk->fields[i] == field)
			return;
	if (bulk->field_count < BULK_FIELDS)
		bulk->fields[bulk->field_count++] = field;
}

static void find_fields(struct visit *visit, struct bulk *bulk)
{
	const struct transition *transition = bulk->transition;

	if (bulk->field)
		want(bulk, bulk->field);
	for (size_t i = 0; transition && i < transition->requires_count; i++) {
		bulk->needs_comment = bulk->needs_comment || transition->requires[i].comment;
		if (transition->requires[i].field)
			want(bulk, transition->requires[i].field);
	}
	bulk->required_count = transition ? bulk->field_count : 0;
	for (size_t i = 0; transition && i < transition->asks_count; i++)
		if (may_be_changed(visit, transition->asks[i]))
			want(bulk, transition->asks[i]);
}

enum status bulk_read(struct visit *visit, struct bulk *bulk)
{
	struct str list;
	enum status status;

	bulk->type = map_get(&visit->kernel->model->types_by_collection, http_parameter(visit->request, "collection"));
	if (!bulk->type || !access_reads_type(visit->kernel, visit->actor, bulk->type))
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	list = str_format(visit->arena, "/%.*s", STR_ARG(bulk->type->collection));
	bulk->back = http_form_value(&visit->form, "back");
	if (!str_starts(bulk->back, list) || (bulk->back.n > list.n && bulk->back.p[list.n] != '?'))
		bulk->back = list;
	bulk->comment = str_trim(http_form_value(&visit->form, "comment"));
	bulk->asked = str_is(http_form_value(&visit->form, "asked"), "yes");
	if ((status = read_action(visit, bulk)))
		return status;
	find_fields(visit, bulk);
	return read_numbers(visit, bulk);
}

bool bulk_must_ask(const struct bulk *bulk)
{
	if (bulk->edits && !bulk->field)
		return true;
	return !bulk->asked && (bulk->field_count || bulk->needs_comment);
}

static bool is_required(const struct bulk *bulk, size_t at)
{
	return at < bulk->required_count || (bulk->fields[at] == bulk->field && bulk->field->required);
}

/* What may be left out and is, stays as it is at each record; the one field that is changed may be emptied. */
static enum status read_value(struct visit *visit, struct connection *connection, struct bulk *bulk, size_t at)
{
	const struct field *field = bulk->fields[at];
	struct form_text text = {0};
	struct value value = {0};
	enum status status;

	if (!form_posted(visit, field, &text) && field != bulk->field)
		return OK;
	if ((status = form_value(visit, connection, field, &text, &value)))
		return status;
	if (value_is_empty(value) && is_required(bulk, at))
		return error_fail_at(&visit->error, E_INVALID, field->name, "required", N_("A value is needed"));
	if (!value_is_empty(value) || field == bulk->field)
		bulk->inputs[bulk->input_count++] = (struct field_input){field, value};
	return OK;
}

enum status bulk_read_values(struct visit *visit, struct bulk *bulk)
{
	READER connection = NULL;
	enum status status = visit_reader(visit, &connection);

	for (size_t i = 0; i < bulk->field_count && (!status || status == E_INVALID); i++) {
		enum status read = read_value(visit, connection, bulk, i);

		status = status ? status : read;
	}
	if (!status && bulk->needs_comment && !bulk->comment.n)
		status = error_fail(&visit->error, E_INVALID, "comment", "required", N_("A value is needed"));
	return status;
}

/* --- the form --- */

void bulk_draw_numbers(struct visit *visit, const struct bulk *bulk, const bool *left_out, bool as_they_are)
{
	struct html *h = &visit->h;

	html_token(h);
	html(h, "<input type='hidden' name='action' value='%a'><input type='hidden' name='back' value='%a'>",
	     bulk->action, bulk->back);
	for (size_t i = 0; i < bulk->count; i++) {
		struct str number = number_text(visit, bulk->identities[i]);

		if (left_out && left_out[i])
			continue;
		if (bulk->versions[i] && !as_they_are)
			number = str_format(visit->arena, "%.*s/%lld", STR_ARG(number), (long long)bulk->versions[i]);
		html(h, "<input type='hidden' name='number' value='%a'>", number);
	}
}

static void draw_field_choice(struct visit *visit, const struct bulk *bulk)
{
	struct html *h = &visit->h;
	const struct type *type = bulk->type;
	struct field_option *options = arena_many(visit->arena, struct field_option, type->field_count + 1);
	struct field_form_view view = {.form = FORM_CHOICE,
				       .name = S("field"),
				       .label = label(h, N_("Field")),
				       .required = true,
				       .focus = true,
				       .options = options};

	for (size_t i = 0; i < type->field_count; i++)
		if (may_be_changed(visit, type->fields[i]))
			options[view.option_count++] = (struct field_option){
			    type->fields[i]->name, words_of(visit, &type->fields[i]->label), false};
	draw_field(h, &view);
}

static enum status draw_values(struct visit *visit, const struct bulk *bulk)
{
	READER connection = NULL;
	enum status status = visit_reader(visit, &connection);

	for (size_t i = 0; i < bulk->field_count && !status; i++) {
		struct form_text text = {0};
		struct field_form_view view;

		(void)form_posted(visit, bulk->fields[i], &text);
		status = form_view(visit, connection, bulk->fields[i], NULL, &text, &view);
		if (status)
			return status;
		view.required = is_required(bulk, i);
		if (view.required)
			form_require(visit, &view);
		view.focus = i == 0;
		draw_field(&visit->h, &view);
	}
	return status;
}

static void draw_comment(struct visit *visit, const struct bulk *bulk)
{
	draw_field(&visit->h, &(struct field_form_view){.form = FORM_LONG_TEXT,
							.name = S("comment"),
							.label = label(&visit->h, N_("Comment")),
							.value = bulk->comment,
							.error = visit_words_of_field(visit, "comment"),
							.required = bulk->needs_comment,
							.focus = !bulk->field_count});
}

enum status bulk_ask(struct visit *visit, const struct bulk *bulk)
{
	struct html *h = &visit->h;
	bool chooses = bulk->edits && !bulk->field;
	enum status status = OK;

	visit_begin(visit, bulk->words, "page", str_format(visit->arena, "/%.*s", STR_ARG(bulk->type->collection)));
	html(h, "<h1>%t</h1><p class='sub'>%t</p><form class='dialog' method='post' action='/%p/bulk'>", bulk->words,
	     phrase(h, N_("%s selected"), words_number(h, (int64_t)bulk->count)), bulk->type->collection);
	bulk_draw_numbers(visit, bulk, NULL, false);
	if (chooses) {
		draw_field_choice(visit, bulk);
	} else {
		html(h, "<input type='hidden' name='asked' value='yes'>");
		if (bulk->field)
			html(h, "<input type='hidden' name='field' value='%a'>", bulk->field->name);
		status = draw_values(visit, bulk);
		if (bulk->needs_comment || bulk->edits)
			draw_comment(visit, bulk);
	}
	html(h,
	     "<div class='btns'><button class='btn main'>%t</button><a class='btn quiet' href='%u'>%l</a></div></form>",
	     chooses ? label(h, N_("Next")) : bulk->words, bulk->back, N_("Cancel"));
	if (status)
		return status;
	visit_end(visit, visit->error.status ? http_status_of(visit->error.status) : 200);
	return OK;
}
