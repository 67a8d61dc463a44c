/* Lists: pages, order, the past, groups and full text, against what the test works out for itself. */
#include "record_world.h"

#include <stdlib.h>

#include "record/access.h"
#include "record/list.h"

enum { THINGS = 60, SNAPSHOTS = 900 };

/* --- random things --- */

static const char *one_of(uint64_t *seed, const char *const *texts)
{
	size_t count = 0;

	while (texts[count])
		count++;
	return texts[chance(seed, count)];
}

static const char *const titles[] = {"Alpha", "Beta", "alpha", "カメラ", "あめ", "Zulu", "障害", NULL};
static const char *const readings[] = {"", "", "あるふぁ", "べーた", "さーば", NULL};
static const char *const sizes[] = {"", "large", "medium", "small", NULL};
static const char *const holders[] = {"", "desk", "resolver", "security", "user", NULL};
static const char *const amounts[] = {"", "-5", "0", "1", "7", "1000", NULL};
static const char *const customers[] = {"", "CUS-1", "CUS-2", NULL};
static const char *const flags[] = {"", "true", "false", NULL};
static const char *const days[] = {"", "2026-11-23", "1969-12-31", "2027-01-01", NULL};
static const char *const prices[] = {"", "1 JPY", "0.5 JPY", "12.50 JPY", NULL};
static const char *const spans[] = {"", "PT1H", "PT90M", "1d", NULL};

static int64_t random_thing(struct world *world, uint64_t *seed, instant moment)
{
	return import(world, "thing", moment, "title", one_of(seed, titles), "title_reading", one_of(seed, readings),
		      "size", one_of(seed, sizes), "holder", one_of(seed, holders), "amount", one_of(seed, amounts),
		      "customer", one_of(seed, customers), "flag", one_of(seed, flags), "day", one_of(seed, days),
		      "price", one_of(seed, prices), "span", one_of(seed, spans), "note", one_of(seed, titles), NULL);
}

/* --- the order that is right --- */

static struct str text_in(const struct record *record, const char *name)
{
	struct value value = record_value(record, type_field(record->type, str_of(name)));

	return value.kind == VALUE_TEXT ? value.text : S("");
}

/* What a person or thing is known by. */
static struct str known_by(const struct record *record, const char *headline, const char *reading, bool japanese)
{
	return japanese && text_in(record, reading).n ? text_in(record, reading) : text_in(record, headline);
}

struct order {
	struct world *world;
	const struct sort *sort;
	size_t count;
	bool japanese;
};

static int compare_values(const struct order *order, const struct record *a, const struct record *b, struct str name)
{
	const struct field *field = type_field(a->type, name);
	struct value x, y;

	if (str_is(name, "number"))
		return (a->identity > b->identity) - (a->identity < b->identity);
	if (str_is(name, "updated_at"))
		return (a->updated_at > b->updated_at) - (a->updated_at < b->updated_at);
	if (str_is(name, "state"))
		return (int)a->state->phase -
		       (int)b->state->phase; /* open, waiting, done: in the order of the states */
	if (str_is(name, "title"))
		return str_cmp(known_by(a, "title", "title_reading", order->japanese),
			       known_by(b, "title", "title_reading", order->japanese));
	x = record_value(a, field);
	y = record_value(b, field);
	if (value_is_empty(x) || value_is_empty(y))
		return (int)value_is_empty(y) - (int)value_is_empty(x);
	if (str_is(name, "holder"))
		return str_cmp(known_by(look(order->world, x.number), "name", "name_reading", order->japanese),
			       known_by(look(order->world, y.number), "name", "name_reading", order->japanese));
	if (str_is(name, "size"))
		return (choice_find(field->choices, x.text) > choice_find(field->choices, y.text)) -
		       (choice_find(field->choices, x.text) < choice_find(field->choices, y.text));
	if (x.kind == VALUE_BOOLEAN)
		return (int)x.boolean - (int)y.boolean;
	if (x.kind == VALUE_TEXT)
		return str_cmp(x.text, y.text);
	return (x.number > y.number) - (x.number < y.number);
}

static int compare(const void *left, const void *right, void *context)
{
	const struct record *a = *(const struct record *const *)left, *b = *(const struct record *const *)right;
	const struct order *order = context;
	bool descending = order->count ? order->sort[0].descending : true;

	for (size_t i = 0; i < order->count; i++) {
		int found = compare_values(order, a, b, order->sort[i].field->name);

		if (found)
			return order->sort[i].descending ? -found : found;
	}
	return (descending ? -1 : 1) * ((a->identity > b->identity) - (a->identity < b->identity));
}

/* --- walking all pages --- */

struct walk {
	int64_t *identities;
	struct record **records;
	size_t count;
	int64_t total;
};

static void walk_pages(struct world *world, const struct actor *actor, struct list_request request, uint64_t *seed,
		       struct walk *walk)
{
	*walk = (struct walk){.identities = arena_many(world->arena, int64_t, 2000),
			      .records = arena_many(world->arena, struct record *, 2000)};
	do {
		struct list_result result;
		READER connection = NULL;

		request.limit = 1 + chance(seed, 25);
		error_clear(&world->error);
		must_do(world, store_reader(world->store, &connection, &world->error));
		must_do(world,
			read_list(world->kernel, connection, world->arena, actor, &request, &result, &world->error));
		assert_true(result.count <= request.limit);
		assert_true(walk->count + result.count < 2000);
		for (size_t i = 0; i < result.count; i++) {
			walk->records[walk->count] = result.records[i];
			walk->identities[walk->count++] = result.records[i]->identity;
		}
		walk->total = result.total;
		request.after = result.next;
	} while (request.after.n);
}

static const char *random_sort(struct world *world, uint64_t *seed, const char *const *keys)
{
	struct buf text = buf_new(world->arena);
	size_t count = 1 + chance(seed, 4);

	for (size_t i = 0; i < count; i++)
		buf_format(&text, "%s%s%s", i ? "," : "", chance(seed, 2) ? "-" : "", one_of(seed, keys));
	return str_c(world->arena, buf_str(&text));
}

/* The newest so many of what has a flag, or of all: where they begin, and then their order, though no index gives it.
 */
static void compare_newest(struct world *world, struct list_request request, uint64_t *seed, struct record *const *made,
			   struct record *const *sorted)
{
	const struct query *flagged = NULL;
	size_t most = 1 + chance(seed, THINGS), more = 0, found = 0;
	int64_t from = 0;
	struct walk walk;
	READER connection = NULL;

	must_do(world, query_parse(world->arena, request.type->query, S("flag = true"), &flagged, &world->error));
	request.filter = chance(seed, 2) ? flagged : NULL;
	request.count = false;
	for (int i = THINGS - 1; i >= 0; i--)
		if ((!request.filter || record_value(made[i], type_field(request.type, S("flag"))).boolean) &&
		    ++more == most)
			from = made[i]->identity;
	must_do(world, store_reader(world->store, &connection, &world->error));
	must_do(world, read_reach(world->kernel, connection, world->arena, actor_system(), request.type, request.filter,
				  world->now, most, &request.least, &world->error));
	assert_int_equal(request.least, more > most ? from : 0);
	request.filter = NULL;
	walk_pages(world, actor_system(), request, seed, &walk);
	for (int i = 0; i < THINGS; i++)
		if (sorted[i]->identity >= request.least)
			assert_int_equal(walk.identities[found++], sorted[i]->identity);
	assert_int_equal(walk.count, found);
}

static void pages_are_the_sorted_list(void **state)
{
	static const char *const keys[] = {"title", "size", "holder", "amount", "flag",       "day",
					   "price", "span", "state",  "number", "updated_at", NULL};
	struct world *world = *state;
	uint64_t seed = 30;
	struct record *all[THINGS], *made[THINGS];
	const struct type *type = type_of(world, "thing");

	alter(world, world->desk, world->now, "name_reading", "ですく", NULL);
	alter(world, world->user, world->now, "name_reading", "あ", NULL);
	for (int i = 0; i < THINGS; i++) {
		int64_t identity = random_thing(world, &seed, world->now + (instant)chance(&seed, 5));

		if (chance(&seed, 3) == 0)
			alter(world, identity, world->now + 10, "state", chance(&seed, 2) ? "use" : "end", NULL);
		all[i] = made[i] = look(world, identity);
	}
	for (int round = 0; round < 150; round++) {
		const char *text = random_sort(world, &seed, keys);
		struct list_request request = {
		    .type = type, .as_of = INSTANT_NONE, .now = world->now + DAY, .count = true};
		struct order order = {.world = world};
		struct sort *sort;
		struct walk walk;

		must_do(world, sort_parse(world->arena, type, str_of(text), &sort, &request.sort_count, &world->error));
		request.sort = sort;
		request.japanese = order.japanese = chance(&seed, 2);
		order.sort = sort;
		order.count = request.sort_count;
		walk_pages(world, actor_system(), request, &seed, &walk);
		qsort_r(all, THINGS, sizeof(*all), compare, &order);
		assert_int_equal(walk.total, THINGS);
		assert_int_equal(walk.count, THINGS);
		for (int i = 0; i < THINGS; i++)
			if (walk.identities[i] != all[i]->identity)
				fail_msg("%s: %s at %d instead of %s", text, number_of(world, walk.identities[i]), i,
					 number_of(world, all[i]->identity));
		compare_newest(world, request, &seed, made, all);
	}
}

/* A clock that waits has no due time: those come last. */
static void clocks_sort_and_page(void **state)
{
	static const char *const impacts[] = {"critical", "high", "medium", "low", NULL};
	struct world *world = *state;
	uint64_t seed = 31;
	struct list_request request = {.type = world->incident, .as_of = INSTANT_NONE, .count = true};

	for (int i = 0; i < 40; i++) {
		int64_t incident = import(world, "incident", world->now + (instant)i * MINUTE, "title", "x", "impact",
					  one_of(&seed, impacts), NULL);

		if (chance(&seed, 3) == 0)
			alter(world, incident, world->now + HOUR, "group", "desk", "state", "assign", NULL);
		if (chance(&seed, 3) == 0)
			alter(world, incident, world->now + HOUR + MINUTE, "assignee", "desk", "state", "start",
			      "category", "mail", "security", "false", "ci_unknown_reason", "none", NULL);
	}
	request.now = world->now + 2 * HOUR;
	for (int round = 0; round < 8; round++) {
		static const char *const keys[] = {"clock(resolution).due_at", "-clock(resolution).due_at,priority",
						   "clock(response).due_at,-number", "priority,clock(response).due_at"};
		struct sort *sort;
		struct walk walk;
		instant before = INSTANT_NONE;

		must_do(world, sort_parse(world->arena, world->incident, str_of(keys[round % 4]), &sort,
					  &request.sort_count, &world->error));
		request.sort = sort;
		walk_pages(world, actor_system(), request, &seed, &walk);
		assert_int_equal(walk.count, 40);
		for (size_t i = 0; i < walk.count; i++) {
			struct record_clock clock = clock_named(world, walk.identities[i], "resolution", request.now);
			instant due = clock.result.due_at == INSTANT_NONE ? INT64_MAX : clock.result.due_at;

			if (round % 4 == 0)
				assert_true(due >= before);
			before = due;
		}
	}
}

static void cursors_belong_to_their_list(void **state)
{
	struct world *world = *state;
	const struct type *type = type_of(world, "thing");
	struct list_request request = {.type = type, .limit = 1, .as_of = INSTANT_NONE};
	struct list_result result;
	struct sort *sort;
	READER connection = NULL;
	static const char *const bad[] = {"x", "!!", "W10", "WyIiXQ", "bnVsbA", "WyIiLCJ4Il0", NULL};

	import(world, "thing", world->now, "title", "One", NULL);
	import(world, "thing", world->now, "title", "Two", NULL);
	must_do(world, store_reader(world->store, &connection, &world->error));
	must_do(world,
		read_list(world->kernel, connection, world->arena, actor_system(), &request, &result, &world->error));
	assert_true(result.next.n > 0);
	must_do(world, sort_parse(world->arena, type, S("title"), &sort, &request.sort_count, &world->error));
	request.sort = sort;
	request.after = result.next;
	assert_int_equal(
	    read_list(world->kernel, connection, world->arena, actor_system(), &request, &result, &world->error),
	    E_SYNTAX);
	assert_true(has_fault(world, "after", "cursor"));
	for (size_t i = 0; bad[i]; i++) {
		request.after = str_of(bad[i]);
		assert_int_equal(read_list(world->kernel, connection, world->arena, actor_system(), &request, &result,
					   &world->error),
				 E_SYNTAX);
	}
}

/* The longest text that a field takes still fits into a cursor; what is longer is no sort key. */
static void long_texts_page(void **state)
{
	struct world *world = *state;
	const struct type *type = type_of(world, "thing");
	struct list_request request = {.type = type, .as_of = INSTANT_NONE};
	struct buf text = buf_new(world->arena);
	uint64_t seed = 1;
	struct sort *sort;
	struct walk walk;
	size_t count;

	for (int i = 0; i < 500; i++)
		buf_add_c(&text, "𠮷");
	for (int i = 0; i < 30; i++)
		import(world, "thing", world->now, "title", "x", "inner", str_c(world->arena, buf_str(&text)),
		       "title_reading", str_c(world->arena, buf_str(&text)), NULL);
	must_do(world, sort_parse(world->arena, type, S("inner,title_reading,-inner,inner"), &sort, &request.sort_count,
				  &world->error));
	request.sort = sort;
	walk_pages(world, actor_system(), request, &seed, &walk);
	assert_int_equal(walk.count, 30);
	assert_int_equal(sort_parse(world->arena, type, S("note"), &sort, &count, &world->error), E_SYNTAX);
}

/* --- the past --- */

struct snapshot { /* how a thing stood from a moment on */
	instant at;
	int64_t identity;
	struct record *record;
	int64_t near[THINGS]; /* ends of plain links */
	size_t near_count;
	struct str holder_phone; /* of the thing's holder, who changes, too */
};

struct past {
	struct world *world;
	struct snapshot *snapshots;
	size_t count;
	instant now;
	int64_t things[THINGS];
	size_t thing_count;
	struct {
		instant at;
		int64_t person;
		const char *phone;
	} phones[200];
	size_t phone_count;
};

static void take_snapshot(struct past *past, int64_t identity)
{
	struct world *world = past->world;
	struct snapshot *snapshot = &past->snapshots[past->count++];
	struct link_end *ends;
	size_t count;
	READER connection = NULL;

	assert_true(past->count < SNAPSHOTS);
	*snapshot = (struct snapshot){.at = past->now, .identity = identity, .record = look(world, identity)};
	must_do(world, store_reader(world->store, &connection, &world->error));
	struct record *whose;
	assert_int_equal(
	    read_record(world->kernel, connection, world->arena, actor_system(), identity, &whose, &world->error), OK);
	must_do(world, read_links(world->kernel, connection, world->arena, actor_system(), whose, INSTANT_NONE, &ends,
				  &count, &world->error));
	for (size_t i = 0; i < count; i++)
		if (str_is(ends[i].link->name, "near") && !ends[i].backwards)
			snapshot->near[snapshot->near_count++] = ends[i].identity;
}

static int64_t any_thing(struct past *past, uint64_t *seed)
{
	return past->things[chance(seed, past->thing_count)];
}

static bool stands_near(struct past *past, int64_t one, int64_t other)
{
	for (size_t i = past->count; i-- > 0;)
		if (past->snapshots[i].identity == one) {
			for (size_t j = 0; j < past->snapshots[i].near_count; j++)
				if (past->snapshots[i].near[j] == other)
					return true;
			return false;
		}
	return false;
}

static void random_edit(struct past *past, uint64_t *seed)
{
	struct world *world = past->world;
	int64_t thing = any_thing(past, seed), other = any_thing(past, seed);
	int64_t people[] = {world->desk, world->resolver, world->secured};
	static const char *const phones[] = {"1", "2", NULL};

	switch (chance(seed, 8)) {
	case 0:
		alter(world, thing, past->now, "size", one_of(seed, sizes), "amount", one_of(seed, amounts), NULL);
		break;
	case 1:
		alter(world, thing, past->now, "title", one_of(seed, titles), "title_reading", one_of(seed, readings),
		      "holder", one_of(seed, holders), NULL);
		break;
	case 2:
		alter(world, thing, past->now, "parts", chance(seed, 3) ? number_of(world, other) : "", "flag",
		      one_of(seed, flags), NULL);
		break;
	case 3:
		if (thing != other)
			alter(world, thing, past->now, stands_near(past, thing, other) ? "unlink near" : "link near",
			      number_of(world, other), NULL);
		take_snapshot(past, thing);
		take_snapshot(past, other);
		return;
	case 4: /* from the other end: nothing is said in the thing's own history */
		if (thing != other)
			alter(world, other, past->now, stands_near(past, thing, other) ? "unback near" : "back near",
			      number_of(world, thing), NULL);
		take_snapshot(past, thing);
		take_snapshot(past, other);
		return;
	case 5: {
		int64_t person = people[chance(seed, 3)];
		const char *phone = one_of(seed, phones);

		alter(world, person, past->now, "phone", phone, NULL);
		past->phones[past->phone_count].at = past->now;
		past->phones[past->phone_count].person = person;
		past->phones[past->phone_count++].phone = phone;
		return;
	}
	case 6:
		if (look(world, thing)->state->phase == PHASE_OPEN)
			alter(world, thing, past->now, "state", chance(seed, 2) ? "use" : "end", NULL);
		break;
	default:
		alter(world, thing, past->now, "secret", one_of(seed, flags), "comment", "Hm", NULL);
	}
	take_snapshot(past, thing);
}

static const struct snapshot *stood(const struct past *past, int64_t identity, instant at)
{
	const struct snapshot *found = NULL;

	for (size_t i = 0; i < past->count; i++)
		if (past->snapshots[i].identity == identity && past->snapshots[i].at <= at)
			found = &past->snapshots[i];
	return found;
}

static const char *phone_of(const struct past *past, int64_t person, instant at)
{
	const char *found = "";

	for (size_t i = 0; i < past->phone_count; i++)
		if (past->phones[i].person == person && past->phones[i].at <= at)
			found = past->phones[i].phone;
	return found;
}

static struct value value_in(const struct snapshot *snapshot, const char *name)
{
	return record_value(snapshot->record, type_field(snapshot->record->type, str_of(name)));
}

static bool is_size(const struct snapshot *snapshot, const char *size)
{
	return str_is(value_in(snapshot, "size").kind == VALUE_CHOICE ? value_in(snapshot, "size").text : S(""), size);
}

static bool always(const struct past *past, const struct snapshot *snapshot, instant at)
{
	return true;
}

static bool is_large(const struct past *past, const struct snapshot *snapshot, instant at)
{
	return is_size(snapshot, "large");
}

static bool has_amount(const struct past *past, const struct snapshot *snapshot, instant at)
{
	struct value amount = value_in(snapshot, "amount");

	return (amount.kind == VALUE_INTEGER && amount.number > 0) || snapshot->record->state->phase == PHASE_DONE;
}

static bool has_parts(const struct past *past, const struct snapshot *snapshot, instant at)
{
	return value_in(snapshot, "parts").kind == VALUE_LIST;
}

static bool holder_has_phone(const struct past *past, const struct snapshot *snapshot, instant at)
{
	struct value holder = value_in(snapshot, "holder");

	return holder.kind == VALUE_RECORD && strcmp(phone_of(past, holder.number, at), "1") == 0;
}

static bool is_near_large(const struct past *past, const struct snapshot *snapshot, instant at)
{
	for (size_t i = 0; i < snapshot->near_count; i++) {
		const struct snapshot *other = stood(past, snapshot->near[i], at);

		if (other && is_size(other, "large"))
			return true;
	}
	return false;
}

static bool is_near_any(const struct past *past, const struct snapshot *snapshot, instant at)
{
	return snapshot->near_count > 0;
}

static bool has_large_part(const struct past *past, const struct snapshot *snapshot, instant at)
{
	struct value parts = value_in(snapshot, "parts");

	for (size_t i = 0; parts.kind == VALUE_LIST && i < parts.list.count; i++) {
		const struct snapshot *other = stood(past, parts.list.items[i].number, at);

		if (other && is_size(other, "large"))
			return true;
	}
	return false;
}

static const struct {
	const char *text;
	bool (*holds)(const struct past *past, const struct snapshot *snapshot, instant at);
} filters[] = {
    {"", always},
    {"size = large", is_large},
    {"amount > 0 or state.phase = done", has_amount},
    {"parts is not empty", has_parts},
    {"holder.phone = '1'", holder_has_phone},
    {"has link(near where size = large)", is_near_large},
    {"has link(near)", is_near_any},
    {"parts.size = large", has_large_part},
};

static void compare_record(struct past *past, const struct snapshot *wanted, instant at)
{
	struct world *world = past->world;
	struct record *record = NULL;
	READER connection = NULL;

	must_do(world, store_reader(world->store, &connection, &world->error));
	error_clear(&world->error);
	must_do(world, read_record_as_of(world->kernel, connection, world->arena, actor_system(), wanted->identity, at,
					 &record, &world->error));
	assert_int_equal(record->version, wanted->record->version);
	assert_int_equal(record->updated_at, wanted->record->updated_at);
	assert_ptr_equal(record->state, wanted->record->state);
	assert_int_equal(record->restricted, wanted->record->restricted);
	for (size_t i = 0; i < record->type->field_count; i++)
		if (!value_eq(record->values[i], wanted->record->values[i]))
			fail_msg("%s as of %lld: field %.*s", number_of(world, wanted->identity), (long long)at,
				 STR_ARG(record->type->fields[i]->name));
}

static void compare_list(struct past *past, instant at, size_t filter, uint64_t *seed)
{
	static const char *const keys[] = {"title", "size",   "holder",     "amount", "flag",
					   "state", "number", "updated_at", NULL};
	struct world *world = past->world;
	const struct type *type = type_of(world, "thing");
	struct list_request request = {.type = type,
				       .as_of = at,
				       .now = world->now,
				       .count = true,
				       .with_links = true,
				       .filter = expression(world, type, filters[filter].text)};
	struct record *wanted[THINGS];
	struct order order = {.world = world, .japanese = chance(seed, 2)};
	struct sort *sort;
	struct walk walk;
	size_t count = 0;
	const char *text = random_sort(world, seed, keys);

	for (size_t i = 0; i < past->thing_count; i++) {
		const struct snapshot *snapshot = stood(past, past->things[i], at);

		if (snapshot && filters[filter].holds(past, snapshot, at))
			wanted[count++] = snapshot->record;
	}
	must_do(world, sort_parse(world->arena, type, str_of(text), &sort, &request.sort_count, &world->error));
	request.sort = order.sort = sort;
	order.count = request.sort_count;
	request.japanese = order.japanese;
	walk_pages(world, actor_system(), request, seed, &walk);
	qsort_r(wanted, count, sizeof(*wanted), compare, &order);
	if (walk.count != count || walk.total != (int64_t)count)
		fail_msg("\"%s\" as of %lld: %zu (total %lld), not %zu", filters[filter].text, (long long)at,
			 walk.count, (long long)walk.total, count);
	for (size_t i = 0; i < count; i++) {
		size_t parts = type_field(type, S("parts"))->index;

		if (walk.identities[i] != wanted[i]->identity)
			fail_msg("\"%s\" by %s as of %lld: %s at %zu", filters[filter].text, text, (long long)at,
				 number_of(world, walk.identities[i]), i);
		assert_true(value_eq(walk.records[i]->values[parts], wanted[i]->values[parts]));
	}
}

static void the_past_is_as_it_was(void **state)
{
	struct world *world = *state;
	uint64_t seed = 32;
	struct past past = {
	    .world = world, .now = world->now, .snapshots = arena_many(world->arena, struct snapshot, SNAPSHOTS)};
	instant first = world->now;

	for (int i = 0; i < 25; i++) {
		past.now += (instant)chance(&seed, 3) * SECOND;
		past.things[past.thing_count++] = random_thing(world, &seed, past.now);
		take_snapshot(&past, past.things[past.thing_count - 1]);
	}
	for (int i = 0; i < 200; i++) {
		past.now += SECOND;
		random_edit(&past, &seed);
	}
	for (int i = 0; i < 120; i++) {
		instant at = first - SECOND + (instant)chance(&seed, (uint64_t)(past.now - first) + 5 * SECOND);
		int64_t thing = any_thing(&past, &seed);

		if (stood(&past, thing, at))
			compare_record(&past, stood(&past, thing, at), at);
		compare_list(&past, at, (size_t)i % (sizeof(filters) / sizeof(*filters)), &seed);
	}
}

#define PROBE_TEST(name) cmocka_unit_test_setup_teardown(name, probe_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PROBE_TEST(pages_are_the_sorted_list),    PROBE_TEST(clocks_sort_and_page),
	    PROBE_TEST(cursors_belong_to_their_list), PROBE_TEST(long_texts_page),
	    PROBE_TEST(the_past_is_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
