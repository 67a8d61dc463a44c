/* What a retention rule says, made of the words of its record, and what may become of one record under all of them. */
#include "behaviour/behaviours.h"
#include "behaviour/retention.h"
#include "record/erase.h"
#include "record/lookup.h"
#include "record/read.h"

enum { RULES_MOST = 1000, DAY_MS = 86400000 };

const struct retention *retention_of(const struct kernel *kernel, const struct type *type)
{
	return behaviour_parameters(kernel, type, &behaviour_retention);
}

static struct str text_of(const struct record *record, const struct field *field)
{
	struct value value = field ? record_value(record, field) : (struct value){0};

	return value.kind == VALUE_TEXT || value.kind == VALUE_CHOICE ? value.text : (struct str){0};
}

static enum status parse(struct edit *edit, const struct type *type, const struct field *field, struct str text,
			 const struct query **query, struct error *error)
{
	struct error own = {0};
	enum status status;

	*query = NULL;
	if (!str_trim(text).n)
		return OK;
	status = query_parse(edit_arena(edit), type->query, text, query, &own);
	return status ? error_fail_at(error, E_INVALID, field->name, "expression",
				      N_("This is no condition on records of that kind"))
		      : OK;
}

/* The first of the fields that the type has, as a moment or a date. */
static enum status parse_expired(const struct retention_rule *rule, struct edit *edit,
				 const struct retention_start *from, struct str scope, const struct query **query,
				 struct error *error)
{
	long long days = (long long)(record_value(rule->record, rule->retention->period).number / DAY_MS);
	static const char *const clocks[] = {"now", "today"};

	*query = NULL;
	for (size_t i = 0; i < from->field_count; i++)
		for (size_t k = 0; k < 2; k++) {
			struct error own = {0};
			struct buf text = buf_new(edit_arena(edit));

			if (scope.n)
				buf_format(&text, "(%.*s) and ", STR_ARG(scope));
			if (from->where.n)
				buf_format(&text, "(%.*s) and ", STR_ARG(from->where));
			buf_format(&text, "%.*s < %s - %lldd", STR_ARG(from->fields[i]), clocks[k], days);
			if (!query_parse(edit_arena(edit), rule->type->query, buf_str(&text), query, &own))
				return OK;
		}
	return error_fail_at(error, E_INVALID, rule->retention->starts->name, "expression",
			     N_("Records of that kind have no such moment"));
}

enum status retention_rule_make(const struct retention *retention, struct edit *edit, const struct record *record,
				struct retention_rule *rule, struct error *error)
{
	struct str starts = text_of(record, retention->starts), scope = str_trim(text_of(record, retention->only));
	enum status status;

	*rule = (struct retention_rule){.retention = retention, .record = record, .is_narrow = scope.n > 0};
	rule->type = model_type(edit_kernel(edit)->model, text_of(record, retention->type));
	if (!rule->type)
		return error_fail_at(error, E_INVALID, retention->type->name, "choice",
				     N_("There is no such kind of record"));
	if ((status = parse(edit, rule->type, retention->only, scope, &rule->scope, error)))
		return status;
	for (size_t i = 0; i < retention->from_count; i++)
		if (str_eq(retention->from[i].code, starts))
			return parse_expired(rule, edit, &retention->from[i], scope, &rule->expired, error);
	return OK; /* nothing says from when */
}

enum status retention_rule_read(const struct retention *retention, struct edit *edit, const struct record *record,
				struct retention_rule *rule, struct error *error)
{
	struct error own;
	enum status status;

	error_clear(&own);
	status = retention_rule_make(retention, edit, record, rule, &own);
	rule->is_unclear = status == E_INVALID;
	if (rule->is_unclear)
		rule->expired = NULL;
	else
		error_append(error, &own);
	return rule->is_unclear ? OK : status;
}

/* --- all of them --- */

static enum status load_hold(const struct retention *retention, struct edit *edit, const struct record *record,
			     struct hold *hold, struct error *error)
{
	struct str numbers = text_of(record, retention->hold_records);
	int64_t *records = NULL;
	enum status status;

	*hold = (struct hold){.record = record,
			      .type = model_type(edit_kernel(edit)->model, text_of(record, retention->hold_type))};
	if (numbers.n && (status = erase_numbers(edit_kernel(edit), edit_arena(edit), numbers,
						 retention->hold_records->name, &records, &hold->record_count, error)))
		return status;
	hold->records = records;
	return hold->type ? parse(edit, hold->type, retention->hold_only, text_of(record, retention->hold_only),
				  &hold->only, error)
			  : OK;
}

static enum status load_holds(const struct retention *retention, struct edit *edit, struct retention_law *law,
			      struct error *error)
{
	struct record **records;
	size_t count;
	enum status status = lookup_all(edit_kernel(edit), edit_connection(edit), edit_arena(edit), retention->holds,
					RULES_MOST, &records, &count, error);

	law->holds = status ? NULL : arena_many(edit_arena(edit), struct hold, count + 1);
	for (size_t i = 0; !status && i < count; i++)
		status = load_hold(retention, edit, records[i], &law->holds[law->hold_count++], error);
	return status;
}

enum status retention_law_load(const struct retention *retention, struct edit *edit, struct retention_law *law,
			       struct error *error)
{
	struct record **records;
	size_t count;
	enum status status = lookup_all(edit_kernel(edit), edit_connection(edit), edit_arena(edit),
					retention->type->type, RULES_MOST, &records, &count, error);

	*law = (struct retention_law){0};
	if (status)
		return status;
	law->rules = arena_many(edit_arena(edit), struct retention_rule, count + 1);
	for (size_t i = 0; !status && i < count; i++) {
		bool holds;

		status = read_holds(edit_kernel(edit), edit_connection(edit), edit_arena(edit), actor_system(),
				    records[i], retention->when, edit_now(edit), &holds, error);
		if (!status && holds)
			status =
			    retention_rule_read(retention, edit, records[i], &law->rules[law->rule_count++], error);
	}
	return status ? status : load_holds(retention, edit, law, error);
}

/* --- one record --- */

static enum status fits(struct edit *edit, const struct record *record, const struct query *query, bool *does,
			struct error *error)
{
	*does = true;
	return query ? read_holds(edit_kernel(edit), edit_connection(edit), edit_arena(edit), actor_system(), record,
				  query, edit_now(edit), does, error)
		     : OK;
}

static enum status is_held(const struct hold *hold, struct edit *edit, const struct record *record, bool *held,
			   struct error *error)
{
	*held = false;
	for (size_t i = 0; i < hold->record_count; i++)
		if (hold->records[i] == record->identity)
			*held = true;
	return !*held && hold->type == record->type && (hold->only || !hold->record_count)
		   ? fits(edit, record, hold->only, held, error)
		   : OK;
}

/* A rule for some of the records goes before one for all; of those for some, all have to agree. One that is unclear may
 * mean any of its kind. */
static enum status other_speaks(const struct retention_rule *rule, const struct retention_rule *other,
				struct edit *edit, const struct record *record, bool *speaks, struct error *error)
{
	const struct field *disposal = rule->retention->disposal;
	bool expired;
	enum status status;

	*speaks = false;
	if (other->record->identity == rule->record->identity || other->type != rule->type ||
	    (!other->is_narrow && !other->is_unclear))
		return OK;
	if (other->is_unclear) {
		*speaks = true;
		return OK;
	}
	if ((status = fits(edit, record, other->scope, speaks, error)) || !*speaks || !rule->is_narrow)
		return status;
	if ((status = fits(edit, record, other->expired, &expired, error)))
		return status;
	*speaks = !other->expired || !expired ||
		  !value_eq(record_value(rule->record, disposal), record_value(other->record, disposal));
	return OK;
}

enum status retention_judge(const struct retention_law *law, const struct retention_rule *rule, struct edit *edit,
			    const struct record *record, enum retention_answer *answer, const struct record **by,
			    struct error *error)
{
	bool is = record->type == rule->type && rule->expired;
	enum status status = is ? fits(edit, record, rule->expired, &is, error) : OK;

	*by = NULL;
	*answer = is ? DISPOSE_NOW : DISPOSE_NOT_YET;
	for (size_t i = 0; i < law->hold_count && !status && *answer == DISPOSE_NOW; i++)
		if (!(status = is_held(&law->holds[i], edit, record, &is, error)) && is) {
			*by = law->holds[i].record;
			*answer = DISPOSE_HELD;
		}
	for (size_t i = 0; i < law->rule_count && !status && *answer == DISPOSE_NOW; i++)
		if (!(status = other_speaks(rule, &law->rules[i], edit, record, &is, error)) && is)
			*answer = DISPOSE_OTHER_RULE;
	return status;
}

enum status retention_anything_held(struct kernel *kernel, struct connection *connection, struct arena *arena,
				    bool *held, struct error *error)
{
	enum status status = OK;

	*held = false;
	for (size_t i = 0; i < kernel->model->type_count && !*held && !status; i++) {
		const struct retention *retention = retention_of(kernel, kernel->model->types[i]);
		struct record **records;
		size_t count = 0;

		if (!retention || !retention->holds)
			continue;
		status = lookup_all(kernel, connection, arena, retention->holds, 1, &records, &count, error);
		*held = !status && count;
	}
	return status;
}
