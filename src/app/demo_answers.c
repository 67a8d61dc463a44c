/* What users say when they are asked how satisfied they are: about six in ten answer, on the working day after, the
 * happier the more smoothly it went. Each draws from a chance of its own, so that nothing else changes. */
#include "app/demo_world.h"
#include "record/read.h"

enum { ASKED_MOST = 400, ANSWERING = 62, SCORES = 5 };

struct answering {
	struct demo_world *world;
	struct connection *connection;
	const struct type *type;
	instant at;    /* the morning of the day on which they answer */
	instant until; /* whoever was asked before then */
	struct list_result asked;
	VEC(struct edit_request) requests;
};

/* Asked in the time before, and, when `rough`, of what did not go smoothly. */
static enum status read_asked(struct answering *a, bool rough, struct list_result *result, struct error *error)
{
	struct demo_world *world = a->world;
	char from[TIME_TEXT], to[TIME_TEXT];
	struct str filter =
	    str_format(world->arena, "state = asked and created_at >= %s and created_at < %s%s",
		       time_format(world->answered_until, from), time_format(a->until, to),
		       rough ? " and (incident.reopen_count > 0 or incident.escalation_count > 0)" : "");
	struct list_request request = {
	    .type = a->type, .limit = ASKED_MOST, .as_of = INSTANT_NONE, .now = world->until};
	enum status status = query_parse(world->arena, a->type->query, filter, &request.filter, error);

	*result = (struct list_result){0};
	if (status && rough) { /* an overlay took those fields away */
		error_clear(error);
		return OK;
	}
	return status ? status
		      : read_list(world->kernel, a->connection, world->arena, actor_system(), &request, result, error);
}

static enum language language_of(const struct demo_world *world, int64_t person)
{
	for (size_t i = 0; i < world->people.count; i++)
		if (world->people.items[i].identity == person)
			return world->people.items[i].language;
	return JAPANESE;
}

static struct str remark(struct answering *a, struct chance *chance, size_t score, enum language language)
{
	const struct node *list = demo_list(a->world->texts, score < 2   ? "praises"
							     : score > 2 ? "complaints"
									 : ""),
			  *pair;

	if (!list->count || !chance_percent(chance, score > 2 ? 70 : 25))
		return (struct str){0};
	pair = list->items[chance_below(chance, (int64_t)list->count)];
	return pair->count < 2 ? (struct str){0} : pair->items[language == ENGLISH ? 1 : 0]->text;
}

static void answer(struct answering *a, const struct record *asked, bool rough)
{
	static const int smooth_weights[SCORES] = {44, 36, 12, 6, 2}, rough_weights[SCORES] = {12, 27, 26, 24, 11};
	const struct field *field = type_field(a->type, S("score"));
	struct chance chance = {.state = (uint64_t)asked->identity};
	struct value person = record_named(asked, "person");
	size_t score = chance_weighted(&chance, rough ? rough_weights : smooth_weights, SCORES);
	instant at = a->at + chance_between(&chance, 5, 500) * MINUTE;
	struct demo_form form;

	at = at > asked->updated_at ? at : asked->updated_at + 5 * MINUTE; /* asked after that morning */
	if (!chance_percent(&chance, ANSWERING) || person.kind != VALUE_RECORD || !field || !field->choices ||
	    field->choices->count < SCORES || at > a->world->until)
		return;
	form = demo_form(a->world, a->type, at, person.number);
	demo_take(&form, "answer");
	demo_put_choice(&form, "score", field->choices->choices[score].code);
	demo_put_text(&form, "remark", remark(a, &chance, score, language_of(a->world, person.number)));
	form.request.record = asked->identity;
	form.request.fields = form.fields.items;
	form.request.field_count = form.fields.count;
	vec_push(a->world->arena, &a->requests, form.request);
}

static bool is_in(const struct list_result *list, int64_t identity)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->records[i]->identity == identity)
			return true;
	return false;
}

static enum status give(struct answering *a, int64_t *edits, struct error *error)
{
	struct edit_batch batch = {.actor = actor_system(),
				   .requests = a->requests.items,
				   .count = a->requests.count,
				   .results = arena_many(a->world->arena, struct edit_result, a->requests.count + 1),
				   .now = a->world->until};

	*edits += (int64_t)batch.count;
	return batch.count ? kernel_edit(a->world->kernel, &batch, error) : OK;
}

static enum status collect(struct answering *a, struct error *error)
{
	READER connection = NULL;
	struct list_result rough;
	enum status status;

	if ((status = kernel_reader(a->world->kernel, &connection, error)))
		return status;
	a->connection = connection;
	if ((status = read_asked(a, false, &a->asked, error)) || (status = read_asked(a, true, &rough, error)))
		return status;
	for (size_t i = 0; i < a->asked.count; i++)
		answer(a, a->asked.records[i], is_in(&rough, a->asked.records[i]->identity));
	return OK;
}

enum status demo_answer(struct demo_world *world, instant day, int64_t *edits, struct error *error)
{
	int32_t date = zone_day(world->zone, day);
	struct answering a = {.world = world,
			      .type = model_type(world->model, S("survey_response")),
			      .at = zone_instant(world->zone, date, 9 * HOUR),
			      .until = day};
	enum status status;

	if (!a.type || !type_field(a.type, S("score")) || demo_is_holiday(world, date))
		return OK;
	if ((status = collect(&a, error)) || (status = give(&a, edits, error)))
		return status;
	world->answered_until = day;
	return OK;
}
