#include "job/readings.h"

#include "base/log.h"
#include "behaviour/log_reading.h"

enum { READINGS_AT_ONCE = 200 };

static void fill(struct arena *arena, const struct kernel *kernel, const struct reading *reading,
		 struct edit_request *request)
{
	const struct log_reading *p = log_reading_of(kernel, kernel_type_of(kernel, reading->record));
	struct field_input *fields = arena_many(arena, struct field_input, 4);

	*request = (struct edit_request){.type = p->make, .fields = fields, .via = VIA_JOB};
	fields[request->field_count++] = (struct field_input){p->as, value_record(reading->record)};
	fields[request->field_count++] = (struct field_input){p->at, value_time(reading->at)};
	fields[request->field_count++] =
	    (struct field_input){p->surface, value_choice(reading_surface_code(reading->surface))};
	if (reading->person)
		fields[request->field_count++] = (struct field_input){p->reader, value_record(reading->person)};
}

static enum status write_some(struct kernel *kernel, struct arena *arena, const struct reading *readings, size_t count,
			      instant now, struct error *error)
{
	struct edit_request *requests = arena_many(arena, struct edit_request, count);
	struct edit_result *results = arena_many(arena, struct edit_result, count);
	struct edit_batch batch = {
	    .actor = actor_system(), .requests = requests, .count = count, .results = results, .now = now};

	for (size_t i = 0; i < count; i++)
		fill(arena, kernel, &readings[i], &requests[i]);
	return kernel_edit(kernel, &batch, error);
}

static bool is_refusal(enum status status)
{
	return status == E_INVALID || status == E_CONFLICT || status == E_DENIED || status == E_NOT_FOUND;
}

/* One after the other, so that one that is refused does not keep the others back. */
static enum status write_each(struct kernel *kernel, struct arena *arena, const struct reading *readings, size_t count,
			      instant now, size_t *done, struct error *error)
{
	for (*done = 0; *done < count; ++*done) {
		struct error own = {0};
		enum status status = write_some(kernel, arena, &readings[*done], 1, now, &own);
		char number[NUMBER_TEXT], text[512];

		if (status && !is_refusal(status)) {
			*error = own;
			return status;
		}
		if (!status)
			continue;
		error_text(&own, text, sizeof(text));
		log_error("a reading of %s was not written: %s", kernel_number(kernel, readings[*done].record, number),
			  text);
	}
	return OK;
}

enum status readings_write(struct kernel *kernel, instant now, struct error *error)
{
	ARENA arena = arena_new();
	struct reading *readings;
	size_t lost, count = kernel_take_readings(kernel, arena, &readings, &lost);
	enum status status = OK;

	if (lost)
		log_error("%zu readings were not written: too many waited", lost);
	for (size_t at = 0; at < count && !status;) {
		size_t some = count - at < READINGS_AT_ONCE ? count - at : READINGS_AT_ONCE, done = some;
		struct error own = {0};

		status = write_some(kernel, arena, &readings[at], some, now, &own);
		if (is_refusal(status)) {
			error_clear(&own);
			status = write_each(kernel, arena, &readings[at], some, now, &done, &own);
		} else if (status) {
			done = 0;
		}
		at += done;
		if (status) {
			*error = own;
			kernel_return_readings(kernel, &readings[at], count - at);
		}
	}
	return status;
}
