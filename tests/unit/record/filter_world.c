#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "filter_world.h"

#include "../database.h"

#include "store/layout.h"

static const struct query_code states[] = {
    {S("new"), S("open")},      {S("assigned"), S("open")}, {S("waiting"), S("waiting")},
    {S("resolved"), S("open")}, {S("closed"), S("done")},   {S("cancelled"), S("done")},
};
static const struct query_code levels[] = {{S("critical"), {0}}, {S("high"), {0}}, {S("medium"), {0}}, {S("low"), {0}}};
static const struct query_code priorities[] = {{S("P1"), {0}}, {S("P2"), {0}}, {S("P3"), {0}}, {S("P4"), {0}}};
static const struct query_code kinds[] = {{S("hardware"), {0}}, {S("software"), {0}}, {S("title"), {0}}};

struct field_line {
	enum world_type type;
	const char *name;
	enum value_kind kind;
	enum world_type to;
	const struct query_code *codes;
	size_t code_count;
};

#define CODES(set) .codes = (set), .code_count = sizeof(set) / sizeof(*(set))

static const struct field_line lines[] = {
    {PERSON, "account", VALUE_TEXT},
    {PERSON, "name", VALUE_TEXT},
    {PERSON, "active", VALUE_BOOLEAN},
    {PERSON, "customer", VALUE_RECORD, CUSTOMER},
    {PERSON, "manager", VALUE_RECORD, PERSON},
    {TEAM, "name", VALUE_TEXT},
    {TEAM, "owner", VALUE_RECORD, PERSON},
    {CUSTOMER, "name", VALUE_TEXT},
    {CUSTOMER, "importance", VALUE_CHOICE, CODES(levels)},
    {ITEM, "name", VALUE_TEXT},
    {ITEM, "kind", VALUE_CHOICE, CODES(kinds)},
    {ITEM, "owner", VALUE_RECORD, PERSON},
    {ITEM, "price", VALUE_MONEY},
    {ITEM, "bought_on", VALUE_DATE},
    {ITEM, "needs", VALUE_LIST, ITEM},
    {SERVICE, "name", VALUE_TEXT},
    {SERVICE, "owner", VALUE_RECORD, PERSON},
    {SERVICE, "customer", VALUE_RECORD, CUSTOMER},
    {SERVICE, "importance", VALUE_CHOICE, CODES(levels)},
    {SERVICE, "items", VALUE_LIST, ITEM},
    {CHANGE, "state", VALUE_CHOICE, CODES(states)},
    {CHANGE, "title", VALUE_TEXT},
    {CHANGE, "risk", VALUE_CHOICE, CODES(levels)},
    {CHANGE, "planned_at", VALUE_TIME},
    {CHANGE, "owner", VALUE_RECORD, PERSON},
    {INCIDENT, "number", VALUE_TEXT},
    {INCIDENT, "state", VALUE_CHOICE, CODES(states)},
    {INCIDENT, "created_at", VALUE_TIME},
    {INCIDENT, "created_by", VALUE_RECORD, PERSON},
    {INCIDENT, "updated_by", VALUE_RECORD, PERSON},
    {INCIDENT, "title", VALUE_TEXT},
    {INCIDENT, "note", VALUE_TEXT},
    {INCIDENT, "count", VALUE_INTEGER},
    {INCIDENT, "reopened", VALUE_INTEGER},
    {INCIDENT, "weight", VALUE_DECIMAL},
    {INCIDENT, "cost", VALUE_MONEY},
    {INCIDENT, "budget", VALUE_MONEY},
    {INCIDENT, "security", VALUE_BOOLEAN},
    {INCIDENT, "major", VALUE_BOOLEAN},
    {INCIDENT, "due_on", VALUE_DATE},
    {INCIDENT, "resolved_at", VALUE_TIME},
    {INCIDENT, "effort", VALUE_DURATION},
    {INCIDENT, "impact", VALUE_CHOICE, CODES(levels)},
    {INCIDENT, "urgency", VALUE_CHOICE, CODES(levels)},
    {INCIDENT, "priority", VALUE_CHOICE, CODES(priorities)},
    {INCIDENT, "service", VALUE_RECORD, SERVICE},
    {INCIDENT, "caller", VALUE_RECORD, PERSON},
    {INCIDENT, "assignee", VALUE_RECORD, PERSON},
    {INCIDENT, "group", VALUE_RECORD, TEAM},
    {INCIDENT, "parent", VALUE_RECORD, INCIDENT},
    {INCIDENT, "items", VALUE_LIST, ITEM},
};

/* "group" is a word of SQL: names must be quoted. */
static const char *const clock_names[CLOCKS] = {"response", "resolution"};
static const char *const type_names[] = {"person", "group", "customer", "item", "service", "change", "incident"};
static const char *const prefixes[] = {"PER", "GRP", "CUS", "CI", "SVC", "CHG", "INC"};
static const size_t populations[] = {9, 4, 4, 16, 7, 10, 60};

uint64_t world_random(struct world *world, uint64_t below)
{
	world->seed ^= world->seed << 13;
	world->seed ^= world->seed >> 7;
	world->seed ^= world->seed << 17;
	return world->seed % below;
}

bool world_chance(struct world *world, unsigned percent)
{
	return world_random(world, 100) < percent;
}

int64_t world_identity(enum world_type type, size_t serial)
{
	return IDENTITY_MAKE(type + 1, serial);
}

const char *world_prefix(enum world_type type)
{
	return prefixes[type];
}

bool world_hidden(int64_t identity)
{
	return identity % 5 == 0;
}

static bool parse_number(const struct query_type *type, struct str text, int64_t *identity)
{
	int64_t serial;
	struct str prefix = str_of(prefixes[((const struct type *)type->owner)->index]);
	if (!str_starts(text, prefix) || text.n <= prefix.n + 1 || text.p[prefix.n] != '-' ||
	    !str_int64(str_sub(text, prefix.n + 1, text.n), &serial))
		return false;
	*identity = world_identity(((const struct type *)type->owner)->index, (size_t)serial);
	return true;
}

static void add_link(struct world *world, enum world_type type, const char *name, const char *kind, bool backwards,
		     enum world_type to)
{
	struct query_link *link = arena_one(world->arena, struct query_link);
	*link = (struct query_link){
	    .name = str_of(name), .kind = str_of(kind), .backwards = backwards, .to = &world->types[to]};
	map_put(&world->types[type].links, link->name, link);
}

static void make_types(struct world *world)
{
	for (size_t t = 0; t < WORLD_TYPES; t++) {
		world->owners[t] = (struct type){.name = str_of(type_names[t]), .index = (uint32_t)t};
		world->types[t] = (struct query_type){
		    .name = str_of(type_names[t]),
		    .fields = map_new(world->arena),
		    .links = map_new(world->arena),
		    .clocks = map_new(world->arena),
		    .parse_number = parse_number,
		    .owner = &world->owners[t],
		};
	}
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		const struct field_line *line = &lines[i];
		struct query_field *field = arena_one(world->arena, struct query_field);
		struct field *owner = arena_one(world->arena, struct field);
		bool links = line->kind == VALUE_RECORD || line->kind == VALUE_LIST;
		owner->name = str_of(line->name);
		if (line->kind == VALUE_LIST && line->type == INCIDENT)
			owner->link = S("incident.affects");
		bool builtin = str_is(owner->name, "number") || str_is(owner->name, "state") ||
			       str_is(owner->name, "created_at") || str_ends(owner->name, S("ed_by"));
		*field = (struct query_field){
		    .name = owner->name,
		    .kind = line->kind,
		    .codes = line->codes,
		    .code_count = line->code_count,
		    .to = links ? &world->types[line->to] : NULL,
		    .is_state = line->codes == states,
		    .is_number = str_is(owner->name, "number"),
		    .owner = builtin ? NULL : owner,
		};
		map_put(&world->types[line->type].fields, field->name, field);
		if (str_is(owner->name, line->type == PERSON ? "account" : "name") && line->type != ITEM)
			world->owners[line->type].key = owner;
	}
	add_link(world, INCIDENT, "caused_by", "incident.caused_by", false, CHANGE);
	add_link(world, INCIDENT, "part_of", "incident.part_of", false, INCIDENT);
	add_link(world, INCIDENT, "children", "incident.part_of", true, INCIDENT);
	add_link(world, CHANGE, "caused", "incident.caused_by", true, INCIDENT);
	map_put(&world->types[INCIDENT].clocks, S("response"), world);
	map_put(&world->types[INCIDENT].clocks, S("resolution"), world);
}

/* --- random records --- */

static struct value random_text(struct world *world)
{
	static const char *const texts[] = {"mail",          "Mail server", "サーバ障害", "サーバ障害", "さーば",
					    "ＭＡＩＬ down", "it's",        "100%",       "a_b \"x\"",  "MAIL"};
	return value_text(str_of(texts[world_random(world, sizeof(texts) / sizeof(*texts))]));
}

static struct value random_value(struct world *world, const struct query_field *field)
{
	struct value money = value_number(VALUE_MONEY, (int64_t)world_random(world, 4) * 500000);
	switch (field->kind) {
	case VALUE_BOOLEAN:
		return value_boolean(world_chance(world, 50));
	case VALUE_INTEGER:
		return value_integer((int64_t)world_random(world, 6) - 2);
	case VALUE_DECIMAL:
		return value_number(VALUE_DECIMAL, ((int64_t)world_random(world, 6) - 2) * 500000);
	case VALUE_MONEY:
		memcpy(money.currency, world_chance(world, 70) ? "JPY" : "USD", sizeof(money.currency));
		return money;
	case VALUE_TEXT:
		return random_text(world);
	case VALUE_CHOICE:
		return value_choice(field->codes[world_random(world, field->code_count)].name);
	case VALUE_DATE:
		return value_number(VALUE_DATE, WORLD_NOW / DAY - 3 + (int64_t)world_random(world, 7));
	case VALUE_TIME:
		return value_time(world_chance(world, 30)
				      ? (WORLD_NOW / DAY - 3 + (int64_t)world_random(world, 7)) * DAY
				      : WORLD_NOW - 4 * DAY + (int64_t)world_random(world, 96) * 2 * HOUR);
	case VALUE_DURATION:
		return value_number(VALUE_DURATION, (int64_t)world_random(world, 5) * 30 * MINUTE);
	default:
		return (struct value){0};
	}
}

static enum world_type type_index(const struct query_type *type)
{
	return (enum world_type)((const struct type *)type->owner)->index;
}

static void random_list(struct world *world, struct world_record *record, struct str kind, enum world_type to)
{
	for (size_t count = world_random(world, 4); count > 0 && world->link_count < LINKS_MOST; count--) {
		world->links[world->link_count++] = (struct world_link){
		    .kind = kind,
		    .source = record->identity,
		    .target = world_identity(to, 1 + world_random(world, populations[to] + 1)),
		    .ended = world_chance(world, 15),
		};
	}
}

static void random_field(struct world *world, struct world_record *record, const struct query_field *field,
			 struct value *value)
{
	bool is_key = world->owners[record->type].key && str_eq(world->owners[record->type].key->name, field->name);
	if (field->is_number)
		*value = value_record(record->identity);
	else if (is_key)
		*value = value_text(
		    str_format(world->arena, "%s%d", type_names[record->type], (int)IDENTITY_SERIAL(record->identity)));
	else if (field->kind == VALUE_LIST)
		random_list(world, record,
			    record->type == INCIDENT
				? S("incident.affects")
				: str_format(world->arena, "%s.%.*s", type_names[record->type], STR_ARG(field->name)),
			    type_index(field->to));
	else if (!field->is_state && world_chance(world, 30))
		*value = (struct value){0};
	else if (field->kind == VALUE_RECORD) /* sometimes to a record that is not there */
		*value = value_record(world_identity(type_index(field->to),
						     1 + world_random(world, populations[type_index(field->to)] + 1)));
	else
		*value = random_value(world, field);
}

static void random_clock(struct world *world, struct world_record *record, size_t clock)
{
	static const enum clock_event_kind kinds_of[] = {CLOCK_START, CLOCK_PAUSE, CLOCK_RESUME, CLOCK_STOP};
	instant at = WORLD_EVALUATED - 20 * HOUR;
	record->has_clock[clock] = world_chance(world, 80);
	record->target[clock] = (int64_t)(1 + world_random(world, 30)) * HOUR;
	record->timeline_count[clock] = 1 + world_random(world, 4);
	for (size_t i = 0; i < record->timeline_count[clock]; i++) {
		record->timeline[clock][i] = (struct clock_event){.at = at, .kind = kinds_of[i]};
		at += (int64_t)(1 + world_random(world, 6)) * HOUR;
		at = at > WORLD_EVALUATED ? WORLD_EVALUATED : at;
	}
}

static void make_records(struct world *world)
{
	static const char *const changes[] = {",",       ",priority,state,", ",state,",
					      ",title,", ",my_state,",       ",group,items,"};
	for (size_t t = 0; t < WORLD_TYPES; t++) {
		world->counts[t] = populations[t];
		for (size_t i = 0; i < populations[t]; i++) {
			struct world_record *record = &world->records[t][i];
			record->type = (enum world_type)t;
			record->identity = world_identity(record->type, i + 1);
			record->changed = str_of(changes[world_random(world, sizeof(changes) / sizeof(*changes))]);
			for (size_t f = 0; f < world->types[t].fields.count; f++)
				random_field(world, record, world->types[t].fields.entries[f].value,
					     &record->values[f]);
			for (size_t c = 0; c < CLOCKS && t == INCIDENT; c++)
				random_clock(world, record, c);
			if (t == INCIDENT && world_chance(world, 40))
				random_list(world, record, S("incident.caused_by"), CHANGE);
			if (t == INCIDENT && world_chance(world, 30))
				random_list(world, record, S("incident.part_of"), INCIDENT);
		}
	}
}

/* --- the environment in memory --- */

static enum status get(void *context, const void *handle, const struct query_field *field, struct value *value)
{
	struct world *world = context;
	const struct world_record *record = handle;
	const struct map *fields = &world->types[record->type].fields;
	for (size_t i = 0; i < fields->count; i++) {
		if (fields->entries[i].value == field)
			*value = record->values[i];
	}
	if (field->kind != VALUE_LIST)
		return OK;
	const struct field *owner = field->owner;
	struct str kind = owner->link.n
			      ? owner->link
			      : str_format(world->arena, "%s.%.*s", type_names[record->type], STR_ARG(field->name));
	struct value *items = arena_many(world->arena, struct value, LINKS_MOST);
	*value = (struct value){.kind = VALUE_LIST, .list = {.items = items}};
	for (size_t i = 0; i < world->link_count; i++) {
		const struct world_link *link = &world->links[i];
		if (link->source == record->identity && str_eq(link->kind, kind) && !link->ended)
			items[value->list.count++] = value_record(link->target);
	}
	return OK;
}

static const struct world_record *record_of(const struct world *world, int64_t identity)
{
	size_t type = (size_t)IDENTITY_CODE(identity) - 1, serial = (size_t)IDENTITY_SERIAL(identity);
	return type < WORLD_TYPES && serial >= 1 && serial <= world->counts[type] ? &world->records[type][serial - 1]
										  : NULL;
}

static enum status follow(void *context, const struct query_type *type, int64_t identity, const void **record)
{
	const struct world *world = context;
	*record = world->hides && world_hidden(identity) ? NULL : record_of(world, identity);
	return OK;
}

static enum status links(void *context, const void *handle, const struct query_link *link, const int64_t **ends,
			 size_t *count)
{
	struct world *world = context;
	const struct world_record *record = handle;
	int64_t *found = arena_many(world->arena, int64_t, LINKS_MOST);
	for (size_t i = 0; i < world->link_count; i++) {
		const struct world_link *one = &world->links[i];
		int64_t near_end = link->backwards ? one->target : one->source;
		int64_t far_end = link->backwards ? one->source : one->target;
		bool seen = !world->hides || (!world_hidden(far_end) && record_of(world, far_end));
		if (seen && !one->ended && near_end == record->identity && str_eq(one->kind, link->kind))
			found[(*count)++] = far_end;
	}
	*ends = found;
	return OK;
}

static enum status changed(void *context, const void *handle, const struct query_field *field, bool *has)
{
	const struct world *world = context;
	const struct world_record *record = handle;
	size_t at;
	*has = str_find(record->changed, str_format(world->arena, ",%.*s,", STR_ARG(field->name)), &at);
	return OK;
}

static enum status clock_of(void *context, const void *handle, struct str name, struct clock_result *clock, bool *found)
{
	const struct world_record *record = handle;
	size_t which = str_is(name, "response") ? 0 : 1;
	*found = record->has_clock[which];
	*clock = clock_evaluate(record->timeline[which], record->timeline_count[which], record->target[which],
				calendar_always(), WORLD_NOW);
	return OK;
}

static enum status find(void *context, const struct query_type *type, struct str key, int64_t *identity)
{
	const struct world *world = context;
	const struct field *key_field = ((const struct type *)type->owner)->key;
	enum world_type index = type_index(type);
	*identity = 0;
	for (size_t f = 0; key_field && f < type->fields.count; f++) {
		for (size_t i = 0; str_eq(type->fields.entries[f].key, key_field->name) && i < world->counts[index];
		     i++) {
			if (str_eq(world->records[index][i].values[f].text, key))
				*identity = world->records[index][i].identity;
		}
	}
	return OK;
}

struct world *world_make(struct arena *arena, uint64_t seed)
{
	struct world *world = arena_one(arena, struct world);
	int64_t *groups = arena_many(arena, int64_t, 2);
	groups[0] = world_identity(TEAM, 1);
	groups[1] = world_identity(TEAM, 3);
	world->arena = arena;
	world->seed = seed;
	make_types(world);
	make_records(world);
	world->environment = (struct query_environment){
	    .context = world,
	    .now = WORLD_NOW,
	    .me = world_identity(PERSON, 2),
	    .my_customer = world_identity(CUSTOMER, 1),
	    .my_groups = groups,
	    .my_group_count = 2,
	    .get = get,
	    .follow = follow,
	    .links = links,
	    .changed = changed,
	    .clock = clock_of,
	    .find = find,
	};
	world->actor = (struct filter_actor){
	    .now = WORLD_NOW,
	    .me = world->environment.me,
	    .my_customer = world->environment.my_customer,
	    .my_groups = groups,
	    .my_group_count = 2,
	};
	return world;
}

/* --- the database --- */

static void execute(struct connection *connection, const char *sql)
{
	struct error error = {0};
	assert_int_equal(store_execute(connection, str_of(sql), &error), OK);
}

static void bind_value(struct statement *statement, const struct query_field *field, const struct value *value)
{
	bool zero = field->kind == VALUE_RECORD && !field->owner;
	if (value->kind == VALUE_NONE && zero)
		bind_int(statement, 0);
	else if (value->kind == VALUE_NONE)
		bind_null(statement);
	else if (value->kind == VALUE_TEXT || value->kind == VALUE_CHOICE)
		bind_text(statement, value->text);
	else if (value->kind == VALUE_BOOLEAN)
		bind_int(statement, value->boolean);
	else
		bind_int(statement, value->number);
	if (field->kind == VALUE_MONEY && value->kind == VALUE_NONE)
		bind_null(statement);
	else if (field->kind == VALUE_MONEY)
		bind_text(statement, str_of(value->currency));
}

static bool has_column(const struct query_field *field)
{
	return field->kind != VALUE_LIST && !field->is_number;
}

static void write_type(struct world *world, struct connection *connection, size_t t)
{
	struct buf make = buf_new(world->arena), insert = buf_new(world->arena), marks = buf_new(world->arena);
	const struct map *fields = &world->types[t].fields;
	struct error error = {0};
	const char *integer = store_column_type(world->store, COLUMN_INTEGER),
		   *words = store_column_type(world->store, COLUMN_TEXT);
	buf_format(&make, "CREATE TABLE \"%s\" (\"id\" %s PRIMARY KEY", type_names[t], integer);
	buf_format(&insert, "INSERT INTO \"%s\" (\"id\"", type_names[t]);
	buf_add_c(&marks, "?");
	for (size_t f = 0; f < fields->count; f++) {
		const struct query_field *field = fields->entries[f].value;
		bool money = field->kind == VALUE_MONEY;
		bool text = field->kind == VALUE_TEXT || field->kind == VALUE_CHOICE;
		if (!has_column(field))
			continue;
		buf_format(&make, ", \"%.*s\" %s", STR_ARG(field->name), text ? words : integer);
		buf_format(&insert, ", \"%.*s\"", STR_ARG(field->name));
		if (money) {
			buf_format(&make, ", \"%.*s_currency\" %s", STR_ARG(field->name), words);
			buf_format(&insert, ", \"%.*s_currency\"", STR_ARG(field->name));
		}
		buf_add_c(&marks, money ? ", ?, ?" : ", ?");
	}
	for (size_t c = 0; c < CLOCKS; c++)
		buf_format(&make, ", \"clock_%s_due_at\" %s NOT NULL DEFAULT " LAYOUT_NEVER ", \"clock_%s_state\" %s",
			   clock_names[c], integer, clock_names[c], words);
	buf_add_char(&make, ')');
	buf_format(&insert, ") VALUES (%.*s)", STR_ARG(buf_str(&marks)));
	execute(connection, str_c(world->arena, buf_str(&make)));
	for (size_t i = 0; i < world->counts[t]; i++) {
		STATEMENT statement = NULL;
		assert_int_equal(store_prepare(connection, buf_str(&insert), &statement, &error), OK);
		bind_int(statement, world->records[t][i].identity);
		for (size_t f = 0; f < fields->count; f++) {
			if (has_column(fields->entries[f].value))
				bind_value(statement, fields->entries[f].value, &world->records[t][i].values[f]);
		}
		assert_int_equal(store_run(statement, &error), OK);
	}
}

static void write_events(struct connection *connection, const struct world_record *record)
{
	struct error error = {0};
	STATEMENT event = NULL;
	assert_int_equal(store_prepare(connection, S("INSERT INTO kaname_event (record, seq, fields) VALUES (?, ?, ?)"),
				       &event, &error),
			 OK);
	for (int64_t seq = 1; seq <= 2; seq++) { /* what the first event sets is no change */
		bind_int(event, record->identity);
		bind_int(event, seq);
		bind_text(event, seq == 1 ? S(",title,priority,state,group,items,") : record->changed);
		assert_int_equal(store_run(event, &error), OK);
		store_rewind(event);
	}
}

static void write_clock(struct connection *connection, const struct world_record *record, size_t c,
			const struct clock_result *result)
{
	struct error error = {0};
	STATEMENT clock = NULL;
	assert_int_equal(
	    store_prepare(connection, S("INSERT INTO kaname_clock VALUES (?, ?, ?, ?, ?)"), &clock, &error), OK);
	bind_int(clock, record->identity);
	bind_text(clock, str_of(clock_names[c]));
	bind_int(clock, record->target[c]);
	bind_int(clock, result->elapsed);
	if (result->stopped)
		bind_int(clock, WORLD_EVALUATED);
	else
		bind_null(clock);
	assert_int_equal(store_run(clock, &error), OK);
}

static void write_clocks(struct world *world, struct connection *connection, size_t type,
			 const struct world_record *record)
{
	struct error error = {0};
	for (size_t c = 0; c < CLOCKS; c++) {
		STATEMENT clock = NULL;
		if (!record->has_clock[c])
			continue;
		struct clock_result result = clock_evaluate(record->timeline[c], record->timeline_count[c],
							    record->target[c], calendar_always(), WORLD_EVALUATED);
		struct str update = str_format(
		    world->arena, "UPDATE \"%s\" SET \"clock_%s_due_at\" = ?, \"clock_%s_state\" = ? WHERE \"id\" = ?",
		    type_names[type], clock_names[c], clock_names[c]);
		assert_int_equal(store_prepare(connection, update, &clock, &error), OK);
		bind_int(clock, result.due_at == INSTANT_NONE ? INT64_MAX : result.due_at);
		bind_text(clock, str_of(clock_state_name(result.state)));
		bind_int(clock, record->identity);
		assert_int_equal(store_run(clock, &error), OK);
		write_clock(connection, record, c, &result);
	}
}

static enum status write_world(void *context, struct connection *connection, struct error *error)
{
	struct world *world = context;
	execute(connection, "CREATE TABLE kaname_event (record BIGINT, seq BIGINT, fields TEXT)");
	execute(
	    connection,
	    "CREATE TABLE kaname_clock (record BIGINT, name TEXT, target BIGINT, elapsed BIGINT, stopped_at BIGINT)");
	execute(connection, "CREATE TABLE kaname_link (kind TEXT, source BIGINT, target BIGINT, until BIGINT)");
	for (size_t i = 0; i < world->link_count; i++) {
		STATEMENT link = NULL;
		assert_int_equal(
		    store_prepare(connection, S("INSERT INTO kaname_link VALUES (?, ?, ?, ?)"), &link, error), OK);
		bind_text(link, world->links[i].kind);
		bind_int(link, world->links[i].source);
		bind_int(link, world->links[i].target);
		if (world->links[i].ended)
			bind_int(link, WORLD_NOW - DAY);
		else
			bind_null(link);
		assert_int_equal(store_run(link, error), OK);
	}
	for (size_t t = 0; t < WORLD_TYPES; t++) {
		write_type(world, connection, t);
		for (size_t i = 0; i < world->counts[t]; i++) {
			write_events(connection, &world->records[t][i]);
			write_clocks(world, connection, t, &world->records[t][i]);
		}
	}
	return OK;
}

void world_store(struct world *world)
{
	struct error error = {0};
	directory_make(world->directory);
	char url[DATABASE_URL];
	database_url(url, world->directory, "world.db");
	struct store_options options = {.url = url, .create = true, .readers = 1};
	assert_int_equal(store_open(&options, &world->store, &error), OK);
	assert_int_equal(store_write_wait(world->store, write_world, world, &error), OK);
}

void world_unstore(struct world *world)
{
	char url[DATABASE_URL];
	store_close(world->store);
	database_remove(database_url(url, world->directory, "world.db"));
	rmdir(world->directory);
}
