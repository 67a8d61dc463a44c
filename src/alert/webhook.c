/* The webhook of Prometheus Alertmanager, version 4, and that of Grafana, which has the same shape. */
#include "alert/reading.h"

static struct str first(struct arena *arena, const json_t *object, const char *const *names, size_t most)
{
	struct str text = {0};

	for (size_t i = 0; names[i] && !text.n; i++)
		text = alert_text(arena, json_object_get(object, names[i]), most);
	return text;
}

static void add_line(struct buf *text, struct str line)
{
	if (!line.n)
		return;
	if (text->n)
		buf_add_c(text, "\n\n");
	buf_add(text, line);
}

/* Both write a time before 1970 for what has not ended. */
void alert_read_webhook(struct arena *arena, const json_t *body, const json_t *alert, struct alert_told *told)
{
	static const char *const summaries[] = {"summary", "title", NULL};
	static const char *const descriptions[] = {"description", "message", NULL};
	static const char *const urls[] = {"panelURL", "dashboardURL", "generatorURL", NULL};
	const json_t *annotations = json_object_get(alert, "annotations"), *status = json_object_get(alert, "status");
	struct buf description = buf_new(arena);

	alert_add_labels(arena, told, json_object_get(alert, "labels"));
	told->fingerprint = alert_line(arena, json_object_get(alert, "fingerprint"), ALERT_FINGERPRINT_MOST);
	told->group = alert_line(arena, json_object_get(body, "groupKey"), ALERT_VALUE_MOST);
	told->resolved = alert_says_resolved(alert_line(arena, status, ALERT_NAME_MOST));
	told->summary = first(arena, annotations, summaries, ALERT_SUMMARY_MOST);
	add_line(&description, first(arena, annotations, descriptions, ALERT_DESCRIPTION_MOST));
	add_line(&description, alert_line(arena, json_object_get(alert, "valueString"), ALERT_VALUE_MOST));
	add_line(&description, alert_line(arena, json_object_get(annotations, "runbook_url"), ALERT_VALUE_MOST));
	told->description = buf_str(&description);
	told->url = first(arena, alert, urls, ALERT_VALUE_MOST);
	told->started_at = alert_time(json_object_get(alert, "startsAt"));
	told->ended_at = told->resolved ? alert_time(json_object_get(alert, "endsAt")) : INSTANT_NONE;
}
