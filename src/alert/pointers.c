/* Formats that are read by JSON pointers: what each has by itself, and what the one who set the source up adds. */
#include "alert/reading.h"

#include <string.h>

/* Each format's own, tried in order. docs/operator/alerts.md lists them. */
static const struct preset {
	enum alert_format format;
	enum alert_part part;
	const char *pointer, *label;
} presets[] = {
    {ALERT_ZABBIX, ALERT_LIST, "", NULL},
    {ALERT_ZABBIX, ALERT_FINGERPRINT, "/trigger_id", NULL},
    {ALERT_ZABBIX, ALERT_FINGERPRINT, "/event_id", NULL},
    {ALERT_ZABBIX, ALERT_STATUS, "/status", NULL},
    {ALERT_ZABBIX, ALERT_SUMMARY, "/name", NULL},
    {ALERT_ZABBIX, ALERT_DESCRIPTION, "/description", NULL},
    {ALERT_ZABBIX, ALERT_SEVERITY, "/severity", NULL},
    {ALERT_ZABBIX, ALERT_URL, "/url", NULL},
    {ALERT_ZABBIX, ALERT_LABELS, "/tags", NULL},
    {ALERT_ZABBIX, ALERT_LABEL, "/host", "host"},
    {ALERT_ZABBIX, ALERT_LABEL, "/host_name", "host_name"},
    {ALERT_ZABBIX, ALERT_LABEL, "/host_groups", "host_groups"},
    {ALERT_ZABBIX, ALERT_LABEL, "/trigger_id", "trigger_id"},
    {ALERT_ZABBIX, ALERT_LABEL, "/event_id", "event_id"},
    {ALERT_ZABBIX, ALERT_LABEL, "/item", "item"},
    {ALERT_ZABBIX, ALERT_LABEL, "/value", "value"},
    {ALERT_CLOUDEVENTS, ALERT_LIST, "", NULL},
    {ALERT_CLOUDEVENTS, ALERT_FINGERPRINT, "/data/fingerprint", NULL},
    {ALERT_CLOUDEVENTS, ALERT_FINGERPRINT, "/subject", NULL},
    {ALERT_CLOUDEVENTS, ALERT_FINGERPRINT, "/id", NULL},
    {ALERT_CLOUDEVENTS, ALERT_STATUS, "/data/status", NULL},
    {ALERT_CLOUDEVENTS, ALERT_STATUS, "/data/state", NULL},
    {ALERT_CLOUDEVENTS, ALERT_SUMMARY, "/data/summary", NULL},
    {ALERT_CLOUDEVENTS, ALERT_SUMMARY, "/data/title", NULL},
    {ALERT_CLOUDEVENTS, ALERT_SUMMARY, "/data/message", NULL},
    {ALERT_CLOUDEVENTS, ALERT_SUMMARY, "/subject", NULL},
    {ALERT_CLOUDEVENTS, ALERT_SUMMARY, "/type", NULL},
    {ALERT_CLOUDEVENTS, ALERT_DESCRIPTION, "/data/description", NULL},
    {ALERT_CLOUDEVENTS, ALERT_SEVERITY, "/data/severity", NULL},
    {ALERT_CLOUDEVENTS, ALERT_SEVERITY, "/severity", NULL},
    {ALERT_CLOUDEVENTS, ALERT_URL, "/data/url", NULL},
    {ALERT_CLOUDEVENTS, ALERT_STARTED_AT, "/data/started_at", NULL},
    {ALERT_CLOUDEVENTS, ALERT_STARTED_AT, "/time", NULL},
    {ALERT_CLOUDEVENTS, ALERT_ENDED_AT, "/data/ended_at", NULL},
    {ALERT_CLOUDEVENTS, ALERT_ENDED_AT, "/time", NULL},
    {ALERT_CLOUDEVENTS, ALERT_LABELS, "/data/labels", NULL},
    {ALERT_CLOUDEVENTS, ALERT_LABEL, "/source", "source"},
    {ALERT_CLOUDEVENTS, ALERT_LABEL, "/type", "type"},
    {ALERT_CLOUDEVENTS, ALERT_LABEL, "/subject", "subject"},
    {ALERT_GENERIC, ALERT_LIST, "/alerts", NULL},
    {ALERT_GENERIC, ALERT_LIST, "", NULL},
    {ALERT_GENERIC, ALERT_FINGERPRINT, "/fingerprint", NULL},
    {ALERT_GENERIC, ALERT_FINGERPRINT, "/id", NULL},
    {ALERT_GENERIC, ALERT_STATUS, "/status", NULL},
    {ALERT_GENERIC, ALERT_STATUS, "/state", NULL},
    {ALERT_GENERIC, ALERT_SUMMARY, "/summary", NULL},
    {ALERT_GENERIC, ALERT_SUMMARY, "/title", NULL},
    {ALERT_GENERIC, ALERT_SUMMARY, "/message", NULL},
    {ALERT_GENERIC, ALERT_DESCRIPTION, "/description", NULL},
    {ALERT_GENERIC, ALERT_SEVERITY, "/severity", NULL},
    {ALERT_GENERIC, ALERT_URL, "/url", NULL},
    {ALERT_GENERIC, ALERT_STARTED_AT, "/started_at", NULL},
    {ALERT_GENERIC, ALERT_ENDED_AT, "/ended_at", NULL},
    {ALERT_GENERIC, ALERT_LABELS, "/labels", NULL},
};
enum { PRESETS = sizeof(presets) / sizeof(*presets) };

/* --- RFC 6901 --- */

bool alert_pointer_is_good(struct str pointer)
{
	if (pointer.n && pointer.p[0] != '/')
		return false;
	for (size_t i = 0; i < pointer.n; i++)
		if (pointer.p[i] == '~' && (i + 1 == pointer.n || (pointer.p[i + 1] != '0' && pointer.p[i + 1] != '1')))
			return false;
	return true;
}

/* Whether a member's name is what a part of a pointer spells: ~1 is /, ~0 is ~. */
static bool spells(struct str part, const char *name, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < part.n; i++, at++) {
		char c = part.p[i];

		if (c == '~')
			c = part.p[++i] == '1' ? '/' : '~';
		if (at >= n || name[at] != c)
			return false;
	}
	return at == n;
}

static const json_t *member(const json_t *object, struct str part)
{
	void *at = json_object_iter((json_t *)object); /* not changed: the library has no const way to walk */

	for (; at; at = json_object_iter_next((json_t *)object, at))
		if (spells(part, json_object_iter_key(at), json_object_iter_key_len(at)))
			return json_object_iter_value(at);
	return NULL;
}

const json_t *alert_at(const json_t *json, struct str pointer)
{
	struct str rest = str_sub(pointer, 1, pointer.n), part;

	if (!pointer.n)
		return json;
	if (!alert_pointer_is_good(pointer))
		return NULL;
	while (json && str_cut(&rest, '/', &part)) {
		int64_t index;

		if (!json_is_array(json))
			json = member(json, part);
		else
			json = str_int64(part, &index) && index >= 0 && (part.n == 1 || part.p[0] != '0') &&
				       part.p[0] != '+'
				   ? json_array_get(json, (size_t)index)
				   : NULL;
	}
	return json;
}

/* --- parts --- */

struct parts { /* of one alert */
	struct arena *arena;
	const struct alert_reading *reading;
	const json_t *alert;
};

static bool has_own(const struct alert_reading *reading, enum alert_part part)
{
	for (size_t i = 0; i < reading->pointer_count; i++)
		if (reading->pointers[i].part == part)
			return true;
	return false;
}

static const json_t *found(const struct parts *parts, enum alert_part part)
{
	const struct alert_reading *reading = parts->reading;
	const json_t *json = NULL;

	for (size_t i = 0; i < reading->pointer_count && !json; i++)
		if (reading->pointers[i].part == part)
			json = alert_at(parts->alert, reading->pointers[i].pointer);
	for (size_t i = 0; i < PRESETS && !json; i++)
		if (presets[i].format == reading->format && presets[i].part == part)
			json = alert_at(parts->alert, str_of(presets[i].pointer));
	return json_is_null(json) ? NULL : json;
}

/* A macro that Zabbix could not fill in comes as it was written, or as *UNKNOWN*. */
static struct str filled(const struct parts *parts, struct str text)
{
	bool macro =
	    text.n > 2 && text.p[0] == '{' && text.p[text.n - 1] == '}' && text.p[1] >= 'A' && text.p[1] <= 'Z';

	if (parts->reading->format == ALERT_ZABBIX && (macro || str_is(text, "*UNKNOWN*")))
		return (struct str){0};
	return text;
}

static struct str line(const struct parts *parts, enum alert_part part, size_t most)
{
	return filled(parts, alert_line(parts->arena, found(parts, part), most));
}

static void read_label(const struct parts *parts, struct str pointer, struct str label, struct alert_told *told)
{
	struct str value = alert_line(parts->arena, alert_at(parts->alert, pointer), ALERT_VALUE_MOST);

	alert_add_label(parts->arena, told, label, filled(parts, value));
}

/* Zabbix writes tags as a text that holds JSON: {EVENT.TAGSJSON}. */
static void read_tags(const struct parts *parts, const json_t *tags, struct alert_told *told)
{
	json_t *inner =
	    json_is_string(tags) ? json_loadb(json_string_value(tags), json_string_length(tags), 0, NULL) : NULL;

	alert_add_labels(parts->arena, told, inner ? inner : tags);
	json_decref(inner);
}

static void read_labels(const struct parts *parts, struct alert_told *told)
{
	const struct alert_reading *reading = parts->reading;

	read_tags(parts, found(parts, ALERT_LABELS), told);
	for (size_t i = 0; i < PRESETS; i++)
		if (presets[i].format == reading->format && presets[i].part == ALERT_LABEL)
			read_label(parts, str_of(presets[i].pointer), str_of(presets[i].label), told);
	for (size_t i = 0; i < reading->pointer_count; i++)
		if (reading->pointers[i].part == ALERT_LABEL)
			read_label(parts, reading->pointers[i].pointer, reading->pointers[i].label, told);
}

/* --- CloudEvents --- */

static bool is_event(const json_t *event)
{
	return json_is_string(json_object_get(event, "id")) && json_is_string(json_object_get(event, "source")) &&
	       json_is_string(json_object_get(event, "type"));
}

/* An event says what came to pass: "com.example.disk.resolved". Its id and subject are its source's own. */
static void read_event(const struct parts *parts, struct alert_told *told)
{
	struct str type = alert_line(parts->arena, json_object_get(parts->alert, "type"), ALERT_VALUE_MOST),
		   word = type, rest = type;
	struct str source = alert_line(parts->arena, json_object_get(parts->alert, "source"), ALERT_FINGERPRINT_MOST);

	while (str_cut(&rest, '.', &word))
		;
	if (!found(parts, ALERT_STATUS))
		told->resolved = alert_says_resolved(word);
	if (!has_own(parts->reading, ALERT_FINGERPRINT))
		told->fingerprint = str_format(parts->arena, "%.*s %.*s", STR_ARG(source), STR_ARG(told->fingerprint));
}

/* --- all of it --- */

void alert_read_pointers(struct arena *arena, const struct alert_reading *reading, const json_t *alert,
			 struct alert_told *told)
{
	struct parts parts = {arena, reading, alert};

	if (reading->format == ALERT_CLOUDEVENTS && !is_event(alert)) {
		told->fault = N_("A CloudEvent needs id, source and type");
		return;
	}
	read_labels(&parts, told);
	told->fingerprint = line(&parts, ALERT_FINGERPRINT, ALERT_FINGERPRINT_MOST);
	told->resolved = alert_says_resolved(line(&parts, ALERT_STATUS, ALERT_NAME_MOST));
	told->summary = line(&parts, ALERT_SUMMARY, ALERT_SUMMARY_MOST);
	told->description = filled(&parts, alert_text(arena, found(&parts, ALERT_DESCRIPTION), ALERT_DESCRIPTION_MOST));
	told->severity = line(&parts, ALERT_SEVERITY, ALERT_NAME_MOST);
	told->url = line(&parts, ALERT_URL, ALERT_VALUE_MOST);
	if (reading->format == ALERT_CLOUDEVENTS)
		read_event(&parts, told);
	told->started_at = alert_time(found(&parts, ALERT_STARTED_AT));
	told->ended_at = told->resolved ? alert_time(found(&parts, ALERT_ENDED_AT)) : INSTANT_NONE;
	if (told->resolved && told->started_at == told->ended_at) /* one time, that of the end */
		told->started_at = INSTANT_NONE;
}

static bool is_list(const json_t *json)
{
	return json_is_array(json) || json_is_object(json);
}

const json_t *alert_list_of(const struct alert_reading *reading, const json_t *body)
{
	struct parts parts = {.reading = reading, .alert = body};
	const json_t *first = json_is_array(body) ? json_array_get(body, 0) : body, *list;

	switch (reading->format) {
	case ALERT_ALERTMANAGER:
	case ALERT_GRAFANA:
		list = json_object_get(body, "alerts");
		return json_is_array(list) ? list : NULL;
	case ALERT_ZABBIX:
		return json_is_object(body) &&
			       (json_object_get(body, "event_id") || json_object_get(body, "trigger_id"))
			   ? body
			   : NULL;
	case ALERT_CLOUDEVENTS:
		list = json_object_get(first, "specversion");
		return json_is_string(list) && !strcmp(json_string_value(list), "1.0") ? body : NULL;
	default:
		list = has_own(reading, ALERT_LIST) || json_is_object(body) ? found(&parts, ALERT_LIST) : body;
		return is_list(list) ? list : NULL;
	}
}
