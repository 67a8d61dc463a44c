/* Any bytes as an expression: the parser refuses them or makes a tree that evaluates. Against a fixed schema, on
 * records that are empty or full. */
#include "query/query.h"

#include "../unit/query/query_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bench {
	struct arena *arena;
	bool full;
};

static enum status get(void *context, const void *record, const struct query_field *field, struct value *value)
{
	const struct bench *bench = context;
	static const struct value items[] = {{.kind = VALUE_RECORD, .number = 1}, {.kind = VALUE_RECORD, .number = 2}};
	if (!bench->full)
		return OK;
	if (field->kind == VALUE_TEXT && !field->is_number)
		*value = value_text(S("サーバ mail"));
	else if (field->kind == VALUE_CHOICE)
		*value = value_choice(field->codes[0].name);
	else if (field->kind == VALUE_LIST)
		*value = (struct value){.kind = VALUE_LIST, .list = {.items = items, .count = 2}};
	else if (field->kind == VALUE_BOOLEAN)
		*value = value_boolean(true);
	else if (field->kind == VALUE_MONEY)
		*value = (struct value){.kind = VALUE_MONEY, .currency = "JPY", .number = 1000000};
	else
		*value = value_number(field->is_number ? VALUE_RECORD : field->kind, 1);
	return OK;
}

static enum status follow(void *context, const struct query_type *type, int64_t identity, const void **record)
{
	*record = identity == 1 ? context : NULL;
	return OK;
}

static enum status links(void *context, const void *record, const struct query_link *link, const int64_t **ends,
			 size_t *count)
{
	static const int64_t identities[] = {1, 2};
	const struct bench *bench = context;
	*ends = identities;
	*count = bench->full ? 2 : 0;
	return OK;
}

static enum status changed(void *context, const void *record, const struct query_field *field, bool *has_changed)
{
	*has_changed = ((const struct bench *)context)->full;
	return OK;
}

static enum status clock_of(void *context, const void *record, struct str name, struct clock_result *clock, bool *found)
{
	*found = ((const struct bench *)context)->full;
	*clock = (struct clock_result){.state = CLOCK_RUNNING, .due_at = DAY};
	return OK;
}

static enum status find(void *context, const struct query_type *type, struct str key, int64_t *identity)
{
	*identity = (int64_t)key.n % 3;
	return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA arena = arena_new();
	struct bench bench = {.arena = arena};
	struct error error = {0};
	const struct query *query = NULL;
	struct query_environment environment = {
	    .context = &bench,
	    .now = 20000 * DAY,
	    .me = 1,
	    .my_customer = 1,
	    .get = get,
	    .follow = follow,
	    .links = links,
	    .changed = changed,
	    .clock = clock_of,
	    .find = find,
	};
	if (query_parse(arena, query_schema(arena), (struct str){(const char *)data, size}, &query, &error)) {
		if (error.status != E_SYNTAX || error.count == 0)
			__builtin_trap();
		return 0;
	}
	for (int round = 0; round < 2; round++) {
		bool matches;
		bench.full = round == 1;
		if (query_matches(query, &bench, &environment, &matches))
			__builtin_trap();
	}
	return 0;
}
