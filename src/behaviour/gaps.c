/* gaps: what a record lacks, of what those that it belongs to require, stands in records of its own: the skills that a
 * person's roles and groups need and the person does not have (A.10-8), or not to the level that is needed (4.4.2.2).
 *
 * Parameters: of: links fields, to types that each have a links field requires; has: this record's links field, to the
 * same type; make: the type of gaps, with a text field title (and perhaps title_ja); as, what: its references to this
 * record and to what is lacking; close: its transition when that is lacking no more. And where it matters how much of
 * it:
 *
 * through: [{type, by, of}]: records not done that name this one, whose `of` requires as well (a role that somebody is
 * to be given); levels: [{type, by, state, rows, what, level}]: records in a state that name what requires, and say in
 * rows how much of what; held: [{type, by, state, what, level}]: records in a state that say how much this one has;
 * required, is: whole numbers of a gap, which tell both. Having it by the links alone is 1.
 *
 * There is one open gap for each thing, however many require it. */
#include "behaviour/gaps.h"

#include "behaviour/behaviours.h"
#include "record/lookup.h"
#include "record/read.h"

/* --- parameters --- */

static enum status load_needs(struct behaviour_loading *loading, struct gaps *p, struct error *error)
{
	struct str name;
	enum status status;

	if ((status = load_fields(loading, "of", &p->of, &p->of_count, error)) ||
	    (status = load_text(loading, "requires", true, &name, error)))
		return status;
	p->needs = arena_many(loading->arena, const struct field *, p->of_count + 1);
	for (size_t i = 0; i < p->of_count; i++) {
		p->needs[i] = p->of[i]->kind == FIELD_LINKS ? type_field(p->of[i]->to, name) : NULL;
		if (!p->needs[i] || p->needs[i]->kind != FIELD_LINKS || p->needs[i]->to != p->has->to)
			return load_fail(loading, "requires", N_("There is no field \"%s\""),
					 str_c(loading->arena, name), error);
	}
	return p->of_count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "of", error);
}

static enum status load_made(struct behaviour_loading *loading, struct gaps *p, struct error *error)
{
	enum status status = load_type(loading, "make", true, &p->make, error);

	if (status)
		return status;
	if (!type_field(p->make, S("title")))
		return load_fail(loading, "make", N_("There is no field \"%s\""), "title", error);
	if ((status = load_reference(loading, "as", p->make, loading->type, &p->as, error)) ||
	    (status = load_reference(loading, "what", p->make, p->has->to, &p->what, error)))
		return status;
	return load_transition(loading, "close", true, p->make, &p->close, error);
}

static enum status load_reference_of(struct behaviour_loading *part, const char *key, const struct type *type,
				     const struct type *to, const struct field **field, struct error *error)
{
	enum status status = load_field_of(part, key, type, field, error);

	if (status)
		return status;
	return (*field)->value == VALUE_RECORD && (*field)->to && (!to || (*field)->to == to)
		   ? OK
		   : load_fail(part, key, N_("The field must be a reference"), NULL, error);
}

static enum status load_through(struct behaviour_loading *part, struct gaps_through *through, struct error *error)
{
	static const char *const keys[] = {"type", "by", "of", NULL};
	const struct type *type;
	enum status status;

	if ((status = load_keys(part, keys, error)) || (status = load_type(part, "type", true, &type, error)) ||
	    (status = load_reference_of(part, "by", type, part->type, &through->by, error)))
		return status;
	return load_reference_of(part, "of", type, NULL, &through->of, error);
}

static enum status load_level(struct behaviour_loading *part, const struct type *what, struct gaps_level *level,
			      struct error *error)
{
	static const char *const keys[] = {"type", "by", "state", "rows", "what", "level", NULL};
	const struct type *type;
	enum status status;

	if ((status = load_keys(part, keys, error)) || (status = load_type(part, "type", true, &type, error)) ||
	    (status = load_reference_of(part, "by", type, NULL, &level->by, error)) ||
	    (status = load_state(part, "state", type, &level->state, error)) ||
	    (status = load_field_of(part, "rows", type, &level->rows, error)))
		return status;
	if (level->rows->kind != FIELD_ROWS)
		return load_fail(part, "rows", N_("The field must hold rows"), NULL, error);
	if ((status = load_column(part, "what", level->rows, VALUE_RECORD, &level->what, error)))
		return status;
	return level->what->to == what ? load_column(part, "level", level->rows, VALUE_INTEGER, &level->level, error)
				       : load_fail(part, "what", N_("The field must be a reference"), NULL, error);
}

static enum status load_held(struct behaviour_loading *part, const struct type *what, struct gaps_held *held,
			     struct error *error)
{
	static const char *const keys[] = {"type", "by", "state", "what", "level", NULL};
	const struct type *type;
	enum status status;

	if ((status = load_keys(part, keys, error)) || (status = load_type(part, "type", true, &type, error)) ||
	    (status = load_reference_of(part, "by", type, part->type, &held->by, error)) ||
	    (status = load_reference_of(part, "what", type, what, &held->what, error)) ||
	    (status = load_state(part, "state", type, &held->state, error)))
		return status;
	return load_field_of(part, "level", type, &held->level, error);
}

static enum status load_much(struct behaviour_loading *loading, struct gaps *p, struct error *error)
{
	struct behaviour_loading *through, *levels, *held;
	enum status status;

	if ((status = load_parts(loading, "through", &through, &p->through_count, error)) ||
	    (status = load_parts(loading, "levels", &levels, &p->level_count, error)) ||
	    (status = load_parts(loading, "held", &held, &p->held_count, error)))
		return status;
	p->through = arena_many(loading->arena, struct gaps_through, p->through_count + 1);
	p->levels = arena_many(loading->arena, struct gaps_level, p->level_count + 1);
	p->held = arena_many(loading->arena, struct gaps_held, p->held_count + 1);
	for (size_t i = 0; i < p->through_count && !status; i++)
		status = load_through(&through[i], &p->through[i], error);
	for (size_t i = 0; i < p->level_count && !status; i++)
		status = load_level(&levels[i], p->has->to, &p->levels[i], error);
	for (size_t i = 0; i < p->held_count && !status; i++)
		status = load_held(&held[i], p->has->to, &p->held[i], error);
	if (!status && load_node(loading, "required"))
		status = load_field_of(loading, "required", p->make, &p->required, error);
	if (!status && load_node(loading, "is"))
		status = load_field_of(loading, "is", p->make, &p->is, error);
	return status;
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"of",      "requires", "has",  "make",     "as", "what", "close",
					   "through", "levels",   "held", "required", "is", NULL};
	struct gaps *p = arena_one(loading->arena, struct gaps);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) || (status = load_field(loading, "has", true, &p->has, error)) ||
	    (status = load_needs(loading, p, error)) || (status = load_made(loading, p, error)))
		return status;
	return load_much(loading, p, error);
}

/* --- the gaps --- */

static void put_levels(const struct gaps *p, const struct lack *lack, struct field_input *fields, size_t *count)
{
	if (p->required)
		fields[(*count)++] = (struct field_input){p->required, value_number(VALUE_INTEGER, lack->required)};
	if (p->is)
		fields[(*count)++] = (struct field_input){p->is, value_number(VALUE_INTEGER, lack->held)};
}

static enum status open_gap(const struct gaps *p, struct edit *edit, const struct lack *lack, struct error *error)
{
	struct field_input fields[6] = {{p->as, value_record(edit_after(edit)->identity)},
					{p->what, value_record(lack->what)}};
	struct edit_request request = {.type = p->make, .fields = fields, .field_count = 2, .via = VIA_JOB};
	struct edit_result result;
	struct record *record;
	enum status status =
	    record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), lack->what, false, &record, error);

	if (status || !record)
		return status;
	for (enum language language = ENGLISH; language < LANGUAGES; language++) {
		const struct field *title = type_field(p->make, language == JAPANESE ? S("title_ja") : S("title"));
		struct str whose = read_headline(edit_after(edit), language), lacks = read_headline(record, language);

		if (title)
			fields[request.field_count++] = (struct field_input){
			    title,
			    value_text(str_format(edit_arena(edit), language == JAPANESE ? "%.*s：%.*s" : "%.*s: %.*s",
						  STR_ARG(whose), STR_ARG(lacks)))};
	}
	put_levels(p, lack, fields, &request.field_count);
	return edit_follow_up(edit, &request, &result, error);
}

static enum status close_gap(const struct gaps *p, struct edit *edit, int64_t gap, struct error *error)
{
	struct edit_request request = {.record = gap, .transition = p->close, .via = VIA_JOB};
	struct edit_result result;

	return edit_follow_up(edit, &request, &result, error);
}

static enum status keep_gap(const struct gaps *p, struct edit *edit, int64_t gap, const struct lack *lack,
			    struct error *error)
{
	struct field_input fields[2];
	struct edit_request request = {.record = gap, .fields = fields, .via = VIA_JOB};
	struct edit_result result;

	put_levels(p, lack, fields, &request.field_count);
	return request.field_count ? edit_follow_up(edit, &request, &result, error) : OK;
}

static struct lack *lack_of(const struct lacks *lacks, int64_t what)
{
	for (size_t i = 0; i < lacks->list.count; i++)
		if (lacks->list.items[i].what == what)
			return &lacks->list.items[i];
	return NULL;
}

/* Closes what is lacking no more; what has its gap already is taken out. */
static enum status go_through(const struct gaps *p, struct edit *edit, struct lacks *lacks, struct error *error)
{
	int64_t *gaps;
	size_t count;
	enum status status = lookup_dependants(edit_kernel(edit), edit_connection(edit), edit_arena(edit), p->as,
					       edit_after(edit)->identity, &gaps, &count, error);

	for (size_t i = 0; !status && i < count; i++) {
		struct record *gap;
		struct lack *lack;

		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), gaps[i], false, &gap,
				     error);
		if (status || !gap)
			continue;
		lack = lack_of(lacks, record_value(gap, p->what).number);
		status = lack ? keep_gap(p, edit, gaps[i], lack, error) : close_gap(p, edit, gaps[i], error);
		if (lack)
			lack->what = 0;
	}
	return status;
}

static bool matters(const struct gaps *p, const struct edit *edit)
{
	bool changes = edit_request_of(edit)->reconsider || edit_changes(edit, p->has);

	for (size_t i = 0; i < p->of_count; i++)
		changes = changes || edit_changes(edit, p->of[i]);
	return changes;
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct gaps *p = call->parameters;
	struct lacks lacks;
	enum status status;

	if (!matters(p, edit))
		return OK;
	if ((status = gaps_find(p, edit, &lacks, error)) || (status = go_through(p, edit, &lacks, error)))
		return status;
	for (size_t i = 0; i < lacks.list.count && !status; i++)
		if (lacks.list.items[i].what)
			status = open_gap(p, edit, &lacks.list.items[i], error);
	return status;
}

const struct behaviour behaviour_gaps = {.name = "gaps", .load = load, .after = after};
