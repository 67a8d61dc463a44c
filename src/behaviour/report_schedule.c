/* report_schedule: when the next report of a definition is due, and whether it can be made (job/reports.h issues it).
 *
 * Parameters: every: a choice of day, week, month, quarter, year; from: the date in whose day, week... the next report
 * lies; zone: the name of a time zone; into: date and time at which that period has ended; when: the condition under
 * which reports are issued; figures: rows with a column `figure`; customer: the reference that narrows the figures to
 * one customer's records. */
#include "behaviour/behaviours.h"

#include "base/period.h"
#include "record/lookup.h"

struct report_schedule {
	const struct field *every, *from, *zone, *into, *figures, *customer;
	const struct query *when;
};

static enum status load_fields_of(struct behaviour_loading *loading, struct report_schedule *p, struct error *error)
{
	const struct {
		const char *key;
		const struct field **into;
		enum value_kind kind;
		const char *message;
	} fields[] = {{"from", &p->from, VALUE_DATE, N_("The field must be a date")},
		      {"zone", &p->zone, VALUE_TEXT, N_("The field must be a text")},
		      {"into", &p->into, VALUE_TIME, N_("The field must be a date and time")},
		      {"figures", &p->figures, VALUE_ROWS, N_("The field must be rows")},
		      {"customer", &p->customer, VALUE_RECORD, N_("The field must be a reference")}};

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		enum status status = load_field(loading, fields[i].key, true, fields[i].into, error);

		if (status)
			return status;
		if ((*fields[i].into)->value != fields[i].kind)
			return load_fail(loading, fields[i].key, fields[i].message, NULL, error);
	}
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"every", "from", "zone", "into", "when", "figures", "customer", NULL};
	struct report_schedule *p = arena_one(loading->arena, struct report_schedule);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_periods(loading, "every", &p->every, error)) ||
	    (status = load_fields_of(loading, p, error)))
		return status;
	return load_expression(loading, "when", true, &p->when, error);
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct report_schedule *p = call->parameters;
	struct value every = edit_value(edit, p->every), from = edit_value(edit, p->from),
		     named = edit_value(edit, p->zone), due = {0};
	const struct zone *zone = named.kind == VALUE_TEXT ? zone_open(named.text) : NULL;
	enum period_unit unit;
	bool issues;
	enum status status;

	if (named.kind == VALUE_TEXT && !zone)
		return error_fail_at(error, E_INVALID, p->zone->name, "zone", N_("There is no such time zone"));
	if ((status = edit_holds(edit, p->when, &issues, error)))
		return status;
	if (issues && zone && from.kind == VALUE_DATE && every.kind == VALUE_CHOICE && period_parse(every.text, &unit))
		due = value_time(zone_instant(zone, period_start(unit, (int32_t)from.number, 1), 0));
	return edit_set(edit, p->into, due, error);
}

static bool has_reference(const struct type *type, const struct type *to)
{
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i]->kind == FIELD_REFERENCE && type->fields[i]->to == to)
			return true;
	return false;
}

/* What is counted for one customer must say whose it is. */
static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct report_schedule *p = call->parameters;
	const struct model *model = edit_kernel(edit)->model;
	size_t count;
	struct str *codes = rows_texts(edit_arena(edit), edit_value(edit, p->figures), S("figure"), &count);

	if (value_is_empty(edit_value(edit, p->customer)))
		return OK;
	for (size_t i = 0; i < count; i++) {
		const struct type *type;
		size_t dot;

		if (!str_find_char(codes[i], '.', &dot) || !(type = model_type(model, str_sub(codes[i], 0, dot))))
			continue;
		if (!has_reference(type, p->customer->to))
			return error_fail_at(
			    error, E_INVALID, p->figures->name, "customer",
			    N_("\"%s\" cannot be told for one customer"),
			    str_c(edit_arena(edit), label_in(&type->plural, edit_actor(edit)->language)));
	}
	return OK;
}

const struct behaviour behaviour_report_schedule = {
    .name = "report_schedule", .load = load, .derive = derive, .check = check};
