/* What monitoring systems post, as they post it: each body becomes a line for each alert, or is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "alert/alert.h"

struct body_case {
	const char *name;
	enum alert_format format;
	const char *body;
	/* status fingerprint "summary" severity group url started-ended {labels}; or !fault; or "refused" */
	const char *expected;
};

static const struct body_case cases[] = {
    {"Alertmanager 0.25: one fires, one has recovered", ALERT_ALERTMANAGER,
     "{\"receiver\":\"kaname\",\"status\":\"firing\",\"alerts\":[{\"status\":\"firing\",\"labels\":{\"alertname\":"
     "\"InstanceDown\",\"instance\":\"web1:9100\",\"severity\":\"critical\"},\"annotations\":{\"summary\":\"web1 is "
     "down\",\"description\":\"No answer for 5 minutes\",\"runbook_url\":\"http://wiki/r\"},\"startsAt\":\"2026-11-"
     "26T01:00:00.5Z\",\"endsAt\":\"0001-01-01T00:00:00Z\",\"generatorURL\":\"http://p:9090/g\",\"fingerprint\":"
     "\"c4ca4238a0b92382\"},{\"status\":\"resolved\",\"labels\":{\"alertname\":\"DiskFull\"},\"annotations\":{},"
     "\"startsAt\":\"2026-11-26T01:00:00Z\",\"endsAt\":\"2026-11-26T01:02:00Z\",\"generatorURL\":\"\","
     "\"fingerprint\":\"aa\"}],\"groupLabels\":{},\"commonLabels\":{},\"commonAnnotations\":{},\"externalURL\":"
     "\"http://am:9093\",\"version\":\"4\",\"groupKey\":\"{}:{cluster=\\\"a\\\"}\",\"truncatedAlerts\":0}",
     "firing c4ca4238a0b92382 \"web1 is down\" critical {}:{cluster=\"a\"} http://p:9090/g 1795654800500-0 "
     "{alertname=InstanceDown,instance=web1:9100,severity=critical}\n"
     "resolved aa \"DiskFull\"  {}:{cluster=\"a\"}  1795654800000-1795654920000 {alertname=DiskFull}\n"},
    {"Grafana 11: no summary, values, a panel", ALERT_GRAFANA,
     "{\"receiver\":\"kaname\",\"status\":\"firing\",\"orgId\":1,\"alerts\":[{\"status\":\"firing\",\"labels\":{"
     "\"alertname\":\"CPU\",\"grafana_folder\":\"Web\"},\"annotations\":{},\"startsAt\":\"2026-11-26T10:00:00+09:00\","
     "\"endsAt\":\"0001-01-01T00:00:00Z\",\"generatorURL\":\"http://g/alerting/1\",\"fingerprint\":\"57c6\","
     "\"silenceURL\":\"http://g/silence\",\"dashboardURL\":\"http://g/d/1\",\"panelURL\":\"http://g/d/1?viewPanel=2\","
     "\"values\":{\"A\":93},\"valueString\":\"[ var='A' value=93 ]\"}],\"title\":\"[FIRING:1] CPU\",\"state\":"
     "\"alerting\",\"message\":\"**Firing**\",\"groupKey\":\"{}/{}\"}",
     "firing 57c6 \"CPU\"  {}/{} http://g/d/1?viewPanel=2 1795654800000-0 {alertname=CPU,grafana_folder=Web}\n"},
    {"Zabbix 7: a problem, with macros that it could not fill in", ALERT_ZABBIX,
     "{\"event_id\":\"901\",\"trigger_id\":\"17\",\"status\":\"1\",\"severity\":\"High\",\"name\":\"空き容量が少ない\","
     "\"host\":\"db1\",\"item\":\"{ITEM.NAME}\",\"value\":\"*UNKNOWN*\",\"url\":\"{TRIGGER.URL}\",\"tags\":"
     "\"[{\\\"tag\\\":\\\"scope\\\",\\\"value\\\":\\\"capacity\\\"},{\\\"tag\\\":\\\"mark\\\",\\\"value\\\":\\\"\\\"}]"
     "\"}",
     "firing 17 \"空き容量が少ない\" High   0-0 {event_id=901,host=db1,scope=capacity,trigger_id=17}\n"},
    {"Zabbix: it has recovered", ALERT_ZABBIX, "{\"event_id\":\"901\",\"status\":\"0\",\"name\":\"Low\"}",
     "resolved 901 \"Low\"    0-0 {event_id=901}\n"},
    {"CloudEvents: the subject is what it is about", ALERT_CLOUDEVENTS,
     "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"jp.x.raised\",\"subject\":\"rack-4\",\"time\":"
     "\"2026-11-26T01:00:00Z\",\"data\":{\"severity\":\"major\",\"summary\":\"Hot\",\"labels\":{\"n\":4}}}",
     "firing /s rack-4 \"Hot\" major   1795654800000-0 {n=4,source=/s,subject=rack-4,type=jp.x.raised}\n"},
    {"CloudEvents: a batch, one of them not whole", ALERT_CLOUDEVENTS,
     "[{\"specversion\":\"1.0\",\"id\":\"2\",\"source\":\"/"
     "s\",\"type\":\"jp.x.Cleared\",\"subject\":\"rack-4\",\"time\":"
     "\"2026-11-26T01:02:00Z\"},{\"specversion\":\"1.0\",\"id\":\"3\"}]",
     "resolved /s rack-4 \"rack-4\"    0-1795654920000 {source=/s,subject=rack-4,type=jp.x.Cleared}\n"
     "!A CloudEvent needs id, source and type\n"},
    {"CloudEvents: of blanks, which tell nothing apart", ALERT_CLOUDEVENTS,
     "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\" \",\"type\":\" \",\"subject\":\" \"}",
     "!It has neither a fingerprint nor labels by which it could be known again\n"},
    {"JSON of another kind, as it is", ALERT_GENERIC,
     "{\"alerts\":[{\"fingerprint\":\"f\",\"status\":\"problem\",\"title\":\"T\",\"labels\":{\"b\":\"2\",\"a\":true,"
     "\"c\":"
     "null,\"d\":{}},\"started_at\":1795654800},{\"id\":12,\"state\":\"OK\",\"message\":\"M\"}]}",
     "firing f \"T\"    1795654800000-0 {a=true,b=2}\nresolved 12 \"M\"    0-0 {}\n"},
    {"one alone, and a list", ALERT_GENERIC, "[{\"id\":\"x\"},{\"id\":\"y\"}]",
     "firing x \"x\"    0-0 {}\nfiring y \"y\"    0-0 {}\n"},
    {"without a fingerprint the labels tell, in whatever order; what is stored stays known", ALERT_ALERTMANAGER,
     "{\"alerts\":[{\"labels\":{\"a\":\"1\",\"b\":\"2\"}},{\"labels\":{\"b\":\"2\",\"a\":\"1\"}}]}",
     "firing fe091830075d2300cbc0c09b5822c201 \"fe091830075d2300cbc0c09b5822c201\"    0-0 {a=1,b=2}\n"
     "firing fe091830075d2300cbc0c09b5822c201 \"fe091830075d2300cbc0c09b5822c201\"    0-0 {a=1,b=2}\n"},
    {"nothing to know it by", ALERT_ALERTMANAGER, "{\"alerts\":[{\"labels\":{}},5]}",
     "!It has neither a fingerprint nor labels by which it could be known again\n!It is no JSON object\n"},
    {"lines and control characters", ALERT_ALERTMANAGER,
     "{\"alerts\":[{\"fingerprint\":\"f\",\"annotations\":{\"summary\":\" two\\nlines\\u0007 \\u2028\"}}]}",
     "firing f \"two lines\"    0-0 {}\n"},
    {"no alerts in it", ALERT_ALERTMANAGER, "{\"alerts\":[]}", ""},
    {"no list", ALERT_ALERTMANAGER, "{\"alerts\":{}}", "refused"},
    {"another format", ALERT_ZABBIX, "{\"alerts\":[]}", "refused"},
    {"another version of CloudEvents", ALERT_CLOUDEVENTS, "{\"specversion\":\"0.3\",\"id\":\"1\"}", "refused"},
    {"a list where an object is due", ALERT_GRAFANA, "[]", "refused"},
};

static void tell_time(struct buf *out, instant at)
{
	buf_add_int(out, at == INSTANT_NONE ? 0 : at);
}

static void tell(struct buf *out, const struct alert_told *told)
{
	if (told->fault) {
		buf_format(out, "!%s\n", told->fault);
		return;
	}
	buf_format(out, "%s %.*s \"%.*s\" %.*s %.*s %.*s ", told->resolved ? "resolved" : "firing",
		   STR_ARG(told->fingerprint), STR_ARG(told->summary), STR_ARG(told->severity), STR_ARG(told->group),
		   STR_ARG(told->url));
	tell_time(out, told->started_at);
	buf_add_char(out, '-');
	tell_time(out, told->ended_at);
	buf_add_c(out, " {");
	for (size_t i = 0; i < told->label_count; i++)
		buf_format(out, "%s%.*s=%.*s", i ? "," : "", STR_ARG(told->labels[i].name),
			   STR_ARG(told->labels[i].value));
	buf_add_c(out, "}\n");
}

static const char *seen(struct arena *arena, const struct alert_reading *reading, const char *body)
{
	json_t *json = json_loads(body, 0, NULL);
	struct buf out = buf_new(arena);
	struct alert_told *told;
	struct error error = {0};
	size_t count;

	assert_non_null(json);
	if (alert_read(arena, reading, json, &told, &count, &error))
		buf_add_c(&out, "refused");
	else
		for (size_t i = 0; i < count; i++)
			tell(&out, &told[i]);
	json_decref(json);
	return str_c(arena, buf_str(&out));
}

static void bodies_are_read_as_they_are_sent(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ARENA arena = arena_new();
		struct alert_reading reading = {.format = cases[i].format};
		const char *read = seen(arena, &reading, cases[i].body);

		if (strcmp(read, cases[i].expected))
			print_error("%s\n", cases[i].name);
		assert_string_equal(read, cases[i].expected);
	}
}

static void pointers_of_the_source_go_first(void **state)
{
	static const struct alert_pointer pointers[] = {
	    {ALERT_LIST, S("/deep/~1er"), {0}}, {ALERT_FINGERPRINT, S("/k~0"), {0}},
	    {ALERT_SUMMARY, S("/none"), {0}},   {ALERT_SUMMARY, S("/words/1"), {0}},
	    {ALERT_STATUS, S("/up"), {0}},      {ALERT_LABEL, S("/words/0"), S("host")},
	    {ALERT_DESCRIPTION, S("/"), {0}},
	};
	struct alert_reading reading = {ALERT_GENERIC, pointers, sizeof(pointers) / sizeof(*pointers)};
	ARENA arena = arena_new();

	(void)state;
	assert_string_equal(
	    seen(arena, &reading,
		 "{\"deep\":{\"/"
		 "er\":[{\"k~\":\"1\",\"words\":[\"web1\",\"Down\"],\"up\":false,\"title\":\"no\"},{\"id\":\"2\"}]}}"),
	    "resolved 1 \"Down\"    0-0 {host=web1}\nfiring 2 \"2\"    0-0 {}\n");
}

static void pointers_follow_the_standard(void **state)
{
	static const struct {
		const char *pointer, *expected;
	} examples[] = {/* of RFC 6901, section 5 */
			{"/foo/0", "\"bar\""}, {"/", "0"},        {"/a~1b", "1"},   {"/c%d", "2"}, {"/e^f", "3"},
			{"/g|h", "4"},         {"/i\\j", "5"},    {"/k\"l", "6"},   {"/ ", "7"},   {"/m~0n", "8"},
			{"/foo/00", NULL},     {"/foo/2", NULL},  {"/foo/-", NULL}, {"foo", NULL}, {"/m~n", NULL},
			{"/foo/+1", NULL},     {"/foo/0/x", NULL}};
	json_t *json = json_loads("{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,"
				  "\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}",
				  0, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		const json_t *at = alert_at(json, str_of(examples[i].pointer));
		char *dump = at ? json_dumps(at, JSON_ENCODE_ANY) : NULL;

		if (examples[i].expected)
			assert_string_equal(dump, examples[i].expected);
		else
			assert_null(dump);
		free(dump);
	}
	assert_ptr_equal(alert_at(json, (struct str){0}), json);
	json_decref(json);
}

static void long_texts_are_cut_between_characters(void **state)
{
	ARENA arena = arena_new();
	struct buf body = buf_new(arena);
	struct alert_reading reading = {.format = ALERT_GENERIC};
	struct alert_told *told;
	struct error error = {0};
	json_t *json;
	size_t count;

	(void)state;
	buf_add_c(&body, "{\"id\":\"x\",\"title\":\"");
	for (int i = 0; i < 300; i++)
		buf_add_c(&body, "障");
	buf_add_c(&body, "\",\"labels\":{");
	for (int i = 0; i < 100; i++)
		buf_format(&body, "%s\"l%d\":\"v\"", i ? "," : "", i);
	buf_add_c(&body, "}}");
	json = json_loadb(body.p, body.n, 0, NULL);
	assert_int_equal(alert_read(arena, &reading, json, &told, &count, &error), OK);
	assert_int_equal(told->summary.n, 200 * 3);
	assert_int_equal(told->label_count, ALERT_LABELS_MOST);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bodies_are_read_as_they_are_sent),
	    cmocka_unit_test(pointers_of_the_source_go_first),
	    cmocka_unit_test(pointers_follow_the_standard),
	    cmocka_unit_test(long_texts_are_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
