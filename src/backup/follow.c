#include "backup/follow.h"

#include <string.h>

struct following {
	const struct follow_options *options;
	struct follow_facts *facts;
	struct shelf_list list;
	instant covered; /* all that was committed up to here is in, unless it is later than the moment */
	bool started;    /* the backup's place has been found */
	bool done;
	struct journal_head last; /* of the file before; number 0: none yet */
	struct hash digest;       /* of the file before */
};

/* --- what is said when it does not go on --- */

static enum status lacks(const struct following *following, instant until, struct error *error)
{
	char end[TIME_TEXT];

	return error_fail(error, E_CONFLICT, "", "journal",
			  N_("The journal of changes goes up to %s only; ask for that moment, or for \"latest\""),
			  time_format(until, end));
}

static enum status lacks_between(instant from, instant to, struct error *error)
{
	char start[TIME_TEXT], end[TIME_TEXT];

	return error_fail(error, E_CONFLICT, "", "gap",
			  N_("Nothing is kept between %s and %s; ask for a moment outside"), time_format(from, start),
			  time_format(to, end));
}

static enum status does_not_follow(const char *name, struct error *error)
{
	return error_fail(error, E_CONFLICT, "", "order",
			  N_("%s does not follow upon the file before it: one of the two was exchanged"), name);
}

static enum status is_missing(uint64_t number, struct error *error)
{
	char text[24];

	snprintf(text, sizeof(text), "%010llu", (unsigned long long)number);
	return error_fail(error, E_CONFLICT, "", "missing", N_("File %s of the journal of changes is missing"), text);
}

/* --- one file --- */

static bool holds_place(const struct journal_part *part, const struct journal_mark *mark)
{
	return !memcmp(part->end.generation, mark->generation, WAL_GENERATION) && part->from <= mark->frames &&
	       mark->frames <= part->end.frames;
}

static enum status check_order(const struct following *following, const struct journal_file *file, const char *name,
			       struct error *error)
{
	const struct journal_head *last = &following->last;

	if (!last->number)
		return OK;
	if (file->head.number != last->number + 1)
		return is_missing(last->number + 1, error);
	return hash_eq(file->head.before, following->digest) ? OK : does_not_follow(name, error);
}

/* The moments of what a killed process left are not known: all of it is there, or nothing. */
static bool falls_into_doubt(const struct following *following, const struct journal_file *file)
{
	const struct journal_part *part = &file->part;

	return part->resumes && part->commit_count && following->options->moment > file->head.from &&
	       following->options->moment < part->commits[0].at;
}

static enum status apply(struct following *following, const struct journal_file *file, struct error *error)
{
	const struct follow_options *options = following->options;
	const struct journal_part *part = &file->part;
	bool later = false;
	enum status status;

	if (following->started && part->begins)
		return options->moment < following->covered ? OK
							    : lacks_between(following->covered, part->until, error);
	following->started = true;
	if (falls_into_doubt(following, file))
		return lacks_between(file->head.from, part->commits[0].at, error);
	if ((status = journal_apply(part, options->moment, options->file, &later, error)))
		return status;
	for (size_t i = 0; i < part->commit_count && part->commits[i].at <= options->moment; i++)
		if (part->commits[i].at > following->facts->at)
			following->facts->at = part->commits[i].at;
	if (part->until > following->covered)
		following->covered = part->until;
	following->done = later || following->covered >= options->moment;
	return OK;
}

static enum status take_file(struct following *following, size_t i, struct error *error)
{
	ARENA arena = arena_new();
	const struct follow_options *options = following->options;
	const char *name = str_c(arena, following->list.journal[i].name);
	struct journal_file file;
	enum status status;

	if ((status = journal_file_read(arena, options->shelf, name, options->secret, options->memo, &file, error)))
		return status;
	if (file.head.number != following->list.numbers[i])
		return does_not_follow(name, error);
	if ((status = check_order(following, &file, name, error)))
		return status;
	following->facts->files++;
	following->last = file.head;
	following->digest = file.digest;
	if (following->started || holds_place(&file.part, &options->place.mark))
		status = apply(following, &file, error);
	return status;
}

/* The last file that ends before the backup, or the first one: the backup's place is in it, or behind it. */
static size_t first_of(const struct following *following)
{
	const struct shelf_list *list = &following->list;
	size_t first = 0;

	while (first + 1 < list->journal_count && list->untils[first + 1] < following->options->place.at - SECOND)
		first++;
	return first;
}

enum status follow_check(const char *backup, const struct backup_place *place, instant moment, struct error *error)
{
	char at[TIME_TEXT];

	if (!place->known)
		return error_fail(error, E_CONFLICT, "", "place",
				  N_("%s was taken while no journal was kept: only its own moment can be restored"),
				  backup);
	if (moment >= place->at)
		return OK;
	return error_fail(error, E_CONFLICT, "", "early", N_("%s is as of %s, which is after that moment"), backup,
			  time_format(place->at, at));
}

enum status follow_journal(struct arena *arena, const struct follow_options *options, struct follow_facts *facts,
			   struct error *error)
{
	struct following following = {.options = options, .facts = facts, .covered = options->place.at};
	enum status status;

	*facts = (struct follow_facts){.at = options->place.at};
	if ((status = follow_check(options->backup, &options->place, options->moment, error)) ||
	    (status = shelf_read(options->shelf, arena, &following.list, error)))
		return status;
	for (size_t i = first_of(&following); i < following.list.journal_count && !following.done; i++)
		if ((status = take_file(&following, i, error)))
			return status;
	if (!following.started && following.list.journal_count && options->moment > options->place.at)
		return lacks(&following, options->place.at, error);
	return following.done || options->moment == MOMENT_LATEST || options->moment <= following.covered
		   ? OK
		   : lacks(&following, following.covered, error);
}
