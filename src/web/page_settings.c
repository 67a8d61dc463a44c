/* What people choose for their screens: the fields of a person that the model calls their own. Kept in their record, so
 * that it holds in every browser, and its history tells what was changed when.
 *
 * POST /settings takes any of them. The buttons of the top bar send one and `next`, the page to go back to. */
#include "record/rows.h"

#include "web/form.h"
#include "web/pages.h"

struct saving {
	struct edit_batch batch;
	struct edit_request request;
	struct edit_result result;
	struct str next; /* empty: the settings */
};

static const struct type *person_type(const struct visit *visit)
{
	return visit->kernel->model->acting[ACTS_PERSON];
}

/* --- the page --- */

static void offer_zones(struct visit *visit, struct field_form_view *view)
{
	size_t count;
	const struct str *names = zone_names(visit->arena, &count);
	struct field_option *options = arena_many(visit->arena, struct field_option, count + 1);

	for (size_t i = 0; i < count; i++)
		options[i] = (struct field_option){.value = names[i]};
	view->form = FORM_SEARCH;
	view->options = options;
	view->option_count = count;
}

/* --- rules: a row for each choice of the first column, whether something is said of it or not --- */

static bool is_rules(const struct field *field)
{
	return field->kind == FIELD_ROWS && field->columns[0]->kind == FIELD_CHOICE;
}

static struct str rule_name(struct visit *visit, const struct field *field, size_t row, const struct field *column)
{
	return str_format(visit->arena, "%.*s.%zu.%.*s", STR_ARG(field->name), row, STR_ARG(column->name));
}

/* What was just posted, else what is said of the code, else the default. */
static struct str rule_chosen(struct visit *visit, const struct record *person, const struct field *field, size_t row,
			      struct str code, const struct field *column)
{
	struct str posted = form_word(visit, str_c(visit->arena, rule_name(visit, field, row, column))), said;

	if (posted.n)
		return posted;
	said = rows_cell(visit->arena, record_value(person, field), &field->columns[0]->name, &code, 1, column->name);
	return said.n ? said : column->preset.text;
}

static void draw_rule(struct visit *visit, const struct record *person, const struct field *field, size_t row)
{
	const struct choice *of = &field->columns[0]->choices->choices[row];
	struct html *h = &visit->h;

	html(h, "<tr><th scope='row'>%t<input type='hidden' name='%a' value='%a'></th>", words_of(visit, &of->label),
	     rule_name(visit, field, row, field->columns[0]), of->code);
	for (size_t i = 1; i < field->column_count; i++) {
		const struct field *column = field->columns[i];
		struct str chosen = rule_chosen(visit, person, field, row, of->code, column);

		if (!column->choices) {
			html(h, "<td><input name='%a' value='%a' size='5' aria-label='%a'></td>",
			     rule_name(visit, field, row, column), chosen,
			     phrase(h, N_("%1$s, %2$s"), words_of(visit, &of->label), words_of(visit, &column->label)));
			continue;
		}
		html(h, "<td><select name='%a' aria-label='%a'>", rule_name(visit, field, row, column),
		     phrase(h, N_("%1$s, %2$s"), words_of(visit, &of->label), words_of(visit, &column->label)));
		for (size_t c = 0; c < column->choices->count; c++)
			html(h, "<option value='%a'%m>%t</option>", column->choices->choices[c].code,
			     attribute_flag("selected", str_eq(column->choices->choices[c].code, chosen)),
			     words_of(visit, &column->choices->choices[c].label));
		html(h, "</select></td>");
	}
	html(h, "</tr>");
}

static void draw_rules(struct visit *visit, const struct record *person, const struct field *field)
{
	struct html *h = &visit->h;

	html(h, "<fieldset class='field rules' id='%a'><legend class='label'>%t</legend><p class='hint'>%t</p>",
	     field->name, words_of(visit, &field->label), words_of(visit, &field->help));
	html(h, "<table class='plain'><thead><tr>");
	for (size_t i = 0; i < field->column_count; i++)
		html(h, "<th scope='col'>%t</th>", words_of(visit, &field->columns[i]->label));
	html(h, "</tr></thead><tbody>");
	for (size_t row = 0; row < field->columns[0]->choices->count; row++)
		draw_rule(visit, person, field, row);
	html(h, "</tbody></table></fieldset>");
}

/* --- the form --- */

static enum status draw_own_field(struct visit *visit, struct connection *connection, const struct record *person,
				  const struct field *field)
{
	struct show show = show_new(visit);
	struct form_text text;
	struct field_form_view view;
	enum status status;

	if (is_rules(field)) {
		draw_rules(visit, person, field);
		return OK;
	}
	if (!form_posted(visit, field, &text))
		text = form_text(&show, field, record_value(person, field));
	if ((status = form_view(visit, connection, field, person, &text, &view)))
		return status;
	if (field->is_zone)
		offer_zones(visit, &view);
	draw_field(&visit->h, &view);
	return OK;
}

static enum status draw_form(struct visit *visit, struct connection *connection, const struct record *person)
{
	const struct type *type = person_type(visit);
	struct html *h = &visit->h;

	html(h, "<form class='dform' method='post' action='/settings' hx-boost='false'>");
	html_token(h);
	for (size_t i = 0; i < type->field_count; i++) {
		enum status status = OK;

		if (type->fields[i]->is_own)
			status = draw_own_field(visit, connection, person, type->fields[i]);
		if (status)
			return status;
	}
	html(h, "<div class='btns'><button class='btn main'>%l</button></div></form>", N_("Save"));
	return OK;
}

static enum status draw_settings(struct visit *visit, unsigned code)
{
	READER connection = NULL;
	struct record *person = NULL;
	struct html *h = &visit->h;
	enum status status;

	if ((status = visit_reader(visit, &connection)) ||
	    (status = record_load(visit->kernel, connection, visit->arena, visit->actor->person, false, &person,
				  &visit->error)))
		return status;
	if (!person)
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	visit->page.portal = !actor_is_staff(visit->actor);
	if (str_is(http_query(visit->request, "saved"), "yes"))
		visit->page.notice = label(h, N_("Saved. It holds in every browser in which you sign in."));
	if (code != 200)
		visit->page.notice = form_other_errors(visit, (const struct field *const *)person->type->fields,
						       person->type->field_count);
	visit->page.notice_tone = code == 200 ? NOTICE_GOOD : NOTICE_BAD;
	visit_begin(visit, label(h, N_("Settings")), visit->page.portal ? "ppage settings" : "page settings",
		    S("/settings"));
	if (access_reads_record(visit->kernel, visit->actor, person))
		html(h, "<div class='head'><h1>%l</h1><p><a href='%u'>%t</a></p></div>", N_("Settings"),
		     record_url(visit, visit->actor->person), visit->actor->name);
	else
		html(h, "<div class='head'><h1>%l</h1><p>%t</p></div>", N_("Settings"), visit->actor->name);
	html(h, "<p class='wish'><a href='/settings/calendars'>%l</a></p>", N_("Calendars for your programs"));
	if ((status = draw_form(visit, connection, person)))
		return status;
	visit_end(visit, code);
	return OK;
}

void page_settings(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = draw_settings(&visit, 200)))
		visit_refuse(&visit, status);
}

/* --- saving --- */

void forget_choices(struct http_request *request, struct http_response *response)
{
	static const char *const names[] = {"language", "theme", "home"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (http_cookie(request, names[i]).p)
			http_set_cookie(response, names[i], S(""), 0, request->secure);
}

static void saved(struct visit *visit, struct edit_batch *batch, enum status status, void *data)
{
	const struct saving *saving = data;

	(void)batch;
	if (!status) {
		forget_choices(visit->request, visit->response);
		visit_go(visit, saving->next.n ? visit_own_path(saving->next) : S("/settings?saved=yes"));
	} else if ((status = draw_settings(visit, http_status_of(status)))) {
		visit_refuse(visit, status);
	}
}

static enum status read_own(struct visit *visit, struct saving *saving)
{
	READER connection = NULL;
	const struct type *type = person_type(visit);
	struct field_input *inputs = arena_many(visit->arena, struct field_input, type->field_count + 1);
	enum status failed = visit_reader(visit, &connection);

	saving->request = (struct edit_request){.type = type,
						.record = visit->actor->person,
						.fields = inputs,
						.via = actor_is_staff(visit->actor) ? VIA_WEB : VIA_PORTAL,
						.at = INSTANT_NONE};
	if (failed)
		return failed;
	for (size_t i = 0; i < type->field_count; i++) {
		struct field_input *input = &inputs[saving->request.field_count];
		struct form_text text;
		enum status status;

		if (!type->fields[i]->is_own || !form_posted(visit, type->fields[i], &text))
			continue;
		status = form_value(visit, connection, type->fields[i], &text, &input->value);
		input->field = type->fields[i];
		saving->request.field_count += !status;
		failed = failed ? failed : status;
	}
	return failed;
}

void post_settings(struct http_request *request, struct http_response *response)
{
	struct saving *saving = arena_one(request->arena, struct saving);
	VISIT visit = {0};
	enum status status;

	if (!visit_start_form(&visit, request, response))
		return;
	saving->next = form_word(&visit, "next");
	if ((status = read_own(&visit, saving))) {
		saved(&visit, NULL, status, saving);
		return;
	}
	saving->batch = (struct edit_batch){.actor = visit.actor,
					    .requests = &saving->request,
					    .count = 1,
					    .results = &saving->result,
					    .now = INSTANT_NONE};
	visit_edit(&visit, &saving->batch, saved, saving);
}
