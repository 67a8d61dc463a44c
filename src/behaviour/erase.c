/* erase: at a step, erases what is kept of a person (record/erase.h), and writes down how much that was.
 *
 * Parameters: on: transitions; person: whose; also: a text with the numbers of records that are to be erased as well;
 * written: a yes or no: also what the person wrote into records about others; records, values, comments, files:
 * integers that say how many were erased; at: when. Who may take the step is the model's to say. */
#include "behaviour/behaviours.h"

#include "record/erase.h"

struct erase {
	const struct transition **on;
	size_t on_count;
	const struct field *person, *also, *written, *at;
	const struct field *records, *values, *comments, *files;
};

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"on",     "person",   "also",  "written", "records",
					   "values", "comments", "files", "at",      NULL};
	struct erase *p = arena_one(loading->arena, struct erase);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_transitions(loading, "on", &p->on, &p->on_count, error)) ||
	    (status = load_field(loading, "person", true, &p->person, error)) ||
	    (status = load_field(loading, "also", false, &p->also, error)) ||
	    (status = load_field(loading, "written", false, &p->written, error)) ||
	    (status = load_field(loading, "records", false, &p->records, error)) ||
	    (status = load_field(loading, "values", false, &p->values, error)) ||
	    (status = load_field(loading, "comments", false, &p->comments, error)) ||
	    (status = load_field(loading, "files", false, &p->files, error)) ||
	    (status = load_field(loading, "at", false, &p->at, error)))
		return status;
	if (!p->on_count)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "on", error);
	return p->person->kind == FIELD_PERSON
		   ? OK
		   : load_fail(loading, "person", N_("The field must be a person"), NULL, error);
}

static struct label says(struct edit *edit)
{
	char number[NUMBER_TEXT];
	struct label label;

	kernel_number(edit_kernel(edit), edit_after(edit)->identity, number);
	for (int language = 0; language < LANGUAGES; language++)
		label.text[language] = str_format(
		    edit_arena(edit), tr((enum language)language, N_("Personal data was erased: %s")), number);
	return label;
}

static void add(struct field_input *inputs, size_t *count, const struct field *field, struct value value)
{
	if (field && field->value == value.kind)
		inputs[(*count)++] = (struct field_input){field, value};
}

/* What was done, as part of the evidence. */
static enum status write_down(const struct erase *p, struct edit *edit, const struct erasure_counts *counts,
			      struct error *error)
{
	struct field_input inputs[5];
	struct edit_request request = {
	    .record = edit_after(edit)->identity, .fields = inputs, .via = edit_request_of(edit)->via};
	struct edit_result result;

	add(inputs, &request.field_count, p->records, value_integer(counts->records));
	add(inputs, &request.field_count, p->values, value_integer(counts->values));
	add(inputs, &request.field_count, p->comments, value_integer(counts->comments));
	add(inputs, &request.field_count, p->files, value_integer(counts->files));
	add(inputs, &request.field_count, p->at, value_time(edit_now(edit)));
	return request.field_count ? edit_follow_up(edit, &request, &result, error) : OK;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct erase *p = call->parameters;
	struct value person = edit_value(edit, p->person),
		     also = p->also ? edit_value(edit, p->also) : (struct value){0},
		     written = p->written ? edit_value(edit, p->written) : (struct value){0};
	struct erasure erasure = {.person = person.kind == VALUE_RECORD ? person.number : 0,
				  .written = written.kind == VALUE_BOOLEAN && written.boolean,
				  .says = says(edit)};
	struct erasure_counts counts;
	int64_t *records = NULL;
	enum status status;

	if (!edit_takes(edit, p->on, p->on_count))
		return OK;
	if (also.kind == VALUE_TEXT && (status = erase_numbers(edit_kernel(edit), edit_arena(edit), also.text,
							       p->also->name, &records, &erasure.record_count, error)))
		return status;
	erasure.records = records;
	if (!erasure.person && !erasure.record_count)
		return error_fail_at(error, E_INVALID, p->person->name, "required",
				     N_("Say whose data, or which records, are to be erased"));
	if ((status = edit_erase(edit, &erasure, &counts, error)))
		return status;
	return write_down(p, edit, &counts, error);
}

const struct behaviour behaviour_erase = {.name = "erase", .load = load, .after = after};
