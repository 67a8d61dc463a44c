/* Requests of a batch that speak of records that the same batch has made: -1 is what its first request made. */
#include "record/edit_run.h"

#include <stdlib.h>

struct earlier {
	const struct edit_result *results;
	size_t count; /* done so far */
	struct arena *arena;
};

static bool resolve(const struct earlier *earlier, int64_t *identity)
{
	if (*identity >= 0)
		return true;
	if (*identity < -(int64_t)earlier->count)
		return false;
	*identity = earlier->results[-*identity - 1].record;
	return true;
}

static int by_identity(const void *a, const void *b)
{
	int64_t x = ((const struct value *)a)->number, y = ((const struct value *)b)->number;

	return (x > y) - (x < y);
}

static bool resolve_list(const struct earlier *earlier, struct value *value)
{
	struct value *items = arena_many(earlier->arena, struct value, value->list.count + 1);
	size_t kept = 0;

	for (size_t i = 0; i < value->list.count; i++) {
		items[i] = value->list.items[i];
		if (!resolve(earlier, &items[i].number))
			return false;
	}
	if (value->list.count)
		qsort(items, value->list.count, sizeof(*items), by_identity);
	for (size_t i = 0; i < value->list.count; i++)
		if (!kept || items[kept - 1].number != items[i].number)
			items[kept++] = items[i];
	value->list.items = items;
	value->list.count = kept;
	return true;
}

static bool resolve_fields(const struct earlier *earlier, struct edit_request *request)
{
	struct field_input *fields = arena_many(earlier->arena, struct field_input, request->field_count + 1);

	for (size_t i = 0; i < request->field_count; i++) {
		fields[i] = request->fields[i];
		if (fields[i].value.kind == VALUE_RECORD && !resolve(earlier, &fields[i].value.number))
			return false;
		if (fields[i].value.kind == VALUE_LIST && !resolve_list(earlier, &fields[i].value))
			return false;
	}
	request->fields = fields;
	return true;
}

static bool resolve_links(const struct earlier *earlier, struct edit_request *request)
{
	struct link_input *links = arena_many(earlier->arena, struct link_input, request->link_count + 1);

	for (size_t i = 0; i < request->link_count; i++) {
		links[i] = request->links[i];
		if (!resolve(earlier, &links[i].other))
			return false;
	}
	request->links = links;
	return true;
}

enum status edit_take_earlier(struct edit_run *run, const struct edit_batch *batch, size_t index,
			      struct edit_request *request, struct error *error)
{
	const struct earlier earlier = {.results = batch->results, .count = index, .arena = run->arena};

	*request = batch->requests[index];
	if (resolve(&earlier, &request->record) && resolve(&earlier, &request->on_behalf) &&
	    resolve_fields(&earlier, request) && resolve_links(&earlier, request))
		return OK;
	return error_fail(error, E_INVALID, "", "earlier", N_("A change speaks of one that comes after it"));
}
