/* refresh: when this record changes, others that hang on it look up again what they took from it.
 *
 * Parameters: of: the type that hangs on this one; match: its field that points here, or that points where this
 * record's field of the same name does (an agreement and the incidents of its customer); from, to: dates of this record
 * within which it counts, so that they look again when those days come; when_changed: fields, of which one must change.
 * Without of: the records with running clocks that count by this calendar. Records in a done phase stay as they are,
 * unless also_done. */
#include "behaviour/behaviours.h"

#include "record/clocks.h"
#include "record/lookup.h"

struct refresh {
	const struct type *of;         /* NULL: by calendar */
	const struct field *match;     /* of the other type */
	const struct field *common;    /* of this type; NULL: the other one points at this record */
	const struct field *from, *to; /* dates; NULL: none */
	const struct field **when_changed;
	size_t changed_count; /* 0: whatever changes */
	bool also_done;
};

static const struct str timers[] = {{"from", 4}, {"to", 2}};

static enum status load_dates(struct behaviour_loading *loading, struct refresh *p, struct error *error)
{
	enum status status;

	if ((status = load_field(loading, "from", false, &p->from, error)) ||
	    (status = load_field(loading, "to", false, &p->to, error)))
		return status;
	return (!p->from || p->from->kind == FIELD_DATE) && (!p->to || p->to->kind == FIELD_DATE)
		   ? OK
		   : load_fail(loading, p->from ? "from" : "to", N_("The field must be a date"), NULL, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"of", "match", "from", "to", "when_changed", "also_done", NULL};
	struct refresh *p = arena_one(loading->arena, struct refresh);
	struct str match;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_type(loading, "of", false, &p->of, error)) ||
	    (status = load_text(loading, "match", p->of != NULL, &match, error)) ||
	    (status = load_dates(loading, p, error)) ||
	    (status = load_fields(loading, "when_changed", &p->when_changed, &p->changed_count, error)) ||
	    (status = load_flag(loading, "also_done", &p->also_done, error)))
		return status;
	if (!p->of)
		return loading->type->acts_as == ACTS_CALENDAR
			   ? OK
			   : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "of", error);
	p->match = type_field(p->of, match);
	if (!p->match || !p->match->to || p->match->kind == FIELD_LINKS)
		return load_fail(loading, "match", N_("There is no reference \"%s\""), str_c(loading->arena, match),
				 error);
	if (p->match->to == loading->type)
		return OK;
	p->common = type_field(loading->type, match);
	return p->common && p->common->to == p->match->to
		   ? OK
		   : load_fail(loading, "match", N_("There is no reference \"%s\""), str_c(loading->arena, match),
			       error);
}

static bool matters(const struct refresh *p, const struct edit *edit)
{
	const struct record *before = edit_before(edit), *after = edit_after(edit);

	for (size_t i = 0; i < p->changed_count; i++)
		if (edit_changes(edit, p->when_changed[i]))
			return true;
	if (p->changed_count)
		return false;
	if (!before || before->state != after->state)
		return true;
	for (size_t i = 0; i < after->type->field_count; i++)
		if (edit_changes(edit, after->type->fields[i]))
			return true;
	return false;
}

static enum status reconsider(struct edit *edit, const int64_t *records, size_t count, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < count && !status; i++) {
		struct edit_request request = {.record = records[i], .reconsider = true, .via = VIA_JOB};
		struct edit_result result;

		status = edit_follow_up(edit, &request, &result, error);
	}
	return status;
}

static enum status reconsider_at(const struct refresh *p, struct edit *edit, int64_t identity, struct error *error)
{
	int64_t *records;
	size_t count;
	enum status status = lookup_referring(edit_connection(edit), edit_arena(edit), p->match, identity, p->also_done,
					      &records, &count, error);

	return status ? status : reconsider(edit, records, count, error);
}

static enum status reconsider_clocks(struct edit *edit, struct error *error)
{
	int64_t *records;
	size_t count;
	enum status status = clocks_by_calendar(edit_connection(edit), edit_arena(edit), edit_after(edit)->identity,
						&records, &count, error);

	return status ? status : reconsider(edit, records, count, error);
}

/* The beginning of a day, and of the day after the last one; passed ones need no timer. */
static enum status set_timer(const struct behaviour_call *call, struct edit *edit, const struct field *field,
			     struct str name, int32_t more, struct error *error)
{
	struct value day = field ? edit_value(edit, field) : (struct value){0};
	instant at;

	if (!field || (edit_before(edit) && !edit_changes(edit, field)))
		return OK;
	at = day.kind == VALUE_DATE ? lookup_agreement_day((int32_t)day.number + more) : INSTANT_NONE;
	if (at == INSTANT_NONE || at <= edit_now(edit))
		return edit_timer_clear(edit, call, name, error);
	return edit_timer(edit, call, name, at, (struct str){0}, error);
}

static enum status look_again(const struct refresh *p, struct edit *edit, struct error *error)
{
	const struct record *before = edit_before(edit), *after = edit_after(edit);
	struct value was, is;
	enum status status;

	if (!p->of)
		return reconsider_clocks(edit, error);
	if (!p->common)
		return reconsider_at(p, edit, after->identity, error);
	was = before ? record_value(before, p->common) : (struct value){0};
	is = record_value(after, p->common);
	if (was.kind == VALUE_RECORD && !value_eq(was, is) && (status = reconsider_at(p, edit, was.number, error)))
		return status;
	return is.kind == VALUE_RECORD ? reconsider_at(p, edit, is.number, error) : OK;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct refresh *p = call->parameters;
	enum status status;

	if (!matters(p, edit))
		return OK;
	if ((status = set_timer(call, edit, p->from, timers[0], 0, error)) ||
	    (status = set_timer(call, edit, p->to, timers[1], 1, error)))
		return status;
	return look_again(p, edit, error);
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	(void)name, (void)payload;
	return look_again(call->parameters, edit, error);
}

const struct behaviour behaviour_refresh = {.name = "refresh", .load = load, .after = after, .due = due};
