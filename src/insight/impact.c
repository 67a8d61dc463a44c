#include "insight/impact.h"

#include <stdlib.h>

struct survey {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct actor *actor;
	const struct spread *spread;
	instant now;
	VEC(struct impact_item) items;
	VEC(struct impact_service) services;
	VEC(struct impact_customer) customers;
	bool cut;
};

/* --- what depends on it --- */

static bool has_item(const struct survey *survey, int64_t identity)
{
	for (size_t i = 0; i < survey->items.count; i++)
		if (survey->items.items[i].identity == identity)
			return true;
	return false;
}

static void add_item(struct survey *survey, int64_t identity, int depth)
{
	if (has_item(survey, identity))
		return;
	if (survey->items.count == IMPACT_MOST)
		survey->cut = true;
	else
		vec_push(survey->arena, &survey->items, (struct impact_item){.identity = identity, .depth = depth});
}

/* Breadth first, so that each is met at its shortest distance; circles end where they began. */
static enum status walk(struct survey *survey, struct error *error)
{
	for (size_t i = 0; survey->spread->through && i < survey->items.count; i++) {
		struct impact_item item = survey->items.items[i];
		int64_t *ends;
		size_t count;
		enum status status =
		    read_link_ends(survey->kernel, survey->connection, survey->arena, survey->actor,
				   survey->spread->through, true, item.identity, IMPACT_MOST + 1, &ends, &count, error);

		if (status)
			return status;
		if (count && item.depth == IMPACT_DEPTH) {
			survey->cut = true;
			continue;
		}
		for (size_t k = 0; k < count; k++)
			add_item(survey, ends[k], item.depth + 1);
	}
	return OK;
}

/* --- what that supports --- */

static const struct link_kind *link_of(const struct field *field)
{
	for (size_t i = 0; i < field->type->link_count; i++)
		if (field->type->links[i]->field == field)
			return field->type->links[i];
	return NULL;
}

/* Retired services fail nobody. */
static enum status add_service(struct survey *survey, int64_t identity, int64_t because_of, struct error *error)
{
	const struct field *by = survey->spread->by;
	struct record *record;
	struct value rank;
	enum status status;

	for (size_t i = 0; i < survey->services.count; i++)
		if (survey->services.items[i].identity == identity)
			return OK;
	if ((status = record_load(survey->kernel, survey->connection, survey->arena, identity, false, &record, error)))
		return status;
	if (!record || !access_reads_record(survey->kernel, survey->actor, record) ||
	    (record->state && record->state->phase == PHASE_DONE))
		return OK;
	rank = record_value(record, by);
	if (survey->services.count == IMPACT_MOST)
		survey->cut = true;
	else
		vec_push(survey->arena, &survey->services,
			 (struct impact_service){.identity = identity,
						 .because_of = because_of,
						 .rank = rank.kind == VALUE_CHOICE ? rank.text : (struct str){0},
						 .headline = read_headline(record, survey->actor->language)});
	return OK;
}

static enum status reach(struct survey *survey, struct error *error)
{
	const struct link_kind *link = link_of(survey->spread->reaches);

	for (size_t i = 0; link && i < survey->items.count; i++) {
		int64_t item = survey->items.items[i].identity, *ends;
		size_t count;
		enum status status = read_link_ends(survey->kernel, survey->connection, survey->arena, survey->actor,
						    link, false, item, IMPACT_MOST + 1, &ends, &count, error);

		for (size_t k = 0; k < count && !status; k++)
			status = add_service(survey, ends[k], item, error);
		if (status)
			return status;
	}
	return OK;
}

static size_t rank_of(const struct spread *spread, struct str code)
{
	const struct choice_set *ranks = spread->by->choices;
	size_t at = 0;

	while (at < ranks->count && !str_eq(ranks->choices[at].code, code))
		at++;
	return at;
}

/* The gravest first; of equals the one that was met first. */
static void sort_services(struct survey *survey)
{
	struct impact_service *items = survey->services.items;

	for (size_t i = 1; i < survey->services.count; i++)
		for (size_t k = i;
		     k > 0 && rank_of(survey->spread, items[k].rank) < rank_of(survey->spread, items[k - 1].rank);
		     k--) {
			struct impact_service item = items[k];

			items[k] = items[k - 1];
			items[k - 1] = item;
		}
}

/* --- to whom it is agreed --- */

static const struct field *reference_to(const struct type *type, const struct type *to)
{
	for (size_t i = 0; type && to && i < type->field_count; i++)
		if (type->fields[i]->kind == FIELD_REFERENCE && type->fields[i]->to == to)
			return type->fields[i];
	return NULL;
}

static enum status count_people(struct survey *survey, int64_t customer, int64_t *people, struct error *error)
{
	const struct model *model = survey->kernel->model;
	const struct type *person = model->acting[ACTS_PERSON];
	const struct field *of = reference_to(person, model->acting[ACTS_CUSTOMER]);
	const struct field *active = person ? type_field(person, S("active")) : NULL;
	const struct query *query;
	char number[NUMBER_TEXT];
	enum status status;

	*people = 0;
	if (!of)
		return OK;
	if ((status = query_parse(survey->arena, person->query,
				  str_format(survey->arena, "%.*s = %s%s", STR_ARG(of->name),
					     kernel_number(survey->kernel, customer, number),
					     active && active->kind == FIELD_BOOLEAN ? " and active" : ""),
				  &query, error)))
		return status;
	return read_count(survey->kernel, survey->connection, survey->arena, survey->actor, person, query, survey->now,
			  people, error);
}

static enum status add_customer(struct survey *survey, int64_t customer, int64_t agreement, struct error *error)
{
	struct impact_customer added = {.identity = customer, .agreement = agreement};
	enum status status;

	for (size_t i = 0; i < survey->customers.count; i++)
		if (survey->customers.items[i].identity == customer)
			return OK;
	if ((status = count_people(survey, customer, &added.people, error)))
		return status;
	vec_push(survey->arena, &survey->customers, added);
	return OK;
}

static bool is_reached(const struct survey *survey, struct value service)
{
	for (size_t i = 0; i < survey->services.count; i++)
		if (service.kind != VALUE_RECORD || survey->services.items[i].identity == service.number)
			return true;
	return false;
}

/* An agreement that names no service is about all of them. */
static enum status add_agreements(struct survey *survey, const struct record *const *records, size_t count,
				  struct error *error)
{
	const struct model *model = survey->kernel->model;
	const struct type *type = model->acting[ACTS_AGREEMENT];
	const struct field *customer = reference_to(type, model->acting[ACTS_CUSTOMER]),
			   *service = reference_to(type, survey->spread->reaches->to);
	enum status status = OK;

	for (size_t i = 0; customer && i < count && !status; i++) {
		struct value who = record_value(records[i], customer);
		struct value what = service ? record_value(records[i], service) : (struct value){0};

		if (who.kind == VALUE_RECORD && is_reached(survey, what))
			status = add_customer(survey, who.number, records[i]->identity, error);
	}
	return status;
}

static enum status find_customers(struct survey *survey, struct error *error)
{
	const struct type *type = survey->kernel->model->acting[ACTS_AGREEMENT];
	struct sort order = {.field = type ? map_get(&type->query->fields, S("number")) : NULL};
	struct list_request request = {.type = type,
				       .filter = survey->spread->agreed,
				       .limit = IMPACT_MOST,
				       .as_of = INSTANT_NONE,
				       .now = survey->now,
				       .sort = &order,
				       .sort_count = order.field != NULL};
	struct list_result result;
	enum status status;

	if (!type || !survey->services.count || !access_reads_type(survey->kernel, survey->actor, type))
		return OK;
	if ((status =
		 read_list(survey->kernel, survey->connection, survey->arena, survey->actor, &request, &result, error)))
		return status;
	survey->cut = survey->cut || result.next.n;
	return add_agreements(survey, (const struct record *const *)result.records, result.count, error);
}

/* --- the whole --- */

static enum status name_items(struct survey *survey, struct error *error)
{
	struct reference *names = arena_many(survey->arena, struct reference, survey->items.count + 1);
	enum status status;

	for (size_t i = 0; i < survey->items.count; i++)
		names[i].identity = survey->items.items[i].identity;
	status = read_references(survey->kernel, survey->connection, survey->arena, survey->actor, names,
				 survey->items.count, error);
	for (size_t i = 0; i < survey->items.count; i++)
		survey->items.items[i].headline = names[i].headline;
	return status;
}

static enum status name_customers(struct survey *survey, struct error *error)
{
	struct reference *names = arena_many(survey->arena, struct reference, survey->customers.count + 1);
	enum status status;

	for (size_t i = 0; i < survey->customers.count; i++)
		names[i].identity = survey->customers.items[i].identity;
	status = read_references(survey->kernel, survey->connection, survey->arena, survey->actor, names,
				 survey->customers.count, error);
	for (size_t i = 0; i < survey->customers.count; i++)
		survey->customers.items[i].headline = names[i].headline;
	return status;
}

enum status impact_of(struct kernel *kernel, struct connection *connection, struct arena *arena,
		      const struct actor *actor, const struct spread *spread, const int64_t *items, size_t item_count,
		      int64_t service, instant now, struct impact *impact, struct error *error)
{
	struct survey survey = {
	    .kernel = kernel, .connection = connection, .arena = arena, .actor = actor, .spread = spread, .now = now};
	enum status status;

	for (size_t i = 0; i < item_count; i++)
		add_item(&survey, items[i], 0);
	if ((service && (status = add_service(&survey, service, 0, error))) || (status = walk(&survey, error)) ||
	    (status = reach(&survey, error)))
		return status;
	sort_services(&survey);
	if ((status = find_customers(&survey, error)) || (status = name_items(&survey, error)) ||
	    (status = name_customers(&survey, error)))
		return status;
	*impact = (struct impact){.spread = spread,
				  .items = survey.items.items,
				  .item_count = survey.items.count,
				  .services = survey.services.items,
				  .service_count = survey.services.count,
				  .customers = survey.customers.items,
				  .customer_count = survey.customers.count,
				  .cut = survey.cut};
	if (impact->service_count) {
		size_t rank = rank_of(spread, impact->services[0].rank);

		if (rank < spread->by->choices->count)
			impact->proposed = spread->codes[rank];
	}
	return OK;
}

/* --- of a record --- */

const struct spread *impact_of_type(const struct type *type, const struct field **items, const struct field **service)
{
	const struct spread *spread = type->spread;

	*items = *service = NULL;
	for (size_t i = 0; !spread && i < type->field_count; i++)
		if (type->fields[i]->kind == FIELD_LINKS && type->fields[i]->to->spread) {
			*items = type->fields[i];
			spread = type->fields[i]->to->spread;
		}
	if (spread && *items)
		*service = reference_to(type, spread->reaches->to);
	return spread;
}

enum status impact_of_values(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const struct actor *actor, const struct type *type, const struct value *values,
			     int64_t identity, instant now, struct impact *impact, struct error *error)
{
	const struct field *items, *service;
	const struct spread *spread = impact_of_type(type, &items, &service);
	struct value named = items ? values[items->index] : (struct value){0},
		     reached = service ? values[service->index] : (struct value){0};
	int64_t *identities = arena_many(arena, int64_t, named.list.count + 1);
	size_t count = 0;

	*impact = (struct impact){0};
	if (!spread)
		return OK;
	for (size_t i = 0; named.kind == VALUE_LIST && i < named.list.count; i++)
		identities[count++] = named.list.items[i].number;
	if (!items && identity)
		identities[count++] = identity;
	return impact_of(kernel, connection, arena, actor, spread, identities, count,
			 reached.kind == VALUE_RECORD ? reached.number : 0, now, impact, error);
}
