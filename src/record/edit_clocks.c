/* The clocks of records, as the edits of a run know them: read once, and written together when behaviours have said all
 * that they say in one phase, so that those which look at the same clock one after the other do not ask the database
 * for what they have just said. What lists ask of a clock stands in its record's row, too: the row takes it along when
 * the edit writes it. */
#include "record/edit_run.h"

#include "record/clocks.h"

struct known_clock {
	struct record_clock clock;
	bool is_there;
	enum { NOTHING, STEPS, ALL } behind; /* what the table lacks; it stands among run->behind then */
	bool row_is_behind;                  /* likewise */
	instant saved_at;
	struct clock_result latest; /* evaluated then */
};

static struct known_clock *known(struct edit_run *run, int64_t record, struct str name, bool make)
{
	struct str key = str_format(run->arena, "%lld/%.*s", (long long)record, STR_ARG(name));
	struct known_clock *found;

	if (!run->clocks.arena)
		run->clocks = map_new(run->arena);
	found = map_get(&run->clocks, key);
	if (!found && make) {
		found = arena_one(run->arena, struct known_clock);
		map_put(&run->clocks, key, found);
	}
	return found;
}

enum status edit_clock(struct edit *edit, struct str name, struct record_clock *clock, bool *found, struct error *error)
{
	int64_t record = edit->after->identity;
	struct known_clock *kept = known(edit->run, record, name, false);
	enum status status = OK;

	*clock =
	    (struct record_clock){.record = record, .name = name, .stopped_at = INSTANT_NONE, .wakes_at = INSTANT_NONE};
	*found = false;
	if (!kept && edit_is_new(edit))
		return OK;
	if (!kept) {
		kept = known(edit->run, record, name, true);
		status = clock_load(edit->connection, edit->arena, record, name, &kept->clock, &kept->is_there, error);
	}
	*found = !status && kept->is_there;
	if (*found)
		*clock = kept->clock;
	return status;
}

static void stand_behind(struct edit_run *run, struct known_clock *kept)
{
	if (kept->behind == NOTHING && !kept->row_is_behind)
		vec_push(run->arena, &run->behind, kept);
}

enum status edit_clock_save(struct edit *edit, const struct record_clock *clock, struct error *error)
{
	struct known_clock *kept = known(edit->run, clock->record, clock->name, true);
	struct record_clock saved = *clock;
	enum status status = clock_measure(edit->kernel, edit->connection, &saved, edit->at, error);

	if (status)
		return status;
	if (kept->is_there) { /* which steps are done is saved by itself */
		saved.passed = kept->clock.passed;
		saved.wakes_at = kept->clock.wakes_at;
	}
	stand_behind(edit->run, kept);
	kept->latest = saved.result;
	kept->saved_at = edit->at;
	if (!saved.has_target || saved.stopped_at == INSTANT_NONE)
		saved.result = (struct clock_result){0}; /* as clock_load() gives it */
	kept->clock = saved;
	kept->is_there = true;
	kept->behind = ALL;
	kept->row_is_behind = true;
	return OK;
}

void edit_clock_save_steps(struct edit *edit, const struct record_clock *clock)
{
	struct known_clock *kept = known(edit->run, clock->record, clock->name, true);

	stand_behind(edit->run, kept);
	kept->clock.passed = clock->passed;
	kept->clock.wakes_at = clock->wakes_at;
	if (kept->behind == NOTHING)
		kept->behind = STEPS;
}

enum status edit_write_clocks(struct edit_run *run, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < run->behind.count && !status; i++) {
		struct known_clock *kept = run->behind.items[i];

		if (kept->behind == ALL)
			status =
			    clock_save(run->connection, run->arena, &kept->clock, &kept->latest, kept->saved_at, error);
		else if (kept->behind == STEPS)
			status = clock_save_steps(run->connection, &kept->clock, error);
		kept->behind = NOTHING;
	}
	return status;
}

bool edit_take_row_clock(struct edit *edit, struct str name, struct row_clock *clock)
{
	struct known_clock *kept = known(edit->run, edit->after->identity, name, false);

	if (!kept || !kept->row_is_behind)
		return false;
	kept->row_is_behind = false; /* it stays among run->behind, which skips it */
	*clock = (struct row_clock){kept->clock.name, kept->clock.has_target, kept->latest};
	return true;
}

/* All clocks of one record go in one statement. */
static enum status write_row(struct edit *edit, size_t first, struct error *error)
{
	struct edit_run *run = edit->run;
	int64_t record = run->behind.items[first]->clock.record;
	struct row_clock *rows = arena_many(edit->arena, struct row_clock, run->behind.count - first);
	size_t count = 0;

	for (size_t i = first; i < run->behind.count; i++) {
		struct known_clock *kept = run->behind.items[i];

		if (!kept->row_is_behind || kept->clock.record != record)
			continue;
		kept->row_is_behind = false;
		rows[count++] = (struct row_clock){kept->clock.name, kept->clock.has_target, kept->latest};
	}
	return clocks_put_in_row(edit->kernel, edit->connection, edit->arena, record, rows, count, edit->at, error);
}

enum status edit_write_row_clocks(struct edit *edit, struct error *error)
{
	struct edit_run *run = edit->run;
	enum status status = edit_write_clocks(run, error);

	for (size_t i = 0; i < run->behind.count && !status; i++)
		if (run->behind.items[i]->row_is_behind)
			status = write_row(edit, i, error);
	run->behind.count = 0;
	return status;
}

void edit_known_clocks(const struct edit *edit, struct record_clock **clocks, size_t *count)
{
	const struct map *known = &edit->run->clocks;

	*clocks = arena_many(edit->arena, struct record_clock, known->count + 1);
	*count = 0;
	for (size_t i = 0; i < known->count; i++) {
		const struct known_clock *kept = known->entries[i].value;

		if (!kept->is_there || !kept->clock.has_target || kept->clock.record != edit->after->identity)
			continue;
		(*clocks)[*count] = kept->clock;
		(*clocks)[(*count)++].result = kept->latest;
	}
}
