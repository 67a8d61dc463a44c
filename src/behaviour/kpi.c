/* kpi: a record names a figure, and what that comes to is measured each period by itself (job/measures.h), so that it
 * has a history.
 *
 * Parameters: figure: a choice of figures; every: a choice of day, week, month, quarter, year (empty: a month); when:
 * the condition under which it is measured; from: a date, the first day of the period that is measured next; into: date
 * and time at which that period has ended; make: the type of a measurement; as: its reference to this record; at: its
 * date; value: its number; baseline, target: numbers of this record, where it began and what it is to reach (a target
 * below the baseline is reached by what is not above it).
 *
 * `from` begins with the period in which the condition comes true, or in which another figure or period is named, and
 * moves on with each measurement. While the condition does not hold nothing is measured, and what passes meanwhile is
 * not made up for. */
#include "behaviour/kpi.h"

#include "behaviour/behaviours.h"
#include "record/actor.h"

static enum status load_kinds(struct behaviour_loading *loading, const struct kpi *p, struct error *error)
{
	if (p->figure->kind != FIELD_CHOICE || !str_is(p->figure->choices->name, "figure"))
		return load_fail(loading, "figure", N_("The field must be a choice of figures"), NULL, error);
	if (p->from->value != VALUE_DATE)
		return load_fail(loading, "from", N_("The field must be a date"), NULL, error);
	if (p->into->value != VALUE_TIME)
		return load_fail(loading, "into", N_("The field must be a date and time"), NULL, error);
	if (p->at->value != VALUE_DATE)
		return load_fail(loading, "at", N_("The field must be a date"), NULL, error);
	if (p->value->value != VALUE_DECIMAL || (p->baseline && p->baseline->value != VALUE_DECIMAL) ||
	    (p->target && p->target->value != VALUE_DECIMAL))
		return load_fail(loading, "value", N_("The field must be a number"), NULL, error);
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"figure", "every", "when",  "from",     "into",   "make",
					   "as",     "at",    "value", "baseline", "target", NULL};
	struct kpi *p = arena_one(loading->arena, struct kpi);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "figure", true, &p->figure, error)) ||
	    (status = load_periods(loading, "every", &p->every, error)) ||
	    (status = load_field(loading, "from", true, &p->from, error)) ||
	    (status = load_field(loading, "into", true, &p->into, error)) ||
	    (status = load_expression(loading, "when", true, &p->when, error)) ||
	    (status = load_type(loading, "make", true, &p->make, error)) ||
	    (status = load_reference(loading, "as", p->make, loading->type, &p->as, error)) ||
	    (status = load_field_of(loading, "at", p->make, &p->at, error)) ||
	    (status = load_field_of(loading, "value", p->make, &p->value, error)) ||
	    (status = load_field(loading, "baseline", false, &p->baseline, error)) ||
	    (status = load_field(loading, "target", false, &p->target, error)))
		return status;
	return load_kinds(loading, p, error);
}

const struct kpi *kpi_of(const struct kernel *kernel, const struct type *type)
{
	return behaviour_parameters(kernel, type, &behaviour_kpi);
}

enum period_unit kpi_unit(struct value every)
{
	enum period_unit unit = PERIOD_MONTH;

	return every.kind == VALUE_CHOICE && period_parse(every.text, &unit) ? unit : PERIOD_MONTH;
}

/* Another figure, or another length, begins anew: what was measured so far stays as it is. */
static bool begins(const struct kpi *p, const struct edit *edit, struct value from)
{
	bool says_from = edit_overrides(edit, p->from); /* the job moves it on */

	return from.kind != VALUE_DATE ||
	       (!says_from && edit_before(edit) && (edit_changes(edit, p->figure) || edit_changes(edit, p->every)));
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct kpi *p = call->parameters;
	enum period_unit unit = kpi_unit(edit_value(edit, p->every));
	struct value from = edit_value(edit, p->from), due = {0};
	bool holds;
	enum status status = edit_holds(edit, p->when, &holds, error);

	if (status)
		return status;
	if (!holds || value_is_empty(edit_value(edit, p->figure))) {
		status = edit_set(edit, p->from, (struct value){0}, error);
		return status ? status : edit_set(edit, p->into, (struct value){0}, error);
	}
	if (begins(p, edit, from))
		from = value_number(VALUE_DATE, period_start(unit, zone_day(organisation_zone(), edit_now(edit)), 0));
	due = value_time(zone_instant(organisation_zone(), period_start(unit, (int32_t)from.number, 1), 0));
	status = edit_set(edit, p->from, from, error);
	return status ? status : edit_set(edit, p->into, due, error);
}

const struct behaviour behaviour_kpi = {.name = "kpi", .load = load, .derive = derive};
