#include "web/foreseen.h"

#include "record/access.h"
#include "record/clocks.h"
#include "web/part_new.h"
#include "web/show.h"

/* Time limits and who does the work are the provider's own: a customer's people are told when the record is there. */
bool is_foreseen(const struct visit *visit, const struct type *type)
{
	return actor_is_staff(visit->actor) && type->query->clocks.count;
}

/* By the rules that would make it. What cannot be understood yet is told when it is created: until then, nothing. */
void foresee(struct visit *visit, struct connection *connection, const struct type *type, const struct value *values,
	     struct foreseen *foreseen)
{
	struct field_input *inputs = arena_many(visit->arena, struct field_input, type->field_count + 1);
	struct edit_request request = {.type = type, .fields = inputs, .via = VIA_WEB, .at = INSTANT_NONE};
	struct error ignored = {0};

	for (size_t i = 0; i < type->field_count; i++)
		if (!value_is_empty(values[i]) && access_may_set(visit->kernel, visit->actor, type->fields[i]))
			inputs[request.field_count++] =
			    (struct field_input){.field = type->fields[i], .value = values[i]};
	if (edit_foresee(visit->kernel, connection, visit->arena, visit->actor, &request, visit->now, foreseen,
			 &ignored))
		*foreseen = (struct foreseen){0};
}

/* Who is to do it: the group that it goes to, and who of the group. */
static struct str goes_to(const struct show *show, const struct record *record)
{
	struct visit *visit = show->visit;
	struct buf names = buf_new(visit->arena);

	for (size_t i = 0; i < record->type->field_count; i++) {
		const struct field *field = record->type->fields[i];
		bool of_group = field->from && field->from->kind == FIELD_GROUP;

		if ((field->kind != FIELD_GROUP && !of_group) || !access_reads_field(visit->actor, field) ||
		    record_value(record, field).kind != VALUE_RECORD)
			continue;
		words_list(&visit->h, &names, show_value(show, field, record_value(record, field)));
	}
	return buf_str(&names);
}

static struct str priority_of(const struct visit *visit, const struct record *record)
{
	const struct field *field = show_priority_field(record->type);

	return field && access_reads_field(visit->actor, field) ? record_value(record, field).text : S("");
}

static struct str agreement_of(struct visit *visit, const struct record *record)
{
	for (size_t i = 0; i < record->type->field_count; i++) {
		const struct field *field = record->type->fields[i];
		struct value value = record_value(record, field);

		if (field->to && field->to->acts_as == ACTS_AGREEMENT && value.kind == VALUE_RECORD &&
		    access_reads_field(visit->actor, field))
			return phrase(&visit->h, N_("by agreement %s"), number_text(visit, value.number));
	}
	return S("");
}

enum status draw_foreseen(struct visit *visit, struct connection *connection, const struct foreseen *foreseen)
{
	struct html *h = &visit->h;
	struct outcome_view *outcomes = arena_many(visit->arena, struct outcome_view, foreseen->clock_count + 1);
	struct show show = show_new(visit);
	struct str group;
	size_t count = 0;
	enum status status;

	if (!foreseen->record) {
		draw_result(h, S(""), S(""), NULL, 0);
		return OK;
	}
	show_need_record(&show, foreseen->record);
	for (size_t i = 0; i < foreseen->clock_count; i++) {
		const struct record_clock *clock = &foreseen->clocks[i];

		if (!clock->result.running && clock->result.state != CLOCK_RUNNING)
			continue;
		outcomes[count++] = (struct outcome_view){
		    phrase(h, N_("%s by"), show_clock_name(visit, foreseen->record->type, clock->name)),
		    words_near(h, clock->result.due_at)};
	}
	if ((status = show_look_up(&show, connection)))
		return status;
	group = goes_to(&show, foreseen->record);
	if (group.n)
		outcomes[count++] = (struct outcome_view){label(h, N_("Goes to")), group};
	draw_result(h, priority_of(visit, foreseen->record), agreement_of(visit, foreseen->record), outcomes, count);
	return OK;
}
