/* From a body to alerts: what is the same for all formats. */
#include "alert/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

static const char *const formats[ALERT_FORMATS] = {
    [ALERT_ALERTMANAGER] = "alertmanager", [ALERT_GRAFANA] = "grafana", [ALERT_ZABBIX] = "zabbix",
    [ALERT_CLOUDEVENTS] = "cloudevents",   [ALERT_GENERIC] = "generic",
};
static const char *const part_names[ALERT_PARTS] = {
    [ALERT_LIST] = "alerts",
    [ALERT_FINGERPRINT] = "fingerprint",
    [ALERT_STATUS] = "status",
    [ALERT_SUMMARY] = "summary",
    [ALERT_DESCRIPTION] = "description",
    [ALERT_SEVERITY] = "severity",
    [ALERT_URL] = "url",
    [ALERT_STARTED_AT] = "started_at",
    [ALERT_ENDED_AT] = "ended_at",
    [ALERT_LABELS] = "labels",
    [ALERT_LABEL] = "label",
};
/* What systems call the end of trouble. Any other word, and none, is trouble: none is lost for a word not known. */
static const char *const over[] = {"resolved", "recovered", "recovery", "closed",   "cleared", "clear", "ok",
				   "normal",   "up",        "green",    "inactive", "0",       "false"};

bool alert_format_parse(struct str name, enum alert_format *format)
{
	for (int i = 0; i < ALERT_FORMATS; i++)
		if (str_is(name, formats[i])) {
			*format = (enum alert_format)i;
			return true;
		}
	return false;
}

bool alert_part_parse(struct str name, enum alert_part *part)
{
	for (int i = 0; i < ALERT_PARTS; i++)
		if (str_is(name, part_names[i])) {
			*part = (enum alert_part)i;
			return true;
		}
	return false;
}

/* --- texts --- */

static struct str plain(struct arena *arena, const json_t *json)
{
	if (json_is_string(json))
		return (struct str){json_string_value(json), json_string_length(json)};
	if (json_is_integer(json))
		return str_format(arena, "%lld", (long long)json_integer_value(json));
	if (json_is_real(json))
		return str_format(arena, "%.6g", json_real_value(json));
	return json_is_boolean(json) ? str_of(json_is_true(json) ? "true" : "false") : (struct str){0};
}

static bool is_control(uint32_t c, bool lines)
{
	if (lines && (c == '\n' || c == '\t'))
		return false;
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

static struct str clean(struct arena *arena, struct str text, size_t most, bool lines)
{
	struct buf out = buf_new(arena);
	size_t characters = 0;

	text = str_trim(text);
	for (size_t at = 0; at < text.n && characters < most; characters++) {
		uint32_t c = str_next_char(text, &at);

		buf_add_utf8(&out, is_control(c, lines) ? ' ' : c);
	}
	return str_trim(buf_str(&out));
}

struct str alert_line(struct arena *arena, const json_t *json, size_t most)
{
	return clean(arena, plain(arena, json), most, false);
}

struct str alert_text(struct arena *arena, const json_t *json, size_t most)
{
	return clean(arena, plain(arena, json), most, true);
}

/* Years before 1970 stand for "not yet": Alertmanager writes the year 1. */
instant alert_time(const json_t *json)
{
	const json_int_t most = 4102444800; /* the year 2100 */
	struct str text = {json_string_value(json), json_string_length(json)};
	instant at;

	if (json_is_integer(json) && json_integer_value(json) > 0 && json_integer_value(json) < most)
		return json_integer_value(json) * SECOND;
	if (text.p && time_parse(text, &at) && at > 0 && at < most * SECOND)
		return at;
	return INSTANT_NONE;
}

bool alert_says_resolved(struct str status)
{
	for (size_t i = 0; i < sizeof(over) / sizeof(*over); i++)
		if (str_eq_nocase(status, str_of(over[i])))
			return true;
	return false;
}

/* --- labels --- */

void alert_add_label(struct arena *arena, struct alert_told *told, struct str name, struct str value)
{
	size_t at = 0;

	if (!name.n || !value.n)
		return;
	if (!told->labels)
		told->labels = arena_many(arena, struct alert_label, ALERT_LABELS_MOST);
	while (at < told->label_count && str_cmp(told->labels[at].name, name) < 0)
		at++;
	if (at < told->label_count && str_eq(told->labels[at].name, name)) {
		told->labels[at].value = value;
		return;
	}
	if (told->label_count == ALERT_LABELS_MOST)
		return;
	memmove(&told->labels[at + 1], &told->labels[at], (told->label_count - at) * sizeof(*told->labels));
	told->labels[at] = (struct alert_label){name, value};
	told->label_count++;
}

static void add_tag(struct arena *arena, struct alert_told *told, const json_t *tag)
{
	const json_t *name = json_object_get(tag, "tag");

	if (!name)
		name = json_object_get(tag, "name");
	alert_add_label(arena, told, alert_line(arena, name, ALERT_NAME_MOST),
			alert_line(arena, json_object_get(tag, "value"), ALERT_VALUE_MOST));
}

void alert_add_labels(struct arena *arena, struct alert_told *told, const json_t *labels)
{
	void *at = json_object_iter((json_t *)labels); /* not changed: the library has no const way to walk */

	for (size_t i = 0; i < json_array_size(labels); i++)
		add_tag(arena, told, json_array_get(labels, i));
	for (; at; at = json_object_iter_next((json_t *)labels, at)) {
		struct str name = {json_object_iter_key(at), json_object_iter_key_len(at)};

		alert_add_label(arena, told, clean(arena, name, ALERT_NAME_MOST, false),
				alert_line(arena, json_object_iter_value(at), ALERT_VALUE_MOST));
	}
}

struct str alert_label(const struct alert_told *told, struct str name)
{
	for (size_t i = 0; i < told->label_count; i++)
		if (str_eq(told->labels[i].name, name))
			return told->labels[i].value;
	return (struct str){0};
}

/* --- one alert --- */

static struct str hashed(struct arena *arena, const struct str *parts, size_t count)
{
	char hex[HASH_BYTES * 2 + 1];

	hash_hex(hash_parts(parts, count), hex);
	return str_dup(arena, (struct str){hex, 32});
}

/* Who sends none is known by the labels, as Prometheus does itself. */
static void find_fingerprint(struct arena *arena, struct alert_told *told)
{
	struct str *parts = arena_many(arena, struct str, 2 * ALERT_LABELS_MOST);

	if (told->fingerprint.n || !told->label_count)
		return;
	for (size_t i = 0; i < told->label_count; i++) {
		parts[2 * i] = told->labels[i].name;
		parts[2 * i + 1] = told->labels[i].value;
	}
	told->fingerprint = hashed(arena, parts, 2 * told->label_count);
}

static void finish(struct arena *arena, struct alert_told *told)
{
	if (!clean(arena, told->fingerprint, ALERT_SUMMARY_MOST, false).n) /* of blanks: it tells nothing apart */
		told->fingerprint = (struct str){0};
	find_fingerprint(arena, told);
	if (!told->fingerprint.n) {
		told->fault = N_("It has neither a fingerprint nor labels by which it could be known again");
		return;
	}
	told->summary = clean(arena, told->summary, ALERT_SUMMARY_MOST, false);
	if (!told->summary.n)
		told->summary = clean(arena, alert_label(told, S("alertname")), ALERT_SUMMARY_MOST, false);
	if (!told->summary.n)
		told->summary = clean(arena, told->fingerprint, ALERT_SUMMARY_MOST, false);
	if (!told->severity.n)
		told->severity = alert_label(told, S("severity"));
	told->severity = clean(arena, told->severity, ALERT_NAME_MOST, false);
}

static void read_one(struct arena *arena, const struct alert_reading *reading, const json_t *body, const json_t *alert,
		     struct alert_told *told)
{
	*told = (struct alert_told){.started_at = INSTANT_NONE, .ended_at = INSTANT_NONE};
	if (!json_is_object(alert)) {
		told->fault = N_("It is no JSON object");
		return;
	}
	if (reading->format == ALERT_ALERTMANAGER || reading->format == ALERT_GRAFANA)
		alert_read_webhook(arena, body, alert, told);
	else
		alert_read_pointers(arena, reading, alert, told);
	if (!told->fault)
		finish(arena, told);
}

enum status alert_read(struct arena *arena, const struct alert_reading *reading, const json_t *body,
		       struct alert_told **told, size_t *count, struct error *error)
{
	const json_t *list = alert_list_of(reading, body);

	*count = 0;
	if (!list)
		return error_fail(error, E_SYNTAX, "", "format", N_("This is no message of the format \"%s\""),
				  formats[reading->format]);
	*count = json_is_array(list) ? json_array_size(list) : 1;
	if (*count > ALERTS_MOST)
		return error_fail(error, E_TOO_LARGE, "", "too_many", N_("At most 10000 alerts fit in one message"));
	*told = arena_many(arena, struct alert_told, *count + 1);
	for (size_t i = 0; i < *count; i++)
		read_one(arena, reading, body, json_is_array(list) ? json_array_get(list, i) : list, &(*told)[i]);
	return OK;
}
