/* reading: what the readers of the formats share (private to alert/). */
#ifndef ALERT_READING_H
#define ALERT_READING_H

#include "alert/alert.h"

/* Text, number, yes or no as text of at most so many characters, in one line or in several; empty for anything else. */
struct str alert_line(struct arena *arena, const json_t *json, size_t most);
struct str alert_text(struct arena *arena, const json_t *json, size_t most);
instant alert_time(const json_t *json); /* RFC 3339, or seconds since 1970; INSTANT_NONE: none */
bool alert_says_resolved(struct str status);
/* The last one of a name counts; what has no value is left out. */
void alert_add_label(struct arena *arena, struct alert_told *told, struct str name, struct str value);
/* An object of labels, or a list of {tag or name, value}. */
void alert_add_labels(struct arena *arena, struct alert_told *told, const json_t *labels);

void alert_read_webhook(struct arena *arena, const json_t *body, const json_t *alert, struct alert_told *told);
void alert_read_pointers(struct arena *arena, const struct alert_reading *reading, const json_t *alert,
			 struct alert_told *told);
/* Where the alerts of a body stand. NULL: it is not of the format. */
const json_t *alert_list_of(const struct alert_reading *reading, const json_t *body);

#endif
