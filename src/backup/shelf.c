#include "backup/shelf.h"

#include <stdlib.h>
#include <string.h>

#include "backup/shelf_drivers.h"

bool shelf_is_remote(const char *place)
{
	return !strncmp(place, "s3://", 5);
}

enum status shelf_open(const char *place, const struct shelf_access *access, struct shelf **shelf, struct error *error)
{
	const struct shelf_driver *driver = shelf_is_remote(place) ? &s3_driver : &folder_driver;
	struct shelf *made = calloc(1, driver->size);

	*shelf = made;
	if (made)
		made->place = strdup(place);
	if (!made || !made->place)
		return error_fail(error, E_UNAVAILABLE, "", "memory", N_("Out of memory"));
	made->driver = driver;
	return driver == &s3_driver ? s3_shelf_open(made, access, error) : folder_open(made, error);
}

void shelf_close(struct shelf **shelf)
{
	struct shelf *gone = *shelf;

	*shelf = NULL;
	if (!gone)
		return;
	if (gone->driver && gone->driver->close)
		gone->driver->close(gone);
	free(gone->place);
	free(gone);
}

enum status shelf_put(struct shelf *shelf, const char *from, const char *name, struct hash digest, struct error *error)
{
	return shelf->driver->put(shelf, from, name, digest, error);
}

enum status shelf_get(struct shelf *shelf, const char *name, FILE **file, struct error *error)
{
	return shelf->driver->get(shelf, name, file, error);
}

/* --- what is there --- */

static int compare(const void *a, const void *b)
{
	return str_cmp(((const struct shelf_item *)a)->name, ((const struct shelf_item *)b)->name);
}

bool shelf_item_is_copy(const struct shelf_item *copy, const struct shelf_item *of)
{
	return str_eq(copy->name, of->name) && (copy->size == of->size || copy->size < 0 || of->size < 0);
}

enum status shelf_read(struct shelf *shelf, struct arena *arena, struct shelf_list *list, struct error *error)
{
	struct shelf_item *items;
	size_t count;
	enum status status = shelf->driver->list(shelf, arena, &items, &count, error);

	*list = (struct shelf_list){0};
	if (status)
		return status;
	qsort(items, count, sizeof(*items), compare);
	list->backups = arena_many(arena, struct shelf_item, count + 1);
	list->moments = arena_many(arena, instant, count + 1);
	list->journal = arena_many(arena, struct shelf_item, count + 1);
	list->numbers = arena_many(arena, uint64_t, count + 1);
	list->untils = arena_many(arena, instant, count + 1);
	for (size_t i = 0; i < count; i++) {
		if (backup_named(items[i].name, &list->moments[list->backup_count]))
			list->backups[list->backup_count++] = items[i];
		else if (journal_named(items[i].name, &list->numbers[list->journal_count],
				       &list->untils[list->journal_count]))
			list->journal[list->journal_count++] = items[i];
	}
	return OK;
}

/* --- retention --- */

/* The journal goes back to the oldest backup, and one file further: its end proves that nothing is missing between. */
static size_t journal_spared_from(const struct shelf_list *list, instant oldest)
{
	size_t first = 0;

	while (first < list->journal_count && list->untils[first] < oldest - SECOND)
		first++;
	return first ? first - 1 : 0;
}

enum status shelf_tidy(struct shelf *shelf, enum shelf_part part, struct error *error)
{
	return shelf->driver->tidy(shelf, part, error);
}

enum status shelf_keep(struct shelf *shelf, size_t keep, struct error *error)
{
	ARENA arena = arena_new();
	struct shelf_list list;
	enum status status = shelf_tidy(shelf, SHELF_BACKUPS, error);

	if (status || (status = shelf_read(shelf, arena, &list, error)))
		return status;
	size_t gone = list.backup_count > keep ? list.backup_count - keep : 0;
	for (size_t i = 0; i < gone && !status; i++)
		status = shelf->driver->remove(shelf, str_c(arena, list.backups[i].name), error);
	if (gone == list.backup_count)
		return status;
	size_t spared = journal_spared_from(&list, list.moments[gone]);
	for (size_t i = 0; i < spared && !status; i++)
		status = shelf->driver->remove(shelf, str_c(arena, list.journal[i].name), error);
	return status;
}
