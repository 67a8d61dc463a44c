/* log_reading: who opens such a record is written down, in a record of its own for each reading.
 *
 * Parameters: when: the condition under which it is (as the record stands when it is opened); make: the type of a
 * reading; as: its reference to this record; reader: its person field; at: its date and time; surface: its choice of
 * page, paper, file and api: how it was opened.
 *
 * What it does to records is nothing: surfaces say what they show (log_reading()), and a job writes it
 * (job/readings.h). docs/decisions/0067 says what counts as a reading. */
#include "behaviour/log_reading.h"

#include "base/log.h"
#include "behaviour/behaviours.h"
#include "record/read.h"

static bool has_code(const struct choice_set *choices, struct str code)
{
	for (size_t i = 0; i < choices->count; i++)
		if (str_eq(choices->choices[i].code, code))
			return true;
	return false;
}

static enum status load_fields_of(struct behaviour_loading *loading, struct log_reading *p, struct error *error)
{
	enum status status;

	if ((status = load_reference(loading, "as", p->make, loading->type, &p->as, error)) ||
	    (status = load_field_of(loading, "reader", p->make, &p->reader, error)) ||
	    (status = load_field_of(loading, "at", p->make, &p->at, error)) ||
	    (status = load_field_of(loading, "surface", p->make, &p->surface, error)))
		return status;
	if (p->reader->kind != FIELD_PERSON)
		return load_fail(loading, "reader", N_("The field must be a person"), NULL, error);
	if (p->at->value != VALUE_TIME)
		return load_fail(loading, "at", N_("The field must be a date and time"), NULL, error);
	if (p->surface->kind != FIELD_CHOICE)
		return load_fail(loading, "surface", N_("The field must be a choice"), NULL, error);
	for (int i = 0; i < READING_SURFACES; i++) {
		struct str code = reading_surface_code((enum reading_surface)i);

		if (!has_code(p->surface->choices, code))
			return load_fail(loading, "surface", N_("The choices have no \"%s\""),
					 str_c(loading->arena, code), error);
	}
	return OK;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"when", "make", "as", "reader", "at", "surface", NULL};
	struct log_reading *p = arena_one(loading->arena, struct log_reading);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_expression(loading, "when", true, &p->when, error)) ||
	    (status = load_type(loading, "make", true, &p->make, error)))
		return status;
	return load_fields_of(loading, p, error);
}

const struct log_reading *log_reading_of(const struct kernel *kernel, const struct type *type)
{
	return behaviour_parameters(kernel, type, &behaviour_log_reading);
}

/* A condition that cannot be judged is no reason to forget a reading. */
void log_reading(struct kernel *kernel, struct connection *connection, struct arena *arena, const struct actor *actor,
		 const struct record *record, enum reading_surface surface, instant now)
{
	const struct log_reading *p = log_reading_of(kernel, record->type);
	const struct reading reading = {
	    .record = record->identity, .person = actor->person, .surface = surface, .at = now};
	struct error error = {0};
	bool holds = true;

	if (!p || actor->is_system)
		return;
	if (read_rule_holds(kernel, connection, arena, actor_system(), record, p->when, now, &holds, &error)) {
		log_error("whether a reading is to be logged could not be judged");
		holds = true;
	}
	if (holds)
		kernel_note_reading(kernel, &reading);
}

void log_reading_by(struct kernel *kernel, struct connection *connection, struct arena *arena,
		    const struct actor *actor, int64_t identity, enum reading_surface surface, instant now)
{
	const struct type *type = kernel_type_of(kernel, identity);
	struct record *record = NULL;
	struct error error = {0};

	if (!type || !log_reading_of(kernel, type) ||
	    record_load(kernel, connection, arena, identity, false, &record, &error) || !record)
		return;
	log_reading(kernel, connection, arena, actor, record, surface, now);
}

const struct behaviour behaviour_log_reading = {.name = "log_reading", .load = load};
