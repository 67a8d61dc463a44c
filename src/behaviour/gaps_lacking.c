/* gaps: what a record lacks: of what its roles and groups require and how much of it, what it has not. */
#include "behaviour/gaps.h"

#include "record/lookup.h"
#include "record/rows.h"

static struct lack *of_what(struct edit *edit, struct lacks *lacks, int64_t what, bool add)
{
	struct lack new = {.what = what};

	for (size_t i = 0; i < lacks->list.count; i++)
		if (lacks->list.items[i].what == what)
			return &lacks->list.items[i];
	if (!add)
		return NULL;
	vec_push(edit_arena(edit), &lacks->list, new);
	return &lacks->list.items[lacks->list.count - 1];
}

static void require(struct edit *edit, struct lacks *lacks, int64_t what, int64_t level)
{
	struct lack *lack = of_what(edit, lacks, what, true);

	if (lack->required < level)
		lack->required = level;
}

static void hold(struct edit *edit, struct lacks *lacks, int64_t what, int64_t level)
{
	struct lack *lack = of_what(edit, lacks, what, false);

	if (lack && lack->held < level)
		lack->held = level;
}

static enum status load_one(struct edit *edit, int64_t identity, bool links, struct record **record,
			    struct error *error)
{
	return record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), identity, links, record, error);
}

/* --- what is required --- */

static void require_rows(struct edit *edit, const struct gaps_level *level, struct value rows, struct lacks *lacks)
{
	json_t *list = rows_list(rows);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		struct value what = rows_value(edit_arena(edit), row, level->what),
			     much = rows_value(edit_arena(edit), row, level->level);

		if (what.kind == VALUE_RECORD)
			require(edit, lacks, what.number, much.kind == VALUE_INTEGER ? much.number : 1);
	}
	json_decref(list);
}

static enum status require_level(struct edit *edit, const struct gaps_level *level, int64_t of, struct lacks *lacks,
				 struct error *error)
{
	int64_t *records;
	size_t count;
	enum status status =
	    lookup_referring(edit_connection(edit), edit_arena(edit), level->by, of, true, &records, &count, error);

	for (size_t i = 0; i < count && !status; i++) {
		struct record *record;

		status = load_one(edit, records[i], false, &record, error);
		if (!status && record && record->state == level->state)
			require_rows(edit, level, record_value(record, level->rows), lacks);
	}
	return status;
}

static enum status require_all(const struct gaps *p, struct edit *edit, size_t which, int64_t of, struct lacks *lacks,
			       struct error *error)
{
	struct record *record;
	struct value required;
	enum status status = load_one(edit, of, true, &record, error);

	if (status || !record)
		return status;
	required = record_value(record, p->needs[which]);
	for (size_t i = 0; required.kind == VALUE_LIST && i < required.list.count; i++)
		require(edit, lacks, required.list.items[i].number, 1);
	for (size_t i = 0; i < p->level_count && !status; i++)
		if (p->levels[i].by->to == record->type)
			status = require_level(edit, &p->levels[i], of, lacks, error);
	return status;
}

static enum status require_through(const struct gaps *p, struct edit *edit, const struct gaps_through *through,
				   struct lacks *lacks, struct error *error)
{
	int64_t *records;
	size_t count;
	enum status status = lookup_referring(edit_connection(edit), edit_arena(edit), through->by,
					      edit_after(edit)->identity, false, &records, &count, error);

	for (size_t i = 0; i < count && !status; i++) {
		struct record *record;
		struct value of;

		if ((status = load_one(edit, records[i], false, &record, error)) || !record)
			continue;
		of = record_value(record, through->of);
		for (size_t k = 0; k < p->of_count && of.kind == VALUE_RECORD && !status; k++)
			if (p->of[k]->to == through->of->to)
				status = require_all(p, edit, k, of.number, lacks, error);
	}
	return status;
}

/* --- what is held --- */

static enum status hold_all(struct edit *edit, const struct gaps_held *held, struct lacks *lacks, struct error *error)
{
	int64_t *records;
	size_t count;
	enum status status = lookup_referring(edit_connection(edit), edit_arena(edit), held->by,
					      edit_after(edit)->identity, true, &records, &count, error);

	for (size_t i = 0; i < count && !status; i++) {
		struct record *record;

		status = load_one(edit, records[i], false, &record, error);
		if (!status && record && record->state == held->state)
			hold(edit, lacks, record_value(record, held->what).number,
			     record_value(record, held->level).number);
	}
	return status;
}

static enum status hold_what_it_has(const struct gaps *p, struct edit *edit, struct lacks *lacks, struct error *error)
{
	struct value has = edit_value(edit, p->has);
	enum status status = OK;

	for (size_t i = 0; has.kind == VALUE_LIST && i < has.list.count; i++)
		hold(edit, lacks, has.list.items[i].number, 1);
	for (size_t i = 0; i < p->held_count && !status; i++)
		status = hold_all(edit, &p->held[i], lacks, error);
	return status;
}

enum status gaps_find(const struct gaps *p, struct edit *edit, struct lacks *lacks, struct error *error)
{
	struct lacks all = {0};
	enum status status = OK;

	*lacks = (struct lacks){0};
	for (size_t i = 0; i < p->of_count && !status; i++) {
		struct value of = edit_value(edit, p->of[i]);

		for (size_t k = 0; of.kind == VALUE_LIST && k < of.list.count && !status; k++)
			status = require_all(p, edit, i, of.list.items[k].number, &all, error);
	}
	for (size_t i = 0; i < p->through_count && !status; i++)
		status = require_through(p, edit, &p->through[i], &all, error);
	if (status || (status = hold_what_it_has(p, edit, &all, error)))
		return status;
	for (size_t i = 0; i < all.list.count; i++)
		if (all.list.items[i].held < all.list.items[i].required)
			vec_push(edit_arena(edit), &lacks->list, all.list.items[i]);
	return OK;
}
