/* Cells as their reader would say them: labels, names, times in the own zone; and numbers that stay numbers. */
#include "record/said.h"
#include "report/export_inside.h"

static struct str name_of(const struct export_page *page, int64_t identity)
{
	const struct reference *reference = export_shown(page, identity);
	char number[NUMBER_TEXT];

	if (reference && reference->headline.n)
		return reference->headline;
	if (reference && reference->shown.n)
		return reference->shown;
	return str_dup(page->arena, str_of(kernel_number(page->export->kernel, identity, number)));
}

static struct str names_of(const struct export_page *page, struct value list)
{
	struct buf names = buf_new(page->arena);

	for (size_t i = 0; i < list.list.count; i++) {
		if (i)
			buf_add_c(&names, page->export->actor->language == JAPANESE ? "、" : ", ");
		buf_add(&names, name_of(page, list.list.items[i].number));
	}
	return buf_str(&names);
}

static struct str words_of(const struct export_page *page, const char *msgid)
{
	return str_of(translate(page->export->actor->language, msgid));
}

static void put_text(struct table_cell *cell, enum table_kind kind, struct str text)
{
	cell->kind = text.n ? kind : TABLE_EMPTY;
	cell->text = text;
}

static void put_value(struct export_page *page, const struct field *field, struct value value, struct table_cell *cell)
{
	enum language language = page->export->actor->language;
	const struct choice *choice;

	cell->number = value.number;
	switch (value.kind) {
	case VALUE_NONE:
		return;
	case VALUE_BOOLEAN:
		put_text(cell, TABLE_PLAIN, words_of(page, value.boolean ? N_("Yes") : N_("No")));
		return;
	case VALUE_INTEGER:
		cell->kind = TABLE_NUMBER;
		if (__builtin_mul_overflow(value.number, 1000000, &cell->number)) /* is told in digits */
			put_text(cell, TABLE_PLAIN, str_format(page->arena, "%lld", (long long)value.number));
		return;
	case VALUE_DECIMAL:
		cell->kind = TABLE_NUMBER;
		return;
	case VALUE_MONEY:
		cell->kind = TABLE_MONEY;
		for (size_t i = 0; i < sizeof(cell->currency); i++)
			cell->currency[i] = value.currency[i];
		return;
	case VALUE_TEXT:
	case VALUE_ROWS:
		put_text(cell, TABLE_TEXT, field->is_message ? said_in(page->arena, language, value.text) : value.text);
		return;
	case VALUE_CHOICE:
		choice = field->choices ? choice_find(field->choices, value.text) : NULL;
		put_text(cell, TABLE_TEXT, choice ? label_in(&choice->label, language) : value.text);
		return;
	case VALUE_DATE:
		cell->kind = TABLE_DATE;
		return;
	case VALUE_TIME:
		cell->kind = TABLE_TIME;
		return;
	case VALUE_DURATION:
		cell->kind = TABLE_LENGTH;
		return;
	case VALUE_RECORD:
		put_text(cell, TABLE_TEXT, name_of(page, value.number));
		return;
	case VALUE_LIST:
		put_text(cell, TABLE_TEXT, names_of(page, value));
		return;
	}
}

static void put_field(struct export_page *page, const struct record *record, const struct field *field,
		      struct table_cell *cell)
{
	struct value value = record_value(record, field);

	if (value_is_erased(value))
		put_text(cell, TABLE_PLAIN, words_of(page, N_("(erased)")));
	else if (field == record->type->headline)
		put_text(cell, TABLE_TEXT, read_headline(record, page->export->actor->language));
	else
		put_value(page, field, value, cell);
}

static void put_number(struct export_page *page, const struct record *record, struct table_cell *cell)
{
	struct str origin = page->export->origin;
	char number[NUMBER_TEXT];

	put_text(cell, TABLE_LINK,
		 str_dup(page->arena, str_of(kernel_number(page->export->kernel, record->identity, number))));
	if (origin.n)
		cell->url = str_format(page->arena, "%.*s/%.*s", STR_ARG(origin), STR_ARG(cell->text));
}

static const struct clock_result *clock_of(const struct clock_list *clocks, struct str name)
{
	for (size_t i = 0; clocks && i < clocks->count; i++)
		if (str_eq(clocks->items[i].name, name))
			return &clocks->items[i].result;
	return NULL;
}

static void put_clock(struct export_page *page, const struct clock_list *clocks, const struct export_column *column,
		      struct table_cell *cell)
{
	static const char *const states[] = {[CLOCK_RUNNING] = N_("running"),
					     [CLOCK_PAUSED] = N_("paused"),
					     [CLOCK_MET] = N_("met"),
					     [CLOCK_BREACHED] = N_("over time")};
	const struct clock_result *result = clock_of(clocks, column->clock);

	if (!result)
		return;
	if (column->what == EXPORT_CLOCK_STATE) {
		put_text(cell, TABLE_PLAIN, words_of(page, states[result->state]));
	} else if (result->due_at != INSTANT_NONE) {
		cell->kind = TABLE_TIME;
		cell->number = result->due_at;
	}
}

void export_cell(struct export_page *page, const struct record *record, const struct clock_list *clocks,
		 const struct export_column *column, struct table_cell *cell)
{
	*cell = (struct table_cell){.kind = TABLE_EMPTY};
	switch (column->what) {
	case EXPORT_NUMBER:
		put_number(page, record, cell);
		return;
	case EXPORT_STATE:
		if (record->state)
			put_text(cell, TABLE_PLAIN, label_in(&record->state->label, page->export->actor->language));
		return;
	case EXPORT_VERSION:
		put_value(page, NULL, value_integer(record->version), cell);
		return;
	case EXPORT_CREATED:
		put_value(page, NULL, value_time(record->created_at), cell);
		return;
	case EXPORT_UPDATED:
		put_value(page, NULL, value_time(record->updated_at), cell);
		return;
	case EXPORT_CREATED_BY:
		if (record->created_by)
			put_value(page, NULL, value_record(record->created_by), cell);
		return;
	case EXPORT_FIELD:
		put_field(page, record, column->field, cell);
		return;
	case EXPORT_CLOCK_DUE:
	case EXPORT_CLOCK_STATE:
		put_clock(page, clocks, column, cell);
		return;
	}
}
