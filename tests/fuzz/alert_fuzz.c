/* Any JSON as a message of any format: alerts or a refusal, and of each alert texts that a record can hold. The first
 * byte chooses the format, the second how many bytes are a JSON pointer to the fingerprint. */
#include <string.h>

#include "alert/alert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(struct str text, size_t most)
{
	if (text.n > most * 4 || !str_is_utf8(text))
		__builtin_trap();
}

static void check_alert(const struct alert_told *told)
{
	if (told->fault)
		return;
	if (!told->fingerprint.n || !told->summary.n || told->label_count > ALERT_LABELS_MOST)
		__builtin_trap();
	check_text(told->fingerprint, 2 * ALERT_FINGERPRINT_MOST + 1);
	check_text(told->summary, ALERT_SUMMARY_MOST);
	check_text(told->description, ALERT_DESCRIPTION_MOST + 2 * ALERT_VALUE_MOST + 4);
	check_text(told->severity, ALERT_NAME_MOST);
	for (size_t i = 0; i < told->label_count; i++) {
		check_text(told->labels[i].name, ALERT_NAME_MOST);
		check_text(told->labels[i].value, ALERT_VALUE_MOST);
		if (i && str_cmp(told->labels[i - 1].name, told->labels[i].name) >= 0)
			__builtin_trap();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA arena = arena_new();
	struct alert_pointer pointer = {.part = ALERT_FINGERPRINT};
	struct alert_reading reading = {.pointers = &pointer};
	struct alert_told *told;
	struct error error = {0};
	size_t count, skip = 2;
	json_t *body;

	if (size < 2)
		return 0;
	reading.format = (enum alert_format)(data[0] % ALERT_FORMATS);
	if (data[1] && 2u + data[1] <= size) {
		pointer.pointer = (struct str){(const char *)data + 2, data[1]};
		reading.pointer_count = 1;
		skip += data[1];
	}
	body = json_loadb((const char *)data + skip, size - skip, JSON_REJECT_DUPLICATES, NULL);
	if (body && !alert_read(arena, &reading, body, &told, &count, &error))
		for (size_t i = 0; i < count; i++)
			check_alert(&told[i]);
	json_decref(body);
	return 0;
}
