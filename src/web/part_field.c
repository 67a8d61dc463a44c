#include "web/part_field.h"

#include "base/arena.h"

enum { CONTROL_ATTRIBUTES = 20 };

struct control { /* the tag of one control, while its attributes gather */
	const struct field_form_view *field;
	struct str id;
	struct html_attribute attributes[CONTROL_ATTRIBUTES];
	size_t count;
};

static void add(struct control *c, const char *name, struct str value)
{
	if (value.n && c->count < CONTROL_ATTRIBUTES)
		c->attributes[c->count++] = (struct html_attribute){name, value, false};
}

static void add_flag(struct control *c, const char *name, bool on)
{
	if (on && c->count < CONTROL_ATTRIBUTES)
		c->attributes[c->count++] = attribute_flag(name, true);
}

static struct html_attributes gathered(const struct control *c)
{
	return (struct html_attributes){c->attributes, c->count};
}

static struct str joined(struct html *h, struct str id, const char *suffix)
{
	return str_format(h->out->arena, "%.*s%s", STR_ARG(id), suffix);
}

/* What every control carries. */
static struct control control_of(struct html *h, const struct field_form_view *f, struct str id)
{
	struct control c = {.field = f, .id = id};

	add(&c, "id", id);
	add(&c, "name", f->name);
	add_flag(&c, "required", f->required);
	add_flag(&c, "autofocus", f->focus);
	add(&c, "autocomplete", f->autocomplete);
	if (f->error.n) {
		add(&c, "aria-invalid", S("true"));
		add(&c, "aria-describedby", joined(h, id, f->help.n ? "-err " : "-err"));
		if (f->help.n)
			c.attributes[c.count - 1].value =
			    str_format(h->out->arena, "%.*s-err %.*s-hint", STR_ARG(id), STR_ARG(id));
	} else if (f->help.n) {
		add(&c, "aria-describedby", joined(h, id, "-hint"));
	}
	if (f->large)
		add(&c, "class", S("title"));
	return c;
}

static void draw_input(struct html *h, struct control *c, struct str type)
{
	add(c, "type", type);
	add(c, "value", c->field->value);
	add(c, "min", c->field->least);
	add(c, "max", c->field->most);
	add(c, "step", c->field->step);
	html(h, "<input%m>", gathered(c));
}

static void draw_select(struct html *h, const struct control *c)
{
	const struct field_form_view *f = c->field;

	html(h, "<select%m>", gathered(c));
	if (!f->required && !(f->option_count && !f->options[0].value.n))
		html(h, "<option value=''>–</option>");
	for (size_t i = 0; i < f->option_count; i++) {
		if (f->options[i].under.n)
			html(h, "<optgroup label='%a'>", f->options[i].under);
		html(h, "<option value='%a'%m%m>%t</option>", f->options[i].value,
		     attribute_if("lang", f->options[i].lang), attribute_flag("selected", f->options[i].chosen),
		     f->options[i].words);
	}
	html(h, "</select>");
}

static void draw_choice_row(struct html *h, const struct control *c)
{
	const struct field_form_view *f = c->field;

	html(h, "<div class='seg'>");
	for (size_t i = 0; i < f->option_count; i++)
		html(h, "<label%m><input class='vh' type='radio' name='%a' value='%a'%m%m>%t</label>",
		     attribute_if("lang", f->options[i].lang), f->name, f->options[i].value,
		     attribute_flag("checked", f->options[i].chosen), attribute_flag("required", f->required),
		     f->options[i].words);
	html(h, "</div>");
}

/* Suggestions come with the page; the script asks search_url for more while one types. */
static void draw_search(struct html *h, struct control *c)
{
	const struct field_form_view *f = c->field;
	struct str list = joined(h, c->id, "-list");

	add(c, "list", list);
	if (!f->autocomplete.n)
		add(c, "autocomplete", S("off"));
	add(c, "data-search", f->search_url);
	draw_input(h, c, S("text"));
	html(h, "<datalist id='%a'>", list);
	for (size_t i = 0; i < f->option_count; i++)
		html(h, "<option value='%a'>%t</option>", f->options[i].value, f->options[i].words);
	html(h, "</datalist>");
}

static void draw_money(struct html *h, struct control *c)
{
	const struct field_form_view *f = c->field;

	html(h, "<span class='money'>");
	add(c, "inputmode", S("decimal"));
	draw_input(h, c, S("text"));
	html(h, "<label class='vh' for='%a-currency'>%l</label>", c->id, N_("Currency"));
	html(h,
	     "<input id='%a-currency' name='%a.currency' value='%a' size='4' maxlength='3' "
	     "autocapitalize='characters'></span>",
	     c->id, f->name, f->currency);
}

static void draw_boolean(struct html *h, struct control *c)
{
	const struct field_form_view *f = c->field;

	/* The hidden one says "no" when the box is empty, or still nothing where nothing was said before; the last
	 * value of a name counts. */
	html(h, "<input type='hidden' name='%a' value='%a'>", f->name, f->value.n ? S("false") : S(""));
	add(c, "type", S("checkbox"));
	add(c, "value", S("true"));
	add_flag(c, "checked", str_is(f->value, "true"));
	html(h, "<label class='check'><input%m>%t</label>", gathered(c), f->label);
}

static void draw_text_area(struct html *h, struct control *c)
{
	add(c, "rows", c->field->form == FORM_LINKS ? S("1") : S("4"));
	if (c->field->form == FORM_LINKS) {
		add(c, "class", S("one"));
		add(c, "data-search", c->field->search_url);
	}
	html(h, "<textarea%m>%t</textarea>", gathered(c), c->field->value);
}

/* With the script only: what stands in two rows changes places. */
static void draw_moves(struct html *h, size_t row)
{
	html(h,
	     "<td class='moves'><button type='button' class='btn quiet s' data-move='up'>%i<span class='vh'>%l "
	     "%d</span></button>",
	     ICON_UP, N_("Move up: row"), (long)row + 1);
	html(h,
	     "<button type='button' class='btn quiet s' data-move='down'>%i<span class='vh'>%l "
	     "%d</span></button></td>",
	     ICON_DOWN, N_("Move down: row"), (long)row + 1);
}

/* What is offered is the same in every row, what is chosen is not. A value that is no longer offered is kept as text.
 */
static void choose_in_row(struct html *h, struct field_form_view *cell)
{
	struct field_option *options = arena_many(h->out->arena, struct field_option, cell->option_count + 1);
	bool found = !cell->value.n;

	if (cell->form != FORM_CHOICE)
		return;
	for (size_t i = 0; i < cell->option_count; i++) {
		options[i] = cell->options[i];
		options[i].chosen = str_eq(options[i].value, cell->value);
		found = found || options[i].chosen;
	}
	cell->options = options;
	if (!found)
		cell->form = FORM_TEXT;
}

static void draw_row(struct html *h, const struct control *c, size_t row, const struct str *values)
{
	const struct field_form_view *f = c->field;

	html(h, "<tr>");
	for (size_t i = 0; i < f->column_count; i++) {
		struct field_form_view cell = f->columns[i];
		struct str id = str_format(h->out->arena, "%.*s-%zu-%zu", STR_ARG(c->id), row, i);

		cell.name = str_format(h->out->arena, "%.*s.%zu.%.*s", STR_ARG(f->name), row, STR_ARG(cell.name));
		cell.value = values ? values[i] : S("");
		choose_in_row(h, &cell);
		html(h, "<td><label class='vh' for='%a'>%t %d</label>", id, cell.label, row + 1);
		if (cell.form == FORM_BOOLEAN) /* the head of the column says it */
			cell.label = S("");
		draw_control(h, &cell, id);
		html(h, "</td>");
	}
	draw_moves(h, row);
	html(h, "</tr>");
}

enum { BLANK = 3, BLANK_IN_A_LIST = 6 }; /* rows that wait to be filled */
enum { MANY_COLUMNS = 6 };               /* more do not fit beside each other */

static void draw_rows(struct html *h, const struct control *c)
{
	const struct field_form_view *f = c->field;

	html(h, "<div class='scroll'><table class='data inputs%a' id='%a'><thead><tr>",
	     f->column_count > MANY_COLUMNS ? " many" : "", c->id);
	for (size_t i = 0; i < f->column_count; i++)
		html(h, "<th scope='col'>%t</th>", f->columns[i].label);
	html(h, "<th scope='col' class='moves'><span class='vh'>%l</span></th></tr></thead><tbody>",
	     N_("Order of rows"));
	for (size_t i = 0; i < f->row_count + (f->column_count == 1 ? BLANK_IN_A_LIST : BLANK); i++)
		draw_row(h, c, i, i < f->row_count ? f->rows[i].values : NULL);
	html(h, "</tbody></table></div>");
}

void draw_control(struct html *h, const struct field_form_view *f, struct str id)
{
	struct control c = control_of(h, f, id);

	switch (f->form) {
	case FORM_LONG_TEXT:
	case FORM_LINKS:
		draw_text_area(h, &c);
		break;
	case FORM_INTEGER:
		draw_input(h, &c, S("number"));
		break;
	case FORM_DECIMAL:
		add(&c, "inputmode", S("decimal"));
		draw_input(h, &c, S("text"));
		break;
	case FORM_MONEY:
		draw_money(h, &c);
		break;
	case FORM_BOOLEAN:
		draw_boolean(h, &c);
		break;
	case FORM_DATE:
		draw_input(h, &c, S("date"));
		break;
	case FORM_TIME:
		draw_input(h, &c, S("datetime-local"));
		if (f->ticks)
			html(h, "<output class='ticks' for='%a' data-elapsed='%d'></output>", id, f->elapsed);
		break;
	case FORM_DURATION:
		add(&c, "placeholder", label(h, N_("as 2h 30m")));
		draw_input(h, &c, S("text"));
		break;
	case FORM_CHOICE:
		draw_select(h, &c);
		break;
	case FORM_CHOICE_ROW:
		draw_choice_row(h, &c);
		break;
	case FORM_SEARCH:
		draw_search(h, &c);
		break;
	case FORM_ROWS:
		draw_rows(h, &c);
		break;
	case FORM_PASSWORD:
		draw_input(h, &c, S("password"));
		break;
	case FORM_FILE:
		draw_input(h, &c, S("file"));
		break;
	case FORM_HIDDEN:
		draw_input(h, &c, S("hidden"));
		break;
	default:
		draw_input(h, &c, S("text"));
		break;
	}
}

static void draw_below(struct html *h, const struct field_form_view *f, struct str id)
{
	if (f->error.n)
		html(h, "<p class='err' id='%a-err'>%i%t</p>", id, ICON_ALERT, f->error);
	if (f->help.n)
		html(h, "<p class='hint' id='%a-hint'>%t</p>", id, f->help);
}

static void draw_optional(struct html *h, const struct field_form_view *f)
{
	if (!f->required && !f->depends)
		html(h, " <span class='req'>%l</span>", N_("optional"));
}

static void name_group(struct html *h, const struct field_form_view *f, struct str id, struct html_attribute below)
{ /* no fieldset, whose legend stands in no row of a grid */
	html(h, "<div class='field' role='group' aria-labelledby='%a-label'%m><span class='label' id='%a-label'>%t", id,
	     below, id, f->label);
	draw_optional(h, f);
	html(h, "</span>");
}

static void name_rows(struct html *h, const struct field_form_view *f, struct html_attribute below)
{
	html(h, "<fieldset class='field'%m><legend class='label small'><b>%t</b>", below, f->label);
	draw_optional(h, f);
	html(h, "</legend>");
}

static void name_control(struct html *h, const struct field_form_view *f, struct str id)
{
	html(h, "<div class='field'>");
	if (f->form == FORM_BOOLEAN)
		return;
	html(h, "<label for='%a'>%t", id, f->label);
	draw_optional(h, f);
	html(h, "</label>");
}

void draw_field(struct html *h, const struct field_form_view *f)
{
	struct str id = str_format(h->out->arena, "f-%.*s", STR_ARG(f->name));

	if (f->form == FORM_HIDDEN) { /* nothing names it, and a field may be called as it is */
		draw_control(h, f, S(""));
		return;
	}
	const struct html_attribute below =
	    attribute_if("aria-describedby", f->error.n ? joined(h, id, "-err") : S(""));
	if (f->form == FORM_CHOICE_ROW)
		name_group(h, f, id, below);
	else if (f->form == FORM_ROWS)
		name_rows(h, f, below);
	else
		name_control(h, f, id);
	draw_control(h, f, id);
	draw_below(h, f, id);
	if (f->form == FORM_ROWS)
		html(h, "</fieldset>");
	else
		html(h, "</div>");
}
