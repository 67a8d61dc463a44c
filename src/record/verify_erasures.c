#include "record/verify_erasures.h"

#include <jansson.h>

#include "record/erase.h"

static void add_erasure(struct erasures *erasures, struct str details, int64_t sequence)
{
	json_error_t fault;
	json_t *read = details.n ? json_loadb(details.p, details.n, 0, &fault) : NULL;
	const json_t *data = json_object_get(json_object_get(read, "note"), "data");

	for (int place = 0; place < EVENT_PLACES; place++) {
		const json_t *names = json_object_get(data, event_place_name(place));

		for (size_t i = 0; i < json_array_size(names); i++) {
			struct erased erased = {json_integer_value(json_array_get(names, i)), place};

			if (erased.sequence < sequence)
				vec_push(erasures->arena, &erasures->named, erased);
		}
	}
	json_decref(read);
}

static enum status read_erasures(struct erasures *erasures, struct connection *connection, int64_t record,
				 struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    connection, S("SELECT details, seq FROM kaname_event WHERE record = ? AND kind = '" ERASURE "'"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, record);
	while (!(status = store_step(statement, &row, error)) && row)
		add_erasure(erasures, column_text(statement, 0), column_int(statement, 1));
	erasures->is_read = true;
	return status;
}

enum status erasures_name(struct erasures *erasures, struct connection *connection, const struct event_row *event,
			  enum event_place place, bool *named, struct error *error)
{
	enum status status = erasures->is_read ? OK : read_erasures(erasures, connection, event->record, error);

	*named = false;
	for (size_t i = 0; i < erasures->named.count && !*named; i++)
		*named =
		    erasures->named.items[i].sequence == event->sequence && erasures->named.items[i].place == place;
	return status;
}
