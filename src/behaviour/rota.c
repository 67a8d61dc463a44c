/* rota: an on-call rota hands over by itself (8.1.3.1, 8.1.6; record/rotas.h names its fields).
 *
 * Parameters: on_call, until: person and time that show who is on call now and until when; of, match: the type and its
 * group field whose open records are handed over with the turn.
 *
 * At every hand-over the person who comes on and the one who goes off are told, and the history says so. */
#include "behaviour/behaviours.h"

#include "record/lookup.h"
#include "record/read.h"
#include "record/rotas.h"

enum { NUMBERS_TOLD = 20 };

struct rota_rule {
	const struct field *on_call, *until;
	const struct field *group; /* of the rota */
	const struct field *match; /* of the type whose records are handed over; NULL: none */
};

static const struct str timer = {"turn", 4};

static enum status load_match(struct behaviour_loading *loading, struct rota_rule *p, struct error *error)
{
	const struct type *type;
	struct str match;
	enum status status;

	if ((status = load_type(loading, "of", false, &type, error)) ||
	    (status = load_text(loading, "match", type != NULL, &match, error)) || !type)
		return status;
	p->match = type_field(type, match);
	return p->match && p->match->kind == FIELD_GROUP
		   ? OK
		   : load_fail(loading, "match", N_("There is no field \"%s\""), str_c(loading->arena, match), error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on_call", "until", "of", "match", NULL};
	struct rota_rule *p = arena_one(loading->arena, struct rota_rule);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_field(loading, "on_call", true, &p->on_call, error)) ||
	    (status = load_field(loading, "until", true, &p->until, error)) || (status = load_match(loading, p, error)))
		return status;
	if (loading->type->acts_as != ACTS_ROTA)
		return load_fail(loading, NULL, N_("Only the type that acts as rota has turns"), NULL, error);
	if (p->on_call->kind != FIELD_PERSON)
		return load_fail(loading, "on_call", N_("The field must be a person"), NULL, error);
	if (p->until->value != VALUE_TIME)
		return load_fail(loading, "until", N_("The field must be a date and time"), NULL, error);
	p->group = type_field(loading->type, S("group"));
	return OK;
}

static bool is_active(const struct record *record)
{
	const struct field *active = type_field(record->type, S("active"));

	return !active || record_value(record, active).boolean;
}

static struct rota_turn turn_now(struct edit *edit)
{
	struct rota rota;

	if (!is_active(edit_after(edit)) || !rota_of_record(edit_arena(edit), edit_after(edit), &rota))
		return (struct rota_turn){.until = INSTANT_NONE};
	return rota_at(&rota, edit_now(edit));
}

static enum status derive(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct rota_rule *p = call->parameters;
	struct rota_turn turn = turn_now(edit);
	enum status status =
	    edit_set(edit, p->on_call, turn.person ? value_record(turn.person) : (struct value){0}, error);

	if (status)
		return status;
	return edit_set(edit, p->until, turn.until != INSTANT_NONE ? value_time(turn.until) : (struct value){0}, error);
}

static enum status check(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct record *record = edit_after(edit);
	struct value zone = record_value(record, type_field(record->type, S("zone")));
	struct rota rota;
	enum status status = OK;

	(void)call;
	if (zone.kind == VALUE_TEXT && !zone_open(zone.text))
		return error_fail(error, E_INVALID, "zone", "zone", N_("There is no such time zone"));
	if (!rota_of_record(edit_arena(edit), record, &rota))
		return error_fail(error, E_INVALID, "hand_over", "time", N_("Write a time of day as 09:00"));
	for (size_t i = 0; i < rota.override_count && !status; i++)
		if (rota.overrides[i].from >= rota.overrides[i].to)
			status = error_fail(error, E_INVALID, "overrides", "order",
					    N_("A replacement ends after it has begun"));
	return status;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	struct rota_turn turn = turn_now(edit);

	if (turn.until == INSTANT_NONE)
		return edit_timer_clear(edit, call, timer, error);
	return edit_timer(edit, call, timer, turn.until, (struct str){0}, error);
}

/* --- hand-over --- */

static enum status open_records(const struct rota_rule *p, struct edit *edit, struct str *numbers, size_t *count,
				struct error *error)
{
	struct value group = p->group ? edit_value(edit, p->group) : (struct value){0};
	struct buf text = buf_new(edit_arena(edit));
	char number[NUMBER_TEXT];
	int64_t *records;
	enum status status;

	*count = 0;
	if (!p->match || group.kind != VALUE_RECORD)
		return OK;
	if ((status = lookup_dependants(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->match,
					group.number, &records, count, error)))
		return status;
	for (size_t i = 0; i < *count && i < NUMBERS_TOLD; i++)
		buf_format(&text, "%s%s", i ? ", " : "", kernel_number(edit_kernel(edit), records[i], number));
	if (*count > NUMBERS_TOLD)
		buf_add_c(&text, ", …");
	*numbers = buf_str(&text);
	return OK;
}

static enum status name_of(struct edit *edit, int64_t person, enum language language, struct str *name,
			   struct error *error)
{
	struct record *record = NULL;
	enum status status = OK;

	if (person)
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), person, false, &record,
				     error);
	*name = record ? read_headline(record, language) : str_of(tr(language, N_("nobody")));
	return status;
}

static enum status say(const struct rota_rule *p, struct edit *edit, int64_t person, struct edit_note *note,
		       struct error *error)
{
	struct str numbers, name;
	size_t count;
	enum status status = open_records(p, edit, &numbers, &count, error);

	for (enum language language = ENGLISH; language < LANGUAGES && !status; language++) {
		struct buf text = buf_new(edit_arena(edit));

		if ((status = name_of(edit, person, language, &name, error)))
			break;
		buf_format(&text, tr(language, N_("On call from now: %.*s")), STR_ARG(name));
		if (count)
			buf_format(&text, tr(language, N_("; open in the group: %zu (%.*s)")), count, STR_ARG(numbers));
		note->says.text[language] = buf_str(&text);
	}
	return status;
}

static enum status due(const struct behaviour_call *call, struct edit *edit, struct str name, struct str payload,
		       struct error *error)
{
	const struct rota_rule *p = call->parameters;
	struct value was = edit_value(edit, p->on_call);
	struct rota_turn turn = turn_now(edit);
	int64_t before = was.kind == VALUE_RECORD ? was.number : 0, people[2];
	struct edit_note note = {.kind = S("hand_over"), .people = people};
	struct edit_request request = {.record = edit_after(edit)->identity, .via = VIA_JOB, .note = &note};
	struct edit_result result;
	enum status status;

	(void)name, (void)payload;
	if (turn.person == before)
		return after(call, edit, error);
	if (turn.person)
		people[note.people_count++] = turn.person;
	if (before)
		people[note.people_count++] = before;
	if ((status = say(p, edit, turn.person, &note, error)) || (status = edit_notify(edit, &note, error)))
		return status;
	return edit_follow_up(edit, &request, &result, error);
}

const struct behaviour behaviour_rota = {
    .name = "rota", .load = load, .derive = derive, .check = check, .after = after, .due = due};
