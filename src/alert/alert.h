/* alert: what monitoring systems post, read into one form.
 *
 * Pure: JSON in, alerts out; it knows no records, no database and no clock. Formats:
 *
 *	alertmanager  webhook of Prometheus Alertmanager, version 4
 *	grafana       webhook of Grafana's unified alerting: the same shape, with more
 *	zabbix        what the media type in docs/operator/alerts.md sends
 *	cloudevents   CloudEvents 1.0, structured JSON, one event or a batch
 *	generic       any JSON; JSON pointers (RFC 6901) say where things stand
 *
 * The last three are read by pointers. Each format has its own, several for one thing, tried in order; those that the
 * caller gives go first. A body that is not of the format is refused as a whole. An alert in it that cannot be taken
 * carries its fault and does not disturb the others.
 *
 *	struct alert_reading reading = {.format = ALERT_ALERTMANAGER};
 *	struct alert_told *told;
 *	size_t count;
 *	if ((status = alert_read(arena, &reading, body, &told, &count, error)))
 *		return status;
 *
 * Texts are cut to what fits a record and freed of control characters; they and all else live in the arena. */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/time.h"

enum alert_format {
	ALERT_ALERTMANAGER,
	ALERT_GRAFANA,
	ALERT_ZABBIX,
	ALERT_CLOUDEVENTS,
	ALERT_GENERIC,
	ALERT_FORMATS,
};
bool alert_format_parse(struct str name, enum alert_format *format);

enum alert_part {
	ALERT_LIST, /* where the alerts of a body stand: a list, or one alert */
	ALERT_FINGERPRINT,
	ALERT_STATUS,
	ALERT_SUMMARY,
	ALERT_DESCRIPTION,
	ALERT_SEVERITY,
	ALERT_URL,
	ALERT_STARTED_AT,
	ALERT_ENDED_AT,
	ALERT_LABELS, /* an object of labels, or a list of {tag or name, value} */
	ALERT_LABEL,  /* one label */
	ALERT_PARTS,
};
bool alert_part_parse(struct str name, enum alert_part *part);

struct alert_pointer {
	enum alert_part part;
	struct str pointer; /* "/data/severity"; "" is the whole */
	struct str label;   /* of ALERT_LABEL: what it is called */
};

struct alert_reading {
	enum alert_format format;
	const struct alert_pointer *pointers;
	size_t pointer_count;
};

struct alert_label {
	struct str name, value;
};

struct alert_told {
	struct str fingerprint; /* the same thing has the same one, whenever it is told */
	struct str group;       /* the sender's own name of the group that it belongs to; empty: none */
	struct str summary, description, severity, url;
	bool resolved;
	instant started_at, ended_at; /* INSTANT_NONE: not told */
	struct alert_label *labels;   /* by name */
	size_t label_count;
	const char *fault; /* message of an error for people, why it cannot be taken; NULL: it can */
};

enum {
	ALERTS_MOST = 10000, /* in one body */
	ALERT_LABELS_MOST = 64,
	ALERT_FINGERPRINT_MOST = 200, /* characters of each */
	ALERT_SUMMARY_MOST = 200,
	ALERT_DESCRIPTION_MOST = 20000,
	ALERT_NAME_MOST = 100,
	ALERT_VALUE_MOST = 1000,
};

MUST enum status alert_read(struct arena *arena, const struct alert_reading *reading, const json_t *body,
			    struct alert_told **told, size_t *count, struct error *error);
struct str alert_label(const struct alert_told *told, struct str name); /* empty: it has none */

/* RFC 6901. NULL: nothing stands there, or it is no pointer. */
const json_t *alert_at(const json_t *json, struct str pointer);
bool alert_pointer_is_good(struct str pointer);

#endif
