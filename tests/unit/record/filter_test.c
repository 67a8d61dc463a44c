/* Expressions select the same records in memory and in the database: random expressions of all kinds, and fixed ones
 * for the form of the SQL and for its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "filter_both.h"
#include "record/access.h"

enum { EXPRESSIONS = 4000, DEPTH = 4 };

/* Stands for the kernel's rule, which has its own test: who asks cannot read every fifth record. */
void access_scope(struct arena *arena, const struct kernel *kernel, const struct actor *actor, const struct type *type,
		  const char *alias, struct filter_sql *scope)
{
	struct filter_bind *bind = arena_one(arena, struct filter_bind);

	bind->kind = FILTER_INTEGER;
	*scope =
	    (struct filter_sql){.sql = str_format(arena, "%s.\"id\" %% 5 <> ?", alias), .binds = bind, .bind_count = 1};
}

/* --- random expressions --- */

static const char *one_of(struct world *world, const char *const *words, size_t count)
{
	return words[world_random(world, count)];
}

#define ONE_OF(world, ...)                                                                                             \
	one_of((world), (const char *const[]){__VA_ARGS__},                                                            \
	       sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

struct path {
	struct str text;
	const struct query_field *field;
	bool is_record;
	const struct query_type *to;
};

static struct path random_path(struct world *world, const struct query_type *type)
{
	struct buf text = buf_new(world->arena);
	for (unsigned steps = 1;; steps++) {
		const struct query_field *field = type->fields.entries[world_random(world, type->fields.count)].value;
		bool walks = field->kind == VALUE_RECORD || field->kind == VALUE_LIST;
		buf_add(&text, field->name);
		if (!walks || steps == 4 || world_chance(world, 35)) {
			return (struct path){
			    .text = buf_str(&text),
			    .field = field,
			    .is_record = walks || field->is_number,
			    .to = field->is_number ? type : field->to,
			};
		}
		buf_add_char(&text, '.');
		type = field->to;
	}
}

static bool alike(const struct path *a, const struct path *b)
{
	bool moments = (a->field->kind == VALUE_DATE || a->field->kind == VALUE_TIME) &&
		       (b->field->kind == VALUE_DATE || b->field->kind == VALUE_TIME);
	if (a->is_record || b->is_record)
		return a->is_record && b->is_record && a->to == b->to;
	return moments || a->field->kind == b->field->kind;
}

static struct str quoted(struct world *world, struct str text)
{
	struct buf buf = buf_new(world->arena);
	char quote = world_chance(world, 50) ? '"' : '\'';
	buf_add_char(&buf, quote);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == quote)
			buf_add_char(&buf, quote);
		buf_add_char(&buf, text.p[i]);
	}
	buf_add_char(&buf, quote);
	return buf_str(&buf);
}

static struct str random_record(struct world *world, const struct path *path)
{
	enum world_type type = (enum world_type)((const struct type *)path->to->owner)->index;
	size_t serial = 1 + world_random(world, world->counts[type] + 1);
	bool has_key = ((const struct type *)path->to->owner)->key;
	struct str number = str_format(world->arena, "%s-%zu", world_prefix(type), serial);
	if (path->field->is_number)
		return world_chance(world, 50) ? number : quoted(world, number);
	if (world_chance(world, 15))
		return str_of(ONE_OF(world, "me", "my.customer"));
	if (has_key && world_chance(world, 40))
		return quoted(world, str_format(world->arena, "%.*s%zu", STR_ARG(path->to->name), serial));
	return world_chance(world, 30) ? quoted(world, number) : number;
}

static struct str random_moment(struct world *world, bool date)
{
	int32_t day = (int32_t)(WORLD_NOW / DAY - 3 + (int64_t)world_random(world, 7));
	char text[TIME_TEXT];
	if (world_chance(world, 25))
		return str_of(ONE_OF(world, "today", "today - 1d", "today + 2d", "now", "now - 36h", "now + 1d12h",
				     "now - 1d + 90m"));
	if (date || world_chance(world, 40))
		return world_chance(world, 30) ? quoted(world, str_of(day_format(day, text)))
					       : str_dup(world->arena, str_of(day_format(day, text)));
	return str_dup(world->arena,
		       str_of(time_format(WORLD_NOW - 4 * DAY + (int64_t)world_random(world, 96) * 2 * HOUR, text)));
}

static struct str random_literal(struct world *world, const struct path *path)
{
	if (path->is_record)
		return random_record(world, path);
	switch (path->field->kind) {
	case VALUE_BOOLEAN:
		return str_of(ONE_OF(world, "true", "false"));
	case VALUE_INTEGER:
		return str_of(ONE_OF(world, "-1", "0", "1", "2", "7"));
	case VALUE_DECIMAL:
		return str_of(ONE_OF(world, "-0.5", "0", "0.5", "1.000000", "7"));
	case VALUE_MONEY:
		return str_of(ONE_OF(world, "0", "0.5", "1", "0.5 JPY", "1 USD", "\"0.50 JPY\"", "'1'", "0 EUR"));
	case VALUE_TEXT:
		return str_of(
		    ONE_OF(world, "'mail'", "\"サーバ障害\"", "'MAIL'", "'it''s'", "'100%'", "'a_b \"x\"'", "''"));
	case VALUE_DATE:
		return random_moment(world, true);
	case VALUE_TIME:
		return random_moment(world, false);
	case VALUE_DURATION:
		return str_of(ONE_OF(world, "30m", "PT1H", "1h30m", "'PT0S'", "0s"));
	case VALUE_CHOICE: {
		struct str code = path->field->codes[world_random(world, path->field->code_count)].name;
		return world_chance(world, 20) ? quoted(world, code) : code;
	}
	default:
		return S("?");
	}
}

static bool has_order(const struct path *path)
{
	switch (path->field->kind) {
	case VALUE_BOOLEAN:
	case VALUE_TEXT:
		return false;
	default:
		return !path->is_record;
	}
}

static void write_list(struct world *world, struct buf *out, const struct path *path)
{
	bool groups = path->is_record && path->to == &world->types[TEAM] && world_chance(world, 70);
	buf_format(out, "%.*s%s in ", STR_ARG(path->text), world_chance(world, 40) ? " not" : "");
	if (groups) {
		buf_add_c(out, "my.groups");
		return;
	}
	buf_add_char(out, '(');
	for (size_t i = 1 + world_random(world, 3); i > 0; i--) {
		buf_add(out, random_literal(world, path));
		buf_add_c(out, i > 1 ? ", " : "");
	}
	buf_add_char(out, ')');
}

static bool write_two_paths(struct world *world, struct buf *out, const struct query_type *type,
			    const struct path *left)
{
	for (unsigned tries = 0; tries < 40; tries++) {
		struct path right = random_path(world, type);
		if (!alike(left, &right))
			continue;
		bool order = has_order(left) && left->field->kind != VALUE_CHOICE;
		buf_format(out, "%.*s %s %.*s", STR_ARG(left->text),
			   order ? ONE_OF(world, "=", "!=", "<", "<=", ">", ">=") : ONE_OF(world, "=", "!="),
			   STR_ARG(right.text));
		return true;
	}
	return false;
}

static void write_comparison(struct world *world, struct buf *out, const struct query_type *type)
{
	struct path path = random_path(world, type);
	if (world_chance(world, 15)) {
		buf_format(out, "%.*s is %sempty", STR_ARG(path.text), world_chance(world, 50) ? "not " : "");
	} else if (path.field->is_state && world_chance(world, 50)) {
		buf_format(out, "%.*s.phase %s %s", STR_ARG(path.text), ONE_OF(world, "=", "!="),
			   ONE_OF(world, "open", "waiting", "done"));
	} else if (path.field->kind == VALUE_TEXT && !path.is_record && world_chance(world, 60)) {
		buf_format(out, "%.*s %s %s", STR_ARG(path.text),
			   ONE_OF(world, "contains", "not contains", "starts", "starts with", "not starts"),
			   ONE_OF(world, "'mail'", "'ｻｰﾊﾞ'", "'サーバ'", "'さーば'", "'障害'", "'IL'", "'%'", "'_'",
				  "''", "'\"x'"));
	} else if (path.field->kind == VALUE_BOOLEAN && world_chance(world, 40)) {
		buf_add(out, path.text);
	} else if (world_chance(world, 20)) {
		write_list(world, out, &path);
	} else if (!world_chance(world, 20) || !write_two_paths(world, out, type, &path)) {
		const char *op =
		    has_order(&path) ? ONE_OF(world, "=", "!=", "<", "<=", ">", ">=") : ONE_OF(world, "=", "!=");
		struct str literal = random_literal(world, &path);
		/* A word on the left could be a field of the same name. */
		bool mirrored = path.field->kind != VALUE_CHOICE && world_chance(world, 15);
		buf_format(out, "%.*s %s %.*s", STR_ARG(mirrored ? literal : path.text), op,
			   STR_ARG(mirrored ? path.text : literal));
	}
}

static void write_condition(struct world *world, struct buf *out, const struct query_type *type, unsigned depth);

static void write_due(struct world *world, struct buf *out, const char *clock)
{
	struct str moment = random_moment(world, false);
	buf_format(out, "clock(%s).due_at %s %.*s", clock, ONE_OF(world, "<", "<=", ">", "!="), STR_ARG(moment));
}

static void write_used(struct world *world, struct buf *out, const char *clock)
{
	const char *op = ONE_OF(world, "<", "<=", "=", ">", ">=", "!=");
	if (world_chance(world, 15))
		buf_format(out, "clock(%s).used%s is %sempty", clock, ONE_OF(world, "", "_percent"),
			   world_chance(world, 50) ? "not " : "");
	else if (world_chance(world, 20))
		buf_format(out, "clock(%s).used %s clock(%s).used", clock, op, ONE_OF(world, "response", "resolution"));
	else if (world_chance(world, 50))
		buf_format(out, "clock(%s).used_percent %s %zu", clock, op, (size_t)world_random(world, 300));
	else
		buf_format(out, "clock(%s).used %s %zuh", clock, op, (size_t)world_random(world, 60));
}

static void write_special(struct world *world, struct buf *out, const struct query_type *type, unsigned depth)
{
	const struct query_link *link =
	    type->links.count ? type->links.entries[world_random(world, type->links.count)].value : NULL;
	const char *clock = ONE_OF(world, "response", "resolution");
	bool has_clocks = type->clocks.count > 0;
	switch (world_random(world, 5)) {
	case 0:
		buf_add_c(out, "changed(");
		buf_add(out, type->fields.entries[world_random(world, type->fields.count)].key);
		buf_add_char(out, ')');
		return;
	case 1:
		if (!has_clocks)
			break;
		buf_format(out, "clock(%s) is %s%s", clock, world_chance(world, 30) ? "not " : "",
			   ONE_OF(world, "running", "paused", "met", "breached"));
		return;
	case 2:
		if (!has_clocks)
			break;
		if (world_chance(world, 20))
			buf_format(out, "clock(%s).due_at is %sempty", clock, world_chance(world, 50) ? "not " : "");
		else if (world_chance(world, 30))
			buf_format(out, "%s %s clock(%s).due_at",
				   type == &world->types[INCIDENT] ? "resolved_at" : "now",
				   ONE_OF(world, "<", ">=", "="), clock);
		else
			write_due(world, out, clock);
		return;
	case 3:
		if (!has_clocks)
			break;
		write_used(world, out, clock);
		return;
	default:
		if (!link)
			break;
		buf_format(out, "has link(%.*s", STR_ARG(link->name));
		if (world_chance(world, 65)) {
			buf_add_c(out, " where ");
			write_condition(world, out, link->to, depth / 2);
		}
		buf_add_char(out, ')');
		return;
	}
	write_comparison(world, out, type);
}

static void write_condition(struct world *world, struct buf *out, const struct query_type *type, unsigned depth)
{
	if (depth == 0 || world_chance(world, 25)) {
		if (world_chance(world, 25))
			write_special(world, out, type, depth);
		else
			write_comparison(world, out, type);
		return;
	}
	const char *open = ONE_OF(world, "(", "not (", ""), *word = ONE_OF(world, " and ", " or ");
	buf_add_c(out, open);
	for (size_t parts = 1 + world_random(world, 3); parts > 0; parts--) {
		write_condition(world, out, type, depth - 1);
		buf_add_c(out, parts > 1 ? word : "");
	}
	buf_add_c(out, open[0] ? ")" : "");
}

static void test_random_expressions(void **state)
{
	ARENA arena = arena_new();
	struct world *world = world_make(arena, 20261123);
	struct error error = {0};
	static int readable;
	size_t telling = 0;
	world_store(world);
	READER connection = NULL;
	assert_int_equal(store_reader(world->store, &connection, &error), OK);
	for (unsigned i = 0; i < EXPRESSIONS; i++) {
		enum world_type type =
		    world_chance(world, 80) ? INCIDENT : (enum world_type)world_random(world, WORLD_TYPES);
		struct buf text = buf_new_max(arena, 4000);
		world->hides = world_chance(world, 25);
		world->actor.zone = world->environment.zone =
		    zone_open(str_of(ONE_OF(world, "UTC", "Asia/Tokyo", "Europe/Berlin", "America/Los_Angeles")));
		world->actor.actor = world->hides ? (const struct actor *)&readable : NULL;
		write_condition(world, &text, &world->types[type], DEPTH);
		if (text.failed)
			continue;
		size_t count = world_agrees(arena, world, connection, type, buf_str(&text));
		telling += count > 0 && count < world->counts[type];
	}
	store_reader_done(&connection);
	world_unstore(world);
	assert_true(telling > EXPRESSIONS / 3); /* what selects all or nothing tells little */
}

/* --- fixed ones --- */

static void sql_is(struct arena *arena, struct world *world, const char *text, const char *sql)
{
	struct filter_sql filter = world_compile(arena, world, world_parse(arena, world, INCIDENT, str_of(text)));
	assert_string_equal(str_c(arena, filter.sql), sql);
}

static void test_indexes_stay_usable(void **state)
{
	ARENA arena = arena_new();
	struct world *world = world_make(arena, 1);
	sql_is(arena, world, "", "1 = 1");
	sql_is(arena, world, "priority <= P2", "r.\"priority\" IN (?, ?)");
	static const char open[] = "(r.\"state\" = 'new' OR r.\"state\" = 'assigned' OR r.\"state\" = 'waiting' OR "
				   "r.\"state\" = 'resolved')";
	sql_is(arena, world, "state.phase != done", open);
	sql_is(arena, world, "state not in (closed, cancelled)", open);
	sql_is(arena, world, "priority < P1", "1 = 0");
	sql_is(arena, world, "assignee = me", "r.\"assignee\" = ?");
	sql_is(arena, world, "created_at > now - 7d", "r.\"created_at\" > ?");
	sql_is(arena, world, "created_at > 2026-11-23", "r.\"created_at\" > ?");
	sql_is(arena, world, "clock(resolution).due_at < now + 2h", "r.\"clock_resolution_due_at\" < ?");
	sql_is(arena, world, "clock(resolution) is breached", "r.\"clock_resolution_due_at\" <= ?");
	sql_is(arena, world, "security", "r.\"security\" = 1");
	sql_is(arena, world, "group in my.groups", "r.\"group\" IN (?, ?)");
	sql_is(arena, world, "number = INC-12", "r.\"id\" = ?");
	sql_is(arena, world, "assignee = \"person1\"",
	       "r.\"assignee\" = (SELECT k1.\"id\" FROM \"person\" k1 WHERE k1.\"account\" = ?)");
	sql_is(arena, world, "assignee is empty and service is not empty",
	       "r.\"assignee\" IS NULL AND r.\"service\" IS NOT NULL");
	sql_is(arena, world, "items = CI-1",
	       "r.\"id\" IN (SELECT l1.source FROM kaname_link l1 WHERE l1.kind = ? AND l1.until IS NULL AND l1.target "
	       "= ?)");
	sql_is(arena, world, "service.owner = me",
	       "r.\"service\" IN (SELECT t1.\"id\" FROM \"service\" t1 WHERE t1.\"owner\" = ?)");
}

static void test_values_are_not_in_the_text(void **state)
{
	ARENA arena = arena_new();
	struct world *world = world_make(arena, 1);
	const char *const pairs[][2] = {
	    {"title contains 'a' and count > 1", "title contains 'x'';--' and count > 7"},
	    {"caller.account = 'me'", "caller.account = 'you'"},
	    {"clock(response).due_at < now + 1h", "clock(response).due_at < now + 2h"},
	    {"changed(title)", "changed(state)"},
	    {"cost = 1 JPY", "cost = \"2 USD\""},
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct filter_sql a =
		    world_compile(arena, world, world_parse(arena, world, INCIDENT, str_of(pairs[i][0])));
		struct filter_sql b =
		    world_compile(arena, world, world_parse(arena, world, INCIDENT, str_of(pairs[i][1])));
		assert_true(str_eq(a.sql, b.sql));
		assert_int_equal(a.bind_count, b.bind_count);
	}
}

static void test_nobody_matches_nothing(void **state)
{
	ARENA arena = arena_new();
	struct world *world = world_make(arena, 7);
	struct error error = {0};
	world->environment.me = world->environment.my_customer = 0;
	world->environment.my_group_count = 0;
	world->actor.me = world->actor.my_customer = 0;
	world->actor.my_group_count = 0;
	world_store(world);
	READER connection = NULL;
	assert_int_equal(store_reader(world->store, &connection, &error), OK);
	size_t all = world->counts[INCIDENT];
	assert_int_equal(world_agrees(arena, world, connection, INCIDENT, S("created_by = me")), 0);
	assert_int_equal(world_agrees(arena, world, connection, INCIDENT, S("created_by != me")), all);
	assert_int_equal(world_agrees(arena, world, connection, INCIDENT, S("caller.customer = my.customer")), 0);
	assert_int_equal(world_agrees(arena, world, connection, INCIDENT, S("group in my.groups")), 0);
	assert_int_equal(world_agrees(arena, world, connection, INCIDENT, S("group not in my.groups")), all);
	assert_true(world_agrees(arena, world, connection, INCIDENT, S("created_by is empty")) > 0);
	store_reader_done(&connection);
	world_unstore(world);
}

/* A model's expressions are parsed before its types have codes, and so before numbers can be understood. */
static void test_numbers_known_later(void **state)
{
	ARENA arena = arena_new();
	struct world *world = world_make(arena, 9);
	bool (*parse_number)(const struct query_type *, struct str, int64_t *) = world->types[INCIDENT].parse_number;
	struct error error = {0};
	const struct query *query;
	world_store(world);
	READER connection = NULL;
	assert_int_equal(store_reader(world->store, &connection, &error), OK);
	const char *const texts[] = {"service = SVC-2", "service in ('SVC-2', 'service3')", "number = INC-7",
				     "items = CI-3"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		size_t before = 0, after = 0;
		for (size_t t = 0; t < WORLD_TYPES; t++)
			world->types[t].parse_number = NULL;
		query = world_parse(arena, world, INCIDENT, str_of(texts[i]));
		for (size_t t = 0; t < WORLD_TYPES; t++)
			world->types[t].parse_number = parse_number;
		struct filter_sql filter = world_compile(arena, world, query);
		struct str here = world_selected_in_memory(arena, world, INCIDENT, query, &before);
		assert_true(str_eq(here, world_selected_by_sql(arena, connection, &filter, "incident")));
		after = world_agrees(arena, world, connection, INCIDENT, str_of(texts[i]));
		assert_true(before == after && after > 0);
	}
	store_reader_done(&connection);
	world_unstore(world);
}

/* What the parser lets through, the database must take. */
static struct str nested(struct arena *arena, const char *open, const char *middle, const char *close, unsigned times)
{
	struct buf text = buf_new(arena);
	for (unsigned i = 0; i < times; i++)
		buf_add_c(&text, open);
	buf_add_c(&text, middle);
	for (unsigned i = 0; i < times; i++)
		buf_add_c(&text, close);
	return buf_str(&text);
}

static void test_largest_expressions(void **state)
{
	ARENA arena = arena_new();
	struct world *world = world_make(arena, 3);
	struct error error = {0};
	world_store(world);
	READER connection = NULL;
	assert_int_equal(store_reader(world->store, &connection, &error), OK);
	const struct str texts[] = {
	    nested(arena, "major or ", "security", "", 400),
	    nested(arena, "(major and not (count = 1 or ", "security", "))", 21),
	    nested(arena, "not (security or ", "count = 2", ")", 32),
	    nested(arena, "(security or count > 2 and ", "count = 2", ")", 64),
	    nested(arena, "(", "count = 2", " and security or major)", 64),
	    nested(arena, "has link(part_of where security or ", "has link(caused_by)", ")", 4),
	    nested(arena, "has link(part_of where not (security or ",
		   "caller.manager.manager.manager.manager.name = 'x'", "))", 4),
	    nested(arena, "parent.", "parent.count = parent.parent.parent.parent.parent.parent.parent.count", "", 6),
	    nested(
		arena, "not (count = 1 and ",
		nested(arena, "has link(part_of where not (security or ", "parent.parent.title contains 'x'", "))", 4)
		    .p,
		")", 26),
	    S("count in (1, 2, 2) and count not in (2)"),
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		world_agrees(arena, world, connection, INCIDENT, texts[i]);
	struct buf list = buf_new(arena);
	for (unsigned i = 0; i < 1000; i++)
		buf_format(&list, "%s%u", i ? "," : "count in (", i % 1000);
	buf_add_char(&list, ')');
	world_agrees(arena, world, connection, INCIDENT, buf_str(&list));
	store_reader_done(&connection);
	world_unstore(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_indexes_stay_usable),    cmocka_unit_test(test_values_are_not_in_the_text),
	    cmocka_unit_test(test_nobody_matches_nothing), cmocka_unit_test(test_numbers_known_later),
	    cmocka_unit_test(test_largest_expressions),    cmocka_unit_test(test_random_expressions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
