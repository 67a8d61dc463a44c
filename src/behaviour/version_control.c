/* version_control: a record is a version of another one, which always shows what is in force (4.3.2-a, c, k).
 *
 * Parameters: of: the reference to that record; carry: fields of both, which are its content; also: fields of both that
 * it is told besides when the version comes into force (who approved it); number: text, the number of the version;
 * shown: where that record shows it; change: a choice with the codes major and minor, how much is changed; from: a
 * date, from which it is in force (empty: at once); waiting: the state in which it waits for that day; effective,
 * superseded: transitions into force, and out of it when the next one follows; take: the transition that the other
 * record takes each time.
 *
 * A new version begins with what is in force. There is one in preparation at a time. What it says is changed in its
 * first state only: what was submitted or approved stays word for word. Numbers go 1.0, 1.1, 2.0, by how much is
 * changed; where the number in force has no point (3) they run on. The first version takes the number that the other
 * record was given. Coming into force writes the content up and supersedes the former version in one transaction. */
#include "behaviour/version_control.h"
#include "record/subject.h"

#include "behaviour/behaviours.h"
#include "record/lookup.h"

static const struct str timer = {"in_force", 8};

/* --- parameters --- */

static enum status load_both(struct behaviour_loading *loading, const char *key, const struct type *to,
			     const struct field ***here, const struct field ***there, size_t *count,
			     struct error *error)
{
	enum status status = load_fields(loading, key, here, count, error);

	if (status)
		return status;
	*there = arena_many(loading->arena, const struct field *, *count + 1);
	for (size_t i = 0; i < *count; i++) {
		const struct field *field = type_field(to, (*here)[i]->name);

		if (!field || field->value != (*here)[i]->value)
			return load_fail(loading, key, N_("There is no field \"%s\" of the same kind at both ends"),
					 str_c(loading->arena, (*here)[i]->name), error);
		(*there)[i] = field;
	}
	return OK;
}

static enum status load_numbers(struct behaviour_loading *loading, struct versions *p, struct error *error)
{
	enum status status;

	if ((status = load_field(loading, "number", true, &p->number, error)) ||
	    (status = load_field_of(loading, "shown", p->of->to, &p->shown, error)) ||
	    (status = load_field(loading, "change", false, &p->change, error)) ||
	    (status = load_field(loading, "from", false, &p->from, error)))
		return status;
	if (p->shown->value != VALUE_TEXT)
		return load_fail(loading, "shown", N_("The field must be a text"), NULL, error);
	if (p->number->value != VALUE_TEXT)
		return load_fail(loading, "number", N_("The field must be a text"), NULL, error);
	if (p->change && p->change->value != VALUE_CHOICE)
		return load_fail(loading, "change", N_("The fields must be references or choices"), NULL, error);
	return !p->from || p->from->value == VALUE_DATE
		   ? OK
		   : load_fail(loading, "from", N_("The field must be a date"), NULL, error);
}

static enum status load_steps(struct behaviour_loading *loading, struct versions *p, struct error *error)
{
	struct str waiting;
	enum status status;

	if ((status = load_text(loading, "waiting", true, &waiting, error)) ||
	    (status = load_transition(loading, "effective", true, loading->type, &p->effective, error)) ||
	    (status = load_transition(loading, "superseded", true, loading->type, &p->superseded, error)))
		return status;
	p->waiting = type_state(loading->type, waiting);
	if (!p->waiting || !p->effective->to || !p->superseded->to)
		return load_fail(loading, "waiting", N_("There is no state \"%s\""), str_c(loading->arena, waiting),
				 error);
	return load_transition(loading, "take", false, p->of->to, &p->take, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"of",   "carry",   "also",      "number",     "shown", "change",
					   "from", "waiting", "effective", "superseded", "take",  NULL};
	struct versions *p = arena_one(loading->arena, struct versions);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_field(loading, "of", true, &p->of, error)))
		return status;
	if (p->of->kind != FIELD_REFERENCE)
		return load_fail(loading, "of", N_("The field must be a reference"), NULL, error);
	if ((status = load_both(loading, "carry", p->of->to, &p->carry, &p->theirs, &p->carry_count, error)) ||
	    (status = load_both(loading, "also", p->of->to, &p->also, &p->also_theirs, &p->also_count, error)) ||
	    (status = load_numbers(loading, p, error)))
		return status;
	if (!p->carry_count)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "carry", error);
	return load_steps(loading, p, error);
}

/* --- what others ask --- */

const struct versions *versions_of(const struct kernel *kernel, const struct type *type)
{
	return behaviour_parameters(kernel, type, &behaviour_version_control);
}

const struct field *version_of(const struct kernel *kernel, const struct type *type)
{
	const struct versions *versions = versions_of(kernel, type);

	return versions ? versions->of : NULL;
}

enum status versions_load(const struct versions *versions, struct edit *edit, int64_t of, struct record ***records,
			  size_t *count, struct error *error)
{
	int64_t *identities;
	size_t found;
	enum status status = lookup_referring(edit_connection(edit), edit_arena(edit), versions->of, of, true,
					      &identities, &found, error);

	*count = 0;
	if (status)
		return status;
	*records = arena_many(edit_arena(edit), struct record *, found + 1);
	for (size_t i = 0; i < found && !status; i++) {
		struct record *record;

		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), identities[i], true,
				     &record, error);
		if (!status && record)
			(*records)[(*count)++] = record;
	}
	return status;
}

bool version_is_open(const struct record *version)
{
	return version->state && version->state->phase != PHASE_DONE;
}

/* --- numbers --- */

static bool was_in_force(const struct versions *p, const struct record *version)
{
	return version->state == p->effective->to || version->state == p->superseded->to;
}

/* "2.1" -> 2.2 or 3.0; "3" -> 4; empty when it is nothing of the kind. */
static struct str next_number(struct arena *arena, struct str last, bool is_minor)
{
	int64_t major, minor;
	size_t point;

	if (!str_find_char(last, '.', &point))
		return str_int64(last, &major) ? str_format(arena, "%lld", (long long)major + 1) : (struct str){0};
	if (!str_int64(str_sub(last, 0, point), &major) || !str_int64(str_sub(last, point + 1, last.n), &minor))
		return (struct str){0};
	return is_minor ? str_format(arena, "%lld.%lld", (long long)major, (long long)minor + 1)
			: str_format(arena, "%lld.0", (long long)major + 1);
}

static enum status number(const struct versions *p, struct edit *edit, const struct record *parent, struct error *error)
{
	struct value last = record_value(parent, p->shown),
		     change = p->change ? edit_value(edit, p->change) : (struct value){0};
	struct record **all;
	size_t count;
	bool is_first = parent->state == parent->type->initial;
	enum status status = versions_load(p, edit, parent->identity, &all, &count, error);

	if (status)
		return status;
	for (size_t i = 0; i < count; i++)
		is_first = is_first && !was_in_force(p, all[i]);
	if (is_first)
		return edit_set(edit, p->number, last.kind == VALUE_TEXT ? last : value_text(S("1.0")), error);
	return edit_set(edit, p->number,
			value_text(next_number(edit_arena(edit), last.kind == VALUE_TEXT ? last.text : S("0.0"),
					       change.kind == VALUE_CHOICE && str_is(change.text, "minor"))),
			error);
}

static enum status load_parent(const struct versions *p, struct edit *edit, struct record **parent, struct error *error)
{
	struct value of = edit_value(edit, p->of);

	*parent = NULL;
	return of.kind == VALUE_RECORD ? record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit),
						     of.number, true, parent, error)
				       : OK;
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct versions *p = call->parameters;
	bool renumber =
	    !edit_overrides(edit, p->number) && (edit_is_new(edit) || (p->change && edit_changes(edit, p->change)));
	struct record *parent;
	enum status status;

	if (!edit_is_new(edit) && !renumber)
		return OK;
	if ((status = load_parent(p, edit, &parent, error)) || !parent)
		return status;
	for (size_t i = 0; i < p->carry_count && edit_is_new(edit) && !status; i++)
		if (!edit_overrides(edit, p->carry[i]))
			status = edit_set(edit, p->carry[i], record_value(parent, p->theirs[i]), error);
	return status || !renumber ? status : number(p, edit, parent, error);
}

/* --- what is refused --- */

static enum status refuse_other(const struct versions *p, const struct edit *edit, const struct record *other,
				struct error *error)
{
	struct value given = edit_value(edit, p->number), theirs = record_value(other, p->number);
	char text[NUMBER_TEXT];

	if (version_is_open(other) && edit_is_new(edit))
		return error_fail_at(error, E_CONFLICT, p->of->name, "version",
				     N_("A version is in preparation already: %s"),
				     kernel_number(edit_kernel(edit), other->identity, text));
	if (given.kind == VALUE_TEXT && was_in_force(p, other) && value_eq(given, theirs))
		return error_fail_at(error, E_INVALID, p->number->name, "unique",
				     N_("There has been a version of this number already"));
	return OK;
}

static enum status refuse_change(const struct edit *edit, const struct field *field, struct error *error)
{
	return field && edit_changes(edit, field)
		   ? error_fail_at(error, E_CONFLICT, field->name, "locked",
				   N_("What was submitted stays word for word: send it back to change it"))
		   : OK;
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct versions *p = call->parameters;
	const struct record *before = edit_before(edit);
	struct value of = edit_value(edit, p->of);
	struct record **all;
	size_t count;
	enum status status = OK, failed;

	if (before && before->state != before->type->initial && !edit_actor(edit)->is_system) {
		for (size_t i = 0; i < p->carry_count; i++) {
			failed = refuse_change(edit, p->carry[i], error);
			status = status ? status : failed;
		}
		failed = refuse_change(edit, p->number, error);
		return status ? status : failed;
	}
	if (of.kind != VALUE_RECORD || (before && !edit_changes(edit, p->number)))
		return OK;
	if ((status = versions_load(p, edit, of.number, &all, &count, error)))
		return status;
	for (size_t i = 0; i < count && !status; i++)
		if (all[i]->identity != edit_after(edit)->identity)
			status = refuse_other(p, edit, all[i], error);
	return status;
}

static enum status keeps(const struct behaviour_call *call, const struct subject *subject, bool *kept,
			 struct error *error)
{
	const struct versions *p = call->parameters;

	(void)error;
	if (subject->record->state == subject->record->type->initial)
		return OK;
	kept[p->number->index] = true;
	for (size_t i = 0; i < p->carry_count; i++)
		kept[p->carry[i]->index] = true;
	return OK;
}

/* --- coming into force --- */

static enum status step(struct edit *edit, int64_t record, const struct transition *transition, struct error *error)
{
	struct edit_request request = {
	    .record = record, .transition = transition, .via = VIA_JOB, .on_behalf = edit_who(edit)};
	struct edit_result result;

	return edit_follow_up(edit, &request, &result, error);
}

static enum status supersede_others(const struct versions *p, struct edit *edit, int64_t of, struct error *error)
{
	struct record **all;
	size_t count;
	enum status status = versions_load(p, edit, of, &all, &count, error);

	for (size_t i = 0; i < count && !status; i++)
		if (all[i]->identity != edit_after(edit)->identity && all[i]->state == p->effective->to)
			status = step(edit, all[i]->identity, p->superseded, error);
	return status;
}

static enum status write_up(const struct versions *p, struct edit *edit, int64_t of, struct error *error)
{
	static const char message[] = N_("Version %s is in force");
	struct field_input *fields =
	    arena_many(edit_arena(edit), struct field_input, p->carry_count + p->also_count + 1);
	struct edit_note note = {.kind = S("version")};
	struct edit_request request = {
	    .record = of, .fields = fields, .via = VIA_JOB, .on_behalf = edit_who(edit), .note = &note};
	struct str named = edit_value(edit, p->number).kind == VALUE_TEXT ? edit_value(edit, p->number).text : S("");
	struct edit_result result;
	bool may = false;
	enum status status = p->take ? edit_could_take(edit, of, p->take, NULL, &may, error) : OK;

	if (status)
		return status;
	request.transition = may ? p->take : NULL;
	for (size_t i = 0; i < p->carry_count; i++)
		fields[request.field_count++] = (struct field_input){p->theirs[i], edit_value(edit, p->carry[i])};
	for (size_t i = 0; i < p->also_count; i++)
		fields[request.field_count++] = (struct field_input){p->also_theirs[i], edit_value(edit, p->also[i])};
	fields[request.field_count++] = (struct field_input){p->shown, edit_value(edit, p->number)};
	for (int language = 0; language < LANGUAGES; language++)
		note.says.text[language] =
		    str_fill(edit_arena(edit), str_of(tr((enum language)language, message)), named);
	return edit_follow_up(edit, &request, &result, error);
}

static enum status come_into_force(const struct versions *p, struct edit *edit, struct error *error)
{
	struct value of = edit_value(edit, p->of);
	enum status status;

	if (of.kind != VALUE_RECORD)
		return OK;
	status = supersede_others(p, edit, of.number, error);
	return status ? status : write_up(p, edit, of.number, error);
}

static enum status wait_for_day(const struct versions *p, const struct behaviour_call *call, struct edit *edit,
				struct error *error)
{
	struct value from = p->from ? edit_value(edit, p->from) : (struct value){0};
	instant begins = from.kind == VALUE_DATE ? lookup_agreement_day((int32_t)from.number) : INSTANT_NONE;

	if (begins == INSTANT_NONE || begins <= edit_now(edit))
		return step(edit, edit_after(edit)->identity, p->effective, error);
	return edit_timer(edit, call, timer, begins, (struct str){0}, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct versions *p = call->parameters;
	const struct state *is = edit_after(edit)->state, *was = edit_before(edit) ? edit_before(edit)->state : NULL;

	if (is == p->waiting && (was != is || (p->from && edit_changes(edit, p->from))))
		return wait_for_day(p, call, edit, error);
	if (was == p->waiting && is != was) {
		enum status status = edit_timer_clear(edit, call, timer, error);

		if (status)
			return status;
	}
	return is == p->effective->to && was != is ? come_into_force(p, edit, error) : OK;
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	const struct versions *p = call->parameters;

	(void)name, (void)payload;
	return edit_after(edit)->state == p->waiting ? step(edit, edit_after(edit)->identity, p->effective, error) : OK;
}

const struct behaviour behaviour_version_control = {.name = "version_control",
						    .load = load,
						    .derive = derive,
						    .check = check,
						    .after = after,
						    .keeps = keeps,
						    .due = due};
