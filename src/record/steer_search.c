/* Full text, steered. The index gives the documents of a word in the order of their identities, newest first, at any
 * rate a few microseconds apiece, so what it may cost depends on how many are asked for:
 * - few have the words: all are read into a set, and the database begins with it. Words of other types' records are
 *   none of it;
 * - many have, and the newest will do: so many are read into the set (a window), older ones are not looked at;
 * - many have, but another condition leaves few rows: each of these is looked up in the index;
 * - else all are read into a set, in which the rows of the order are looked up. */
#include "base/fold.h"
#include "record/steer.h"

enum { EACH_COST = 700 }; /* looking one row up in the index, in documents read one after the other */

struct probe { /* of the newest documents, up to a number */
	int64_t count, oldest, newest;
};

/* How many there are, if they lie as close to each other everywhere. */
static int64_t about(const struct probe *probe, int64_t first)
{
	if (probe->count < LEAD_MOST)
		return probe->count;
	return (int64_t)((double)probe->count * (double)(probe->newest - first + 1) /
			 (double)(probe->newest - probe->oldest + 1));
}

static enum status look(const struct steer *steer, enum search_index index, struct str words, int64_t highest,
			int64_t most, struct probe *probe, struct error *error)
{
	struct str documents = store_search_newest(steer->kernel->store, index);
	int64_t lowest = index == SEARCH_RECORDS ? kernel_identity(steer->kernel, steer->type, 0) : 0;
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    steer->connection,
	    str_format(steer->arena, "SELECT count(*), min(document), max(document) FROM (%.*s) q", STR_ARG(documents)),
	    &statement, error);

	if (status)
		return status;
	bind_text(statement, words);
	bind_int(statement, lowest);
	bind_int(statement, highest);
	bind_int(statement, most);
	if ((status = store_step(statement, &row, error)))
		return status;
	probe->count = column_int(statement, 0);
	probe->oldest = column_int(statement, 1);
	probe->newest = column_int(statement, 2);
	return OK;
}

/* The words' documents among the newest, as a set. */
static struct str newest_set(const struct steer *steer, enum search_index index)
{
	return str_format(steer->arena, "IN (SELECT document FROM (%.*s) q)",
			  STR_ARG(store_search_newest(steer->kernel->store, index)));
}

struct binds {
	struct filter_bind items[12];
	size_t count;
};

static void add_text(struct binds *binds, struct str text)
{
	binds->items[binds->count++] = (struct filter_bind){.kind = FILTER_TEXT, .text = text};
}

static void add_number(struct binds *binds, int64_t number)
{
	binds->items[binds->count++] = (struct filter_bind){.kind = FILTER_INTEGER, .number = number};
}

static void finish(const struct steer *steer, struct selection *selection, struct str sql, const struct binds *binds)
{
	struct filter_bind *kept = arena_many(steer->arena, struct filter_bind, binds->count);

	for (size_t i = 0; i < binds->count; i++)
		kept[i] = binds->items[i];
	selection->search = (struct filter_sql){.sql = sql, .binds = kept, .bind_count = binds->count};
}

static void look_at_newest(const struct steer *steer, struct str words, int64_t highest, const struct probe *window,
			   struct selection *selection)
{
	struct str records = newest_set(steer, SEARCH_RECORDS), events = newest_set(steer, SEARCH_EVENTS);
	struct binds binds = {.count = 0};

	add_text(&binds, words);
	add_number(&binds, kernel_identity(steer->kernel, steer->type, 0));
	add_number(&binds, highest);
	add_number(&binds, (int64_t)steer->window);
	add_text(&binds, words);
	add_number(&binds, 0);
	add_number(&binds, INT64_MAX);
	add_number(&binds, steer->newest_first ? LEAD_MOST : (int64_t)steer->window);
	if (steer->newest_first)
		add_number(&binds, window->oldest);
	finish(steer, selection,
	       str_format(steer->arena,
			  "(r.\"id\" %.*s OR r.\"id\" IN (SELECT e.record FROM kaname_event e WHERE e.id %.*s))%s",
			  STR_ARG(records), STR_ARG(events), steer->newest_first ? " AND +r.\"id\" >= ?" : ""),
	       &binds);
	selection->is_cut = true;
}

/* As few as have them: all of these, of this type alone. */
static void look_at_few(const struct steer *steer, struct str words, int64_t highest, struct selection *selection)
{
	struct binds binds = {.count = 0};

	add_text(&binds, words);
	add_number(&binds, kernel_identity(steer->kernel, steer->type, 0));
	add_number(&binds, highest);
	add_number(&binds, LEAD_MOST);
	add_text(&binds, words);
	add_number(&binds, 0);
	add_number(&binds, INT64_MAX);
	add_number(&binds, LEAD_MOST);
	finish(steer, selection,
	       str_format(steer->arena,
			  "r.\"id\" %.*s OR r.\"id\" IN (SELECT e.record FROM kaname_event e WHERE e.id %.*s)",
			  STR_ARG(newest_set(steer, SEARCH_RECORDS)), STR_ARG(newest_set(steer, SEARCH_EVENTS))),
	       &binds);
}

static void look_each_up(const struct steer *steer, struct str words, struct selection *selection)
{
	struct store *store = steer->kernel->store;
	struct binds binds = {.count = 0};

	add_text(&binds, words);
	add_text(&binds, words);
	finish(steer, selection,
	       str_format(
		   steer->arena,
		   "%.*s OR EXISTS (SELECT 1 FROM kaname_event e WHERE e.record = r.\"id\" AND e.comment IS NOT NULL "
		   "AND %.*s)",
		   STR_ARG(store_search_row(steer->arena, store, SEARCH_RECORDS, "r.\"id\"")),
		   STR_ARG(store_search_row(steer->arena, store, SEARCH_EVENTS, "e.id"))),
	       &binds);
}

static void look_up_in_all(const struct steer *steer, struct str words, struct selection *selection)
{
	struct store *store = steer->kernel->store;
	bool public_only = !actor_is_staff(steer->actor);
	struct binds binds = {.count = 0};

	add_text(&binds, words);
	add_text(&binds, words);
	finish(
	    steer, selection,
	    str_format(steer->arena, "%.*s OR +r.\"id\" IN (SELECT e.record FROM kaname_event e WHERE %.*s)",
		       STR_ARG(store_search_condition(steer->arena, store, SEARCH_RECORDS, "+r.\"id\"", public_only)),
		       STR_ARG(store_search_condition(steer->arena, store, SEARCH_EVENTS, "e.id", public_only))),
	    &binds);
}

enum status steer_search(const struct steer *steer, int64_t fewest, struct selection *selection, bool *begins,
			 struct error *error)
{
	struct str words = selection_words(steer->kernel, steer->arena, steer->actor, steer->search);
	int64_t highest = kernel_identity(steer->kernel, steer->type, (INT64_C(1) << IDENTITY_SERIAL_BITS) - 1);
	struct probe records, events, window = {0};
	enum status status;

	*begins = true;
	selection_search(steer->kernel, steer->arena, steer->actor, steer->search, &selection->search);
	if (!words.n)
		return OK;
	if (steer->before)
		highest = steer->before - 1;
	if (steer->window && fewest > (int64_t)steer->window) { /* whether there are more is all that is asked */
		if ((status = look(steer, SEARCH_RECORDS, words, highest, (int64_t)steer->window + 1, &records, error)))
			return status;
		if (records.count > (int64_t)steer->window && !steer->newest_first) {
			look_at_newest(steer, words, highest, &window, selection);
			return OK;
		}
	}
	if ((status = look(steer, SEARCH_RECORDS, words, highest, LEAD_MOST, &records, error)) ||
	    (status = look(steer, SEARCH_EVENTS, words, INT64_MAX, LEAD_MOST, &events, error)))
		return status;
	int64_t all = about(&records, kernel_identity(steer->kernel, steer->type, 0)) + about(&events, 0);
	bool newest = steer->window && fewest > (int64_t)steer->window &&
		      (records.count > (int64_t)steer->window || events.count == LEAD_MOST) &&
		      (events.count < LEAD_MOST || !steer->newest_first);

	if (newest) {
		if (steer->newest_first)
			status = look(steer, SEARCH_RECORDS, words, highest, (int64_t)steer->window, &window, error);
		look_at_newest(steer, words, highest, &window, selection);
	} else if (all < LEAD_MOST && all <= fewest) {
		look_at_few(steer, words, highest, selection);
	} else {
		*begins = false;
		if (fewest < LEAD_MOST && fewest * EACH_COST < all)
			look_each_up(steer, words, selection);
		else
			look_up_in_all(steer, words, selection);
	}
	return status;
}
