/* Values from text: every kind, its bounds, and what is refused at its field. */
#include "record_world.h"

#include "record/record.h"

static enum status take(struct world *world, const char *name, const char *text, struct value *value)
{
	const struct field *field = type_field(type_of(world, "thing"), str_of(name));
	READER connection = NULL;
	enum status status;

	error_clear(&world->error);
	if (store_reader(world->store, &connection, &world->error))
		return E_UNAVAILABLE;
	status = field_parse(world->kernel, connection, world->arena, field, str_of(text), zone_open(S("Asia/Tokyo")),
			     value, &world->error);
	return status ? status : field_check(world->arena, world->kernel, field, value, &world->error);
}

static void values_are_read(void **state)
{
	static const struct {
		const char *field, *text, *json;
	} cases[] = {
	    {"title", "  Hello ", "\"Hello\""},
	    {"title", "か\u3099", "\"が\""},
	    {"title", " ", "null"},
	    {"title", "\u3000\u00a0", "null"},
	    {"note", "a\n\tb\r\n", "\"a\\n\\tb\\r\\n\""},
	    {"size", " large ", "\"large\""},
	    {"amount", "-5", "-5"},
	    {"amount", "1000", "1000"},
	    {"rate", "2.5", "2500000"},
	    {"rate", "0", "0"},
	    {"price", "12.50 JPY", "[12500000,\"JPY\"]"},
	    {"price", "-1 EUR", "[-1000000,\"EUR\"]"},
	    {"day", "2026-11-23", "20780"},
	    {"moment", "1970-01-01T00:00:01Z", "1000"},
	    {"moment", "1970-01-01T09:00", "0"},
	    {"moment", "1970-01-01 09:00:02", "2000"},
	    {"moment", "1970-01-02", "54000000"},
	    {"span", "PT1H", "3600000"},
	    {"span", "1d 4h", "100800000"},
	    {"flag", "true", "true"},
	    {"flag", "false", "false"},
	    {"parts", "", "null"},
	    {"parts", " , ", "null"},
	    {"lines", "[]", "null"},
	    {"lines", "[{\"much\":\"1.5\",\"what\":\"a\"}]", "[{\"what\":\"a\",\"much\":1500000}]"},
	    {"lines", "[{\"what\":\"a\",\"much\":2,\"kind\":null}]", "[{\"what\":\"a\",\"much\":2000000}]"},
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf json = buf_new(world->arena);
		struct value value;

		must_do(world, take(world, cases[i].field, cases[i].text, &value));
		value_write_json(&json, NULL, value);
		if (!str_is(buf_str(&json), cases[i].json))
			fail_msg("%s \"%s\": %.*s", cases[i].field, cases[i].text, STR_ARG(buf_str(&json)));
	}
}

static void what_is_wrong_is_told_at_the_field(void **state)
{
	static const struct {
		const char *field, *text, *rule;
	} cases[] = {
	    {"title", "a\nb", "control"},
	    {"title", "\xff", "utf8"},
	    {"title", "12345678901234567890123456789012345678901", "too_long"},
	    {"note", "a\001", "control"},
	    {"size", "huge", "choice"},
	    {"size", "Large", "choice"},
	    {"amount", "-6", "too_small"},
	    {"amount", "1001", "too_large"},
	    {"amount", "1.5", "number"},
	    {"amount", "99999999999999999999", "number"},
	    {"rate", "2.500001", "too_large"},
	    {"rate", "-0.1", "too_small"},
	    {"rate", "1.1234567", "number"},
	    {"price", "12.50", "money"},
	    {"price", "12.50 jpy", "money"},
	    {"price", "JPY 12", "money"},
	    {"price", "1  JPY", "money"},
	    {"day", "2026-02-29", "date"},
	    {"day", "23.11.2026", "date"},
	    {"moment", "yesterday", "time"},
	    {"moment", "2026-11-23T25:00", "time"},
	    {"moment", "2026-11-23T+1:05", "time"},
	    {"moment", "2026-11-23T-0:05", "time"},
	    {"moment", "2026-11-23T 9:05", "time"},
	    {"moment", "2026-11-23T09:05:", "time"},
	    {"moment", "2026-11-23T", "time"},
	    {"span", "soon", "duration"},
	    {"flag", "yes", "boolean"},
	    {"holder", "ghost", "reference"},
	    {"holder", "THG-1", "reference"},
	    {"parts", "THG-99", "reference"},
	    {"lines", "{}", "rows"},
	    {"lines", "[1]", "rows"},
	    {"lines", "[", "rows"},
	    {"lines", "[{\"what\":\"a\",\"odd\":1}]", "unknown"},
	    {"lines", "[{\"what\":\"a\",\"what\":\"b\"}]", "rows"},
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct value value;

		if (take(world, cases[i].field, cases[i].text, &value) != E_INVALID ||
		    !has_fault(world, cases[i].field, cases[i].rule))
			fail_msg("%s \"%s\"", cases[i].field, cases[i].text);
	}
	{
		struct value value;

		assert_int_equal(take(world, "lines", "[{\"much\":1}]", &value), E_INVALID);
		assert_string_equal(world->error.items[0].rule, "required");
		assert_int_equal(take(world, "lines", "[{\"what\":\"123456\"}]", &value), E_INVALID);
		assert_string_equal(world->error.items[0].rule, "too_long");
	}
}

static void references_are_found_by_number_and_key(void **state)
{
	struct world *world = *state;
	struct value value;

	must_do(world, take(world, "holder", "desk", &value));
	assert_int_equal(value.number, world->desk);
	must_do(world, take(world, "holder", "per-01", &value));
	assert_int_equal(value.number, world->desk);
	must_do(world, take(world, "team", "network", &value));
	assert_int_equal(value.number, world->other_group);
	import(world, "thing", world->now, "title", "One", NULL);
	import(world, "thing", world->now, "title", "Two", NULL);
	must_do(world, take(world, "parts", "THG-2, THG-1,THG-2", &value));
	assert_int_equal(value.list.count, 2);
	assert_int_equal(IDENTITY_SERIAL(value.list.items[0].number), 1);
}

static void a_long_name_is_told_in_whole_characters(void **state)
{
	struct world *world = *state;
	char name[200] = "";
	struct value value;

	for (int i = 0; i < 60; i++)
		strcat(name, "あ");
	assert_int_equal(take(world, "holder", name, &value), E_INVALID);
	assert_true(strlen(world->error.items[0].arguments[0]) > 60);
	assert_int_equal(strlen(world->error.items[0].arguments[0]) % 3, 0);
}

#define PROBE_TEST(name) cmocka_unit_test_setup_teardown(name, probe_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PROBE_TEST(values_are_read),
	    PROBE_TEST(what_is_wrong_is_told_at_the_field),
	    PROBE_TEST(references_are_found_by_number_and_key),
	    PROBE_TEST(a_long_name_is_told_in_whole_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
