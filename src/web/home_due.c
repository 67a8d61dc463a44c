/* Reviews and actions: what of any type is the reader's by a day. A type takes part when it has a person who answers
 * for the record and a day that is set, by the names that these have everywhere. What a clock times stands elsewhere.
 */
#include <stdlib.h>

#include "record/access.h"
#include "web/home_work.h"

enum { DUE_SHOWN = 8 };
#define DUE_WITHIN "14d"

struct due_type {
	const struct type *type;
	const struct field *who, *day;
	bool is_review; /* goes on after the record is done: a document, an article */
};

static const struct field *first_named(const struct type *type, const char *const *names,
				       bool (*fits)(const struct field *))
{
	for (; *names; names++) {
		const struct field *field = type_field(type, str_of(*names));

		if (field && fits(field))
			return field;
	}
	return NULL;
}

static bool is_person(const struct field *field)
{
	return field->kind == FIELD_PERSON;
}

static bool is_day(const struct field *field)
{
	return field->kind == FIELD_DATE || field->kind == FIELD_DATETIME;
}

static bool is_timed(const struct home *home, const struct type *type)
{
	for (size_t i = 0; i < home->type_count; i++)
		if (home->types[i].type == type && home->types[i].clock.n)
			return true;
	return false;
}

static bool find_due(const struct home *home, const struct type *type, struct due_type *due)
{
	static const char *const people[] = {"owner", "assignee", "chair", "reviewer", "author", NULL};
	static const char *const reviews[] = {"next_review", "review_by", NULL};
	static const char *const days[] = {"due", "due_at", "due_on", NULL};

	if (is_timed(home, type) || !access_reads_type(home->visit->kernel, home->visit->actor, type))
		return false;
	*due = (struct due_type){
	    .type = type, .who = first_named(type, people, is_person), .day = first_named(type, days, is_day)};
	if (!due->day) {
		due->day = first_named(type, reviews, is_day);
		due->is_review = true;
	}
	return due->who && due->day;
}

static struct str expression_of(const struct home *home, const struct due_type *due)
{
	bool ends = due->type->state_count && !due->is_review;

	return str_format(home->visit->arena, "%.*s = me and %.*s < now + " DUE_WITHIN "%s", STR_ARG(due->who->name),
			  STR_ARG(due->day->name), ends ? " and state.phase != done" : "");
}

/* --- a line each, the earliest first --- */

struct due_item {
	int32_t day;
	struct worklist_item_view view;
};

static int earlier(const void *a, const void *b)
{
	const struct due_item *x = a, *y = b;

	return (x->day > y->day) - (x->day < y->day);
}

static struct due_item item_of(const struct home *home, const struct due_type *due, const struct record *record)
{
	struct visit *visit = home->visit;
	struct value value = record_value(record, due->day);
	int32_t today = zone_day(visit->h.zone, visit->now),
		day = value.kind == VALUE_TIME ? zone_day(visit->h.zone, value.number) : (int32_t)value.number;

	return (struct due_item){
	    .day = day,
	    .view = {.title = phrase(&visit->h, N_("%1$s %2$s"), number_text(visit, record->identity),
				     show_title(visit, record)),
		     .url = record_url(visit, record->identity),
		     .second = words_of(visit, &due->type->label),
		     .due = words_due(&visit->h, day),
		     .tone = day < today    ? DUE_LATE
			     : day == today ? DUE_SOON
					    : DUE_PLAIN}};
}

enum status home_dues(const struct home *home, struct worklist_item_view **items, size_t *count, int64_t *total)
{
	const struct model *model = home->visit->kernel->model;
	struct due_item *found = arena_many(home->visit->arena, struct due_item, DUE_SHOWN * model->type_count + 1);
	size_t all = 0;

	*total = 0;
	for (size_t i = 0; i < model->type_count; i++) {
		struct list_result result;
		struct due_type due;
		int64_t of_type;
		enum status status;

		if (!find_due(home, model->types[i], &due))
			continue;
		if ((status = home_list(home, due.type, expression_of(home, &due), due.day->name, DUE_SHOWN, &result)))
			return status;
		for (size_t r = 0; r < result.count; r++)
			found[all++] = item_of(home, &due, result.records[r]);
		of_type = (int64_t)result.count;
		if (result.count == DUE_SHOWN &&
		    (status = home_count(home, due.type, expression_of(home, &due), &of_type)))
			return status;
		*total += of_type;
	}
	qsort(found, all, sizeof(*found), earlier);
	*count = all < DUE_SHOWN ? all : DUE_SHOWN;
	*items = arena_many(home->visit->arena, struct worklist_item_view, *count + 1);
	for (size_t i = 0; i < *count; i++)
		(*items)[i] = found[i].view;
	return OK;
}
